// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_STAT and AIOS_IOC_EXPLAIN: what there is to know of a job, and why it is so.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/path.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/clock.h"
#include "calls/ioctl.h"
#include "calls/job_file.h"
#include "enforce/cgroup.h"
#include "enforce/resource.h"
#include "group/group.h"
#include "group/station.h"
#include "job/depend.h"
#include "job/job.h"
#include "turns.h"

#define PATH_ROOM	2048	/* of a job's cgroup */

/* -------------------------------------------------------------------- STAT */

static void fill_runtimes(struct aios_stat *s, const struct aios_job *job)
{
	struct aios_runtimes runtimes;

	aios_engine_job_runtimes(&job->core, ktime_get_ns(), &runtimes);
	s->estimated_runtime_ns = runtimes.expected_ns;
	s->most_runtime_ns = runtimes.most_ns;
	s->estimated_source = runtimes.expected_source;
	s->most_source = runtimes.most_source;
}

static void fill_times(struct aios_stat *s, const struct aios_job *job)
{
	s->expected_runtime_ns = job->core.expected_runtime_ns;
	s->max_runtime_ns = job->core.max_runtime_ns;
	s->stop_ns = aios_job_stop_ns(job);
	s->deadline_ns = job->core.deadline_ns;
	s->begin_ns = job->core.begin_ns;
	s->gang_size = job->asked.gang_size;
	s->submit_ns = job->times.submit_ns;
	s->admit_ns = job->times.admit_ns;
	s->start_ns = job->times.start_ns;
	s->end_ns = job->times.end_ns;
	s->suspended_duration_ns = aios_job_suspended_ns(job);
	s->cpu_duration_ns = job->meter.cpu_ns;
	s->throttled_duration_ns = job->meter.throttled_ns;
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
		s->limit[i] = aios_job_bounded(job, i, job->core.limit[i]);
		s->grant[i] = aios_job_bounded(job, i, job->core.grant[i]);
		s->use[i] = job->meter.use.amount[i];
		s->peak[i] = job->meter.peak[i];
		s->how[i] = aios_resource_how(i);
	}
	s->nr_devices = aios_job_show_devices(job, s->devices);
}

/**
 * struct stat_call - STAT under way
 */
struct stat_call {
	/** @s: the caller's struct */
	struct aios_stat *s;
	/** @job: the job */
	struct aios_job *job;
	/** @pid_ns: the caller's */
	struct pid_namespace *pid_ns;
	/** @hidden: bit i: the caller may not see the job that it depends on as the i-th */
	u32 hidden;
	/** @dir: directory of its cgroup, referenced; empty when it has none */
	struct path dir;
	/** @buf: PATH_ROOM bytes */
	char *buf;
	/** @group_path: in @buf */
	char *group_path;
	/** @name: the job's, which UPDATE can change */
	char name[AIOS_NAME_MAX + 1];
};

static u32 hidden_depends(const struct aios_job *job)
{
	u32 hidden = 0;
	u32 i;

	for (i = 0; i < job->asked.nr_depends; i++)
		if (!aios_job_may_name(job, job->asked.depends[i].job, current_cred()))
			hidden |= 1U << i;
	return hidden;
}

static int fill_stat(void *arg)
{
	struct stat_call *call = arg;
	struct aios_stat *s = call->s;
	struct aios_job *job = call->job;
	struct user_namespace *ns = current_user_ns();

	s->flags = aios_job_flags(job);
	s->id = job->core.id;
	s->group = job->group->core->id;
	s->state = job->state;
	s->end = job->end;
	s->code = aios_job_code(job, ns);
	s->uid = from_kuid_munged(ns, job->asked.uid);
	s->gid = from_kgid_munged(ns, job->asked.gid);
	s->pid = 0;
	if (job->entrant && job->moved && !aios_job_ended(job))
		s->pid = task_tgid_nr_ns(job->entrant, call->pid_ns);
	s->priority = job->core.priority;
	s->weight = job->core.weight;
	s->position = 0;
	if (job->state == AIOS_STATE_QUEUED)
		s->position = aios_engine_position(&aios_engine, &job->core);
	s->resource_mask = job->core.resource_mask;
	s->epoch = job->epoch;
	fill_times(s, job);
	fill_runtimes(s, job);
	fill_retries(s, job);
	fill_amounts(s, job);
	aios_job_why(job, call->pid_ns, &s->why);
	strscpy(call->name, job->asked.name ?: "", sizeof(call->name));
	call->hidden = hidden_depends(job);
	call->group_path = aios_group_path(job->group, call->buf, PATH_ROOM);
	if (s->cgroup && job->dir.dentry) {
		call->dir = job->dir;
		path_get(&call->dir);
	}
	return 0;
}

static void show_times(struct aios_stat *s)
{
	s->stop_ns = aios_time_to_caller(s->stop_ns);
	s->deadline_ns = aios_time_to_caller(s->deadline_ns);
	s->begin_ns = aios_time_to_caller(s->begin_ns);
	s->submit_ns = aios_time_to_caller(s->submit_ns);
	s->admit_ns = aios_time_to_caller(s->admit_ns);
	s->start_ns = aios_time_to_caller(s->start_ns);
	s->end_ns = aios_time_to_caller(s->end_ns);
	aios_why_to_caller(&s->why);
}

/* The path of a job's cgroup below the mount, "" when it has none. */
static const char *cgroup_path(const struct stat_call *call)
{
	char *path = call->dir.dentry ? d_path(&call->dir, call->buf, PATH_ROOM) : NULL;

	return IS_ERR_OR_NULL(path) ? "" : path;
}

static int copy_texts(const struct stat_call *call)
{
	const struct aios_asked *asked = &call->job->asked;
	const struct aios_stat *s = call->s;
	int ret;

	ret = aios_copy_out_string(s->group_path, s->group_room, call->group_path);
	if (!ret)
		ret = aios_copy_out_string(s->name, s->name_room, call->name);
	if (!ret && s->cgroup)
		ret = aios_copy_out_string(s->cgroup, s->cgroup_room, cgroup_path(call));
	if (!ret)
		ret = aios_copy_out_string(s->gang, s->gang_room, asked->gang_name ?: "");
	return ret;
}

int aios_ioctl_stat(struct file *file, void *arg)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	struct aios_stat *s = arg;
	struct stat_call call = { .s = s, .job = job, .pid_ns = task_active_pid_ns(current) };
	u32 room = s->nr_depends;
	int ret;

	if (s->depends && (s->depend_size < sizeof(struct aios_depend) ||
			   s->depend_size > PAGE_SIZE))
		return -EINVAL;
	call.buf = kmalloc(PATH_ROOM, GFP_KERNEL);
	if (!call.buf)
		return -ENOMEM;
	aios_job_measure(job);
	aios_turn_brief(fill_stat, &call);
	show_times(s);
	ret = copy_texts(&call);
	if (!ret)
		ret = aios_depends_show(job, s, room, call.hidden);
	/* Who is not told has not seen it. */
	if (!ret)
		aios_job_file_told(jf, s->epoch);
	if (call.dir.dentry)
		path_put(&call.dir);
	kfree(call.buf);
	return ret;
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

/* The end of a job that runs as long as expected, from its start or from that foretold. */
static u64 expected_end(const struct aios_job *job, u64 start_ns)
{
	const struct aios_job_node *node = &job->core;
	struct aios_runtimes runtimes;

	aios_engine_job_runtimes(node, ktime_get_ns(), &runtimes);
	if (!runtimes.expected_ns)
		return 0;
	if (job->state == AIOS_STATE_QUEUED && start_ns)
		return min(start_ns + runtimes.expected_ns, AIOS_TIME_MAX);
	if (node->state == AIOS_CORE_HELD)
		return min(node->books.base_ns + runtimes.expected_ns, AIOS_TIME_MAX);
	return 0;
}

static void copy_explanation(struct aios_explain *e, const struct aios_explanation *found)
{
	e->nr_rows = found->nr_rows;
	e->weight = found->weight;
	e->x = found->x;
	e->reduced_cost = found->reduced_cost;
	e->price_shift = found->shift;
	e->cost_shift = found->cost_shift;
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

/**
 * struct explain_call - EXPLAIN under way
 */
struct explain_call {
	/** @e: the caller's struct */
	struct aios_explain *e;
	/** @job: the job */
	struct aios_job *job;
	/** @pid_ns: the caller's */
	struct pid_namespace *pid_ns;
	/** @rows: EXPLAIN_ROWS of them */
	struct aios_explanation_row *rows;
};

static int explain(void *arg)
{
	const struct explain_call *call = arg;
	struct aios_job *job = call->job;
	struct aios_explain *e = call->e;
	struct aios_explanation found;

	aios_engine_explain(&aios_engine, &job->core, &found, call->rows, EXPLAIN_ROWS);
	copy_explanation(e, &found);
	e->deadline_ns = job->core.deadline_ns;
	e->state = job->state;
	e->start_ns = 0;
	memset(&e->estimate, 0, sizeof(e->estimate));
	if (job->state == AIOS_STATE_QUEUED) {
		e->start_ns = aios_engine_estimate_start(&aios_engine, &job->core,
							 ktime_get_ns());
		e->start_ns = aios_group_estimate(job->group, &job->core, &e->why,
						  e->start_ns, &e->estimate,
						  job->visit.state == AIOS_VISIT_WAITS ?
						  &job->told : NULL);
	}
	e->end_ns = expected_end(job, e->start_ns);
	aios_job_why(job, call->pid_ns, &e->why);
	return 0;
}

int aios_ioctl_explain(struct file *file, void *arg)
{
	struct aios_explain *e = arg;
	struct explain_call call = {
		.e = e,
		.job = aios_job_file_of(file)->job,
		.pid_ns = task_active_pid_ns(current),
	};
	u32 room = e->nr_rows;
	int ret;

	if (e->flags)
		return -EINVAL;
	if (e->rows && (e->row_size < sizeof(struct aios_explain_row) || e->row_size > PAGE_SIZE))
		return -EINVAL;
	call.rows = kcalloc(EXPLAIN_ROWS, sizeof(*call.rows), GFP_KERNEL_ACCOUNT);
	if (!call.rows)
		return -ENOMEM;
	ret = aios_turn(explain, &call);
	e->deadline_ns = aios_time_to_caller(e->deadline_ns);
	e->start_ns = aios_time_to_caller(e->start_ns);
	e->end_ns = aios_time_to_caller(e->end_ns);
	aios_why_to_caller(&e->why);
	e->estimate.low_ns = aios_time_to_caller(e->estimate.low_ns);
	e->estimate.high_ns = aios_time_to_caller(e->estimate.high_ns);
	if (!ret)
		ret = copy_rows(e, min3(room, e->nr_rows, EXPLAIN_ROWS), call.rows);
	kfree(call.rows);
	return ret;
}
