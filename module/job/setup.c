// SPDX-License-Identifier: GPL-2.0
/*
 * How a job gets its cgroup, made below its group's or adopted, and how it gives it up.
 *
 * Runs in the job's worker, with its cg_lock held.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/memcontrol.h>
#include <linux/printk.h>
#include <linux/sched/mm.h>

#include "enforce/cgroup.h"
#include "enforce/limits.h"
#include "group/group.h"
#include "job/job.h"
#include "main.h"
#include "measure/meter.h"

/*
 * That a process comes is our own doing: whoever moves the entrant looks by himself. Until
 * then nobody can leave, for the entrant waits in ENTER.
 */
static void on_events(struct aios_cgroup_watch *watch)
{
	struct aios_job *job = container_of(watch, struct aios_job, cgroup.events);

	if (READ_ONCE(job->moved))
		aios_job_request(job, AIOS_JOB_LOOK);
}

static void on_memory_events(struct aios_cgroup_watch *watch)
{
	aios_job_request(container_of(watch, struct aios_job, cgroup.memory_events),
			 AIOS_JOB_LOOK);
}

static void unwatch(struct aios_job_cgroup *own)
{
	aios_cgroup_unwatch(&own->events);
	aios_cgroup_unwatch(&own->memory_events);
}

static int watch(struct aios_job_cgroup *own)
{
	int ret;

	ret = aios_cgroup_watch(&own->events, &own->cg, AIOS_CG_EVENTS, on_events);
	if (ret)
		return ret;
	ret = aios_cgroup_watch(&own->memory_events, &own->cg, AIOS_CG_MEMORY_EVENTS,
				on_memory_events);
	/* An adopted cgroup need not have the controller. */
	if (ret == -ENOENT && own->saved)
		ret = 0;
	if (ret)
		unwatch(own);
	return ret;
}

/* What was killed before it was adopted is none of the job's. */
static u64 killed_so_far(struct aios_cgroup *cg)
{
	char text[256];
	u64 kills = 0;

	if (aios_cgroup_read(cg, AIOS_CG_MEMORY_EVENTS, text, sizeof(text)) > 0)
		aios_cgroup_find_key(text, "oom_kill", &kills);
	return kills;
}

static int adopt_cgroup(struct aios_job *job)
{
	struct aios_job_cgroup *own = &job->cgroup;
	int ret = aios_cgroup_open(&own->cg, &job->asked.adopt);

	if (ret)
		return ret;
	own->cg.charged = job->group->cg.dir.dentry;
	own->saved = aios_limits_save(&own->cg);
	ret = PTR_ERR_OR_ZERO(own->saved);
	if (ret)
		own->saved = NULL;
	else
		own->oom_before = killed_so_far(&own->cg);
	return ret;
}

static int make_cgroup(struct aios_job *job)
{
	char name[32];
	int ret;

	snprintf(name, sizeof(name), "job.%llu", job->core.id);
	ret = aios_cgroup_create(&job->cgroup.cg, &job->group->cg, name);
	if (ret)
		return ret;
	job->cgroup.applied.known = AIOS_HELD_FRESH;
	/* One process killed for want of memory leaves a job that cannot go on. */
	return aios_cgroup_write(&job->cgroup.cg, AIOS_CG_MEMORY_OOM_GROUP, "1");
}

/*
 * Files stay open once they have been read, with what reading took. All of them are read here,
 * while the payer is charged: later he, who can be out of memory, would hold up the tick.
 */
static void open_rest(struct aios_cgroup *cg)
{
	struct aios_sample sample = { .rates = true, .shares = true };

	/* What cannot be measured now is tried again by whoever wants to know. */
	aios_meter_sample(cg, &sample);
}

/**
 * aios_job_set_up - give a job its cgroup, limited and watched
 * @job: without a cgroup
 * @limits: of each resource
 * @pending: bits of resources whose limit is below the use already
 *
 * Return: 0 or -errno; then aios_job_drop_cgroup() undoes what was done.
 */
int aios_job_set_up(struct aios_job *job, const struct aios_entitlement *limits,
		    u32 *pending)
{
	struct mem_cgroup *before = set_active_memcg(job->payer);
	int ret = aios_job_adopts(job) ? adopt_cgroup(job) : make_cgroup(job);

	if (!ret)
		ret = aios_limits_apply(&job->cgroup.cg, &job->cgroup.applied, limits,
					pending);
	if (!ret)
		ret = watch(&job->cgroup);
	if (!ret && job->payer)
		open_rest(&job->cgroup.cg);
	set_active_memcg(before);
	return ret;
}

/* Nobody comes back to an adopted cgroup: it is not left frozen for one failure. */
static int thaw(struct aios_cgroup *cg)
{
	unsigned int tries = AIOS_RESTORE_TRIES;
	int ret;

	do {
		ret = aios_cgroup_write(cg, AIOS_CG_FREEZE, "0");
	} while (ret && --tries);
	return ret;
}

static void give_back(struct aios_job *job)
{
	struct aios_job_cgroup *own = &job->cgroup;
	bool gone = aios_cgroup_exists(&own->cg) && aios_cgroup_gone(&own->cg);
	int ret = 0;

	if (own->saved)
		ret = aios_limits_restore(&own->cg, own->saved, own->applied.left_alone);
	if (own->frozen)
		ret = thaw(&own->cg) ? : ret;
	if (ret && !gone)
		pr_warn("the adopted cgroup of job %llu could not be given back as it was (%d)\n",
			job->core.id, ret);
	aios_cgroup_close(&own->cg);
	mem_cgroup_put(job->payer);
	job->payer = NULL;
}

/**
 * aios_job_drop_cgroup - remove a job's cgroup, or give an adopted one back
 * @job: may have none
 */
void aios_job_drop_cgroup(struct aios_job *job)
{
	int ret;

	mutex_lock(&aios_lock);
	job->dir.dentry = NULL;
	mutex_unlock(&aios_lock);
	aios_job_unwatch_exit(job);
	unwatch(&job->cgroup);
	if (aios_job_adopts(job)) {
		give_back(job);
		return;
	}
	ret = aios_cgroup_discard(&job->cgroup.cg);
	if (ret)
		pr_warn_ratelimited("cgroup of job %llu cannot be removed yet (%d)\n",
				    job->core.id, ret);
}
