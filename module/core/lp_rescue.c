// SPDX-License-Identifier: GPL-2.0
/*
 * The search again, for programs whose numbers lie too far apart for the formats
 * in fixed point: a coefficient of a few bytes beside ones of GiB at a weight that
 * is a billionth of another. It is the dual simplex method as in lp_simplex.c, from
 * the basis that the search there ended with, but
 *
 *	the inverse, the prices and the entries of a pivot row are in floating point
 *	(lp_float.h), each with all its digits whatever its size;
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
 */
#include "lp_float.h"
#include "lp_internal.h"

#define RESCUE_FRESH	16U	/* iterations before the inverse is computed anew */
#define RESCUE_CYCLES	8U	/* iterations for each row, and RESCUE_MORE */
#define RESCUE_MORE	64U
#define RESCUE_CORRECTIONS 3U	/* of the values of the basics */
#define RESCUE_ROOM	2U	/* units of x that rounding adds to a value, at most */
#define RESCUE_ALIGNED	119	/* bits of the largest product of several aligned numbers */
#define RESCUE_NOISE	46	/* digits of a sum that are good */
#define RESCUE_PIVOT	30	/* a pivot is 2^-30 of its column, at least */

static __always_inline lp_float *rescue_row(const struct aios_lp *lp, u32 p)
{
	return lp->binv + (size_t)p * lp->m_max;
}

static __always_inline bool rescue_nonbasic(const struct aios_lp *lp, u32 i)
{
	return lp->side[i] != LP_OUT;
}

/* ------------------------------------------------------------------ products */

/*
 * scaled = v with a common exponent, which is returned: the product of the largest
 * with its row's coefficients takes RESCUE_ALIGNED bits.
 */
static s32 rescue_align(struct aios_lp *lp, const lp_float *v)
{
	s32 top = -LP_FLOAT_BIAS, frac;
	u32 k;

	for (k = 0; k < lp->m; k++)
		if (v[k])
			top = max(top, lp_float_exponent(v[k]) + LP_FLOAT_DIGITS +
				       lp->row[k].bits);
	frac = RESCUE_ALIGNED - top;
	for (k = 0; k < lp->m; k++)
		lp->scaled[k] = lp_float_fixed(v[k], frac);
	return -frac;
}

struct rescue_sum {
	s128 value;	/* sum of scaled * a */
	u128 size;	/* the same of their absolute values */
};

static struct rescue_sum rescue_dot(const struct aios_lp *lp, u32 i)
{
	struct rescue_sum sum = { 0, 0 };
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp);

	for (z = 0; z < nz; z++) {
		s128 term = lp->scaled[lp_entry_row(lp, i, z)] * a[z];

		sum.value += term;
		sum.size += aios_abs128(term);
	}
	return sum;
}

/* res2 += a_i * amount */
static void rescue_res_add(struct aios_lp *lp, u32 i, s64 amount)
{
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp);

	for (z = 0; z < nz; z++)
		lp->res2[lp_entry_row(lp, i, z)] += (s128)(s64)a[z] * amount;
}

/* Column i, nonbasic, to side; res2 follows. */
static void rescue_put(struct aios_lp *lp, u32 i, s32 side)
{
	if (lp->side[i] == LP_UPPER)
		rescue_res_add(lp, i, (s64)lp_range(lp, i));
	lp->side[i] = lp_range(lp, i) ? (s8)side : LP_OUT;
	if (lp->side[i] == LP_UPPER)
		rescue_res_add(lp, i, -(s64)lp_range(lp, i));
}

/* --------------------------------------------------------------------- basis */

/* col = inverse * column i */
static void rescue_column(struct aios_lp *lp, u32 i)
{
	const u32 *a = lp_column(lp, i);
	u32 p, z, nz = lp_entries(lp);

	for (p = 0; p < lp->m; p++)
		lp->col[p] = 0;
	for (z = 0; z < nz; z++) {
		u32 k = lp_entry_row(lp, i, z);
		lp_float v = lp_float_of(a[z], 0);

		if (!v)
			continue;
		if (lp->slack_at[k] != LP_NONE) {
			p = lp->slack_at[k];
			lp->col[p] = lp_float_add(lp->col[p], v);
			continue;
		}
		for (p = 0; p < lp->m; p++)
			lp->col[p] = lp_float_plus(lp->col[p], rescue_row(lp, p)[k], v);
	}
}

/*
 * What col or a row of the inverse has at position p, without a unit: a basic
 * slack in units of its row's largest coefficient.
 */
static lp_float rescue_unit(const struct aios_lp *lp, u32 p, lp_float v)
{
	u32 k = lp->head[p] & ~LP_SLACK;

	return lp->head[p] & LP_SLACK ? lp_float_shift(v, -lp->row[k].bits) : v;
}

/* Column i, or LP_SLACK | row, takes the place of what is basic at p. */
static void rescue_pivot(struct aios_lp *lp, u32 p, u32 entering)
{
	lp_float *from = rescue_row(lp, p);
	lp_float pivot = lp->col[p];
	u32 leaving = lp->head[p], r, t;

	if (leaving & LP_SLACK) {
		u32 k = leaving & ~LP_SLACK;

		for (r = 0; r < lp->m; r++)
			rescue_row(lp, r)[k] = 0;
		from[k] = lp_float_of(1, 0);
		lp->tight[lp->tight_n++] = (u8)k;
		lp->slack_at[k] = LP_NONE;
	}
	for (t = 0; t < lp->tight_n; t++)
		from[lp->tight[t]] = lp_float_div(from[lp->tight[t]], pivot);
	for (r = 0; r < lp->m; r++) {
		lp_float factor = lp_float_neg(lp->col[r]), *row = rescue_row(lp, r);

		if (!factor || r == p)
			continue;
		for (t = 0; t < lp->tight_n; t++) {
			u32 k = lp->tight[t];

			if (from[k])
				row[k] = lp_float_plus(row[k], factor, from[k]);
		}
	}
	if (entering & LP_SLACK) {
		u32 k = entering & ~LP_SLACK;

		for (t = 0; t < lp->tight_n; t++)
			if (lp->tight[t] == k)
				break;
		lp->tight[t] = lp->tight[--lp->tight_n];
		lp->slack_at[k] = (u8)p;
	} else {
		lp->flags[entering] |= LP_BASIC;
	}
	lp->head[p] = (u16)entering;
	lp->updates++;
}

/* The basic column at p goes to a bound; the caller puts something else there. */
static void rescue_leave(struct aios_lp *lp, u32 p, s32 side)
{
	u32 i = lp->head[p];

	if (i & LP_SLACK)
		return;
	lp->flags[i] &= ~LP_BASIC;
	rescue_put(lp, i, side);
}

/*
 * The inverse for the columns of the basis as it is. Each takes the row, of those
 * that were tight, where it has most; one that has nothing left goes to a bound.
 */
static void rescue_factor(struct aios_lp *lp)
{
	u16 *column = lp->old_head;
	u64 tight = 0;
	u32 n = 0, p, s;

	for (p = 0; p < lp->m; p++) {
		if (!(lp->head[p] & LP_SLACK))
			column[n++] = lp->head[p];
		if (lp->slack_at[p] == LP_NONE)
			tight |= BIT_ULL(p);
	}
	aios_lp_basis_reset(lp);
	for (s = 0; s < n; s++) {
		lp_float largest = 0, whole = 0;
		u32 best = 0;

		rescue_column(lp, column[s]);
		for (p = 0; p < lp->m; p++) {
			lp_float v = lp_float_abs(rescue_unit(lp, p, lp->col[p]));

			if (!(lp->head[p] & LP_SLACK))
				continue;
			whole = max(whole, v);
			if (tight >> p & 1 && v > largest) {
				largest = v;
				best = p;
			}
		}
		if (largest > lp_float_shift(whole, -RESCUE_PIVOT)) {
			rescue_pivot(lp, best, column[s]);
			continue;
		}
		lp->flags[column[s]] &= ~LP_BASIC;
		rescue_put(lp, column[s], LP_LOWER);
	}
	lp->updates = 0;
}

/* -------------------------------------------------------------------- prices */

/*
 * y64 = the prices, for which the basic columns' reduced costs are 0. The second
 * round takes away what the inverse is wrong by.
 */
static void rescue_prices(struct aios_lp *lp)
{
	u32 round, p, t;

	for (t = 0; t < lp->m; t++)
		lp->y64[t] = 0;
	for (round = 0; round < 2; round++) {
		s32 e = rescue_align(lp, lp->y64);

		for (p = 0; p < lp->m; p++) {
			u32 i = lp->head[p];
			lp_float d;

			if (i & LP_SLACK)
				continue;
			d = lp_float_sub(lp_float_of(lp->w[i], 0),
					 lp_float_of(rescue_dot(lp, i).value, e));
			for (t = 0; t < lp->tight_n; t++) {
				u32 k = lp->tight[t];

				lp->y64[k] = lp_float_plus(lp->y64[k], d,
							   rescue_row(lp, p)[k]);
			}
		}
	}
}

/*
 * delta = side * reduced cost of every nonbasic column, which flips when it is on the
 * wrong side.
 */
static void rescue_costs(struct aios_lp *lp)
{
	s32 e = rescue_align(lp, lp->y64);
	u32 i;

	for (i = 0; i < lp->n; i++) {
		struct rescue_sum sum;
		lp_float d, noise;

		if (!rescue_nonbasic(lp, i))
			continue;
		sum = rescue_dot(lp, i);
		d = lp_float_sub(lp_float_of(lp->w[i], 0), lp_float_of(sum.value, e));
		noise = lp_float_make(false, sum.size, e - RESCUE_NOISE);
		if (lp->side[i] < 0)
			d = lp_float_neg(d);
		if (lp_float_less(d, lp_float_neg(noise))) {
			rescue_put(lp, i, -lp->side[i]);
			d = lp_float_neg(d);
		}
		lp->delta[i] = max(d, (lp_float)0);
		lp_yield_at(lp, i);
	}
}

/*
 * A tight row with a negative price, worth most; LP_NONE: none that is more than
 * rounding.
 */
static u32 rescue_negative(const struct aios_lp *lp)
{
	lp_float largest = lp_float_of(1, 0), worst;
	u32 t, k, best = LP_NONE;

	for (t = 0; t < lp->tight_n; t++) {
		k = lp->tight[t];
		largest = max(largest, lp_float_abs(lp_float_shift(lp->y64[k],
								   lp->row[k].bits)));
	}
	worst = lp_float_neg(lp_float_shift(largest, -RESCUE_NOISE));
	for (t = 0; t < lp->tight_n; t++) {
		lp_float worth;

		k = lp->tight[t];
		worth = lp_float_shift(lp->y64[k], lp->row[k].bits);
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

		lp->col[p] = v;
		if (!(lp->head[p] & LP_SLACK) && lp_float_abs(v) > largest) {
			largest = lp_float_abs(v);
			best = p;
		}
	}
	if (!largest)
		return;
	rescue_leave(lp, best, LP_UPPER);
	rescue_pivot(lp, best, LP_SLACK | k);
}

/* Prices that are not negative and reduced costs on the side of their column. */
static void rescue_dual(struct aios_lp *lp)
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
		lp->y64[k] = max(lp->y64[k], (lp_float)0);
	rescue_costs(lp);
}

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

	memcpy(lp->offset, lp->res2, lp->m * sizeof(lp->offset[0]));
	memset(lp->rt, 0, lp->m * sizeof(lp->rt[0]));
	for (p = 0; p < lp->m && room; p++)
		for (z = 0; z < lp_entries(lp) && !(lp->head[p] & LP_SLACK); z++)
			lp->offset[lp_entry_row(lp, lp->head[p], z)] -=
				(s128)room * lp_column(lp, lp->head[p])[z];
	for (round = 0; round < RESCUE_CORRECTIONS; round++) {
		moved = 0;
		for (p = 0; p < lp->m; p++) {
			lp_float sum = 0;

			lp->xt[p] = 0;
			if (lp->head[p] & LP_SLACK)
				continue;
			for (t = 0; t < lp->tight_n; t++) {
				u32 k = lp->tight[t];

				sum = lp_float_plus(sum, rescue_row(lp, p)[k],
						    lp_float_of(lp->offset[k], 0));
			}
			lp->xt[p] = aios_clamp_s128(lp_float_fixed(sum, 0), 1LL << 60);
			moved = max(moved, aios_abs64(lp->xt[p]));
		}
		for (p = 0; p < lp->m; p++) {
			u32 i = lp->head[p];

			if (!lp->xt[p])
				continue;
			lp->rt[p] = aios_clamp_s128((s128)lp->rt[p] + lp->xt[p],
						    1LL << 61);
			for (z = 0; z < lp_entries(lp); z++)
				lp->offset[lp_entry_row(lp, i, z)] -=
					(s128)(s64)lp_column(lp, i)[z] * lp->xt[p];
		}
	}
	return moved;
}

struct rescue_leaving {
	u32 p;
	s32 sign;	/* +1: below its lower bound, -1: above its upper */
	lp_float amount;
};

/* The square of the length of row p of the inverse, without units. */
static lp_float rescue_norm(const struct aios_lp *lp, u32 p)
{
	lp_float sum = lp->head[p] & LP_SLACK ? lp_float_of(1, 0) : 0;
	u32 t;

	for (t = 0; t < lp->tight_n; t++) {
		u32 k = lp->tight[t];
		lp_float v = rescue_unit(lp, p, lp_float_shift(rescue_row(lp, p)[k],
							       lp->row[k].bits));

		sum = lp_float_plus(sum, v, v);
	}
	return sum;
}

/* The most infeasible basic in units of its edge, of those that are not banned. */
static bool rescue_choose_leaving(struct aios_lp *lp, u64 banned,
				  struct rescue_leaving *out)
{
	u64 slop = rescue_values(lp, 0) + 2;
	lp_float best = 0;
	u32 p;

	for (p = 0; p < lp->m; p++) {
		u32 i = lp->head[p];
		s128 over;
		s32 sign = 1;
		lp_float v, score;

		if (i & LP_SLACK) {
			u32 k = i & ~LP_SLACK;

			/* Each value may be off by slop. */
			over = -lp->offset[k] - ((s128)slop << lp->row[k].bits) *
				(lp->tight_n + 1);
		} else {
			s64 x = lp->rt[p], range = (s64)lp_range(lp, i);

			if (x > range)
				sign = -1;
			over = (x > range ? x - range : -x) - (s128)slop;
		}
		if (over <= 0 || banned >> p & 1)
			continue;
		v = rescue_unit(lp, p, lp_float_of(over, 0));
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
		lp->rho[t] = 0;
	for (t = 0; t < lp->tight_n; t++)
		lp->rho[lp->tight[t]] = rescue_row(lp, p)[lp->tight[t]];
	if (lp->head[p] & LP_SLACK)
		lp->rho[lp->head[p] & ~LP_SLACK] = lp_float_of(1, 0);
	for (t = 0; t < lp->m && out->sign < 0; t++)
		lp->rho[t] = lp_float_neg(lp->rho[t]);
	e = rescue_align(lp, lp->rho);
	for (i = 0; i < lp->n; i++) {
		struct rescue_sum sum;

		if (!rescue_nonbasic(lp, i))
			continue;
		sum = rescue_dot(lp, i);
		if (lp->side[i] < 0)
			sum.value = -sum.value;
		lp->alpha[i] = lp_float_of(sum.value, e);
		lp->cand[c] = (u16)i;
		c += sum.value > 0 && (u128)sum.value > sum.size >> RESCUE_NOISE;
		lp_yield_at(lp, i);
	}
	return c;
}

/* delta_i / alpha_i < delta / alpha */
static bool rescue_before(const struct aios_lp *lp, u32 i, lp_float delta, lp_float alpha)
{
	return lp_float_mul(lp->delta[i], alpha) < lp_float_mul(delta, lp->alpha[i]);
}

/*
 * Order the candidates from lo on, hi of them in all, so that those whose ratio is
 * less than the pivot's come first, the pivot next. Returns its place.
 */
static u32 rescue_partition(struct aios_lp *lp, u32 lo, u32 hi)
{
	u16 *cand = lp->cand, pivot;
	u32 at = lo, k;

	swap(cand[lo + (hi - lo) / 2], cand[hi - 1]);
	pivot = cand[hi - 1];
	for (k = lo; k < hi - 1; k++) {
		/* Equal ratios go to either side, by turns. */
		if (rescue_before(lp, cand[k], lp->delta[pivot], lp->alpha[pivot]) ||
		    (k & 1 && !rescue_before(lp, pivot, lp->delta[cand[k]],
					     lp->alpha[cand[k]]))) {
			swap(cand[k], cand[at]);
			at++;
		}
	}
	swap(cand[at], cand[hi - 1]);
	return at;
}

static lp_float rescue_slope(const struct aios_lp *lp, u32 i)
{
	return lp_float_mul(lp->alpha[i], lp_float_of(lp_range(lp, i), 0));
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
			sum = lp_float_add(sum, rescue_slope(lp, lp->cand[k]));
		if (sum >= slope) {
			hi = at;
			continue;
		}
		slope = lp_float_sub(slope, sum);
		sum = rescue_slope(lp, lp->cand[at]);
		if (sum >= slope)
			return at;
		slope = lp_float_sub(slope, sum);
		lo = at + 1;
	}
	return lo;
}

/*
 * The tight row whose price reaches 0 first, and its ratio; LP_NONE if no price
 * falls.
 */
static u32 rescue_block(const struct aios_lp *lp, lp_float *delta, lp_float *alpha)
{
	u32 t, best = LP_NONE;

	for (t = 0; t < lp->tight_n; t++) {
		u32 k = lp->tight[t];
		lp_float rate = lp_float_neg(lp->rho[k]);

		if (rate <= 0)
			continue;
		if (best != LP_NONE &&
		    lp_float_mul(lp->y64[k], *alpha) >= lp_float_mul(*delta, rate))
			continue;
		best = k;
		*delta = lp->y64[k];
		*alpha = rate;
	}
	return best;
}

/* ------------------------------------------------------------------ the search */

/* One iteration; false: no column and no slack can take the place of out. */
static bool rescue_iterate(struct aios_lp *lp, const struct rescue_leaving *out)
{
	u32 p = out->p, c = rescue_price(lp, out), r, k, block, entering;
	lp_float delta = 0, alpha = lp_float_of(1, 0);

	r = rescue_select(lp, c, out->amount);
	block = rescue_block(lp, &delta, &alpha);
	if (r == c && block == LP_NONE)
		return false;
	if (block != LP_NONE &&
	    (r == c || !rescue_before(lp, lp->cand[r], delta, alpha))) {
		entering = LP_SLACK | block;
		for (k = 0; k < lp->m; k++)
			lp->col[k] = rescue_row(lp, k)[block];
	} else {
		entering = lp->cand[r];
		delta = lp->delta[entering];
		alpha = lp->alpha[entering];
		rescue_column(lp, entering);
	}
	if (!lp->col[p])
		return false;
	for (k = 0; k < r; k++)
		if (rescue_before(lp, lp->cand[k], delta, alpha))
			rescue_put(lp, lp->cand[k], -lp->side[lp->cand[k]]);
	if (!(entering & LP_SLACK)) {
		rescue_put(lp, entering, LP_LOWER);
		lp->side[entering] = LP_OUT;
	}
	rescue_leave(lp, p, out->sign > 0 ? LP_LOWER : LP_UPPER);
	rescue_pivot(lp, p, entering);
	return true;
}

static bool rescue_search(struct aios_lp *lp)
{
	u32 cap = RESCUE_CYCLES * lp->m + RESCUE_MORE, it;
	struct rescue_leaving out;
	u64 banned = 0;

	for (it = 0; it < cap; it++) {
		if (lp->iterations >= lp->max_iterations || lp_yield(lp))
			return false;
		if (lp->updates >= RESCUE_FRESH)
			rescue_factor(lp);
		rescue_dual(lp);
		if (rescue_choose_leaving(lp, banned, &out)) {
			lp->iterations++;
			if (rescue_iterate(lp, &out))
				banned = 0;
			else
				banned |= BIT_ULL(out.p);
		} else if (lp->updates || banned) {
			/* Once more with an inverse that no update has touched. */
			rescue_factor(lp);
			banned = 0;
		} else {
			return true;
		}
	}
	return false;
}

/* The slack of every row at the point that the sides say, less the basics. */
static void rescue_start(struct aios_lp *lp)
{
	u32 i, k;

	for (k = 0; k < lp->m; k++)
		lp->res2[k] = lp->row[k].rhs;
	for (i = 0; i < lp->n; i++) {
		if (lp->flags[i] & LP_BASIC)
			lp->side[i] = LP_OUT;
		else if (!lp_range(lp, i))
			lp->side[i] = LP_OUT;
		else if (lp->side[i] == LP_OUT)
			lp->side[i] = LP_LOWER;
		if (lp->side[i] == LP_UPPER)
			rescue_res_add(lp, i, -(s64)lp_range(lp, i));
	}
	rescue_factor(lp);
}

/*
 * The search in floating point, from the basis as it is, which is void afterwards.
 * Returns true when x, feasible but for rounding, and y are those of an optimal
 * basis; what they were is in alpha and y_ref then. False: it did not get there, and
 * both are untouched.
 */
bool aios_lp_rescue(struct aios_lp *lp)
{
	u32 i, k, p;

	lp->live = false;
	rescue_start(lp);
	if (!rescue_search(lp))
		return false;
	memcpy(lp->alpha, lp->x, lp->n * sizeof(*lp->x));
	memcpy(lp->y_ref, lp->y, lp->m * sizeof(lp->y[0]));
	for (i = 0; i < lp->n; i++)
		lp->x[i] = lp->side[i] == LP_UPPER ? lp->hi[i] : lp->lo[i];
	rescue_values(lp, RESCUE_ROOM);
	for (p = 0; p < lp->m; p++) {
		i = lp->head[p];
		if (!(i & LP_SLACK))
			lp->x[i] += (u64)clamp(lp->rt[p], 0LL, (s64)lp_range(lp, i));
	}
	for (k = 0; k < lp->m; k++)
		lp->y[k] = aios_clamp_s128(lp_float_fixed(lp->y64[k], (s32)lp->y_frac),
					   LP_LIMIT);
	return true;
}
