// SPDX-License-Identifier: GPL-2.0
/*
 * The states of a job: it is submitted, suspended and resumed by command, and it ends.
 * What follows from an event is decided in decide.c.
 */
#include "core/engine/internal.h"

/* See events.h for the contracts of the functions that it declares. */

int aios_engine_job_submit(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job, struct aios_why *why)
{
	struct aios_why unused;
	int err;

	aios_now_check(engine, now);
	aios_node_normalise(job);
	err = aios_engine_job_check(engine, job, why);
	if (!err)
		err = aios_gang_check(engine, job, why ? why : &unused);
	if (err)
		return err;
	job->state = AIOS_CORE_QUEUED;
	job->serial = engine->serial++;
	job->attempt = 1;
	job->constant.policy = NULL;
	aios_retry_cap(job);
	aios_depend_enter(job);
	aios_begin_enter(engine, job);
	if (job->gang)
		aios_gang_join(job);
	job->group->nr_jobs++;
	engine->nr_queued++;
	return 0;
}

/**
 * aios_node_end() - a job ends, in any state
 * @engine: the engine
 * @job: job; nothing happens when it has ended
 * @done: with success
 */
void aios_node_end(struct aios_engine *engine, struct aios_job_node *job, bool done)
{
	if (job->state == AIOS_CORE_NONE)
		return;
	aios_candidate_remove(engine, job);
	aios_begin_leave(engine, job);
	aios_reference_end(engine, job);
	if (aios_node_holds(job)) {
		aios_work_learn(engine, job);
		aios_node_unbook(engine, job);
		aios_held_erase(engine, job);
		engine->nr_held--;
		job->group->nr_running--;
		aios_engine_freed(engine);
	} else {
		engine->nr_queued--;
	}
	job->group->nr_jobs--;
	job->state = AIOS_CORE_NONE;
	job->ready = false;
	job->on_hold = false;
	job->resuming = false;
	job->preempted = false;
	job->urgent = false;
	job->nr_shares = 0;
	job->x = 0;
	memset(job->held, 0, sizeof(job->held));
	memset(job->grant, 0, sizeof(job->grant));
	if (job->gang)
		aios_gang_leave(engine, job);
	aios_depend_ended(engine, job, done);
}

void aios_engine_job_end(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job)
{
	aios_now_check(engine, now);
	aios_node_end(engine, job, false);
}

void aios_engine_job_done(struct aios_engine *engine, struct aios_now now,
			  struct aios_job_node *job)
{
	aios_now_check(engine, now);
	aios_node_end(engine, job, true);
}

/* Stop the resuming of all members of a gang at once. */
static void stop_resuming(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_candidate_remove(engine, aios_gang_lead(job));
	aios_for_each_member(member, job) {
		member->resuming = false;
		member->preempted = false;
	}
}

int aios_engine_job_suspend(struct aios_engine *engine, struct aios_now now,
			    struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_now_check(engine, now);
	if (job->state == AIOS_CORE_SUSPENDED) {
		if (!job->resuming)
			return -EALREADY;
		stop_resuming(engine, job);
		return 0;
	}
	if (job->state != AIOS_CORE_HELD)
		return -EINVAL;
	aios_for_each_member(member, job)
		aios_node_stop(engine, member);
	return 0;
}

int aios_engine_job_resume(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_now_check(engine, now);
	if (job->state != AIOS_CORE_SUSPENDED)
		return -EINVAL;
	if (job->resuming)
		return -EALREADY;
	aios_for_each_member(member, job) {
		member->resuming = true;
		member->guard.idle_ns = engine->now;
	}
	aios_candidate_add(engine, aios_gang_lead(job));
	return 0;
}
