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

enum {
	KEY_ARRAY = CLI_KEY(1),
};

static const struct cli_option submit_options[] = {
	{ "array", KEY_ARRAY, "INDICES[%N]",
	  "a job for each index: 0-39, 1,3,5-9 or 0-100:10; %4: four at once" },
	SUBMISSION_OPTIONS,
	SUBMISSION_REQUEUE,
	{ 0 }
};

static int submit_print(struct submission *s)
{
	struct cli *cli = s->cli;

	submission_note(s);
	cli_open(cli);
	/* only the id, for $(aiosctl submit ...) */
	if (!cli->json) {
		out_sentence(&cli->out, "id", "%" PRIu64, s->jobs[0].id);
		return cli_close(cli);
	}
	if (s->array.nr)
		out_list_begin(&cli->out, "jobs");
	for (size_t i = 0; i < s->nr; i++) {
		out_record_begin(&cli->out, s->array.nr ? NULL : "job", NULL);
		submission_fields(s, &s->jobs[i]);
		out_record_end(&cli->out);
	}
	if (s->array.nr)
		out_list_end(&cli->out);
	return cli_close(cli);
}

static int submit_option(struct submission *s, int key)
{
	if (key == KEY_ARRAY)
		return array_parse(s->cli, optarg, &s->array);
	return submission_option(s, key, optarg);
}

static int submit_run(struct cli *cli, int argc, char **argv)
{
	struct submission s;
	int key, status = CLI_OK;

	submission_init(&s, cli);
	while (!status && (key = cli_getopt(cli, argc, argv)) != -1)
		status = key == '?' ? CLI_USAGE : submit_option(&s, key);
	if (!status)
		status = submission_start(&s, argc - optind, argv + optind);
	if (!status && s.nr)
		status = submit_print(&s);
	submission_end(&s);
	return status;
}

const struct cli_command submit_command = {
	.name = "submit",
	.args = "[--] COMMAND [ARG]...",
	.summary = "queue a command as a job and print its id",
	.help = "Queue a job and print its id. The command runs when the kernel admits the job, detached, with its output in a file. A single argument in which a shell would see more than a word, as 'a | b', runs by /bin/sh.\n\nWith --array there is a job for each index, which the command finds in AIOS_ARRAY_INDEX, and the id of the first is printed, which is that of the array.\n\nREQUEST is what the job needs to start, LIMIT what it can use when others leave room.",
	.options = submit_options,
	.shared = jobspec_options,
	.stops = true,
	.run = submit_run,
};
