// SPDX-License-Identifier: GPL-2.0
/*
 * update: what a live job asks for is changed.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "base/commands.h"
#include "machine/job.h"
#include "machine/select.h"
#include "print/show.h"
#include "start/jobspec.h"
#include "start/resource.h"

enum {
	KEY_DEADLINE = CLI_KEY(1),
	KEY_BEGIN,
	KEY_RENAME,
	KEY_BEFORE,
	KEY_TOP,
	KEY_TIME_LIMIT,
};

#define RESOURCE_ARGUMENT	"REQUEST[:LIMIT]"

static const struct cli_option update_options[] = {
	RESOURCE_OPTIONS,
	{ "weight", 'w', "N", "weight of its share of the surplus, 1 to 10000" },
	{ "priority", 'p', "N", "its priority: -1000 to 1000, higher goes first" },
	{ "time", 't', "DURATION", "expected run time" },
	{ "time-limit", KEY_TIME_LIMIT, "DURATION|none", "end it when it has run so long" },
	{ "deadline", KEY_DEADLINE, "TIME|none", "when it should have ended" },
	{ "begin", KEY_BEGIN, "TIME|now", "while it is queued: do not start before" },
	{ "rename", KEY_RENAME, "NAME", "its name" },
	{ "before", KEY_BEFORE, "JOB",
	  "while it is queued: go ahead of this job of the same user, group and priority" },
	{ "top", KEY_TOP, NULL, "go ahead of all of these" },
	{ 0 }
};

static const char * const update_exclusive[] = { "before", "top", NULL };

/* This reads a time in optarg, or the word for none. */
static int moment_option(struct cli *cli, const char *option, const char *none,
			 struct moment *moment)
{
	*moment = (struct moment){ 0 };
	return strcmp(optarg, none) ? cli_parse_moment(cli, option, optarg, moment) : CLI_OK;
}

/* Of an option that is repeated the last one counts, also in whether it was a date. */
static void moment_flags(struct aios_update *u, uint32_t flag, uint32_t realtime,
			 const struct moment *moment)
{
	u->flags = (u->flags & ~realtime) | flag | (moment->wall ? realtime : 0);
}

static int two_places(struct cli *cli)
{
	return cli_usage(cli, "--before and --top exclude each other: give one of them");
}

static int update_option(struct cli *cli, int key, void *data)
{
	struct aios_update *u = data;
	int resource = resource_of_option(key);
	uint64_t request, limit, runtime, before;
	struct moment moment;
	int status;

	if (resource >= 0) {
		status = resource_parse(cli, resource, optarg, &request, &limit);
		/* The amount was parsed, so that it cannot be refused. */
		if (!status)
			aios_update_set_resource(u, resource, request, limit);
		return status;
	}
	switch (key) {
	case 'w':
		u->flags |= AIOS_UPDATE_WEIGHT;
		return weight_parse(cli, optarg, &u->weight);
	case 'p':
		u->flags |= AIOS_UPDATE_PRIORITY;
		return priority_parse(cli, optarg, &u->priority);
	case 't':
		u->flags |= AIOS_UPDATE_RUNTIME;
		status = cli_parse_duration(cli, "--time", optarg, &runtime);
		if (!status)
			u->expected_runtime_ns = runtime;
		return status;
	case KEY_TIME_LIMIT:
		u->flags |= AIOS_UPDATE_MAX_RUNTIME;
		status = time_limit_parse(cli, optarg, &runtime);
		if (!status)
			u->max_runtime_ns = runtime;
		return status;
	case KEY_DEADLINE:
		status = moment_option(cli, "--deadline", "none", &moment);
		u->deadline_ns = moment.ns;
		moment_flags(u, AIOS_UPDATE_DEADLINE, AIOS_UPDATE_DEADLINE_REALTIME, &moment);
		return status;
	case KEY_BEGIN:
		status = moment_option(cli, "--begin", "now", &moment);
		u->begin_ns = moment.ns;
		moment_flags(u, AIOS_UPDATE_BEGIN, AIOS_UPDATE_BEGIN_REALTIME, &moment);
		return status;
	case KEY_RENAME:
		u->flags |= AIOS_UPDATE_NAME;
		u->name = aios_pointer(optarg);
		u->name_len = strlen(optarg);
		return jobspec_is_name(optarg) ? CLI_OK :
			cli_usage(cli, "--rename: '%.64s' is no name of 1 to %d bytes: UTF-8, without '/' and control characters",
				  optarg, AIOS_NAME_MAX);
	case KEY_BEFORE:
		if (u->flags & AIOS_UPDATE_PLACE && !u->before)
			return two_places(cli);
		u->flags |= AIOS_UPDATE_PLACE;
		status = cli_parse_job(cli, optarg, &before);
		if (!status)
			u->before = before;
		return status;
	case KEY_TOP:
		if (u->before)
			return two_places(cli);
		u->flags |= AIOS_UPDATE_PLACE;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

/* Of a place the errno alone tells what is wrong. */
static int place_fail(struct cli *cli, int err, const struct aios_update *u, uint64_t id)
{
	if (err == -ENOENT)
		return job_missing(cli, u->before);
	if (!u->before)
		return cli_fail_because(cli, err, NULL, "one of a gang, or that can never start, has no place of its own",
					"cannot move job %" PRIu64, id);
	return cli_fail_because(cli, err, NULL, "it has to wait ahead of this one, be of the same user, group and priority, and in no gang",
				"cannot move job %" PRIu64 " before job %" PRIu64, id,
				(uint64_t)u->before);
}

static int update_one(struct cli *cli, struct aios_job *job, void *data)
{
	struct aios_update u = *(struct aios_update *)data;
	int err;

	if (!u.flags && !u.resource_mask)
		return cli_usage(cli, "update changes nothing: name what shall change");
	err = resource_least_check(cli, u.resource_mask, u.limit);
	if (err)
		return err;
	if (u.flags & AIOS_UPDATE_PLACE && u.flags & AIOS_UPDATE_PRIORITY)
		return cli_usage(cli, "--before and --top are among jobs of one priority: change that by an update of its own");
	err = aios_job_update(job, &u);
	if ((err == -EINVAL || err == -ENOENT) && u.flags & AIOS_UPDATE_PLACE &&
	    u.why.code == AIOS_WHY_NONE)
		return place_fail(cli, err, &u, aios_job_id(job));
	if (err)
		return cli_fail(cli, err, &u.why, "cannot update job %" PRIu64,
				aios_job_id(job));
	return CLI_OK;
}

static int update_run(struct cli *cli, int argc, char **argv)
{
	struct aios_update update;
	struct job_task task = {
		.verb = "update", .states = JOBLIST_LIVE,
		.option = update_option, .fn = update_one, .data = &update,
	};

	AIOS_INIT(&update);
	return job_each(cli, argc, argv, &task);
}

const struct cli_command update_command = {
	.name = "update",
	.args = "[JOB]...",
	.summary = "change what a live job asks for",
	.help = "Change the requests, limits, weight, priority, expected run time, time limit, deadline, begin, name or place of live jobs; what is not given stays.",
	.options = update_options,
	.shared = selection_options,
	.exclusive = update_exclusive,
	.run = update_run,
};
