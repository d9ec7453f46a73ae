// SPDX-License-Identifier: GPL-2.0
/*
 * Questions: what a job waits for, when it starts, and what would happen to one
 * that came now.
 */
#include "core/alloc/alloc.h"
#include "core/engine/reserve.h"

/* See questions.h for the contracts of the functions that it declares. */

/* Say whether @job waits for other jobs or for its time, and write for which. */
static bool waits_for_other_than_room(const struct aios_engine *engine,
				      const struct aios_job_node *job, struct aios_why *why)
{
	const struct aios_edge *edge = aios_depend_first(job);

	if (job->depend.lost)
		aios_why_set(why, AIOS_WHY_DEPENDS_NEVER, 0, 0, job->depend.lost,
			     job->depend.lost_kind);
	else if (edge)
		aios_why_set(why, AIOS_WHY_DEPENDS, 0, 0, edge->on->id,
			     edge->kind);
	else if (aios_begin_early(engine, job))
		aios_begin_why(job, why);
	return job->depend.lost || edge || aios_begin_early(engine, job);
}

/*
 * The head would fit if everybody gave back what is lent: where somebody cannot, it is he
 * whom it waits for. Of several it is the one who keeps most.
 */
static void find_keeper(const struct aios_engine *engine, const struct aios_job_node *job,
			struct aios_why *why)
{
	const struct aios_group_node *group = job->group;
	const struct aios_job_node *keeper = NULL;
	struct aios_ordered_node *node;
	u64 most = 0;

	if (engine->reclaim != job || why->code != AIOS_WHY_NOT_NOW)
		return;
	while (group && group->id != why->group)
		group = group->parent;
	node = group ? aios_ordered_first(&engine->running) : NULL;
	for (; node; node = aios_ordered_next(node)) {
		const struct aios_job_node *other = aios_node_of_running(node);
		u64 grant = other->grant[why->resource], kept = other->kept[why->resource];

		if (kept <= grant || kept - grant <= most || !aios_node_below(other, group))
			continue;
		most = kept - grant;
		keeper = other;
	}
	if (keeper)
		aios_why_set(why, AIOS_WHY_KEPT, why->resource, why->group, keeper->id, most);
}

void aios_engine_job_why(struct aios_engine *engine, struct aios_job_node *job,
			 struct aios_why *why)
{
	u32 ready;

	aios_why_clear(why);
	if (job->state == AIOS_CORE_QUEUED && job->on_hold) {
		aios_why_set(why, AIOS_WHY_ON_HOLD, 0, 0, 0, 0);
		return;
	}
	if (job->state == AIOS_CORE_QUEUED && waits_for_other_than_room(engine, job, why))
		return;
	if (job->state == AIOS_CORE_QUEUED && !job->ready) {
		aios_why_set(why, AIOS_WHY_NOT_READY, 0, 0, 0, 0);
		return;
	}
	if (job->gang) {
		ready = aios_gang_ready(job->gang);
		if (job->state == AIOS_CORE_QUEUED && ready != job->gang->size) {
			aios_why_set(why, AIOS_WHY_GANG, 0, 0, ready,
				     job->gang->size);
			return;
		}
		job = aios_gang_lead(job);
	}
	if (aios_node_is_candidate(job) && aios_drain_bars(engine, job, engine->now)) {
		aios_drain_why(engine, why);
		return;
	}
	if (!aios_node_is_candidate(job) ||
	    !aios_gang_possible(engine, job, why))
		return;
	if (!aios_gang_fits(engine, job, AIOS_VIEW_NOW, why)) {
		find_keeper(engine, job, why);
		return;
	}
	if (engine->head && engine->head != job)
		aios_why_set(why, AIOS_WHY_BEHIND, 0, 0, engine->head->id, 0);
}

u32 aios_engine_position(struct aios_engine *engine,
			 const struct aios_job_node *job)
{
	struct aios_ordered_key key;

	if (job->state != AIOS_CORE_QUEUED && !job->resuming)
		return 0;
	aios_order_peek(engine, aios_gang_lead(job), &key);
	return aios_ordered_rank(&engine->queue, &key) + 1;
}

u32 aios_engine_ahead(struct aios_engine *engine, struct aios_job_node *job,
		      const struct aios_group_node *group)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->queue);
	struct aios_ordered_key key;
	u32 rank, seen, ahead = 0;

	aios_order_peek(engine, job, &key);
	rank = aios_ordered_rank(&engine->queue, &key);
	if (group == &engine->root)
		return rank;
	for (seen = 0; seen < min(rank, AIOS_ESTIMATE_MAX); seen++) {
		aios_engine_breathe(engine, seen);
		ahead += aios_node_below(aios_node_of_queue(node), group);
		node = aios_ordered_next(node);
	}
	return ahead + rank - seen;
}

/**
 * struct future - a simulated future
 * @engine: the engine, whose simulation it is
 * @time: how far it has come
 * @held: next real job to end
 * @started: jobs that started in it, and those of future_begin(), by their end
 */
struct future {
	struct aios_engine *engine;
	u64 time;
	struct aios_ordered_node *held;
	struct aios_ordered started;
};

static struct aios_job_node *job_of_sim(struct aios_ordered_node *node)
{
	return container_of(node, struct aios_job_node, sim_node);
}

/* File a job, or a candidate with its gang, under its end in the future. */
static void future_file(struct future *future, struct aios_job_node *job, u64 end_ns)
{
	job->sim_node.key.major = end_ns;
	job->sim_node.key.minor = 0;
	job->sim_node.key.serial = job->serial;
	aios_ordered_insert(&future->started, &job->sim_node);
}

/*
 * Running jobs lie in the order of their latest ends. Those that are expected to end at
 * another time are filed under that.
 */
static void future_begin(struct future *future)
{
	struct aios_engine *engine = future->engine;
	struct aios_ordered_node *node = future->held;
	u32 found = 0, seen;

	aios_sim_begin(engine);
	for (seen = 0; node && found < engine->nr_apart; seen++) {
		struct aios_job_node *job = aios_node_of_held(node);
		u64 end_ns;

		aios_engine_breathe(engine, seen);
		node = aios_ordered_next(node);
		if (job->state != AIOS_CORE_HELD || !aios_node_apart(job))
			continue;
		found++;
		end_ns = aios_node_expected_end(job, future->time);
		if (end_ns < AIOS_TIME_MAX)
			future_file(future, job, end_ns);
	}
}

/* Return the real job that ends next in the future, or NULL: of none it is known. */
static struct aios_ordered_node *future_held(struct future *future)
{
	while (future->held && future->held->key.major < AIOS_TIME_MAX &&
	       aios_node_apart(aios_node_of_held(future->held)))
		future->held = aios_ordered_next(future->held);
	if (!future->held || future->held->key.major >= AIOS_TIME_MAX)
		return NULL;
	return future->held;
}

/* Go on to the next end. Return false when none is known. */
static bool future_next_end(struct future *future)
{
	struct aios_ordered_node *started = aios_ordered_first(&future->started);
	struct aios_ordered_node *held = future_held(future);

	if (!held && !started)
		return false;
	if (!started || (held && held->key.major <= started->key.major)) {
		future->time = max(future->time, held->key.major);
		future->held = aios_ordered_next(held);
		aios_sim_end(future->engine, aios_node_of_held(held));
	} else {
		struct aios_job_node *job = job_of_sim(started);

		future->time = max(future->time, started->key.major);
		aios_ordered_erase(&future->started, started);
		if (job->state == AIOS_CORE_HELD)
			aios_sim_end(future->engine, job);
		else
			aios_sim_finish(future->engine, job);
	}
	return true;
}

/* Go on to a time. */
static void future_reach(struct future *future, u64 time)
{
	for (;;) {
		const struct aios_ordered_node *started = aios_ordered_first(&future->started);
		const struct aios_ordered_node *held = future_held(future);

		if ((!held || held->key.major > time) && (!started || started->key.major > time))
			break;
		future_next_end(future);
	}
	future->time = max(future->time, time);
}

static void future_start(struct future *future, struct aios_job_node *job)
{
	u64 left = aios_gang_expected(job);

	aios_sim_start(future->engine, job);
	if (left < AIOS_TIME_MAX)
		future_file(future, job, min(future->time + left, AIOS_TIME_MAX));
}

static u64 future_play(struct future *future, struct aios_job_node *target)
{
	struct aios_engine *engine = future->engine;
	struct aios_ordered_node *node = aios_ordered_first(&engine->queue);
	struct aios_ordered_key key;
	struct aios_why why;
	u32 jobs;

	aios_order_peek(engine, target, &key);
	for (jobs = 0; jobs < AIOS_ESTIMATE_MAX; jobs++) {
		struct aios_job_node *job = target;

		aios_engine_breathe(engine, jobs);
		if (node && aios_ordered_key_compare(&node->key, &key) < 0) {
			job = aios_node_of_queue(node);
			node = aios_ordered_next(node);
		}
		if (!aios_gang_possible(engine, job, &why)) {
			if (job == target)
				return 0;
			continue;
		}
		if (job == target)
			future_reach(future, job->begin_ns);
		while (!aios_gang_fits(engine, job, AIOS_VIEW_SIM, &why))
			if (!future_next_end(future))
				return 0;
		if (aios_drain_bars(engine, job, future->time)) {
			if (job == target)
				return 0;
			continue;
		}
		if (job == target)
			return future->time;
		future_start(future, job);
	}
	return 0;
}

u64 aios_engine_estimate_start(struct aios_engine *engine,
			       struct aios_job_node *job, u64 now)
{
	struct future future = {
		.engine = engine,
		.time = now,
		.held = aios_ordered_first(&engine->held),
	};
	struct aios_ordered_node *node;
	u64 start_ns;

	if ((aios_node_holds(job) && !job->resuming) || job->on_hold ||
	    job->depend.lost || aios_depend_first(job))
		return 0;
	if (job->gang && !aios_node_is_candidate(aios_gang_lead(job)))
		return 0;
	job = aios_gang_lead(job);
	future_begin(&future);
	start_ns = future_play(&future, job);
	while ((node = aios_ordered_first(&future.started)))
		aios_ordered_erase(&future.started, node);
	return start_ns;
}

/* Return whence @expected comes, which is what a job was expected to run at first. */
static u32 expected_source(const struct aios_job_node *job, u64 expected)
{
	if (!expected)
		return AIOS_RUNTIME_UNKNOWN;
	if (job->predicted_runtime_ns == expected)
		return AIOS_RUNTIME_PREDICTED;
	if (!job->predicted_runtime_ns && job->expected_runtime_ns == expected)
		return AIOS_RUNTIME_STATED;
	return AIOS_RUNTIME_LIMIT;
}

static u32 most_source(const struct aios_job_node *job)
{
	if (job->max_runtime_ns)
		return AIOS_RUNTIME_LIMIT;
	if (job->expected_runtime_ns)
		return AIOS_RUNTIME_STATED;
	return job->predicted_most_ns ? AIOS_RUNTIME_PREDICTED : AIOS_RUNTIME_UNKNOWN;
}

void aios_engine_job_runtimes(const struct aios_job_node *job, u64 now,
			      struct aios_runtimes *runtimes)
{
	u64 expected = aios_node_expected(job), most = aios_node_most(job), ran = 0;

	if (job->state == AIOS_CORE_HELD)
		ran = now - min(now, job->books.base_ns);
	else if (job->state == AIOS_CORE_SUSPENDED)
		ran = job->books.ran_ns;
	runtimes->expected_ns = expected;
	runtimes->expected_source = expected_source(job, expected);
	runtimes->most_ns = most;
	runtimes->most_source = most_source(job);
	if (expected && ran >= expected) {
		runtimes->expected_ns = max(ran, most);
		runtimes->expected_source = AIOS_RUNTIME_CORRECTED;
	}
	/* A limit is enforced: nobody outlives it. */
	if (most && ran >= most && !job->max_runtime_ns) {
		runtimes->most_ns = ran;
		runtimes->most_source = AIOS_RUNTIME_CORRECTED;
	}
}

/* Say whether a job that came now would be admitted at once. */
static bool preview_admits(struct aios_engine *engine,
			   struct aios_job_node *job, u64 now,
			   struct aios_why *why)
{
	struct aios_ordered_key key;

	if (aios_drain_bars(engine, job, now)) {
		aios_drain_why(engine, why);
		return false;
	}
	if (engine->nr_held >= AIOS_HELD_MAX) {
		aios_why_set(why, AIOS_WHY_NOT_NOW, 0, engine->root.id, 1, 0);
		return false;
	}
	if (!aios_gang_fits(engine, job, AIOS_VIEW_NOW, why))
		return false;
	aios_order_peek(engine, job, &key);
	if (!engine->head ||
	    aios_ordered_key_compare(&key, &engine->head->queue_node.key) < 0)
		return true;
	if (engine->backfill == AIOS_BACKFILL_EASY)
		return aios_reserve_admits(engine, job, now,
					   aios_shadow(engine, engine->head, now),
					   why);
	if (engine->backfill == AIOS_BACKFILL_CONSERVATIVE)
		return aios_conservative_admits(engine, job, now, why);
	aios_why_set(why, AIOS_WHY_BEHIND, 0, 0, engine->head->id, 0);
	return false;
}

/* Foretell what happens to a job that is valid and can run at all. */
static int preview_valid(struct aios_engine *engine, struct aios_job_node *job, u64 now,
			 void *workspace, size_t size, struct aios_preview *preview)
{
	struct aios_ordered_key key;

	memset(job->grant, 0, sizeof(job->grant));
	job->serial = engine->serial;
	if (job->on_hold) {
		aios_why_set(&preview->why, AIOS_WHY_ON_HOLD, 0, 0, 0, 0);
	} else if (!waits_for_other_than_room(engine, job, &preview->why) &&
		   preview_admits(engine, job, now, &preview->why)) {
		preview->state = AIOS_STATE_ADMITTED;
		preview->start_ns = now;
		aios_why_clear(&preview->why);
		return aios_alloc_preview(engine, job, workspace, size);
	}
	preview->state = AIOS_STATE_QUEUED;
	preview->start_ns = aios_engine_estimate_start(engine, job, now);
	aios_order_peek(engine, job, &key);
	preview->position = aios_ordered_rank(&engine->queue, &key) + 1;
	job->nr_shares = 0;
	return 0;
}

int aios_engine_preview(struct aios_engine *engine, struct aios_job_node *job,
			u64 now, void *workspace, size_t size,
			struct aios_preview *preview)
{
	int err;

	memset(preview, 0, sizeof(*preview));
	aios_engine_time(engine, now);
	aios_node_normalise(job);
	err = aios_engine_job_check(engine, job, &preview->why);
	if (err)
		return err;
	aios_retry_cap(job);
	err = preview_valid(engine, job, now, workspace, size, preview);
	aios_retry_uncap(job);
	return err;
}
