/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of the Standard Workload Format, version 2.2: one job each, unless a job was
 * swapped out. Then the format has a line for each of its parts (status 2, and 3 or 4 for
 * the last), in most logs beside one for the whole job, and a workload is made of whole
 * jobs: the lines of parts are left out where there is one of the whole, and are one job
 * where there is none. Which is so is known when all lines have been read.
 */
#ifndef AIOSCTL_SIMULATE_TRACE_SWF_H
#define AIOSCTL_SIMULATE_TRACE_SWF_H

#include <stdbool.h>

#include "simulate/trace_read.h"

/* This tells whether the first line of a trace that is no comment is one of SWF. */
bool swf_is_line(const char *line);
/* This reads a comment before the first job, which may say how large the machine was. */
int swf_header(struct trace *t, const char *line);
/* This reads a line; it returns 1, 0 where it is no job of its own, -1 with t->error. */
int swf_job(struct trace *t, char *line, struct trace_job *job);
/* The trace has been read: this tells whether it is to be read again to know all. */
bool swf_unsettled(struct trace *t);
void swf_free(struct trace *t);

#endif /* AIOSCTL_SIMULATE_TRACE_SWF_H */
