/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cgroups that confine whoever is in them, for the tests of who gets out.
 */
#ifndef HOSTILE_CONFINED_H
#define HOSTILE_CONFINED_H

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"

#define MOUNT		"/sys/fs/cgroup"
#define LIST		"/sys/module/aios/parameters/enter_from"
#define OUTER		MOUNT "/kt-outer"
#define INNER		OUTER "/u4001"
#define SESSIONS	"/,/kt-outer/u%u/**,/kt-*.scope"

static inline void put(const char *directory, const char *file, const char *text)
{
	char path[8192];

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	ASSERT_OK(file_write(path, text));
}

static inline void make(const char *directory)
{
	if (mkdir(directory, 0755))
		ASSERT_EQ(errno, EEXIST);
}

static inline void join(const char *directory)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	put(directory, "cgroup.procs", pid);
}

static inline void unmake(const char *directory)
{
	ASSERT_SOON(!rmdir(directory) || errno == ENOENT, 5000);
}

static inline void become_alice(void)
{
	become(ALICE);
	dev_forget();
}

/* 50 MiB and 700 milli-CPUs above, 7 tasks and 300 milli-CPUs below that. */
static inline void limit(void)
{
	ASSERT_OK(file_write(LIST, SESSIONS));
	make(OUTER);
	put(OUTER, "cgroup.subtree_control", "+cpu +memory +pids");
	make(INNER);
	put(OUTER, "memory.max", "52428800");
	put(OUTER, "cpu.max", "70000 100000");
	put(INNER, "pids.max", "7");
	put(INNER, "cpu.max", "30000 100000");
	put(INNER, "memory.high", "41943040");
}

static inline void unlimit(void)
{
	unmake(INNER);
	unmake(OUTER);
	ASSERT_OK(file_write(LIST, "default"));
}

#endif
