/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random changes of a linear program, for the tests of warm solves.
 */
#ifndef LP_CHANGE_H
#define LP_CHANGE_H

#include "lp_families.h"

/* Column i becomes column j of @other, which has as many rows. */
void lp_instance_replace(struct lp_instance *p, struct aios_lp *lp, u32 i,
			 const struct lp_instance *other, u32 j);

/*
 * One random change to the instance and its model: a job ends, another takes its
 * place (a column of @other, which has as many rows), a weight, bounds, or a
 * capacity change.
 */
void lp_instance_change(struct lp_instance *p, struct aios_lp *lp, u64 *s,
			const struct lp_instance *other);

#endif /* LP_CHANGE_H */
