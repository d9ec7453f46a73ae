// SPDX-License-Identifier: GPL-2.0
/*
 * The completion for bash: functions that print the words for a place, and one
 * that finds the place.
 */
#include <string.h>

#include "completion/completion.h"

static const char bash_head[] =
	COMPLETION_LICENCE
	"# shellcheck shell=bash\n"
	"#\n"
	"# Completion of aiosctl for bash, from 'aiosctl completion bash': commands,\n"
	"# options, and the jobs, groups and devices that the machine has at the moment.\n"
	"\n"
	"_aiosctl_jobs()\n"
	"{\n"
	"	aiosctl list --no-header --columns id 2>/dev/null\n"
	"}\n"
	"\n"
	"_aiosctl_groups()\n"
	"{\n"
	"	aiosctl group list --no-header --columns path 2>/dev/null\n"
	"}\n"
	"\n"
	"_aiosctl_devices()\n"
	"{\n"
	"	aiosctl devices list --no-header --columns id 2>/dev/null\n"
	"}\n";

static const char bash_tail[] =
	"\n"
	"_aiosctl()\n"
	"{\n"
	"	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	"	local command='' i words\n"
	"\n"
	"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
	"		case ${COMP_WORDS[i]} in\n"
	"		-*)	continue ;;\n"
	"		esac\n"
	"		if [ -z \"$command\" ]; then\n"
	"			command=${COMP_WORDS[i]}\n"
	"		elif [ -n \"$(_aiosctl_commands \"$command\")\" ]; then\n"
	"			command=\"$command ${COMP_WORDS[i]}\"\n"
	"			break\n"
	"		elif [ \"$(_aiosctl_arguments \"$command\" '' kind)\" = program ]; then\n"
	"			# What follows an option's argument or -- is a command.\n"
	"			if [ \"${COMP_WORDS[i-1]}\" = -- ]; then\n"
	"				if declare -F _command_offset >/dev/null; then\n"
	"					_command_offset \"$i\"\n"
	"				fi\n"
	"				return\n"
	"			fi\n"
	"		fi\n"
	"	done\n"
	"\n"
	"	if words=$(_aiosctl_argument \"$before\" \"$command\" \"$word\"); then\n"
	"		mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	"		return\n"
	"	fi\n"
	"	case $word in\n"
	"	-*)	words=$(_aiosctl_options \"$command\") ;;\n"
	"	*)	words=\"$(_aiosctl_commands \"$command\") $(_aiosctl_arguments \"$command\" \"$word\")\" ;;\n"
	"	esac\n"
	"	mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	"}\n"
	"\n"
	"complete -F _aiosctl aiosctl\n";

static void option_name(const struct completion *c, const struct cli_command *command,
			const struct cli_option *option)
{
	(void)command;
	fprintf(c->file, " --%s", option->name);
}

static void options_write(const struct completion *c)
{
	fputs("\n# Options of a command, and of a command below it.\n"
	      "_aiosctl_options()\n{\n\tcase $1 in\n\t'')\techo", c->file);
	for (const struct cli_option *o = cli_leading_options; o->name; o++)
		option_name(c, NULL, o);
	fputs(" ;;\n", c->file);
	for (size_t i = 0; i < c->nr; i++) {
		const struct cli_command *command = c->commands[i].command;

		if (!command->options && !command->shared)
			continue;
		fprintf(c->file, "\t\"%s\")\n\t\techo", c->commands[i].name);
		completion_options(c, command, option_name);
		fputs(" ;;\n", c->file);
	}
	fputs("\tesac\n\techo", c->file);
	for (const struct cli_option *o = cli_global_options; o->name; o++)
		option_name(c, NULL, o);
	fputs("\n}\n", c->file);
}

static void names_write(FILE *f, const struct cli_command * const *table)
{
	for (; *table; table++)
		fprintf(f, " %s", (*table)->name);
}

static void commands_write(const struct completion *c)
{
	fputs("\n_aiosctl_commands()\n{\n\tcase $1 in\n\t'')\techo", c->file);
	names_write(c->file, c->table);
	fputs(" ;;\n", c->file);
	for (size_t i = 0; i < c->nr; i++) {
		const struct cli_command *command = c->commands[i].command;

		if (!command->subcommands)
			continue;
		fprintf(c->file, "\t\"%s\")\n\t\techo", c->commands[i].name);
		names_write(c->file, command->subcommands);
		fputs(" ;;\n", c->file);
	}
	fputs("\tesac\n}\n", c->file);
}

/*
 * This writes what prints the words of @values; @word is the variable that holds what
 * is begun.
 */
static void bash_words_write(FILE *f, const struct cli_values *values, const char *word)
{
	switch (values->kind) {
	case CLI_ANY:
		fputs(":", f);
		break;
	case CLI_WORDS:
		fputs("echo \"", f);
		for (uint32_t i = 0; cli_word(values, i); i++)
			fprintf(f, "%s%s", i ? " " : "", cli_word(values, i));
		fputs("\"", f);
		break;
	case CLI_JOBS:
		fputs("_aiosctl_jobs || :", f);
		break;
	case CLI_GROUPS:
		fputs("_aiosctl_groups || :", f);
		break;
	case CLI_JOBS_AND_GROUPS:
		fputs("_aiosctl_jobs; _aiosctl_groups || :", f);
		break;
	case CLI_DEVICES:
		fputs("_aiosctl_devices || :", f);
		break;
	case CLI_USERS:
		fprintf(f, "compgen -u -- \"%s\" || :", word);
		break;
	case CLI_USER_GROUPS:
		fprintf(f, "compgen -g -- \"%s\" || :", word);
		break;
	case CLI_FILES:
		fprintf(f, "compgen -f -- \"%s\" || :", word);
		break;
	case CLI_DIRECTORIES:
		fprintf(f, "compgen -d -- \"%s\" || :", word);
		break;
	case CLI_COMMAND_NAMES:
		fputs("_aiosctl_commands ''", f);
		break;
	case CLI_PROGRAMS:
		fprintf(f, "if [ \"${3-}\" = kind ]; then echo program; else compgen -c -- \"%s\"; fi",
			word);
		break;
	}
}

static void argument_write(FILE *f, const char *name, const struct cli_command *command,
			   const struct cli_option *options)
{
	for (const struct cli_option *o = options; o && o->name; o++) {
		if (!o->arg || completion_optional(o))
			continue;
		fprintf(f, "\t\"%s --%s\"", name, o->name);
		if (o->key < 256)
			fprintf(f, "|\"%s -%c\"", name, o->key);
		fputs(")\n\t\t", f);
		bash_words_write(f, cli_option_values(command, o), "$3");
		fputs(" ;;\n", f);
	}
}

static void bash_arguments_write(const struct completion *c)
{
	static const struct cli_command none;

	fputs("\n# Words that the option $1 of the command $2 takes; 1 when it takes none.\n"
	      "_aiosctl_argument()\n{\n\tcase \"$2 $1\" in\n", c->file);
	for (size_t i = 0; i < c->nr; i++) {
		const struct cli_command *command = c->commands[i].command;

		argument_write(c->file, c->commands[i].name, command, command->options);
		argument_write(c->file, c->commands[i].name, command, command->shared);
	}
	for (const struct cli_option *o = cli_global_options; o->name; o++) {
		if (!o->arg)
			continue;
		fprintf(c->file, "\t*\" --%s\")\n\t\t", o->name);
		bash_words_write(c->file, cli_option_values(&none, o), "$3");
		fputs(" ;;\n", c->file);
	}
	fputs("\t*)\treturn 1 ;;\n\tesac\n}\n"
	      "\n# What the command $1 takes after its options.\n"
	      "_aiosctl_arguments()\n{\n\tcase $1 in\n", c->file);
	for (size_t i = 0; i < c->nr; i++) {
		const struct cli_values *values = cli_argument_values(c->commands[i].command);

		if (values->kind == CLI_ANY)
			continue;
		fprintf(c->file, "\t\"%s\")\n\t\t", c->commands[i].name);
		bash_words_write(c->file, values, "$2");
		fputs(" ;;\n", c->file);
	}
	fputs("\tesac\n}\n", c->file);
}

void bash_write(const struct completion *c)
{
	fputs(bash_head, c->file);
	options_write(c);
	commands_write(c);
	bash_arguments_write(c);
	fputs(bash_tail, c->file);
}
