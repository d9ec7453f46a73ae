// SPDX-License-Identifier: GPL-2.0
/*
 * Who keeps a killed process from ending: a tracer can have it stop at its end
 * (PTRACE_O_TRACEEXIT) for as long as he likes. Until then the job is there and holds its
 * memory, but computes no more: it is told of as suspended, by whom, and its CPUs go to
 * others.
 */
#include <linux/aios.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "enforce/cgroup.h"
#include "job/job.h"
#include "main.h"

/* Who traces a process, referenced, or NULL. */
static struct pid *tracer_of(struct task_struct *task)
{
	struct task_struct *tracer;
	struct pid *pid = NULL;

	rcu_read_lock();
	tracer = ptrace_parent(task);
	if (tracer)
		pid = get_pid(task_tgid(tracer));
	rcu_read_unlock();
	return pid;
}

/* The tracer of the first process in the text of cgroup.procs that has one, or NULL. */
static struct pid *first_tracer(char *procs)
{
	struct pid *holder = NULL;
	struct task_struct *task;
	struct pid *pid;
	char *line;
	int nr;

	while (!holder && (line = strsep(&procs, "\n"))) {
		if (kstrtoint(line, 10, &nr))
			continue;
		pid = find_get_pid(nr);
		task = get_pid_task(pid, PIDTYPE_TGID);
		put_pid(pid);
		if (!task)
			continue;
		holder = tracer_of(task);
		put_task_struct(task);
	}
	return holder;
}

/**
 * aios_job_set_holder - note who keeps a job from ending
 * @job: the job
 * @holder: referenced, and the job's from now on; NULL: nobody
 *
 * The caller holds aios_lock.
 */
void aios_job_set_holder(struct aios_job *job, struct pid *holder)
{
	lockdep_assert_held(&aios_lock);
	put_pid(job->holder);
	job->holder = holder;
}

/* A gang is suspended as one, and the others of it may be alive. */
static void suspend(struct aios_job *job)
{
	if (job->state != AIOS_STATE_RUNNING || job->core.gang ||
	    aios_engine_job_suspend(&aios_engine, aios_arbiter_now(), &job->core))
		return;
	aios_job_step(job, AIOS_EVENT_SUSPENDED);
	aios_arbiter_kick();
}

/**
 * aios_job_find_holder - look who keeps a killed job from ending
 * @job: with processes that were killed some time ago
 *
 * Runs in the job's worker, with its cg_lock held.
 */
void aios_job_find_holder(struct aios_job *job)
{
	char *procs = kmalloc(PAGE_SIZE, GFP_KERNEL);
	struct pid *holder = NULL;
	bool changed;

	if (!procs)
		return;
	if (aios_cgroup_read(&job->cgroup.cg, AIOS_CG_PROCS, procs, PAGE_SIZE) > 0)
		holder = first_tracer(procs);
	kfree(procs);

	mutex_lock(&aios_lock);
	changed = job->holder != holder;
	aios_job_set_holder(job, holder);
	if (holder)
		suspend(job);
	if (changed)
		aios_job_changed(job);
	mutex_unlock(&aios_lock);
}
