// SPDX-License-Identifier: GPL-2.0
/*
 * Signals between a terminal, the people who send them, and the child that
 * becomes the job.
 *
 * The child stays in our process group, so that a pipeline remains one job of
 * the shell. What the terminal sends (^C, ^\, ^Z, a new window size) therefore
 * reaches the child by itself and is not sent again; what a process sends to
 * us alone is forwarded. The kernel marks the former with SI_KERNEL. When the
 * child stops we stop as well, so that the shell sees its job stop, and when
 * the shell continues us we continue the child.
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

/*
 * Ignored signals stay ignored, as nohup(1) has it: then the job neither leaves the
 * queue nor ends.
 */
static bool hangups_ignored(void)
{
	struct sigaction action;

	return !sigaction(SIGHUP, NULL, &action) && action.sa_handler == SIG_IGN;
}

int supervisor_init(struct supervisor *s)
{
	sigset_t set;

	*s = (struct supervisor){ .report = -1 };
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < ARRAY_SIZE(forwarded); i++)
		if (forwarded[i] != SIGHUP || !hangups_ignored())
			sigaddset(&set, forwarded[i]);
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

static void forward(struct supervisor *s, const struct signalfd_siginfo *info)
{
	int sig = info->ssi_signo;

	if (!s->started) {
		/* The child has the signals blocked and becomes the job later. */
		if (ends(sig))
			s->interrupted = sig;
		else if (sig == SIGTSTP)
			raise(SIGSTOP);
		return;
	}
	if (!s->reaped && info->ssi_code != SI_KERNEL)
		kill(s->child, sig);
}

static void reap(struct supervisor *s)
{
	int status;

	while (!s->reaped && waitpid(s->child, &status, WNOHANG | WUNTRACED) > 0) {
		if (WIFSTOPPED(status)) {
			/* The shell continues us, with the child or before it. */
			raise(SIGSTOP);
			kill(s->child, SIGCONT);
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
