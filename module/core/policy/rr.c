// SPDX-License-Identifier: GPL-2.0
/*
 * Round robin: each job runs for the quantum of its group and then makes way for
 * whoever waits, in the order in which they began to wait (Kleinrock, Analysis of
 * a time-shared processor, Naval Research Logistics Quarterly 11, 1964).
 */
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/policy/policy.h"

static void rr_key(struct aios_engine *engine, const struct aios_job_node *job,
		   struct aios_ordered_key *key)
{
	/*
	 * A running job stands behind all that wait, and the one with the longest
	 * stretch last.
	 */
	key->major = job->state == AIOS_CORE_HELD ?
		AIOS_KEY_LAST / 2 + aios_measure_stretch(engine, job) : job->guard.idle_ns;
	key->minor = job->submit_ns;
}

static bool rr_yields(const struct aios_engine *engine,
		      const struct aios_job_node *victim,
		      const struct aios_job_node *job)
{
	(void)job;
	return aios_measure_stretch(engine, victim) >=
	       aios_group_quantum(engine, victim->group);
}

const struct aios_policy_ops aios_policy_rr = {
	.id = AIOS_POLICY_RR,
	.name = "rr",
	.summary = "time slices; suspends others",
	.flags = AIOS_POLICY_PREEMPTIVE | AIOS_POLICY_SLICED,
	.key = rr_key,
	.yields = rr_yields,
};
