// SPDX-License-Identifier: GPL-2.0
/*
 * Memory, in bytes: the kernel reclaims above the grant (memory.high), what would exceed
 * the limit (memory.max) is ended, and what was promised is taken by nobody else
 * (memory.min).
 */
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/memory.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "enforce/cgroup.h"
#include "enforce/memory.h"
#include "enforce/resource.h"

/* How far above the use memory.max stays while it follows it down, at least. */
#define MARGIN		SZ_1M

/* What memory.stat says of the amounts that come first in it fits. */
#define STAT_LEN	2048

/* Whoever ends and has used less is not asked what he leaves behind. */
#define LEAVES		SZ_4M

/* What a program is left above what it holds fast, since that comes and goes. */
static u64 headroom(u64 amount)
{
	return max_t(u64, MARGIN, PAGE_ALIGN(amount / 16));
}

static u64 stat_of(const char *text, const char *key)
{
	u64 value = 0;

	aios_cgroup_find_key(text, key, &value);
	return value;
}

/*
 * How much of @used the kernel cannot take back. What is in files, and what the kernel
 * keeps for its own convenience, can go, and so can what has room in swap. Where nothing
 * can be read nothing is known to stay.
 */
static u64 held_fast(struct aios_cgroup *cg, u64 used, bool swaps)
{
	char *text = kmalloc(STAT_LEN, GFP_KERNEL);
	u64 goes = used, swappable;

	if (!text)
		return 0;
	if (aios_cgroup_read(cg, AIOS_CG_MEMORY_STAT, text, STAT_LEN) > 0) {
		goes = stat_of(text, "inactive_file") + stat_of(text, "active_file") +
		       stat_of(text, "slab_reclaimable");
		swappable = stat_of(text, "inactive_anon") + stat_of(text, "active_anon");
		if (swaps)
			goes += min_t(u64, swappable,
				      (u64)get_nr_swap_pages() << PAGE_SHIFT);
	}
	kfree(text);
	return used > goes ? used - goes : 0;
}

/* What a new cgroup holds anyway need not be written once more. */
static int write_unless_fresh(struct aios_cgroup *cg, enum aios_cg_file which,
			      enum aios_held known, u64 amount, u64 fresh)
{
	if (known == AIOS_HELD_FRESH && amount == fresh)
		return 0;
	return aios_write_amount(cg, which, amount);
}

/* Nobody else's need takes what was promised. */
static int protect(struct aios_cgroup *cg, struct aios_entitlement *held,
		   enum aios_held known, const struct aios_entitlement *want)
{
	int ret = 0;

	if (known != AIOS_HELD_WRITTEN || held->promised != want->promised)
		ret = write_unless_fresh(cg, AIOS_CG_MEMORY_MIN, known, want->promised, 0);
	if (!ret)
		held->promised = want->promised;
	return ret;
}

/* Nobody is in a new cgroup who could use more than he shall. */
static int write_fresh(struct aios_cgroup *cg, struct aios_entitlement *held,
		       const struct aios_entitlement *want)
{
	u64 high = min(want->grant, want->limit);
	int ret;

	/* At the limit there is nothing to hold back before: do not throttle. */
	if (high == want->limit)
		high = AIOS_UNLIMITED;
	ret = write_unless_fresh(cg, AIOS_CG_MEMORY_MAX, AIOS_HELD_FRESH, want->limit,
				 AIOS_UNLIMITED);
	if (!ret)
		ret = write_unless_fresh(cg, AIOS_CG_MEMORY_HIGH, AIOS_HELD_FRESH, high,
					 AIOS_UNLIMITED);
	held->kept = 0;
	return ret;
}

/*
 * Tasks above memory.high stand still for as long as nothing of theirs can be taken back,
 * so that what is held fast is left to them, with room to move. It grows with them at
 * every tick alone: a job that takes more than its grant is slowed, and not stopped.
 */
static u64 kept_above(struct aios_cgroup *cg, const struct aios_entitlement *held,
		      bool written, u64 high, u64 used, bool swaps)
{
	u64 before = written ? held->kept : 0, fast, kept;

	if (used <= high)
		return 0;
	fast = held_fast(cg, used, swaps);
	kept = fast + headroom(fast);
	if (fast + MARGIN <= high)
		return 0;
	/* What comes and goes within the room that it has changes nothing. */
	if (used + headroom(used) / 4 < before && before < kept + headroom(fast))
		return before;
	return kept;
}

/* What somebody is in shrinks in steps. */
static int follow(struct aios_cgroup *cg, struct aios_entitlement *held, bool written,
		  const struct aios_entitlement *want)
{
	u64 high = min(want->grant, want->limit), max = want->limit;
	u64 previous = written ? held->limit : AIOS_UNLIMITED;
	u64 used = 0, kept = 0, now;
	bool same = written && held->grant == want->grant && held->limit == max;
	int ret = 0;

	if (same && !(want->look && (held->kept || high < max)))
		return held->kept ? -EINPROGRESS : 0;
	if (high != AIOS_UNLIMITED)
		ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &used);
	if (ret)
		return ret;
	kept = kept_above(cg, held, written, high, used, want->swap);
	if (same && kept == held->kept)
		return kept ? -EINPROGRESS : 0;

	/* The kernel reclaims while this is written; the rest stays. */
	now = kept ? kept : high;
	if (used > now) {
		ret = aios_write_amount(cg, AIOS_CG_MEMORY_HIGH, now);
		if (!ret)
			ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &used);
		if (ret)
			return ret;
		if (used > now)
			kept = used + headroom(used);
		now = kept ? kept : high;
	}
	/* To write it at once would kill. */
	if (used > max)
		max = min_t(u64, previous, PAGE_ALIGN(used + headroom(used)));
	if (now >= max)
		now = AIOS_UNLIMITED;
	ret = aios_write_amount(cg, AIOS_CG_MEMORY_MAX, max);
	if (!ret)
		ret = aios_write_amount(cg, AIOS_CG_MEMORY_HIGH, now);
	if (ret)
		return ret;
	held->limit = max;
	held->kept = kept;
	return max == want->limit && !kept ? 0 : -EINPROGRESS;
}

static int memory_write(struct aios_cgroup *cg, struct aios_entitlement *held,
			enum aios_held known, const struct aios_entitlement *want)
{
	int ret = 0;

	/* How an adopted cgroup is protected is for its owner to say. */
	if (want->promised != AIOS_UNLIMITED)
		ret = protect(cg, held, known, want);
	if (ret)
		return ret;
	if (known == AIOS_HELD_FRESH) {
		ret = write_fresh(cg, held, want);
		held->limit = want->limit;
	} else {
		ret = follow(cg, held, known == AIOS_HELD_WRITTEN, want);
	}
	if (!ret || ret == -EINPROGRESS)
		held->grant = want->grant;
	return ret;
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

/**
 * aios_memory_shared - how much of a cgroup's memory outlives its processes
 * @cg: the cgroup
 * @shared: written: bytes in tmpfs and in shared memory, of those below it too
 *
 * Return: 0 or as aios_cgroup_read().
 */
int aios_memory_shared(struct aios_cgroup *cg, u64 *shared)
{
	char *text = kmalloc(STAT_LEN, GFP_KERNEL);
	int ret = -ENOMEM;

	*shared = 0;
	if (text)
		ret = aios_cgroup_read(cg, AIOS_CG_MEMORY_STAT, text, STAT_LEN);
	if (ret > 0)
		*shared = stat_of(text, "shmem");
	kfree(text);
	return min(ret, 0);
}

static int memory_sample(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample)
{
	int ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_PEAK, &sample->peak[resource]);

	/* Who never had much leaves little, which is found later. */
	if (sample->shares || (sample->last && sample->peak[resource] >= LEAVES))
		aios_memory_shared(cg, &sample->shared);
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

const struct aios_controller aios_memory_controller = {
	.name = "memory",
	.feature = AIOS_FEATURE_MEMORY,
	.required = true,
};

const struct aios_resource_ops aios_memory_ops = {
	.name = "memory",
	.unit = "bytes",
	.flags = AIOS_RESOURCE_STICKY,
	.how = AIOS_HOW_ENFORCED,
	/* No program fits into less: the kernel ends it within exec. */
	.least = SZ_1M,
	.controller = &aios_memory_controller,
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
