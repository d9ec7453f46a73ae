// SPDX-License-Identifier: GPL-2.0
/*
 * Groups that order their own jobs. Between groups the policy of the root decides:
 * each candidate brings a slot in the queue, which is the key that the root's policy
 * gives it. The slots that the jobs of a group with a policy of its own have brought
 * are dealt out in the order of that policy: the first slot to the first job, and so
 * on. A job that starts or leaves takes the slot with it that it stood on, so a group
 * is at no time further ahead or behind than it would be without a policy of its own,
 * and a job in no such group keeps the slot that it brought.
 *
 * Jobs below the group count with it, unless a group in between has a policy of its
 * own too. A job that the guard has promoted, and one that resumes by command, stands
 * outside. A policy of the root that freezes jobs, and the rules of the published
 * comparisons, leave the order to the root alone.
 *
 * Slots are dealt out anew at the begin of a decision, O(n), when a job has come to
 * such a group since, or when keys of the root or of one of these groups move by
 * themselves; otherwise nothing is done. Coming is O(log n), unless the job had come
 * before and finds its slot taken: then it is O(k log n) in a group of k.
 */
#include "core/engine/internal.h"

static struct aios_job_node *job_of_domain(struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_job_node, domain.node) : NULL;
}

static bool domains_active(const struct aios_engine *engine)
{
	return engine->domain.first && !engine->blocking &&
	       !(engine->policy->flags & AIOS_POLICY_PREEMPTIVE);
}

/* Return the group whose policy orders a job, NULL when the root's policy does. */
static struct aios_group_node *domain_of(const struct aios_job_node *job)
{
	struct aios_group_node *group = job->group;

	if (job->urgent || (job->state == AIOS_CORE_SUSPENDED && !job->preempted))
		return NULL;
	while (group && !group->policy)
		group = group->parent;
	return group;
}

static void domain_key(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_ordered_key *key = &job->domain.node.key;

	key->major = 0;
	key->minor = 0;
	key->serial = job->serial;
	aios_order_prepare(engine, job, job->domain.group->policy);
	job->domain.group->policy->key(engine, job, key);
}

static void rekey_domain(struct aios_ordered_node *node, void *arg)
{
	domain_key(arg, job_of_domain(node));
}

static void rekey_slot(struct aios_ordered_node *node, void *arg)
{
	struct aios_job_node *job = aios_node_of_queue(node);

	(void)arg;
	if (job->domain.group)
		node->key = job->domain.slot;
}

/* Return the candidate that stands on a slot; NULL: the slot is free. */
static struct aios_job_node *slot_holder(const struct aios_engine *engine,
					 const struct aios_ordered_key *slot)
{
	struct aios_ordered_node *node = aios_ordered_find(&engine->queue, slot);

	if (!node || aios_ordered_key_compare(&node->key, slot))
		return NULL;
	return aios_node_of_queue(node);
}

/*
 * A job brings a slot, but one that was a candidate before may find that its slot was
 * dealt to another job meanwhile. Then the slot which that job brought is looked at,
 * and if a third job stands there, the one which the third brought, and so on. As
 * there are as many slots as jobs, the last of these is free.
 */
static void find_free_slot(struct aios_engine *engine, struct aios_ordered_key *slot)
{
	struct aios_job_node *holder = slot_holder(engine, slot);

	while (holder) {
		aios_order_bring(engine, holder, slot);
		holder = slot_holder(engine, slot);
	}
}

/**
 * aios_domain_enter() - a job becomes a candidate, before it is put into the queue
 * @engine: the engine
 * @job: job, its key is the one that the root's policy gives
 */
void aios_domain_enter(struct aios_engine *engine, struct aios_job_node *job)
{
	if (!domains_active(engine))
		return;
	job->domain.group = domain_of(job);
	if (!job->domain.group)
		return;
	find_free_slot(engine, &job->queue_node.key);
	domain_key(engine, job);
	aios_ordered_insert(&job->domain.group->domain.order, &job->domain.node);
	engine->domain.open = true;
	engine->pending.room = true;
}

/**
 * aios_domain_leave() - a job is no longer a candidate
 * @engine: the engine
 * @job: job; nothing happens unless it is in a group with a policy of its own
 */
void aios_domain_leave(struct aios_engine *engine, struct aios_job_node *job)
{
	(void)engine;
	if (!job->domain.group)
		return;
	aios_ordered_erase(&job->domain.group->domain.order, &job->domain.node);
	job->domain.group = NULL;
}

/* Deal out the slots: the k-th slot of each such group to the k-th of its jobs. */
static void deal_slots(struct aios_engine *engine)
{
	struct aios_ordered_node *node;
	struct aios_group_node *group;
	bool moved = false;
	u32 seen = 0;

	for (group = engine->domain.first; group; group = group->domain.next)
		group->domain.cursor = aios_ordered_first(&group->domain.order);
	for (node = aios_ordered_first(&engine->queue); node; node = aios_ordered_next(node)) {
		struct aios_job_node *job;

		aios_engine_breathe(engine, seen++);
		group = aios_node_of_queue(node)->domain.group;
		if (!group)
			continue;
		job = job_of_domain(group->domain.cursor);
		job->domain.slot = node->key;
		moved |= &job->queue_node != node;
		group->domain.cursor = aios_ordered_next(group->domain.cursor);
	}
	if (moved)
		aios_ordered_resort(&engine->queue, rekey_slot, NULL, &engine->buckets);
	engine->domain.open = false;
}

static void members_drop(struct aios_engine *engine)
{
	struct aios_ordered_node *node;
	u32 seen = 0;

	for (node = aios_ordered_first(&engine->queue); node; node = aios_ordered_next(node)) {
		aios_domain_leave(engine, aios_node_of_queue(node));
		aios_engine_breathe(engine, seen++);
	}
}

static void members_gather(struct aios_engine *engine)
{
	struct aios_ordered_node *node;
	u32 seen = 0;

	for (node = aios_ordered_first(&engine->queue); node && domains_active(engine);
	     node = aios_ordered_next(node)) {
		struct aios_job_node *job = aios_node_of_queue(node);

		aios_engine_breathe(engine, seen++);
		job->domain.group = domain_of(job);
		if (!job->domain.group)
			continue;
		domain_key(engine, job);
		aios_ordered_insert(&job->domain.group->domain.order, &job->domain.node);
	}
	engine->domain.open = true;
}

/**
 * aios_domains_refresh() - bring these groups up to date before a decision
 * @engine: the engine; if keys of the root's policy move, they have just been taken
 * @all: every candidate has just got the key that the root's policy gives it
 */
void aios_domains_refresh(struct aios_engine *engine, bool all)
{
	bool moving = engine->policy->flags & AIOS_POLICY_MOVING;
	struct aios_group_node *group;

	if (!engine->domain.first)
		return;
	if (all) {
		members_drop(engine);
		members_gather(engine);
	}
	if (!domains_active(engine))
		return;
	for (group = engine->domain.first; group && !all; group = group->domain.next) {
		if (!(group->policy->flags & AIOS_POLICY_MOVING))
			continue;
		aios_ordered_resort(&group->domain.order, rekey_domain, engine, &engine->buckets);
		moving = true;
	}
	if (moving || engine->domain.open)
		deal_slots(engine);
}

static void unlink_domain(struct aios_engine *engine, struct aios_group_node *group)
{
	struct aios_group_node **link = &engine->domain.first;

	while (*link && *link != group)
		link = &(*link)->domain.next;
	if (*link)
		*link = group->domain.next;
	group->domain.next = NULL;
	group->policy = NULL;
}

/**
 * aios_domain_detach() - a group without jobs goes
 * @engine: the engine
 * @group: group
 */
void aios_domain_detach(struct aios_engine *engine, struct aios_group_node *group)
{
	if (group->policy)
		unlink_domain(engine, group);
}

/* See events.h for the contracts of the functions that it declares. */

int aios_engine_group_policy(struct aios_engine *engine, struct aios_now now,
			     struct aios_group_node *group, u32 policy)
{
	const struct aios_policy_ops *ops = NULL;

	aios_now_check(engine, now);
	if (!group->parent)
		return -EINVAL;
	if (policy != AIOS_GROUP_INHERITS) {
		ops = aios_policy_find(policy);
		if (!ops || ops->flags & (AIOS_POLICY_WHOLE | AIOS_POLICY_PREEMPTIVE))
			return -EOPNOTSUPP;
	}
	members_drop(engine);
	if (group->policy)
		unlink_domain(engine, group);
	if (ops) {
		group->policy = ops;
		group->domain.next = engine->domain.first;
		engine->domain.first = group;
	}
	aios_order_refresh(engine, true);
	aios_engine_touch(engine);
	return 0;
}

int aios_engine_group_quantum(struct aios_engine *engine, struct aios_now now,
			      struct aios_group_node *group, u64 quantum_ns)
{
	aios_now_check(engine, now);
	if (!group->parent || (quantum_ns && (quantum_ns < AIOS_QUANTUM_MIN_NS ||
					      quantum_ns > AIOS_TUNING_TIME_MAX)))
		return -EINVAL;
	group->quantum_ns = quantum_ns;
	if (quantum_ns)
		engine->domain.slice_ns = min(engine->domain.slice_ns, quantum_ns);
	aios_order_refresh(engine, true);
	aios_engine_touch(engine);
	return 0;
}
