/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The child's side of run and submit: enter the job, then become its command.
 */
#ifndef AIOSCTL_START_LAUNCH_H
#define AIOSCTL_START_LAUNCH_H

#include "base/cli.h"
#include "start/jobspec.h"

/* A child that cannot go on writes this to its parent before it exits. */
struct launch_report {
	int stage;		/* LAUNCH_* */
	int err;		/* -errno */
	struct aios_why why;
};

enum launch_stage {
	LAUNCH_SETUP = 1,	/* a file or a session could not be set up */
	LAUNCH_ENTER,		/* the job was not admitted */
	LAUNCH_EXEC,		/* the command could not be executed */
};

/*
 * This returns CLI_OK when there is such a command, or CLI_NO_COMMAND or
 * CLI_CANNOT_EXEC after having said so: better now than after hours in the queue.
 */
int launch_check(struct cli *cli, const char *command);

/*
 * This waits for admission; it returns 0, or -errno after having reported it to
 * @report, -1: nowhere.
 */
int launch_enter(struct aios_job *job, uint64_t deadline_ns, int report);
/* This then sets the environment and executes; it reports failures to @report, or as text. */
__attribute__((noreturn))
void launch_exec(struct cli *cli, struct aios_job *job,
		 const struct jobspec *spec, char **argv, int report);

void launch_report(int fd, enum launch_stage stage, int err,
		   const struct aios_why *why);

/* This sets the variables by which the job knows itself, its devices and its size. */
int environment_set(struct aios_ctx *ctx, struct aios_job *job,
		    const struct jobspec *spec);

#endif /* AIOSCTL_START_LAUNCH_H */
