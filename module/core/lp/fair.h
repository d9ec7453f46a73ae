/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The other objectives over the rows and bounds of a linear program: max-min
 * fairness, dominant-resource fairness and proportional fairness. They share
 * the model of lp.h, leave x where aios_lp_x() reads it, and take group limits
 * as rows like any other.
 */
#ifndef AIOS_CORE_LP_FAIR_H
#define AIOS_CORE_LP_FAIR_H

#include "core/lp/lp.h"

/**
 * struct aios_lp_fair_result - how a fair allocation was found
 * @status: enum aios_lp_status; capped when the yield callback said stop, then
 *	x is feasible and as fair as it had become
 * @row: the row that the lower bounds exceed, when infeasible
 * @phases: times that a row became full
 * @passes: passes over the whole matrix
 */
struct aios_lp_fair_result {
	enum aios_lp_status status;
	u32 row;
	u32 phases;
	u32 passes;
};

/**
 * aios_lp_max_min() - the lexicographically largest sorted vector of x_i / w_i
 * @lp: model; columns with w <= 0 stay at their lower bound
 * @opt: the yield callback is used; NULL: none
 * @res: what happened
 *
 * Progressive filling (D. Bertsekas, R. Gallager, "Data Networks", 6.5.2): all
 * columns rise together, each as fast as its weight, from its lower bound on,
 * until a row is full; its columns stay, the others go on. The answer is
 * optimal if each column below its upper bound has a full row in which no
 * column above its lower bound has a larger x_i / w_i. "Full" is meant on the
 * grid: raising the common level by one step would break the row. Weights more
 * than a factor R below the largest count as if they were not, where R is 2^62
 * over a quarter of the largest upper bound as an integer: 2^40 for x up to one
 * with 24 fraction bits, 2^18 for the largest x.
 *
 * The level at which the next row fills is found by Newton's method from below:
 * mostly in fewer than ten passes over the matrix, in at most 133.
 */
void aios_lp_max_min(struct aios_lp *lp, const struct aios_lp_options *opt,
		     struct aios_lp_fair_result *res);

/**
 * aios_lp_drf() - weighted dominant-resource fairness
 * @lp: model
 * @resources: the first so many rows are resources; the others are limits only
 * @opt: as for aios_lp_max_min()
 * @res: as for aios_lp_max_min()
 *
 * Max-min of the dominant shares x_i max_k (a_ik / b_k) / w_i over the resource
 * rows (A. Ghodsi and others, "Dominant Resource Fairness", NSDI 2011), with
 * the bounds and all rows respected. The test of optimality is the same.
 */
void aios_lp_drf(struct aios_lp *lp, u32 resources,
		 const struct aios_lp_options *opt,
		 struct aios_lp_fair_result *res);

/**
 * aios_lp_fair_verify() - the test of optimality, applied to x
 * @lp: model, solved by one of these two
 * @opt: the yield callback is used; NULL: none
 * @full: bit k is set where row k is full
 *
 * Two passes over the whole matrix that share no state with the filling but
 * the model, x and the rates: rows and bounds hold, and each column below its
 * upper bound has a full row in which no column above its lower bound stands
 * higher by a step of the grid. Levels are compared by cross products.
 *
 * Return: 0, -ERANGE when x breaks a row or a bound, -EDOM when it breaks none
 * but is not proven the fairest, -EINTR when the callback said stop.
 */
int aios_lp_fair_verify(struct aios_lp *lp, const struct aios_lp_options *opt,
			u64 *full);

/**
 * aios_lp_fair_holder() - the row that holds a column back
 * @lp: model, just verified
 * @i: column
 * @full: as aios_lp_fair_verify() told
 *
 * Return: a full row in which no column above its lower bound stands higher by a
 * step of the grid; AIOS_LP_M_MAX: there is none.
 */
u32 aios_lp_fair_holder(const struct aios_lp *lp, u32 i, u64 full);

/**
 * aios_lp_rate() - how fast column i rose in the last of these two
 * @lp: model
 * @i: column
 *
 * Return: x_i for each level, with 62 fraction bits; 0: it stays at its lower
 * bound.
 */
u64 aios_lp_rate(const struct aios_lp *lp, u32 i);

/**
 * struct aios_lp_proportional_result - a proportionally fair allocation
 * @status: enum aios_lp_status; optimal when the gap is at most what was asked
 * @row: the row that the lower bounds exceed, when infeasible
 * @passes: passes over the whole matrix
 * @gap: certified: no feasible x has a sum of w_i log x_i (natural logarithm)
 *	above that of the answer by more than @gap times the sum of w_i; with 32
 *	fraction bits, rounded up, U64_MAX when nothing is certified
 * @y_shift: fraction bits of aios_lp_price(): weight for one unit of b
 */
struct aios_lp_proportional_result {
	enum aios_lp_status status;
	u32 row;
	u32 passes;
	u32 y_shift;
	u64 gap;
};

/**
 * aios_lp_proportional() - the largest sum of w_i log x_i
 * @lp: model; columns with w <= 0, and those that use a row in which the lower
 *	bounds leave nothing, stay at their lower bound and do not count
 * @gap: the gap at which to stop, 32 fraction bits (4295: 10^-6)
 * @opt: iteration cap (passes; 0: 4000) and yield callback; NULL: none
 * @res: what happened
 *
 * The dual, min_y sum_k y_k b_k - sum_i w_i log(sum_k y_k a_ik), is a mixture
 * problem: prices are multiplied by use over capacity of their rows, which is
 * its expectation-maximisation step (T. Cover, IEEE Trans. Inf. Theory 30,
 * 1984), with over-relaxation. Scaling x - lo down makes it feasible exactly.
 * With c_i = sum_k y_k a_ik and r_i = c_i x_i / w_i the gap is at most
 *	sum_k y_k (b - A x)_k + sum_i w_i (r_i - 1)^2 / r_i
 * where the term of a column that tends to a bound is at most what is left to
 * that bound: w_i (hi_i - x_i) / x_i or c_i (x_i - lo_i). This is weak duality
 * with log r >= 1 - 1/r, evaluated in integers.
 */
void aios_lp_proportional(struct aios_lp *lp, u64 gap,
			  const struct aios_lp_options *opt,
			  struct aios_lp_proportional_result *res);

/**
 * aios_lp_proportional_verify() - compute the gap anew from x and the prices
 * @lp: model, solved by aios_lp_proportional()
 * @opt: the yield callback is used; NULL: none
 * @gap: as aios_lp_proportional_result::gap
 *
 * Two passes over the whole matrix that share no state with the search but the
 * model, x and the prices.
 *
 * Return: 0, -ERANGE when x breaks a row or a bound, -EINTR when the callback
 * said stop.
 */
int aios_lp_proportional_verify(struct aios_lp *lp,
				const struct aios_lp_options *opt, u64 *gap);

#endif /* AIOS_CORE_LP_FAIR_H */
