// SPDX-License-Identifier: GPL-2.0
/*
 * cancel: jobs are ended.
 */
#include "base/commands.h"
#include "machine/job.h"

static int cancel_run(struct cli *cli, int argc, char **argv)
{
	return job_order(cli, argc, argv, "cancel", aios_job_cancel);
}

const struct cli_command cancel_command = {
	.name = "cancel",
	.args = "JOB...",
	.summary = "end jobs, with all their processes",
	.run = cancel_run,
};
