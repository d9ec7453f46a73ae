// SPDX-License-Identifier: GPL-2.0
/*
 * version: of the command, the library, the ABI and the module.
 */
#include <getopt.h>

#include "base/commands.h"

static int version_run(struct cli *cli, int argc, char **argv)
{
	auto_free char *module = NULL;
	struct out *o = &cli->out;
	struct aios_info info;
	struct aios_ctx *ctx;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind < argc)
		return cli_usage(cli, "version takes no argument '%s'", argv[optind]);
	cli_open(cli);
	out_string(o, "aiosctl", AIOSCTL_VERSION);
	out_string(o, "libaios", aios_version());
	out_u64(o, "abi", AIOS_ABI_VERSION);
	module = file_read("/sys/module/aios/version");
	if (module)
		out_string(o, "module", module);
	else
		out_null(o, "module", "not loaded");
	AIOS_INIT(&info);
	if (!aios_new(&ctx, NULL)) {
		if (!aios_info(ctx, &info))
			out_u64(o, "module_abi", info.abi_version);
		aios_unref(ctx);
	}
	return cli_close(cli);
}

const struct cli_command version_command = {
	.name = "version",
	.summary = "print the versions of command, library, ABI and module",
	.run = version_run,
};
