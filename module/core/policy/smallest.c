// SPDX-License-Identifier: GPL-2.0
/*
 * Smallest first: the least size, then arrival.
 */
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/policy/policy.h"

static void smallest_key(struct aios_engine *engine, const struct aios_job_node *job,
			 struct aios_ordered_key *key)
{
	key->major = aios_measure_size(engine, job);
	key->minor = job->submit_ns;
}

const struct aios_policy_ops aios_policy_smallest = {
	.id = AIOS_POLICY_SMALLEST,
	.name = "smallest",
	.summary = "smallest size",
	.key = smallest_key,
};
