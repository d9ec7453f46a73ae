// SPDX-License-Identifier: GPL-2.0
/*
 * An exact linear program solver for small instances: Bland's rule on a dense
 * dictionary of GMP rationals, upper bounds as rows. Slow, and simple enough
 * to be believed.
 */
#include <stdlib.h>

#include "lp_exact.h"

void lp_mpz_set_s128(mpz_t z, s128 v)
{
	u128 size = aios_abs128(v);

	mpz_set_ui(z, (unsigned long)(size >> 64));
	mpz_mul_2exp(z, z, 64);
	mpz_add_ui(z, z, (unsigned long)(u64)size);
	if (v < 0)
		mpz_neg(z, z);
}

/* basic_r = t[r][cols] - sum_c t[r][c] nonbasic_c; row rows is the objective. */
struct dictionary {
	u32 rows, cols;
	u32 *basic, *nonbasic;
	mpq_t *t;
};

static mpq_t *at(struct dictionary *d, u32 r, u32 c)
{
	return &d->t[(size_t)r * (d->cols + 1) + c];
}

static void dictionary_init(struct dictionary *d, u32 rows, u32 cols)
{
	size_t i, cells = (size_t)(rows + 1) * (cols + 1);

	d->rows = rows;
	d->cols = cols;
	d->basic = calloc(rows + 1, sizeof(*d->basic));
	d->nonbasic = calloc(cols + 1, sizeof(*d->nonbasic));
	d->t = calloc(cells, sizeof(*d->t));
	if (!d->basic || !d->nonbasic || !d->t)
		abort();
	for (i = 0; i < cells; i++)
		mpq_init(d->t[i]);
	for (i = 0; i < cols; i++)
		d->nonbasic[i] = (u32)i;
	for (i = 0; i < rows; i++)
		d->basic[i] = cols + (u32)i;
}

static void dictionary_free(struct dictionary *d)
{
	size_t i, cells = (size_t)(d->rows + 1) * (d->cols + 1);

	for (i = 0; i < cells; i++)
		mpq_clear(d->t[i]);
	free(d->t);
	free(d->basic);
	free(d->nonbasic);
}

static void pivot(struct dictionary *d, u32 r, u32 c)
{
	mpq_t inv, factor, v;
	u32 i, j;

	mpq_inits(inv, factor, v, NULL);
	mpq_inv(inv, *at(d, r, c));
	for (j = 0; j <= d->cols; j++)
		if (j != c)
			mpq_mul(*at(d, r, j), *at(d, r, j), inv);
	mpq_set(*at(d, r, c), inv);
	for (i = 0; i <= d->rows; i++) {
		if (i == r || !mpq_sgn(*at(d, i, c)))
			continue;
		mpq_set(factor, *at(d, i, c));
		for (j = 0; j <= d->cols; j++) {
			if (j == c)
				continue;
			mpq_mul(v, factor, *at(d, r, j));
			mpq_sub(*at(d, i, j), *at(d, i, j), v);
		}
		mpq_mul(v, factor, inv);
		mpq_neg(*at(d, i, c), v);
	}
	swap(d->basic[r], d->nonbasic[c]);
	mpq_clears(inv, factor, v, NULL);
}

/* The last row holds minus the objective's coefficients and its value. */
static void maximise(struct dictionary *d)
{
	mpq_t best, ratio;

	mpq_inits(best, ratio, NULL);
	for (;;) {
		u32 c = d->cols, r = d->rows, i, j;

		for (j = 0; j < d->cols; j++)
			if (mpq_sgn(*at(d, d->rows, j)) < 0 &&
			    (c == d->cols || d->nonbasic[j] < d->nonbasic[c]))
				c = j;
		if (c == d->cols)
			break;
		for (i = 0; i < d->rows; i++) {
			if (mpq_sgn(*at(d, i, c)) <= 0)
				continue;
			mpq_div(ratio, *at(d, i, d->cols), *at(d, i, c));
			if (r == d->rows || mpq_cmp(ratio, best) < 0 ||
			    (mpq_equal(ratio, best) &&
			     d->basic[i] < d->basic[r])) {
				mpq_set(best, ratio);
				r = i;
			}
		}
		if (r == d->rows)
			abort();	/* unbounded: upper bounds are rows */
		pivot(d, r, c);
	}
	mpq_clears(best, ratio, NULL);
}

enum lp_exact_status lp_exact_solve(const struct lp_instance *p,
				    mpq_t objective)
{
	enum lp_exact_status status = LP_EXACT_OPTIMAL;
	struct dictionary d;
	mpz_t v, sum;
	u32 i, k;

	dictionary_init(&d, p->m + p->n, p->n);
	mpz_inits(v, sum, NULL);
	for (k = 0; k < p->m; k++) {
		mpz_set_ui(sum, (unsigned long)p->b[k]);
		mpz_mul_2exp(sum, sum, p->x_frac);
		for (i = 0; i < p->n; i++) {
			u64 a = p->a[(size_t)i * p->m + k];

			mpq_set_ui(*at(&d, k, i), (unsigned long)a, 1);
			mpz_set_ui(v, (unsigned long)a);
			mpz_mul_ui(v, v, (unsigned long)p->lo[i]);
			mpz_sub(sum, sum, v);
		}
		if (mpz_sgn(sum) < 0)
			status = LP_EXACT_INFEASIBLE;
		mpq_set_z(*at(&d, k, p->n), sum);
	}
	mpq_set_ui(*at(&d, p->m + p->n, p->n), 0, 1);
	mpz_set_ui(sum, 0);
	for (i = 0; i < p->n; i++) {
		mpq_set_ui(*at(&d, p->m + i, i), 1, 1);
		mpq_set_ui(*at(&d, p->m + i, p->n),
			   (unsigned long)(p->hi[i] - p->lo[i]), 1);
		mpq_set_si(*at(&d, p->m + p->n, i), -(long)p->w[i], 1);
		mpz_set_si(v, (long)p->w[i]);
		mpz_mul_ui(v, v, (unsigned long)p->lo[i]);
		mpz_add(sum, sum, v);
	}
	mpq_set_z(*at(&d, p->m + p->n, p->n), sum);
	if (status == LP_EXACT_OPTIMAL) {
		maximise(&d);
		mpq_set(objective, *at(&d, p->m + p->n, p->n));
	}
	mpz_clears(v, sum, NULL);
	dictionary_free(&d);
	return status;
}

static const char *check_rows(const struct lp_instance *p, const u64 *x,
			      mpz_t value)
{
	const char *wrong = NULL;
	mpz_t v, sum;
	u32 i, k;

	mpz_inits(v, sum, NULL);
	for (k = 0; k < p->m; k++) {
		mpz_set_ui(sum, 0);
		for (i = 0; i < p->n; i++) {
			mpz_set_ui(v, (unsigned long)p->a[(size_t)i * p->m + k]);
			mpz_addmul_ui(sum, v, (unsigned long)x[i]);
		}
		mpz_set_ui(v, (unsigned long)p->b[k]);
		mpz_mul_2exp(v, v, p->x_frac);
		if (mpz_cmp(sum, v) > 0)
			wrong = "a row is violated";
	}
	mpz_set_ui(value, 0);
	for (i = 0; i < p->n; i++) {
		if (x[i] < p->lo[i] || x[i] > p->hi[i])
			wrong = "a bound is violated";
		mpz_set_si(v, (long)p->w[i]);
		mpz_mul_ui(v, v, (unsigned long)x[i]);
		mpz_add(value, value, v);
	}
	mpz_clears(v, sum, NULL);
	return wrong;
}

const char *lp_exact_check(const struct lp_instance *p, const u64 *x,
			   const struct aios_lp_result *res)
{
	enum lp_exact_status status;
	const char *wrong;
	mpq_t optimum, bound;
	mpz_t value, v;

	mpq_inits(optimum, bound, NULL);
	mpz_inits(value, v, NULL);
	status = lp_exact_solve(p, optimum);
	if (status == LP_EXACT_INFEASIBLE) {
		wrong = res->status == AIOS_LP_STATUS_INFEASIBLE ?
			NULL : "infeasible, but not said so";
		goto out;
	}
	wrong = "feasible, but said not to be";
	if (res->status == AIOS_LP_STATUS_INFEASIBLE)
		goto out;
	wrong = check_rows(p, x, value);
	if (wrong)
		goto out;
	lp_mpz_set_s128(v, res->objective);
	wrong = "the objective is not that of x";
	if (mpz_cmp(v, value))
		goto out;
	wrong = "x is above the optimum";
	mpq_set_z(bound, value);
	if (mpq_cmp(bound, optimum) > 0)
		goto out;
	wrong = "the optimum is beyond the certified gap";
	if (res->gap != S128_MAX) {
		lp_mpz_set_s128(v, res->gap);
		mpz_add(v, v, value);
		mpq_set_z(bound, v);
		if (mpq_cmp(bound, optimum) < 0)
			goto out;
	}
	wrong = NULL;
out:
	mpq_clears(optimum, bound, NULL);
	mpz_clears(value, v, NULL);
	return wrong;
}
