// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_ENTER and AIOS_IOC_WAIT: the calls on a job that wait. Waiting is interruptible
 * and, with absolute times, restartable.
 */
#include <linux/bits.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/clock.h"
#include "calls/job_file.h"
#include "enforce/source.h"
#include "group/group.h"
#include "job/gang.h"
#include "job/job.h"
#include "job/origin.h"
#include "main.h"
#include "turns.h"

/*
 * The caller waits until a condition on a job and a mask of states holds, or until an
 * absolute time, 0 for none, has passed: then the condition is looked at once more. When
 * the machine is suspended he is frozen as he waits. A signal would have him leave ENTER and
 * come again, and meanwhile others would pass him in the queue.
 */
static int wait_until(struct aios_job *job, bool (*holds)(const struct aios_job *job, u32 mask),
		      u32 mask, u64 timeout_ns)
{
	s64 left;
	int ret;

	if (!timeout_ns)
		return wait_event_freezable(job->wq, holds(job, mask));
	left = (s64)min_t(u64, aios_time_from_caller(timeout_ns), KTIME_MAX) - ktime_get_ns();
	ret = left <= 0 ? -ETIME :
		__wait_event_hrtimeout(job->wq, holds(job, mask), ns_to_ktime(left),
				       (TASK_INTERRUPTIBLE | TASK_FREEZABLE));
	if (ret == -ETIME)
		ret = holds(job, mask) ? 0 : -ETIMEDOUT;
	return ret;
}

/* ------------------------------------------------------------------- ENTER */

/**
 * struct enter_call - ENTER under way
 */
struct enter_call {
	/** @job: the job */
	struct aios_job *job;
	/** @e: the caller's struct */
	struct aios_enter *e;
	/** @leader: of the threads of the process that enters */
	struct task_struct *leader;
	/** @pid_ns: that of the caller */
	struct pid_namespace *pid_ns;
	/** @source: the cgroup that he is in */
	struct aios_source source;
	/** @ties: room for those of the job to what limits that cgroup */
	struct aios_ties *ties;
	/** @nr_ties: how many there will be */
	u32 nr_ties;
};

/* A caller who is moved elsewhere just now is looked for again, so often. */
#define TRIES		3

/* Where the caller comes from, whether he may leave that, and what bounds him there. */
static int come_from(struct enter_call *call)
{
	struct aios_why *why = &call->e->why;
	unsigned int tries = TRIES;
	int ret;

	do {
		ret = aios_source_find(&call->source, aios_is_admin(current_cred()), why);
		if (ret)
			return ret;
		ret = aios_source_carry(&call->source, why);
		if (ret)
			aios_source_forget(&call->source);
	} while (ret == -ENOENT && --tries);
	return ret;
}

/* Whoever is in a job is bounded as that is. */
static int tie(struct enter_call *call)
{
	struct aios_job *origin = NULL;

	if (call->source.job) {
		origin = aios_job_find(call->source.job);
		if (!origin) {
			call->e->why.code = AIOS_WHY_CONFINED;
			call->e->why.asked = call->source.id;
			call->e->why.available = AIOS_CONFINED_LIST;
			return -EPERM;
		}
	}
	return aios_job_tie(call->job, &call->ties, &call->nr_ties, &call->source, origin,
			    &call->e->why);
}

static int claim(void *arg)
{
	struct enter_call *call = arg;
	struct task_struct *leader = call->leader;
	struct aios_job *job = call->job;
	int ret;

	lockdep_assert_held(&aios_lock);
	if (aios_job_ended(job))
		return aios_job_wrong_state(&call->e->why, job);
	if (job->entrant == leader)
		return job->moved ? -EALREADY : -EBUSY;
	if (job->entrant || aios_job_adopts(job))
		return -EBUSY;
	ret = tie(call);
	if (ret)
		return ret;
	job->from = call->source.id;
	job->from_uid = current_euid();
	WRITE_ONCE(job->entrant, get_task_struct(leader));
	if (!job->parked)
		aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core, true);
	aios_gang_track(job);
	aios_job_entered(job);
	aios_arbiter_kick();
	/* It may have been admitted for somebody who then gave up waiting. */
	if (job->state == AIOS_STATE_ADMITTED)
		aios_job_wake_worker(job);
	return 0;
}

/* Room for the ties is taken before the turn, and once more where it was too little. */
static int come_in(struct enter_call *call)
{
	int ret = come_from(call);

	if (ret)
		return ret;
	call->nr_ties = call->source.nr_levels;
	do {
		aios_ties_free(call->ties);
		call->ties = aios_ties_alloc(call->nr_ties);
		if (call->nr_ties && !call->ties)
			ret = -ENOMEM;
		else
			ret = aios_turn_brief(claim, call);
	} while (ret == -EAGAIN);
	aios_ties_free(call->ties);
	call->ties = NULL;
	aios_source_forget(&call->source);
	return ret;
}

/* He is nowhere else any more than where he came from, if that is still there. */
static bool has_withdrawn(const struct aios_job *job, const struct task_struct *leader)
{
	return !test_bit(AIOS_JOB_WITHDRAW, &job->requests) &&
	       READ_ONCE(job->entrant) != leader && READ_ONCE(job->aside.leader) != leader;
}

/*
 * The caller gives its place up. The worker, who moves the entrant, does it: afterwards he
 * either has been moved or never will be.
 */
static int withdraw(struct aios_job *job, int ret)
{
	struct task_struct *leader = current->group_leader;

	aios_job_request(job, AIOS_JOB_WITHDRAW);
	wait_event(job->wq, READ_ONCE(job->moved) || has_withdrawn(job, leader));
	return READ_ONCE(job->moved) ? 0 : ret;
}

static int see_why(void *arg)
{
	const struct enter_call *call = arg;

	if (call->job->moved)
		return 0;
	if (!aios_job_ended(call->job) && call->job->entrant != call->leader)
		return -EAGAIN;
	aios_job_why(call->job, call->pid_ns, &call->e->why);
	return -ECANCELED;
}

/* Or he has not: somebody has moved him elsewhere meanwhile. */
static bool has_entered(const struct aios_job *job, u32 mask)
{
	return READ_ONCE(job->moved) || aios_job_ended(job) ||
	       READ_ONCE(job->entrant) != current->group_leader;
}

static int enter(struct enter_call *call)
{
	int ret, seen;

	ret = come_in(call);
	if (ret)
		return ret;
	ret = wait_until(call->job, has_entered, 0, call->e->timeout_ns);
	seen = aios_turn_brief(see_why, call);
	if (!ret)
		ret = seen;
	return ret ? withdraw(call->job, ret) : 0;
}

int aios_ioctl_enter(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	struct aios_enter *e = arg;
	struct enter_call call = {
		.job = job,
		.e = e,
		.leader = current->group_leader,
		.pid_ns = task_active_pid_ns(current),
	};
	int ret;

	memset(&e->why, 0, sizeof(e->why));
	if (e->flags)
		return -EINVAL;
	if (!jf->control)
		return aios_job_denied(&e->why, job);

	do {
		ret = enter(&call);
	} while (ret == -EAGAIN);
	return ret;
}

/* -------------------------------------------------------------------- WAIT */

static bool is_in_state(const struct aios_job *job, u32 mask)
{
	return aios_job_ended(job) || mask >> READ_ONCE(job->state) & 1;
}

/**
 * struct wait_call - WAIT at its end
 */
struct wait_call {
	/** @job: the job */
	struct aios_job *job;
	/** @w: the caller's struct */
	struct aios_wait *w;
};

static int see_state(void *arg)
{
	const struct wait_call *call = arg;
	const struct aios_job *job = call->job;
	struct aios_wait *w = call->w;

	w->state = job->state;
	w->end = job->end;
	w->code = aios_job_code(job, current_user_ns());
	w->epoch = job->epoch;
	return 0;
}

int aios_ioctl_wait(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_wait *w = arg;
	struct wait_call call = { .job = jf->job, .w = w };
	int ret;

	if (w->flags || (w->state_mask & ~GENMASK(AIOS_STATE_CANCELLED, AIOS_STATE_QUEUED)))
		return -EINVAL;
	ret = wait_until(jf->job, is_in_state, w->state_mask, w->timeout_ns);
	if (ret)
		return ret;
	aios_turn_brief(see_state, &call);
	aios_job_file_told(jf, w->epoch);
	return 0;
}
