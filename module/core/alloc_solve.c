// SPDX-License-Identifier: GPL-2.0
/*
 * The allocator's programs: columns filled in, solved, certified, and solved
 * again while rows that were left out are exceeded.
 */
#include "alloc_internal.h"

#define ROUNDS	8

/*
 * Set column @i. With @implied its upper bound is what the rows leave to it
 * alone, a * x <= b: the same feasible set, and no coefficient that is huge
 * beside its row's b has any weight in the search.
 */
static void set_column(struct aios_alloc *alloc, u32 i,
		       const struct aios_job_node *job, bool implied)
{
	struct aios_lp_column column = {
		.w = job->weight_scaled,
		.hi = alloc->lent && aios_alloc_borrows(alloc->engine, job) ?
			      job->x_target : AIOS_X_ONE,
		.rows = alloc->rows,
		.a = alloc->a,
	};
	const struct aios_group_node *group;
	u32 k, r, s;

	memset(alloc->coefficient, 0, sizeof(alloc->coefficient));
	for (group = job->group; group; group = group->parent)
		for (r = 0; r < AIOS_RESOURCE_MAX; r++)
			if (group->row[r] != AIOS_ALLOC_NO_ROW)
				alloc->coefficient[group->row[r]] =
					aios_alloc_group_column(job, r, alloc->lent);
	for (s = 0; s < job->nr_shares; s++)
		for (r = 0; r < 2; r++) {
			u8 row = job->share[s].device->row[r];

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
	/* Every value is within the bounds of lp.h: see engine.h and SCALE_MAX. */
	aios_lp_set_column(alloc->lp, i, &column);
}

static bool lp_yield(void *arg)
{
	struct aios_engine *engine = arg;

	engine->ops->yield(engine);
	return false;
}

/* Build and solve the program of the present rows. */
static void search(struct aios_alloc *alloc, bool implied,
		   struct aios_lp_result *found)
{
	struct aios_alloc_result *result = alloc->result;
	struct aios_lp_options options = {
		.cold = true,
		.yield = alloc->engine->ops->yield ? lp_yield : NULL,
		.yield_arg = alloc->engine,
	};
	u32 i, k;

	alloc->lp = aios_lp_init(alloc->lp_memory, alloc->nr_columns,
				 AIOS_LP_MAX_ROWS, 0, AIOS_X_FRAC);
	for (k = 0; k < result->nr_rows; k++)
		aios_lp_set_row(alloc->lp, k, result->row[k].capacity);
	for (i = 0; i < alloc->nr_columns; i++)
		set_column(alloc, i, alloc->column[i], implied);
	aios_lp_solve(alloc->lp, &options, found);
}

/*
 * Solve the program. x_next is what the certificate vouches for; if it should
 * not hold, requests are all that is granted. A search that ends without an
 * optimum has met numbers of very different sizes in a row: it gets another
 * try with implied bounds. Not at first, since a job that such a bound holds
 * down shows no price for it.
 */
static void solve(struct aios_alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	struct aios_lp_result found;
	bool proven;
	u32 i, k;

	search(alloc, false, &found);
	if (found.status == AIOS_LP_STATUS_CAPPED)
		search(alloc, true, &found);
	proven = found.status != AIOS_LP_STATUS_INFEASIBLE &&
		 !aios_lp_verify(alloc->lp, &found);

	result->status = found.status;
	result->y_shift = found.y_shift;
	result->gap[0] = proven ? (u64)found.gap : U64_MAX;
	result->gap[1] = proven ? (u64)(found.gap >> 64) : U64_MAX;
	result->objective[0] = proven ? (u64)found.objective : 0;
	result->objective[1] = proven ? (u64)(found.objective >> 64) : 0;
	for (k = 0; k < result->nr_rows; k++)
		result->row[k].price = aios_lp_price(alloc->lp, k);
	for (i = 0; i < alloc->nr_columns; i++)
		alloc->column[i]->x_next = proven ? aios_lp_x(alloc->lp, i) : 0;
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
			column = aios_scaled(job->x_next, column);
			for (group = job->group; group && column;
			     group = group->parent) {
				activity = &group->activity[r];
				*activity = aios_add_saturated(*activity,
							       column);
			}
		}
		for (i = 0; i < job->nr_shares; i++)
			for (r = 0; r < 2; r++) {
				column = aios_alloc_share_column(job, i, r,
								 alloc->lent);
				activity = &job->share[i].device->activity[r];
				*activity += aios_scaled(job->x_next, column);
			}
	}
}

static void solve_rounds(struct aios_alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	u32 fixed, round;

	aios_alloc_rows_reset(alloc);
	aios_alloc_rows_take(alloc, 0, true);
	for (round = 1; ; round++) {
		solve(alloc);
		result->rounds++;
		if (!alloc->left_out || round == ROUNDS)
			break;
		sum_activity(alloc);
		aios_alloc_rows_drop(alloc);
		fixed = result->nr_rows;
		aios_alloc_rows_take(alloc, fixed, false);
		if (result->nr_rows == fixed)
			break;
	}
}

/* Whether a job has more in use than the program says it should have. */
static bool above(const struct aios_engine *engine,
		  const struct aios_job_node *job)
{
	u32 i, r;

	for (r = 0; engine->sticky >> r; r++)
		if (engine->sticky >> r & 1 &&
		    job->held[r] > aios_job_base(job, r) &&
		    job->held[r] - aios_job_base(job, r) >
			    aios_scaled(job->x_next, job->span[r]))
			return true;
	for (i = 0; i < job->nr_shares; i++)
		if (aios_share_excess(&job->share[i]) >
		    aios_scaled(job->x_next,
				aios_alloc_share_column(job, i, 1, false)))
			return true;
	return false;
}

/**
 * aios_alloc_solve() - find x_next of every column
 * @alloc: distribution whose columns are prepared
 */
void aios_alloc_solve(struct aios_alloc *alloc)
{
	bool lent = false;
	u32 i;

	solve_rounds(alloc);
	for (i = 0; i < alloc->nr_columns; i++) {
		struct aios_job_node *job = alloc->column[i];

		job->x_target = job->x_next;
		lent |= above(alloc->engine, job);
	}
	alloc->lent = lent;
	alloc->result->lent = lent;
	if (lent)
		solve_rounds(alloc);
}
