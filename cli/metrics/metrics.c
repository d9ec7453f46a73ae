// SPDX-License-Identifier: GPL-2.0
/*
 * How families of samples are written, as OpenMetrics text, version 1.0.0, or as JSON.
 */
#include <inttypes.h>
#include <string.h>

#include "metrics/metrics.h"

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
