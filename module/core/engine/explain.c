// SPDX-License-Identifier: GPL-2.0
/*
 * Why a job has what it has: its column of the last linear program.
 */
#include "core/alloc/alloc.h"
#include "core/base/fixed.h"
#include "core/engine/internal.h"

/* See questions.h for the contracts of the functions that it declares. */

/* Return the coefficient of a job in a row of the last decision. */
static u64 row_coefficient(const struct aios_job_node *job,
			   const struct aios_alloc_row *row, bool lent)
{
	u32 i;

	if (row->group && aios_node_below(job, row->group))
		return aios_alloc_group_column(job, row->resource, lent);
	if (!row->device)
		return 0;
	for (i = 0; i < job->nr_shares; i++)
		if (job->share[i].device == row->device)
			return aios_alloc_share_column(job, i, row->resource !=
						       AIOS_RESOURCE_GPU, lent);
	return 0;
}

/*
 * Return the height of a job under a fair goal, for a weight of
 * AIOS_WEIGHT_DEFAULT.
 */
static u64 fair_level(const struct aios_engine *engine,
		      const struct aios_job_node *job)
{
	u64 height = job->x;

	if (engine->result.goal == AIOS_OBJECTIVE_DRF)
		height = aios_mul_div_u64(height,
					  aios_alloc_dominant_share(engine, job),
					  AIOS_X_ONE);
	else if (engine->result.goal != AIOS_OBJECTIVE_MAXMIN)
		return 0;
	return aios_mul_div_u64(height, AIOS_WEIGHT_DEFAULT, job->alloc.weight);
}

/*
 * Return what a running job is worth beyond what it takes from others. A closed column
 * takes nothing, and is worth its weight at whichever prices.
 */
static s64 reduced_cost(const struct aios_engine *engine, const struct aios_job_node *job)
{
	if (job->alloc.open)
		return job->alloc.reduced_cost;
	if (engine->result.goal != AIOS_OBJECTIVE_UTILITY)
		return 0;
	return aios_clamp_s128((s128)job->alloc.weight << engine->result.y_shift, S64_MAX);
}

static bool is_named(const struct aios_alloc_row *row,
		     const struct aios_row_name *name)
{
	return row->kind == name->kind && row->resource == name->resource &&
	       row->id == name->id;
}

void aios_engine_explain(struct aios_engine *engine, struct aios_job_node *job,
			 struct aios_explanation *out,
			 struct aios_explanation_row *rows, u32 room)
{
	const struct aios_alloc_result *result = &engine->result;
	bool running = job->state == AIOS_CORE_HELD;
	u32 k, met = 0;

	out->goal = result->goal;
	out->goal_set = engine->objective;
	out->status = result->status;
	out->level = running ? fair_level(engine, job) : 0;
	out->bottleneck = U32_MAX;
	out->weight = running ? job->alloc.weight : job->weight;
	out->x = job->x;
	out->reduced_cost = running ? reduced_cost(engine, job) : 0;
	out->shift = result->y_shift;
	out->cost_shift = result->d_shift;
	memcpy(out->objective, result->objective, sizeof(out->objective));
	memcpy(out->gap, result->gap, sizeof(out->gap));
	out->epoch = result->epoch;
	out->position = aios_engine_position(engine, job);
	out->nr_jobs = result->nr_jobs;
	aios_engine_job_why(engine, job, &out->why);

	for (k = 0; running && k < result->nr_rows; k++) {
		const struct aios_alloc_row *row = &result->row[k];
		u64 column = row_coefficient(job, row, result->lent);

		if (!column)
			continue;
		if (is_named(row, &job->alloc.bottleneck))
			out->bottleneck = met;
		if (rows && met < room) {
			rows[met].kind = row->kind;
			rows[met].resource = row->resource;
			rows[met].id = row->id;
			rows[met].capacity = row->capacity;
			rows[met].activity = row->activity;
			rows[met].price = row->price;
			rows[met].column = column;
		}
		met++;
	}
	out->nr_rows = met;
	out->bottleneck = min(out->bottleneck, met);
}
