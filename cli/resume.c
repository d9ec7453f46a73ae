// SPDX-License-Identifier: GPL-2.0
/*
 * resume: suspended jobs may run again.
 */
#include "base/commands.h"
#include "machine/job.h"

static int resume_run(struct cli *cli, int argc, char **argv)
{
	return job_order(cli, argc, argv, "resume", aios_job_resume);
}

const struct cli_command resume_command = {
	.name = "resume",
	.args = "JOB...",
	.summary = "let suspended jobs run again as soon as they fit",
	.run = resume_run,
};
