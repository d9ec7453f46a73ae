// SPDX-License-Identifier: GPL-2.0
/*
 * aiosctl: submit work to the aios kernel module, watch it and limit it. This
 * file finds the command that is asked for, which front/front.c leaves to it.
 */
#include <getopt.h>
#include <string.h>

#include "base/cli.h"
#include "base/commands.h"

#define COMMAND_POINTER(name)	(&name##_command)

static const struct cli_command * const commands[] = {
	CLI_COMMANDS(COMMAND_POINTER),
	NULL
};

/* What a command that is not known would take is not known: look for --json alone. */
static void json_ahead(struct cli *cli, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		cli->json |= !strcmp(argv[i], "--json");
	cli->out.json = cli->json;
	cli->out.color = cli->color && !cli->json;
}

/* Run @c, or the subcommand that the first argument names. */
static int dispatch(struct cli *cli, const struct cli_command *c, int argc,
		    char **argv)
{
	const struct cli_command *sub;
	auto_free char *has = NULL;

	cli->command = c;
	if (!c->subcommands)
		return c->run(cli, argc, argv);
	cli->parent = c;
	sub = c->subcommands[0];
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		cli->parent = NULL;
		return cli_help(cli, c, NULL);
	}
	if (argc > 1 && argv[1][0] != '-') {
		sub = cli_find(c->subcommands, argv[1]);
		argc--;
		argv++;
	}
	if (!sub) {
		cli->parent = NULL;
		json_ahead(cli, argc, argv);
		has = xasprintf("%s has", c->name);
		return cli_no_command(cli, has, c->subcommands, argv[0]);
	}
	cli->command = sub;
	return sub->run(cli, argc, argv);
}

static int version_print(struct cli *cli)
{
	struct out *o = &cli->out;

	cli_open(cli);
	out_data_string(o, "aiosctl", AIOSCTL_VERSION);
	if (!cli->json)
		out_sentence(o, "aiosctl", "aiosctl %s", AIOSCTL_VERSION);
	return cli_close(cli);
}

/* Options ahead of the command; the status to end with, or -1. */
static int leading_options(struct cli *cli, int argc, char **argv)
{
	static const struct cli_command overview = {
		.options = cli_leading_options,
		.stops = true,
	};
	int key, status = -1;

	cli->command = &overview;
	while ((key = cli_getopt(cli, argc, argv)) != -1 && status < 0) {
		if (key == 'V')
			status = version_print(cli);
		else
			status = CLI_USAGE;
	}
	cli->command = NULL;
	free(cli->long_options);
	free(cli->short_options);
	cli->long_options = NULL;
	cli->short_options = NULL;
	return status;
}

int main(int argc, char **argv)
{
	const struct cli_command *command;
	struct cli cli;
	int status;

	cli_begin(&cli, commands);
	status = leading_options(&cli, argc, argv);
	if (status >= 0)
		return status;
	argc -= optind;
	argv += optind;
	if (!argc)
		return cli_usage(&cli, "which command? Try list, or submit");
	command = cli_find(commands, argv[0]);
	if (!command) {
		json_ahead(&cli, argc, argv);
		return cli_no_command(&cli, "there is", commands, argv[0]);
	}

	status = dispatch(&cli, command, argc, argv);
	cli_end(&cli);
	return status;
}
