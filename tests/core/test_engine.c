// SPDX-License-Identifier: GPL-2.0
/*
 * The engine: what each event and decision does, one rule after the other; the
 * random runs are in test_engine_random.c.
 */
#include <stdlib.h>

#include "core/alloc/alloc.h"
#include "tap.h"
#include "world.h"

#define CPU	AIOS_RESOURCE_CPU
#define MEMORY	AIOS_RESOURCE_MEMORY
#define GPU	AIOS_RESOURCE_GPU
#define GPU_MEMORY AIOS_RESOURCE_GPU_MEMORY
#define GIB	(1ULL << 30)
#define SECOND	1000000000ULL

static struct world w;

static struct world_job *job_with_cpu(struct aios_group_node *group, u64 request,
				      u64 limit)
{
	struct world_job *job = world_new_job(&w, group);

	world_ask(job, CPU, request, limit);
	return job;
}

static struct world_job *run_cpu(struct aios_group_node *group, u64 request,
				 u64 limit)
{
	struct world_job *job = job_with_cpu(group, request, limit);

	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static void decide(void)
{
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

static void begin(void)
{
	world_free(&w);
	world_init(&w);
}

static bool runs(const struct world_job *job)
{
	return job->node.state == AIOS_CORE_HELD;
}

static struct aios_why why_of(struct world_job *job)
{
	struct aios_why why;

	aios_engine_job_why(&w.engine, &job->node, &why);
	return why;
}

static void test_admission(void)
{
	struct world_job *a, *b, *c;

	begin();
	a = run_cpu(&w.engine.root, 10000, 10000);
	b = run_cpu(&w.engine.root, 10000, 10000);
	c = job_with_cpu(&w.engine.root, 1000, 1000);
	tap_need(!aios_engine_job_submit(&w.engine, world_now(&w), &c->node,
					 NULL), "submit");
	c->submitted = true;
	decide();
	tap_need(runs(a) && !runs(b) && !runs(c), "one fits");
	tap_need(why_of(b).code == AIOS_WHY_NOT_NOW &&
		 why_of(b).resource == CPU && why_of(b).asked == 10000 &&
		 why_of(b).available == 6000, "b: %u", why_of(b).code);
	tap_need(why_of(c).code == AIOS_WHY_NOT_READY, "c: %u", why_of(c).code);
	tap_need(w.engine.head == &b->node, "head");
	tap_need(aios_engine_position(&w.engine, &b->node) == 1 &&
		 aios_engine_position(&w.engine, &c->node) == 2 &&
		 aios_engine_position(&w.engine, &a->node) == 0, "positions");
	world_end(&w, a);
	decide();
	tap_need(runs(b), "b follows");
	tap_point("what fits is admitted, what does not waits and says why");
}

static void test_priority(void)
{
	struct world_job *a, *low, *high;

	begin();
	a = run_cpu(&w.engine.root, 16000, 16000);
	decide();
	low = run_cpu(&w.engine.root, 16000, 16000);
	high = job_with_cpu(&w.engine.root, 16000, 16000);
	high->node.priority = 5;
	world_submit(&w, high);
	decide();
	tap_need(w.engine.head == &high->node, "head");
	tap_need(why_of(low).code == AIOS_WHY_NOT_NOW, "low");
	aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_FIFO,
			       AIOS_BACKFILL_EASY, AIOS_OBJECTIVE_UTILITY);
	decide();
	tap_need(w.engine.head == &low->node, "fifo");
	tap_need(aios_engine_policy_set(&w.engine, world_now(&w), 99, 0,
					0) == -EOPNOTSUPP,
		 "unknown policy");
	world_end(&w, a);
	decide();
	tap_need(runs(low) && !runs(high), "order");
	tap_point("priority orders before arrival, fifo by arrival alone");
}

static void test_check(void)
{
	struct aios_group_node *group;
	struct world_job *job;
	struct aios_why why;
	u64 limit[AIOS_RESOURCE_MAX] = { [CPU] = 4000 };

	begin();
	group = world_add_group(&w, &w.engine.root);
	aios_engine_group_limit(&w.engine, world_now(&w), group, 1U << CPU, limit,
				NULL, NULL);
	job = job_with_cpu(group, 5000, 8000);
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) == -ENOSPC &&
		 why.code == AIOS_WHY_NEVER_FITS && why.resource == CPU &&
		 why.group == group->id && why.asked == 5000 &&
		 why.available == 4000, "code %u", why.code);
	job->node.group = &w.engine.root;
	job->node.request[CPU] = 17000;
	job->node.limit[CPU] = 17000;
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) == -ENOSPC &&
		 why.group == w.engine.root.id && why.available == 16000,
		 "machine");
	job->node.limit[CPU] = 16999;
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) == -EINVAL &&
		 why.code == AIOS_WHY_REQUEST_ABOVE_LIMIT, "above limit");
	job->node.request[CPU] = AIOS_AMOUNT_MAX + 1;
	job->node.limit[CPU] = AIOS_UNLIMITED;
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) == -EINVAL &&
		 why.code == AIOS_WHY_VALUE, "amount");
	job->node.request[CPU] = 1;
	job->node.weight = 0;
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) == -EINVAL &&
		 why.code == AIOS_WHY_VALUE, "weight");
	job->node.weight = 1;
	job->node.priority = 1001;
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) == -EINVAL,
		 "priority");
	job->node.priority = 0;
	job->node.resource_mask |= 1U << 15;
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) ==
		 -EOPNOTSUPP && why.resource == 15, "resource");
	job->node.resource_mask = 1U << CPU;
	tap_need(!aios_engine_job_check(&w.engine, &job->node, &why) &&
		 why.code == AIOS_WHY_NONE, "good");
	world_ask(job, GPU, 1000, 1000);
	tap_need(aios_engine_job_check(&w.engine, &job->node, &why) == -ENOSPC &&
		 why.code == AIOS_WHY_NO_DEVICE && why.resource == GPU &&
		 why.available == 0, "no device: %u", why.code);
	world_check(&w, false);
	tap_point("a job that is malformed or can never fit is refused with the cause");
}

static void test_limits(void)
{
	struct aios_group_node *group, *child;
	struct world_job *job;
	struct aios_why why;
	u64 limit[AIOS_RESOURCE_MAX] = { [CPU] = 4000 };
	u32 pending;
	u64 binding;

	begin();
	group = world_add_group(&w, &w.engine.root);
	child = world_add_group(&w, group);
	aios_engine_group_limit(&w.engine, world_now(&w), group, 1U << CPU, limit,
				&pending, &why);
	tap_need(!pending && why.code == AIOS_WHY_NONE, "set");
	limit[CPU] = 5000;
	tap_need(aios_engine_group_limit(&w.engine, world_now(&w), child, 1U << CPU,
					 limit, NULL, &why) == -EINVAL &&
		 why.code == AIOS_WHY_ABOVE_PARENT && why.group == group->id &&
		 why.available == 4000, "above the parent");
	tap_need(child->limit[CPU] == AIOS_UNLIMITED, "unchanged");
	tap_need(aios_engine_group_effective(&w.engine, child, CPU, &binding) ==
		 4000 && binding == group->id, "binding");
	tap_need(aios_engine_group_effective(&w.engine, child, MEMORY,
					     &binding) == 64 * GIB &&
		 binding == w.engine.root.id, "machine binds");
	job = run_cpu(child, 3000, AIOS_UNLIMITED);
	decide();
	tap_need(job->node.grant[CPU] == 4000, "grant %llu", job->node.grant[CPU]);
	limit[CPU] = 2000;
	tap_need(!aios_engine_group_limit(&w.engine, world_now(&w), group,
					  1U << CPU, limit, &pending,
					  &why), "lower");
	tap_need(pending == 1U << CPU, "pending");
	decide();
	tap_need(job->node.grant[CPU] == 3000, "keeps its request");
	tap_need(aios_engine_group_detach(&w.engine, group, &why) == -EBUSY &&
		 why.asked == 0 && why.available == 1, "in use");
	world_end(&w, job);
	decide();
	tap_need(!aios_engine_group_detach(&w.engine, child, &why), "detach");
	w.nr_groups--;
	tap_point("limits bind below, are refused above the parent, lowered step by step");
}

/* What a job is bounded to otherwise others have; its request stays its own. */
static void test_bound(void)
{
	u64 bound[AIOS_RESOURCE_MAX];
	struct world_job *a, *b;
	u32 r;

	begin();
	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		bound[r] = AIOS_UNLIMITED;
	a = run_cpu(&w.engine.root, 1000, 16000);
	b = run_cpu(&w.engine.root, 1000, 16000);
	decide();
	bound[CPU] = 3000;
	a->node.bound = bound;
	aios_engine_job_bounded(&w.engine, world_now(&w), &a->node);
	decide();
	tap_need(a->node.grant[CPU] == 3000 && b->node.grant[CPU] == 13000, "bounded");
	bound[CPU] = 500;
	aios_engine_job_bounded(&w.engine, world_now(&w), &a->node);
	decide();
	tap_need(a->node.grant[CPU] == 1000 && b->node.grant[CPU] == 15000, "its request");
	a->node.bound = NULL;
	aios_engine_job_bounded(&w.engine, world_now(&w), &a->node);
	world_end(&w, b);
	decide();
	tap_need(a->node.grant[CPU] == 16000, "no more");
	tap_point("no more is granted than what a job is bounded to besides");
}

static void test_impossible_head(void)
{
	struct aios_group_node *group;
	struct world_job *a, *b, *c;
	u64 limit[AIOS_RESOURCE_MAX] = { [CPU] = 2000 };

	begin();
	group = world_add_group(&w, &w.engine.root);
	a = run_cpu(&w.engine.root, 16000, 16000);
	decide();
	b = run_cpu(group, 8000, 8000);
	c = run_cpu(&w.engine.root, 8000, 8000);
	decide();
	tap_need(w.engine.head == &b->node, "b is the head");
	aios_engine_group_limit(&w.engine, world_now(&w), group, 1U << CPU, limit,
				NULL, NULL);
	decide();
	tap_need(w.engine.head == &c->node, "c is the head");
	tap_need(why_of(b).code == AIOS_WHY_NEVER_FITS, "says so");
	world_end(&w, a);
	decide();
	tap_need(runs(c) && !runs(b), "c runs");
	limit[CPU] = AIOS_UNLIMITED;
	aios_engine_group_limit(&w.engine, world_now(&w), group, 1U << CPU, limit,
				NULL, NULL);
	decide();
	tap_need(runs(b), "b can again");
	tap_point("what can no longer fit waits without blocking the others");
}

static struct world_job *run_timed(u64 cpu, u64 runtime)
{
	struct world_job *job = job_with_cpu(&w.engine.root, cpu, cpu);

	job->node.expected_runtime_ns = runtime;
	tap_need(!world_submit(&w, job), "submit");
	return job;
}

/* Processors are switched off for now: who needs them waits, and keeps nobody back. */
static void test_waits_for_the_machine(void)
{
	struct world_job *whole, *more, *small;
	struct aios_why why;

	begin();
	aios_engine_resource_set(&w.engine, world_now(&w), CPU, AIOS_RESOURCE_ELASTIC, 8000);
	more = job_with_cpu(&w.engine.root, 16000, 16000);
	tap_need(aios_engine_job_check(&w.engine, &more->node, &why) == -ENOSPC &&
		 why.code == AIOS_WHY_NEVER_FITS && why.available == 8000, "gone for good");
	aios_engine_resource_whole(&w.engine, CPU, 16000);
	more = job_with_cpu(&w.engine.root, 16001, 16001);
	tap_need(aios_engine_job_check(&w.engine, &more->node, &why) == -ENOSPC &&
		 why.code == AIOS_WHY_NEVER_FITS && why.available == 16000, "never there");
	whole = run_cpu(&w.engine.root, 16000, 16000);
	decide();
	small = run_cpu(&w.engine.root, 8000, 8000);
	decide();
	why = why_of(whole);
	tap_need(!runs(whole) && why.code == AIOS_WHY_NOT_NOW && why.asked == 16000 &&
		 why.available == 8000, "it waits: %u", why.code);
	tap_need(runs(small), "who comes behind it starts");
	world_end(&w, small);
	aios_engine_resource_set(&w.engine, world_now(&w), CPU, AIOS_RESOURCE_ELASTIC, 16000);
	decide();
	tap_need(runs(whole), "it starts when they are back");
	tap_point("what the machine lacks for now is waited for, and holds up nobody");
}

static void test_easy(void)
{
	struct world_job *a, *head, *late, *wide, *quick, *small;

	begin();
	a = run_timed(10000, 100);
	decide();
	head = run_timed(12000, 50);
	late = run_timed(5000, 101);	/* would run beyond 100 and take too much */
	wide = run_timed(7000, 10);	/* does not fit now */
	quick = run_timed(2000, 100);	/* over when the head starts */
	small = run_timed(4000, 0);	/* fits beside the head */
	decide();
	tap_need(runs(a) && w.engine.head == &head->node, "head");
	tap_need(w.engine.shadow_ns == 100, "shadow %llu", w.engine.shadow_ns);
	tap_need(!runs(late) && why_of(late).code == AIOS_WHY_NOT_NOW, "late");
	tap_need(!runs(wide), "wide");
	tap_need(runs(quick) && runs(small), "backfilled");
	tap_need(aios_engine_estimate_start(&w.engine, &head->node, 0) == 100,
		 "estimate");
	tap_need(aios_engine_estimate_start(&w.engine, &late->node, 0) == 150,
		 "estimate of the next: %llu",
		 aios_engine_estimate_start(&w.engine, &late->node, 0));
	w.now = 100;
	world_end(&w, a);
	world_end(&w, quick);
	decide();
	tap_need(runs(head) && !runs(late), "the head was not delayed");
	aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_PRIORITY,
			       AIOS_BACKFILL_NONE, AIOS_OBJECTIVE_UTILITY);
	world_end(&w, small);
	quick = run_timed(10, 1);
	decide();
	tap_need(!runs(quick) && why_of(quick).code == AIOS_WHY_BEHIND &&
		 why_of(quick).asked == late->node.id, "no backfilling");
	tap_point("EASY starts only what cannot delay the head");
}

static void test_easy_unknown(void)
{
	struct world_job *a, *head, *same, *other;

	begin();
	a = run_timed(10000, 0);
	decide();
	head = run_timed(12000, 50);
	same = run_timed(1000, 1);
	other = world_new_job(&w, &w.engine.root);
	world_ask(other, MEMORY, GIB, GIB);
	world_submit(&w, other);
	decide();
	tap_need(w.engine.shadow_ns == AIOS_TIME_MAX, "unknown");
	tap_need(!runs(same) && why_of(same).code == AIOS_WHY_BEHIND,
		 "the contended resource is left alone");
	tap_need(runs(other), "another is not");
	tap_need(!aios_engine_estimate_start(&w.engine, &head->node, 0),
		 "no estimate");
	tap_need(runs(a), "a");
	tap_point("with unknown run times nothing that the head waits for is taken");
}

static void test_ahead(void)
{
	struct aios_group_node *group[2];
	struct world_job *job[6];
	u32 i;

	begin();
	run_timed(16000, 0);
	decide();
	group[0] = world_add_group(&w, &w.engine.root);
	group[1] = world_add_group(&w, group[0]);
	for (i = 0; i < 6; i++) {
		job[i] = world_new_job(&w, i % 2 ? group[1] : i ? group[0] : &w.engine.root);
		world_ask(job[i], CPU, 1000, 1000);
		world_submit(&w, job[i]);
	}
	decide();
	tap_need(w.engine.nr_queued == 6, "all wait");
	for (i = 0; i < 6; i++) {
		struct aios_job_node *node = &job[i]->node;
		u32 below = i ? i - 1 : 0;

		tap_need(aios_engine_ahead(&w.engine, node, &w.engine.root) == i &&
			 aios_engine_ahead(&w.engine, node, group[0]) == below &&
			 aios_engine_ahead(&w.engine, node, group[1]) == i / 2,
			 "job %u", i);
	}
	tap_point("who is ahead, by group");
}

static void test_surplus(void)
{
	struct aios_explanation explain;
	struct aios_explanation_row rows[8];
	struct world_job *a, *b;

	begin();
	a = run_cpu(&w.engine.root, 4000, 16000);
	b = run_cpu(&w.engine.root, 4000, 16000);
	b->node.weight = 300;
	decide();
	tap_need(b->node.grant[CPU] == 12000 && a->node.grant[CPU] == 4000,
		 "%llu and %llu", a->node.grant[CPU], b->node.grant[CPU]);
	aios_engine_explain(&w.engine, &a->node, &explain, rows, 8);
	tap_need(explain.nr_rows == 1 && rows[0].kind == AIOS_ROW_MACHINE &&
		 rows[0].resource == CPU && rows[0].capacity == 8000 &&
		 rows[0].column == 12000 && rows[0].price, "row");
	tap_need(explain.reduced_cost < 0 && explain.x == 0 &&
		 explain.weight == 100 && explain.nr_jobs == 2, "a loses");
	aios_engine_explain(&w.engine, &b->node, &explain, rows, 8);
	tap_need(explain.x == AIOS_X_ONE * 8 / 12, "x");
	tap_need(rows[0].activity == 8000, "activity %llu", rows[0].activity);
	tap_need(explain.gap[1] == 0 && explain.objective[0], "gap");
	world_end(&w, b);
	decide();
	tap_need(a->node.grant[CPU] == 16000 && a->node.x == AIOS_X_ONE,
		 "all for one");
	tap_need(a->grants == 1, "%u events", a->grants);
	tap_point("the surplus goes where it is worth most, and explain says why");
}

static void test_ties(void)
{
	struct world_job *job[6], *other;
	u64 grant[6];
	u32 i, round;

	begin();
	for (i = 0; i < 6; i++) {
		job[i] = run_cpu(&w.engine.root, 2000, 4000);
		decide();
		job[i]->grants = 0;
	}
	for (i = 0; i < 6; i++) {
		grant[i] = job[i]->node.grant[CPU];
		job[i]->grants = 0;
	}
	for (round = 0; round < 50; round++) {
		other = world_new_job(&w, &w.engine.root);
		world_ask(other, MEMORY, GIB, (1 + round) * GIB);
		other->node.expected_runtime_ns = 1000 - round;
		world_submit(&w, other);
		decide();
		if (round % 3)
			world_end(&w, other);
		decide();
	}
	for (i = 0; i < 6; i++)
		tap_need(job[i]->node.grant[CPU] == grant[i] && !job[i]->grants,
			 "job %u: %llu, then %llu, %u events", i, grant[i],
			 job[i]->node.grant[CPU], job[i]->grants);
	tap_point("grants of equals stay where they are while others come and go");
}

static void test_memory(void)
{
	struct world_job *a, *b;

	begin();
	a = world_new_job(&w, &w.engine.root);
	world_ask(a, MEMORY, 8 * GIB, 64 * GIB);
	world_submit(&w, a);
	decide();
	tap_need(a->node.grant[MEMORY] == 64 * GIB, "all");
	aios_engine_job_use(&w.engine, world_now(&w), &a->node, MEMORY, 60 * GIB);
	world_check(&w, false);
	b = world_new_job(&w, &w.engine.root);
	world_ask(b, MEMORY, 32 * GIB, 32 * GIB);
	world_submit(&w, b);
	decide();
	tap_need(!runs(b) && w.engine.reclaim == &b->node, "b waits");
	tap_need(a->node.grant[MEMORY] <= 32 * GIB &&
		 a->node.grant[MEMORY] > 32 * GIB - 8192, "called back: %llu",
		 a->node.grant[MEMORY]);
	aios_engine_job_use(&w.engine, world_now(&w), &a->node, MEMORY, 40 * GIB);
	decide();
	tap_need(!runs(b) && a->node.held[MEMORY] == 40 * GIB, "not yet");
	aios_engine_job_use(&w.engine, world_now(&w), &a->node, MEMORY, 50 * GIB);
	tap_need(a->node.held[MEMORY] == 40 * GIB, "no new loan");
	aios_engine_job_use(&w.engine, world_now(&w), &a->node, MEMORY, 31 * GIB);
	decide();
	tap_need(runs(b), "b runs");
	aios_engine_job_suspend(&w.engine, world_now(&w), &a->node);
	decide();
	tap_need(a->node.held[MEMORY] == 31 * GIB &&
		 a->node.grant[MEMORY] == 8 * GIB, "sticky while suspended");
	tap_point("memory above the request is lent, called back, and counted until it is back");
}

static void test_suspend(void)
{
	struct world_job *a, *b, *c;

	begin();
	a = run_cpu(&w.engine.root, 10000, 10000);
	world_ask(a, MEMORY, 0, 0);
	a->node.expected_runtime_ns = 100;
	decide();
	w.now = 30;
	tap_need(aios_engine_job_resume(&w.engine, world_now(&w),
					&a->node) == -EINVAL, "runs");
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w),
					  &a->node), "suspend");
	tap_need(aios_engine_job_suspend(&w.engine, world_now(&w),
					 &a->node) == -EALREADY,
		 "twice");
	tap_need(a->node.grant[CPU] == 0 && a->node.x == 0, "grant");
	b = run_cpu(&w.engine.root, 10000, 10000);
	decide();
	tap_need(runs(b), "b takes the room");
	c = run_cpu(&w.engine.root, 16000, 16000);
	tap_need(!aios_engine_job_resume(&w.engine, world_now(&w),
					 &a->node), "resume");
	tap_need(aios_engine_job_resume(&w.engine, world_now(&w),
					&a->node) == -EALREADY,
		 "twice");
	decide();
	tap_need(w.engine.head == &a->node && !runs(a), "ahead of the queue");
	tap_need(why_of(a).code == AIOS_WHY_NOT_NOW, "why");
	tap_need(aios_engine_position(&w.engine, &a->node) == 1, "position");
	w.now = 50;
	world_end(&w, b);
	decide();
	tap_need(runs(a) && a->resumptions == 1 && !runs(c), "resumed");
	tap_need(a->node.end_ns == 120, "its end moved: %llu", a->node.end_ns);
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w),
					  &a->node), "suspend");
	tap_need(!aios_engine_job_resume(&w.engine, world_now(&w),
					 &a->node), "resume");
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w), &a->node),
		 "and no longer");
	decide();
	tap_need(runs(c) && !runs(a), "c runs");
	world_end(&w, a);
	decide();
	tap_point("a suspended job keeps what is sticky and resumes ahead of the queue");
}

/* A job that holds resources, suspended or not, asks for more than there is. */
static void never_fits(struct world_job *job)
{
	u64 ask[AIOS_RESOURCE_MAX] = { 0 }, most[AIOS_RESOURCE_MAX] = { 0 };
	struct aios_change change = {
		.resource_mask = 1U << CPU,
		.request = ask,
		.limit = most,
	};
	u64 request = job->node.request[CPU];
	struct aios_why why = { 0 };

	ask[CPU] = 16001;
	most[CPU] = AIOS_UNLIMITED;
	tap_need(aios_engine_job_update(&w.engine, world_now(&w), &job->node,
					&change, &why) ==
		 -ENOSPC && why.code == AIOS_WHY_NEVER_FITS && why.resource == CPU &&
		 why.available == 16000, "never: %u", why.code);
	tap_need(job->node.request[CPU] == request, "unchanged");
	world_check(&w, true);
}

static void test_update(void)
{
	u64 ask[AIOS_RESOURCE_MAX] = { 0 }, most[AIOS_RESOURCE_MAX] = { 0 };
	struct aios_change change = {
		.resource_mask = 1U << CPU,
		.request = ask,
		.limit = most,
	};
	struct world_job *a, *b;
	struct aios_why why;

	begin();
	a = run_cpu(&w.engine.root, 4000, 4000);
	b = run_cpu(&w.engine.root, 8000, 8000);
	decide();
	ask[CPU] = 9000;
	most[CPU] = 9000;
	tap_need(aios_engine_job_update(&w.engine, world_now(&w), &a->node, &change,
					&why) ==
		 -EAGAIN && why.code == AIOS_WHY_NOT_NOW && why.resource == CPU &&
		 why.available == 8000, "no room: %u", why.code);
	tap_need(a->node.request[CPU] == 4000 && a->node.limit[CPU] == 4000,
		 "unchanged");
	world_check(&w, true);
	never_fits(a);
	ask[CPU] = 8000;
	tap_need(!aios_engine_job_update(&w.engine, world_now(&w), &a->node,
					 &change, &why),
		 "room");
	decide();
	tap_need(a->node.held[CPU] == 8000, "held");
	most[CPU] = 7000;
	tap_need(aios_engine_job_update(&w.engine, world_now(&w), &a->node, &change,
					&why) ==
		 -EINVAL && a->node.limit[CPU] == 9000, "above its limit");
	ask[CPU] = 1000;
	most[CPU] = 1000;
	tap_need(!aios_engine_job_update(&w.engine, world_now(&w), &a->node,
					 &change, &why),
		 "less");
	world_check(&w, false);
	decide();
	tap_need(a->node.grant[CPU] == 1000, "grant");
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w),
					  &a->node), "suspend");
	decide();
	never_fits(a);
	change.flags = AIOS_UPDATE_WEIGHT;
	change.resource_mask = 0;
	change.weight = 0;
	tap_need(aios_engine_job_update(&w.engine, world_now(&w), &b->node, &change,
					&why) ==
		 -EINVAL && b->node.weight == 100, "weight");
	world_end(&w, b);
	tap_need(aios_engine_job_update(&w.engine, world_now(&w), &b->node, &change,
					&why) ==
		 -ESRCH, "ended");
	decide();
	tap_point("a live job is changed at once or not at all");
}

static void test_charge(void)
{
	struct aios_group_node *group;
	struct world_job *a, *b;
	struct aios_why why;
	u64 limit[AIOS_RESOURCE_MAX] = { [GPU_MEMORY] = 10 * GIB };
	u64 used;

	begin();
	world_add_device(&w, 16 * GIB);
	group = world_add_group(&w, &w.engine.root);
	aios_engine_group_limit(&w.engine, world_now(&w), group, 1U << GPU_MEMORY,
				limit, NULL, NULL);
	a = world_new_job(&w, group);
	world_ask(a, GPU, 500, 500);
	world_ask(a, GPU_MEMORY, 2 * GIB, 8 * GIB);
	world_submit(&w, a);
	b = world_new_job(&w, group);
	world_ask(b, GPU, 500, 500);
	world_submit(&w, b);
	decide();
	tap_need(runs(a) && runs(b), "both run");
	tap_need(aios_engine_charge(&w.engine, world_now(&w), &a->node, 7, 1, &used,
				    &why) ==
		 -ENODEV, "device");
	tap_need(!aios_engine_charge(&w.engine, world_now(&w), &a->node, 0, 8 * GIB,
				     &used, &why) && used == 8 * GIB, "charge");
	tap_need(aios_engine_charge(&w.engine, world_now(&w), &a->node, 0, 1, &used,
				    &why) ==
		 -ENOMEM && used == 8 * GIB && why.group == 0 &&
		 why.available == 0, "its own limit");
	tap_need(aios_engine_charge(&w.engine, world_now(&w), &b->node, 0, 3 * GIB,
				    &used, &why) == -ENOMEM &&
		 why.group == group->id && why.available == 2 * GIB,
		 "the group's: %llu", why.available);
	decide();
	tap_need(!aios_engine_charge(&w.engine, world_now(&w), &b->node, 0, 2 * GIB,
				     &used, &why), "up to it");
	decide();
	tap_need(aios_engine_uncharge(&w.engine, world_now(&w), &a->node, 0,
				      9 * GIB, &used) ==
		 -ERANGE && used == 8 * GIB, "too much");
	tap_need(!aios_engine_uncharge(&w.engine, world_now(&w), &a->node, 0,
				       8 * GIB, &used) &&
		 used == 0 && a->node.held[GPU_MEMORY] == 2 * GIB, "uncharge");
	decide();
	limit[GPU_MEMORY] = AIOS_UNLIMITED;
	aios_engine_group_limit(&w.engine, world_now(&w), group, 1U << GPU_MEMORY,
				limit, NULL, NULL);
	tap_need(aios_engine_charge(&w.engine, world_now(&w), &b->node, 0, 13 * GIB,
				    &used, &why) == -ENOMEM &&
		 why.code == AIOS_WHY_NO_DEVICE && why.available == 12 * GIB,
		 "the accelerator's: %llu", why.available);
	tap_need(aios_engine_charge(&w.engine, world_now(&w), &b->node, 0, U64_MAX,
				    &used, &why) == -ENOMEM, "no overflow");
	decide();
	tap_point("accelerator memory is charged up to every limit on the way");
}

static void test_devices(void)
{
	struct aios_device_node *d0, *d1;
	struct world_job *a, *b, *c;

	begin();
	d0 = world_add_device(&w, 16 * GIB);
	d1 = world_add_device(&w, 16 * GIB);
	a = world_new_job(&w, &w.engine.root);
	world_ask(a, GPU, 300, AIOS_UNLIMITED);
	world_submit(&w, a);
	b = world_new_job(&w, &w.engine.root);
	world_ask(b, GPU, 300, AIOS_UNLIMITED);
	b->node.weight = 200;
	world_submit(&w, b);
	decide();
	tap_need(a->node.share[0].device == b->node.share[0].device,
		 "fractions share one");
	tap_need(a->node.grant[GPU] == 300 && b->node.grant[GPU] == 700,
		 "%llu and %llu", a->node.grant[GPU], b->node.grant[GPU]);
	c = world_new_job(&w, &w.engine.root);
	world_ask(c, GPU, 1000, 1000);
	c->node.exclusive = true;
	world_submit(&w, c);
	decide();
	tap_need(runs(c) && c->node.share[0].device->exclusive, "exclusive");
	tap_need(aios_engine_device_remove(&w.engine, world_now(&w),
					   d0) == -EBUSY &&
		 aios_engine_device_remove(&w.engine, world_now(&w),
					   d1) == -EBUSY, "busy");
	aios_engine_device_set(&w.engine, world_now(&w), c->node.share[0].device,
			       AIOS_DEVICE_GONE, 16 * GIB);
	decide();
	tap_need(w.engine.capacity[GPU] == 1000, "capacity");
	world_end(&w, c);
	decide();
	tap_need(!aios_engine_device_remove(&w.engine, world_now(&w),
					    d0 == a->node.share[0].device ? d1 : d0), "removed");
	w.device_there[d0 == a->node.share[0].device ? 1 : 0] = false;
	decide();
	tap_point("accelerators are shared, exclusive, and go away");
}

static void test_preview(void)
{
	static struct world_job guess_job;
	struct world_job *const guess = &guess_job;
	struct aios_preview preview;
	struct world_job *a, *b;
	int err;

	begin();
	a = run_timed(10000, 100);
	decide();
	guess->node.id = 99;
	guess->node.group = &w.engine.root;
	guess->node.weight = AIOS_WEIGHT_DEFAULT;
	world_ask(guess, CPU, 3000, 16000);
	err = aios_engine_preview(&w.engine, &guess->node, 0, w.workspace,
				  w.workspace_size, &preview);
	tap_need(!err && preview.state == AIOS_STATE_ADMITTED &&
		 guess->node.grant[CPU] == 6000, "%d, grant %llu", err,
		 guess->node.grant[CPU]);
	world_check(&w, true);
	b = run_timed(12000, 100);
	decide();
	guess->node.request[CPU] = 5000;
	err = aios_engine_preview(&w.engine, &guess->node, 0, w.workspace,
				  w.workspace_size, &preview);
	tap_need(!err && preview.state == AIOS_STATE_QUEUED &&
		 preview.why.code == AIOS_WHY_BEHIND &&
		 preview.why.asked == b->node.id && preview.position == 2 &&
		 preview.start_ns == 200, "code %u, start %llu",
		 preview.why.code, preview.start_ns);
	guess->node.expected_runtime_ns = 100;
	err = aios_engine_preview(&w.engine, &guess->node, 0, w.workspace,
				  w.workspace_size, &preview);
	tap_need(!err && preview.state == AIOS_STATE_ADMITTED, "backfilled");
	guess->node.request[CPU] = 17000;
	guess->node.limit[CPU] = 17000;
	tap_need(aios_engine_preview(&w.engine, &guess->node, 0, w.workspace,
				     w.workspace_size, &preview) == -ENOSPC &&
		 preview.why.code == AIOS_WHY_NEVER_FITS, "never");
	world_check(&w, true);
	tap_need(runs(a) && w.engine.nr_queued == 1 && w.engine.nr_held == 1 &&
		 w.engine.head == &b->node, "nothing changed");
	tap_point("a preview tells what would happen and changes nothing");
}

/* In the preview the job that runs is held back; in truth it is not. */
static void test_preview_explain(void)
{
	static struct world_job guess;
	struct aios_explanation_row rows[8];
	struct aios_explanation before = {}, after = {};
	struct aios_preview preview;
	struct world_job *job;

	begin();
	job = run_cpu(&w.engine.root, 4000, 10000);
	run_cpu(&w.engine.root, 4000, 16000);
	decide();
	guess.node.id = 99;
	guess.node.group = &w.engine.root;
	guess.node.weight = AIOS_WEIGHT_DEFAULT;
	world_ask(&guess, CPU, 8000, 8000);
	aios_engine_explain(&w.engine, &job->node, &before, rows, 8);
	tap_need(!aios_engine_preview(&w.engine, &guess.node, 0, w.workspace,
				      w.workspace_size, &preview) &&
		 preview.state == AIOS_STATE_ADMITTED, "fits");
	aios_engine_explain(&w.engine, &job->node, &after, rows, 8);
	tap_need(before.x == AIOS_X_ONE && before.nr_rows == 1 &&
		 before.bottleneck == before.nr_rows,
		 "nothing holds it back");
	tap_need(!memcmp(&before, &after, sizeof(before)), "told otherwise");
	tap_point("a preview changes nothing of what others are told");
}

/*
 * The best that pairs of jobs of rising weight can get, in 2^-AIOS_X_FRAC: the
 * limits of groups within that of the machine are a polymatroid, so the
 * heaviest take first.
 */
static u64 best_of_pairs(const struct aios_job_node *job, u32 nr, u64 machine)
{
	u64 best = 0, group = 0;
	u32 i;

	for (i = nr; i--;) {
		u64 take;

		if (i & 1)
			group = job[i].group->limit[CPU];
		take = min(min(group, machine), job[i].limit[CPU]);
		group -= take;
		machine -= take;
		best += AIOS_X_ONE * job[i].weight * take / job[i].limit[CPU];
	}
	return best;
}

/*
 * Pairs of jobs below 100 groups whose limits could all bind. Return: the share
 * of the best that was reached, in thousandths.
 */
static u64 run_pairs(u64 machine, u32 *rounds)
{
	static struct aios_group_node group[100];
	static struct aios_job_node job[200];
	static struct aios_engine engine;
	size_t size = aios_alloc_size(ARRAY_SIZE(job));
	void *workspace = aligned_alloc(16, ALIGN(size, 16));
	u64 limit[AIOS_RESOURCE_MAX], objective, best;
	struct aios_now now;
	u32 i;

	memset(group, 0, sizeof(group));
	memset(job, 0, sizeof(job));
	aios_engine_init(&engine, NULL, NULL, 1);
	now = aios_engine_time(&engine, 0);
	aios_engine_resource_set(&engine, now, CPU, AIOS_RESOURCE_ELASTIC, machine);
	for (i = 0; i < ARRAY_SIZE(job); i++) {
		if (i % 2 == 0) {
			group[i / 2].id = i + 2;
			aios_engine_group_attach(&group[i / 2], &engine.root,
						 100, NULL);
			limit[CPU] = 1000 + i / 2;
			aios_engine_group_limit(&engine, now, &group[i / 2],
						1U << CPU, limit, NULL, NULL);
		}
		job[i].id = i + 1000;
		job[i].group = &group[i / 2];
		job[i].weight = 100 + i;
		job[i].resource_mask = 1U << CPU;
		job[i].limit[CPU] = 900;
		aios_engine_job_submit(&engine, now, &job[i], NULL);
		aios_engine_job_ready(&engine, now, &job[i], true);
	}
	tap_need(!aios_engine_decide(&engine, 1, workspace, size), "decide");
	best = best_of_pairs(job, ARRAY_SIZE(job), machine);
	objective = engine.result.objective[0];
	tap_need(objective <= best, "%llu above %llu", objective, best);
	tap_need(objective + engine.result.gap[0] >= best, "certificate");
	tap_need(engine.result.nr_rows <= AIOS_LP_MAX_ROWS, "rows");
	tap_need(engine.root.granted[CPU] <= machine, "machine");
	for (i = 0; i < ARRAY_SIZE(group); i++)
		tap_need(group[i].granted[CPU] <= group[i].limit[CPU],
			 "group %u", i);
	free(workspace);
	*rounds = engine.result.rounds;
	return objective * 1000 / best;
}

static void test_many_rows(void)
{
	u32 rounds;
	u64 reached;

	reached = run_pairs(40000, &rounds);
	tap_need(reached >= 999 && rounds > 1, "%llu in %u rounds", reached,
		 rounds);
	tap_point("rows that were left out come in when they are exceeded");
	reached = run_pairs(200000, &rounds);
	tap_need(reached >= 980, "%llu in %u rounds", reached, rounds);
	tap_point("with more binding rows than fit the answer is feasible and its gap true");
}

static void test_workspace(void)
{
	static char small[64];
	struct world_job *a, *b;

	begin();
	a = run_cpu(&w.engine.root, 1000, 2000);
	tap_need(aios_engine_decide(&w.engine, 0, small, sizeof(small)) ==
		 -ENOMEM, "too small");
	tap_need(runs(a) && a->admissions == 1 && a->node.grant[CPU] == 1000,
		 "admitted with its request");
	world_check(&w, false);
	decide();
	tap_need(a->node.grant[CPU] == 2000 && a->grants == 1, "then the rest");
	b = run_cpu(&w.engine.root, 1000, 2000);
	world_end(&w, b);
	decide();
	tap_need(!aios_engine_pending(&w.engine), "idle");
	tap_point("a decision copes with a workspace that is too small");
}

static void test_quiet(void)
{
	struct world_job *a, *b, *c;
	u64 epoch;

	begin();
	a = run_timed(16000, 100);
	decide();
	b = run_timed(8000, 100);
	decide();
	epoch = w.engine.epoch;
	decide();
	tap_need(w.engine.epoch == epoch, "nothing to decide");
	c = run_timed(4000, 100);
	decide();
	tap_need(!runs(c) && w.engine.head == &b->node, "c behind b");
	aios_engine_job_ready(&w.engine, world_now(&w), &b->node, false);
	decide();
	tap_need(w.engine.head == &c->node, "b left");
	aios_engine_job_ready(&w.engine, world_now(&w), &b->node, true);
	decide();
	tap_need(w.engine.head == &b->node, "b is back in its place");
	tap_need(runs(a), "a");
	tap_point("who leaves the queue and comes back has his old place");
}

int main(void)
{
	world_init(&w);
	test_admission();
	test_priority();
	test_check();
	test_limits();
	test_bound();
	test_impossible_head();
	test_waits_for_the_machine();
	test_easy();
	test_ahead();
	test_easy_unknown();
	test_surplus();
	test_ties();
	test_memory();
	test_suspend();
	test_update();
	test_charge();
	test_devices();
	test_preview();
	test_preview_explain();
	test_many_rows();
	test_workspace();
	test_quiet();
	world_free(&w);
	return tap_done();
}
