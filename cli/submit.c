// SPDX-License-Identifier: GPL-2.0
/*
 * submit: a command as a job that runs later. A process in a session of its own
 * waits in the kernel until the job is admitted, then executes the command;
 * aiosctl itself returns as soon as that process is about to wait.
 */
#include <getopt.h>
#include <inttypes.h>

#include "base/commands.h"
#include "start/submission.h"

static const struct cli_option submit_options[] = {
	SUBMISSION_OPTIONS,
	{ 0 }
};

static int submit_print(struct submission *s)
{
	struct cli *cli = s->cli;

	submission_note(s);
	cli_open(cli);
	/* only the id, for $(aiosctl submit ...) */
	if (!cli->json) {
		out_sentence(&cli->out, "id", "%" PRIu64, aios_job_id(s->job));
		return cli_close(cli);
	}
	out_record_begin(&cli->out, "job", NULL);
	submission_fields(s);
	out_record_end(&cli->out);
	return cli_close(cli);
}

static int submit_run(struct cli *cli, int argc, char **argv)
{
	struct submission s;
	int key, status = CLI_OK;

	submission_init(&s, cli);
	while (!status && (key = cli_getopt(cli, argc, argv)) != -1)
		status = key == '?' ? CLI_USAGE : submission_option(&s, key, optarg);
	if (!status)
		status = submission_start(&s, argc - optind, argv + optind);
	if (!status && s.job)
		status = submit_print(&s);
	submission_end(&s);
	return status;
}

const struct cli_command submit_command = {
	.name = "submit",
	.args = "[--] COMMAND [ARG]...",
	.summary = "queue a command as a job and print its id",
	.help = "Queue a job and print its id. The command runs when the kernel admits the job, detached, with its output in a file. A single argument in which a shell would see more than a word, as 'a | b', runs by /bin/sh.\n\nREQUEST is what the job needs to start, LIMIT what it can use when others leave room.",
	.options = submit_options,
	.shared = jobspec_options,
	.stops = true,
	.run = submit_run,
};
