// SPDX-License-Identifier: GPL-2.0
/*
 * config: whether the files that the machine is restored from are right, and what they have
 * otherwise than the machine.
 */
#include <getopt.h>

#include "base/commands.h"
#include "remember/config.h"

/* This takes one file at most. */
static int file_parse(struct cli *cli, int argc, char **argv, const char **path)
{
	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (argc - optind > 1)
		return cli_usage(cli, "%s takes one file at most, not '%s' too", cli->command->name,
				 argv[optind + 1]);
	*path = argv[optind];
	return CLI_OK;
}

static int problems_print(struct cli *cli, const struct config *c)
{
	static const struct out_column columns[] = {
		{ "file", "FILE", false },
		{ "line", "LINE", true },
		{ "problem", "PROBLEM", false },
	};
	struct out *o = &cli->out;
	int status;

	cli_open(cli);
	out_data_u64(o, "sections", c->nr);
	if (!c->nr_problems && !cli->json)
		out_sentence(o, "result", c->nr_files ? "there is no mistake in %s%s%s" :
			     "there is no file", c->nr_files ? c->files[0] : "",
			     c->nr_files > 1 ? " and " : "", c->nr_files > 1 ? c->files[1] : "");
	else
		out_table_begin(o, "problems", NULL, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < c->nr_problems; i++) {
		out_row_begin(o);
		out_string(o, "file", c->problems[i].file);
		out_u64(o, "line", c->problems[i].line);
		out_string(o, "problem", c->problems[i].text);
		out_row_end(o);
	}
	if (c->nr_problems || cli->json)
		out_table_end(o);
	status = cli_close(cli);
	return status ?: c->nr_problems ? CLI_FAILURE : CLI_OK;
}

static int check_run(struct cli *cli, int argc, char **argv)
{
	struct config c = { 0 };
	const char *path = NULL;
	int status;

	status = file_parse(cli, argc, argv, &path);
	if (!status)
		status = config_load(cli, &c, path);
	if (!status)
		status = problems_print(cli, &c);
	config_end(&c);
	return status;
}

static int diff_run(struct cli *cli, int argc, char **argv)
{
	struct config wanted = { 0 }, present = { 0 };
	struct config_plan plan = { 0 };
	const char *path = NULL;
	int status;

	status = file_parse(cli, argc, argv, &path);
	if (!status)
		status = config_load_both(cli, path, &wanted, &present);
	if (!status) {
		config_compare(&wanted, &present, true, &plan);
		cli_open(cli);
		config_plan_print(&cli->out, &plan);
		status = cli_close(cli) ?: plan.nr ? CLI_FAILURE : CLI_OK;
	}
	free(plan.all);
	config_end(&wanted);
	config_end(&present);
	return status;
}

static const struct cli_command config_check_command = {
	.name = "check",
	.args = "[FILE]",
	.summary = "look for mistakes in what the machine is restored from",
	.help = "Read a file, or those that restore reads, and print what is wrong in them, line by line. Nothing is asked of the machine. The status is 1 where something is wrong.",
	.run = check_run,
};

static const struct cli_command config_diff_command = {
	.name = "diff",
	.args = "[FILE]",
	.summary = "show what is otherwise on the machine",
	.help = "Compare a file, or those that restore reads, with the machine, and print what differs: what restore would change, and what no file has. The status is 1 where something differs.",
	.run = diff_run,
};

static const struct cli_command * const config_commands[] = {
	&config_check_command,
	&config_diff_command,
	NULL
};

const struct cli_command config_command = {
	.name = "config",
	.summary = "check what the machine is restored from, and compare it",
	.help = "Check the files that the machine is restored from, or compare them with the machine: "
		CONFIG_SAVED ", which 'aiosctl save' writes, and over it " CONFIG_WRITTEN
		", which you write. aios.conf(5) describes them.",
	.subcommands = config_commands,
};
