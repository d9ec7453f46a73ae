// SPDX-License-Identifier: GPL-2.0
/*
 * Priority, higher first; arrival among equals. With aging a job gains one step
 * of priority each time it has waited for the aging time. All gain alike, so who
 * is ahead of whom never changes while they wait, and neither do the keys.
 */
#include "core/books/engine.h"
#include "core/policy/policy.h"

static void priority_key(struct aios_engine *engine, const struct aios_job_node *job,
			 struct aios_ordered_key *key)
{
	u64 below = (u64)(AIOS_PRIORITY_MAX - job->priority);

	key->major = below;
	key->minor = job->submit_ns;
	if (!engine->tuning.aging_ns)
		return;
	key->major = min_t(u64, AIOS_KEY_LAST,
			   below * engine->tuning.aging_ns + job->submit_ns);
	key->minor = 0;
}

const struct aios_policy_ops aios_policy_priority = {
	.id = AIOS_POLICY_PRIORITY,
	.name = "priority",
	.summary = "priority, then arrival",
	.key = priority_key,
};
