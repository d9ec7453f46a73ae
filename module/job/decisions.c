// SPDX-License-Identifier: GPL-2.0
/*
 * What the engine's decisions do to jobs: see decisions.h. All of it runs under
 * aios_lock, within a decision; what has to wait is left to workers.
 */
#include <linux/aios.h>
#include <linux/sched.h>

#include "arbiter/arbiter.h"
#include "group/group.h"
#include "job/decisions.h"
#include "job/depend.h"
#include "job/gang.h"
#include "job/job.h"
#include "job/origin.h"
#include "turns.h"

/* The workers of a job and of its groups have something to write. */
static void enforce(struct aios_job *job)
{
	struct aios_group *group;

	aios_job_wake_worker(job);
	for (group = job->group; group; group = group->parent)
		aios_group_enforce(group);
}

static void on_admitted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	aios_job_step(job, AIOS_EVENT_ADMITTED);
	aios_origins_changed(job);
	enforce(job);
}

static void on_resumed(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	if (job->state == AIOS_STATE_SUSPENDED)
		aios_job_step(job, AIOS_EVENT_RESUMED);
	enforce(job);
}

static void on_preempted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	/* A process that is still on its way in is frozen when it has arrived. */
	if (job->state == AIOS_STATE_RUNNING)
		aios_job_step(job, AIOS_EVENT_SUSPENDED);
	enforce(job);
}

static void on_dropped(struct aios_engine *engine, struct aios_job_node *node)
{
	aios_depends_dropped(aios_job_of(node));
}

static void on_granted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	aios_job_step(job, AIOS_EVENT_GRANTED);
	enforce(job);
}

static void on_due(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_job *job = aios_job_of(node);

	aios_gang_track(job);
	aios_job_changed(job);
}

static void on_yield(struct aios_engine *engine)
{
	/* Who decides in a short turn of his own cannot be stopped, and has few jobs. */
	if (!aios_turn_is_brief())
		cond_resched();
}

static void on_decided(void)
{
	aios_depends_end();
	aios_origins_settle();
	aios_jobs_settle();
}

const struct aios_arbiter_ops aios_job_decisions = {
	.engine = {
		.admitted = on_admitted,
		.resumed = on_resumed,
		.preempted = on_preempted,
		.dropped = on_dropped,
		.granted = on_granted,
		.due = on_due,
		.yield = on_yield,
	},
	.decided = on_decided,
};
