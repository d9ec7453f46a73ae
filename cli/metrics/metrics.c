// SPDX-License-Identifier: GPL-2.0
/*
 * metrics: the state of the machine as OpenMetrics text, version 1.0.0.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "base/commands.h"
#include "machine/joblist.h"
#include "metrics/metrics.h"
#include "print/queueing.h"

void label_add(struct metric_labels *labels, const char *name, const char *value)
{
	if (labels->nr == METRIC_LABELS_MAX)
		return;
	labels->name[labels->nr] = name;
	labels->value[labels->nr++] = xstrdup(value);
}

void label_add_u64(struct metric_labels *labels, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	label_add(labels, name, text);
}

static void labels_free(struct metric_labels *labels)
{
	while (labels->nr)
		free(labels->value[--labels->nr]);
}

/* Backslash, quote and newline are escaped, and nothing else is. */
static void label_value_print(FILE *f, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' || *s == '"')
			putc('\\', f);
		if (*s == '\n')
			fputs("\\n", f);
		else
			putc(*s, f);
	}
}

static void sample_text(FILE *f, const struct metric_family *family,
			const struct metric_labels *labels, double value)
{
	fprintf(f, "%s%s", family->name,
		!strcmp(family->type, "counter") ? "_total" :
		!strcmp(family->type, "info") ? "_info" : "");
	for (size_t i = 0; i < labels->nr; i++) {
		fprintf(f, "%s%s=\"", i ? "," : "{", labels->name[i]);
		label_value_print(f, labels->value[i]);
		putc('"', f);
	}
	fprintf(f, "%s %.15g\n", labels->nr ? "}" : "", value);
}

static void sample_json(struct out *o, const struct metric_labels *labels,
			double value)
{
	out_hidden_begin(o, NULL);
	out_hidden_begin(o, "labels");
	for (size_t i = 0; i < labels->nr; i++)
		out_string(o, labels->name[i], labels->value[i]);
	out_hidden_end(o);
	out_double(o, "value", value, "%.15g", value);
	out_hidden_end(o);
}

void family_begin(struct metrics *m, const struct metric_family *family)
{
	m->family = family;
	if (m->out->json) {
		out_hidden_begin(m->out, NULL);
		out_string(m->out, "name", family->name);
		out_string(m->out, "type", family->type);
		out_string(m->out, "unit", family->unit);
		out_string(m->out, "help", family->help);
		out_hidden_array_begin(m->out, "samples");
		return;
	}
	fprintf(m->file, "# TYPE %s %s\n", family->name, family->type);
	if (family->unit)
		fprintf(m->file, "# UNIT %s %s\n", family->name, family->unit);
	fprintf(m->file, "# HELP %s %s\n", family->name, family->help);
}

void family_end(struct metrics *m)
{
	if (!m->out->json)
		return;
	out_hidden_end(m->out);
	out_hidden_end(m->out);
}

void sample_add(struct metrics *m, struct metric_labels *labels, double value)
{
	if (m->out->json)
		sample_json(m->out, labels, value);
	else
		sample_text(m->file, m->family, labels, value);
	labels_free(labels);
}

static int collect(struct cli *cli, struct metrics *m)
{
	struct joblist_filter filter = { .states = JOBLIST_LIVE };
	struct joblist_key keys[JOBLIST_KEYS_MAX];
	int err;

	AIOS_INIT(&m->info);
	err = aios_info(cli->ctx, &m->info);
	if (!err) {
		m->nr_resources = aios_resources(cli->ctx, m->resources,
						 AIOS_RESOURCE_MAX);
		err = m->nr_resources < 0 ? m->nr_resources : 0;
	}
	if (!err)
		err = joblist_read(&m->jobs, &filter);
	if (err)
		return list_fail(cli, err, "state");
	joblist_sort(&m->jobs, keys, joblist_keys_parse("id", keys));
	return CLI_OK;
}

static int metrics_run(struct cli *cli, int argc, char **argv)
{
	auto_free char *text = NULL;
	struct metrics m = { .out = &cli->out };
	size_t len;
	int status, err;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind < argc)
		return cli_usage(cli, "metrics takes no argument '%s'", argv[optind]);
	status = cli_connect(cli);
	if (!status)
		status = collect(cli, &m);
	if (status)
		return status;
	/* all or nothing: half a document would be taken for the whole */
	m.file = open_memstream(&text, &len);
	if (!m.file)
		out_of_memory();
	cli_open(cli);
	out_hidden_array_begin(&cli->out, "families");
	machine_metrics(&m);
	err = group_metrics(&m);
	if (!err)
		err = queueing_metrics(cli->ctx, &m);
	if (!err)
		err = device_metrics(cli->ctx, &m);
	job_metrics(&m);
	joblist_free(&m.jobs);
	fputs("# EOF\n", m.file);
	fclose(m.file);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the state");
	out_hidden_end(&cli->out);
	if (!cli->json)
		fwrite(text, 1, len, stdout);
	return cli_close(cli);
}

const struct cli_command metrics_command = {
	.name = "metrics",
	.summary = "print the state as OpenMetrics text",
	.help = "Print the state of the machine, its groups, devices and jobs as OpenMetrics text, version 1.0.0.",
	.run = metrics_run,
};
