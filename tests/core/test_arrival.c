// SPDX-License-Identifier: GPL-2.0
/*
 * When a job counts as arrived: the time before which it does not begin, and places by arrival
 * that jobs exchange. With every policy and backfill; under random events test_gate.c has them.
 */
#include "core/engine/internal.h"
#include "tap.h"
#include "world.h"

static struct world w;

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
	tap_need(world_begin_at(&w, job, begin_ns) == expected, "update to %llu", begin_ns);
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
			tap_need(!world_swap(&w, b, a), "swap");
			decide();
			tap_need(a->node.submit_ns == 40 && b->node.submit_ns == 20 &&
				 a->node.serial > other->node.serial &&
				 b->node.serial < other->node.serial,
				 "policy %u: they have changed places", policy);
			if (policy == AIOS_POLICY_FIFO || policy == AIOS_POLICY_PRIORITY)
				tap_need(order_is((const struct world_job *const[]){
						b, other, a }, 3), "and whoever is between stays");
			tap_need(world_swap(&w, holder, a) == -EINVAL &&
				 world_swap(&w, a, a) == -EINVAL,
				 "a running job, and one with itself");
			c = prepare(1);
			c->node.priority = -1;
			tap_need(!world_submit(&w, c), "submit");
			tap_need(world_swap(&w, a, c) == -EINVAL, "of another priority");
			world_end(&w, c);
			c = come_later(1, 1000);
			tap_need(!world_swap(&w, c, b), "who waits for his time moves as well");
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

int main(void)
{
	test_begin();
	test_begin_changes();
	test_begin_of_gang();
	test_begin_foretold();
	test_swap();
	return tap_done();
}
