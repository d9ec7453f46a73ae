// SPDX-License-Identifier: GPL-2.0
/*
 * Where memory that was promised is not protected, and why. The kernel protects what a
 * cgroup uses as far as its memory.min says, and that of each cgroup above it: this reads
 * them all, from the job's or the group's up to the top. What is above the governed cgroup,
 * and what was adopted, is not the module's to write.
 */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "machine/protection.h"
#include "print/util.h"

#define OOM_FIRST	1000	/* oom_score_adj of a job that was promised nothing */

/* AIOS_UNLIMITED where there is no such file: nothing is held back by it. */
static uint64_t read_amount(const char *directory, const char *file)
{
	auto_free char *path = xasprintf("%s/%s", directory, file);
	auto_free char *text = file_read(path);
	uint64_t amount;

	return text && !u64_parse(text, &amount) ? amount : AIOS_UNLIMITED;
}

/* Where the first cgroup from @at upwards protects less; @at is cut to its path. */
static bool protects_less(char *at, uint64_t promised, uint64_t *amount)
{
	char *slash;

	for (; strlen(at) > strlen(CGROUP_MOUNT); *slash = '\0') {
		*amount = read_amount(at, "memory.min");
		if (*amount < promised)
			return true;
		slash = strrchr(at, '/');
	}
	return false;
}

static char *gap_of(char *directory, uint64_t promised, bool adopted)
{
	char all[AIOS_QUANTITY_LEN], some[AIOS_QUANTITY_LEN];
	uint64_t amount;

	if (!protects_less(directory, promised, &amount))
		return NULL;
	aios_quantity_format(AIOS_RESOURCE_MEMORY, promised, all, sizeof(all));
	aios_quantity_format(AIOS_RESOURCE_MEMORY, amount, some, sizeof(some));
	return xasprintf("of %s of memory that were promised %s are protected against the rest of the machine: more is for %s to say, in memory.min of %s",
			 all, amount ? some : "none",
			 adopted ? "the owner of the cgroup" : "the administrator", directory);
}

/* The first process of a cgroup; 0: there is none, or it is not told. */
static uint64_t first_process(const char *directory)
{
	auto_free char *path = xasprintf("%s/cgroup.procs", directory);
	auto_free char *text = file_read(path);
	uint64_t pid;

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text && !u64_parse(text, &pid) ? pid : 0;
}

/* Its processes began before it requested memory, and nobody is told to spare them. */
static bool goes_first(const char *directory)
{
	auto_free char *path = xasprintf("/proc/%" PRIu64, first_process(directory));

	return read_amount(path, "oom_score_adj") == OOM_FIRST;
}

/* Paths of cgroups are told as they are in the module's own mount. */
static char *full_path(const char *cgroup)
{
	if (!strncmp(cgroup, CGROUP_MOUNT "/", strlen(CGROUP_MOUNT "/")))
		return xstrdup(cgroup);
	return xasprintf(CGROUP_MOUNT "%s", cgroup);
}

char *protection_of_job(struct aios_job *job)
{
	auto_free char *directory = NULL;
	char cgroup[PATH_MAX] = "";
	struct aios_stat stat;
	uint64_t promised;
	char *gap;

	AIOS_INIT(&stat);
	aios_stat_set_buffers(&stat, NULL, 0, NULL, 0, cgroup, sizeof(cgroup));
	if (aios_job_stat(job, &stat) || !cgroup[0])
		return NULL;
	/* What is not stated is not requested: it is 0. */
	promised = stat.request[AIOS_RESOURCE_MEMORY];
	if (!promised)
		return NULL;
	directory = full_path(cgroup);
	gap = gap_of(directory, promised, stat.flags & AIOS_JOB_ADOPTED);
	if (!gap && goes_first(directory))
		gap = xstrdup("it requested memory only after it had begun: when memory runs out, its processes are still among those that are ended first");
	return gap;
}

/* A group's directory is below that of its parent, with a prefix before its name. */
char *protection_of_group(struct aios_ctx *ctx, const char *path)
{
	auto_free char *names = xstrdup(path), *directory = NULL;
	char root[PATH_MAX], *rest = names, *name;
	uint64_t promised;

	if (aios_cgroup_root(ctx, root, sizeof(root)))
		return NULL;
	directory = full_path(root);
	while ((name = strsep(&rest, "/"))) {
		char *above = directory;

		if (!*name)
			continue;
		directory = xasprintf("%s/group.%s", above, name);
		free(above);
	}
	promised = read_amount(directory, "memory.min");
	return promised && promised != AIOS_UNLIMITED ? gap_of(directory, promised, false) : NULL;
}
