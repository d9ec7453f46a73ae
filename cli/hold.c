// SPDX-License-Identifier: GPL-2.0
/*
 * hold: queued jobs are kept back.
 */
#include "base/commands.h"
#include "machine/job.h"
#include "machine/select.h"

static int hold_run(struct cli *cli, int argc, char **argv)
{
	static const struct job_order order = {
		.verb = "hold",
		.states = 1U << AIOS_STATE_QUEUED,
		.held = -1,
		.call = aios_job_hold,
	};

	return job_order(cli, argc, argv, &order);
}

const struct cli_command hold_command = {
	.name = "hold",
	.args = "[JOB]...",
	.summary = "keep queued jobs back; they keep their places",
	.shared = selection_options,
	.run = hold_run,
};
