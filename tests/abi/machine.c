// SPDX-License-Identifier: GPL-2.0
/*
 * The module between batches: see machine.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/aios.h>

#include "cover.h"
#include "input.h"
#include "machine.h"

#define SETTLE_MS	60000	/* until the last user of the module is gone */

static struct {
	int log;		/* the kernel's */
	uint64_t last_job;
} machine = { .log = -1 };

/* What batches may write, and what they find. */
static struct {
	const char *name;
	char text[256];
} parameters[] = {
	{ "max_jobs", "" }, { "max_groups", "" }, { "history", "" }, { "attempts", "" },
	{ "tick_ms", "" }, { "train_percent", "" }, { "enter_from", "" },
};

void found(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("fuzz: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	_exit(1);
}

uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

int high(int fd)
{
	int moved;

	if (fd < 0)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, INPUT_FD_FIRST + INPUT_FDS);
	if (moved < 0)
		found("descriptors: %s", strerror(errno));
	close(fd);
	return moved;
}

/* ------------------------------------------------------------------ parameters */

static int parameter_open(const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/aios/parameters/%s", name);
	return open(path, flags | O_CLOEXEC);
}

static void parameters_read(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		int fd = parameter_open(parameters[i].name, O_RDONLY);
		ssize_t n = read(fd, parameters[i].text, sizeof(parameters[i].text) - 1);

		if (n < 0)
			found("parameter %s: %s", parameters[i].name, strerror(errno));
		parameters[i].text[n] = '\0';
		close(fd);
	}
}

static void parameters_restore(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		int fd = parameter_open(parameters[i].name, O_WRONLY);
		size_t len = strlen(parameters[i].text);

		if (write(fd, parameters[i].text, len) != (ssize_t)len)
			found("parameter %s cannot be set back: %s", parameters[i].name,
			      strerror(errno));
		close(fd);
	}
}

/* ----------------------------------------------------------------- the module */

static void load(const char *file, const char *args)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, args, 0))
		found("%s cannot be loaded: %s", file, strerror(errno));
	close(fd);
}

static void load_module(void)
{
	const char *file = getenv("AIOS_MODULE");

	if (!file)
		found("AIOS_MODULE names no module");
	load(file, "first_job=1 history=64");
	machine.last_job = 0;
	cover_begin();
	parameters_read();
}

static void unload_module(void)
{
	uint64_t end = now_ms() + SETTLE_MS;

	cover_end();
	while (syscall(SYS_delete_module, "aios", O_NONBLOCK)) {
		if (errno == ENOENT)
			return;
		if (now_ms() > end)
			found("the module cannot be removed: %s", strerror(errno));
		usleep(1000);
	}
}

/* Who changes cgroup waits for a grace period, which is then a matter of microseconds. */
static void hurry_rcu(void)
{
	int fd = open("/sys/kernel/rcu_expedited", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1", 1) != 1)
		found("rcu_expedited: %s", strerror(errno));
	close(fd);
}

void machine_open(void)
{
	const char *cover = getenv("AIOS_COVER");

	hurry_rcu();

	machine.log = high(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
	lseek(machine.log, 0, SEEK_END);
	if (cover)
		load(cover, "");
	cover_open();
	machine_reload();
}

void machine_reload(void)
{
	unload_module();
	load_module();
}

/* A job of root's for nothing is always taken: the number that it gets. */
static uint64_t probe(int device)
{
	struct aios_submit s = { .size = sizeof(s), .weight = 1, .cgroup_fd = -1 };
	struct aios_signal cancel = { .size = sizeof(cancel) };

	if (ioctl(device, AIOS_IOC_SUBMIT, &s))
		found("root's SUBMIT: %s, why %u", strerror(errno), s.why.code);
	if (ioctl(s.fd, AIOS_IOC_CANCEL, &cancel))
		found("root's CANCEL: %s", strerror(errno));
	close(s.fd);
	return s.id;
}

static void cancel_jobs(int device, uint64_t first, uint64_t last)
{
	for (uint64_t id = first; id < last; id++) {
		struct aios_job_open o = { .size = sizeof(o), .id = id };
		struct aios_signal cancel = { .size = sizeof(cancel) };

		if (ioctl(device, AIOS_IOC_JOB_OPEN, &o))
			continue;
		/* It may have ended. */
		ioctl(o.fd, AIOS_IOC_CANCEL, &cancel);
		close(o.fd);
	}
}

/* The first line of a complaint of the kernel's. */
static void read_log(void)
{
	static const char *const complaints[] = {
		"BUG:", "BUG ", "WARNING:", "KASAN", "KFENCE", "UBSAN", "Oops", "lockdep",
		"refcount_t:", "hung_task", "corruption",
	};
	char record[8192];
	ssize_t n;

	while ((n = read(machine.log, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (n < 0)
			continue;
		record[n] = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(complaints); i++)
			if (strstr(record, complaints[i]))
				found("the kernel complained: %s", record);
	}
}

void machine_clean(bool changed)
{
	struct aios_drain clear = { .size = sizeof(clear), .flags = AIOS_DRAIN_CLEAR };
	int device = open("/dev/" AIOS_DEVICE_NAME, O_RDWR | O_CLOEXEC);
	uint64_t job;

	if (device < 0)
		found("the device: %s", strerror(errno));
	if (changed)
		parameters_restore();
	ioctl(device, AIOS_IOC_DRAIN, &clear);
	job = probe(device);
	cancel_jobs(device, machine.last_job + 1, job);
	machine.last_job = job;
	close(device);
	read_log();
}
