// SPDX-License-Identifier: GPL-2.0
/*
 * The guard: when a job has to be the first at the latest, what those who are due before
 * it change of that, and that nobody's number keeps a promoted job out.
 */
#include "core/engine/internal.h"
#include "tap.h"
#include "world.h"

#define SHARE	92U	/* of the machine, that the reference makes use of */

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

static void begin(u32 policy, u64 floor_ns)
{
	const struct aios_engine_tuning tuning = {
		.quantum_ns = AIOS_QUANTUM_MIN_NS, .guard = 2 * AIOS_GUARD_UNIT,
		.guard_floor_ns = floor_ns,
	};

	world_init(&w);
	w.now = 0;
	tap_need(!aios_engine_tune(&w.engine, world_now(&w), &tuning), "tune");
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), policy,
					 AIOS_BACKFILL_EASY, AIOS_OBJECTIVE_UTILITY),
		 "policy");
}

/*
 * A job of 1000 runs on the whole machine and stays for longer. Behind it the reference
 * makes another wait for that work at its pace, and for room as long; that is the
 * longest, so that twice as long may pass until it runs, less the time for room.
 */
static void test_due(void)
{
	const u64 work = 1000 * 100 / SHARE, longest = work + 1000;
	struct world_job *job;

	begin(AIOS_POLICY_SJF, 1);
	come(16000, 1000);
	decide_at(0);
	job = come(16000, 500);
	decide_at(0);
	tap_need(job->node.guard.reference_ns == longest, "reference %llu",
		 (unsigned long long)job->node.guard.reference_ns);
	decide_at(longest + work - 1);
	tap_need(!job->node.urgent, "not before it has to be");
	tap_need(w.engine.next_ns == longest + work, "next at %llu",
		 (unsigned long long)w.engine.next_ns);
	decide_at(longest + work);
	tap_need(job->node.urgent && w.engine.nr_guarded == 1, "promoted then");
	world_free(&w);
	tap_point("a job goes first at the last moment");
}

/* The second is due 500 later than it has to be promoted: the first takes that. */
static void test_ahead(void)
{
	const u64 first_work = 1000 * 100 / SHARE, second_work = 1500 * 100 / SHARE;
	const u64 longest = second_work + 1000;
	struct world_job *first, *second;

	begin(AIOS_POLICY_SJF, 1);
	come(16000, 1000);
	decide_at(0);
	first = come(16000, 500);
	second = come(16000, 500);
	decide_at(0);
	tap_need(second->node.guard.reference_ns == longest, "reference %llu",
		 (unsigned long long)second->node.guard.reference_ns);
	decide_at(longest + first_work - 1);
	tap_need(!first->node.urgent, "the longest wait has grown since it came");
	decide_at(longest + first_work);
	tap_need(first->node.urgent && !second->node.urgent, "the first");
	decide_at(longest + second_work - 501);
	tap_need(!second->node.urgent, "there is time for the first before it");
	decide_at(longest + second_work - 500);
	tap_need(second->node.urgent, "and no more");
	world_free(&w);
	tap_point("who is due later has the work of those before him ahead");
}

/* A policy that packs badly, or serves nobody, does not move what it is measured by. */
static void test_own_pace(void)
{
	struct world_job *job;

	begin(AIOS_POLICY_SJF, 1);
	come(16000, 1000);
	decide_at(0);
	come(16000, 4600);
	decide_at(0);
	w.now = 5000;
	job = come(16000, 9000);
	decide_at(5000);
	/* The first is overdue. Of 5600 the reference has done 92 % of 5000. */
	tap_need(job->node.guard.reference_ns == 1000 * 100 / SHARE, "reference %llu",
		 (unsigned long long)job->node.guard.reference_ns);
	world_free(&w);
	tap_point("the reference works on while the machine does not");
}

/* More jobs than preemption freezes for another make way for one that is promoted. */
static void test_victims(void)
{
	struct world_job *wide;
	u32 i;

	begin(AIOS_POLICY_SRTF, 1000);
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

int main(void)
{
	test_due();
	test_ahead();
	test_own_pace();
	test_victims();
	return tap_done();
}
