// SPDX-License-Identifier: GPL-2.0
/*
 * Retries: the attempt of a job that ran out of memory is over, and the job goes
 * back to the queue with a larger request. Its cgroup has gone with the attempt;
 * the next one has another, under the same name. Who starts the program again is
 * whoever holds a descriptor that may control the job, by ENTER. Where there is
 * nobody the job ends as any other.
 */
#include <linux/aios.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched/task.h>

#include "arbiter/arbiter.h"
#include "group/station.h"
#include "job/job.h"
#include "main.h"
#include "measure/telemetry.h"
#include "notify.h"
#include "trace.h"

/**
 * aios_job_may_retry - whether another attempt can follow the present one
 * @job: the job
 *
 * The caller holds aios_lock.
 */
bool aios_job_may_retry(const struct aios_job *job)
{
	lockdep_assert_held(&aios_lock);
	return job->moved && job->nr_control && !job->cancelled && !aios_job_ended(job) &&
	       aios_engine_retry_request(&aios_engine, &job->core);
}

/* What belongs to one attempt; the caller holds both locks. */
static void forget_attempt(struct aios_job *job)
{
	put_task_struct(job->entrant);
	job->entrant = NULL;
	WRITE_ONCE(job->moved, false);
	job->admit_ns = 0;
	job->start_ns = 0;
	job->pending = 0;
	job->retry_kills = min_t(u64, U32_MAX, job->retry_kills + job->oom_kills);
	job->oom_kills = 0;
	job->populated = false;
	job->frozen = false;
	job->applied.valid = false;
}

/**
 * aios_job_retry - queue a job once more, if that can be
 * @job: a job whose attempt has ended out of memory; its cgroup is gone
 *
 * The caller holds the job's cg_lock and aios_lock.
 *
 * Return: false when it has to end.
 */
bool aios_job_retry(struct aios_job *job)
{
	lockdep_assert_held(&job->cg_lock);
	if (!aios_job_may_retry(job))
		return false;
	if (aios_engine_job_retry(&aios_engine, aios_arbiter_now(), &job->core))
		return false;
	if (job->state == AIOS_STATE_SUSPENDED)
		job->suspended_ns += ktime_get_ns() - job->suspend_ns;
	forget_attempt(job);
	list_del_init(&job->active);
	aios_telemetry_retry(job);
	WRITE_ONCE(job->state, AIOS_STATE_QUEUED);
	aios_station_track(job);
	aios_job_changed(job);
	aios_notify_job(job, AIOS_EVENT_RETRIED);
	trace_aios_job(job, AIOS_EVENT_RETRIED);
	aios_arbiter_kick();
	return true;
}
