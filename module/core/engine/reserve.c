// SPDX-License-Identifier: GPL-2.0
/*
 * The reservation of reserve.h. The simulation holds the shadow time with the
 * head started.
 */
#include "core/engine/reserve.h"

/* Return the next job to end, NULL when no further end is known. */
static struct aios_job_node *ending(struct aios_ordered_node *node)
{
	struct aios_job_node *job = aios_node_of_held(node);

	return job && node->key.major < AIOS_TIME_MAX ? job : NULL;
}

/**
 * aios_reserve() - reserve for the head
 * @engine: the engine; the simulation is begun anew
 * @head: candidate that does not fit now
 * @now: the time
 *
 * O(running jobs that end before the head starts).
 *
 * Return: the shadow time, AIOS_TIME_MAX when it is not known.
 */
u64 aios_reserve(struct aios_engine *engine, struct aios_job_node *head,
		 u64 now)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->held);
	struct aios_why why;
	struct aios_job_node *job;

	aios_sim_begin(engine);
	for (job = ending(node); job; job = ending(node)) {
		u64 time = max(now, job->end_ns);

		aios_sim_end(engine, job);
		node = aios_ordered_next(node);
		job = ending(node);
		if (job && max(now, job->end_ns) == time)
			continue;
		if (!aios_gang_fits(engine, head, AIOS_VIEW_SIM, &why))
			continue;
		aios_sim_start(engine, head);
		return aios_drain_shadow(engine, head, time);
	}
	aios_sim_begin(engine);
	if (!aios_sim_place(engine, head))
		aios_sim_fill(engine);
	return AIOS_TIME_MAX;
}

/**
 * aios_shadow() - reserve for the head, and find until when what is backfilled may run
 * @engine: the engine; the simulation is begun anew
 * @head: candidate that does not fit now
 * @now: the time
 *
 * Return: as aios_reserve(), later for a promoted head that can wait (aios_guard_slack()).
 */
u64 aios_shadow(struct aios_engine *engine, struct aios_job_node *head, u64 now)
{
	u64 shadow = aios_reserve(engine, head, now);

	return min(shadow + aios_guard_slack(engine, head, shadow), AIOS_TIME_MAX);
}

/**
 * aios_reserve_admits() - whether a job can start without delaying the head
 * @engine: the engine, aios_shadow() just called
 * @job: candidate behind the head; its shares are written
 * @now: the time
 * @shadow: what aios_shadow() returned
 * @why: written when it cannot
 *
 * When it can and will be running at the shadow time, it takes its part of the
 * extra.
 *
 * Return: true when it can.
 */
bool aios_reserve_admits(struct aios_engine *engine, struct aios_job_node *job,
			 u64 now, u64 shadow, struct aios_why *why)
{
	struct aios_why unused;

	if (!aios_fits_now(engine, job, why))
		return false;
	if (shadow < AIOS_TIME_MAX && now + aios_gang_left(job) <= shadow)
		return true;
	if (aios_gang_fits(engine, job, AIOS_VIEW_BOTH, &unused)) {
		aios_sim_start(engine, job);
		return true;
	}
	aios_why_set(why, AIOS_WHY_BEHIND, 0, 0,
		     engine->head ? engine->head->id : 0, 0);
	return false;
}
