// SPDX-License-Identifier: GPL-2.0
/*
 * The basis of the search in floating point (rescue.c): its inverse, the products with
 * a column, and what is dual feasible by them.
 */
#include "core/lp/rescue.h"

#define RESCUE_ALIGNED	119	/* bits of the largest product of several aligned numbers */
#define RESCUE_PIVOT	30	/* a pivot is 2^-30 of its column, at least */

/* ------------------------------------------------------------------ products */

/*
 * scaled = v with a common exponent, which is returned: the product of the largest
 * with its row's coefficients takes RESCUE_ALIGNED bits.
 */
s32 aios_rescue_align(struct aios_lp *lp, const lp_float *v)
{
	s32 top = -LP_FLOAT_BIAS, frac;
	u32 k;

	for (k = 0; k < lp->m; k++)
		if (v[k])
			top = max(top, lp_float_exponent(v[k]) + LP_FLOAT_DIGITS +
				       lp->row[k].bits);
	frac = RESCUE_ALIGNED - top;
	for (k = 0; k < lp->m; k++)
		lp->step.scaled[k] = lp_float_fixed(v[k], frac);
	return -frac;
}

struct rescue_sum aios_rescue_dot(const struct aios_lp *lp, u32 i)
{
	struct rescue_sum sum = { 0, 0 };
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp);

	for (z = 0; z < nz; z++) {
		s128 term = lp->step.scaled[lp_entry_row(lp, i, z)] * a[z];

		sum.value += term;
		sum.size += aios_abs128(term);
	}
	return sum;
}

/* Move column i, nonbasic, to side; res follows. */
void aios_rescue_put(struct aios_lp *lp, u32 i, s32 side)
{
	if (lp->side[i] == LP_UPPER)
		lp_res_add(lp, i, (s64)lp_range(lp, i));
	lp->side[i] = lp_range(lp, i) ? (s8)side : LP_OUT;
	if (lp->side[i] == LP_UPPER)
		lp_res_add(lp, i, -(s64)lp_range(lp, i));
}

/* --------------------------------------------------------------------- basis */

/* Set col = inverse * column i. */
void aios_rescue_column(struct aios_lp *lp, u32 i)
{
	const u32 *a = lp_column(lp, i);
	u32 p, z, nz = lp_entries(lp);

	for (p = 0; p < lp->m; p++)
		lp->step.col[p] = 0;
	for (z = 0; z < nz; z++) {
		u32 k = lp_entry_row(lp, i, z);
		lp_float v = lp_float_of(a[z], 0);

		if (!v)
			continue;
		if (lp->basis.slack_at[k] != LP_NONE) {
			p = lp->basis.slack_at[k];
			lp->step.col[p] = lp_float_add(lp->step.col[p], v);
			continue;
		}
		for (p = 0; p < lp->m; p++)
			lp->step.col[p] = lp_float_plus(lp->step.col[p], rescue_row(lp, p)[k], v);
	}
}

/*
 * Return what col or a row of the inverse has at position p, without a unit: of a
 * basic slack in units of its row's largest coefficient.
 */
lp_float aios_rescue_unit(const struct aios_lp *lp, u32 p, lp_float v)
{
	u32 k = lp->basis.head[p] & ~LP_SLACK;

	return lp->basis.head[p] & LP_SLACK ? lp_float_shift(v, -lp->row[k].bits) : v;
}

/* Column i, or LP_SLACK | row, takes the place of what is basic at p. */
void aios_rescue_pivot(struct aios_lp *lp, u32 p, u32 entering)
{
	lp_float *from = rescue_row(lp, p);
	lp_float pivot = lp->step.col[p];
	u32 leaving = lp->basis.head[p], r, t;

	if (leaving & LP_SLACK) {
		u32 k = leaving & ~LP_SLACK;

		for (r = 0; r < lp->m; r++)
			rescue_row(lp, r)[k] = 0;
		from[k] = lp_float_of(1, 0);
		lp->basis.tight[lp->basis.tight_n++] = (u8)k;
		lp->basis.slack_at[k] = LP_NONE;
	}
	for (t = 0; t < lp->basis.tight_n; t++)
		from[lp->basis.tight[t]] = lp_float_div(from[lp->basis.tight[t]], pivot);
	for (r = 0; r < lp->m; r++) {
		lp_float factor = lp_float_neg(lp->step.col[r]), *row = rescue_row(lp, r);

		if (!factor || r == p)
			continue;
		for (t = 0; t < lp->basis.tight_n; t++) {
			u32 k = lp->basis.tight[t];

			if (from[k])
				row[k] = lp_float_plus(row[k], factor, from[k]);
		}
	}
	if (entering & LP_SLACK) {
		u32 k = entering & ~LP_SLACK;

		for (t = 0; t < lp->basis.tight_n; t++)
			if (lp->basis.tight[t] == k)
				break;
		lp->basis.tight[t] = lp->basis.tight[--lp->basis.tight_n];
		lp->basis.slack_at[k] = (u8)p;
	} else {
		lp->flags[entering] |= LP_BASIC;
	}
	lp->basis.head[p] = (u16)entering;
	lp->basis.updates++;
}

/* The basic column at p goes to a bound; the caller puts something else there. */
void aios_rescue_leave(struct aios_lp *lp, u32 p, s32 side)
{
	u32 i = lp->basis.head[p];

	if (i & LP_SLACK)
		return;
	lp->flags[i] &= ~LP_BASIC;
	aios_rescue_put(lp, i, side);
}

/*
 * Compute the inverse for the columns of the basis as it is. Each takes the row, of
 * those that were tight, where it has most; one that has nothing left goes to a
 * bound.
 */
void aios_rescue_factor(struct aios_lp *lp)
{
	u16 *column = lp->basis.old_head;
	u64 tight = 0;
	u32 n = 0, p, s;

	for (p = 0; p < lp->m; p++) {
		if (!(lp->basis.head[p] & LP_SLACK))
			column[n++] = lp->basis.head[p];
		if (lp->basis.slack_at[p] == LP_NONE)
			tight |= BIT_ULL(p);
	}
	aios_lp_basis_reset(lp);
	for (s = 0; s < n; s++) {
		lp_float largest = 0, whole = 0;
		u32 best = 0;

		aios_rescue_column(lp, column[s]);
		for (p = 0; p < lp->m; p++) {
			lp_float v = lp_float_abs(aios_rescue_unit(lp, p, lp->step.col[p]));

			if (!(lp->basis.head[p] & LP_SLACK))
				continue;
			whole = max(whole, v);
			if (tight >> p & 1 && v > largest) {
				largest = v;
				best = p;
			}
		}
		if (largest > lp_float_shift(whole, -RESCUE_PIVOT)) {
			aios_rescue_pivot(lp, best, column[s]);
			continue;
		}
		lp->flags[column[s]] &= ~LP_BASIC;
		aios_rescue_put(lp, column[s], LP_LOWER);
	}
	lp->basis.updates = 0;
}

/* -------------------------------------------------------------------- prices */

/*
 * y64 = the prices, for which the basic columns' reduced costs are 0. The second
 * round takes away what the inverse is wrong by.
 */
static noinline void rescue_prices(struct aios_lp *lp)
{
	u32 round, p, t;

	for (t = 0; t < lp->m; t++)
		lp->prices.y[t] = 0;
	for (round = 0; round < 2; round++) {
		s32 e = aios_rescue_align(lp, lp->prices.y);

		for (p = 0; p < lp->m; p++) {
			u32 i = lp->basis.head[p];
			lp_float d;

			if (i & LP_SLACK)
				continue;
			d = lp_float_sub(lp_float_of(lp->w[i], 0),
					 lp_float_of(aios_rescue_dot(lp, i).value, e));
			for (t = 0; t < lp->basis.tight_n; t++) {
				u32 k = lp->basis.tight[t];

				lp->prices.y[k] = lp_float_plus(lp->prices.y[k], d,
								rescue_row(lp, p)[k]);
			}
		}
	}
}

/*
 * delta = side * reduced cost of every nonbasic column, which flips when it is on the
 * wrong side.
 */
static noinline void rescue_costs(struct aios_lp *lp)
{
	s32 e = aios_rescue_align(lp, lp->prices.y);
	u32 i;

	for (i = 0; i < lp->n; i++) {
		struct rescue_sum sum;
		lp_float d, noise;

		if (lp->side[i] == LP_OUT)
			continue;
		sum = aios_rescue_dot(lp, i);
		d = lp_float_sub(lp_float_of(lp->w[i], 0), lp_float_of(sum.value, e));
		noise = lp_float_make(false, sum.size, e - RESCUE_NOISE);
		if (lp->side[i] < 0)
			d = lp_float_neg(d);
		if (lp_float_less(d, lp_float_neg(noise))) {
			aios_rescue_put(lp, i, -lp->side[i]);
			d = lp_float_neg(d);
		}
		lp->screen.delta[i] = max(d, (lp_float)0);
		lp_yield_at(lp, i);
	}
}

/*
 * Return the tight row whose negative price is worth most; LP_NONE: none is more
 * than rounding.
 */
static u32 rescue_negative(const struct aios_lp *lp)
{
	lp_float largest = lp_float_of(1, 0), worst;
	u32 t, k, best = LP_NONE;

	for (t = 0; t < lp->basis.tight_n; t++) {
		k = lp->basis.tight[t];
		largest = max(largest, lp_float_abs(lp_float_shift(lp->prices.y[k],
								   lp->row[k].bits)));
	}
	worst = lp_float_neg(lp_float_shift(largest, -RESCUE_NOISE));
	for (t = 0; t < lp->basis.tight_n; t++) {
		lp_float worth;

		k = lp->basis.tight[t];
		worth = lp_float_shift(lp->prices.y[k], lp->row[k].bits);
		if (!lp_float_less(worth, worst))
			continue;
		worst = worth;
		best = k;
	}
	return best;
}

/* The slack of row k takes the place of the column that holds most of it. */
static void rescue_loosen(struct aios_lp *lp, u32 k)
{
	lp_float largest = 0;
	u32 p, best = 0;

	for (p = 0; p < lp->m; p++) {
		lp_float v = rescue_row(lp, p)[k];

		lp->step.col[p] = v;
		if (!(lp->basis.head[p] & LP_SLACK) && lp_float_abs(v) > largest) {
			largest = lp_float_abs(v);
			best = p;
		}
	}
	if (!largest)
		return;
	aios_rescue_leave(lp, best, LP_UPPER);
	aios_rescue_pivot(lp, best, LP_SLACK | k);
}

/* Prices that are not negative and reduced costs on the side of their column. */
void aios_rescue_dual(struct aios_lp *lp)
{
	u32 round, k;

	for (round = 0; round < lp->m; round++) {
		rescue_prices(lp);
		k = rescue_negative(lp);
		if (k == LP_NONE)
			break;
		rescue_loosen(lp, k);
	}
	for (k = 0; k < lp->m; k++)
		lp->prices.y[k] = max(lp->prices.y[k], (lp_float)0);
	rescue_costs(lp);
}
