// SPDX-License-Identifier: GPL-2.0
/*
 * Draining: from a time on nothing starts. What could not have ended by then does
 * not start before it either, so that the machine is idle at that time if none runs
 * longer than it may. Whoever is barred holds nobody up: it waits for the end of
 * the drain, and all who start meanwhile have ended by then.
 */
#include "core/engine/internal.h"

/* See events.h for the contracts of the functions that it declares. */

void aios_engine_drain(struct aios_engine *engine, struct aios_now now,
		       u64 start_ns)
{
	aios_now_check(engine, now);
	engine->drain_ns = min(start_ns, AIOS_TIME_MAX);
	aios_engine_freed(engine);
}

/**
 * aios_drain_bars() - whether a candidate cannot start because the machine drains
 * @engine: the engine
 * @job: candidate; one that only resumes is never barred
 * @time: when it would start
 *
 * Return: true when it cannot.
 */
bool aios_drain_bars(const struct aios_engine *engine,
		     const struct aios_job_node *job, u64 time)
{
	u64 left;

	if (engine->drain_ns == AIOS_TIME_MAX || job->state == AIOS_CORE_SUSPENDED)
		return false;
	left = aios_gang_left(job);
	return time >= engine->drain_ns || left > engine->drain_ns - time;
}

/**
 * aios_drain_why() - what a barred candidate waits for
 * @engine: the engine
 * @why: written
 */
void aios_drain_why(const struct aios_engine *engine, struct aios_why *why)
{
	aios_why_set(why, AIOS_WHY_DRAIN, 0, 0, engine->drain_ns, 0);
}

/**
 * aios_drain_shadow() - the shadow time of a head with the drain in mind
 * @engine: the engine
 * @head: head
 * @time: when it would fit
 *
 * Return: @time, or the begin of the drain when it cannot start before that.
 */
u64 aios_drain_shadow(const struct aios_engine *engine,
		      const struct aios_job_node *head, u64 time)
{
	return aios_drain_bars(engine, head, time) ? engine->drain_ns : time;
}

/*
 * Return when the head can no longer start, for the next candidate is the head
 * then.
 */
u64 aios_drain_next(const struct aios_engine *engine)
{
	const struct aios_job_node *head = engine->head;

	if (!head || engine->drain_ns == AIOS_TIME_MAX ||
	    head->state == AIOS_CORE_SUSPENDED ||
	    aios_drain_bars(engine, head, engine->now))
		return AIOS_TIME_MAX;
	return engine->drain_ns - aios_gang_left(head) + 1;
}
