// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_ENTER and AIOS_IOC_WAIT: the calls on a job that wait. Waiting is interruptible
 * and, with absolute times, restartable.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/job_file.h"
#include "job/gang.h"
#include "job/job.h"
#include "main.h"

/*
 * The caller waits until a condition on a job and a mask of states holds, or until an
 * absolute time, 0 for none, has passed: then the condition is looked at once more.
 */
static int wait_until(struct aios_job *job, bool (*holds)(const struct aios_job *job, u32 mask),
		      u32 mask, u64 timeout_ns)
{
	s64 left;
	int ret;

	if (!timeout_ns)
		return wait_event_interruptible(job->wq, holds(job, mask));
	left = (s64)min_t(u64, timeout_ns, KTIME_MAX) - ktime_get_ns();
	ret = left <= 0 ? -ETIME :
		wait_event_interruptible_hrtimeout(job->wq, holds(job, mask),
						   ns_to_ktime(left));
	if (ret == -ETIME)
		ret = holds(job, mask) ? 0 : -ETIMEDOUT;
	return ret;
}

/* ------------------------------------------------------------------- ENTER */

static int claim(struct aios_job *job, struct aios_why *why)
{
	struct task_struct *leader = current->group_leader;

	lockdep_assert_held(&aios_lock);
	if (aios_job_ended(job))
		return aios_job_wrong_state(why, job);
	if (job->entrant == leader)
		return job->moved ? -EALREADY : -EBUSY;
	if (job->entrant || aios_job_adopts(job))
		return -EBUSY;
	job->entrant = get_task_struct(leader);
	aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core, true);
	aios_gang_track(job);
	aios_arbiter_kick();
	/* It may have been admitted for somebody who then gave up waiting. */
	if (job->state == AIOS_STATE_ADMITTED)
		aios_job_wake_worker(job);
	return 0;
}

/*
 * The caller gives its place up. The worker moves the entrant under cg_lock, so that
 * after this it either has been moved or never will be.
 */
static int withdraw(struct aios_job *job, int ret)
{
	mutex_lock(&job->cg_lock);
	mutex_lock(&aios_lock);
	if (job->moved) {
		ret = 0;
	} else if (job->entrant == current->group_leader) {
		put_task_struct(job->entrant);
		job->entrant = NULL;
			aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core, false);
		aios_gang_track(job);
		aios_arbiter_kick();
	}
	mutex_unlock(&aios_lock);
	mutex_unlock(&job->cg_lock);
	return ret;
}

static bool has_entered(const struct aios_job *job, u32 mask)
{
	return READ_ONCE(job->moved) || aios_job_ended(job);
}

int aios_ioctl_enter(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	struct aios_enter *e = arg;
	int ret;

	memset(&e->why, 0, sizeof(e->why));
	if (e->flags)
		return -EINVAL;
	if (!jf->control)
		return aios_job_denied(&e->why, job);

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	ret = claim(job, &e->why);
	mutex_unlock(&aios_lock);
	if (ret)
		return ret;

	ret = wait_until(job, has_entered, 0, e->timeout_ns);
	mutex_lock(&aios_lock);
	if (!job->moved) {
		aios_job_why(job, &e->why);
		if (!ret)
			ret = -ECANCELED;
	}
	mutex_unlock(&aios_lock);
	return ret ? withdraw(job, ret) : 0;
}

/* -------------------------------------------------------------------- WAIT */

static bool is_in_state(const struct aios_job *job, u32 mask)
{
	return aios_job_ended(job) || mask >> READ_ONCE(job->state) & 1;
}

int aios_ioctl_wait(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	struct aios_wait *w = arg;
	int ret;

	if (w->flags || (w->state_mask & ~GENMASK(AIOS_STATE_CANCELLED, AIOS_STATE_QUEUED)))
		return -EINVAL;
	ret = wait_until(job, is_in_state, w->state_mask, w->timeout_ns);
	if (ret)
		return ret;

	mutex_lock(&aios_lock);
	w->state = job->state;
	w->end = job->end;
	w->code = job->code;
	w->epoch = job->epoch;
	WRITE_ONCE(jf->seen, job->epoch);
	mutex_unlock(&aios_lock);
	return 0;
}
