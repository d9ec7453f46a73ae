// SPDX-License-Identifier: GPL-2.0
/*
 * policy: what orders the queue, and what the surplus is distributed by.
 */
#include <getopt.h>

#include "commands.h"

enum {
	KEY_POLICY = CLI_KEY(1),
	KEY_BACKFILL,
	KEY_OBJECTIVE,
};

static const struct cli_option set_options[] = {
	{ "policy", KEY_POLICY, "POLICY", "priority (then arrival) or fifo (arrival)" },
	{ "backfill", KEY_BACKFILL, "MODE", "none, or easy: never delays the first of the queue" },
	{ "objective", KEY_OBJECTIVE, "OBJECTIVE",
	  "utility: the weighted sum of the positions between request and limit" },
	{ 0 }
};

static int policy_print(struct cli *cli, const struct aios_policy *policy)
{
	struct out *o = &cli->out;

	cli_open(cli);
	out_string(o, "policy", aios_policy_name(policy->policy));
	out_string(o, "backfill", aios_backfill_name(policy->backfill));
	out_string(o, "objective", aios_objective_name(policy->objective));
	return cli_close(cli);
}

static int show_run(struct cli *cli, int argc, char **argv)
{
	struct aios_policy policy;
	int status, err;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind < argc)
		return cli_usage(cli, "show takes no argument '%s'", argv[optind]);
	status = cli_connect(cli);
	if (status)
		return status;
	AIOS_INIT(&policy);
	err = aios_policy_get(cli->ctx, &policy);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the policy");
	return policy_print(cli, &policy);
}

/* The constant for optarg in @value; a status. */
static int word_parse(struct cli *cli, const char *option,
		      int (*from_name)(const char *name), __u32 *value)
{
	int found = from_name(optarg);

	if (found < 0)
		return cli_usage(cli, "%s: '%s' is not known", option, optarg);
	*value = found;
	return CLI_OK;
}

static int set_option(struct cli *cli, struct aios_policy *policy, int key)
{
	switch (key) {
	case KEY_POLICY:
		policy->flags |= AIOS_POLICY_SET_POLICY;
		return word_parse(cli, "--policy", aios_policy_from_name,
				  &policy->policy);
	case KEY_BACKFILL:
		policy->flags |= AIOS_POLICY_SET_BACKFILL;
		return word_parse(cli, "--backfill", aios_backfill_from_name,
				  &policy->backfill);
	case KEY_OBJECTIVE:
		policy->flags |= AIOS_POLICY_SET_OBJECTIVE;
		return word_parse(cli, "--objective", aios_objective_from_name,
				  &policy->objective);
	default:
		return CLI_USAGE;
	}
}

static int set_run(struct cli *cli, int argc, char **argv)
{
	struct aios_policy policy;
	int key, status, err;

	AIOS_INIT(&policy);
	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = set_option(cli, &policy, key);
		if (status)
			return status;
	}
	if (optind < argc)
		return cli_usage(cli, "set takes no argument '%s'", argv[optind]);
	if (!policy.flags)
		return cli_usage(cli, "set changes nothing: give --policy, --backfill or --objective");
	status = cli_connect(cli);
	if (status)
		return status;
	err = aios_policy_set(cli->ctx, &policy);
	if (cli_status_of(err, NULL) == CLI_PERMISSION)
		return cli_error(cli, CLI_PERMISSION, "only root may switch the policy");
	if (err)
		return cli_fail(cli, err, NULL, "cannot switch the policy");
	return policy_print(cli, &policy);
}

static const struct cli_command policy_show_command = {
	.name = "show",
	.summary = "print the policy",
	.run = show_run,
};

static const struct cli_command policy_set_command = {
	.name = "set",
	.summary = "switch it, without losing a job",
	.options = set_options,
	.run = set_run,
};

static const struct cli_command * const policy_commands[] = {
	&policy_show_command,
	&policy_set_command,
	NULL
};

const struct cli_command policy_command = {
	.name = "policy",
	.summary = "show and switch what orders the queue and shares the surplus",
	.subcommands = policy_commands,
};
