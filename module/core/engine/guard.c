// SPDX-License-Identifier: GPL-2.0
/*
 * The guard, which bounds what any policy can make a job wait: no longer than the multiple
 * of the longest wait that the reference, FIFO with EASY backfilling on the same machine
 * with the same jobs (reference.c), has given anybody.
 *
 * A job that has waited the multiple less one of that goes to the front, in the order of
 * arrival among those promoted. From then on it is served as the reference serves its own,
 * by which nobody waits longer than once the longest: whoever is before it came before it,
 * and of these the reference had as many or more left when it came.
 */
#include "core/base/fixed.h"
#include "core/engine/internal.h"

/* How often it is looked for whoever goes first, in the time that he may wait. */
#define LOOKS	64U

static struct aios_job_node *job_of_guarded(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_job_node, order_node) : NULL;
}

/* Return how long a candidate may wait before it goes first. */
static u64 patience(const struct aios_engine *engine)
{
	u64 longest = max(aios_reference_longest(engine), engine->tuning.guard_floor_ns);
	u32 times = min(engine->tuning.guard / 2, engine->tuning.guard - AIOS_GUARD_UNIT);

	return min(aios_mul_div_u64(longest, times, AIOS_GUARD_UNIT), AIOS_TIME_MAX);
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
		key->major = job->guard.idle_ns -
			     min(job->guard.idle_ns, job->guard.waited_ns);
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
