// SPDX-License-Identifier: GPL-2.0
/*
 * The unfinished work of the machine, and what the reference, FIFO with EASY backfilling,
 * would make a job wait: whatever the order, as long as nothing idles, the work before a
 * job is the same (Takacs, Introduction to the theory of queues, 1962, on the virtual
 * waiting time), so that work divided by the capacity is a wait that no policy can
 * choose. Nothing idles in no real machine: the reference does the share of the capacity
 * that FIFO with EASY makes use of while somebody waits, and its unfinished work is kept
 * apart, so that a policy that packs badly does not lengthen what it is measured by.
 * Expected run times are scaled by how they turned out so far, and each is replaced by
 * the true one when its job has ended.
 */
#include "core/base/fixed.h"
#include "core/books/books.h"
#include "core/books/measure.h"

#define ACCURACY_ONE	(1ULL << 16)

/*
 * What FIFO with EASY makes use of while somebody waits, in per cent: 84 on KTH-SP2, 89 on
 * SDSC-SP2, 93 on Theta. It is near the most of these, for a reference that is too slow
 * would promise too little.
 */
#define REFERENCE_SHARE	92

/* Return the work that is left of what runs: size times expected time. */
static u128 running_work(const struct aios_engine *engine)
{
	u128 passed = (u128)engine->work.size_running * engine->now;

	return engine->work.ends > passed ? engine->work.ends - passed : 0;
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

static u64 by_accuracy(const struct aios_engine *engine, u64 time)
{
	return aios_mul_div_u64(min(time, AIOS_TIME_MAX), estimate_accuracy(engine),
				ACCURACY_ONE);
}

/* Return how long some work takes the whole machine, ns. */
static u64 time_of_work(const struct aios_engine *engine, u128 work)
{
	u32 shift = 0;
	u64 time;

	if (!engine->yardstick)
		return 0;
	while (work >> 64) {
		work >>= 1;
		shift++;
	}
	time = (u64)work / engine->yardstick;
	return time > AIOS_TIME_MAX >> shift ? AIOS_TIME_MAX : time << shift;
}

/* The reference works from when it was looked at last until now. */
static void reference_work(struct aios_engine *engine)
{
	struct aios_engine_work *work = &engine->work;
	u64 passed = engine->now - min(engine->now, work->reference_ns);
	u128 done = (u128)aios_mul_div_u64(passed, REFERENCE_SHARE, 100) *
		    engine->yardstick;

	work->reference -= min(work->reference, done);
	work->reference_ns = engine->now;
}

/*
 * Return how long it takes until a job of that size has room, for those that are
 * expected to end first end as they are.
 */
static u64 room_time(const struct aios_engine *engine, u64 size)
{
	const struct aios_ordered_node *node = aios_ordered_first(&engine->held);
	u64 room = engine->yardstick, time = engine->now;

	room -= min(room, engine->work.size_running);
	for (; node && room < size; node = aios_ordered_next(node)) {
		const struct aios_job_node *job = aios_node_of_held(node);

		if (job->state != AIOS_CORE_HELD)
			continue;
		room += job->work.size;
		time = max(time, job->work.planned_end_ns);
	}
	return by_accuracy(engine, time - engine->now);
}

/*
 * Count a job that comes now in the work of the reference, and return what the reference
 * would make it wait, ns: until the work before it is done and it has room.
 */
static u64 reference_wait(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_engine_work *work = &engine->work;
	u64 present, wait;

	reference_work(engine);
	present = by_accuracy(engine, time_of_work(engine, running_work(engine) +
						   work->queued));
	wait = time_of_work(engine, work->reference);
	/* It is not behind the machine as it is. */
	if (wait > present) {
		wait = present;
		work->reference = (u128)present * engine->yardstick;
	}
	wait = min(aios_mul_div_u64(wait, 100, REFERENCE_SHARE), AIOS_TIME_MAX);
	job->guard.room_ns = room_time(engine, job->work.size);
	wait += job->guard.room_ns;
	job->work.counted_size = job->work.size;
	job->work.counted_ns = by_accuracy(engine, job->work.planned_ns);
	work->reference += (u128)job->work.counted_size * job->work.counted_ns;
	return min(wait, AIOS_TIME_MAX);
}

/**
 * aios_work_queue() - count the work of a candidate
 * @engine: the engine
 * @job: job that becomes a candidate
 *
 * What is counted is kept in the job, so that the same is taken back. O(running jobs that
 * make room for it) when it comes first.
 */
void aios_work_queue(struct aios_engine *engine, struct aios_job_node *job)
{
	const struct aios_job_node *member;
	u64 beside;

	job->work.size = 0;
	aios_for_each_member(member, job)
		job->work.size += aios_measure_size(engine, member);
	job->work.planned_ns = min(aios_gang_expected(job), AIOS_TIME_MAX);
	if (job->work.planned_ns == AIOS_TIME_MAX)
		job->work.planned_ns = engine->work.mean_runtime_ns;
	if (!job->guard.reference_set)
		job->guard.reference_ns = reference_wait(engine, job);
	job->guard.reference_set = true;
	/* What a large job leaves is of no use to others that are as large. */
	beside = max(engine->yardstick / job->work.size, 1ULL);
	job->guard.work_ns = by_accuracy(engine, job->work.planned_ns / beside);
	engine->work.queued += (u128)job->work.size * job->work.planned_ns;
}

/* Take back what aios_work_queue() counted. */
void aios_work_unqueue(struct aios_engine *engine,
		       const struct aios_job_node *job)
{
	engine->work.queued -= (u128)job->work.size * job->work.planned_ns;
}

/**
 * aios_work_settle() - a job has ended, and it is known what work it was
 * @engine: the engine
 * @job: job, in the state that it ends in
 *
 * Of a gang the first was counted for all.
 */
void aios_work_settle(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_engine_work *work = &engine->work;
	u128 counted = (u128)job->work.counted_size * job->work.counted_ns;

	reference_work(engine);
	if (aios_node_holds(job))
		work->reference += (u128)aios_measure_size(engine, job) *
				   aios_measure_ran(engine, job);
	work->reference -= min(work->reference, counted);
	job->work.counted_size = 0;
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
