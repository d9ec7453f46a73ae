// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of CSV: see trace_csv.h. Debian has one library in C for this, libcsv, which is
 * not used: it was last released in 2013, takes a lone carriage return as the end of a
 * row, counts no lines, and says of any fault that the row could not be parsed.
 *
 * Blanks around a field, within its commas, are no part of it, as tables for people have
 * them; those in quotation marks are.
 */
#include <stdarg.h>
#include <string.h>

#include "print/util.h"
#include "simulate/trace_csv.h"

__attribute__((format(printf, 3, 4)))
static int row_fail(struct csv_row *row, uint64_t line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	row->error = xvasprintf(format, ap);
	va_end(ap);
	row->line = line;
	return -1;
}

static int row_add(struct csv_row *row, char c)
{
	if (row->len == sizeof(row->text))
		return row_fail(row, row->line, "the row is longer than %zu bytes: a quotation mark may never be closed",
				sizeof(row->text) - 1);
	row->text[row->len++] = c;
	return 0;
}

static void blanks_skip(struct csv_row *row)
{
	row->at += strspn(row->at, " \t");
}

/* A line ended within quotation marks, which were opened in line @opened. */
static int line_continue(struct csv_row *row, uint64_t opened)
{
	char *error = NULL;
	int more = source_line(row->source, &row->at, &error);

	if (!more)
		return row_fail(row, opened, "its quotation mark is never closed");
	if (more < 0) {
		row_fail(row, source_line_number(row->source), "%s", error);
		free(error);
		return -1;
	}
	return row_add(row, '\n');
}

static int quoted_read(struct csv_row *row)
{
	uint64_t opened = source_line_number(row->source);

	row->at++;
	for (;;) {
		if (!*row->at) {
			if (line_continue(row, opened))
				return -1;
			continue;
		}
		if (*row->at == '"' && *++row->at != '"')
			break;
		if (row_add(row, *row->at++))
			return -1;
	}
	blanks_skip(row);
	if (*row->at && *row->at != ',')
		return row_fail(row, source_line_number(row->source),
				"'%.40s' stands behind a closing quotation mark", row->at);
	return 0;
}

static int plain_read(struct csv_row *row)
{
	size_t len = strcspn(row->at, ",\"\r"), trimmed = len;
	uint64_t line = source_line_number(row->source);

	if (row->at[len] == '"')
		return row_fail(row, line, "a quotation mark stands within a field that does not begin with one");
	if (row->at[len] == '\r')
		return row_fail(row, line, "a carriage return stands within the line");
	while (trimmed && (row->at[trimmed - 1] == ' ' || row->at[trimmed - 1] == '\t'))
		trimmed--;
	for (size_t i = 0; i < trimmed; i++)
		if (row_add(row, row->at[i]))
			return -1;
	row->at += len;
	return 0;
}

int csv_row_read(struct csv_row *row, struct trace_source *source, char *line)
{
	int err;

	row->nr_fields = 0;
	row->source = source;
	row->line = source_line_number(source);
	row->error = NULL;
	row->at = line;
	row->len = 0;
	for (;;) {
		if (row->nr_fields == CSV_FIELDS_MAX)
			return row_fail(row, row->line, "there are more than %d fields",
					CSV_FIELDS_MAX);
		row->fields[row->nr_fields++] = row->text + row->len;
		blanks_skip(row);
		err = *row->at == '"' ? quoted_read(row) : plain_read(row);
		if (err || row_add(row, '\0'))
			return -1;
		if (!*row->at++)
			return 0;
	}
}
