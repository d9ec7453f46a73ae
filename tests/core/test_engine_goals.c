// SPDX-License-Identifier: GPL-2.0
/*
 * The engine under the objectives other than utility: known answers, the test of
 * optimality of each on random trees, computed from the grants alone, and what
 * happens when the proof of an answer fails. For that the call that solves is
 * wrapped.
 */
#include <math.h>
#include <stdlib.h>

#define aios_lp_goal_solve solve_for_real
#include "core/lp/goal.c"
#undef aios_lp_goal_solve

#include "core/alloc/alloc.h"
#include "core/engine/internal.h"
#include "random.h"
#include "tap.h"
#include "world.h"

#define CPU	AIOS_RESOURCE_CPU
#define MEMORY	AIOS_RESOURCE_MEMORY
#define GIB	(1ULL << 30)

static struct world w;
static u64 seed = 1;
static bool no_proof;	/* of anything but utility */
static u32 nr_solved[AIOS_OBJECTIVE_PROPORTIONAL + 1];

void aios_lp_goal_solve(struct aios_lp *lp, enum aios_lp_goal goal, u32 resources,
			const struct aios_lp_options *opt,
			struct aios_lp_answer *answer)
{
	solve_for_real(lp, goal, resources, opt, answer);
	nr_solved[goal]++;
	if (no_proof && goal != AIOS_LP_GOAL_UTILITY) {
		answer->status = AIOS_LP_STATUS_CAPPED;
		answer->gap = S128_MAX;
	}
}

static u32 below(u32 n)
{
	return random_below(&seed, n);
}

static void begin(u32 objective)
{
	world_free(&w);
	world_init(&w);
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w),
					 AIOS_POLICY_PRIORITY, AIOS_BACKFILL_EASY,
					 objective), "set");
}

static void set(u32 objective)
{
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w),
					 AIOS_POLICY_PRIORITY, AIOS_BACKFILL_EASY,
					 objective), "set");
	tap_need(aios_engine_pending(&w.engine), "there is something to decide");
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

static struct world_job *run(struct aios_group_node *group, u32 weight, u64 cpu,
			     u64 memory)
{
	struct world_job *job = world_new_job(&w, group);

	job->node.weight = weight;
	world_ask(job, CPU, 0, cpu);
	if (memory)
		world_ask(job, MEMORY, 0, memory);
	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static bool near(u64 a, u64 b)
{
	u64 off = a > b ? a - b : b - a;

	return off <= max(a, b) / 1000 + 1;
}

/* Three jobs of 16 CPUs, weights 1:1:2, on a machine of 16. */
static void test_known(void)
{
	struct aios_explanation_row rows[8];
	struct aios_explanation e;
	struct world_job *a, *b, *c;

	begin(AIOS_OBJECTIVE_MAXMIN);
	a = run(&w.engine.root, 100, 16000, 0);
	b = run(&w.engine.root, 100, 2000, 0);
	c = run(&w.engine.root, 200, 16000, 0);
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
	/* x as 1 : 1 : 2, so the CPUs as 16 : 2 : 32. */
	tap_need(near(a->node.x * 2, c->node.x) && near(a->node.x, b->node.x),
		 "x %llu, %llu, %llu", a->node.x, b->node.x, c->node.x);
	tap_need(w.engine.root.granted[CPU] >= 15998, "all is given");
	aios_engine_explain(&w.engine, &a->node, &e, rows, 8);
	tap_need(e.goal == AIOS_OBJECTIVE_MAXMIN && e.goal_set == e.goal &&
		 e.status == AIOS_LP_STATUS_OPTIMAL && !e.gap[0] && !e.gap[1],
		 "proven");
	tap_need(e.nr_rows == 1 && e.bottleneck == 0 && rows[0].price == 1 &&
		 rows[0].kind == AIOS_ROW_MACHINE && rows[0].resource == CPU,
		 "the row that binds");
	tap_need(e.level == a->node.x, "level %llu", e.level);
	aios_engine_explain(&w.engine, &c->node, &e, rows, 8);
	tap_need(near(e.level, a->node.x), "levels are equal");
	tap_point("max-min: levels over weights are equal");

	set(AIOS_OBJECTIVE_DRF);
	/* b is at his limit, below 4000; of the other 14000 c gets twice a's. */
	tap_need(near(a->node.grant[CPU], 4667) && b->node.grant[CPU] == 2000 &&
		 near(c->node.grant[CPU], 9333), "%llu, %llu, %llu",
		 a->node.grant[CPU], b->node.grant[CPU], c->node.grant[CPU]);
	aios_engine_explain(&w.engine, &b->node, &e, rows, 8);
	tap_need(e.bottleneck == e.nr_rows && e.x == AIOS_X_ONE,
		 "nothing holds b back");
	aios_engine_explain(&w.engine, &a->node, &e, rows, 8);
	tap_need(near(e.level, AIOS_X_ONE * 4667 / 16000), "share %llu", e.level);
	tap_point("drf: shares of the machine over weights are equal");

	set(AIOS_OBJECTIVE_PROPORTIONAL);
	/* CPUs as the weights, b at his limit. */
	tap_need(near(a->node.grant[CPU], 4667) && near(b->node.grant[CPU], 2000) &&
		 near(c->node.grant[CPU], 9333), "%llu, %llu, %llu",
		 a->node.grant[CPU], b->node.grant[CPU], c->node.grant[CPU]);
	aios_engine_explain(&w.engine, &a->node, &e, rows, 8);
	tap_need(e.goal == AIOS_OBJECTIVE_PROPORTIONAL && !e.level &&
		 e.bottleneck == 0 && rows[0].price, "priced");
	tap_point("proportional: CPUs in the ratio of the weights");

	set(AIOS_OBJECTIVE_UTILITY);
	aios_engine_explain(&w.engine, &a->node, &e, rows, 8);
	tap_need(b->node.x == AIOS_X_ONE && e.goal == AIOS_OBJECTIVE_UTILITY,
		 "utility again");
	tap_need(aios_engine_policy_set(&w.engine, world_now(&w),
					AIOS_POLICY_PRIORITY, AIOS_BACKFILL_EASY,
					AIOS_OBJECTIVE_PROPORTIONAL + 1) ==
		 -EOPNOTSUPP, "there is no fifth");
	tap_point("objectives change with one decision each");
}

/* Ghodsi's example: 9 CPUs and 18 GB, tasks of <1, 4> and of <3, 1>. */
static void test_drf(void)
{
	struct world_job *a, *b;

	begin(AIOS_OBJECTIVE_DRF);
	aios_engine_resource_set(&w.engine, world_now(&w), CPU,
				 AIOS_RESOURCE_ELASTIC, 9000);
	aios_engine_resource_set(&w.engine, world_now(&w), MEMORY,
				 AIOS_RESOURCE_STICKY, 18 * GIB);
	a = run(&w.engine.root, 100, 4500, 18 * GIB);
	b = run(&w.engine.root, 100, 9000, 3 * GIB);
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
	tap_need(near(a->node.grant[CPU], 3000) &&
		 near(a->node.grant[MEMORY], 12 * GIB), "a: %llu, %llu",
		 a->node.grant[CPU], a->node.grant[MEMORY]);
	tap_need(near(b->node.grant[CPU], 6000) &&
		 near(b->node.grant[MEMORY], 2 * GIB), "b: %llu, %llu",
		 b->node.grant[CPU], b->node.grant[MEMORY]);
	tap_point("drf: two thirds of the dominant resource for each");
}

/* A group's limit is a row as any other. */
static void test_group(void)
{
	struct aios_explanation_row rows[8];
	u64 limit[AIOS_RESOURCE_MAX];
	struct aios_group_node *group;
	struct world_job *a, *b, *c;
	struct aios_explanation e;

	begin(AIOS_OBJECTIVE_MAXMIN);
	group = world_add_group(&w, &w.engine.root);
	limit[CPU] = 4000;
	aios_engine_group_limit(&w.engine, world_now(&w), group, 1U << CPU, limit,
				NULL, NULL);
	a = run(group, 100, 16000, 0);
	b = run(group, 100, 16000, 0);
	c = run(&w.engine.root, 100, 16000, 0);
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
	tap_need(a->node.grant[CPU] == 2000 && b->node.grant[CPU] == 2000 &&
		 c->node.grant[CPU] == 12000, "%llu, %llu, %llu",
		 a->node.grant[CPU], b->node.grant[CPU], c->node.grant[CPU]);
	aios_engine_explain(&w.engine, &a->node, &e, rows, 8);
	tap_need(e.bottleneck < e.nr_rows &&
		 rows[e.bottleneck].kind == AIOS_ROW_GROUP &&
		 rows[e.bottleneck].id == group->id, "the group holds a back");
	aios_engine_explain(&w.engine, &c->node, &e, rows, 8);
	tap_need(e.bottleneck < e.nr_rows &&
		 rows[e.bottleneck].kind == AIOS_ROW_MACHINE, "the machine c");
	tap_point("max-min: a group's limit holds back its own jobs only");
}

static void test_no_proof(void)
{
	struct aios_explanation_row rows[8];
	struct world_job *a, *b;
	struct aios_explanation e;
	u32 goal;

	for (goal = AIOS_OBJECTIVE_MAXMIN; goal <= AIOS_OBJECTIVE_PROPORTIONAL;
	     goal++) {
		begin(goal);
		a = run(&w.engine.root, 100, 16000, 0);
		b = run(&w.engine.root, 300, 16000, 0);
		no_proof = true;
		memset(nr_solved, 0, sizeof(nr_solved));
		tap_need(!world_decide(&w), "decide");
		world_check(&w, true);
		no_proof = false;
		tap_need(nr_solved[AIOS_OBJECTIVE_UTILITY] == 1, "utility decides");
		tap_need(!a->node.grant[CPU] && b->node.grant[CPU] == 16000,
			 "all for the heavier: %llu, %llu", a->node.grant[CPU],
			 b->node.grant[CPU]);
		aios_engine_explain(&w.engine, &b->node, &e, rows, 8);
		tap_need(e.goal == AIOS_OBJECTIVE_UTILITY && e.goal_set == goal &&
			 e.status == AIOS_LP_STATUS_OPTIMAL, "and explain says so");
		a->node.weight = 100;
		aios_engine_policy_set(&w.engine, world_now(&w),
				       AIOS_POLICY_PRIORITY, AIOS_BACKFILL_EASY,
				       goal);
		tap_need(!world_decide(&w), "decide");
		tap_need(w.engine.result.goal == goal && a->node.grant[CPU] > 0,
			 "the next decision is proven again");
	}
	tap_point("what is not proven is not applied: utility decides, visibly");
}

/* ------------------------------------------------------------- random trees */

static struct world_job *random_job(void)
{
	struct world_job *job = world_new_job(&w, world_group(&w,
						below(world_all_groups(&w))));

	if (!job)
		return NULL;
	job->node.weight = 1 + below(below(2) ? 1000 : 100);
	if (below(4))
		world_ask(job, CPU, 100 * below(6), 500 + 500 * below(20));
	if (below(3))
		world_ask(job, MEMORY, GIB * below(4), GIB * (4 + below(16)));
	if (!below(4))
		world_ask(job, AIOS_RESOURCE_IO, 0, 1000 * (1 + below(10)));
	if (!below(4))
		world_ask(job, AIOS_RESOURCE_GPU, 250, below(2) ? 500 : 1000);
	return job;
}

static void random_machine(u32 goal)
{
	u64 limit[AIOS_RESOURCE_MAX];
	u32 i, jobs = 4 + below(60);

	begin(goal);
	for (i = below(3); i; i--)
		world_add_device(&w, 16 * GIB);
	for (i = below(WORLD_GROUPS); i; i--) {
		struct aios_group_node *group = world_add_group(&w, world_group(&w,
						below(world_all_groups(&w))));

		limit[CPU] = 1000 * (2 + below(10));
		limit[MEMORY] = GIB * (8 + below(32));
		if (below(2))
			aios_engine_group_limit(&w.engine, world_now(&w), group,
						1U << (below(2) ? CPU : MEMORY),
						limit, NULL, NULL);
	}
	if (below(2))
		aios_engine_resource_set(&w.engine, world_now(&w), AIOS_RESOURCE_IO,
					 AIOS_RESOURCE_ELASTIC, 10000);
	while (jobs--) {
		struct world_job *job = random_job();

		if (job)
			world_submit(&w, job);
	}
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

/* How high a job stands, as a real number, off by some units of the grid. */
static double height(const struct aios_job_node *job, int units)
{
	double x = ((double)job->x + units) / (double)job->alloc.weight;
	u64 share = aios_alloc_dominant_share(&w.engine, job);

	return w.engine.objective == AIOS_OBJECTIVE_DRF ? x * (double)share : x;
}

static bool in_row(const struct aios_job_node *job,
		   const struct aios_alloc_row *row, u64 *span)
{
	u32 i;

	*span = job->alloc.span[row->resource];
	if (row->group)
		return aios_node_below(job, row->group) && *span;
	for (i = 0; i < job->nr_shares; i++)
		if (job->share[i].device == row->device)
			*span = aios_alloc_share_column(job, i, row->resource !=
							AIOS_RESOURCE_GPU, false);
	for (i = 0; i < job->nr_shares; i++)
		if (job->share[i].device == row->device)
			return *span != 0;
	return false;
}

/* Full, to a thousandth of what the job could take, with nobody higher in it. */
static bool held_back(const struct aios_job_node *job)
{
	const struct aios_alloc_result *result = &w.engine.result;
	double own = height(job, 2) * 1.001;
	u64 span, theirs;
	u32 k, i;

	for (k = 0; k < result->nr_rows; k++) {
		const struct aios_alloc_row *row = &result->row[k];
		bool highest = true;

		if (!in_row(job, row, &span) ||
		    row->activity + span / 1000 + WORLD_JOBS < row->capacity)
			continue;
		for (i = 0; i < WORLD_JOBS; i++) {
			const struct aios_job_node *other = &w.job[i].node;

			if (w.job[i].submitted && other->state == AIOS_CORE_HELD &&
			    other->x && in_row(other, row, &theirs) &&
			    height(other, -2) > own)
				highest = false;
		}
		if (highest)
			return true;
	}
	return false;
}

static void test_fair(u32 goal, u32 rounds, const char *title)
{
	u32 round, i, held = 0;

	for (round = 0; round < rounds && tap.broken < 5; round++) {
		random_machine(goal);
		if (!w.engine.result.nr_jobs || w.engine.reclaim)
			continue;
		tap_need(w.engine.result.goal == goal &&
			 w.engine.result.status == AIOS_LP_STATUS_OPTIMAL &&
			 !w.engine.result.gap[0],
			 "round %u: goal %u, status %u", round,
			 w.engine.result.goal, w.engine.result.status);
		for (i = 0; i < WORLD_JOBS; i++) {
			const struct aios_job_node *job = &w.job[i].node;

			if (!w.job[i].submitted || job->state != AIOS_CORE_HELD ||
			    job->x >= AIOS_X_ONE - 1)
				continue;
			/* Without a part of the machine there is no height. */
			if (goal == AIOS_OBJECTIVE_DRF &&
			    !aios_alloc_dominant_share(&w.engine, job))
				continue;
			held++;
			tap_need(held_back(job),
				 "round %u: job %llu with x %llu could have more",
				 round, job->id, job->x);
		}
	}
	tap_need(held > rounds, "hardly anybody is held back: %u", held);
	tap_point(title);
}

/*
 * No feasible x has a larger sum of w log x than the certificate allows: tried
 * with what the other objectives choose.
 */
static void test_proportional(u32 rounds)
{
	static double x[WORLD_JOBS];
	double gap;
	u32 round, i, goal, compared = 0;

	for (round = 0; round < rounds && tap.broken < 5; round++) {
		random_machine(AIOS_OBJECTIVE_PROPORTIONAL);
		if (!w.engine.result.nr_jobs || w.engine.reclaim)
			continue;
		tap_need(w.engine.result.goal == AIOS_OBJECTIVE_PROPORTIONAL &&
			 w.engine.result.gap[1] == 0, "round %u: goal %u, gap %llu",
			 round, w.engine.result.goal, w.engine.result.gap[1]);
		gap = ldexp((double)w.engine.result.gap[0], -AIOS_X_FRAC);
		for (i = 0; i < WORLD_JOBS; i++)
			x[i] = (double)w.job[i].node.x;
		for (goal = 0; goal < AIOS_OBJECTIVE_PROPORTIONAL; goal++) {
			double sum = 0, all = 0;

			set(goal);
			for (i = 0; i < WORLD_JOBS; i++) {
				const struct aios_job_node *job = &w.job[i].node;
				double weight = job->alloc.weight;

				if (!w.job[i].submitted || !x[i] ||
				    job->state != AIOS_CORE_HELD)
					continue;
				sum += weight * log(((double)job->x + 1e-9) / x[i]);
				all += weight;
			}
			compared++;
			tap_need(gap <= all / 1000, "round %u: gap %g of %g",
				 round, gap, all);
			tap_need(sum <= gap + all * 1e-9,
				 "round %u, goal %u: better by %g, gap %g", round,
				 goal, sum, gap);
		}
	}
	tap_need(compared > rounds, "too few machines");
	tap_point("proportional: no other point is better than the certificate allows");
}

int main(int argc, char **argv)
{
	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	world_init(&w);
	test_known();
	test_drf();
	test_group();
	test_no_proof();
	test_fair(AIOS_OBJECTIVE_MAXMIN, 150,
		  "max-min: whoever could have more has a full row and nobody higher in it");
	test_fair(AIOS_OBJECTIVE_DRF, 150, "drf: the same of dominant shares");
	test_proportional(60);
	world_free(&w);
	return tap_done();
}
