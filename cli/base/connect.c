// SPDX-License-Identifier: GPL-2.0
/*
 * The way to the module: how a command opens the device, and what it says where that
 * does not work. What helps differs in a container, whose device and network are given
 * to it from outside.
 */
#include <errno.h>
#include <unistd.h>

#include "base/cli.h"

#define LOADED	"/sys/module/aios"

bool cli_module_loaded(void)
{
	return !access(LOADED, F_OK);
}

bool cli_in_container(void)
{
	/* Podman and docker leave a file each; systemd's tools and LXC tell their init. */
	static const char * const marks[] = {
		"/run/.containerenv", "/.dockerenv", "/run/systemd/container",
	};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (!access(marks[i], F_OK))
			return true;
	return getenv("container");
}

int cli_no_module(struct cli *cli)
{
	bool inside = cli_in_container();

	if (cli_module_loaded())
		return cli_error(cli, CLI_NO_MODULE, "the aios module is loaded and %s is not here: %s ('aiosctl doctor' tells more)",
				 AIOS_DEVICE_PATH, inside ?
				 "start this container with --device " AIOS_DEVICE_PATH :
				 "have udev make it, or make it from the numbers in /sys/class/misc/aios/dev");
	if (inside)
		return cli_error(cli, CLI_NO_MODULE, "the aios module is not loaded: run 'modprobe aios' as root on the host, then start this container with --device %s ('aiosctl doctor' tells more)",
				 AIOS_DEVICE_PATH);
	return cli_error(cli, CLI_NO_MODULE, "the aios module is not loaded: run 'modprobe aios' as root ('aiosctl doctor' tells more)");
}

int cli_connect(struct cli *cli)
{
	int err = cli->ctx ? 0 : aios_new(&cli->ctx, NULL);

	switch (err) {
	case 0:
		return CLI_OK;
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		return cli_no_module(cli);
	case -EACCES:
	case -EPERM:
		/* The owner and the mode say EACCES, a container's list of devices EPERM. */
		if (err == -EPERM && cli_in_container())
			return cli_error(cli, CLI_PERMISSION, "this container may not open %s: start it with --device %s",
					 AIOS_DEVICE_PATH, AIOS_DEVICE_PATH);
		return cli_error(cli, CLI_PERMISSION, "you may not open %s: join the group aios ('aiosctl doctor' tells how)",
				 AIOS_DEVICE_PATH);
	case -EPROTONOSUPPORT:
		return cli_error(cli, CLI_FAILURE, "the loaded module is older than this command: load the one that was built with it");
	default:
		return cli_fail(cli, err, NULL, "cannot open %s", AIOS_DEVICE_PATH);
	}
}

int cli_no_netlink(struct cli *cli)
{
	int status = cli_connect(cli);

	if (status)
		return status;
	return cli_error(cli, CLI_FAILURE, "lists and events come from the network namespace of the machine, and this is another one: start this container with --network host, or ask from outside");
}
