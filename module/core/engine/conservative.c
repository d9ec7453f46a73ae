// SPDX-License-Identifier: GPL-2.0
/*
 * Conservative backfilling: every candidate has a reservation at the earliest
 * time at which it fits for as long as it may run at most, and a later one
 * starts only where it delays none of them (Mu'alem and Feitelson, IEEE TPDS
 * 12(6), 2001). Reservations are made anew at each decision, in the order of
 * the policy, so those of jobs that end early move forward.
 *
 * The future is swept from event to event in the simulation of sim.h: the ends
 * of running jobs and the starts and ends of the reservations made so far. So
 * groups, vectors of resources and accelerators count as they do now.
 *
 * Cost: k candidates and r running jobs take O(k (r + k)) fits; k is bounded by
 * AIOS_CONSERVATIVE_DEPTH, and candidates beyond it do not start. How many jobs ever
 * stood there is counted.
 */
#include "core/engine/reserve.h"

/**
 * struct sweep - a walk through the future
 * @engine: the engine, whose simulation it is
 * @held: next running job to end
 * @start: next reservation to start
 * @end: next reservation to end
 */
struct sweep {
	struct aios_engine *engine;
	struct aios_ordered_node *held;
	struct aios_ordered_node *start;
	struct aios_ordered_node *end;
};

/* Reservations by start and by end, and how many there are. */
struct plan {
	struct aios_ordered starts;
	struct aios_ordered ends;
};

static struct aios_job_node *job_of_end(struct aios_ordered_node *node)
{
	return container_of(node, struct aios_job_node, sim_node);
}

static void sweep_begin(struct sweep *sweep, struct aios_engine *engine,
			const struct plan *plan)
{
	sweep->engine = engine;
	sweep->held = aios_ordered_first(&engine->held);
	sweep->start = aios_ordered_first(&plan->starts);
	sweep->end = aios_ordered_first(&plan->ends);
	aios_sim_begin(engine);
}

static u64 time_of(const struct aios_ordered_node *node, u64 now)
{
	return node && node->key.major < AIOS_TIME_MAX ?
		max(node->key.major, now) : AIOS_TIME_MAX;
}

/* Return the time of the next event, AIOS_TIME_MAX when there is none. */
static u64 sweep_next(const struct sweep *sweep)
{
	u64 now = sweep->engine->now;

	return min(time_of(sweep->held, now),
		   min(time_of(sweep->start, now), time_of(sweep->end, now)));
}

/* Play all that happens up to @time; of one instant ends come before starts. */
static void sweep_to(struct sweep *sweep, u64 time)
{
	struct aios_engine *engine = sweep->engine;
	u64 now = engine->now;

	while (sweep_next(sweep) <= time) {
		u64 next = sweep_next(sweep);

		if (time_of(sweep->held, now) == next) {
			aios_sim_end(engine, aios_node_of_held(sweep->held));
			sweep->held = aios_ordered_next(sweep->held);
		} else if (time_of(sweep->end, now) == next) {
			aios_sim_finish(engine, job_of_end(sweep->end));
			sweep->end = aios_ordered_next(sweep->end);
		} else {
			aios_sim_start(engine, aios_node_of_running(sweep->start));
			sweep->start = aios_ordered_next(sweep->start);
		}
	}
}

/*
 * Return the earliest time at which @job fits throughout; AIOS_TIME_MAX: it is not
 * known.
 */
static u64 earliest_start(struct aios_engine *engine, struct aios_job_node *job,
			  const struct plan *plan)
{
	u64 length = aios_gang_left(job), time = engine->now;
	u64 start = AIOS_TIME_MAX;
	struct sweep sweep;
	struct aios_why why;

	sweep_begin(&sweep, engine, plan);
	while (time < AIOS_TIME_MAX) {
		if (start < AIOS_TIME_MAX && length <= time - start)
			break;
		sweep_to(&sweep, time);
		if (!aios_gang_fits(engine, job, AIOS_VIEW_SIM, &why))
			start = AIOS_TIME_MAX;
		else if (start == AIOS_TIME_MAX)
			start = time;
		time = sweep_next(&sweep);
	}
	return start;
}

/*
 * Reserve for @job from @start on, with the accelerators that it finds then. A job
 * that never fits counts as if it started now.
 */
static void plan_reserve(struct aios_engine *engine, struct aios_job_node *job,
			 struct plan *plan, u64 start)
{
	u64 length = aios_gang_left(job);
	struct sweep sweep;

	/* Where there is no accelerator, there is nothing to find at that time. */
	if (aios_ordered_size(&engine->devices)) {
		sweep_begin(&sweep, engine, plan);
		sweep_to(&sweep, start < AIOS_TIME_MAX ? start : engine->now);
		aios_sim_place(engine, job);
	}
	if (start == AIOS_TIME_MAX) {
		start = engine->now;
		length = AIOS_TIME_MAX;
	}
	job->running_node.key.major = start;
	job->running_node.key.minor = 0;
	job->running_node.key.serial = job->serial;
	aios_ordered_insert(&plan->starts, &job->running_node);
	if (length >= AIOS_TIME_MAX - start)
		return;
	job->sim_node.key = job->running_node.key;
	job->sim_node.key.major = start + length;
	aios_ordered_insert(&plan->ends, &job->sim_node);
}

static void plan_discard(struct plan *plan)
{
	struct aios_ordered_node *node;

	while ((node = aios_ordered_first(&plan->starts)))
		aios_ordered_erase(&plan->starts, node);
	while ((node = aios_ordered_first(&plan->ends)))
		aios_ordered_erase(&plan->ends, node);
}

/* Say whether @job has a place in the plan at all. */
static bool plannable(struct aios_engine *engine, struct aios_job_node *job, u64 now)
{
	struct aios_why why;

	return !aios_drain_bars(engine, job, now) &&
	       aios_gang_possible(engine, job, &why);
}

/*
 * Say whether @job waits for the end of a drain: then no job is in its way, and it
 * is in no job's.
 */
static bool waits_for_undrain(struct aios_engine *engine, struct aios_job_node *job,
			      u64 start)
{
	return start < AIOS_TIME_MAX && aios_drain_bars(engine, job, start);
}

/**
 * aios_conservative_admits() - whether a new job would start at once
 * @engine: the engine, its order up to date, nothing left to decide
 * @job: job that is not in the queue; its shares are written
 * @now: the time
 * @why: written when it would not
 *
 * Costs what a decision costs.
 *
 * Return: true when it delays none of the candidates ahead of it.
 */
bool aios_conservative_admits(struct aios_engine *engine, struct aios_job_node *job,
			      u64 now, struct aios_why *why)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->queue);
	struct aios_ordered_key key;
	struct plan plan = { 0 };
	bool admits;
	u32 seen;

	aios_order_peek(engine, job, &key);
	for (seen = 0; node && seen < AIOS_CONSERVATIVE_DEPTH &&
	     aios_ordered_key_compare(&node->key, &key) < 0; seen++) {
		struct aios_job_node *ahead = aios_node_of_queue(node);
		u64 start;

		aios_engine_breathe(engine, seen);
		node = aios_ordered_next(node);
		if (!plannable(engine, ahead, now))
			continue;
		start = earliest_start(engine, ahead, &plan);
		if (!waits_for_undrain(engine, ahead, start))
			plan_reserve(engine, ahead, &plan, start);
	}
	admits = seen < AIOS_CONSERVATIVE_DEPTH &&
		 earliest_start(engine, job, &plan) == now &&
		 aios_fits_now(engine, job, why);
	plan_discard(&plan);
	if (!admits)
		aios_why_set(why, AIOS_WHY_BEHIND, 0, 0,
			     engine->head ? engine->head->id : 0, 0);
	return admits;
}

/* Count those that have no reservation, from @node on, each once. */
static void count_beyond(struct aios_engine *engine, struct aios_ordered_node *node)
{
	u32 i;

	for (i = 0; node; i++, node = aios_ordered_next(node)) {
		struct aios_job_node *job = aios_node_of_queue(node), *member;

		aios_engine_breathe(engine, i);
		if (job->beyond)
			continue;
		aios_for_each_member(member, job) {
			engine->nr_beyond += !member->beyond;
			member->beyond = true;
		}
	}
}

/**
 * aios_backfill_conservative() - start all that delays nobody ahead of it
 * @engine: the engine, its order up to date
 * @now: the time
 */
void aios_backfill_conservative(struct aios_engine *engine, u64 now)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->queue);
	struct plan plan = { 0 };
	struct aios_why why;
	u32 seen;

	engine->head = NULL;
	engine->shadow_ns = AIOS_TIME_MAX;
	for (seen = 0; node && seen < AIOS_CONSERVATIVE_DEPTH; seen++) {
		struct aios_job_node *job = aios_node_of_queue(node);
		u64 start;

		aios_engine_breathe(engine, seen);
		node = aios_ordered_next(node);
		if (!plannable(engine, job, now))
			continue;
		start = earliest_start(engine, job, &plan);
		if (start == now && aios_fits_now(engine, job, &why)) {
			aios_admit(engine, job, now);
			continue;
		}
		if (waits_for_undrain(engine, job, start))
			continue;
		if (!engine->head) {
			engine->head = job;
			engine->shadow_ns = start;
		}
		plan_reserve(engine, job, &plan, start);
	}
	plan_discard(&plan);
	/* Nobody falls behind others unless somebody came or the keys move. */
	if (engine->pending.nr_fresh || engine->policy->flags & AIOS_POLICY_MOVING)
		count_beyond(engine, node);
}
