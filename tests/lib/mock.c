// SPDX-License-Identifier: GPL-2.0
/*
 * ioctl(), open() and the allocator as the library sees them: see mock.h.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mock.h"
#include "mock_netlink.h"
#include "tap.h"

static struct {
	const struct mock_ioctl *script;
	size_t nr;
	size_t next;
	int fd;
	int open_err;
	void (*act)(unsigned int nr, void *arg);
	char path[256];
} mock;

void mock_script(const struct mock_ioctl *script, size_t nr)
{
	mock.script = script;
	mock.nr = nr;
	mock.next = 0;
}

void mock_end(void)
{
	check_equal(mock.next, mock.nr);
	memset(&mock, 0, sizeof(mock));
	mock_fail_allocation(0);
	mock_netlink_end();
}

void mock_on_success(void (*act)(unsigned int nr, void *arg))
{
	mock.act = act;
}

int mock_last_fd(void)
{
	return mock.fd;
}

const char *mock_last_path(void)
{
	return mock.path;
}

void mock_fail_open(int err)
{
	mock.open_err = err;
}

/* Where two structs differ, or -1. */
static long difference(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;
	size_t i;

	for (i = 0; i < size; i++)
		if (x[i] != y[i])
			return (long)i;
	return -1;
}

int ioctl(int fd, unsigned long nr, ...)
{
	const struct mock_ioctl *step;
	va_list ap;
	void *arg;

	va_start(ap, nr);
	arg = va_arg(ap, void *);
	va_end(ap);

	if (!tap_check(mock.next < mock.nr, __FILE__, __LINE__,
		       "unexpected call %#lx", nr)) {
		errno = ENOTTY;
		return -1;
	}
	step = &mock.script[mock.next++];
	mock.fd = fd;
	check_equal(nr, step->nr);
	if (step->in)
		tap_check(difference(arg, step->in, step->size) < 0, __FILE__,
			  __LINE__, "call %#lx: struct differs at byte %ld", nr,
			  difference(arg, step->in, step->size));
	if (step->out)
		memcpy(arg, step->out, step->size);
	if (mock.act && !step->err)
		mock.act(step->nr, arg);
	errno = step->err;
	return step->err ? -1 : 0;
}

int open(const char *path, int flags, ...)
{
	int err = mock.open_err;

	/* only the library opens for writing here */
	if ((flags & O_ACCMODE) != O_RDWR)
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0);
	check(flags & O_CLOEXEC);
	snprintf(mock.path, sizeof(mock.path), "%s", path);
	mock.open_err = 0;
	if (err) {
		errno = err;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", flags, 0);
}

/* --------------------------------------------------------------- allocator */

static int countdown;		/* to the allocation that fails */
static int allocation_failed;

void mock_fail_allocation(int n)
{
	countdown = n;
	allocation_failed = 0;
}

int mock_allocation_failed(void)
{
	return allocation_failed;
}

/* The next definition of a function, which valgrind may have replaced. */
static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static int fails_now(void)
{
	if (!countdown || --countdown)
		return 0;
	allocation_failed = 1;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	static void *(*next)(size_t size);

	if (!next)
		next = (void *(*)(size_t))real("malloc");
	return fails_now() ? NULL : next(size);
}

void *calloc(size_t n, size_t size)
{
	static void *(*next)(size_t n, size_t size);

	if (!next)
		next = (void *(*)(size_t, size_t))real("calloc");
	return fails_now() ? NULL : next(n, size);
}

void *realloc(void *p, size_t size)
{
	static void *(*next)(void *p, size_t size);

	if (!next)
		next = (void *(*)(void *, size_t))real("realloc");
	return fails_now() ? NULL : next(p, size);
}
