/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows of CSV as RFC 4180 has them: a field in quotation marks may have commas, line ends
 * and, doubled, quotation marks in it. What is malformed is an error that names its line,
 * and nothing is mended.
 */
#ifndef AIOSCTL_SIMULATE_TRACE_CSV_H
#define AIOSCTL_SIMULATE_TRACE_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "simulate/trace_source.h"

#define CSV_FIELDS_MAX	256
#define CSV_ROW_MAX	65536

struct csv_row {
	int nr_fields;
	char *fields[CSV_FIELDS_MAX];	/* into text */
	uint64_t line;		/* where it begins; of an error, where that is */
	char *error;		/* for the caller to free */
	/* private */
	struct trace_source *source;
	char *at;		/* what is read next of the present line */
	size_t len;		/* of text */
	char text[CSV_ROW_MAX];
};

/*
 * This reads the row that begins with @line, the last one of @source, and as many lines
 * more as belong to it; it returns 0, or -1 with row->error.
 */
int csv_row_read(struct csv_row *row, struct trace_source *source, char *line);

#endif /* AIOSCTL_SIMULATE_TRACE_CSV_H */
