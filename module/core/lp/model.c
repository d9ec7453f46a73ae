// SPDX-License-Identifier: GPL-2.0
/*
 * The model of the linear program: its layout in the caller's memory, and
 * changes to rows and columns, which keep the sums that the search starts from
 * exact, so that neither a cold nor a warm solve has to read the matrix first.
 */
#include "core/lp/internal.h"

static size_t lp_carve(size_t *offset, size_t bytes)
{
	size_t at = *offset;

	*offset = ALIGN(at + bytes, (size_t)16);
	return at;
}

static size_t lp_layout(struct aios_lp *lp, u32 n, u32 m, u32 nz)
{
	u8 *base = (u8 *)lp;
	bool dense = !nz || 5 * nz >= 4 * m;
	u32 stride = dense ? m : nz;
	size_t at = 0;
	size_t entries = (size_t)n * stride;
	size_t w, lo, hi, x, delta, alpha, a, idx, list, cand, side, flags, binv;

	lp_carve(&at, sizeof(*lp));
	binv = lp_carve(&at, (size_t)m * m * sizeof(s64));
	w = lp_carve(&at, n * sizeof(s64));
	lo = lp_carve(&at, n * sizeof(u64));
	hi = lp_carve(&at, n * sizeof(u64));
	x = lp_carve(&at, n * sizeof(u64));
	delta = lp_carve(&at, n * sizeof(s64));
	alpha = lp_carve(&at, n * sizeof(s64));
	a = lp_carve(&at, entries * sizeof(u32));
	idx = lp_carve(&at, dense ? 0 : entries);
	list = lp_carve(&at, n * sizeof(u16));
	cand = lp_carve(&at, n * sizeof(u16));
	side = lp_carve(&at, n);
	flags = lp_carve(&at, n);
	if (!lp)
		return at;

	memset(lp, 0, sizeof(*lp));
	lp->n_max = n;
	lp->m_max = m;
	lp->dense = dense;
	lp->stride = stride;
	lp->basis.binv = (s64 *)(base + binv);
	lp->w = (s64 *)(base + w);
	lp->lo = (u64 *)(base + lo);
	lp->hi = (u64 *)(base + hi);
	lp->x = (u64 *)(base + x);
	lp->screen.delta = (s64 *)(base + delta);
	lp->screen.alpha = (s64 *)(base + alpha);
	lp->a = (u32 *)(base + a);
	lp->idx = base + idx;
	lp->screen.list = (u16 *)(base + list);
	lp->screen.cand = (u16 *)(base + cand);
	lp->side = (s8 *)(base + side);
	lp->flags = base + flags;
	return at;
}

static bool lp_sizes_ok(u32 n_max, u32 m_max, u32 nz_max)
{
	return n_max <= AIOS_LP_N_MAX && m_max <= AIOS_LP_M_MAX &&
	       nz_max <= m_max;
}

size_t aios_lp_size(u32 n_max, u32 m_max, u32 nz_max)
{
	if (!lp_sizes_ok(n_max, m_max, nz_max))
		return 0;
	return lp_layout(NULL, n_max, m_max, nz_max);
}

struct aios_lp *aios_lp_init(void *mem, u32 n_max, u32 m_max, u32 nz_max,
			     u32 x_frac)
{
	struct aios_lp *lp = mem;

	if (!lp_sizes_ok(n_max, m_max, nz_max) || x_frac > AIOS_LP_X_FRAC_MAX)
		return NULL;
	lp_layout(lp, n_max, m_max, nz_max);
	lp->x_frac = x_frac;
	lp->w_bits = 1;
	lp->y_frac = LP_Y_BITS - 1;
	return lp;
}

u32 aios_lp_columns(const struct aios_lp *lp)
{
	return lp->n;
}

u32 aios_lp_rows(const struct aios_lp *lp)
{
	return lp->m;
}

s64 aios_lp_weight(const struct aios_lp *lp, u32 i)
{
	return lp->w[i];
}

u64 aios_lp_coefficient(const struct aios_lp *lp, u32 i, u32 k)
{
	const u32 *a = lp_column(lp, i);
	u32 z, nz = lp_entries(lp), found = 0;

	if (lp->dense)
		return (u64)a[k] << lp->row[k].shift;
	for (z = 0; z < nz; z++)
		if (lp_entry_row(lp, i, z) == k)
			found = max(found, a[z]);
	return (u64)found << lp->row[k].shift;
}

u64 aios_lp_x(const struct aios_lp *lp, u32 i)
{
	return lp->x[i];
}

/* Recompute the right-hand side of a row in its stored unit. */
static void lp_row_rhs(struct aios_lp *lp, u32 k)
{
	struct lp_row *row = &lp->row[k];
	s128 exact = ((s128)row->b << lp->x_frac) - (s128)row->base;
	s128 rhs = exact >> row->shift;

	row->clipped = rhs * ((s128)1 << row->shift) != exact;
	if (lp->solve.live)
		lp->res[k] += rhs - row->rhs;
	row->rhs = rhs;
}

int aios_lp_set_row(struct aios_lp *lp, u32 k, u64 b)
{
	if (k >= lp->m_max || b > AIOS_LP_B_MAX)
		return -EINVAL;
	if (k >= lp->m) {
		lp->m = k + 1;
		lp->solve.live = false;
		lp->solve.rescues = 0;
	}
	lp->row[k].b = b;
	lp_row_rhs(lp, k);
	return 0;
}

/* Give a row a coarser unit. */
static void lp_row_coarsen(struct aios_lp *lp, u32 k, u32 extra)
{
	struct lp_row *row = &lp->row[k];
	u32 i, z, nz = lp_entries(lp);
	u128 demand = 0;
	u32 bits = 0;

	for (i = 0; i < lp->n; i++) {
		for (z = 0; z < nz; z++) {
			u32 *a = &lp->a[(size_t)i * lp->stride + z];
			u32 stored = *a;

			if (!stored || lp_entry_row(lp, i, z) != k)
				continue;
			*a = (u32)aios_shift_up_u128(stored, extra);
			if (((u64)*a << extra) != stored)
				row->inexact = true;
			bits = max(bits, aios_bits64(*a));
			demand += aios_mul_u64(*a, lp_range(lp, i));
		}
	}
	row->bits = (u8)bits;
	row->demand = demand;
	row->drift = aios_shift_up_u128(row->drift, extra);
	row->shift += extra;
	lp->solve.live = false;
	lp_row_rhs(lp, k);
}

/* Add a * lo to a row's base, or take a lower bound of it away. */
static void lp_base_move(struct aios_lp *lp, u32 i, u64 lo, bool add)
{
	u32 z, nz = lp_entries(lp);

	if (!lo)
		return;
	for (z = 0; z < nz; z++) {
		u64 a = lp_column(lp, i)[z];
		u32 k = lp_entry_row(lp, i, z);
		struct lp_row *row = &lp->row[k];

		if (!a)
			continue;
		if (row->inexact) {
			row->drift += lo;
			a = add ? a << row->shift : ((a - 1) << row->shift) + 1;
		} else {
			a <<= row->shift;
		}
		if (add)
			row->base += aios_mul_u64(a, lo);
		else
			row->base -= aios_mul_u64(a, lo);
		lp_row_rhs(lp, k);
	}
}

static void lp_demand_move(struct aios_lp *lp, u32 i, s64 range)
{
	u32 z, nz = lp_entries(lp);

	for (z = 0; z < nz; z++)
		lp->row[lp_entry_row(lp, i, z)].demand +=
			(u128)((s128)(s64)lp_column(lp, i)[z] * range);
	lp->range_sum += (u64)range;
	lp->range_max = max(lp->range_max, lp_range(lp, i));
}

/* Take a column's value out of the point; it is at its lower bound then. */
static void lp_withdraw(struct aios_lp *lp, u32 i)
{
	if (!lp->solve.live)
		return;
	if (lp->flags[i] & LP_BASIC) {
		lp->solve.near = false;
		return;
	}
	if (lp->screen.moved_n < LP_MOVED)
		lp->screen.moved[lp->screen.moved_n++] = (u16)i;
	else
		lp->screen.kept = false;
	lp->objective -= (s128)lp->w[i] * (s64)lp->x[i];
	lp_res_add(lp, i, (s64)(lp->x[i] - lp->lo[i]));
	lp->side[i] = LP_OUT;
}

/*
 * Put a nonbasic column that lp_withdraw() took out, or a new one, on the side
 * that the reference prices favour, and into the list if they leave it open.
 */
void aios_lp_place(struct aios_lp *lp, u32 i)
{
	s64 threshold = 0, d = lp_weight(lp, i) >> LP_DELTA_DROP;
	s128 exact = lp_weight(lp, i), tau = 0;
	u32 z, nz = lp_entries(lp);

	if (!lp->solve.live || lp->flags[i] & LP_BASIC)
		return;
	if (!lp_range(lp, i)) {
		lp->side[i] = LP_OUT;
		lp->x[i] = lp->lo[i];
		lp->objective += (s128)lp->w[i] * (s64)lp->x[i];
		return;
	}
	for (z = 0; z < nz; z++) {
		u32 a = lp_column(lp, i)[z];
		u32 k = lp_entry_row(lp, i, z);

		exact -= (s128)lp->screen.y_ref[k] * a;
		tau += (s128)lp->screen.tau[k] * a;
	}
	d = aios_clamp_s128(exact, LP_LIMIT);
	threshold = aios_clamp_s128(tau, LP_LIMIT);
	lp->side[i] = d >= 0 ? LP_UPPER : LP_LOWER;
	lp->x[i] = d >= 0 ? lp->hi[i] : lp->lo[i];
	lp->objective += (s128)lp->w[i] * (s64)lp->x[i];
	lp_res_add(lp, i, -(s64)(lp->x[i] - lp->lo[i]));
	if (lp->flags[i] & LP_LISTED)
		return;
	if (!lp->screen.box || aios_abs64(d) <= (u64)threshold) {
		lp->flags[i] |= LP_LISTED;
		lp->screen.list[lp->screen.n++] = (u16)i;
	}
}

/* Choose the format of prices for the weights as they are now. */
void aios_lp_scale_weights(struct aios_lp *lp)
{
	u64 all = 1;
	u32 i;

	for (i = 0; i < lp->n; i++)
		all |= aios_abs64(lp->w[i]);
	lp->w_bits = aios_bits64(all);
	lp->y_frac = LP_Y_BITS - lp->w_bits;
}

static void lp_note_weight(struct aios_lp *lp, s64 w)
{
	u32 bits = aios_bits64(aios_abs64(w));

	if (bits <= lp->w_bits)
		return;
	/* Prices change their format: what was kept in it is void. */
	lp->w_bits = bits;
	lp->y_frac = LP_Y_BITS - bits;
	lp->solve.live = false;
}

static int lp_column_check(const struct aios_lp *lp, u32 i,
			   const struct aios_lp_column *col)
{
	u32 z, nz = 0;
	s32 last = -1;

	if (i > lp->n || aios_abs64(col->w) > AIOS_LP_W_MAX ||
	    col->lo > col->hi || col->hi > AIOS_LP_X_MAX)
		return -EINVAL;
	for (z = 0; z < col->nz; z++) {
		u32 k = col->rows ? col->rows[z] : z;

		if ((s32)k <= last || k >= lp->m || col->a[z] > AIOS_LP_A_MAX)
			return -EINVAL;
		last = (s32)k;
		nz += col->a[z] != 0;
	}
	if (i >= lp->n_max || (!lp->dense && nz > lp->stride))
		return -ENOSPC;
	return 0;
}

/* Store the coefficients, rounding up, and add them to base, exactly. */
static void lp_store(struct aios_lp *lp, u32 i, const struct aios_lp_column *col)
{
	u32 *a = &lp->a[(size_t)i * lp->stride];
	u32 z, used = 0;

	memset(a, 0, lp->stride * sizeof(*a));
	if (!lp->dense)
		memset(&lp->idx[(size_t)i * lp->stride], 0, lp->stride);
	for (z = 0; z < col->nz; z++) {
		u32 k = col->rows ? col->rows[z] : z;
		struct lp_row *row = &lp->row[k];
		u64 v = col->a[z];
		u32 stored = (u32)aios_shift_up_u128(v, row->shift);
		u32 at = lp->dense ? k : used;

		if (!v)
			continue;
		if (((u64)stored << row->shift) != v)
			row->inexact = true;
		if (aios_bits64(stored) > row->bits) {
			row->bits = (u8)aios_bits64(stored);
			lp->basis.stale = true;
		}
		a[at] = stored;
		if (!lp->dense)
			lp->idx[(size_t)i * lp->stride + at] = (u8)k;
		used++;
		if (col->lo) {
			row->base += aios_mul_u64(v, col->lo);
			lp_row_rhs(lp, k);
		}
	}
}

int aios_lp_set_column(struct aios_lp *lp, u32 i,
		       const struct aios_lp_column *col)
{
	int ret = lp_column_check(lp, i, col);
	u32 z;

	if (ret)
		return ret;
	if (i < lp->n)
		aios_lp_clear_column(lp, i);
	for (z = 0; z < col->nz; z++) {
		u32 k = col->rows ? col->rows[z] : z;
		/* Rounding up may carry into one bit more. */
		u32 bits = aios_bits64(col->a[z]);
		u32 need = bits > LP_A_BITS ? bits - LP_A_BITS : 0;

		if (need && aios_bits64((u64)aios_shift_up_u128(col->a[z], need)) >
			    LP_A_BITS)
			need++;
		if (need > lp->row[k].shift)
			lp_row_coarsen(lp, k, need - lp->row[k].shift);
	}
	if (i == lp->n) {
		lp->n++;
		lp->flags[i] = 0;
		lp->side[i] = LP_OUT;
		lp->screen.kept = false;
	}
	lp_note_weight(lp, col->w);
	lp->w[i] = col->w;
	lp->lo[i] = col->lo;
	lp->hi[i] = col->hi;
	lp->x[i] = col->lo;
	lp->negative += col->w < 0;
	lp->w_hi += (s128)col->w * (s64)col->hi;
	lp_store(lp, i, col);
	lp_demand_move(lp, i, (s64)lp_range(lp, i));
	if (lp->flags[i] & LP_BASIC)
		lp->basis.stale = true;
	aios_lp_place(lp, i);
	return 0;
}

void aios_lp_clear_column(struct aios_lp *lp, u32 i)
{
	lp_withdraw(lp, i);
	lp_demand_move(lp, i, -(s64)lp_range(lp, i));
	lp_base_move(lp, i, lp->lo[i], false);
	lp->w_hi -= (s128)lp->w[i] * (s64)lp->hi[i];
	lp->negative -= lp->w[i] < 0;
	memset(&lp->a[(size_t)i * lp->stride], 0, lp->stride * sizeof(u32));
	lp->w[i] = 0;
	lp->lo[i] = 0;
	lp->hi[i] = 0;
	lp->x[i] = 0;
	if (lp->flags[i] & LP_BASIC)
		lp->basis.stale = true;
}

int aios_lp_set_bounds(struct aios_lp *lp, u32 i, u64 lo, u64 hi)
{
	if (i >= lp->n || lo > hi || hi > AIOS_LP_X_MAX)
		return -EINVAL;
	lp_withdraw(lp, i);
	lp_demand_move(lp, i, -(s64)lp_range(lp, i));
	if (lo != lp->lo[i]) {
		lp_base_move(lp, i, lp->lo[i], false);
		lp_base_move(lp, i, lo, true);
	}
	lp->w_hi += (s128)lp->w[i] * ((s64)hi - (s64)lp->hi[i]);
	lp->lo[i] = lo;
	lp->hi[i] = hi;
	lp_demand_move(lp, i, (s64)lp_range(lp, i));
	aios_lp_place(lp, i);
	return 0;
}

int aios_lp_set_weight(struct aios_lp *lp, u32 i, s64 w)
{
	if (i >= lp->n || aios_abs64(w) > AIOS_LP_W_MAX)
		return -EINVAL;
	lp_withdraw(lp, i);
	lp_note_weight(lp, w);
	lp->w_hi += ((s128)w - lp->w[i]) * (s64)lp->hi[i];
	lp->negative += (w < 0) - (lp->w[i] < 0);
	lp->w[i] = w;
	if (lp->flags[i] & LP_BASIC)
		lp->solve.priced = false;
	aios_lp_place(lp, i);
	return 0;
}
