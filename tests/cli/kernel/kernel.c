// SPDX-License-Identifier: GPL-2.0
/*
 * The functions of libc that the library to preload has in their place: see kernel.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"
#include "tap.h"

#define DEVICE	"/dev/aios"
/* A parameter of the module, which is the file "sources". */
#define SOURCES	"/sys/module/aios/parameters/enter_from"

static bool scripted;	/* immutable once the program runs */

/* mock_netlink.c complains by this. */
bool tap_check(bool ok, const char *file, int line, const char *format, ...)
{
	va_list ap;

	if (ok)
		return true;
	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

bool kernel_path(char *path, size_t size, const char *file)
{
	const char *folder = getenv("AIOS_TEST_KERNEL");

	return folder && snprintf(path, size, "%s/%s", folder, file) < (int)size;
}

static void at_exit(int code, void *unused)
{
	(void)unused;
	jobs_end(code);
}

/* It is there before the first socket. */
static __attribute__((constructor)) void begin(void)
{
	scripted = getenv("AIOS_TEST_KERNEL");
	if (!scripted)
		return;
	jobs_open();
	on_exit(at_exit, NULL);
	list_make();
}

__attribute__((noreturn)) void _exit(int code)
{
	jobs_end(code);
	syscall(SYS_exit_group, code);
	__builtin_unreachable();
}

int ioctl(int fd, unsigned long nr, ...)
{
	va_list ap;
	void *arg;
	int err;

	va_start(ap, nr);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (!scripted || nr >> 8 != AIOS_IOC_TYPE)
		return (int)syscall(SYS_ioctl, fd, nr, arg);
	if (!answer((unsigned int)nr, arg, &err) &&
	    !machine_call((unsigned int)nr, arg, &err))
		err = jobs_call(fd, (unsigned int)nr, arg);
	if (!err)
		answer_set((unsigned int)nr, arg);
	errno = -err;
	return err ? -1 : 0;
}

int open(const char *path, int flags, ...)
{
	char own[512];
	va_list ap;
	int err, mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, int) : 0;
	va_end(ap);
	if (scripted && !strcmp(path, SOURCES) && kernel_path(own, sizeof(own), "sources"))
		return (int)syscall(SYS_openat, AT_FDCWD, own,
				    flags & O_WRONLY ? flags | O_TRUNC : flags, mode);
	if (!scripted || strcmp(path, DEVICE))
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	err = answer_file(path);
	if (!err)
		return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", flags, 0);
	errno = err;
	return -1;
}

int access(const char *path, int mode)
{
	int err = scripted ? answer_file(path) : -1;

	if (err < 0)
		return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
	errno = err;
	return err ? -1 : 0;
}

int stat(const char *restrict path, struct stat *restrict st)
{
	int err = scripted && !strcmp(path, DEVICE) ? answer_file(path) : -1;

	if (err < 0)
		return fstatat(AT_FDCWD, path, st, 0);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR | 0660;
	st->st_gid = 987;
	/* What cannot be opened is there. */
	errno = err == ENOENT ? ENOENT : 0;
	return errno ? -1 : 0;
}
