// SPDX-License-Identifier: GPL-2.0
/*
 * Where the process waits that will become a job. Whoever is admitted by the next decision
 * is moved once, into the job's cgroup. Whoever is not is set aside: moved to a place of the
 * module's own (enforce/waiting.c), so that neither the end of what it was started from, a
 * unit of systemd's or another job, nor the limits of that reach it. Who gives up goes back
 * to where he came from; where that is gone he stays in the place, and is bounded by its
 * limits if he enters a job from there.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "enforce/source.h"
#include "enforce/waiting.h"
#include "job/job.h"
#include "main.h"

/* Jobs that were entered since the last decision; protected by aios_lock. */
static LIST_HEAD(entering);

/**
 * aios_job_entered - a process has begun to wait for a job
 * @job: the job
 *
 * The caller holds aios_lock, and has a decision made.
 */
void aios_job_entered(struct aios_job *job)
{
	lockdep_assert_held(&aios_lock);
	job->settled = false;
	if (list_empty(&job->entering))
		list_add_tail(&job->entering, &entering);
}

/**
 * aios_jobs_settle - have those set aside who were not admitted
 *
 * The caller holds aios_lock, and a decision was made.
 */
void aios_jobs_settle(void)
{
	struct aios_job *job, *next;

	lockdep_assert_held(&aios_lock);
	list_for_each_entry_safe(job, next, &entering, entering) {
		list_del_init(&job->entering);
		if (job->state == AIOS_STATE_QUEUED && job->entrant)
			aios_job_request(job, AIOS_JOB_SET_ASIDE);
	}
}

/* Moves it, as far as that can be; the caller holds the job's cg_lock. */
static void move_aside(struct aios_job *job, struct task_struct *leader, kuid_t uid, u64 from)
{
	struct aios_aside *aside = &job->aside;
	struct aios_place *place = aios_place_get(uid);
	int ret = PTR_ERR_OR_ZERO(place);

	if (!ret) {
		ret = aios_place_take(place, leader);
		if (ret)
			aios_place_put(place);
	}
	if (ret) {
		pr_warn_ratelimited("the process of job %llu waits where it is, it cannot be moved (%d)\n",
				    job->core.id, ret);
		return;
	}
	aside->place = place;
	aside->from = from;
	WRITE_ONCE(aside->leader, get_task_struct(leader));
}

/**
 * aios_job_set_aside - move the process that waits for a job to where it waits
 * @job: the job
 *
 * Runs in the job's worker, with its cg_lock held.
 *
 * Return: false when somebody has moved the process to where it may not come from.
 */
bool aios_job_set_aside(struct aios_job *job)
{
	struct task_struct *leader = NULL;
	kuid_t uid;
	u64 from;

	lockdep_assert_held(&job->cg_lock);
	mutex_lock(&aios_lock);
	if (job->state == AIOS_STATE_QUEUED && job->entrant && !job->aside.place)
		leader = get_task_struct(job->entrant);
	from = job->from;
	uid = job->from_uid;
	mutex_unlock(&aios_lock);
	if (!leader)
		return true;
	if (aios_source_of(leader) != from) {
		put_task_struct(leader);
		return false;
	}
	move_aside(job, leader, uid, from);
	put_task_struct(leader);
	mutex_lock(&aios_lock);
	if (job->aside.place)
		job->from = aios_place_id(job->aside.place);
	job->settled = true;
	if (job->state == AIOS_STATE_QUEUED)
		aios_job_changed(job);
	mutex_unlock(&aios_lock);
	return true;
}

/**
 * aios_job_leave_aside - the process has left where it waited
 * @job: it may not have waited
 *
 * Runs in the job's worker, with its cg_lock held.
 */
void aios_job_leave_aside(struct aios_job *job)
{
	struct aios_aside *aside = &job->aside;
	struct task_struct *leader = aside->leader;

	lockdep_assert_held(&job->cg_lock);
	if (!aside->place)
		return;
	aios_place_put(aside->place);
	aside->place = NULL;
	WRITE_ONCE(aside->leader, NULL);
	put_task_struct(leader);
}

/**
 * aios_job_go_back - the process gives up waiting, and goes back to where it came from
 * @job: it may not have been set aside
 *
 * Runs in the job's worker, with its cg_lock held. Who is about to die, or has been moved
 * elsewhere, is left alone.
 */
void aios_job_go_back(struct aios_job *job)
{
	struct aios_aside *aside = &job->aside;
	struct task_struct *leader = aside->leader;

	lockdep_assert_held(&job->cg_lock);
	if (!aside->place || job->moved)
		return;
	if (!(READ_ONCE(leader->signal->flags) & SIGNAL_GROUP_EXIT) &&
	    aios_source_of(leader) == aios_place_id(aside->place))
		aios_source_return(aside->from, leader);
	aios_job_leave_aside(job);
}
