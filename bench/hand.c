// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs by hand, with nothing but cgroup files: see hand.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hand.h"
#include "measure.h"

#define MOUNT		"/sys/fs/cgroup"
#define TOP		MOUNT "/aios-bench"
#define GROUP		TOP "/group"
#define CONTROLLERS	"+cpu +memory +pids +io"
#define HUGE_FILES	8

static int group = -1;
static int group_cpu_max = -1;
static char huge_file[HUGE_FILES][32];	/* of the sizes that this machine has */
static unsigned int nr_huge_files;

static void write_fd(int fd, const char *text)
{
	must(pwrite(fd, text, strlen(text), 0));
}

static void write_at(int dir, const char *file, const char *text)
{
	int fd = openat(dir, file, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		die("cgroup file %s: %m", file);
	write_fd(fd, text);
	close(fd);
}

static void write_path(const char *path, const char *text)
{
	write_at(AT_FDCWD, path, text);
}

/* Whether the kernel limits huge pages, as the module has it do where it can. */
static bool has_hugetlb(void)
{
	int fd = must(open(MOUNT "/cgroup.controllers", O_RDONLY | O_CLOEXEC));
	char text[256];
	ssize_t len = must(read(fd, text, sizeof(text) - 1));

	close(fd);
	text[len] = '\0';
	return strstr(text, "hugetlb");
}

static void enable(const char *subtree_control)
{
	write_path(subtree_control, CONTROLLERS);
	if (has_hugetlb())
		write_path(subtree_control, "+hugetlb");
}

static void find_huge_files(void)
{
	static const char * const sizes[] = { "64KB", "2MB", "32MB", "1GB" };
	static const char * const limits[] = { "max", "rsvd.max" };
	size_t i, k;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (k = 0; k < sizeof(limits) / sizeof(limits[0]); k++) {
			char *name = huge_file[nr_huge_files];

			snprintf(name, sizeof(huge_file[0]), "hugetlb.%s.%s", sizes[i], limits[k]);
			if (!faccessat(group, name, W_OK, 0))
				nr_huge_files++;
		}
	}
}

void hand_init(void)
{
	if (access(MOUNT "/cgroup.controllers", R_OK))
		die("no cgroup v2 at %s: run this inside scripts/vm", MOUNT);
	enable(MOUNT "/cgroup.subtree_control");
	if (mkdir(TOP, 0755) && errno != EEXIST)
		die("%s: %m", TOP);
	enable(TOP "/cgroup.subtree_control");
	if (mkdir(GROUP, 0755) && errno != EEXIST)
		die("%s: %m", GROUP);
	enable(GROUP "/cgroup.subtree_control");
	group = must(open(GROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	group_cpu_max = must(openat(group, "cpu.max", O_RDWR | O_CLOEXEC));
	find_huge_files();
}

void hand_exit(void)
{
	close(group_cpu_max);
	close(group);
	must(rmdir(GROUP));
	must(rmdir(TOP));
}

void hand_create(struct hand_job *job, unsigned int number)
{
	unsigned int i;

	*job = (struct hand_job){
		.cpu_max = -1, .cpu_weight = -1, .memory_max = -1,
		.memory_current = -1, .cpu_stat = -1,
	};
	snprintf(job->name, sizeof(job->name), "job.%u", number);
	must(mkdirat(group, job->name, 0755));
	job->dir = must(openat(group, job->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	write_at(job->dir, "memory.oom.group", "1");
	write_at(job->dir, "cpu.max", "30000 100000");
	write_at(job->dir, "cpu.weight", "30");
	write_at(job->dir, "memory.max", "33554432");
	write_at(job->dir, "memory.min", "16777216");
	write_at(job->dir, "pids.max", "64");
	for (i = 0; i < nr_huge_files; i++)
		write_at(job->dir, huge_file[i], "0");
}

void hand_enter(const struct hand_job *job)
{
	write_at(job->dir, "cgroup.procs", "0");
}

void hand_wait(const struct hand_job *job)
{
	struct pollfd p = {
		.fd = must(openat(job->dir, "cgroup.events", O_RDONLY | O_CLOEXEC)),
		.events = POLLPRI,
	};
	char text[128];
	ssize_t len;

	for (;;) {
		len = must(pread(p.fd, text, sizeof(text) - 1, 0));
		text[len] = '\0';
		if (strstr(text, "populated 0"))
			break;
		must(poll(&p, 1, -1));
	}
	close(p.fd);
}

static void close_kept(int fd)
{
	if (fd >= 0)
		close(fd);
}

void hand_remove(struct hand_job *job)
{
	close_kept(job->cpu_max);
	close_kept(job->cpu_weight);
	close_kept(job->memory_max);
	close_kept(job->memory_current);
	close_kept(job->cpu_stat);
	close(job->dir);
	while (unlinkat(group, job->name, AT_REMOVEDIR))
		if (errno != EBUSY)
			die("cannot remove cgroup %s: %m", job->name);
}

void hand_keep_open(struct hand_job *job)
{
	job->cpu_max = must(openat(job->dir, "cpu.max", O_RDWR | O_CLOEXEC));
	job->cpu_weight = must(openat(job->dir, "cpu.weight", O_RDWR | O_CLOEXEC));
	job->memory_max = must(openat(job->dir, "memory.max", O_RDONLY | O_CLOEXEC));
	job->memory_current = must(openat(job->dir, "memory.current",
					  O_RDONLY | O_CLOEXEC));
	job->cpu_stat = must(openat(job->dir, "cpu.stat", O_RDONLY | O_CLOEXEC));
}

static void write_cpu_max(int fd, unsigned int milli)
{
	char text[32];

	snprintf(text, sizeof(text), "%u 100000", milli * 100);
	write_fd(fd, text);
}

void hand_grant(const struct hand_job *job, unsigned int milli)
{
	char text[16];

	write_cpu_max(job->cpu_max, milli);
	snprintf(text, sizeof(text), "%u", milli / 10);
	write_fd(job->cpu_weight, text);
}

void hand_group_limit(unsigned int milli)
{
	write_cpu_max(group_cpu_max, milli);
}

/* The number after @key, or the first of the file where @key is NULL. */
static uint64_t read_number(int fd, const char *key)
{
	char text[1024];
	const char *at = text;
	ssize_t len = must(pread(fd, text, sizeof(text) - 1, 0));

	text[len] = '\0';
	if (key) {
		at = strstr(text, key);
		if (!at)
			die("no %s in a cgroup file", key);
		at += strlen(key);
	}
	return strncmp(at, "max", 3) ? strtoull(at, NULL, 10) : UINT64_MAX;
}

void hand_read(const struct hand_job *job, struct hand_status *status)
{
	status->cpu_max = read_number(job->cpu_max, NULL);
	status->cpu_weight = read_number(job->cpu_weight, NULL);
	status->memory_max = read_number(job->memory_max, NULL);
	status->memory_current = read_number(job->memory_current, NULL);
	status->cpu_us = read_number(job->cpu_stat, "usage_usec");
}

static uint64_t read_number_at(int dir, const char *file, const char *key)
{
	int fd = must(openat(dir, file, O_RDONLY | O_CLOEXEC));
	uint64_t value = read_number(fd, key);

	close(fd);
	return value;
}

unsigned int hand_list(uint64_t *total_us)
{
	DIR *d = fdopendir(must(openat(group, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
	struct hand_status s;
	unsigned int nr = 0;
	struct dirent *entry;

	if (!d)
		die("cannot read a cgroup's directory: %m");
	*total_us = 0;
	while ((entry = readdir(d))) {
		int dir;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		dir = must(openat(group, entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC));
		s.cpu_max = read_number_at(dir, "cpu.max", NULL);
		s.cpu_weight = read_number_at(dir, "cpu.weight", NULL);
		s.memory_max = read_number_at(dir, "memory.max", NULL);
		s.memory_current = read_number_at(dir, "memory.current", NULL);
		s.cpu_us = read_number_at(dir, "cpu.stat", "usage_usec");
		*total_us += s.cpu_us;
		close(dir);
		nr++;
	}
	closedir(d);
	return nr;
}
