// SPDX-License-Identifier: GPL-2.0
/*
 * The host's half of scripts/vm: start QEMU with a socket for the guest's
 * virtio-serial port as file descriptor 3, pass on what the guest sends, and
 * keep the time limit. How it ended goes to a file, in words that the script
 * reads: "exit N", "fail TEXT", "timeout", or "died N" when QEMU ended first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vm-frame.h"

#define PORT_FD		3

static pid_t qemu;
static const char *result_path;

static void __attribute__((noreturn, format(printf, 1, 2)))
finish(const char *fmt, ...)
{
	FILE *f;
	va_list ap;

	if (qemu > 0) {
		kill(qemu, SIGKILL);
		waitpid(qemu, NULL, 0);
	}
	f = fopen(result_path, "w");
	if (!f)
		exit(125);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fputc('\n', f);
	exit(fclose(f) ? 125 : 0);
}

static void start(char **argv, const char *log)
{
	int sv[2], fd;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv))
		finish("fail cannot make a socket: %s", strerror(errno));
	qemu = fork();
	if (qemu < 0)
		finish("fail cannot fork: %s", strerror(errno));
	if (qemu) {
		close(sv[0]);
		if (sv[1] != PORT_FD && (dup2(sv[1], PORT_FD) < 0 || close(sv[1])))
			finish("fail cannot move a socket: %s", strerror(errno));
		return;
	}
	/* The machine must not outlive the one who listens to it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* ^C is for the script, which then ends us and so the machine. */
	setpgid(0, 0);
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	fd = open("/dev/null", O_RDONLY);
	if (fd < 0 || dup2(fd, 0) < 0)
		_exit(126);
	/* Either end may be number 3 already. */
	if (dup2(sv[0], PORT_FD) < 0)
		_exit(126);
	closefrom(PORT_FD + 1);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static long remaining_ms(const struct timespec *end)
{
	struct timespec now;
	long ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (end->tv_sec - now.tv_sec) * 1000 +
		(end->tv_nsec - now.tv_nsec) / 1000000;
	return ms < 0 ? 0 : ms;
}

static void __attribute__((noreturn)) died(void)
{
	int status = 0;

	waitpid(qemu, &status, 0);
	qemu = 0;
	finish("died %d", WIFEXITED(status) ? WEXITSTATUS(status) :
	       128 + WTERMSIG(status));
}

/* Read all of len bytes, or end the run. */
static void receive(void *buf, size_t len, const struct timespec *end)
{
	struct pollfd p = { .fd = PORT_FD, .events = POLLIN };
	char *at = buf;
	ssize_t n;

	while (len) {
		n = poll(&p, 1, end ? remaining_ms(end) : -1);
		if (n < 0 && errno == EINTR)
			continue;
		if (!n)
			finish("timeout");
		n = read(PORT_FD, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			died();
		at += n;
		len -= n;
	}
}

/* A reader who went away ends the run, as SIGPIPE would a plain command. */
static void put(int fd, const char *at, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	ssize_t n;

	while (len) {
		n = write(fd, at, len);
		if (n < 0 && errno == EAGAIN)
			poll(&p, 1, -1);
		else if (n < 0 && errno != EINTR)
			finish("exit %d", errno == EPIPE ? 128 + SIGPIPE : 125);
		if (n > 0) {
			at += n;
			len -= n;
		}
	}
}

int main(int argc, char **argv)
{
	static char buf[FRAME_MAX + 1];
	struct timespec end, *limit = NULL;
	struct frame f;
	int32_t status;
	int log;

	if (argc < 6) {
		fprintf(stderr, "usage: %s RESULT KERNEL-LOG QEMU-LOG SECONDS QEMU ARG...\n",
			argv[0]);
		return 125;
	}
	result_path = argv[1];
	signal(SIGPIPE, SIG_IGN);
	log = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (log < 0)
		finish("fail %s: %s", argv[2], strerror(errno));
	if (atol(argv[4]) > 0) {
		clock_gettime(CLOCK_MONOTONIC, &end);
		end.tv_sec += atol(argv[4]);
		limit = &end;
	}
	/* start() puts the port at 3; the log must not lie there. */
	log = fcntl(log, F_DUPFD_CLOEXEC, 10);
	start(argv + 5, argv[3]);

	for (;;) {
		receive(&f, sizeof(f), limit);
		if (f.len > FRAME_MAX)
			finish("fail the guest sent a frame of %u bytes", f.len);
		receive(buf, f.len, limit);
		buf[f.len] = '\0';
		switch (f.type) {
		case FRAME_OUT:
			put(STDOUT_FILENO, buf, f.len);
			break;
		case FRAME_ERR:
			put(STDERR_FILENO, buf, f.len);
			break;
		case FRAME_LOG:
			put(log, buf, f.len);
			break;
		case FRAME_FAIL:
			finish("fail %s", buf);
		case FRAME_END:
			memcpy(&status, buf, sizeof(status));
			finish("exit %d", status);
		default:
			finish("fail the guest sent a frame of type %u", f.type);
		}
	}
}
