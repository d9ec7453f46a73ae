// SPDX-License-Identifier: GPL-2.0
/*
 * Hierarchical charging, O(depth) a resource. As in the kernel's own
 * controllers (pids, misc) a charge is checked on the whole path and then made
 * on the whole path, so a refusal leaves nothing to undo.
 */
#include "core/books/books.h"
#include "core/books/quota.h"

/**
 * aios_quota_move() - change what is charged on a whole path
 * @group: lowest group
 * @resource: AIOS_RESOURCE_*
 * @charged: added to what is charged
 * @excess: added to the part that is above requests
 * @granted: added to what is granted
 *
 * The caller has checked, or means to exceed a limit that was lowered.
 */
void aios_quota_move(struct aios_group_node *group, u32 resource, s64 charged,
		     s64 excess, s64 granted)
{
	for (; group; group = group->parent) {
		group->charged[resource] += (u64)charged;
		group->excess[resource] += (u64)excess;
		group->granted[resource] += (u64)granted;
	}
}

/**
 * aios_quota_bound() - the limit of one group, with the machine's at the root
 * @engine: the engine
 * @group: group
 * @resource: AIOS_RESOURCE_*
 *
 * Return: the amount that may be charged, AIOS_UNLIMITED for any (not the root).
 */
u64 aios_quota_bound(const struct aios_engine *engine,
		     const struct aios_group_node *group, u32 resource)
{
	u64 bound = group->limit[resource];

	if (group->parent)
		return bound;
	if (!(AIOS_PLACED_MASK >> resource & 1))
		bound = min(bound, engine->capacity[resource]);
	return min_t(u64, bound, AIOS_CHARGE_MAX);
}

/**
 * aios_quota_effective() - the smallest limit from a group to the machine
 * @engine: the engine
 * @group: group
 * @resource: AIOS_RESOURCE_*
 * @binding: id of the nearest group that has it; may be NULL
 *
 * Return: the limit.
 */
u64 aios_quota_effective(const struct aios_engine *engine,
			 const struct aios_group_node *group, u32 resource,
			 u64 *binding)
{
	u64 least = group->limit[resource];
	u64 id = group->id;

	for (; group; group = group->parent) {
		u64 bound = group->limit[resource];

		if (!group->parent)
			bound = min(bound, engine->capacity[resource]);
		if (bound < least) {
			least = bound;
			id = group->id;
		}
	}
	if (binding)
		*binding = id;
	return least;
}

static u64 charged_in(const struct aios_engine *engine,
		      const struct aios_group_node *group, u32 resource,
		      enum aios_view view)
{
	u64 sim = group->charged[resource];

	if (group->sim.stamp == engine->stamps.sim)
		sim = group->sim.charged[resource];
	switch (view) {
	case AIOS_VIEW_NOW:
		return group->charged[resource];
	case AIOS_VIEW_REQUESTS:
		return group->charged[resource] - group->excess[resource];
	case AIOS_VIEW_SIM:
		return sim;
	case AIOS_VIEW_BOTH:
		return max(group->charged[resource], sim);
	case AIOS_VIEW_EMPTY:
	case AIOS_VIEW_ALONE:
	case AIOS_VIEW_WHOLE:
		break;
	}
	return 0;
}

/* The bound of a group on the machine as it can be again. */
static u64 whole_bound(const struct aios_engine *engine, const struct aios_group_node *group,
		       u32 resource)
{
	u64 bound = aios_quota_bound(engine, group, resource);

	if (group->parent || bound == AIOS_UNLIMITED)
		return bound;
	return max(bound, min(group->limit[resource], engine->whole[resource]));
}

/**
 * aios_quota_room() - what can still be charged now
 * @engine: the engine
 * @group: lowest group
 * @resource: AIOS_RESOURCE_*
 *
 * Return: the amount.
 */
u64 aios_quota_room(const struct aios_engine *engine,
		    const struct aios_group_node *group, u32 resource)
{
	u64 room = AIOS_CHARGE_MAX;

	for (; group; group = group->parent) {
		u64 bound = aios_quota_bound(engine, group, resource);
		u64 charged = group->charged[resource];

		room = min(room, bound > charged ? bound - charged : 0);
	}
	return room;
}

static bool is_empty(enum aios_view view)
{
	return view == AIOS_VIEW_EMPTY || view == AIOS_VIEW_WHOLE;
}

/**
 * aios_quota_fits() - whether a charge fits everywhere on its path
 * @engine: the engine
 * @group: lowest group
 * @resource: AIOS_RESOURCE_*
 * @need: amount; 0 always fits
 * @view: state of the machine
 * @why: written when it does not: the lowest group that refuses
 *
 * Return: true when it fits.
 */
bool aios_quota_fits(const struct aios_engine *engine,
		     const struct aios_group_node *group, u32 resource,
		     u64 need, enum aios_view view, struct aios_why *why)
{
	if (!need)
		return true;
	for (; group; group = group->parent) {
		u64 bound = view == AIOS_VIEW_WHOLE ? whole_bound(engine, group, resource) :
			    aios_quota_bound(engine, group, resource);
		u64 charged;

		if (bound == AIOS_UNLIMITED)
			continue;
		charged = charged_in(engine, group, resource, view);
		if (charged <= bound && need <= bound - charged)
			continue;
		why->code = is_empty(view) && need > whole_bound(engine, group, resource) ?
			    AIOS_WHY_NEVER_FITS : AIOS_WHY_NOT_NOW;
		why->resource = resource;
		why->group = group->id;
		why->asked = need;
		why->available = charged < bound ? bound - charged : 0;
		return false;
	}
	return true;
}

/**
 * aios_quota_of_job() - what a job can have of a resource at most
 * @engine: the engine
 * @job: attached to its group
 * @resource: AIOS_RESOURCE_*
 * @binding: written: id of the group whose limit that is, 0: the job's own; may be NULL
 *
 * Return: the least of the limits of the job, its groups and the machine.
 */
u64 aios_quota_of_job(const struct aios_engine *engine, const struct aios_job_node *job,
		      u32 resource, u64 *binding)
{
	u64 group = aios_quota_effective(engine, job->group, resource, binding);
	u64 own = AIOS_UNLIMITED;

	if (job->resource_mask >> resource & 1)
		own = job->limit[resource];
	if (own > group)
		return group;
	if (binding && own < AIOS_UNLIMITED)
		*binding = 0;
	return own;
}

/**
 * aios_quota_beside() - what a job can use while all others keep what they were promised
 * @engine: the engine
 * @job: attached to its group
 * @resource: AIOS_RESOURCE_*, a sticky one
 * @binding: written: id of the group that leaves it so little, 0: none; may be NULL
 *
 * Where nobody else was promised anything, the limits of the groups say all there is.
 *
 * Return: the amount, AIOS_UNLIMITED where nothing binds.
 */
u64 aios_quota_beside(const struct aios_engine *engine, const struct aios_job_node *job,
		      u32 resource, u64 *binding)
{
	bool holds = aios_node_holds(job) && aios_node_arbitrated(engine, job) >> resource & 1;
	u64 least = AIOS_UNLIMITED, id = 0;
	const struct aios_group_node *group;

	for (group = job->group; group; group = group->parent) {
		u64 bound = aios_quota_bound(engine, group, resource);
		u64 others = group->charged[resource] - group->excess[resource];
		u64 beside;

		if (holds)
			others -= job->state == AIOS_CORE_HELD ? aios_node_base(job, resource) :
								 job->held[resource];
		if (!others || bound == AIOS_UNLIMITED)
			continue;
		beside = bound > others ? bound - others : 0;
		if (beside < least) {
			least = beside;
			id = group->id;
		}
	}
	if (binding)
		*binding = id;
	return least;
}
