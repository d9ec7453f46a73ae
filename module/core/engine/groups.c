// SPDX-License-Identifier: GPL-2.0
/*
 * The tree of groups, their limits and weights.
 */
#include "core/engine/internal.h"

/* See events.h and questions.h for the contracts of what they declare. */

static bool weight_valid(u32 weight, struct aios_why *why)
{
	if (weight >= AIOS_WEIGHT_MIN && weight <= AIOS_WEIGHT_MAX)
		return true;
	aios_why_set(why, AIOS_WHY_VALUE, 0, 0, weight, AIOS_WEIGHT_MAX);
	return false;
}

int aios_engine_group_attach(struct aios_group_node *group,
			     struct aios_group_node *parent, u32 weight,
			     struct aios_why *why)
{
	u32 r;

	if (!weight_valid(weight, why))
		return -EINVAL;
	if (parent->depth >= AIOS_DEPTH_MAX) {
		aios_why_set(why, AIOS_WHY_DEPTH, 0, parent->id,
			     parent->depth + 1, AIOS_DEPTH_MAX);
		return -ENAMETOOLONG;
	}
	aios_why_clear(why);
	group->parent = parent;
	group->depth = parent->depth + 1;
	group->weight = weight;
	/* Stamps only grow: a node that is attached again matches none. */
	group->sim.stamp = 0;
	group->alloc.stamp = 0;
	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		group->limit[r] = AIOS_UNLIMITED;
	parent->nr_groups++;
	return 0;
}

static void set_left(struct aios_group_node *group, u32 resource, u64 left)
{
	s64 more = (s64)(left - group->left[resource]);

	aios_quota_move(group, resource, more, 0, more);
	group->left[resource] = left;
}

void aios_engine_group_left(struct aios_engine *engine, struct aios_now now,
			    struct aios_group_node *group, u32 resource, u64 left)
{
	aios_now_check(engine, now);
	left = min_t(u64, left, AIOS_AMOUNT_MAX);
	if (resource >= AIOS_RESOURCE_MAX || left == group->left[resource])
		return;
	aios_group_account(engine, group);
	set_left(group, resource, left);
	aios_engine_touch(engine);
}

int aios_engine_group_detach(struct aios_engine *engine,
			     struct aios_group_node *group,
			     struct aios_why *why)
{
	u32 k;

	if (group->nr_jobs || group->nr_groups) {
		aios_why_set(why, AIOS_WHY_BUSY, 0, group->id, group->nr_jobs,
			     group->nr_groups);
		return -EBUSY;
	}
	aios_why_clear(why);
	for (k = 0; k < engine->result.nr_rows; k++)
		if (engine->result.row[k].group == group)
			engine->result.row[k].group = NULL;
	for (k = 0; k < AIOS_RESOURCE_MAX; k++)
		set_left(group, k, 0);
	aios_domain_detach(engine, group);
	group->parent->nr_groups--;
	group->parent = NULL;
	return 0;
}

static int limit_refused(const struct aios_engine *engine,
			 const struct aios_group_node *group, u32 resource,
			 u64 limit, struct aios_why *why)
{
	const struct aios_group_node *up;

	if (!((engine->elastic | engine->sticky | engine->limit_only) >>
	      resource & 1)) {
		aios_why_set(why, AIOS_WHY_UNENFORCEABLE, resource, group->id,
			     limit, 0);
		return -EOPNOTSUPP;
	}
	if (!aios_amount_valid(limit)) {
		aios_why_set(why, AIOS_WHY_VALUE, resource, group->id, limit,
			     AIOS_AMOUNT_MAX);
		return -EINVAL;
	}
	if (limit == AIOS_UNLIMITED)
		return 0;
	for (up = group->parent; up; up = up->parent) {
		if (limit <= up->limit[resource])
			continue;
		aios_why_set(why, AIOS_WHY_ABOVE_PARENT, resource, up->id, limit,
			     up->limit[resource]);
		return -EINVAL;
	}
	return 0;
}

int aios_engine_group_limit(struct aios_engine *engine, struct aios_now now,
			    struct aios_group_node *group, u32 mask,
			    const u64 *limit, u32 *pending, struct aios_why *why)
{
	u32 above = 0, r;
	int err;

	aios_now_check(engine, now);
	if (mask >> AIOS_RESOURCE_MAX) {
		aios_why_set(why, AIOS_WHY_VALUE, 0, group->id, mask,
			     (1U << AIOS_RESOURCE_MAX) - 1);
		return -EINVAL;
	}
	aios_for_each_resource(r, mask) {
		err = limit_refused(engine, group, r, limit[r], why);
		if (err)
			return err;
	}
	aios_why_clear(why);
	aios_for_each_resource(r, mask) {
		group->limit[r] = limit[r];
		if (group->charged[r] > limit[r])
			above |= 1U << r;
	}
	if (pending)
		*pending = above;
	aios_engine_touch(engine);
	return 0;
}

int aios_engine_group_weight(struct aios_engine *engine, struct aios_now now,
			     struct aios_group_node *group, u32 weight,
			     struct aios_why *why)
{
	aios_now_check(engine, now);
	if (!weight_valid(weight, why))
		return -EINVAL;
	aios_why_clear(why);
	group->weight = weight;
	engine->pending.alloc = true;
	engine->columns.stale = true;
	return 0;
}

u64 aios_engine_group_effective(const struct aios_engine *engine,
				const struct aios_group_node *group,
				u32 resource, u64 *binding)
{
	return aios_quota_effective(engine, group, resource, binding);
}

u64 aios_engine_job_effective(const struct aios_engine *engine,
			      const struct aios_job_node *job, u32 resource,
			      u64 *binding)
{
	return aios_quota_of_job(engine, job, resource, binding);
}

u64 aios_engine_job_beside(const struct aios_engine *engine,
			   const struct aios_job_node *job, u32 resource, u64 *binding)
{
	return aios_quota_beside(engine, job, resource, binding);
}
