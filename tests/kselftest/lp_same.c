// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_LP_SOLVE answers as the same solver does in this process, bit for
 * bit: x, prices, reduced costs, objective, gap, status and iterations, for the
 * generated programs of every family, of several sizes, under every objective.
 * The generators are those of tests/core.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <core/lp/goal.h>
#include <lp_families.h>

#include "calls.h"
#include "harness.h"

#define MINUTE	60000000000ULL
#define OBJECTIVES	(AIOS_OBJECTIVE_PROPORTIONAL + 1)

/* All that the call can answer. */
struct answer {
	uint32_t status, iterations, y_shift;
	uint64_t objective[2], gap[2];
	uint64_t *x, *y;
	int64_t *d;
};

static struct answer answer_new(const struct lp_instance *p)
{
	struct answer a = {
		.x = calloc(p->n + 1, sizeof(*a.x)),
		.y = calloc(p->m + 1, sizeof(*a.y)),
		.d = calloc(p->n + 1, sizeof(*a.d)),
	};

	ASSERT(a.x && a.y && a.d);
	memset(a.x, POISON, p->n * sizeof(*a.x));
	memset(a.y, POISON, p->m * sizeof(*a.y));
	memset(a.d, POISON, p->n * sizeof(*a.d));
	return a;
}

static void answer_free(struct answer *a)
{
	free(a->x);
	free(a->y);
	free(a->d);
}

static void halves(uint64_t out[2], s128 v)
{
	out[0] = (uint64_t)v;
	out[1] = (uint64_t)(v >> 64);
}

static struct answer solve_here(const struct lp_instance *p, uint32_t goal,
				uint32_t resources)
{
	struct aios_lp *lp = lp_instance_model(p);
	struct answer a = answer_new(p);
	struct aios_lp_answer found;

	ASSERT(lp);
	aios_lp_goal_solve(lp, goal, resources, NULL, &found);
	a.status = found.status;
	a.iterations = found.iterations;
	a.y_shift = found.y_shift;
	halves(a.objective, found.objective);
	halves(a.gap, found.gap);
	for (uint32_t i = 0; i < p->n; i++) {
		a.x[i] = aios_lp_x(lp, i);
		a.d[i] = aios_lp_goal_reduced_cost(lp, &found, i);
	}
	for (uint32_t k = 0; k < p->m; k++)
		a.y[k] = aios_lp_goal_price(lp, &found, k);
	free(lp);
	return a;
}

static struct answer solve_there(const struct lp_instance *p, uint32_t goal,
				 uint32_t resources)
{
	uint64_t *by_rows = calloc((size_t)p->n * p->m + 1, sizeof(*by_rows));
	struct answer a = answer_new(p);
	struct aios_lp_solve s = {
		.size = sizeof(s), .n = p->n, .m = p->m, .goal = goal,
		.nr_resources = resources, .timeout_duration_ns = MINUTE,
		.w = (uintptr_t)p->w, .a = (uintptr_t)by_rows, .b = (uintptr_t)p->b,
		.lo = (uintptr_t)p->lo, .hi = (uintptr_t)p->hi,
		.x = (uintptr_t)a.x, .y = (uintptr_t)a.y, .d = (uintptr_t)a.d,
	};

	ASSERT(by_rows);
	for (uint32_t i = 0; i < p->n; i++)
		for (uint32_t k = 0; k < p->m; k++)
			by_rows[(size_t)k * p->n + i] = p->a[(size_t)i * p->m + k];
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
	a.status = s.status;
	a.iterations = s.iterations;
	a.y_shift = s.y_shift;
	memcpy(a.objective, s.objective, sizeof(a.objective));
	memcpy(a.gap, s.gap, sizeof(a.gap));
	free(by_rows);
	return a;
}

static void assert_equal(const struct lp_instance *p, const struct answer *here,
			 const struct answer *there)
{
	ASSERT_EQ(there->status, here->status);
	ASSERT_EQ(there->iterations, here->iterations);
	ASSERT_EQ(there->y_shift, here->y_shift);
	for (unsigned int half = 0; half < 2; half++) {
		ASSERT_U64(there->objective[half], here->objective[half]);
		ASSERT_U64(there->gap[half], here->gap[half]);
	}
	for (uint32_t i = 0; i < p->n; i++) {
		if (there->x[i] != here->x[i])
			FAIL("x[%u] = %llu, here %llu", i,
			     (unsigned long long)there->x[i],
			     (unsigned long long)here->x[i]);
		if (there->d[i] != here->d[i])
			FAIL("d[%u] = %lld, here %lld", i, (long long)there->d[i],
			     (long long)here->d[i]);
	}
	for (uint32_t k = 0; k < p->m; k++)
		if (there->y[k] != here->y[k])
			FAIL("y[%u] = %llu, here %llu", k,
			     (unsigned long long)there->y[k],
			     (unsigned long long)here->y[k]);
}

static void same(const struct lp_instance *p, uint32_t goal, uint32_t resources)
{
	struct answer here = solve_here(p, goal, resources);
	struct answer there = solve_there(p, goal, resources);

	assert_equal(p, &here, &there);
	answer_free(&here);
	answer_free(&there);
}

/* Floors that leave something, and weights as jobs have them. */
static void vary(struct lp_instance *p, u64 seed, uint32_t goal)
{
	for (uint32_t i = 0; i < p->n && seed % 3 == 1; i += 2)
		p->lo[i] = p->hi[i] / 8;
	for (uint32_t i = 0; i < p->n && goal; i++)
		p->w[i] = p->w[i] % 1000 + 1;
	if (p->n > 3 && seed % 5 == 2)
		p->w[p->n / 2] = -p->w[p->n / 2];
}

static void every_family(uint32_t goal, uint32_t n, uint32_t seeds)
{
	for (unsigned int f = 0; lp_family_names[f]; f++) {
		for (u64 seed = 1; seed <= seeds; seed++) {
			struct lp_instance *p = lp_family(lp_family_names[f], n, seed);

			ASSERT(p);
			vary(p, seed, goal);
			step("%s n %u m %u seed %llu objective %u",
			     lp_family_names[f], p->n, p->m,
			     seed, goal);
			same(p, goal, goal == AIOS_OBJECTIVE_DRF && seed % 2 ?
				      (p->m + 1) / 2 : 0);
			lp_instance_free(p);
		}
	}
}

static void every_objective(uint32_t n, uint32_t seeds)
{
	for (uint32_t goal = 0; goal < OBJECTIVES; goal++)
		every_family(goal, n, seeds);
}

TEST(of_ten_columns)
{
	every_objective(10, 60);
}

TEST(of_a_hundred_columns)
{
	every_objective(100, 6);
}

TEST(of_a_thousand_columns)
{
	for (uint32_t goal = 0; goal < AIOS_OBJECTIVE_PROPORTIONAL; goal++)
		every_family(goal, 1000, 3);
}

/* Large enough for the coarse start and for boxes of prices. */
TEST(of_ten_thousand_columns)
{
	every_family(AIOS_OBJECTIVE_UTILITY, 10000, 1);
}

/* Coefficients of every length, rows that round, and what cannot be. */
TEST(of_any_size)
{
	u64 s = 20250901;
	unsigned int infeasible = 0;

	for (unsigned int round = 0; round < 400; round++) {
		uint32_t n = lp_random_below(&s, 12), m = lp_random_below(&s, 7);
		uint32_t goal = round % OBJECTIVES;
		struct lp_instance *p = lp_instance_new(n, m, 24);
		struct answer here, there;

		ASSERT(p);
		for (uint32_t i = 0; i < n; i++) {
			p->w[i] = lp_random(&s) >> (24 + lp_random_below(&s, 40));
			p->hi[i] = lp_random(&s) >> (18 + lp_random_below(&s, 46));
			p->lo[i] = lp_random_below(&s, 4) ? 0 : p->hi[i] / 16;
			for (uint32_t k = 0; k < m; k++)
				if (lp_random_below(&s, 3))
					p->a[i * m + k] = lp_random(&s) >>
							  (2 + lp_random_below(&s, 62));
		}
		for (uint32_t k = 0; k < m; k++)
			p->b[k] = lp_random(&s) >> (2 + lp_random_below(&s, 62));
		step("round %u: n %u m %u objective %u", round, n, m, goal);
		here = solve_here(p, goal, 0);
		there = solve_there(p, goal, 0);
		infeasible += here.status == AIOS_LP_INFEASIBLE;
		assert_equal(p, &here, &there);
		answer_free(&here);
		answer_free(&there);
		lp_instance_free(p);
	}
	ASSERT_GE(infeasible, 1);
	ASSERT_LE(infeasible, 300);
}
