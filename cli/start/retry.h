/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Jobs that start again after they ran out of memory: what run and submit, which
 * have to start the command again, know of that.
 */
#ifndef AIOSCTL_START_RETRY_H
#define AIOSCTL_START_RETRY_H

#include "print/when.h"
#include "start/jobspec.h"

/* This reads "3" or "3:1.5" of --retry-oom; it returns 0 or a status after having said why. */
int retry_parse(struct cli *cli, const char *text, struct jobspec *spec);

enum retry_state {
	RETRY_OVER,	/* the job has ended, or goes on without the command */
	RETRY_AGAIN,	/* it is queued once more: have another process enter it */
	RETRY_UNKNOWN,	/* not clear within the time */
};

/*
 * This tells what becomes of @job, whose command has ended with @status of waitpid(),
 * within @patience_ns. A signal ends the wait.
 */
enum retry_state retry_wait(struct aios_job *job, int status, uint64_t patience_ns);

/*
 * It can take so long at most until a job is queued again: memory that is large is
 * given back slowly.
 */
#define RETRY_PATIENCE_NS	(60 * NSEC_PER_SEC)

/* The text is "job 12 ran out of memory with 1GiB and waits to run again with 2GiB (...)". */
char *retry_text(const struct aios_stat *stat);

#endif /* AIOSCTL_START_RETRY_H */
