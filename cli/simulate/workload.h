/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trace as the rules of a protocol have it replayed: which jobs take part, in
 * which order, when they come, how long they run and what was requested.
 */
#ifndef AIOSCTL_SIMULATE_WORKLOAD_H
#define AIOSCTL_SIMULATE_WORKLOAD_H

#include "simulate/idmap.h"
#include "simulate/trace_read.h"

enum protocol {
	PROTOCOL_NONE,	/* every job, run times cut off at the request */
	PROTOCOL_P1,	/* every job in the order of its number, uncut */
	PROTOCOL_P2,	/* clean jobs, cut off */
};

/* A window says which jobs a replay takes; count 0: all. */
struct window {
	uint64_t start;
	uint64_t count;
};

struct workload_rules {
	enum protocol protocol;
	uint64_t rows;		/* only so many of the trace; 0: all */
	double load;		/* to rescale arrivals to; 0: as they are */
	uint64_t capacity[TRACE_NR_RESOURCES]; /* UINT64_MAX: not bounded */
};

struct workload {
	struct trace *trace;
	struct workload_rules rules;
	/* workload_scan() finds these. */
	uint64_t nr_jobs;
	uint64_t nr_left_out;	/* rows that take no part */
	uint64_t nr_unknown;	/* of these: run time or size is not known */
	bool requests;		/* some job says what run time it requests */
	struct trace_oddity odd[TRACE_NR_ODD];
	uint64_t largest[TRACE_NR_RESOURCES];
	uint64_t first_ns;	/* submit times */
	uint64_t last_ns;
	double load;		/* offered load as recorded, 0: not known */
	double stretch;		/* of the times between arrivals */
	bool sorted;		/* it was not in order and has been put in order */
	char *error;
	/* private */
	bool checking;		/* whom jobs wait for */
	struct idmap lines;	/* of the jobs so far, while checking */
	struct trace_job *jobs;	/* in memory, or NULL: read as one goes */
	uint64_t at;
	uint64_t seen;		/* jobs in memory */
	uint64_t unknown;
	struct window window;
};

/* This reads all of @w->trace by @w->rules once; it returns 0, or -1 with w->error. */
int workload_scan(struct workload *w);
/* This begins with the jobs of @window; it returns 0, or -1 with w->error. */
int workload_begin(struct workload *w, const struct window *window);
/* This returns the next job in the order of arrival: 1, 0 at the end, -1 with w->error. */
int workload_next(struct workload *w, struct trace_job *job);
void workload_free(struct workload *w);

#endif /* AIOSCTL_SIMULATE_WORKLOAD_H */
