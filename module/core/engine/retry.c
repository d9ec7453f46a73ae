// SPDX-License-Identifier: GPL-2.0
/*
 * Retries: a job that runs out of memory goes back to the queue with a larger
 * request. What such a job may use in one attempt is what it asked for in this
 * attempt: it would otherwise fill memory up to its limit, where no retry helps,
 * or crawl above its grant instead of failing. So its limit of memory is its
 * request, and the limit that its owner stated is how far that grows.
 */
#include "core/base/fixed.h"
#include "core/engine/internal.h"

/* See events.h and questions.h for the contracts of what they declare. */

/**
 * aios_retry_check() - whether what a new job states about retries is in range
 * @job: job, not submitted, valid otherwise
 * @why: written when it is not
 *
 * A gang starts as a whole, so that a member by itself cannot start again.
 *
 * Return: 0 or -EINVAL.
 */
int aios_retry_check(const struct aios_job_node *job, struct aios_why *why)
{
	const u32 memory = AIOS_RESOURCE_MEMORY;

	if (!job->retries && !job->retry_factor)
		return 0;
	if (!job->retries || job->retries > AIOS_RETRIES_MAX) {
		aios_why_set(why, AIOS_WHY_VALUE, 0, 0, job->retries,
			     AIOS_RETRIES_MAX);
		return -EINVAL;
	}
	if (job->retry_factor <= AIOS_RETRY_UNIT ||
	    job->retry_factor > AIOS_RETRY_FACTOR_MAX) {
		aios_why_set(why, AIOS_WHY_VALUE, 0, 0, job->retry_factor,
			     AIOS_RETRY_FACTOR_MAX);
		return -EINVAL;
	}
	if (job->gang) {
		aios_why_set(why, AIOS_WHY_GANG, 0, 0, 1, job->gang->size);
		return -EINVAL;
	}
	if (!(job->resource_mask >> memory & 1) || !job->request[memory] ||
	    job->limit[memory] <= job->request[memory]) {
		aios_why_set(why, AIOS_WHY_NEVER_GROWS, memory, 0,
			     job->request[memory], job->limit[memory]);
		return -EINVAL;
	}
	return 0;
}

/**
 * aios_retry_cap() - hold a job with retries to what it asks for
 * @job: job, checked, whose limit of memory is how far its owner lets it grow;
 *	nothing happens without retries
 */
void aios_retry_cap(struct aios_job_node *job)
{
	if (!job->retries)
		return;
	job->retry_limit = job->limit[AIOS_RESOURCE_MEMORY];
	job->limit[AIOS_RESOURCE_MEMORY] = job->request[AIOS_RESOURCE_MEMORY];
}

/* Take back what aios_retry_cap() did to a job that was only looked at. */
void aios_retry_uncap(struct aios_job_node *job)
{
	if (job->retries)
		job->limit[AIOS_RESOURCE_MEMORY] = job->retry_limit;
}

u64 aios_engine_retry_request(const struct aios_engine *engine,
			      const struct aios_job_node *job)
{
	u64 request = job->request[AIOS_RESOURCE_MEMORY];
	u64 most = min_t(u64, job->retry_limit, AIOS_AMOUNT_MAX);
	u64 next;

	if (job->attempt > job->retries)
		return 0;
	most = min(most, aios_quota_effective(engine, job->group,
					      AIOS_RESOURCE_MEMORY, NULL));
	next = aios_mul_div_u64(request, job->retry_factor, AIOS_RETRY_UNIT);
	next = min(max(next, request + 1), most);
	return next > request ? next : 0;
}

int aios_engine_job_retry(struct aios_engine *engine, struct aios_now now,
			  struct aios_job_node *job)
{
	u64 next;

	aios_now_check(engine, now);
	if (!aios_node_holds(job))
		return -EINVAL;
	next = aios_engine_retry_request(engine, job);
	if (!next)
		return -ENOSPC;
	aios_candidate_remove(engine, job);
	aios_node_unbook(engine, job);
	aios_held_erase(engine, job);
	engine->nr_held--;
	engine->nr_queued++;
	job->group->nr_running--;
	job->state = AIOS_CORE_QUEUED;
	job->ready = false;
	job->resuming = false;
	job->preempted = false;
	job->nr_shares = 0;
	job->x = 0;
	job->books.ran_ns = 0;
	memset(job->held, 0, sizeof(job->held));
	memset(job->grant, 0, sizeof(job->grant));
	job->attempt++;
	job->constant.policy = NULL;
	job->request[AIOS_RESOURCE_MEMORY] = next;
	job->limit[AIOS_RESOURCE_MEMORY] = next;
	aios_engine_freed(engine);
	return 0;
}
