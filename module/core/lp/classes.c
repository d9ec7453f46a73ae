// SPDX-License-Identifier: GPL-2.0
/*
 * A start for programs with many equal columns (arrays of jobs): columns with the
 * same weight and coefficients are one while the search finds the basis and the
 * prices. That basis is one of the whole program, too: in a class whose column is
 * basic, members go to their upper bounds as far as its value reaches, the next
 * one is basic, and the rest stay at their lower bounds.
 */
#include "core/lp/internal.h"

#define LP_CLASSES_MIN	32U	/* with fewer columns nothing is gained */
#define LP_CLASSES_MAX	AIOS_LP_M_MAX	/* classes: their scratch is that of rows */
#define LP_CLASSES_SLOTS 256U	/* of the hash table, a power of two */
#define LP_CLASSES_PART	4U	/* classes are this part of the columns at most */

#define LP_EMPTY	0xffU

static u32 lp_hash(const struct aios_lp *lp, u32 i)
{
	const u32 *a = lp_column(lp, i);
	u64 h = (u64)lp->w[i] * 0x9e3779b97f4a7c15ULL;
	u32 z, nz = lp_entries(lp);

	for (z = 0; z < nz; z++)
		h = (h ^ a[z]) * 0xff51afd7ed558ccdULL;
	return (u32)(h >> 40);
}

static bool lp_equal(const struct aios_lp *lp, u32 i, u32 j)
{
	u32 nz = lp_entries(lp);

	if (lp->w[i] != lp->w[j] ||
	    memcmp(lp_column(lp, i), lp_column(lp, j), nz * sizeof(u32)))
		return false;
	return lp->dense ||
	       !memcmp(lp_column_rows(lp, i), lp_column_rows(lp, j), nz);
}

/*
 * Make each class one column, its first, with the range of all: at the start all
 * are at their upper bounds, so nothing else changes. list has these columns,
 * offset their own upper bounds, x of the other members the class. Returns the
 * number of classes, 0 when there are too many to gain anything.
 */
static u32 lp_merge(struct aios_lp *lp)
{
	u8 table[LP_CLASSES_SLOTS];
	u32 i, c, n = 0, most = min(LP_CLASSES_MAX, lp->n / LP_CLASSES_PART);

	memset(table, LP_EMPTY, sizeof(table));
	for (i = 0; i < lp->n; i++) {
		u32 at = lp_hash(lp, i) % LP_CLASSES_SLOTS;

		if (lp->side[i] == LP_OUT)
			continue;
		while (table[at] != LP_EMPTY &&
		       !lp_equal(lp, lp->screen.list[table[at]], i))
			at = (at + 1) % LP_CLASSES_SLOTS;
		if (table[at] != LP_EMPTY) {
			u32 first = lp->screen.list[table[at]];

			lp->hi[first] += lp_range(lp, i);
			lp->x[first] = lp->hi[first];
			lp->x[i] = table[at];
			continue;
		}
		if (n == most)
			break;
		table[at] = (u8)n;
		lp->screen.list[n] = (u16)i;
		lp->step.offset[n++] = (s128)lp->hi[i];
	}
	if (i == lp->n)
		return n;
	for (c = 0; c < n; c++)
		lp->hi[lp->screen.list[c]] = (u64)lp->step.offset[c];
	memcpy(lp->x, lp->hi, i * sizeof(*lp->x));
	return 0;
}

/*
 * What the first columns have become, before they are members as the others: in
 * scaled the value of a basic one above its lower bound, else -1; in res2 the
 * position in the basis.
 */
static void lp_read_classes(struct aios_lp *lp, u32 n)
{
	u32 c, p;

	aios_lp_basis_primal(lp, lp->res);
	aios_lp_basis_refine(lp);
	for (c = 0; c < n; c++) {
		u32 i = lp->screen.list[c];
		s128 x;

		lp->step.scaled[c] = -1;
		if (!(lp->flags[i] & LP_BASIC))
			continue;
		for (p = 0; lp->basis.head[p] != i; p++)
			;
		x = aios_shift_s128(lp->step.xt[p], lp->basis.gamma[p] +
				    lp->basis.bexp[p] - lp->step.fs);
		/* These are less than all, so that some member is basic. */
		lp->step.scaled[c] = clamp(x, (s128)0, (s128)lp_range(lp, i) - 1);
		lp->step.res2[c] = (s128)p;
	}
}

/*
 * Member i of class c, whose column has become basic, at a bound or basic itself.
 * The objective has its w * lo, unless it was the column.
 */
static void lp_split_basic(struct aios_lp *lp, u32 i, u32 c)
{
	bool first = lp->screen.list[c] == i, basic = false;
	u64 range = lp_range(lp, i);

	if (lp->step.res2[c] >= 0 && lp->step.scaled[c] < (s128)range) {
		lp->basis.head[lp->step.res2[c]] = (u16)i;
		lp->step.res2[c] = -1;
		lp->step.scaled[c] = 0;
		basic = true;
	}
	lp->flags[i] = basic ? LP_BASIC : 0;
	lp->side[i] = LP_LOWER;
	lp->x[i] = lp->lo[i];
	if (basic) {
		lp->side[i] = LP_OUT;
		if (!first)
			lp->objective -= (s128)lp->w[i] * (s64)lp->lo[i];
		return;
	}
	if (first)
		lp->objective += (s128)lp->w[i] * (s64)lp->lo[i];
	if (lp->step.scaled[c] < (s128)range)
		return;
	lp->step.scaled[c] -= (s128)range;
	lp_flip(lp, i);
}

/* Let every column stand for itself again. */
static void lp_split(struct aios_lp *lp, u32 n)
{
	u32 i, c, next = 0;

	lp_read_classes(lp, n);
	for (c = 0; c < n; c++)
		lp->hi[lp->screen.list[c]] = (u64)lp->step.offset[c];
	for (i = 0; i < lp->n; i++) {
		if (lp->side[i] == LP_OUT && !(lp->flags[i] & LP_BASIC))
			continue;
		c = next < n && lp->screen.list[next] == i ? next++ : (u32)lp->x[i];
		if (lp->step.scaled[c] >= 0) {
			lp_split_basic(lp, i, c);
			continue;
		}
		lp->side[i] = lp->side[lp->screen.list[c]];
		lp->x[i] = lp->side[i] == LP_UPPER ? lp->hi[i] : lp->lo[i];
	}
	lp->step.settled = false;
}

/*
 * Solve by classes, after lp_start_cold(). Returns false, with nothing changed, if
 * that is no use.
 */
bool aios_lp_classes(struct aios_lp *lp, enum lp_outcome *ret)
{
	u32 n = lp->n < LP_CLASSES_MIN ? 0 : lp_merge(lp);

	if (!n)
		return false;
	aios_lp_list_open(lp, n);
	aios_lp_list_refresh(lp);
	*ret = aios_lp_simplex(lp);
	lp_split(lp, n);
	return true;
}
