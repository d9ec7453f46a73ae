// SPDX-License-Identifier: GPL-2.0
/*
 * Shortest job first, by the expected run time: optimal for the mean wait of one
 * server when the times are known (Smith, Various optimizers for single-stage
 * production, Naval Research Logistics Quarterly 3, 1956). Unknown ones come last.
 */
#include "core/books/engine.h"
#include "core/books/runtime.h"
#include "core/policy/policy.h"

static void sjf_key(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key)
{
	(void)engine;
	key->major = aios_node_expected(job) ?: AIOS_KEY_LAST;
	key->minor = job->submit_ns;
}

const struct aios_policy_ops aios_policy_sjf = {
	.id = AIOS_POLICY_SJF,
	.name = "sjf",
	.summary = "shortest expected run time",
	.key = sjf_key,
};
