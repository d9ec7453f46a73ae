// SPDX-License-Identifier: GPL-2.0
/*
 * The basis of the dual simplex method: an explicit inverse in fixed point, its
 * update, its refactoring, and the primal and dual values that follow from it.
 *
 * Only the columns of the inverse that belong to tight rows (rows whose slack
 * is not basic) are kept; the others are unit vectors. With t tight rows an
 * update costs m * t products.
 */
#include "core/lp/internal.h"

#define LP_STEP_SHORT	(1U << 24)	/* of prices, whose error is less than a unit */

static __always_inline s64 *lp_binv(const struct aios_lp *lp, u32 p)
{
	return lp->basis.binv + (size_t)p * lp->m_max;
}

/* Return the length of |v|, 1 for 0. */
static __always_inline u32 lp_length(s128 v)
{
	if (likely((s64)v == v))
		return aios_bits64(aios_abs64((s64)v) | 1);
	return aios_bits128(aios_abs128(v));
}

static __always_inline s64 lp_fixed(s128 v, s32 shift, s64 limit)
{
	/* Most values are short, and become shorter. */
	if (likely((s64)v == v && shift <= 0)) {
		s64 q = (s64)v >> min(-shift, 63);

		return clamp(q, -limit, limit);
	}
	return aios_clamp_s128(aios_shift_s128(v, shift), limit);
}

/* Return v limited to +-LP_LIMIT. */
static __always_inline s64 lp_saturate(s128 v)
{
	s64 low = (s64)v;

	if (likely(low == v && (u64)low + LP_LIMIT <= 2 * (u64)LP_LIMIT))
		return low;
	return v < 0 ? -LP_LIMIT : LP_LIMIT;
}

void aios_lp_basis_reset(struct aios_lp *lp)
{
	u32 k;

	lp->basis.tight_n = 0;
	for (k = 0; k < lp->m; k++) {
		lp->basis.head[k] = (u16)(LP_SLACK | k);
		lp->basis.slack_at[k] = (u8)k;
		lp->basis.gamma[k] = 0;
		lp->basis.bexp[k] = 0;
		lp->basis.beta[k] = (u128)1 << 60;
	}
	lp->basis.stale = false;
	lp->basis.updates = 0;
	lp->solve.priced = false;
}

/* Set col = inverse * column i, scaled by 2^gamma, Q40. */
void aios_lp_basis_column(struct aios_lp *lp, u32 i, u32 *gamma)
{
	const u32 *a = lp_column(lp, i);
	u32 nz = lp_entries(lp), g = LP_A_BITS, used = 0;
	u8 rows[AIOS_LP_M_MAX];
	u32 z, p, k;

	for (z = 0; z < nz; z++) {
		if (!a[z])
			continue;
		k = lp_entry_row(lp, i, z);
		g = min(g, lp->row[k].bits - aios_bits64(a[z]));
	}
	memset(lp->step.col, 0, lp->m * sizeof(lp->step.col[0]));
	for (z = 0; z < nz; z++) {
		s64 scaled;

		if (!a[z])
			continue;
		k = lp_entry_row(lp, i, z);
		scaled = (s64)a[z] << (LP_A_BITS - lp->row[k].bits + g);
		if (lp->basis.slack_at[k] != LP_NONE) {
			p = lp->basis.slack_at[k];
			lp->step.col[p] = (scaled << (LP_Q - LP_A_BITS)) >> lp->basis.bexp[p];
		} else {
			lp->step.rt[used] = scaled;
			rows[used++] = (u8)k;
		}
	}
	for (p = 0; p < lp->m; p++) {
		const s64 *row = lp_binv(lp, p);
		s128 sum = 0;

		for (z = 0; z < used; z++)
			sum += aios_mul_s64(row[rows[z]], lp->step.rt[z]);
		lp->step.col[p] += (s64)(sum >> LP_A_BITS);
	}
	*gamma = g;
}

/* Set col to the column of the inverse that belongs to a tight row. */
void aios_lp_basis_slack_column(struct aios_lp *lp, u32 k)
{
	u32 p;

	for (p = 0; p < lp->m; p++)
		lp->step.col[p] = lp_binv(lp, p)[k];
}

static void lp_tight_remove(struct aios_lp *lp, u32 k)
{
	u32 t;

	for (t = 0; t < lp->basis.tight_n; t++)
		if (lp->basis.tight[t] == k)
			break;
	memmove(&lp->basis.tight[t], &lp->basis.tight[t + 1], lp->basis.tight_n - t - 1);
	lp->basis.tight_n--;
}

static u64 lp_row_largest(const struct aios_lp *lp, u32 p)
{
	const s64 *row = lp_binv(lp, p);
	u64 largest = 0;
	u32 t;

	for (t = 0; t < lp->basis.tight_n; t++)
		largest |= aios_abs64(row[lp->basis.tight[t]]);
	return largest;
}

/* Divide row p of the inverse by the pivot; both have the row's exponent. */
static void lp_divide_row(struct aios_lp *lp, u32 p)
{
	s64 *row = lp_binv(lp, p);
	s64 pivot = lp->step.col[p];
	u32 bits = aios_bits64(aios_abs64(pivot));
	/* Take the reciprocal of the pivot, with 62 + bits fraction bits. */
	u64 recip = aios_div_u128_u64((u64)(((u128)1 << (62 + bits)) >> 64),
				      bits < 2 ? 1ULL << (62 + bits) : 0,
				      aios_abs64(pivot));
	u32 grow = aios_bits64(lp_row_largest(lp, p)) + LP_Q + 1 - bits;
	u32 exp = (s32)grow > LP_BINV_BITS ? grow - LP_BINV_BITS : 0;
	u32 shift = 62 + bits - LP_Q + exp;
	u32 t;

	for (t = 0; t < lp->basis.tight_n; t++) {
		s64 *v = &row[lp->basis.tight[t]];
		s64 q = (s64)(((s128)*v * recip + ((s128)1 << (shift - 1))) >>
			      shift);

		*v = pivot < 0 ? -q : q;
	}
	lp->basis.bexp[p] = (u8)exp;
}

/* Make room in row r for a term of so many bits. */
static void lp_make_room(struct aios_lp *lp, u32 r, s32 bits)
{
	s64 *row = lp_binv(lp, r);
	s32 most = max_t(s32, bits, aios_bits64(lp_row_largest(lp, r)));
	s32 extra = most + 1 - LP_BINV_BITS;
	u32 t;

	if (extra <= 0)
		return;
	extra = min(extra, 62);
	for (t = 0; t < lp->basis.tight_n; t++)
		row[lp->basis.tight[t]] >>= extra;
	lp->step.col[r] >>= extra;
	lp->basis.bexp[r] += extra;
}

/* Return the square of an entry, as it counts in the norm of its row. */
static __always_inline u128 lp_square(s64 v)
{
	v >>= LP_Q - 30;
	return (u128)aios_mul_s64(v, v);
}

/* beta has the squares of the entries of row r that are kept. */
static void lp_note_norm(struct aios_lp *lp, u32 r, u128 beta)
{
	if (lp->basis.head[r] & LP_SLACK && lp->basis.bexp[r] < 30)
		beta += (u128)1 << (60 - 2 * lp->basis.bexp[r]);
	lp->basis.beta[r] = beta;
}

static bool lp_eliminate(struct aios_lp *lp, u32 p)
{
	const s64 *from = lp_binv(lp, p);
	s32 size = (s32)aios_bits64(lp_row_largest(lp, p)) + lp->basis.bexp[p] - LP_Q;
	bool ok = true;
	u128 beta = 0;
	u32 r, t;

	for (t = 0; t < lp->basis.tight_n; t++)
		beta += lp_square(from[lp->basis.tight[t]]);
	lp_note_norm(lp, p, beta);
	for (r = 0; r < lp->m; r++) {
		s64 *row = lp_binv(lp, r);
		s64 factor = lp->step.col[r];
		s32 shift = LP_Q - lp->basis.bexp[p];
		s32 bits = (s32)aios_bits64(aios_abs64(factor)) + size;

		if (!factor || r == p)
			continue;
		if (bits >= LP_BINV_BITS - 4) {
			lp_make_room(lp, r, bits);
			factor = lp->step.col[r];
		}
		if (lp->basis.bexp[r] > LP_BEXP_MAX || shift < 1) {
			ok = false;
			continue;
		}
		beta = 0;
		for (t = 0; t < lp->basis.tight_n; t++) {
			u32 k = lp->basis.tight[t];

			row[k] -= (s64)((aios_mul_s64(factor, from[k]) +
					 (1LL << (shift - 1))) >> shift);
			beta += lp_square(row[k]);
		}
		lp_note_norm(lp, r, beta);
	}
	return ok;
}

/*
 * Column entering (or LP_SLACK | row) takes the place of what is basic at p;
 * col holds its column. Returns false when the inverse lost its digits.
 */
bool aios_lp_basis_pivot(struct aios_lp *lp, u32 p, u32 entering, u32 gamma)
{
	u32 leaving = lp->basis.head[p];
	u32 k, r;

	lp->step.settled = false;
	lp->solve.priced = false;
	if (leaving & LP_SLACK) {
		k = leaving & ~LP_SLACK;
		for (r = 0; r < lp->m; r++)
			lp_binv(lp, r)[k] = 0;
		lp_binv(lp, p)[k] = (1LL << LP_Q) >> lp->basis.bexp[p];
		lp->basis.tight[lp->basis.tight_n++] = (u8)k;
		lp->basis.slack_at[k] = LP_NONE;
	}
	lp_divide_row(lp, p);
	if (entering & LP_SLACK) {
		lp_tight_remove(lp, entering & ~LP_SLACK);
		lp->basis.slack_at[entering & ~LP_SLACK] = (u8)p;
	}
	lp->basis.head[p] = (u16)entering;
	lp->basis.gamma[p] = (u8)gamma;
	lp->basis.updates++;
	return lp_eliminate(lp, p);
}

/*
 * The column at position p leaves the basis for a bound; the caller puts
 * something else at p.
 */
void aios_lp_leave(struct aios_lp *lp, u32 p, s32 side)
{
	u32 i = lp->basis.head[p];

	lp->flags[i] &= ~LP_BASIC;
	lp->side[i] = lp_range(lp, i) ? (s8)side : LP_OUT;
	lp->x[i] = side == LP_UPPER ? lp->hi[i] : lp->lo[i];
	lp->objective += (s128)lp->w[i] * (s64)lp->x[i];
	lp_res_add(lp, i, -(s64)(lp->x[i] - lp->lo[i]));
}

/*
 * Recompute the inverse for the same columns and tight rows; columns that do
 * not fit go to a bound, and as many rows get a basic slack. Returns true if
 * there were any.
 */
bool aios_lp_basis_refactor(struct aios_lp *lp)
{
	u16 *column = lp->basis.old_head, *slot = lp->basis.old_slot;
	bool dropped = false;
	u64 tight = 0;
	u32 n = 0, p, s;

	for (p = 0; p < lp->m; p++) {
		if (!(lp->basis.head[p] & LP_SLACK)) {
			column[n] = lp->basis.head[p];
			slot[n++] = lp->basis.slot[p];
		}
		if (lp->basis.slack_at[p] == LP_NONE)
			tight |= BIT_ULL(p);
	}
	aios_lp_basis_reset(lp);
	for (s = 0; s < n; s++) {
		u32 i = column[s], gamma, best = 0;
		u64 largest = 0;

		aios_lp_basis_column(lp, i, &gamma);
		for (p = 0; p < lp->m; p++) {
			u64 v = aios_abs64(lp->step.col[p]);

			v = min(v, 1ULL << 48) << min_t(u32, lp->basis.bexp[p], 12);
			if (lp->basis.head[p] & LP_SLACK && tight >> p & 1 &&
			    v > largest) {
				largest = v;
				best = p;
			}
		}
		if (largest >> (LP_Q - 24) && lp_range(lp, i)) {
			aios_lp_basis_pivot(lp, best, i, gamma);
			lp->basis.slot[best] = slot[s];
			continue;
		}
		lp->flags[i] &= ~LP_BASIC;
		aios_lp_place(lp, i);
		dropped = true;
	}
	for (p = 0; p < lp->m; p++)
		if (tight >> p & 1 && lp->basis.slack_at[p] != LP_NONE)
			lp->y[p] = 0;
	lp->basis.updates = 0;
	return dropped;
}

/*
 * Make one step of y += w' * inverse, w' the reduced costs of the basics at y. The
 * error that is left is that of the inverse, relative to the step. Returns the
 * longest step, in the format of y.
 */
static u64 lp_prices_step(struct aios_lp *lp)
{
	s32 largest = 0;
	u64 longest = 0;
	u32 p, t;

	for (p = 0; p < lp->m; p++) {
		u32 i = lp->basis.head[p];

		lp->step.col[p] = 0;
		if (i & LP_SLACK)
			continue;
		largest = max(largest, lp->basis.gamma[p] + lp->basis.bexp[p]);
		lp->step.col[p] = lp_saturate(aios_lp_reduced128(lp, i));
	}
	for (t = 0; t < lp->basis.tight_n; t++) {
		u32 k = lp->basis.tight[t];
		s32 shift = LP_Q + lp->row[k].bits - largest;
		s128 sum = shift > 0 ? (s128)1 << (shift - 1) : 0;

		for (p = 0; p < lp->m; p++)
			if (lp->step.col[p])
				sum += aios_mul_s64(lp->step.col[p], lp_binv(lp, p)[k]) >>
				       (largest - lp->basis.gamma[p] - lp->basis.bexp[p]);
		if (shift < 0)
			sum = aios_clamp_s128(sum, LP_LIMIT);
		sum = aios_shift_s128(sum, -shift);
		longest = max(longest, aios_abs64(lp_saturate(sum)));
		lp->y[k] = lp_saturate(lp->y[k] + sum);
	}
	return longest;
}

/*
 * Compute the prices of the tight rows, from the weights of the basics and the
 * prices of the other rows. They are negative where the basis is not dual feasible.
 * After a search they are nearly known, and one step, a short one, is enough.
 */
void aios_lp_basis_prices(struct aios_lp *lp)
{
	u32 t;

	if (!lp->basis.tight_n)
		return;
	if (lp->solve.near && (lp_prices_step(lp) < LP_STEP_SHORT ||
			       lp_prices_step(lp) < LP_STEP_SHORT))
		return;
	for (t = 0; t < lp->basis.tight_n; t++)
		lp->y[lp->basis.tight[t]] = 0;
	lp_prices_step(lp);
	lp_prices_step(lp);
}

/*
 * Set xt = inverse * res, in the scale and with the exponent of each position, and
 * with fs more fraction bits than x. What is spare in a row is left out.
 */
void aios_lp_basis_primal(struct aios_lp *lp, const s128 *res)
{
	s32 bits = 0;
	u32 p, t, k;

	lp->step.settled = false;
	for (k = 0; k < lp->m; k++) {
		const struct lp_row *row = &lp->row[k];
		s128 r = res[k] - row->spare;

		lp->step.scaled[k] = r;
		bits = max(bits, (s32)lp_length(r) - row->bits);
	}
	lp->step.fs = min(60 - min(bits, 64), 24);
	for (k = 0; k < lp->m; k++)
		lp->step.rt[k] = lp_fixed(lp->step.scaled[k], lp->step.fs - lp->row[k].bits,
					  1LL << 61);
	for (p = 0; p < lp->m; p++) {
		const s64 *row = lp_binv(lp, p);
		s128 sum = 0;

		for (t = 0; t < lp->basis.tight_n; t++)
			sum += aios_mul_s64(row[lp->basis.tight[t]],
					    lp->step.rt[lp->basis.tight[t]]);
		sum >>= LP_Q;
		if (lp->basis.head[p] & LP_SLACK)
			sum += lp->step.rt[lp->basis.head[p] & ~LP_SLACK] >> lp->basis.bexp[p];
		lp->step.xt[p] = lp_saturate(sum);
	}
}

/*
 * Remove from xt the error of the inverse: xt += inverse * (rt - basis * xt).
 * Returns the largest correction.
 */
u64 aios_lp_basis_refine(struct aios_lp *lp)
{
	u32 nz = lp_entries(lp);
	u64 largest = 0;
	u32 p, t, z;

	for (t = 0; t < lp->m; t++)
		lp->step.col[t] = lp->step.rt[t];
	for (p = 0; p < lp->m; p++) {
		const u32 *a;

		if (lp->basis.head[p] & LP_SLACK)
			continue;
		a = lp_column(lp, lp->basis.head[p]);
		for (z = 0; z < nz; z++) {
			u32 k = lp_entry_row(lp, lp->basis.head[p], z);
			s64 scaled = (s64)a[z] << (LP_A_BITS - lp->row[k].bits +
						   lp->basis.gamma[p]);
			s32 shift = lp->basis.bexp[p] - LP_A_BITS;
			s64 term;

			if (!a[z])
				continue;
			term = lp_fixed(aios_mul_s64(scaled, lp->step.xt[p]), shift,
					LP_LIMIT);
			/* Several terms of an inverse without digits can add up. */
			lp->step.col[k] = lp_saturate((s128)lp->step.col[k] - term);
		}
	}
	for (p = 0; p < lp->m; p++) {
		const s64 *row = lp_binv(lp, p);
		s128 sum = 0;

		if (lp->basis.head[p] & LP_SLACK) {
			lp->step.xt[p] = lp->step.col[lp->basis.head[p] & ~LP_SLACK] >>
					 lp->basis.bexp[p];
			continue;
		}
		for (t = 0; t < lp->basis.tight_n; t++)
			sum += aios_mul_s64(row[lp->basis.tight[t]],
					    lp->step.col[lp->basis.tight[t]]);
		sum >>= LP_Q;
		largest = max(largest, aios_abs64(lp_saturate(sum)));
		lp->step.xt[p] = lp_saturate(lp->step.xt[p] + sum);
	}
	return largest;
}

/*
 * Make the basis dual feasible after a change of its columns or weights: as
 * long as a price is negative, the slack of its row takes a column's place.
 * Each round has one tight row less. Returns true if there was a round.
 */
bool aios_lp_basis_repair(struct aios_lp *lp)
{
	u32 k = 0, rounds;

	for (rounds = 0; rounds <= lp->m; rounds++) {
		u32 t, p, best = 0;
		u64 largest = 0;
		s128 worst = 0;

		aios_lp_basis_prices(lp);
		for (t = 0; t < lp->basis.tight_n; t++) {
			s128 worth = aios_shift_s128(lp->y[lp->basis.tight[t]],
						     lp->row[lp->basis.tight[t]].bits);

			if (worth < worst) {
				k = lp->basis.tight[t];
				worst = worth;
			}
		}
		/* What is 2^-28 of the largest weight is not worth a pivot. */
		if (worst >= -((s128)1 << (LP_Y_BITS - 28)))
			break;
		aios_lp_basis_slack_column(lp, k);
		for (p = 0; p < lp->m; p++) {
			u64 v = aios_abs64(lp->step.col[p]);

			if (!(lp->basis.head[p] & LP_SLACK) && v >= largest) {
				largest = v;
				best = p;
			}
		}
		lp->y[k] = 0;
		aios_lp_leave(lp, best, LP_UPPER);
		if (!aios_lp_basis_pivot(lp, best, LP_SLACK | k, 0))
			aios_lp_basis_refactor(lp);
	}
	for (k = 0; k < lp->m; k++)
		lp->y[k] = max(lp->y[k], 0LL);
	lp->solve.priced = true;
	lp->solve.near = true;
	return rounds > 0;
}
