// SPDX-License-Identifier: GPL-2.0
/*
 * The completion for fish: a line for each command and each option.
 */
#include <string.h>

#include "completion/completion.h"

static const char fish_head[] =
	COMPLETION_LICENCE
	"#\n"
	"# Completion of aiosctl for fish, from 'aiosctl completion fish': commands, options,\n"
	"# and the jobs, groups and devices that the machine has at the moment.\n"
	"\n"
	"function __aiosctl_jobs\n"
	"    aiosctl list --no-header --columns id,name,state 2>/dev/null | string trim | string replace -r '\\s+' '\\t'\n"
	"end\n"
	"\n"
	"function __aiosctl_groups\n"
	"    aiosctl group list --no-header --columns path 2>/dev/null\n"
	"end\n"
	"\n"
	"function __aiosctl_devices\n"
	"    aiosctl devices list --no-header --columns id,name 2>/dev/null | string trim | string replace -r '\\s+' '\\t'\n"
	"end\n"
	"\n"
	"# __aiosctl_at COMMAND [SUBCOMMAND]: is this what the command line has so far?\n"
	"# A SUBCOMMAND of - stands for none.\n"
	"function __aiosctl_at\n"
	"    set -l words\n"
	"    for word in (commandline -opc)[2..-1]\n"
	"        switch $word\n"
	"            case --\n"
	"                break\n"
	"            case '-*'\n"
	"                continue\n"
	"            case '*'\n"
	"                set -a words $word\n"
	"        end\n"
	"    end\n"
	"    test \"$words[1]\" = \"$argv[1]\"; or return 1\n"
	"    switch \"$argv[2]\"\n"
	"        case ''\n"
	"            return 0\n"
	"        case -\n"
	"            test (count $words) -eq 1\n"
	"        case '*'\n"
	"            test \"$words[2]\" = \"$argv[2]\"\n"
	"    end\n"
	"end\n"
	"\n"
	"function __aiosctl_none\n"
	"    for word in (commandline -opc)[2..-1]\n"
	"        string match -q -- '-*' $word; or return 1\n"
	"    end\n"
	"end\n"
	"\n"
	"complete -c aiosctl -f\n"
	"\n";

/* A condition of fish says where the lines that are written hold; NULL is everywhere. */
static const char *condition;

static void line_begin(FILE *f)
{
	fputs("complete -c aiosctl", f);
	if (condition)
		fprintf(f, " -n '%s'", condition);
}

static void about_write(FILE *f, const char *about)
{
	fputs(" -d '", f);
	completion_escape(f, about, "'\\");
	fputs("'", f);
}

static void command_write(FILE *f, const struct cli_command *command)
{
	line_begin(f);
	fprintf(f, " -a %s", command->name);
	about_write(f, command->summary);
	fputs("\n", f);
}

/* The words stand beside each other, each with what it means behind a tab. */
static void fish_words_write(FILE *f, const struct cli_values *values)
{
	for (uint32_t i = 0; cli_word(values, i); i++) {
		fprintf(f, "%s%s", i ? " " : "", cli_word(values, i));
		if (!values->about)
			continue;
		fputs("\\t\"", f);
		completion_escape(f, values->about(i), "'\\");
		fputs("\"", f);
	}
}

/* The options of complete say what completes an argument. */
static void values_write(const struct completion *c, const struct cli_values *values)
{
	static const char * const functions[] = {
		[CLI_JOBS] = "(__aiosctl_jobs)",
		[CLI_GROUPS] = "(__aiosctl_groups)",
		[CLI_JOBS_AND_GROUPS] = "(__aiosctl_jobs) (__aiosctl_groups)",
		[CLI_DEVICES] = "(__aiosctl_devices)",
		[CLI_USERS] = "(__fish_complete_users)",
		[CLI_USER_GROUPS] = "(__fish_complete_groups)",
		[CLI_DIRECTORIES] = "(__fish_complete_directories)",
		[CLI_PROGRAMS] = "(__fish_complete_subcommand)",
	};
	FILE *f = c->file;

	switch (values->kind) {
	case CLI_ANY:
		break;
	case CLI_FILES:
		fputs(" -F", f);
		break;
	case CLI_WORDS:
		fputs(" -a '", f);
		fish_words_write(f, values);
		fputs("'", f);
		break;
	case CLI_COMMAND_NAMES:
		fputs(" -a '", f);
		for (const struct cli_command * const *p = c->table; *p; p++)
			fprintf(f, "%s%s", p == c->table ? "" : " ", (*p)->name);
		fputs("'", f);
		break;
	default:
		fprintf(f, " -a '%s'", functions[values->kind]);
	}
}

static void option_write(const struct completion *c, const struct cli_command *command,
			 const struct cli_option *option)
{
	const struct cli_values *values = cli_option_values(command, option);
	auto_free char *about = completion_about(option);
	FILE *f = c->file;

	line_begin(f);
	if (option->key < 256)
		fprintf(f, " -s %c", option->key);
	fprintf(f, " -l %s", option->name);
	if (option->arg && !completion_optional(option)) {
		fputs(values->kind == CLI_FILES ? " -r" : " -x", f);
		values_write(c, values);
	}
	about_write(f, about);
	fputs("\n", f);
}

static void fish_arguments_write(const struct completion *c, const struct cli_command *command)
{
	const struct cli_values *values = cli_argument_values(command);

	if (values->kind == CLI_ANY)
		return;
	line_begin(c->file);
	values_write(c, values);
	fputs("\n", c->file);
}

void fish_write(const struct completion *c)
{
	static const struct cli_command none;
	FILE *f = c->file;

	fputs(fish_head, f);
	condition = "__aiosctl_none";
	for (const struct cli_command * const *p = c->table; *p; p++)
		command_write(f, *p);
	for (const struct cli_option *o = cli_leading_options; o->name; o++)
		option_write(c, &none, o);
	condition = NULL;
	for (const struct cli_option *o = cli_global_options; o->name; o++)
		option_write(c, &none, o);
	for (size_t i = 0; i < c->nr; i++) {
		const struct cli_command *command = c->commands[i].command;
		auto_free char *here = xasprintf("__aiosctl_at %s", c->commands[i].name);
		auto_free char *alone = xasprintf("%s -", here);

		fputs("\n", f);
		condition = alone;
		for (const struct cli_command * const *p = command->subcommands; p && *p; p++)
			command_write(f, *p);
		condition = here;
		completion_options(c, command, option_write);
		fish_arguments_write(c, command);
	}
	condition = NULL;
}
