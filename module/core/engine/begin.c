// SPDX-License-Identifier: GPL-2.0
/*
 * A job that is not to begin before a time: until then it is not considered, as if it
 * were on hold, and keeps its place by arrival. The first such time is one at which a
 * decision is due, and that decision considers whose time has come.
 */
#include "core/engine/internal.h"

/**
 * aios_begin_early() - whether the time of a job has not come yet
 * @engine: the engine
 * @job: job, submitted or not
 *
 * Return: true when it has not.
 */
bool aios_begin_early(const struct aios_engine *engine, const struct aios_job_node *job)
{
	return job->begin_ns > engine->now;
}

/**
 * aios_begin_enter() - a queued job waits for its time, if that has not come
 * @engine: the engine
 * @job: queued job that does not wait for a time; whoever calls considers it then
 */
void aios_begin_enter(struct aios_engine *engine, struct aios_job_node *job)
{
	job->early = aios_begin_early(engine, job);
	if (!job->early)
		return;
	job->begin_node.key.major = job->begin_ns;
	job->begin_node.key.minor = 0;
	job->begin_node.key.serial = job->serial;
	aios_ordered_insert(&engine->later, &job->begin_node);
	engine->next_ns = min(engine->next_ns, job->begin_ns);
}

/**
 * aios_begin_leave() - a job waits for no time any more
 * @engine: the engine
 * @job: job; nothing happens unless it does
 */
void aios_begin_leave(struct aios_engine *engine, struct aios_job_node *job)
{
	job->early = false;
	if (aios_ordered_linked(&job->begin_node))
		aios_ordered_erase(&engine->later, &job->begin_node);
}

static struct aios_job_node *due(const struct aios_engine *engine,
				 const struct aios_ordered_node *node)
{
	struct aios_job_node *job;

	if (!node)
		return NULL;
	job = container_of(node, struct aios_job_node, begin_node);
	return aios_begin_early(engine, job) ? NULL : job;
}

/**
 * aios_begin_consider() - consider whose time has come
 * @engine: the engine, in a decision, before anybody is admitted
 *
 * They are told of by aios_begin_tell() in the same decision.
 */
void aios_begin_consider(struct aios_engine *engine)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->later);
	struct aios_job_node *job;

	while ((job = due(engine, node))) {
		node = aios_ordered_next(node);
		job->early = false;
		aios_candidate_consider(engine, job);
	}
}

/**
 * aios_begin_tell() - tell of those whose time has come and who were not admitted
 * @engine: the engine, in the same decision
 */
void aios_begin_tell(struct aios_engine *engine)
{
	struct aios_job_node *job;

	while ((job = due(engine, aios_ordered_first(&engine->later)))) {
		aios_ordered_erase(&engine->later, &job->begin_node);
		aios_news_add(engine, job, AIOS_NEWS_DUE);
	}
}

/**
 * aios_begin_why() - what a job waits for that is early
 * @job: job
 * @why: written
 */
void aios_begin_why(const struct aios_job_node *job, struct aios_why *why)
{
	aios_why_set(why, AIOS_WHY_BEGIN, 0, 0, job->begin_ns, 0);
}

/**
 * aios_begin_next() - when the time of the next job comes
 * @engine: the engine
 *
 * Return: that, or AIOS_TIME_MAX.
 */
u64 aios_begin_next(const struct aios_engine *engine)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->later);

	return node ? node->key.major : AIOS_TIME_MAX;
}
