/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parent's side of run: it stands between whoever sends signals and the
 * child that becomes the job, so that job control and kill(1) work on it as
 * they would on the command itself.
 */
#ifndef AIOSCTL_START_SUPERVISE_H
#define AIOSCTL_START_SUPERVISE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "start/companion.h"
#include "start/launch.h"

struct supervisor {
	pid_t child;
	int signals;		/* signalfd */
	int report;		/* pipe: a report, or end of file once exec succeeded */
	sigset_t before;	/* mask to give back to the child */
	sigset_t ignored;	/* by whoever started us: these do not interrupt */
	sigset_t doubtful;	/* the next one may be one with the last */
	struct companion witness;
	bool started;		/* the child has executed the command */
	bool reaped;
	int status;		/* of waitpid(), when reaped */
	int interrupted;	/* signal that came before the start */
	struct launch_report failure; /* stage 0: none */
};

enum supervisor_event {
	SUPERVISOR_TIMEOUT,
	SUPERVISOR_STARTED,
	SUPERVISOR_FAILED,	/* the child reported @failure */
	SUPERVISOR_INTERRUPTED,	/* a signal to end came before the start */
	SUPERVISOR_EXITED,
};

/* This blocks what will be forwarded, before the fork; it returns 0 or -errno. */
int supervisor_init(struct supervisor *s);
/*
 * The next child begins here: the last one is forgotten, and signals to end interrupt
 * from now on.
 */
void supervisor_again(struct supervisor *s);
/* The child calls this just before exec: it gives the signals back as aiosctl got them. */
void supervisor_child_reset(const struct supervisor *s);

/* This forwards signals until something happens; @timeout_ms -1 is no bound. */
enum supervisor_event supervisor_wait(struct supervisor *s, int timeout_ms);

#endif /* AIOSCTL_START_SUPERVISE_H */
