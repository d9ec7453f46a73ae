// SPDX-License-Identifier: GPL-2.0
/*
 * policy: what orders the queue, and what the surplus is distributed by.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/commands.h"
#include "base/values.h"
#include "print/show.h"
#include "print/util.h"
#include "print/when.h"
#include "start/resource.h"

enum {
	KEY_POLICY = CLI_KEY(1),
	KEY_BACKFILL,
	KEY_OBJECTIVE,
	KEY_QUANTUM,
	KEY_AGING,
	KEY_HALF_LIFE,
	KEY_GUARD,
	KEY_GUARD_FLOOR,
	KEY_INHERIT,
};

static const struct cli_option set_options[] = {
	{ "group", 'g', "GROUP", "of the jobs of this group: --policy, --quantum or --inherit" },
	{ "inherit", KEY_INHERIT, NULL, "the group has neither a policy nor a quantum of its own" },
	{ "policy", KEY_POLICY, "POLICY",
	  "what goes first: %s" },
	{ "backfill", KEY_BACKFILL, "MODE",
	  "whether jobs may pass others: %s; easy never delays the first of the queue, "
	  "conservative nor any other" },
	{ "objective", KEY_OBJECTIVE, "OBJECTIVE",
	  "what shares the surplus: %s, the sum of weighted positions; only lp takes maxmin, "
	  "drf, proportional" },
	{ "quantum", KEY_QUANTUM, "TIME", "time slice of rr, las and srtf (1m)" },
	{ "aging", KEY_AGING, "TIME", "wait that is worth one step of priority; 0: none" },
	{ "half-life", KEY_HALF_LIFE, "TIME", "in which use counts half for fairshare; 0: never" },
	{ "guard", KEY_GUARD, "TIMES",
	  "nobody waits longer than so many times the longest wait under fifo with easy; "
	  "none: no guard" },
	{ "guard-floor", KEY_GUARD_FLOOR, "TIME", "what that longest wait counts as at least" },
	{ 0 }
};

static const char * const set_objectives[] = { "utility", NULL };
static const char * const guard_words[] = { "none", NULL };

static const struct cli_values set_values[] = {
	{ .of = "MODE", .kind = CLI_WORDS, .word = cli_backfill_word },
	{ .of = "OBJECTIVE", .kind = CLI_WORDS, .words = set_objectives },
	{ .of = "guard", .kind = CLI_WORDS, .words = guard_words },
	{ 0 }
};

static const struct cli_option show_options[] = {
	{ "group", 'g', "GROUP",
	  "of this group: what orders its jobs, and whether that is its own" },
	{ 0 }
};

static void show_off_or_duration(struct out *o, const char *key, uint64_t ns)
{
	if (ns)
		show_duration(o, key, ns);
	else
		out_null(o, key, "none");
}

/* A group that has something of its own has a row. */
static int group_print(const struct aios_record *record, void *data)
{
	struct aios_policy policy;
	struct cli *cli = data;
	struct out *o = &cli->out;
	int err;

	if (!strcmp(record->path, "/"))
		return 0;
	AIOS_INIT(&policy);
	aios_policy_set_group(&policy, record->path);
	err = aios_policy_get(cli->ctx, &policy);
	/* It may be gone by now. */
	if (err)
		return err == -ENOENT ? 0 : err;
	if (!policy.own)
		return 0;
	out_row_begin(o);
	out_string(o, "group", record->path);
	if (policy.own & AIOS_POLICY_SET_POLICY)
		out_string(o, "policy", aios_policy_name(policy.policy));
	else
		out_null(o, "policy", "-");
	if (policy.own & AIOS_POLICY_SET_QUANTUM)
		show_duration(o, "quantum_ns", policy.quantum_ns);
	else
		out_null(o, "quantum_ns", "-");
	out_row_end(o);
	return 0;
}

static int groups_print(struct cli *cli)
{
	static const struct out_column columns[] = {
		{ "group", "GROUP", false },
		{ "policy", "POLICY", false },
		{ "quantum_ns", "QUANTUM", true },
	};
	int err;

	out_table_begin(&cli->out, "groups", "Groups that order their own jobs", columns,
			ARRAY_SIZE(columns));
	err = aios_group_list(group_print, cli);
	out_table_end(&cli->out);
	return err == -EAGAIN ? 0 : err;
}

static int policy_print(struct cli *cli, const struct aios_policy *policy)
{
	struct out *o = &cli->out;
	int err;

	cli_open(cli);
	out_string(o, "policy", aios_policy_name(policy->policy));
	out_string(o, "backfill", aios_backfill_name(policy->backfill));
	out_string(o, "objective", aios_objective_name(policy->objective));
	show_duration(o, "quantum_ns", policy->quantum_ns);
	show_off_or_duration(o, "aging_ns", policy->aging_ns);
	show_off_or_duration(o, "half_life_ns", policy->half_life_ns);
	if (policy->guard)
		out_double(o, "guard", (double)policy->guard / AIOS_GUARD_UNIT, "%g times",
			   (double)policy->guard / AIOS_GUARD_UNIT);
	else
		out_null(o, "guard", "none");
	show_duration(o, "guard_floor_ns", policy->guard_floor_ns);
	out_u64(o, "guarded", policy->nr_guarded);
	out_u64(o, "preempted", policy->nr_preempted);
	out_u64(o, "beyond", policy->nr_beyond);
	err = groups_print(cli);
	if (err)
		return cli_fail(cli, err, NULL, "cannot list the groups");
	return cli_close(cli);
}

/* A group's answer is what orders its jobs, and whether that is its own. */
static int show_of_group(struct cli *cli, const char *name)
{
	auto_free char *path = group_path(name);
	struct aios_policy policy;
	struct out *o = &cli->out;
	int err;

	AIOS_INIT(&policy);
	/* What holds for the root is the machine's policy. */
	if (strcmp(path, "/"))
		aios_policy_set_group(&policy, path);
	err = aios_policy_get(cli->ctx, &policy);
	if (err == -ENOENT)
		return cli_no_group(cli, path);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the policy of group %s", path);
	cli_open(cli);
	out_string(o, "group", path);
	out_string(o, "policy", aios_policy_name(policy.policy));
	out_bool(o, "own_policy", policy.own & AIOS_POLICY_SET_POLICY);
	show_duration(o, "quantum_ns", policy.quantum_ns);
	out_bool(o, "own_quantum", policy.own & AIOS_POLICY_SET_QUANTUM);
	return cli_close(cli);
}

static int policy_show_run(struct cli *cli, int argc, char **argv)
{
	struct aios_policy policy;
	const char *group = NULL;
	int key, status, err;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		if (key != 'g')
			return CLI_USAGE;
		group = optarg;
	}
	if (optind < argc)
		return cli_usage(cli, "show takes no argument '%s'", argv[optind]);
	status = cli_connect(cli);
	if (status)
		return status;
	if (group)
		return show_of_group(cli, group);
	AIOS_INIT(&policy);
	err = aios_policy_get(cli->ctx, &policy);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the policy");
	return policy_print(cli, &policy);
}

/* This finds the constant for optarg and leaves it in @value; it returns a status. */
static int word_parse(struct cli *cli, const char *option,
		      int (*from_name)(const char *name), __u32 *value)
{
	int found = from_name(optarg);

	if (found < 0)
		return cli_unknown(cli, option, optarg);
	*value = found;
	return CLI_OK;
}

static int time_parse(struct cli *cli, const char *option, uint64_t least, __u64 *ns)
{
	char from[32], to[32];
	uint64_t value = 0;
	int status = cli_parse_duration(cli, option, optarg, &value);

	if (status)
		return status;
	if (value < least || value > AIOS_TUNING_TIME_MAX)
		return cli_usage(cli, "%s: '%s' is not from %s to %s", option, optarg,
				 duration_text(least, from, sizeof(from)),
				 duration_text(AIOS_TUNING_TIME_MAX, to, sizeof(to)));
	*ns = value;
	return CLI_OK;
}


struct set_request {
	struct aios_policy policy;	/* with the flags of what is set */
	const char *group;		/* or NULL: the machine's is set */
	bool guard;			/* it was given, and so was its floor */
	bool floor;
};

static int guard_parse(struct cli *cli, const char *text, __u32 *guard)
{
	const double most = AIOS_GUARD_MAX / AIOS_GUARD_UNIT;
	double times;
	char *end;

	*guard = 0;
	if (!strcmp(text, "none"))
		return CLI_OK;
	times = strtod(text, &end);
	if (end == text || *end || !(times > 1 && times <= most))
		return cli_usage(cli, "--guard: '%s' is not above 1 and up to %g, nor none",
				 text, most);
	*guard = times * AIOS_GUARD_UNIT + 0.5;
	return *guard > AIOS_GUARD_UNIT ? CLI_OK :
		cli_usage(cli, "--guard: '%s' is too close to 1: at least 1.001", text);
}

static int set_option(struct cli *cli, struct set_request *set, int key)
{
	struct aios_policy *policy = &set->policy;

	switch (key) {
	case 'g':
		set->group = optarg;
		return CLI_OK;
	case KEY_GUARD:
		set->guard = true;
		return guard_parse(cli, optarg, &policy->guard);
	case KEY_GUARD_FLOOR:
		set->floor = true;
		return time_parse(cli, "--guard-floor", 0, &policy->guard_floor_ns);
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
	case KEY_QUANTUM:
		policy->flags |= AIOS_POLICY_SET_QUANTUM;
		return time_parse(cli, "--quantum", AIOS_QUANTUM_MIN_NS, &policy->quantum_ns);
	case KEY_AGING:
		policy->flags |= AIOS_POLICY_SET_AGING;
		return time_parse(cli, "--aging", 0, &policy->aging_ns);
	case KEY_INHERIT:
		policy->flags |= AIOS_POLICY_SET_INHERIT;
		return CLI_OK;
	case KEY_HALF_LIFE:
		policy->flags |= AIOS_POLICY_SET_HALF_LIFE;
		return time_parse(cli, "--half-life", 0, &policy->half_life_ns);
	default:
		return CLI_USAGE;
	}
}

/* The kernel takes the guard as a whole, so what was not given is as it was. */
static int guard_complete(struct cli *cli, struct set_request *set)
{
	struct aios_policy before;
	int err;

	AIOS_INIT(&before);
	err = aios_policy_get(cli->ctx, &before);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the policy");
	if (!set->guard)
		set->policy.guard = before.guard;
	if (!set->floor)
		set->policy.guard_floor_ns = before.guard_floor_ns;
	set->policy.flags |= AIOS_POLICY_SET_GUARD;
	return CLI_OK;
}

static int set_parse(struct cli *cli, struct set_request *set, int argc, char **argv)
{
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = set_option(cli, set, key);
		if (status)
			return status;
	}
	if (optind < argc)
		return cli_usage(cli, "set takes no argument '%s'", argv[optind]);
	return CLI_OK;
}

/* Do the options go together? A group has less to set than the machine. */
static int set_check(struct cli *cli, const struct set_request *set)
{
	const uint32_t may = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_QUANTUM;
	const uint32_t flags = set->policy.flags;
	const bool guard = set->guard || set->floor;

	if ((guard && set->group) || (!set->group && flags & AIOS_POLICY_SET_INHERIT))
		return cli_usage(cli, "--group takes --policy and --quantum, or --inherit alone, which no other takes");
	if (set->group && flags != AIOS_POLICY_SET_INHERIT && (!flags || flags & ~may))
		return cli_usage(cli, "--group takes --policy and --quantum, or --inherit alone");
	if (!flags && !guard)
		return cli_usage(cli, "set changes nothing: give --policy, --backfill or another option");
	return CLI_OK;
}

static int set_of_machine(struct cli *cli, struct set_request *set)
{
	int err, status = CLI_OK;

	if (set->guard || set->floor)
		status = guard_complete(cli, set);
	if (status)
		return status;
	err = aios_policy_set(cli->ctx, &set->policy);
	if (cli_status_of(err, NULL) == CLI_PERMISSION)
		return cli_fail_because(cli, err, NULL, "only an administrator of the machine may: run it as root, or name a group of yours with --group",
					"cannot switch the policy");
	if (err == -EOPNOTSUPP && set->policy.flags & AIOS_POLICY_SET_POLICY &&
	    set->policy.policy == AIOS_POLICY_LEARNED)
		return cli_fail_because(cli, err, NULL, "it needs a model, and the module loads none yet: try it with aiosctl simulate",
					"cannot switch the policy");
	if (err)
		return cli_fail(cli, err, NULL, "cannot switch the policy");
	return CLI_OK;
}

/* What holds everywhere is left in @set->policy, to be printed. */
static int set_of_group(struct cli *cli, struct set_request *set)
{
	auto_free char *path = group_path(set->group);
	const struct cli_values words = { .word = cli_group_policy_word };
	auto_free char *known = cli_words_text(&words);
	struct aios_policy *policy = &set->policy;
	int err;

	aios_policy_set_group(policy, path);
	err = aios_policy_set(cli->ctx, policy);
	if (err == -ENOENT)
		return cli_no_group(cli, path);
	if (err == -EOPNOTSUPP)
		return cli_error(cli, CLI_FAILURE, "a group cannot order its own jobs by %s, which compares them with all others or suspends some: give it one of %s",
				 aios_policy_name(policy->policy), known);
	if (err == -EPERM)
		return cli_fail_because(cli, err, NULL, "whoever administers the group above it may: ask its owner, or an administrator of the machine",
					"cannot switch the policy of group %s", path);
	if (err)
		return cli_fail(cli, err, NULL, "cannot switch the policy of group %s", path);
	AIOS_INIT(policy);
	err = aios_policy_get(cli->ctx, policy);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the policy");
	return CLI_OK;
}

static int policy_set_run(struct cli *cli, int argc, char **argv)
{
	struct set_request set = { 0 };
	int status;

	AIOS_INIT(&set.policy);
	status = set_parse(cli, &set, argc, argv);
	if (!status)
		status = set_check(cli, &set);
	if (!status)
		status = cli_connect(cli);
	if (!status)
		status = set.group ? set_of_group(cli, &set) : set_of_machine(cli, &set);
	return status ?: policy_print(cli, &set.policy);
}

static const struct cli_command policy_show_command = {
	.name = "show",
	.summary = "print the policy",
	.options = show_options,
	.run = policy_show_run,
};

static const struct cli_command policy_set_command = {
	.name = "set",
	.summary = "switch it, without losing a job",
	.options = set_options,
	.values = set_values,
	.run = policy_set_run,
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
