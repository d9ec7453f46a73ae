// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a job from being considered: hold, dependencies, and a drain. One by one, and
 * under random events with every policy and backfill, among them those of test_arrival.c,
 * beside a reference that follows each dependency by itself. Run with a number to choose the
 * seed.
 */
#include <stdlib.h>

#include "core/engine/internal.h"
#include "random.h"
#include "tap.h"
#include "world.h"

#define GIB	(1ULL << 30)

static struct world w;
static u64 seed;

static u32 below(u32 n)
{
	return random_below(&seed, n);
}

/* A job of @cpus whole CPUs, submitted and ready. */
static struct world_job *prepare(u32 cpus)
{
	struct world_job *job = world_new_job(&w, &w.engine.root);

	world_ask(job, AIOS_RESOURCE_CPU, cpus * 1000, cpus * 1000);
	return job;
}

static struct world_job *come(u32 cpus)
{
	struct world_job *job = prepare(cpus);

	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static void decide(void)
{
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

/* --------------------------------------------------------------------- hold */

static void test_hold(void)
{
	struct world_job *first, *second;

	world_init(&w);
	aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_FIFO,
			       AIOS_BACKFILL_NONE, AIOS_OBJECTIVE_UTILITY);
	first = prepare(16);
	first->node.on_hold = true;
	tap_need(!world_submit(&w, first), "submit");
	second = come(16);
	decide();
	tap_need(!world_runs(first) && world_runs(second), "the one on hold is passed over");
	tap_need(world_why(&w, first) == AIOS_WHY_ON_HOLD, "why %u", world_why(&w, first));
	tap_need(!aios_engine_estimate_start(&w.engine, &first->node, w.now),
		 "no start is foretold");
	tap_need(aios_engine_job_hold(&w.engine, world_now(&w), &first->node,
				      true) == -EALREADY,
		 "twice");
	tap_need(aios_engine_job_hold(&w.engine, world_now(&w), &second->node,
				      true) == -EINVAL,
		 "a running job");
	come(16);
	tap_need(!aios_engine_job_hold(&w.engine, world_now(&w), &first->node,
				       false), "release");
	decide();
	tap_need(w.engine.head == &first->node, "at its place by arrival");
	world_end(&w, second);
	decide();
	tap_need(world_runs(first), "and runs");
	world_free(&w);
	tap_point("a job on hold keeps its place and is not considered");
}

/* The guard counts what a job waited as a candidate, in parts. */
static void test_hold_and_guard(void)
{
	const struct aios_engine_tuning tuning = {
		.quantum_ns = AIOS_QUANTUM_DEFAULT, .guard = 2 * AIOS_GUARD_UNIT,
		.guard_floor_ns = 1000,
	};
	struct world_job *job;

	world_init(&w);
	world_tune(&w, &tuning);
	come(16);
	decide();
	job = come(16);
	decide();
	w.now += 600;
	aios_engine_job_hold(&w.engine, world_now(&w), &job->node, true);
	decide();
	w.now += 5000;
	decide();
	tap_need(!job->node.urgent, "time on hold is no wait");
	aios_engine_job_hold(&w.engine, world_now(&w), &job->node, false);
	decide();
	w.now += 399;
	decide();
	tap_need(!job->node.urgent, "not before its time");
	w.now += 1;
	decide();
	tap_need(job->node.urgent, "promoted at its time");
	world_free(&w);
	tap_point("time on hold does not count for the guard");
}

/* ------------------------------------------------------------- dependencies */

static const u32 kinds[] = {
	AIOS_DEPEND_AFTER, AIOS_DEPEND_AFTEROK, AIOS_DEPEND_AFTERANY,
	AIOS_DEPEND_AFTERNOTOK,
};

static void test_kinds(void)
{
	struct world_job *on, *job[4];
	u32 i, done;

	for (done = 0; done < 2; done++) {
		world_init(&w);
		come(16);
		decide();
		on = come(1);
		for (i = 0; i < 4; i++) {
			job[i] = prepare(1);
			world_wait_for(job[i], on, kinds[i]);
			tap_need(!world_submit(&w, job[i]), "submit");
		}
		decide();
		for (i = 0; i < 4; i++)
			tap_need(!world_runs(job[i]) &&
				 world_why(&w, job[i]) == AIOS_WHY_DEPENDS,
				 "kind %u: why %u", kinds[i], world_why(&w, job[i]));
		world_end(&w, &w.job[0]);
		decide();
		/* Who waited for its start goes in the same decision. */
		tap_need(world_runs(on) && world_runs(job[0]), "after its start");
		tap_need(!world_runs(job[1]) && !world_runs(job[2]) && !world_runs(job[3]), "not yet");
		if (done)
			world_done(&w, on);
		else
			world_end(&w, on);
		decide();
		tap_need(world_runs(job[2]), "afterany");
		tap_need(done ? world_runs(job[1]) : job[1]->drops == 1, "afterok");
		tap_need(done ? job[3]->drops == 1 : world_runs(job[3]), "afternotok");
		tap_need(job[done ? 3 : 1]->node.depend.lost == on->node.id, "says which");
		world_free(&w);
	}
	tap_point("each kind of dependency waits for what it says");
}

static void test_chain(void)
{
	struct world_job *job[100], *many;
	u32 i;

	world_init(&w);
	job[0] = come(1);
	for (i = 1; i < 100; i++) {
		job[i] = prepare(1);
		world_wait_for(job[i], job[i - 1], AIOS_DEPEND_AFTEROK);
		tap_need(!world_submit(&w, job[i]), "submit");
	}
	many = prepare(1);
	for (i = 0; i < AIOS_DEPENDS_MAX; i++)
		world_wait_for(many, job[2 * i], AIOS_DEPEND_AFTERANY);
	tap_need(!world_submit(&w, many), "submit");
	decide();
	world_end(&w, job[0]);
	tap_need(aios_engine_pending(&w.engine), "there is something to decide");
	decide();
	for (i = 1; i < 100; i++)
		tap_need(job[i]->drops == 1, "job %u", i);
	tap_need(world_runs(many) && w.engine.nr_queued == 0, "and nobody else");
	world_free(&w);
	tap_point("a chain ends with its first link");
}

static void test_refusals(void)
{
	struct world_job *on, *job;
	struct aios_why why;

	world_init(&w);
	on = come(1);
	job = prepare(1);
	world_wait_for(job, on, AIOS_DEPEND_AFTERNOTOK + 1);
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EINVAL &&
		 why.code == AIOS_WHY_VALUE, "an unknown kind");
	job->node.nr_edges = 0;
	world_wait_for(job, on, AIOS_DEPEND_AFTER);
	world_end(&w, on);
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -ESRCH &&
		 why.code == AIOS_WHY_DEPENDS_NEVER && why.asked == on->node.id,
		 "one that has ended");
	world_free(&w);
	tap_point("what cannot be waited for is refused");
}

/* A doomed job that its owner withdraws first is not told of. */
static void test_withdrawn(void)
{
	struct world_job *on, *job;

	world_init(&w);
	on = come(1);
	job = prepare(1);
	world_wait_for(job, on, AIOS_DEPEND_AFTEROK);
	tap_need(!world_submit(&w, job), "submit");
	decide();
	world_end(&w, on);
	world_end(&w, job);
	decide();
	tap_need(!job->drops, "dropped after its end");
	on = come(1);
	job = prepare(1);
	world_wait_for(job, on, AIOS_DEPEND_AFTERANY);
	tap_need(!world_submit(&w, job), "submit");
	world_end(&w, job);
	decide();
	world_free(&w);
	tap_point("who waits can be withdrawn at any time");
}

/* -------------------------------------------------------------------- drain */

static void test_drain(void)
{
	struct world_job *running, *longer, *shorter, *unknown;
	u32 policy, backfill;

	for (policy = 0; policy <= AIOS_POLICY_SRTF; policy++)
		for (backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE; backfill++) {
			world_init(&w);
			aios_engine_policy_set(&w.engine, world_now(&w), policy,
					       backfill, AIOS_OBJECTIVE_UTILITY);
			running = come(4);
			decide();
			aios_engine_drain(&w.engine, world_now(&w), 100);
			unknown = come(1);
			longer = prepare(4);
			longer->node.expected_runtime_ns = 101;
			tap_need(!world_submit(&w, longer), "submit");
			shorter = prepare(4);
			shorter->node.expected_runtime_ns = 100;
			tap_need(!world_submit(&w, shorter), "submit");
			decide();
			tap_need(world_runs(shorter) && !world_runs(longer) && !world_runs(unknown),
				 "policy %u: who ends in time starts", policy);
			tap_need(world_why(&w, longer) == AIOS_WHY_DRAIN &&
				 world_why(&w, unknown) == AIOS_WHY_DRAIN, "says why");
			tap_need(!aios_engine_estimate_start(&w.engine, &longer->node,
							     w.now), "no start");
			tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w),
							  &running->node), "suspend");
			w.now = 200;
			decide();
			tap_need(!aios_engine_job_resume(&w.engine, world_now(&w),
							 &running->node),
				 "resume");
			decide();
			tap_need(world_runs(running), "what has started goes on");
			aios_engine_drain(&w.engine, world_now(&w), AIOS_TIME_MAX);
			decide();
			tap_need(world_runs(longer) && world_runs(unknown), "and then the others");
			world_free(&w);
		}
	tap_point("before a drain only those start who end in time");
}

/* A head that could start only too late lets those go who end in time. */
static void test_drain_and_head(void)
{
	struct world_job *holder, *head, *other;

	world_init(&w);
	aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_FIFO,
			       AIOS_BACKFILL_EASY, AIOS_OBJECTIVE_UTILITY);
	aios_engine_drain(&w.engine, world_now(&w), 150);
	holder = prepare(8);
	holder->node.expected_runtime_ns = 100;
	tap_need(!world_submit(&w, holder), "submit");
	decide();
	head = prepare(16);
	head->node.expected_runtime_ns = 60;
	tap_need(!world_submit(&w, head), "submit");
	other = prepare(8);
	other->node.expected_runtime_ns = 140;
	tap_need(!world_submit(&w, other), "submit");
	decide();
	tap_need(w.engine.head == &head->node && w.engine.shadow_ns == 150,
		 "shadow %llu", w.engine.shadow_ns);
	tap_need(world_runs(other), "it goes ahead");
	tap_need(w.engine.next_ns == 91, "the head is barred at %llu",
		 w.engine.next_ns);
	w.now = 91;
	decide();
	tap_need(!w.engine.head, "and is no head any more");
	world_free(&w);
	tap_point("a head that cannot start before the drain is passed over");
}

/* ------------------------------------------------------------------- random */

/* What the reference knows of a dependency: how the other one ended. */
struct fate {
	u64 on;
	u32 kind;
	bool begun;
	bool ended;
	bool done;
};

static struct fate fate[WORLD_JOBS][4];
static u32 nr_fates[WORLD_JOBS];

static u32 index_of(const struct world_job *job)
{
	return (u32)(job - w.job);
}

static bool fate_met(const struct fate *f)
{
	switch (f->kind) {
	case AIOS_DEPEND_AFTER:
		return f->begun || f->ended;
	case AIOS_DEPEND_AFTEROK:
		return f->ended && f->done;
	case AIOS_DEPEND_AFTERANY:
		return f->ended;
	default:
		return f->ended && !f->done;
	}
}

static void tell_fates(const struct world_job *on, bool ended, bool done)
{
	u32 i, k;

	for (i = 0; i < WORLD_JOBS; i++)
		for (k = 0; k < nr_fates[i]; k++) {
			struct fate *f = &fate[i][k];

			if (f->on != on->node.id)
				continue;
			f->begun = true;
			f->ended |= ended;
			f->done |= done;
		}
}

static void arrive(void)
{
	struct world_job *job = world_new_job(&w, world_group(&w, below(w.nr_groups + 1)));
	u32 i;

	if (!job)
		return;
	world_ask(job, AIOS_RESOURCE_CPU, 500 * (1 + below(12)), 8000);
	if (below(2))
		world_ask(job, AIOS_RESOURCE_MEMORY, below(20) * GIB, 20 * GIB);
	job->node.priority = (s32)below(5) - 2;
	job->node.expected_runtime_ns = below(4) ? 1 + below(500) : 0;
	job->node.deadline_ns = below(2) ? w.now + below(1000) : 0;
	job->node.on_hold = !below(5);
	job->node.begin_ns = below(5) ? 0 : w.now + below(100);
	nr_fates[index_of(job)] = 0;
	for (i = below(3) ? 0 : below(4); i; i--) {
		struct world_job *on = world_live_job(&w, below(WORLD_JOBS));
		struct fate *f;

		if (!on || on == job)
			continue;
		f = &fate[index_of(job)][nr_fates[index_of(job)]++];
		*f = (struct fate){
			.on = on->node.id, .kind = kinds[below(4)],
			.begun = aios_node_holds(&on->node),
		};
		world_wait_for(job, on, f->kind);
	}
	tap_need(!world_submit(&w, job), "submit");
}

static void finish(struct world_job *job)
{
	bool done = aios_node_holds(&job->node) && below(3);

	if (done)
		world_done(&w, job);
	else
		world_end(&w, job);
	tell_fates(job, true, done);
}

static void put_off(struct world_job *job)
{
	u64 begin_ns = below(2) ? w.now + below(200) : 0;

	tap_need(world_begin_at(&w, job, begin_ns) ==
		 (job->node.state == AIOS_CORE_QUEUED ? 0 : -EINVAL), "update to %llu", begin_ns);
}

static void exchange(struct world_job *job)
{
	struct world_job *other = world_live_job(&w, below(WORLD_JOBS));

	/* Most are refused; whether rightly, world_check() would notice. */
	if (other)
		world_swap(&w, job, other);
}

static void random_event(void)
{
	struct world_job *job = world_live_job(&w, below(WORLD_JOBS));
	u32 what = below(100);

	w.now += below(20);
	if (what < 40 || !job)
		arrive();
	else if (what < 70)
		finish(job);
	else if (what < 80)
		aios_engine_job_hold(&w.engine, world_now(&w), &job->node,
				     below(2));
	else if (what < 81)
		put_off(job);
	else if (what < 82)
		exchange(job);
	else if (what < 83)
		aios_engine_drain(&w.engine, world_now(&w),
				  below(2) ? AIOS_TIME_MAX : w.now + below(500));
	else if (what < 86)
		aios_engine_job_ready(&w.engine, world_now(&w), &job->node,
				      below(3));
	else if (what < 90)
		aios_engine_job_suspend(&w.engine, world_now(&w), &job->node);
	else
		aios_engine_job_resume(&w.engine, world_now(&w), &job->node);
}

/* Everything that has been let go was free to go, and everything lost is gone. */
static void check_fates(void)
{
	u32 i, k;

	for (i = 0; i < WORLD_JOBS; i++) {
		struct world_job *job = &w.job[i];

		if (job->drops == 1) {
			job->drops++;
			tell_fates(job, true, false);
		}
	}
	for (i = 0; i < WORLD_JOBS; i++) {
		const struct world_job *job = &w.job[i];
		u32 met = 0, lost = 0;

		for (k = 0; k < nr_fates[i]; k++) {
			met += fate_met(&fate[i][k]);
			lost += fate[i][k].ended && !fate_met(&fate[i][k]);
		}
		if (!job->submitted)
			continue;
		tap_need(!lost, "job %llu should have been dropped", job->node.id);
		tap_need(!aios_node_holds(&job->node) || met == nr_fates[i],
			 "job %llu started too early", job->node.id);
		tap_need(aios_node_holds(&job->node) ||
			 job->node.depend.nr_unmet == nr_fates[i] - met,
			 "job %llu waits for %u", job->node.id, job->node.depend.nr_unmet);
		tap_need(!aios_node_is_candidate(&job->node) ||
			 aios_node_holds(&job->node) || !job->node.on_hold,
			 "job %llu considered on hold", job->node.id);
		tap_need(!aios_node_is_candidate(&job->node) || aios_node_holds(&job->node) ||
			 !aios_begin_early(&w.engine, &job->node),
			 "job %llu considered before its time", job->node.id);
		tap_need(aios_ordered_linked(&job->node.begin_node) == job->node.early &&
			 job->node.early == (job->node.state == AIOS_CORE_QUEUED &&
					     aios_begin_early(&w.engine, &job->node)),
			 "job %llu waits for its time", job->node.id);
		tap_need(job->suspended <= (job->node.state == AIOS_CORE_SUSPENDED),
			 "job %llu was told to be frozen", job->node.id);
	}
}

static void run(u32 policy, u32 backfill, u32 steps)
{
	const struct aios_engine_tuning tuning = {
		.quantum_ns = AIOS_QUANTUM_MIN_NS, .guard = 2000,
		.guard_floor_ns = 2000,
	};
	u32 step, i, started = 0;

	world_init(&w);
	memset(nr_fates, 0, sizeof(nr_fates));
	for (i = 0; i < 3; i++)
		world_add_group(&w, world_group(&w, below(w.nr_groups + 1)));
	if (policy % 2)
		world_tune(&w, &tuning);
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), policy, backfill,
					 AIOS_OBJECTIVE_UTILITY), "policy %u", policy);
	for (step = 0; step < steps && tap.broken < 5; step++) {
		random_event();
		world_check(&w, false);
		if (below(3))
			continue;
		tap_need(!world_decide(&w), "decide");
		for (i = 0; i < WORLD_JOBS; i++)
			if (w.job[i].submitted && aios_node_holds(&w.job[i].node))
				tell_fates(&w.job[i], false, false);
		check_fates();
		started += w.engine.nr_held;
		if (tap.broken)
			printf("# policy %u backfill %u step %u\n", policy,
			       backfill, step);
	}
	tap_need(started > steps / 4, "policy %u: too little happened", policy);
	world_free(&w);
}

int main(int argc, char **argv)
{
	u32 policy, backfill;

	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	test_hold();
	test_hold_and_guard();
	test_kinds();
	test_chain();
	test_refusals();
	test_withdrawn();
	test_drain();
	test_drain_and_head();
	for (policy = 0; policy <= AIOS_POLICY_SRTF; policy++)
		for (backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE; backfill++)
			run(policy, backfill, 600);
	tap_point("under every policy and backfill nobody goes before what he waits for");
	return tap_done();
}
