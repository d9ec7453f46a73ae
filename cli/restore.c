// SPDX-License-Identifier: GPL-2.0
/*
 * restore: the machine gets the groups, limits, policy, accelerators and sources of a file.
 */
#include <getopt.h>

#include "base/commands.h"
#include "remember/config.h"

static const struct cli_option restore_options[] = {
	{ "dry-run", 'd', NULL, "only show what would be changed" },
	{ 0 }
};

static int restore(struct cli *cli, const char *path, bool dry)
{
	struct config wanted = { 0 }, present = { 0 };
	struct config_plan plan = { 0 };
	int status;

	status = config_load_both(cli, path, &wanted, &present);
	if (!status) {
		config_compare(&wanted, &present, false, &plan);
		if (!dry)
			status = config_apply(cli, &plan);
	}
	if (!status) {
		cli_open(cli);
		config_plan_print(&cli->out, &plan);
		status = cli_close(cli);
	}
	if (!status && !wanted.nr_files)
		cli_note(cli, "nothing is restored: there is neither %s nor %s", CONFIG_SAVED,
			 CONFIG_WRITTEN);
	free(plan.all);
	config_end(&wanted);
	config_end(&present);
	return status;
}

static int restore_run(struct cli *cli, int argc, char **argv)
{
	bool dry = false;
	int key;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		if (key == '?')
			return CLI_USAGE;
		dry = true;
	}
	if (argc - optind > 1)
		return cli_usage(cli, "restore takes one file at most, not '%s' too",
				 argv[optind + 1]);
	return restore(cli, argv[optind], dry);
}

const struct cli_command restore_command = {
	.name = "restore",
	.args = "[FILE]",
	.summary = "make groups, limits and the rest as a file has them",
	.help = "Make the machine's groups, limits, defaults, policy, accelerators and sources what a file says, and print what was changed. Without FILE that is what 'aiosctl save' wrote last and, over it, "
		CONFIG_WRITTEN
		". All of it is changed, or nothing. What the file does not name stays: no group is removed.",
	.options = restore_options,
	.run = restore_run,
};
