// SPDX-License-Identifier: GPL-2.0
/*
 * The proof that comes with every answer of the linear program: the point on
 * its grid and exactly feasible, and its distance from the optimum, certified
 * in 128-bit integers by weak duality. Nothing here trusts the search: wrong
 * prices or a wrong basis only make the gap larger.
 */
#include "core/lp/internal.h"

#define LP_TRIES	16U	/* so many columns are chosen for a row that does not hold */

/* Return the exact reduced cost of column i. */
s128 aios_lp_reduced128(const struct aios_lp *lp, u32 i)
{
	const u32 *a = lp_column(lp, i);
	s128 d = lp->w[i] * ((s128)1 << lp_price_frac(lp));
	u32 z, nz = lp_entries(lp);

	for (z = 0; z < nz; z++)
		d -= (s128)lp->y[lp_entry_row(lp, i, z)] * a[z];
	return d;
}

s64 aios_lp_reduced_cost(const struct aios_lp *lp, u32 i)
{
	return aios_clamp_s128(aios_lp_reduced128(lp, i) >> lp->solve.y_more, S64_MAX);
}

u64 aios_lp_price(const struct aios_lp *lp, u32 k)
{
	return (u64)(((u128)(u64)lp->y[k] << lp->solve.y_export) >> lp->row[k].shift);
}

/*
 * Make every price one that aios_lp_price() can say, so that what it says proves the
 * gap. A price is per unit of the caller's there, which is less than one per stored
 * unit by 2^shift: so it has as many fraction bits more, or as many as fit beside the
 * largest price; then the others are rounded down.
 */
void aios_lp_export_prices(struct aios_lp *lp)
{
	u32 k, most = 0, room = 64;

	for (k = 0; k < lp->m; k++) {
		if (!lp->y[k])
			continue;
		most = max_t(u32, most, lp->row[k].shift);
		room = min(room, 64 - aios_bits64((u64)lp->y[k]) + lp->row[k].shift);
	}
	lp->solve.y_export = (u8)min(most, room);
	for (k = 0; k < lp->m; k++) {
		u32 lost = lp->row[k].shift - min(lp->row[k].shift, lp->solve.y_export);

		if (!lost || !lp->y[k])
			continue;
		lp->y[k] = lp->y[k] >> lost << lost;
		lp->solve.priced = false;
	}
}

/* Return how much less x - lo must be for a deficit of one row, at most x - lo. */
static u64 lp_shortfall(s128 deficit, u32 a, u64 x)
{
	u128 need = (u128)deficit + a - 1;

	if ((u64)(need >> 64) >= a)
		return x;
	return min(aios_div_u128_u64((u64)(need >> 64), (u64)need, a), x);
}

/*
 * Lower column i until its rows hold, or it is at its lower bound. a >= 0, so
 * no other row suffers.
 */
static void lp_lower(struct aios_lp *lp, u32 i)
{
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp);
	u64 x = lp->x[i] - lp->lo[i], step = 0;

	for (z = 0; z < nz; z++) {
		s128 res = lp->step.res2[lp_entry_row(lp, i, z)];

		if (res < 0 && a[z])
			step = max(step, lp_shortfall(-res, a[z], x));
	}
	if (!step)
		return;
	lp->x[i] -= step;
	for (z = 0; z < nz; z++)
		lp->step.res2[lp_entry_row(lp, i, z)] += (s128)(s64)a[z] * (s64)step;
}

static bool lp_violated(const struct aios_lp *lp)
{
	u32 k;

	for (k = 0; k < lp->m; k++)
		if (lp->step.res2[k] < 0)
			return true;
	return false;
}

/* Set res2 = res - sum over the basics a * step, step from xt. */
static void lp_move_basics(struct aios_lp *lp)
{
	u32 p, z, nz = lp_entries(lp);

	for (p = 0; p < lp->m; p++) {
		u32 i = lp->basis.head[p];
		const u32 *a;
		s64 x, step;

		if (i & LP_SLACK)
			continue;
		x = (s64)(lp->x[i] - lp->lo[i]);
		step = aios_clamp_s128(aios_shift_s128(lp->step.xt[p],
						       lp->basis.gamma[p] + lp->basis.bexp[p] -
						       lp->step.fs),
				       1LL << 48);
		step = clamp(x + step, 0LL, (s64)lp_range(lp, i)) - x;
		lp->x[i] += (u64)step;
		a = lp_column(lp, i);
		for (z = 0; z < nz; z++)
			lp->step.res2[lp_entry_row(lp, i, z)] -= (s128)(s64)a[z] * step;
	}
}

static u32 lp_coefficient(const struct aios_lp *lp, u32 i, u32 k)
{
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp), found = 0;

	if (lp->dense)
		return a[k];
	for (z = 0; z < nz; z++)
		if (lp_entry_row(lp, i, z) == k)
			found = max(found, a[z]);
	return found;
}

/* Return the column that loses least for each unit of row k: the smallest w / a. */
static u32 lp_cheapest(const struct aios_lp *lp, u32 k)
{
	u32 i, best = lp->n, best_a = 1;

	for (i = 0; i < lp->n; i++) {
		u32 a = 0;

		if (lp->x[i] != lp->lo[i])
			a = lp_coefficient(lp, i, k);
		if (!a || (best < lp->n &&
			   (s128)lp->w[i] * best_a >= (s128)lp->w[best] * a))
			continue;
		best = i;
		best_a = a;
	}
	return best;
}

/*
 * Make every row hold, whatever it costs; a few well chosen columns do mostly.
 * That the caller may want to stop changes nothing here: it may reschedule.
 */
static void lp_force(struct aios_lp *lp)
{
	u32 i, k, tries;

	for (k = 0; k < lp->m; k++) {
		for (tries = 0; lp->step.res2[k] < 0 && tries < LP_TRIES; tries++) {
			i = lp_cheapest(lp, k);
			if (i == lp->n)
				break;
			lp_lower(lp, i);
		}
		lp_yield(lp);
	}
	for (i = 0; i < lp->n && lp_violated(lp); i++)
		lp_lower(lp, i);
}

/* Make every row hold, by basic columns alone if they do; returns whether they did. */
static bool lp_hold_rows(struct aios_lp *lp)
{
	u32 p;

	for (p = 0; p < lp->m && lp_violated(lp); p++)
		if (!(lp->basis.head[p] & LP_SLACK))
			lp_lower(lp, lp->basis.head[p]);
	if (!lp_violated(lp))
		return true;
	lp_force(lp);
	return false;
}

/*
 * Put the basics on the grid of x, rounded down, and make every row hold
 * exactly. res2 becomes the slack of each row. Returns false when nonbasic
 * columns had to be lowered, too (the search was stopped early): then the list
 * does not cover all that the gap has to count.
 */
bool aios_lp_finish_primal(struct aios_lp *lp)
{
	bool coarse;
	u32 p;

	memcpy(lp->step.res2, lp->res, lp->m * sizeof(lp->step.res2[0]));
	for (p = 0; p < lp->m; p++)
		if (!(lp->basis.head[p] & LP_SLACK))
			lp->x[lp->basis.head[p]] = lp->lo[lp->basis.head[p]];
	if (lp->basis.tight_n) {
		if (!lp->step.settled)
			aios_lp_basis_primal(lp, lp->step.res2);
		coarse = !lp->step.settled;
		for (p = 0; p < lp->m; p++)
			coarse |= lp->basis.gamma[p] + lp->basis.bexp[p] + 4 > lp->step.fs;
		lp_move_basics(lp);
		/* What is left is small and has digits to spare. */
		if (coarse) {
			aios_lp_basis_primal(lp, lp->step.res2);
			lp_move_basics(lp);
		}
	}
	return lp_hold_rows(lp);
}

/* Set res2 to what x leaves of each row. */
static void lp_slacks(struct aios_lp *lp)
{
	u32 nz = lp_entries(lp), i, k, z;

	for (k = 0; k < lp->m; k++)
		lp->step.res2[k] = lp->row[k].rhs;
	for (i = 0; i < lp->n; i++)
		for (z = 0; z < nz; z++)
			lp->step.res2[lp_entry_row(lp, i, z)] -=
				(s128)(s64)lp_column(lp, i)[z] *
				(s64)(lp->x[i] - lp->lo[i]);
}

/* Lower columns of x, those of the basis first, until every row holds. */
void aios_lp_make_feasible(struct aios_lp *lp)
{
	lp_slacks(lp);
	lp_hold_rows(lp);
}

static u128 lp_sat_add(u128 a, u128 b)
{
	return a + b < a ? U128_MAX : a + b;
}

static u128 lp_sat_mul(u128 a, u64 b)
{
	return aios_bits128(a) + aios_bits64(b) > 128 ? U128_MAX : a * b;
}

/*
 * d^+ (hi - x) + d^- (x - lo) of one column, U128_MAX if it does not fit. A nonbasic
 * column lies at the bound that its side names, so the 64-bit reduced cost settles
 * all but a few.
 */
static __always_inline u128 lp_gap_term(const struct aios_lp *lp, u32 i, s64 d)
{
	s128 exact;

	if (d > lp->prices.error ? lp->side[i] == LP_UPPER :
	    d < -lp->prices.error && lp->side[i] == LP_LOWER)
		return 0;
	if (!lp_range(lp, i))
		return 0;
	exact = aios_lp_reduced128(lp, i);
	return lp_sat_mul(aios_abs128(exact), exact > 0 ? lp->hi[i] - lp->x[i] :
							  lp->x[i] - lp->lo[i]);
}

/*
 * sum_k y_k (slack of row k, and what rounding coefficients may have cost). The
 * latter for columns with so much range together.
 */
static u128 lp_gap_rows(const struct aios_lp *lp, u64 range)
{
	u128 gap = 0;
	u32 k;

	for (k = 0; k < lp->m; k++) {
		const struct lp_row *row = &lp->row[k];
		u128 loose = (u128)lp->step.res2[k] + row->clipped;

		if (!lp->y[k])
			continue;
		if (row->inexact)
			loose += range + row->drift + 1;
		gap = lp_sat_add(gap, lp_sat_mul(loose, (u64)lp->y[k]));
	}
	return gap;
}

/*
 * Return what the grid of x costs: a unit for each tight row, and one, at the
 * largest weight.
 */
static u128 lp_grid_cost(const struct aios_lp *lp)
{
	u64 largest = 0;
	u32 i;

	for (i = 0; i < lp->n; i++)
		largest = max(largest, aios_abs64(lp->w[i]));
	return aios_mul_u64(largest, lp->basis.tight_n + 1);
}

static void lp_judge(const struct aios_lp *lp, struct aios_lp_result *res,
		     u128 gap)
{
	u128 tolerance = aios_abs128(res->objective) >> 20;

	res->y_shift = lp_price_frac(lp) + lp->solve.y_export;
	res->d_shift = lp->y_frac;
	res->gap = gap == U128_MAX ? S128_MAX :
		   (s128)aios_shift_up_u128(gap, lp_price_frac(lp));
	res->status = (u128)res->gap <= tolerance ||
		      (u128)res->gap <= tolerance + lp_grid_cost(lp) ?
			AIOS_LP_STATUS_OPTIMAL : AIOS_LP_STATUS_CAPPED;
}

/* Reckon objective, gap and status from the exact slacks in res2 and the list. */
void aios_lp_certify(struct aios_lp *lp, struct aios_lp_result *res)
{
	/* A long list is made shorter, and read anew then. */
	bool keep = !lp->step.perturb && lp->screen.n < LP_NARROW;
	u128 gap = lp_gap_rows(lp, lp->range_sum);
	s64 sides = 0;
	u32 j, p;

	res->objective = lp->objective;
	for (p = 0; p < lp->m; p++)
		if (!(lp->basis.head[p] & LP_SLACK))
			res->objective += (s128)lp->w[lp->basis.head[p]] *
					  (s64)lp->x[lp->basis.head[p]];
	aios_lp_prepare_prices(lp, lp->y);
	lp->screen.moved_n = 0;
	for (j = 0; j < lp->screen.n; j++) {
		u32 i = lp->screen.list[j];
		s64 d = lp_reduced64(lp, i, lp->dense);

		gap = lp_sat_add(gap, lp_gap_term(lp, i, d));
		if (!keep)
			continue;
		sides |= d * lp->side[i];
		lp->screen.delta[j] = lp_delta(lp, d);
	}
	lp->screen.kept = keep && sides >= 0;
	for (p = 0; p < lp->m; p++)
		if (keep && !(lp->basis.head[p] & LP_SLACK))
			lp->screen.delta[lp->basis.slot[p]] = 0;
	lp_judge(lp, res, gap);
}

/*
 * A coefficient that was rounded up is less than a unit too large, so column i may
 * be worth more than d says, by the prices of those rows. With a reduced cost of
 * e more, d^+ (hi - x) + d^- (x - lo) and what its row then has left are larger
 * by ((d + e)^+ - d^+) (hi - lo), whatever x is.
 */
static u128 lp_gap_rounding(const struct aios_lp *lp, u32 i, s128 d)
{
	u32 z, nz = lp_entries(lp);
	s128 more = min(d, (s128)0);

	for (z = 0; z < nz; z++) {
		u32 k = lp_entry_row(lp, i, z);

		if (lp->row[k].inexact && lp_column(lp, i)[z])
			more += lp->y[k];
	}
	if (more <= 0)
		return 0;
	return lp_sat_mul((u128)more, lp_range(lp, i));
}

/* Say whether a row with a price has coefficients that were rounded. */
bool aios_lp_rounded(const struct aios_lp *lp)
{
	u32 k;

	for (k = 0; k < lp->m; k++)
		if (lp->row[k].inexact && lp->y[k])
			return true;
	return false;
}

/*
 * Reckon everything from x and y alone; with rounded what rounding of coefficients
 * cost, too.
 */
static int lp_verify(struct aios_lp *lp, struct aios_lp_result *res, bool rounded)
{
	u32 nz = lp_entries(lp), i, k, z;
	u128 gap = 0;

	for (k = 0; k < lp->m; k++)
		lp->step.res2[k] = lp->row[k].rhs;
	res->objective = 0;
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		u64 x = lp->x[i];
		s128 d = lp->w[i] * ((s128)1 << lp_price_frac(lp));

		if (x < lp->lo[i] || x > lp->hi[i])
			return -ERANGE;
		for (z = 0; z < nz; z++) {
			k = lp_entry_row(lp, i, z);
			d -= (s128)lp->y[k] * a[z];
			lp->step.res2[k] -= (s128)(s64)a[z] * (s64)(x - lp->lo[i]);
		}
		res->objective += (s128)lp->w[i] * (s64)x;
		if (unlikely(rounded))
			gap = lp_sat_add(gap, lp_gap_rounding(lp, i, d));
		gap = lp_sat_add(gap, lp_sat_mul(aios_abs128(d), d > 0 ?
						 lp->hi[i] - x : x - lp->lo[i]));
	}
	if (lp_violated(lp))
		return -ERANGE;
	lp_judge(lp, res, lp_sat_add(gap, lp_gap_rows(lp, 0)));
	return 0;
}

int aios_lp_verify(struct aios_lp *lp, struct aios_lp_result *res)
{
	return lp_verify(lp, res, aios_lp_rounded(lp));
}

/* Say whether the answer is optimal but for what rounding of coefficients cost. */
bool aios_lp_searched(struct aios_lp *lp)
{
	struct aios_lp_result res = {};

	return !lp_verify(lp, &res, false) && res.status == AIOS_LP_STATUS_OPTIMAL;
}

s128 aios_lp_slack(const struct aios_lp *lp, u32 k)
{
	return lp->step.res2[k] << lp->row[k].shift;
}
