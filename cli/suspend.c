// SPDX-License-Identifier: GPL-2.0
/*
 * suspend: jobs are frozen.
 */
#include "base/commands.h"
#include "machine/job.h"
#include "machine/select.h"

static int suspend_run(struct cli *cli, int argc, char **argv)
{
	static const struct job_order order = {
		.verb = "suspend",
		.states = 1U << AIOS_STATE_ADMITTED | 1U << AIOS_STATE_RUNNING,
		.call = aios_job_suspend,
	};

	return job_order(cli, argc, argv, &order);
}

const struct cli_command suspend_command = {
	.name = "suspend",
	.args = "[JOB]...",
	.summary = "freeze jobs; they keep their memory",
	.shared = selection_options,
	.run = suspend_run,
};
