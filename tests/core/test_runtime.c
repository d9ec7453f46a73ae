// SPDX-License-Identifier: GPL-2.0
/*
 * The two expectations of a job: what it is expected to run orders the queue and foretells
 * starts, and what it may run at most is reserved for it, in backfilling and before a drain.
 */
#include "core/books/reference.h"
#include "tap.h"
#include "world.h"

#define CPU	AIOS_RESOURCE_CPU
#define SECOND	1000000000ULL

static struct world w;

static void begin(u32 policy, u32 backfill)
{
	world_free(&w);
	world_init(&w);
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), policy, backfill,
					 AIOS_OBJECTIVE_UTILITY), "policy");
}

static void decide(void)
{
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

static bool runs(const struct world_job *job)
{
	return world_runs(job);
}

static struct world_job *run_timed(u64 cpu, u64 stated, u64 predicted, u64 limit)
{
	struct world_job *job = world_new_job(&w, &w.engine.root);

	world_ask(job, CPU, cpu, cpu);
	job->node.expected_runtime_ns = stated;
	job->node.predicted_runtime_ns = predicted;
	job->node.max_runtime_ns = limit;
	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static u64 estimate(struct world_job *job)
{
	return aios_engine_estimate_start(&w.engine, &job->node, w.now);
}

/*
 * The head starts at 100 at the latest, by what the first states, and is expected to start
 * at 10, by what is predicted. What may run until 101 is not let past it.
 */
static void test_easy(void)
{
	struct world_job *a, *head, *late, *quick;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	a = run_timed(10000, 100, 10, 0);
	decide();
	head = run_timed(12000, 50, 20, 0);
	late = run_timed(5000, 101, 5, 0);
	quick = run_timed(5000, 100, 8, 0);
	decide();
	tap_need(runs(a) && w.engine.head == &head->node && w.engine.shadow_ns == 100,
		 "shadow %llu", w.engine.shadow_ns);
	tap_need(!runs(late) && runs(quick), "what it may run at most counts");
	tap_need(estimate(head) == 10, "estimate %llu", estimate(head));
	tap_need(estimate(late) == 30, "of the next %llu", estimate(late));
	tap_point("EASY reserves by what is stated and foretells by what is predicted");
}

static void test_conservative(void)
{
	struct world_job *a, *head, *late, *quick;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_CONSERVATIVE);
	a = run_timed(10000, 100, 10, 0);
	decide();
	head = run_timed(12000, 50, 20, 0);
	late = run_timed(5000, 101, 5, 0);
	quick = run_timed(5000, 100, 1000, 0);
	decide();
	tap_need(runs(a) && w.engine.shadow_ns == 100, "shadow %llu", w.engine.shadow_ns);
	tap_need(!runs(head) && !runs(late) && runs(quick), "what it may run at most counts");
	tap_point("so does conservative backfilling");
}

/* Whoever states a limit and an expectation is reserved for by the limit. */
static void test_limit(void)
{
	struct world_job *a, *head, *late, *stated;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	a = run_timed(10000, 10, 0, 100);
	decide();
	head = run_timed(12000, 20, 0, 50);
	late = run_timed(5000, 5, 0, 101);
	stated = run_timed(5000, 5, 0, 100);
	decide();
	tap_need(runs(a) && w.engine.shadow_ns == 100, "shadow %llu", w.engine.shadow_ns);
	tap_need(!runs(late) && runs(stated), "the limit counts");
	tap_need(estimate(head) == 10, "estimate %llu", estimate(head));
	aios_engine_drain(&w.engine, world_now(&w), 1000);
	a = run_timed(1000, 10, 0, 1001);
	stated = run_timed(1000, 10, 0, 100);
	decide();
	tap_need(!runs(a) && runs(stated), "before a drain too");
	tap_point("the limit is reserved and kept clear of a drain, not what is stated");
}

/* One that states nothing has what few like it exceed reserved for it, until it is told more. */
static void test_predicted_most(void)
{
	const struct aios_change change = {
		.flags = AIOS_UPDATE_RUNTIME,
		.expected_runtime_ns = 70,
	};
	struct world_job *a, *late, *quick;
	struct aios_runtimes r;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	a = world_new_job(&w, &w.engine.root);
	world_ask(a, CPU, 10000, 10000);
	a->node.predicted_runtime_ns = 40;
	a->node.predicted_most_ns = 100;
	tap_need(!world_submit(&w, a), "submit");
	decide();
	run_timed(12000, 50, 0, 0);
	late = run_timed(5000, 101, 5, 0);
	quick = run_timed(5000, 100, 0, 0);
	decide();
	tap_need(w.engine.shadow_ns == 100 && !runs(late) && runs(quick), "shadow %llu",
		 w.engine.shadow_ns);
	aios_engine_job_runtimes(&a->node, w.now, &r);
	tap_need(r.expected_ns == 40 && r.expected_source == AIOS_RUNTIME_PREDICTED &&
		 r.most_ns == 100 && r.most_source == AIOS_RUNTIME_PREDICTED, "%llu by %u, %llu by %u",
		 r.expected_ns, r.expected_source, r.most_ns, r.most_source);
	aios_engine_job_runtimes(&a->node, w.now + 41, &r);
	tap_need(r.expected_ns == 100 && r.expected_source == AIOS_RUNTIME_CORRECTED,
		 "outlived: %llu by %u", r.expected_ns, r.expected_source);
	tap_need(!aios_engine_job_update(&w.engine, world_now(&w), &a->node, &change, NULL),
		 "update");
	decide();
	aios_engine_job_runtimes(&a->node, w.now, &r);
	tap_need(r.expected_ns == 70 && r.expected_source == AIOS_RUNTIME_STATED &&
		 r.most_ns == 70 && r.most_source == AIOS_RUNTIME_STATED, "%llu by %u, %llu by %u",
		 r.expected_ns, r.expected_source, r.most_ns, r.most_source);
	tap_point("what is predicted at most is reserved where nothing is stated");
}

/* Return whether the shorter of two, as each policy has it, goes first. */
static bool first_goes(u32 policy, struct world_job **a, struct world_job **b)
{
	struct world_job *all;

	begin(policy, AIOS_BACKFILL_NONE);
	all = run_timed(16000, 1000 * SECOND, 0, 0);
	decide();
	*b = run_timed(16000, 10 * SECOND, 100 * SECOND, 0);
	*a = run_timed(16000, 100 * SECOND, 10 * SECOND, 0);
	w.now = 20 * SECOND;
	decide();
	w.now = 1000 * SECOND;
	world_end(&w, all);
	decide();
	return runs(*a) && !runs(*b);
}

static void test_order(void)
{
	static const u32 policies[] = {
		AIOS_POLICY_SJF, AIOS_POLICY_SAF, AIOS_POLICY_WFP3, AIOS_POLICY_F1,
		AIOS_POLICY_TETRIS, AIOS_POLICY_SRTF,
	};
	struct world_job *a, *b;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(policies); i++)
		tap_need(first_goes(policies[i], &a, &b), "policy %u", policies[i]);
	tap_point("policies order by what is predicted");
	begin(AIOS_POLICY_SJF, AIOS_BACKFILL_NONE);
	a = run_timed(16000, 0, 0, 0);
	decide();
	run_timed(16000, 0, 0, 0);
	run_timed(16000, 60, 0, 0);
	b = run_timed(16000, 0, 0, 50);
	decide();
	tap_need(aios_engine_position(&w.engine, &b->node) == 1, "position %u",
		 aios_engine_position(&w.engine, &b->node));
	tap_point("who states a limit only is expected to run so long");
}

/* The estimate follows what is known of a job that outlives what was expected. */
static void test_outlived(void)
{
	struct world_job *a, *head;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	a = run_timed(10000, 100, 10, 0);
	decide();
	head = run_timed(12000, 50, 0, 0);
	w.now = 9;
	decide();
	tap_need(estimate(head) == 10, "before %llu", estimate(head));
	w.now = 10;
	tap_need(estimate(head) == 100, "outlived %llu", estimate(head));
	w.now = 130;
	tap_need(estimate(head) == 130, "both %llu", estimate(head));
	world_end(&w, a);
	decide();
	tap_need(runs(head) && !w.engine.nr_apart, "%u apart", w.engine.nr_apart);
	tap_point("who outlives what was expected is expected to run what he may at most");
}

static void test_kept_apart(void)
{
	const struct aios_change change = {
		.flags = AIOS_UPDATE_MAX_RUNTIME,
		.max_runtime_ns = 100,
	};
	struct world_job *a, *b, *head;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	a = run_timed(2000, 100, 10, 0);
	b = run_timed(8000, 20, 0, 0);
	decide();
	head = run_timed(12000, 50, 0, 0);
	decide();
	tap_need(w.engine.nr_apart == 1 && estimate(head) == 20, "%u apart, %llu",
		 w.engine.nr_apart, estimate(head));
	tap_need(!aios_engine_job_update(&w.engine, world_now(&w), &b->node, &change, NULL),
		 "update");
	decide();
	tap_need(w.engine.nr_apart == 2 && b->node.end_ns == 100 && estimate(head) == 20,
		 "%u apart, %llu", w.engine.nr_apart, estimate(head));
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w), &a->node), "suspend");
	decide();
	tap_need(w.engine.nr_apart == 1, "%u apart", w.engine.nr_apart);
	world_end(&w, a);
	world_end(&w, b);
	decide();
	tap_need(!w.engine.nr_apart && runs(head), "%u apart", w.engine.nr_apart);
	tap_point("jobs with two ends are counted as they come, change, stop and go");
}

/* The guard's reference goes by what jobs are expected to run. */
static void test_reference(void)
{
	const struct aios_engine_tuning tuning = {
		.quantum_ns = AIOS_QUANTUM_MIN_NS, .guard = 2 * AIOS_GUARD_UNIT,
	};
	struct world_job *a, *b;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	tap_need(!world_tune(&w, &tuning), "tune");
	a = run_timed(16000, 100, 30, 0);
	b = run_timed(16000, 100, 0, 0);
	decide();
	tap_need(a->node.guard.reference->run_ns == 30 &&
		 b->node.guard.reference->run_ns == 100,
		 "%llu and %llu", a->node.guard.reference->run_ns,
		 b->node.guard.reference->run_ns);
	tap_point("the guard's reference goes by what is expected");
}

/* Check what is said of a job that states and is predicted what is given, having run @ran. */
static void says(u64 stated, u64 predicted, u64 limit, u64 ran, u64 expected,
		 u32 expected_source, u64 most, u32 most_source)
{
	struct aios_runtimes r;
	struct world_job *job;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	w.now = 1000;
	job = run_timed(1000, stated, predicted, limit);
	decide();
	aios_engine_job_runtimes(&job->node, w.now + ran, &r);
	tap_need(r.expected_ns == expected && r.expected_source == expected_source,
		 "%llu/%llu/%llu after %llu: expected %llu by %u", stated, predicted, limit, ran,
		 r.expected_ns, r.expected_source);
	tap_need(r.most_ns == most && r.most_source == most_source,
		 "%llu/%llu/%llu after %llu: at most %llu by %u", stated, predicted, limit, ran,
		 r.most_ns, r.most_source);
}

static void test_sources(void)
{
	const u32 unknown = AIOS_RUNTIME_UNKNOWN, stated = AIOS_RUNTIME_STATED;
	const u32 limit = AIOS_RUNTIME_LIMIT, predicted = AIOS_RUNTIME_PREDICTED;
	const u32 corrected = AIOS_RUNTIME_CORRECTED;

	says(0, 0, 0, 500, 0, unknown, 0, unknown);
	says(60, 0, 0, 59, 60, stated, 60, stated);
	says(60, 0, 90, 59, 60, stated, 90, limit);
	says(120, 0, 90, 0, 90, limit, 90, limit);
	says(0, 0, 90, 0, 90, limit, 90, limit);
	says(60, 40, 0, 39, 40, predicted, 60, stated);
	says(60, 40, 90, 0, 40, predicted, 90, limit);
	says(0, 40, 0, 0, 40, predicted, 0, unknown);
	says(60, 100, 90, 0, 90, limit, 90, limit);
	tap_point("each expectation says whence it comes");
	says(60, 40, 0, 40, 60, corrected, 60, stated);
	says(60, 0, 90, 60, 90, corrected, 90, limit);
	says(60, 0, 0, 60, 60, corrected, 60, corrected);
	says(60, 40, 0, 75, 75, corrected, 75, corrected);
	says(0, 40, 0, 75, 75, corrected, 0, unknown);
	says(60, 0, 90, 91, 91, corrected, 90, limit);
	tap_point("what is outlived is corrected, a limit is not");
}

int main(void)
{
	world_init(&w);
	test_easy();
	test_conservative();
	test_limit();
	test_predicted_most();
	test_order();
	test_outlived();
	test_kept_apart();
	test_reference();
	test_sources();
	world_free(&w);
	return tap_done();
}
