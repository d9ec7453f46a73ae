// SPDX-License-Identifier: GPL-2.0
/*
 * Least attained service, with preemption: who has had least goes first, and no
 * run time needs to be known (Nuyens and Wierman, The foreground-background
 * queue: a survey, Performance Evaluation 65, 2008; for accelerators: Gu et al.,
 * Tiresias, NSDI 2019). Service is time that a job has run. A running job makes
 * way for one that has had less by more than a quantum.
 */
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/policy/policy.h"

static void las_key(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key)
{
	key->major = aios_measure_ran(engine, job);
	key->minor = job->submit_ns;
}

static bool las_yields(const struct aios_engine *engine,
		       const struct aios_job_node *victim,
		       const struct aios_job_node *job)
{
	return aios_measure_ran(engine, job) + engine->tuning.quantum_ns <
	       aios_measure_ran(engine, victim);
}

const struct aios_policy_ops aios_policy_las = {
	.id = AIOS_POLICY_LAS,
	.name = "las",
	.summary = "least attained service; suspends others",
	.flags = AIOS_POLICY_PREEMPTIVE | AIOS_POLICY_SLICED,
	.key = las_key,
	.yields = las_yields,
};
