// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_CHARGE and AIOS_IOC_UNCHARGE: a runtime tells what it allocates on an
 * accelerator.
 */
#include <linux/aios.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/job_file.h"
#include "job/job.h"
#include "main.h"

static int charge(struct file *file, struct aios_charge *c, bool take)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	int ret;

	memset(&c->why, 0, sizeof(c->why));
	if (c->flags || c->reserved)
		return -EINVAL;
	if (!jf->control)
		return aios_job_denied(&c->why, job);

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	if (aios_job_ended(job))
		ret = aios_job_wrong_state(&c->why, job);
	else if (take)
		ret = aios_engine_charge(&aios_engine, aios_arbiter_now(), &job->core,
					 c->device, c->bytes, &c->used, &c->why);
	else
		ret = aios_engine_uncharge(&aios_engine, aios_arbiter_now(), &job->core,
					   c->device, c->bytes, &c->used);
	/* The engine's states are its own. */
	if (ret && c->why.code == AIOS_WHY_STATE)
		c->why.asked = job->state;
	if (!ret) {
		aios_job_note_device_memory(job);
		aios_job_publish(job);
		if (aios_engine_pending(&aios_engine))
			aios_arbiter_kick();
	}
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_charge(struct file *file, void *arg)
{
	return charge(file, arg, true);
}

int aios_ioctl_uncharge(struct file *file, void *arg)
{
	return charge(file, arg, false);
}
