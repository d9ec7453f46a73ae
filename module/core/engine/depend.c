// SPDX-License-Identifier: GPL-2.0
/*
 * Dependencies: a job is not considered before others have been admitted or have
 * ended, with success or without. An edge is in the list of the job that it
 * points to until it is met, so that what happens to that job costs one step for
 * each who waits for it. A job only waits for earlier ones, but a gang waits for all of
 * its members: the only circles lead through gangs, and the submission that would close
 * one is refused.
 *
 * An edge that can never be met dooms its job. The next decision ends the doomed,
 * and with them those who wait for their success, one after the other.
 */
#include "core/engine/internal.h"

static void unlink_edge(struct aios_edge *edge)
{
	if (!edge->on)
		return;
	*edge->link = edge->next;
	if (edge->next)
		edge->next->link = edge->link;
	edge->on = NULL;
}

static void link_edge(struct aios_edge *edge, struct aios_job_node *job)
{
	struct aios_edge **head = &edge->on->depend.dependents;

	edge->job = job;
	edge->link = head;
	edge->next = *head;
	if (edge->next)
		edge->next->link = &edge->next;
	*head = edge;
}

static void meet_edge(struct aios_engine *engine, struct aios_edge *edge)
{
	struct aios_job_node *job = edge->job;

	unlink_edge(edge);
	job->depend.nr_unmet--;
	aios_candidate_consider(engine, job);
}

/*
 * Note that the edge can never be met. Its job stays where it is until the next
 * decision.
 */
static void lose_edge(struct aios_engine *engine, struct aios_edge *edge)
{
	struct aios_job_node *job = edge->job;

	if (!job->depend.lost) {
		job->depend.lost = edge->on->id;
		job->depend.lost_kind = edge->kind;
		job->order_node.key.major = 0;
		job->order_node.key.minor = 0;
		job->order_node.key.serial = job->serial;
		aios_ordered_insert(&engine->doomed, &job->order_node);
	}
	unlink_edge(edge);
}

static bool edge_begun(const struct aios_edge *edge)
{
	return edge->kind == AIOS_DEPEND_AFTER &&
	       (aios_node_holds(edge->on) || edge->on->attempt > 1);
}

/**
 * aios_depend_first() - what a job waits for
 * @job: job, submitted or not
 *
 * Return: the first edge that is not met, or NULL.
 */
const struct aios_edge *aios_depend_first(const struct aios_job_node *job)
{
	u32 i;

	for (i = 0; i < job->nr_edges; i++)
		if (job->edge[i].on && !edge_begun(&job->edge[i]))
			return &job->edge[i];
	return NULL;
}

/**
 * aios_depend_check() - whether the edges of a new job are well-formed
 * @job: job, not submitted
 * @why: written when they are not
 *
 * Return: 0, -EINVAL or -ESRCH.
 */
int aios_depend_check(const struct aios_job_node *job, struct aios_why *why)
{
	u32 i;

	if (job->nr_edges > AIOS_DEPENDS_MAX) {
		aios_why_set(why, AIOS_WHY_VALUE, 0, 0, job->nr_edges,
			     AIOS_DEPENDS_MAX);
		return -EINVAL;
	}
	for (i = 0; i < job->nr_edges; i++) {
		const struct aios_edge *edge = &job->edge[i];

		if (edge->kind < AIOS_DEPEND_AFTER ||
		    edge->kind > AIOS_DEPEND_AFTERNOTOK) {
			aios_why_set(why, AIOS_WHY_VALUE, 0, 0, edge->kind,
				     AIOS_DEPEND_AFTERNOTOK);
			return -EINVAL;
		}
		if (edge->on && edge->on->state == AIOS_CORE_NONE) {
			aios_why_set(why, AIOS_WHY_DEPENDS_NEVER, 0, 0,
				     edge->on->id, edge->kind);
			return -ESRCH;
		}
	}
	return 0;
}

static void look_at(const struct aios_engine *engine, struct aios_job_node *job,
		    struct aios_job_node **todo)
{
	if (job->depend.stamp == engine->stamps.circle)
		return;
	job->depend.stamp = engine->stamps.circle;
	job->depend.todo = *todo;
	*todo = job;
}

/* Say whether one of @todo, or one that these wait for, waits for all of @gang. */
static bool leads_to(const struct aios_engine *engine, struct aios_job_node *todo,
		     const struct aios_gang_node *gang)
{
	while (todo) {
		struct aios_job_node *job = todo, *member;
		u32 i;

		todo = job->depend.todo;
		if (job->gang == gang)
			return true;
		member = aios_gang_lead(job);
		for (; member; member = member->gang_next)
			for (i = 0; i < member->nr_edges; i++)
				if (member->edge[i].on)
					look_at(engine, member->edge[i].on, &todo);
	}
	return false;
}

/**
 * aios_depend_circle() - whether a new member of a gang would close a circle
 * @engine: the engine
 * @job: job, not submitted, with a gang, checked
 *
 * O(jobs that it waits for in the end, and their edges), where the gang has members.
 *
 * Return: the first edge to a job that waits for the gang in the end, or NULL.
 */
const struct aios_edge *aios_depend_circle(struct aios_engine *engine,
					   const struct aios_job_node *job)
{
	u32 i;

	/* Nobody waits yet for a gang without members. */
	if (!job->gang->first)
		return NULL;
	engine->stamps.circle++;
	for (i = 0; i < job->nr_edges; i++) {
		const struct aios_edge *edge = &job->edge[i];
		struct aios_job_node *todo = NULL;

		if (!edge->on || edge_begun(edge))
			continue;
		look_at(engine, edge->on, &todo);
		if (leads_to(engine, todo, job->gang))
			return edge;
	}
	return NULL;
}

/**
 * aios_depend_enter() - a new job begins to wait for those that it depends on
 * @job: job that is being submitted, checked
 */
void aios_depend_enter(struct aios_job_node *job)
{
	u32 i;

	job->depend.nr_unmet = 0;
	job->depend.lost = 0;
	job->depend.dependents = NULL;
	for (i = 0; i < job->nr_edges; i++) {
		struct aios_edge *edge = &job->edge[i];

		if (edge->on && edge_begun(edge))
			edge->on = NULL;
		if (!edge->on)
			continue;
		link_edge(edge, job);
		job->depend.nr_unmet++;
	}
}

/**
 * aios_depend_started() - a job has been admitted
 * @engine: the engine
 * @job: job
 *
 * O(its dependents).
 */
void aios_depend_started(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_edge *edge, *next;

	for (edge = job->depend.dependents; edge; edge = next) {
		next = edge->next;
		if (edge->kind == AIOS_DEPEND_AFTER)
			meet_edge(engine, edge);
	}
}

/**
 * aios_depend_ended() - a job has ended
 * @engine: the engine
 * @job: job, its state no longer live
 * @done: with success
 *
 * It waits for nobody any more, and who waited for it learns how it ended.
 */
void aios_depend_ended(struct aios_engine *engine, struct aios_job_node *job,
		       bool done)
{
	struct aios_edge *edge;
	u32 i;

	for (i = 0; i < job->nr_edges; i++)
		unlink_edge(&job->edge[i]);
	job->nr_edges = 0;
	job->depend.nr_unmet = 0;
	if (job->depend.lost && aios_ordered_linked(&job->order_node))
		aios_ordered_erase(&engine->doomed, &job->order_node);
	while ((edge = job->depend.dependents)) {
		if ((edge->kind == AIOS_DEPEND_AFTEROK && !done) ||
		    (edge->kind == AIOS_DEPEND_AFTERNOTOK && done))
			lose_edge(engine, edge);
		else
			meet_edge(engine, edge);
	}
}

/**
 * aios_depend_drop() - end the doomed
 * @engine: the engine, in a decision
 */
void aios_depend_drop(struct aios_engine *engine)
{
	struct aios_ordered_node *node;

	while ((node = aios_ordered_first(&engine->doomed))) {
		struct aios_job_node *job =
			container_of(node, struct aios_job_node, order_node);

		aios_node_end(engine, job, false);
		aios_news_add(engine, job, AIOS_NEWS_DROPPED);
	}
}
