/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the arguments of options and commands can be. Help names the words, and
 * the completions of the shells offer them, from these tables alone.
 */
#ifndef AIOSCTL_BASE_VALUES_H
#define AIOSCTL_BASE_VALUES_H

#include "base/cli.h"

enum cli_kind {
	CLI_ANY,		/* nothing that could be completed */
	CLI_WORDS,		/* one of some words */
	CLI_JOBS,
	CLI_GROUPS,
	CLI_JOBS_AND_GROUPS,
	CLI_DEVICES,
	CLI_USERS,
	CLI_USER_GROUPS,	/* groups of the system, not of aios */
	CLI_FILES,
	CLI_DIRECTORIES,
	CLI_COMMAND_NAMES,	/* commands of aiosctl */
	CLI_PROGRAMS,		/* a command of the shell with its arguments */
};

struct cli_values {
	/* It is an option's name, or what help calls an argument; NULL ends a table. */
	const char *of;
	enum cli_kind kind;
	/* @word returns word number @i from 0, NULL after the last; @words ends with NULL. */
	const char *(*word)(uint32_t i);
	const char * const *words;
	/* @about returns what word number @i means; it may be NULL. */
	const char *(*about)(uint32_t i);
	const char *pattern;	/* of CLI_FILES, for shells that have patterns */
};

/* These return what an option of @c, or what follows the options, can be; never NULL. */
const struct cli_values *cli_option_values(const struct cli_command *c,
					   const struct cli_option *option);
const struct cli_values *cli_argument_values(const struct cli_command *c);

/* This returns word number @i, or NULL after the last. */
const char *cli_word(const struct cli_values *values, uint32_t i);

/* This returns "fifo, sjf or saf", all words, to be freed. */
char *cli_words_text(const struct cli_values *values);

/* This returns the help of an option with its words in the place of %s, to be freed. */
char *cli_option_help(const struct cli_command *c, const struct cli_option *option);

/* These are words that several commands take, for tables of values. */
const char *cli_policy_word(uint32_t i);
const char *cli_policy_about(uint32_t i);
/* These are the policies that can order the jobs of a group. */
const char *cli_group_policy_word(uint32_t i);
const char *cli_backfill_word(uint32_t i);
const char *cli_event_word(uint32_t i);
const char *cli_objective_word(uint32_t i);

#endif /* AIOSCTL_BASE_VALUES_H */
