// SPDX-License-Identifier: GPL-2.0
/*
 * Network bandwidth, in bytes per second, of what comes in and of what goes out, each for
 * itself: a shaper holds the sockets of the cgroup to it. There is no control file.
 */
#include <linux/errno.h>
#include <linux/time64.h>

#include "enforce/cgroup.h"
#include "enforce/resource.h"
#include "net/shaper.h"

/* Who has nothing guaranteed takes his turn with others like him. */
static u64 guaranteed(const struct aios_entitlement *want)
{
	return want->grant == AIOS_UNLIMITED ? 0 : want->grant;
}

/* Where nobody states anything, above or here, there is no shaper. */
static bool is_shaped(const struct aios_cgroup *cg, const struct aios_entitlement *want)
{
	return cg->shaper || want->cap != AIOS_UNLIMITED || guaranteed(want) ||
	       aios_shapers_cover(cg->dir.dentry, cg->charged);
}

static int net_write(struct aios_cgroup *cg, struct aios_entitlement *held,
		     enum aios_held known, const struct aios_entitlement *want)
{
	int ret = 0;

	if (known == AIOS_HELD_WRITTEN && held->grant == want->grant && held->cap == want->cap)
		return 0;
	if (is_shaped(cg, want))
		ret = aios_shaper_set(&cg->shaper, cg->dir.dentry, cg->charged,
				      guaranteed(want), want->cap);
	if (!ret)
		*held = *want;
	return ret;
}

/* Nobody else can change it. */
static bool net_drifted(struct aios_cgroup *cg, const struct aios_entitlement *held)
{
	return false;
}

static int net_sample(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample)
{
	if (!cg->shaper)
		return -ENODEV;
	if (sample->rates)
		sample->total[resource] = aios_shaper_bytes(cg->shaper);
	return 0;
}

const struct aios_resource_ops aios_net_ops = {
	.name = "net",
	.unit = "bytes/s",
	.flags = AIOS_RESOURCE_ELASTIC,
	.how = AIOS_NET_SHAPES ? AIOS_HOW_ENFORCED : AIOS_HOW_ADVISORY,
	.rate = NSEC_PER_SEC,
	.write = net_write,
	.drifted = net_drifted,
	.sample = net_sample,
};
