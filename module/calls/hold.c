// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_HOLD and AIOS_IOC_RELEASE: a queued job is kept back by command. What
 * an administrator of the group holds, its user cannot release.
 */
#include <linux/aios.h>
#include <linux/cred.h>

#include "arbiter/arbiter.h"
#include "group/group.h"
#include "job/gang.h"
#include "job/job.h"
#include "main.h"
#include "notify.h"

static int switch_hold(struct aios_job *job, bool hold, struct aios_why *why)
{
	int ret;

	lockdep_assert_held(&aios_lock);
	if (job->state != AIOS_STATE_QUEUED)
		return aios_job_wrong_state(why, job);
	if (!hold && job->hold_admin && !aios_group_may(job->group, AIOS_MAY_ADMINISTER))
		return aios_job_denied(why, job);
	ret = aios_engine_job_hold(&aios_engine, aios_arbiter_now(), &job->core,
				   hold);
	if (ret)
		return ret;
	job->hold_admin = hold && !uid_eq(current_euid(), job->uid);
	aios_gang_track(job);
	aios_job_changed(job);
	aios_notify_job(job, hold ? AIOS_EVENT_HELD : AIOS_EVENT_RELEASED);
	aios_arbiter_decide();
	return 0;
}

static int hold_call(struct file *file, struct aios_signal *s, bool hold)
{
	struct aios_job *job = aios_job_file_of(file)->job;
	int ret = aios_job_signal_check(file, s);

	if (!ret)
		ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	ret = switch_hold(job, hold, &s->why);
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_hold(struct file *file, void *arg)
{
	return hold_call(file, arg, true);
}

int aios_ioctl_release(struct file *file, void *arg)
{
	return hold_call(file, arg, false);
}
