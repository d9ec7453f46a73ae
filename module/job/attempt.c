// SPDX-License-Identifier: GPL-2.0
/*
 * What is foreseen of a job when it is submitted, and what is learnt and recorded when an
 * attempt of it is over.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "arbiter/arbiter.h"
#include "group/group.h"
#include "job/job.h"
#include "main.h"
#include "predict/attempt.h"
#include "predict/foresight.h"
#include "user.h"

static struct aios_described describe(const struct aios_job *job, const struct cred *cred)
{
	const struct aios_asked *asked = &job->asked;
	const struct aios_job_node *node = &job->core;

	return (struct aios_described){
		.cred = cred,
		.name = asked->name,
		.command = asked->command,
		.shape = asked->shape,
		.features = asked->features,
		.nr_features = asked->nr_features,
		.resource_mask = node->resource_mask,
		.request = node->request,
		.expected_ns = node->expected_runtime_ns,
		.max_ns = node->max_runtime_ns,
	};
}

/**
 * aios_job_foresee - tell what a job will run, if it is to be scheduled by that
 * @job: a job that nobody knows yet, complete but for its id
 * @cred: of the submitter
 *
 * The engine is told. The caller holds aios_lock.
 */
void aios_job_foresee(struct aios_job *job, const struct cred *cred)
{
	const struct aios_described described = describe(job, cred);
	const struct aios_prediction *answer = &job->foreseen.answer;
	struct aios_job_node *node = &job->core;

	lockdep_assert_held(&aios_lock);
	job->queued_then = aios_engine.nr_queued;
	job->running_then = aios_engine.nr_held;
	if (!(job->asked.flags & AIOS_SUBMIT_PREDICT))
		return;
	aios_foresight_ask(&described, &job->foreseen);
	node->predicted_runtime_ns = min_t(u64, answer->run_ns, AIOS_TIME_MAX);
	node->predicted_most_ns = min_t(u64, answer->most_ns, AIOS_TIME_MAX);
}

/**
 * aios_job_foresee_later - tell for the record what a job will run
 * @job: a job that has just been registered
 * @cred: of the submitter
 *
 * Where nothing is scheduled by that, nobody has to wait for it. The caller holds aios_lock.
 */
void aios_job_foresee_later(struct aios_job *job, const struct cred *cred)
{
	const struct aios_described described = describe(job, cred);

	if (!(job->asked.flags & AIOS_SUBMIT_PREDICT))
		aios_foresight_put_off(&described, &job->foreseen);
}

/* How long the present attempt has run. */
static u64 ran_ns(const struct aios_job *job, u64 now)
{
	const struct aios_times *times = &job->times;

	if (!times->start_ns)
		return 0;
	if (job->state == AIOS_STATE_SUSPENDED)
		now = times->suspend_ns;
	return now - min(now, times->clock_ns);
}

/* Whether what it ran is what it would have run, or at least all that it may. */
static bool is_lesson(u32 end)
{
	return end == AIOS_END_EXIT || end == AIOS_END_SIGNAL || end == AIOS_END_TIME_LIMIT;
}

static void fill_durations(struct aios_attempt *told, const struct aios_job *job, u64 now)
{
	const struct aios_times *times = &job->times;
	u64 admit_ns = times->admit_ns ?: now;

	told->submit_realtime_ns = job->foreseen.job.submit_ns;
	told->wait_duration_ns = admit_ns - min(admit_ns, times->queue_ns);
	told->run_duration_ns = ran_ns(job, now);
	told->suspended_duration_ns = aios_job_suspended_ns(job);
	told->cpu_duration_ns = job->meter.cpu_ns -
				min(job->meter.cpu_ns, job->meter.earlier_cpu_ns);
	told->expected_runtime_ns = job->core.expected_runtime_ns;
	told->max_runtime_ns = job->core.max_runtime_ns;
	told->predicted_duration_ns = job->foreseen.answer.run_ns;
	told->predicted_low_duration_ns = job->foreseen.answer.low_ns;
	told->predicted_high_duration_ns = job->foreseen.answer.high_ns;
	told->predicted_most_duration_ns = job->foreseen.answer.most_ns;
}

static void fill_amounts(struct aios_attempt *told, const struct aios_job *job)
{
	u32 i;

	told->resource_mask = job->core.resource_mask;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		told->request[i] = job->core.request[i];
		told->limit[i] = job->core.limit[i];
		told->peak[i] = job->meter.peak[i];
	}
}

static void fill_asked(struct aios_attempt *told, const struct aios_job *job)
{
	const struct aios_asked *asked = &job->asked;

	told->command = asked->command;
	told->shape = asked->shape;
	told->nr_features = asked->nr_features;
	if (asked->nr_features)
		memcpy(told->features, asked->features, asked->nr_features * sizeof(s64));
	if (asked->name)
		strscpy(told->name, asked->name, sizeof(told->name));
	told->nr_queued = job->queued_then;
	told->nr_running = job->running_then;
}

/**
 * aios_job_attempt_over - learn from an attempt that is over, and record it
 * @job: the job, still in the state that it was in
 * @end: AIOS_END_*
 * @code: see AIOS_END_*
 * @retried: another attempt follows
 *
 * The caller holds aios_lock.
 */
void aios_job_attempt_over(struct aios_job *job, u32 end, u32 code, bool retried)
{
	struct aios_attempt_kept *kept = job->spare_attempts;
	u64 now = ktime_get_ns(), run_ns = ran_ns(job, now);
	struct aios_attempt *told;

	lockdep_assert_held(&aios_lock);
	aios_foresight_settle(&job->foreseen);
	if (run_ns && is_lesson(end))
		aios_foresight_learn(&job->foreseen, run_ns);
	if (!kept)
		return;
	job->spare_attempts = kept->spare;
	kept->uid = job->asked.uid;
	kept->gid = job->asked.gid;
	kept->by_admin = job->asked.by_admin;
	kept->cancel_uid = job->cancel_uid;
	told = &kept->told;
	told->job = job->core.id;
	told->group = job->group->core->id;
	told->attempt = job->core.attempt;
	told->end = end;
	told->code = code;
	told->retried = retried;
	fill_durations(told, job, now);
	fill_amounts(told, job);
	fill_asked(told, job);
	aios_attempt_keep(kept, job->user, job->group);
}
