// SPDX-License-Identifier: GPL-2.0
/*
 * drain and undrain: no job starts from a time on.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>

#include "base/commands.h"
#include "print/show.h"

enum {
	KEY_AT = CLI_KEY(1),
	KEY_REASON,
	KEY_SHOW,
};

static const struct cli_option drain_options[] = {
	{ "at", KEY_AT, "TIME",
	  "from then on: 2h from now, 18:00, or '2026-11-27 18:00' (default now)" },
	{ "reason", KEY_REASON, "TEXT", "why, for those who ask" },
	{ "show", KEY_SHOW, NULL, "only show what holds" },
	{ 0 }
};

static const char not_administrator[] = "only an administrator of the machine may: run it as root";

static int drain_print(struct cli *cli)
{
	char reason[AIOS_REASON_MAX + 1] = "";
	struct out *o = &cli->out;
	struct aios_drain drain;
	int err;

	AIOS_INIT(&drain);
	drain.reason = aios_pointer(reason);
	drain.reason_len = sizeof(reason);
	err = aios_drain_get(cli->ctx, &drain);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read whether the machine drains");
	cli_open(cli);
	out_record_begin(o, "drain", NULL);
	out_bool(o, "drains", drain.start_ns != 0);
	show_time(o, "start_ns", drain.start_ns);
	out_string(o, "reason", *reason ? reason : NULL);
	if (drain.start_ns)
		out_string(o, "user", user_name(drain.uid));
	else
		out_null(o, "user", NULL);
	out_u64(o, "running", drain.nr_running);
	out_record_end(o);
	return cli_close(cli);
}

static int drain_run(struct cli *cli, int argc, char **argv)
{
	const char *reason = NULL;
	struct moment start = { 0 };
	bool show = false;
	int key, status = CLI_OK, err = 0;

	while (!status && (key = cli_getopt(cli, argc, argv)) != -1) {
		if (key == KEY_AT)
			status = cli_parse_moment(cli, "--at", optarg, &start);
		else if (key == KEY_REASON)
			reason = optarg;
		else if (key == KEY_SHOW)
			show = true;
		else
			status = CLI_USAGE;
	}
	if (!status && optind < argc)
		status = cli_usage(cli, "drain takes no argument '%s'", argv[optind]);
	if (!status && show && (start.ns || reason))
		status = cli_usage(cli, "--show goes alone: leave the other options out, or --show");
	if (!status)
		status = cli_connect(cli);
	if (status)
		return status;
	if (!show)
		err = start.wall ? aios_drain_set_realtime(cli->ctx, start.ns, reason) :
				   aios_drain_set(cli->ctx, start.ns, reason);
	if (err == -ENAMETOOLONG)
		return cli_usage(cli, "--reason: give at most %d bytes", AIOS_REASON_MAX);
	if (err == -EPERM)
		return cli_fail_because(cli, err, NULL, not_administrator, "cannot drain the machine");
	if (err)
		return cli_fail(cli, err, NULL, "cannot drain the machine");
	return drain_print(cli);
}

static int undrain_run(struct cli *cli, int argc, char **argv)
{
	int status = CLI_OK, err;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind < argc)
		return cli_usage(cli, "undrain takes no argument '%s'", argv[optind]);
	status = cli_connect(cli);
	if (status)
		return status;
	err = aios_drain_clear(cli->ctx);
	if (err == -EPERM)
		return cli_fail_because(cli, err, NULL, not_administrator, "cannot end the drain");
	if (err)
		return cli_fail(cli, err, NULL, "cannot end the drain");
	return drain_print(cli);
}

const struct cli_command drain_command = {
	.name = "drain",
	.summary = "let no job start from a time on",
	.help = "Let no job start from a time on, and before it none that may run longer than until then, by its time limit or else its expected run time; one without either does not start. Jobs that run go on. Print what holds.",
	.options = drain_options,
	.run = drain_run,
};

const struct cli_command undrain_command = {
	.name = "undrain",
	.summary = "let jobs start again",
	.run = undrain_run,
};
