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
#include "turns.h"

/**
 * struct charge_call - CHARGE or UNCHARGE under way
 */
struct charge_call {
	/** @job: whose */
	struct aios_job *job;
	/** @c: the caller's struct */
	struct aios_charge *c;
	/** @take: CHARGE */
	bool take;
};

static int charge(void *arg)
{
	const struct charge_call *call = arg;
	struct aios_charge *c = call->c;
	struct aios_job *job = call->job;
	int ret;

	if (aios_job_ended(job))
		ret = aios_job_wrong_state(&c->why, job);
	else if (call->take)
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
	return ret;
}

static int charge_call(struct file *file, struct aios_charge *c, bool take)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct charge_call call = { .job = jf->job, .c = c, .take = take };

	memset(&c->why, 0, sizeof(c->why));
	if (c->flags || c->reserved)
		return -EINVAL;
	if (!jf->control)
		return aios_job_denied(&c->why, jf->job);
	return aios_turn_brief(charge, &call);
}

int aios_ioctl_charge(struct file *file, void *arg)
{
	return charge_call(file, arg, true);
}

int aios_ioctl_uncharge(struct file *file, void *arg)
{
	return charge_call(file, arg, false);
}
