// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs of a trace: see trace_read.h. trace_csv.c has the rows of one format, trace_columns.c
 * what they say, and trace_swf.c the lines of the other.
 */
#include <errno.h>
#include <linux/aios.h>
#include <stdarg.h>
#include <string.h>

#include "base/format.h"
#include "print/util.h"
#include "simulate/trace_csv.h"
#include "simulate/trace_internal.h"
#include "simulate/trace_source.h"
#include "simulate/trace_swf.h"

int trace_fail(struct trace *t, uint64_t line, const char *format, ...)
{
	char *message;
	va_list ap;

	va_start(ap, format);
	message = xvasprintf(format, ap);
	va_end(ap);
	free(t->error);
	if (line)
		t->error = xasprintf("%s:%llu: %s", t->path,
				     (unsigned long long)line, message);
	else
		t->error = xasprintf("%s: %s", t->path, message);
	free(message);
	return -1;
}

void trace_note(struct trace *t, enum trace_odd odd)
{
	if (!t->odd[odd].nr++)
		t->odd[odd].line = t->line;
}

int trace_line(struct trace *t, char **line)
{
	char *error = NULL;
	int more = source_line(t->source, line, &error);

	t->line = source_line_number(t->source);
	if (more < 0) {
		trace_fail(t, t->line, "%s", error);
		free(error);
	} else if (more && t->line == 1) {
		*line = format_text(*line);
	}
	return more;
}

/* Only SWF has comments between its jobs. */
static bool is_comment(const struct trace *t, const char *line)
{
	return t->swf && (*line == ';' || (*line == '#' && !t->begun));
}

/* This finds the next line that is not empty; it returns 1, 0 or -1. */
static int job_line(struct trace *t, char **line)
{
	int more;

	do {
		more = trace_line(t, line);
		if (more > 0)
			*line += strspn(*line, " \t");
	} while (more > 0 && (!**line || is_comment(t, *line)));
	t->begun = true;
	return more;
}

/* This finds the first line that is neither empty nor a comment, which says what comes. */
static int first_line(struct trace *t, char **line)
{
	int more;

	while ((more = trace_line(t, line)) > 0) {
		*line += strspn(*line, " \t");
		if (**line == ';' && swf_header(t, *line))
			return -1;
		if (**line && **line != ';' && **line != '#')
			return 1;
	}
	return more;
}

static int row_read(struct trace *t, char *line)
{
	if (!csv_row_read(t->csv, t->source, line))
		return 0;
	trace_fail(t, t->csv->line, "%s", t->csv->error);
	free(t->csv->error);
	return -1;
}

/* This reads which format it is, and the headings, up to the first job; it returns 0 or -1. */
static int begin(struct trace *t)
{
	char *line;
	int more = first_line(t, &line);

	if (more < 0)
		return -1;
	if (!more)
		return trace_fail(t, 0, "there is no job in it");
	t->swf = swf_is_line(line);
	if (!t->swf) {
		t->csv = xcalloc(1, sizeof(*t->csv));
		return row_read(t, line) ?: trace_headings_read(t);
	}
	t->columns = 1 << TRACE_JOB_ID | 1 << TRACE_SUBMIT | 1 << TRACE_RUN |
		     1 << TRACE_PROCS | 1 << TRACE_REQUEST | 1 << TRACE_MEM_MIB |
		     1 << TRACE_USER | 1 << TRACE_GROUP | 1 << TRACE_VC;
	return trace_rewind(t);
}

struct trace *trace_open(const char *path)
{
	struct trace *t = xcalloc(1, sizeof(*t));
	char *error = NULL;

	t->path = xstrdup(strcmp(path, "-") ? path : "standard input");
	t->source = source_open(path, &error);
	t->missing = !t->source && errno == ENOENT;
	if (!t->source)
		trace_fail(t, 0, "%s", error);
	else
		begin(t);
	free(error);
	return t;
}

/* The headings of CSV are passed again, with any lines that they go over. */
int trace_rewind(struct trace *t)
{
	char *error = NULL;
	char *line;
	int more;

	t->row = 0;
	t->begun = false;
	t->nr_depends = 0;
	memset(t->odd, 0, sizeof(t->odd));
	if (source_rewind(t->source, &error)) {
		trace_fail(t, 0, "%s", error);
		free(error);
		return -1;
	}
	if (t->swf)
		return 0;
	more = first_line(t, &line);
	if (more <= 0)
		return more;
	return row_read(t, line);
}

static int row_fail(struct trace *t)
{
	const char *first = t->csv->fields[0];

	return trace_fail(t, t->line, "%d fields for %d columns%s", t->csv->nr_fields,
			  t->nr_fields, *first != '#' && *first != ';' ? "" :
			  ": below the headings each line is a row, not a comment");
}

int trace_next(struct trace *t, struct trace_job *job)
{
	char *line;
	int more;

	do {
		more = job_line(t, &line);
		if (more <= 0)
			return more;
		*job = (struct trace_job){ .line = t->line };
		if (!t->swf)
			break;
		more = swf_job(t, line, job);
		t->row += more > 0;
		if (more)
			return more;
	} while (true);
	t->row++;
	if (row_read(t, line))
		return -1;
	if (t->csv->nr_fields != t->nr_fields)
		return row_fail(t);
	return trace_csv_job(t, t->csv->fields, job) ? -1 : 1;
}

bool trace_unsettled(struct trace *t)
{
	bool again = t->unsettled;

	t->unsettled = false;
	return (t->swf && swf_unsettled(t)) || again;
}

void trace_close(struct trace *t)
{
	if (!t)
		return;
	source_close(t->source);
	for (int i = 0; i < TRACE_NR_OWNERS; i++)
		intern_free(&t->names[i]);
	intern_free(&t->gangs);
	swf_free(t);
	free(t->csv);
	free(t->unknown);
	free(t->depends);
	free(t->error);
	free(t->path);
	free(t);
}
