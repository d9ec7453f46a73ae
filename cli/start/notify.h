/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command that tells somebody that jobs have ended.
 */
#ifndef AIOSCTL_START_NOTIFY_H
#define AIOSCTL_START_NOTIFY_H

#include "start/submission.h"

/* What the command is told of jobs that have ended. */
struct news {
	uint64_t id;		/* a job: which one, whoever tells of it says */
	const char *name;	/* its name, or NULL */
	size_t nr;		/* jobs that it tells of */
	size_t failed;		/* of them those that did not end with status 0 */
	int status;		/* of the first of these, or 0 */
	uint32_t state;		/* its, or that of the last job */
};

/* This adds one to the news, without its id and name. */
void news_add(struct news *news, uint32_t state, int status);

/* This runs the command by the shell, for a minute at most. */
void notify_run(const char *command, const struct news *news);

/*
 * This leaves a process behind that waits until all jobs of the submission have ended and
 * then runs its command, for a minute at most; it returns 0 or -errno.
 */
int notify_start(struct submission *s);

#endif /* AIOSCTL_START_NOTIFY_H */
