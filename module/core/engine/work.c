// SPDX-License-Identifier: GPL-2.0
/*
 * The unfinished work of the machine, and what FIFO would make a job wait: whatever
 * the order, as long as nothing idles, the work before a job is the same (Takacs,
 * Introduction to the theory of queues, 1962, on the virtual waiting time), so that
 * work divided by the capacity is a wait that no policy can choose. Expected run times
 * are scaled by how they turned out so far.
 */
#include "core/base/fixed.h"
#include "core/engine/internal.h"

#define ACCURACY_ONE	(1ULL << 16)

/* Work that is before a job that comes now: size times expected time. */
static u128 unfinished_work(const struct aios_engine *engine)
{
	u128 running = engine->ends;
	u128 passed = (u128)engine->size_running * engine->now;

	running = running > passed ? running - passed : 0;
	return running + engine->work_queued;
}

/* Actual run time by expected run time of the jobs that ended, 2^-16. */
static u64 estimate_accuracy(const struct aios_engine *engine)
{
	u64 expected = engine->work_expected, actual = engine->work_actual;

	if (!expected)
		return ACCURACY_ONE;
	return min(aios_mul_div_u64(actual, ACCURACY_ONE, expected), ACCURACY_ONE);
}

/* What FIFO would make a job wait that comes now, ns. */
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

	job->size = 0;
	aios_for_each_member(member, job)
		job->size += aios_measure_size(engine, member);
	job->planned_ns = min(aios_gang_left(job), AIOS_TIME_MAX);
	if (job->planned_ns == AIOS_TIME_MAX)
		job->planned_ns = engine->mean_runtime_ns;
	if (!job->reference_set)
		job->reference_ns = fifo_wait(engine);
	job->reference_set = true;
	engine->work_queued += (u128)job->size * job->planned_ns;
}

/* The opposite. */
void aios_work_unqueue(struct aios_engine *engine,
		       const struct aios_job_node *job)
{
	engine->work_queued -= (u128)job->size * job->planned_ns;
}

/**
 * aios_work_run() - count the work that a running job has before it
 * @engine: the engine
 * @job: job that holds its resources
 */
void aios_work_run(struct aios_engine *engine, struct aios_job_node *job)
{
	u64 planned = job->expected_runtime_ns ?: engine->mean_runtime_ns;

	job->size = aios_measure_size(engine, job);
	job->planned_end_ns = min(job->base_ns + planned, AIOS_TIME_MAX);
	engine->size_running += job->size;
	engine->ends += (u128)job->size * job->planned_end_ns;
}

/* The opposite. */
void aios_work_stop(struct aios_engine *engine, const struct aios_job_node *job)
{
	engine->size_running -= job->size;
	engine->ends -= (u128)job->size * job->planned_end_ns;
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
	u64 ran = aios_measure_ran(engine, job);
	u64 share = 1 + aios_mul_div_u64(job->size, 1024,
					 max(engine->yardstick, 1ULL));

	share = min(share, 1024ULL);
	engine->nr_ran++;
	if (ran >= engine->mean_runtime_ns)
		engine->mean_runtime_ns +=
			(ran - engine->mean_runtime_ns) / engine->nr_ran;
	else
		engine->mean_runtime_ns -=
			(engine->mean_runtime_ns - ran) / engine->nr_ran;
	if (!job->expected_runtime_ns)
		return;
	engine->work_actual += (ran >> 20) * share;
	engine->work_expected += (job->expected_runtime_ns >> 20) * share;
	if ((engine->work_actual | engine->work_expected) >> 60) {
		engine->work_actual /= 2;
		engine->work_expected /= 2;
	}
}
