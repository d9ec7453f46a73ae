// SPDX-License-Identifier: GPL-2.0
/*
 * Which columns the search has to look at: all, a sample (the coarse start),
 * or those that a box around reference prices leaves undecided.
 *
 * The box. Let d be the reduced costs at y_ref. For any y with
 * |y_k - y_ref_k| <= tau_k, |d_i(y) - d_i| <= sum_k a_ik tau_k; a column
 * whose |d_i| is larger cannot change side, stays at the bound that its sign
 * says and adds nothing to the gap.
 */
#include "core/lp/internal.h"

#define LP_WIDTH	4	/* the first box: 2^-4 of the prices */
#define LP_WIDTH_MAX	20
#define LP_REACH	2
#define LP_NARROWER	1	/* by a box this power of two narrower */

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
		lp->prices.y[k] = y[k] >> shift;
		if (lp->prices.y[k] << shift != y[k])
			error += 1LL << lp->row[k].bits;
	}
	lp->prices.shift = shift;
	lp->prices.zero = !total;
	lp->prices.error = error;
}

/*
 * Return what the reduced cost of column i is moved by to break ties: up to 2^-28
 * of its weight. The certificate does without it, so exact ties cost nothing.
 */
static __always_inline s64 lp_perturbation(const struct aios_lp *lp, u32 i)
{
	u64 w = aios_abs64(lp->w[i]) << (lp->y_frac - LP_DELTA_DROP);

	return (s64)((w >> 22) * ((i * 2654435761U) >> 20) >> 18);
}

/* Move the reduced costs of the list as it is likewise. */
void aios_lp_list_perturb(struct aios_lp *lp)
{
	u32 j;

	for (j = 0; j < lp->screen.n; j++)
		if (lp->side[lp->screen.list[j]] != LP_OUT)
			lp->screen.delta[j] += lp_perturbation(lp, lp->screen.list[j]);
}

static void lp_note_slot(struct aios_lp *lp, u32 i, u32 j)
{
	u32 p;

	for (p = 0; p < lp->m; p++)
		if (lp->basis.head[p] == i)
			lp->basis.slot[p] = (u16)j;
}

/* Put column i at position j of the list, on the side that d says. */
static __always_inline void lp_list_entry(struct aios_lp *lp, u32 j, u32 i,
					  s64 d)
{
	s32 side = lp->side[i];

	lp->screen.list[j] = (u16)i;
	if (side == LP_OUT) {
		lp->screen.delta[j] = 0;
		lp->screen.alpha[j] = 0;
		if (lp->flags[i] & LP_BASIC)
			lp_note_slot(lp, i, j);
		return;
	}
	/* A sign that rounding of the prices may have made does not count. */
	if (side > 0 ? d < -lp->prices.error : d > lp->prices.error) {
		lp_flip(lp, i);
		lp->step.settled = false;
	}
	lp->screen.delta[j] = lp_delta(lp, d);
	if (unlikely(lp->step.perturb))
		lp->screen.delta[j] += lp_perturbation(lp, i);
}

/*
 * A short list of many columns is read by leaps, and a machine that did something else
 * since the last solve has none of it in its caches: ask for all at once.
 */
void aios_lp_list_fetch(const struct aios_lp *lp)
{
	u32 j;

	for (j = 0; lp->screen.box && j < lp->screen.n; j++) {
		u32 i = lp->screen.list[j];

		__builtin_prefetch(lp_column(lp, i));
		__builtin_prefetch(&lp->side[i]);
		__builtin_prefetch(&lp->w[i]);
	}
}

void aios_lp_list_refresh(struct aios_lp *lp)
{
	u32 j;

	aios_lp_prepare_prices(lp, lp->y);
	for (j = 0; j < lp->screen.n; j++) {
		u32 i = lp->screen.list[j];

		lp_list_entry(lp, j, i, lp->prices.zero ?
			      lp_weight(lp, i) >> lp->prices.shift :
			      lp_reduced64(lp, i, lp->dense));
	}
}

/*
 * Refresh the list where only the columns in moved are not what the last solve
 * left. A column may be there twice.
 */
void aios_lp_list_moved(struct aios_lp *lp)
{
	u32 j, t;

	for (t = 0; t < lp->screen.moved_n; t++) {
		u32 i = lp->screen.moved[t];

		if (!(lp->flags[i] & LP_LISTED))
			continue;
		for (j = 0; j < lp->screen.n && lp->screen.list[j] != i; j++)
			;
		if (j < lp->screen.n)
			lp_list_entry(lp, j, i, lp_reduced64(lp, i, lp->dense));
	}
}

/* The list has n columns, and nothing holds the prices. */
void aios_lp_list_open(struct aios_lp *lp, u32 n)
{
	u32 k;

	for (k = 0; k < lp->m; k++) {
		lp->screen.y_lo[k] = 0;
		lp->screen.y_hi[k] = LP_LIMIT;
	}
	lp->screen.n = n;
	lp->screen.box = false;
	lp->screen.covered = false;
}

/* The sample keeps the columns of the basis, whatever the step. */
void aios_lp_list_sample(struct aios_lp *lp, u32 step)
{
	u32 i, p, n = 0;

	for (i = step / 2; i < lp->n; i += step) {
		lp->screen.list[n] = (u16)i;
		n += lp->side[i] != LP_OUT || lp->flags[i] & LP_BASIC;
	}
	for (p = 0; p < lp->m; p++) {
		i = lp->basis.head[p];
		if (!(i & LP_SLACK) && (i + step - step / 2) % step)
			lp->screen.list[n++] = (u16)i;
	}
	aios_lp_list_open(lp, n);
}

static bool lp_within(s64 y, s64 ref, s64 tau)
{
	return y - ref <= tau && ref - y <= tau;
}

bool aios_lp_in_box(const struct aios_lp *lp)
{
	u32 k;

	if (!lp->screen.box)
		return true;
	for (k = 0; k < lp->m; k++)
		if (!lp_within(lp->y[k], lp->screen.y_ref[k], lp->screen.tau[k]))
			return false;
	return true;
}

/* Say whether a price that the search stopped at an edge of the box would go on. */
bool aios_lp_on_edge(struct aios_lp *lp)
{
	bool fresh = false;
	u32 k;

	for (k = 0; k < lp->m; k++) {
		u32 p = lp->basis.slack_at[k];

		if (p == LP_NONE || !lp->y[k])
			continue;
		if (!fresh)
			aios_lp_basis_primal(lp, lp->res);
		fresh = true;
		if (aios_abs64(lp->step.xt[p]) >
		    (u64)aios_shift_s128(4, lp->step.fs - lp->basis.bexp[p]) + (1U << 20))
			return true;
	}
	return false;
}

/* Compute the basic slacks of rows with a price; the others are not asked for. */
static void lp_price_slacks(struct aios_lp *lp)
{
	u32 k;

	for (k = 0; k < lp->m; k++)
		if (lp->basis.slack_at[k] != LP_NONE && lp->y[k]) {
			aios_lp_basis_primal(lp, lp->res);
			return;
		}
}

/*
 * Set the interval in which the search keeps the price of row k: reach around the
 * current one. A basic slack has its price at one end, so one with a price above
 * zero, that was stopped at an edge, goes on from there.
 */
static void lp_interval(struct aios_lp *lp, u32 k, s64 reach)
{
	bool basic = lp->basis.slack_at[k] != LP_NONE;
	s64 y = lp->y[k];

	lp->screen.y_lo[k] = reach < y ? y - reach : 0;
	lp->screen.y_hi[k] = reach < LP_LIMIT - y ? y + reach : LP_LIMIT;
	if (basic && y && lp->step.xt[lp->basis.slack_at[k]] > 0)
		lp->screen.y_hi[k] = y;
	else if (basic)
		lp->screen.y_lo[k] = y;
}

void aios_lp_list_all(struct aios_lp *lp)
{
	u32 i, k, n = 0;

	for (i = 0; i < lp->n; i++) {
		u32 basic = lp->flags[i] & LP_BASIC;
		bool in = lp->side[i] != LP_OUT || basic;

		lp->screen.list[n] = (u16)i;
		lp->flags[i] = (u8)(in ? basic | LP_LISTED : 0);
		n += in;
	}
	aios_lp_list_open(lp, n);
	lp->screen.covered = true;
	lp_price_slacks(lp);
	for (k = 0; k < lp->m; k++)
		lp_interval(lp, k, LP_LIMIT);
}

/*
 * Set how far each price may be off: 2^-t of it, and 2^-t of what an average column
 * pays for an average row, so that rows with a low price have room, too. t is the
 * row's own: a price that the last box stopped gets four times the room, one that
 * hardly moved gets half.
 */
static void lp_choose_tau(struct aios_lp *lp, bool first)
{
	u64 columns = max(lp->range_sum >> lp->x_frac, 1ULL);
	u128 paid = 0;
	u32 k;

	for (k = 0; k < lp->m; k++) {
		u64 mean = (u64)(lp->row[k].demand >> lp->x_frac) / columns;
		u64 moved = aios_abs64(lp->y[k] - lp->screen.y_ref[k]);
		u32 t = lp->screen.width[k];

		if (first)
			t = LP_WIDTH;
		else if (lp->basis.slack_at[k] != LP_NONE && lp->y[k])
			t -= min(t, 2U);
		else if (moved < (u64)lp->screen.tau[k] / 4)
			t += t < 3 * LP_WIDTH / 2;
		else if (moved > (u64)lp->screen.tau[k])
			t -= t > 0;
		lp->screen.width[k] = (u8)t;
		lp->screen.tau[k] = (s64)max(mean, 1ULL);
		paid += aios_mul_u64((u64)lp->y[k], mean);
	}
	if (!paid)
		paid = (u128)1 << (LP_Y_BITS - 2);
	paid = min(paid, (u128)LP_LIMIT);
	for (k = 0; k < lp->m; k++) {
		u64 share = (u64)paid / lp->m / (u64)lp->screen.tau[k];
		u64 room = ((u64)lp->y[k] + share) >> lp->screen.width[k];

		lp->screen.tau[k] = (s64)min(room + 1, (u64)LP_LIMIT);
	}
}

/*
 * Shift tau like the prices, rounded up; its products with any column fit, too, or
 * the box is made smaller.
 */
static void lp_prepare_tau(struct aios_lp *lp)
{
	u32 shift = lp->prices.shift, k;
	u128 total = 0;

	for (k = 0; k < lp->m; k++) {
		lp->step.rho[k] = (lp->screen.tau[k] >> shift) + 1;
		total += (u128)(u64)lp->step.rho[k] << lp->row[k].bits;
	}
	while (total >> 61) {
		total = 0;
		for (k = 0; k < lp->m; k++) {
			lp->screen.tau[k] >>= 1;
			lp->step.rho[k] = (lp->screen.tau[k] >> shift) + 1;
			total += (u128)(u64)lp->step.rho[k] << lp->row[k].bits;
		}
	}
}

/*
 * Make the current prices the reference and list what they leave undecided.
 * The search may go 2^LP_REACH times as far as the box, and then has to be
 * confirmed with the next one.
 */
void aios_lp_recentre(struct aios_lp *lp, bool first)
{
	bool dense = lp->dense;
	u32 i, k, n = 0;
	s64 error;

	aios_lp_prepare_prices(lp, lp->y);
	lp_choose_tau(lp, first);
	lp_prepare_tau(lp);
	error = lp->prices.error + 1;
	memcpy(lp->screen.y_ref, lp->y, lp->m * sizeof(lp->y[0]));
	lp->screen.box = true;
	lp->screen.wide = false;
	lp->screen.outgrown = false;
	lp->screen.covered = true;
	for (i = 0; i < lp->n; i++) {
		s64 d = lp_reduced64(lp, i, dense);
		s64 open = lp_dot64(lp, i, lp->step.rho, dense) + error;
		s32 side = lp->side[i];

		lp->flags[i] &= ~LP_LISTED;
		if (side == LP_OUT && !(lp->flags[i] & LP_BASIC))
			continue;
		if (side == LP_OUT || aios_abs64(d) <= (u64)open) {
			lp->flags[i] |= LP_LISTED;
			lp_list_entry(lp, n++, i, d);
			continue;
		}
		if (side > 0 ? d < 0 : d > 0)
			lp_flip(lp, i);
	}
	lp->screen.n = n;
	lp->solve.passes++;
	lp_price_slacks(lp);
	for (k = 0; k < lp->m; k++) {
		s64 reach = min(lp->screen.tau[k], LP_LIMIT >> LP_REACH) << LP_REACH;

		lp_interval(lp, k, reach);
	}
}

/*
 * After a solve the box can be narrower: warm starts have the fewer columns to
 * look at. The new box lies within the old one, so the columns that are not
 * listed stay where they are, and only the list is read.
 */
void aios_lp_narrow(struct aios_lp *lp)
{
	bool dense = lp->dense;
	u32 j, k, n = 0;
	s64 error;

	if (!lp->screen.box || lp->screen.n < LP_NARROW)
		return;
	for (k = 0; k < lp->m; k++) {
		s64 moved = (s64)aios_abs64(lp->y[k] - lp->screen.y_ref[k]);

		/*
		 * The next solve has to draw up the list anew, which takes a pass.
		 */
		if (lp->screen.tau[k] - moved < lp->screen.tau[k] >> LP_NARROWER)
			lp->screen.wide = true;
	}
	for (k = 0; k < lp->m; k++)
		lp->screen.width[k] = min(lp->screen.width[k] + LP_NARROWER, LP_WIDTH_MAX);
	if (lp->screen.wide)
		return;
	for (k = 0; k < lp->m; k++) {
		lp->screen.tau[k] >>= LP_NARROWER;
		lp->screen.y_ref[k] = lp->y[k];
		lp_interval(lp, k, lp->screen.tau[k] << LP_REACH);
	}
	aios_lp_prepare_prices(lp, lp->y);
	lp_prepare_tau(lp);
	error = lp->prices.error + 1;
	lp->screen.kept = false;
	for (j = 0; j < lp->screen.n; j++) {
		u32 i = lp->screen.list[j];
		s64 d = lp_reduced64(lp, i, dense);
		s64 open = lp_dot64(lp, i, lp->step.rho, dense) + error;

		if (lp->flags[i] & LP_BASIC || aios_abs64(d) <= (u64)open)
			lp->screen.list[n++] = (u16)i;
		else
			lp->flags[i] &= ~LP_LISTED;
	}
	lp->screen.n = n;
}
