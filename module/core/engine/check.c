// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a job is well-formed, and whether the machine could ever run it.
 */
#include "core/engine/internal.h"

/* See questions.h for the contracts of the functions that it declares. */

static int value_error(struct aios_why *why, u32 resource, u64 asked, u64 bound)
{
	aios_why_set(why, AIOS_WHY_VALUE, resource, 0, asked, bound);
	return -EINVAL;
}

/**
 * aios_node_valid() - whether what the owner set in a job is in range
 * @engine: the engine
 * @job: job
 * @why: written when it is not
 *
 * Return: 0, -EINVAL or -EOPNOTSUPP.
 */
int aios_node_valid(const struct aios_engine *engine,
		    const struct aios_job_node *job, struct aios_why *why)
{
	u32 known = engine->elastic | engine->sticky | engine->limit_only;
	u32 r;

	if (job->weight < AIOS_WEIGHT_MIN || job->weight > AIOS_WEIGHT_MAX)
		return value_error(why, 0, job->weight, AIOS_WEIGHT_MAX);
	if (job->priority < AIOS_PRIORITY_MIN ||
	    job->priority > AIOS_PRIORITY_MAX)
		return value_error(why, 0, (u64)(s64)job->priority,
				   AIOS_PRIORITY_MAX);
	if (job->expected_runtime_ns > AIOS_TIME_MAX)
		return value_error(why, 0, job->expected_runtime_ns,
				   AIOS_TIME_MAX);
	if (job->predicted_runtime_ns > AIOS_TIME_MAX)
		return value_error(why, 0, job->predicted_runtime_ns, AIOS_TIME_MAX);
	if (job->predicted_most_ns > AIOS_TIME_MAX)
		return value_error(why, 0, job->predicted_most_ns, AIOS_TIME_MAX);
	if (job->max_runtime_ns > AIOS_TIME_MAX)
		return value_error(why, 0, job->max_runtime_ns, AIOS_TIME_MAX);
	if (job->submit_ns > AIOS_TIME_MAX)
		return value_error(why, 0, job->submit_ns, AIOS_TIME_MAX);
	if (job->deadline_ns > AIOS_TIME_MAX)
		return value_error(why, 0, job->deadline_ns, AIOS_TIME_MAX);
	if (job->begin_ns > AIOS_TIME_MAX)
		return value_error(why, 0, job->begin_ns, AIOS_TIME_MAX);
	for (r = 0; r < 32; r++) {
		if (!(job->resource_mask >> r & 1))
			continue;
		if (!(known >> r & 1)) {
			aios_why_set(why, AIOS_WHY_UNENFORCEABLE, r, 0, 0, 0);
			return -EOPNOTSUPP;
		}
		if (job->request[r] > AIOS_AMOUNT_MAX)
			return value_error(why, r, job->request[r],
					   AIOS_AMOUNT_MAX);
		if (job->limit[r] > AIOS_AMOUNT_MAX &&
		    job->limit[r] != AIOS_UNLIMITED)
			return value_error(why, r, job->limit[r],
					   AIOS_AMOUNT_MAX);
		if (job->request[r] > job->limit[r]) {
			aios_why_set(why, AIOS_WHY_REQUEST_ABOVE_LIMIT, r, 0,
				     job->request[r], job->limit[r]);
			return -EINVAL;
		}
	}
	return 0;
}

int aios_engine_job_check(const struct aios_engine *engine,
			  const struct aios_job_node *job,
			  struct aios_why *why)
{
	struct aios_why unused;
	int err;

	why = why ? why : &unused;
	aios_why_clear(why);
	err = aios_node_valid(engine, job, why);
	if (!err)
		err = aios_depend_check(job, why);
	if (!err)
		err = aios_retry_check(job, why);
	if (!err && !aios_node_possible(engine, job, AIOS_VIEW_WHOLE, why))
		err = -ENOSPC;
	return err;
}
