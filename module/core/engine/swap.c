// SPDX-License-Identifier: GPL-2.0
/*
 * Two queued jobs change places. A place is when a job arrived, as policies have it: who
 * was between the two has as many before him as he had, and nobody has more.
 */
#include "core/engine/internal.h"

/* See events.h for the contracts of the functions that it declares. */

static bool can_swap(const struct aios_job_node *job)
{
	return job->state == AIOS_CORE_QUEUED && !job->gang && !job->depend.lost;
}

static void take_out(struct aios_engine *engine, struct aios_job_node *job)
{
	aios_candidate_remove(engine, job);
	aios_begin_leave(engine, job);
	/* What policies have made of its arrival is void. */
	job->constant.policy = NULL;
}

static void put_in(struct aios_engine *engine, struct aios_job_node *job, bool candidate)
{
	aios_begin_enter(engine, job);
	if (candidate)
		aios_candidate_add(engine, job);
}

int aios_engine_job_swap(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, struct aios_job_node *other)
{
	bool waits = aios_node_is_candidate(job), other_waits = aios_node_is_candidate(other);
	u64 serial = job->serial, submit_ns = job->submit_ns;

	aios_now_check(engine, now);
	if (!can_swap(job) || !can_swap(other) || job == other ||
	    job->group != other->group || job->priority != other->priority)
		return -EINVAL;
	take_out(engine, job);
	take_out(engine, other);
	job->serial = other->serial;
	job->submit_ns = other->submit_ns;
	other->serial = serial;
	other->submit_ns = submit_ns;
	put_in(engine, job, waits);
	put_in(engine, other, other_waits);
	aios_engine_touch(engine);
	return 0;
}
