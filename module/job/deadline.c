// SPDX-License-Identifier: GPL-2.0
/*
 * A deadline and a begin that were asked for as dates follow the wall clock.
 */
#include <linux/aios.h>
#include <linux/bug.h>
#include <linux/container_of.h>

#include "arbiter/arbiter.h"
#include "arbiter/wall.h"
#include "job/gang.h"
#include "job/job.h"
#include "main.h"

/* One that asks for no more than before is not refused. */
static void change(struct aios_job *job, struct aios_now now, const struct aios_change *change)
{
	struct aios_why why;

	WARN_ON_ONCE(aios_engine_job_update(&aios_engine, now, &job->core, change, &why));
}

static void deadline_moved(struct aios_wall *wall, struct aios_now now, u64 ns)
{
	struct aios_job *job = container_of(wall, struct aios_job, deadline);
	const struct aios_change to = { .flags = AIOS_UPDATE_DEADLINE, .deadline_ns = ns };

	if (ns != job->core.deadline_ns)
		change(job, now, &to);
}

/* Who has begun is not called back. */
static void begin_moved(struct aios_wall *wall, struct aios_now now, u64 ns)
{
	struct aios_job *job = container_of(wall, struct aios_job, begin);
	const struct aios_change to = { .flags = AIOS_UPDATE_BEGIN, .begin_ns = ns };

	if (job->state != AIOS_STATE_QUEUED || ns == job->core.begin_ns)
		return;
	change(job, now, &to);
	aios_gang_track(job);
}

/**
 * aios_job_deadline_follow - what a job's deadline follows from now on
 * @job: a live job, with the deadline
 * @real_ns: the same on CLOCK_REALTIME; 0: it follows nothing
 *
 * The caller holds aios_lock.
 */
void aios_job_deadline_follow(struct aios_job *job, u64 real_ns)
{
	if (real_ns)
		aios_wall_follow(&job->deadline, real_ns, deadline_moved);
	else
		aios_wall_leave(&job->deadline);
}

/**
 * aios_job_begin_follow - what the time follows from now on before which a job does not start
 * @job: a live job, with that time
 * @real_ns: the same on CLOCK_REALTIME; 0: it follows nothing
 *
 * The caller holds aios_lock.
 */
void aios_job_begin_follow(struct aios_job *job, u64 real_ns)
{
	if (real_ns)
		aios_wall_follow(&job->begin, real_ns, begin_moved);
	else
		aios_wall_leave(&job->begin);
}
