// SPDX-License-Identifier: GPL-2.0
/*
 * What a job needs, holds and is granted, and its books: every change of a job
 * that holds resources takes its contributions out of its groups and devices,
 * changes it, and puts them in again, so the sums cannot drift.
 */
#include "core/books/books.h"
#include "core/books/measure.h"

/**
 * aios_node_need() - what a candidate would be charged in addition
 * @engine: the engine
 * @job: job
 * @resource: AIOS_RESOURCE_*
 *
 * Return: its base; of a suspended job in elastic resources only; else 0.
 */
u64 aios_node_need(const struct aios_engine *engine,
		   const struct aios_job_node *job, u32 resource)
{
	u32 mask = aios_node_arbitrated(engine, job);

	if (job->state == AIOS_CORE_HELD)
		return 0;
	if (job->state == AIOS_CORE_SUSPENDED)
		mask &= engine->elastic;
	return mask >> resource & 1 ? aios_node_base(job, resource) : 0;
}

/* Of a resource that is not stated nothing is requested, and it is not limited. */
void aios_node_normalise(struct aios_job_node *job)
{
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		if (job->resource_mask >> r & 1)
			continue;
		job->request[r] = 0;
		job->limit[r] = AIOS_UNLIMITED;
	}
}

static u64 device_memory_held(const struct aios_job_node *job)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < job->nr_shares; i++)
		sum += max(job->share[i].memory, job->share[i].memory_used);
	return sum;
}

/**
 * aios_node_reckon() - compute what a job that holds resources is charged
 * @engine: the engine
 * @job: held or suspended job, its books out
 */
void aios_node_reckon(const struct aios_engine *engine, struct aios_job_node *job)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u32 r;

	memset(job->held, 0, sizeof(job->held));
	aios_for_each_resource(r, mask) {
		u64 held = 0;

		if (r == AIOS_RESOURCE_GPU_MEMORY)
			held = device_memory_held(job);
		else if (engine->sticky >> r & 1)
			held = max(aios_node_base(job, r), job->used[r]);
		else if (job->state == AIOS_CORE_HELD)
			held = aios_node_base(job, r);
		job->held[r] = held;
	}
}

/*
 * Move the shares in or out. A suspended job has given up their time, which counts
 * for a running one only.
 */
static void move_shares(struct aios_job_node *job, bool in)
{
	bool running = job->state == AIOS_CORE_HELD;
	u32 i;

	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];
		struct aios_device_node *device = share->device;
		u64 held = max(share->memory, share->memory_used);
		u64 excess = running ? held - share->memory : 0;
		u32 milli = running ? share->milli : 0;

		device->milli_held += in ? milli : 0 - milli;
		device->memory_held += in ? held : 0 - held;
		device->memory_excess += in ? excess : 0 - excess;
		device->memory_used += in ? share->memory_used :
					    0 - share->memory_used;
		device->nr_jobs += in ? 1 : -1;
		if (job->exclusive)
			device->exclusive = in;
	}
}

static void move_promise(struct aios_job_node *job, u32 resource, bool in)
{
	u64 base = aios_node_base(job, resource);
	struct aios_group_node *group;

	for (group = job->group; group; group = group->parent)
		group->promised[resource] += in ? base : 0 - base;
}

static void move_books(struct aios_engine *engine, struct aios_job_node *job, bool in)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u32 r;

	if (!aios_node_holds(job))
		return;
	aios_group_account(engine, job->group);
	aios_for_each_resource(r, mask) {
		u64 held = job->held[r], granted = held, excess = 0;
		u64 base = aios_node_base(job, r);

		if (job->state == AIOS_CORE_HELD && held > base)
			excess = held - base;
		if (job->grant[r] != AIOS_UNLIMITED)
			granted = max(held, job->grant[r]);
		aios_quota_move(job->group, r, (s64)(in ? held : 0 - held),
				(s64)(in ? excess : 0 - excess),
				(s64)(in ? granted : 0 - granted));
		move_promise(job, r, in);
	}
	move_shares(job, in);
}

/* Put what @job holds into the books; a job that holds nothing changes nothing. */
void aios_node_book(struct aios_engine *engine, struct aios_job_node *job)
{
	move_books(engine, job, true);
}

/*
 * Take what @job holds out of the books, before anything that it depends on
 * changes.
 */
void aios_node_unbook(struct aios_engine *engine, struct aios_job_node *job)
{
	move_books(engine, job, false);
}

/**
 * aios_node_floor() - the grant that a job has whatever the others have
 * @engine: the engine
 * @job: held or suspended job, its books out
 *
 * The request, or where nothing is arbitrated what it may use at most;
 * a suspended job's elastic resources are 0.
 */
void aios_node_floor(const struct aios_engine *engine, struct aios_job_node *job)
{
	u32 i, r;

	job->x = 0;
	job->alloc.reduced_cost = 0;
	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u32 bit = 1U << r;
		bool suspended = job->state == AIOS_CORE_SUSPENDED &&
				 engine->elastic & bit;

		job->alloc.span[r] = 0;
		if (!(bit & (engine->elastic | engine->sticky |
			     engine->limit_only)) || suspended)
			job->grant[r] = 0;
		else if (engine->limit_only & bit)
			job->grant[r] = aios_quota_of_job(engine, job, r, NULL);
		else if (!(job->resource_mask & bit))
			job->grant[r] = bit & AIOS_PLACED_MASK ? 0 :
								 AIOS_UNLIMITED;
		else
			job->grant[r] = job->request[r];
	}
	for (i = 0; i < job->nr_shares; i++)
		job->share[i].milli_granted =
			job->state == AIOS_CORE_SUSPENDED ? 0 :
							    job->share[i].milli;
}

/**
 * aios_node_fits() - whether a job can be admitted or resumed by itself
 * @engine: the engine
 * @job: queued or suspended job; its shares are written, see aios_place_find()
 * @view: state of the machine
 * @why: written when it cannot
 *
 * Return: true when it can.
 */
bool aios_node_fits(const struct aios_engine *engine, struct aios_job_node *job,
		    enum aios_view view, struct aios_why *why)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u32 r;

	aios_for_each_resource(r, mask)
		if (!aios_quota_fits(engine, job->group, r,
				     aios_node_need(engine, job, r), view, why))
			return false;
	return aios_place_find(engine, job, view, why);
}

/**
 * aios_node_possible() - whether an empty machine would admit a job
 * @engine: the engine
 * @job: job
 * @view: AIOS_VIEW_EMPTY: the machine as it is; AIOS_VIEW_WHOLE: as it can be again
 * @why: written when it would not
 *
 * Return: true when it would.
 */
bool aios_node_possible(const struct aios_engine *engine,
			const struct aios_job_node *job, enum aios_view view,
			struct aios_why *why)
{
	u32 mask = aios_node_arbitrated(engine, job) |
		   (job->resource_mask & engine->limit_only);
	u32 r;

	aios_for_each_resource(r, mask)
		if (!aios_quota_fits(engine, job->group, r,
				     aios_node_base(job, r), view, why))
			return false;
	return aios_place_possible(engine, job, why);
}

/**
 * aios_node_stop() - a running job gives its elastic resources back
 * @engine: the engine
 * @job: held job
 */
void aios_node_stop(struct aios_engine *engine, struct aios_job_node *job)
{
	aios_node_unbook(engine, job);
	aios_held_erase(engine, job);
	job->books.ran_ns = aios_measure_ran(engine, job);
	job->state = AIOS_CORE_SUSPENDED;
	aios_node_reckon(engine, job);
	aios_node_floor(engine, job);
	aios_node_book(engine, job);
	aios_held_insert(engine, job);
	aios_engine_freed(engine);
}

/**
 * aios_column_open() - augmentation of the running jobs: open columns of a subtree
 * @node: running_node of a job
 */
void aios_column_open(struct aios_ordered_node *node)
{
	struct aios_job_node *job = aios_node_of_running(node);
	u32 i;

	job->alloc.any_open = job->alloc.open;
	for (i = 0; i < 2; i++)
		if (node->child[i])
			job->alloc.any_open |=
				aios_node_of_running(node->child[i])->alloc.any_open;
}

/* File a job that holds resources under its latest end. */
void aios_held_insert(struct aios_engine *engine, struct aios_job_node *job)
{
	job->held_node.key.major = job->state == AIOS_CORE_HELD ?
					   job->end_ns : AIOS_TIME_MAX;
	job->held_node.key.minor = 0;
	job->held_node.key.serial = job->serial;
	aios_ordered_insert(&engine->held, &job->held_node);
	if (job->state != AIOS_CORE_HELD)
		return;
	job->alloc.known = false;
	job->alloc.open = false;
	job->running_node.key.serial = job->serial;
	aios_ordered_insert(&engine->running, &job->running_node);
	engine->nr_apart += aios_node_apart(job);
}

/*
 * Take a job out of where aios_held_insert() filed it; its state may have changed
 * since.
 */
void aios_held_erase(struct aios_engine *engine, struct aios_job_node *job)
{
	aios_ordered_erase(&engine->held, &job->held_node);
	if (!aios_ordered_linked(&job->running_node))
		return;
	aios_ordered_erase(&engine->running, &job->running_node);
	engine->nr_apart -= aios_node_apart(job);
	if (job->alloc.known) {
		engine->columns.nr_known--;
		engine->columns.weight -= job->alloc.weight;
	}
}

/**
 * aios_news_add() - the owner must be told of a job
 * @engine: the engine
 * @job: job
 * @news: AIOS_NEWS_*; of several the first is told. Who was preempted and
 *	resumes in the same decision was never frozen.
 */
void aios_news_add(struct aios_engine *engine, struct aios_job_node *job,
		   u32 news)
{
	job->epoch = engine->epoch;
	if (job->news.kind == AIOS_NEWS_PREEMPTED && news == AIOS_NEWS_RESUMED)
		job->news.kind = AIOS_NEWS_GRANTED;
	if (job->news.kind != AIOS_NEWS_NONE)
		return;
	job->news.kind = news;
	job->news.next = NULL;
	if (engine->news.last)
		engine->news.last->news.next = job;
	else
		engine->news.first = job;
	engine->news.last = job;
}
