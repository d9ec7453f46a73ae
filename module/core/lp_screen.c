// SPDX-License-Identifier: GPL-2.0
/*
 * Which columns the search has to look at: all, a sample (the coarse start),
 * or those that a box around reference prices leaves undecided.
 *
 * The box. Let d be the reduced costs at y_ref. For any y with
 * |y_k - y_ref_k| <= tau_k, |d_i(y) - d_i| <= sum_k a_ik tau_k; a column
 * whose |d_i| is larger cannot change side, stays at the bound that its sign
 * says and adds nothing to the gap. tau_k is a fraction 2^-t of y_ref_k plus a
 * floor of the same worth for every row, so that the bound costs no second
 * product with the matrix: sum_k a_ik tau_k <= (w_i - d_i) / 2^t + floor.
 */
#include "lp_internal.h"

/*
 * Shift y so that its products with any column fit in 64 bits. What the shift
 * drops is in y64_error.
 */
void aios_lp_prepare_prices(struct aios_lp *lp, const s64 *y)
{
	u128 total = 0;
	s64 error = 1;
	u32 k, shift;

	for (k = 0; k < lp->m; k++)
		total += (u128)(u64)y[k] << lp->row[k].bits;
	shift = max(aios_bits128(total), 62U) - 61;
	for (k = 0; k < lp->m; k++) {
		lp->y64[k] = y[k] >> shift;
		if (lp->y64[k] << shift != y[k])
			error += 1LL << lp->row[k].bits;
	}
	lp->y64_shift = shift;
	lp->y64_error = error;
}

/* A reduced cost of lp_reduced64() as the search keeps it. */
static __always_inline s64 lp_delta(const struct aios_lp *lp, s64 d)
{
	u64 v = aios_abs64(d);

	if (likely(lp->y64_shift <= LP_DELTA_DROP))
		return (s64)(v >> (LP_DELTA_DROP - lp->y64_shift));
	return aios_clamp_s128(aios_shift_s128(v, (s32)lp->y64_shift -
					       LP_DELTA_DROP), LP_LIMIT);
}

/*
 * What column i's reduced cost is moved by to break ties: up to 2^-28 of its
 * weight. The certificate does without it, so exact ties cost nothing.
 */
static __always_inline s64 lp_perturbation(const struct aios_lp *lp, u32 i)
{
	u64 w = aios_abs64(lp->w[i]) << (lp->y_frac - LP_DELTA_DROP);

	return (s64)((w >> 22) * ((i * 2654435761U) >> 20) >> 18);
}

/* The same for the list as it is. */
void aios_lp_list_perturb(struct aios_lp *lp)
{
	u32 j;

	for (j = 0; j < lp->list_n; j++)
		if (lp->side[lp->list[j]] != LP_OUT)
			lp->delta[j] += lp_perturbation(lp, lp->list[j]);
}

static void lp_note_slot(struct aios_lp *lp, u32 i, u32 j)
{
	u32 p;

	for (p = 0; p < lp->m; p++)
		if (lp->head[p] == i)
			lp->slot[p] = (u16)j;
}

/* Put column i at position j of the list, on the side that d says. */
static __always_inline void lp_list_entry(struct aios_lp *lp, u32 j, u32 i,
					  s64 d)
{
	s32 side = lp->side[i];

	lp->list[j] = (u16)i;
	if (side == LP_OUT) {
		lp->delta[j] = 0;
		lp->alpha[j] = 0;
		if (lp->flags[i] & LP_BASIC)
			lp_note_slot(lp, i, j);
		return;
	}
	if (side > 0 ? d < 0 : d > 0)
		lp_flip(lp, i);
	lp->delta[j] = lp_delta(lp, d);
	if (unlikely(lp->perturb))
		lp->delta[j] += lp_perturbation(lp, i);
}

void aios_lp_list_refresh(struct aios_lp *lp)
{
	u32 j;

	aios_lp_prepare_prices(lp, lp->y);
	for (j = 0; j < lp->list_n; j++) {
		u32 i = lp->list[j];

		lp_list_entry(lp, j, i, lp_reduced64(lp, i, lp->dense));
	}
}

/* The sample keeps the columns of the basis, whatever the step. */
void aios_lp_list_sample(struct aios_lp *lp, u32 step)
{
	u32 i, n = 0, next = step / 2;

	for (i = 0; i < lp->n; i++) {
		bool in = i == next;

		if (in)
			next += step;
		in = (in && lp->hi[i] != lp->lo[i]) || lp->flags[i] & LP_BASIC;
		lp->flags[i] &= ~LP_LISTED;
		if (!in)
			continue;
		lp->flags[i] |= LP_LISTED;
		lp->list[n++] = (u16)i;
	}
	lp->list_n = n;
	lp->box = false;
	lp->covered = step == 1;
}

void aios_lp_list_all(struct aios_lp *lp)
{
	aios_lp_list_sample(lp, 1);
}

static bool lp_within(s64 y, s64 ref, s64 tau)
{
	return y - ref <= tau && ref - y <= tau;
}

bool aios_lp_in_box(const struct aios_lp *lp)
{
	u32 k;

	if (!lp->box)
		return true;
	for (k = 0; k < lp->m; k++)
		if (!lp_within(lp->y[k], lp->y_ref[k], lp->tau[k]))
			return false;
	return true;
}

/*
 * Make the current prices the reference and list what they leave undecided.
 * The box is 2^-t of the prices wide.
 */
void aios_lp_recentre(struct aios_lp *lp, u32 t)
{
	s64 floor64 = 0, error;
	u32 i, k, n = 0;
	u32 floor_bits = LP_Y_BITS - 3 - t - aios_bits64(lp->m);

	aios_lp_prepare_prices(lp, lp->y);
	error = lp->y64_error;
	for (k = 0; k < lp->m; k++) {
		u32 bits = lp->row[k].bits;
		s64 least = 1LL << (floor_bits > bits ? floor_bits - bits : 0);

		lp->y_ref[k] = lp->y[k];
		lp->tau[k] = (lp->y[k] >> t) + least;
		floor64 += (s64)(((u128)(u64)least << bits) >> lp->y64_shift) + 1;
	}
	lp->box = true;
	lp->covered = true;
	for (i = 0; i < lp->n; i++) {
		s64 w = lp_weight(lp, i) >> lp->y64_shift;
		s64 d = lp_reduced64(lp, i, lp->dense);
		s64 open = ((w - d + error) >> t) + floor64 + error + 1;
		s32 side = lp->side[i];

		if (side == LP_OUT && !(lp->flags[i] & LP_BASIC)) {
			lp->flags[i] &= ~LP_LISTED;
			continue;
		}
		if (side == LP_OUT || aios_abs64(d) <= (u64)open) {
			lp->flags[i] |= LP_LISTED;
			lp_list_entry(lp, n++, i, d);
			continue;
		}
		lp->flags[i] &= ~LP_LISTED;
		if (side > 0 ? d < 0 : d > 0)
			lp_flip(lp, i);
	}
	lp->list_n = n;
	lp->passes++;
}
