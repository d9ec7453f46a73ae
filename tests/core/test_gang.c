// SPDX-License-Identifier: GPL-2.0
/*
 * Gangs: admitted in one decision or not at all, with accelerators and groups, in
 * one place of the queue; backfilled, reserved for, frozen and resumed as a whole,
 * under every policy and backfill. Run with a number to choose the seed.
 */
#include <stdlib.h>

#include "core/engine/internal.h"
#include "random.h"
#include "tap.h"
#include "world.h"

#define GIB	(1ULL << 30)
#define GANGS	16

static struct world w;
static struct aios_gang_node gangs[GANGS];
static u64 seed;

static u32 below(u32 n)
{
	return random_below(&seed, n);
}

static void begin(u32 policy, u32 backfill)
{
	world_init(&w);
	memset(gangs, 0, sizeof(gangs));
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), policy, backfill,
					 AIOS_OBJECTIVE_UTILITY), "policy");
}

static struct world_job *prepare(struct aios_gang_node *gang, u32 milli, u64 runtime)
{
	struct world_job *job = world_new_job(&w, &w.engine.root);

	world_ask(job, AIOS_RESOURCE_CPU, milli, milli);
	job->node.gang = gang;
	job->node.expected_runtime_ns = runtime;
	return job;
}

static struct world_job *come(struct aios_gang_node *gang, u32 milli, u64 runtime)
{
	struct world_job *job = prepare(gang, milli, runtime);

	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static void decide(void)
{
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

static void test_together(void)
{
	struct world_job *holder, *member[3], *other;
	struct aios_why why;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_NONE);
	gangs[0].size = 3;
	holder = come(NULL, 6000, 100);
	decide();
	member[0] = come(&gangs[0], 4000, 50);
	member[1] = come(&gangs[0], 4000, 50);
	decide();
	tap_need(!world_runs(member[0]) && !world_runs(member[1]), "not all are there");
	aios_engine_job_why(&w.engine, &member[1]->node, &why);
	tap_need(why.code == AIOS_WHY_GANG && why.asked == 2 && why.available == 3,
		 "why %u %llu", why.code, why.asked);
	other = come(NULL, 1000, 50);
	decide();
	tap_need(world_runs(other), "an incomplete gang holds nobody up");
	member[2] = come(&gangs[0], 4000, 50);
	decide();
	tap_need(!world_runs(member[0]) && !world_runs(member[2]), "12 of 9 CPUs");
	tap_need(w.engine.head == &member[0]->node, "the first stands for all");
	tap_need(world_why(&w, member[2]) == AIOS_WHY_NOT_NOW, "why %u", world_why(&w, member[2]));
	tap_need(aios_engine_position(&w.engine, &member[2]->node) == 1, "one place");
	tap_need(aios_engine_estimate_start(&w.engine, &member[2]->node, w.now) == 100,
		 "start %llu", aios_engine_estimate_start(&w.engine,
							  &member[2]->node, w.now));
	world_end(&w, holder);
	decide();
	tap_need(world_runs(member[0]) && world_runs(member[1]) && world_runs(member[2]), "together");
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w),
					&prepare(&gangs[0], 1, 1)->node,
					&why) == -EBUSY, "nobody joins any more");
	world_done(&w, member[0]);
	decide();
	tap_need(world_runs(member[1]) && world_runs(member[2]), "the others go on");
	world_done(&w, member[1]);
	world_done(&w, member[2]);
	decide();
	tap_need(!gangs[0].started && !gangs[0].nr_members, "and can be used again");
	world_free(&w);
	tap_point("a gang starts when all are there and fit");
}

static void test_refusals(void)
{
	struct aios_group_node *group;
	struct world_job *first, *job;
	struct aios_why why;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	group = world_add_group(&w, &w.engine.root);
	job = prepare(&gangs[0], 1, 1);
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EINVAL,
		 "size 0");
	gangs[0].size = AIOS_GANG_MAX + 1;
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EINVAL,
		 "too large");
	gangs[0].size = 2;
	first = come(&gangs[0], 1, 1);
	job = prepare(&gangs[0], 1, 1);
	job->node.group = group;
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EINVAL,
		 "of another group");
	job->node.group = &w.engine.root;
	world_wait_for(job, first, AIOS_DEPEND_AFTER);
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EINVAL,
		 "waits for its own");
	job->node.nr_edges = 0;
	tap_need(!world_submit(&w, job), "submit");
	job = prepare(&gangs[0], 1, 1);
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EBUSY &&
		 why.code == AIOS_WHY_GANG, "full");
	world_free(&w);
	tap_point("who cannot join is refused");
}

/* Four halves on two accelerators fit one by one, and three wholes do not. */
static void test_devices(void)
{
	struct world_job *job;
	u32 i;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	world_add_device(&w, 8 * GIB);
	world_add_device(&w, 8 * GIB);
	gangs[0].size = 3;
	gangs[1].size = 4;
	for (i = 0; i < 3; i++) {
		job = prepare(&gangs[0], 100, 10);
		world_ask(job, AIOS_RESOURCE_GPU, 1000, 1000);
		tap_need(!world_submit(&w, job), "submit");
	}
	for (i = 0; i < 4; i++) {
		job = prepare(&gangs[1], 100, 10);
		world_ask(job, AIOS_RESOURCE_GPU, 500, 500);
		world_ask(job, AIOS_RESOURCE_GPU_MEMORY, 4 * GIB, 4 * GIB);
		tap_need(!world_submit(&w, job), "submit");
	}
	decide();
	tap_need(!world_runs(&w.job[0]) && world_why(&w, &w.job[0]) == AIOS_WHY_NO_DEVICE,
		 "never fits, why %u", world_why(&w, &w.job[0]));
	tap_need(!w.engine.head, "and holds nobody up");
	for (i = 3; i < 7; i++)
		tap_need(world_runs(&w.job[i]), "half %u", i);
	world_free(&w);
	tap_point("accelerators are found for all together");
}

/* Backfilled only if the longest member ends in time; reserved for as a whole. */
static void test_backfill(void)
{
	struct world_job *holder, *head, *shorter[2], *longer[2];
	u32 i;

	for (i = 1; i < 3; i++) {
		begin(AIOS_POLICY_FIFO, i);
		gangs[0].size = 2;
		gangs[1].size = 2;
		gangs[2].size = 2;
		holder = come(NULL, 8000, 100);
		decide();
		head = come(&gangs[0], 8000, 50);
		come(&gangs[0], 8000, 50);
		longer[0] = come(&gangs[1], 1000, 10);
		longer[1] = come(&gangs[1], 1000, 200);
		shorter[0] = come(&gangs[2], 4000, 100);
		shorter[1] = come(&gangs[2], 4000, 10);
		decide();
		tap_need(!world_runs(head) && w.engine.shadow_ns == 100, "shadow %llu",
			 w.engine.shadow_ns);
		tap_need(!world_runs(longer[0]) && !world_runs(longer[1]), "would delay the head");
		tap_need(world_runs(shorter[0]) && world_runs(shorter[1]), "ends in time");
		w.now = 100;
		world_end(&w, holder);
		world_end(&w, shorter[0]);
		world_end(&w, shorter[1]);
		decide();
		tap_need(world_runs(head), "as promised");
		world_free(&w);
	}
	tap_point("backfill and reservation take a gang as a whole");
}

static void test_preemption(void)
{
	struct world_job *member[2], *job, *pair[2];
	const struct aios_engine_tuning tuning = { .quantum_ns = AIOS_QUANTUM_MIN_NS };
	const u64 second = 1000000000;

	begin(AIOS_POLICY_SRTF, AIOS_BACKFILL_EASY);
	world_tune(&w, &tuning);
	gangs[0].size = 2;
	gangs[1].size = 2;
	member[0] = come(&gangs[0], 4000, 1000 * second);
	member[1] = come(&gangs[0], 4000, 1000 * second);
	decide();
	/* 8 CPUs are free, and 9 are asked for: one member's would do. */
	job = come(NULL, 9000, second);
	decide();
	tap_need(world_runs(job) && member[0]->suspended && member[1]->suspended,
		 "all members make way");
	world_done(&w, job);
	decide();
	tap_need(world_runs(member[0]) && world_runs(member[1]), "and resume together");
	pair[0] = come(&gangs[1], 6000, second);
	pair[1] = come(&gangs[1], 6000, second);
	decide();
	tap_need(world_runs(pair[0]) && world_runs(pair[1]) && member[0]->suspended &&
		 member[1]->suspended, "a gang takes the place of a gang");
	/* One of the frozen ends; the other stands alone for what is left. */
	world_end(&w, member[0]);
	decide();
	world_done(&w, pair[0]);
	decide();
	tap_need(world_runs(member[1]), "the rest resumes");
	world_free(&w);
	tap_point("a gang is frozen and resumed as a whole");
}

static void test_command(void)
{
	struct world_job *member[2];

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	gangs[0].size = 2;
	member[0] = come(&gangs[0], 4000, 0);
	member[1] = come(&gangs[0], 4000, 0);
	tap_need(!aios_engine_job_hold(&w.engine, world_now(&w), &member[1]->node,
				       true), "hold");
	decide();
	tap_need(!world_runs(member[0]) && world_why(&w, member[0]) == AIOS_WHY_GANG,
		 "one on hold holds all up");
	tap_need(!aios_engine_job_hold(&w.engine, world_now(&w), &member[1]->node,
				       false), "release");
	decide();
	tap_need(world_runs(member[0]) && world_runs(member[1]), "run");
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w),
					  &member[1]->node), "suspend");
	decide();
	tap_need(member[0]->node.state == AIOS_CORE_SUSPENDED, "both");
	tap_need(aios_engine_job_suspend(&w.engine, world_now(&w),
					 &member[0]->node) == -EALREADY,
		 "already");
	tap_need(!aios_engine_job_resume(&w.engine, world_now(&w),
					 &member[0]->node), "resume");
	decide();
	tap_need(world_runs(member[0]) && world_runs(member[1]), "both again");
	world_free(&w);
	tap_point("hold, suspend and resume of one are of all");
}

/* ------------------------------------------------------------------- random */

static void arrive(void)
{
	struct aios_group_node *group = world_group(&w, below(w.nr_groups + 1));
	struct aios_gang_node *gang = NULL;
	struct world_job *job;

	if (below(3)) {
		gang = &gangs[below(GANGS)];
		if (!gang->nr_members)
			gang->size = 1 + below(5);
		else
			group = gang->first->group;
	}
	job = world_new_job(&w, group);
	if (!job)
		return;
	world_ask(job, AIOS_RESOURCE_CPU, 250 * below(16), 8000);
	if (below(2))
		world_ask(job, AIOS_RESOURCE_MEMORY, below(16) * GIB, 20 * GIB);
	if (!below(3))
		world_ask(job, AIOS_RESOURCE_GPU, 250 * (1 + below(6)), 4000);
	job->node.exclusive = !below(8);
	job->node.priority = (s32)below(5) - 2;
	job->node.expected_runtime_ns = below(4) ? 1 + below(500) : 0;
	job->node.deadline_ns = below(2) ? w.now + below(1000) : 0;
	job->node.gang = gang;
	world_submit(&w, job);
}

static void random_limit(void)
{
	u64 limit[AIOS_RESOURCE_MAX] = { 0 };

	limit[AIOS_RESOURCE_CPU] = below(3) ? 1000 * (4 + below(16)) : AIOS_UNLIMITED;
	aios_engine_group_limit(&w.engine, world_now(&w),
				world_group(&w, below(w.nr_groups + 1)), 1, limit,
				NULL, NULL);
}

static void random_update(struct world_job *job)
{
	u64 ask[AIOS_RESOURCE_MAX] = { 0 }, most[AIOS_RESOURCE_MAX] = { 0 };
	struct aios_change change = {
		.flags = AIOS_UPDATE_PRIORITY | AIOS_UPDATE_RUNTIME,
		.resource_mask = below(2) << AIOS_RESOURCE_CPU,
		.priority = (s32)below(5) - 2,
		.expected_runtime_ns = below(500),
		.request = ask,
		.limit = most,
	};

	ask[AIOS_RESOURCE_CPU] = 250 * below(16);
	most[AIOS_RESOURCE_CPU] = 8000;
	aios_engine_job_update(&w.engine, world_now(&w), &job->node, &change, NULL);
}

static void random_event(void)
{
	struct world_job *job = world_live_job(&w, below(WORLD_JOBS));
	u32 what = below(100);

	w.now += below(20);
	if (what < 45 || !job)
		arrive();
	else if (what < 68)
		world_end(&w, job);
	else if (what < 74)
		aios_engine_job_hold(&w.engine, world_now(&w), &job->node,
				     below(2));
	else if (what < 80)
		aios_engine_job_ready(&w.engine, world_now(&w), &job->node,
				      below(3));
	else if (what < 84)
		aios_engine_job_suspend(&w.engine, world_now(&w), &job->node);
	else if (what < 92)
		aios_engine_job_resume(&w.engine, world_now(&w), &job->node);
	else if (what < 96)
		random_update(job);
	else if (what < 98)
		random_limit();
	else
		aios_engine_estimate_start(&w.engine, &job->node, w.now);
}

/* Who was admitted was admitted with the whole gang. */
static void check_starts(void)
{
	u32 i;

	for (i = 0; i < WORLD_JOBS; i++) {
		const struct aios_job_node *job = &w.job[i].node, *other;

		if (!w.job[i].submitted || !job->gang)
			continue;
		for (other = job->gang->first; other; other = other->gang_next)
			tap_need(other->admit_ns == job->admit_ns,
				 "jobs %llu and %llu: admitted at %llu and %llu",
				 job->id, other->id, job->admit_ns, other->admit_ns);
	}
}

static u32 run(u32 policy, u32 backfill, u32 steps)
{
	const struct aios_engine_tuning tuning = {
		.quantum_ns = AIOS_QUANTUM_MIN_NS, .guard = 2000,
		.guard_floor_ns = 2000,
	};
	u32 step, i, started = 0;

	begin(policy, backfill);
	for (i = 0; i < 3; i++)
		world_add_group(&w, world_group(&w, below(w.nr_groups + 1)));
	for (i = below(5); i; i--)
		world_add_device(&w, 16 * GIB);
	if (policy % 2)
		world_tune(&w, &tuning);
	for (step = 0; step < steps && tap.broken < 5; step++) {
		random_event();
		world_check(&w, false);
		if (below(3))
			continue;
		tap_need(!world_decide(&w), "decide");
		world_check(&w, policy < AIOS_POLICY_RR);
		check_starts();
		for (i = 0; i < GANGS; i++)
			started += gangs[i].started && gangs[i].nr_members > 1;
		if (tap.broken)
			printf("# policy %u backfill %u step %u\n", policy,
			       backfill, step);
	}
	world_free(&w);
	return started;
}

/* Members that wait for each other's gangs would wait for ever, also by way of others. */
static void test_circles(void)
{
	struct world_job *a, *b, *c, *late;
	struct aios_why why;

	begin(AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY);
	gangs[0].size = 2;
	gangs[1].size = 2;
	a = come(&gangs[0], 1000, 10);
	c = prepare(NULL, 1000, 10);
	world_wait_for(c, a, AIOS_DEPEND_AFTER);
	tap_need(!world_submit(&w, c), "alone it may wait");
	b = prepare(&gangs[1], 1000, 10);
	world_wait_for(b, c, AIOS_DEPEND_AFTEROK);
	tap_need(!world_submit(&w, b), "so may another gang");
	late = prepare(&gangs[0], 1000, 10);
	world_wait_for(late, b, AIOS_DEPEND_AFTERANY);
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &late->node, &why) == -EINVAL,
		 "a circle");
	tap_need(why.code == AIOS_WHY_DEPENDS && why.asked == b->node.id, "which is named: %u %llu",
		 why.code, why.asked);
	late->node.nr_edges = 0;
	tap_need(!world_submit(&w, late), "without it");
	decide();
	tap_need(world_runs(a) && world_runs(late) && world_runs(c), "they start");
	world_done(&w, c);
	decide();
	tap_need(!world_runs(b), "which lacks a member");
	late = prepare(&gangs[1], 1000, 10);
	world_wait_for(late, a, AIOS_DEPEND_AFTER);
	tap_need(!world_submit(&w, late), "who runs does not wait");
	decide();
	tap_need(world_runs(b) && world_runs(late), "the other gang");
	world_free(&w);
	tap_point("gangs that would wait for each other for ever are refused");
}

int main(int argc, char **argv)
{
	u32 policy, backfill, started = 0;

	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	test_together();
	test_refusals();
	test_circles();
	test_devices();
	test_backfill();
	test_preemption();
	test_command();
	for (policy = 0; policy <= AIOS_POLICY_SRTF; policy++)
		for (backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE; backfill++)
			started += run(policy, backfill, 600);
	tap_need(started > 1000, "only %u", started);
	tap_point("under every policy and backfill the members are in one state");
	return tap_done();
}
