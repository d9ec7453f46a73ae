// SPDX-License-Identifier: GPL-2.0
/*
 * The guard: when a job has to go first, what the reference does meanwhile, and that
 * nobody's number keeps a promoted job out.
 */
#include <stdlib.h>

#include "core/books/reference.h"
#include "core/engine/internal.h"
#include "tap.h"
#include "world.h"

static struct world w;

static struct world_job *come(u64 milli, u64 expected_ns)
{
	struct world_job *job = world_new_job(&w, &w.engine.root);

	world_ask(job, AIOS_RESOURCE_CPU, milli, milli);
	job->node.expected_runtime_ns = expected_ns;
	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static void decide_at(u64 now)
{
	w.now = now;
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

static void begin(u32 policy, u64 floor_ns, u32 times)
{
	const struct aios_engine_tuning tuning = {
		.quantum_ns = AIOS_QUANTUM_MIN_NS, .guard = times * AIOS_GUARD_UNIT,
		.guard_floor_ns = floor_ns,
	};

	world_init(&w);
	w.now = 0;
	tap_need(!world_tune(&w, &tuning), "tune");
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), policy,
					 AIOS_BACKFILL_EASY, AIOS_OBJECTIVE_UTILITY),
		 "policy");
}

/* One leaves as another comes, so that the reference makes somebody wait for 1000. */
static void wait_thousand(void)
{
	struct world_job *first, *second;

	first = come(16000, 1000);
	decide_at(0);
	second = come(16000, 1000);
	decide_at(0);
	w.now = 1000;
	world_done(&w, first);
	decide_at(1000);
	tap_need(world_runs(second), "the second runs");
	tap_need(aios_reference_longest(&w.engine) == 1000, "longest %llu",
		 aios_reference_longest(&w.engine));
	w.now = 2000;
	world_done(&w, second);
}

/*
 * The policy lets a short job go before one that came at 1000, and the reference does
 * not: it has made nobody wait for more than 1000. The long one goes first when it has waited
 * twice as long, which is half of what the guard allows.
 */
static void test_due(void)
{
	struct world_job *first, *second, *longer, *shorter, *next;

	begin(AIOS_POLICY_SJF, 1, 4);
	first = come(16000, 1000);
	decide_at(0);
	second = come(16000, 1000);
	decide_at(0);
	w.now = 1000;
	world_done(&w, first);
	longer = come(16000, 5000);
	decide_at(1000);
	tap_need(world_runs(second), "the second runs");
	w.now = 2000;
	shorter = come(16000, 100);
	world_done(&w, second);
	decide_at(2000);
	tap_need(world_runs(shorter) && !world_runs(longer), "the policy's order");
	tap_need(aios_reference_longest(&w.engine) == 1000, "longest %llu",
		 aios_reference_longest(&w.engine));
	decide_at(2999);
	tap_need(!longer->node.urgent, "not before it has to be");
	tap_need(w.engine.next_ns == 3000, "next at %llu", w.engine.next_ns);
	decide_at(3000);
	tap_need(longer->node.urgent && w.engine.nr_guarded == 1, "promoted then");
	next = come(16000, 1);
	w.now = 3010;
	world_done(&w, shorter);
	decide_at(3010);
	tap_need(world_runs(longer) && !world_runs(next), "and goes first");
	world_free(&w);
	tap_point("a job goes first when it has waited half of what it may");
}

/* Whoever waits in the reference too is not promoted, however long that is. */
static void test_together(void)
{
	struct world_job *job;

	begin(AIOS_POLICY_SJF, 1, 4);
	come(16000, 1000);
	decide_at(0);
	job = come(16000, 1000);
	decide_at(0);
	decide_at(1000000);
	tap_need(!job->node.urgent, "the first goes on in the reference as well");
	tap_need(aios_reference_longest(&w.engine) == 1000000, "longest %llu",
		 aios_reference_longest(&w.engine));
	world_free(&w);
	tap_point("what the reference makes wait for as long is left alone");
}

/* EASY: the head has a reservation, which what ends before it or fits beside it keeps. */
static void test_easy(void)
{
	struct world_job *head, *longer, *shorter, *small;

	begin(AIOS_POLICY_FIFO, 1, 2);
	come(10000, 1000);
	decide_at(0);
	head = come(15000, 1000);
	longer = come(4000, 2000);
	shorter = come(4000, 500);
	small = come(1000, 9000);
	decide_at(0);
	tap_need(!head->node.guard.reference->runs, "the head");
	tap_need(!longer->node.guard.reference->runs, "it would delay the head");
	tap_need(shorter->node.guard.reference->runs, "it ends before");
	tap_need(small->node.guard.reference->runs, "it fits beside the head");
	world_free(&w);
	tap_point("the reference backfills as EASY does");
}

/* What the reference is done with makes room in it, whatever the machine does. */
static void test_apart(void)
{
	struct world_job *longer, *first;

	begin(AIOS_POLICY_SJF, 1, 4);
	first = come(16000, 1000);
	decide_at(0);
	longer = come(16000, 2000);
	come(16000, 100);
	w.now = 1000;
	world_done(&w, first);
	decide_at(1000);
	tap_need(longer->node.guard.reference->runs && !world_runs(longer), "apart");
	decide_at(3001);
	tap_need(!longer->node.guard.reference, "it has ended there");
	tap_need(aios_reference_longest(&w.engine) == 3000, "longest %llu",
		 aios_reference_longest(&w.engine));
	world_free(&w);
	tap_point("the reference goes its own way");
}

/* The longest wait loses a hundredth of the time that passes. */
static void test_fade(void)
{
	begin(AIOS_POLICY_FIFO, 1, 2);
	wait_thousand();
	decide_at(2000);
	tap_need(aios_reference_longest(&w.engine) == 990, "longest %llu",
		 aios_reference_longest(&w.engine));
	decide_at(51000);
	come(16000, 1);
	decide_at(51000);
	tap_need(aios_reference_longest(&w.engine) == 500, "longest %llu",
		 aios_reference_longest(&w.engine));
	world_free(&w);
	tap_point("the longest wait fades");
}

/* More jobs than preemption freezes for another make way for one that is promoted. */
static void test_victims(void)
{
	struct world_job *wide;
	u32 i;

	begin(AIOS_POLICY_SRTF, 1000, 2);
	for (i = 0; i < 100; i++)
		come(160, 1000000000ULL);
	decide_at(0);
	wide = come(16000, 2000000000ULL);
	decide_at(0);
	tap_need(!world_runs(wide), "it is not the shortest");
	decide_at(w.engine.next_ns);
	tap_need(wide->node.urgent, "promoted");
	tap_need(world_runs(wide), "and runs");
	tap_need(w.engine.nr_preempted == 100, "instead of all others");
	world_free(&w);
	tap_point("a promoted job gets room from however many");
}

/* Memory that was not lent makes no guard, and what is taken back is looked at no more. */
static void test_memory(void)
{
	const struct aios_engine_tuning off = { .quantum_ns = AIOS_QUANTUM_MIN_NS };
	struct aios_engine_tuning on = { .quantum_ns = AIOS_QUANTUM_MIN_NS,
					 .guard = 4 * AIOS_GUARD_UNIT, .guard_floor_ns = 1 };
	struct world_job *first, *second;

	world_init(&w);
	w.now = 0;
	tap_need(aios_engine_tune(&w.engine, world_now(&w), &on) == -ENOMEM, "no memory");
	tap_need(!w.engine.tuning.guard, "and no guard");
	tap_need(!world_tune(&w, &on), "tune");
	first = come(16000, 1000);
	second = come(16000, 1000);
	decide_at(0);
	tap_need(first->node.guard.reference && second->node.guard.reference, "both came");
	tap_need(!world_tune(&w, &off), "tune");
	free(aios_engine_reference_set(&w.engine, world_now(&w), NULL));
	tap_need(!first->node.guard.reference && !second->node.guard.reference, "none is left");
	decide_at(5000);
	tap_need(!second->node.urgent, "nobody is promoted");
	tap_need(!world_tune(&w, &on), "tune");
	tap_need(second->node.guard.reference->arrival_ns == 0, "it waits since %llu",
		 second->node.guard.reference->arrival_ns);
	tap_need(!first->node.guard.reference, "who runs has not come");
	w.now = 6000;
	world_done(&w, first);
	decide_at(6000);
	tap_need(world_runs(second), "and it runs");
	world_free(&w);
	tap_point("a guard has the memory that it was lent, and nothing without it");
}

int main(void)
{
	test_memory();
	test_due();
	test_together();
	test_easy();
	test_apart();
	test_fade();
	test_victims();
	return tap_done();
}
