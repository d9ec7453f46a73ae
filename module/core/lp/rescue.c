// SPDX-License-Identifier: GPL-2.0
/*
 * The search again, for programs whose numbers lie too far apart for the formats
 * in fixed point: a coefficient of a few bytes beside ones of GiB at a weight that
 * is a billionth of another. It is the dual simplex method as in simplex.c, from
 * the basis that the search there ended with, but
 *
 *	the inverse, the prices and the entries of a pivot row are in floating point
 *	(float.h), each with all its digits whatever its size;
 *
 *	the products with a column are sums in 128 bits of numbers that are aligned
 *	with the largest one, so that only digits far below the result are lost;
 *
 *	basic columns have values on the grid of x, which makes every residual, and so
 *	every basic slack, an exact integer; the values are corrected by the inverse
 *	until they reproduce the residual (iterative refinement);
 *
 *	prices and reduced costs are computed anew in each iteration, and a column
 *	that is on the wrong side flips;
 *
 *	what rounding may have moved is bounded for each number by itself, and a sign
 *	counts when the number exceeds that.
 *
 * It takes several times as long, and is tried when the certificate says that the
 * search in fixed point has left something.
 *
 * Some functions are kept out of line: their frames are not all on the stack at once then.
 */
#include "core/lp/rescue.h"

#define RESCUE_FRESH	16U	/* iterations before the inverse is computed anew */
#define RESCUE_CYCLES	8U	/* iterations for each row, and RESCUE_MORE */
#define RESCUE_MORE	64U
#define RESCUE_CORRECTIONS 3U	/* of the values of the basics */
#define RESCUE_ROOM	2U	/* units of x that rounding adds to a value, at most */

/* -------------------------------------------------------------------- values */

/*
 * rt = values of the basic columns less their lower bounds, on the grid of x;
 * offset = what they leave of each row, the values of basic slacks among it. Tight
 * rows keep room for every basic column to be so many units larger. Returns how far
 * rounding may have moved a value.
 */
static u64 rescue_values(struct aios_lp *lp, u32 room)
{
	u64 moved = 0;
	u32 round, p, t, z;

	memcpy(lp->step.offset, lp->res, lp->m * sizeof(lp->step.offset[0]));
	memset(lp->step.rt, 0, lp->m * sizeof(lp->step.rt[0]));
	for (p = 0; p < lp->m && room; p++)
		for (z = 0; z < lp_entries(lp) && !(lp->basis.head[p] & LP_SLACK); z++)
			lp->step.offset[lp_entry_row(lp, lp->basis.head[p], z)] -=
				(s128)room * lp_column(lp, lp->basis.head[p])[z];
	for (round = 0; round < RESCUE_CORRECTIONS; round++) {
		moved = 0;
		for (p = 0; p < lp->m; p++) {
			lp_float sum = 0;

			lp->step.xt[p] = 0;
			if (lp->basis.head[p] & LP_SLACK)
				continue;
			for (t = 0; t < lp->basis.tight_n; t++) {
				u32 k = lp->basis.tight[t];

				sum = lp_float_plus(sum, rescue_row(lp, p)[k],
						    lp_float_of(lp->step.offset[k], 0));
			}
			lp->step.xt[p] = aios_clamp_s128(lp_float_fixed(sum, 0), 1LL << 60);
			moved = max(moved, aios_abs64(lp->step.xt[p]));
		}
		for (p = 0; p < lp->m; p++) {
			u32 i = lp->basis.head[p];

			if (!lp->step.xt[p])
				continue;
			lp->step.rt[p] = aios_clamp_s128((s128)lp->step.rt[p] + lp->step.xt[p],
							 1LL << 61);
			for (z = 0; z < lp_entries(lp); z++)
				lp->step.offset[lp_entry_row(lp, i, z)] -=
					(s128)(s64)lp_column(lp, i)[z] * lp->step.xt[p];
		}
	}
	return moved;
}

struct rescue_leaving {
	u32 p;
	s32 sign;	/* +1: below its lower bound, -1: above its upper */
	lp_float amount;
};

/* Return the square of the length of row p of the inverse, without units. */
static lp_float rescue_norm(const struct aios_lp *lp, u32 p)
{
	lp_float sum = lp->basis.head[p] & LP_SLACK ? lp_float_of(1, 0) : 0;
	u32 t;

	for (t = 0; t < lp->basis.tight_n; t++) {
		u32 k = lp->basis.tight[t];
		lp_float v = aios_rescue_unit(lp, p, lp_float_shift(rescue_row(lp, p)[k],
							       lp->row[k].bits));

		sum = lp_float_plus(sum, v, v);
	}
	return sum;
}

/*
 * Return the most infeasible basic in units of its edge, of those that are not
 * banned.
 */
static noinline bool rescue_choose_leaving(struct aios_lp *lp, u64 banned,
					   struct rescue_leaving *out)
{
	u64 slop = rescue_values(lp, 0) + 2;
	lp_float best = 0;
	u32 p;

	for (p = 0; p < lp->m; p++) {
		u32 i = lp->basis.head[p];
		s128 over;
		s32 sign = 1;
		lp_float v, score;

		if (i & LP_SLACK) {
			u32 k = i & ~LP_SLACK;

			/* Each value may be off by slop. */
			over = -lp->step.offset[k] - ((s128)slop << lp->row[k].bits) *
				(lp->basis.tight_n + 1);
		} else {
			s64 x = lp->step.rt[p], range = (s64)lp_range(lp, i);

			if (x > range)
				sign = -1;
			over = (x > range ? x - range : -x) - (s128)slop;
		}
		if (over <= 0 || banned >> p & 1)
			continue;
		v = aios_rescue_unit(lp, p, lp_float_of(over, 0));
		score = lp_float_div(lp_float_mul(v, v), rescue_norm(lp, p));
		if (score <= best)
			continue;
		best = score;
		*out = (struct rescue_leaving){ p, sign, lp_float_of(over, 0) };
	}
	return best > 0;
}

/* ---------------------------------------------------------------- ratio test */

/*
 * rho = sign * row p of the inverse; alpha = side * its product with every nonbasic
 * column; the candidates, whose reduced cost moves towards zero. Returns their
 * number.
 */
static u32 rescue_price(struct aios_lp *lp, const struct rescue_leaving *out)
{
	u32 p = out->p, i, t, c = 0;
	s32 e;

	for (t = 0; t < lp->m; t++)
		lp->step.rho[t] = 0;
	for (t = 0; t < lp->basis.tight_n; t++)
		lp->step.rho[lp->basis.tight[t]] = rescue_row(lp, p)[lp->basis.tight[t]];
	if (lp->basis.head[p] & LP_SLACK)
		lp->step.rho[lp->basis.head[p] & ~LP_SLACK] = lp_float_of(1, 0);
	for (t = 0; t < lp->m && out->sign < 0; t++)
		lp->step.rho[t] = lp_float_neg(lp->step.rho[t]);
	e = aios_rescue_align(lp, lp->step.rho);
	for (i = 0; i < lp->n; i++) {
		struct rescue_sum sum;

		if (lp->side[i] == LP_OUT)
			continue;
		sum = aios_rescue_dot(lp, i);
		if (lp->side[i] < 0)
			sum.value = -sum.value;
		lp->screen.alpha[i] = lp_float_of(sum.value, e);
		lp->screen.cand[c] = (u16)i;
		c += sum.value > 0 && (u128)sum.value > sum.size >> RESCUE_NOISE;
		lp_yield_at(lp, i);
	}
	return c;
}

/* delta_i / alpha_i < delta / alpha */
static bool rescue_before(const struct aios_lp *lp, u32 i, lp_float delta, lp_float alpha)
{
	return lp_float_mul(lp->screen.delta[i], alpha) < lp_float_mul(delta, lp->screen.alpha[i]);
}

/*
 * Order the candidates from lo on, hi of them in all, so that those whose ratio is
 * less than the pivot's come first, the pivot next. Returns its place.
 */
static u32 rescue_partition(struct aios_lp *lp, u32 lo, u32 hi)
{
	u16 *cand = lp->screen.cand, pivot;
	u32 at = lo, k;

	swap(cand[lo + (hi - lo) / 2], cand[hi - 1]);
	pivot = cand[hi - 1];
	for (k = lo; k < hi - 1; k++) {
		/* Equal ratios go to either side, by turns. */
		if (rescue_before(lp, cand[k], lp->screen.delta[pivot], lp->screen.alpha[pivot]) ||
		    (k & 1 && !rescue_before(lp, pivot, lp->screen.delta[cand[k]],
					     lp->screen.alpha[cand[k]]))) {
			swap(cand[k], cand[at]);
			at++;
		}
	}
	swap(cand[at], cand[hi - 1]);
	return at;
}

static lp_float rescue_slope(const struct aios_lp *lp, u32 i)
{
	return lp_float_mul(lp->screen.alpha[i], lp_float_of(lp_range(lp, i), 0));
}

/*
 * The long-step ratio test over c candidates: the first r flip, and candidate r
 * enters, where their slopes have used up the infeasibility. Returns r; c when all
 * together do not.
 */
static u32 rescue_select(struct aios_lp *lp, u32 c, lp_float slope)
{
	u32 lo = 0, hi = c;

	while (lo < hi) {
		u32 at = rescue_partition(lp, lo, hi), k;
		lp_float sum = 0;

		for (k = lo; k < at; k++)
			sum = lp_float_add(sum, rescue_slope(lp, lp->screen.cand[k]));
		if (sum >= slope) {
			hi = at;
			continue;
		}
		slope = lp_float_sub(slope, sum);
		sum = rescue_slope(lp, lp->screen.cand[at]);
		if (sum >= slope)
			return at;
		slope = lp_float_sub(slope, sum);
		lo = at + 1;
	}
	return lo;
}

/*
 * Find the tight row whose price reaches 0 first, and its ratio; LP_NONE if no
 * price falls.
 */
static u32 rescue_block(const struct aios_lp *lp, lp_float *delta, lp_float *alpha)
{
	u32 t, best = LP_NONE;

	for (t = 0; t < lp->basis.tight_n; t++) {
		u32 k = lp->basis.tight[t];
		lp_float rate = lp_float_neg(lp->step.rho[k]);

		if (rate <= 0)
			continue;
		if (best != LP_NONE &&
		    lp_float_mul(lp->prices.y[k], *alpha) >= lp_float_mul(*delta, rate))
			continue;
		best = k;
		*delta = lp->prices.y[k];
		*alpha = rate;
	}
	return best;
}

/* ------------------------------------------------------------------ the search */

/*
 * Make one iteration. Returns false when no column and no slack can take the place
 * of out.
 */
static noinline bool rescue_iterate(struct aios_lp *lp, const struct rescue_leaving *out)
{
	u32 p = out->p, c = rescue_price(lp, out), r, k, block, entering;
	lp_float delta = 0, alpha = lp_float_of(1, 0);

	r = rescue_select(lp, c, out->amount);
	block = rescue_block(lp, &delta, &alpha);
	if (r == c && block == LP_NONE)
		return false;
	if (block != LP_NONE &&
	    (r == c || !rescue_before(lp, lp->screen.cand[r], delta, alpha))) {
		entering = LP_SLACK | block;
		for (k = 0; k < lp->m; k++)
			lp->step.col[k] = rescue_row(lp, k)[block];
	} else {
		entering = lp->screen.cand[r];
		delta = lp->screen.delta[entering];
		alpha = lp->screen.alpha[entering];
		aios_rescue_column(lp, entering);
	}
	if (!lp->step.col[p])
		return false;
	for (k = 0; k < r; k++)
		if (rescue_before(lp, lp->screen.cand[k], delta, alpha))
			aios_rescue_put(lp, lp->screen.cand[k], -lp->side[lp->screen.cand[k]]);
	if (!(entering & LP_SLACK)) {
		aios_rescue_put(lp, entering, LP_LOWER);
		lp->side[entering] = LP_OUT;
	}
	aios_rescue_leave(lp, p, out->sign > 0 ? LP_LOWER : LP_UPPER);
	aios_rescue_pivot(lp, p, entering);
	return true;
}

static bool rescue_search(struct aios_lp *lp)
{
	u32 cap = RESCUE_CYCLES * lp->m + RESCUE_MORE, it;
	struct rescue_leaving out;
	u64 banned = 0;

	for (it = 0; it < cap; it++) {
		if (lp->solve.iterations >= lp->solve.max_iterations || lp_yield(lp))
			return false;
		if (lp->basis.updates >= RESCUE_FRESH)
			aios_rescue_factor(lp);
		aios_rescue_dual(lp);
		if (rescue_choose_leaving(lp, banned, &out)) {
			lp->solve.iterations++;
			if (rescue_iterate(lp, &out))
				banned = 0;
			else
				banned |= BIT_ULL(out.p);
		} else if (lp->basis.updates || banned) {
			/*
			 * Try once more with an inverse that no update has touched.
			 */
			aios_rescue_factor(lp);
			banned = 0;
		} else {
			return true;
		}
	}
	return false;
}

/*
 * Reckon the slack of every row at the point that the sides say, less the basics.
 */
static void rescue_start(struct aios_lp *lp)
{
	u32 i, k;

	for (k = 0; k < lp->m; k++)
		lp->res[k] = lp->row[k].rhs;
	for (i = 0; i < lp->n; i++) {
		if (lp->flags[i] & LP_BASIC)
			lp->side[i] = LP_OUT;
		else if (!lp_range(lp, i))
			lp->side[i] = LP_OUT;
		else if (lp->side[i] == LP_OUT)
			lp->side[i] = LP_LOWER;
		if (lp->side[i] == LP_UPPER)
			lp_res_add(lp, i, -(s64)lp_range(lp, i));
	}
	aios_rescue_factor(lp);
}

/*
 * Return how many fraction bits more the prices can have: as many as the largest of them
 * leaves, and the certificate. Its sums have 128 bits; a gap of 2^-10 of the objective
 * still fits.
 */
static noinline u8 rescue_more(const struct aios_lp *lp)
{
	s32 top = -LP_FLOAT_BIAS, room;
	u128 value = 1;
	u32 i, k;

	for (k = 0; k < lp->m; k++)
		if (lp->prices.y[k])
			top = max(top, lp_float_exponent(lp->prices.y[k]) + LP_FLOAT_DIGITS);
	for (i = 0; i < lp->n; i++)
		value += aios_mul_u64(aios_abs64(lp->w[i]), lp->x[i]);
	room = min(62 - top, 136 - (s32)aios_bits128(value)) - (s32)lp->y_frac;
	return (u8)clamp(room, 0, 60);
}

/*
 * Search in floating point, from the basis as it is, which is void afterwards.
 * Returns true when x, feasible but for rounding, and y are those of an optimal
 * basis; what they were is in alpha and y_ref then. False means that it did not get
 * there, and both are untouched.
 */
bool aios_lp_rescue(struct aios_lp *lp)
{
	u32 i, k, p;

	lp->solve.live = false;
	rescue_start(lp);
	if (!rescue_search(lp))
		return false;
	memcpy(lp->screen.alpha, lp->x, lp->n * sizeof(*lp->x));
	memcpy(lp->screen.y_ref, lp->y, lp->m * sizeof(lp->y[0]));
	for (i = 0; i < lp->n; i++)
		lp->x[i] = lp->side[i] == LP_UPPER ? lp->hi[i] : lp->lo[i];
	rescue_values(lp, RESCUE_ROOM);
	for (p = 0; p < lp->m; p++) {
		i = lp->basis.head[p];
		if (!(i & LP_SLACK))
			lp->x[i] += (u64)clamp(lp->step.rt[p], 0LL, (s64)lp_range(lp, i));
	}
	lp->solve.y_more = rescue_more(lp);
	for (k = 0; k < lp->m; k++)
		lp->y[k] = aios_clamp_s128(lp_float_fixed(lp->prices.y[k],
							  (s32)lp_price_frac(lp)), LP_LIMIT);
	return true;
}
