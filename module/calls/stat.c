// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_STAT and AIOS_IOC_EXPLAIN: what there is to know of a job, and why it is so.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/ioctl.h"
#include "calls/job_file.h"
#include "enforce/cgroup.h"
#include "enforce/resource.h"
#include "group/group.h"
#include "group/station.h"
#include "job/depend.h"
#include "job/job.h"
#include "main.h"

#define PATH_ROOM	2048	/* of a job's cgroup */

/* -------------------------------------------------------------------- STAT */

static void fill_times(struct aios_stat *s, const struct aios_job *job)
{
	s->expected_runtime_ns = job->core.expected_runtime_ns;
	s->deadline_ns = job->core.deadline_ns;
	s->gang_size = job->asked.gang_size;
	s->submit_ns = job->core.submit_ns;
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
		s->limit[i] = job->core.limit[i];
		s->grant[i] = job->core.grant[i];
		s->use[i] = job->meter.use.amount[i];
		s->peak[i] = job->meter.peak[i];
		s->how[i] = aios_resource_how(i);
	}
	s->nr_devices = aios_job_show_devices(job, s->devices);
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
	s->uid = from_kuid_munged(ns, job->asked.uid);
	s->gid = from_kgid_munged(ns, job->asked.gid);
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
	aios_job_why(job, &s->why);
}

/* The path of a job's cgroup below the mount, "" when it has none. */
static void cgroup_path(struct aios_job *job, char *buf, size_t size)
{
	char *path;

	mutex_lock(&job->cg_lock);
	path = aios_cgroup_exists(&job->cgroup.cg) ?
		d_path(&job->cgroup.cg.dir, buf, size) : NULL;
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
	aios_job_measure(job);

	mutex_lock(&aios_lock);
	fill_stat(s, job);
	group_path = aios_group_path(job->group, buf, PATH_ROOM);
	mutex_unlock(&aios_lock);

	ret = aios_copy_out_string(s->group_path, s->group_room, group_path);
	if (!ret)
		ret = aios_copy_out_string(s->name, s->name_room,
					   job->asked.name ? job->asked.name : "");
	if (!ret && s->cgroup) {
		cgroup_path(job, buf, PATH_ROOM);
		ret = aios_copy_out_string(s->cgroup, s->cgroup_room, buf);
	}
	if (!ret)
		ret = aios_copy_out_string(s->gang, s->gang_room,
					   job->asked.gang_name ? job->asked.gang_name : "");
	if (!ret)
		ret = aios_depends_show(job, s, room);
	/* Who is not told has not seen it. */
	if (!ret)
		WRITE_ONCE(jf->seen, s->epoch);
	kfree(buf);
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
		e->start_ns = aios_group_estimate(job->group, &job->core, &e->why,
						  e->start_ns, &e->estimate);
	}
	e->end_ns = expected_end(job, e->start_ns);
	aios_job_why(job, &e->why);
	mutex_unlock(&aios_lock);
	ret = copy_rows(e, min3(room, e->nr_rows, EXPLAIN_ROWS), rows);
free:
	kfree(rows);
	return ret;
}
