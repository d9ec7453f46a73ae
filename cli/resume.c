// SPDX-License-Identifier: GPL-2.0
/*
 * resume: suspended jobs may run again.
 */
#include "base/commands.h"
#include "machine/job.h"
#include "machine/select.h"

static int resume_run(struct cli *cli, int argc, char **argv)
{
	static const struct job_order order = {
		.verb = "resume",
		.states = 1U << AIOS_STATE_SUSPENDED,
		.call = aios_job_resume,
	};

	return job_order(cli, argc, argv, &order);
}

const struct cli_command resume_command = {
	.name = "resume",
	.args = "[JOB]...",
	.summary = "let suspended jobs run again as soon as they fit",
	.shared = selection_options,
	.run = resume_run,
};
