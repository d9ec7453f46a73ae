// SPDX-License-Identifier: GPL-2.0
/*
 * Stands between libaios and the kernel, so that the package is tested over the real
 * library with no module and no root: it is preloaded, and a test in Python answers the
 * calls. What concerns no job and not the device goes to the C library.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>

/* It yields 0 or the errno with which the call fails. */
typedef int (*answer_fn)(int fd, unsigned int nr, void *arg);

static answer_fn answer;	/* set before the library is called */

void kernel_answer(answer_fn fn)
{
	answer = fn;
}

int open(const char *path, int flags, ...)
{
	int (*next)(const char *path, int flags, ...);
	mode_t mode = 0;
	va_list args;

	if (answer && !strcmp(path, "/dev/aios"))
		path = "/dev/null";
	*(void **)&next = dlsym(RTLD_NEXT, "open");
	if (!(flags & (O_CREAT | O_TMPFILE)))
		return next(path, flags);
	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return next(path, flags, mode);
}

int ioctl(int fd, unsigned long nr, ...)
{
	int (*next)(int fd, unsigned long nr, ...);
	va_list args;
	void *arg;
	int err;

	va_start(args, nr);
	arg = va_arg(args, void *);
	va_end(args);
	if (answer && _IOC_TYPE(nr) == 0xA9) {
		err = answer(fd, (unsigned int)nr, arg);
		errno = err;
		return err ? -1 : 0;
	}
	*(void **)&next = dlsym(RTLD_NEXT, "ioctl");
	return next(fd, nr, arg);
}
