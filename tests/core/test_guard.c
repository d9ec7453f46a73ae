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

/*
 * The policy has let narrow jobs go before a wide one. That is promoted at 20000, starts at
 * 25000 as things are and may at 28000: what is backfilled delays it by an eighth of that
 * at most.
 */
static void test_slack(void)
{
	struct world_job *first, *wide, *narrow, *shorter, *longer;

	begin(AIOS_POLICY_SMALLEST, 10000, 4);
	first = come(16000, 1000);
	decide_at(0);
	wide = come(16000, 500);
	w.now = 500;
	narrow = come(8000, 18000);
	come(8000, 24000);
	decide_at(500);
	w.now = 1000;
	world_done(&w, first);
	decide_at(1000);
	w.now = 19000;
	world_done(&w, narrow);
	decide_at(19000);
	tap_need(!wide->node.urgent && w.engine.shadow_ns == 25000, "not yet promoted: %llu",
		 w.engine.shadow_ns);
	decide_at(20000);
	tap_need(wide->node.urgent && w.engine.head == &wide->node, "promoted");
	tap_need(w.engine.shadow_ns == 25375, "shadow %llu", w.engine.shadow_ns);
	longer = come(1000, 5376);
	decide_at(20000);
	tap_need(!world_runs(longer), "it would delay the head for too long");
	shorter = come(1000, 5375);
	decide_at(20000);
	tap_need(world_runs(shorter), "it delays the head for no longer than that can wait");
	tap_need(w.engine.shadow_ns == 25375, "shadow %llu", w.engine.shadow_ns);
	world_free(&w);
	tap_point("a promoted head lets short jobs before it as long as it can wait");
}

/* Long requests turn out another way than short ones, and each is expected by its own. */
static void test_classes(void)
{
	struct world_job *job;
	u32 i;

	begin(AIOS_POLICY_FIFO, 1, 2);
	for (i = 0; i < 16; i++) {
		job = come(16000, i % 2 ? 1ULL << 40 : 1ULL << 30);
		decide_at(w.now);
		w.now += i % 2 ? 1ULL << 38 : 1ULL << 31;
		world_done(&w, job);
		decide_at(w.now);
	}
	job = come(16000, 1ULL << 40);
	tap_need(aios_work_expect(&w.engine, &job->node) == 1ULL << 38, "long ones: %llu",
		 aios_work_expect(&w.engine, &job->node));
	job = come(16000, 1ULL << 30);
	tap_need(aios_work_expect(&w.engine, &job->node) == 1ULL << 31, "short ones: %llu",
		 aios_work_expect(&w.engine, &job->node));
	job = come(16000, 1ULL << 35);
	tap_need(aios_work_expect(&w.engine, &job->node) < 1ULL << 34, "others: as all did");
	world_free(&w);
	tap_point("how long a job runs in the reference is known by those like it");
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
	test_slack();
	test_classes();
	test_memory();
	test_due();
	test_together();
	test_easy();
	test_apart();
	test_fade();
	test_victims();
	return tap_done();
}
