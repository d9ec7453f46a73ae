// SPDX-License-Identifier: GPL-2.0
/*
 * What the arguments of options and commands can be: see values.h.
 */
#include <string.h>

#include <core/policy/policy.h>

#include "base/values.h"

const char *cli_policy_word(uint32_t i)
{
	const struct aios_policy_ops *ops = aios_policy_at(i);

	return ops ? ops->name : NULL;
}

const char *cli_policy_about(uint32_t i)
{
	return aios_policy_at(i)->summary;
}

const char *cli_group_policy_word(uint32_t i)
{
	const struct aios_policy_ops *ops;

	for (uint32_t k = 0; (ops = aios_policy_at(k)); k++)
		if (!(ops->flags & (AIOS_POLICY_WHOLE | AIOS_POLICY_PREEMPTIVE)) && !i--)
			return ops->name;
	return NULL;
}

const char *cli_backfill_word(uint32_t i)
{
	return aios_backfill_name(AIOS_BACKFILL_NONE + i);
}

const char *cli_event_word(uint32_t i)
{
	return aios_event_name(AIOS_EVENT_SUBMITTED + i);
}

const char *cli_objective_word(uint32_t i)
{
	return aios_objective_name(AIOS_OBJECTIVE_UTILITY + i);
}

static const char *state_word(uint32_t i)
{
	return aios_state_name(AIOS_STATE_QUEUED + i);
}

static const char * const color_words[] = { "auto", "always", "never", NULL };

/* An argument that is called so is the same in every command. */
static const struct cli_values common[] = {
	{ .of = "CGROUP", .kind = CLI_DIRECTORIES },
	{ .of = "COMMAND", .kind = CLI_COMMAND_NAMES },
	{ .of = "DEVICE", .kind = CLI_DEVICES },
	{ .of = "DIRECTORY", .kind = CLI_DIRECTORIES },
	{ .of = "FILE", .kind = CLI_FILES },
	{ .of = "GROUP", .kind = CLI_GROUPS },
	{ .of = "GROUP|JOB", .kind = CLI_JOBS_AND_GROUPS },
	{ .of = "JOB", .kind = CLI_JOBS },
	{ .of = "POLICY", .kind = CLI_WORDS, .word = cli_policy_word,
	  .about = cli_policy_about },
	{ .of = "STATE", .kind = CLI_WORDS, .word = state_word },
	{ .of = "TRACE", .kind = CLI_FILES },
	{ .of = "TYPE", .kind = CLI_WORDS, .word = cli_event_word },
	{ .of = "USER", .kind = CLI_USERS },
	{ .of = "WHEN", .kind = CLI_WORDS, .words = color_words },
	{ 0 }
};

static const struct cli_values *find(const struct cli_values *table, const char *of,
				     size_t len)
{
	for (; table && table->of; table++)
		if (!strncmp(table->of, of, len) && !table->of[len])
			return table;
	return NULL;
}

/* The name in @text is in capitals: "[JOB,]..." has JOB. */
static const struct cli_values *values_called(const struct cli_command *c,
					      const char *text)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
	static const struct cli_values any = { .kind = CLI_ANY };
	const char *name = text + strcspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	const struct cli_values *values;
	size_t len = strspn(name, capitals);

	values = find(c->values, name, len);
	if (!values)
		values = find(common, text, strlen(text));
	if (!values)
		values = find(common, name, len);
	return values ?: &any;
}

const struct cli_values *cli_option_values(const struct cli_command *c,
					   const struct cli_option *option)
{
	const struct cli_values *values;

	values = find(c->values, option->name, strlen(option->name));
	return values ?: values_called(c, option->arg ?: "");
}

const struct cli_values *cli_argument_values(const struct cli_command *c)
{
	static const struct cli_values program = { .kind = CLI_PROGRAMS };

	return c->stops ? &program : values_called(c, c->args ?: "");
}

const char *cli_word(const struct cli_values *values, uint32_t i)
{
	if (values->words)
		return values->words[i];
	return values->word ? values->word(i) : NULL;
}

char *cli_words_text(const struct cli_values *values)
{
	char *text = xstrdup("");
	const char *word, *next;

	for (uint32_t i = 0; (word = cli_word(values, i)); i++) {
		char *longer;

		next = cli_word(values, i + 1);
		longer = xasprintf("%s%s%s", text, !i ? "" : next ? ", " : " or ", word);
		free(text);
		text = longer;
	}
	return text;
}

char *cli_option_help(const struct cli_command *c, const struct cli_option *option)
{
	const char *gap = strstr(option->help, "%s");
	auto_free char *words = NULL;

	if (!gap)
		return xstrdup(option->help);
	words = cli_words_text(cli_option_values(c, option));
	return xasprintf("%.*s%s%s", (int)(gap - option->help), option->help, words,
			 gap + 2);
}
