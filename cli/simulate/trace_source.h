/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of a file that may be gzipped or standard input, from the beginning as
 * often as one likes.
 */
#ifndef AIOSCTL_SIMULATE_TRACE_SOURCE_H
#define AIOSCTL_SIMULATE_TRACE_SOURCE_H

#include <stdint.h>

struct trace_source;

/* This returns NULL with *error set, for the caller to free. */
struct trace_source *source_open(const char *path, char **error);
/*
 * This reads the next line without its end, a line feed with or without a carriage return
 * before it, into *line, to be written to until the next call; it returns 1, 0 at the
 * end, -1 with *error set.
 */
int source_line(struct trace_source *source, char **line, char **error);
/* This is the number of the line that was read last, or that could not be read, from 1. */
uint64_t source_line_number(const struct trace_source *source);
int source_rewind(struct trace_source *source, char **error);
void source_close(struct trace_source *source);

#endif /* AIOSCTL_SIMULATE_TRACE_SOURCE_H */
