// SPDX-License-Identifier: GPL-2.0
/*
 * Dominant resource fairness over the groups that jobs are in: the next job is
 * always one of the group whose dominant share, by its weight, is least (Ghodsi
 * et al., Dominant Resource Fairness: fair allocation of multiple resource
 * types, NSDI 2011, algorithm 1). A job's key is the share that its group will
 * have when those ahead of it in the group have started, which merges the
 * groups' queues as progressive filling would.
 */
#include "core/base/fixed.h"
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/policy/policy.h"

static u64 by_weight(const struct aios_group_node *group, u64 share)
{
	return share * AIOS_WEIGHT_DEFAULT /
	       aios_group_scaled_weight(group, AIOS_WEIGHT_DEFAULT);
}

/* Begin a pass: the shares of the groups are taken anew. */
static void drf_begin(struct aios_engine *engine)
{
	engine->tally.stamp++;
}

static void drf_key(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key)
{
	struct aios_group_node *group = job->group;

	if (group->tag.stamp != engine->tally.stamp) {
		group->tag.stamp = engine->tally.stamp;
		group->tag.value = by_weight(group,
					     aios_measure_share(engine, group->charged));
	}
	key->major = group->tag.value;
	key->minor = job->submit_ns;
	group->tag.value = min_t(u64, AIOS_KEY_LAST, group->tag.value +
				 by_weight(group, aios_measure_share(engine, job->request)));
}

const struct aios_policy_ops aios_policy_drf = {
	.id = AIOS_POLICY_DRF,
	.name = "drf",
	.summary = "the group with the least dominant share",
	.flags = AIOS_POLICY_MOVING | AIOS_POLICY_WHOLE,
	.key = drf_key,
	.begin = drf_begin,
};
