// SPDX-License-Identifier: GPL-2.0
/*
 * The learned order: a network scores each job against the state of the machine, and the
 * highest score goes first (Zhang, Dai, He, Bao, Xie, RLScheduler: an automated HPC batch job
 * scheduler using reinforcement learning, SC 2020, section 4.1: one small network for all
 * jobs). What it sees is in core/learn/ranker.h: what jobs state or are expected to run, never
 * what they will. The weights are the owner's, who loads them: aios_engine_ranker_set().
 */
#include "core/base/fixed.h"
#include "core/base/log2.h"
#include "core/books/books.h"
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/books/runtime.h"
#include "core/learn/ranker.h"
#include "core/policy/policy.h"

#define NS_SECOND	1000000000ULL
#define SLOWDOWN_LEAST	(10 * NS_SECOND) /* as in bounded slowdown */
#define QUARTER		2		/* of a logarithm: so many bits less */
#define BIAS		(1ULL << 60)

/*
 * What a job's constant keeps: the inputs for run time, excess and share, and the logarithm
 * of what its wait is measured by, 16 bits each.
 */
#define AT_EXCESS	16
#define AT_SHARE	32
#define AT_MEASURE	48

static s16 quarter(s64 log)
{
	return aios_network_input(log >> QUARTER, AIOS_LOG2_FRAC);
}

/* Return a quarter of the logarithm of a duration in seconds. */
static s16 log_of(u64 ns)
{
	return quarter(aios_log2(ns) - aios_log2(NS_SECOND));
}

/* Return the input for a duration: the logarithm of 1 s more. */
static s16 log_seconds(u64 ns)
{
	return log_of(ns + NS_SECOND);
}

/* Return the input for a part of a whole, which is not 0. */
static s16 part(u64 value, u64 whole)
{
	value = min(value, whole);
	/* A hundred days, or half of the largest amount: a division of 64 bits will do. */
	if (value >> (63 - AIOS_NETWORK_FRAC))
		return (s16)aios_mul_div_u64(value, AIOS_NETWORK_ONE, whole);
	return (s16)((value << AIOS_NETWORK_FRAC) / whole);
}

/* Return what a wait is measured by: the expected run time, 10 s at least. */
static u64 measure_of(const struct aios_job_node *job)
{
	return max(aios_node_expected(job) ?: AIOS_TIME_MAX, SLOWDOWN_LEAST);
}

/* Return what is free, as the size of a job that would fit. */
static u64 free_size(const struct aios_engine *engine)
{
	u64 least = engine->yardstick;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 capacity = engine->capacity[r];
		u64 charged = engine->root.charged[r];

		if (!((engine->elastic | engine->sticky) >> r & 1) || !capacity ||
		    capacity > AIOS_AMOUNT_MAX)
			continue;
		least = min(least, aios_mul_div_u64(capacity - min(capacity, charged),
						    engine->yardstick, capacity));
	}
	return least;
}

/* Find what will be free when, by what running jobs may run at most. */
static void find_steps(const struct aios_engine *engine, struct aios_ranker *ranker)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->held);
	u64 size = ranker->free;

	ranker->nr_steps = 0;
	while (node && size < engine->yardstick && ranker->nr_steps < AIOS_RANKER_STEPS) {
		const struct aios_job_node *job =
			container_of(node, struct aios_job_node, held_node);
		struct aios_ranker_step *step = &ranker->step[ranker->nr_steps];

		node = aios_ordered_next(node);
		if (job->state != AIOS_CORE_HELD)
			continue;
		size = min(size + aios_measure_size(engine, job), engine->yardstick);
		step->free = size;
		step->delay = log_seconds(job->end_ns - min(job->end_ns, engine->now));
		ranker->nr_steps++;
	}
}

static u64 longest_wait(const struct aios_engine *engine)
{
	const struct aios_ordered_node *first = aios_ordered_first(&engine->guarded);
	const struct aios_job_node *job;

	if (!first)
		return 0;
	job = container_of(first, struct aios_job_node, order_node);
	return engine->now - min(engine->now, job->submit_ns);
}

static void learned_begin(struct aios_engine *engine)
{
	struct aios_ranker *ranker = engine->ranker;
	const struct aios_ranker_step *half;
	s16 *state = ranker->state;

	if (!engine->yardstick)
		return;
	ranker->free = free_size(engine);
	ranker->longest_ns = longest_wait(engine);
	find_steps(engine, ranker);
	half = ranker->free < engine->yardstick / 2 ?
	       aios_ranker_when(ranker, engine->yardstick / 2) : NULL;
	state[AIOS_RANKER_FREE] = part(ranker->free, engine->yardstick);
	state[AIOS_RANKER_QUEUE] = quarter(aios_log2(1ULL + aios_ordered_size(&engine->queue)));
	state[AIOS_RANKER_OLDEST] = log_seconds(ranker->longest_ns);
	state[AIOS_RANKER_BACKFILL] =
		engine->backfill == AIOS_BACKFILL_NONE ? 0 : AIOS_NETWORK_ONE;
	state[AIOS_RANKER_HALF] = half ? half->delay : 0;
	aios_network_prepare(&ranker->network, state, AIOS_RANKER_FREE, &ranker->base);
}

/* See when a job starts at the earliest, and what is free beside it. */
static void see_room(const struct aios_engine *engine, const struct aios_job_node *job, s16 *x)
{
	const struct aios_ranker *ranker = engine->ranker;
	u64 size = min(aios_measure_size(engine, job), engine->yardstick);
	u64 room = ranker->free;

	x[AIOS_RANKER_PART] = part(size, engine->yardstick);
	x[AIOS_RANKER_FITS] = size <= room ? AIOS_NETWORK_ONE : 0;
	x[AIOS_RANKER_DELAY] = 0;
	if (size > room) {
		const struct aios_ranker_step *step = aios_ranker_when(ranker, size);

		x[AIOS_RANKER_DELAY] = step ? step->delay : 0;
		room = step ? max(step->free, size) : size;
	}
	x[AIOS_RANKER_LEFT] = part(room - size, engine->yardstick);
}

static void learned_key(struct aios_engine *engine, const struct aios_job_node *job,
			struct aios_ordered_key *key)
{
	const struct aios_ranker *ranker = engine->ranker;
	u64 wait = engine->now - min(engine->now, job->submit_ns);
	u64 known = (u64)job->constant.value;
	s16 x[AIOS_RANKER_FREE];	/* what is of the job */

	key->major = BIAS;
	key->minor = job->submit_ns;
	if (!engine->yardstick)
		return;
	x[AIOS_RANKER_RUNTIME] = (s16)known;
	x[AIOS_RANKER_EXCESS] = (s16)(known >> AT_EXCESS);
	x[AIOS_RANKER_SHARE] = (s16)(known >> AT_SHARE);
	x[AIOS_RANKER_WAIT] = log_seconds(wait);
	x[AIOS_RANKER_STRETCH] = (s16)(log_of(wait + measure_of(job)) -
				       (s16)(known >> AT_MEASURE));
	x[AIOS_RANKER_AGE] = ranker->longest_ns ? part(wait, ranker->longest_ns) : 0;
	see_room(engine, job, x);
	key->major = BIAS - (u64)aios_network_score(&ranker->network, &ranker->base, x);
}

static s64 learned_constant(const struct aios_engine *engine, const struct aios_job_node *job)
{
	u64 expected = aios_node_expected(job) ?: AIOS_TIME_MAX;
	u64 most = max(aios_node_most(job) ?: AIOS_TIME_MAX, expected);
	u16 runtime = (u16)log_of(max(expected, NS_SECOND));
	u16 excess = (u16)quarter(aios_log2(most) - aios_log2(expected));
	u16 share = (u16)quarter(aios_log2(aios_measure_size(engine, job)) -
				 aios_log2(engine->yardstick));
	u16 measure = (u16)log_of(measure_of(job));

	return (s64)((u64)runtime | (u64)excess << AT_EXCESS | (u64)share << AT_SHARE |
		     (u64)measure << AT_MEASURE);
}

const struct aios_policy_ops aios_policy_learned = {
	.id = AIOS_POLICY_LEARNED,
	.name = "learned",
	.summary = "the score of a trained network, the highest first",
	.flags = AIOS_POLICY_MOVING | AIOS_POLICY_WHOLE | AIOS_POLICY_MODEL,
	.key = learned_key,
	.constant = learned_constant,
	.begin = learned_begin,
};
