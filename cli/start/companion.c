// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes that can stand beside run: see companion.h.
 *
 * Nothing in a signal tells whether it was sent to a process or to its group: si_code
 * and si_pid are the same. A second process of the group can tell: it gets the signals
 * of the group, and of those that are sent to run alone it gets none.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cli.h"
#include "start/companion.h"
#include "start/descriptors.h"

/* How long it takes to look again whether a witness that does not answer is stopped. */
#define ANSWER_MS	100

/* The arguments are overwritten in place, where ps(1) and pkill(1) read them. */
static void name_set(const char *name, char **argv)
{
	char *first = program_invocation_name, *end = first;

	prctl(PR_SET_NAME, name);
	for (; *argv; argv++)
		end = *argv + strlen(*argv);
	if (end <= first)
		return;
	memset(first, 0, end - first);
	snprintf(first, end - first + 1, "%s", name);
}

/* A process that no signal ends but SIGKILL, and a socket to it; as fork(2) returns. */
static pid_t companion_fork(struct companion *c, int *other)
{
	sigset_t all, before;
	int pair[2], err;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	/* None may come between the fork and the mask. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		*other = pair[1];
		return 0;
	}
	err = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -err;
	}
	c->pid = pid;
	c->fd = pair[0];
	return pid;
}

/* ---------------------------------------------------------------- the witness */

/* It answers, signal by signal, whether one is pending; then it is no more. */
__attribute__((noreturn)) static void testify(int fd)
{
	static const struct timespec none;
	unsigned char sig, got;
	sigset_t set;

	while (read(fd, &sig, 1) == 1) {
		sigemptyset(&set);
		sigaddset(&set, sig);
		got = sigtimedwait(&set, NULL, &none) == sig;
		if (send(fd, &got, 1, MSG_NOSIGNAL) != 1)
			break;
	}
	_exit(0);
}

int witness_start(struct companion *witness, char **argv)
{
	pid_t pid;
	int fd;

	pid = companion_fork(witness, &fd);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		descriptors_close(STDIN_FILENO, &fd, 1);
		name_set("signal-witness", argv);
		testify(fd);
	}
	return pid < 0 ? pid : 0;
}

static bool is_stopped(pid_t pid)
{
	siginfo_t info = { 0 };

	return !waitid(P_PID, pid, &info, WSTOPPED | WNOHANG | WNOWAIT) && info.si_pid;
}

/*
 * Who was stopped with the group, and not continued with it, has to be continued to
 * answer: @woken is set then.
 */
static bool answer_comes(struct companion *witness, bool *woken)
{
	struct pollfd p = { .fd = witness->fd, .events = POLLIN };

	do {
		if (is_stopped(witness->pid)) {
			kill(witness->pid, SIGCONT);
			*woken = true;
		}
	} while (poll(&p, 1, ANSWER_MS) <= 0);
	return p.revents & POLLIN;
}

bool witness_has(struct companion *witness, int sig)
{
	unsigned char byte = sig;
	bool woken = false;

	if (witness->fd < 0)
		return false;
	/*
	 * Whoever sends a signal to a group holds the kernel's lock of the list of
	 * processes until all have it. This call, which fails, waits for that lock.
	 */
	setpgid(0, INT_MAX);
	if (send(witness->fd, &byte, 1, MSG_NOSIGNAL) != 1 ||
	    !answer_comes(witness, &woken) || read(witness->fd, &byte, 1) != 1) {
		close(witness->fd);
		witness->fd = -1;
		return false;
	}
	if (!woken)
		return byte;
	/* One that was stopped until now cannot have got the signal to continue. */
	if (sig == SIGCONT)
		return false;
	witness_has(witness, SIGCONT);
	return byte;
}

/* ------------------------------------------------------------------ the guard */

int guard_start(struct companion *guard, struct aios_job *job, char **argv)
{
	pid_t pid;
	char byte;
	int fd;

	pid = companion_fork(guard, &fd);
	if (!pid) {
		int keep[] = { fd, aios_job_fd(job) };

		/* What kills the group of run must not kill this. */
		setsid();
		descriptors_close(STDIN_FILENO, keep, ARRAY_SIZE(keep));
		name_set("job-guard", argv);
		if (read(fd, &byte, 1) != 1)
			aios_job_cancel(job, NULL);
		_exit(0);
	}
	return pid < 0 ? pid : 0;
}

void guard_dismiss(struct companion *guard)
{
	char byte = 0;

	/* One that was killed has nothing to be told. */
	if (guard->fd >= 0 && send(guard->fd, &byte, 1, MSG_NOSIGNAL) != 1)
		return;
}
