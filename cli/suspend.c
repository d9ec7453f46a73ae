// SPDX-License-Identifier: GPL-2.0
/*
 * suspend: jobs are frozen.
 */
#include "base/commands.h"
#include "machine/job.h"

static int suspend_run(struct cli *cli, int argc, char **argv)
{
	return job_order(cli, argc, argv, "suspend", aios_job_suspend);
}

const struct cli_command suspend_command = {
	.name = "suspend",
	.args = "JOB...",
	.summary = "freeze jobs; they keep their memory",
	.run = suspend_run,
};
