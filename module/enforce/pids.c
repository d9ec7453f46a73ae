// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks: a limit alone, which nobody requests and which is not divided.
 */
#include "enforce/cgroup.h"
#include "enforce/resource.h"

static int pids_write(struct aios_cgroup *cg, struct aios_entitlement *held,
		      enum aios_held known, const struct aios_entitlement *want)
{
	u64 holds = known == AIOS_HELD_WRITTEN ? held->limit : AIOS_UNLIMITED;
	int ret = 0;

	if (known == AIOS_HELD_UNKNOWN || holds != want->limit)
		ret = aios_write_amount(cg, AIOS_CG_PIDS_MAX, want->limit);
	if (!ret)
		*held = *want;
	return ret;
}

static bool pids_drifted(struct aios_cgroup *cg, const struct aios_entitlement *held)
{
	return aios_amount_drifted(cg, AIOS_CG_PIDS_MAX, held->limit, 1);
}

static int pids_sample(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample)
{
	if (sample->last)
		return 0;
	return aios_cgroup_read_u64(cg, AIOS_CG_PIDS_CURRENT, &sample->level[resource]);
}

static const struct aios_controller pids_controller = {
	.name = "pids",
	.feature = AIOS_FEATURE_PIDS,
};

const struct aios_resource_ops aios_pids_ops = {
	.name = "pids",
	.unit = "tasks",
	.flags = AIOS_RESOURCE_LIMIT_ONLY,
	.how = AIOS_HOW_ENFORCED,
	.least = 1,
	.controller = &pids_controller,
	.saved = { AIOS_CG_PIDS_MAX },
	.write = pids_write,
	.drifted = pids_drifted,
	.sample = pids_sample,
};
