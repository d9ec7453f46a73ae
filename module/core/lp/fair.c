// SPDX-License-Identifier: GPL-2.0
/*
 * Max-min and dominant-resource fairness by progressive filling. The level at
 * which the next row fills is found by Newton's method on the grid of levels,
 * with every row's use summed exactly, so the answer is feasible exactly; and
 * the test of optimality that every answer has to pass.
 */
#include "core/lp/fair.h"
#include "core/lp/internal.h"

#define LP_RATE_FRAC	62	/* fraction bits of a rate */
#define LP_FILL_PASSES	130U	/* steps to find a level: two for each of its bits */

/* While this runs, alpha holds the rates, and side tells who still rises. */
#define LP_RISING	LP_UPPER
#define LP_STAYS	LP_OUT

static u64 lp_at_level(const struct aios_lp *lp, u32 i, u64 level)
{
	u128 x = aios_mul_u64(level, (u64)lp->screen.alpha[i]) >> LP_RATE_FRAC;

	if (x >= lp->hi[i])
		return lp->hi[i];
	return max_t(u64, x, lp->lo[i]);
}

/*
 * Set, for the rising columns at a level, res2 to what the rows have left, scaled
 * to how fast that shrinks, and offset to what rounding x down may hide of it.
 */
static bool lp_fits(struct aios_lp *lp, u64 level)
{
	u32 i, k, z, nz = lp_entries(lp);

	memcpy(lp->step.res2, lp->res, lp->m * sizeof(lp->step.res2[0]));
	memset(lp->step.scaled, 0, lp->m * sizeof(lp->step.scaled[0]));
	memset(lp->step.offset, 0, lp->m * sizeof(lp->step.offset[0]));
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		u64 x, rate;
		s64 up;

		lp_yield_at(lp, i);
		if (lp->side[i] != LP_RISING)
			continue;
		x = lp_at_level(lp, i, level);
		rate = x < lp->hi[i] ? (u64)lp->screen.alpha[i] : 0;
		up = (s64)(x - lp->lo[i]);
		for (z = 0; z < nz; z++) {
			k = lp_entry_row(lp, i, z);
			lp->step.res2[k] -= (s128)(s64)a[z] * up;
			lp->step.scaled[k] += (s128)aios_mul_u64(a[z], rate);
			lp->step.offset[k] += rate ? a[z] : 0;
		}
	}
	for (k = 0; k < lp->m; k++)
		if (lp->step.res2[k] < 0)
			return false;
	return true;
}

/* Return num / den with LP_RATE_FRAC fraction bits, rounded down, saturated. */
static u64 lp_levels(u128 num, u128 den)
{
	s32 up = 62 - (s32)aios_bits128(num), down = 62 - (s32)aios_bits128(den);
	u64 n = (u64)aios_shift_s128((s128)num, up);
	u64 d = down < 0 ? (u64)aios_shift_up_u128(den, (u32)-down) :
			   (u64)den << down;
	s32 shift = down - up;
	u64 q = aios_mul_div_u64(n, 1ULL << LP_RATE_FRAC, d);

	if (shift < 0)
		return shift < -63 ? 0 : q >> -shift;
	return shift > 63 || (shift && q >> (64 - shift)) ? U64_MAX : q << shift;
}

/*
 * Return how far the level can surely rise from where lp_fits() looked: use grows
 * with the level no faster than now, but for columns that still lie on their floor,
 * which count as if they rose (Newton's method, from below).
 */
static u64 lp_sure_step(const struct aios_lp *lp)
{
	u64 step = U64_MAX;
	u32 k;

	for (k = 0; k < lp->m; k++) {
		s128 left = lp->step.res2[k] - lp->step.offset[k];

		if (!lp->step.scaled[k])
			continue;
		step = min(step, left <= 0 ? 0 :
			   lp_levels((u128)left, (u128)lp->step.scaled[k]));
	}
	return step;
}

/*
 * Return the step of the level that moves no x by more than its grid, or two of it.
 */
static u64 lp_level_unit(const struct aios_lp *lp)
{
	u64 all = 1;
	u32 i, bits;

	for (i = 0; i < lp->n; i++)
		if (lp->side[i] == LP_RISING)
			all |= (u64)lp->screen.alpha[i];
	bits = aios_bits64(all);
	return bits > LP_RATE_FRAC ? 1 : 1ULL << (LP_RATE_FRAC - bits);
}

/*
 * Find the largest level, in steps of unit from low, at which all rows hold: by
 * sure steps, by steps that double where those have become too small, and once a
 * step was too long by bisection.
 */
static u64 lp_fill_level(struct aios_lp *lp, u64 low, u64 unit, u32 *passes)
{
	u64 high = U64_MAX, grown = unit, step;
	u32 tries;

	++*passes;
	if (lp_fits(lp, U64_MAX))
		return U64_MAX;
	++*passes;
	lp_fits(lp, low);
	step = lp_sure_step(lp);
	for (tries = 0; tries < LP_FILL_PASSES && high - low > unit &&
	     !lp_yield(lp); tries++) {
		if (step < unit) {
			step = high == U64_MAX ? grown : (high - low) / 2;
			grown = min(grown, 1ULL << 61) * 2;
		}
		step = min(step, high - low - unit);
		step = max(step & ~(unit - 1), unit);
		++*passes;
		if (lp_fits(lp, low + step)) {
			low += step;
			step = lp_sure_step(lp);
		} else {
			high = low + step;
			step = 0;
		}
	}
	return low;
}

/*
 * Stop the columns of the rows that one more step of the level would break,
 * and those at their upper bounds. What stays is taken from res.
 */
static bool lp_stop_columns(struct aios_lp *lp, u64 level, u64 unit)
{
	u32 i, k, z, nz = lp_entries(lp);
	bool rising = false;
	u64 full = 0;

	lp_fits(lp, level > U64_MAX - unit ? U64_MAX : level + unit);
	for (k = 0; k < lp->m; k++)
		if (lp->step.res2[k] < 0)
			full |= BIT_ULL(k);
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		bool stays = false;

		lp_yield_at(lp, i);
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

/* Put every column at its lower bound. Returns false when that breaks a row. */
static bool lp_fair_start(struct aios_lp *lp, const struct aios_lp_options *opt,
			  struct aios_lp_fair_result *res)
{
	static const struct aios_lp_options none;
	u32 i, k;

	memset(res, 0, sizeof(*res));
	lp->solve.opt = opt ? opt : &none;
	lp->solve.stopped = false;
	lp->solve.live = false;
	lp->solve.rescues = 0;
	memset(lp->y, 0, sizeof(lp->y));
	for (i = 0; i < lp->n; i++) {
		lp->flags[i] = 0;
		lp->x[i] = lp->lo[i];
	}
	for (k = 0; k < lp->m; k++) {
		lp->res[k] = lp->row[k].rhs;
		lp->step.res2[k] = lp->row[k].rhs;
		if (lp->res[k] >= 0)
			continue;
		res->status = AIOS_LP_STATUS_INFEASIBLE;
		res->row = k;
		return false;
	}
	return true;
}

/*
 * Bring the rates in alpha to the grid: the largest has 63 bits, the least is
 * such that a level of 64 bits takes every column to its upper bound.
 */
static void lp_scale_rates(struct aios_lp *lp)
{
	u64 all = 1, most = 0, least;
	u32 i, shift;

	for (i = 0; i < lp->n; i++) {
		all |= (u64)lp->screen.alpha[i];
		most = max(most, lp->hi[i]);
	}
	shift = LP_RATE_FRAC + 1 - aios_bits64(all);
	least = most / 4 + 1;
	for (i = 0; i < lp->n; i++) {
		u64 rate = (u64)lp->screen.alpha[i];

		lp->side[i] = rate && lp->hi[i] > lp->lo[i] ? LP_RISING : LP_STAYS;
		if (rate)
			lp->screen.alpha[i] = (s64)max(rate << shift, least);
	}
}

static void lp_fill(struct aios_lp *lp, struct aios_lp_fair_result *res)
{
	u64 level = 0, unit;
	u32 k;

	lp_scale_rates(lp);
	for (k = 0; k <= lp->m; k++) {
		unit = lp_level_unit(lp);
		level = lp_fill_level(lp, level, unit, &res->passes);
		if (!lp_stop_columns(lp, level, unit) || lp->solve.stopped)
			break;
		res->phases++;
	}
	/*
	 * Take the slacks for aios_lp_slack(); the columns that stay are in res
	 * already.
	 */
	lp_fits(lp, level);
	res->status = lp->solve.stopped ? AIOS_LP_STATUS_CAPPED :
				    AIOS_LP_STATUS_OPTIMAL;
}

void aios_lp_max_min(struct aios_lp *lp, const struct aios_lp_options *opt,
		     struct aios_lp_fair_result *res)
{
	u32 i;

	if (!lp_fair_start(lp, opt, res))
		return;
	for (i = 0; i < lp->n; i++)
		lp->screen.alpha[i] = max(lp->w[i], 0LL);
	lp_fill(lp, res);
}

/*
 * Return w / max_k (a_k / b_k) over the resources, 24 fraction bits; 0: it uses no
 * resource.
 */
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
		/* A column that uses no resource takes nothing from any other. */
		if (lp->w[i] > 0 && !rate)
			rate = largest >> drop;
		lp->screen.alpha[i] = (s64)rate;
	}
	lp_fill(lp, res);
}

/* Say whether column i stands higher than column j: x_i / rate_i > x_j / rate_j. */
static bool lp_higher(const struct aios_lp *lp, u32 i, u32 j)
{
	return aios_mul_u64(lp->x[i], (u64)lp->screen.alpha[j]) >
	       aios_mul_u64(lp->x[j], (u64)lp->screen.alpha[i]);
}

/*
 * res2: what is left of each row; scaled: what one step of all who could rise
 * takes of it; offset: the column that stands highest, lp->n: none. Returns
 * false when a bound is broken.
 */
static bool lp_survey(struct aios_lp *lp)
{
	u32 i, k, z, nz = lp_entries(lp);

	for (k = 0; k < lp->m; k++) {
		lp->step.res2[k] = lp->row[k].rhs;
		lp->step.scaled[k] = 0;
		lp->step.offset[k] = lp->n;
	}
	for (i = 0; i < lp->n; i++) {
		const u32 *a = lp_column(lp, i);
		u64 rate = (u64)lp->screen.alpha[i], x = lp->x[i];
		u64 step = rate && x < lp->hi[i] ? (rate >> LP_RATE_FRAC) + 1 : 0;

		lp_yield_at(lp, i);
		if (x < lp->lo[i] || x > lp->hi[i])
			return false;
		for (z = 0; z < nz; z++) {
			if (!a[z])
				continue;
			k = lp_entry_row(lp, i, z);
			lp->step.res2[k] -= (s128)(s64)a[z] * (s64)(x - lp->lo[i]);
			lp->step.scaled[k] += (s128)aios_mul_u64(a[z], step);
			if (rate && x > lp->lo[i] &&
			    (lp->step.offset[k] == lp->n ||
			     lp_higher(lp, i, (u32)lp->step.offset[k])))
				lp->step.offset[k] = i;
		}
	}
	return true;
}

u32 aios_lp_fair_holder(const struct aios_lp *lp, u32 i, u64 full)
{
	const u32 *a = lp_column(lp, i);
	u32 k, z, top, nz = lp_entries(lp);

	for (z = 0; z < nz; z++) {
		k = lp_entry_row(lp, i, z);
		top = (u32)lp->step.offset[k];
		if (!a[z] || !(full >> k & 1))
			continue;
		if (top == lp->n ||
		    aios_mul_u64(lp->x[top], (u64)lp->screen.alpha[i]) <
		    aios_mul_u64(lp->x[i] + 1, (u64)lp->screen.alpha[top]))
			return k;
	}
	return AIOS_LP_M_MAX;
}

int aios_lp_fair_verify(struct aios_lp *lp, const struct aios_lp_options *opt,
			u64 *full)
{
	static const struct aios_lp_options none;
	u32 i, k;

	*full = 0;
	lp->solve.opt = opt ? opt : &none;
	lp->solve.stopped = false;
	if (!lp_survey(lp))
		return -ERANGE;
	for (k = 0; k < lp->m; k++) {
		if (lp->step.res2[k] < 0)
			return -ERANGE;
		if (lp->step.res2[k] < lp->step.scaled[k])
			*full |= BIT_ULL(k);
	}
	for (i = 0; i < lp->n && !lp->solve.stopped; i++) {
		lp_yield_at(lp, i);
		if (lp->screen.alpha[i] && lp->x[i] < lp->hi[i] &&
		    aios_lp_fair_holder(lp, i, *full) == AIOS_LP_M_MAX)
			return -EDOM;
	}
	return lp->solve.stopped ? -EINTR : 0;
}

u64 aios_lp_rate(const struct aios_lp *lp, u32 i)
{
	return (u64)lp->screen.alpha[i];
}
