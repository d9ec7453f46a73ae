// SPDX-License-Identifier: GPL-2.0
/*
 * The order of the candidates: who resumes by command first, then those whom
 * the guard has promoted, in the order of arrival, then the others by the policy.
 */
#include "core/engine/internal.h"

#define CLASS_SHIFT	62
#define CLASS_RESUMED	0ULL
#define CLASS_URGENT	1ULL
#define CLASS_POLICY	2ULL

/**
 * aios_order_prepare() - bring what does not change of a job's key up to date
 * @engine: the engine
 * @job: job
 * @policy: that orders it
 */
void aios_order_prepare(const struct aios_engine *engine, struct aios_job_node *job,
			const struct aios_policy_ops *policy)
{
	if (!policy->constant || (job->constant.policy == policy &&
				  job->constant.stamp == engine->stamps.measure))
		return;
	job->constant.policy = policy;
	job->constant.stamp = engine->stamps.measure;
	job->constant.value = policy->constant(engine, job);
}

/**
 * aios_order_key() - where a candidate stands in the queue
 * @engine: the engine
 * @job: job
 * @key: written
 */
void aios_order_key(struct aios_engine *engine, struct aios_job_node *job,
		    struct aios_ordered_key *key)
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
		aios_order_prepare(engine, job, engine->policy);
		engine->policy->key(engine, job, key);
		key->major = min(key->major, AIOS_KEY_LAST) |
			     CLASS_POLICY << CLASS_SHIFT;
	}
}

/**
 * aios_order_bring() - the key that the root's policy would give a job now
 * @engine: the engine; what the policy counts is as before when this returns
 * @job: job
 * @key: written
 */
void aios_order_bring(struct aios_engine *engine, struct aios_job_node *job,
		      struct aios_ordered_key *key)
{
	struct aios_policy_sums sum = engine->tally.sum;
	struct aios_group_tag tag = job->group->tag;

	aios_order_key(engine, job, key);
	engine->tally.sum = sum;
	job->group->tag = tag;
}

/**
 * aios_order_peek() - where a job stands, or would if it were a candidate
 * @engine: the engine; as it was when this returns
 * @job: job
 * @key: written
 */
void aios_order_peek(struct aios_engine *engine, struct aios_job_node *job,
		     struct aios_ordered_key *key)
{
	if (aios_node_is_candidate(job)) {
		*key = job->queue_node.key;
		return;
	}
	/* Its owner may have changed it since it was looked at last. */
	job->constant.policy = NULL;
	aios_order_bring(engine, job, key);
}

static void rekey_candidate(struct aios_ordered_node *node, void *arg)
{
	aios_order_key(arg, aios_node_of_queue(node), &node->key);
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
		aios_ordered_resort(&engine->queue, rekey_candidate, engine,
				    &engine->buckets);
	aios_domains_refresh(engine, all);
}
