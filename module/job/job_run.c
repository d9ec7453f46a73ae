// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a job: brings its cgroup in line with what was decided, and
 * learns from the cgroup's files what became of it.
 *
 * One run looks at everything, so it does not matter how many events asked for
 * it. It holds the job's cg_lock throughout and aios_lock only to look and to
 * tell; see main.h.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "group/group.h"
#include "job/job.h"
#include "job/notice.h"
#include "main.h"
#include "measure/telemetry.h"

/* What aios_saved.text holds, in this order. */
static const enum aios_cg_file saved_files[] = {
	AIOS_CG_CPU_MAX,
	AIOS_CG_CPU_WEIGHT,
	AIOS_CG_MEMORY_HIGH,
	AIOS_CG_MEMORY_MAX,
	AIOS_CG_PIDS_MAX,
};

static_assert(ARRAY_SIZE(saved_files) == ARRAY_SIZE(((struct aios_saved *)0)->text));

/* A copy of what the decisions want of the cgroup. */
struct intent {
	u32 state;
	bool moved;
	bool suspended;
	struct aios_wanted limits;
};

/* What the watched files say. */
struct observed {
	bool populated;
	bool gone;
	bool killed;	/* the kernel has killed all of it out of memory */
	u64 oom_kills;
};

/* ----------------------------------------------------------------- intent */

static u64 stated(const struct aios_job *job, u32 resource, const u64 *amounts)
{
	if (!(job->core.resource_mask & (1U << resource)))
		return AIOS_UNLIMITED;
	return amounts[resource];
}

static u64 cap_of(const struct aios_job *job, u32 resource)
{
	bool strict = job->flags & AIOS_SUBMIT_STRICT || job->group->strict;

	if (strict && job->state != AIOS_STATE_SUSPENDED)
		return stated(job, resource, job->core.grant);
	return stated(job, resource, job->core.limit);
}

static void look_up_intent(struct aios_job *job, struct intent *intent)
{
	mutex_lock(&aios_lock);
	intent->state = job->state;
	intent->moved = job->moved;
	intent->suspended = job->state == AIOS_STATE_SUSPENDED;
	intent->limits.cpu_weight =
		aios_cpu_weight(stated(job, AIOS_RESOURCE_CPU, job->core.grant));
	intent->limits.cpu_max = cap_of(job, AIOS_RESOURCE_CPU);
	intent->limits.memory_high = stated(job, AIOS_RESOURCE_MEMORY, job->core.grant);
	intent->limits.memory_max = stated(job, AIOS_RESOURCE_MEMORY, job->core.limit);
	intent->limits.pids_max = stated(job, AIOS_RESOURCE_PIDS, job->core.limit);
	intent->limits.io_max = cap_of(job, AIOS_RESOURCE_IO);
	mutex_unlock(&aios_lock);
}

/* ----------------------------------------------------------------- watching */

static void on_events(struct aios_cgroup_watch *watch)
{
	aios_job_request(container_of(watch, struct aios_job, events), AIOS_JOB_LOOK);
}

static void on_memory_events(struct aios_cgroup_watch *watch)
{
	aios_job_request(container_of(watch, struct aios_job, memory_events),
			 AIOS_JOB_LOOK);
}

static void unwatch(struct aios_job *job)
{
	aios_cgroup_unwatch(&job->events);
	aios_cgroup_unwatch(&job->memory_events);
}

static int watch(struct aios_job *job)
{
	int ret;

	ret = aios_cgroup_watch(&job->events, &job->cg, AIOS_CG_EVENTS, on_events);
	if (ret)
		return ret;
	ret = aios_cgroup_watch(&job->memory_events, &job->cg,
				AIOS_CG_MEMORY_EVENTS, on_memory_events);
	if (ret)
		unwatch(job);
	return ret;
}

static void observe(struct aios_job *job, struct observed *seen)
{
	char text[512];
	u64 value = 0;
	int ret;

	ret = aios_cgroup_read(&job->cg, AIOS_CG_EVENTS, text, sizeof(text));
	seen->gone = ret < 0;
	seen->populated = ret > 0 && aios_cgroup_find_key(text, "populated", &value) && value;
	job->populated |= seen->populated;

	seen->oom_kills = job->oom_kills;
	if (aios_cgroup_read(&job->cg, AIOS_CG_MEMORY_EVENTS, text, sizeof(text)) > 0) {
		aios_cgroup_find_key(text, "oom_kill", &seen->oom_kills);
		seen->killed = aios_cgroup_find_key(text, "oom_group_kill", &value) && value;
	}
	if (seen->oom_kills > job->oom_kills) {
		job->oom_kills = seen->oom_kills;
		mutex_lock(&aios_lock);
		aios_job_announce(job, AIOS_EVENT_OOM);
		mutex_unlock(&aios_lock);
	}
}

/* -------------------------------------------------------------------- end */

/*
 * The status of a process that has exited, reaped or not: the group leader's
 * task_struct, on which we hold a reference, keeps its signal_struct alive.
 */
static bool exit_status(struct task_struct *leader, u32 *end, u32 *code)
{
	int status;

	if (!(READ_ONCE(leader->flags) & PF_EXITING))
		return false;
	if (leader->signal->flags & SIGNAL_GROUP_EXIT)
		status = leader->signal->group_exit_code;
	else
		status = leader->exit_code;
	if (status & 0x7f) {
		*end = AIOS_END_SIGNAL;
		*code = status & 0x7f;
	} else {
		*end = AIOS_END_EXIT;
		*code = (status >> 8) & 0xff;
	}
	return true;
}

/* The caller holds aios_lock; the cgroup is empty and removed. It may not be the end. */
static void conclude(struct aios_job *job)
{
	u32 end = AIOS_END_EXIT, code = 0;
	bool exited = true;

	if (job->cancelled) {
		aios_job_end(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED,
			     from_kuid_munged(&init_user_ns, job->cancel_uid));
		return;
	}
	if (job->entrant && job->moved)
		exited = exit_status(job->entrant, &end, &code);
	if (!job->moved && test_bit(AIOS_JOB_KILL, &job->requests)) {
		end = AIOS_END_ABANDONED;
	} else if (!job->moved || !exited) {
		end = AIOS_END_LOST;
	} else if (job->oom_kills && !(end == AIOS_END_EXIT && !code)) {
		if (aios_job_retry(job))
			return;
		end = AIOS_END_OOM;
		code = min_t(u64, job->oom_kills, U32_MAX);
	}
	if (end == AIOS_END_ABANDONED)
		aios_job_end(job, AIOS_STATE_CANCELLED, end, 0);
	else if (end == AIOS_END_EXIT && !code)
		aios_job_end(job, AIOS_STATE_DONE, end, 0);
	else
		aios_job_end(job, AIOS_STATE_FAILED, end, code);
}

static void restore(struct aios_job *job)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(saved_files); i++)
		if (job->saved->text[i][0])
			aios_cgroup_write(&job->cg, saved_files[i], "%s",
					  job->saved->text[i]);
	if (job->frozen)
		aios_cgroup_write(&job->cg, AIOS_CG_FREEZE, "0");
}

static void drop_cgroup(struct aios_job *job)
{
	int ret = 0;

	unwatch(job);
	if (job->flags & AIOS_SUBMIT_ADOPT) {
		if (job->saved)
			restore(job);
		aios_cgroup_close(&job->cg);
	} else {
		ret = aios_cgroup_remove(&job->cg);
	}
	if (ret)
		pr_warn("cgroup of job %llu is left behind (%d)\n", job->core.id, ret);
}

static void finish(struct aios_job *job)
{
	aios_telemetry_sample(job);
	drop_cgroup(job);
	mutex_lock(&aios_lock);
	conclude(job);
	mutex_unlock(&aios_lock);
}

static void fail_setup(struct aios_job *job, int err)
{
	drop_cgroup(job);
	mutex_lock(&aios_lock);
	job->why.code = AIOS_WHY_CGROUP;
	job->why.asked = -err;
	aios_job_end(job, AIOS_STATE_FAILED, AIOS_END_SETUP, -err);
	mutex_unlock(&aios_lock);
}

/* ------------------------------------------------------------------ set-up */

static int save(struct aios_job *job)
{
	size_t i;

	job->saved = kzalloc(sizeof(*job->saved), GFP_KERNEL_ACCOUNT);
	if (!job->saved)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(saved_files); i++)
		aios_cgroup_read(&job->cg, saved_files[i], job->saved->text[i],
				 sizeof(job->saved->text[i]));
	return 0;
}

static int open_cgroup(struct aios_job *job)
{
	char name[32];
	int ret;

	if (job->flags & AIOS_SUBMIT_ADOPT) {
		ret = aios_cgroup_open(&job->cg, &job->adopt);
		return ret ? ret : save(job);
	}
	snprintf(name, sizeof(name), "job.%llu", job->core.id);
	ret = aios_cgroup_create(&job->cg, &job->group->cg, name);
	if (ret)
		return ret;
	/* One process killed for want of memory leaves a job that cannot go on. */
	return aios_cgroup_write(&job->cg, AIOS_CG_MEMORY_OOM_GROUP, "1");
}

static void report_pending(struct aios_job *job, u32 pending)
{
	mutex_lock(&aios_lock);
	job->pending = pending;
	mutex_unlock(&aios_lock);
}

static int set_up(struct aios_job *job, const struct intent *intent)
{
	u32 pending;
	int ret;

	ret = open_cgroup(job);
	if (ret)
		return ret;
	ret = aios_enforce(&job->cg, &job->applied, &intent->limits, &pending);
	if (ret)
		return ret;
	report_pending(job, pending);
	return watch(job);
}

static void started(struct aios_job *job)
{
	mutex_lock(&aios_lock);
	job->moved = true;
	job->start_ns = ktime_get_ns();
	aios_job_set_state(job, AIOS_STATE_RUNNING, AIOS_EVENT_STARTED);
	/* The policy can have preferred another since. */
	if (job->core.state == AIOS_CORE_SUSPENDED) {
		aios_job_suspended(job);
		aios_job_queue(job);
	}
	mutex_unlock(&aios_lock);
}

/*
 * Moves the process that waits in ENTER. It cannot leave ENTER, let alone exit,
 * before it has taken our cg_lock to withdraw.
 */
static void move_entrant(struct aios_job *job)
{
	struct task_struct *task;
	int ret;

	if (job->flags & AIOS_SUBMIT_ADOPT) {
		started(job);
		return;
	}
	mutex_lock(&aios_lock);
	task = job->entrant;
	mutex_unlock(&aios_lock);
	if (!task)
		return;
	ret = aios_cgroup_write(&job->cg, AIOS_CG_PROCS, "%d", task_tgid_nr(task));
	if (ret) {
		fail_setup(job, ret);
		return;
	}
	/* From now on an empty cgroup means the end. */
	started(job);
	aios_job_request(job, AIOS_JOB_LOOK);
}

/* ------------------------------------------------------------------ running */

/* Whether somebody else lets the processes of a suspended job run. */
static bool thawed(struct aios_job *job)
{
	u64 frozen;

	return job->frozen && !aios_cgroup_read_u64(&job->cg, AIOS_CG_FREEZE, &frozen) &&
	       !frozen;
}

/* Where somebody else has written to the files, all are written again. */
static void refresh(struct aios_job *job)
{
	bool was_thawed = thawed(job);

	if (!was_thawed && !aios_enforce_drifted(&job->cg, &job->applied))
		return;
	job->applied.valid = false;
	if (was_thawed)
		job->frozen = false;
	pr_warn_ratelimited("somebody else wrote to the cgroup of job %llu: writing its limits again\n",
			    job->core.id);
}

static void enforce_limits(struct aios_job *job, const struct intent *intent)
{
	u32 pending;
	int ret;

	if (test_and_clear_bit(AIOS_JOB_REFRESH, &job->requests))
		refresh(job);
	if (intent->suspended != job->frozen) {
		ret = aios_cgroup_write(&job->cg, AIOS_CG_FREEZE, "%d",
					intent->suspended);
		if (!ret)
			job->frozen = intent->suspended;
	}
	ret = aios_enforce(&job->cg, &job->applied, &intent->limits, &pending);
	if (ret && ret != -ENODEV)
		pr_warn_ratelimited("limits of job %llu cannot be written (%d)\n",
				    job->core.id, ret);
	report_pending(job, pending);
}

/* Dying takes CPU time too: a throttled job would take its time. */
static void kill_all(struct aios_job *job)
{
	job->applied.valid = false;
	aios_cgroup_write(&job->cg, AIOS_CG_CPU_MAX, "max");
	aios_cgroup_write(&job->cg, AIOS_CG_KILL, "1");
}

/*
 * The kernel has killed all of the job but who is exempt from it. An attempt that
 * another one follows ends as a whole.
 */
static bool attempt_failed(struct aios_job *job, const struct observed *seen)
{
	bool failed;

	if (!seen->killed)
		return false;
	mutex_lock(&aios_lock);
	failed = aios_job_may_retry(job);
	mutex_unlock(&aios_lock);
	return failed;
}

static void step(struct aios_job *job)
{
	struct observed seen = { .populated = true };
	struct intent intent;
	bool kill;
	int ret;

	look_up_intent(job, &intent);
	kill = test_bit(AIOS_JOB_KILL, &job->requests);
	if (intent.state == AIOS_STATE_QUEUED || intent.state >= AIOS_STATE_DONE)
		return;

	if (!aios_cgroup_exists(&job->cg)) {
		if (kill) {
			finish(job);
			return;
		}
		ret = set_up(job, &intent);
		if (ret) {
			fail_setup(job, ret);
			return;
		}
	}

	clear_bit(AIOS_JOB_LOOK, &job->requests);
	smp_mb__after_atomic(); /* what changes after this is looked at again */
	observe(job, &seen);
	if (!intent.moved && !kill && !seen.gone) {
		move_entrant(job);
		return;
	}
	if (!seen.populated && (seen.gone || kill || job->populated || job->entrant)) {
		finish(job);
		return;
	}
	if (!kill && !attempt_failed(job, &seen))
		enforce_limits(job, &intent);
	else if (job->flags & AIOS_SUBMIT_ADOPT)
		finish(job); /* its processes are not ours to kill */
	else
		kill_all(job);
}

void aios_job_work(struct work_struct *work)
{
	struct aios_job *job = container_of(work, struct aios_job, work);

	mutex_lock(&job->cg_lock);
	step(job);
	mutex_unlock(&job->cg_lock);
	aios_job_put(job);
}
