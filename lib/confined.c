// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Causes that have to do with the cgroup from which a job is started, as sentences. The
 * kernel tells a cgroup by the number of its directory; its name is found from where the
 * caller is.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "private.h"

#define CGROUP_MOUNT	"/sys/fs/cgroup"

/* The cgroup of the caller, as he sees it; false when he sees none. */
static bool find_own(char *path, size_t len)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	bool found = false;
	char line[PATH_MAX + 8];

	while (file && !found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, "0::/", 4) && strlen(line + 3) < len;
		if (found)
			strcpy(path, line + 3);
	}
	if (file)
		fclose(file);
	return found;
}

static bool has_number(const char *path, uint64_t number)
{
	char directory[PATH_MAX + sizeof(CGROUP_MOUNT)];
	struct stat st;

	snprintf(directory, sizeof(directory), CGROUP_MOUNT "%s", path);
	return !stat(directory, &st) && st.st_ino == number;
}

/* The name of a cgroup that is the caller's or above it, or else its number. */
static void name_cgroup(uint64_t number, char *buf, size_t len)
{
	char path[PATH_MAX], *slash;

	if (find_own(path, sizeof(path))) {
		while (!has_number(path, number) && (slash = strrchr(path + 1, '/')))
			*slash = '\0';
		if (!has_number(path, number))
			strcpy(path, "/");
		if (has_number(path, number)) {
			snprintf(buf, len, "cgroup %s", path);
			return;
		}
	}
	snprintf(buf, len, "the cgroup with number %llu", (unsigned long long)number);
}

static void describe_confined(const struct aios_why *why, const char *cgroup, char *buf,
			      size_t len)
{
	switch (why->available) {
	case AIOS_CONFINED_NAMESPACE:
		snprintf(buf, len,
			 "a process in a cgroup namespace of its own, as in a container, may not leave %s for a job: start it from outside, or adopt the container's cgroup",
			 cgroup);
		break;
	case AIOS_CONFINED_FILTER:
		snprintf(buf, len,
			 "devices, addresses or the like are filtered in %s, which a job would be free of: start it from where nothing is",
			 cgroup);
		break;
	case AIOS_CONFINED_THREADS:
		snprintf(buf, len,
			 "not all threads of the process are in %s: start the job from a program whose threads are in one cgroup",
			 cgroup);
		break;
	default: /* AIOS_CONFINED_LIST */
		snprintf(buf, len,
			 "a process may not leave %s for a job: start it from a login or a user service, or have an administrator allow it ('aiosctl sources')",
			 cgroup);
		break;
	}
}

static const char *carried_file(uint64_t number)
{
	static const char * const names[] = {
		[AIOS_CARRY_MEMORY_MAX] = "memory.max",
		[AIOS_CARRY_MEMORY_HIGH] = "memory.high",
		[AIOS_CARRY_PIDS_MAX] = "pids.max",
		[AIOS_CARRY_CPU_MAX] = "cpu.max",
		[AIOS_CARRY_IO_MAX] = "io.max",
		[AIOS_CARRY_MEMORY_SWAP_MAX] = "memory.swap.max",
		[AIOS_CARRY_MEMORY_ZSWAP_MAX] = "memory.zswap.max",
		[AIOS_CARRY_CPUSET_CPUS] = "cpuset.cpus",
		[AIOS_CARRY_CPUSET_MEMS] = "cpuset.mems",
		[AIOS_CARRY_HUGETLB_2MB_MAX] = "hugetlb.2MB.max",
		[AIOS_CARRY_HUGETLB_1GB_MAX] = "hugetlb.1GB.max",
		[AIOS_CARRY_RDMA_MAX] = "rdma.max",
		[AIOS_CARRY_MISC_MAX] = "misc.max",
		[AIOS_CARRY_DMEM_MAX] = "dmem.max",
	};
	const char *name = number < ARRAY_SIZE(names) ? names[number] : NULL;

	return name ? name : "one of its files";
}

static void describe_bound(const struct aios_why *why, char *buf, size_t len)
{
	char request[AIOS_QUANTITY_LEN], bound[AIOS_QUANTITY_LEN];
	const char *resource = aios_resource_name(why->resource);

	aios_quantity_format(why->resource, why->asked, request, sizeof(request));
	aios_quantity_format(why->resource, why->available, bound, sizeof(bound));
	snprintf(buf, len,
		 "%s of %s are requested, and the cgroup that the job is started from is limited to %s for it: request less, wait for other jobs from there, or start it from elsewhere",
		 request, resource ? resource : "it", bound);
}

void aios_confined_describe(const struct aios_why *why, char *buf, size_t len)
{
	char cgroup[PATH_MAX + 32];

	if (why->code == AIOS_WHY_BOUND) {
		describe_bound(why, buf, len);
		return;
	}
	name_cgroup(why->asked, cgroup, sizeof(cgroup));
	if (why->code == AIOS_WHY_CONFINED)
		describe_confined(why, cgroup, buf, len);
	else
		snprintf(buf, len,
			 "%s has a limit in %s that no job can be held to: start the job from elsewhere, or have that limit removed",
			 cgroup, carried_file(why->available));
}
