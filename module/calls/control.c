// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that change a job: AIOS_IOC_UPDATE, and those without arguments, SUSPEND and
 * RESUME, HOLD and RELEASE, CANCEL. What an administrator of the group holds, its user
 * cannot release.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "arbiter/wall.h"
#include "calls/calls.h"
#include "calls/clock.h"
#include "calls/ioctl.h"
#include "calls/job_file.h"
#include "enforce/resource.h"
#include "group/group.h"
#include "job/gang.h"
#include "job/job.h"
#include "job/origin.h"
#include "names.h"
#include "turns.h"

/* ------------------------------------------------------------------ UPDATE */

static bool may_raise(const struct aios_job *job, s32 priority)
{
	return priority <= max(job->core.priority, AIOS_PRIORITY_DEFAULT) ||
	       aios_group_may_favour(job->group);
}

/**
 * aios_job_may_weigh - whether the caller may give a job a weight
 * @job: the job
 * @weight: AIOS_WEIGHT_*
 *
 * As a priority, one above the default takes from others. The caller holds aios_lock.
 */
bool aios_job_may_weigh(const struct aios_job *job, u32 weight)
{
	return weight <= max_t(u32, job->core.weight, AIOS_WEIGHT_DEFAULT) ||
	       aios_group_may_favour(job->group);
}

/**
 * aios_job_grant_runtime - what a job may run at most, of what the caller states
 * @job: the job
 * @stated: as of aios_group_grant_runtime()
 * @runtime_ns: written
 * @why: written on refusal
 *
 * What its groups allow binds only who wants more than the job has. The caller holds
 * aios_lock.
 *
 * Return: 0 or -EPERM.
 */
int aios_job_grant_runtime(const struct aios_job *job, u64 stated, u64 *runtime_ns,
			   struct aios_why *why)
{
	u64 present = job->core.max_runtime_ns ?: AIOS_UNLIMITED;

	if (!stated || stated > present)
		return aios_group_grant_runtime(job->group, stated, runtime_ns, why);
	*runtime_ns = stated == AIOS_UNLIMITED ? 0 : stated;
	return 0;
}

/**
 * struct update_call - UPDATE under way
 */
struct update_call {
	/** @job: the job */
	struct aios_job *job;
	/** @u: the caller's struct */
	struct aios_update *u;
	/** @deadline_ns: its deadline, on the machine's clock */
	u64 deadline_ns;
	/** @begin_ns: when it is to begin at the earliest, likewise */
	u64 begin_ns;
	/** @name: its name from now on, or before; NULL: none */
	char *name;
};

/* What comes with an update that has been made, and cannot fail. */
static void update_rest(struct update_call *call, struct aios_place_own *place)
{
	const struct aios_update *u = call->u;
	struct aios_job *job = call->job;

	if (u->flags & AIOS_UPDATE_DEADLINE)
		aios_job_deadline_follow(job, u->flags & AIOS_UPDATE_DEADLINE_REALTIME ?
					      u->deadline_ns : 0);
	if (u->flags & AIOS_UPDATE_BEGIN) {
		aios_job_begin_follow(job, u->flags & AIOS_UPDATE_BEGIN_REALTIME ?
					   u->begin_ns : 0);
		aios_gang_track(job);
	}
	if (u->flags & AIOS_UPDATE_MAX_RUNTIME)
		aios_job_clock_change(job);
	if (u->flags & AIOS_UPDATE_NAME)
		swap(job->asked.name, call->name);
	if (u->flags & AIOS_UPDATE_PLACE)
		aios_job_place_take(place);
}

static int update(void *arg)
{
	struct update_call *call = arg;
	struct aios_job *job = call->job;
	struct aios_update *u = call->u;
	u64 real_ns = u->flags & AIOS_UPDATE_DEADLINE_REALTIME ? u->deadline_ns : 0;
	u64 real_begin_ns = u->flags & AIOS_UPDATE_BEGIN_REALTIME ? u->begin_ns : 0;
	struct aios_change change = {
		.flags = u->flags & ~(AIOS_UPDATE_DEADLINE_REALTIME |
				      AIOS_UPDATE_BEGIN_REALTIME | AIOS_UPDATE_NAME |
				      AIOS_UPDATE_PLACE),
		.resource_mask = u->resource_mask,
		.weight = u->weight,
		.priority = u->priority,
		.expected_runtime_ns = u->expected_runtime_ns,
		.deadline_ns = real_ns ? aios_wall_monotonic(real_ns) : call->deadline_ns,
		.begin_ns = real_begin_ns ? aios_wall_monotonic(real_begin_ns) : call->begin_ns,
		.request = u->request,
		.limit = u->limit,
	};
	struct aios_place_own place = {};
	int ret = 0;

	if (aios_job_ended(job) ||
	    (u->flags & (AIOS_UPDATE_BEGIN | AIOS_UPDATE_PLACE) &&
	     job->state != AIOS_STATE_QUEUED))
		ret = aios_job_wrong_state(&u->why, job);
	else if ((u->flags & AIOS_UPDATE_PRIORITY && !may_raise(job, u->priority)) ||
		 (u->flags & AIOS_UPDATE_WEIGHT && !aios_job_may_weigh(job, u->weight)))
		ret = aios_job_denied(&u->why, job);
	if (!ret && aios_job_adopts(job))
		ret = aios_resource_late(job->core.resource_mask, u->resource_mask, &u->why);
	if (!ret && (u->flags & AIOS_UPDATE_MAX_RUNTIME))
		ret = aios_job_grant_runtime(job, u->max_runtime_ns, &change.max_runtime_ns,
					     &u->why);
	if (!ret)
		ret = aios_job_find_room(job, u->resource_mask, u->request, &u->why);
	if (!ret && (u->flags & AIOS_UPDATE_PLACE))
		ret = aios_job_place_find(job, u->before, &place);
	if (!ret)
		ret = aios_engine_job_update(&aios_engine, aios_arbiter_now(),
					     &job->core, &change, &u->why);
	if (ret) {
		kfree(place.job);
	} else {
		update_rest(call, &place);
		aios_job_step(job, AIOS_EVENT_LIMIT);
		aios_origins_changed(job);
		aios_job_wake_worker(job);
		aios_arbiter_decide();
	}
	return ret;
}

static int copy_name(struct aios_update *u, char **to)
{
	char *name = aios_copy_string(u->name, u->name_len, AIOS_NAME_MAX, &u->why);
	int ret = 0;

	if (IS_ERR(name))
		return PTR_ERR(name);
	if (name)
		ret = aios_job_name_check(name, &u->why);
	if (ret)
		kfree(name);
	else
		*to = name;
	return ret;
}

int aios_ioctl_update(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_update *u = arg;
	struct update_call call = {
		.job = jf->job,
		.u = u,
		.deadline_ns = aios_time_from_caller(u->deadline_ns),
		.begin_ns = aios_time_from_caller(u->begin_ns),
	};
	int ret;

	memset(&u->why, 0, sizeof(u->why));
	if (u->flags & ~AIOS_UPDATE_FLAGS || u->reserved || u->reserved2 ||
	    (u->flags & AIOS_UPDATE_PLACE && u->flags & AIOS_UPDATE_PRIORITY) ||
	    (u->flags & AIOS_UPDATE_DEADLINE_REALTIME && !(u->flags & AIOS_UPDATE_DEADLINE)) ||
	    (u->flags & AIOS_UPDATE_BEGIN_REALTIME && !(u->flags & AIOS_UPDATE_BEGIN)))
		return -EINVAL;
	if (!jf->control)
		return aios_job_denied(&u->why, jf->job);
	ret = aios_resource_mask_check(u->resource_mask, &u->why);
	if (!ret && !aios_job_adopts(jf->job))
		ret = aios_resource_least_check(u->resource_mask, u->request, u->limit, false,
						&u->why);
	if (!ret && (u->flags & AIOS_UPDATE_NAME))
		ret = copy_name(u, &call.name);
	if (!ret)
		ret = aios_arbiter_turn(update, &call);
	kfree(call.name);
	return ret;
}

/* -------------------------------------------------------- without arguments */

/**
 * struct signal_call - a call without arguments under way
 */
struct signal_call {
	/** @job: the job */
	struct aios_job *job;
	/** @s: the caller's struct */
	struct aios_signal *s;
	/** @call: what it does */
	int (*call)(struct aios_job *job, struct aios_why *why);
};

static int do_signal_call(void *arg)
{
	const struct signal_call *call = arg;

	return call->call(call->job, &call->s->why);
}

/* What all calls without arguments have in common: who may make them. */
static int signal_call(struct file *file, struct aios_signal *s,
		       int (*call)(struct aios_job *job, struct aios_why *why))
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct signal_call turn = { .job = jf->job, .s = s, .call = call };

	memset(&s->why, 0, sizeof(s->why));
	if (s->flags)
		return -EINVAL;
	if (!jf->control)
		return aios_job_denied(&s->why, jf->job);
	return aios_arbiter_turn(do_signal_call, &turn);
}

/* A gang is suspended as one. What the policy has frozen is now frozen for its owner. */
static void suspended(struct aios_job *job)
{
	struct aios_gang_node *gang = job->core.gang;
	struct aios_job_node *node = gang ? gang->first : &job->core;

	for (; node; node = gang ? node->gang_next : NULL) {
		struct aios_job *member = aios_job_of(node);

		if (member->state == AIOS_STATE_RUNNING)
			aios_job_step(member, AIOS_EVENT_SUSPENDED);
		else
			aios_job_changed(member);
		aios_job_wake_worker(member);
	}
}

static int suspend(struct aios_job *job, struct aios_why *why)
{
	int ret;

	if (job->state != AIOS_STATE_RUNNING && job->state != AIOS_STATE_SUSPENDED)
		return aios_job_wrong_state(why, job);
	ret = aios_engine_job_suspend(&aios_engine, aios_arbiter_now(), &job->core);
	if (ret)
		return ret;
	suspended(job);
	aios_arbiter_decide();
	return 0;
}

static int resume(struct aios_job *job, struct aios_why *why)
{
	int ret;

	if (job->state != AIOS_STATE_SUSPENDED)
		return aios_job_wrong_state(why, job);
	ret = aios_engine_job_resume(&aios_engine, aios_arbiter_now(), &job->core);
	if (ret)
		return ret;
	aios_gang_track(job);
	aios_arbiter_kick();
	return 0;
}

static int switch_hold(struct aios_job *job, bool hold, struct aios_why *why)
{
	int ret;

	if (job->state != AIOS_STATE_QUEUED)
		return aios_job_wrong_state(why, job);
	if (!hold && job->hold_admin && !aios_group_may(job->group, AIOS_MAY_ADMINISTER))
		return aios_job_denied(why, job);
	ret = aios_engine_job_hold(&aios_engine, aios_arbiter_now(), &job->core, hold);
	if (ret)
		return ret;
	job->hold_admin = hold && !uid_eq(current_euid(), job->asked.uid);
	aios_job_step(job, hold ? AIOS_EVENT_HELD : AIOS_EVENT_RELEASED);
	aios_arbiter_decide();
	return 0;
}

static int hold(struct aios_job *job, struct aios_why *why)
{
	return switch_hold(job, true, why);
}

static int release(struct aios_job *job, struct aios_why *why)
{
	return switch_hold(job, false, why);
}

static int cancel(struct aios_job *job, struct aios_why *why)
{
	if (aios_job_ended(job))
		return aios_job_wrong_state(why, job);
	if (!job->cancelled)
		job->cancel_uid = current_euid();
	job->cancelled = true;
	if (job->state == AIOS_STATE_QUEUED) {
		aios_job_end(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
		return 0;
	}
	aios_job_request(job, AIOS_JOB_KILL);
	return 0;
}

int aios_ioctl_suspend(struct file *file, void *arg)
{
	return signal_call(file, arg, suspend);
}

int aios_ioctl_resume(struct file *file, void *arg)
{
	return signal_call(file, arg, resume);
}

int aios_ioctl_hold(struct file *file, void *arg)
{
	return signal_call(file, arg, hold);
}

int aios_ioctl_release(struct file *file, void *arg)
{
	return signal_call(file, arg, release);
}

int aios_ioctl_cancel(struct file *file, void *arg)
{
	return signal_call(file, arg, cancel);
}
