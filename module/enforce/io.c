// SPDX-License-Identifier: GPL-2.0
/*
 * Disk bandwidth, in bytes per second, on each whole disk, for reading and for writing:
 * io.max is the cap.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "enforce/cgroup.h"
#include "enforce/io.h"
#include "enforce/resource.h"

#define DISKS_MAX	32
#define SMALLEST_RATE	2	/* io.max takes no 0 and no 1 */

/* Whole disks, by number, "major:minor"; looked for at load and at every tick. */
static struct {
	struct mutex lock;	/* protects the rest */
	u32 generation;		/* grows with every change; read without the lock too */
	unsigned int nr;
	char name[DISKS_MAX][16];
} disks = { .lock = __MUTEX_INITIALIZER(disks.lock) };

static int write_disk(struct aios_cgroup *cg, const char *disk, u64 bytes_per_s)
{
	if (bytes_per_s == AIOS_UNLIMITED)
		return aios_cgroup_write(cg, AIOS_CG_IO_MAX, "%s rbps=max wbps=max", disk);
	return aios_cgroup_write(cg, AIOS_CG_IO_MAX, "%s rbps=%llu wbps=%llu", disk,
				 bytes_per_s, bytes_per_s);
}

/* Where no rate was ever written there is none, and nothing has to be. */
static bool rate_differs(const struct aios_entitlement *held, enum aios_held known,
			 const struct aios_entitlement *want)
{
	bool unlimited = !held->cap || held->cap == AIOS_UNLIMITED;

	if (known == AIOS_HELD_WRITTEN)
		return held->cap != want->cap;
	return !unlimited || want->cap != AIOS_UNLIMITED;
}

static int io_write(struct aios_cgroup *cg, struct aios_entitlement *held,
		    enum aios_held known, const struct aios_entitlement *want)
{
	unsigned int i, taken = 0;
	int ret = -ENODEV;

	if (!rate_differs(held, known, want)) {
		*held = *want;
		return 0;
	}
	mutex_lock(&disks.lock);
	for (i = 0; i < disks.nr; i++) {
		ret = write_disk(cg, disks.name[i], want->cap);
		if (!ret)
			taken++;
	}
	mutex_unlock(&disks.lock);
	if (!taken)
		return ret;
	*held = *want;
	return 0;
}

/* What io.max said of a disk, or that it said nothing. */
static int restore_disk(struct aios_cgroup *cg, const char *disk, const char *text)
{
	size_t len = strlen(disk);
	const char *line = text;

	while (line && (strncmp(line, disk, len) || line[len] != ' ')) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (!line)
		return write_disk(cg, disk, AIOS_UNLIMITED);
	return aios_cgroup_write(cg, AIOS_CG_IO_MAX, "%.*s",
				 (int)(strchrnul(line, '\n') - line), line);
}

/* As of io_write(), it is enough that one disk takes it. */
static int io_restore(struct aios_cgroup *cg, enum aios_cg_file which, const char *text)
{
	unsigned int i, taken = 0;
	int ret = 0;

	mutex_lock(&disks.lock);
	for (i = 0; i < disks.nr; i++) {
		ret = restore_disk(cg, disks.name[i], text);
		if (!ret)
			taken++;
	}
	mutex_unlock(&disks.lock);
	return taken ? 0 : ret;
}

/* Not every disk takes a rate, so it is enough that one holds it. */
static bool io_drifted(struct aios_cgroup *cg, const struct aios_entitlement *held)
{
	char text[512], line[64];

	if (held->cap == AIOS_UNLIMITED)
		return false;
	snprintf(line, sizeof(line), " rbps=%llu wbps=%llu ", held->cap, held->cap);
	return aios_cgroup_read(cg, AIOS_CG_IO_MAX, text, sizeof(text)) < 0 ||
	       !strstr(text, line);
}

/* The sum of the bytes read and written over all disks in io.stat. */
static u64 sum_bytes(const char *text)
{
	const char *at;
	u64 bytes, sum = 0;

	for (at = text; (at = strstr(at, "bytes=")); at += strlen("bytes="))
		if (at > text && (at[-1] == 'r' || at[-1] == 'w') &&
		    sscanf(at, "bytes=%llu", &bytes) == 1)
			sum += bytes;
	return sum;
}

static int io_sample(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample)
{
	char text[1024];
	int ret;

	if (!sample->rates)
		return 0;
	ret = aios_cgroup_read(cg, AIOS_CG_IO_STAT, text, sizeof(text));
	if (ret > 0)
		sample->total[resource] = sum_bytes(text);
	return min(ret, 0);
}

static const struct aios_controller io_controller = {
	.name = "io",
	.feature = AIOS_FEATURE_IO,
};

const struct aios_resource_ops aios_io_ops = {
	.name = "io",
	.unit = "bytes/s",
	.flags = AIOS_RESOURCE_ELASTIC,
	.how = AIOS_HOW_ENFORCED,
	.controller = &io_controller,
	.minimum = SMALLEST_RATE,
	.least = SMALLEST_RATE,
	.rate = NSEC_PER_SEC,
	.pressure = AIOS_CG_IO_PRESSURE,
	.saved = { AIOS_CG_IO_MAX },
	.write = io_write,
	.restore = io_restore,
	.drifted = io_drifted,
	.sample = io_sample,
};

/* --------------------------------------------------------------- the machine */

struct disk_scan {
	struct dir_context ctx;
	unsigned int nr;
	char name[DISKS_MAX][32];
	char number[DISKS_MAX][sizeof(disks.name[0])];
};

/* Disks that hold nothing of their own: throttling them would count twice. */
static bool is_backed_by_memory(const char *name, int len)
{
	static const char * const prefix[] = { "ram", "zram", "loop" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(prefix); i++)
		if (len > strlen(prefix[i]) && !memcmp(name, prefix[i], strlen(prefix[i])))
			return true;
	return false;
}

static bool disk_actor(struct dir_context *ctx, const char *name, int len,
		       loff_t pos, u64 ino, unsigned int type)
{
	struct disk_scan *scan = container_of(ctx, struct disk_scan, ctx);

	if (name[0] == '.' || len >= sizeof(scan->name[0]) || is_backed_by_memory(name, len))
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

static void take_over(const struct disk_scan *scan, unsigned int nr)
{
	mutex_lock(&disks.lock);
	if (nr != disks.nr || memcmp(disks.name, scan->number, nr * sizeof(disks.name[0]))) {
		memcpy(disks.name, scan->number, nr * sizeof(disks.name[0]));
		disks.nr = nr;
		WRITE_ONCE(disks.generation, disks.generation + 1);
	}
	mutex_unlock(&disks.lock);
}

/**
 * aios_disks_generation - which disks there are
 *
 * Return: a number that is another when other disks were found.
 */
u32 aios_disks_generation(void)
{
	return READ_ONCE(disks.generation);
}

/**
 * aios_disk_is_limited - whether an io limit applies to a block device
 * @disk: its number, "major:minor"
 */
bool aios_disk_is_limited(const char *disk)
{
	bool found = false;
	unsigned int i;

	mutex_lock(&disks.lock);
	for (i = 0; i < disks.nr && !found; i++)
		found = !strcmp(disks.name[i], disk);
	mutex_unlock(&disks.lock);
	return found;
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
	unsigned int nr = 0, i;
	struct file *dir;
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
	for (i = 0; !ret && i < scan->nr; i++)
		if (!read_number(scan->name[i], scan->number[nr], sizeof(scan->number[0])))
			nr++;
	if (!ret) {
		take_over(scan, nr);
		ret = nr;
	}
	kfree(scan);
	return ret;
}
