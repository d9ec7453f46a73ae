// SPDX-License-Identifier: GPL-2.0
/*
 * The table of resources: see resource.h.
 */
#include <linux/errno.h>
#include <linux/math.h>

#include "enforce/cgroup.h"
#include "enforce/resource.h"

static const struct aios_resource_ops * const resources[AIOS_RESOURCE_MAX] = {
	[AIOS_RESOURCE_CPU] = &aios_cpu_ops,
	[AIOS_RESOURCE_MEMORY] = &aios_memory_ops,
	[AIOS_RESOURCE_GPU] = &aios_gpu_ops,
	[AIOS_RESOURCE_GPU_MEMORY] = &aios_gpu_memory_ops,
	[AIOS_RESOURCE_IO] = &aios_io_ops,
	[AIOS_RESOURCE_NET] = &aios_net_ops,
	[AIOS_RESOURCE_PIDS] = &aios_pids_ops,
	[AIOS_RESOURCE_SWAP] = &aios_swap_ops,
	[AIOS_RESOURCE_HUGE_PAGES] = &aios_huge_pages_ops,
};

/**
 * aios_resource_ops_of - what there is to know of a resource
 * @resource: any number
 *
 * Return: its line of the table, NULL when there is no such resource.
 */
const struct aios_resource_ops *aios_resource_ops_of(u32 resource)
{
	return resource < AIOS_RESOURCE_MAX ? resources[resource] : NULL;
}

/**
 * aios_resource_next - for for_each_aios_resource()
 * @resource: where to look first; set to the number of what is returned
 *
 * Return: the next line of the table, NULL when there is none.
 */
const struct aios_resource_ops *aios_resource_next(u32 *resource)
{
	while (*resource < AIOS_RESOURCE_MAX && !resources[*resource])
		(*resource)++;
	return aios_resource_ops_of(*resource);
}

/**
 * aios_resource_how - how limits on a resource hold on this machine
 * @resource: any number
 *
 * Return: AIOS_HOW_*.
 */
u32 aios_resource_how(u32 resource)
{
	const struct aios_resource_ops *ops = aios_resource_ops_of(resource);

	if (!ops)
		return AIOS_HOW_NONE;
	if (ops->controller && !(aios_cgroup_features() & ops->controller->feature))
		return AIOS_HOW_NONE;
	return ops->how;
}

/**
 * aios_resource_count - how many resources there are
 */
u32 aios_resource_count(void)
{
	const struct aios_resource_ops *ops;
	u32 i, nr = 0;

	for_each_aios_resource(i, ops)
		nr = i + 1;
	return nr;
}

/**
 * aios_resource_withheld - whether who states these resources gets none of another
 * @mask: bits of those that are stated
 * @resource: the other one
 *
 * Return: true for one that is not stated itself, and would make one that is worthless.
 */
bool aios_resource_withheld(u32 mask, u32 resource)
{
	const struct aios_resource_ops *ops = aios_resource_ops_of(resource);

	return ops && ops->beside & mask && !aios_resource_in(mask, resource) &&
	       aios_resource_how(resource) != AIOS_HOW_NONE;
}

/**
 * aios_resource_late - whether limits of an adopted cgroup can still be stated
 * @stated: bits of the resources that were stated when it was adopted
 * @mask: bits of those that are stated now
 * @why: written on refusal
 *
 * Whether the files of swap and of huge pages were the caller's to write was looked at only
 * where he stated them.
 *
 * Return: 0 or -EPERM.
 */
int aios_resource_late(u32 stated, u32 mask, struct aios_why *why)
{
	const struct aios_resource_ops *ops;
	u32 i;

	for_each_aios_resource(i, ops) {
		if (!ops->beside || !aios_resource_in(mask & ~stated, i))
			continue;
		why->code = AIOS_WHY_CGROUP;
		why->resource = i;
		why->asked = EACCES;
		return -EPERM;
	}
	return 0;
}

/**
 * aios_resource_in - whether a mask names a resource
 * @mask: bits of AIOS_RESOURCE_*
 * @resource: AIOS_RESOURCE_*
 */
bool aios_resource_in(u32 mask, u32 resource)
{
	return mask >> resource & 1;
}

/**
 * aios_resource_mask_check - whether limits on these resources can hold
 * @mask: bits of AIOS_RESOURCE_*
 * @why: written on refusal
 *
 * Return: 0; -EINVAL for a bit that names no resource, -EOPNOTSUPP for a
 * resource that nothing on this machine holds.
 */
int aios_resource_mask_check(u32 mask, struct aios_why *why)
{
	u32 i;

	for (i = 0; i < 32; i++) {
		if (!aios_resource_in(mask, i) || aios_resource_ops_of(i))
			continue;
		why->resource = i;
		why->code = AIOS_WHY_VALUE;
		why->asked = mask;
		return -EINVAL;
	}
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		if (!aios_resource_in(mask, i) || aios_resource_how(i) != AIOS_HOW_NONE)
			continue;
		why->resource = i;
		why->code = AIOS_WHY_UNENFORCEABLE;
		return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * aios_resource_least_check - whether anything can begin within limits
 * @mask: bit i: @limit[i] is one of them
 * @request: in each resource's unit; a limit below it is refused for that; NULL: none
 * @limit: likewise
 * @none: 0 is a limit too: whoever is under it gets none at all
 * @why: written on refusal
 *
 * Return: 0 or -EINVAL.
 */
int aios_resource_least_check(u32 mask, const u64 *request, const u64 *limit, bool none,
			      struct aios_why *why)
{
	const struct aios_resource_ops *ops;
	u32 i;

	for_each_aios_resource(i, ops) {
		if (!aios_resource_in(mask, i) || limit[i] >= ops->least || (none && !limit[i]))
			continue;
		if (request && request[i] > limit[i])
			continue;
		why->code = AIOS_WHY_TOO_LITTLE;
		why->resource = i;
		why->asked = limit[i];
		why->available = ops->least;
		return -EINVAL;
	}
	return 0;
}

/**
 * aios_write_amount - write an amount to a file that takes a number or "max"
 * @cg: the cgroup
 * @which: the file
 * @amount: the number; AIOS_UNLIMITED is "max"
 *
 * Return: as aios_cgroup_write().
 */
int aios_write_amount(struct aios_cgroup *cg, enum aios_cg_file which, u64 amount)
{
	if (amount == AIOS_UNLIMITED)
		return aios_cgroup_write(cg, which, "max");
	return aios_cgroup_write(cg, which, "%llu", amount);
}

/**
 * aios_amount_drifted - whether such a file holds another amount
 * @cg: the cgroup
 * @which: the file
 * @amount: what was written
 * @unit: what the controller counts in, a power of 2
 */
bool aios_amount_drifted(struct aios_cgroup *cg, enum aios_cg_file which, u64 amount,
			 u64 unit)
{
	u64 found;

	if (aios_cgroup_read_u64(cg, which, &found))
		return true;
	if (amount == AIOS_UNLIMITED || found == AIOS_UNLIMITED)
		return amount != found;
	return round_down(amount, unit) != round_down(found, unit);
}
