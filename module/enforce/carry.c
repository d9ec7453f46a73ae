// SPDX-License-Identifier: GPL-2.0
/*
 * The limits of a cgroup that a process leaves for a job go with it: they become a bound
 * of the jobs that come from there (job/origin.c). What no job can be bounded to is not left.
 */
#include <linux/aios.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/units.h>

#include "enforce/cgroup.h"
#include "enforce/hierarchy.h"
#include "enforce/io.h"
#include "enforce/resource.h"
#include "enforce/source.h"

#define TEXT_LEN	1024

/* ------------------------------------------------------------------- bounds */

/**
 * aios_bound_none - no bound at all
 * @bound: written
 */
void aios_bound_none(struct aios_bound *bound)
{
	memset(bound, 0xff, sizeof(*bound));
}

/**
 * aios_bound_join - be bounded by another, too
 * @bound: becomes the smaller of each
 * @other: the other
 */
void aios_bound_join(struct aios_bound *bound, const struct aios_bound *other)
{
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		bound->limit[i] = min(bound->limit[i], other->limit[i]);
	bound->memory_high = min(bound->memory_high, other->memory_high);
}

/**
 * aios_bound_apply - hold what a cgroup is entitled to below a bound
 * @bound: the bound
 * @limits: of each resource
 *
 * A grant that is not stated stays so: it has no weight by this.
 */
void aios_bound_apply(const struct aios_bound *bound, struct aios_entitlement *limits)
{
	struct aios_entitlement *memory = &limits[AIOS_RESOURCE_MEMORY];
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		limits[i].limit = min(limits[i].limit, bound->limit[i]);
		limits[i].cap = min(limits[i].cap, bound->limit[i]);
		if (limits[i].grant != AIOS_UNLIMITED)
			limits[i].grant = min(limits[i].grant, bound->limit[i]);
	}
	memory->grant = min(memory->grant, bound->memory_high);
}

/* ------------------------------------------------------------- control files */

static int lower(struct aios_bound *bound, u32 resource, u64 amount)
{
	if (amount == AIOS_UNLIMITED)
		return 0;
	if (aios_resource_how(resource) == AIOS_HOW_NONE)
		return -EOPNOTSUPP;
	bound->limit[resource] = min(bound->limit[resource], amount);
	return 0;
}

static int parse(const char *text, u64 *amount)
{
	*amount = AIOS_UNLIMITED;
	return strcmp(text, "max") ? kstrtou64(text, 10, amount) : 0;
}

static int carry_memory_max(char *text, struct aios_bound *bound)
{
	u64 bytes;

	return parse(text, &bytes) ? : lower(bound, AIOS_RESOURCE_MEMORY, bytes);
}

static int carry_memory_high(char *text, struct aios_bound *bound)
{
	u64 bytes;
	int ret = parse(text, &bytes);

	if (!ret)
		bound->memory_high = min(bound->memory_high, bytes);
	return ret;
}

static int carry_pids_max(char *text, struct aios_bound *bound)
{
	u64 tasks;

	return parse(text, &tasks) ? : lower(bound, AIOS_RESOURCE_PIDS, tasks);
}

static int carry_swap_max(char *text, struct aios_bound *bound)
{
	u64 bytes;

	return parse(text, &bytes) ? : lower(bound, AIOS_RESOURCE_SWAP, bytes);
}

/* A job has one bound for all sizes of huge pages. */
static int carry_hugetlb_max(char *text, struct aios_bound *bound)
{
	u64 bytes;

	return parse(text, &bytes) ? : lower(bound, AIOS_RESOURCE_HUGE_PAGES, bytes);
}

static int carry_cpu_max(char *text, struct aios_bound *bound)
{
	u64 quota_us, period_us;

	if (!strncmp(text, "max ", 4))
		return 0;
	if (sscanf(text, "%llu %llu", &quota_us, &period_us) != 2 || !period_us)
		return -EINVAL;
	return lower(bound, AIOS_RESOURCE_CPU, max(quota_us * MILLI / period_us, 1ULL));
}

/* A rate in bytes on a disk that jobs are limited on: they have one rate for all of them. */
static int carry_disk(char *line, struct aios_bound *bound)
{
	char *disk = strsep(&line, " "), *word;
	u64 rate;
	int ret = 0;

	while (!ret && (word = strsep(&line, " "))) {
		char *value = strchr(word, '=');

		if (!value || !strcmp(value, "=max"))
			continue;
		if (!str_has_prefix(word, "rbps=") && !str_has_prefix(word, "wbps="))
			return -EOPNOTSUPP;
		ret = kstrtou64(value + 1, 10, &rate);
		if (!ret && !aios_disk_is_limited(disk))
			ret = -EOPNOTSUPP;
		if (!ret)
			ret = lower(bound, AIOS_RESOURCE_IO, rate);
	}
	return ret;
}

static int carry_io_max(char *text, struct aios_bound *bound)
{
	char *line;
	int ret = 0;

	while (!ret && (line = strsep(&text, "\n")))
		ret = carry_disk(line, bound);
	return ret;
}

/* What a job has no bound for must not be set. */
static int carry_nothing(char *text, struct aios_bound *bound)
{
	return *text ? -EOPNOTSUPP : 0;
}

static int carry_no_amount(char *text, struct aios_bound *bound)
{
	return strcmp(text, "max") ? -EOPNOTSUPP : 0;
}

/* Lines of "name max", or of "name key=max key=max". */
static int carry_no_list(char *text, struct aios_bound *bound)
{
	char *line, *word;

	while ((line = strsep(&text, "\n"))) {
		strsep(&line, " ");
		while ((word = strsep(&line, " "))) {
			char *value = strchr(word, '=');

			value = value ? value + 1 : word;
			if (*value && strcmp(value, "max"))
				return -EOPNOTSUPP;
		}
	}
	return 0;
}

static const struct {
	const char *name;
	u32 number;
	int (*carry)(char *text, struct aios_bound *bound);
} carried[] = {
	{ "memory.max", AIOS_CARRY_MEMORY_MAX, carry_memory_max },
	{ "memory.high", AIOS_CARRY_MEMORY_HIGH, carry_memory_high },
	{ "pids.max", AIOS_CARRY_PIDS_MAX, carry_pids_max },
	{ "cpu.max", AIOS_CARRY_CPU_MAX, carry_cpu_max },
	{ "io.max", AIOS_CARRY_IO_MAX, carry_io_max },
	{ "memory.swap.max", AIOS_CARRY_MEMORY_SWAP_MAX, carry_swap_max },
	{ "memory.zswap.max", AIOS_CARRY_MEMORY_ZSWAP_MAX, carry_no_amount },
	{ "cpuset.cpus", AIOS_CARRY_CPUSET_CPUS, carry_nothing },
	{ "cpuset.mems", AIOS_CARRY_CPUSET_MEMS, carry_nothing },
	{ "hugetlb.2MB.max", AIOS_CARRY_HUGETLB_2MB_MAX, carry_hugetlb_max },
	{ "hugetlb.1GB.max", AIOS_CARRY_HUGETLB_1GB_MAX, carry_hugetlb_max },
	{ "rdma.max", AIOS_CARRY_RDMA_MAX, carry_no_list },
	{ "misc.max", AIOS_CARRY_MISC_MAX, carry_no_list },
	{ "dmem.max", AIOS_CARRY_DMEM_MAX, carry_no_list },
};

static int read_file(const struct path *dir, const char *name, char *text)
{
	struct file *file = aios_hierarchy_open(dir, name, O_RDONLY);
	ssize_t len;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = aios_hierarchy_read(file, text, TEXT_LEN);
	fput(file);
	if (len < 0)
		return len;
	/* What does not fit cannot be looked at whole. */
	if (len == TEXT_LEN)
		return -EOPNOTSUPP;
	text[len] = '\0';
	return 0;
}

static int carry_level(const struct path *dir, struct aios_bound *bound, char *text,
		       struct aios_why *why)
{
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(carried); i++) {
		ret = read_file(dir, carried[i].name, text);
		/* What has no controller there is not limited there. */
		if (ret == -ENOENT)
			continue;
		if (!ret)
			ret = carried[i].carry(strim(text), bound);
		if (!ret)
			continue;
		why->code = AIOS_WHY_NOT_CARRIED;
		why->asked = d_inode(dir->dentry)->i_ino;
		why->available = carried[i].number;
		return ret == -ENOMEM ? ret : -EPERM;
	}
	return 0;
}

/**
 * struct carry - what a worker is to do
 */
struct carry {
	/** @source: the source; its levels that are limited are written */
	struct aios_source *source;
	/** @why: cause of a refusal */
	struct aios_why *why;
};

static bool is_bounded(const struct aios_bound *bound)
{
	struct aios_bound none;

	aios_bound_none(&none);
	return memcmp(bound, &none, sizeof(none));
}

static int carry_all(void *arg)
{
	const struct carry *call = arg;
	struct aios_source *source = call->source;
	char *text = kmalloc(TEXT_LEN + 1, GFP_KERNEL);
	struct path dir, up;
	unsigned int i;
	int ret;

	if (!text)
		return -ENOMEM;
	ret = aios_cgroup_find(source->path, &dir);
	for (i = 0; !ret && i < source->levels; i++) {
		struct aios_level *level = &source->level[source->nr_levels];

		level->id = d_inode(dir.dentry)->i_ino;
		aios_bound_none(&level->bound);
		ret = carry_level(&dir, &level->bound, text, call->why);
		source->nr_levels += is_bounded(&level->bound);
		up.mnt = mntget(dir.mnt);
		up.dentry = dget_parent(dir.dentry);
		path_put(&dir);
		dir = up;
	}
	if (!ret || i)
		path_put(&dir);
	kfree(text);
	return ret;
}

/**
 * aios_source_carry - find out what a cgroup bounds its processes to
 * @source: the cgroup; what limits it is written
 * @why: names the cgroup and the file that no job can be bounded by
 *
 * The caller holds no lock.
 *
 * Return: 0, -EPERM with a cause, or -errno.
 */
int aios_source_carry(struct aios_source *source, struct aios_why *why)
{
	struct carry call = { .source = source, .why = why };

	if (!source->levels)
		return 0;
	source->level = kcalloc(source->levels, sizeof(*source->level),
				GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	return source->level ? aios_cgroup_call(carry_all, &call) : -ENOMEM;
}
