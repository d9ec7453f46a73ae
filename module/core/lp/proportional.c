// SPDX-License-Identifier: GPL-2.0
/*
 * Proportional fairness: prices by multiplicative steps, x from the prices, and
 * a certificate of the sum of logarithms that needs no logarithm.
 *
 * Scale: w_i becomes P_i = w_i 2^s with the largest below 2^80, and c_i x_i is
 * compared with P_i, so c_i = sum_k y_k a_ik and y have the same scale.
 */
#include "core/lp/fair.h"
#include "core/lp/internal.h"

#define LP_P_BITS	80
#define LP_PASSES	4000U
#define LP_RATIO_FRAC	40	/* of use over capacity */

/* While this runs, side tells which columns count. */
#define LP_COUNTS	LP_UPPER

static u128 lp_target(const struct aios_lp *lp, u32 i)
{
	return (u128)(u64)lp->w[i] << (LP_P_BITS - lp->w_bits);
}

/* Return c_i at the current prices, at least 1; it is below 2^100. */
static u128 lp_cost(const struct aios_lp *lp, u32 i)
{
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp);
	u128 c = 0;

	for (z = 0; z < nz; z++)
		c += (u128)(u64)lp->y[lp_entry_row(lp, i, z)] * a[z];
	return max(c, (u128)1);
}

/* Return x = P / c within its bounds; of c 64 digits are enough. */
static u64 lp_response(const struct aios_lp *lp, u32 i, u128 c)
{
	u32 drop = max(aios_bits128(c), 64U) - 64;
	u128 p = lp_target(lp, i) >> drop;
	u64 high = (u64)(p >> 64), x;

	c >>= drop;
	if (high >= (u64)c)
		return lp->hi[i];
	x = aios_div_u128_u64(high, (u64)p, (u64)c);
	return clamp(x, lp->lo[i], lp->hi[i]);
}

/* Return c v, saturated. */
static u128 lp_paid(u128 c, u64 v)
{
	return aios_bits128(c) + aios_bits64(v) > 126 ? (u128)1 << 126 : c * v;
}

/*
 * Set x from the prices, and res2 to what is left of each row, which may be
 * negative.
 */
static void lp_respond(struct aios_lp *lp)
{
	u32 i, z, nz = lp_entries(lp);

	memcpy(lp->step.res2, lp->res, lp->m * sizeof(lp->step.res2[0]));
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		s64 up;

		lp_yield_at(lp, i);
		if (lp->side[i] != LP_COUNTS)
			continue;
		lp->x[i] = lp_response(lp, i, lp_cost(lp, i));
		up = (s64)(lp->x[i] - lp->lo[i]);
		for (z = 0; z < nz; z++)
			lp->step.res2[lp_entry_row(lp, i, z)] -= (s128)(s64)a[z] * up;
	}
}

/* Return num / den with 40 fraction bits, both below 2^110, at most 2^20. */
static u64 lp_quotient(u128 num, u128 den)
{
	u32 drop = max(aios_bits128(max(num, den)), 62U) - 62;
	u64 n = (u64)(num >> drop), d = (u64)(den >> drop);
	u64 q = d ? aios_mul_div_u64(n, 1ULL << LP_RATIO_FRAC, d) : U64_MAX;

	return min(q, 1ULL << (LP_RATIO_FRAC + 20));
}

/* Return what a row holds in all and what is used of it, floors included. */
static u64 lp_use_ratio(const struct aios_lp *lp, u32 k)
{
	const struct lp_row *row = &lp->row[k];
	u128 floor = row->base >> row->shift;
	u128 used = (u128)(row->rhs - lp->step.res2[k]) + floor;

	return lp_quotient(used, (u128)row->rhs + floor);
}

/*
 * Multiply prices by the use of their rows, with over-relaxation of a half
 * when bold.
 */
static void lp_move(struct aios_lp *lp, bool bold)
{
	const u64 one = 1ULL << LP_RATIO_FRAC;
	u32 k;

	for (k = 0; k < lp->m; k++) {
		u64 ratio;
		u128 y;

		/* A column that uses a row without room does not count. */
		if (lp->row[k].rhs <= 0)
			continue;
		ratio = lp_use_ratio(lp, k);
		if (bold && ratio > one)
			ratio += (ratio - one) / 2;
		else if (bold)
			ratio -= min((one - ratio) / 2, ratio / 2);
		y = aios_mul_u64((u64)lp->y[k], ratio) >> LP_RATIO_FRAC;
		lp->y[k] = (s64)clamp(y, (u128)1, (u128)LP_LIMIT);
	}
}

/* Scale what is above the floors down until every row holds. */
static void lp_scale_down(struct aios_lp *lp)
{
	u64 factor = 1ULL << LP_RATIO_FRAC;
	u32 i, k, z, nz = lp_entries(lp);

	for (k = 0; k < lp->m; k++)
		if (lp->step.res2[k] < 0) {
			u128 used = (u128)(lp->row[k].rhs - lp->step.res2[k]);

			factor = min(factor, lp_quotient((u128)lp->row[k].rhs,
							 used));
		}
	/* The quotient was cut to 62 digits. */
	if (factor < 1ULL << LP_RATIO_FRAC)
		factor -= min(factor, 2ULL);
	memcpy(lp->step.res2, lp->res, lp->m * sizeof(lp->step.res2[0]));
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		u64 up;

		lp_yield_at(lp, i);
		if (lp->side[i] != LP_COUNTS)
			continue;
		up = (u64)(aios_mul_u64(lp->x[i] - lp->lo[i], factor) >>
			   LP_RATIO_FRAC);
		lp->x[i] = lp->lo[i] + up;
		for (z = 0; z < nz; z++)
			lp->step.res2[lp_entry_row(lp, i, z)] -= (s128)(s64)a[z] *
							    (s64)up;
	}
}

/* Return v * num / den, rounded up; U128_MAX where it may not fit. */
static u128 lp_part_of(u128 v, u128 num, u128 den)
{
	u32 drop = max(aios_bits128(max(num, den)), 62U) - 62;
	u64 q;

	if (!v || !num)
		return 0;
	if (!(den >> drop))
		return U128_MAX;
	q = aios_mul_div_u64((u64)(num >> drop) + 1, 1ULL << 32,
			     (u64)(den >> drop));
	if (q >> 40)
		return U128_MAX;
	drop = max(aios_bits128(v), 64U) - 64;
	v = ((v >> drop) + 1) * (q + 1);
	return ((v >> 32) + 1) << drop;
}

/*
 * Return what column i may be short of its part of the bound, in the scale of P:
 * the smaller of w (r - 1)^2 / r and what the bound that it tends to leaves, which
 * is at most w (hi - x) / x above and c (x - lo) below.
 */
static u128 lp_log_term(const struct aios_lp *lp, u32 i)
{
	u64 x = lp->x[i];
	u128 c = lp_cost(lp, i), p = lp_target(lp, i), cx = lp_paid(c, x);
	u128 off, room;

	if (cx >= p) {
		off = cx - p;
		room = lp_paid(c, x - lp->lo[i]);
	} else {
		off = p - cx;
		room = lp_part_of(p, lp->hi[i] - x, x);
	}
	if (aios_bits128(off) > 100)
		return room;
	return min(lp_part_of(off, off, cx), room);
}

/*
 * Return the certified gap over the sum of weights, 32 fraction bits, rounded up.
 */
static u64 lp_log_gap(struct aios_lp *lp)
{
	u128 gap = 0, all = 0, term;
	u32 i, k, drop;

	for (k = 0; k < lp->m; k++) {
		u128 loose = (u128)lp->step.res2[k] + lp->row[k].clipped;

		if (lp->row[k].inexact)
			loose += lp->range_sum + lp->row[k].drift + 1;
		if (aios_bits128(loose) + aios_bits64((u64)lp->y[k]) > 118)
			return U64_MAX;
		gap += loose * (u64)lp->y[k];
	}
	for (i = 0; i < lp->n; i++) {
		lp_yield_at(lp, i);
		if (lp->side[i] != LP_COUNTS)
			continue;
		term = lp_log_term(lp, i);
		if (term >> 110 || gap >> 120)
			return U64_MAX;
		gap += term;
		all += lp_target(lp, i);
	}
	if (!all)
		return 0;
	drop = max(aios_bits128(all), 62U) - 62;
	if (gap >> drop >> 63)
		return U64_MAX;
	gap = aios_mul_div_u64((u64)(gap >> drop) + 1, 1ULL << 32,
			       (u64)(all >> drop));
	return gap == U64_MAX ? U64_MAX : (u64)gap + 1;
}

/*
 * Say whether column i counts: it has a weight, and can be above its lower bound in
 * every row that it uses.
 */
static bool lp_counts(const struct aios_lp *lp, u32 i)
{
	u32 z, nz = lp_entries(lp);
	bool counts = lp->w[i] > 0 && lp->hi[i] > lp->lo[i];

	for (z = 0; z < nz; z++)
		counts &= !lp_column(lp, i)[z] ||
			  lp->row[lp_entry_row(lp, i, z)].rhs > 0;
	return counts;
}

/* Find which columns count, and prices that spend what all weights are worth. */
static void lp_begin(struct aios_lp *lp)
{
	u32 i, k, rows = 0;
	u128 all = 0;

	aios_lp_scale_weights(lp);
	for (i = 0; i < lp->n; i++) {
		bool counts = lp_counts(lp, i);

		lp->flags[i] = 0;
		lp->side[i] = counts ? LP_COUNTS : LP_OUT;
		lp->x[i] = lp->lo[i];
		if (counts)
			all += lp_target(lp, i);
	}
	for (k = 0; k < lp->m; k++) {
		lp->res[k] = lp->row[k].rhs;
		rows += lp->row[k].rhs > 0;
	}
	for (k = 0; k < lp->m; k++) {
		u128 rhs = (u128)lp->row[k].rhs;
		u32 drop = max(aios_bits128(max(rhs, all)), 62U) - 62;
		u64 y = 1;

		if (rhs >> drop)
			y = (u64)(all >> drop) / (u64)(rhs >> drop) / rows;
		else if (rhs)
			y = LP_LIMIT;
		lp->y[k] = (s64)clamp(y, 1ULL, (u64)LP_LIMIT);
	}
}

static bool lp_floors_hold(const struct aios_lp *lp,
			   struct aios_lp_proportional_result *res)
{
	u32 k;

	for (k = 0; k < lp->m; k++) {
		if (lp->row[k].rhs >= 0)
			continue;
		res->status = AIOS_LP_STATUS_INFEASIBLE;
		res->row = k;
		return false;
	}
	return true;
}

void aios_lp_proportional(struct aios_lp *lp, u64 gap,
			  const struct aios_lp_options *opt,
			  struct aios_lp_proportional_result *res)
{
	static const struct aios_lp_options none;
	u32 cap, i;
	bool bold = true;
	u64 last = U64_MAX;

	memset(res, 0, sizeof(*res));
	lp->solve.opt = opt ? opt : &none;
	lp->solve.stopped = false;
	lp->solve.live = false;
	lp->solve.rescues = 0;
	cap = lp->solve.opt->max_iterations ? lp->solve.opt->max_iterations : LP_PASSES;
	for (i = 0; i < lp->n; i++)
		lp->x[i] = lp->lo[i];
	res->gap = U64_MAX;
	if (!lp_floors_hold(lp, res))
		return;
	lp_begin(lp);
	res->y_shift = LP_P_BITS - lp->w_bits - lp->x_frac;
	for (;;) {
		lp_respond(lp);
		res->passes++;
		/* A certificate costs two passes more. */
		if (res->passes % 8 == 1 || res->passes >= cap || lp_yield(lp)) {
			memcpy(lp->step.scaled, lp->step.res2, lp->m * sizeof(lp->step.res2[0]));
			lp_scale_down(lp);
			res->gap = lp_log_gap(lp);
			res->passes += 2;
			if (res->gap <= gap || res->passes >= cap || lp_yield(lp))
				break;
			bold = res->gap < last;
			last = res->gap;
			memcpy(lp->step.res2, lp->step.scaled, lp->m * sizeof(lp->step.res2[0]));
		}
		lp_move(lp, bold);
	}
	res->status = res->gap <= gap ? AIOS_LP_STATUS_OPTIMAL :
					AIOS_LP_STATUS_CAPPED;
}

int aios_lp_proportional_verify(struct aios_lp *lp,
				const struct aios_lp_options *opt, u64 *gap)
{
	static const struct aios_lp_options none;
	u32 i, k, z, nz = lp_entries(lp);

	lp->solve.opt = opt ? opt : &none;
	lp->solve.stopped = false;
	*gap = U64_MAX;
	for (k = 0; k < lp->m; k++)
		lp->step.res2[k] = lp->row[k].rhs;
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		u64 x = lp->x[i];

		lp_yield_at(lp, i);
		if (x < lp->lo[i] || x > lp->hi[i])
			return -ERANGE;
		lp->side[i] = lp_counts(lp, i) ? LP_COUNTS : LP_OUT;
		for (z = 0; z < nz; z++)
			lp->step.res2[lp_entry_row(lp, i, z)] -= (s128)(s64)a[z] *
							    (s64)(x - lp->lo[i]);
	}
	for (k = 0; k < lp->m; k++)
		if (lp->step.res2[k] < 0)
			return -ERANGE;
	*gap = lp_log_gap(lp);
	return lp->solve.stopped ? -EINTR : 0;
}
