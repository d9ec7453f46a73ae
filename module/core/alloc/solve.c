// SPDX-License-Identifier: GPL-2.0
/*
 * The allocator's programs: columns filled in, solved for the engine's objective,
 * certified, and solved again while rows that were left out are exceeded. An
 * answer for another objective than utility that does not stand its test is not
 * used: utility decides then, and the result says so.
 */
#include "core/alloc/internal.h"
#include "core/lp/fair.h"

#define ROUNDS	8
#define PASSES	1000U	/* of a proportional solve, for a decision must not take long */
#define RATE_BITS	40U	/* of a weight of the program */
#define LOOSE	10	/* a row is full from 1 - 2^-10 on: proportional prices */

/*
 * drf: weight over the part of the machine that the job's dominant resource would
 * take at x = 1: max-min of x over this is max-min of shares over weights. 0: its
 * surplus takes nothing of the machine.
 */
static u128 rate_of(const struct aios_engine *engine,
		    const struct aios_job_node *job)
{
	u64 least = U64_MAX;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 all = aios_alloc_machine(engine, r);

		if (job->alloc.span[r] && all)
			least = min(least, aios_mul_div_u64(all, AIOS_X_ONE,
							    job->alloc.span[r]));
	}
	return least == U64_MAX ? 0 : aios_mul_u64(least, job->alloc.weight);
}

/* Bring the rates of drf to the digits that weights have. */
static void scale_rates(struct aios_alloc *alloc)
{
	u32 i;

	alloc->rate_most = 1;
	if (alloc->result->goal != AIOS_OBJECTIVE_DRF)
		return;
	for (i = 0; i < alloc->nr_columns; i++)
		alloc->rate_most = max(alloc->rate_most,
				       rate_of(alloc->engine, alloc->column[i]));
	alloc->rate_drop = max(aios_bits128(alloc->rate_most), RATE_BITS) -
			   RATE_BITS;
}

/* A job that takes nothing from anybody rises as fast as the fastest. */
static s64 weight_of(const struct aios_alloc *alloc,
		     const struct aios_job_node *job)
{
	u128 rate;

	if (alloc->result->goal != AIOS_OBJECTIVE_DRF)
		return job->alloc.weight;
	rate = rate_of(alloc->engine, job);
	rate = (rate ? rate : alloc->rate_most) >> alloc->rate_drop;
	return max_t(s64, (s64)rate, 1);
}

/* Return what @job gets at most: no job borrows more than the target gives it. */
static u64 upper_x(const struct aios_alloc *alloc, const struct aios_job_node *job)
{
	return alloc->lent && aios_alloc_borrows(alloc->engine, job) ?
	       job->alloc.x_target : AIOS_X_ONE;
}

/*
 * Set column @i. With @implied its upper bound is what the rows leave to it
 * alone, a * x <= b: the same feasible set, and no coefficient that is huge
 * beside its row's b has any weight in the search.
 */
static void set_column(struct aios_alloc *alloc, u32 i,
		       const struct aios_job_node *job, bool implied)
{
	struct aios_lp_column column = {
		.w = weight_of(alloc, job),
		.hi = upper_x(alloc, job),
		.rows = alloc->rows,
		.a = alloc->a,
	};
	const struct aios_group_node *group;
	u32 k, r, s;

	memset(alloc->coefficient, 0, sizeof(alloc->coefficient));
	for (group = job->group; group; group = group->parent)
		for (r = 0; r < AIOS_RESOURCE_MAX; r++)
			if (group->alloc.row[r] != AIOS_ALLOC_NO_ROW)
				alloc->coefficient[group->alloc.row[r]] =
					aios_alloc_group_column(job, r, alloc->lent);
	for (s = 0; s < job->nr_shares; s++)
		for (r = 0; r < 2; r++) {
			u8 row = job->share[s].device->alloc.row[r];

			if (row != AIOS_ALLOC_NO_ROW)
				alloc->coefficient[row] =
					aios_alloc_share_column(job, s, r, alloc->lent);
		}
	for (k = 0; k < alloc->result->nr_rows; k++) {
		u64 a = alloc->coefficient[k], b = alloc->result->row[k].capacity;

		if (!a)
			continue;
		alloc->rows[column.nz] = (u8)k;
		alloc->a[column.nz++] = a;
		if (implied && b < a)
			column.hi = min(column.hi,
					aios_mul_div_u64(b, AIOS_X_ONE, a));
	}
	/* What cannot move need not stand in the way of the rows' scale. */
	if (!column.hi)
		column.nz = 0;
	/* By the bounds of bounds.h every value is within those of lp.h. */
	aios_lp_set_column(alloc->lp, i, &column);
}

static bool lp_yield(void *arg)
{
	struct aios_engine *engine = arg;

	engine->ops->yield(engine);
	return false;
}

/* Build and solve the program of the present rows. */
static void search(struct aios_alloc *alloc, bool implied)
{
	struct aios_alloc_result *result = alloc->result;
	struct aios_lp_options options = {
		.cold = true,
		.yield = alloc->engine->ops->yield ? lp_yield : NULL,
		.yield_arg = alloc->engine,
	};
	enum aios_lp_goal goal = (enum aios_lp_goal)result->goal;
	u32 i, k;

	/* The rates are weights already. */
	if (goal == AIOS_LP_GOAL_DRF)
		goal = AIOS_LP_GOAL_MAXMIN;
	if (goal == AIOS_LP_GOAL_PROPORTIONAL)
		options.max_iterations = PASSES;
	/* No wider than it has to be: of few rows columns lie close together. */
	alloc->lp = aios_lp_init(alloc->lp_memory, alloc->nr_columns,
				 result->nr_rows, 0, AIOS_X_FRAC);
	for (k = 0; k < result->nr_rows; k++)
		aios_lp_set_row(alloc->lp, k, result->row[k].capacity);
	for (i = 0; i < alloc->nr_columns; i++)
		set_column(alloc, i, alloc->column[i], implied);
	aios_lp_goal_solve(alloc->lp, goal, 0, &options, &alloc->answer);
}

/* The answer is feasible, and no further from the best than it says. */
static bool proven(struct aios_alloc *alloc)
{
	struct aios_lp_answer *answer = &alloc->answer;
	struct aios_lp_result found = {};

	if (answer->status == AIOS_LP_STATUS_INFEASIBLE)
		return false;
	/* For the other goals the test is a part of the solution. */
	if (answer->goal != AIOS_LP_GOAL_UTILITY)
		return answer->gap != S128_MAX;
	if (aios_lp_verify(alloc->lp, &found))
		return false;
	answer->status = found.status;
	answer->y_shift = found.y_shift;
	answer->d_shift = found.d_shift;
	answer->objective = found.objective;
	answer->gap = found.gap;
	return true;
}

/*
 * Return what is paid for a row. A proportional solve has a price for each row;
 * nothing is paid where it leaves the row open, and something where there was no
 * room from the start.
 */
static u64 price_of(const struct aios_alloc *alloc, u32 k)
{
	u64 capacity = alloc->result->row[k].capacity;
	s128 slack = aios_lp_slack(alloc->lp, k);
	u64 price = aios_lp_goal_price(alloc->lp, &alloc->answer, k);

	if (alloc->answer.goal != AIOS_LP_GOAL_PROPORTIONAL)
		return price;
	if (slack >> (AIOS_X_FRAC - LOOSE) > (s128)capacity)
		return 0;
	return max(price, 1ULL);
}

/*
 * The row in the program that holds column i back, NO_ROW: none does. Under the
 * fair goals a full one in which nobody stands higher, else what it pays most for.
 */
static u32 bottleneck_of(const struct aios_alloc *alloc, u32 i)
{
	const struct aios_alloc_result *result = alloc->result;
	u32 k, best = AIOS_ALLOC_NO_ROW;
	u128 most = 0;

	if (alloc->column[i]->alloc.x_next == AIOS_X_ONE)
		return best;
	if (alloc->answer.goal == AIOS_LP_GOAL_MAXMIN)
		return aios_lp_fair_holder(alloc->lp, i, alloc->answer.full);
	for (k = 0; k < result->nr_rows; k++) {
		u128 paid = aios_mul_u64(result->row[k].price,
					 aios_lp_coefficient(alloc->lp, i, k));

		if (paid <= most)
			continue;
		most = paid;
		best = k;
	}
	return best;
}

/*
 * Note why each job has what it has: what it pays, and the row that holds it back,
 * which is named since the rows may be others when somebody asks.
 */
static void explain_columns(struct aios_alloc *alloc, bool holds)
{
	u32 i;

	for (i = 0; i < alloc->nr_columns; i++) {
		struct aios_job_node *job = alloc->column[i];
		u32 k = holds ? bottleneck_of(alloc, i) : AIOS_ALLOC_NO_ROW;

		job->alloc.reduced_cost = aios_lp_goal_reduced_cost(alloc->lp,
								    &alloc->answer, i);
		job->alloc.bottleneck.kind = AIOS_ROW_NONE;
		if (k >= alloc->result->nr_rows)
			continue;
		job->alloc.bottleneck.kind = alloc->result->row[k].kind;
		job->alloc.bottleneck.resource = alloc->result->row[k].resource;
		job->alloc.bottleneck.id = alloc->result->row[k].id;
	}
}

/*
 * Answer a program without a row: every job has all that it can use, which nothing
 * betters, and pays nothing.
 */
static bool solve_open(struct aios_alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	u128 objective = 0;
	u32 i;

	for (i = 0; i < alloc->nr_columns; i++) {
		struct aios_job_node *job = alloc->column[i];
		s64 weight = weight_of(alloc, job);

		job->alloc.x_next = upper_x(alloc, job);
		objective += aios_mul_u64((u64)weight, job->alloc.x_next);
		if (alloc->extra)
			continue;
		job->alloc.reduced_cost = result->goal == AIOS_OBJECTIVE_UTILITY ?
				    weight : 0;
		job->alloc.bottleneck.kind = AIOS_ROW_NONE;
	}
	result->status = AIOS_LP_STATUS_OPTIMAL;
	result->y_shift = 0;
	result->d_shift = 0;
	aios_put_u128(result->gap, 0);
	aios_put_u128(result->objective, objective);
	return true;
}

/*
 * Solve the program. x_next is what the certificate vouches for; if it should
 * not hold, requests are all that is granted. A search for utility that ends
 * without an optimum has met numbers of very different sizes in a row: it gets
 * another try with implied bounds. Not at first, since a job that such a bound
 * holds down shows no price for it. Returns whether the certificate holds.
 */
static bool solve_certified(struct aios_alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	const struct aios_lp_answer *answer = &alloc->answer;
	bool holds;
	u32 i, k;

	if (!result->nr_rows)
		return solve_open(alloc);
	search(alloc, false);
	if (answer->status == AIOS_LP_STATUS_CAPPED &&
	    result->goal == AIOS_OBJECTIVE_UTILITY)
		search(alloc, true);
	holds = proven(alloc);

	result->status = answer->status;
	result->y_shift = answer->y_shift;
	result->d_shift = answer->d_shift;
	aios_put_u128(result->gap, holds ? (u128)answer->gap : U128_MAX);
	aios_put_u128(result->objective, holds ? (u128)answer->objective : 0);
	for (k = 0; k < result->nr_rows; k++)
		result->row[k].price = price_of(alloc, k);
	for (i = 0; i < alloc->nr_columns; i++)
		alloc->column[i]->alloc.x_next = holds ? aios_lp_x(alloc->lp, i) : 0;
	/* A preview tells nothing about who runs already. */
	if (!alloc->extra)
		explain_columns(alloc, holds);
	return holds;
}

/* What the answer takes in every row, in the program or not. */
static void sum_activity(struct aios_alloc *alloc)
{
	u64 column, *activity;
	u32 c, i, r;

	aios_alloc_activity_clear(alloc);
	for (c = 0; c < alloc->nr_columns; c++) {
		struct aios_job_node *job = alloc->column[c];
		struct aios_group_node *group;

		for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
			column = aios_alloc_group_column(job, r, alloc->lent);
			column = aios_scaled(job->alloc.x_next, column);
			for (group = job->group; group && column;
			     group = group->parent) {
				activity = &group->alloc.activity[r];
				*activity = aios_add_saturated(*activity,
							       column);
			}
		}
		for (i = 0; i < job->nr_shares; i++)
			for (r = 0; r < 2; r++) {
				column = aios_alloc_share_column(job, i, r,
								 alloc->lent);
				activity = &job->share[i].device->alloc.activity[r];
				*activity += aios_scaled(job->alloc.x_next, column);
			}
	}
}

static bool solve_rounds(struct aios_alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	u32 fixed, round;
	bool holds;

	aios_alloc_rows_reset(alloc);
	aios_alloc_rows_take(alloc, 0, true);
	for (round = 1; ; round++) {
		holds = solve_certified(alloc);
		result->rounds++;
		if (!holds || !alloc->left_out || round == ROUNDS)
			break;
		sum_activity(alloc);
		aios_alloc_rows_drop(alloc);
		fixed = result->nr_rows;
		aios_alloc_rows_take(alloc, fixed, false);
		if (result->nr_rows == fixed)
			break;
	}
	return holds;
}

/* Say whether a job has more in use than the program says it should have. */
static bool above(const struct aios_engine *engine,
		  const struct aios_job_node *job)
{
	u32 i, r;

	for (r = 0; engine->sticky >> r; r++)
		if (engine->sticky >> r & 1 &&
		    job->held[r] > aios_node_base(job, r) &&
		    job->held[r] - aios_node_base(job, r) >
			    aios_scaled(job->alloc.x_next, job->alloc.span[r]))
			return true;
	for (i = 0; i < job->nr_shares; i++)
		if (aios_share_excess(&job->share[i]) >
		    aios_scaled(job->alloc.x_next,
				aios_alloc_share_column(job, i, 1, false)))
			return true;
	return false;
}

/*
 * Find the target, and what is to be had of it now. Return whether both are proven.
 */
static bool solve_for(struct aios_alloc *alloc, u32 goal)
{
	bool lent = false, holds;
	u32 i;

	alloc->result->goal = goal;
	alloc->lent = false;
	scale_rates(alloc);
	holds = solve_rounds(alloc);
	for (i = 0; i < alloc->nr_columns; i++) {
		struct aios_job_node *job = alloc->column[i];

		job->alloc.x_target = job->alloc.x_next;
		lent |= above(alloc->engine, job);
	}
	alloc->lent = lent;
	alloc->result->lent = lent;
	if (lent && holds)
		holds = solve_rounds(alloc);
	return holds;
}

/**
 * aios_alloc_solve() - find x_next of every column
 * @alloc: distribution whose columns are prepared
 */
void aios_alloc_solve(struct aios_alloc *alloc)
{
	u32 goal = alloc->engine->objective;

	if (!solve_for(alloc, goal) && goal != AIOS_OBJECTIVE_UTILITY)
		solve_for(alloc, AIOS_OBJECTIVE_UTILITY);
}
