/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle of the allocator's tests: linear programs solved in rational
 * numbers, without rounding, by the textbook simplex method.
 */
#ifndef LP_EXACT_H
#define LP_EXACT_H

#include <gmp.h>

#include "lp_families.h"

enum lp_exact_status {
	LP_EXACT_OPTIMAL,
	LP_EXACT_INFEASIBLE,
};

/*
 * Solve the instance; objective is an initialised rational in units of w times
 * 2^-x_frac, written when the status is optimal.
 */
enum lp_exact_status lp_exact_solve(const struct lp_instance *p,
				    mpq_t objective);

/*
 * Check, from the instance and not the model, that x is feasible, that
 * objective is its value, and that gap bounds the distance to the optimum.
 * NULL, or what is wrong.
 */
const char *lp_exact_check(const struct lp_instance *p, const u64 *x,
			   const struct aios_lp_result *res);

void lp_mpz_set_s128(mpz_t z, s128 v);

#endif /* LP_EXACT_H */
