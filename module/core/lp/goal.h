/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program solved for one of the four objectives, with nothing called optimal
 * that its own proof does not accept: what AIOS_IOC_LP_SOLVE answers, and what
 * the tests compare with it bit for bit.
 */
#ifndef AIOS_CORE_LP_GOAL_H
#define AIOS_CORE_LP_GOAL_H

#include "core/lp/lp.h"

/**
 * enum aios_lp_goal - what a program is solved for
 * @AIOS_LP_GOAL_UTILITY: the largest sum of w_i x_i
 * @AIOS_LP_GOAL_MAXMIN: the lexicographically largest sorted vector of x_i / w_i
 * @AIOS_LP_GOAL_DRF: the same of the weighted dominant shares
 * @AIOS_LP_GOAL_PROPORTIONAL: the largest sum of w_i log x_i
 *
 * The values are those of AIOS_OBJECTIVE_UTILITY and so on in the ABI.
 */
enum aios_lp_goal {
	AIOS_LP_GOAL_UTILITY = 0,
	AIOS_LP_GOAL_MAXMIN = 1,
	AIOS_LP_GOAL_DRF = 2,
	AIOS_LP_GOAL_PROPORTIONAL = 3,
};

/**
 * struct aios_lp_answer - what came of it, whatever the objective
 * @goal: what it was solved for
 * @status: enum aios_lp_status
 * @row: the row that the lower bounds exceed, when infeasible
 * @iterations: pivots of a solve for utility, else passes over the matrix
 * @y_shift: fraction bits of what aios_lp_goal_price() gives
 * @d_shift: fraction bits of what aios_lp_goal_reduced_cost() gives
 * @full: rows that are full, one bit each; of the two fair objectives
 * @objective: sum of w_i x_i, exact, with x_frac fraction bits
 * @gap: utility: as in struct aios_lp_result. Proportional: what the sum of
 *	w_i log x_i may be short of the largest, with 24 fraction bits, rounded
 *	up. Max-min and drf: 0 when proven. S128_MAX: nothing is certified
 */
struct aios_lp_answer {
	enum aios_lp_goal goal;
	enum aios_lp_status status;
	u32 row;
	u32 iterations;
	u32 y_shift;
	u32 d_shift;
	u64 full;
	s128 objective;
	s128 gap;
};

/* A proportional solve ends at this gap: 10^-6 of all weights, 2^-32. */
#define AIOS_LP_LOG_GAP		4295U

/**
 * aios_lp_goal_solve() - solve for any objective, and prove the answer
 * @lp: model
 * @goal: the objective
 * @resources: of drf: the first so many rows count; 0: all
 * @opt: how to solve; NULL: all zero
 * @answer: the answer
 *
 * An answer of the fair objectives that aios_lp_fair_verify() does not accept
 * is capped: feasible by construction, and proven nothing else.
 */
void aios_lp_goal_solve(struct aios_lp *lp, enum aios_lp_goal goal,
			u32 resources, const struct aios_lp_options *opt,
			struct aios_lp_answer *answer);

/**
 * aios_lp_goal_price() - what proves the answer besides x
 * @lp: model, solved
 * @answer: the answer
 * @k: row
 *
 * Return: the price of the row with y_shift fraction bits; of the fair
 * objectives 1 when the row is full, else 0.
 */
u64 aios_lp_goal_price(const struct aios_lp *lp,
		       const struct aios_lp_answer *answer, u32 k);

/**
 * aios_lp_goal_reduced_cost() - aios_lp_reduced_cost() where there are prices
 * @lp: model, solved
 * @answer: the answer
 * @i: column
 *
 * Return: the reduced cost with d_shift fraction bits; 0 for objectives other
 * than utility.
 */
s64 aios_lp_goal_reduced_cost(const struct aios_lp *lp,
			      const struct aios_lp_answer *answer, u32 i);

#endif /* AIOS_CORE_LP_GOAL_H */
