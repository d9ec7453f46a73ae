// SPDX-License-Identifier: GPL-2.0
/*
 * The decision: who is admitted or resumed, in the order of the policy, then
 * the distribution of the surplus, then the news. Backfilling and preemption
 * are in files of their own.
 *
 * What was examined and refused is not examined again until something could
 * have made room: an end, a change of a limit or a job, or the shadow time
 * passing. Arrivals alone make no room.
 */
#include "core/alloc/alloc.h"
#include "core/engine/reserve.h"

/* Candidates that one decision may add to what the workspace was sized for. */
#define WORKSPACE_SPARE	64U

/* See engine.h for the contracts of the functions that it declares. */

bool aios_engine_pending(const struct aios_engine *engine)
{
	return engine->pending.room || engine->pending.alloc ||
	       engine->pending.nr_fresh || aios_ordered_size(&engine->doomed) ||
	       engine->now >= engine->next_ns;
}

size_t aios_engine_workspace_size(const struct aios_engine *engine)
{
	return aios_alloc_size(engine->nr_held + WORKSPACE_SPARE);
}

static void admit_alone(struct aios_engine *engine, struct aios_job_node *job,
			u64 now)
{
	bool again = job->state == AIOS_CORE_SUSPENDED;

	if (again) {
		aios_node_unbook(engine, job);
		aios_held_erase(engine, job);
		job->resuming = false;
		job->preempted = false;
		job->books.base_ns = now - min(now, job->books.ran_ns);
	} else {
		memset(job->used, 0, sizeof(job->used));
		memset(job->kept, 0, sizeof(job->kept));
		job->admit_ns = now;
		job->books.base_ns = now;
		engine->nr_queued--;
		engine->nr_held++;
		job->group->nr_running++;
	}
	job->guard.waited_ns += now - min(now, job->guard.idle_ns);
	job->state = AIOS_CORE_HELD;
	aios_node_expect(job);
	aios_node_reckon(engine, job);
	aios_node_floor(engine, job);
	aios_node_book(engine, job);
	aios_held_insert(engine, job);
	aios_news_add(engine, job, again ? AIOS_NEWS_RESUMED : AIOS_NEWS_ADMITTED);
}

/**
 * aios_admit() - a candidate that fits is admitted or resumed
 * @engine: the engine
 * @job: candidate, with its whole gang; the shares of all have been found
 * @now: the time
 */
void aios_admit(struct aios_engine *engine, struct aios_job_node *job, u64 now)
{
	struct aios_job_node *member;

	aios_candidate_remove(engine, job);
	if (job->gang)
		job->gang->started = true;
	aios_for_each_member(member, job)
		admit_alone(engine, member, now);
	engine->pending.alloc = true;
}

/**
 * aios_fits_now() - whether a candidate can be admitted or resumed at once
 * @engine: the engine
 * @job: candidate; its shares are written
 * @why: written when it cannot
 *
 * Return: true when it can.
 */
bool aios_fits_now(struct aios_engine *engine, struct aios_job_node *job,
		   struct aios_why *why)
{
	if (aios_drain_bars(engine, job, engine->now)) {
		aios_drain_why(engine, why);
		return false;
	}
	return (job->state == AIOS_CORE_SUSPENDED ||
		engine->nr_held + aios_gang_count(job) <= AIOS_HELD_MAX) &&
	       aios_gang_fits(engine, job, AIOS_VIEW_NOW, why);
}

/* Examine all candidates, from the first on. */
static void admit_all(struct aios_engine *engine, u64 now)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->queue);
	struct aios_why why;
	u32 seen = 0;

	engine->head = NULL;
	while (node) {
		struct aios_job_node *job = aios_node_of_queue(node);

		aios_engine_breathe(engine, seen++);
		node = aios_ordered_next(node);
		if (aios_fits_now(engine, job, &why)) {
			aios_admit(engine, job, now);
		} else if (!aios_drain_bars(engine, job, now) &&
			   aios_gang_possible(engine, job, &why)) {
			engine->head = job;
			break;
		}
	}
	engine->shadow_ns = AIOS_TIME_MAX;
	if (!engine->head)
		return;
	engine->shadow_ns = aios_shadow(engine, engine->head, now);
	if (engine->backfill == AIOS_BACKFILL_EASY)
		aios_backfill_easy(engine, now);
}

/*
 * Admit as published comparisons simulate it: a job that was chosen stays the head
 * until it fits, whichever jobs come. Meanwhile those that end before its shadow
 * time, which is not taken again, start in the order of arrival, and nothing is
 * extra.
 */
static void admit_blocking(struct aios_engine *engine, u64 now)
{
	struct aios_ordered_node *node;
	struct aios_job_node *job;
	struct aios_why why;

	for (;;) {
		bool chosen = engine->head;

		job = engine->head;
		if (!job)
			job = aios_node_of_queue(aios_ordered_first(&engine->queue));
		if (!job)
			return;
		if (!aios_fits_now(engine, job, &why)) {
			engine->head = job;
			if (!chosen)
				engine->shadow_ns = aios_reserve(engine, job, now);
			break;
		}
		aios_admit(engine, job, now);
	}
	if (engine->backfill == AIOS_BACKFILL_NONE)
		return;
	/* Without a guard all have the same due time, and arrival decides. */
	node = aios_ordered_first(&engine->guarded);
	while (node) {
		job = container_of(node, struct aios_job_node, order_node);
		node = aios_ordered_next(node);
		if (job != engine->head && aios_fits_now(engine, job, &why) &&
		    now + aios_gang_left(job) < engine->shadow_ns)
			aios_admit(engine, job, now);
	}
}

/* Say whether the order is of no use yet: who was chosen before waits for room still. */
static bool still_blocked(struct aios_engine *engine)
{
	struct aios_why why;

	return engine->blocking && engine->head && !aios_fits_now(engine, engine->head, &why);
}

static void examine_all(struct aios_engine *engine, u64 now)
{
	if (!still_blocked(engine))
		aios_order_refresh(engine, false);
	if (engine->blocking)
		admit_blocking(engine, now);
	else if (engine->policy->flags & AIOS_POLICY_PREEMPTIVE)
		aios_preempt(engine, now);
	else if (engine->backfill == AIOS_BACKFILL_CONSERVATIVE)
		aios_backfill_conservative(engine, now);
	else
		admit_all(engine, now);
}

/*
 * Examine @job, for it alone has come. Return false when all must be examined after
 * all.
 */
static bool admit_fresh(struct aios_engine *engine, struct aios_job_node *job,
			u64 now)
{
	struct aios_job_node *head = engine->head;
	struct aios_why why;

	if (head && aios_ordered_key_compare(&head->queue_node.key,
					     &job->queue_node.key) < 0) {
		if (engine->backfill != AIOS_BACKFILL_EASY ||
		    engine->nr_held >= AIOS_HELD_MAX)
			return true;
		engine->shadow_ns = aios_shadow(engine, head, now);
		if (aios_reserve_admits(engine, job, now, engine->shadow_ns,
					&why))
			aios_admit(engine, job, now);
		return true;
	}
	if (!aios_fits_now(engine, job, &why))
		return aios_drain_bars(engine, job, now) ||
		       !aios_gang_possible(engine, job, &why);
	aios_admit(engine, job, now);
	/*
	 * The job went ahead of the head, and a later shadow time lets other jobs
	 * in.
	 */
	return !head || aios_shadow(engine, head, now) == engine->shadow_ns;
}

static void admissions(struct aios_engine *engine, u64 now)
{
	struct aios_job_node *fresh = engine->pending.fresh;
	bool plain = !engine->blocking &&
		     engine->backfill != AIOS_BACKFILL_CONSERVATIVE &&
		     !(engine->policy->flags & (AIOS_POLICY_MOVING |
						AIOS_POLICY_PREEMPTIVE));
	bool alone = plain && engine->pending.nr_fresh == 1 && fresh &&
		     !engine->pending.room && now <= engine->shadow_ns;

	if (!engine->pending.room && !engine->pending.nr_fresh)
		return;
	if (!alone || !admit_fresh(engine, fresh, now))
		examine_all(engine, now);
	engine->pending.fresh = NULL;
	engine->pending.nr_fresh = 0;
	engine->pending.room = false;
}

/*
 * A job that waited for others to start becomes a candidate when they have started,
 * and may start in the same decision. Each round meets a dependency, so there are
 * not many.
 */
static void admit_rounds(struct aios_engine *engine, u64 now)
{
	struct aios_job_node *told = engine->news.last;
	struct aios_job_node *job;

	do {
		admissions(engine, now);
		job = told ? told->news.next : engine->news.first;
		for (; job; job = job->news.next)
			if (job->news.kind == AIOS_NEWS_ADMITTED)
				aios_depend_started(engine, job);
		told = engine->news.last;
	} while (engine->pending.nr_fresh);
}

/*
 * Find out whether the head would fit if every job used no more than it requested:
 * then what is lent is called back for it.
 */
static void find_reclaim(struct aios_engine *engine)
{
	struct aios_job_node *before = engine->reclaim;
	struct aios_why why;

	engine->reclaim = NULL;
	if (engine->head && aios_gang_fits(engine, engine->head,
					   AIOS_VIEW_REQUESTS, &why))
		engine->reclaim = engine->head;
	if (engine->reclaim != before)
		engine->pending.alloc = true;
}

static void tell_news(struct aios_engine *engine)
{
	const struct aios_engine_ops *ops = engine->ops;
	struct aios_job_node *job;

	while ((job = engine->news.first)) {
		u32 news = job->news.kind;

		engine->news.first = job->news.next;
		job->news.next = NULL;
		job->news.kind = AIOS_NEWS_NONE;
		if (news == AIOS_NEWS_ADMITTED && ops->admitted)
			ops->admitted(engine, job);
		if (news == AIOS_NEWS_RESUMED && ops->resumed)
			ops->resumed(engine, job);
		if (news == AIOS_NEWS_PREEMPTED && ops->preempted)
			ops->preempted(engine, job);
		if (news == AIOS_NEWS_DROPPED && ops->dropped)
			ops->dropped(engine, job);
		if (news == AIOS_NEWS_GRANTED && ops->granted)
			ops->granted(engine, job);
		if (news == AIOS_NEWS_DUE && ops->due)
			ops->due(engine, job);
	}
	engine->news.last = NULL;
}

/* Return when to look again even if nothing happens. */
static u64 next_decision_time(const struct aios_engine *engine)
{
	u64 next = min(min(aios_guard_next(engine), aios_drain_next(engine)),
		       aios_begin_next(engine));

	if (engine->policy->flags & AIOS_POLICY_SLICED &&
	    aios_ordered_size(&engine->queue) && aios_ordered_size(&engine->running))
		next = min(next, engine->now + min(engine->tuning.quantum_ns,
						   engine->domain.slice_ns));
	return next;
}

int aios_engine_decide(struct aios_engine *engine, u64 now, void *workspace,
		       size_t size)
{
	int err = 0;

	aios_engine_time(engine, now);
	if (!aios_engine_pending(engine))
		return 0;
	if (now >= engine->next_ns)
		engine->pending.room = true;
	engine->epoch++;
	aios_depend_drop(engine);
	aios_begin_consider(engine);
	aios_guard_act(engine);
	admit_rounds(engine, now);
	aios_begin_tell(engine);
	engine->next_ns = next_decision_time(engine);
	find_reclaim(engine);
	if (engine->pending.alloc)
		err = aios_alloc_run(engine, workspace, size);
	if (!err)
		engine->pending.alloc = false;
	tell_news(engine);
	return err;
}
