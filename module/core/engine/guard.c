// SPDX-License-Identifier: GPL-2.0
/*
 * The guard, which bounds what any policy can make a job wait. What FIFO would make it
 * wait is taken at its arrival, see work.c. A job that has waited the guard's multiple
 * of that, less one, goes to the front: what is before it then had come before it too.
 */
#include "core/base/fixed.h"
#include "core/engine/internal.h"

/* Return when the guard promotes a job that begins to wait now. */
static u64 guard_due(const struct aios_engine *engine,
		     const struct aios_job_node *job)
{
	u64 bound = max(job->guard.reference_ns, engine->tuning.guard_floor_ns);

	if (!engine->tuning.guard)
		return AIOS_TIME_MAX;
	bound = aios_mul_div_u64(bound, engine->tuning.guard - AIOS_GUARD_UNIT,
				 AIOS_GUARD_UNIT);
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
	if (job->urgent)
		return;
	job->order_node.key.major = guard_due(engine, job);
	job->order_node.key.minor = job->submit_ns;
	job->order_node.key.serial = job->serial;
	aios_ordered_insert(&engine->guarded, &job->order_node);
}

/**
 * aios_guard_forget() - a candidate waits no longer
 * @engine: the engine
 * @job: job; nothing happens unless it is watched
 */
void aios_guard_forget(struct aios_engine *engine, struct aios_job_node *job)
{
	if (aios_ordered_linked(&job->order_node))
		aios_ordered_erase(&engine->guarded, &job->order_node);
}

/**
 * aios_guard_act() - promote those who have waited too long
 * @engine: the engine
 *
 * O(log n) for each, and each is promoted once.
 */
void aios_guard_act(struct aios_engine *engine)
{
	struct aios_ordered_node *node;

	while ((node = aios_ordered_first(&engine->guarded)) &&
	       node->key.major <= engine->now) {
		struct aios_job_node *job =
			container_of(node, struct aios_job_node, order_node);
		struct aios_job_node *member;

		aios_ordered_erase(&engine->guarded, node);
		aios_for_each_member(member, job)
			member->urgent = true;
		engine->nr_guarded++;
		aios_ordered_erase(&engine->queue, &job->queue_node);
		aios_domain_leave(engine, job);
		aios_order_key(engine, job, &job->queue_node.key);
		aios_ordered_insert(&engine->queue, &job->queue_node);
		engine->pending.room = true;
	}
}

/* Return the next time at which aios_guard_act() has something to do. */
u64 aios_guard_next(const struct aios_engine *engine)
{
	const struct aios_ordered_node *node = aios_ordered_first(&engine->guarded);

	return node ? node->key.major : AIOS_TIME_MAX;
}
