// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a job from being considered: hold, dependencies and its time; a drain; and
 * what changes its place. One by one, and
 * under random events with every policy and backfill, beside a reference that
 * follows each dependency by itself. Run with a number to choose the seed.
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

/* -------------------------------------------------------------------- begin */

static u32 nr_due;

static void count_due(struct aios_engine *engine, struct aios_job_node *job)
{
	(void)engine;
	(void)job;
	nr_due++;
}

static struct world_job *prepare_later(u32 cpus, u64 begin_ns)
{
	struct world_job *job = prepare(cpus);

	job->node.begin_ns = begin_ns;
	return job;
}

static struct world_job *come_later(u32 cpus, u64 begin_ns)
{
	struct world_job *job = prepare_later(cpus, begin_ns);

	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static void begin_at(struct world_job *job, u64 begin_ns, int expected)
{
	struct aios_change change = { .flags = AIOS_UPDATE_BEGIN, .begin_ns = begin_ns };

	tap_need(aios_engine_job_update(&w.engine, world_now(&w), &job->node, &change, NULL) ==
		 expected, "update to %llu", begin_ns);
}

/* With every policy and backfill: it starts at its time and not before. */
static void test_begin(void)
{
	struct world_job *later, *last, *other;
	u32 policy, backfill;

	for (policy = 0; policy <= AIOS_POLICY_SRTF; policy++)
		for (backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE; backfill++) {
			world_init(&w);
			aios_engine_policy_set(&w.engine, world_now(&w), policy,
					       backfill, AIOS_OBJECTIVE_UTILITY);
			w.now = 10;
			last = come_later(1, 300);
			later = come_later(16, 200);
			tap_need(w.engine.next_ns == 200, "a decision is due then");
			other = come(1);
			decide();
			tap_need(!world_runs(later) && world_runs(other),
				 "policy %u: it holds nobody up", policy);
			tap_need(world_why(&w, later) == AIOS_WHY_BEGIN, "why %u",
				 world_why(&w, later));
			tap_need(w.engine.next_ns <= 200, "due still");
			world_end(&w, other);
			w.now = 199;
			decide();
			tap_need(!world_runs(later), "policy %u: not yet", policy);
			tap_need(aios_engine_estimate_start(&w.engine, &later->node,
							    w.now) == 200, "its start is known");
			w.now = 200;
			world_now(&w);
			tap_need(aios_engine_pending(&w.engine), "time alone is an event");
			decide();
			tap_need(world_runs(later) && !world_runs(last),
				 "policy %u: at its time", policy);
			tap_need(w.engine.next_ns <= 300, "the next one is due");
			begin_at(later, 0, -EINVAL);
			world_free(&w);
		}
	tap_point("a job begins at its time and not before, whatever the policy");
}

/* It can be put off and brought forward, held, and be withdrawn. */
static void test_begin_changes(void)
{
	struct world_job *job, *holder, *waiting;
	struct aios_engine_ops ops;

	world_init(&w);
	ops = *w.engine.ops;
	ops.due = count_due;
	w.engine.ops = &ops;
	w.now = 10;
	job = come_later(4, 100);
	begin_at(job, 500, 0);
	w.now = 400;
	decide();
	tap_need(!world_runs(job), "it was put off");
	begin_at(job, AIOS_TIME_MAX + 1, -EINVAL);
	tap_need(job->node.begin_ns == 500, "a wrong time changes nothing");
	begin_at(job, 0, 0);
	decide();
	tap_need(world_runs(job), "and brought forward");

	job = come_later(1, 600);
	tap_need(!aios_engine_job_hold(&w.engine, world_now(&w), &job->node, true), "hold");
	w.now = 600;
	nr_due = 0;
	decide();
	tap_need(!world_runs(job) && world_why(&w, job) == AIOS_WHY_ON_HOLD, "both hold");
	tap_need(nr_due == 1, "its owner is told that its time has come");
	tap_need(!aios_engine_job_hold(&w.engine, world_now(&w), &job->node, false), "release");
	decide();
	tap_need(world_runs(job), "until it is released");

	holder = come(11);
	decide();
	waiting = come_later(8, 700);
	w.now = 700;
	nr_due = 0;
	decide();
	tap_need(!world_runs(waiting) && nr_due == 1, "it waits for room then");
	begin_at(waiting, 900, 0);
	world_end(&w, holder);
	decide();
	tap_need(!world_runs(waiting), "and can be put off while it does");
	w.now = 900;
	nr_due = 0;
	decide();
	tap_need(world_runs(waiting) && !nr_due, "whoever is admitted is told of that alone");

	job = come_later(1, 1000);
	world_end(&w, job);
	tap_need(!aios_ordered_size(&w.engine.later), "it can be withdrawn");
	job = prepare_later(1, 2000);
	world_wait_for(job, waiting, AIOS_DEPEND_AFTEROK);
	tap_need(!world_submit(&w, job), "submit");
	world_end(&w, waiting);
	decide();
	tap_need(job->drops == 1 && !aios_ordered_size(&w.engine.later), "and be dropped");
	world_free(&w);
	tap_point("a begin is put off, brought forward and withdrawn");
}

/* A gang begins when the last of it may. */
static void test_begin_of_gang(void)
{
	struct aios_gang_node gang = { .id = 1, .size = 2 };
	struct world_job *a, *b;

	world_init(&w);
	w.now = 10;
	a = prepare(2);
	a->node.gang = &gang;
	tap_need(!world_submit(&w, a), "submit");
	b = prepare_later(2, 100);
	b->node.gang = &gang;
	tap_need(!world_submit(&w, b), "submit");
	decide();
	tap_need(!world_runs(a) && world_why(&w, a) == AIOS_WHY_GANG &&
		 world_why(&w, b) == AIOS_WHY_BEGIN, "none starts");
	w.now = 100;
	decide();
	tap_need(world_runs(a) && world_runs(b), "both start");
	world_free(&w);
	tap_point("a gang begins when the last of it may");
}

/* Before it is submitted it is foretold so. */
static void test_begin_foretold(void)
{
	struct aios_preview preview;
	struct world_job *job;

	world_init(&w);
	job = prepare(16);
	job->node.expected_runtime_ns = 1000;
	tap_need(!world_submit(&w, job), "submit");
	decide();
	job = prepare_later(16, 500);
	tap_need(!aios_engine_preview(&w.engine, &job->node, w.now, w.workspace,
				      w.workspace_size, &preview), "preview");
	tap_need(preview.state == AIOS_STATE_QUEUED && preview.why.code == AIOS_WHY_BEGIN &&
		 preview.why.asked == 500, "why");
	tap_need(preview.start_ns == 1000, "at %llu: there is no room before", preview.start_ns);
	job->node.begin_ns = 1500;
	tap_need(!aios_engine_preview(&w.engine, &job->node, w.now, w.workspace,
				      w.workspace_size, &preview), "preview");
	tap_need(preview.start_ns == 1500, "at %llu: there is room then", preview.start_ns);
	world_free(&w);
	tap_point("the start of a job that begins later is foretold");
}

/* --------------------------------------------------------------------- swap */

static int change_places(struct world_job *a, struct world_job *b)
{
	return aios_engine_job_swap(&w.engine, world_now(&w), &a->node, &b->node);
}

/* The jobs of the queue in their order. */
static bool order_is(const struct world_job *const *expected, u32 nr)
{
	struct aios_ordered_node *node = aios_ordered_first(&w.engine.queue);
	u32 i;

	for (i = 0; i < nr && node; i++, node = aios_ordered_next(node))
		if (aios_node_of_queue(node) != &expected[i]->node)
			return false;
	return i == nr && !node;
}

static void test_swap(void)
{
	struct world_job *holder, *a, *b, *c, *other;
	u32 policy, backfill;

	for (policy = 0; policy <= AIOS_POLICY_SRTF; policy++)
		for (backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE; backfill++) {
			world_init(&w);
			aios_engine_policy_set(&w.engine, world_now(&w), policy,
					       backfill, AIOS_OBJECTIVE_UTILITY);
			w.now = 10;
			holder = come(16);
			decide();
			w.now = 20;
			a = come(16);
			w.now = 30;
			other = come(16);
			w.now = 40;
			b = come(16);
			tap_need(!change_places(b, a), "swap");
			decide();
			tap_need(a->node.submit_ns == 40 && b->node.submit_ns == 20 &&
				 a->node.serial > other->node.serial &&
				 b->node.serial < other->node.serial,
				 "policy %u: they have changed places", policy);
			if (policy == AIOS_POLICY_FIFO || policy == AIOS_POLICY_PRIORITY)
				tap_need(order_is((const struct world_job *const[]){
						b, other, a }, 3), "and whoever is between stays");
			tap_need(change_places(holder, a) == -EINVAL &&
				 change_places(a, a) == -EINVAL,
				 "a running job, and one with itself");
			c = prepare(1);
			c->node.priority = -1;
			tap_need(!world_submit(&w, c), "submit");
			tap_need(change_places(a, c) == -EINVAL, "of another priority");
			world_end(&w, c);
			c = come_later(1, 1000);
			tap_need(!change_places(c, b), "who waits for his time moves as well");
			decide();
			tap_need(world_why(&w, c) == AIOS_WHY_BEGIN &&
				 c->node.serial < other->node.serial, "and goes on waiting");
			world_end(&w, c);
			world_end(&w, holder);
			decide();
			tap_need(world_runs(a) + world_runs(b) + world_runs(other) == 1,
				 "policy %u: the next one runs", policy);
			world_free(&w);
		}
	tap_point("two jobs change places, and nobody else's");
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

	begin_at(job, begin_ns, job->node.state == AIOS_CORE_QUEUED ? 0 : -EINVAL);
}

static void exchange(struct world_job *job)
{
	struct world_job *other = world_live_job(&w, below(WORLD_JOBS));

	/* Most are refused; whether rightly, world_check() would notice. */
	if (other)
		change_places(job, other);
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
	test_begin();
	test_begin_changes();
	test_begin_of_gang();
	test_begin_foretold();
	test_swap();
	test_drain();
	test_drain_and_head();
	for (policy = 0; policy <= AIOS_POLICY_SRTF; policy++)
		for (backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE; backfill++)
			run(policy, backfill, 600);
	tap_point("under every policy and backfill nobody goes before what he waits for");
	return tap_done();
}
