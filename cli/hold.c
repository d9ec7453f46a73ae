// SPDX-License-Identifier: GPL-2.0
/*
 * hold: queued jobs are kept back.
 */
#include "base/commands.h"
#include "machine/job.h"

static int hold_run(struct cli *cli, int argc, char **argv)
{
	return job_order(cli, argc, argv, "hold", aios_job_hold);
}

const struct cli_command hold_command = {
	.name = "hold",
	.args = "JOB...",
	.summary = "keep queued jobs back; they keep their places",
	.run = hold_run,
};
