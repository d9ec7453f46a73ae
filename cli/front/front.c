// SPDX-License-Identifier: GPL-2.0
/*
 * The aiosctl that people and scripts start. A job that run and submit start waits
 * for the command to be loaded, so these two are in a program that is linked
 * statically, with nothing else in it: that is a third of the time until the job's
 * first instruction. Whatever else is asked for, JSON too, is done by the program that
 * has all commands (main.c), which this one executes in its place.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/commands.h"
#include "lazy/lazy.h"

/* Where the other is, from the folder of this one. */
#define FULL	"../lib/aios/aiosctl"

static const struct cli_command * const commands[] = {
	&run_command,
	&submit_command,
	NULL
};

static char **arguments;	/* of main() */

/* Nothing was done or printed yet. */
__attribute__((noreturn)) static void execute_full(void)
{
	char path[PATH_MAX + sizeof(FULL)];
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);
	char *slash;

	path[len > 0 ? len : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash) {
		strcpy(slash + 1, FULL);
		execv(path, arguments);
	}
	/* There may be no /proc, and this program may have been moved. */
	execv(AIOSCTL_FULL, arguments);
	fprintf(stderr, "aiosctl: cannot execute %s: %s\n", AIOSCTL_FULL, strerror(errno));
	exit(CLI_FAILURE);
}

/* A library is wanted as soon as the options are known, or never: see jsonc.h. */
void lazy_load(const char *soname, const struct lazy_symbol *symbols, size_t nr)
{
	(void)soname;
	(void)symbols;
	(void)nr;
	execute_full();
}

/* A static program cannot load what else may know users: getent(1) asks that. */
static char *name_elsewhere(uint32_t uid)
{
	auto_free char *command = xasprintf("getent passwd %" PRIu32, uid);
	FILE *answer = popen(command, "re");
	char *name = NULL;

	if (!answer)
		return NULL;
	if (fscanf(answer, "%m[^:\n]", &name) != 1)
		name = NULL;
	pclose(answer);
	return name;
}

const char *user_name(uint32_t uid)
{
	static char *name;
	FILE *users = fopen("/etc/passwd", "re");
	struct passwd *pw = NULL;

	free(name);
	while (users && (pw = fgetpwent(users)) && pw->pw_uid != uid)
		;
	name = pw ? xstrdup(pw->pw_name) : name_elsewhere(uid);
	if (users)
		fclose(users);
	if (!name)
		name = xasprintf("%" PRIu32, uid);
	return name;
}

int main(int argc, char **argv)
{
	const struct cli_command *command;
	struct cli cli;
	int status;

	arguments = argv;
	command = argc > 1 ? cli_find(commands, argv[1]) : NULL;
	if (!command)
		execute_full();
	cli_begin(&cli, commands);
	cli.command = command;
	status = command->run(&cli, argc - 1, argv + 1);
	cli_end(&cli);
	return status;
}
