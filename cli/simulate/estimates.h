/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The estimated starts of a replay: what the module would tell each job that has to
 * wait when it arrives, and what came of it. Estimates and intervals are made by the
 * code that makes them in the module.
 */
#ifndef AIOSCTL_SIMULATE_ESTIMATES_H
#define AIOSCTL_SIMULATE_ESTIMATES_H

#include <core/engine/engine.h>
#include <core/queueing/calibrate.h>

#include "simulate/stations.h"

/* A job of the replay. */
struct sim_guess {
	struct aios_job_node *node;
	const struct trace_job *trace;
	struct aios_told told;
	uint64_t arrived_ns;
	bool asked;		/* whether it had to wait is known, and what it was told */
	bool done;		/* its outcome has been noted */
};

/* All zero stands for a replay in which nothing has happened yet. */
struct sim_estimates {
	struct aios_calibration calibration;
	bool begun;
	struct sim_guess **fresh; /* those that arrived since the last decision */
	size_t nr_fresh;
	size_t room;
};

/* A job arrives; all in @guess is zero but node and trace. */
void estimates_arrive(struct sim_estimates *estimates, struct sim_guess *guess,
		      uint64_t now);
/* A decision has been made: those that arrived and still wait are told for how long. */
void estimates_decided(struct sim_estimates *estimates, struct aios_engine *engine,
		       uint64_t now, const struct sim_queueing *queueing,
		       const u64 *capacity);
/* A job starts, the first time, or leaves without; what came of it goes to @stats. */
void estimates_started(struct sim_estimates *estimates, struct sim_guess *guess,
		       uint64_t now, struct sim_stats *stats);
void estimates_left(struct sim_estimates *estimates, struct sim_guess *guess);
void estimates_free(struct sim_estimates *estimates);

#endif /* AIOSCTL_SIMULATE_ESTIMATES_H */
