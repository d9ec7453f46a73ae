/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process that submit leaves behind: in a session of its own it waits in the kernel
 * until the job is admitted, and becomes the command.
 */
#ifndef AIOSCTL_START_DETACH_H
#define AIOSCTL_START_DETACH_H

#include "start/launch.h"

struct detached {
	struct cli *cli;
	const struct jobspec *spec;
	struct aios_job *job;
	const char *output;	/* path of standard output */
	const char *error;	/* of standard error; NULL: where output goes */
	uint64_t submit_ns;	/* out: when the job was submitted; 0: not known */
};

/*
 * This starts it and returns when it waits where it is to; 0, or -errno of what failed,
 * which is in @failure.
 */
int detach(struct detached *d, char **argv, struct launch_report *failure);

#endif /* AIOSCTL_START_DETACH_H */
