// SPDX-License-Identifier: GPL-2.0
/*
 * The order of the candidates: who resumes by command first, then those whom
 * the guard has promoted, in the order of arrival, then the others by the policy.
 *
 * The guard bounds what any policy can make a job wait. What FIFO would make it
 * wait is taken at its arrival from the unfinished work: whatever the order, as
 * long as nothing idles, the work before it is the same (Takacs, Introduction
 * to the theory of queues, 1962, on the virtual waiting time), so it divided by
 * the capacity is a wait that no policy can choose. Expected run times are
 * scaled by how they turned out so far. A job that has waited the guard's
 * multiple of that, less one, goes to the front: what is before it then had come
 * before it too.
 */
#include "core/base/fixed.h"
#include "core/engine/internal.h"

#define CLASS_SHIFT	62
#define CLASS_RESUMED	0ULL
#define CLASS_URGENT	1ULL
#define CLASS_POLICY	2ULL

#define ACCURACY_ONE	(1ULL << 16)

/**
 * aios_job_key() - where a candidate stands in the queue
 * @engine: the engine
 * @job: job
 * @key: written
 */
void aios_job_key(struct aios_engine *engine, const struct aios_job_node *job,
		  struct aios_queue_key *key)
{
	key->major = 0;
	key->minor = 0;
	key->serial = job->serial;
	if (job->state == AIOS_CORE_SUSPENDED && !job->preempted) {
		key->major = CLASS_RESUMED << CLASS_SHIFT;
	} else if (job->urgent) {
		key->major = CLASS_URGENT << CLASS_SHIFT;
		key->minor = job->submit_ns;
	} else {
		engine->policy->key(engine, job, key);
		key->major = min(key->major, AIOS_KEY_LAST) |
			     CLASS_POLICY << CLASS_SHIFT;
	}
}

/**
 * aios_job_peek() - where a job stands, or would if it were a candidate
 * @engine: the engine; as it was when this returns
 * @job: job
 * @key: written
 */
void aios_job_peek(struct aios_engine *engine, const struct aios_job_node *job,
		   struct aios_queue_key *key)
{
	struct aios_policy_sums sum = engine->sum;
	u64 stamp = job->group->tag_stamp, tag = job->group->tag;

	if (aios_job_candidate(job)) {
		*key = job->queue_node.key;
		return;
	}
	aios_job_key(engine, job, key);
	engine->sum = sum;
	job->group->tag_stamp = stamp;
	job->group->tag = tag;
}

static void rekey(struct aios_queue_node *node, void *arg)
{
	aios_job_key(arg, aios_job_of_queue(node), &node->key);
}

/**
 * aios_order_refresh() - bring the order up to date before a decision
 * @engine: the engine
 * @all: even if the policy's keys do not move by themselves
 *
 * O(n) when the keys move, or a group with a policy of its own has to be ordered
 * anew; else O(1).
 */
void aios_order_refresh(struct aios_engine *engine, bool all)
{
	if (engine->policy->begin)
		engine->policy->begin(engine);
	if (all || engine->policy->flags & AIOS_POLICY_MOVING)
		aios_queue_resort(&engine->queue, rekey, engine,
				  &engine->buckets);
	aios_domains_refresh(engine, all);
}

/* -------------------------------------------------------------------- guard */

/* Work that is before a job that comes now: size times expected time. */
static u128 unfinished(const struct aios_engine *engine)
{
	u128 running = engine->ends;
	u128 passed = (u128)engine->size_running * engine->now;

	running = running > passed ? running - passed : 0;
	return running + engine->work_queued;
}

/* Actual run time by expected run time of the jobs that ended, 2^-16. */
static u64 accuracy(const struct aios_engine *engine)
{
	u64 expected = engine->work_expected, actual = engine->work_actual;

	if (!expected)
		return ACCURACY_ONE;
	return min(aios_mul_div_u64(actual, ACCURACY_ONE, expected), ACCURACY_ONE);
}

/**
 * aios_guard_reference() - what FIFO would make a job wait that comes now
 * @engine: the engine
 *
 * Return: the time, ns.
 */
u64 aios_guard_reference(const struct aios_engine *engine)
{
	u128 work = unfinished(engine);
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
	return aios_mul_div_u64(min(wait, AIOS_TIME_MAX), accuracy(engine),
				ACCURACY_ONE);
}

/* When the guard promotes a job that begins to wait now. */
static u64 guard_due(const struct aios_engine *engine,
		     const struct aios_job_node *job)
{
	u64 bound = max(job->reference_ns, engine->guard_floor_ns);

	if (!engine->guard)
		return AIOS_TIME_MAX;
	bound = aios_mul_div_u64(bound, engine->guard - AIOS_GUARD_UNIT,
				 AIOS_GUARD_UNIT);
	bound -= min(bound, job->waited_ns);
	return min(job->idle_ns + min(bound, AIOS_TIME_MAX), AIOS_TIME_MAX);
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
	aios_queue_insert(&engine->guarded, &job->order_node);
}

/**
 * aios_guard_forget() - a candidate waits no longer
 * @engine: the engine
 * @job: job; nothing happens unless it is watched
 */
void aios_guard_forget(struct aios_engine *engine, struct aios_job_node *job)
{
	if (aios_queue_linked(&job->order_node))
		aios_queue_erase(&engine->guarded, &job->order_node);
}

/**
 * aios_guard_act() - promote those who have waited too long
 * @engine: the engine
 *
 * O(log n) for each, and each is promoted once.
 */
void aios_guard_act(struct aios_engine *engine)
{
	struct aios_queue_node *node;

	while ((node = aios_queue_first(&engine->guarded)) &&
	       node->key.major <= engine->now) {
		struct aios_job_node *job =
			container_of(node, struct aios_job_node, order_node);
		struct aios_job_node *member;

		aios_queue_erase(&engine->guarded, node);
		aios_for_each_member(member, job)
			member->urgent = true;
		engine->nr_guarded++;
		aios_queue_erase(&engine->queue, &job->queue_node);
		aios_domain_leave(engine, job);
		aios_job_key(engine, job, &job->queue_node.key);
		aios_queue_insert(&engine->queue, &job->queue_node);
		engine->room_changed = true;
	}
}

/* The next time at which aios_guard_act() has something to do. */
u64 aios_guard_next(const struct aios_engine *engine)
{
	const struct aios_queue_node *node = aios_queue_first(&engine->guarded);

	return node ? node->key.major : AIOS_TIME_MAX;
}

/* --------------------------------------------------------------------- work */

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
	job->planned_ns = min(aios_job_left(job), AIOS_TIME_MAX);
	if (job->planned_ns == AIOS_TIME_MAX)
		job->planned_ns = engine->mean_runtime_ns;
	if (!job->reference_set)
		job->reference_ns = aios_guard_reference(engine);
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
