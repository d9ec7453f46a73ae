/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The completions of the shells, written from the tables of commands, options and
 * values alone, so that they know what the command knows.
 */
#ifndef AIOSCTL_COMPLETION_COMPLETION_H
#define AIOSCTL_COMPLETION_COMPLETION_H

#include <stdio.h>

#include "base/values.h"

/* Its hyphen is spelt so that this line is not the licence of this file. */
#define COMPLETION_LICENCE	"# SPDX-License\055Identifier: GPL-2.0\n"

/* A command is known by its whole name, "policy set"; "" is what stands before one. */
struct completion_command {
	char *name;
	const struct cli_command *command;
};

struct completion {
	FILE *file;
	const struct cli_command * const *table; /* of all commands */
	struct completion_command *commands; /* all, those of two words as well */
	size_t nr;
};

void bash_write(const struct completion *c);
void zsh_write(const struct completion *c);
void fish_write(const struct completion *c);

/* This calls @fn for each option of its own that @command has. */
void completion_options(const struct completion *c, const struct cli_command *command,
			void (*fn)(const struct completion *c,
				   const struct cli_command *command,
				   const struct cli_option *option));

/* Has it an argument that may be left out? */
bool completion_optional(const struct cli_option *option);
/* Is it given several times? */
bool completion_repeats(const struct cli_command *command,
			const struct cli_option *option);

/* This returns what an option is for, its help up to the first detail, to be freed. */
char *completion_about(const struct cli_option *option);
/* This returns what an argument is called, in lower case, to be freed. */
char *completion_label(const char *argument);

/* This writes @text with a backslash before each of @special. */
void completion_escape(FILE *f, const char *text, const char *special);

#endif /* AIOSCTL_COMPLETION_COMPLETION_H */
