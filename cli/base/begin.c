// SPDX-License-Identifier: GPL-2.0
/*
 * The beginning and the end of a command, whichever it is.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cli.h"

/*
 * A standard stream that the caller has closed stays closed, for us and for what we
 * execute, but no file that we open takes its place: what is printed would go
 * there, and a job's streams would replace it.
 */
static void keep_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_PATH | O_CLOEXEC);
}

static bool stdout_has_color(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no_color && *no_color)
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

/* A file and a pipe have no width: they get all. */
static size_t stdout_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

void cli_begin(struct cli *cli, const struct cli_command * const *commands)
{
	*cli = (struct cli){ .commands = commands };
	keep_streams();
	/* Who ignores it, as some daemons do, cannot wait for a child. */
	signal(SIGCHLD, SIG_DFL);
	cli->color = stdout_has_color();
	out_init(&cli->out, stdout, false, cli->color);
	cli->out.width = stdout_width();
}

void cli_end(struct cli *cli)
{
	if (cli->ctx)
		aios_unref(cli->ctx);
	free(cli->long_options);
	free(cli->short_options);
}
