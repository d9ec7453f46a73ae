/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the linear program share: the model's layout, the state of
 * the search, and the few operations that several of them need inline.
 *
 * Scaling. Row k is stored in units of 2^shift so that its coefficients fit in
 * 31 bits; bits is the length of the largest. In the basis inverse row k is
 * further scaled by 2^-bits, and the basic column at position p by
 * 2^gamma, so that every scaled column has its largest entry near one. Each row
 * of the inverse has 40 fraction bits, less a binary exponent (bexp) where it
 * needs room. Prices have y_frac fraction bits and are per stored
 * unit of the row; the search keeps reduced costs with LP_DELTA_DROP bits less
 * to leave room above the largest weight.
 */
#ifndef AIOS_CORE_LP_INTERNAL_H
#define AIOS_CORE_LP_INTERNAL_H

#include "core/lp/lp.h"

#define LP_A_BITS	31	/* of a stored coefficient */
#define LP_Q		40	/* fraction bits of the basis inverse */
#define LP_DELTA_DROP	20	/* fraction bits that delta has less than y */
#define LP_LIMIT	(1LL << 62)	/* where delta and y saturate */
#define LP_BINV_BITS	57	/* of an entry of the basis inverse */
#define LP_BEXP_MAX	30	/* of the exponent of a row of the inverse */
#define LP_Y_BITS	62	/* of the largest weight in the format of y */

#define LP_UPDATES	64	/* of the inverse, before it is computed anew */
#define LP_SLACK	0x8000U	/* in lp_basis::head: the slack of a row */
#define LP_NARROW	256U	/* longer lists are made shorter after a solve */
#define LP_MOVED	8U	/* columns that change before the list is read anew */
#define LP_STRETCH	2048U	/* columns of a long pass between two yields */
#define LP_NONE		0xffU	/* in lp_basis::slack_at: not basic */

/* aios_lp::side: where a nonbasic column is. */
#define LP_LOWER	(-1)
#define LP_OUT		0	/* basic, or fixed by equal bounds */
#define LP_UPPER	1

/* aios_lp::flags */
#define LP_BASIC	0x1
#define LP_LISTED	0x2	/* in lp_screen::list */

struct lp_row {
	u64 b;		/* as the caller gave it */
	u128 base;	/* sum of a * lo, in the caller's unit */
	u128 demand;	/* sum of a * (hi - lo), stored unit */
	u128 drift;	/* bound on what base is too large by, stored unit */
	s128 rhs;	/* b - base, stored unit, rounded down */
	s128 spare;	/* what of it twice the demand leaves, in a solve */
	u8 shift;	/* stored unit is 2^shift of the caller's */
	u8 bits;	/* length of the largest stored coefficient */
	bool inexact;	/* a coefficient was rounded up */
	bool clipped;	/* rhs was rounded down */
};

/* The columns that the search looks at, and the prices for which they do: screen.c */
struct lp_screen {
	u16 *list;
	u16 *cand;
	s64 *delta;	/* side * reduced cost, by position in the list */
	s64 *alpha;	/* side * entry of the pivot row, likewise */
	u32 n;		/* columns in the list */
	bool box;	/* the list holds while y is within tau of y_ref */
	bool wide;	/* and is wider than a warm start needs */
	bool outgrown;	/* without a box: the last one grew too large */
	bool covered;	/* columns outside the list add nothing to the gap */

	/*
	 * From one solve to the next: the list's sides and delta are right but
	 * for the columns in moved.
	 */
	bool kept;
	u8 moved_n;
	u16 moved[LP_MOVED];

	u8 width[AIOS_LP_M_MAX];	/* of the box: tau is 2^-width of y */
	s64 y_ref[AIOS_LP_M_MAX];
	s64 tau[AIOS_LP_M_MAX];
	s64 y_lo[AIOS_LP_M_MAX];	/* where the search keeps y */
	s64 y_hi[AIOS_LP_M_MAX];
};

/* Position p of the basis holds column head[p], or the slack of a row: basis.c */
struct lp_basis {
	s64 *binv;	/* [p * m_max + k], columns of basic slacks excluded */
	u32 updates;	/* pivots since the last refactoring */
	bool stale;	/* the inverse is not that of head */
	u32 tight_n;
	u8 tight[AIOS_LP_M_MAX];	/* rows whose slack is not basic */
	u8 slack_at[AIOS_LP_M_MAX];	/* position of a row's slack */
	u8 gamma[AIOS_LP_M_MAX];
	u8 bexp[AIOS_LP_M_MAX];	/* binary exponent of a row of binv */
	u16 head[AIOS_LP_M_MAX];
	u16 slot[AIOS_LP_M_MAX];	/* place of head[p] in the list */
	u16 old_head[AIOS_LP_M_MAX];	/* columns of head and their slots, while */
	u16 old_slot[AIOS_LP_M_MAX];	/* the inverse is computed anew */
	u128 beta[AIOS_LP_M_MAX];	/* squared norm of a row of binv */
};

/* y, shifted for a product of 64 bits: aios_lp_prepare_prices() */
struct lp_prices {
	s64 y[AIOS_LP_M_MAX];
	s64 error;	/* bound on the error of lp_reduced64() */
	u32 shift;
	bool zero;	/* all of y is 0 */
};

/* How the solve goes, and what the next one can go on from: solve.c */
struct lp_solve {
	const struct aios_lp_options *opt;
	u32 iterations, max_iterations, passes;
	u32 perturb_at;	/* the iteration after which ties are broken in any case */
	u8 y_more;	/* fraction bits that y has beyond y_frac, after a rescue */
	u8 y_export;	/* and aios_lp_price() beyond those */
	u8 rescues;	/* solves that may begin with the basis of a rescue */
	bool warm;	/* the search goes on from the last answer */
	bool live;	/* basis, point and residuals are valid */
	bool priced;	/* y is that of the basis */
	bool near;	/* or was before the search moved it */
	bool stopped;	/* by the caller */
};

/* Scratch, valid within one step of whoever uses it. */
struct lp_scratch {
	s64 rt[AIOS_LP_M_MAX];		/* scaled residual */
	s64 xt[AIOS_LP_M_MAX];		/* scaled value of the basics */
	s64 col[AIOS_LP_M_MAX];		/* entering column, Q40 */
	s64 rho[AIOS_LP_M_MAX];		/* pivot row by row of the model */
	s64 rho_nz[AIOS_LP_M_MAX];	/* its non-zeros, and their rows */
	u8 rho_row[AIOS_LP_M_MAX];
	s128 res2[AIOS_LP_M_MAX];
	s128 offset[AIOS_LP_M_MAX];
	s128 scaled[AIOS_LP_M_MAX];
	u64 norm;	/* 1-norm of the pivot row */
	u32 pivot_bits;	/* least pivot is 2^-pivot_bits */
	s32 fs;		/* fraction bits of rt and xt beyond those of x */
	bool perturb;	/* reduced costs are moved apart */
	bool settled;	/* xt is that of the basis and res, refined */
};

/* One caller at a time, who owns all of it: nothing here is shared. */
struct aios_lp {
	u32 n, m;
	u32 n_max, m_max;
	u32 stride;	/* stored coefficients of a column */
	u32 x_frac;
	bool dense;	/* entry z of a column is row z; else see idx */

	/* The model, by column. */
	s64 *w;
	u64 *lo, *hi;
	u32 *a;
	u8 *idx;	/* rows of the entries when not dense */
	u64 range_sum;	/* sum of hi - lo */
	u64 range_max;	/* a bound on every hi - lo */
	s128 w_hi;	/* sum of w * hi */
	u32 w_bits;	/* length of the largest |w| so far */
	u32 negative;	/* columns with w < 0 */
	u32 y_frac;

	/* The point: of basic columns x is set by the certificate only. */
	u64 *x;
	s8 *side;
	u8 *flags;
	s128 objective;	/* sum of w * x over the nonbasic columns */

	struct lp_solve solve;
	struct lp_screen screen;
	struct lp_basis basis;

	struct lp_row row[AIOS_LP_M_MAX];
	s128 res[AIOS_LP_M_MAX];	/* rhs - sum over nonbasic a * (x - lo) */
	s64 y[AIOS_LP_M_MAX];

	struct lp_prices prices;
	struct lp_scratch step;
};

static __always_inline const u32 *lp_column(const struct aios_lp *lp, u32 i)
{
	return lp->a + (size_t)i * lp->stride;
}

static __always_inline const u8 *lp_column_rows(const struct aios_lp *lp, u32 i)
{
	return lp->idx + (size_t)i * lp->stride;
}

/* Return the row of entry z of column i. */
static __always_inline u32 lp_entry_row(const struct aios_lp *lp, u32 i, u32 z)
{
	return lp->dense ? z : lp->idx[(size_t)i * lp->stride + z];
}

static __always_inline u32 lp_entries(const struct aios_lp *lp)
{
	return lp->dense ? lp->m : lp->stride;
}

static __always_inline u64 lp_range(const struct aios_lp *lp, u32 i)
{
	return lp->hi[i] - lp->lo[i];
}

/* lp_dot64() of a dense column, four entries at a time: most of a pass is this. */
static __always_inline s64 lp_dot64_dense(const u32 *a, const s64 *v, u32 m)
{
	size_t z, fours = m & ~3U;
	s64 sum = 0, more = 0;

	for (z = 0; z < fours; z += 4) {
		sum += v[z] * (s64)a[z] + v[z + 1] * (s64)a[z + 1];
		more += v[z + 2] * (s64)a[z + 2] + v[z + 3] * (s64)a[z + 3];
	}
	if (m & 2) {
		sum += v[z] * (s64)a[z] + v[z + 1] * (s64)a[z + 1];
		z += 2;
	}
	if (m & 1)
		more += v[z] * (s64)a[z];
	return sum + more;
}

/* Return sum_k v_k a_ik; the caller sees to it that it fits. */
static __always_inline s64 lp_dot64(const struct aios_lp *lp, u32 i,
				    const s64 *v, bool dense)
{
	const u32 *a = lp_column(lp, i);
	const u8 *rows;
	s64 sum = 0;
	u32 z, fours;

	if (dense)
		return lp_dot64_dense(a, v, lp->m);
	rows = lp_column_rows(lp, i);
	fours = lp->stride & ~3U;
	for (z = 0; z < fours; z += 4)
		sum += v[rows[z]] * (s64)a[z] + v[rows[z + 1]] * (s64)a[z + 1] +
		       v[rows[z + 2]] * (s64)a[z + 2] +
		       v[rows[z + 3]] * (s64)a[z + 3];
	for (z = fours; z < lp->stride; z++)
		sum += v[rows[z]] * (s64)a[z];
	return sum;
}

/* res += a_i * amount. */
static __always_inline void lp_res_add(struct aios_lp *lp, u32 i, s64 amount)
{
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp);

	for (z = 0; z < nz; z++)
		lp->res[lp_entry_row(lp, i, z)] += (s128)(s64)a[z] * amount;
}

/* Move a nonbasic column to its other bound. */
static __always_inline void lp_flip(struct aios_lp *lp, u32 i)
{
	s64 step = lp->side[i] == LP_UPPER ? -(s64)lp_range(lp, i)
					   : (s64)lp_range(lp, i);

	lp->side[i] = -lp->side[i];
	lp->x[i] += (u64)step;
	lp->objective += (s128)lp->w[i] * step;
	lp_res_add(lp, i, -step);
}

/* Return w_i in the format of y. */
static __always_inline s64 lp_weight(const struct aios_lp *lp, u32 i)
{
	return lp->w[i] * (1LL << lp->y_frac);
}

/* Return the fraction bits of y, as the certificate reads it. */
static __always_inline u32 lp_price_frac(const struct aios_lp *lp)
{
	return lp->y_frac + lp->solve.y_more;
}

static __always_inline bool lp_yield(struct aios_lp *lp)
{
	if (lp->solve.opt->yield && lp->solve.opt->yield(lp->solve.opt->yield_arg))
		lp->solve.stopped = true;
	return lp->solve.stopped;
}

/*
 * In a pass over all columns: yield at every LP_STRETCH-th. That the caller
 * wants to stop is looked at after the pass.
 */
static __always_inline void lp_yield_at(struct aios_lp *lp, u32 i)
{
	if (unlikely(i % LP_STRETCH == LP_STRETCH - 1))
		lp_yield(lp);
}

/* model.c */
void aios_lp_scale_weights(struct aios_lp *lp);
void aios_lp_place(struct aios_lp *lp, u32 i);

/* basis.c */
void aios_lp_basis_reset(struct aios_lp *lp);
void aios_lp_basis_column(struct aios_lp *lp, u32 i, u32 *gamma);
bool aios_lp_basis_pivot(struct aios_lp *lp, u32 p, u32 entering, u32 gamma);
bool aios_lp_basis_refactor(struct aios_lp *lp);
void aios_lp_basis_prices(struct aios_lp *lp);
void aios_lp_basis_slack_column(struct aios_lp *lp, u32 k);
void aios_lp_basis_primal(struct aios_lp *lp, const s128 *res);
u64 aios_lp_basis_refine(struct aios_lp *lp);
bool aios_lp_basis_repair(struct aios_lp *lp);
void aios_lp_leave(struct aios_lp *lp, u32 p, s32 side);

/* ratio.c */
/* A step length: mantissa / 2^shift. */
struct lp_step {
	u64 mantissa;
	u32 shift;
};

/* What enters the basis, and how far the prices move. */
struct lp_entering {
	u32 passed;	/* candidates that flip */
	u32 j;		/* place in the list, or LP_SLACK | row */
	u32 gamma;
	struct lp_step step;
};

bool aios_lp_choose_entering(struct aios_lp *lp, u32 p, u32 used, u32 c, u128 slope,
			     struct lp_entering *in);

/* simplex.c */
enum lp_outcome {
	LP_DONE,	/* primal feasible within the tolerance */
	LP_TROUBLE,	/* the inverse has to be computed anew */
	LP_NO_PIVOT,	/* nothing changed: the row has no usable pivot */
	LP_STOPPED,	/* cap, cancellation, or a cycle */
};

enum lp_outcome aios_lp_simplex(struct aios_lp *lp);

/* classes.c */
bool aios_lp_classes(struct aios_lp *lp, enum lp_outcome *ret);

/* rescue.c */
bool aios_lp_rescue(struct aios_lp *lp);

/* screen.c */
void aios_lp_prepare_prices(struct aios_lp *lp, const s64 *y);
void aios_lp_list_all(struct aios_lp *lp);
void aios_lp_list_open(struct aios_lp *lp, u32 n);
void aios_lp_list_sample(struct aios_lp *lp, u32 step);
void aios_lp_list_perturb(struct aios_lp *lp);
void aios_lp_list_fetch(const struct aios_lp *lp);
void aios_lp_list_refresh(struct aios_lp *lp);
void aios_lp_list_moved(struct aios_lp *lp);
void aios_lp_recentre(struct aios_lp *lp, bool first);
void aios_lp_narrow(struct aios_lp *lp);
bool aios_lp_in_box(const struct aios_lp *lp);
bool aios_lp_on_edge(struct aios_lp *lp);

/* certificate.c */
s128 aios_lp_reduced128(const struct aios_lp *lp, u32 i);
bool aios_lp_finish_primal(struct aios_lp *lp);
void aios_lp_make_feasible(struct aios_lp *lp);
void aios_lp_export_prices(struct aios_lp *lp);
void aios_lp_certify(struct aios_lp *lp, struct aios_lp_result *res);
bool aios_lp_rounded(const struct aios_lp *lp);
bool aios_lp_searched(struct aios_lp *lp);

/*
 * Return the reduced cost of column i at the prices of aios_lp_prepare_prices(),
 * with y_frac less their shift fraction bits, off by at most their error.
 */
static __always_inline s64 lp_reduced64(const struct aios_lp *lp, u32 i,
					bool dense)
{
	return (lp_weight(lp, i) >> lp->prices.shift) -
	       lp_dot64(lp, i, lp->prices.y, dense);
}

/* Return a reduced cost of lp_reduced64() as the search keeps it. */
static __always_inline s64 lp_delta(const struct aios_lp *lp, s64 d)
{
	u64 v = aios_abs64(d);

	if (likely(lp->prices.shift <= LP_DELTA_DROP))
		return (s64)(v >> (LP_DELTA_DROP - lp->prices.shift));
	return aios_clamp_s128(aios_shift_s128(v, (s32)lp->prices.shift -
					       LP_DELTA_DROP), LP_LIMIT);
}

#endif /* AIOS_CORE_LP_INTERNAL_H */
