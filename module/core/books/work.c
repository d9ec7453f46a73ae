// SPDX-License-Identifier: GPL-2.0
/*
 * How expected run times turned out: what the guard's reference goes by for a job that has
 * not ended yet.
 */
#include "core/base/fixed.h"
#include "core/books/books.h"
#include "core/books/measure.h"

#define ACCURACY_ONE	(1ULL << 16)

/* What is known of a class corrects nothing upwards by more; what is known of all, nothing. */
#define ACCURACY_MAX	(4 * ACCURACY_ONE)

/* A class says something when so many have ended, and is halved each time that as many have. */
#define KNOWN		8U
#define HALVED		256U

static u32 class_of(u64 expected)
{
	return expected ? aios_bits64(expected) - 1 : 0;
}

/*
 * Return the actual by the expected work of jobs that were expected to run about as long,
 * 2^-16: long requests are more often too long than short ones, and a policy that keeps long
 * jobs back would have the reference run them for longer than they do.
 */
static u64 estimate_accuracy(const struct aios_engine *engine, u64 expected)
{
	const struct aios_work_class *class = &engine->work.of[class_of(expected)];
	u64 most = ACCURACY_MAX;

	if (class->nr_ended < KNOWN || !class->expected) {
		class = &engine->work.all;
		most = ACCURACY_ONE;
	}
	if (!class->expected)
		return ACCURACY_ONE;
	return min(aios_mul_div_u64(class->actual, ACCURACY_ONE, class->expected), most);
}

static void learn(struct aios_work_class *class, u64 actual, u64 expected)
{
	class->nr_ended++;
	class->actual += actual;
	class->expected += expected;
	if (class->nr_ended % HALVED == 0 || (class->actual | class->expected) >> 60) {
		class->actual /= 2;
		class->expected /= 2;
	}
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
	return aios_mul_div_u64(expected, estimate_accuracy(engine, expected), ACCURACY_ONE);
}

/**
 * aios_work_learn() - a job that ran has ended
 * @engine: the engine
 * @job: job, still held or suspended
 *
 * Large jobs count for more.
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
	learn(&engine->work.all, (ran >> 20) * share, (expected >> 20) * share);
	learn(&engine->work.of[class_of(expected)], (ran >> 20) * share, (expected >> 20) * share);
}
