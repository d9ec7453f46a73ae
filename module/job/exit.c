// SPDX-License-Identifier: GPL-2.0
/*
 * The moment at which the process of a job exits.
 *
 * cgroup.events tells of a cgroup that becomes empty, but at most once in 10 ms: the end
 * of a job that began just before would be seen that much later. So the worker is
 * called by the exit itself, too, by which time the process has left the cgroup. What
 * it started may go on: then cgroup.events tells of their end.
 *
 * Runs in the job's worker, with its cg_lock held.
 */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "job/job.h"

/* The kernel holds its own locks here, and interrupts are off. */
static int on_exit(wait_queue_entry_t *wait, unsigned int mode, int flags, void *key)
{
	aios_job_request(container_of(wait, struct aios_job, cgroup.exit), AIOS_JOB_LOOK);
	return 0;
}

/**
 * aios_job_watch_exit - have the worker look at a job when its process exits
 * @job: the job, which nobody's exit is watched for
 * @leader: leader of the process's threads, whom the caller holds a reference on
 *
 * An exit before this is not told of: the caller lets the worker look once more.
 */
void aios_job_watch_exit(struct aios_job *job, struct task_struct *leader)
{
	struct aios_job_cgroup *own = &job->cgroup;

	own->leader = get_task_pid(leader, PIDTYPE_TGID);
	if (!own->leader)
		return;
	init_waitqueue_func_entry(&own->exit, on_exit);
	add_wait_queue(&own->leader->wait_pidfd, &own->exit);
}

/**
 * aios_job_unwatch_exit - end that
 * @job: nobody's exit may be watched for it
 */
void aios_job_unwatch_exit(struct aios_job *job)
{
	struct aios_job_cgroup *own = &job->cgroup;

	if (!own->leader)
		return;
	remove_wait_queue(&own->leader->wait_pidfd, &own->exit);
	put_pid(own->leader);
	own->leader = NULL;
}
