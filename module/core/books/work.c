// SPDX-License-Identifier: GPL-2.0
/*
 * The unfinished work of the machine, and what FIFO would make a job wait: whatever
 * the order, as long as nothing idles, the work before a job is the same (Takacs,
 * Introduction to the theory of queues, 1962, on the virtual waiting time), so that
 * work divided by the capacity is a wait that no policy can choose. Expected run times
 * are scaled by how they turned out so far.
 */
#include "core/base/fixed.h"
#include "core/books/books.h"
#include "core/books/measure.h"

#define ACCURACY_ONE	(1ULL << 16)

/* Return the work that is before a job that comes now: size times expected time. */
static u128 unfinished_work(const struct aios_engine *engine)
{
	u128 running = engine->work.ends;
	u128 passed = (u128)engine->work.size_running * engine->now;

	running = running > passed ? running - passed : 0;
	return running + engine->work.queued;
}

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

/* Return what FIFO would make a job wait that comes now, ns. */
static u64 fifo_wait(const struct aios_engine *engine)
{
	u128 work = unfinished_work(engine);
	u32 shift = 0;
	u64 wait;

	if (!engine->yardstick)
		return 0;
	while (work >> 64) {
		work >>= 1;
		shift++;
	}
	wait = (u64)work / engine->yardstick;
	if (shift)
		wait = wait > AIOS_TIME_MAX >> shift ? AIOS_TIME_MAX :
						       wait << shift;
	return aios_mul_div_u64(min(wait, AIOS_TIME_MAX), estimate_accuracy(engine),
				ACCURACY_ONE);
}

/**
 * aios_work_queue() - count the work of a candidate
 * @engine: the engine
 * @job: job that becomes a candidate
 *
 * What is counted is kept in the job, so that the same is taken back.
 */
void aios_work_queue(struct aios_engine *engine, struct aios_job_node *job)
{
	const struct aios_job_node *member;

	job->work.size = 0;
	aios_for_each_member(member, job)
		job->work.size += aios_measure_size(engine, member);
	job->work.planned_ns = min(aios_gang_expected(job), AIOS_TIME_MAX);
	if (job->work.planned_ns == AIOS_TIME_MAX)
		job->work.planned_ns = engine->work.mean_runtime_ns;
	if (!job->guard.reference_set)
		job->guard.reference_ns = fifo_wait(engine);
	job->guard.reference_set = true;
	engine->work.queued += (u128)job->work.size * job->work.planned_ns;
}

/* Take back what aios_work_queue() counted. */
void aios_work_unqueue(struct aios_engine *engine,
		       const struct aios_job_node *job)
{
	engine->work.queued -= (u128)job->work.size * job->work.planned_ns;
}

/**
 * aios_work_run() - count the work that a running job has before it
 * @engine: the engine
 * @job: job that holds its resources
 */
void aios_work_run(struct aios_engine *engine, struct aios_job_node *job)
{
	u64 planned = aios_node_expected(job) ?: engine->work.mean_runtime_ns;

	job->work.size = aios_measure_size(engine, job);
	job->work.planned_end_ns = min(job->books.base_ns + planned, AIOS_TIME_MAX);
	engine->work.size_running += job->work.size;
	engine->work.ends += (u128)job->work.size * job->work.planned_end_ns;
}

/* Take back what aios_work_run() counted. */
void aios_work_stop(struct aios_engine *engine, const struct aios_job_node *job)
{
	engine->work.size_running -= job->work.size;
	engine->work.ends -= (u128)job->work.size * job->work.planned_end_ns;
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
	u64 share = 1 + aios_mul_div_u64(job->work.size, 1024,
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
