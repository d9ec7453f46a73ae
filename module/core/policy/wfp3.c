// SPDX-License-Identifier: GPL-2.0
/*
 * WFP3: (wait / expected run time)^3 * size, the largest first. Favours jobs that
 * have waited long for their length and does not starve large ones (Tang, Lan,
 * Desai, Buettner, Fault-aware, utility-based job scheduling on Blue Gene/P
 * systems, CLUSTER 2009). Its logarithm has the same order and no overflow.
 */
#include "core/base/log2.h"
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/books/runtime.h"
#include "core/policy/policy.h"

#define BIAS		(1ULL << 60)

static void wfp3_key(struct aios_engine *engine, const struct aios_job_node *job,
		     struct aios_ordered_key *key)
{
	u64 wait = engine->now - min(engine->now, job->submit_ns);
	s64 log;

	key->major = AIOS_KEY_LAST;
	key->minor = job->submit_ns;
	if (!wait || !aios_node_expected(job))
		return;
	log = 3 * aios_log2(wait) + job->constant.value;
	key->major = BIAS - (u64)log;
}

static s64 wfp3_constant(const struct aios_engine *engine, const struct aios_job_node *job)
{
	return aios_log2(aios_measure_size(engine, job)) -
	       3 * aios_log2(aios_node_expected(job));
}

const struct aios_policy_ops aios_policy_wfp3 = {
	.id = AIOS_POLICY_WFP3,
	.name = "wfp3",
	.summary = "wait over run time, cubed, times size",
	.flags = AIOS_POLICY_MOVING,
	.key = wfp3_key,
	.constant = wfp3_constant,
};
