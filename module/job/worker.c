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
#include <linux/oom.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>

#include "arbiter/arbiter.h"
#include "enforce/cgroup.h"
#include "enforce/limits.h"
#include "group/group.h"
#include "job/gang.h"
#include "job/job.h"
#include "job/origin.h"
#include "main.h"

/* A copy of what the decisions want of the cgroup. */
struct intent {
	u32 state;
	bool moved;
	bool suspended;
	u32 left_alone;		/* see struct aios_applied */
	u64 bound_by;		/* group that leaves it less memory than its limit, 0: none */
	struct aios_entitlement limits[AIOS_RESOURCE_MAX];
};

/* What the watched files say. */
struct observed {
	bool populated;
	bool gone;
	bool unread;	/* neither of these is known */
	bool killed;	/* the kernel has killed all of it out of memory */
	u64 oom_kills;
	u64 ooms;	/* times that its own limit, or one that it set below, was reached */
};

/**
 * aios_job_wake_worker - have the worker look at a job
 * @job: the job
 *
 * Needs no lock but a reference that is held elsewhere: this one is not the last.
 */
void aios_job_wake_worker(struct aios_job *job)
{
	bool woken;

	aios_job_get(job);
	if (aios_turn_is_here())
		woken = aios_turn_later(&job->wake);
	else
		woken = queue_work(aios_wq, &job->work);
	if (!woken)
		aios_job_put(job);
}

/* What was put off has a reference. */
void aios_job_woken_later(struct aios_later *wake)
{
	struct aios_job *job = container_of(wake, struct aios_job, wake);

	if (!queue_work(aios_wq, &job->work))
		aios_job_put(job);
}

/**
 * aios_job_request - have the worker do something
 * @job: the job
 * @bit: AIOS_JOB_KILL and so on
 *
 * May be called from any context as long as a reference is held elsewhere.
 */
void aios_job_request(struct aios_job *job, unsigned int bit)
{
	set_bit(bit, &job->requests);
	aios_job_wake_worker(job);
}

/* ----------------------------------------------------------------- intent */

/*
 * What others were promised is theirs: neither a job that states nothing nor one that may
 * have more than it requests can take it. An adopted cgroup lies elsewhere, and its owner
 * protects it.
 */
static void look_up_memory(const struct aios_job *job, struct intent *intent)
{
	struct aios_entitlement *memory = &intent->limits[AIOS_RESOURCE_MEMORY];
	const struct aios_job_node *core = &job->core;
	u64 request = core->request[AIOS_RESOURCE_MEMORY], beside;

	memory->promised = AIOS_UNLIMITED;
	memory->swap = intent->limits[AIOS_RESOURCE_SWAP].limit;
	if (aios_job_adopts(job))
		return;
	memory->promised = request;
	beside = aios_engine_job_beside(&aios_engine, core, AIOS_RESOURCE_MEMORY,
					&intent->bound_by);
	beside = max(beside, request);
	if (beside < memory->limit)
		memory->limit = beside;
	else
		intent->bound_by = 0;
}

/* What is not stated is seldom limited, and of a suspended job the grant is 0. */
static void look_up_limits(const struct aios_job *job, struct aios_entitlement *limits)
{
	bool strict = (job->strict || job->group->strict) &&
		      job->state != AIOS_STATE_SUSPENDED;
	const struct aios_job_node *core = &job->core;
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		bool stated = aios_resource_in(core->resource_mask, i);

		limits[i].grant = stated ? core->grant[i] : AIOS_UNLIMITED;
		limits[i].limit = stated ? core->limit[i] :
				  aios_job_withheld(job, i) ? 0 : AIOS_UNLIMITED;
		limits[i].cap = strict ? limits[i].grant : limits[i].limit;
		limits[i].look = false;
	}
	aios_bound_apply(&job->bound, limits);
}

static void look_up_intent(struct aios_job *job, struct intent *intent)
{
	mutex_lock(&aios_lock);
	intent->state = job->state;
	intent->moved = job->moved;
	intent->suspended = job->state == AIOS_STATE_SUSPENDED;
	intent->left_alone = aios_job_adopts(job) ? ~job->core.resource_mask : 0;
	look_up_limits(job, intent->limits);
	look_up_memory(job, intent);
	mutex_unlock(&aios_lock);
}

/* --------------------------------------------------------------- observing */

/*
 * Whether it has reached the limit that it is held to itself. Where a group has no more
 * than that, what the kernel needs for the group can be what was too much.
 */
static bool at_its_limit(struct aios_job_cgroup *own, const struct observed *seen)
{
	u64 limit = own->applied.now[AIOS_RESOURCE_MEMORY].limit, peak;

	if (seen->ooms)
		return true;
	return own->applied.known == AIOS_HELD_WRITTEN && limit != AIOS_UNLIMITED &&
	       !aios_cgroup_read_u64(&own->cg, AIOS_CG_MEMORY_PEAK, &peak) &&
	       peak + SZ_1M >= limit;
}

static void observe(struct aios_job *job, struct observed *seen)
{
	struct aios_job_cgroup *own = &job->cgroup;
	char text[512];
	u64 value = 0;
	int ret;

	ret = aios_cgroup_read(&own->cg, AIOS_CG_EVENTS, text, sizeof(text));
	seen->gone = aios_cgroup_gone(&own->cg);
	/* What cannot be read says nothing: the tick looks again. */
	seen->unread = ret < 0 && !seen->gone;
	seen->populated = ret > 0 && aios_cgroup_find_key(text, "populated", &value) && value;
	own->populated |= seen->populated;

	seen->oom_kills = own->oom_kills;
	if (aios_cgroup_read(&own->cg, AIOS_CG_MEMORY_EVENTS, text, sizeof(text)) > 0) {
		if (aios_cgroup_find_key(text, "oom_kill", &value))
			seen->oom_kills = value - own->oom_before;
		aios_cgroup_find_key(text, "oom", &seen->ooms);
		seen->killed = aios_cgroup_find_key(text, "oom_group_kill", &value) && value;
	}
	if (seen->oom_kills > own->oom_kills) {
		own->oom_kills = seen->oom_kills;
		own->full = at_its_limit(own, seen) ? own->bound_by :
						      aios_group_find_full(job->group);
		mutex_lock(&aios_lock);
		aios_job_step(job, AIOS_EVENT_OOM);
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

/*
 * Whether it was the time limit that ended a job: by the kill, or by the warning before it.
 * What its first process makes of the warning is an end of its own.
 */
static bool ended_for_time(const struct aios_job *job, u32 end, u32 *code)
{
	bool adopts = aios_job_adopts(job);

	if (job->ending && end == AIOS_END_SIGNAL && *code == SIGTERM)
		return true;
	if (!job->timed_out || !(job->cgroup.killed || adopts))
		return false;
	*code = adopts ? 0 : SIGKILL;
	return true;
}

/* It was not the job's own limit that it ran into. The caller holds aios_lock. */
static void say_what_was_full(struct aios_job *job)
{
	job->why = (struct aios_why){
		.code = AIOS_WHY_FULL,
		.resource = AIOS_RESOURCE_MEMORY,
		.group = job->cgroup.full,
		.asked = job->meter.peak[AIOS_RESOURCE_MEMORY],
		.available = job->core.request[AIOS_RESOURCE_MEMORY],
	};
}

/* The attempt is over: its cgroup is empty and removed. The caller holds aios_lock. */
static void conclude(struct aios_job *job)
{
	struct task_struct *first = job->moved && job->entrant ? job->entrant : job->leader;
	u32 end = AIOS_END_EXIT, code = 0;
	bool exited = true;

	if (job->cancelled) {
		aios_job_end(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
		return;
	}
	if (first)
		exited = exit_status(first, &end, &code);
	if (ended_for_time(job, end, &code)) {
		aios_job_end(job, AIOS_STATE_FAILED, AIOS_END_TIME_LIMIT, code);
		return;
	}
	if (!job->moved && test_bit(AIOS_JOB_KILL, &job->requests)) {
		end = AIOS_END_ABANDONED;
	} else if (!job->moved || !exited) {
		end = AIOS_END_LOST;
	} else if (job->cgroup.oom_kills && !(first && end == AIOS_END_EXIT && !code)) {
		if (!job->cgroup.full && aios_job_retry(job))
			return;
		end = job->cgroup.full ? AIOS_END_FULL : AIOS_END_OOM;
		if (job->cgroup.full)
			say_what_was_full(job);
		code = min_t(u64, job->cgroup.oom_kills, U32_MAX);
	}
	if (end == AIOS_END_ABANDONED)
		aios_job_end(job, AIOS_STATE_CANCELLED, end, 0);
	else if (end == AIOS_END_EXIT && !code)
		aios_job_end(job, AIOS_STATE_DONE, end, 0);
	else
		aios_job_end(job, AIOS_STATE_FAILED, end, code);
}

static void finish_attempt(struct aios_job *job)
{
	aios_job_sample(job, true);
	aios_job_drop_cgroup(job);
	mutex_lock(&aios_lock);
	conclude(job);
	mutex_unlock(&aios_lock);
}

static void fail_setup(struct aios_job *job, int err)
{
	aios_job_drop_cgroup(job);
	mutex_lock(&aios_lock);
	job->why.code = AIOS_WHY_CGROUP;
	job->why.asked = -err;
	aios_job_end(job, AIOS_STATE_FAILED, AIOS_END_SETUP, -err);
	mutex_unlock(&aios_lock);
}

/* ------------------------------------------------------------------- start */

/* Whoever is told that he has to give back, and cannot, is told that too. */
static void report_pending(struct aios_job *job, u32 pending)
{
	u64 kept = job->cgroup.applied.now[AIOS_RESOURCE_MEMORY].kept, before;

	mutex_lock(&aios_lock);
	job->pending = pending;
	before = job->core.kept[AIOS_RESOURCE_MEMORY];
	aios_engine_job_keep(&aios_engine, aios_arbiter_now(), &job->core,
			     AIOS_RESOURCE_MEMORY, kept);
	if (kept && !before)
		aios_job_step(job, AIOS_EVENT_KEPT);
	else if (!kept && before)
		aios_job_changed(job);
	mutex_unlock(&aios_lock);
}

static void show_directory(struct aios_job *job)
{
	mutex_lock(&aios_lock);
	job->dir = job->cgroup.cg.dir;
	mutex_unlock(&aios_lock);
}

static void started(struct aios_job *job)
{
	mutex_lock(&aios_lock);
	WRITE_ONCE(job->moved, true);
	aios_job_step(job, AIOS_EVENT_STARTED);
	/* The policy can have preferred another since. */
	if (job->core.state == AIOS_CORE_SUSPENDED) {
		aios_job_step(job, AIOS_EVENT_SUSPENDED);
		aios_job_wake_worker(job);
	}
	mutex_unlock(&aios_lock);
}

/* The process that waits in ENTER gives its place up, if it has not been moved yet. */
static void withdraw(struct aios_job *job)
{
	aios_job_go_back(job);
	mutex_lock(&aios_lock);
	if (job->entrant && !job->moved) {
		put_task_struct(job->entrant);
		WRITE_ONCE(job->entrant, NULL);
		aios_job_untie(job);
		aios_bound_none(&job->bound);
		aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core, false);
		aios_gang_track(job);
		aios_arbiter_kick();
	}
	mutex_unlock(&aios_lock);
	wake_up_all(&job->wq);
}

/*
 * Where memory runs out, whoever was promised none goes before all others. The bound of
 * each alone does not see to it, for several can take together what is promised, and a
 * promise can come when they have taken it. Children inherit this, and without a right
 * nobody can undo it.
 */
static void choose_first(struct task_struct *task)
{
	WRITE_ONCE(task->signal->oom_score_adj, OOM_SCORE_ADJ_MAX);
	WRITE_ONCE(task->signal->oom_score_adj_min, OOM_SCORE_ADJ_MAX);
}

/*
 * The process that waits in ENTER is moved. It cannot leave ENTER, let alone exit,
 * before it has taken our cg_lock to withdraw.
 */
static void move_entrant(struct aios_job *job)
{
	struct task_struct *task;
	u64 from;
	bool promised;
	int ret;

	if (aios_job_adopts(job)) {
		started(job);
		/* Events that came before were not looked at. */
		aios_job_request(job, AIOS_JOB_LOOK);
		return;
	}
	mutex_lock(&aios_lock);
	task = job->entrant;
	from = job->from;
	promised = job->core.request[AIOS_RESOURCE_MEMORY];
	mutex_unlock(&aios_lock);
	if (!task)
		return;
	/* Somebody has moved it to where it may not come from: ENTER looks again. */
	if (aios_source_of(task) != from) {
		withdraw(job);
		return;
	}
	ret = aios_cgroup_write(&job->cgroup.cg, AIOS_CG_PROCS, "%d", task_tgid_nr(task));
	if (ret) {
		fail_setup(job, ret);
		return;
	}
	aios_job_leave_aside(job);
	if (!promised)
		choose_first(task);
	aios_job_watch_exit(job, task);
	job->cgroup.populated = true;
	/* From now on an empty cgroup means the end. */
	started(job);
}

/* ------------------------------------------------------------------ running */

/* Whether somebody else lets the processes of a suspended job run. */
static bool thawed(struct aios_job_cgroup *own)
{
	u64 frozen;

	return own->frozen && !aios_cgroup_read_u64(&own->cg, AIOS_CG_FREEZE, &frozen) &&
	       !frozen;
}

/* Where somebody else has written to the files, all are written again. */
static void refresh(struct aios_job *job)
{
	struct aios_job_cgroup *own = &job->cgroup;
	bool was_thawed = thawed(own);

	if (aios_limits_outdated(&own->applied))
		own->applied.known = AIOS_HELD_UNKNOWN;
	if (!was_thawed && !aios_limits_drifted(&own->cg, &own->applied))
		return;
	own->applied.known = AIOS_HELD_UNKNOWN;
	if (was_thawed)
		own->frozen = false;
	pr_warn_ratelimited("somebody else wrote to the cgroup of job %llu: writing its limits again\n",
			    job->core.id);
}

static void enforce_limits(struct aios_job *job, struct intent *intent)
{
	struct aios_job_cgroup *own = &job->cgroup;
	u32 pending;
	int ret;

	if (test_and_clear_bit(AIOS_JOB_REFRESH, &job->requests)) {
		refresh(job);
		intent->limits[AIOS_RESOURCE_MEMORY].look = true;
	}
	own->bound_by = intent->bound_by;
	if (intent->suspended != own->frozen) {
		ret = aios_cgroup_write(&own->cg, AIOS_CG_FREEZE, "%d",
					intent->suspended);
		if (!ret)
			own->frozen = intent->suspended;
	}
	/* What is stated only now has not been written before. */
	if (own->applied.left_alone != intent->left_alone)
		own->applied.known = AIOS_HELD_UNKNOWN;
	own->applied.left_alone = intent->left_alone;
	ret = aios_limits_apply(&own->cg, &own->applied, intent->limits, &pending);
	if (ret && ret != -ENODEV)
		pr_warn_ratelimited("limits of job %llu cannot be written (%d)\n",
				    job->core.id, ret);
	report_pending(job, pending);
}

/* Dying takes CPU time too: a throttled job would take its time. */
static void kill_all(struct aios_job_cgroup *own)
{
	own->applied.known = AIOS_HELD_UNKNOWN;
	own->killed = true;
	aios_cgroup_write(&own->cg, AIOS_CG_CPU_MAX, "max");
	aios_cgroup_write(&own->cg, AIOS_CG_KILL, "1");
}

/*
 * The kernel has killed all of the job but who is exempt from it. An attempt that
 * another one follows ends as a whole.
 */
static bool attempt_failed(struct aios_job *job, const struct observed *seen)
{
	bool failed;

	if (!seen->killed || job->cgroup.full)
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
	u32 pending;
	int ret;

	look_up_intent(job, &intent);
	kill = test_bit(AIOS_JOB_KILL, &job->requests);
	if (intent.state == AIOS_STATE_QUEUED || intent.state >= AIOS_STATE_DONE)
		return;

	if (!aios_cgroup_exists(&job->cgroup.cg)) {
		if (kill) {
			finish_attempt(job);
			return;
		}
		job->cgroup.applied.left_alone = intent.left_alone;
		job->cgroup.bound_by = intent.bound_by;
		ret = aios_job_set_up(job, intent.limits, &pending);
		if (ret) {
			fail_setup(job, ret);
			return;
		}
		report_pending(job, pending);
		show_directory(job);
		if (!aios_job_adopts(job)) {
			/* There is nothing to observe in a new cgroup. */
			move_entrant(job);
			return;
		}
	}

	if (test_and_clear_bit(AIOS_JOB_WARN, &job->requests) && !kill && !aios_job_adopts(job))
		aios_job_warn(job);
	clear_bit(AIOS_JOB_LOOK, &job->requests);
	smp_mb__after_atomic(); /* what changes after this is looked at again */
	observe(job, &seen);
	if (!intent.moved && !kill && !seen.gone) {
		move_entrant(job);
		return;
	}
	/* Nobody enters an adopted cgroup: one that is empty has ended. */
	if (!seen.populated && !seen.unread &&
	    (seen.gone || kill || job->cgroup.populated || job->entrant ||
	     aios_job_adopts(job))) {
		finish_attempt(job);
		return;
	}
	if (!kill && !attempt_failed(job, &seen)) {
		enforce_limits(job, &intent);
	} else if (aios_job_adopts(job)) {
		finish_attempt(job); /* the processes are not ours to kill */
	} else {
		/* Who was killed before the last tick has had the time to end. */
		if (test_and_clear_bit(AIOS_JOB_REFRESH, &job->requests) && job->cgroup.killed)
			aios_job_find_holder(job);
		kill_all(&job->cgroup);
	}
}

void aios_job_work(struct work_struct *work)
{
	struct aios_job *job = container_of(work, struct aios_job, work);

	mutex_lock(&job->cg_lock);
	if (test_and_clear_bit(AIOS_JOB_WITHDRAW, &job->requests))
		withdraw(job);
	if (test_and_clear_bit(AIOS_JOB_SET_ASIDE, &job->requests) && !aios_job_set_aside(job))
		withdraw(job);
	step(job);
	mutex_unlock(&job->cg_lock);
	aios_job_put(job);
}
