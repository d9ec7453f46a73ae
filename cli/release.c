// SPDX-License-Identifier: GPL-2.0
/*
 * release: jobs on hold may start again.
 */
#include "base/commands.h"
#include "machine/job.h"
#include "machine/select.h"

static int release_run(struct cli *cli, int argc, char **argv)
{
	static const struct job_order order = {
		.verb = "release",
		.states = 1U << AIOS_STATE_QUEUED,
		.held = 1,
		.call = aios_job_release,
	};

	return job_order(cli, argc, argv, &order);
}

const struct cli_command release_command = {
	.name = "release",
	.args = "[JOB]...",
	.summary = "let jobs on hold start when it is their turn",
	.shared = selection_options,
	.run = release_run,
};
