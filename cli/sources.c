// SPDX-License-Identifier: GPL-2.0
/*
 * sources: the cgroups that users may leave for a job, which is a parameter of the module.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/commands.h"
#include "machine/sources.h"

enum {
	KEY_ADD = CLI_KEY(1),
	KEY_DEFAULT,
	KEY_NONE,
};

static const struct cli_option sources_options[] = {
	{ "add", KEY_ADD, NULL, "keep the patterns that there are" },
	{ "default", KEY_DEFAULT, NULL,
	  "the top, and under systemd each user's logins and services" },
	{ "none", KEY_NONE, NULL, "none: who may move processes himself starts jobs" },
	{ 0 }
};

static const char * const sources_exclusive[] = { "add", "default", "none", NULL };

static int list_print(struct cli *cli, bool changed)
{
	static const struct out_column columns[] = {
		{ "pattern", "CGROUPS THAT USERS MAY LEAVE FOR A JOB", false },
	};
	char list[SOURCES_LEN], *rest = list, *pattern;
	struct out *o = &cli->out;
	int status = sources_read(cli, list, sizeof(list));

	if (status)
		return status;
	cli_open(cli);
	out_table_begin(o, "sources", NULL, columns, 1);
	while (*list && (pattern = strsep(&rest, ","))) {
		out_row_begin(o);
		out_string(o, "pattern", pattern);
		out_row_end(o);
	}
	out_table_end(o);
	if (changed)
		out_sentence(o, "note", "it holds until the module goes; for the next load put enter_from= into /etc/modprobe.d, as aiosctl-sources(1) shows");
	return cli_close(cli);
}

/* The patterns of the command line behind those of @list. */
static int list_extend(struct cli *cli, char *list, size_t len, char **patterns)
{
	size_t at = strlen(list);

	for (; *patterns; patterns++) {
		if (strchr(*patterns, ','))
			return cli_usage(cli, "'%s': a pattern has no comma: give each as an argument of its own",
					 *patterns);
		if (at + strlen(*patterns) + 2 > len)
			return cli_usage(cli, "these are too many patterns: the list has %d bytes at most",
					 SOURCES_LEN);
		at += sprintf(list + at, "%s%s", at ? "," : "", *patterns);
	}
	return CLI_OK;
}

static int sources_run(struct cli *cli, int argc, char **argv)
{
	char list[SOURCES_LEN] = "";
	int key, how = 0, status = CLI_OK;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		if (key == '?')
			return CLI_USAGE;
		if (how && how != key)
			return cli_usage(cli, "--add, --default and --none exclude each other");
		how = key;
	}
	if (how == KEY_ADD && optind == argc)
		return cli_usage(cli, "--add: name a pattern");
	if (how && how != KEY_ADD && optind < argc)
		return cli_usage(cli, "--default and --none take no pattern");
	if (!how && optind == argc)
		return list_print(cli, false);
	if (how == KEY_ADD)
		status = sources_read(cli, list, sizeof(list));
	else if (how == KEY_DEFAULT)
		strcpy(list, "default");
	if (!status)
		status = list_extend(cli, list, sizeof(list), argv + optind);
	if (!status)
		status = sources_write(cli, list);
	return status ? status : list_print(cli, true);
}

const struct cli_command sources_command = {
	.name = "sources",
	.args = "[PATTERN]...",
	.summary = "show or set from which cgroups users may start jobs",
	.help = "A process that becomes a job leaves the cgroup that it is in, and what confines it there. The kernel lets whoever may move processes do that; others may do it from the cgroups of this list, whose own limits go along. Without a PATTERN the list is only shown. In a PATTERN, * is any part of a name, %u the number of the user, and ** as the last name all that is below.",
	.options = sources_options,
	.exclusive = sources_exclusive,
	.run = sources_run,
};
