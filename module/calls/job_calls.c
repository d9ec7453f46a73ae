// SPDX-License-Identifier: GPL-2.0
/*
 * The calls on a job's file descriptor. Waiting is interruptible and, with
 * absolute times, restartable.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "arbiter/arbiter.h"
#include "calls/ioctl.h"
#include "enforce/cgroup.h"
#include "group/group.h"
#include "group/station.h"
#include "job/depend.h"
#include "job/gang.h"
#include "job/job.h"
#include "main.h"
#include "measure/telemetry.h"
#include "notify.h"

#define PATH_ROOM	2048	/* of a job's cgroup */

/**
 * aios_job_wrong_state - refuse what a job in its state cannot do
 * @why: written
 * @job: the job
 *
 * Return: -ECANCELED when it has ended, else -EINVAL.
 */
int aios_job_wrong_state(struct aios_why *why, const struct aios_job *job)
{
	why->code = AIOS_WHY_STATE;
	why->asked = job->state;
	return aios_job_ended(job) ? -ECANCELED : -EINVAL;
}

/* What a job waits for, or what its set-up failed of. The caller holds aios_lock. */
static void what_for(struct aios_job *job, struct aios_why *why)
{
	if (job->why.code || aios_job_ended(job))
		*why = job->why;
	else
		aios_engine_job_why(&aios_engine, &job->core, why);
}

/**
 * aios_job_denied - refuse what the caller may not do with a job
 * @why: written
 * @job: the job
 *
 * Return: -EPERM.
 */
int aios_job_denied(struct aios_why *why, const struct aios_job *job)
{
	why->code = AIOS_WHY_PERMISSION;
	why->group = job->group->core->id;
	return -EPERM;
}

/* Waits until a condition holds or an absolute time, 0 for none, has passed. */
#define wait_until(job, condition, timeout_ns)				\
({									\
	int __ret;							\
	if (timeout_ns)							\
		__ret = wait_to((job), (timeout_ns), condition);	\
	else								\
		__ret = wait_event_interruptible((job)->wq, condition);	\
	__ret;								\
})

#define wait_to(job, at, condition)					\
({									\
	s64 __left = (s64)min_t(u64, (at), KTIME_MAX) - ktime_get_ns();	\
	int __got = __left > 0 ?					\
		wait_event_interruptible_hrtimeout((job)->wq, condition,	\
						   ns_to_ktime(__left)) : -ETIME; \
	if (__got == -ETIME)						\
		__got = (condition) ? 0 : -ETIMEDOUT;			\
	__got;								\
})

/* ------------------------------------------------------------------- ENTER */

static int claim(struct aios_job *job, struct aios_why *why)
{
	struct task_struct *leader = current->group_leader;

	lockdep_assert_held(&aios_lock);
	if (aios_job_ended(job))
		return aios_job_wrong_state(why, job);
	if (job->entrant == leader)
		return job->moved ? -EALREADY : -EBUSY;
	if (job->entrant || (job->flags & AIOS_SUBMIT_ADOPT))
		return -EBUSY;
	job->entrant = get_task_struct(leader);
	aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core, true);
	aios_gang_track(job);
	aios_arbiter_kick();
	/* It may have been admitted for somebody who then gave up waiting. */
	if (job->state == AIOS_STATE_ADMITTED)
		aios_job_queue(job);
	return 0;
}

/*
 * Gives the place up. The worker moves the entrant under cg_lock, so that after
 * this it either has been moved or never will be.
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
		aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core,
				      false);
		aios_gang_track(job);
		aios_arbiter_kick();
	}
	mutex_unlock(&aios_lock);
	mutex_unlock(&job->cg_lock);
	return ret;
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

	ret = wait_until(job, READ_ONCE(job->moved) || aios_job_ended(job),
			 e->timeout_ns);
	mutex_lock(&aios_lock);
	if (!job->moved) {
		what_for(job, &e->why);
		if (!ret)
			ret = -ECANCELED;
	}
	mutex_unlock(&aios_lock);
	return ret ? withdraw(job, ret) : 0;
}

/* ---------------------------------------------------------------- WAIT, STAT */

int aios_ioctl_wait(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	struct aios_wait *w = arg;
	int ret;

	if (w->flags || (w->state_mask & ~GENMASK(AIOS_STATE_CANCELLED, AIOS_STATE_QUEUED)))
		return -EINVAL;
	ret = wait_until(job, aios_job_ended(job) ||
			 (w->state_mask & (1U << READ_ONCE(job->state))),
			 w->timeout_ns);
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

static void fill_times(struct aios_stat *s, const struct aios_job *job)
{
	s->expected_runtime_ns = job->core.expected_runtime_ns;
	s->deadline_ns = job->core.deadline_ns;
	s->gang_size = job->gang_size;
	s->submit_ns = job->core.submit_ns;
	s->admit_ns = job->admit_ns;
	s->start_ns = job->start_ns;
	s->end_ns = job->end_ns;
	s->suspended_duration_ns = job->suspended_ns;
	if (job->state == AIOS_STATE_SUSPENDED)
		s->suspended_duration_ns += ktime_get_ns() - job->suspend_ns;
	s->cpu_duration_ns = job->cpu_ns;
	s->throttled_duration_ns = job->throttled_ns;
}

static void fill_retries(struct aios_stat *s, const struct aios_job *job)
{
	const struct aios_job_node *core = &job->core;

	s->attempt = core->attempt;
	s->retries = core->retries + 1 - core->attempt;
	s->retry_factor = core->retry_factor;
	s->retry_kills = job->retry_kills;
	s->retry_limit = core->retry_limit;
}

static void fill_amounts(struct aios_stat *s, const struct aios_job *job)
{
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		s->request[i] = job->core.request[i];
		s->limit[i] = job->core.limit[i];
		s->grant[i] = job->core.grant[i];
		s->use[i] = job->use[i];
		s->peak[i] = job->peak[i];
		s->how[i] = aios_resource_how(i);
	}
	s->nr_devices = job->core.nr_shares;
	for (i = 0; i < job->core.nr_shares; i++) {
		const struct aios_share *share = &job->core.share[i];

		s->devices[i].id = share->device->id;
		s->devices[i].milli = share->milli_granted;
		s->devices[i].memory = share->memory;
		s->devices[i].memory_used = share->memory_used;
	}
}

/* The caller holds aios_lock. */
static void fill_stat(struct aios_stat *s, struct aios_job *job)
{
	struct user_namespace *ns = current_user_ns();

	s->flags = aios_job_flags(job);
	s->id = job->core.id;
	s->group = job->group->core->id;
	s->state = job->state;
	s->end = job->end;
	s->code = job->code;
	s->uid = from_kuid_munged(ns, job->uid);
	s->gid = from_kgid_munged(ns, job->gid);
	s->pid = 0;
	if (job->entrant && job->moved && !aios_job_ended(job))
		s->pid = task_tgid_nr_ns(job->entrant, task_active_pid_ns(current));
	s->priority = job->core.priority;
	s->weight = job->core.weight;
	s->position = 0;
	if (job->state == AIOS_STATE_QUEUED)
		s->position = aios_engine_position(&aios_engine, &job->core);
	s->resource_mask = job->core.resource_mask;
	s->epoch = job->epoch;
	fill_times(s, job);
	fill_retries(s, job);
	fill_amounts(s, job);
	what_for(job, &s->why);
}

/* The path of a job's cgroup below the mount, "" when it has none. */
static void cgroup_path(struct aios_job *job, char *buf, size_t size)
{
	char *path;

	mutex_lock(&job->cg_lock);
	path = aios_cgroup_exists(&job->cg) ?
		d_path(&job->cg.dir, buf, size) : NULL;
	if (IS_ERR_OR_NULL(path))
		buf[0] = '\0';
	else
		memmove(buf, path, strlen(path) + 1);
	mutex_unlock(&job->cg_lock);
}

int aios_ioctl_stat(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	struct aios_stat *s = arg;
	u32 room = s->nr_depends;
	char *buf, *group_path;
	int ret;

	if (s->depends && (s->depend_size < sizeof(struct aios_depend) ||
			   s->depend_size > PAGE_SIZE))
		return -EINVAL;
	buf = kmalloc(PATH_ROOM, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	aios_telemetry_measure(job);

	mutex_lock(&aios_lock);
	fill_stat(s, job);
	group_path = aios_group_path(job->group, buf, PATH_ROOM);
	WRITE_ONCE(jf->seen, job->epoch);
	mutex_unlock(&aios_lock);

	ret = aios_copy_out_string(s->group_path, s->group_room, group_path);
	if (!ret)
		ret = aios_copy_out_string(s->name, s->name_room,
					   job->name ? job->name : "");
	if (!ret && s->cgroup) {
		cgroup_path(job, buf, PATH_ROOM);
		ret = aios_copy_out_string(s->cgroup, s->cgroup_room, buf);
	}
	if (!ret)
		ret = aios_copy_out_string(s->gang, s->gang_room,
					   job->gang_name ? job->gang_name : "");
	if (!ret)
		ret = aios_depends_show(job, s, room);
	kfree(buf);
	return ret;
}

/* ------------------------------------------------------------------ UPDATE */

static int may_raise(const struct aios_job *job, s32 priority, struct aios_why *why)
{
	if (priority <= max(job->core.priority, AIOS_PRIORITY_DEFAULT) ||
	    capable(CAP_SYS_NICE) ||
	    aios_group_may(job->group, AIOS_MAY_ADMINISTER))
		return 0;
	return aios_job_denied(why, job);
}

int aios_ioctl_update(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	struct aios_update *u = arg;
	const struct aios_change change = {
		.flags = u->flags,
		.resource_mask = u->resource_mask,
		.weight = u->weight,
		.priority = u->priority,
		.expected_runtime_ns = u->expected_runtime_ns,
		.deadline_ns = u->deadline_ns,
		.request = u->request,
		.limit = u->limit,
	};
	int ret;

	memset(&u->why, 0, sizeof(u->why));
	if (u->flags & ~AIOS_UPDATE_FLAGS || u->reserved)
		return -EINVAL;
	if (!jf->control)
		return aios_job_denied(&u->why, job);
	ret = aios_resource_mask_check(u->resource_mask, &u->why);
	if (ret)
		return ret;

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	if (aios_job_ended(job))
		ret = aios_job_wrong_state(&u->why, job);
	else if (u->flags & AIOS_UPDATE_PRIORITY)
		ret = may_raise(job, u->priority, &u->why);
	if (!ret)
		ret = aios_engine_job_update(&aios_engine, aios_arbiter_now(),
					     &job->core, &change, &u->why);
	if (!ret) {
		aios_job_changed(job);
		aios_notify_job(job, AIOS_EVENT_LIMIT);
		aios_job_queue(job);
		aios_arbiter_decide();
	}
	mutex_unlock(&aios_lock);
	return ret;
}

/* -------------------------------------------------- SUSPEND, RESUME, CANCEL */

/**
 * aios_job_signal_check - whether a call without arguments may go on
 * @file: a job's
 * @s: the call's
 *
 * Return: 0, -EINVAL or -EPERM.
 */
int aios_job_signal_check(struct file *file, struct aios_signal *s)
{
	struct aios_job_file *jf = aios_job_file_of(file);

	memset(&s->why, 0, sizeof(s->why));
	if (s->flags)
		return -EINVAL;
	return jf->control ? 0 : aios_job_denied(&s->why, jf->job);
}

/* A job and its gang. What the policy has frozen is now frozen for its owner. */
static void suspended(struct aios_job *job)
{
	struct aios_gang_node *gang = job->core.gang;
	struct aios_job_node *node = gang ? gang->first : &job->core;

	for (; node; node = gang ? node->gang_next : NULL) {
		struct aios_job *member = aios_job_of(node);

		if (member->state == AIOS_STATE_RUNNING)
			aios_job_suspended(member);
		else
			aios_job_changed(member);
		aios_job_queue(member);
	}
}

int aios_ioctl_suspend(struct file *file, void *arg)
{
	struct aios_job *job = aios_job_file_of(file)->job;
	struct aios_signal *s = arg;
	int ret = aios_job_signal_check(file, s);

	if (!ret)
		ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	if (job->state != AIOS_STATE_RUNNING && job->state != AIOS_STATE_SUSPENDED)
		ret = aios_job_wrong_state(&s->why, job);
	else
		ret = aios_engine_job_suspend(&aios_engine, aios_arbiter_now(),
					      &job->core);
	if (!ret) {
		suspended(job);
		aios_arbiter_decide();
	}
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_resume(struct file *file, void *arg)
{
	struct aios_job *job = aios_job_file_of(file)->job;
	struct aios_signal *s = arg;
	int ret = aios_job_signal_check(file, s);

	if (!ret)
		ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	if (job->state != AIOS_STATE_SUSPENDED)
		ret = aios_job_wrong_state(&s->why, job);
	else
		ret = aios_engine_job_resume(&aios_engine, aios_arbiter_now(),
					     &job->core);
	if (!ret) {
		aios_gang_track(job);
		aios_arbiter_kick();
	}
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_cancel(struct file *file, void *arg)
{
	struct aios_job *job = aios_job_file_of(file)->job;
	struct aios_signal *s = arg;
	int ret = aios_job_signal_check(file, s);

	if (!ret)
		ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	if (aios_job_ended(job)) {
		ret = aios_job_wrong_state(&s->why, job);
	} else if (job->state == AIOS_STATE_QUEUED) {
		aios_job_end(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED,
			     from_kuid_munged(&init_user_ns, current_euid()));
	} else {
		if (!job->cancelled)
			job->cancel_uid = current_euid();
		job->cancelled = true;
		aios_job_request(job, AIOS_JOB_KILL);
	}
	mutex_unlock(&aios_lock);
	return ret;
}

/* --------------------------------------------------------- CHARGE, UNCHARGE */

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
		ret = aios_engine_charge(&aios_engine, aios_arbiter_now(),
					 &job->core, c->device, c->bytes, &c->used,
					 &c->why);
	else
		ret = aios_engine_uncharge(&aios_engine, aios_arbiter_now(),
					   &job->core, c->device, c->bytes,
					   &c->used);
	if (!ret) {
		aios_telemetry_gpu_memory(job);
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

/* ----------------------------------------------------------------- EXPLAIN */

#define EXPLAIN_ROWS	64U

static int copy_rows(const struct aios_explain *e, u32 nr,
		     const struct aios_explanation_row *rows)
{
	void __user *to = u64_to_user_ptr(e->rows);
	u32 size = sizeof(struct aios_explain_row);
	u32 i;

	if (!e->rows)
		return 0;
	for (i = 0; i < nr; i++, to += e->row_size) {
		const struct aios_explain_row row = {
			.kind = rows[i].kind,
			.resource = rows[i].resource,
			.id = rows[i].id,
			.capacity = rows[i].capacity,
			.activity = rows[i].activity,
			.price = rows[i].price,
			.column = rows[i].column,
		};

		if (copy_to_user(to, &row, size) ||
		    clear_user(to + size, e->row_size - size))
			return -EFAULT;
	}
	return 0;
}

/* When it ends, if it runs as long as expected from its start, or from that foretold. */
static u64 expected_end(const struct aios_job *job, u64 start_ns)
{
	const struct aios_job_node *node = &job->core;

	if (job->state == AIOS_STATE_QUEUED && start_ns && node->expected_runtime_ns)
		return min(start_ns + node->expected_runtime_ns, AIOS_TIME_MAX);
	if (node->state == AIOS_CORE_HELD && node->end_ns < AIOS_TIME_MAX)
		return node->end_ns;
	return 0;
}

static void copy_explanation(struct aios_explain *e, const struct aios_explanation *found)
{
	e->nr_rows = found->nr_rows;
	e->weight = found->weight;
	e->x = found->x;
	e->reduced_cost = found->reduced_cost;
	e->price_shift = found->shift;
	e->cost_shift = found->shift;
	memcpy(e->objective, found->objective, sizeof(e->objective));
	memcpy(e->gap, found->gap, sizeof(e->gap));
	e->epoch = found->epoch;
	e->position = found->position;
	e->nr_jobs = found->nr_jobs;
	e->why = found->why;
	e->goal = found->goal;
	e->goal_set = found->goal_set;
	e->status = found->status;
	e->bottleneck = found->bottleneck;
	e->level = found->level;
}

int aios_ioctl_explain(struct file *file, void *arg)
{
	struct aios_job *job = aios_job_file_of(file)->job;
	struct aios_explain *e = arg;
	struct aios_explanation_row *rows;
	struct aios_explanation found;
	u32 room = e->nr_rows;
	int ret;

	if (e->flags)
		return -EINVAL;
	if (e->rows && (e->row_size < sizeof(struct aios_explain_row) || e->row_size > PAGE_SIZE))
		return -EINVAL;
	rows = kcalloc(EXPLAIN_ROWS, sizeof(*rows), GFP_KERNEL_ACCOUNT);
	if (!rows)
		return -ENOMEM;

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		goto free;
	aios_engine_explain(&aios_engine, &job->core, &found, rows, EXPLAIN_ROWS);
	copy_explanation(e, &found);
	e->deadline_ns = job->core.deadline_ns;
	e->state = job->state;
	e->start_ns = 0;
	memset(&e->estimate, 0, sizeof(e->estimate));
	if (job->state == AIOS_STATE_QUEUED) {
		e->start_ns = aios_engine_estimate_start(&aios_engine, &job->core,
							 ktime_get_ns());
		e->start_ns = aios_station_estimate(job, &e->why, e->start_ns,
						    &e->estimate);
	}
	e->end_ns = expected_end(job, e->start_ns);
	what_for(job, &e->why);
	mutex_unlock(&aios_lock);
	ret = copy_rows(e, min3(room, e->nr_rows, EXPLAIN_ROWS), rows);
free:
	kfree(rows);
	return ret;
}
