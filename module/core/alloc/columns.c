// SPDX-License-Identifier: GPL-2.0
/*
 * The columns: what each running job can have at most beyond its request, and which
 * columns a distribution is about at all. A column is reckoned when its job begins to
 * run, and all of them anew when limits, weights or capacities have changed; between
 * that a distribution looks at the open ones alone, and with none it has nothing to
 * do but to settle those that are new, O(1) for each.
 */
#include "core/alloc/internal.h"
#include "core/books/measure.h"

/**
 * aios_column_span() - reckon what a job can have at most
 * @engine: the engine
 * @job: running job, or the one of a preview
 */
void aios_column_span(const struct aios_engine *engine, struct aios_job_node *job)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u32 r;

	job->alloc.weight = aios_group_scaled_weight(job->group, job->weight);
	memset(job->alloc.span, 0, sizeof(job->alloc.span));
	aios_for_each_resource(r, mask) {
		u64 base = aios_node_base(job, r);
		u64 upper = aios_alloc_upper(engine, job, r);

		if (upper != AIOS_UNLIMITED && upper > base)
			job->alloc.span[r] = upper - base;
	}
}

static bool column_is_open(const struct aios_engine *engine,
			   const struct aios_job_node *job)
{
	u32 i, r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (job->alloc.span[r])
			return true;
	for (i = 0; i < job->nr_shares; i++)
		if (aios_share_excess(&job->share[i]))
			return true;
	return aios_alloc_borrows(engine, job);
}

static bool may_be_open(const struct aios_ordered_node *node, bool whole, void *arg)
{
	const struct aios_job_node *job = aios_node_of_running(node);

	(void)arg;
	return whole ? job->alloc.any_open : job->alloc.open;
}

/**
 * aios_column_next() - the next job whose column is open
 * @engine: the engine, its columns up to date
 * @job: running job; NULL: from the first on
 *
 * Return: the job in order of arrival, NULL when there is none.
 */
struct aios_job_node *aios_column_next(const struct aios_engine *engine,
				       const struct aios_job_node *job)
{
	return aios_node_of_running(aios_ordered_search(&engine->running,
							job ? &job->running_node : NULL,
							may_be_open, NULL));
}

/*
 * Give a job with a closed column what it has whatever the others have, as a program
 * without rows would.
 */
static void column_settle(struct aios_job_node *job)
{
	job->x = AIOS_X_ONE;
	job->alloc.x_next = AIOS_X_ONE;
	job->alloc.x_target = AIOS_X_ONE;
	job->alloc.bottleneck.kind = AIOS_ROW_NONE;
}

static void column_set(struct aios_engine *engine, struct aios_job_node *job, bool open)
{
	if (!open)
		column_settle(job);
	if (open == job->alloc.open)
		return;
	job->alloc.open = open;
	aios_ordered_refresh(&engine->running, &job->running_node);
}

static void column_reckon(struct aios_engine *engine, struct aios_job_node *job)
{
	if (job->alloc.known)
		engine->columns.weight -= job->alloc.weight;
	else
		engine->columns.nr_known++;
	aios_column_span(engine, job);
	engine->columns.weight += job->alloc.weight;
	job->alloc.known = true;
	column_set(engine, job, column_is_open(engine, job));
}

/* What is in use ebbs, so that an open column may have closed. */
static void close_idle(struct aios_engine *engine)
{
	struct aios_job_node *job;

	for (job = aios_column_next(engine, NULL); job; job = aios_column_next(engine, job))
		column_set(engine, job, column_is_open(engine, job));
}

/**
 * aios_columns_reckon() - bring the columns up to date
 * @engine: the engine
 *
 * O(1) for each open column and each job that this decision lets run, O(running jobs)
 * when what is known is stale. A closed column has x = 1, and its grant is as it was.
 *
 * Return: whether all have been reckoned anew.
 */
bool aios_columns_reckon(struct aios_engine *engine)
{
	struct aios_ordered_node *node;
	struct aios_job_node *job;

	for (job = engine->news.first; job && !engine->columns.stale; job = job->news.next)
		if (job->state == AIOS_CORE_HELD && !job->alloc.known)
			column_reckon(engine, job);
	if (engine->columns.nr_known == aios_ordered_size(&engine->running) &&
	    !engine->columns.stale) {
		close_idle(engine);
		return false;
	}
	for (node = aios_ordered_first(&engine->running); node;
	     node = aios_ordered_next(node))
		column_reckon(engine, aios_node_of_running(node));
	return true;
}

/**
 * aios_columns_grant() - write the grants
 * @engine: the engine, the x of every open column found
 * @all: of all running jobs, else of those with open columns and of those that this
 *	decision lets run
 *
 * Jobs whose grant is another than before become news, in the order of arrival.
 */
void aios_columns_grant(struct aios_engine *engine, bool all)
{
	struct aios_job_node *job;

	for (job = engine->news.first; job && !all; job = job->news.next)
		if (job->state == AIOS_CORE_HELD && !job->alloc.open)
			aios_alloc_write(engine, job);
	job = all ? aios_node_of_running(aios_ordered_first(&engine->running)) :
		    aios_column_next(engine, NULL);
	while (job) {
		if (aios_alloc_write(engine, job))
			aios_news_add(engine, job, AIOS_NEWS_GRANTED);
		job = all ? aios_node_of_running(aios_ordered_next(&job->running_node)) :
			    aios_column_next(engine, job);
	}
}
