// SPDX-License-Identifier: GPL-2.0
/*
 * The allocator of alloc.h from end to end. With n open columns, g groups above them
 * and R resources: O(n R depth) for the build and the grants, and a bounded number of
 * programs of AIOS_LP_MAX_ROWS rows in between; with none O(1).
 */
#include "core/alloc/internal.h"

/**
 * aios_alloc_upper() - upper end of a grant
 * @engine: the engine
 * @job: running job
 * @resource: stated resource
 *
 * Return: the amount, AIOS_UNLIMITED: not arbitrated.
 */
u64 aios_alloc_upper(const struct aios_engine *engine,
		     const struct aios_job_node *job, u32 resource)
{
	u64 upper = min(job->limit[resource],
			aios_quota_effective(engine, job->group, resource,
					     NULL));
	u64 memory = 0;
	u32 i;

	if (job->bound)
		upper = min(upper, max(job->bound[resource], job->request[resource]));
	if (resource == AIOS_RESOURCE_GPU)
		return min(upper, (u64)job->nr_shares * AIOS_MILLI);
	if (resource != AIOS_RESOURCE_GPU_MEMORY)
		return upper;
	for (i = 0; i < job->nr_shares; i++)
		memory += job->share[i].device->memory;
	return min(upper, memory);
}

/**
 * aios_alloc_borrows() - whether a job uses sticky resources above its request
 * @engine: the engine
 * @job: running job
 *
 * Return: true when it does.
 */
bool aios_alloc_borrows(const struct aios_engine *engine,
			const struct aios_job_node *job)
{
	u32 mask = aios_node_arbitrated(engine, job) & engine->sticky;
	u32 r;

	aios_for_each_resource(r, mask)
		if (job->held[r] > aios_node_base(job, r))
			return true;
	return false;
}

/**
 * aios_alloc_machine() - what there is of a resource in all
 * @engine: the engine
 * @resource: AIOS_RESOURCE_*
 *
 * Return: the capacity, or the limit of the root if that is less; 0: unlimited.
 */
u64 aios_alloc_machine(const struct aios_engine *engine, u32 resource)
{
	u64 all = min(engine->capacity[resource], engine->root.limit[resource]);

	return all == AIOS_UNLIMITED ? 0 : all;
}

/**
 * aios_alloc_dominant_share() - what all of a job's surplus is of the machine
 * @engine: the engine
 * @job: running job, in the last distribution
 *
 * Return: the largest part of a resource's capacity, 2^-AIOS_X_FRAC; 0: it can
 * use no more than it requested.
 */
u64 aios_alloc_dominant_share(const struct aios_engine *engine,
			      const struct aios_job_node *job)
{
	u64 share = 0;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 all = aios_alloc_machine(engine, r);

		if (job->alloc.span[r] && all)
			share = max(share, aios_mul_div_u64(job->alloc.span[r],
							    AIOS_X_ONE, all));
	}
	return share;
}

/*
 * What x = 1 takes when @excess of @span is in use already: nothing up to the
 * target where that is less than what is in use, else at most the line from
 * nothing to the rest, x * span - excess <= x * (span - excess).
 */
static u64 lent_column(const struct aios_job_node *job, u64 span, u64 excess)
{
	if (aios_scaled(job->alloc.x_target, span) <= excess && excess)
		return 0;
	return span - min(span, excess);
}

/**
 * aios_alloc_group_column() - what a job at x = 1 takes of its groups
 * @job: job in the program
 * @resource: AIOS_RESOURCE_*
 * @lent: in the second program, see alloc.h
 *
 * Return: its coefficient.
 */
u64 aios_alloc_group_column(const struct aios_job_node *job, u32 resource,
			    bool lent)
{
	u64 span = job->alloc.span[resource];

	if (!lent || !span)
		return span;
	return lent_column(job, span, aios_column_held(job, resource) -
				      aios_node_base(job, resource));
}

/**
 * aios_alloc_share_column() - what a job at x = 1 takes of an accelerator
 * @job: job in the program
 * @i: its share
 * @what: 0: time, 1: memory
 * @lent: in the second program, see alloc.h
 *
 * Return: its coefficient.
 */
u64 aios_alloc_share_column(const struct aios_job_node *job, u32 i, u32 what,
			    bool lent)
{
	u64 span;

	if (!what)
		return i + 1 == job->nr_shares ? job->alloc.span[AIOS_RESOURCE_GPU] : 0;
	span = DIV_ROUND_UP(job->alloc.span[AIOS_RESOURCE_GPU_MEMORY],
			    (u64)job->nr_shares);
	return lent ? lent_column(job, span, aios_share_excess(&job->share[i])) :
		      span;
}

static void touch_groups(struct aios_alloc *alloc, const struct aios_job_node *job)
{
	struct aios_group_node *group;
	u32 r;

	for (group = job->group; group; group = group->parent) {
		if (group->alloc.stamp != alloc->engine->stamps.rows) {
			group->alloc.stamp = alloc->engine->stamps.rows;
			group->alloc.next = alloc->groups;
			alloc->groups = group;
			memset(group->alloc.demand, 0, sizeof(group->alloc.demand));
			memset(group->alloc.row, AIOS_ALLOC_NO_ROW,
			       sizeof(group->alloc.row));
		}
		for (r = 0; r < AIOS_RESOURCE_MAX; r++)
			group->alloc.demand[r] = aios_add_saturated(group->alloc.demand[r],
								    job->alloc.span[r]);
	}
}

static void touch_devices(const struct aios_job_node *job)
{
	u32 i, what;

	for (i = 0; i < job->nr_shares; i++)
		for (what = 0; what < 2; what++) {
			u64 *demand = &job->share[i].device->alloc.demand[what];
			u64 column = aios_alloc_share_column(job, i, what,
							     false);

			*demand = aios_add_saturated(*demand, column);
		}
}

/* Reckon the sums of the spans. */
static void prepare_rows(struct aios_alloc *alloc)
{
	struct aios_engine *engine = alloc->engine;
	struct aios_ordered_node *node;
	u32 i;

	engine->stamps.rows++;
	for_each_device(engine, node) {
		struct aios_device_node *device = aios_device_of(node);

		memset(device->alloc.demand, 0, sizeof(device->alloc.demand));
		memset(device->alloc.row, AIOS_ALLOC_NO_ROW, sizeof(device->alloc.row));
	}
	for (i = 0; i < alloc->nr_columns; i++) {
		touch_groups(alloc, alloc->column[i]);
		touch_devices(alloc->column[i]);
	}
}

static size_t columns_offset(void)
{
	return ALIGN(sizeof(struct aios_alloc), (size_t)16);
}

static size_t lp_offset(u32 nr_jobs)
{
	return columns_offset() +
	       ALIGN(nr_jobs * sizeof(struct aios_job_node *), (size_t)16);
}

/**
 * aios_alloc_size() - memory that a distribution needs
 * @nr_jobs: running jobs, the one of a preview included
 *
 * Return: bytes.
 */
size_t aios_alloc_size(u32 nr_jobs)
{
	nr_jobs = min(nr_jobs, AIOS_LP_N_MAX);
	return lp_offset(nr_jobs) + aios_lp_size(nr_jobs, AIOS_LP_MAX_ROWS, 0);
}

static struct aios_alloc *alloc_start(struct aios_engine *engine, void *workspace,
				      size_t size, struct aios_job_node *extra)
{
	u32 nr_columns = aios_ordered_size(&engine->running) + !!extra;
	struct aios_alloc *alloc = workspace;
	struct aios_job_node *job;

	if (size < aios_alloc_size(nr_columns))
		return NULL;
	memset(alloc, 0, sizeof(*alloc));
	alloc->engine = engine;
	alloc->extra = extra;
	alloc->column = (void *)((char *)workspace + columns_offset());
	alloc->lp_memory = (char *)workspace + lp_offset(nr_columns);
	alloc->closed_weight = engine->columns.weight;
	for (job = aios_column_next(engine, NULL); job; job = aios_column_next(engine, job)) {
		alloc->column[alloc->nr_columns++] = job;
		alloc->closed_weight -= job->alloc.weight;
	}
	if (extra)
		alloc->column[alloc->nr_columns++] = extra;
	alloc->result = extra ? &alloc->own : &engine->result;
	return alloc;
}

/* Nobody can have more than he requested: then all have that, and nothing is solved. */
static void result_of_closed(struct aios_engine *engine, struct aios_alloc_result *result)
{
	result->goal = engine->objective;
	result->rounds = 1;
	result->status = AIOS_LP_STATUS_OPTIMAL;
	aios_put_u128(result->objective, aios_mul_u64(engine->columns.weight, AIOS_X_ONE));
}

/**
 * aios_alloc_run() - distribute the surplus
 * @engine: the engine, all admissions done
 * @workspace: memory aligned to 16 bytes
 * @size: its size
 *
 * Jobs whose grant is another than before become news. Unless somebody can have more
 * than he requested, or has it in use, this takes constant time for each job that the
 * decision lets run.
 *
 * Return: 0, -ENOMEM: the workspace is too small, nothing is changed.
 */
int aios_alloc_run(struct aios_engine *engine, void *workspace, size_t size)
{
	struct aios_alloc_result *result = &engine->result;
	u32 nr_jobs = aios_ordered_size(&engine->running);
	bool all = aios_columns_reckon(engine);
	struct aios_alloc *alloc = NULL;

	if (aios_column_next(engine, NULL)) {
		alloc = alloc_start(engine, workspace, size, NULL);
		if (!alloc) {
			engine->columns.stale = true;
			return -ENOMEM;
		}
	}
	memset(result, 0, offsetof(struct aios_alloc_result, row));
	result->nr_jobs = nr_jobs;
	result->epoch = engine->epoch;
	if (alloc) {
		prepare_rows(alloc);
		aios_alloc_solve(alloc);
		aios_alloc_settle(alloc);
	} else if (nr_jobs) {
		result_of_closed(engine, result);
	}
	aios_columns_grant(engine, all);
	if (alloc)
		aios_alloc_sum_rows(alloc);
	engine->columns.stale = false;
	return 0;
}

/**
 * aios_alloc_preview() - what a job would be granted if it were admitted
 * @engine: the engine, no event pending
 * @job: not submitted, its shares placed; grants are written
 * @workspace: memory aligned to 16 bytes
 * @size: its size
 *
 * Return: 0, -ENOMEM: the workspace is too small.
 */
int aios_alloc_preview(struct aios_engine *engine, struct aios_job_node *job,
		       void *workspace, size_t size)
{
	struct aios_alloc *alloc;

	/* What was stale stays so, for whoever distributes next writes grants. */
	aios_columns_reckon(engine);
	alloc = alloc_start(engine, workspace, size, job);
	if (!alloc)
		return -ENOMEM;
	aios_node_floor(engine, job);
	aios_column_span(engine, job);
	prepare_rows(alloc);
	aios_alloc_solve(alloc);
	job->x = job->alloc.x_next;
	if (job->x && job->x < AIOS_X_ONE)
		job->alloc.x_next++;
	aios_alloc_write(engine, job);
	return 0;
}
