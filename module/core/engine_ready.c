// SPDX-License-Identifier: GPL-2.0
/*
 * Which queued jobs are candidates: what must be true of a job before it is a
 * question of room. It keeps its place by arrival all the while.
 */
#include "engine_internal.h"

/* See engine.h for the contracts of the functions that it declares. */

bool aios_engine_job_waits(const struct aios_job_node *job)
{
	return job->state == AIOS_CORE_QUEUED && job->ready && !job->on_hold &&
	       !job->nr_unmet;
}

/**
 * aios_job_consider() - something of that has changed
 * @engine: the engine
 * @job: job; no effect unless it is queued
 *
 * What it waited as a candidate counts for the guard, and no other time does.
 */
void aios_job_consider(struct aios_engine *engine, struct aios_job_node *job)
{
	bool waits = aios_engine_job_waits(job);
	u64 now = max(engine->now, job->submit_ns);

	if (job->state != AIOS_CORE_QUEUED || waits == aios_job_candidate(job))
		return;
	if (waits) {
		job->idle_ns = now;
		aios_job_enqueue(engine, job);
	} else {
		job->waited_ns += now - min(now, job->idle_ns);
		aios_job_dequeue(engine, job);
	}
}

void aios_engine_job_ready(struct aios_engine *engine,
			   struct aios_job_node *job, bool ready)
{
	if (job->state != AIOS_CORE_QUEUED)
		return;
	job->ready = ready;
	aios_job_consider(engine, job);
}

int aios_engine_job_hold(struct aios_engine *engine, struct aios_job_node *job,
			 bool hold)
{
	if (job->state != AIOS_CORE_QUEUED)
		return -EINVAL;
	if (job->on_hold == hold)
		return -EALREADY;
	job->on_hold = hold;
	aios_job_consider(engine, job);
	return 0;
}
