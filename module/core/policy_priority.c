// SPDX-License-Identifier: GPL-2.0
/*
 * Static priority, higher first; arrival among equals.
 */
#include "engine.h"
#include "policy.h"

static void priority_key(const struct aios_job_node *job,
			 struct aios_queue_key *key)
{
	key->major = 1 + (u64)(AIOS_PRIORITY_MAX - job->priority);
	key->minor = job->submit_ns;
}

const struct aios_policy_ops aios_policy_priority = {
	.id = AIOS_POLICY_PRIORITY,
	.name = "priority",
	.key = priority_key,
};
