// SPDX-License-Identifier: GPL-2.0
/*
 * Random changes of a linear program, made to the instance and its model alike,
 * for the tests of warm solves.
 */
#include <stdlib.h>

#include "lp_change.h"

void lp_instance_replace(struct lp_instance *p, struct aios_lp *lp, u32 i,
			 const struct lp_instance *other, u32 j)
{
	struct aios_lp_column col;

	p->w[i] = other->w[j];
	p->lo[i] = other->lo[j];
	p->hi[i] = other->hi[j];
	memcpy(&p->a[(size_t)i * p->m], &other->a[(size_t)j * p->m],
	       p->m * sizeof(*p->a));
	col = (struct aios_lp_column){
		.w = p->w[i], .lo = p->lo[i], .hi = p->hi[i],
		.nz = p->m, .a = &p->a[(size_t)i * p->m],
	};
	if (aios_lp_set_column(lp, i, &col))
		abort();
}

void lp_instance_change(struct lp_instance *p, struct aios_lp *lp, u64 *s,
			const struct lp_instance *other)
{
	u32 i = (u32)lp_random_below(s, p->n), k;
	u64 one = 1ULL << p->x_frac;
	int ret = 0;

	switch (lp_random_below(s, 8)) {
	case 0:		/* another job in its place */
	case 1:
		lp_instance_replace(p, lp, i, other,
				    (u32)lp_random_below(s, other->n));
		break;
	case 2:		/* the job ends */
		p->w[i] = 0;
		p->lo[i] = 0;
		p->hi[i] = 0;
		memset(&p->a[(size_t)i * p->m], 0, p->m * sizeof(*p->a));
		aios_lp_clear_column(lp, i);
		break;
	case 3:
		p->w[i] = (s64)lp_random_below(s, 2 * (u64)aios_abs64(p->w[i]) + 2);
		ret = aios_lp_set_weight(lp, i, p->w[i]);
		break;
	case 4:
	case 5:
		p->hi[i] = lp_random_below(s, 2 * p->hi[i] + one / 64 + 1);
		p->hi[i] = min(p->hi[i], AIOS_LP_X_MAX);
		p->lo[i] = lp_random_below(s, 20) ? 0 : p->hi[i] / 4;
		ret = aios_lp_set_bounds(lp, i, p->lo[i], p->hi[i]);
		break;
	default:
		k = (u32)lp_random_below(s, p->m);
		p->b[k] -= p->b[k] / 50 ? lp_random_below(s, p->b[k] / 50) : 0;
		if (lp_random_below(s, 2))
			p->b[k] += p->b[k] / 40;
		ret = aios_lp_set_row(lp, k, p->b[k]);
	}
	if (ret)
		abort();
}
