// SPDX-License-Identifier: GPL-2.0
/*
 * Fair share: the group that has used least, by its weight, goes first, and old
 * use counts less and less: it halves in the half-life (Kay and Lauder, A fair
 * share scheduler, CACM 31(1), 1988). Use is the dominant share of what the group's
 * jobs held, times time.
 */
#include "core/base/fixed.h"
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/policy/policy.h"

static void fairshare_key(struct aios_engine *engine, const struct aios_job_node *job,
			  struct aios_ordered_key *key)
{
	u64 use = aios_group_usage(engine, job->group);
	u32 weight = aios_group_scaled_weight(job->group, AIOS_WEIGHT_DEFAULT);

	key->major = min_t(u64, AIOS_KEY_LAST,
			   aios_mul_div_u64(use, AIOS_WEIGHT_DEFAULT, weight));
	key->minor = job->submit_ns;
}

const struct aios_policy_ops aios_policy_fairshare = {
	.id = AIOS_POLICY_FAIRSHARE,
	.name = "fairshare",
	.summary = "the group with the least decayed use",
	.flags = AIOS_POLICY_MOVING | AIOS_POLICY_WHOLE,
	.key = fairshare_key,
};
