// SPDX-License-Identifier: GPL-2.0
/*
 * Commands and words of options that are not known: a message names those that are, and
 * the one that may have been meant.
 */
#include <string.h>

#include "base/cli.h"
#include "base/similar.h"
#include "base/values.h"

/* Commands of other queues, and what does the same here. */
static const char * const elsewhere[][2] = {
	{ "abort", "cancel" }, { "add", "submit" }, { "continue", "resume" },
	{ "delete", "cancel" }, { "gpus", "devices" }, { "info", "show" },
	{ "jobs", "list" }, { "kill", "cancel" }, { "ls", "list" },
	{ "modify", "update" }, { "pause", "suspend" }, { "ps", "list" },
	{ "queue", "list" }, { "rm", "cancel" }, { "salloc", "run" },
	{ "sbatch", "submit" }, { "scancel", "cancel" }, { "squeue", "list" },
	{ "srun", "run" }, { "start", "submit" }, { "status", "list" },
	{ "stop", "cancel" }, { "why", "explain" },
};

int cli_no_command(struct cli *cli, const char *of, const struct cli_command * const *table,
		   const char *name)
{
	auto_free char *known = xstrdup("");
	auto_free char *meant = NULL;
	struct similar similar;

	similar_begin(&similar, name);
	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++)
		if (!strcmp(elsewhere[i][0], name) && cli_find(table, elsewhere[i][1]))
			similar_offer_instead(&similar, elsewhere[i][1]);
	for (const struct cli_command * const *c = table; c && *c; c++) {
		char *longer = xasprintf("%s%s%s", known, c == table ? "" :
					 c[1] ? ", " : " or ", (*c)->name);

		free(known);
		known = longer;
		similar_offer(&similar, (*c)->name);
	}
	meant = similar_text(&similar, "");
	if (!*known)
		return cli_usage(cli, "%s no commands of its own", of);
	return cli_usage(cli, "%s no command '%s'%s%s say %s", of, name, meant,
			 *meant ? " Else" : ":", known);
}

static const struct cli_values *values_of(const struct cli_command *c, const char *name)
{
	static const struct cli_values none;
	const struct cli_option *tables[] = { c->options, c->shared, cli_global_options };

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct cli_option *o = tables[i]; o && o->name; o++)
			if (!strcmp(o->name, name))
				return cli_option_values(c, o);
	return &none;
}

int cli_unknown(struct cli *cli, const char *option, const char *word)
{
	const struct cli_values *values = values_of(cli->command, option + strlen("--"));
	auto_free char *known = cli_words_text(values);
	auto_free char *meant = NULL;
	struct similar similar;
	const char *w;

	similar_begin(&similar, word);
	for (uint32_t i = 0; (w = cli_word(values, i)); i++)
		similar_offer(&similar, w);
	meant = similar_text(&similar, "");
	return cli_usage(cli, "%s: '%.64s' is not known%s%s say %s", option, word, meant,
			 *meant ? " Else" : ":", known);
}

int cli_no_group(struct cli *cli, const char *path)
{
	return cli_error(cli, CLI_NOT_FOUND, "there is no group %s, or none that you may see: 'aiosctl group' lists those that there are",
			 path);
}
