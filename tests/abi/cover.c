// SPDX-License-Identifier: GPL-2.0
/*
 * What is reached of the module: see cover.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kcov.h>

#include "cover.h"
#include "machine.h"

#define CALLER		(1U << 16)	/* addresses of a process, in a call */
#define WORKERS		(1U << 14)	/* of the workers, in a turn */
#define HANDLE		0x61696f73

struct kcov {
	int fd;
	unsigned long *area;
	struct cover_last last;
};

static struct cover_area *area;
static struct kcov caller = { .fd = -1 }, workers = { .fd = -1 };

static void *map(int fd, size_t len)
{
	void *at = mmap(NULL, len, PROT_READ | PROT_WRITE,
			MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);

	if (at == MAP_FAILED)
		found("coverage: %s", strerror(errno));
	return at;
}

static void kcov_open(struct kcov *kcov, unsigned long words)
{
	kcov->fd = high(open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC));
	if (kcov->fd < 0)
		return;
	if (ioctl(kcov->fd, KCOV_INIT_TRACE, words))
		found("KCOV: %s", strerror(errno));
	kcov->area = map(kcov->fd, words * sizeof(*kcov->area));
}

void cover_open(void)
{
	struct kcov_remote_arg remote = {
		.trace_mode = KCOV_TRACE_PC,
		.area_size = WORKERS,
		.common_handle = KCOV_SUBSYSTEM_COMMON | HANDLE,
	};
	int fd = high(open("/sys/kernel/debug/aios_cover", O_RDWR | O_CLOEXEC));

	area = map(fd, sizeof(*area));
	if (fd >= 0)
		return;
	kcov_open(&caller, CALLER);
	kcov_open(&workers, WORKERS);
	/* What children inherit has the workers count for this process. */
	if (workers.fd >= 0 && ioctl(workers.fd, KCOV_REMOTE_ENABLE, &remote))
		found("KCOV of the workers: %s", strerror(errno));
}

void cover_child(void)
{
	if (caller.fd >= 0 && ioctl(caller.fd, KCOV_ENABLE, KCOV_TRACE_PC))
		found("KCOV: another process counts");
}

void cover_child_end(void)
{
	if (caller.fd >= 0)
		ioctl(caller.fd, KCOV_DISABLE, 0);
}

void cover_begin(void)
{
	char line[64] = "";
	FILE *f = fopen("/sys/module/aios/sections/.text", "r");

	if (!f || !fgets(line, sizeof(line), f))
		found("the module is not loaded");
	fclose(f);
	area->text = strtoul(line, NULL, 16);
}

void cover_end(void)
{
	area->text = 0;
}

void cover_turn(void)
{
	area->turn++;
	caller.last.hash = 0;
}

static void count(struct kcov *kcov)
{
	unsigned long n;

	if (!kcov->area)
		return;
	n = __atomic_exchange_n(kcov->area, 0, __ATOMIC_RELAXED);
	for (unsigned long i = 1; i <= n; i++)
		cover_reach(area, kcov->area[i], &kcov->last);
}

uint64_t cover_sum(void)
{
	count(&caller);
	count(&workers);
	return (uint64_t)area->nr_places + area->nr_edges;
}

const struct cover_area *cover_area(void)
{
	return area;
}
