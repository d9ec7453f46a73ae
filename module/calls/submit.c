// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_SUBMIT and AIOS_IOC_JOB_OPEN: how file descriptors of jobs come to be.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/memcontrol.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arbiter/arbiter.h"
#include "arbiter/wall.h"
#include "calls/calls.h"
#include "calls/clock.h"
#include "calls/ioctl.h"
#include "calls/job_file.h"
#include "compat/compat.h"
#include "enforce/resource.h"
#include "enforce/source.h"
#include "group/defaults.h"
#include "group/group.h"
#include "group/station.h"
#include "job/depend.h"
#include "job/gang.h"
#include "job/job.h"
#include "names.h"
#include "predict/attempt.h"
#include "turns.h"

/* Copies of the parts of a submission that lie in the caller's memory. */
struct strings {
	char *group;
	char *name;
	s64 *features;
	struct aios_depend *depends;
	char *gang;
};

static void free_strings(struct strings *in)
{
	kfree(in->group);
	kfree(in->name);
	kfree(in->features);
	kfree(in->depends);
	kfree(in->gang);
}

static int copy_strings(struct aios_submit *s, struct strings *in)
{
	char *str;
	int ret;

	str = aios_copy_string(s->group, s->group_len, AIOS_PATH_MAX, &s->why);
	if (IS_ERR(str))
		return PTR_ERR(str);
	in->group = str;
	str = aios_copy_string(s->name, s->name_len, AIOS_NAME_MAX, &s->why);
	if (IS_ERR(str))
		return PTR_ERR(str);
	in->name = str;

	str = aios_copy_string(s->gang, s->gang_len, AIOS_NAME_MAX, &s->why);
	if (IS_ERR(str))
		return PTR_ERR(str);
	in->gang = str;

	ret = in->group ? aios_path_check(in->group, &s->why) : 0;
	if (!ret && in->name)
		ret = aios_job_name_check(in->name, &s->why);
	if (!ret && in->gang)
		ret = aios_job_name_check(in->gang, &s->why);
	if (!ret)
		ret = aios_copy_features(s->features, s->nr_features, &in->features);
	return ret ? ret : aios_depends_copy(s, &in->depends);
}

static int check_flags(const struct aios_submit *s)
{
	if (s->flags & ~AIOS_SUBMIT_FLAGS)
		return -EINVAL;
	if (s->begin_ns && s->flags & AIOS_SUBMIT_ADOPT)
		return -EINVAL;
	if (s->leader < 0 || (s->leader && !(s->flags & AIOS_SUBMIT_ADOPT)))
		return -EINVAL;
	if (!s->gang_size != !s->gang_len || s->gang_size > AIOS_GANG_MAX)
		return -EINVAL;
	if (s->flags & AIOS_SUBMIT_ADOPT ? s->cgroup_fd < 0 : s->cgroup_fd != -1)
		return -EINVAL;
	/* Nobody here can start a cgroup's processes again, or a part of a gang. */
	if (s->retries && (s->flags & AIOS_SUBMIT_ADOPT || s->gang_size))
		return -EINVAL;
	return 0;
}

/*
 * Whose end is that of the job. He who may limit a cgroup may know how what is in it ends, and
 * a process that leaves it afterwards has been in it.
 */
static int take_leader(struct aios_job *job, s32 number)
{
	struct pid *pid = find_get_pid(number);
	struct task_struct *leader = get_pid_task(pid, PIDTYPE_TGID);

	put_pid(pid);
	if (!leader)
		return -ESRCH;
	if (!aios_source_below(leader, &job->asked.adopt)) {
		put_task_struct(leader);
		return -EINVAL;
	}
	job->leader = leader;
	return 0;
}

/* The caller must be able to limit the cgroup by hand to have it limited, file by file. */
static int take_adopted(struct aios_job *job, int fd, u32 mask)
{
	struct file *file = fget(fd);
	const struct path *path;
	int ret = 0;

	if (!file)
		return -EBADF;
	path = &file->f_path;
	if (!d_is_dir(path->dentry))
		ret = -ENOTDIR;
	else if (path->dentry->d_sb->s_magic != CGROUP2_SUPER_MAGIC ||
		 path->dentry == path->dentry->d_sb->s_root ||
		 is_subdir(path->dentry, aios_root_group->cg.dir.dentry))
		ret = -EINVAL;
	else
		ret = aios_compat_writable(path);
	if (!ret)
		ret = aios_cgroup_may_limit(path, mask);
	if (!ret) {
		job->asked.adopt = *path;
		path_get(&job->asked.adopt);
		job->payer = get_mem_cgroup_from_mm(current->mm);
	}
	fput(file);
	return ret == -EACCES ? -EPERM : ret;
}

static struct aios_group *find_group(const struct aios_submit *s, const char *path,
				     const char *own, struct aios_why *why)
{
	struct aios_group *group = path ? aios_group_find(path) : aios_root_group;

	if (!group || group->dying)
		return ERR_PTR(-ENOENT);
	if (!aios_group_known(group))
		return ERR_PTR(-ENOENT);
	if (!aios_group_may(group, AIOS_MAY_SUBMIT)) {
		why->code = AIOS_WHY_PERMISSION;
		why->group = group->core->id;
		return ERR_PTR(-EPERM);
	}
	if (*own)
		group = aios_group_find(own);
	if (!group || group->dying)
		return ERR_PTR(-ENOENT);
	if ((s->priority > AIOS_PRIORITY_DEFAULT || s->weight > AIOS_WEIGHT_DEFAULT) &&
	    s->weight <= AIOS_WEIGHT_MAX && !aios_group_may_favour(group)) {
		why->code = AIOS_WHY_PERMISSION;
		why->group = group->core->id;
		return ERR_PTR(-EPERM);
	}
	return group;
}

static void describe(struct aios_job *job, const struct aios_submit *s)
{
	struct aios_job_node *node = &job->core;
	u32 i;

	job->asked.uid = current_euid();
	job->asked.gid = current_egid();
	job->asked.by_admin = uid_eq(job->asked.uid, GLOBAL_ROOT_UID) &&
			      aios_is_admin(current_cred());
	job->asked.flags = s->flags;
	job->strict = s->flags & AIOS_SUBMIT_STRICT;
	node->resource_mask = s->resource_mask;
	node->weight = s->weight;
	node->priority = s->priority;
	node->exclusive = s->flags & AIOS_SUBMIT_EXCLUSIVE;
	node->on_hold = s->flags & AIOS_SUBMIT_HOLD;
	node->expected_runtime_ns = s->expected_runtime_ns;
	node->deadline_ns = aios_time_from_caller(s->deadline_ns);
	if (s->deadline_ns && (s->flags & AIOS_SUBMIT_DEADLINE_REALTIME))
		node->deadline_ns = aios_wall_monotonic(s->deadline_ns);
	node->begin_ns = aios_time_from_caller(s->begin_ns);
	if (s->begin_ns && (s->flags & AIOS_SUBMIT_BEGIN_REALTIME))
		node->begin_ns = aios_wall_monotonic(s->begin_ns);
	node->retries = s->retries;
	node->retry_factor = s->retry_factor;
	node->submit_ns = ktime_get_ns();
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		if (!(s->resource_mask & (1U << i)))
			continue;
		node->request[i] = s->request[i];
		node->limit[i] = s->limit[i];
	}
}

/* Everything of it but its group; the caller pays for its memory. */
static struct aios_job *make_job(struct aios_submit *s, struct strings *in)
{
	struct aios_job *job = aios_job_alloc();
	int ret;

	if (!job)
		return ERR_PTR(-ENOMEM);
	describe(job, s);
	job->asked.name = in->name;
	in->name = NULL;
	job->asked.features = in->features;
	job->asked.nr_features = s->nr_features;
	in->features = NULL;
	job->asked.command = s->command;
	job->asked.shape = s->shape;
	job->asked.depends = in->depends;
	job->asked.nr_depends = s->nr_depends;
	in->depends = NULL;
	job->asked.gang_name = in->gang;
	job->asked.gang_size = s->gang_size;
	in->gang = NULL;
	ret = 0;
	if (!(s->flags & AIOS_SUBMIT_DRY_RUN))
		ret = aios_attempts_alloc(&job->spare_attempts,
					  1 + min_t(u32, s->retries, AIOS_RETRIES_MAX));
	if (!ret && s->flags & AIOS_SUBMIT_ADOPT)
		ret = take_adopted(job, s->cgroup_fd, s->resource_mask);
	if (!ret && s->leader)
		ret = take_leader(job, s->leader);
	if (ret) {
		aios_job_put(job);
		return ERR_PTR(ret);
	}
	return job;
}

/**
 * struct submit_call - SUBMIT under way
 */
struct submit_call {
	/** @s: the caller's struct */
	struct aios_submit *s;
	/** @path: of the group; NULL: the root */
	const char *path;
	/** @own: path of his default group, which he is put in instead; "": he is not */
	char own[AIOS_DEFAULT_PATH];
	/** @job: without a group, until the call joins it to one */
	struct aios_job *job;
	/** @fd: of the job's file, which has been opened and not installed */
	int fd;
};

static int join_group(const struct submit_call *call)
{
	struct aios_submit *s = call->s;
	struct aios_group *group = find_group(s, call->path, call->own, &s->why);
	int ret;

	if (IS_ERR(group))
		return PTR_ERR(group);
	ret = aios_group_grant_runtime(group, s->max_runtime_ns,
				       &call->job->core.max_runtime_ns, &s->why);
	if (ret)
		return ret;
	/* A turn that lacked memory may have come so far before. */
	if (call->job->group)
		return 0;
	aios_job_join(call->job, group);
	return 0;
}

/* Whether a cgroup is adopted already, or one above or below it. */
static bool overlaps_adopted(const struct path *dir)
{
	struct aios_job *job;
	u64 id = 0;

	for (; (job = aios_job_next(&id)); id++) {
		struct dentry *other = job->asked.adopt.dentry;

		if (aios_job_adopts(job) && !aios_job_ended(job) &&
		    (is_subdir(dir->dentry, other) || is_subdir(other, dir->dentry)))
			return true;
	}
	return false;
}

static int preview_foreseen(struct aios_job *job, struct aios_preview *found)
{
	aios_job_foresee(job, current_cred());
	return aios_arbiter_preview(&job->core, found);
}

static int preview(void *arg)
{
	const struct submit_call *call = arg;
	struct aios_job *job = call->job;
	struct aios_submit *s = call->s;
	struct aios_preview found = {};
	int ret;

	ret = join_group(call);
	if (ret)
		return ret;
	if (aios_job_adopts(job) && overlaps_adopted(&job->asked.adopt))
		return -EBUSY;
	/* What a decision drops must not be depended on any more. */
	if (job->asked.nr_depends)
		aios_arbiter_decide();
	ret = aios_depends_resolve(job, &found.why);
	if (!ret)
		ret = preview_foreseen(job, &found);
	if (!ret)
		s->start_ns = aios_group_estimate(job->group, &job->core, &found.why,
						  found.start_ns, &s->estimate, NULL);
	aios_job_hide_others(job, &found.why);
	s->why = found.why;
	if (ret)
		return ret;
	s->state = found.state;
	memcpy(s->grant, job->core.grant, sizeof(s->grant));
	s->id = 0;
	s->fd = -1;
	return 0;
}

static int preview_for_caller(struct submit_call *call)
{
	struct aios_submit *s = call->s;
	int ret = aios_turn(preview, call);

	if (ret)
		return ret;
	s->start_ns = aios_time_to_caller(s->start_ns);
	aios_why_to_caller(&s->why);
	s->estimate.low_ns = aios_time_to_caller(s->estimate.low_ns);
	s->estimate.high_ns = aios_time_to_caller(s->estimate.high_ns);
	return 0;
}

static int submit(void *arg)
{
	const struct submit_call *call = arg;
	struct aios_job *job = call->job;
	struct aios_submit *s = call->s;
	int ret;

	ret = join_group(call);
	if (ret)
		return ret;
	if (aios_job_adopts(job) && overlaps_adopted(&job->asked.adopt))
		return -EBUSY;
	ret = aios_depends_resolve(job, &job->why);
	if (!ret)
		ret = aios_job_register(job, current_cred());
	if (ret) {
		s->why = job->why;
		return ret;
	}
	job->nr_control = 1;
	if (s->flags & AIOS_SUBMIT_DEADLINE_REALTIME)
		aios_job_deadline_follow(job, s->deadline_ns);
	if (s->flags & AIOS_SUBMIT_BEGIN_REALTIME)
		aios_job_begin_follow(job, s->begin_ns);
	s->id = job->core.id;
	s->fd = call->fd;
	s->state = job->state;
	s->start_ns = 0;
	memset(&s->estimate, 0, sizeof(s->estimate));
	memset(s->grant, 0, sizeof(s->grant));
	memset(&s->why, 0, sizeof(s->why));
	if (s->flags & AIOS_SUBMIT_ADOPT) {
		aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core, true);
		aios_gang_track(job);
		aios_arbiter_kick();
	}
	return 0;
}

static int submit_with_file(struct submit_call *call)
{
	struct file *file;
	int ret;

	call->fd = aios_job_open_file(call->job, &file);
	if (call->fd < 0)
		return call->fd;
	/* All jobs are looked at when one adopts a cgroup. */
	ret = aios_job_adopts(call->job) ? aios_turn(submit, call) : aios_turn_quick(submit, call);
	if (ret) {
		put_unused_fd(call->fd);
		fput(file);
		return ret;
	}
	aios_job_file_of(file)->control = true;
	fd_install(call->fd, file);
	return 0;
}

int aios_ioctl_submit(struct file *file, void *arg)
{
	struct strings in = {};
	struct aios_submit *s = arg;
	struct submit_call call = { .s = s };
	struct aios_job *job;
	int ret;

	memset(&s->why, 0, sizeof(s->why));
	ret = check_flags(s);
	if (!ret)
		ret = aios_resource_mask_check(s->resource_mask, &s->why);
	/* What is adopted has begun. */
	if (!ret && !(s->flags & AIOS_SUBMIT_ADOPT))
		ret = aios_resource_least_check(s->resource_mask, s->request, s->limit, false,
						&s->why);
	if (!ret)
		ret = copy_strings(s, &in);
	if (ret)
		goto free;

	job = make_job(s, &in);
	ret = PTR_ERR_OR_ZERO(job);
	if (ret)
		goto free;
	call.job = job;
	call.path = in.group;
	if (!in.group || !in.group[1])
		ret = aios_group_default(call.own, &s->why);
	if (ret)
		goto put;
	if (s->flags & AIOS_SUBMIT_DRY_RUN)
		ret = preview_for_caller(&call);
	else
		ret = submit_with_file(&call);
put:
	aios_job_put(job);
free:
	free_strings(&in);
	return ret;
}

/**
 * struct open_call - JOB_OPEN under way
 */
struct open_call {
	/** @id: of the job */
	u64 id;
	/** @job: the job, referenced */
	struct aios_job *job;
	/** @control: the caller may change it, which is counted */
	bool control;
};

static int find_job(void *arg)
{
	struct open_call *call = arg;
	struct aios_job *job = aios_job_find(call->id);

	if (!job || !aios_job_visible_to(job, current_cred()))
		return -ENOENT;
	call->job = aios_job_get(job);
	call->control = aios_job_controlled_by(job, current_cred());
	job->nr_control += call->control;
	return 0;
}

int aios_ioctl_job_open(struct file *file, void *arg)
{
	struct aios_job_open *o = arg;
	struct open_call call = { .id = o->id };
	struct file *opened;
	int fd, ret;

	if (o->flags || o->reserved)
		return -EINVAL;
	ret = aios_turn_brief(find_job, &call);
	if (ret)
		return ret;
	fd = aios_job_open_file(call.job, &opened);
	if (fd >= 0) {
		aios_job_file_of(opened)->control = call.control;
		o->fd = fd;
		fd_install(fd, opened);
	} else if (call.control) {
		aios_job_lose_control(call.job);
	}
	aios_job_put(call.job);
	return min(fd, 0);
}
