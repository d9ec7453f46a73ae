/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The books: the arithmetic of what a job needs, holds and is granted, and of what the
 * machine has before it. Decisions are made above, with these.
 */
#ifndef AIOS_CORE_BOOKS_BOOKS_H
#define AIOS_CORE_BOOKS_BOOKS_H

#include "core/books/engine.h"
#include "core/books/place.h"
#include "core/books/quota.h"
#include "core/books/runtime.h"

/* aios_job_news.kind */
#define AIOS_NEWS_NONE		0
#define AIOS_NEWS_ADMITTED	1
#define AIOS_NEWS_RESUMED	2
#define AIOS_NEWS_PREEMPTED	3
#define AIOS_NEWS_GRANTED	4
#define AIOS_NEWS_DROPPED	5
#define AIOS_NEWS_DUE		6

/*
 * Return the first member of @mask from @from on; AIOS_RESOURCE_MAX: there is none.
 */
static inline u32 aios_resource_from(u32 mask, u32 from)
{
	mask &= ~0U << from;
	return mask ? (u32)__builtin_ctz(mask) : AIOS_RESOURCE_MAX;
}

/* @r is each resource of @mask in turn. */
#define aios_for_each_resource(r, mask)					\
	for ((r) = aios_resource_from(mask, 0); (r) < AIOS_RESOURCE_MAX; \
	     (r) = aios_resource_from(mask, (r) + 1))

/* Return the resources of @job that are charged and granted. */
static inline u32 aios_node_arbitrated(const struct aios_engine *engine,
				       const struct aios_job_node *job)
{
	u32 mask = job->resource_mask;

	if (mask >> AIOS_RESOURCE_GPU & 1)
		mask |= 1U << AIOS_RESOURCE_GPU_MEMORY;
	return mask & (engine->elastic | engine->sticky);
}

/*
 * Return what a running job is charged at least: its request, 0 of what it did not
 * state, and of an exclusive job its whole accelerators.
 */
static inline u64 aios_node_base(const struct aios_job_node *job, u32 resource)
{
	if (resource == AIOS_RESOURCE_GPU && job->exclusive)
		return (u64)aios_place_count(job) * AIOS_MILLI;
	return job->resource_mask >> resource & 1 ? job->request[resource] : 0;
}

/* Say whether @group is the group of the job or one of its ancestors. */
static inline bool aios_node_below(const struct aios_job_node *job,
				   const struct aios_group_node *group)
{
	const struct aios_group_node *g = job->group;

	while (g && g->depth > group->depth)
		g = g->parent;
	return g == group;
}

static inline bool aios_node_holds(const struct aios_job_node *job)
{
	return job->state == AIOS_CORE_HELD || job->state == AIOS_CORE_SUSPENDED;
}

/* @member goes through the gang of @job from the first on, or is @job alone. */
#define aios_for_each_member(member, job)				\
	for ((member) = aios_gang_lead(job); (member);			\
	     (member) = (member)->gang ? (member)->gang_next : NULL)

/* Return the job that stands in the queue for @job. */
static inline struct aios_job_node *aios_gang_lead(const struct aios_job_node *job)
{
	return job->gang ? job->gang->first : (struct aios_job_node *)job;
}

static inline u32 aios_gang_count(const struct aios_job_node *job)
{
	return job->gang ? job->gang->nr_members : 1;
}

static inline struct aios_job_node *
aios_node_of_queue(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_job_node, queue_node) : NULL;
}

static inline struct aios_job_node *
aios_node_of_held(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_job_node, held_node) : NULL;
}

static inline struct aios_job_node *
aios_node_of_running(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_job_node, running_node) :
		      NULL;
}

/*
 * Note that something happened by which room may have come and the surplus is
 * another, while what each running job can have at most is as before.
 */
static inline void aios_engine_freed(struct aios_engine *engine)
{
	engine->pending.room = true;
	engine->pending.alloc = true;
}

/* Note the same, and that running jobs may have less or more at most than before. */
static inline void aios_engine_touch(struct aios_engine *engine)
{
	aios_engine_freed(engine);
	engine->columns.stale = true;
}

/* Let the owner reschedule now and then: this is step @i of a long pass. */
static inline void aios_engine_breathe(struct aios_engine *engine, u32 i)
{
	if (i % 64 == 63 && engine->ops->yield)
		engine->ops->yield(engine);
}

static inline void aios_why_set(struct aios_why *why, u32 code, u32 resource,
				u64 group, u64 asked, u64 available)
{
	if (!why)
		return;
	why->code = code;
	why->resource = resource;
	why->group = group;
	why->asked = asked;
	why->available = available;
}

static inline void aios_why_clear(struct aios_why *why)
{
	aios_why_set(why, AIOS_WHY_NONE, 0, 0, 0, 0);
}

static inline bool aios_amount_valid(u64 amount)
{
	return amount <= AIOS_AMOUNT_MAX || amount == AIOS_UNLIMITED;
}

/* books.c */
u64 aios_node_need(const struct aios_engine *engine,
		   const struct aios_job_node *job, u32 resource);
void aios_node_reckon(const struct aios_engine *engine, struct aios_job_node *job);
void aios_node_book(struct aios_engine *engine, struct aios_job_node *job);
void aios_node_unbook(struct aios_engine *engine, struct aios_job_node *job);
bool aios_node_fits(const struct aios_engine *engine, struct aios_job_node *job,
		    enum aios_view view, struct aios_why *why);
bool aios_node_possible(const struct aios_engine *engine,
			const struct aios_job_node *job, enum aios_view view,
			struct aios_why *why);
void aios_node_floor(const struct aios_engine *engine,
		     struct aios_job_node *job);
void aios_node_normalise(struct aios_job_node *job);
void aios_node_stop(struct aios_engine *engine, struct aios_job_node *job);
void aios_column_open(struct aios_ordered_node *node);
void aios_held_insert(struct aios_engine *engine, struct aios_job_node *job);
void aios_held_erase(struct aios_engine *engine, struct aios_job_node *job);
void aios_news_add(struct aios_engine *engine, struct aios_job_node *job,
		   u32 news);

/* work.c */
u64 aios_work_expect(const struct aios_engine *engine, const struct aios_job_node *job);
void aios_work_learn(struct aios_engine *engine, const struct aios_job_node *job);

#endif /* AIOS_CORE_BOOKS_BOOKS_H */
