/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of a file that may be gzipped or standard input, from the beginning as
 * often as one likes.
 */
#ifndef AIOSCTL_SIMULATE_TRACE_SOURCE_H
#define AIOSCTL_SIMULATE_TRACE_SOURCE_H

struct trace_source;

/* This returns NULL with *error set, for the caller to free. */
struct trace_source *source_open(const char *path, char **error);
/*
 * This reads the next line without its end into *line, to be written to until the next
 * call; it returns 1, 0 at the end, -1 with *error set.
 */
int source_line(struct trace_source *source, char **line, char **error);
int source_rewind(struct trace_source *source, char **error);
void source_close(struct trace_source *source);

#endif /* AIOSCTL_SIMULATE_TRACE_SOURCE_H */
