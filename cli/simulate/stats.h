/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is measured of replays of a workload by one policy.
 *
 * Wait is all the time from arrival to end that a job was not served in: before
 * it started, while it was suspended and, where that costs something, while it
 * resumed. Bounded slowdown is max(1, (wait + run) / max(run, 10 s)): Feitelson
 * et al., "Theory and Practice in Parallel Job Scheduling", JSSPP 1997. A
 * percentile is the nearest rank: the least value that so many percent of the
 * jobs do not exceed. Means over several windows are the means of the windows'
 * means, everything else is over the jobs of all of them.
 */
#ifndef AIOSCTL_SIMULATE_STATS_H
#define AIOSCTL_SIMULATE_STATS_H

#include <linux/aios.h>

#include "simulate/predict.h"
#include "simulate/trace_read.h"

#define SIM_THRESHOLD_NS	UINT64_C(10000000000)

struct sim_sample {
	double slowdown;
	uint64_t wait_ns;
};

/* These are the figures of one window. */
struct sim_window_stats {
	uint64_t nr_jobs;	/* that ran to their end */
	uint64_t hash;		/* of the decisions */
	double slowdown;	/* means */
	double wait_ns;
	double completion_ns;
	uint64_t makespan_ns;	/* first arrival to last end */
};

/* A station of the queueing model is a group, or the machine. */
struct sim_station {
	uint32_t owner;		/* of the group; 0: the machine */
	struct aios_queueing q;
};

/* This is what a job was told when it arrived, and how long it waited. */
struct sim_estimate {
	uint64_t job;
	uint64_t arrived_ns;
	uint64_t waited_ns;	/* until it started */
	uint64_t wait_ns;	/* of these, half wait less; known with a basis, as are the next */
	uint64_t low_ns;	/* one in ten waits less */
	uint64_t high_ns;	/* one in ten waits longer */
	uint32_t basis;		/* AIOS_BASIS_*, AIOS_BASIS_NONE: it was told nothing */
	bool at_once;		/* it did not have to wait, so there was nothing to tell */
};

/* This is how good the estimates were. */
struct sim_estimates_summary {
	uint64_t nr_at_once;
	uint64_t nr_none;	/* that waited and were told nothing */
	uint64_t nr_told;
	uint64_t nr_within;	/* their intervals */
	uint64_t nr_early;	/* before that */
	uint64_t nr_late;	/* after it */
	uint64_t median_error_ns; /* |estimate - wait| of those that were told */
	double median_factor;	/* between (estimate + 1 s) and (wait + 1 s) */
	double median_width;	/* between the ends of the interval, with 1 s more each */
};

struct sim_stats {
	/* results */
	struct sim_estimate *estimates;
	size_t nr_estimates;
	size_t estimates_room;
	struct sim_predictions predictions;
	struct sim_station *stations;
	size_t nr_stations;
	double mean_slowdown;
	double median_slowdown;
	double p99_slowdown;
	double max_slowdown;
	double mean_completion_ns;
	double mean_wait_ns;
	uint64_t median_wait_ns;
	uint64_t p99_wait_ns;
	uint64_t max_wait_ns;
	double makespan_ns;	/* mean over the windows */
	double utilisation[TRACE_NR_RESOURCES];
	uint64_t nr_jobs;
	uint64_t nr_starved;	/* see stats_starved() */
	uint64_t nr_rejected;
	uint64_t nr_drained;	/* jobs that waited at the end of a drain */
	uint64_t nr_left;	/* that never started, for a drain has no end */
	uint64_t nr_dropped;	/* that waited for what could not come true */
	uint64_t nr_late;	/* jobs that missed their deadlines */
	uint64_t nr_preemptions;
	uint64_t nr_resumes;
	uint64_t nr_guarded;	/* jobs that the guard has promoted */
	uint64_t nr_beyond;	/* jobs without a reservation under conservative backfilling */
	bool brief;		/* set before: no more than the longest wait and counts */
	bool full;		/* jobs waited because the engine admits no more */
	bool rank_down;		/* the 99th percentile is as the table of p2 has it */
	uint64_t nr_decisions;
	uint64_t nr_events;
	uint64_t peak_nodes;	/* jobs in the system at a time */
	uint64_t peak_bytes;	/* memory that these took */
	uint64_t hash;
	double decisions_per_s;
	struct sim_window_stats *windows;
	size_t nr_windows;
	/* of the first that was rejected */
	struct trace_job rejected;
	/* of the first that was dropped */
	struct trace_job dropped;
	/* private */
	struct sim_sample *samples;
	size_t room;
	size_t window_begin;
	uint64_t first_ns, last_ns;
	double completion_ns;	/* sum of the present window */
	double work[TRACE_NR_RESOURCES];
	double span_ns;
	uint64_t spent_ns;	/* of the processor */
};

void stats_window_begin(struct sim_stats *stats);
void stats_arrival(struct sim_stats *stats, const struct trace_job *job);
void stats_rejected(struct sim_stats *stats, const struct trace_job *job);
void stats_dropped(struct sim_stats *stats, const struct trace_job *job);
void stats_end(struct sim_stats *stats, const struct trace_job *job,
	       uint64_t finish_ns);
/* @spent_ns is the processor's time that the replay took. */
void stats_window_end(struct sim_stats *stats, uint64_t hash,
		      uint64_t decisions, uint64_t spent_ns);
/* A job started of which it is known what it was told. */
void stats_started(struct sim_stats *stats, const struct sim_estimate *estimate);
/* After the last window this fills in the results. */
void stats_finish(struct sim_stats *stats, const uint64_t *capacity);
/* This counts those that waited more than twice @reference_ns. */
void stats_starved(struct sim_stats *stats, uint64_t reference_ns);
/* This sums up what came of estimates. */
void stats_estimates(const struct sim_stats *stats, struct sim_estimates_summary *summary);
/* What every job waited is not needed any more. */
void stats_release(struct sim_stats *stats);
void stats_free(struct sim_stats *stats);

#endif /* AIOSCTL_SIMULATE_STATS_H */
