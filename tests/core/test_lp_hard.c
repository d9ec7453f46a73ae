// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that are hard for the allocator's solver, by their shape or by their numbers:
 * each ends optimal, within the iterations that are documented.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lp_exact.h"
#include "tap.h"

/* The default cap, as Documentation/allocator.rst has it. */
static u32 documented_cap(u32 m)
{
	return 640 + 40 * m;
}

/* Every weight is the sum of its column, so at the optimum all prices are 1. */
static struct lp_instance *flat_instance(u32 n, u32 m, u32 filled, u64 *s)
{
	struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);
	u32 i, k;

	for (i = 0; i < n; i++) {
		p->hi[i] = AIOS_X_ONE;
		for (k = 0; k < m; k++) {
			u64 a = lp_random_below(s, m) < filled ?
				1 + lp_random_below(s, 1000) : 0;

			p->a[(size_t)i * m + k] = a;
			p->w[i] += (s64)a;
		}
	}
	for (k = 0; k < m; k++)
		p->b[k] = (u64)250 * n * filled / m + lp_random_below(s, 10);
	return p;
}

static void test_flat(u32 n, u32 m, u32 filled, u32 seeds)
{
	char name[96];
	u64 s = 3 * n + filled;
	u32 t;

	for (t = 0; t < seeds; t++) {
		struct lp_instance *p = flat_instance(n, m, filled, &s);
		struct aios_lp *lp = lp_instance_model(p);
		struct aios_lp_result res;

		aios_lp_solve(lp, NULL, &res);
		printf("# %u of %u rows, %u columns: status %d, %u iterations\n", filled, m,
		       n, res.status, res.iterations);
		tap_need(res.status == AIOS_LP_STATUS_OPTIMAL, "status %d", res.status);
		tap_need(res.iterations <= documented_cap(m), "%u iterations",
			 res.iterations);
		tap_need(!aios_lp_verify(lp, &res) &&
			 res.status == AIOS_LP_STATUS_OPTIMAL, "not so when verified");
		free(lp);
		lp_instance_free(p);
	}
	snprintf(name, sizeof(name), "weights are sums of columns, %u of %u rows, %u columns",
		 filled, m, n);
	tap_point(name);
}

/*
 * D(y) - P(x) by the numbers of the instance and the prices that are returned, in
 * rationals: at most the gap, as long as no coefficient was rounded.
 */
static bool proves(const struct lp_instance *p, const struct aios_lp *lp,
		   const struct aios_lp_result *res)
{
	mpz_t dual, d, term, y;
	u32 i, k;
	bool good;

	mpz_inits(dual, d, term, y, NULL);
	for (k = 0; k < p->m; k++) {
		mpz_set_ui(y, aios_lp_price(lp, k));
		mpz_set_ui(term, p->b[k]);
		mpz_mul_2exp(term, term, p->x_frac);
		mpz_addmul(dual, y, term);
	}
	for (i = 0; i < p->n; i++) {
		mpz_set_si(d, p->w[i]);
		mpz_mul_2exp(d, d, res->y_shift);
		for (k = 0; k < p->m; k++) {
			mpz_set_ui(y, aios_lp_price(lp, k));
			mpz_set_ui(term, p->a[(size_t)i * p->m + k]);
			mpz_submul(d, y, term);
		}
		mpz_set_ui(term, mpz_sgn(d) > 0 ? p->hi[i] : p->lo[i]);
		mpz_addmul(dual, d, term);
		mpz_set_si(d, p->w[i]);
		mpz_mul_2exp(d, d, res->y_shift);
		mpz_set_ui(term, aios_lp_x(lp, i));
		mpz_submul(dual, d, term);
	}
	/* The gap in the format of the difference. */
	mpz_set_si(term, (s64)(res->gap >> 64));
	mpz_mul_2exp(term, term, 64);
	mpz_add_ui(term, term, (u64)res->gap);
	mpz_mul_2exp(term, term, res->y_shift);
	good = mpz_sgn(dual) >= 0 && mpz_cmp(dual, term) <= 0;
	mpz_clears(dual, d, term, y, NULL);
	return good;
}

static u64 log_number(u64 *s, u32 low, u32 high)
{
	u32 bits = low + (u32)lp_random_below(s, high - low + 1);

	return (1ULL << bits) + (lp_random(s) & ((1ULL << bits) - 1));
}

/*
 * Weights up to 2^40 and bounds up to 2^43 that lie as far apart as they can, in rows
 * with coefficients of so many bits: a price needs most of its digits behind the point.
 */
static struct lp_instance *apart_instance(u32 n, u32 m, u32 low, u32 high, u64 *s)
{
	struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);
	u32 i, k;

	for (i = 0; i < n; i++) {
		p->w[i] = (s64)log_number(s, 0, 38);
		p->hi[i] = log_number(s, 20, 42);
		for (k = 0; k < m; k++)
			if (lp_random_below(s, 4))
				p->a[(size_t)i * m + k] = log_number(s, low, high);
	}
	for (k = 0; k < m; k++) {
		u128 sum = 0;

		for (i = 0; i < n; i++)
			sum += (u128)p->a[(size_t)i * m + k] * p->hi[i];
		sum = (sum >> AIOS_X_FRAC) / 100 * (20 + lp_random_below(s, 60));
		p->b[k] = (u64)min(sum, (u128)AIOS_LP_B_MAX);
	}
	return p;
}

static void test_apart(const char *name, u32 low, u32 high, bool exact)
{
	u64 s = low + 100 * high;
	u32 t;

	for (t = 0; t < 600; t++) {
		u32 n = 3 + (u32)lp_random_below(&s, 10);
		u32 m = 1 + (u32)lp_random_below(&s, 16);
		struct lp_instance *p = apart_instance(n, m, low, high, &s);
		struct aios_lp *lp = lp_instance_model(p);
		struct aios_lp_result res;

		aios_lp_solve(lp, NULL, &res);
		tap_need(!exact || res.status == AIOS_LP_STATUS_OPTIMAL,
			 "program %u: status %d, gap %g of %g", t, res.status,
			 (double)res.gap, (double)res.objective);
		tap_need(res.gap == S128_MAX || proves(p, lp, &res),
			 "program %u: the prices do not prove %g of %g", t,
			 (double)res.gap, (double)res.objective);
		free(lp);
		lp_instance_free(p);
	}
	tap_point(name);
}

int main(void)
{
	test_apart("weights far apart, coefficients of 31 bits", 30, 30, true);
	test_apart("weights far apart, coefficients of 40 bits", 33, 40, false);
	test_apart("weights far apart, coefficients of 1 to 61 bits", 0, 60, false);
	test_flat(200, 64, 64, 4);
	test_flat(2200, 64, 64, 4);
	test_flat(2200, 64, 4, 4);
	test_flat(16384, 64, 64, 1);
	test_flat(16384, 64, 4, 1);
	return tap_done();
}
