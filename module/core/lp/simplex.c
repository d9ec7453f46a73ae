// SPDX-License-Identifier: GPL-2.0
/*
 * The dual simplex method for bounded columns with the long-step (bound
 * flipping) ratio test: R. Fourer, "Notes on the dual simplex method", 1994;
 * I. Maros, "A generalized dual phase-2 simplex algorithm", EJOR 149, 2003;
 * pricing by exact dual steepest edge norms: J. Forrest, D. Goldfarb, Math.
 * Programming 57, 1992 (with an explicit inverse of few rows they are cheap).
 *
 * Every column has two finite bounds, so a nonbasic column is dual feasible at
 * the bound that the sign of its reduced cost names: each basis with y >= 0 is
 * dual feasible and there is no phase 1. Where only some of the columns are
 * listed, each price is kept in an interval [y_lo, y_hi] within which the others
 * stay where they are (the boxstep method: R. Marsten, W. Hogan, J. Blankenship,
 * Oper. Res. 23, 1975): a basic slack has its price at one end, y_lo with a
 * slack >= 0 or y_hi with a slack <= 0. The primal values are recomputed from
 * the exact integer residual in each iteration, so their error cannot grow.
 */
#include "core/lp/internal.h"

/*
 * A step that moves no reduced cost beyond the rounding of the others, and how
 * many of them are a stall.
 */
#define LP_STEP_LEAST	4096U
#define LP_STALL	2

/* This many iterations without a step, and two more a row, are a cycle. */
#define LP_IDLE		32U

/* A pivot is at least this, as a negative power of two of the pivot row's norm. */
#define LP_PIVOT_GOOD	20
#define LP_PIVOT_LEAST	40

/* Rounding may have touched so many digits of the primal values. */
#define LP_SLOP		16

struct lp_leaving {
	u32 p;
	s32 sign;	/* +1: below its lower bound, -1: above its upper */
	u64 amount;	/* infeasibility, scaled as xt */
};

/* A key that grows with v^2 / beta, good to 24 bits; the exponents cancel. */
static u64 lp_score(u64 v, u128 beta)
{
	s32 vb = (s32)aios_bits64(v), bb = (s32)aios_bits128(beta);
	u64 vm = vb > 32 ? v >> (vb - 32) : v << (32 - vb);
	u64 bm = (u64)(bb > 32 ? beta >> (bb - 32) : beta << (32 - bb));
	u64 q = vm * vm / bm;
	s32 qb = (s32)aios_bits64(q);

	q = qb > 24 ? q >> (qb - 24) : q << (24 - qb);
	return ((u64)(2 * vb - bb + qb + 512) << 24) + (q & 0xffffff);
}

/* Return range * 2^shift, at most LP_LIMIT, which no x exceeds. */
static __always_inline s64 lp_top(u64 range, s32 shift)
{
	if (shift <= 0)
		return (s64)(range >> min(-shift, 63));
	return range >> (62 - shift) ? LP_LIMIT : (s64)(range << shift);
}

/*
 * Return the most infeasible basic, in units of its edge, that is not banned; what
 * is within slop counts as feasible.
 */
static bool lp_choose_leaving(const struct aios_lp *lp, s64 slop, u64 banned,
			      struct lp_leaving *out)
{
	bool any = false;
	u64 best = 0;
	u32 p;

	for (p = 0; p < lp->m; p++) {
		u32 i = lp->basis.head[p];
		s64 x = lp->step.xt[p], over = -x;
		s32 sign = 1;
		u64 score;

		if (i & LP_SLACK) {
			u32 k = i & ~LP_SLACK;

			if (lp->y[k] != lp->screen.y_lo[k]) {
				over = x;
				sign = -1;
			}
		} else {
			s64 top = lp_top(lp_range(lp, i), lp->step.fs -
					 lp->basis.gamma[p] - lp->basis.bexp[p]);

			if (x > top) {
				over = x - top;
				sign = -1;
			}
		}
		if (over <= slop || banned >> p & 1)
			continue;
		if (any) {
			/*
			 * The first candidate gets a score only when there is
			 * another.
			 */
			if (!best)
				best = lp_score(out->amount,
						lp->basis.beta[out->p] | 1);
			score = lp_score((u64)over, lp->basis.beta[p] | 1);
			if (score <= best)
				continue;
			best = score;
		}
		any = true;
		out->p = p;
		out->sign = sign;
		out->amount = (u64)over;
	}
	return any;
}

static bool lp_find_leaving(struct aios_lp *lp, u64 banned,
			    struct lp_leaving *out)
{
	u64 noise;

	aios_lp_basis_primal(lp, lp->res);
	if (lp_choose_leaving(lp, 1LL << 32, banned, out))
		return true;
	if (!lp->basis.tight_n)
		return lp_choose_leaving(lp, 0, banned, out);
	/* The noise that is left is as large as the last correction. */
	noise = aios_lp_basis_refine(lp);
	if (noise > LP_SLOP)
		noise = aios_lp_basis_refine(lp);
	lp->step.settled = !lp_choose_leaving(lp, (s64)(4 * noise + LP_SLOP), banned,
					      out);
	return !lp->step.settled;
}

/*
 * rho = sign * row p of the inverse, its 1-norm below 2^30, times
 * 2^(31 - bits) for each row, so that a product with a column fits in 62 bits.
 * Returns the binary exponent of rho against the scaled row.
 */
static s32 lp_pivot_row(struct aios_lp *lp, u32 p, s32 sign, u32 *count)
{
	const s64 *row = lp->basis.binv + (size_t)p * lp->m_max;
	u32 own = lp->basis.head[p] & LP_SLACK ? lp->basis.head[p] & ~LP_SLACK : LP_NONE;
	u64 norm = own == LP_NONE ? 0 : (1ULL << LP_Q) >> lp->basis.bexp[p];
	u32 t, used = 0;
	s32 shift;

	for (t = 0; t < lp->basis.tight_n; t++)
		norm += aios_abs64(row[lp->basis.tight[t]]);
	lp->step.norm = norm;
	shift = 29 - (s32)aios_bits64(norm);
	memset(lp->step.rho, 0, lp->m * sizeof(lp->step.rho[0]));
	/* Pricing reads the first entry, whether there is one or not. */
	lp->step.rho_nz[0] = 0;
	lp->step.rho_row[0] = 0;
	for (t = 0; t <= lp->basis.tight_n; t++) {
		u32 k = t < lp->basis.tight_n ? lp->basis.tight[t] : own;
		s64 v;

		if (k == LP_NONE)
			break;
		v = t < lp->basis.tight_n ? row[k] : (1LL << LP_Q) >> lp->basis.bexp[p];
		if (shift < 0)
			v = (v + (1LL << (-shift - 1))) >> -shift;
		else
			v *= 1LL << shift;
		v = sign * v * (1LL << (LP_A_BITS - lp->row[k].bits));
		if (!v)
			continue;
		lp->step.rho[k] = v;
		lp->step.rho_nz[used] = v;
		lp->step.rho_row[used++] = (u8)k;
	}
	*count = used;
	return LP_Q + shift + LP_A_BITS;
}

/* Return the product of the pivot row, whose non-zeros are few, with a dense column. */
static __always_inline s64 lp_dot_few(const struct aios_lp *lp, const u32 *a, u32 used)
{
	s64 sum = lp->step.rho_nz[0] * (s64)a[lp->step.rho_row[0]];
	u32 t;

	for (t = 1; t < used; t++)
		sum += lp->step.rho_nz[t] * (s64)a[lp->step.rho_row[t]];
	return sum;
}

/*
 * Compute alpha for the whole list, and find the candidates, columns whose reduced
 * cost moves towards zero. Returns their number.
 */
static u32 lp_price_dense(struct aios_lp *lp, u32 used)
{
	/* What a non-zero costs to be found is worth a zero or two. */
	bool few = 2 * used < lp->m;
	u32 j, c = 0;

	for (j = 0; j < lp->screen.n; j++) {
		u32 i = lp->screen.list[j];
		const u32 *a = lp_column(lp, i);
		s64 sum = few ? lp_dot_few(lp, a, used) :
				lp_dot64_dense(a, lp->step.rho, lp->m);

		sum *= lp->side[i];
		lp->screen.alpha[j] = sum;
		lp->screen.cand[c] = (u16)j;
		c += sum > 0;
	}
	return c;
}

static u32 lp_price_sparse(struct aios_lp *lp)
{
	u32 j, c = 0;

	for (j = 0; j < lp->screen.n; j++) {
		u32 i = lp->screen.list[j];
		s64 sum = lp_dot64(lp, i, lp->step.rho, false) * lp->side[i];

		lp->screen.alpha[j] = sum;
		lp->screen.cand[c] = (u16)j;
		c += sum > 0;
	}
	return c;
}

static __always_inline s64 lp_times(struct lp_step s, s64 v)
{
	s128 p = (s128)v * s.mantissa;

	if (likely(s.shift == 64))
		return (s64)(p >> 64);
	return aios_clamp_s128(p >> s.shift, LP_LIMIT / 2);
}

static void lp_move_deltas(struct aios_lp *lp, struct lp_step s)
{
	u32 j;

	for (j = 0; j < lp->screen.n; j++) {
		s64 d = lp->screen.delta[j] - lp_times(s, lp->screen.alpha[j]);

		lp->screen.delta[j] = clamp(d, 0LL, LP_LIMIT);
	}
}

static void lp_move_prices(struct aios_lp *lp, struct lp_step s, u32 used)
{
	u32 t;

	for (t = 0; t < used; t++) {
		s64 *y = &lp->y[lp->step.rho_row[t]];
		s128 p = (s128)lp->step.rho_nz[t] * s.mantissa;
		s128 step = s.shift >= LP_DELTA_DROP ?
			    p >> (s.shift - LP_DELTA_DROP) :
			    aios_shift_s128(aios_clamp_s128(p, LP_LIMIT),
					    LP_DELTA_DROP - (s32)s.shift);

		*y = max(aios_clamp_s128(*y + step, LP_LIMIT), 0LL);
	}
}

/* Move the first r candidates to their other bound. */
static void lp_flip_passed(struct aios_lp *lp, u32 r)
{
	u32 k;

	for (k = 0; k < r; k++) {
		u32 j = lp->screen.cand[k];

		lp_flip(lp, lp->screen.list[j]);
		lp->screen.delta[j] = -lp->screen.delta[j];
		lp->screen.alpha[j] = -lp->screen.alpha[j];
	}
}

/* Count the column at position j of the list no longer as nonbasic. */
static void lp_enter(struct aios_lp *lp, u32 p, u32 j)
{
	u32 i = lp->screen.list[j];

	lp->objective -= (s128)lp->w[i] * (s64)lp->x[i];
	lp_res_add(lp, i, (s64)(lp->x[i] - lp->lo[i]));
	lp->side[i] = LP_OUT;
	lp->flags[i] |= LP_BASIC;
	lp->basis.slot[p] = (u16)j;
	lp->screen.delta[j] = 0;
	lp->screen.alpha[j] = 0;
}

/* Make one iteration with a given leaving basic; stall counts small steps. */
static enum lp_outcome lp_iterate(struct aios_lp *lp,
				  const struct lp_leaving *out, u32 *stall)
{
	u32 leaving = lp->basis.head[out->p], p = out->p, entering, used, c;
	struct lp_entering in;
	u128 slope;
	s32 up = lp_pivot_row(lp, p, out->sign, &used) - lp->step.fs;

	c = lp->dense ? lp_price_dense(lp, used) : lp_price_sparse(lp);
	if (up + (s32)aios_bits64(out->amount) > 125)
		slope = (u128)1 << 125;
	else
		slope = (u128)aios_shift_s128(out->amount, up);
	if (!aios_lp_choose_entering(lp, p, used, c, slope, &in))
		return LP_NO_PIVOT;

	if (in.step.shift == 64 && in.step.mantissa < LP_STEP_LEAST)
		++*stall;
	lp_flip_passed(lp, in.passed);
	if (!(leaving & LP_SLACK)) {
		u64 a = aios_abs64(lp_dot64(lp, leaving, lp->step.rho, lp->dense));
		u32 j = lp->basis.slot[p];

		aios_lp_leave(lp, p, out->sign > 0 ? LP_LOWER : LP_UPPER);
		lp->screen.delta[j] = 0;
		lp->screen.alpha[j] = lp->side[leaving] == LP_OUT ? 0 : -(s64)a;
	}
	if (in.step.mantissa) {
		lp_move_deltas(lp, in.step);
		lp_move_prices(lp, in.step, used);
	}
	if (in.j & LP_SLACK) {
		u32 k = in.j & ~LP_SLACK;

		entering = in.j;
		lp->y[k] = lp->step.rho[k] > 0 ? lp->screen.y_hi[k] : lp->screen.y_lo[k];
		lp->solve.priced = false;
		if (leaving == entering)
			return LP_DONE;
	} else {
		entering = lp->screen.list[in.j];
		lp_enter(lp, p, in.j);
	}
	return aios_lp_basis_pivot(lp, p, entering, in.gamma) ? LP_DONE :
							       LP_TROUBLE;
}

enum lp_outcome aios_lp_simplex(struct aios_lp *lp)
{
	struct lp_leaving out;
	u32 stall = 0, idle = 0;
	u64 banned = 0;

	lp->step.pivot_bits = LP_PIVOT_GOOD;
	for (;;) {
		u32 stalled = stall;
		enum lp_outcome ret;

		if (!lp_find_leaving(lp, banned, &out)) {
			if (!banned)
				return LP_DONE;
			if (lp->step.pivot_bits >= LP_PIVOT_LEAST)
				return LP_TROUBLE;
			/* Only rows without a good pivot are left. */
			lp->step.pivot_bits += LP_PIVOT_GOOD;
			banned = 0;
			continue;
		}
		if (lp->solve.iterations >= lp->solve.max_iterations || lp_yield(lp) ||
		    idle > LP_IDLE + 2 * lp->m)
			return LP_STOPPED;
		lp->solve.iterations++;
		ret = lp_iterate(lp, &out, &stall);
		idle = ret == LP_NO_PIVOT || stall != stalled ? idle + 1 : 0;
		if (ret == LP_NO_PIVOT) {
			banned |= BIT_ULL(out.p);
			continue;
		}
		banned = 0;
		lp->step.pivot_bits = LP_PIVOT_GOOD;
		if (ret != LP_DONE)
			return ret;
		if (lp->basis.updates >= LP_UPDATES && aios_lp_basis_refactor(lp))
			return LP_TROUBLE;
		if ((stall >= LP_STALL || lp->solve.iterations == lp->solve.perturb_at) &&
		    !lp->step.perturb) {
			lp->step.perturb = true;
			aios_lp_list_perturb(lp);
		}
	}
}
