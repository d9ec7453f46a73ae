// SPDX-License-Identifier: GPL-2.0
/*
 * The completion for zsh: a specification of _arguments for each option, within
 * single quotes.
 */
#include <string.h>

#include "completion/completion.h"

static const char zsh_head[] =
	"#compdef aiosctl\n"
	COMPLETION_LICENCE
	"#\n"
	"# Completion of aiosctl for zsh, from 'aiosctl completion zsh': commands, options,\n"
	"# and the jobs, groups and devices that the machine has at the moment.\n"
	"\n"
	"_aiosctl_jobs()\n"
	"{\n"
	"	local -a jobs\n"
	"	jobs=(${${(f)\"$(aiosctl list --no-header --columns id,name,state 2>/dev/null)\"}## #})\n"
	"	jobs=(${jobs/ ##/:})\n"
	"	_describe -t jobs job jobs\n"
	"}\n"
	"\n"
	"_aiosctl_groups()\n"
	"{\n"
	"	local -a groups\n"
	"	groups=(${(f)\"$(aiosctl group list --no-header --columns path 2>/dev/null)\"})\n"
	"	_wanted groups expl group compadd -a groups\n"
	"}\n"
	"\n"
	"_aiosctl_devices()\n"
	"{\n"
	"	local -a devices\n"
	"	devices=(${${(f)\"$(aiosctl devices list --no-header --columns id,name 2>/dev/null)\"}## #})\n"
	"	devices=(${devices/ ##/:})\n"
	"	_describe -t devices device devices\n"
	"}\n"
	"\n"
	"_aiosctl_jobs_or_groups()\n"
	"{\n"
	"	_alternative 'jobs:job:_aiosctl_jobs' 'groups:group:_aiosctl_groups'\n"
	"}\n"
	"\n"
	"# _aiosctl_sub COMMAND:SUMMARY...: the commands below one, then what each takes.\n"
	"_aiosctl_sub()\n"
	"{\n"
	"	local context state line\n"
	"	local -a subs\n"
	"	subs=(\"$@\")\n"
	"	_arguments -C $common '1:command:{_describe command subs}' '*::argument:->rest'\n"
	"	[[ $state = rest ]] && _aiosctl_options \"$command $line[1]\"\n"
	"}\n";

/* This writes text within single quotes, with a backslash before each of @special. */
static void quoted(FILE *f, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", f);
			continue;
		}
		if (strchr(special, *text))
			putc('\\', f);
		putc(*text, f);
	}
}

static void summaries_write(FILE *f, const struct cli_command * const *table,
			    const char *before, const char *after)
{
	for (; *table; table++) {
		fprintf(f, "%s'%s:", before, (*table)->name);
		quoted(f, (*table)->summary, ":");
		fprintf(f, "'%s", after);
	}
}

/*
 * A list is "fifo[arrival] sjf[...]" of _values, a single word "(fifo sjf)" or
 * "((fifo:...))".
 */
static void zsh_words_write(FILE *f, const struct cli_values *values, const char *label,
			    bool list)
{
	if (list)
		fprintf(f, "_values -s , %s", label);
	else
		fputs(values->about ? "((" : "(", f);
	for (uint32_t i = 0; cli_word(values, i); i++) {
		fprintf(f, "%s%s", i || list ? " " : "", cli_word(values, i));
		if (!values->about)
			continue;
		fputs(list ? "\\[" : "\\:\"", f);
		quoted(f, values->about(i), list ? ":[] ();,\"" : ":\"");
		fputs(list ? "\\]" : "\"", f);
	}
	if (!list)
		fputs(values->about ? "))" : ")", f);
}

/* The action completes an argument; what cannot be completed has none. */
static void action_write(FILE *f, const struct cli_values *values, const char *label,
			 bool list)
{
	static const char * const actions[] = {
		[CLI_JOBS] = "_aiosctl_jobs",
		[CLI_GROUPS] = "_aiosctl_groups",
		[CLI_JOBS_AND_GROUPS] = "_aiosctl_jobs_or_groups",
		[CLI_DEVICES] = "_aiosctl_devices",
		[CLI_USERS] = "_users",
		[CLI_USER_GROUPS] = "_groups",
		[CLI_FILES] = "_files",
		[CLI_DIRECTORIES] = "_files -/",
		[CLI_COMMAND_NAMES] = "_aiosctl_commands",
		[CLI_PROGRAMS] = "_command_names -e",
	};

	if (values->kind == CLI_WORDS)
		zsh_words_write(f, values, label, list);
	else if (values->kind == CLI_FILES && values->pattern)
		fprintf(f, "_files -g \"%s\"", values->pattern);
	else if (values->kind != CLI_ANY)
		fputs(actions[values->kind], f);
}

/* "(--offline)" names the options that cannot stand beside @option. */
static void exclusions_write(FILE *f, const struct cli_command *command,
			     const struct cli_option *option)
{
	const char * const *names = command->exclusive;
	bool one = false;

	for (const char * const *p = names; p && *p; p++)
		one |= !strcmp(*p, option->name);
	for (const char * const *p = names; one && *p; p++)
		if (strcmp(*p, option->name))
			fprintf(f, "(--%s)", *p);
}

static void option_write(const struct completion *c, const struct cli_command *command,
			 const struct cli_option *option)
{
	const char *equals = !option->arg ? "" : completion_optional(option) ? "=-" : "=";
	auto_free char *label = completion_label(option->arg ?: "");
	auto_free char *about = completion_about(option);
	FILE *f = c->file;

	fputs(" \\\n\t\t\t'", f);
	if (completion_repeats(command, option))
		fputs("*", f);
	else if (option->key < 256)
		fprintf(f, "(-%c --%s)", option->key, option->name);
	exclusions_write(f, command, option);
	if (option->key < 256)
		fprintf(f, "'{-%c,--%s%s}'", option->key, option->name, equals);
	else
		fprintf(f, "--%s%s", option->name, equals);
	fputs("[", f);
	quoted(f, about, "[]:");
	fputs("]", f);
	if (option->arg) {
		fprintf(f, "%s%s:", completion_optional(option) ? "::" : ":", label);
		action_write(f, cli_option_values(command, option), label,
			     !!strstr(option->arg, "[,"));
	}
	fputs("'", f);
}

/* The last specification says what follows the options. */
static void zsh_arguments_write(FILE *f, const struct cli_command *command)
{
	const struct cli_values *values = cli_argument_values(command);
	const char *args = command->args;
	auto_free char *label = NULL;

	if (!args)
		return;
	if (values->kind == CLI_PROGRAMS) {
		fputs(" \\\n\t\t\t'(-)1:command:_command_names -e' '*::argument:_normal'", f);
		return;
	}
	label = completion_label(args);
	fprintf(f, " \\\n\t\t\t'%s:%s:", strstr(args, "...") ? "*" : "1", label);
	action_write(f, values, label, false);
	fputs("'", f);
}

static void command_write(const struct completion *c,
			  const struct completion_command *command)
{
	FILE *f = c->file;

	fprintf(f, "\t\"%s\")\n", command->name);
	if (command->command->subcommands) {
		fputs("\t\t_aiosctl_sub", f);
		summaries_write(f, command->command->subcommands, " \\\n\t\t\t", "");
	} else {
		fprintf(f, "\t\t_arguments%s $common",
			command->command->stops ? " -S" : "");
		completion_options(c, command->command, option_write);
		zsh_arguments_write(f, command->command);
	}
	fputs(" ;;\n", f);
}

void zsh_write(const struct completion *c)
{
	static const struct cli_command none;
	FILE *f = c->file;

	fputs(zsh_head, f);
	fputs("\n_aiosctl_commands()\n{\n\tlocal -a commands\n\tcommands=(\n", f);
	summaries_write(f, c->table, "\t\t", "\n");
	fputs("\t)\n\t_describe -t commands command commands\n}\n"
	      "\n_aiosctl_options()\n{\n\tlocal command=$1\n\n\tcase $command in\n", f);
	for (size_t i = 0; i < c->nr; i++)
		command_write(c, &c->commands[i]);
	fputs("\t*)\n\t\t_arguments $common ;;\n\tesac\n}\n"
	      "\n_aiosctl()\n{\n\tlocal context state line\n\tlocal -a common\n\tcommon=(", f);
	for (const struct cli_option *o = cli_global_options; o->name; o++)
		option_write(c, &none, o);
	fputs(" \\\n\t)\n\t_arguments -C $common", f);
	for (const struct cli_option *o = cli_leading_options; o->name; o++)
		option_write(c, &none, o);
	fputs(" \\\n\t\t\t'1:command:_aiosctl_commands' '*::argument:->rest'\n"
	      "\t[[ $state = rest ]] && _aiosctl_options $line[1]\n}\n"
	      "\n_aiosctl \"$@\"\n", f);
}
