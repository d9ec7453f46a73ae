// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_LIMIT: limits of groups and jobs, set and read back.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/ioctl.h"
#include "calls/job_file.h"
#include "enforce/resource.h"
#include "group/defaults.h"
#include "group/group.h"
#include "group/notice.h"
#include "job/job.h"
#include "names.h"
#include "turns.h"

#define TARGETS	(AIOS_LIMIT_JOB | AIOS_LIMIT_DEFAULT_USER | AIOS_LIMIT_DEFAULT_GROUP)

static bool sets(const struct aios_limit *l)
{
	return l->resource_mask || l->weight || l->flags & ~TARGETS;
}

static int refuse_value(struct aios_limit *l, u32 resource, u64 asked, u64 bound)
{
	l->why.code = AIOS_WHY_VALUE;
	l->why.resource = resource;
	l->why.asked = asked;
	l->why.available = bound;
	return -EINVAL;
}

static int denied(struct aios_limit *l, const struct aios_group *group)
{
	l->why.code = AIOS_WHY_PERMISSION;
	l->why.group = group->core->id;
	return -EPERM;
}

/* ------------------------------------------------------------------ groups */

/* How a call names the default that a group follows. */
static u32 target_of(u32 kind)
{
	if (kind == AIOS_DEFAULT_USER)
		return AIOS_LIMIT_DEFAULT_USER;
	return kind == AIOS_DEFAULT_GROUP ? AIOS_LIMIT_DEFAULT_GROUP : 0;
}

static void read_group(struct aios_limit *l, const struct aios_group *group)
{
	const struct aios_group_node *core = group->core;
	u32 i;

	l->id = core->id;
	l->weight = core->weight;
	l->pending = group->pending;
	l->mode = group->mode;
	l->max_runtime_ns = group->max_runtime_ns ?: AIOS_UNLIMITED;
	l->effective_runtime_ns = aios_group_runtime(group);
	l->strict = group->strict;
	l->follows = target_of(group->made_for);
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		l->limit[i] = core->limit[i];
		l->effective[i] = aios_engine_group_effective(&aios_engine, core, i,
							      &l->binding[i]);
		l->use[i] = group->use.amount[i];
		l->how[i] = aios_resource_how(i);
		if (core->limit[i] != AIOS_UNLIMITED &&
		    max(core->charged[i], group->use.amount[i]) > core->limit[i])
			l->pending |= 1U << i;
	}
}

static void enforce_below(struct aios_group *top)
{
	struct aios_group *group, *up;

	for (group = aios_group_next(NULL); group; group = aios_group_next(group))
		for (up = group; up; up = up->parent)
			if (up == top) {
				aios_group_refresh(group);
				break;
			}
}

static int set_group(struct aios_limit *l, struct aios_group *group)
{
	int ret = 0;

	if (!aios_group_may_limit(group))
		return denied(l, group);
	if (l->weight && (l->weight < AIOS_WEIGHT_MIN || l->weight > AIOS_WEIGHT_MAX))
		return refuse_value(l, 0, l->weight, AIOS_WEIGHT_MAX);
	ret = aios_resource_least_check(l->resource_mask, NULL, l->limit, true, &l->why);
	if (!ret && l->resource_mask)
		ret = aios_engine_group_limit(&aios_engine, aios_arbiter_now(),
					      group->core, l->resource_mask,
					      l->limit, NULL, &l->why);
	if (!ret && l->weight)
		ret = aios_engine_group_weight(&aios_engine, aios_arbiter_now(),
					       group->core, l->weight, &l->why);
	if (ret)
		return ret;
	if (l->flags & AIOS_LIMIT_STRICT)
		group->strict = true;
	if (l->flags & AIOS_LIMIT_WORK_CONSERVING)
		group->strict = false;
	if (l->flags & AIOS_LIMIT_MODE)
		group->mode = l->mode;
	/* It has limits of its own from now on. */
	if (l->resource_mask || l->weight || l->flags & ~AIOS_LIMIT_MODE)
		group->made_for = AIOS_DEFAULT_NOBODY;
	if (l->flags & AIOS_LIMIT_MAX_RUNTIME)
		group->max_runtime_ns = l->max_runtime_ns == AIOS_UNLIMITED ? 0 :
										l->max_runtime_ns;
	aios_group_announce(group, AIOS_EVENT_LIMIT);
	enforce_below(group);
	aios_arbiter_decide();
	return 0;
}

static int limit_group(struct aios_limit *l, const char *path)
{
	struct aios_group *group = aios_group_find(path);
	int ret;

	if (!group || !aios_group_known(group))
		return -ENOENT;
	ret = sets(l) ? set_group(l, group) : 0;
	if (!ret)
		read_group(l, group);
	return ret;
}

/* --------------------------------------------------------------- templates */

static u32 kind_of(const struct aios_limit *l)
{
	if (l->flags & AIOS_LIMIT_DEFAULT_USER)
		return AIOS_DEFAULT_USER;
	return l->flags & AIOS_LIMIT_DEFAULT_GROUP ? AIOS_DEFAULT_GROUP : AIOS_DEFAULT_NOBODY;
}

/* Where nothing is limited there is no template. */
static bool limits_nothing(const struct aios_template *t)
{
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		if (t->limit[i] != AIOS_UNLIMITED)
			return false;
	return !t->max_runtime_ns && !t->strict && t->weight == AIOS_WEIGHT_DEFAULT;
}

static void begin_template(struct aios_template *t)
{
	u32 i;

	if (t->weight)
		return;
	t->weight = AIOS_WEIGHT_DEFAULT;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		t->limit[i] = AIOS_UNLIMITED;
}

static int change_template(struct aios_limit *l, struct aios_template *t)
{
	int ret = aios_resource_least_check(l->resource_mask, NULL, l->limit, true, &l->why);
	u32 i;

	if (ret)
		return ret;
	if (l->weight > AIOS_WEIGHT_MAX)
		return refuse_value(l, 0, l->weight, AIOS_WEIGHT_MAX);
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		if (!aios_resource_in(l->resource_mask, i))
			continue;
		if (l->limit[i] > AIOS_AMOUNT_MAX && l->limit[i] != AIOS_UNLIMITED)
			return refuse_value(l, i, l->limit[i], AIOS_AMOUNT_MAX);
		t->limit[i] = l->limit[i];
	}
	t->weight = l->weight ?: t->weight;
	if (l->flags & AIOS_LIMIT_STRICT)
		t->strict = true;
	if (l->flags & AIOS_LIMIT_WORK_CONSERVING)
		t->strict = false;
	if (l->flags & AIOS_LIMIT_MAX_RUNTIME)
		t->max_runtime_ns = l->max_runtime_ns == AIOS_UNLIMITED ? 0 : l->max_runtime_ns;
	if (limits_nothing(t))
		t->weight = 0;
	return 0;
}

static void read_template(struct aios_limit *l, const struct aios_template *t)
{
	u32 i;

	l->id = 0;
	l->weight = t->weight ?: AIOS_WEIGHT_DEFAULT;
	l->pending = 0;
	l->mode = 0;
	l->max_runtime_ns = t->max_runtime_ns ?: AIOS_UNLIMITED;
	l->effective_runtime_ns = l->max_runtime_ns;
	l->strict = t->strict;
	l->follows = 0;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		l->limit[i] = t->limit[i];
		l->effective[i] = t->limit[i];
		l->binding[i] = 0;
		l->use[i] = 0;
		l->how[i] = aios_resource_how(i);
	}
}

static int limit_default(struct aios_limit *l)
{
	struct aios_template t = *aios_template_get(kind_of(l));
	int ret = 0;

	begin_template(&t);
	if (sets(l)) {
		if (!capable(CAP_SYS_ADMIN))
			return denied(l, aios_root_group);
		ret = change_template(l, &t);
		if (ret)
			return ret;
		aios_template_set(kind_of(l), &t);
		aios_arbiter_decide();
	}
	read_template(l, &t);
	return 0;
}

/* -------------------------------------------------------------------- jobs */

static void read_job(struct aios_limit *l, const struct aios_job *job)
{
	const struct aios_job_node *core = &job->core;
	u32 i;

	l->id = core->id;
	l->weight = core->weight;
	l->pending = job->pending;
	l->mode = 0;
	l->max_runtime_ns = core->max_runtime_ns ?: AIOS_UNLIMITED;
	l->effective_runtime_ns = l->max_runtime_ns;
	l->strict = job->strict;
	l->follows = 0;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		bool stated = aios_resource_in(core->resource_mask, i);

		l->limit[i] = stated ? core->limit[i] : AIOS_UNLIMITED;
		/* What holds in this attempt is among the effective ones. */
		if (i == AIOS_RESOURCE_MEMORY && core->retries)
			l->limit[i] = core->retry_limit;
		l->effective[i] = aios_engine_job_effective(&aios_engine, core, i,
							    &l->binding[i]);
		if (aios_job_bounded(job, i, l->effective[i]) < l->effective[i]) {
			l->effective[i] = aios_job_bounded(job, i, l->effective[i]);
			l->binding[i] = 0;
		}
		l->use[i] = job->meter.use.amount[i];
		l->how[i] = aios_resource_how(i);
		if (stated && core->limit[i] != AIOS_UNLIMITED &&
		    job->meter.use.amount[i] > core->limit[i] &&
		    aios_resource_in(aios_engine.sticky, i))
			l->pending |= 1U << i;
	}
}

static int set_job(struct aios_limit *l, struct aios_job *job)
{
	u64 request[AIOS_RESOURCE_MAX];
	struct aios_change change = {
		.flags = (l->weight ? AIOS_UPDATE_WEIGHT : 0) |
			 (l->flags & AIOS_LIMIT_MAX_RUNTIME ? AIOS_UPDATE_MAX_RUNTIME : 0),
		.resource_mask = l->resource_mask,
		.weight = l->weight,
		.request = request,
		.limit = l->limit,
	};
	u32 i;
	int ret;

	if (!aios_job_controlled_by(job, current_cred()) ||
	    !aios_job_may_weigh(job, l->weight))
		return denied(l, job->group);
	if (aios_job_ended(job)) {
		l->why.code = AIOS_WHY_STATE;
		l->why.asked = job->state;
		return -ECANCELED;
	}
	ret = aios_job_adopts(job) ?
		aios_resource_late(job->core.resource_mask, l->resource_mask, &l->why) :
		aios_resource_least_check(l->resource_mask, NULL, l->limit, false, &l->why);
	if (ret)
		return ret;
	ret = change.flags & AIOS_UPDATE_MAX_RUNTIME ?
		aios_job_grant_runtime(job, l->max_runtime_ns, &change.max_runtime_ns, &l->why) : 0;
	if (ret)
		return ret;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		request[i] = min(job->core.request[i], l->limit[i]);
	ret = aios_engine_job_update(&aios_engine, aios_arbiter_now(), &job->core,
				     &change, &l->why);
	if (ret)
		return ret;
	if (l->flags & AIOS_LIMIT_STRICT)
		job->strict = true;
	if (l->flags & AIOS_LIMIT_WORK_CONSERVING)
		job->strict = false;
	if (change.flags & AIOS_UPDATE_MAX_RUNTIME)
		aios_job_clock_change(job);
	aios_job_step(job, AIOS_EVENT_LIMIT);
	aios_job_wake_worker(job);
	aios_arbiter_decide();
	return 0;
}

static int limit_job(struct aios_limit *l)
{
	struct aios_job *job = aios_job_find(l->id);
	int ret;

	if (!job || !aios_job_visible_to(job, current_cred()))
		return -ENOENT;
	ret = sets(l) ? set_job(l, job) : 0;
	if (!ret)
		read_job(l, job);
	return ret;
}

/* -------------------------------------------------------------------------- */

/**
 * struct limit_call - LIMIT under way
 */
struct limit_call {
	/** @l: the caller's struct */
	struct aios_limit *l;
	/** @path: of the group; NULL: a job */
	const char *path;
};

static int limit(void *arg)
{
	const struct limit_call *call = arg;

	if (kind_of(call->l))
		return limit_default(call->l);
	return call->path ? limit_group(call->l, call->path) : limit_job(call->l);
}

static bool is_runtime(u64 ns)
{
	return ns && (ns <= AIOS_TIME_MAX || ns == AIOS_UNLIMITED);
}

static int check(struct aios_limit *l)
{
	const u32 both = AIOS_LIMIT_STRICT | AIOS_LIMIT_WORK_CONSERVING;

	if (l->flags & ~AIOS_LIMIT_FLAGS || (l->flags & both) == both)
		return -EINVAL;
	if (l->flags & TARGETS && (l->path || l->path_len || l->flags & AIOS_LIMIT_MODE ||
				   !is_power_of_2(l->flags & TARGETS)))
		return -EINVAL;
	if (l->flags & AIOS_LIMIT_MODE && (l->mode > 0777 || l->reserved))
		return -EINVAL;
	if (l->flags & AIOS_LIMIT_MAX_RUNTIME && !is_runtime(l->max_runtime_ns))
		return refuse_value(l, 0, l->max_runtime_ns, AIOS_TIME_MAX);
	return 0;
}

int aios_ioctl_limit(struct file *file, void *arg)
{
	struct aios_limit *l = arg;
	struct limit_call call = { .l = l };
	char *path;
	int ret;

	memset(&l->why, 0, sizeof(l->why));
	ret = check(l);
	if (!ret)
		ret = aios_resource_mask_check(l->resource_mask, &l->why);
	if (ret)
		return ret;
	path = aios_copy_string(l->path, l->path_len, AIOS_PATH_MAX, &l->why);
	if (IS_ERR(path))
		return PTR_ERR(path);
	if (!path && !(l->flags & TARGETS))
		return -EINVAL;

	call.path = path;
	ret = path ? aios_path_check(path, &l->why) : 0;
	if (!ret)
		ret = sets(l) ? aios_arbiter_turn(limit, &call) : aios_turn_brief(limit, &call);
	kfree(path);
	return ret;
}
