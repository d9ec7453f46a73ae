// SPDX-License-Identifier: GPL-2.0
/*
 * Earliest deadline first (Liu and Layland, Scheduling algorithms for
 * multiprogramming in a hard-real-time environment, JACM 20(1), 1973). Jobs
 * without a deadline come last, in the order of arrival.
 */
#include "core/books/engine.h"
#include "core/policy/policy.h"

static void edf_key(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key)
{
	(void)engine;
	key->major = job->deadline_ns ?: AIOS_KEY_LAST;
	key->minor = job->submit_ns;
}

const struct aios_policy_ops aios_policy_edf = {
	.id = AIOS_POLICY_EDF,
	.name = "edf",
	.summary = "earliest deadline",
	.key = edf_key,
};
