// SPDX-License-Identifier: GPL-2.0
/*
 * The cgroups that users may leave for a job: see sources.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "machine/sources.h"

#define PARAMETER	"/sys/module/aios/parameters/enter_from"

int sources_read(struct cli *cli, char *list, size_t len)
{
	int fd = open(PARAMETER, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		return cli_no_module(cli);
	n = fd < 0 ? -1 : read(fd, list, len - 1);
	if (n < 0) {
		n = -errno;
		if (fd >= 0)
			close(fd);
		return cli_fail(cli, n, NULL, "cannot read %s", PARAMETER);
	}
	close(fd);
	list[n] = '\0';
	list[strcspn(list, "\n")] = '\0';
	return CLI_OK;
}

int sources_write(struct cli *cli, const char *list)
{
	int fd = open(PARAMETER, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0 && errno == ENOENT)
		return cli_no_module(cli);
	/* A file that is empty takes no empty write. */
	if (fd < 0 || dprintf(fd, "%s\n", list) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	if (err == -EINVAL)
		return cli_usage(cli, "a pattern is a cgroup's path from the top: it begins with a slash, ends with none, and has * for any part of a name, %%u for the user's number, and ** as its last name for all below");
	if (err == -EACCES || err == -EPERM)
		return cli_fail_because(cli, err, NULL, "only an administrator of the machine may: run it as root",
					"cannot set the list");
	return err ? cli_fail(cli, err, NULL, "cannot set the list") : CLI_OK;
}
