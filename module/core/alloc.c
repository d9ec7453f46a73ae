// SPDX-License-Identifier: GPL-2.0
/*
 * Builds the linear program of alloc.h, solves it, and grants. With n columns,
 * g groups above them and R resources: O(n R depth) for the build and the
 * grants, at most ROUNDS programs of AIOS_LP_MAX_ROWS rows in between.
 */
#include "alloc.h"
#include "fixed.h"

#define ROUNDS	8
#define SCALE_MAX	S32_MAX	/* of a weight */
#define FILL	(AIOS_X_ONE >> 10)

/**
 * struct alloc - one distribution in the making; lies in the workspace
 * @engine: the engine
 * @extra: job of a preview: as if it were admitted
 * @groups: groups with a column below them, linked by next
 * @lent: second program: use above the request is not to be had
 * @left_out: some row that could bind is not in the program
 * @lp: the program
 * @lp_memory: where it lies
 * @nr_columns: columns
 * @result: rows and figures
 * @own: @result of a preview
 * @score: b and demand of each row, to find the loosest
 * @coefficient: of the column being built, by row
 * @rows: its rows
 * @a: its coefficients
 */
struct alloc {
	struct aios_engine *engine;
	struct aios_job_node *extra;
	struct aios_group_node *groups;
	bool lent;
	bool left_out;
	struct aios_lp *lp;
	void *lp_memory;
	u32 nr_columns;
	struct aios_alloc_result *result;
	struct aios_alloc_result own;
	u64 score[AIOS_LP_MAX_ROWS][2];
	u64 coefficient[AIOS_LP_MAX_ROWS];
	u8 rows[AIOS_LP_MAX_ROWS];
	u64 a[AIOS_LP_MAX_ROWS];
};

static u64 add_saturated(u64 a, u64 b)
{
	u64 sum;

	return check_add_overflow(a, b, &sum) ? U64_MAX : sum;
}

static u64 scaled(u64 x, u64 span)
{
	return (u64)(aios_mul_u64(x, span) >> AIOS_X_FRAC);
}

/* Columns: the held jobs that run, in the order of the held tree, then @extra. */
static struct aios_job_node *next_column(const struct alloc *alloc,
					 struct aios_job_node *job)
{
	struct aios_queue_node *node;

	if (job && job == alloc->extra)
		return NULL;
	node = job ? aios_queue_next(&job->held_node) :
		     aios_queue_first(&alloc->engine->held);
	while (node && aios_job_of_held(node)->state != AIOS_CORE_HELD)
		node = aios_queue_next(node);
	return node ? aios_job_of_held(node) : alloc->extra;
}

#define for_each_column(alloc, job) \
	for (job = next_column(alloc, NULL); job; job = next_column(alloc, job))

#define for_each_device(engine, node) \
	for (node = aios_queue_first(&(engine)->devices); node; \
	     node = aios_queue_next(node))

static struct aios_device_node *device_of(struct aios_queue_node *node)
{
	return container_of(node, struct aios_device_node, node);
}

/* ------------------------------------------------------------------ columns */

/* Upper end of the grant; AIOS_UNLIMITED: not arbitrated. */
static u64 job_upper(const struct aios_engine *engine,
		     const struct aios_job_node *job, u32 resource)
{
	u64 upper = min(job->limit[resource],
			aios_quota_effective(engine, job->group, resource,
					     NULL));
	u64 memory = 0;
	u32 i;

	if (resource == AIOS_RESOURCE_GPU)
		return min(upper, (u64)job->nr_shares * AIOS_MILLI);
	if (resource != AIOS_RESOURCE_GPU_MEMORY)
		return upper;
	for (i = 0; i < job->nr_shares; i++)
		memory += job->share[i].device->memory;
	return min(upper, memory);
}

static u32 scaled_weight(const struct aios_job_node *job)
{
	const struct aios_group_node *group;
	u64 weight = job->weight;

	for (group = job->group; group->parent; group = group->parent) {
		weight = weight * group->weight / AIOS_WEIGHT_DEFAULT;
		weight = clamp_t(u64, weight, 1, SCALE_MAX);
	}
	return (u32)weight;
}

static u64 job_held(const struct aios_job_node *job, u32 resource)
{
	return max(job->held[resource], aios_job_base(job, resource));
}

/* Whether a job is granted more than it requested of something it lends. */
static bool borrows(const struct aios_engine *engine,
		    const struct aios_job_node *job)
{
	u32 mask = aios_job_arbitrated(engine, job) & engine->sticky;
	u32 r;

	for (r = 0; mask >> r; r++)
		if (mask >> r & 1 && job->held[r] > aios_job_base(job, r))
			return true;
	return false;
}

/*
 * What x = 1 takes when @excess of @span is in use already: nothing up to the
 * target where that is less than what is in use, else at most the line from
 * nothing to the rest, x * span - excess <= x * (span - excess).
 */
static u64 lent_column(const struct aios_job_node *job, u64 span, u64 excess)
{
	if (scaled(job->x_target, span) <= excess && excess)
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
	u64 span = job->span[resource];

	if (!lent || !span)
		return span;
	return lent_column(job, span, job_held(job, resource) -
				      aios_job_base(job, resource));
}

static u64 share_excess(const struct aios_share *share)
{
	return share->memory_used > share->memory ?
	       share->memory_used - share->memory : 0;
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
		return i + 1 == job->nr_shares ? job->span[AIOS_RESOURCE_GPU] : 0;
	span = DIV_ROUND_UP(job->span[AIOS_RESOURCE_GPU_MEMORY],
			    (u64)job->nr_shares);
	return lent ? lent_column(job, span, share_excess(&job->share[i])) :
		      span;
}

static void touch_groups(struct alloc *alloc, const struct aios_job_node *job)
{
	struct aios_group_node *group;
	u32 r;

	for (group = job->group; group; group = group->parent) {
		if (group->row_stamp != alloc->engine->row_stamp) {
			group->row_stamp = alloc->engine->row_stamp;
			group->next = alloc->groups;
			alloc->groups = group;
			memset(group->demand, 0, sizeof(group->demand));
			memset(group->row, AIOS_ALLOC_NO_ROW,
			       sizeof(group->row));
		}
		for (r = 0; r < AIOS_RESOURCE_MAX; r++)
			group->demand[r] = add_saturated(group->demand[r],
							 job->span[r]);
	}
}

/* Spans, weights and the sums of the spans. */
static void prepare(struct alloc *alloc)
{
	struct aios_engine *engine = alloc->engine;
	struct aios_queue_node *node;
	struct aios_job_node *job;
	u32 i, r;

	engine->row_stamp++;
	for_each_device(engine, node) {
		struct aios_device_node *device = device_of(node);

		memset(device->demand, 0, sizeof(device->demand));
		memset(device->row, AIOS_ALLOC_NO_ROW, sizeof(device->row));
	}
	for_each_column(alloc, job) {
		u32 mask = aios_job_arbitrated(engine, job);

		alloc->nr_columns++;
		job->weight_scaled = scaled_weight(job);
		for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
			u64 base = aios_job_base(job, r), upper;

			job->span[r] = 0;
			if (!(mask >> r & 1))
				continue;
			upper = job_upper(engine, job, r);
			if (upper != AIOS_UNLIMITED && upper > base)
				job->span[r] = upper - base;
		}
		touch_groups(alloc, job);
		for (i = 0; i < job->nr_shares; i++) {
			u64 *demand = job->share[i].device->demand;

			demand[0] += aios_alloc_share_column(job, i, 0, false);
			demand[1] = add_saturated(demand[1],
						  aios_alloc_share_column(job, i, 1, false));
		}
	}
}

/* --------------------------------------------------------------------- rows */

/* What is set aside for a job that holds nothing yet. */
static u64 group_reserved(const struct alloc *alloc,
			  const struct aios_group_node *group, u32 resource)
{
	const struct aios_job_node *jobs[] = {
		alloc->extra, alloc->engine->reclaim,
	};
	u64 sum = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		if (jobs[i] && aios_job_below(jobs[i], group))
			sum += aios_job_need(alloc->engine, jobs[i], resource);
	return sum;
}

/* b of a group's row; AIOS_UNLIMITED: there is no such row. */
static u64 group_left(const struct alloc *alloc,
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

/* b of an accelerator's row. */
static u64 device_left(const struct alloc *alloc,
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
		return &row->device->row[row->resource !=
					 AIOS_RESOURCE_GPU];
	return &row->group->row[row->resource];
}

/* Whether b of @score is a smaller part of its demand. */
static bool scarcer(const u64 a[2], const u64 b[2])
{
	return aios_mul_u64(a[0], b[1]) < aios_mul_u64(b[0], a[1]);
}

/*
 * Take a row in; when there are too many, in the place of the most plentiful
 * one that is not fixed.
 */
static void take_row(struct alloc *alloc, u32 nr_fixed,
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

/*
 * Look at every row that is not in the program and take in those whose
 * columns (in the first round) or activity (later) exceed what is left.
 */
static void take_rows(struct alloc *alloc, u32 nr_fixed, bool first)
{
	struct aios_group_node *group;
	struct aios_queue_node *node;
	u32 r;

	for (group = alloc->groups; group; group = group->next) {
		for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
			u64 demand = first ? group->demand[r] :
					     group->activity[r];
			struct aios_alloc_row row = {
				.kind = AIOS_ROW_GROUP,
				.resource = r,
				.id = group->id,
				.group = group,
			};

			if (!demand || group->row[r] != AIOS_ALLOC_NO_ROW)
				continue;
			row.capacity = group_left(alloc, group, r);
			if (!group->parent &&
			    alloc->engine->capacity[r] <= group->limit[r])
				row.kind = AIOS_ROW_MACHINE;
			if (demand > row.capacity)
				take_row(alloc, nr_fixed, &row, demand);
		}
	}
	for_each_device(alloc->engine, node) {
		struct aios_device_node *device = device_of(node);

		for (r = 0; r < 2; r++) {
			u64 demand = first ? device->demand[r] :
					     device->activity[r];
			struct aios_alloc_row row = {
				.kind = AIOS_ROW_DEVICE,
				.resource = r ? AIOS_RESOURCE_GPU_MEMORY :
						AIOS_RESOURCE_GPU,
				.id = device->id,
				.device = device,
			};

			if (!demand || device->row[r] != AIOS_ALLOC_NO_ROW)
				continue;
			row.capacity = device_left(alloc, device, r);
			if (demand > row.capacity)
				take_row(alloc, nr_fixed, &row, demand);
		}
	}
}

/* Rows without a price leave, so that others can come in. */
static void drop_rows(struct alloc *alloc)
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

/* ------------------------------------------------------------------ program */

static void set_column(struct alloc *alloc, u32 i,
		       const struct aios_job_node *job)
{
	struct aios_lp_column column = {
		.w = job->weight_scaled,
		.hi = alloc->lent && borrows(alloc->engine, job) ?
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
		if (!alloc->coefficient[k])
			continue;
		alloc->rows[column.nz] = (u8)k;
		alloc->a[column.nz++] = alloc->coefficient[k];
	}
	/* Every value is within the bounds of lp.h: see engine.h and SCALE_MAX. */
	aios_lp_set_column(alloc->lp, i, &column);
}

static bool lp_yield(void *arg)
{
	struct aios_engine *engine = arg;

	engine->ops->yield(engine);
	return false;
}

/*
 * Solve the program of the present rows. x_next is what the certificate
 * vouches for; if it should not hold, requests are all that is granted.
 */
static void solve(struct alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	const struct aios_engine_ops *ops = alloc->engine->ops;
	struct aios_lp_options options = {
		.cold = true,
		.yield = ops && ops->yield ? lp_yield : NULL,
		.yield_arg = alloc->engine,
	};
	struct aios_lp_result found;
	struct aios_job_node *job;
	bool proven;
	u32 i = 0, k;

	alloc->lp = aios_lp_init(alloc->lp_memory, alloc->nr_columns,
				 AIOS_LP_MAX_ROWS, 0, AIOS_X_FRAC);
	for (k = 0; k < result->nr_rows; k++)
		aios_lp_set_row(alloc->lp, k, result->row[k].capacity);
	for_each_column(alloc, job)
		set_column(alloc, i++, job);
	aios_lp_solve(alloc->lp, &options, &found);
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
	i = 0;
	for_each_column(alloc, job)
		job->x_next = proven ? aios_lp_x(alloc->lp, i++) : 0;
}

static void clear_activity(struct alloc *alloc)
{
	struct aios_group_node *group;
	struct aios_queue_node *node;

	for (group = alloc->groups; group; group = group->next)
		memset(group->activity, 0, sizeof(group->activity));
	for_each_device(alloc->engine, node)
		memset(device_of(node)->activity, 0,
		       sizeof(device_of(node)->activity));
}

static void sum_activity(struct alloc *alloc)
{
	struct aios_job_node *job;
	u32 i, r;

	clear_activity(alloc);
	for_each_column(alloc, job) {
		struct aios_group_node *group;

		for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
			u64 take = scaled(job->x_next,
					  aios_alloc_group_column(job, r, alloc->lent));

			if (!take)
				continue;
			for (group = job->group; group; group = group->parent)
				group->activity[r] =
					add_saturated(group->activity[r], take);
		}
		for (i = 0; i < job->nr_shares; i++)
			for (r = 0; r < 2; r++)
				job->share[i].device->activity[r] +=
					scaled(job->x_next,
					       aios_alloc_share_column(job, i, r,
							    alloc->lent));
	}
}

static void solve_rounds(struct alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	u32 k, fixed, round;

	for (k = 0; k < result->nr_rows; k++)
		*row_slot(&result->row[k]) = AIOS_ALLOC_NO_ROW;
	result->nr_rows = 0;
	alloc->left_out = false;
	take_rows(alloc, 0, true);
	for (round = 1; ; round++) {
		solve(alloc);
		result->rounds++;
		if (!alloc->left_out || round == ROUNDS)
			break;
		sum_activity(alloc);
		drop_rows(alloc);
		fixed = result->nr_rows;
		take_rows(alloc, fixed, false);
		if (result->nr_rows == fixed)
			break;
	}
}

/* Whether somebody has more in use than the program says he should have. */
static bool anybody_above(const struct alloc *alloc)
{
	const struct aios_engine *engine = alloc->engine;
	struct aios_job_node *job;
	u32 i, r;

	for_each_column(alloc, job) {
		for (r = 0; engine->sticky >> r; r++)
			if (engine->sticky >> r & 1 &&
			    job->held[r] > aios_job_base(job, r) &&
			    job->held[r] - aios_job_base(job, r) >
				    scaled(job->x_next, job->span[r]))
				return true;
		for (i = 0; i < job->nr_shares; i++)
			if (share_excess(&job->share[i]) >
			    scaled(job->x_next, aios_alloc_share_column(job, i, 1, false)))
				return true;
	}
	return false;
}

static void solve_all(struct alloc *alloc)
{
	struct aios_job_node *job;

	solve_rounds(alloc);
	for_each_column(alloc, job)
		job->x_target = job->x_next;
	alloc->lent = anybody_above(alloc);
	alloc->result->lent = alloc->lent;
	if (alloc->lent)
		solve_rounds(alloc);
}

/* ------------------------------------------------------------------- grants */

/* What the grant at @x takes above what is held for the job anyway. */
static u64 take_of(u64 x, u64 span, u64 excess)
{
	u64 grant = scaled(x, span);

	return grant > excess ? grant - excess : 0;
}

/* The largest x, at most @x, whose grant takes no more than @left. */
static u64 fit_x(u64 x, u64 span, u64 excess, u64 left)
{
	if (take_of(x, span, excess) <= left)
		return x;
	return aios_mul_div_u64(excess + left, AIOS_X_ONE, span);
}

static u64 left_of(u64 bound, u64 activity)
{
	return bound > activity ? bound - activity : 0;
}

/* The largest x, at most @x, for which every row has room beside the others. */
static u64 fit_everywhere(const struct alloc *alloc,
			  const struct aios_job_node *job, u64 x)
{
	u32 mask = aios_job_arbitrated(alloc->engine, job);
	const struct aios_group_node *group;
	u32 i, r;

	for (r = 0; mask >> r; r++) {
		u64 excess = job_held(job, r) - aios_job_base(job, r);

		if (!(mask >> r & 1) || !job->span[r])
			continue;
		for (group = job->group; group; group = group->parent)
			x = fit_x(x, job->span[r], excess,
				  left_of(group_left(alloc, group, r),
					  group->activity[r]));
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];

		for (r = 0; r < 2; r++)
			x = fit_x(x, aios_alloc_share_column(job, i, r, false),
				  r ? share_excess(share) : 0,
				  left_of(device_left(alloc, share->device, r),
					  share->device->activity[r]));
	}
	return x;
}

/* Count what the grant at @x takes, or with @back no longer. */
static void take(const struct alloc *alloc, const struct aios_job_node *job,
		 u64 x, bool back)
{
	u32 mask = aios_job_arbitrated(alloc->engine, job);
	struct aios_group_node *group;
	u64 taken;
	u32 i, r;

	for (r = 0; mask >> r; r++) {
		if (!(mask >> r & 1))
			continue;
		taken = take_of(x, job->span[r],
				job_held(job, r) - aios_job_base(job, r));
		for (group = job->group; group; group = group->parent)
			group->activity[r] += back ? 0 - taken : taken;
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];

		for (r = 0; r < 2; r++) {
			taken = take_of(x, aios_alloc_share_column(job, i, r,
								   false),
					r ? share_excess(share) : 0);
			share->device->activity[r] += back ? 0 - taken : taken;
		}
	}
}

/*
 * Settle what everybody takes: x_next from the program, lowered where a row has
 * no room. Then what rounding left is used. x of a fractional job is rounded
 * down to its grid, by up to span / 2^24 units of the grant: where there is
 * room the grant rounds up instead, so that 8000 of 12000 are 8000 and not
 * 7999, and x stays as certified. And should the search have been capped, so
 * that a job has room for FILL more, it gets that. Borrowers get neither: they
 * must give back to the last byte.
 */
static u128 settle(struct alloc *alloc)
{
	struct aios_job_node *job;
	u128 objective = 0;

	/* From here on counters are exact and nothing lent is to be had. */
	alloc->lent = true;
	clear_activity(alloc);
	for_each_column(alloc, job) {
		job->x_next = fit_everywhere(alloc, job, job->x_next);
		take(alloc, job, job->x_next, false);
		objective += aios_mul_u64(job->weight_scaled, job->x_next);
	}
	for_each_column(alloc, job) {
		u64 x = job->x_next, most;

		job->x = x;
		if (x == AIOS_X_ONE || borrows(alloc->engine, job))
			continue;
		take(alloc, job, x, true);
		most = fit_everywhere(alloc, job, AIOS_X_ONE);
		if (most >= x + FILL) {
			objective += aios_mul_u64(job->weight_scaled, most - x);
			job->x = most;
			job->x_next = most;
		} else if (x && fit_everywhere(alloc, job, x + 1) == x + 1) {
			job->x_next = x + 1;
		}
		take(alloc, job, job->x_next, false);
	}
	return objective;
}

/* The grant of a running job at its x. */
static u64 grant_of(const struct aios_engine *engine,
		    const struct aios_job_node *job, u64 x, u32 resource)
{
	u64 upper = job_upper(engine, job, resource);
	u64 grant;

	if (upper == AIOS_UNLIMITED)
		return upper;
	grant = aios_job_base(job, resource) + scaled(x, job->span[resource]);
	return max(job->request[resource], min(grant, upper));
}

/* Write the grants of x_next; true when one is another than before. */
static bool write_grant(struct alloc *alloc, struct aios_job_node *job)
{
	struct aios_engine *engine = alloc->engine;
	u32 mask = aios_job_arbitrated(engine, job);
	u64 x = job->x_next;
	bool changed = false;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 grant = job->grant[r];

		if (mask >> r & 1)
			grant = grant_of(engine, job, x, r);
		else if (engine->limit_only >> r & 1)
			grant = aios_engine_job_effective(engine, job, r, NULL);
		changed |= grant != job->grant[r];
		job->grant[r] = grant;
	}
	if (job->nr_shares) {
		struct aios_share *share = &job->share[job->nr_shares - 1];
		u64 milli = share->milli + scaled(x, job->span[AIOS_RESOURCE_GPU]);

		changed |= share->milli_granted != milli;
		share->milli_granted = (u32)milli;
	}
	return changed;
}

static void put_u128(u64 out[2], u128 value)
{
	out[0] = (u64)value;
	out[1] = (u64)(value >> 64);
}

static u64 row_activity(const struct aios_alloc_row *row)
{
	if (row->device)
		return row->device->activity[row->resource !=
					     AIOS_RESOURCE_GPU];
	return row->group->activity[row->resource];
}

static u64 row_excess(const struct aios_alloc_row *row)
{
	if (!row->device)
		return row->group->excess[row->resource];
	return row->resource == AIOS_RESOURCE_GPU ? 0 :
						    row->device->memory_excess;
}

/* Grant to everybody; what had to be lowered widens the gap. */
static void grant_all(struct alloc *alloc)
{
	struct aios_alloc_result *result = alloc->result;
	struct aios_engine *engine = alloc->engine;
	u128 bound = ((u128)result->objective[1] << 64 | result->objective[0]) +
		     ((u128)result->gap[1] << 64 | result->gap[0]);
	u128 objective = settle(alloc);
	struct aios_job_node *job;
	u32 i = 0, k;

	for_each_column(alloc, job) {
		job->reduced_cost = aios_lp_reduced_cost(alloc->lp, i++);
		aios_job_out(engine, job);
		if (write_grant(alloc, job))
			job->changed = true;
		aios_job_in(engine, job);
	}
	put_u128(result->objective, objective);
	if (~(result->gap[0] & result->gap[1]))
		put_u128(result->gap, bound > objective ? bound - objective : 0);
	for (k = 0; k < result->nr_rows; k++) {
		result->row[k].activity = row_activity(&result->row[k]);
		if (!result->lent)
			result->row[k].activity += row_excess(&result->row[k]);
	}
}

static size_t header_size(void)
{
	return ALIGN(sizeof(struct alloc), (size_t)16);
}

/**
 * aios_alloc_size() - memory that a distribution needs
 * @nr_jobs: running jobs, the one of a preview included
 *
 * Return: bytes.
 */
size_t aios_alloc_size(u32 nr_jobs)
{
	return header_size() +
	       aios_lp_size(min(nr_jobs, AIOS_LP_N_MAX), AIOS_LP_MAX_ROWS, 0);
}

static struct alloc *start(struct aios_engine *engine, void *workspace,
			   size_t size, struct aios_job_node *extra)
{
	struct alloc *alloc = workspace;

	if (size < aios_alloc_size(aios_queue_size(&engine->held) + !!extra))
		return NULL;
	memset(alloc, 0, sizeof(*alloc));
	alloc->engine = engine;
	alloc->extra = extra;
	alloc->lp_memory = (char *)workspace + header_size();
	alloc->result = extra ? &alloc->own : &engine->result;
	memset(alloc->result, 0, sizeof(*alloc->result));
	return alloc;
}

/**
 * aios_alloc_run() - distribute the surplus
 * @engine: the engine, all admissions done
 * @workspace: memory aligned to 16 bytes
 * @size: its size
 *
 * Marks the jobs whose grant is another than before as changed.
 *
 * Return: 0, -ENOMEM: the workspace is too small, nothing is changed.
 */
int aios_alloc_run(struct aios_engine *engine, void *workspace, size_t size)
{
	struct alloc *alloc = start(engine, workspace, size, NULL);

	if (!alloc)
		return -ENOMEM;
	prepare(alloc);
	if (alloc->nr_columns) {
		solve_all(alloc);
		grant_all(alloc);
	}
	alloc->result->nr_jobs = alloc->nr_columns;
	alloc->result->epoch = engine->epoch;
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
	struct alloc *alloc = start(engine, workspace, size, job);

	if (!alloc)
		return -ENOMEM;
	aios_job_floor(engine, job);
	prepare(alloc);
	solve_all(alloc);
	job->x = job->x_next;
	if (job->x && job->x < AIOS_X_ONE)
		job->x_next++;
	write_grant(alloc, job);
	return 0;
}
