// SPDX-License-Identifier: GPL-2.0
/*
 * The files that a command reads, and what it says of their mistakes.
 */
#include <errno.h>

#include "remember/config.h"

int config_load(struct cli *cli, struct config *c, const char *path)
{
	const char * const usual[] = { CONFIG_SAVED, CONFIG_WRITTEN };
	const char * const *paths = path ? &path : usual;
	size_t nr = path ? 1 : ARRAY_SIZE(usual);

	for (size_t i = 0; i < nr; i++) {
		/* Who names a file knows whose it is. */
		int err = config_read(c, paths[i], !path);

		if (err == -ENOENT && !path)
			continue;
		if (err == -EPERM && !path)
			return cli_fail_because(cli, err, NULL, "it has to be a file of root's that nobody else can write",
						"cannot read %s", paths[i]);
		if (err)
			return cli_fail(cli, err, NULL, "cannot read %s", paths[i]);
	}
	config_check(c);
	return CLI_OK;
}

static int problems_fail(struct cli *cli, const struct config *c)
{
	const struct config_problem *p = c->problems;

	if (!c->nr_problems)
		return CLI_OK;
	if (c->nr_problems == 1)
		return cli_error(cli, CLI_FAILURE, "%s:%u: %s", p->file, p->line, p->text);
	return cli_error(cli, CLI_FAILURE, "%s:%u: %s ('aiosctl config check' shows %zu more)",
			 p->file, p->line, p->text, c->nr_problems - 1);
}

int config_load_both(struct cli *cli, const char *path, struct config *wanted,
		     struct config *present)
{
	int status = config_load(cli, wanted, path);

	if (!status)
		status = problems_fail(cli, wanted);
	if (!status)
		status = config_capture(cli, present);
	return status;
}
