/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the engine share.
 */
#ifndef AIOS_CORE_ENGINE_INTERNAL_H
#define AIOS_CORE_ENGINE_INTERNAL_H

#include "core/base/debug.h"
#include "core/books/books.h"
#include "core/books/measure.h"
#include "core/books/place.h"
#include "core/books/quota.h"
#include "core/engine/engine.h"
#include "core/policy/policy.h"

static inline bool aios_node_is_candidate(const struct aios_job_node *job)
{
	return aios_ordered_linked(&job->queue_node);
}

/* Check that an event comes with a time that was told since the last decision. */
static inline void aios_now_check(const struct aios_engine *engine, struct aios_now now)
{
	(void)engine;
	(void)now;
	aios_core_check(now.epoch == engine->epoch && now.ns <= engine->now);
}

/* check.c */
int aios_node_valid(const struct aios_engine *engine,
		    const struct aios_job_node *job, struct aios_why *why);

/* lifecycle.c */
void aios_node_end(struct aios_engine *engine, struct aios_job_node *job, bool done);

/* candidate.c */
bool aios_node_ready(const struct aios_job_node *job);
void aios_candidate_consider(struct aios_engine *engine, struct aios_job_node *job);
void aios_candidate_add(struct aios_engine *engine, struct aios_job_node *job);
void aios_candidate_remove(struct aios_engine *engine, struct aios_job_node *job);
void aios_candidate_least(struct aios_ordered_node *node);

/* order.c */
void aios_order_prepare(const struct aios_engine *engine, struct aios_job_node *job,
			const struct aios_policy_ops *policy);
void aios_order_key(struct aios_engine *engine, struct aios_job_node *job,
		    struct aios_ordered_key *key);
void aios_order_bring(struct aios_engine *engine, struct aios_job_node *job,
		      struct aios_ordered_key *key);
void aios_order_peek(struct aios_engine *engine, struct aios_job_node *job,
		     struct aios_ordered_key *key);
void aios_order_refresh(struct aios_engine *engine, bool all);

/* domain.c */
void aios_domain_enter(struct aios_engine *engine, struct aios_job_node *job);
void aios_domain_leave(struct aios_engine *engine, struct aios_job_node *job);
void aios_domain_detach(struct aios_engine *engine, struct aios_group_node *group);
void aios_domains_refresh(struct aios_engine *engine, bool all);

/* guard.c */
void aios_guard_watch(struct aios_engine *engine, struct aios_job_node *job);
void aios_guard_forget(struct aios_engine *engine, struct aios_job_node *job);
void aios_guard_act(struct aios_engine *engine);
u64 aios_guard_slack(const struct aios_engine *engine, const struct aios_job_node *head,
		     u64 shadow);
u64 aios_guard_next(const struct aios_engine *engine);

/* reference.c */
void aios_reference_least(struct aios_ordered_node *node);
u64 aios_reference_longest(const struct aios_engine *engine);
void aios_reference_play(struct aios_engine *engine);
void aios_reference_arrive(struct aios_engine *engine, struct aios_job_node *job,
			   u64 waits_since_ns);
void aios_reference_withdraw(struct aios_engine *engine, struct aios_job_node *job);
void aios_reference_end(struct aios_engine *engine, struct aios_job_node *job);

/* depend.c */
const struct aios_edge *aios_depend_first(const struct aios_job_node *job);
int aios_depend_check(const struct aios_job_node *job, struct aios_why *why);
const struct aios_edge *aios_depend_circle(struct aios_engine *engine,
					   const struct aios_job_node *job);
void aios_depend_enter(struct aios_job_node *job);
void aios_depend_started(struct aios_engine *engine, struct aios_job_node *job);
void aios_depend_ended(struct aios_engine *engine, struct aios_job_node *job,
		       bool done);
void aios_depend_drop(struct aios_engine *engine);

/* retry.c */
int aios_retry_check(const struct aios_job_node *job, struct aios_why *why);
void aios_retry_cap(struct aios_job_node *job);
void aios_retry_uncap(struct aios_job_node *job);

/* begin.c */
bool aios_begin_early(const struct aios_engine *engine, const struct aios_job_node *job);
void aios_begin_enter(struct aios_engine *engine, struct aios_job_node *job);
void aios_begin_leave(struct aios_engine *engine, struct aios_job_node *job);
void aios_begin_consider(struct aios_engine *engine);
void aios_begin_tell(struct aios_engine *engine);
void aios_begin_why(const struct aios_job_node *job, struct aios_why *why);
u64 aios_begin_next(const struct aios_engine *engine);

/* gang.c */
bool aios_gang_fits(struct aios_engine *engine, struct aios_job_node *job,
		    enum aios_view view, struct aios_why *why);
bool aios_gang_possible(struct aios_engine *engine, struct aios_job_node *job,
			struct aios_why *why);
int aios_gang_check(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_why *why);
void aios_gang_join(struct aios_job_node *job);
void aios_gang_leave(struct aios_engine *engine, struct aios_job_node *job);
u32 aios_gang_ready(const struct aios_gang_node *gang);

/* devices.c */
void aios_devices_changed(struct aios_engine *engine);

/* decide.c */
bool aios_fits_now(struct aios_engine *engine, struct aios_job_node *job,
		   struct aios_why *why);
void aios_admit(struct aios_engine *engine, struct aios_job_node *job, u64 now);

/* drain.c */
bool aios_drain_bars(const struct aios_engine *engine,
		     const struct aios_job_node *job, u64 time);
void aios_drain_why(const struct aios_engine *engine, struct aios_why *why);
u64 aios_drain_shadow(const struct aios_engine *engine,
		      const struct aios_job_node *head, u64 time);
u64 aios_drain_next(const struct aios_engine *engine);

/* backfill.c */
void aios_backfill_easy(struct aios_engine *engine, u64 now);
struct aios_ordered_node *aios_backfill_next(struct aios_engine *engine,
					     struct aios_ordered_node *node);

/* conservative.c */
void aios_backfill_conservative(struct aios_engine *engine, u64 now);
bool aios_conservative_admits(struct aios_engine *engine, struct aios_job_node *job,
			      u64 now, struct aios_why *why);

/* preempt.c */
void aios_preempt(struct aios_engine *engine, u64 now);

#endif /* AIOS_CORE_ENGINE_INTERNAL_H */
