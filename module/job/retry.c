// SPDX-License-Identifier: GPL-2.0
/*
 * Retries: when the attempt of a job ran out of memory and is over, the job goes back to
 * the queue with a larger request. Its cgroup has gone with the attempt; the next one
 * has another, under the same name. Whoever holds a descriptor that may control the job
 * starts the program again, by ENTER. Where there is nobody the job ends as any other.
 */
#include <linux/aios.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "group/group.h"
#include "job/job.h"
#include "job/origin.h"
#include "main.h"
#include "measure/meter.h"

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
	struct aios_job_cgroup *own = &job->cgroup;
	u64 left;

	put_task_struct(job->entrant);
	job->entrant = NULL;
	aios_job_untie(job);
	aios_bound_none(&job->bound);
	aios_job_set_holder(job, NULL);
	WRITE_ONCE(job->moved, false);
	job->pending = 0;
	job->retry_kills = min_t(u64, U32_MAX, job->retry_kills + own->oom_kills);
	own->oom_kills = 0;
	own->bound_by = 0;
	own->full = 0;
	own->populated = false;
	own->frozen = false;
	own->killed = false;
	memset(&own->applied, 0, sizeof(own->applied));
	left = job->meter.use.shared;
	aios_meter_restart(&job->meter);
	aios_left_add(job->group, left);
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
	u32 kills = min_t(u64, U32_MAX, job->cgroup.oom_kills);

	lockdep_assert_held(&job->cg_lock);
	if (!aios_job_may_retry(job))
		return false;
	aios_job_attempt_over(job, AIOS_END_OOM, kills, true);
	if (aios_engine_job_retry(&aios_engine, aios_arbiter_now(), &job->core))
		return false;
	forget_attempt(job);
	aios_job_step(job, AIOS_EVENT_RETRIED);
	aios_arbiter_kick();
	return true;
}
