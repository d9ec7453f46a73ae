// SPDX-License-Identifier: GPL-2.0
/*
 * The rows of the allocator's program: what is left in each, and the choice of
 * those that are in it.
 */
#include "core/alloc/internal.h"

/* Return what is set aside for a job that holds nothing yet. */
static u64 group_reserved(const struct aios_alloc *alloc,
			  const struct aios_group_node *group, u32 resource)
{
	const struct aios_job_node *jobs[] = {
		alloc->extra, alloc->engine->reclaim,
	};
	u64 sum = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		if (jobs[i] && aios_node_below(jobs[i], group))
			sum += aios_node_need(alloc->engine, jobs[i], resource);
	return sum;
}

/**
 * aios_alloc_group_left() - b of a group's row
 * @alloc: distribution
 * @group: group
 * @resource: AIOS_RESOURCE_*
 *
 * Return: the amount, AIOS_UNLIMITED: there is no such row.
 */
u64 aios_alloc_group_left(const struct aios_alloc *alloc,
			  const struct aios_group_node *group, u32 resource)
{
	u64 bound = aios_quota_bound(alloc->engine, group, resource);
	u64 taken;

	if (bound == AIOS_UNLIMITED)
		return bound;
	taken = group->charged[resource] + group_reserved(alloc, group, resource);
	if (!alloc->lent)
		taken -= group->excess[resource];
	return bound > taken ? bound - taken : 0;
}

static void device_reserved(const struct aios_job_node *job,
			    const struct aios_device_node *device,
			    u64 reserved[2])
{
	u32 i;

	if (!job)
		return;
	for (i = 0; i < job->nr_shares; i++) {
		if (job->share[i].device != device)
			continue;
		reserved[0] += job->share[i].milli;
		if (job->state != AIOS_CORE_SUSPENDED)
			reserved[1] += job->share[i].memory;
	}
}

/**
 * aios_alloc_device_left() - b of an accelerator's row
 * @alloc: distribution
 * @device: accelerator
 * @what: 0: time, 1: memory
 *
 * Return: the amount.
 */
u64 aios_alloc_device_left(const struct aios_alloc *alloc,
			   const struct aios_device_node *device, u32 what)
{
	u64 taken[2] = { device->milli_held, device->memory_held };
	u64 bound = what ? device->memory : AIOS_MILLI;

	device_reserved(alloc->extra, device, taken);
	device_reserved(alloc->engine->reclaim, device, taken);
	if (!alloc->lent)
		taken[1] -= device->memory_excess;
	return bound > taken[what] ? bound - taken[what] : 0;
}

static u8 *row_slot(const struct aios_alloc_row *row)
{
	if (row->device)
		return &row->device->alloc.row[row->resource !=
					       AIOS_RESOURCE_GPU];
	return &row->group->alloc.row[row->resource];
}

/**
 * aios_alloc_rows_reset() - begin with no row
 * @alloc: distribution
 */
void aios_alloc_rows_reset(struct aios_alloc *alloc)
{
	u32 k;

	for (k = 0; k < alloc->result->nr_rows; k++)
		*row_slot(&alloc->result->row[k]) = AIOS_ALLOC_NO_ROW;
	alloc->result->nr_rows = 0;
	alloc->left_out = false;
}

/* Say whether b of @score is a smaller part of its demand. */
static bool scarcer(const u64 a[2], const u64 b[2])
{
	return aios_mul_u64(a[0], b[1]) < aios_mul_u64(b[0], a[1]);
}

/*
 * Take a row in; when there are too many, in the place of the most plentiful
 * one that is not fixed.
 */
static void take_row(struct aios_alloc *alloc, u32 nr_fixed,
		     const struct aios_alloc_row *row, u64 demand)
{
	struct aios_alloc_result *result = alloc->result;
	u64 score[2] = { row->capacity, demand };
	u32 i, k = result->nr_rows;

	if (k == AIOS_LP_MAX_ROWS) {
		alloc->left_out = true;
		for (i = nr_fixed; i < result->nr_rows; i++)
			if (k == AIOS_LP_MAX_ROWS ||
			    scarcer(alloc->score[k], alloc->score[i]))
				k = i;
		if (k == AIOS_LP_MAX_ROWS || !scarcer(score, alloc->score[k]))
			return;
		*row_slot(&result->row[k]) = AIOS_ALLOC_NO_ROW;
	} else {
		result->nr_rows++;
	}
	result->row[k] = *row;
	alloc->score[k][0] = score[0];
	alloc->score[k][1] = score[1];
	*row_slot(row) = (u8)k;
}

static void take_group_row(struct aios_alloc *alloc, u32 nr_fixed,
			   struct aios_group_node *group, u32 resource,
			   u64 demand)
{
	struct aios_alloc_row row = {
		.kind = AIOS_ROW_GROUP,
		.resource = resource,
		.id = group->id,
		.group = group,
	};

	if (!demand || group->alloc.row[resource] != AIOS_ALLOC_NO_ROW)
		return;
	row.capacity = aios_alloc_group_left(alloc, group, resource);
	if (!group->parent &&
	    alloc->engine->capacity[resource] <= group->limit[resource])
		row.kind = AIOS_ROW_MACHINE;
	if (demand > row.capacity)
		take_row(alloc, nr_fixed, &row, demand);
}

static void take_device_row(struct aios_alloc *alloc, u32 nr_fixed,
			    struct aios_device_node *device, u32 what,
			    u64 demand)
{
	struct aios_alloc_row row = {
		.kind = AIOS_ROW_DEVICE,
		.resource = what ? AIOS_RESOURCE_GPU_MEMORY : AIOS_RESOURCE_GPU,
		.id = device->id,
		.device = device,
	};

	if (!demand || device->alloc.row[what] != AIOS_ALLOC_NO_ROW)
		return;
	row.capacity = aios_alloc_device_left(alloc, device, what);
	if (demand > row.capacity)
		take_row(alloc, nr_fixed, &row, demand);
}

/**
 * aios_alloc_rows_take() - take rows into the program
 * @alloc: distribution
 * @nr_fixed: rows that stay whatever comes
 * @first: the first round
 *
 * Looks at every row that is not in it and takes those in whose columns (in
 * the first round) or activity (later) exceed what is left.
 */
void aios_alloc_rows_take(struct aios_alloc *alloc, u32 nr_fixed, bool first)
{
	struct aios_group_node *group;
	struct aios_ordered_node *node;
	u32 r;

	for (group = alloc->groups; group; group = group->alloc.next)
		for (r = 0; r < AIOS_RESOURCE_MAX; r++)
			take_group_row(alloc, nr_fixed, group, r,
				       first ? group->alloc.demand[r] :
					       group->alloc.activity[r]);
	for_each_device(alloc->engine, node) {
		struct aios_device_node *device = aios_device_of(node);

		for (r = 0; r < 2; r++)
			take_device_row(alloc, nr_fixed, device, r,
					first ? device->alloc.demand[r] :
						device->alloc.activity[r]);
	}
}

/**
 * aios_alloc_rows_drop() - rows without a price leave
 * @alloc: distribution, just solved
 *
 * So that others can come in.
 */
void aios_alloc_rows_drop(struct aios_alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	u32 k, kept = 0;

	for (k = 0; k < result->nr_rows; k++) {
		struct aios_alloc_row *row = &result->row[k];

		if (!row->price) {
			*row_slot(row) = AIOS_ALLOC_NO_ROW;
			continue;
		}
		*row_slot(row) = (u8)kept;
		alloc->score[kept][0] = alloc->score[k][0];
		alloc->score[kept][1] = alloc->score[k][1];
		result->row[kept++] = *row;
	}
	result->nr_rows = kept;
}

/**
 * aios_alloc_activity_clear() - nothing is taken
 * @alloc: distribution
 */
void aios_alloc_activity_clear(struct aios_alloc *alloc)
{
	struct aios_group_node *group;
	struct aios_ordered_node *node;

	for (group = alloc->groups; group; group = group->alloc.next)
		memset(group->alloc.activity, 0, sizeof(group->alloc.activity));
	for_each_device(alloc->engine, node)
		memset(aios_device_of(node)->alloc.activity, 0,
		       sizeof(aios_device_of(node)->alloc.activity));
}

