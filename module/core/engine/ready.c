// SPDX-License-Identifier: GPL-2.0
/*
 * Which queued jobs are candidates: what must be true of a job before it is a
 * question of room. It keeps its place by arrival all the while.
 */
#include "core/engine/internal.h"

/* See engine.h for the contracts of the functions that it declares. */

/* Whether nothing of a queued job itself keeps it back. */
bool aios_job_ready_alone(const struct aios_job_node *job)
{
	return job->state == AIOS_CORE_QUEUED && job->ready && !job->on_hold &&
	       !job->nr_unmet;
}

bool aios_engine_job_waits(const struct aios_job_node *job)
{
	if (!job->gang)
		return aios_job_ready_alone(job);
	return aios_gang_ready(job->gang) == job->gang->size;
}

/**
 * aios_job_consider() - something of that has changed
 * @engine: the engine
 * @job: job, for its whole gang; no effect unless it is queued, or suspended and
 *	waits to resume
 *
 * What it waited as a candidate counts for the guard, and no other time does.
 */
void aios_job_consider(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *lead = aios_job_lead(job);
	bool waits = aios_engine_job_waits(lead) || lead->resuming;
	u64 now = max(engine->now, lead->submit_ns);

	if (aios_job_candidate(lead) == waits || lead->state == AIOS_CORE_NONE)
		return;
	if (waits) {
		lead->idle_ns = now;
		aios_job_enqueue(engine, lead);
	} else {
		lead->waited_ns += now - min(now, lead->idle_ns);
		aios_job_dequeue(engine, lead);
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
