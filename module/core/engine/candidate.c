// SPDX-License-Identifier: GPL-2.0
/*
 * Which queued jobs are candidates: what must be true of a job before it is a
 * question of room. It keeps its place by arrival all the while.
 */
#include "core/engine/internal.h"

/* See events.h and questions.h for the contracts of what they declare. */

/**
 * aios_candidate_least() - augmentation of the queue: least needs of a subtree
 * @node: queue_node of a job
 */
void aios_candidate_least(struct aios_ordered_node *node)
{
	struct aios_job_node *job = aios_node_of_queue(node);
	struct aios_job_candidate *own = &job->candidate;
	u32 mask = own->need_mask, i, r;

	own->least_runtime_ns = aios_gang_left(job);
	for (i = 0; i < 2; i++)
		if (node->child[i])
			mask &= aios_node_of_queue(node->child[i])->candidate.least_mask;
	own->least_mask = mask;
	aios_for_each_resource(r, mask)
		own->least[r] = own->need[r];
	for (i = 0; i < 2; i++) {
		const struct aios_job_node *child = aios_node_of_queue(node->child[i]);

		if (!child)
			continue;
		own->least_runtime_ns = min(own->least_runtime_ns,
					    child->candidate.least_runtime_ns);
		aios_for_each_resource(r, mask)
			own->least[r] = min(own->least[r], child->candidate.least[r]);
	}
}

/**
 * aios_candidate_add() - a job becomes a candidate
 * @engine: the engine
 * @job: queued or suspended job, not a candidate; the first of its gang
 */
void aios_candidate_add(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;
	u32 r;

	memset(job->candidate.need, 0, sizeof(job->candidate.need));
	aios_for_each_member(member, job) {
		u32 mask = aios_node_arbitrated(engine, member);

		aios_for_each_resource(r, mask)
			job->candidate.need[r] += aios_node_need(engine, member, r);
	}
	job->candidate.need_mask = 0;
	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (job->candidate.need[r])
			job->candidate.need_mask |= 1U << r;
	aios_guard_watch(engine, job);
	aios_order_key(engine, job, &job->queue_node.key);
	aios_domain_enter(engine, job);
	aios_ordered_insert(&engine->queue, &job->queue_node);
	engine->pending.fresh = job;
	engine->pending.nr_fresh++;
}

/**
 * aios_candidate_remove() - a job is no longer a candidate
 * @engine: the engine
 * @job: job; nothing happens unless it is one
 */
void aios_candidate_remove(struct aios_engine *engine, struct aios_job_node *job)
{
	if (!aios_node_is_candidate(job))
		return;
	aios_ordered_erase(&engine->queue, &job->queue_node);
	aios_domain_leave(engine, job);
	aios_guard_forget(engine, job);
	if (engine->pending.fresh == job) {
		engine->pending.fresh = NULL;
		engine->pending.nr_fresh--;
	}
	if (engine->head == job) {
		engine->head = NULL;
		aios_engine_freed(engine);
	}
	if (engine->reclaim == job)
		engine->reclaim = NULL;
}

/* Say whether nothing of a queued job itself keeps it back. */
bool aios_node_ready(const struct aios_job_node *job)
{
	return job->state == AIOS_CORE_QUEUED && job->ready && !job->on_hold &&
	       !job->early && !job->depend.nr_unmet;
}

bool aios_engine_job_waits(const struct aios_job_node *job)
{
	if (!job->gang)
		return aios_node_ready(job);
	return aios_gang_ready(job->gang) == job->gang->size;
}

/**
 * aios_candidate_consider() - something of that has changed
 * @engine: the engine
 * @job: job, for its whole gang; no effect unless it is queued, or suspended and
 *	waits to resume
 *
 * What it waited as a candidate counts for the guard, and no other time does.
 */
void aios_candidate_consider(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *lead = aios_gang_lead(job);
	bool waits = aios_engine_job_waits(lead) || lead->resuming;
	u64 now = max(engine->now, lead->submit_ns);

	if (aios_node_is_candidate(lead) == waits || lead->state == AIOS_CORE_NONE)
		return;
	if (waits) {
		lead->guard.idle_ns = now;
		aios_candidate_add(engine, lead);
	} else {
		lead->guard.waited_ns += now - min(now, lead->guard.idle_ns);
		aios_candidate_remove(engine, lead);
		aios_reference_withdraw(engine, lead);
	}
}

void aios_engine_job_ready(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job, bool ready)
{
	aios_now_check(engine, now);
	if (job->state != AIOS_CORE_QUEUED)
		return;
	job->ready = ready;
	aios_candidate_consider(engine, job);
}

int aios_engine_job_hold(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, bool hold)
{
	aios_now_check(engine, now);
	if (job->state != AIOS_CORE_QUEUED)
		return -EINVAL;
	if (job->on_hold == hold)
		return -EALREADY;
	job->on_hold = hold;
	aios_candidate_consider(engine, job);
	return 0;
}
