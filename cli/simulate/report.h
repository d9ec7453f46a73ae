/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the outcome of replays is printed: a table for each trace, in which each
 * policy is a row.
 */
#ifndef AIOSCTL_SIMULATE_REPORT_H
#define AIOSCTL_SIMULATE_REPORT_H

#include "print/out.h"
#include "simulate/simulate.h"

struct show_run {
	struct sim_policy policy;
	struct sim_stats stats;
	bool is_reference;	/* then its figures are the reference's */
};

struct show_trace {
	struct workload workload;
	const struct window *windows;
	size_t nr_windows;
	bool pooled;
	bool estimates;		/* what jobs were told is shown */
	bool predictions;	/* what was said of their run times is shown */
	int group_by;
	struct sim_rules rules;	/* that all runs went by */
	struct sim_stats reference; /* FIFO with EASY */
	bool referred;		/* it was replayed, and who starves is known */
	struct show_run *runs;
	size_t nr_runs;
};

void show_traces(struct out *o, const struct show_trace *traces, size_t nr,
		 bool verbose);
/* These are the figures of a run, wherever they are. */
const struct sim_stats *show_stats(const struct show_trace *trace, const struct show_run *run);
void show_trace_free(struct show_trace *trace);

const char *trace_resource_name(enum trace_resource resource);
char *trace_amount_format(enum trace_resource resource, uint64_t amount,
			  char *buf, size_t len);

#endif /* AIOSCTL_SIMULATE_REPORT_H */
