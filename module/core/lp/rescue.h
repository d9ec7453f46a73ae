/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two files of the search in floating point share. It works in the memory of
 * the search in fixed point: binv, col, y64, rho, alpha and delta are lp_floats there,
 * alpha and delta by column and not by place in a list; res means the same.
 */
#ifndef AIOS_CORE_LP_RESCUE_H
#define AIOS_CORE_LP_RESCUE_H

#include "core/lp/float.h"
#include "core/lp/internal.h"

#define RESCUE_NOISE	46	/* digits of a sum that are good */

static __always_inline lp_float *rescue_row(const struct aios_lp *lp, u32 p)
{
	return lp->basis.binv + (size_t)p * lp->m_max;
}

struct rescue_sum {
	s128 value;	/* sum of scaled * a */
	u128 size;	/* the same of their absolute values */
};

/* rescue_basis.c */
s32 aios_rescue_align(struct aios_lp *lp, const lp_float *v);
struct rescue_sum aios_rescue_dot(const struct aios_lp *lp, u32 i);
void aios_rescue_put(struct aios_lp *lp, u32 i, s32 side);
void aios_rescue_column(struct aios_lp *lp, u32 i);
lp_float aios_rescue_unit(const struct aios_lp *lp, u32 p, lp_float v);
void aios_rescue_pivot(struct aios_lp *lp, u32 p, u32 entering);
void aios_rescue_leave(struct aios_lp *lp, u32 p, s32 side);
void aios_rescue_factor(struct aios_lp *lp);
void aios_rescue_dual(struct aios_lp *lp);

#endif /* AIOS_CORE_LP_RESCUE_H */
