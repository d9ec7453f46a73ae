// SPDX-License-Identifier: GPL-2.0
/*
 * doctor: what this machine lacks for aios, and how to mend it.
 */
#include <getopt.h>
#include <stdlib.h>

#include "base/commands.h"
#include "doctor/finding.h"

static const struct check {
	const char *name;
	void (*run)(struct finding *f);
} checks[] = {
	{ "kernel", doctor_kernel },
	{ "module", doctor_module },
	{ "device", doctor_device },
	{ "cgroup", doctor_cgroup },
	{ "favordynmods", doctor_favordynmods },
	{ "cpu", doctor_cpu },
	{ "memory", doctor_memory },
	{ "pids", doctor_pids },
	{ "io", doctor_io },
	{ "network", doctor_network },
	{ "pressure", doctor_pressure },
	{ "delegation", doctor_delegation },
	{ "waiting", doctor_waiting },
	{ "protection", doctor_protection },
	{ "netlink", doctor_netlink },
	{ "library", doctor_library },
	{ "cuda", doctor_cuda },
};

static void finding_print(struct out *o, const char *name,
			  const struct finding *f)
{
	static const struct {
		const char *name;
		enum out_style style;
	} states[] = {
		[FINDING_GOOD] = { "ok", OUT_GOOD },
		[FINDING_WARN] = { "warning", OUT_WARN },
		[FINDING_BAD] = { "missing", OUT_BAD },
	};

	out_row_begin(o);
	out_string(o, "check", name);
	out_style(o, states[f->state].style);
	out_string(o, "state", states[f->state].name);
	out_string(o, "detail", f->detail);
	out_data_string(o, "remedy", f->remedy);
	out_row_end(o);
}

static int doctor_run(struct cli *cli, int argc, char **argv)
{
	static const struct out_column columns[] = {
		{ "check", "CHECK", false },
		{ "state", "STATE", false },
		{ "detail", "FOUND", false },
	};
	struct finding findings[ARRAY_SIZE(checks)] = { 0 };
	struct out *o = &cli->out;
	int status = CLI_OK;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind < argc)
		return cli_usage(cli, "doctor takes no argument '%s'", argv[optind]);
	cli_open(cli);
	out_table_begin(o, "checks", NULL, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding *f = &findings[i];

		checks[i].run(f);
		finding_print(o, checks[i].name, f);
		if (f->no_module)
			status = CLI_NO_MODULE;
		else if (f->state == FINDING_BAD && !status)
			status = CLI_FAILURE;
	}
	out_table_end(o);
	out_data_u64(o, "status", status);
	for (size_t i = 0; i < ARRAY_SIZE(checks) && !o->json; i++)
		if (findings[i].remedy)
			out_sentence(o, "remedy", "%s: %s", checks[i].name,
				     findings[i].remedy);
	if (!status)
		out_sentence(o, "verdict", "nothing stands in the way");
	else
		out_data_string(o, "verdict", "something is missing");
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		free(findings[i].detail);
		free(findings[i].remedy);
	}
	return cli_close(cli) ?: status;
}

const struct cli_command doctor_command = {
	.name = "doctor",
	.summary = "find what this machine lacks, and how to mend it",
	.help = "Look at the kernel, the module, the device, cgroup version 2, how it is mounted and its controllers, pressure stall information, delegation under systemd, where processes wait for their jobs, netlink, the libraries and what holds CUDA programs, and tell how to mend what is missing. Changes nothing.",
	.run = doctor_run,
};
