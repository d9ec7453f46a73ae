// SPDX-License-Identifier: GPL-2.0
/*
 * Writing of limits to the control files of one cgroup: see limits.h.
 *
 * Runs in workers, with the cg_lock of the cgroup's owner held.
 */
#include <linux/aios.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "enforce/cgroup.h"
#include "enforce/limits.h"
#include "main.h"

#define PERIOD_US	100000	/* the scheduler's default */
#define LONG_PERIOD_US	1000000	/* for shares below its smallest quota of 1 ms */
#define SMALLEST_QUOTA_US 1000
#define SMALLEST_RATE	2	/* io.max takes no 0 and no 1 */
#define WEIGHT_MAX	10000
#define DISKS_MAX	32

/* How far above the use memory.max stays while it follows it down. */
#define MEMORY_MARGIN	SZ_1M

/* Whole disks, by number, "major:minor"; filled at load and by hand of io limits. */
static struct {
	struct mutex lock;	/* protects the rest */
	unsigned int nr;
	char name[DISKS_MAX][16];
} disks = { .lock = __MUTEX_INITIALIZER(disks.lock) };

/**
 * aios_cpu_weight - cpu.weight for a grant
 * @milli: granted milli-CPUs; AIOS_UNLIMITED: none was asked for
 *
 * A whole CPU weighs 100. What asked for nothing gets what others leave.
 *
 * Return: 1 to 10000.
 */
u64 aios_cpu_weight(u64 milli)
{
	if (milli == AIOS_UNLIMITED)
		return 1;
	return clamp_t(u64, milli / 10, 1, WEIGHT_MAX);
}

static int write_cpu_max(struct aios_cgroup *cg, u64 milli)
{
	u64 quota;

	if (milli >= (u64)num_present_cpus() * 1000)
		return aios_cgroup_write(cg, AIOS_CG_CPU_MAX, "max %d", PERIOD_US);
	quota = milli * (PERIOD_US / 1000);
	if (quota >= SMALLEST_QUOTA_US)
		return aios_cgroup_write(cg, AIOS_CG_CPU_MAX, "%llu %d", quota,
					 PERIOD_US);
	quota = max_t(u64, milli * (LONG_PERIOD_US / 1000), SMALLEST_QUOTA_US);
	return aios_cgroup_write(cg, AIOS_CG_CPU_MAX, "%llu %d", quota,
				 LONG_PERIOD_US);
}

static int write_amount(struct aios_cgroup *cg, enum aios_cg_file which, u64 amount)
{
	if (amount == AIOS_UNLIMITED)
		return aios_cgroup_write(cg, which, "max");
	return aios_cgroup_write(cg, which, "%llu", amount);
}

/*
 * Lowering memory.max below what is used would kill at once, so memory.high
 * makes the kernel reclaim and memory.max follows the use down in steps.
 * Returns in *max what memory.max holds now.
 */
static int write_memory(struct aios_cgroup *cg, u64 previous_max,
			const struct aios_wanted *want, u64 *max)
{
	u64 used, high = min(want->memory_high, want->memory_max);
	int ret;

	*max = want->memory_max;
	if (want->memory_max < previous_max) {
		ret = write_amount(cg, AIOS_CG_MEMORY_HIGH, high);
		if (!ret)
			ret = aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &used);
		if (ret)
			return ret;
		if (used > *max)
			*max = min_t(u64, previous_max, PAGE_ALIGN(used + MEMORY_MARGIN));
	}
	ret = write_amount(cg, AIOS_CG_MEMORY_MAX, *max);
	if (ret)
		return ret;
	/* At the limit there is nothing to hold back before: do not throttle. */
	if (*max == want->memory_max && high == *max)
		high = AIOS_UNLIMITED;
	return write_amount(cg, AIOS_CG_MEMORY_HIGH, high);
}

static int write_io_max(struct aios_cgroup *cg, u64 bytes_per_s)
{
	unsigned int i, taken = 0;
	int ret = -ENODEV;

	bytes_per_s = max_t(u64, bytes_per_s, SMALLEST_RATE);
	mutex_lock(&disks.lock);
	for (i = 0; i < disks.nr; i++) {
		if (bytes_per_s == AIOS_UNLIMITED)
			ret = aios_cgroup_write(cg, AIOS_CG_IO_MAX, "%s rbps=max wbps=max",
						disks.name[i]);
		else
			ret = aios_cgroup_write(cg, AIOS_CG_IO_MAX, "%s rbps=%llu wbps=%llu",
						disks.name[i], bytes_per_s, bytes_per_s);
		if (!ret)
			taken++;
	}
	mutex_unlock(&disks.lock);
	return taken ? 0 : ret;
}

/**
 * aios_enforce - bring a cgroup's files in line
 * @cg: the cgroup
 * @applied: what they hold; updated
 * @want: what they shall hold
 * @pending: bits of resources whose limit is below the use and was not reached
 *	in this step
 *
 * Return: 0, or the first failure; the next call writes everything again.
 */
int aios_enforce(struct aios_cgroup *cg, struct aios_applied *applied,
		 const struct aios_wanted *want, u32 *pending)
{
	struct aios_wanted *now = &applied->now;
	const u64 features = aios_cgroup_features();
	bool valid = applied->valid;
	u64 memory_max;
	int ret;

	applied->valid = false;
	*pending = 0;

	if (!valid || now->cpu_max != want->cpu_max) {
		ret = write_cpu_max(cg, want->cpu_max);
		if (ret)
			return ret;
		now->cpu_max = want->cpu_max;
	}
	if (!valid || now->cpu_weight != want->cpu_weight) {
		ret = aios_cgroup_write(cg, AIOS_CG_CPU_WEIGHT, "%llu", want->cpu_weight);
		if (ret)
			return ret;
		now->cpu_weight = want->cpu_weight;
	}
	if (!valid)
		now->memory_max = AIOS_UNLIMITED;
	if (!valid || now->memory_high != want->memory_high ||
	    now->memory_max != want->memory_max) {
		ret = write_memory(cg, now->memory_max, want, &memory_max);
		if (ret)
			return ret;
		now->memory_high = want->memory_high;
		now->memory_max = memory_max;
		if (memory_max != want->memory_max)
			*pending |= 1U << AIOS_RESOURCE_MEMORY;
	}
	if ((features & AIOS_FEATURE_PIDS) &&
	    (!valid || now->pids_max != want->pids_max)) {
		ret = write_amount(cg, AIOS_CG_PIDS_MAX, want->pids_max);
		if (ret)
			return ret;
		now->pids_max = want->pids_max;
	}
	if ((features & AIOS_FEATURE_IO) &&
	    (valid ? now->io_max != want->io_max : want->io_max != AIOS_UNLIMITED)) {
		ret = write_io_max(cg, want->io_max);
		if (ret)
			return ret;
	}
	now->io_max = want->io_max;
	applied->valid = true;
	return 0;
}

/* @unit: what the controller counts, a power of 2 */
static bool amount_differs(struct aios_cgroup *cg, enum aios_cg_file which,
			   u64 amount, u64 unit)
{
	u64 found;

	if (aios_cgroup_read_u64(cg, which, &found))
		return true;
	if (amount == AIOS_UNLIMITED || found == AIOS_UNLIMITED)
		return amount != found;
	return round_down(amount, unit) != round_down(found, unit);
}

/* Not every disk takes a rate, so it is enough that one holds it. */
static bool rate_differs(struct aios_cgroup *cg, u64 bytes_per_s)
{
	u64 rate = max_t(u64, bytes_per_s, SMALLEST_RATE);
	char text[512], held[64];

	if (bytes_per_s == AIOS_UNLIMITED)
		return false;
	snprintf(held, sizeof(held), " rbps=%llu wbps=%llu ", rate, rate);
	return aios_cgroup_read(cg, AIOS_CG_IO_MAX, text, sizeof(text)) < 0 ||
	       !strstr(text, held);
}

/**
 * aios_enforce_drifted - whether somebody else wrote to a cgroup's files
 * @cg: the cgroup
 * @applied: what they should hold
 *
 * Return: true when a hard limit is not what was last written.
 */
bool aios_enforce_drifted(struct aios_cgroup *cg,
			  const struct aios_applied *applied)
{
	const u64 features = aios_cgroup_features();
	char text[48];
	u64 weight, quota, period;
	u64 want = applied->now.cpu_max;

	if (!applied->valid)
		return false;
	if (aios_cgroup_read_u64(cg, AIOS_CG_CPU_WEIGHT, &weight) ||
	    weight != applied->now.cpu_weight)
		return true;
	if (amount_differs(cg, AIOS_CG_MEMORY_MAX, applied->now.memory_max, PAGE_SIZE))
		return true;
	if ((features & AIOS_FEATURE_PIDS) &&
	    amount_differs(cg, AIOS_CG_PIDS_MAX, applied->now.pids_max, 1))
		return true;
	if ((features & AIOS_FEATURE_IO) && rate_differs(cg, applied->now.io_max))
		return true;
	if (aios_cgroup_read(cg, AIOS_CG_CPU_MAX, text, sizeof(text)) < 0)
		return true;
	/* "max" in place of the first number is no quota. */
	if (sscanf(text, "%llu %llu", &quota, &period) != 2)
		quota = AIOS_UNLIMITED;
	if (want >= (u64)num_present_cpus() * 1000)
		return quota != AIOS_UNLIMITED;
	if (want * (PERIOD_US / 1000) >= SMALLEST_QUOTA_US)
		return quota != want * (PERIOD_US / 1000);
	return quota == AIOS_UNLIMITED;
}

/* ------------------------------------------------------------------ disks */

struct disk_scan {
	struct dir_context ctx;
	unsigned int nr;
	char name[DISKS_MAX][32];
};

static bool disk_actor(struct dir_context *ctx, const char *name, int len,
		       loff_t pos, u64 ino, unsigned int type)
{
	struct disk_scan *scan = container_of(ctx, struct disk_scan, ctx);

	if (name[0] == '.' || len >= sizeof(scan->name[0]))
		return true;
	memcpy(scan->name[scan->nr], name, len);
	scan->name[scan->nr++][len] = '\0';
	return scan->nr < DISKS_MAX;
}

static int read_number(const char *disk, char *number, size_t size)
{
	char path[64];
	struct file *file;
	loff_t pos = 0;
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/block/%s/dev", disk);
	file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_read(file, number, size - 1, &pos);
	filp_close(file, NULL);
	if (len <= 0)
		return -EIO;
	number[len] = '\0';
	strim(number);
	return 0;
}

/* Disks that hold nothing of their own: throttling them would count twice. */
static bool is_backed_by_memory(const char *name)
{
	return !strncmp(name, "ram", 3) || !strncmp(name, "zram", 4) ||
	       !strncmp(name, "loop", 4);
}

/**
 * aios_disks_find - look for the block devices that an io limit applies to
 * @unused: for aios_cgroup_call()
 *
 * Return: their number, or -errno; 0 where /sys is not mounted.
 */
int aios_disks_find(void *unused)
{
	struct disk_scan *scan;
	struct file *dir;
	unsigned int i;
	int ret;

	dir = filp_open("/sys/block", O_RDONLY | O_DIRECTORY, 0);
	if (IS_ERR(dir))
		return 0;
	scan = kzalloc(sizeof(*scan), GFP_KERNEL);
	if (!scan) {
		filp_close(dir, NULL);
		return -ENOMEM;
	}
	scan->ctx.actor = disk_actor;
	ret = iterate_dir(dir, &scan->ctx);
	filp_close(dir, NULL);

	mutex_lock(&disks.lock);
	disks.nr = 0;
	for (i = 0; !ret && i < scan->nr; i++) {
		if (is_backed_by_memory(scan->name[i]))
			continue;
		if (!read_number(scan->name[i], disks.name[disks.nr],
				 sizeof(disks.name[0])))
			disks.nr++;
	}
	if (!ret)
		ret = disks.nr;
	mutex_unlock(&disks.lock);
	kfree(scan);
	return ret;
}
