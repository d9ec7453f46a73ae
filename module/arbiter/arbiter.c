// SPDX-License-Identifier: GPL-2.0
/*
 * The shell around the core's engine: see arbiter.h.
 */
#include <linux/aios.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "calls/drain.h"
#include "enforce/cgroup.h"
#include "group/group.h"
#include "job/depend.h"
#include "job/job.h"
#include "main.h"
#include "notify.h"
#include "trace.h"

struct aios_engine aios_engine;

/* Nobody waits for long because others are always preferred to him. */
static const struct aios_engine_tuning default_tuning = {
	.quantum_ns = AIOS_QUANTUM_DEFAULT,
	.half_life_ns = AIOS_HALF_LIFE_DEFAULT,
	.guard_floor_ns = 600 * NSEC_PER_SEC,
	.guard = 4 * AIOS_GUARD_UNIT,
};

/* Memory of the linear program, grown when more jobs are admitted; aios_lock. */
static struct {
	void *mem;
	size_t size;
} workspace;

/* -------------------------------------------------------------- resources */

/* Immutable after aios_arbiter_init(). */
static struct {
	const char *name;
	const char *unit;
	u32 flags;
	u32 how;
} resources[AIOS_RESOURCE_MAX] = {
	[AIOS_RESOURCE_CPU] = { "cpu", "milli", AIOS_RESOURCE_ELASTIC },
	[AIOS_RESOURCE_MEMORY] = { "memory", "bytes", AIOS_RESOURCE_STICKY },
	[AIOS_RESOURCE_GPU] = { "gpu", "milli", AIOS_RESOURCE_ELASTIC },
	[AIOS_RESOURCE_GPU_MEMORY] = { "gpu_memory", "bytes", AIOS_RESOURCE_STICKY },
	[AIOS_RESOURCE_IO] = { "io", "bytes/s", AIOS_RESOURCE_ELASTIC },
	[AIOS_RESOURCE_NET] = { "net", "bytes/s", AIOS_RESOURCE_ELASTIC },
	[AIOS_RESOURCE_PIDS] = { "pids", "tasks", AIOS_RESOURCE_LIMIT_ONLY },
};

u32 aios_resource_how(u32 resource)
{
	return resource < AIOS_RESOURCE_MAX ? resources[resource].how : AIOS_HOW_NONE;
}

const char *aios_resource_name(u32 resource)
{
	return resource < AIOS_RESOURCE_MAX ? resources[resource].name : NULL;
}

/**
 * aios_resource_info - one line of the resource table
 * @resource: AIOS_RESOURCE_*
 * @info: written
 *
 * The caller holds aios_lock.
 */
void aios_resource_info(u32 resource, struct aios_resource_info *info)
{
	memset(info, 0, sizeof(*info));
	info->id = resource;
	info->flags = resources[resource].flags;
	info->how = resources[resource].how;
	info->capacity = aios_engine.capacity[resource];
	info->charged = aios_engine.root.charged[resource];
	info->granted = aios_engine.root.granted[resource];
	strscpy(info->name, resources[resource].name, sizeof(info->name));
	strscpy(info->unit, resources[resource].unit, sizeof(info->unit));
}

/**
 * aios_resource_mask_check - whether limits on these resources can hold
 * @mask: bits of AIOS_RESOURCE_*
 * @why: written on refusal
 *
 * Return: 0; -EINVAL for a bit that names no resource, -EOPNOTSUPP for a
 * resource that nothing on this machine holds.
 */
int aios_resource_mask_check(u32 mask, struct aios_why *why)
{
	u32 i;

	for (i = 0; i < 32; i++) {
		if (!(mask & (1U << i)))
			continue;
		why->resource = i;
		if (i >= AIOS_RESOURCE_MAX || !resources[i].name) {
			why->code = AIOS_WHY_VALUE;
			why->asked = mask;
			return -EINVAL;
		}
		if (resources[i].how == AIOS_HOW_NONE) {
			why->code = AIOS_WHY_UNENFORCEABLE;
			return -EOPNOTSUPP;
		}
	}
	why->resource = 0;
	return 0;
}

static void find_enforcement(void)
{
	const u64 features = aios_cgroup_features();

	resources[AIOS_RESOURCE_CPU].how = AIOS_HOW_ENFORCED;
	resources[AIOS_RESOURCE_MEMORY].how = AIOS_HOW_ENFORCED;
	resources[AIOS_RESOURCE_GPU].how = AIOS_HOW_ADVISORY;
	resources[AIOS_RESOURCE_GPU_MEMORY].how = AIOS_HOW_COOPERATIVE;
	resources[AIOS_RESOURCE_NET].how = AIOS_HOW_ADVISORY;
	resources[AIOS_RESOURCE_PIDS].how = features & AIOS_FEATURE_PIDS ?
		AIOS_HOW_ENFORCED : AIOS_HOW_NONE;
	resources[AIOS_RESOURCE_IO].how = features & AIOS_FEATURE_IO ?
		AIOS_HOW_ENFORCED : AIOS_HOW_NONE;
}

static u64 machine_capacity(u32 resource)
{
	switch (resource) {
	case AIOS_RESOURCE_CPU:
		return (u64)num_online_cpus() * 1000;
	case AIOS_RESOURCE_MEMORY:
		return (u64)totalram_pages() << PAGE_SHIFT;
	default:
		return AIOS_UNLIMITED;
	}
}

static int declare_resources(void)
{
	u32 i;
	int ret;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		if (!resources[i].name || resources[i].how == AIOS_HOW_NONE)
			continue;
		ret = aios_engine_resource_set(&aios_engine, aios_arbiter_now(), i,
					       resources[i].flags,
					       machine_capacity(i));
		if (ret)
			return ret;
	}
	return 0;
}

/* -------------------------------------------------------------- decisions */

static void enforce_groups(struct aios_group *group)
{
	for (; group; group = group->parent)
		aios_group_enforce(group);
}

static void on_admitted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	job->admit_ns = ktime_get_ns();
	aios_job_set_state(job, AIOS_STATE_ADMITTED, AIOS_EVENT_ADMITTED);
	aios_job_queue(job);
	enforce_groups(job->group);
}

static void on_resumed(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	if (job->state == AIOS_STATE_SUSPENDED) {
		job->suspended_ns += ktime_get_ns() - job->suspend_ns;
		aios_job_set_state(job, AIOS_STATE_RUNNING, AIOS_EVENT_RESUMED);
	}
	aios_job_queue(job);
	enforce_groups(job->group);
}

/* Whose process is still on its way in is frozen when it has arrived. */
static void on_preempted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	if (job->state == AIOS_STATE_RUNNING)
		aios_job_suspended(job);
	aios_job_queue(job);
	enforce_groups(job->group);
}

static void on_dropped(struct aios_engine *engine, struct aios_job_node *node)
{
	aios_depends_dropped(aios_job_of(node));
}

static void on_granted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	aios_job_changed(job);
	aios_notify_job(job, AIOS_EVENT_GRANTED);
	aios_job_queue(job);
	enforce_groups(job->group);
}

static void on_yield(struct aios_engine *engine)
{
	cond_resched();
}

static const struct aios_engine_ops engine_ops = {
	.admitted = on_admitted,
	.resumed = on_resumed,
	.preempted = on_preempted,
	.dropped = on_dropped,
	.granted = on_granted,
	.yield = on_yield,
};

static int fit_workspace(void)
{
	size_t size = aios_engine_workspace_size(&aios_engine);
	void *mem;

	if (size <= workspace.size)
		return 0;
	size += size / 2;
	mem = kvmalloc(size, GFP_KERNEL);
	if (!mem)
		return -ENOMEM;
	kvfree(workspace.mem);
	workspace.mem = mem;
	workspace.size = size;
	return 0;
}

static void decide_work(struct work_struct *work)
{
	mutex_lock(&aios_lock);
	aios_arbiter_decide();
	mutex_unlock(&aios_lock);
}

static DECLARE_WORK(arbiter_work, decide_work);
static DECLARE_DELAYED_WORK(due_work, decide_work);

/* The end of a time slice, or of somebody's patience, comes without an event. */
static void set_timer(void)
{
	u64 now = ktime_get_ns(), due = aios_engine.next_ns;

	if (due == AIOS_TIME_MAX)
		cancel_delayed_work(&due_work);
	else
		mod_delayed_work(aios_wq, &due_work,
				 due > now ? nsecs_to_jiffies(due - now) + 1 : 1);
}

/**
 * aios_arbiter_decide - decide now, what aios_arbiter_kick() does soon
 *
 * For calls whose caller expects to find their effect. The caller holds
 * aios_lock.
 */
void aios_arbiter_decide(void)
{
	u64 begin = ktime_get_ns();
	bool grown;
	int ret;

	lockdep_assert_held(&aios_lock);
	/* A decision can admit more jobs than the workspace had room for. */
	do {
		grown = !fit_workspace();
		ret = aios_engine_decide(&aios_engine, begin, workspace.mem,
					 workspace.size);
	} while (ret == -ENOMEM && grown);
	if (ret)
		pr_warn_ratelimited("no memory for a decision: grants stay as they are\n");
	trace_aios_decide(&aios_engine, ktime_get_ns() - begin);
	aios_depends_end();
	set_timer();
}

/**
 * aios_arbiter_kick - something happened that the engine was told of: decide
 *
 * Returns at once; a burst of events shares a decision.
 */
void aios_arbiter_kick(void)
{
	queue_work(aios_wq, &arbiter_work);
}

/**
 * aios_arbiter_now - tell the engine the time, before an event
 *
 * The caller holds aios_lock, or is alone.
 *
 * Return: what the event takes.
 */
struct aios_now aios_arbiter_now(void)
{
	return aios_engine_time(&aios_engine, ktime_get_ns());
}

/**
 * aios_arbiter_preview - what would happen to a job that came now
 * @node: described as for aios_engine_job_submit(), not submitted
 * @preview: the answer
 *
 * The caller holds aios_lock.
 *
 * Return: as aios_engine_preview().
 */
int aios_arbiter_preview(struct aios_job_node *node, struct aios_preview *preview)
{
	int ret = fit_workspace();

	if (ret)
		return ret;
	if (aios_engine_pending(&aios_engine))
		aios_arbiter_decide();
	return aios_engine_preview(&aios_engine, node, ktime_get_ns(),
				   workspace.mem, workspace.size, preview);
}

/* --------------------------------------------------------- setup, teardown */

/**
 * aios_arbiter_init - make the engine, with the machine's capacities
 *
 * Return: 0 or -errno.
 */
int aios_arbiter_init(void)
{
	int ret;

	aios_engine_init(&aios_engine, &engine_ops, NULL, 1);
	aios_engine_tune(&aios_engine, aios_arbiter_now(), &default_tuning);
	find_enforcement();
	mutex_lock(&aios_lock);
	ret = declare_resources();
	mutex_unlock(&aios_lock);
	return ret;
}

/**
 * aios_arbiter_exit - free what decisions needed
 *
 * No job is left, so nothing kicks any more.
 */
void aios_arbiter_exit(void)
{
	cancel_work_sync(&arbiter_work);
	cancel_delayed_work_sync(&due_work);
	aios_drain_exit();
	kvfree(workspace.mem);
	workspace.mem = NULL;
	workspace.size = 0;
}
