// SPDX-License-Identifier: GPL-2.0
/*
 * completion: print what a shell needs to complete aiosctl.
 */
#include <ctype.h>
#include <getopt.h>
#include <string.h>

#include "base/commands.h"
#include "completion/completion.h"

static const struct {
	const char *name;
	void (*write)(const struct completion *c);
} shells[] = {
	{ "bash", bash_write },
	{ "zsh", zsh_write },
	{ "fish", fish_write },
};

static const char *shell_word(uint32_t i)
{
	return i < ARRAY_SIZE(shells) ? shells[i].name : NULL;
}

static const struct cli_values completion_values[] = {
	{ .of = "SHELL", .kind = CLI_WORDS, .word = shell_word },
	{ 0 }
};

void completion_options(const struct completion *c, const struct cli_command *command,
			void (*fn)(const struct completion *c,
				   const struct cli_command *command,
				   const struct cli_option *option))
{
	for (const struct cli_option *o = command->options; o && o->name; o++)
		fn(c, command, o);
	for (const struct cli_option *o = command->shared; o && o->name; o++)
		fn(c, command, o);
}

bool completion_optional(const struct cli_option *option)
{
	return option->arg && option->arg[0] == '[';
}

bool completion_repeats(const struct cli_command *command,
			const struct cli_option *option)
{
	const size_t len = option->arg ? strlen(option->arg) : 0;

	if (strstr(option->help, "repeatable"))
		return true;
	return len > 3 && !strcmp(option->arg + len - 3, "...") &&
	       cli_option_values(command, option)->kind == CLI_JOBS;
}

char *completion_about(const struct cli_option *option)
{
	static const char * const details[] = { ": ", "; ", " (" };
	size_t len = strlen(option->help);

	for (size_t i = 0; i < ARRAY_SIZE(details); i++) {
		const char *detail = strstr(option->help, details[i]);

		if (detail && detail > option->help &&
		    (size_t)(detail - option->help) < len)
			len = detail - option->help;
	}
	return xasprintf("%.*s", (int)len, option->help);
}

char *completion_label(const char *argument)
{
	const char *name = argument + strcspn(argument, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	char *label = xasprintf("%.*s", (int)strcspn(name, "[:=|.,]"), name);

	for (char *p = label; *p; p++)
		*p = tolower((unsigned char)*p);
	return label;
}

void completion_escape(FILE *f, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			putc('\\', f);
		putc(*text, f);
	}
}

static void command_add(struct completion *c, char *name,
			const struct cli_command *command)
{
	c->commands = xrealloc(c->commands, (c->nr + 1) * sizeof(*c->commands));
	c->commands[c->nr++] = (struct completion_command){ name, command };
}

static void commands_collect(struct completion *c)
{
	for (const struct cli_command * const *p = c->table; *p; p++) {
		command_add(c, xstrdup((*p)->name), *p);
		for (const struct cli_command * const *sub = (*p)->subcommands; sub && *sub; sub++)
			command_add(c, xasprintf("%s %s", (*p)->name, (*sub)->name), *sub);
	}
}

static int completion_run(struct cli *cli, int argc, char **argv)
{
	struct completion c = { .table = cli->commands };
	auto_free char *text = NULL;
	size_t len, i = 0;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind != argc - 1)
		return cli_usage(cli, "completion takes one shell: bash, zsh or fish");
	while (i < ARRAY_SIZE(shells) && strcmp(shells[i].name, argv[optind]))
		i++;
	if (i == ARRAY_SIZE(shells))
		return cli_usage(cli, "completion: '%s' is not known: say bash, zsh or fish",
				 argv[optind]);
	c.file = open_memstream(&text, &len);
	if (!c.file)
		out_of_memory();
	commands_collect(&c);
	shells[i].write(&c);
	fclose(c.file);
	while (c.nr)
		free(c.commands[--c.nr].name);
	free(c.commands);
	cli_open(cli);
	out_data_string(&cli->out, "shell", shells[i].name);
	out_data_string(&cli->out, "script", text);
	if (!cli->json)
		fwrite(text, 1, len, stdout);
	return cli_close(cli);
}

const struct cli_command completion_command = {
	.name = "completion",
	.args = "SHELL",
	.summary = "print what a shell needs to complete aiosctl",
	.help = "Print the script with which bash, zsh or fish completes commands, options and their arguments. 'make install' puts each where its shell looks for it.",
	.values = completion_values,
	.run = completion_run,
};
