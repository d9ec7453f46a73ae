// SPDX-License-Identifier: GPL-2.0
/*
 * What a job may run at most. Its clock is that of its attempt: it begins when a process
 * enters and stands still while the job is suspended, or the machine is. Ahead of the end
 * whoever looks at the job is told, and its processes get SIGTERM; at the end they are
 * killed.
 */
#include <linux/aios.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "enforce/cgroup.h"
#include "job/job.h"
#include "main.h"

/* ------------------------------------------------------------------- the clock */

static void due_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(due, due_work);

/* How long before the end it is told of. */
static u64 warning_ns(const struct aios_job *job)
{
	return min_t(u64, job->core.max_runtime_ns / 10, AIOS_TIME_WARNING_MAX);
}

/*
 * Do what is due for a job; return when there is something again, AIOS_TIME_MAX for
 * never. Its clock runs only while it does.
 */
static u64 look_at(struct aios_job *job, u64 now)
{
	u64 stop = job->times.stop_ns, warn;

	if (job->state != AIOS_STATE_RUNNING || !stop || job->cancelled || job->timed_out)
		return AIOS_TIME_MAX;
	if (now >= stop) {
		job->timed_out = true;
		aios_job_request(job, AIOS_JOB_KILL);
		return AIOS_TIME_MAX;
	}
	warn = stop - warning_ns(job);
	if (now < warn)
		return warn;
	if (!job->ending) {
		job->ending = true;
		aios_job_step(job, AIOS_EVENT_TIME_LIMIT);
		aios_job_request(job, AIOS_JOB_WARN);
	}
	return stop;
}

static void due_work(struct work_struct *work)
{
	u64 now, next = AIOS_TIME_MAX;
	struct aios_job *job;

	mutex_lock(&aios_lock);
	now = ktime_get_ns();
	for (job = aios_job_next_active(NULL); job; job = aios_job_next_active(job))
		next = min(next, look_at(job, now));
	if (next < AIOS_TIME_MAX)
		queue_delayed_work(aios_wq, &due, nsecs_to_jiffies(next - now) + 1);
	mutex_unlock(&aios_lock);
}

/* Something may be due earlier than what is waited for. */
static void look_again(void)
{
	mod_delayed_work(aios_wq, &due, 0);
}

/**
 * aios_job_clock_change - what a job may run at most is another
 * @job: a live job, with what it is now
 *
 * The caller holds aios_lock.
 */
void aios_job_clock_change(struct aios_job *job)
{
	struct aios_times *times = &job->times;
	u64 runtime = job->core.max_runtime_ns;

	lockdep_assert_held(&aios_lock);
	if (!times->start_ns)
		return;
	times->stop_ns = runtime ? min(times->clock_ns + runtime, AIOS_TIME_MAX) : 0;
	if (!runtime || ktime_get_ns() + warning_ns(job) < times->stop_ns)
		job->ending = false;
	look_again();
}

/**
 * aios_job_clock - a job's clock is started, stopped or started again
 * @job: the job, in its state after the step
 * @event: AIOS_EVENT_* of that
 * @suspended_ns: how long it was suspended, when that is over
 * @now: when it was
 *
 * The caller holds aios_lock.
 */
void aios_job_clock(struct aios_job *job, u32 event, u64 suspended_ns, u64 now)
{
	struct aios_times *times = &job->times;

	lockdep_assert_held(&aios_lock);
	switch (event) {
	case AIOS_EVENT_STARTED:
		times->clock_ns = now;
		break;
	case AIOS_EVENT_RESUMED:
		times->clock_ns += suspended_ns;
		break;
	case AIOS_EVENT_RETRIED:
		times->stop_ns = 0;
		job->ending = false;
		return;
	default:
		return;
	}
	if (job->core.max_runtime_ns)
		aios_job_clock_change(job);
}

/**
 * aios_job_stop_ns - when a job's time is up
 * @job: the job
 *
 * The caller holds aios_lock.
 *
 * Return: the time, 0 while its clock does not run.
 */
u64 aios_job_stop_ns(const struct aios_job *job)
{
	return job->state == AIOS_STATE_RUNNING ? job->times.stop_ns : 0;
}

/**
 * aios_job_clock_exit - stop looking at clocks
 *
 * No job is left.
 */
void aios_job_clock_exit(void)
{
	cancel_delayed_work_sync(&due);
}

/* ----------------------------------------------------------------- the warning */

/* Processes of a cgroup, of which more are not told. */
#define PROCESSES_MAX	512

/**
 * struct processes - some that have been seen in a cgroup
 */
struct processes {
	/** @text: of cgroup.procs */
	char text[PAGE_SIZE];
	/** @nr: number of @pid */
	u32 nr;
	/** @pid: each referenced */
	struct pid *pid[PROCESSES_MAX];
};

static int next_number(char **text)
{
	char *line;
	int nr;

	while ((line = strsep(text, "\n")))
		if (!kstrtoint(line, 10, &nr))
			return nr;
	return 0;
}

static bool read_processes(struct aios_job *job, struct processes *found)
{
	return aios_cgroup_read(&job->cgroup.cg, AIOS_CG_PROCS, found->text,
				sizeof(found->text)) > 0;
}

static void collect(struct processes *found)
{
	char *text = found->text;
	struct pid *pid;
	int nr;

	while (found->nr < PROCESSES_MAX && (nr = next_number(&text))) {
		pid = find_get_pid(nr);
		if (pid)
			found->pid[found->nr++] = pid;
	}
}

/*
 * A number may have been given to another process since it was read: one that is read
 * again belongs to the cgroup, or else to the reference that nobody has any more.
 */
static void terminate(struct processes *found)
{
	char *text = found->text;
	u32 i;
	int nr;

	while ((nr = next_number(&text)))
		for (i = 0; i < found->nr; i++)
			if (pid_nr(found->pid[i]) == nr)
				kill_pid(found->pid[i], SIGTERM, 1);
}

/**
 * aios_job_warn - tell the processes of a job to end
 * @job: with a cgroup of its own
 *
 * Runs in the job's worker, with its cg_lock held.
 */
void aios_job_warn(struct aios_job *job)
{
	struct processes *found = kzalloc(sizeof(*found), GFP_KERNEL);
	u32 i;

	if (!found)
		return;
	if (read_processes(job, found)) {
		collect(found);
		if (read_processes(job, found))
			terminate(found);
	}
	for (i = 0; i < found->nr; i++)
		put_pid(found->pid[i]);
	kfree(found);
}
