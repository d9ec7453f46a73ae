// SPDX-License-Identifier: GPL-2.0
/*
 * cancel: jobs are ended.
 */
#include "base/commands.h"
#include "machine/job.h"
#include "machine/select.h"

static int cancel_run(struct cli *cli, int argc, char **argv)
{
	static const struct job_order order = {
		.verb = "cancel",
		.states = JOBLIST_LIVE,
		.last_first = true,
		.call = aios_job_cancel,
	};

	return job_order(cli, argc, argv, &order);
}

const struct cli_command cancel_command = {
	.name = "cancel",
	.args = "[JOB]...",
	.summary = "end jobs, with all their processes",
	.shared = selection_options,
	.run = cancel_run,
};
