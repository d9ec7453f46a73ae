// SPDX-License-Identifier: GPL-2.0
/*
 * release: jobs on hold may start again.
 */
#include "base/commands.h"
#include "machine/job.h"

static int release_run(struct cli *cli, int argc, char **argv)
{
	return job_order(cli, argc, argv, "release", aios_job_release);
}

const struct cli_command release_command = {
	.name = "release",
	.args = "JOB...",
	.summary = "let jobs on hold start when it is their turn",
	.run = release_run,
};
