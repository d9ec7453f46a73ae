// SPDX-License-Identifier: GPL-2.0
/*
 * Decisions of preemptive policies. Candidates are examined in their order; one
 * that does not fit takes the place of running jobs that stand behind it, the
 * last first, if the policy lets them yield and their elastic resources
 * suffice. Sticky ones stay charged to the frozen job. One that neither fits
 * nor can take a place is passed over: whoever starts instead stands behind it
 * and will make way.
 */
#include "core/engine/reserve.h"

/*
 * No more jobs than this are frozen for one, which would be a bad bargain, but for one
 * that the guard has promoted.
 */
#define VICTIMS_MAX	64U

static struct aios_job_node *job_of_rank(struct aios_ordered_node *node)
{
	return container_of(node, struct aios_job_node, order_node);
}

/* File the running jobs in the opposite of the policy's order. */
static void rank_running(struct aios_engine *engine)
{
	struct aios_ordered_node *node;
	u32 i = 0;

	for (node = aios_ordered_first(&engine->running); node;
	     node = aios_ordered_next(node)) {
		struct aios_job_node *job = aios_node_of_running(node);
		struct aios_ordered_key *key = &job->order_node.key;

		aios_engine_breathe(engine, i++);
		if (job != aios_gang_lead(job))
			continue;
		aios_order_key(engine, job, key);
		key->major = ~key->major;
		key->minor = ~key->minor;
		key->serial = ~key->serial;
		aios_ordered_insert(&engine->ranked, &job->order_node);
	}
}

static void unrank(struct aios_engine *engine)
{
	struct aios_ordered_node *node;

	while ((node = aios_ordered_first(&engine->ranked)))
		aios_ordered_erase(&engine->ranked, node);
}

static bool came_before(const struct aios_job_node *job, const struct aios_job_node *other)
{
	if (job->submit_ns != other->submit_ns)
		return job->submit_ns < other->submit_ns;
	return job->serial < other->serial;
}

static bool yields(const struct aios_engine *engine,
		   const struct aios_job_node *victim,
		   const struct aios_job_node *job)
{
	/*
	 * A job that this decision let go stays, and so does one that the guard has
	 * promoted, but for one that was promoted and came before it: else a wide one
	 * would wait until no other that is promoted is left.
	 */
	if (victim->news.kind != AIOS_NEWS_NONE)
		return false;
	if (victim->urgent)
		return job->urgent && came_before(job, victim);
	return job->urgent || engine->policy->yields(engine, victim, job);
}

/*
 * Choose the jobs that @job can replace, which are stopped in the simulation.
 * Return how far down the ranks they reach; 0: there are not enough.
 */
static u32 choose_victims(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->ranked);
	struct aios_why why;
	u32 depth = 0;

	aios_sim_begin(engine);
	for (; node && (job->urgent || depth < VICTIMS_MAX); node = aios_ordered_next(node)) {
		struct aios_job_node *victim = job_of_rank(node);

		depth++;
		victim->chosen = yields(engine, victim, job);
		if (!victim->chosen && !victim->urgent)
			return 0;
		if (!victim->chosen)
			continue;
		aios_sim_stop(engine, victim);
		if (aios_gang_fits(engine, job, AIOS_VIEW_SIM, &why))
			return depth;
	}
	return 0;
}

/* Of the chosen, spare those that are not needed, the last in rank first. */
static void spare_victims(struct aios_engine *engine, struct aios_job_node *job, u32 depth)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->ranked);
	struct aios_why why;
	u32 i;

	for (i = 0; i < depth; i++, node = aios_ordered_next(node)) {
		struct aios_job_node *victim = job_of_rank(node);

		if (!victim->chosen)
			continue;
		aios_sim_continue(engine, victim);
		if (aios_gang_fits(engine, job, AIOS_VIEW_SIM, &why))
			victim->chosen = false;
		else
			aios_sim_stop(engine, victim);
	}
}

static void freeze_victim(struct aios_engine *engine, struct aios_job_node *victim)
{
	struct aios_job_node *member;

	aios_ordered_erase(&engine->ranked, &victim->order_node);
	aios_for_each_member(member, victim) {
		aios_node_stop(engine, member);
		member->preempted = true;
		member->resuming = true;
		member->guard.idle_ns = engine->now;
		aios_news_add(engine, member, AIOS_NEWS_PREEMPTED);
		engine->nr_preempted++;
	}
	aios_candidate_add(engine, victim);
}

/* Let running jobs make way for @job. Return whether it then fits. */
static bool make_way(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_ordered_node *node, *next;
	u32 depth = choose_victims(engine, job);
	struct aios_why why;

	if (!depth)
		return false;
	spare_victims(engine, job, depth);
	for (node = aios_ordered_first(&engine->ranked); depth--; node = next) {
		next = aios_ordered_next(node);
		if (job_of_rank(node)->chosen)
			freeze_victim(engine, job_of_rank(node));
	}
	return aios_fits_now(engine, job, &why);
}

/* Say whether any job at all would make way for @job, and so for one behind it. */
static bool can_gain(const struct aios_engine *engine,
		     const struct aios_job_node *job)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->ranked);

	while (node && job_of_rank(node)->urgent && !yields(engine, job_of_rank(node), job))
		node = aios_ordered_next(node);
	return node && yields(engine, job_of_rank(node), job);
}

/**
 * aios_preempt() - admit, resume and freeze as a preemptive policy orders
 * @engine: the engine, its order up to date
 * @now: the time
 */
void aios_preempt(struct aios_engine *engine, u64 now)
{
	struct aios_ordered_node *node = aios_ordered_first(&engine->queue);
	struct aios_why why;
	u32 seen = 0;

	engine->head = NULL;
	engine->shadow_ns = AIOS_TIME_MAX;
	if (node)
		rank_running(engine);
	while (node) {
		struct aios_job_node *job = aios_node_of_queue(node);
		struct aios_ordered_key key = node->key;
		bool gain = can_gain(engine, job);

		aios_engine_breathe(engine, seen++);
		if (aios_drain_bars(engine, job, now)) {
			node = aios_ordered_next(node);
			continue;
		}
		if (aios_fits_now(engine, job, &why) ||
		    (gain && make_way(engine, job))) {
			aios_admit(engine, job, now);
			node = aios_ordered_find(&engine->queue, &key);
			continue;
		}
		if (!engine->head && aios_gang_possible(engine, job, &why))
			engine->head = job;
		/* The head is not skipped because it does not fit. */
		node = gain || !engine->head ? aios_ordered_next(node) :
					       aios_backfill_next(engine, node);
	}
	unrank(engine);
}
