// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the allocator's fair objectives: the documented test of optimality,
 * applied to every answer, on random programs and the families.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lp_exact.h"
#include "lp_fair.h"

static unsigned int number, failed;

static void ok(bool good, const char *name)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++number, name);
	failed += !good;
}

/* The level at which column i has x, rounded up; huge for rate 0. */
static u128 level_of(const struct aios_lp *lp, u32 i, u64 x)
{
	u64 rate = aios_lp_rate(lp, i);

	return rate ? (((u128)x << 32) + rate - 1) / rate : (u128)1 << 120;
}

/* Full: one more step of everybody who can still rise would break the row. */
static bool is_full(const struct lp_instance *p, const struct aios_lp *lp, u32 k)
{
	u128 step = 0, used = 0;
	u32 i;

	for (i = 0; i < p->n; i++) {
		u64 a = p->a[(size_t)i * p->m + k], x = aios_lp_x(lp, i);

		used += aios_mul_u64(a, x);
		if (x < p->hi[i])
			step += aios_mul_u64(a, (aios_lp_rate(lp, i) >> 32) + 1);
	}
	return used + step > (u128)p->b[k] << p->x_frac;
}

/* No column of the row that is above its lower bound has a larger level. */
static bool among_largest(const struct lp_instance *p, const struct aios_lp *lp,
			  u32 i, u32 k)
{
	u128 own = level_of(lp, i, aios_lp_x(lp, i) + 2);
	u32 j;

	for (j = 0; j < p->n; j++)
		if (p->a[(size_t)j * p->m + k] &&
		    aios_lp_x(lp, j) > p->lo[j] && aios_lp_rate(lp, j) &&
		    level_of(lp, j, aios_lp_x(lp, j) - 1) > own)
			return false;
	return true;
}

static const char *check_fair(const struct lp_instance *p,
			      const struct aios_lp *lp)
{
	u32 i, k;

	for (k = 0; k < p->m; k++) {
		u128 used = 0;

		for (i = 0; i < p->n; i++)
			used += aios_mul_u64(p->a[(size_t)i * p->m + k],
					     aios_lp_x(lp, i));
		if (used > (u128)p->b[k] << p->x_frac)
			return "a row is violated";
	}
	for (i = 0; i < p->n; i++) {
		u64 x = aios_lp_x(lp, i);

		if (x < p->lo[i] || x > p->hi[i])
			return "a bound is violated";
		if (x == p->hi[i] || !aios_lp_rate(lp, i))
			continue;
		for (k = 0; k < p->m; k++)
			if (p->a[(size_t)i * p->m + k] && is_full(p, lp, k) &&
			    among_largest(p, lp, i, k))
				break;
		if (k == p->m)
			return "a column could have more at nobody's cost who has less";
	}
	return NULL;
}

static const char *solve(const struct lp_instance *p, bool drf)
{
	struct aios_lp *lp = lp_instance_model(p);
	struct aios_lp_fair_result res;
	const char *wrong = NULL;

	if (drf)
		aios_lp_drf(lp, min(p->m, 6U), NULL, &res);
	else
		aios_lp_max_min(lp, NULL, &res);
	if (res.status == AIOS_LP_STATUS_OPTIMAL)
		wrong = check_fair(p, lp);
	else if (res.status == AIOS_LP_STATUS_CAPPED)
		wrong = "capped, though nobody said stop";
	if (!wrong && res.phases > p->m)
		wrong = "more phases than rows";
	free(lp);
	return wrong;
}

static void test_family(const char *name, u32 n, bool drf)
{
	const char *wrong = NULL;
	char title[80];
	u32 seed;

	for (seed = 1; seed <= 10 && !wrong; seed++) {
		struct lp_instance *p = lp_family(name, n, seed);
		u32 i;

		/* Weights close enough that none is rounded up. */
		for (i = 0; i < p->n; i++)
			p->w[i] = p->w[i] % 1000 + 1;
		for (i = 0; i < p->n && seed > 5; i += 3)
			p->lo[i] = p->hi[i] / 64;
		wrong = solve(p, drf);
		if (wrong)
			printf("# %s n %u seed %u: %s\n", name, n, seed, wrong);
		lp_instance_free(p);
	}
	snprintf(title, sizeof(title), "%s is fair: %s, %u columns",
		 drf ? "drf" : "max-min", name, n);
	ok(!wrong, title);
}

/* Two jobs, known answers: Ghodsi's example, and a bound that binds. */
static void test_known(void)
{
	struct lp_instance *p = lp_instance_new(2, 2, AIOS_X_FRAC);
	struct aios_lp_fair_result res;
	struct aios_lp *lp;

	/* 9 CPU, 18 GB; tasks of A take <1, 4>, of B <3, 1>: 3 and 2 tasks. */
	p->b[0] = 9;
	p->b[1] = 18;
	p->w[0] = 1;
	p->w[1] = 1;
	p->a[0] = 1;
	p->a[1] = 4;
	p->a[2] = 3;
	p->a[3] = 1;
	p->hi[0] = 100ULL << AIOS_X_FRAC;
	p->hi[1] = 100ULL << AIOS_X_FRAC;
	lp = lp_instance_model(p);
	aios_lp_drf(lp, 2, NULL, &res);
	ok((aios_lp_x(lp, 0) + 8) >> 4 == 3ULL << 20 &&
	   (aios_lp_x(lp, 1) + 8) >> 4 == 2ULL << 20,
	   "drf gives three tasks and two");
	aios_lp_set_bounds(lp, 0, 0, 1ULL << AIOS_X_FRAC);
	aios_lp_max_min(lp, NULL, &res);
	ok(aios_lp_x(lp, 0) == 1ULL << AIOS_X_FRAC &&
	   aios_lp_x(lp, 1) == (8ULL << AIOS_X_FRAC) / 3,
	   "max-min gives the rest to who is not at his bound");
	aios_lp_set_bounds(lp, 0, 1ULL << 30, 1ULL << 30);
	aios_lp_max_min(lp, NULL, &res);
	ok(res.status == AIOS_LP_STATUS_INFEASIBLE, "floors beyond a row");
	free(lp);
	lp_instance_free(p);
}

int main(void)
{
	u32 f;

	test_known();
	for (f = 0; lp_family_names[f]; f++) {
		test_family(lp_family_names[f], 10, false);
		test_family(lp_family_names[f], 200, false);
		test_family(lp_family_names[f], 10, true);
		test_family(lp_family_names[f], 200, true);
	}
	printf("1..%u\n", number);
	return failed != 0;
}
