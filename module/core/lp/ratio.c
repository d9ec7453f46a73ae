// SPDX-License-Identifier: GPL-2.0
/*
 * The long-step ratio test of the dual simplex method (simplex.c): which columns flip
 * to their other bound, which one enters the basis, and how far the prices move. Ratios
 * are compared by cross products and never divided but for the one that is taken.
 */
#include "core/lp/internal.h"

/* Say whether delta_j / alpha_j < delta / alpha, without a division. */
static __always_inline bool lp_before(const struct aios_lp *lp, u32 j,
				      s64 delta, s64 alpha)
{
	return aios_mul_u64((u64)lp->screen.delta[j], (u64)alpha) <
	       aios_mul_u64((u64)delta, (u64)lp->screen.alpha[j]);
}

/* Compare two ratios likewise; equal ones count if equal is 1. */
static __always_inline bool lp_not_after(const struct aios_lp *lp, u32 j,
					 s64 delta, s64 alpha, u32 equal)
{
	return aios_mul_u64((u64)lp->screen.delta[j], (u64)alpha) <
	       aios_mul_u64((u64)delta, (u64)lp->screen.alpha[j]) + equal;
}

static __always_inline u128 lp_slope(const struct aios_lp *lp, u32 j)
{
	return aios_mul_u64((u64)lp->screen.alpha[j], lp_range(lp, lp->screen.list[j]));
}

/* Return the candidate at the middle of three by ratio. */
static u32 lp_median3(const struct aios_lp *lp, u32 a, u32 b, u32 c)
{
	const u16 *cand = lp->screen.cand;

	if (lp_before(lp, cand[b], lp->screen.delta[cand[a]], lp->screen.alpha[cand[a]]))
		swap(a, b);
	if (!lp_before(lp, cand[c], lp->screen.delta[cand[b]], lp->screen.alpha[cand[b]]))
		return b;
	return lp_before(lp, cand[c], lp->screen.delta[cand[a]], lp->screen.alpha[cand[a]]) ?
	       a : c;
}

/*
 * After a small change the first candidate mostly uses up the slope: bring it to the
 * front and say whether it does. The others' bounds need not be read then.
 */
static bool lp_first_is_enough(struct aios_lp *lp, u32 c, u128 slope)
{
	u16 *cand = lp->screen.cand;
	u32 k, first = 0;

	for (k = 1; k < c; k++)
		if (lp_before(lp, cand[k], lp->screen.delta[cand[first]],
			      lp->screen.alpha[cand[first]]))
			first = k;
	swap(cand[0], cand[first]);
	return lp_slope(lp, cand[0]) >= slope;
}

/*
 * Order the candidates just enough: after the call the first r have ratios no
 * larger than that of candidate r, and slope is used up by their slopes and
 * that of candidate r, not before. Returns r; c when all together do not use
 * it up. A weighted selection: expected time linear in c.
 */
static u32 lp_select(struct aios_lp *lp, u32 c, u128 slope)
{
	u16 *cand = lp->screen.cand;
	u32 lo = 0, hi = c;

	if (lp->solve.warm && c && lp_first_is_enough(lp, c, slope))
		return 0;
	while (lo < hi) {
		u32 pivot = lp_median3(lp, lo, lo + (hi - lo) / 2, hi - 1);
		u16 jp = cand[pivot];
		s64 delta = lp->screen.delta[jp], alpha = lp->screen.alpha[jp];
		u128 sum = 0, own;
		u32 at = lo, k;

		cand[pivot] = cand[hi - 1];
		for (k = lo; k < hi - 1; k++) {
			u16 j = cand[k];
			/* Equal ratios go to either side, by turns. */
			bool in = lp_not_after(lp, j, delta, alpha, k & 1);

			cand[k] = cand[at];
			cand[at] = j;
			if (in) {
				sum += lp_slope(lp, j);
				at++;
			}
		}
		cand[hi - 1] = cand[at];
		cand[at] = jp;
		if (sum >= slope) {
			hi = at;
			continue;
		}
		slope -= sum;
		own = lp_slope(lp, jp);
		if (own >= slope)
			return at;
		slope -= own;
		lo = at + 1;
	}
	return lo;
}

/*
 * Return the row whose price reaches an end of its interval first, LP_NONE if none
 * does. The row that leaves at p may reach its other end.
 */
static u32 lp_block(const struct aios_lp *lp, u32 p, u32 used, s64 *delta,
		    s64 *alpha)
{
	u32 t, best = LP_NONE;

	for (t = 0; t < used; t++) {
		u32 k = lp->step.rho_row[t];
		s64 rate = lp->step.rho_nz[t], room;

		if (lp->basis.slack_at[k] != LP_NONE && lp->basis.slack_at[k] != p)
			continue;
		if (rate > 0) {
			if (lp->screen.y_hi[k] == LP_LIMIT)
				continue;
			room = lp->screen.y_hi[k] - lp->y[k];
		} else {
			room = lp->y[k] - lp->screen.y_lo[k];
			rate = -rate;
		}
		room = max(room, 0LL) >> LP_DELTA_DROP;
		if (best != LP_NONE && aios_mul_u64((u64)room, (u64)*alpha) >=
				       aios_mul_u64((u64)*delta, (u64)rate))
			continue;
		best = k;
		*delta = room;
		*alpha = rate;
	}
	return best;
}

/*
 * Bring the candidates among the first r whose ratio is below the block's to the
 * front.
 */
static u32 lp_cut(struct aios_lp *lp, u32 r, s64 delta, s64 alpha)
{
	u32 k, at = 0;

	for (k = 0; k < r; k++) {
		u16 j = lp->screen.cand[k];

		if (!lp_before(lp, j, delta, alpha))
			continue;
		lp->screen.cand[k] = lp->screen.cand[at];
		lp->screen.cand[at++] = j;
	}
	return at;
}

static struct lp_step lp_ratio(s64 delta, s64 alpha)
{
	struct lp_step s = { 0, 64 };
	s32 db = (s32)aios_bits64((u64)delta), ab = (s32)aios_bits64((u64)alpha);
	u128 num;

	if (!delta)
		return s;
	/* 64 where that keeps enough digits: the product's high half then. */
	if (db >= ab)
		s.shift = (u32)(62 + ab - db);
	num = (u128)(u64)delta << s.shift;
	s.mantissa = aios_div_u128_u64((u64)(num >> 64), (u64)num, (u64)alpha);
	return s;
}

static bool lp_pivot_usable(const struct aios_lp *lp, u32 p)
{
	return aios_abs64(lp->step.col[p]) > lp->step.norm >> lp->step.pivot_bits;
}

/* Find the candidate of the first r with the largest alpha, and those before it. */
static u32 lp_step_back(struct aios_lp *lp, u32 r)
{
	u32 k, best = 0;
	u16 j;

	for (k = 1; k < r; k++)
		if (lp->screen.alpha[lp->screen.cand[k]] > lp->screen.alpha[lp->screen.cand[best]])
			best = k;
	swap(lp->screen.cand[best], lp->screen.cand[0]);
	j = lp->screen.cand[0];
	r = lp_cut(lp, r, lp->screen.delta[j], lp->screen.alpha[j]);
	/* The candidate is not before itself, so it stays outside the first r. */
	for (k = r; lp->screen.cand[k] != j; k++)
		;
	lp->screen.cand[k] = lp->screen.cand[r];
	lp->screen.cand[r] = j;
	return r;
}

/*
 * Make the long-step ratio test. Where the list runs out before the slope does, the
 * last candidate is as far as it can tell. col is left holding the entering column.
 * Returns false when there is no usable pivot.
 */
bool aios_lp_choose_entering(struct aios_lp *lp, u32 p, u32 used, u32 c, u128 slope,
			     struct lp_entering *in)
{
	s64 delta = 0, alpha = 1;
	u32 r = lp_select(lp, c, max(slope, (u128)1));
	u32 block = lp_block(lp, p, used, &delta, &alpha);

	if (r == c && block == LP_NONE && !r--)
		return false;
	in->gamma = 0;
	if (block != LP_NONE &&
	    (r == c || !lp_before(lp, lp->screen.cand[r], delta, alpha))) {
		in->passed = lp_cut(lp, r, delta, alpha);
		in->j = LP_SLACK | block;
		in->step = lp_ratio(delta, alpha);
		if (lp->basis.head[p] == in->j)
			return true;
		aios_lp_basis_slack_column(lp, block);
		return lp_pivot_usable(lp, p);
	}
	aios_lp_basis_column(lp, lp->screen.list[lp->screen.cand[r]], &in->gamma);
	if (!lp_pivot_usable(lp, p) && r) {
		r = lp_step_back(lp, r);
		aios_lp_basis_column(lp, lp->screen.list[lp->screen.cand[r]], &in->gamma);
	}
	in->passed = r;
	in->j = lp->screen.cand[r];
	in->step = lp_ratio(lp->screen.delta[in->j], lp->screen.alpha[in->j]);
	return lp_pivot_usable(lp, p);
}
