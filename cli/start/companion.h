/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two processes that can stand beside run. The witness tells which signals were sent to
 * the whole process group, and so to the command too; the guard ends the job when run is
 * killed. Neither has a descriptor of the caller's, and both have names of their own, so
 * that who looks for aiosctl or for the command does not find them.
 */
#ifndef AIOSCTL_START_COMPANION_H
#define AIOSCTL_START_COMPANION_H

#include <stdbool.h>
#include <sys/types.h>

struct aios_job;

struct companion {
	pid_t pid;
	int fd;			/* to it; -1: there is none */
};

/*
 * These start one; they return 0 or -errno. @argv, of the command, ends with NULL and
 * ends the arguments of the present process.
 */
int witness_start(struct companion *witness, char **argv);
int guard_start(struct companion *guard, struct aios_job *job, char **argv);

/*
 * A signal @sig came, which the caller has read. This tells whether the witness got one
 * too, and forgets that.
 */
bool witness_has(struct companion *witness, int sig);

/* The job has ended, or goes on by intent: nothing is left to guard. */
void guard_dismiss(struct companion *guard);

#endif /* AIOSCTL_START_COMPANION_H */
