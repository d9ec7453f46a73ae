// SPDX-License-Identifier: GPL-2.0
/*
 * F1, a function that was fitted to simulated schedules (Carastan-Santos and de
 * Camargo, Obtaining dynamic scheduling policies with simulation and machine
 * learning, SC'17, table 4):
 *
 *   log10(r) * n + 870 * log10(s), the least first
 *
 * with the expected run time r and the arrival s in seconds and the number of
 * processors n. Arrivals count from the engine's origin, in a replay the first of them,
 * as in the paper's experiments. A common factor of the logarithms does not change the
 * order, so they are binary here, with 40 fraction bits; r and s below 0.1 s count as
 * 0.1 s, as there. Sizes are in thousandths of a processor.
 */
#include "core/base/log2.h"
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/books/runtime.h"
#include "core/policy/policy.h"

#define NS_MIN		100000000ULL	/* 0.1 s */
#define NS_SECOND	1000000000ULL
#define MILLI		1000
/* This is more than any log2 of a second's fraction times a size. */
#define BIAS		((u128)1 << 120)

static s64 log2_seconds(u64 ns)
{
	return aios_log2(max(ns, NS_MIN)) - aios_log2(NS_SECOND);
}

static void f1_key(struct aios_engine *engine, const struct aios_job_node *job,
		   struct aios_ordered_key *key)
{
	s64 runtime = log2_seconds(aios_node_expected(job) ?: AIOS_TIME_MAX);
	s64 arrival = log2_seconds(job->submit_ns - min(job->submit_ns, engine->origin_ns));
	s128 sum = (s128)runtime * (s64)aios_measure_size(engine, job) +
		   (s128)arrival * 870 * MILLI;

	aios_key_u128(key, BIAS + (u128)sum);
}

const struct aios_policy_ops aios_policy_f1 = {
	.id = AIOS_POLICY_F1,
	.name = "f1",
	.summary = "a fitted function of run time, size and arrival",
	.key = f1_key,
};
