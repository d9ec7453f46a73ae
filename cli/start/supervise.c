// SPDX-License-Identifier: GPL-2.0
/*
 * Signals between a terminal, the people who send them, and the child that
 * becomes the job.
 *
 * The child stays in our process group, so that a pipeline remains one job of
 * the shell, and whoever kills the group kills the command. What is sent to the group,
 * by the terminal (^C, ^\, ^Z, a new window size), by the shell (kill %1) or by
 * timeout(1), therefore reaches the child by itself and is not sent again; what is sent
 * to us alone is forwarded. A second process of the group, the witness, tells which it
 * was. When the child stops we stop as well, so that the shell sees its job stop.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "print/util.h"
#include "start/supervise.h"

static const int forwarded[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGTSTP,
	SIGCONT,
};

int supervisor_init(struct supervisor *s)
{
	struct sigaction action;
	sigset_t set;

	*s = (struct supervisor){ .report = -1, .witness.fd = -1 };
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigemptyset(&s->ignored);
	sigemptyset(&s->doubtful);
	for (size_t i = 0; i < ARRAY_SIZE(forwarded); i++) {
		sigaddset(&set, forwarded[i]);
		if (!sigaction(forwarded[i], NULL, &action) && action.sa_handler == SIG_IGN)
			sigaddset(&s->ignored, forwarded[i]);
	}
	if (sigprocmask(SIG_BLOCK, &set, &s->before))
		return -errno;
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals < 0 ? -errno : 0;
}

void supervisor_again(struct supervisor *s)
{
	s->child = 0;
	s->report = -1;
	s->started = false;
	s->reaped = false;
	s->status = 0;
}

void supervisor_child_reset(const struct supervisor *s)
{
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

static bool ends(int sig)
{
	return sig == SIGINT || sig == SIGTERM || sig == SIGHUP || sig == SIGQUIT;
}

/*
 * One more that came before the witness had told of the last is the same for it. Then
 * the last was sent to the group, and what comes right behind counts as one with it, as
 * the kernel has it for signals that are pending.
 */
static bool group_got(struct supervisor *s, const struct signalfd_siginfo *info)
{
	int sig = info->ssi_signo;
	bool doubtful = sigismember(&s->doubtful, sig);
	sigset_t pending;
	bool got;

	sigdelset(&s->doubtful, sig);
	if (s->witness.fd < 0)
		return info->ssi_code == SI_KERNEL;
	got = witness_has(&s->witness, sig);
	if (got && !sigpending(&pending) && sigismember(&pending, sig))
		sigaddset(&s->doubtful, sig);
	return got || doubtful;
}

static void forward(struct supervisor *s, const struct signalfd_siginfo *info)
{
	int sig = info->ssi_signo;
	bool got = group_got(s, info);

	if (!s->started) {
		/* The child has the signals blocked and becomes the job later. */
		if (sigismember(&s->ignored, sig))
			return;
		if (ends(sig))
			s->interrupted = sig;
		else if (sig == SIGTSTP)
			raise(SIGSTOP);
		return;
	}
	/* A command that has left the group does not get what is sent to it. */
	if (!s->reaped && !(got && getpgid(s->child) == getpgrp()))
		kill(s->child, sig);
}

/* Have we been continued, and not heard of it yet? */
static bool is_continued(void)
{
	sigset_t pending;

	return !sigpending(&pending) && sigismember(&pending, SIGCONT);
}

static void reap(struct supervisor *s)
{
	int status;

	while (!s->reaped && waitpid(s->child, &status, WNOHANG | WUNTRACED) > 0) {
		if (WIFSTOPPED(status)) {
			/* To stop would take back SIGCONT, which the child is to get. */
			if (!is_continued())
				raise(SIGSTOP);
			continue;
		}
		s->reaped = true;
		s->status = status;
	}
}

static void signals_read(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(s);
		else
			forward(s, &info);
	}
}

/* Has the child executed its command, or failed to? */
static void report_read(struct supervisor *s)
{
	ssize_t n = read(s->report, &s->failure, sizeof(s->failure));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n != sizeof(s->failure)) {
		s->failure.stage = 0;
		s->started = true;
	}
	close(s->report);
	s->report = -1;
}

enum supervisor_event supervisor_wait(struct supervisor *s, int timeout_ms)
{
	struct pollfd fds[] = {
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = s->report, .events = POLLIN },
	};
	int n;

	for (;;) {
		fds[1].fd = s->report;
		n = poll(fds, ARRAY_SIZE(fds), timeout_ms);
		if (n < 0 && errno != EINTR)
			return SUPERVISOR_TIMEOUT;
		if (!n)
			return SUPERVISOR_TIMEOUT;
		if (n < 0)
			continue;
		if (fds[1].revents) {
			report_read(s);
			if (s->failure.stage)
				return SUPERVISOR_FAILED;
			if (s->report < 0 && s->started)
				return SUPERVISOR_STARTED;
		}
		if (fds[0].revents)
			signals_read(s);
		if (s->reaped && s->report < 0)
			return SUPERVISOR_EXITED;
		if (s->interrupted && !s->started)
			return SUPERVISOR_INTERRUPTED;
	}
}
