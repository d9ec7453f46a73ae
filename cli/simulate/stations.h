/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stations of a replay: the machine, and each group that jobs are sorted into,
 * measured by the code that measures them in the module.
 */
#ifndef AIOSCTL_SIMULATE_STATIONS_H
#define AIOSCTL_SIMULATE_STATIONS_H

#include <core/queueing/station.h>

#include "simulate/stats.h"

/* All zero stands for a replay in which nothing has happened yet. */
struct sim_queueing {
	struct aios_station *stations; /* by owner; the machine is number 0 */
	uint32_t nr;
	bool begun;
	uint64_t since;		/* the first arrival; all count from there */
	uint64_t last;		/* when a job went to another place */
};

/* Somebody arrives; the first time counts, so that rates can be compared. */
void queueing_begin(struct sim_queueing *queueing, uint64_t now);

/* A job of @owner goes to another place; @owner 0 is counted by the machine alone. */
void queueing_move(struct sim_queueing *queueing, struct aios_visit *visit,
		   uint32_t owner, enum aios_visit_state to, uint64_t now,
		   const u64 *request);
/* This adds what each station that saw a job has measured up to the last end. */
void queueing_collect(const struct sim_queueing *queueing, const u64 *capacity,
		      struct sim_stats *stats);
void queueing_free(struct sim_queueing *queueing);

#endif /* AIOSCTL_SIMULATE_STATIONS_H */
