// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into the kernel tests, it writes down what calls each of their processes
 * makes, as inputs of the fuzzer (input.h) below $AIOS_RECORD.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/aios.h>

#include "input.h"

/* What is pointed to: its beginning serves, for lengths are told elsewhere. */
#define POINTED		64

static struct {
	pthread_mutex_t lock;
	pid_t pid;		/* whose calls these are */
	unsigned int calls;
	uint16_t data_len;
	uint8_t data[INPUT_DATA];
	size_t len;
	uint8_t records[INPUT_MAX];
	uint64_t hash;		/* of the calls' numbers */
	char path[4096];	/* where it is; empty: nowhere yet */
	uint64_t last_job;	/* before the first that it submits */
	uint8_t opened;		/* descriptors of jobs that calls have returned */
	uint8_t slot[256];	/* which of them a descriptor was; 0: none */
} tape = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int (*real_ioctl)(int fd, unsigned long request, void *arg);

/* The same calls make the same file, however often they are made. */
static void tape_name(uint8_t nr)
{
	const char *dir = getenv("AIOS_RECORD");

	if (*tape.path)
		unlink(tape.path);
	tape.hash = (tape.hash ^ nr) * 1099511628211ULL;
	snprintf(tape.path, sizeof(tape.path), "%s/%s.%08x", dir ? dir : "/tmp",
		 program_invocation_short_name, (unsigned int)(tape.hash >> 32));
}

static void tape_write(void)
{
	struct input_head head = { .user = geteuid() != 0, .data = tape.data_len };
	const char *path = tape.path;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	struct iovec parts[] = {
		{ &head, sizeof(head) }, { tape.data, tape.data_len },
		{ tape.records, tape.len },
	};
	if (writev(fd, parts, 3) < 0)
		unlink(path);
	close(fd);
}

/* What can be read of it, for a test may point anywhere. */
static uint64_t place(uint64_t address)
{
	struct iovec to = { tape.data + tape.data_len, POINTED };
	struct iovec from = { (void *)(uintptr_t)address, POINTED };
	uint64_t at = tape.data_len + 1;
	ssize_t got;

	if (tape.data_len + POINTED > INPUT_DATA)
		return 1;
	got = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
	if (got < 0)
		return ~0ULL;
	tape.data_len += got;
	return at;
}

static void tape_add(const struct input_record *record, const void *payload)
{
	if (tape.calls == INPUT_CALLS ||
	    tape.len + sizeof(*record) + record->len > sizeof(tape.records) - INPUT_DATA -
			       sizeof(struct input_head))
		return;
	memcpy(tape.records + tape.len, record, sizeof(*record));
	memcpy(tape.records + tape.len + sizeof(*record), payload, record->len);
	tape.len += sizeof(*record) + record->len;
	tape.calls++;
	tape_name(record->nr);
	tape_write();
}

static void record(int fd, unsigned long request, const void *arg)
{
	const struct input_call *call = input_call(_IOC_NR(request));
	struct input_record r = { .op = INPUT_IOCTL, .nr = _IOC_NR(request) };
	uint8_t bytes[4096] = { 0 };
	struct iovec to = { bytes, sizeof(bytes) }, from = { (void *)arg, sizeof(bytes) };

	if (!call || call->what->size > sizeof(bytes))
		return;
	to.iov_len = call->what->size;
	from.iov_len = call->what->size;
	if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) < 0)
		return;
	if (tape.pid != getpid()) {
		tape.pid = getpid();
		tape.last_job = 0;
		tape.len = 0;
		tape.calls = 0;
		tape.data_len = 0;
		tape.hash = 14695981039346656037ULL;
		*tape.path = '\0';
	}
	r.fd = tape.slot[fd & 255];
	r.len = call->what->size;
	input_pack(call->what, bytes, r.len, place, tape.last_job);
	tape_add(&r, bytes);
}

/* An input that makes the calls gets descriptors in the order in which they come. */
static void remember(unsigned long request, const void *arg)
{
	int fd = -1;

	if (request == AIOS_IOC_SUBMIT) {
		const struct aios_submit *submit = arg;

		fd = submit->fd;
		if (submit->id && !tape.last_job)
			tape.last_job = submit->id - 1;
	}
	if (request == AIOS_IOC_JOB_OPEN)
		fd = ((const struct aios_job_open *)arg)->fd;
	if (fd >= 0)
		tape.slot[fd & 255] = ++tape.opened;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *arg;
	int ret;

	va_start(list, request);
	arg = va_arg(list, void *);
	va_end(list);
	if (!real_ioctl)
		*(void **)&real_ioctl = dlsym(RTLD_NEXT, "ioctl");
	if (_IOC_TYPE(request) == AIOS_IOC_TYPE && !pthread_mutex_trylock(&tape.lock)) {
		int error = errno;

		record(fd, request, arg);
		errno = error;
		pthread_mutex_unlock(&tape.lock);
	}
	ret = real_ioctl(fd, request, arg);
	if (!ret && _IOC_TYPE(request) == AIOS_IOC_TYPE)
		remember(request, arg);
	return ret;
}
