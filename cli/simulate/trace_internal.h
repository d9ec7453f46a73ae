/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the readers of the two formats of traces share.
 */
#ifndef AIOSCTL_SIMULATE_TRACE_INTERNAL_H
#define AIOSCTL_SIMULATE_TRACE_INTERNAL_H

#include "base/number.h"
#include "simulate/trace_read.h"

/* This reads the next line, whatever it is; it returns 1, 0 at the end, -1 with t->error. */
int trace_line(struct trace *t, char **line);

/* This returns -1 with an error that @text, of the field @name, is no number of the kind. */
int trace_number_fail(struct trace *t, const char *name, const char *text, enum number what);

/*
 * This reads a submit time, which may be before time 0: then all are counted from it. What
 * is wrong with it is returned; not @known: the trace says that it does not know it.
 */
enum number trace_submit_read(struct trace *t, const char *text, struct trace_job *job,
			      bool *known);

/* This tells, and notes as @odd, that a time is longer than any can be: it bounds nothing. */
bool trace_time_beyond(struct trace *t, const char *text, enum trace_odd odd);

/* This finds the columns in the headings, the present row; it returns 0, or -1 with t->error. */
int trace_headings_read(struct trace *t);

/* This makes a job of a row's fields; it returns 0, or -1 with t->error. */
int trace_csv_job(struct trace *t, char **fields, struct trace_job *job);

/* What is found in this line is said at the end. */
void trace_note(struct trace *t, enum trace_odd odd);

#endif /* AIOSCTL_SIMULATE_TRACE_INTERNAL_H */
