// SPDX-License-Identifier: GPL-2.0
/*
 * Help, made from the command table alone: what a person reads, and under
 * --json the whole table, with which a test holds the man pages and the
 * completions to what the command really takes.
 */
#include <getopt.h>
#include <string.h>

#include "base/commands.h"
#include "base/values.h"

#define HELP_WIDTH	79
#define HELP_INDENT	30

/*
 * This prints words up to HELP_WIDTH and continues them at @indent; @at says where the
 * line is.
 */
static void wrap(const char *text, size_t indent, size_t at)
{
	while (*text) {
		size_t len = strcspn(text, " \n");

		if (at > indent && at + 1 + len > HELP_WIDTH) {
			printf("\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			putchar(' ');
			at++;
		}
		printf("%.*s", (int)len, text);
		at += len;
		text += len;
		if (*text == '\n') {
			printf("\n%s%*s", text[1] == '\n' ? "\n" : "",
			       (int)indent, "");
			at = indent;
		}
		text += strspn(text, " \n");
	}
	putchar('\n');
}

static void options_help(const struct cli_command *c, const struct cli_option *o)
{
	for (; o && o->name; o++) {
		auto_free char *help = cli_option_help(c, o);
		char letter[] = "    ";
		int len;

		if (o->key < 256)
			snprintf(letter, sizeof(letter), "-%c, ", o->key);
		len = printf("  %s--%s%s%s", letter, o->name,
			     !o->arg ? "" : o->arg[0] == '[' ? "" : " ",
			     o->arg ?: "");
		if (len >= HELP_INDENT)
			printf("\n%*s", HELP_INDENT, "");
		else
			printf("%*s", HELP_INDENT - len, "");
		wrap(help, HELP_INDENT, HELP_INDENT);
	}
}

static void commands_help(const struct cli_command * const *table)
{
	for (; *table; table++) {
		int len = printf("  %-10s  ", (*table)->name);

		wrap((*table)->summary, len, len);
	}
}

static void command_help(const struct cli_command *c,
			 const struct cli_command *parent)
{
	bool options = c->options || c->shared;

	printf("Usage: aiosctl%s%s %s%s%s%s%s\n\n", parent ? " " : "",
	       parent ? parent->name : "", c->name,
	       c->subcommands ? " COMMAND" : "",
	       options ? " [OPTION]..." : "", c->args ? " " : "",
	       c->args ?: "");
	wrap(c->help ?: c->summary, 0, 0);
	if (c->subcommands) {
		printf("\nCommands (the first is the default):\n");
		commands_help(c->subcommands);
	}
	if (c->options) {
		printf("\nOptions:\n");
		options_help(c, c->options);
	}
	if (c->shared) {
		printf("\nWhat the job needs:\n");
		options_help(c, c->shared);
	}
	printf("\nOptions of every command:\n");
	options_help(c, cli_global_options);
}

static void overview(const struct cli *cli)
{
	static const struct cli_command none;

	printf("Usage: aiosctl [OPTION]... COMMAND [ARGUMENT]...\n\n");
	wrap("Share this machine among AI jobs: submit work to the aios kernel "
	     "module, watch it and limit it.", 0, 0);
	printf("\nCommands:\n");
	commands_help(cli->commands);
	printf("\nOptions:\n");
	options_help(&none, cli_leading_options);
	options_help(&none, cli_global_options);
	printf("\n");
	wrap("'aiosctl COMMAND --help' tells about one command, aiosctl(1) about "
	     "all of them, 'aiosctl doctor' about what this machine lacks.", 0, 0);
}

/* ------------------------------------------------------------------- JSON */

static void options_print(struct out *o, const char *key, const struct cli_command *c,
			  const struct cli_option *options)
{
	out_hidden_array_begin(o, key);
	for (; options && options->name; options++) {
		auto_free char *help = cli_option_help(c, options);
		char letter[] = { options->key, '\0' };

		out_hidden_begin(o, NULL);
		out_string(o, "name", options->name);
		out_string(o, "letter", options->key < 256 ? letter : NULL);
		out_string(o, "argument", options->arg);
		out_string(o, "help", help);
		out_hidden_end(o);
	}
	out_hidden_end(o);
}

static void commands_print(struct out *o, const struct cli_command * const *table)
{
	out_hidden_array_begin(o, "commands");
	for (; *table; table++) {
		const struct cli_command *c = *table;

		out_hidden_begin(o, NULL);
		out_string(o, "name", c->name);
		out_string(o, "arguments", c->args);
		out_string(o, "summary", c->summary);
		options_print(o, "options", c, c->options);
		options_print(o, "shared_options", c, c->shared);
		if (c->subcommands)
			commands_print(o, c->subcommands);
		out_hidden_end(o);
	}
	out_hidden_end(o);
}

int cli_help(struct cli *cli, const struct cli_command *command,
	     const struct cli_command *parent)
{
	static const struct cli_command none;

	if (cli->json) {
		cli_open(cli);
		commands_print(&cli->out, cli->commands);
		options_print(&cli->out, "global_options", &none, cli_global_options);
		options_print(&cli->out, "leading_options", &none, cli_leading_options);
		return cli_close(cli);
	}
	if (command)
		command_help(command, parent);
	else
		overview(cli);
	return fflush(stdout) ? CLI_FAILURE : CLI_OK;
}

static int help_missing(struct cli *cli, const struct cli_command *parent, const char *name)
{
	auto_free char *has = parent ? xasprintf("%s has", parent->name) : xstrdup("there is");

	return cli_no_command(cli, has, parent ? parent->subcommands : cli->commands, name);
}

static int help_run(struct cli *cli, int argc, char **argv)
{
	const struct cli_command *parent = NULL;
	const struct cli_command *command = NULL;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	for (const struct cli_command * const *table = cli->commands; optind < argc; optind++) {
		parent = command;
		command = table ? cli_find(table, argv[optind]) : NULL;
		if (!command)
			return help_missing(cli, parent, argv[optind]);
		table = command->subcommands;
	}
	return cli_help(cli, command, parent);
}

const struct cli_command help_command = {
	.name = "help",
	.args = "[COMMAND]...",
	.summary = "tell about a command",
	.run = help_run,
};
