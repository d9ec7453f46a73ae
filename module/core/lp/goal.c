// SPDX-License-Identifier: GPL-2.0
/*
 * The four objectives behind one call: see goal.h.
 */
#include "core/lp/fair.h"
#include "core/lp/goal.h"

static void lp_goal_utility(struct aios_lp *lp, const struct aios_lp_options *opt,
			    struct aios_lp_answer *answer)
{
	struct aios_lp_result result;

	aios_lp_solve(lp, opt, &result);
	answer->status = result.status;
	answer->row = result.row;
	answer->iterations = result.iterations;
	answer->y_shift = result.y_shift;
	answer->d_shift = result.d_shift;
	answer->gap = result.gap;
}

static void lp_goal_fair(struct aios_lp *lp, u32 resources,
			 const struct aios_lp_options *opt,
			 struct aios_lp_answer *answer)
{
	struct aios_lp_fair_result result;

	if (answer->goal == AIOS_LP_GOAL_DRF)
		aios_lp_drf(lp, resources ? resources : aios_lp_rows(lp), opt,
			    &result);
	else
		aios_lp_max_min(lp, opt, &result);
	if (result.status == AIOS_LP_STATUS_OPTIMAL &&
	    aios_lp_fair_verify(lp, opt, &answer->full))
		result.status = AIOS_LP_STATUS_CAPPED;
	answer->status = result.status;
	answer->row = result.row;
	answer->iterations = result.passes;
	answer->gap = result.status == AIOS_LP_STATUS_OPTIMAL ? 0 : S128_MAX;
}

static void lp_goal_proportional(struct aios_lp *lp,
				 const struct aios_lp_options *opt,
				 struct aios_lp_answer *answer)
{
	struct aios_lp_proportional_result result;
	u64 weights = 0;
	u32 i;

	aios_lp_proportional(lp, AIOS_LP_LOG_GAP, opt, &result);
	if (result.gap != U64_MAX &&
	    aios_lp_proportional_verify(lp, opt, &result.gap))
		result.gap = U64_MAX;
	if (result.status == AIOS_LP_STATUS_OPTIMAL &&
	    result.gap > AIOS_LP_LOG_GAP)
		result.status = AIOS_LP_STATUS_CAPPED;
	answer->status = result.status;
	answer->row = result.row;
	answer->iterations = result.passes;
	answer->y_shift = result.y_shift;
	answer->d_shift = result.y_shift;
	for (i = 0; i < aios_lp_columns(lp); i++)
		weights += (u64)max(aios_lp_weight(lp, i), 0LL);
	/* From 2^-32 of all weights to 2^-24, rounded up. */
	if (result.gap == U64_MAX)
		answer->gap = S128_MAX;
	else
		answer->gap = (s128)((aios_mul_u64(result.gap, weights) + 255) >> 8);
}

void aios_lp_goal_solve(struct aios_lp *lp, enum aios_lp_goal goal,
			u32 resources, const struct aios_lp_options *opt,
			struct aios_lp_answer *answer)
{
	u32 i;

	memset(answer, 0, sizeof(*answer));
	answer->goal = goal;
	if (goal == AIOS_LP_GOAL_UTILITY)
		lp_goal_utility(lp, opt, answer);
	else if (goal == AIOS_LP_GOAL_PROPORTIONAL)
		lp_goal_proportional(lp, opt, answer);
	else
		lp_goal_fair(lp, resources, opt, answer);
	for (i = 0; i < aios_lp_columns(lp); i++)
		answer->objective += (s128)aios_lp_weight(lp, i) *
				     (s64)aios_lp_x(lp, i);
}

u64 aios_lp_goal_price(const struct aios_lp *lp,
		       const struct aios_lp_answer *answer, u32 k)
{
	if (answer->goal == AIOS_LP_GOAL_MAXMIN ||
	    answer->goal == AIOS_LP_GOAL_DRF)
		return answer->full >> k & 1;
	return aios_lp_price(lp, k);
}

s64 aios_lp_goal_reduced_cost(const struct aios_lp *lp,
			      const struct aios_lp_answer *answer, u32 i)
{
	return answer->goal == AIOS_LP_GOAL_UTILITY ?
	       aios_lp_reduced_cost(lp, i) : 0;
}
