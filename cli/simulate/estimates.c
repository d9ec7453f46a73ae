// SPDX-License-Identifier: GPL-2.0
/*
 * The estimated starts of a replay: see estimates.h. The module asks the same
 * questions in group/station.c.
 */
#include <stdlib.h>
#include <string.h>

#include "print/util.h"
#include "simulate/estimates.h"

void estimates_arrive(struct sim_estimates *estimates, struct sim_guess *guess,
		      uint64_t now)
{
	if (!estimates->begun)
		aios_calibration_init(&estimates->calibration);
	estimates->begun = true;
	if (estimates->nr_fresh == estimates->room) {
		estimates->room = estimates->room ? 2 * estimates->room : 64;
		estimates->fresh = xrealloc(estimates->fresh,
					    estimates->room * sizeof(*estimates->fresh));
	}
	guess->arrived_ns = now;
	estimates->fresh[estimates->nr_fresh++] = guess;
}

/* It waits for room, and not for others to act, which nothing foretells. */
static bool waits_for_room(const struct aios_why *why)
{
	return why->code == AIOS_WHY_NONE || why->code == AIOS_WHY_NOT_NOW ||
	       why->code == AIOS_WHY_BEHIND || why->code == AIOS_WHY_NO_DEVICE;
}

/* The groups of a replay have no limits, so that the machine is where a job finds no room. */
static int wait_at(const struct sim_queueing *queueing, uint32_t owner,
		   struct aios_engine *engine, struct aios_job_node *node,
		   uint64_t now, const u64 *capacity, struct aios_queueing_wait *wait)
{
	const struct aios_station *station = &queueing->stations[owner];
	const struct aios_group_node *group = owner ? node->group : &engine->root;
	const struct aios_station_job found = {
		.ahead = aios_engine_ahead(engine, node, group),
		.width = aios_station_width(station, capacity, node->request),
		.refused = !owner,
	};

	return aios_station_wait_of(station, now, aios_station_servers(station, capacity),
				    &found, wait);
}

/* What the job waits for is that of its stations at which it waits for longest. */
static uint32_t by_stations(const struct sim_queueing *queueing, struct aios_engine *engine,
			    struct aios_job_node *node, uint64_t now, const u64 *capacity,
			    uint64_t *wait_ns)
{
	uint32_t owner = (uint32_t)(node->group->id - engine->root.id);
	struct aios_queueing_wait wait;
	uint32_t basis = AIOS_BASIS_NONE;

	*wait_ns = 0;
	if (!wait_at(queueing, 0, engine, node, now, capacity, &wait)) {
		basis = wait.basis;
		*wait_ns = wait.wait_ns;
	}
	if (owner && !wait_at(queueing, owner, engine, node, now, capacity, &wait) &&
	    wait.wait_ns > *wait_ns) {
		basis = wait.basis;
		*wait_ns = wait.wait_ns;
	}
	return *wait_ns ? basis : AIOS_BASIS_NONE;
}

static void ask(struct sim_estimates *estimates, struct sim_guess *guess,
		struct aios_engine *engine, uint64_t now,
		const struct sim_queueing *queueing, const u64 *capacity)
{
	struct aios_job_node *node = guess->node;
	uint32_t basis = AIOS_BASIS_FUTURE;
	struct aios_why why;
	uint64_t start_ns, wait_ns;

	aios_engine_job_why(engine, node, &why);
	start_ns = aios_engine_estimate_start(engine, node, now);
	wait_ns = start_ns - now;
	if (!start_ns && waits_for_room(&why))
		basis = by_stations(queueing, engine, node, now, capacity, &wait_ns);
	else if (!start_ns)
		basis = AIOS_BASIS_NONE;
	if (basis == AIOS_BASIS_NONE)
		return;
	aios_calibrate(&estimates->calibration, basis, now, wait_ns,
		       aios_station_width(&queueing->stations[0], capacity, node->request),
		       &guess->told);
	aios_calibration_tell(&estimates->calibration);
}

void estimates_decided(struct sim_estimates *estimates, struct aios_engine *engine,
		       uint64_t now, const struct sim_queueing *queueing,
		       const u64 *capacity)
{
	if (aios_engine_pending(engine))
		return;
	for (size_t i = 0; i < estimates->nr_fresh; i++) {
		struct sim_guess *guess = estimates->fresh[i];

		guess->asked = true;
		ask(estimates, guess, engine, now, queueing, capacity);
	}
	estimates->nr_fresh = 0;
}

/* A job that started, or left, is asked nothing any more. */
static void forget_fresh(struct sim_estimates *estimates, const struct sim_guess *guess)
{
	for (size_t i = estimates->nr_fresh; i--;)
		if (estimates->fresh[i] == guess)
			estimates->fresh[i] = estimates->fresh[--estimates->nr_fresh];
}

void estimates_started(struct sim_estimates *estimates, struct sim_guess *guess,
		       uint64_t now, struct sim_stats *stats)
{
	if (guess->done)
		return;
	guess->done = true;
	stats_started(stats, &(struct sim_estimate){
		.job = guess->trace->id,
		.arrived_ns = guess->arrived_ns,
		.waited_ns = now - guess->arrived_ns,
		.basis = guess->told.basis,
		.wait_ns = guess->told.wait_ns,
		.low_ns = guess->told.low_ns,
		.high_ns = guess->told.high_ns,
		.at_once = !guess->asked,
	});
	aios_calibration_learn(&estimates->calibration, &guess->told, now);
	forget_fresh(estimates, guess);
}

void estimates_left(struct sim_estimates *estimates, struct sim_guess *guess)
{
	if (!guess->done)
		aios_calibration_forget(&estimates->calibration, &guess->told);
	forget_fresh(estimates, guess);
}

void estimates_free(struct sim_estimates *estimates)
{
	free(estimates->fresh);
}
