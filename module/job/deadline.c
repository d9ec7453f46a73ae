// SPDX-License-Identifier: GPL-2.0
/*
 * A deadline that was asked for as a date follows the wall clock.
 */
#include <linux/aios.h>
#include <linux/bug.h>
#include <linux/container_of.h>

#include "arbiter/arbiter.h"
#include "arbiter/wall.h"
#include "job/job.h"
#include "main.h"

static void deadline_moved(struct aios_wall *wall, struct aios_now now, u64 ns)
{
	struct aios_job *job = container_of(wall, struct aios_job, deadline);
	const struct aios_change change = { .flags = AIOS_UPDATE_DEADLINE, .deadline_ns = ns };
	struct aios_why why;

	if (ns == job->core.deadline_ns)
		return;
	/* One that asks for no more than before is not refused. */
	WARN_ON_ONCE(aios_engine_job_update(&aios_engine, now, &job->core, &change, &why));
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
