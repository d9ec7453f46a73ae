// SPDX-License-Identifier: GPL-2.0
/*
 * Swap, in bytes: a limit alone. Whoever states memory and no swap gets none, for what he
 * stated would else be no bound of what he uses.
 */
#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/swap.h>
#include <linux/types.h>

#include "enforce/cgroup.h"
#include "enforce/memory.h"
#include "enforce/resource.h"

static bool seen;	/* swap; written whole, and never taken back */

/* Whether the machine has swap, or had: what is full for now is swap as well. */
static bool swap_is_there(void)
{
	if (!READ_ONCE(seen) && get_nr_swap_pages() > 0)
		WRITE_ONCE(seen, true);
	return READ_ONCE(seen);
}

/*
 * As long as the machine has no swap, a limit need not be written, and where the kernel
 * knows of none there is no file for it. Nothing else excuses that it is missing: in an
 * adopted cgroup without the controller nothing would hold what was stated.
 */
static int swap_write(struct aios_cgroup *cg, struct aios_entitlement *held,
		      enum aios_held known, const struct aios_entitlement *want)
{
	int ret;

	if (known == AIOS_HELD_FRESH)
		held->limit = AIOS_UNLIMITED;
	if (known != AIOS_HELD_UNKNOWN &&
	    (held->limit == want->limit || (want->limit != AIOS_UNLIMITED && !swap_is_there())))
		return 0;
	ret = IS_ENABLED(CONFIG_SWAP) ?
		aios_write_amount(cg, AIOS_CG_MEMORY_SWAP_MAX, want->limit) : 0;
	if (!ret)
		held->limit = want->limit;
	return ret;
}

static bool swap_drifted(struct aios_cgroup *cg, const struct aios_entitlement *held)
{
	return IS_ENABLED(CONFIG_SWAP) &&
	       aios_amount_drifted(cg, AIOS_CG_MEMORY_SWAP_MAX, held->limit, PAGE_SIZE);
}

static int swap_sample(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample)
{
	if (sample->last || !swap_is_there())
		return 0;
	return aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_SWAP_CURRENT, &sample->level[resource]);
}

const struct aios_resource_ops aios_swap_ops = {
	.name = "swap",
	.unit = "bytes",
	.flags = AIOS_RESOURCE_LIMIT_ONLY,
	.how = AIOS_HOW_ENFORCED,
	.beside = 1U << AIOS_RESOURCE_MEMORY,
	.controller = &aios_memory_controller,
	.saved = { AIOS_CG_MEMORY_SWAP_MAX },
	.write = swap_write,
	.drifted = swap_drifted,
	.sample = swap_sample,
};
