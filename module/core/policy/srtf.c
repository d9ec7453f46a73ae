// SPDX-License-Identifier: GPL-2.0
/*
 * Shortest remaining time first, with preemption (Schrage, A proof of the
 * optimality of the shortest remaining processing time discipline, Operations
 * Research 16(3), 1968). A running job makes way for one whose expected run time
 * is shorter than what the running one has left by more than a quantum, for a
 * job that is frozen and resumed costs time too.
 */
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/books/runtime.h"
#include "core/policy/policy.h"

static u64 left(const struct aios_engine *engine, const struct aios_job_node *job)
{
	u64 ran = aios_measure_ran(engine, job), expected = aios_node_expected(job);

	return expected ? expected - min(expected, ran) : AIOS_KEY_LAST;
}

static void srtf_key(struct aios_engine *engine, const struct aios_job_node *job,
		     struct aios_ordered_key *key)
{
	key->major = left(engine, job);
	key->minor = job->submit_ns;
}

static bool srtf_yields(const struct aios_engine *engine,
			const struct aios_job_node *victim,
			const struct aios_job_node *job)
{
	return left(engine, job) + engine->tuning.quantum_ns < left(engine, victim);
}

const struct aios_policy_ops aios_policy_srtf = {
	.id = AIOS_POLICY_SRTF,
	.name = "srtf",
	.summary = "shortest remaining expected time; suspends others",
	.flags = AIOS_POLICY_PREEMPTIVE,
	.key = srtf_key,
	.yields = srtf_yields,
};
