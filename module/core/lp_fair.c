// SPDX-License-Identifier: GPL-2.0
/*
 * Max-min and dominant-resource fairness by progressive filling. The level at
 * which the next row fills is found by bisection on the grid of levels, with
 * every row's use summed exactly, so the answer is feasible exactly.
 */
#include "lp_fair.h"
#include "lp_internal.h"

#define LP_RATE_FRAC	32	/* fraction bits of a rate */
#define LP_RATE_LEAST	BIT_ULL(14)

/* While this runs, alpha holds the rates, and side tells who still rises. */
#define LP_RISING	LP_UPPER
#define LP_STAYS	LP_OUT

static u64 lp_at_level(const struct aios_lp *lp, u32 i, u64 level)
{
	u128 x = aios_mul_u64(level, (u64)lp->alpha[i]) >> LP_RATE_FRAC;

	if (x >= lp->hi[i])
		return lp->hi[i];
	return max_t(u64, x, lp->lo[i]);
}

/* res2 = what the rows have left with the rising columns at a level. */
static bool lp_fits(struct aios_lp *lp, u64 level)
{
	u32 i, k, z, nz = lp_entries(lp);

	memcpy(lp->res2, lp->res, lp->m * sizeof(lp->res2[0]));
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		s64 up;

		if (lp->side[i] != LP_RISING)
			continue;
		up = (s64)(lp_at_level(lp, i, level) - lp->lo[i]);
		for (z = 0; up && z < nz; z++)
			lp->res2[lp_entry_row(lp, i, z)] -= (s128)(s64)a[z] * up;
	}
	for (k = 0; k < lp->m; k++)
		if (lp->res2[k] < 0)
			return false;
	return true;
}

/* The largest level from low on at which all rows hold. */
static u64 lp_fill_level(struct aios_lp *lp, u64 low, u32 *passes)
{
	u64 step;

	++*passes;
	if (lp_fits(lp, U64_MAX))
		return U64_MAX;
	for (step = 1ULL << 63; step && !lp_yield(lp); step >>= 1) {
		if (low + step < low)
			continue;
		++*passes;
		if (lp_fits(lp, low + step))
			low += step;
	}
	return low;
}

/*
 * Stop the columns of the rows that one more step of the level would break,
 * and those at their upper bounds. What stays is taken from res.
 */
static bool lp_stop_columns(struct aios_lp *lp, u64 level)
{
	u32 i, k, z, nz = lp_entries(lp);
	bool rising = false;
	u64 full = 0;

	lp_fits(lp, level == U64_MAX ? level : level + 1);
	for (k = 0; k < lp->m; k++)
		if (lp->res2[k] < 0)
			full |= BIT_ULL(k);
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		bool stays = false;

		if (lp->side[i] != LP_RISING)
			continue;
		lp->x[i] = lp_at_level(lp, i, level);
		for (z = 0; z < nz; z++)
			stays |= a[z] && full >> lp_entry_row(lp, i, z) & 1;
		if (!stays && lp->x[i] < lp->hi[i]) {
			rising = true;
			continue;
		}
		lp->side[i] = LP_STAYS;
		lp_res_add(lp, i, -(s64)(lp->x[i] - lp->lo[i]));
	}
	return rising;
}

/* Every column at its lower bound; false when that breaks a row. */
static bool lp_fair_start(struct aios_lp *lp, const struct aios_lp_options *opt,
			  struct aios_lp_fair_result *res)
{
	static const struct aios_lp_options none;
	u32 i, k;

	memset(res, 0, sizeof(*res));
	lp->opt = opt ? opt : &none;
	lp->stopped = false;
	lp->live = false;
	memset(lp->y, 0, sizeof(lp->y));
	for (i = 0; i < lp->n; i++) {
		lp->flags[i] = 0;
		lp->x[i] = lp->lo[i];
	}
	for (k = 0; k < lp->m; k++) {
		lp->res[k] = lp->row[k].rhs;
		lp->res2[k] = lp->row[k].rhs;
		if (lp->res[k] >= 0)
			continue;
		res->status = AIOS_LP_STATUS_INFEASIBLE;
		res->row = k;
		return false;
	}
	return true;
}

/* Bring the rates in alpha to the grid: the largest is 2^32. */
static void lp_scale_rates(struct aios_lp *lp)
{
	u64 all = 1;
	s32 shift;
	u32 i;

	for (i = 0; i < lp->n; i++)
		all |= (u64)lp->alpha[i];
	shift = LP_RATE_FRAC + 1 - (s32)aios_bits64(all);
	for (i = 0; i < lp->n; i++) {
		u64 rate = (u64)lp->alpha[i];

		lp->side[i] = rate && lp->hi[i] > lp->lo[i] ? LP_RISING : LP_STAYS;
		rate = shift < 0 ? rate >> -shift : rate << shift;
		if (lp->alpha[i])
			lp->alpha[i] = (s64)max(rate, LP_RATE_LEAST);
	}
}

static void lp_fill(struct aios_lp *lp, struct aios_lp_fair_result *res)
{
	u64 level = 0;
	u32 k;

	lp_scale_rates(lp);
	for (k = 0; k <= lp->m; k++) {
		level = lp_fill_level(lp, level, &res->passes);
		if (!lp_stop_columns(lp, level) || lp->stopped)
			break;
		res->phases++;
	}
	lp_fits(lp, level);
	res->status = lp->stopped ? AIOS_LP_STATUS_CAPPED :
				    AIOS_LP_STATUS_OPTIMAL;
}

void aios_lp_max_min(struct aios_lp *lp, const struct aios_lp_options *opt,
		     struct aios_lp_fair_result *res)
{
	u32 i;

	if (!lp_fair_start(lp, opt, res))
		return;
	for (i = 0; i < lp->n; i++)
		lp->alpha[i] = max(lp->w[i], 0LL);
	lp_fill(lp, res);
}

/* w / max_k (a_k / b_k) over the resources, 24 fraction bits; 0: no resource. */
static u128 lp_dominant_rate(const struct aios_lp *lp, u32 i, u32 resources)
{
	u32 z, nz = lp_entries(lp);
	u64 least = U64_MAX;

	for (z = 0; z < nz; z++) {
		u32 k = lp_entry_row(lp, i, z);
		u64 a = (u64)lp_column(lp, i)[z] << lp->row[k].shift;

		if (a && k < resources)
			least = min(least, aios_mul_div_u64(lp->row[k].b,
							    1U << 24, a));
	}
	return least == U64_MAX ? 0 : aios_mul_u64(least, (u64)lp->w[i]);
}

void aios_lp_drf(struct aios_lp *lp, u32 resources,
		 const struct aios_lp_options *opt,
		 struct aios_lp_fair_result *res)
{
	u128 largest = 1;
	u32 i, drop;

	if (!lp_fair_start(lp, opt, res))
		return;
	for (i = 0; i < lp->n; i++)
		if (lp->w[i] > 0)
			largest = max(largest, lp_dominant_rate(lp, i, resources));
	drop = max(aios_bits128(largest), 62U) - 62;
	for (i = 0; i < lp->n; i++) {
		u128 rate = 0;

		if (lp->w[i] > 0)
			rate = lp_dominant_rate(lp, i, resources) >> drop;
		/* Who uses no resource takes nothing from anybody. */
		if (lp->w[i] > 0 && !rate)
			rate = largest >> drop;
		lp->alpha[i] = (s64)rate;
	}
	lp_fill(lp, res);
}

u64 aios_lp_rate(const struct aios_lp *lp, u32 i)
{
	return (u64)lp->alpha[i];
}
