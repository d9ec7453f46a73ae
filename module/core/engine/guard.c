// SPDX-License-Identifier: GPL-2.0
/*
 * The guard, which bounds what any policy can make a job wait: what the reference, FIFO
 * with EASY backfilling, would have made it wait (work.c), and the multiple less one of
 * the longest wait that the reference has given anybody so far. So nobody waits longer
 * than the multiple of the longest.
 *
 * A job goes to the front at the last moment at which that can still be kept: when those
 * who are due before it, and the promoted who still wait, are so much work that the last
 * of them starts at his due time if all are served from now on, in that order, which makes
 * the greatest lateness least (Jackson, Scheduling a production line to minimize maximum
 * tardiness, 1955). When that is for the first of all is kept at the root of the set.
 */
#include "core/base/fixed.h"
#include "core/engine/internal.h"

static struct aios_job_node *job_of_due(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_job_node, order_node) : NULL;
}

static s64 slack_less(s64 slack, u64 ahead)
{
	return max(slack - (s64)ahead, -(s64)AIOS_TIME_MAX);
}

/**
 * aios_guard_slack() - augmentation of the guarded: work and least slack of a subtree
 * @node: order_node of a job
 */
void aios_guard_slack(struct aios_ordered_node *node)
{
	const struct aios_job_node *before = job_of_due(node->child[0]);
	const struct aios_job_node *after = job_of_due(node->child[1]);
	struct aios_job_guard *own = &job_of_due(node)->guard;
	u64 ahead = before ? before->guard.ahead_ns : 0;

	own->slack_ns = slack_less((s64)node->key.major, ahead);
	if (before)
		own->slack_ns = min(own->slack_ns, before->guard.slack_ns);
	own->ahead_ns = min(ahead + own->work_ns, AIOS_TIME_MAX);
	if (!after)
		return;
	own->slack_ns = min(own->slack_ns,
			    slack_less(after->guard.slack_ns, own->ahead_ns));
	own->ahead_ns = min(own->ahead_ns + after->guard.ahead_ns, AIOS_TIME_MAX);
}

/*
 * Return when a candidate has to be the first at the latest. Room for it is made from
 * then on.
 */
static u64 guard_due(const struct aios_engine *engine,
		     const struct aios_job_node *job)
{
	u64 bound = max(engine->guard.longest_ns, engine->tuning.guard_floor_ns);

	if (!engine->tuning.guard)
		return AIOS_TIME_MAX;
	bound = aios_mul_div_u64(bound, engine->tuning.guard - AIOS_GUARD_UNIT,
				 AIOS_GUARD_UNIT);
	bound = min(bound, AIOS_TIME_MAX) + job->guard.reference_ns - job->guard.room_ns;
	bound -= min(bound, job->guard.waited_ns);
	return min(job->guard.idle_ns + min(bound, AIOS_TIME_MAX), AIOS_TIME_MAX);
}

/**
 * aios_guard_watch() - a candidate begins to wait
 * @engine: the engine
 * @job: candidate
 */
void aios_guard_watch(struct aios_engine *engine, struct aios_job_node *job)
{
	engine->guard.longest_ns = max(engine->guard.longest_ns,
				       job->guard.reference_ns);
	if (job->urgent) {
		engine->guard.promoted += job->guard.work_ns;
		return;
	}
	job->order_node.key.major = guard_due(engine, job);
	job->order_node.key.minor = job->submit_ns;
	job->order_node.key.serial = job->serial;
	aios_ordered_insert(&engine->guarded, &job->order_node);
}

/**
 * aios_guard_forget() - a candidate waits no longer
 * @engine: the engine
 * @job: candidate that is watched
 */
void aios_guard_forget(struct aios_engine *engine, struct aios_job_node *job)
{
	if (job->urgent)
		engine->guard.promoted -= job->guard.work_ns;
	else
		aios_ordered_erase(&engine->guarded, &job->order_node);
}

/* Return by when the first in the set, which is not empty, has to be promoted. */
static u64 critical_time(const struct aios_engine *engine)
{
	u64 promoted = (u64)min(engine->guard.promoted, (u128)AIOS_TIME_MAX);
	const struct aios_job_node *root = job_of_due(engine->guarded.root);

	return (u64)max(slack_less(root->guard.slack_ns, promoted), (s64)0);
}

static void promote(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_for_each_member(member, job)
		member->urgent = true;
	engine->guard.promoted += job->guard.work_ns;
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
 * O(log n) for each, and each is promoted once. Who is due later than he was filed,
 * because the longest wait has grown since, is filed anew, once for each growth at most.
 */
void aios_guard_act(struct aios_engine *engine)
{
	struct aios_ordered_node *node;

	if (!engine->tuning.guard)
		return;
	while ((node = aios_ordered_first(&engine->guarded)) &&
	       critical_time(engine) <= engine->now) {
		struct aios_job_node *job = job_of_due(node);
		u64 due = guard_due(engine, job);

		aios_ordered_erase(&engine->guarded, node);
		if (due == node->key.major) {
			promote(engine, job);
			continue;
		}
		node->key.major = due;
		aios_ordered_insert(&engine->guarded, node);
	}
}

/* Return the next time at which aios_guard_act() has something to do. */
u64 aios_guard_next(const struct aios_engine *engine)
{
	if (!engine->tuning.guard || !aios_ordered_size(&engine->guarded))
		return AIOS_TIME_MAX;
	return critical_time(engine);
}
