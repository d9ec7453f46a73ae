// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the allocator's linear program: thousands of small random programs
 * and every degenerate corner against exact rational answers; the families of
 * the benchmark; sequences of changes whose warm answers equal the cold ones.
 * TAP on standard output. The arguments are scale factors for slow machines.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lp_change.h"
#include "lp_exact.h"

static unsigned int number, failed;

static void ok(bool good, const char *name)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++number, name);
	failed += !good;
}

static u64 *values(const struct aios_lp *lp, u32 n)
{
	u64 *x = calloc(n + 1, sizeof(*x));
	u32 i;

	for (i = 0; x && i < n; i++)
		x[i] = aios_lp_x(lp, i);
	return x;
}

/*
 * gap <= 1e-6 of the objective, or what the grid of x costs. Coefficients that
 * need more than 31 bits are rounded; what that costs is not bounded here.
 */
static bool close_enough(const struct lp_instance *p,
			 const struct aios_lp_result *res)
{
	u128 tolerance = aios_abs128(res->objective) / 1000000;
	u64 largest = 0;
	u32 i;

	for (i = 0; i < p->n * p->m; i++)
		if (p->a[i] >> 31)
			return true;
	for (i = 0; i < p->n; i++)
		largest = max(largest, aios_abs64(p->w[i]));
	return (u128)res->gap <= tolerance + (u128)4 * (p->m + 1) * largest;
}

/* Solve, compare with the oracle and with a full verification. */
static const char *solve_and_check(const struct lp_instance *p,
				   struct aios_lp *lp, bool exact)
{
	struct aios_lp_result res, full;
	const char *wrong = NULL;
	u64 *x;

	aios_lp_solve(lp, NULL, &res);
	full = res;
	if (res.status != AIOS_LP_STATUS_INFEASIBLE) {
		if (aios_lp_verify(lp, &full))
			return "the verification rejects x";
		if (full.objective != res.objective)
			return "the verification has another objective";
		if (full.gap > res.gap)
			return "the verification has a larger gap";
		if (!close_enough(p, &res))
			return "the gap is too large";
	}
	if (!exact)
		return NULL;
	x = values(lp, p->n);
	wrong = lp_exact_check(p, x, &res);
	free(x);
	return wrong;
}

static u64 pick(u64 *s, u32 style, u64 most)
{
	u32 bits;

	switch (style) {
	case 0:
		return lp_random_below(s, 4);
	case 1:
		return lp_random_below(s, 20);
	case 2:
		bits = (u32)lp_random_below(s, aios_bits64(most) + 1);
		return min(lp_random(s) >> (63 - bits) >> 1, most);
	default:
		return lp_random_below(s, most + 1);
	}
}

/* A small random program; many corners come up by themselves. */
static struct lp_instance *small_instance(u64 *s)
{
	u32 n = (u32)lp_random_below(s, 9), m = (u32)lp_random_below(s, 6);
	u32 style = (u32)lp_random_below(s, 4), i, k;
	u32 bounds = (u32)lp_random_below(s, 4);
	bool huge = lp_random_below(s, 8) == 0;
	u32 frac = lp_random_below(s, 4) ? AIOS_X_FRAC :
		   (u32)lp_random_below(s, AIOS_LP_X_FRAC_MAX + 1);
	struct lp_instance *p = lp_instance_new(n, m, frac);
	u64 one = 1ULL << frac;

	if (!p)
		abort();
	for (i = 0; i < n; i++) {
		u64 *a = &p->a[(size_t)i * m];

		for (k = 0; k < m; k++)
			a[k] = lp_random_below(s, 3) ?
			       pick(s, style, huge ? 1ULL << 50 : 1000000) : 0;
		p->w[i] = (s64)pick(s, style, 1000000000);
		if (lp_random_below(s, 10) == 0)
			p->w[i] = -p->w[i];
		p->hi[i] = one;
		if (bounds == 1)
			p->hi[i] = pick(s, 3, one);
		if (bounds == 2)
			p->hi[i] = pick(s, 2, AIOS_LP_X_MAX);
		if (bounds && lp_random_below(s, 3) == 0)
			p->lo[i] = pick(s, 3, p->hi[i]);
		if (lp_random_below(s, 16) == 0)
			p->lo[i] = p->hi[i];
	}
	for (k = 0; k < m; k++) {
		u128 low = 0, high = 0;

		for (i = 0; i < n; i++) {
			low += aios_mul_u64(p->a[(size_t)i * m + k], p->lo[i]);
			high += aios_mul_u64(p->a[(size_t)i * m + k], p->hi[i]);
		}
		low >>= frac;
		high >>= frac;
		high = min(high, (u128)AIOS_LP_B_MAX / 2);
		low = min(low, high);
		p->b[k] = (u64)low + pick(s, 3, (u64)(high - low) + 1);
		if (lp_random_below(s, 8) == 0)
			p->b[k] = (u64)low;
		if (lp_random_below(s, 30) == 0)
			p->b[k] = p->b[k] / 2;
	}
	return p;
}

/* Rows that are rounded may turn out infeasible only if they nearly are. */
static bool rounded_floor(const struct lp_instance *p)
{
	u32 i, k;
	bool floor = false;

	for (i = 0; i < p->n; i++)
		floor |= p->lo[i] != 0;
	for (i = 0; i < p->n * p->m; i++)
		if (floor && p->a[i] >> 31)
			return true;
	for (k = 0; k < p->m; k++)
		if (p->b[k] > AIOS_LP_B_MAX)
			return true;
	return false;
}

static void test_small(u32 count)
{
	u64 s = 20240607;
	u32 t;

	for (t = 0; t < count; t++) {
		u64 before = s;
		struct lp_instance *p = small_instance(&s);
		struct aios_lp *lp = lp_instance_model(p);
		const char *wrong = lp ? NULL : "no model";

		if (lp && !rounded_floor(p))
			wrong = solve_and_check(p, lp, true);
		if (wrong) {
			printf("# program %u (state %llu, n %u, m %u): %s\n", t,
			       before, p->n, p->m, wrong);
			ok(false, "small programs agree with the exact optimum");
			free(lp);
			lp_instance_free(p);
			return;
		}
		free(lp);
		lp_instance_free(p);
	}
	ok(true, "small programs agree with the exact optimum");
}

static void test_family(const char *name, u32 largest, u32 seeds)
{
	char title[80];
	u32 n, seed;

	for (n = 10; n <= largest; n *= 10) {
		const char *wrong = NULL;

		for (seed = 1; seed <= seeds && !wrong; seed++) {
			struct lp_instance *p = lp_family(name, n, seed);
			struct aios_lp *lp = lp_instance_model(p);

			wrong = solve_and_check(p, lp, n == 10 && p->m < 12);
			if (wrong)
				printf("# %s n %u seed %u: %s\n", name, n, seed,
				       wrong);
			free(lp);
			lp_instance_free(p);
		}
		snprintf(title, sizeof(title), "family %s, %u columns", name, n);
		ok(!wrong, title);
	}
}

/*
 * Rows that nearly or never bind beside rows that do, and more of both than
 * columns: basics far outside their bounds must not make the former look full.
 */
static void test_loose_rows(u32 count)
{
	const char *wrong = NULL;
	u64 s = 5;
	u32 t, i, k;

	for (t = 0; t < count && !wrong; t++) {
		u32 n = 3 + (u32)lp_random_below(&s, 20);
		u32 m = 2 + (u32)lp_random_below(&s, 31);
		struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);
		struct aios_lp *lp;

		for (i = 0; i < n; i++) {
			p->w[i] = 1 + (s64)lp_random_below(&s, 1000);
			p->hi[i] = lp_random_below(&s, 2 * AIOS_X_ONE);
			for (k = 0; k < m; k++)
				p->a[(size_t)i * m + k] =
					1 + lp_random_below(&s, 1000);
		}
		for (k = 0; k < m; k++) {
			u128 sum = 0;

			for (i = 0; i < n; i++)
				sum += aios_mul_u64(p->a[(size_t)i * m + k],
						    p->hi[i]);
			p->b[k] = (u64)(sum >> AIOS_X_FRAC) *
				  (95 + lp_random_below(&s, 30)) / 100;
		}
		lp = lp_instance_model(p);
		wrong = solve_and_check(p, lp, false);
		if (wrong)
			printf("# program %u, n %u, m %u: %s\n", t, n, m, wrong);
		free(lp);
		lp_instance_free(p);
	}
	ok(!wrong, "rows that cannot bind do not stop the search");
}

/* Many equal columns, with bounds of their own; some rows are sparse. */
static struct lp_instance *array_instance(u64 *s)
{
	u32 n = 32 + (u32)lp_random_below(s, 30), m = 1 + (u32)lp_random_below(s, 5);
	u32 kinds = 1 + (u32)lp_random_below(s, 8), i, k;
	struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);

	for (i = 0; i < n; i++) {
		const u64 *a = &p->a[(size_t)lp_random_below(s, i) * m];
		u32 like = (u32)((size_t)(a - p->a) / m);

		if (i >= kinds) {
			memcpy(&p->a[(size_t)i * m], a, m * sizeof(*a));
			p->w[i] = p->w[like];
		} else {
			for (k = 0; k < m; k++)
				p->a[(size_t)i * m + k] = lp_random_below(s, 3) ?
					lp_random_below(s, 8) : 0;
			p->w[i] = (s64)lp_random_below(s, 12) - 1;
		}
		p->hi[i] = lp_random_below(s, 8) ? AIOS_X_ONE :
			   lp_random_below(s, 3 * AIOS_X_ONE);
		p->lo[i] = lp_random_below(s, 4) ? 0 : p->hi[i] / 3;
	}
	for (k = 0; k < m; k++) {
		u128 low = 0, high = 0;

		for (i = 0; i < n; i++) {
			low += aios_mul_u64(p->a[(size_t)i * m + k], p->lo[i]);
			high += aios_mul_u64(p->a[(size_t)i * m + k], p->hi[i]);
		}
		p->b[k] = (u64)(low >> AIOS_X_FRAC) +
			  lp_random_below(s, (u64)((high - low) >> AIOS_X_FRAC) + 2);
	}
	return p;
}

static void test_arrays(u32 count)
{
	const char *wrong = NULL;
	u64 s = 99;
	u32 t;

	for (t = 0; t < count && !wrong; t++) {
		struct lp_instance *p = array_instance(&s);
		struct aios_lp *lp = lp_instance_model(p);

		wrong = solve_and_check(p, lp, true);
		/* Once more from there. */
		if (!wrong && p->hi[3] > p->lo[3]) {
			p->hi[3] = p->lo[3];
			aios_lp_set_bounds(lp, 3, p->lo[3], p->hi[3]);
			wrong = solve_and_check(p, lp, true);
		}
		if (wrong)
			printf("# program %u, n %u, m %u: %s\n", t, p->n, p->m,
			       wrong);
		free(lp);
		lp_instance_free(p);
	}
	ok(!wrong, "many equal columns agree with the exact optimum");
}

/* The warm answer is the cold one, within what both certify. */
static const char *compare_cold(const struct lp_instance *p,
				const struct aios_lp *warm_lp,
				const struct aios_lp_result *warm)
{
	struct aios_lp *lp = lp_instance_model(p);
	struct aios_lp_result cold;
	const char *wrong = NULL;

	(void)warm_lp;
	aios_lp_solve(lp, NULL, &cold);
	if (cold.status == AIOS_LP_STATUS_INFEASIBLE ||
	    warm->status == AIOS_LP_STATUS_INFEASIBLE) {
		if (cold.status != warm->status)
			wrong = "infeasible only cold or only warm";
	} else if (!close_enough(p, warm)) {
		wrong = "the gap of the warm solve is too large";
	} else if (!close_enough(p, &cold)) {
		wrong = "the gap of the cold solve is too large";
	} else if (warm->objective > cold.objective + cold.gap ||
		   cold.objective > warm->objective + warm->gap) {
		wrong = "warm and cold differ by more than they certify";
	}
	free(lp);
	return wrong;
}

static void test_warm(const char *name, u32 n, u32 changes)
{
	struct lp_instance *p = lp_family(name, n, 1);
	struct lp_instance *other = lp_family(name, n, 2);
	struct aios_lp *lp;
	struct aios_lp_result res, full;
	const char *wrong = NULL;
	char title[80];
	u64 s = 77 + n;
	u32 t;

	while (other->m != p->m) {	/* stress has a random number of rows */
		u32 next = (u32)lp_random_below(&s, 1000) + 3;

		lp_instance_free(other);
		other = lp_family(name, n, next);
	}
	lp = lp_instance_model(p);
	aios_lp_solve(lp, NULL, &res);
	for (t = 0; t < changes && !wrong; t++) {
		u32 more = (u32)lp_random_below(&s, 3);

		do {
			lp_instance_change(p, lp, &s, other);
		} while (more--);
		aios_lp_solve(lp, NULL, &res);
		wrong = compare_cold(p, lp, &res);
		if (wrong || res.status == AIOS_LP_STATUS_INFEASIBLE)
			continue;
		full = res;
		if (aios_lp_verify(lp, &full) || full.gap > res.gap ||
		    full.objective != res.objective)
			wrong = "the verification disagrees";
	}
	if (wrong)
		printf("# %s n %u change %u: %s\n", name, n, t, wrong);
	snprintf(title, sizeof(title), "%u changes of %s, %u columns", changes,
		 name, n);
	ok(!wrong, title);
	free(lp);
	lp_instance_free(p);
	lp_instance_free(other);
}

static void test_arguments(void)
{
	static const u8 backwards[2] = { 1, 0 };
	static const u64 a[2] = { 1, 1 };
	struct aios_lp_column col = { .w = 1, .hi = AIOS_X_ONE, .nz = 2, .a = a };
	struct aios_lp *lp;
	void *mem = aligned_alloc(64, ALIGN(aios_lp_size(2, 2, 0), (size_t)64));

	ok(!aios_lp_size(AIOS_LP_N_MAX + 1, 1, 0) &&
	   !aios_lp_size(1, AIOS_LP_M_MAX + 1, 0) && !aios_lp_size(1, 1, 2),
	   "sizes beyond the bounds are refused");
	ok(!aios_lp_init(mem, 2, 2, 0, AIOS_LP_X_FRAC_MAX + 1),
	   "too many fraction bits are refused");
	lp = aios_lp_init(mem, 2, 2, 0, AIOS_X_FRAC);
	ok(aios_lp_set_row(lp, 2, 1) == -EINVAL &&
	   aios_lp_set_row(lp, 0, AIOS_LP_B_MAX + 1) == -EINVAL &&
	   !aios_lp_set_row(lp, 1, 5), "rows beyond the bounds are refused");
	ok(aios_lp_set_column(lp, 1, &col) == -EINVAL, "no gap between columns");
	col.rows = backwards;
	ok(aios_lp_set_column(lp, 0, &col) == -EINVAL, "rows out of order");
	col.rows = NULL;
	col.nz = 3;
	ok(aios_lp_set_column(lp, 0, &col) == -EINVAL, "more entries than rows");
	col.nz = 2;
	col.lo = col.hi + 1;
	ok(aios_lp_set_column(lp, 0, &col) == -EINVAL, "lo above hi");
	col.lo = 0;
	col.w = AIOS_LP_W_MAX + 1;
	ok(aios_lp_set_column(lp, 0, &col) == -EINVAL, "weight beyond the bound");
	col.w = 1;
	ok(!aios_lp_set_column(lp, 0, &col) && !aios_lp_set_column(lp, 1, &col) &&
	   aios_lp_set_column(lp, 2, &col) == -ENOSPC, "no room for a third");
	ok(aios_lp_set_bounds(lp, 2, 0, 1) == -EINVAL &&
	   aios_lp_set_bounds(lp, 0, 2, 1) == -EINVAL &&
	   aios_lp_set_weight(lp, 2, 1) == -EINVAL, "changes beyond the bounds");
	free(mem);
}

static bool stop_at_once(void *arg)
{
	++*(u32 *)arg;
	return true;
}

static void test_limits(void)
{
	struct lp_instance *p = lp_family("dense", 1000, 1);
	struct aios_lp *lp = lp_instance_model(p);
	struct aios_lp_options opt = { .max_iterations = 5, .cold = true };
	struct aios_lp_result res, full;
	u32 calls = 0;

	aios_lp_solve(lp, &opt, &res);
	full = res;
	ok(res.status == AIOS_LP_STATUS_CAPPED && res.iterations == 5,
	   "the iteration cap holds");
	ok(!aios_lp_verify(lp, &full) && full.gap == res.gap &&
	   full.objective == res.objective, "a capped answer is certified");
	opt = (struct aios_lp_options){
		.cold = true, .yield = stop_at_once, .yield_arg = &calls,
	};
	aios_lp_solve(lp, &opt, &res);
	/* What makes the answer feasible afterwards gives way, too. */
	ok(res.status == AIOS_LP_STATUS_CAPPED && calls && !res.iterations,
	   "the yield callback stops the search");
	aios_lp_solve(lp, NULL, &res);
	ok(res.status == AIOS_LP_STATUS_OPTIMAL, "the next solve finishes");
	free(lp);
	lp_instance_free(p);
}

int main(int argc, char **argv)
{
	u32 scale = argc > 1 ? (u32)atoi(argv[1]) : 1;
	u32 f;

	test_arguments();
	test_limits();
	test_small(4000 * scale);
	test_arrays(400 * scale);
	test_loose_rows(3000 * scale);
	for (f = 0; lp_family_names[f]; f++)
		test_family(lp_family_names[f], 1000, 8 * scale);
	for (f = 0; lp_family_names[f]; f++) {
		test_warm(lp_family_names[f], 12, 600 * scale);
		test_warm(lp_family_names[f], 150, 100 * scale);
		test_warm(lp_family_names[f], 1500, 20 * scale);
	}
	printf("1..%u\n", number);
	return failed != 0;
}
