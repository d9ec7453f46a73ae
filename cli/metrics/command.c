// SPDX-License-Identifier: GPL-2.0
/*
 * metrics: the state of the machine as OpenMetrics text, version 1.0.0.
 */
#include <getopt.h>

#include "base/commands.h"
#include "machine/joblist.h"
#include "metrics/metrics.h"

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
	/* The whole is printed or nothing is: half a document would be taken for the whole. */
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
