// SPDX-License-Identifier: GPL-2.0
/*
 * From the x of the program to grants, against exact counters of every group
 * and accelerator.
 */
#include "core/alloc/internal.h"

#define FILL	(AIOS_X_ONE >> 10)	/* x worth a second look */

/* Return what the grant at @x takes above what is held for the job anyway. */
static u64 take_of(u64 x, u64 span, u64 excess)
{
	u64 grant = aios_scaled(x, span);

	return grant > excess ? grant - excess : 0;
}

/*
 * Return the largest x, at most @x, that takes no more than @left, fractions
 * included.
 */
static u64 fit_x(u64 x, u64 span, u64 excess, u64 left)
{
	if (left >= span || excess + left >= span)
		return x;
	return min(x, aios_mul_div_u64(excess + left, AIOS_X_ONE, span));
}

static u64 row_room(u64 bound, u64 activity)
{
	return bound > activity ? bound - activity : 0;
}

/*
 * Return the largest x, at most @x, for which every row has room beside the others
 * and @spare units.
 */
static u64 fit_everywhere(const struct aios_alloc *alloc,
			  const struct aios_job_node *job, u64 x, u64 spare)
{
	u32 mask = aios_node_arbitrated(alloc->engine, job);
	const struct aios_group_node *group;
	u64 left;
	u32 i, r;

	aios_for_each_resource(r, mask) {
		u64 excess = aios_column_held(job, r) - aios_node_base(job, r);

		if (!job->alloc.span[r])
			continue;
		for (group = job->group; group; group = group->parent) {
			left = aios_alloc_group_left(alloc, group, r);
			x = fit_x(x, job->alloc.span[r], excess,
				  row_room(left, group->alloc.activity[r] + spare));
		}
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];

		for (r = 0; r < 2; r++) {
			left = aios_alloc_device_left(alloc, share->device, r);
			x = fit_x(x, aios_alloc_share_column(job, i, r, false),
				  r ? aios_share_excess(share) : 0,
				  row_room(left, share->device->alloc.activity[r] +
						spare));
		}
	}
	return x;
}

/* Count what the grant at @x takes, or with @back no longer. */
static void take(const struct aios_alloc *alloc,
		 const struct aios_job_node *job, u64 x, bool back)
{
	u32 mask = aios_node_arbitrated(alloc->engine, job);
	struct aios_group_node *group;
	u64 column, taken;
	u32 i, r;

	aios_for_each_resource(r, mask) {
		taken = take_of(x, job->alloc.span[r],
				aios_column_held(job, r) - aios_node_base(job, r));
		for (group = job->group; group; group = group->parent)
			group->alloc.activity[r] += back ? 0 - taken : taken;
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];

		for (r = 0; r < 2; r++) {
			column = aios_alloc_share_column(job, i, r, false);
			taken = take_of(x, column,
					r ? aios_share_excess(share) : 0);
			share->device->alloc.activity[r] += back ? 0 - taken : taken;
		}
	}
}

/* Say whether the grant at @x, its fraction left out, fits in every row. */
static bool rounds_up(const struct aios_alloc *alloc,
		      const struct aios_job_node *job, u64 x)
{
	u32 mask = aios_node_arbitrated(alloc->engine, job);
	const struct aios_group_node *group;
	u64 taken;
	u32 i, r;

	aios_for_each_resource(r, mask) {
		taken = aios_scaled(x, job->alloc.span[r]);
		for (group = job->group; group && taken; group = group->parent)
			if (group->alloc.activity[r] + taken >
			    aios_alloc_group_left(alloc, group, r))
				return false;
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_device_node *device = job->share[i].device;

		for (r = 0; r < 2; r++) {
			taken = aios_alloc_share_column(job, i, r, false);
			taken = aios_scaled(x, taken);
			if (taken && device->alloc.activity[r] + taken >
				     aios_alloc_device_left(alloc, device, r))
				return false;
		}
	}
	return true;
}

/*
 * Use what rounding left. x of a fractional job is rounded down to its grid, by
 * up to span / 2^24 units of the grant: where there is room the grant rounds up
 * instead, so that 8000 of 12000 are 8000 and not 7999; x stays as certified.
 * Borrowers are left out: they must give back to the last byte.
 */
static void raise_grants(struct aios_alloc *alloc)
{
	u32 i;

	for (i = 0; i < min_t(u32, alloc->nr_fractions, AIOS_LP_MAX_ROWS);
	     i++) {
		struct aios_job_node *job = alloc->fraction[i];
		u64 x = job->alloc.x_next;

		if (aios_alloc_borrows(alloc->engine, job))
			continue;
		take(alloc, job, x, true);
		if (rounds_up(alloc, job, x + 1))
			job->alloc.x_next = x + 1;
		take(alloc, job, job->alloc.x_next, false);
	}
}

/*
 * Where the search was capped, or not every row could be in the program, a job
 * may have room for FILL more, and gets that. What the counters leave out is
 * less than a unit for each fractional job. Return: what the objective gains.
 */
static u128 fill_leftover(struct aios_alloc *alloc)
{
	u32 fractions = alloc->nr_fractions;
	u128 gained = 0;
	u32 i;

	for (i = 0; i < alloc->nr_columns; i++) {
		struct aios_job_node *job = alloc->column[i];
		u64 x = job->x, most;

		if (x == AIOS_X_ONE || aios_alloc_borrows(alloc->engine, job))
			continue;
		take(alloc, job, job->alloc.x_next, true);
		most = fit_everywhere(alloc, job, AIOS_X_ONE, fractions);
		if (most >= x + FILL) {
			gained += aios_mul_u64(job->alloc.weight, most - x);
			job->x = most;
			job->alloc.x_next = most;
			fractions++;
		}
		take(alloc, job, job->alloc.x_next, false);
	}
	return gained;
}

/*
 * Settle what everybody takes: x_next from the program, lowered where a row has
 * no room, then what is left over. Return: the objective.
 */
static u128 settle_grants(struct aios_alloc *alloc)
{
	u128 objective = 0;
	u32 i;

	/* From here on counters are exact and nothing lent is to be had. */
	alloc->lent = true;
	aios_alloc_activity_clear(alloc);
	for (i = 0; i < alloc->nr_columns; i++) {
		struct aios_job_node *job = alloc->column[i];
		u64 x = fit_everywhere(alloc, job, job->alloc.x_next, 0);

		take(alloc, job, x, false);
		objective += aios_mul_u64(job->alloc.weight, x);
		alloc->lowered |= x < job->alloc.x_next;
		job->x = x;
		job->alloc.x_next = x;
		if (!x || x == AIOS_X_ONE)
			continue;
		if (alloc->nr_fractions < AIOS_LP_MAX_ROWS)
			alloc->fraction[alloc->nr_fractions] = job;
		alloc->nr_fractions++;
	}
	raise_grants(alloc);
	if (alloc->result->status != AIOS_LP_STATUS_OPTIMAL || alloc->left_out)
		objective += fill_leftover(alloc);
	return objective;
}

/* Return the grant of a running job at @x. */
static u64 grant_of(const struct aios_engine *engine,
		    const struct aios_job_node *job, u64 x, u32 resource)
{
	u64 upper = aios_alloc_upper(engine, job, resource);
	u64 grant;

	if (upper == AIOS_UNLIMITED)
		return upper;
	grant = aios_node_base(job, resource) + aios_scaled(x, job->alloc.span[resource]);
	return max(job->request[resource], min(grant, upper));
}

/**
 * aios_alloc_write() - write the grants of a job at x_next
 * @engine: the engine
 * @job: running job, its books in, or the one of a preview, which has none
 *
 * Return: true when one is another than before.
 */
bool aios_alloc_write(struct aios_engine *engine, struct aios_job_node *job)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u64 grant[AIOS_RESOURCE_MAX], x = job->alloc.x_next;
	u32 r, written = mask | engine->limit_only;
	bool changed = false, share_changed = false;

	aios_for_each_resource(r, written) {
		if (mask >> r & 1)
			grant[r] = grant_of(engine, job, x, r);
		else
			grant[r] = aios_quota_of_job(engine, job, r, NULL);
		changed |= grant[r] != job->grant[r];
	}
	/* No book counts what is granted of an accelerator. */
	if (job->nr_shares) {
		struct aios_share *share = &job->share[job->nr_shares - 1];
		u64 milli = share->milli + aios_scaled(x, job->alloc.span[AIOS_RESOURCE_GPU]);

		share_changed = share->milli_granted != milli;
		share->milli_granted = (u32)milli;
	}
	if (changed) {
		aios_node_unbook(engine, job);
		aios_for_each_resource(r, written)
			job->grant[r] = grant[r];
		aios_node_book(engine, job);
	}
	return changed || share_changed;
}

static u64 row_activity(const struct aios_alloc_row *row)
{
	if (row->device)
		return row->device->alloc.activity[row->resource !=
						   AIOS_RESOURCE_GPU];
	return row->group->alloc.activity[row->resource];
}

static u64 row_excess(const struct aios_alloc_row *row)
{
	if (!row->device)
		return row->group->excess[row->resource];
	return row->resource == AIOS_RESOURCE_GPU ? 0 :
						    row->device->memory_excess;
}

/**
 * aios_alloc_settle() - settle what everybody is granted
 * @alloc: distribution, solved
 *
 * What has to be lowered against the answer of the program widens the gap; that
 * of the other goals does not hold any more.
 */
void aios_alloc_settle(struct aios_alloc *alloc)
{
	u128 closed = aios_mul_u64(alloc->closed_weight, AIOS_X_ONE);
	struct aios_alloc_result *result = alloc->result;
	u128 bound = ((u128)result->objective[1] << 64 | result->objective[0]) +
		     ((u128)result->gap[1] << 64 | result->gap[0]);
	u128 objective = settle_grants(alloc);

	aios_put_u128(result->objective, objective + closed);
	if (result->goal != AIOS_OBJECTIVE_UTILITY) {
		if (alloc->lowered) {
			result->status = AIOS_LP_STATUS_CAPPED;
			aios_put_u128(result->gap, U128_MAX);
		}
	} else if (~(result->gap[0] & result->gap[1])) {
		aios_put_u128(result->gap, bound > objective ? bound - objective : 0);
	}
}

/**
 * aios_alloc_sum_rows() - say what is taken of each row in the program
 * @alloc: distribution, its grants written
 */
void aios_alloc_sum_rows(struct aios_alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	u32 k;

	for (k = 0; k < result->nr_rows; k++) {
		result->row[k].activity = row_activity(&result->row[k]);
		if (!result->lent)
			result->row[k].activity += row_excess(&result->row[k]);
	}
}

