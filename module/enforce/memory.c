// SPDX-License-Identifier: GPL-2.0
/*
 * Memory, in bytes: the kernel reclaims above the grant (memory.high), and what would
 * exceed the limit (memory.max) is ended.
 */
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/memory.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "enforce/cgroup.h"
#include "enforce/resource.h"

/* How far above the use memory.max stays while it follows it down. */
#define MARGIN		SZ_1M

/*
 * Lowering memory.max below what is used would kill at once, so memory.high makes
 * the kernel reclaim and memory.max follows the use down in steps. Sets *max to what
 * memory.max can be set to now.
 */
static int lower_max(struct aios_cgroup *cg, u64 previous, u64 high, u64 *max)
{
	u64 used;
	int ret;

	ret = aios_write_amount(cg, AIOS_CG_MEMORY_HIGH, high);
	if (!ret)
		ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &used);
	if (!ret && used > *max)
		*max = min_t(u64, previous, PAGE_ALIGN(used + MARGIN));
	return ret;
}

/* A new cgroup holds "max", which need not be written once more. */
static int write_unless_fresh(struct aios_cgroup *cg, enum aios_cg_file which,
			      enum aios_held known, u64 amount)
{
	if (known == AIOS_HELD_FRESH && amount == AIOS_UNLIMITED)
		return 0;
	return aios_write_amount(cg, which, amount);
}

static int memory_write(struct aios_cgroup *cg, struct aios_entitlement *held,
			enum aios_held known, const struct aios_entitlement *want)
{
	bool written = known == AIOS_HELD_WRITTEN;
	u64 previous = written ? held->limit : AIOS_UNLIMITED;
	u64 high = min(want->grant, want->limit), max = want->limit;
	int ret;

	if (written && held->grant == want->grant && held->limit == want->limit)
		return 0;
	/* Nobody is in a new cgroup who could use more than he shall. */
	if (max < previous && known != AIOS_HELD_FRESH) {
		ret = lower_max(cg, previous, high, &max);
		if (ret)
			return ret;
	}
	ret = write_unless_fresh(cg, AIOS_CG_MEMORY_MAX, known, max);
	if (ret)
		return ret;
	/* At the limit there is nothing to hold back before: do not throttle. */
	if (max == want->limit && high == max)
		high = AIOS_UNLIMITED;
	ret = write_unless_fresh(cg, AIOS_CG_MEMORY_HIGH, known, high);
	if (ret)
		return ret;
	*held = *want;
	held->limit = max;
	return max == want->limit ? 0 : -EINPROGRESS;
}

/*
 * The limit of an adopted cgroup can be below what it came to use while it was allowed
 * more: to write it at once would kill. What can be reclaimed is, by way of memory.high,
 * which is written back after this; what is left keeps its room.
 */
static int memory_restore(struct aios_cgroup *cg, enum aios_cg_file which, const char *text)
{
	u64 max, used;
	int ret;

	if (which != AIOS_CG_MEMORY_MAX || kstrtou64(text, 10, &max))
		return aios_cgroup_write(cg, which, "%s", text);
	ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &used);
	if (!ret && used + MARGIN > max)
		ret = aios_write_amount(cg, AIOS_CG_MEMORY_HIGH, max);
	if (!ret)
		ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &used);
	if (ret)
		return ret;
	if (used <= max)
		return aios_write_amount(cg, AIOS_CG_MEMORY_MAX, max);
	ret = aios_write_amount(cg, AIOS_CG_MEMORY_MAX, PAGE_ALIGN(used + MARGIN));
	return ret ? ret : -EBUSY;
}

static bool memory_drifted(struct aios_cgroup *cg, const struct aios_entitlement *held)
{
	return aios_amount_drifted(cg, AIOS_CG_MEMORY_MAX, held->limit, PAGE_SIZE);
}

static int memory_sample(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample)
{
	int ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_PEAK, &sample->peak[resource]);

	if (sample->last)
		return ret;
	/* The use is worth knowing without a peak, too. */
	return aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &sample->level[resource]);
}

/* --------------------------------------------------------------- the machine */

static u64 memory_capacity(void)
{
	return (u64)totalram_pages() << PAGE_SHIFT;
}

static void (*capacity_changed)(void);	/* immutable while watching */

static int on_memory_event(struct notifier_block *nb, unsigned long event, void *arg)
{
	if (event == MEM_ONLINE || event == MEM_OFFLINE)
		capacity_changed();
	return NOTIFY_OK;
}

static struct notifier_block memory_notifier = {
	.notifier_call = on_memory_event,
};

static int memory_watch(void (*changed)(void))
{
	capacity_changed = changed;
	return register_memory_notifier(&memory_notifier);
}

static void memory_unwatch(void)
{
	unregister_memory_notifier(&memory_notifier);
}

static const struct aios_controller memory_controller = {
	.name = "memory",
	.feature = AIOS_FEATURE_MEMORY,
	.required = true,
};

const struct aios_resource_ops aios_memory_ops = {
	.name = "memory",
	.unit = "bytes",
	.flags = AIOS_RESOURCE_STICKY,
	.how = AIOS_HOW_ENFORCED,
	.controller = &memory_controller,
	.pressure = AIOS_CG_MEMORY_PRESSURE,
	.saved = { AIOS_CG_MEMORY_MAX, AIOS_CG_MEMORY_HIGH },
	.capacity = memory_capacity,
	.watch = memory_watch,
	.unwatch = memory_unwatch,
	.write = memory_write,
	.restore = memory_restore,
	.drifted = memory_drifted,
	.sample = memory_sample,
};
