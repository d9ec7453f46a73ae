// SPDX-License-Identifier: GPL-2.0
/*
 * limit: set what a group or a job may use at most, and read back what that
 * comes to: the smallest limit up to the root, whose it is, and how it holds.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "base/commands.h"
#include "machine/job.h"
#include "machine/protection.h"
#include "print/show.h"
#include "start/resource.h"

enum {
	KEY_STRICT = CLI_KEY(1),
	KEY_WORK_CONSERVING,
	KEY_MODE,
	KEY_TIME_LIMIT,
	KEY_DEFAULT,
};

#define DEFAULTS	(AIOS_LIMIT_DEFAULT_USER | AIOS_LIMIT_DEFAULT_GROUP)

#define RESOURCE_ARGUMENT	"LIMIT"

static const struct cli_option limit_options[] = {
	RESOURCE_OPTIONS,
	{ "weight", 'w', "N", "weight, 1 to 10000" },
	{ "strict", KEY_STRICT, NULL, "cap CPU, disk and network at the grant" },
	{ "work-conserving", KEY_WORK_CONSERVING, NULL, "cap them at the limit (default)" },
	{ "mode", KEY_MODE, "MODE", "r: see the group's jobs, w: administer below, x: submit" },
	{ "time-limit", KEY_TIME_LIMIT, "DURATION|none",
	  "end jobs that have run so long; of a group, for those that state no more" },
	{ "default", KEY_DEFAULT, "user|group",
	  "the limits of the groups that users, or groups of the system, have by default" },
	{ 0 }
};

static const char * const limit_exclusive[] = { "strict", "work-conserving", NULL };

static const struct out_column columns[] = {
	{ "resource", "RESOURCE", false },
	{ "limit", "LIMIT", true },
	{ "effective", "EFFECTIVE", true },
	{ "use", "USE", true },
	{ "how", "HOW", false },
	{ "binding", "BOUND BY", false },
	{ "pending", "PENDING", false },
};

static char *binding_text(struct cli *cli, const struct aios_limit *limit,
			  uint64_t group)
{
	char path[AIOS_PATH_MAX + 1];
	struct aios_group_stat stat;

	if (!group)
		return xstrdup(limit->flags & DEFAULTS ? "itself" : "the job itself");
	if (!(limit->flags & AIOS_LIMIT_JOB) && group == limit->id)
		return xstrdup("itself");
	aios_group_stat_init(&stat, NULL, group, path, sizeof(path));
	if (aios_group_stat(cli->ctx, &stat))
		return xasprintf("group %" PRIu64, group);
	return xstrdup(path);
}

static void limit_row(struct cli *cli, const struct aios_limit *limit, uint32_t r)
{
	bool pending = limit->pending & 1U << r;
	struct out *o = &cli->out;

	out_row_begin(o);
	out_string(o, "resource", aios_resource_name(r));
	show_amount(o, "limit", r, limit->limit[r]);
	show_amount(o, "effective", r, limit->effective[r]);
	show_amount(o, "use", r, limit->use[r]);
	out_string(o, "how", aios_how_name(limit->how[r]));
	out_data_u64(o, "binding_group", limit->binding[r]);
	if (limit->effective[r] == AIOS_UNLIMITED) {
		out_null(o, "binding", "-");
	} else {
		auto_free char *text = binding_text(cli, limit, limit->binding[r]);

		out_string(o, "binding", text);
	}
	if (pending)
		out_style(o, OUT_WARN);
	out_bool(o, "pending", pending);
	out_row_end(o);
}

static void time_limit_print(struct out *o, const char *key, uint64_t ns)
{
	if (ns == AIOS_UNLIMITED)
		out_null(o, key, NULL);
	else
		show_duration(o, key, ns);
}

static bool is_group(const struct aios_limit *limit)
{
	return !(limit->flags & (AIOS_LIMIT_JOB | DEFAULTS));
}

/* NULL: what was promised of memory is protected, or nothing was promised. */
static char *unprotected_of(struct cli *cli, const struct aios_limit *limit, const char *target)
{
	struct aios_job *job;
	char *text;

	if (is_group(limit))
		return protection_of_group(cli->ctx, target);
	if (!(limit->flags & AIOS_LIMIT_JOB) || aios_job_open(cli->ctx, limit->id, &job))
		return NULL;
	text = protection_of_job(job);
	aios_job_unref(job);
	return text;
}

static int limit_print(struct cli *cli, const struct aios_limit *limit,
		       const char *target)
{
	struct aios_resource_info table[AIOS_RESOURCE_MAX];
	auto_free char *unprotected = NULL;
	struct out *o = &cli->out;
	int nr;

	nr = aios_resources(cli->ctx, table, AIOS_RESOURCE_MAX);
	if (nr < 0)
		return cli_fail(cli, nr, NULL, "cannot read the table of resources");
	cli_open(cli);
	out_data_string(o, limit->flags & DEFAULTS ? "default" :
			limit->flags & AIOS_LIMIT_JOB ? "job" : "group", target);
	out_data_u64(o, "id", limit->id);
	out_u64(o, "weight", limit->weight);
	if (is_group(limit))
		out_data_u64(o, "mode", limit->mode);
	time_limit_print(o, "max_runtime_ns", limit->max_runtime_ns);
	if (is_group(limit))
		time_limit_print(o, "effective_runtime_ns", limit->effective_runtime_ns);
	out_table_begin(o, "limits", NULL, columns, ARRAY_SIZE(columns));
	for (int i = 0; i < nr; i++)
		limit_row(cli, limit, table[i].id);
	out_table_end(o);
	if (limit->pending)
		out_sentence(o, "note", "what is pending is above its limit, which takes effect step by step");
	unprotected = unprotected_of(cli, limit, target);
	if (unprotected)
		out_sentence(o, "unprotected", "%s", unprotected);
	return cli_close(cli);
}

static int default_parse(struct cli *cli, struct aios_limit *limit, const char *kind)
{
	limit->flags &= ~DEFAULTS;
	if (!strcmp(kind, "user"))
		limit->flags |= AIOS_LIMIT_DEFAULT_USER;
	else if (!strcmp(kind, "group"))
		limit->flags |= AIOS_LIMIT_DEFAULT_GROUP;
	else
		return cli_usage(cli, "--default: '%s' is not known: say user or group", kind);
	return CLI_OK;
}

static int time_limit_option(struct cli *cli, struct aios_limit *limit)
{
	uint64_t runtime;
	int status = time_limit_parse(cli, optarg, &runtime);

	limit->flags |= AIOS_LIMIT_MAX_RUNTIME;
	limit->max_runtime_ns = runtime;
	return status;
}

static int limit_parse(struct cli *cli, struct aios_limit *limit, int argc,
		       char **argv)
{
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = CLI_OK;
		switch (key) {
		case '?':
			return CLI_USAGE;
		case 'w':
			status = weight_parse(cli, optarg, &limit->weight);
			break;
		case KEY_STRICT:
			limit->flags |= AIOS_LIMIT_STRICT;
			break;
		case KEY_WORK_CONSERVING:
			limit->flags |= AIOS_LIMIT_WORK_CONSERVING;
			break;
		case KEY_MODE:
			limit->flags |= AIOS_LIMIT_MODE;
			status = mode_parse(cli, optarg, &limit->mode);
			break;
		case KEY_DEFAULT:
			status = default_parse(cli, limit, optarg);
			break;
		case KEY_TIME_LIMIT:
			status = time_limit_option(cli, limit);
			break;
		default:
			status = resource_limit_option(cli, limit, key, optarg);
		}
		if (status)
			return status;
	}
	if ((limit->flags & AIOS_LIMIT_STRICT) &&
	    (limit->flags & AIOS_LIMIT_WORK_CONSERVING))
		return cli_usage(cli, "--strict and --work-conserving exclude each other");
	if (limit->flags & DEFAULTS && limit->flags & AIOS_LIMIT_MODE)
		return cli_usage(cli, "--mode: what is made by --default has its own");
	if (optind != argc - !(limit->flags & DEFAULTS))
		return cli_usage(cli, limit->flags & DEFAULTS ?
				 "limit --default takes no group and no job" :
				 "limit takes one group or job, as in 'aiosctl limit / --cpus 4'");
	return CLI_OK;
}

static int limit_run(struct cli *cli, int argc, char **argv)
{
	auto_free char *path = NULL;
	struct aios_limit limit;
	const char *target;
	uint64_t id = 0;
	int status, err;

	AIOS_INIT(&limit);
	status = limit_parse(cli, &limit, argc, argv);
	if (!status)
		status = cli_connect(cli);
	if (status)
		return status;
	target = argv[optind];
	if (limit.flags & DEFAULTS) {
		target = limit.flags & AIOS_LIMIT_DEFAULT_USER ? "user" : "group";
	} else if (!u64_parse(target, &id)) {
		if (limit.flags & AIOS_LIMIT_MODE)
			return cli_usage(cli, "--mode: a job has none: name a group");
		limit.flags |= AIOS_LIMIT_JOB;
		limit.id = id;
	} else {
		path = group_path(target);
		target = path;
		limit.path = aios_pointer(path);
		limit.path_len = strlen(path);
	}
	err = aios_limit_set(cli->ctx, &limit);
	if (err == -ENOENT && path)
		return cli_no_group(cli, path);
	if (err == -ENOENT)
		return job_missing(cli, id);
	if (err)
		return cli_fail(cli, err, &limit.why, "cannot limit %s %s",
				path ? "group" : limit.flags & DEFAULTS ? "by default a" : "job",
				target);
	return limit_print(cli, &limit, target);
}

const struct cli_command limit_command = {
	.name = "limit",
	.args = "GROUP|JOB",
	.summary = "set and read back the limits of a group or a job",
	.help = "Set what a group with all below it, or a job, may use at most, and print what that comes to. Without an option the limits are only read. A number is a job, anything else a group; the limit max removes one. With --default they are those of the groups that are made for users, or for groups of the system, who submit to the root group and do not administer it.",
	.options = limit_options,
	.exclusive = limit_exclusive,
	.run = limit_run,
};
