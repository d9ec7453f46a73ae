// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the allocator's fair objectives: the documented test of optimality,
 * applied to every answer, on random programs and the families.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/lp/fair.h"
#include "core/lp/internal.h"
#include "lp_exact.h"

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

	return rate ? (((u128)x << 62) + rate - 1) / rate : (u128)1 << 120;
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
			step += aios_mul_u64(a, (aios_lp_rate(lp, i) >> 62) + 1);
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

/* The core's own test takes the answer, and not one that was tampered with. */
static const char *check_verify(const struct lp_instance *p, struct aios_lp *lp)
{
	u64 full, was;
	u32 i;

	if (aios_lp_fair_verify(lp, NULL, &full))
		return "the core does not take its own answer";
	for (i = 0; i < p->n; i++) {
		was = lp->x[i];
		lp->x[i] = p->hi[i] + 1;
		if (aios_lp_fair_verify(lp, NULL, &full) != -ERANGE)
			return "x above its bound is taken";
		lp->x[i] = p->lo[i] + (was - p->lo[i]) / 2;
		if (aios_lp_rate(lp, i) && was - p->lo[i] > 1U << 16 &&
		    aios_lp_fair_verify(lp, NULL, &full) != -EDOM)
			return "half of a share is taken for fair";
		lp->x[i] = was;
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
	if (!wrong && res.passes > 133 * (res.phases + 1))
		wrong = "more passes than are promised";
	if (!wrong && res.status == AIOS_LP_STATUS_OPTIMAL)
		wrong = check_verify(p, lp);
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
	u64 full;

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
	lp->x[1] += 8;
	ok(aios_lp_fair_verify(lp, NULL, &full) == -ERANGE, "a broken row is seen");
	lp->x[1] -= 8;
	ok(!aios_lp_fair_verify(lp, NULL, &full) && full == 1, "the full row is named");
	aios_lp_set_bounds(lp, 0, 1ULL << 30, 1ULL << 30);
	aios_lp_max_min(lp, NULL, &res);
	ok(res.status == AIOS_LP_STATUS_INFEASIBLE, "floors beyond a row");
	free(lp);
	lp_instance_free(p);
}

/*
 * The gap of x for the prices that aios_lp_price() gives, anew in floating
 * point: sum over columns of how far the best response is ahead, and what the
 * slack is worth, for each unit of weight.
 */
static double log_gap(const struct lp_instance *p, const struct aios_lp *lp)
{
	double gap = 0, all = 0, scale;
	u64 largest = 1;
	u32 i, k;

	for (i = 0; i < p->n; i++)
		largest = max(largest, (u64)p->w[i]);
	scale = ldexp(1, 80 - (int)aios_bits64(largest));
	for (i = 0; i < p->n; i++) {
		double x = (double)aios_lp_x(lp, i), w = (double)p->w[i] * scale;
		double c = 0, best;

		for (k = 0; k < p->m; k++)
			c += (double)aios_lp_price(lp, k) *
			     (double)p->a[(size_t)i * p->m + k];
		best = fmin(fmax(w / c, (double)p->lo[i]), (double)p->hi[i]);
		gap += w * log(best / x) - c * (best - x);
		all += w;
	}
	for (k = 0; k < p->m; k++)
		gap += (double)aios_lp_price(lp, k) * (double)aios_lp_slack(lp, k);
	return gap / all;
}

static const char *check_proportional(const struct lp_instance *p,
				      struct aios_lp *lp)
{
	struct aios_lp_proportional_result res;
	u32 i, k;

	aios_lp_proportional(lp, 4295, NULL, &res);
	for (k = 0; k < p->m; k++) {
		u128 used = 0;

		for (i = 0; i < p->n; i++)
			used += aios_mul_u64(p->a[(size_t)i * p->m + k],
					     aios_lp_x(lp, i));
		if (used > (u128)p->b[k] << p->x_frac)
			return "a row is violated";
	}
	for (i = 0; i < p->n; i++)
		if (aios_lp_x(lp, i) < p->lo[i] || aios_lp_x(lp, i) > p->hi[i])
			return "a bound is violated";
	if (res.status != AIOS_LP_STATUS_OPTIMAL)
		return "the gap is above 10^-6";
	if (log_gap(p, lp) > (double)res.gap / 0x1p32 + 1e-12)
		return "the certified gap is not a bound";
	return NULL;
}

static void test_proportional(const char *name, u32 n)
{
	const char *wrong = NULL;
	char title[80];
	u32 seed;

	for (seed = 1; seed <= 3 && !wrong; seed++) {
		struct lp_instance *p = lp_family(name, n, seed);
		struct aios_lp *lp;
		u32 i;

		for (i = 0; i < p->n; i++)
			p->w[i] = p->w[i] % 1000 + 1;
		lp = lp_instance_model(p);
		wrong = check_proportional(p, lp);
		if (wrong)
			printf("# %s n %u seed %u: %s\n", name, n, seed, wrong);
		free(lp);
		lp_instance_free(p);
	}
	snprintf(title, sizeof(title), "proportional: %s, %u columns", name, n);
	ok(!wrong, title);
}

/* One row: x_i = w_i b / (a_i sum w). */
static void test_one_row(void)
{
	struct lp_instance *p = lp_instance_new(3, 1, AIOS_X_FRAC);
	struct aios_lp_proportional_result res;
	struct aios_lp *lp;
	bool good = true;
	u32 i;

	p->b[0] = 600;
	for (i = 0; i < 3; i++) {
		p->w[i] = i + 1;
		p->a[i] = 10 * (i + 1);
		p->hi[i] = 1000ULL << AIOS_X_FRAC;
	}
	lp = lp_instance_model(p);
	aios_lp_proportional(lp, 1, NULL, &res);
	for (i = 0; i < 3; i++)
		good &= (aios_lp_x(lp, i) + 128) >> 8 == 10ULL << (AIOS_X_FRAC - 8);
	ok(good && res.status == AIOS_LP_STATUS_OPTIMAL,
	   "proportional divides one row by weight");
	aios_lp_set_bounds(lp, 0, 0, 1ULL << AIOS_X_FRAC);
	aios_lp_proportional(lp, 4295, NULL, &res);
	ok(res.status == AIOS_LP_STATUS_OPTIMAL &&
	   aios_lp_x(lp, 0) > (1ULL << AIOS_X_FRAC) - 256 &&
	   aios_lp_x(lp, 1) >> 16 == (11ULL << 8) + 204,
	   "and what a bound leaves over goes to the others");
	free(lp);
	lp_instance_free(p);
}

int main(void)
{
	u32 f;

	test_known();
	test_one_row();
	for (f = 0; lp_family_names[f]; f++) {
		if (!strcmp(lp_family_names[f], "stress") ||
		    !strcmp(lp_family_names[f], "wide"))
			continue;	/* slow to converge: capped, and it says so */
		test_proportional(lp_family_names[f], 10);
		test_proportional(lp_family_names[f], 100);
	}
	for (f = 0; lp_family_names[f]; f++) {
		test_family(lp_family_names[f], 10, false);
		test_family(lp_family_names[f], 200, false);
		test_family(lp_family_names[f], 10, true);
		test_family(lp_family_names[f], 200, true);
	}
	printf("1..%u\n", number);
	return failed != 0;
}
