// SPDX-License-Identifier: GPL-2.0
/*
 * How expected run times turned out: what the guard's reference goes by for a job that has
 * not ended yet.
 */
#include "core/base/fixed.h"
#include "core/books/books.h"
#include "core/books/measure.h"

#define ACCURACY_ONE	(1ULL << 16)

/*
 * Return the actual run time by the expected run time of the jobs that ended,
 * 2^-16.
 */
static u64 estimate_accuracy(const struct aios_engine *engine)
{
	u64 expected = engine->work.expected, actual = engine->work.actual;

	if (!expected)
		return ACCURACY_ONE;
	return min(aios_mul_div_u64(actual, ACCURACY_ONE, expected), ACCURACY_ONE);
}

/**
 * aios_work_expect() - how long a candidate runs, as others did of whom as much was known
 * @engine: the engine
 * @job: candidate; of a gang the longest
 *
 * Return: the duration; where nothing is known of it the mean of all.
 */
u64 aios_work_expect(const struct aios_engine *engine, const struct aios_job_node *job)
{
	u64 expected = aios_gang_expected(job);

	if (expected >= AIOS_TIME_MAX)
		return engine->work.mean_runtime_ns;
	return aios_mul_div_u64(expected, estimate_accuracy(engine), ACCURACY_ONE);
}

/**
 * aios_work_learn() - a job that ran has ended
 * @engine: the engine
 * @job: job, still held or suspended
 *
 * Large jobs count for more. Both sums are halved before they overflow.
 */
void aios_work_learn(struct aios_engine *engine, const struct aios_job_node *job)
{
	u64 ran = aios_measure_ran(engine, job), expected = aios_node_expected(job);
	u64 share = 1 + aios_mul_div_u64(aios_measure_size(engine, job), 1024,
					 max(engine->yardstick, 1ULL));

	share = min(share, 1024ULL);
	engine->work.nr_ran++;
	if (ran >= engine->work.mean_runtime_ns)
		engine->work.mean_runtime_ns +=
			(ran - engine->work.mean_runtime_ns) / engine->work.nr_ran;
	else
		engine->work.mean_runtime_ns -=
			(engine->work.mean_runtime_ns - ran) / engine->work.nr_ran;
	if (!expected)
		return;
	engine->work.actual += (ran >> 20) * share;
	engine->work.expected += (expected >> 20) * share;
	if ((engine->work.actual | engine->work.expected) >> 60) {
		engine->work.actual /= 2;
		engine->work.expected /= 2;
	}
}
