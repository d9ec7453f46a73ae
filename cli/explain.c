// SPDX-License-Identifier: GPL-2.0
/*
 * explain: why a job has what it has, or what it waits for.
 */
#include "base/commands.h"
#include "machine/job.h"

static int explain_run(struct cli *cli, int argc, char **argv)
{
	return job_each_print(cli, argc, argv, job_explain_print);
}

const struct cli_command explain_command = {
	.name = "explain",
	.args = "JOB...",
	.summary = "tell why a job has what it has, or what it waits for",
	.help = "Tell what a job waits for and when it is expected to start, or, when it runs, why its grant is what it is: where it lies between request and limit, its reduced cost or level, the row that holds it back, and the rows (a resource of the machine, a group's limit, an accelerator) that it competes for, with what one more unit of each would be worth.",
	.run = explain_run,
};
