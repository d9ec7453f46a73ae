// SPDX-License-Identifier: GPL-2.0
/*
 * The guard, which bounds what any policy can make a job wait: no longer than the multiple
 * of the longest wait that the reference, FIFO with EASY backfilling on the same machine
 * with the same jobs (reference.c), has given anybody.
 *
 * A job that has waited half of that, or the multiple less one where that is less, goes to
 * the front, in the order of arrival among those promoted. From then on it is served as the
 * reference serves its own, by which nobody waits longer than once the longest: whoever is
 * before it came before it, and of these the reference had as many or more left when it
 * came. What it can wait yet is given to jobs that are short beside it.
 */
#include "core/base/fixed.h"
#include "core/engine/internal.h"

/* Once promoted, a job may wait for so much of the longest wait: the reference may be wrong. */
#define SERVED		(4 * AIOS_GUARD_UNIT / 5)

/* What one that starts may take of the time that promoted jobs can wait yet. */
#define SLACK_PART	8U

/* Promoted jobs that are looked at for that. */
#define SLACK_DEPTH	256U

/* How often it is looked for whoever goes first, in the time that he may wait. */
#define LOOKS	64U

static struct aios_job_node *job_of_guarded(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_job_node, order_node) : NULL;
}

/* Return so many times the longest wait. */
static u64 longest_times(const struct aios_engine *engine, u32 times)
{
	u64 longest = max(aios_reference_longest(engine), engine->tuning.guard_floor_ns);

	return min(aios_mul_div_u64(longest, times, AIOS_GUARD_UNIT), AIOS_TIME_MAX);
}

/* Return after how many times the longest wait a candidate goes first. */
static u32 patient_times(const struct aios_engine *engine)
{
	return min(engine->tuning.guard / 2, engine->tuning.guard - AIOS_GUARD_UNIT);
}

static u64 patience(const struct aios_engine *engine)
{
	return longest_times(engine, patient_times(engine));
}

/* Return since when a candidate waits, what it waited before put to the front. */
static u64 waits_since(const struct aios_job_node *job)
{
	return job->guard.idle_ns - min(job->guard.idle_ns, job->guard.waited_ns);
}

/**
 * aios_guard_watch() - a candidate begins to wait
 * @engine: the engine
 * @job: candidate
 *
 * What it has waited before puts the beginning of its wait back.
 */
void aios_guard_watch(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_ordered_key *key = &job->order_node.key;

	key->major = 0;
	if (engine->tuning.guard) {
		key->major = waits_since(job);
		aios_reference_arrive(engine, job, key->major);
	}
	if (job->urgent)
		return;
	key->minor = job->submit_ns;
	key->serial = job->serial;
	aios_ordered_insert(&engine->guarded, &job->order_node);
}

/**
 * aios_guard_forget() - a candidate waits no longer
 * @engine: the engine
 * @job: candidate that is watched
 */
void aios_guard_forget(struct aios_engine *engine, struct aios_job_node *job)
{
	if (!job->urgent)
		aios_ordered_erase(&engine->guarded, &job->order_node);
}

/* Return how long the whole machine has to do with a candidate at most. */
static u64 work_of(const struct aios_engine *engine, const struct aios_job_node *job)
{
	u64 left = aios_gang_left(job), size = 0;
	const struct aios_job_node *member;

	if (left >= AIOS_TIME_MAX)
		return AIOS_TIME_MAX;
	aios_for_each_member(member, job)
		size += aios_measure_size(engine, member);
	return min(aios_mul_div_u64(left, size, max(engine->yardstick, 1ULL)), AIOS_TIME_MAX);
}

/**
 * aios_guard_slack() - how much later than its shadow time a promoted head may start
 * @engine: the engine
 * @head: candidate that has the reservation
 * @shadow: when it starts at the latest as things are
 *
 * The promoted start one after the other from then on, each when the machine has done what
 * those before it leave to do. All of them start in time as long as what is backfilled
 * delays the head for less than the least that any of them has left; it may for a part of
 * that, and for a part of what is left then. So short jobs go on as long as there is time,
 * and long ones do not (Talby and Feitelson, Supporting Priorities and Improving Utilization
 * of the IBM SP Scheduler Using Slack-Based Backfilling, IPPS 1999). O(SLACK_DEPTH).
 *
 * Return: a duration; 0 for a head that is not promoted, or where it is not known how long
 * a promoted one runs.
 */
u64 aios_guard_slack(const struct aios_engine *engine, const struct aios_job_node *head,
		     u64 shadow)
{
	const struct aios_ordered_node *node = &head->queue_node;
	u64 most, start = shadow, slack = AIOS_TIME_MAX;
	u32 i;

	if (!engine->tuning.guard || !head->urgent || shadow >= AIOS_TIME_MAX)
		return 0;
	most = longest_times(engine, patient_times(engine) + SERVED);
	for (i = 0; node && i < SLACK_DEPTH; i++, node = aios_ordered_next(node)) {
		const struct aios_job_node *job =
			container_of(node, struct aios_job_node, queue_node);
		u64 due = waits_since(job) + most, work;

		if (!job->urgent)
			break;
		work = work_of(engine, job);
		if (due <= start || work >= AIOS_TIME_MAX)
			return 0;
		slack = min(slack, due - start);
		start += work;
	}
	return slack / SLACK_PART;
}

static void promote(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_ordered_erase(&engine->guarded, &job->order_node);
	aios_for_each_member(member, job)
		member->urgent = true;
	engine->nr_guarded++;
	aios_ordered_erase(&engine->queue, &job->queue_node);
	aios_domain_leave(engine, job);
	aios_order_key(engine, job, &job->queue_node.key);
	aios_ordered_insert(&engine->queue, &job->queue_node);
	engine->pending.room = true;
}

/**
 * aios_guard_act() - promote those who can wait no longer
 * @engine: the engine
 *
 * O(log n) for each, and each is promoted once.
 */
void aios_guard_act(struct aios_engine *engine)
{
	struct aios_ordered_node *node;
	u64 most;

	if (!engine->tuning.guard)
		return;
	aios_reference_play(engine);
	most = patience(engine);
	while ((node = aios_ordered_first(&engine->guarded)) &&
	       node->key.major + most <= engine->now)
		promote(engine, job_of_guarded(node));
}

/*
 * Return the next time at which aios_guard_act() may have something to do. While the
 * reference makes somebody wait for longer than anybody, that time goes on as time does,
 * and is looked at a few times only.
 */
u64 aios_guard_next(const struct aios_engine *engine)
{
	const struct aios_ordered_node *first = aios_ordered_first(&engine->guarded);
	u64 most, step;

	if (!engine->tuning.guard || !first)
		return AIOS_TIME_MAX;
	most = patience(engine);
	step = most / LOOKS + 1;
	return min(max(first->key.major + most, engine->now + step), AIOS_TIME_MAX);
}
