// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_LP_SOLVE: small programs whose optimum is known by hand, the
 * statuses, the bounds of every field, and a program of the largest size that
 * must end within its time limit or yield to a signal.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "calls.h"
#include "harness.h"

#define ONE	(1ULL << 24)
#define MAX_W	((1LL << 40) - 1)

struct program {
	unsigned int n, m;
	int64_t w[8];
	uint64_t a[32];		/* by rows */
	uint64_t b[4];
	uint64_t lo[8], hi[8];
	bool bounds;		/* lo and hi are stated */
	uint64_t x[8];		/* the only optimum */
};

static struct aios_lp_solve args(const struct program *p, uint64_t *x)
{
	struct aios_lp_solve s = { .size = sizeof(s), .n = p->n, .m = p->m };

	s.w = (uintptr_t)p->w;
	s.a = (uintptr_t)p->a;
	s.b = (uintptr_t)p->b;
	s.lo = p->bounds ? (uintptr_t)p->lo : 0;
	s.hi = p->bounds ? (uintptr_t)p->hi : 0;
	s.x = (uintptr_t)x;
	s.status = ~0U;
	memset(s.objective, POISON, sizeof(s.objective));
	memset(s.gap, POISON, sizeof(s.gap));
	return s;
}

static const struct program known[] = {
	{	/* room for all: everybody at his upper bound */
		.n = 3, .m = 1, .w = { 1, 2, 3 }, .a = { 1, 1, 1 }, .b = { 3 },
		.x = { ONE, ONE, ONE },
	}, {	/* no room at all */
		.n = 2, .m = 1, .w = { 5, 7 }, .a = { 1, 1 }, .b = { 0 },
		.x = { 0, 0 },
	}, {	/* a knapsack: the best ratio first, the second by half */
		.n = 3, .m = 1, .w = { 10, 6, 1 }, .a = { 2, 4, 4 }, .b = { 4 },
		.x = { ONE, ONE / 2, 0 },
	}, {	/* two rows, both bind: 2x + y = 2, x + 2y = 2 in quarters */
		.n = 2, .m = 2, .w = { 3, 3 }, .a = { 8, 4, 4, 8 }, .b = { 6, 6 },
		.x = { ONE / 2, ONE / 2 },
	}, {	/* bounds: a floor that costs, a ceiling that binds */
		.n = 2, .m = 1, .w = { 100, 1 }, .a = { 10, 10 }, .b = { 10 },
		.bounds = true, .lo = { 0, ONE / 4 }, .hi = { ONE / 2, ONE },
		.x = { ONE / 2, ONE / 2 },
	}, {	/* the floors fill the row exactly */
		.n = 2, .m = 1, .w = { 9, 1 }, .a = { 4, 4 }, .b = { 4 },
		.bounds = true, .lo = { ONE / 4, 3 * ONE / 4 }, .hi = { ONE, ONE },
		.x = { ONE / 4, 3 * ONE / 4 },
	}, {	/* a column that no row meets, one without a weight */
		.n = 3, .m = 1, .w = { 1, 0, 5 }, .a = { 0, 2, 2 }, .b = { 2 },
		.x = { ONE, 0, ONE },
	}, {	/* a weight below zero keeps to the floor */
		.n = 2, .m = 1, .w = { -5, 3 }, .a = { 1, 1 }, .b = { 8 },
		.bounds = true, .lo = { ONE / 4, 0 }, .hi = { ONE, ONE },
		.x = { ONE / 4, ONE },
	}, {	/* no rows */
		.n = 2, .m = 0, .w = { 1, 1 }, .bounds = true,
		.lo = { 0, 0 }, .hi = { ONE, ONE / 8 }, .x = { ONE, ONE / 8 },
	},
};

TEST(known_answers)
{
	for (size_t k = 0; k < ARRAY_SIZE(known); k++) {
		const struct program *p = &known[k];
		struct aios_lp_solve s;
		uint64_t x[9];
		int64_t objective = 0;

		memset(x, POISON, sizeof(x));
		s = args(p, x);
		ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
		if (s.status != AIOS_LP_OPTIMAL)
			FAIL("program %zu: status %u", k, s.status);
		for (unsigned int i = 0; i < p->n; i++) {
			if (x[i] != p->x[i])
				FAIL("program %zu: x[%u] = %llu, expected %llu", k, i,
				     (unsigned long long)x[i], (unsigned long long)p->x[i]);
			objective += p->w[i] * (int64_t)x[i];
		}
		ASSERT_U64(x[p->n], 0xa5a5a5a5a5a5a5a5ULL);
		ASSERT_U64(s.objective[0], objective);
		ASSERT_U64(s.objective[1], objective < 0 ? ~0ULL : 0);
		ASSERT_U64(s.gap[1], 0);
		/* 1e-6 of the objective, and a unit of the grid for each column */
		ASSERT(s.gap[0] <= (uint64_t)llabs(objective) / 1000000 + 200);
	}
}

/* The rows hold exactly, and the prices prove the optimum again from outside. */
static void check_certificate(unsigned int n, unsigned int m, const int64_t *w,
			      const uint64_t *a, const uint64_t *b)
{
	uint64_t *x = calloc(n, sizeof(*x)), *y = calloc(m, sizeof(*y));
	int64_t *d = calloc(n, sizeof(*d));
	struct aios_lp_solve s = { .size = sizeof(s), .n = n, .m = m };
	__int128 primal = 0, dual = 0, gap;

	s.w = (uintptr_t)w;
	s.a = (uintptr_t)a;
	s.b = (uintptr_t)b;
	s.x = (uintptr_t)x;
	s.y = (uintptr_t)y;
	s.d = (uintptr_t)d;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
	ASSERT_EQ(s.status, AIOS_LP_OPTIMAL);
	ASSERT_LE(s.y_shift, 63);
	for (unsigned int k = 0; k < m; k++) {
		unsigned __int128 activity = 0;

		for (unsigned int i = 0; i < n; i++)
			activity += (unsigned __int128)a[k * n + i] * x[i];
		ASSERT(activity <= (unsigned __int128)b[k] << 24);
		dual += (__int128)y[k] * b[k];
	}
	for (unsigned int i = 0; i < n; i++) {
		__int128 reduced = (__int128)w[i] << s.y_shift;

		for (unsigned int k = 0; k < m; k++)
			reduced -= (__int128)y[k] * a[k * n + i];
		/* d is the same number, rounded where it was clamped */
		ASSERT((reduced > 0) == (d[i] > 0) || (reduced <= 1 && reduced >= -1));
		if (reduced > 0)
			dual += reduced;
		ASSERT(x[i] <= ONE);
		primal += (__int128)w[i] * x[i];
	}
	gap = dual - ((primal << s.y_shift) >> 24);
	step("n %u m %u: %u iterations, objective %.3f, gap %.3g", n, m, s.iterations,
	     (double)primal / ONE, (double)gap / (double)((__int128)1 << s.y_shift));
	ASSERT(gap >= -1);
	ASSERT(gap <= (dual / 1000000) + ((__int128)n << s.y_shift) / 100000);
	free(x);
	free(y);
	free(d);
}

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

TEST(certificates)
{
	uint64_t seed = 88172645463325252ULL;

	for (unsigned int round = 0; round < 200; round++) {
		unsigned int n = 1 + next(&seed) % 40, m = 1 + next(&seed) % 6;
		int64_t w[40];
		uint64_t a[240], b[6];

		for (unsigned int i = 0; i < n; i++)
			w[i] = next(&seed) % 1000;
		for (unsigned int k = 0; k < m; k++) {
			uint64_t sum = 0;

			for (unsigned int i = 0; i < n; i++)
				sum += a[k * n + i] = next(&seed) % 3 ? next(&seed) % 5000 : 0;
			b[k] = sum * (next(&seed) % 120) / 100;
		}
		check_certificate(n, m, w, a, b);
	}
}

TEST(infeasible_floors)
{
	static const struct program p = {
		.n = 2, .m = 1, .w = { 1, 1 }, .a = { 4, 4 }, .b = { 3 },
		.bounds = true, .lo = { ONE / 2, ONE / 2 }, .hi = { ONE, ONE },
	};
	uint64_t x[8];
	struct aios_lp_solve s = args(&p, x);

	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
	ASSERT_EQ(s.status, AIOS_LP_INFEASIBLE);
}

TEST(nothing_to_solve)
{
	static const struct program p = { .n = 0, .m = 0 };
	uint64_t x[8];
	struct aios_lp_solve s = args(&p, x);

	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
	ASSERT_EQ(s.status, AIOS_LP_OPTIMAL);
	ASSERT_U64(s.objective[0], 0);
	ASSERT_U64(s.gap[0], 0);
}

/* --------------------------------------------------------------- bad input */

static void rejected(struct aios_lp_solve *s, int err)
{
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LP_SOLVE, s), err);
}

TEST(counts)
{
	uint64_t x[8];

	for (unsigned int i = 0; i < 4; i++) {
		static const uint32_t cols[] = { AIOS_LP_MAX_COLS + 1, 1U << 30, 1U << 31, ~0U };
		static const uint32_t rows[] = { AIOS_LP_MAX_ROWS + 1, 1U << 30, 1U << 31, ~0U };
		struct aios_lp_solve s = args(&known[0], x);

		s.n = cols[i];
		rejected(&s, EINVAL);
		s = args(&known[0], x);
		s.m = rows[i];
		rejected(&s, EINVAL);
		s.n = cols[i];
		rejected(&s, EINVAL);
	}
}

TEST(weights)
{
	static const int64_t bad[] = { MAX_W + 1, -MAX_W - 1, INT64_MAX, INT64_MIN };
	struct program p = known[0];
	struct aios_lp_solve s;
	uint64_t x[8];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		p.w[1] = bad[i];
		s = args(&p, x);
		rejected(&s, EINVAL);
	}
	p.w[1] = MAX_W;
	s = args(&p, x);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
}

TEST(bounds)
{
	struct program p = known[4];
	struct aios_lp_solve s;
	uint64_t x[8];

	p.lo[0] = p.hi[0] + 1;
	s = args(&p, x);
	rejected(&s, EINVAL);
	p = known[4];
	p.hi[0] = ~0ULL;
	s = args(&p, x);
	rejected(&s, EINVAL);
	p = known[4];
	p.lo[0] = 1ULL << 63;
	s = args(&p, x);
	rejected(&s, EINVAL);
}

/* Values at which a sum of a * hi leaves 64 bits: refused or right, never wrong. */
TEST(overflow)
{
	static const uint64_t big[] = {
		1ULL << 40, 1ULL << 61, 1ULL << 62, (1ULL << 63) - 1, 1ULL << 63, ~0ULL
	};

	for (size_t i = 0; i < ARRAY_SIZE(big); i++) {
		struct program p = {
			.n = 4, .m = 1, .w = { MAX_W, MAX_W, MAX_W, MAX_W },
			.a = { big[i], big[i], big[i], big[i] }, .b = { big[i] },
		};
		uint64_t x[8];
		struct aios_lp_solve s = args(&p, x);
		unsigned __int128 activity = 0, capacity = (unsigned __int128)big[i] << 24;

		memset(x, 0, sizeof(x));
		if (ioctl(dev(), AIOS_IOC_LP_SOLVE, &s)) {
			ASSERT(errno == EINVAL || errno == EOVERFLOW || errno == ERANGE);
			/* Sums below 2^62 must be taken. */
			ASSERT(big[i] >= 1ULL << 60);
			continue;
		}
		for (unsigned int k = 0; k < 4; k++)
			activity += (unsigned __int128)big[i] * x[k];
		ASSERT(activity <= capacity);
		/* A unit of x is big / 2^24, so a unit short is as near as it gets. */
		ASSERT(activity + 4 * (unsigned __int128)big[i] >= capacity);
	}
}

static struct aios_lp_solve largest(void)
{
	const unsigned int n = AIOS_LP_MAX_COLS, m = AIOS_LP_MAX_ROWS;
	int64_t *w = malloc(n * sizeof(*w));
	uint64_t *a = malloc((size_t)n * m * sizeof(*a));
	uint64_t *b = malloc(m * sizeof(*b)), *x = malloc(n * sizeof(*x));
	struct aios_lp_solve s = { .size = sizeof(s), .n = n, .m = m };
	uint64_t seed = 1234567;

	for (unsigned int i = 0; i < n; i++)
		w[i] = 1 + next(&seed) % 100000;
	for (unsigned int k = 0; k < m; k++) {
		b[k] = 0;
		for (unsigned int i = 0; i < n; i++)
			b[k] += a[(size_t)k * n + i] = 1 + next(&seed) % 1000000;
		b[k] /= 2;
	}
	s.w = (uintptr_t)w;
	s.a = (uintptr_t)a;
	s.b = (uintptr_t)b;
	s.x = (uintptr_t)x;
	return s;
}

TEST(time_limit)
{
	struct aios_lp_solve s = largest();
	long long start = now_ns();

	s.timeout_duration_ns = 10 * 1000 * 1000;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
	ASSERT(s.status == AIOS_LP_CAPPED || s.status == AIOS_LP_OPTIMAL);
	note("status %u, %u iterations, %llu ms of %lld in all", s.status, s.iterations,
	     (unsigned long long)s.solve_duration_ns / 1000000,
	     (now_ns() - start) / 1000000);
	/* Copying 8 MiB and the certificate come on top. */
	ASSERT_WITHIN(start, 5000);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* Nobody waits for a solve that he no longer wants. */
TEST(killed_in_the_middle)
{
	struct aios_lp_solve s = largest();
	struct sigaction act = { .sa_handler = on_alarm };
	pid_t pid;

	ASSERT_OK(sigaction(SIGALRM, &act, NULL));
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		for (;;)
			ioctl(dev(), AIOS_IOC_LP_SOLVE, &s);
	}
	sleep_ms(200);
	kill(pid, SIGKILL);
	reap_signal(pid, SIGKILL);
}

/* The same program for each goal: a row of 600, demands in a ratio of 1:2:3. */
static const struct program divided = {
	.n = 3, .m = 2, .w = { 1, 2, 3 },
	.a = { 10, 20, 30, 1, 1, 1 }, .b = { 600, 1000 }, .bounds = true,
	.hi = { 100 * ONE, 100 * ONE, 100 * ONE },
};

static void split_as(uint32_t goal, uint32_t resources, const double *expected)
{
	uint64_t x[9], y[2] = { POISON, POISON }, used = 0;
	struct aios_lp_solve s = args(&divided, x);
	int64_t d[3], objective = 0;

	s.y = (uintptr_t)y;
	s.d = (uintptr_t)d;
	s.goal = goal;
	s.nr_resources = resources;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
	ASSERT_EQ(s.status, AIOS_LP_OPTIMAL);
	for (unsigned int i = 0; i < 3; i++) {
		double off = (double)x[i] / ONE - expected[i];

		if (off > 1e-3 || off < -1e-3)
			FAIL("goal %u: x[%u] = %f, expected %f", goal, i,
			     (double)x[i] / ONE, expected[i]);
		ASSERT_EQ(d[i], 0);
		used += divided.a[i] * x[i];
		objective += divided.w[i] * (int64_t)x[i];
	}
	ASSERT(used <= 600 * ONE);
	ASSERT_U64(s.objective[0], objective);
	ASSERT_U64(s.gap[1], 0);
	if (goal == AIOS_OBJECTIVE_PROPORTIONAL) {
		/* y_0 b_0 is what all weights are worth; 10^-6 of them the gap */
		double worth = (double)y[0] * 600 / (double)(1ULL << s.y_shift);

		ASSERT(worth > 5.9 && worth < 6.1);
		ASSERT(s.gap[0] <= 6 * (ONE / 1000000 + 1));
	} else {
		ASSERT_U64(y[0], 1);
		ASSERT_U64(y[1], 0);
		ASSERT_U64(s.gap[0], 0);
	}
}

TEST(goals)
{
	/* levels: 10 + 40 + 90 a unit; shares of the first row: 1 + 2 + 3 = 6 */
	static const double levels[] = { 600.0 / 140, 1200.0 / 140, 1800.0 / 140 };
	static const double equal[] = { 10, 10, 10 };

	split_as(AIOS_OBJECTIVE_MAXMIN, 0, levels);
	split_as(AIOS_OBJECTIVE_DRF, 1, equal);
	split_as(AIOS_OBJECTIVE_DRF, 0, equal);
	split_as(AIOS_OBJECTIVE_PROPORTIONAL, 0, equal);
}

TEST(infeasible_floors_under_every_goal)
{
	struct program p = divided;

	p.lo[2] = 21 * ONE;
	for (uint32_t goal = 0; goal <= AIOS_OBJECTIVE_PROPORTIONAL; goal++) {
		uint64_t x[9];
		struct aios_lp_solve s = args(&p, x);

		s.goal = goal;
		ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
		ASSERT_EQ(s.status, AIOS_LP_INFEASIBLE);
	}
}

TEST(goals_that_are_refused)
{
	uint64_t x[9];
	struct aios_lp_solve s = args(&divided, x);

	s.goal = AIOS_OBJECTIVE_PROPORTIONAL + 1;
	rejected(&s, EOPNOTSUPP);
	s.goal = ~0U;
	rejected(&s, EOPNOTSUPP);
	s.goal = AIOS_OBJECTIVE_DRF;
	s.nr_resources = 3;
	rejected(&s, EINVAL);
	s.nr_resources = 1;
	for (s.goal = 0; s.goal <= AIOS_OBJECTIVE_PROPORTIONAL; s.goal++)
		if (s.goal != AIOS_OBJECTIVE_DRF)
			rejected(&s, EINVAL);
}

/* A program that was built before there were goals. */
TEST(the_first_size)
{
	uint64_t x[9];
	struct aios_lp_solve s = args(&known[2], x);

	s.size = offsetof(struct aios_lp_solve, goal);
	s.goal = ~0U;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
	ASSERT_EQ(s.status, AIOS_LP_OPTIMAL);
	ASSERT_EQ(s.goal, ~0U);
}

TEST(by_anybody)
{
	AS_USER(ALICE) {
		uint64_t x[8];
		struct aios_lp_solve s = args(&known[2], x);

		ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
		ASSERT_EQ(s.status, AIOS_LP_OPTIMAL);
	}
}
