/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the allocator share: a distribution in the making.
 *
 *	alloc.c	the way from the engine's state to grants
 *	columns.c	which jobs it is about
 *	rows.c	which rows are in the program, and what is left in each
 *	solve.c	the programs
 *	grant.c	the grants
 */
#ifndef AIOS_CORE_ALLOC_INTERNAL_H
#define AIOS_CORE_ALLOC_INTERNAL_H

#include "core/alloc/alloc.h"
#include "core/base/fixed.h"
#include "core/lp/goal.h"

/**
 * struct aios_alloc - one distribution in the making; lies in the workspace
 * @engine: the engine
 * @extra: job of a preview: as if it were admitted
 * @groups: groups with a column below them, linked by next
 * @lent: second program: use above the request is not to be had
 * @left_out: some row that could bind is not in the program
 * @lowered: somebody has less than the program says
 * @rate_drop: drf: digits that the rates lose to be weights of the program
 * @rate_most: drf: the largest rate
 * @answer: of the program
 * @lp: the program
 * @lp_memory: where it lies
 * @column: the jobs with open columns, in order of arrival, then @extra; the array
 *	lies in the workspace, so that a pass over it does not wait for the memory of
 *	one job to know the next
 * @nr_columns: columns
 * @closed_weight: the sum of the weights of the other running jobs
 * @fraction: columns whose x is neither 0 nor 1, as far as they fit
 * @nr_fractions: how many there are
 * @result: rows and figures
 * @own: @result of a preview
 * @score: b and demand of each row, to find the loosest
 * @coefficient: of the column being built, by row
 * @rows: its rows
 * @a: its coefficients
 */
struct aios_alloc {
	struct aios_engine *engine;
	struct aios_job_node *extra;
	struct aios_group_node *groups;
	bool lent;
	bool left_out;
	bool lowered;
	u32 rate_drop;
	u128 rate_most;
	struct aios_lp_answer answer;
	struct aios_lp *lp;
	void *lp_memory;
	struct aios_job_node **column;
	u32 nr_columns;
	u64 closed_weight;
	struct aios_job_node *fraction[AIOS_LP_MAX_ROWS];
	u32 nr_fractions;
	struct aios_alloc_result *result;
	struct aios_alloc_result own;
	u64 score[AIOS_LP_MAX_ROWS][2];
	u64 coefficient[AIOS_LP_MAX_ROWS];
	u8 rows[AIOS_LP_MAX_ROWS];
	u64 a[AIOS_LP_MAX_ROWS];
};

static inline u64 aios_scaled(u64 x, u64 span)
{
	return (u64)(aios_mul_u64(x, span) >> AIOS_X_FRAC);
}

static inline u64 aios_add_saturated(u64 a, u64 b)
{
	u64 sum;

	return check_add_overflow(a, b, &sum) ? U64_MAX : sum;
}

static inline void aios_put_u128(u64 out[2], u128 value)
{
	out[0] = (u64)value;
	out[1] = (u64)(value >> 64);
}

/* Return what is charged for a job that is, or in a preview would be, running. */
static inline u64 aios_column_held(const struct aios_job_node *job,
				   u32 resource)
{
	return max(job->held[resource], aios_node_base(job, resource));
}

static inline u64 aios_share_excess(const struct aios_share *share)
{
	return share->memory_used > share->memory ?
	       share->memory_used - share->memory : 0;
}

static inline struct aios_device_node *
aios_device_of(struct aios_ordered_node *node)
{
	return container_of(node, struct aios_device_node, node);
}

#define for_each_device(engine, node) \
	for ((node) = aios_ordered_first(&(engine)->devices); node; \
	     (node) = aios_ordered_next(node))

u64 aios_alloc_upper(const struct aios_engine *engine,
		     const struct aios_job_node *job, u32 resource);
bool aios_alloc_borrows(const struct aios_engine *engine,
			const struct aios_job_node *job);

void aios_column_span(const struct aios_engine *engine, struct aios_job_node *job);
bool aios_columns_reckon(struct aios_engine *engine);
struct aios_job_node *aios_column_next(const struct aios_engine *engine,
				       const struct aios_job_node *job);
void aios_columns_grant(struct aios_engine *engine, bool all);

u64 aios_alloc_group_left(const struct aios_alloc *alloc,
			  const struct aios_group_node *group, u32 resource);
u64 aios_alloc_device_left(const struct aios_alloc *alloc,
			   const struct aios_device_node *device, u32 what);
void aios_alloc_rows_reset(struct aios_alloc *alloc);
void aios_alloc_rows_take(struct aios_alloc *alloc, u32 nr_fixed, bool first);
void aios_alloc_rows_drop(struct aios_alloc *alloc);
void aios_alloc_activity_clear(struct aios_alloc *alloc);

void aios_alloc_solve(struct aios_alloc *alloc);

void aios_alloc_settle(struct aios_alloc *alloc);
bool aios_alloc_write(struct aios_engine *engine, struct aios_job_node *job);
void aios_alloc_sum_rows(struct aios_alloc *alloc);

#endif /* AIOS_CORE_ALLOC_INTERNAL_H */
