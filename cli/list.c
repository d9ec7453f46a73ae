// SPDX-License-Identifier: GPL-2.0
/*
 * list: the jobs that run and those that wait.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/commands.h"
#include "base/values.h"
#include "machine/arrays.h"
#include "machine/job.h"
#include "machine/joblist.h"
#include "machine/select.h"
#include "print/queueing.h"
#include "print/resources.h"
#include "print/show.h"
#include "start/resource.h"

enum {
	KEY_SORT = CLI_KEY(1),
	KEY_COLUMNS,
	KEY_START,
	KEY_NO_HEADER,
	KEY_ARRAY,
	KEY_ARRAYS,
};

static const struct cli_option job_list_options[] = {
	{ "all", 'a', NULL, "jobs that have ended as well" },
	{ "group", 'g', "GROUP", "jobs of this group and of those below it" },
	{ "user", 'u', "USER", "jobs of this user" },
	{ "state", 's', "STATE[,STATE]...", "jobs in these states: %s" },
	{ "array", KEY_ARRAY, "JOB", "jobs of the array that this one is of" },
	{ "arrays", KEY_ARRAYS, NULL, "a line for each of your arrays that has not ended" },
	{ "sort", KEY_SORT, "KEY[,KEY]...",
	  "sort by these keys: %s; - before one reverses it" },
	{ "columns", KEY_COLUMNS, "NAME[,NAME]...", "show these columns: %s" },
	{ "start", KEY_START, NULL, "estimate starts, say by what, and what jobs wait for" },
	{ "no-header", KEY_NO_HEADER, NULL, "no line of headings" },
	{ 0 }
};

static const struct out_column job_columns[] = {
	{ "id", "ID", true },
	{ "name", "NAME", false },
	{ "group", "GROUP", false },
	{ "user", "USER", false },
	{ "state", "STATE", false },
	{ "position", "POS", true },
	{ "priority", "PRIORITY", true },
	{ "weight", "WEIGHT", true },
	RESOURCE_COLUMNS,
	{ "wait", "WAIT", true },
	{ "run", "RUN", true },
	{ "cpu_time", "CPU-TIME", true },
	{ "end", "END", false },
	{ "pid", "PID", true },
	{ "start", "START", false },
	{ "deadline", "DEADLINE", false },
	{ "begin", "BEGIN", false },
	{ "attempt", "ATTEMPT", true },
	{ "estimate", "ESTIMATED BY", false },
	{ "why", "WAITS FOR", false },
};

static const char *job_column_word(uint32_t i)
{
	return i < ARRAY_SIZE(job_columns) ? job_columns[i].key : NULL;
}

static const struct cli_values job_list_values[] = {
	{ .of = "KEY", .kind = CLI_WORDS, .word = joblist_key_name },
	{ .of = "NAME", .kind = CLI_WORDS, .word = job_column_word },
	{ 0 }
};

#define DEFAULT_COLUMNS	"id,name,group,user,state,position,cpu,mem,gpu,wait,run"
#define START_COLUMNS	"id,name,group,user,state,position,cpu,mem,gpu,wait,start,estimate,why"

/* On a terminal that is too narrow these go, what matters least first. */
#define DROP_COLUMNS	"user,wait,gpu,group,mem,position,estimate,run,cpu"

struct list {
	struct cli *cli;
	bool chosen;		/* the columns were named */
	struct joblist_filter filter;
	struct joblist_key keys[JOBLIST_KEYS_MAX];
	size_t nr_keys;
	struct out_column columns[ARRAY_SIZE(job_columns)];
	size_t nr_columns;
	bool explain;		/* a column needs what only EXPLAIN tells */
	char *group;
	uint64_t array;		/* id of one of its jobs, or 0: any */
	bool all;		/* what has ended, too */
	bool arrays;
};

static void start_fields(struct list *list, const struct aios_record *job)
{
	struct aios_explain explain;
	struct aios_job *handle;

	if (job->state != AIOS_STATE_QUEUED ||
	    aios_job_open(list->cli->ctx, job->job, &handle))
		return;
	AIOS_INIT(&explain);
	if (!aios_job_explain(handle, &explain)) {
		show_time(&list->cli->out, "start", explain.start_ns);
		estimate_print(&list->cli->out, "estimate", &explain.estimate);
		show_why(&list->cli->out, list->cli->ctx, "why", &explain.why);
	}
	aios_job_unref(handle);
}

/* A group that does not exist has no jobs to list; one that has gone may have some. */
static int group_check(struct cli *cli, const char *path)
{
	struct aios_group_stat stat;
	int status = cli_connect(cli);

	if (status)
		return status;
	aios_group_stat_init(&stat, path, 0, NULL, 0);
	if (aios_group_stat(cli->ctx, &stat) != -ENOENT)
		return CLI_OK;
	return cli_no_group(cli, path);
}

static int list_print(struct list *list)
{
	struct cli *cli = list->cli;
	struct out *o = &cli->out;
	struct joblist jobs;
	int err, status;

	/* Those that have ended of an array that has not are counted. */
	if (list->arrays)
		list->filter.states = ~0U;
	err = joblist_read(&jobs, &list->filter);
	if (err)
		return list_fail(cli, err, "list of jobs");
	/* Whoever may not open the device is shown nothing, which is not the same as no jobs. */
	status = jobs.nr ? CLI_OK : cli_connect(cli);
	if (!status && !jobs.nr && list->group)
		status = group_check(cli, list->group);
	if (status) {
		joblist_free(&jobs);
		return status;
	}
	status = list->array ? array_keep(cli, &jobs, list->array) : CLI_OK;
	if (status) {
		joblist_free(&jobs);
		return status;
	}
	joblist_sort(&jobs, list->keys, list->nr_keys);
	if (list->arrays) {
		status = arrays_print(cli, &jobs, list->all);
		joblist_free(&jobs);
		return status;
	}
	cli_open(cli);
	out_table_begin(o, "jobs", NULL, list->columns, list->nr_columns);
	if (!list->chosen)
		out_table_fit(o, DROP_COLUMNS, "--columns chooses, a file or a pipe gets all");
	for (size_t i = 0; i < jobs.nr; i++) {
		out_row_begin(o);
		job_fields(o, &jobs.jobs[i]);
		if (list->explain)
			start_fields(list, &jobs.jobs[i]);
		out_row_end(o);
	}
	out_table_end(o);
	joblist_free(&jobs);
	return cli_close(cli);
}

static int list_option(struct list *list, int key)
{
	struct cli *cli = list->cli;
	int nr;

	switch (key) {
	case 'a':
		list->filter.states = ~0U;
		list->all = true;
		return CLI_OK;
	case 'g':
		free(list->group);
		list->group = group_path(optarg);
		list->filter.group = list->group;
		return CLI_OK;
	case 'u':
		list->filter.by_user = true;
		if (!user_parse(optarg, &list->filter.uid))
			return CLI_OK;
		return cli_error(cli, CLI_NOT_FOUND, "there is no user '%s'", optarg);
	case 's':
		return states_parse(cli, "--state", optarg, &list->filter.states);
	case KEY_SORT:
		nr = joblist_sort_option(cli, optarg, list->keys);
		if (nr < 0)
			return CLI_USAGE;
		list->nr_keys = nr;
		return CLI_OK;
	case KEY_COLUMNS:
		list->chosen = true;
		return columns_parse(cli, optarg, job_columns,
				     ARRAY_SIZE(job_columns), list->columns,
				     &list->nr_columns);
	case KEY_ARRAY:
		return cli_parse_job(cli, optarg, &list->array);
	case KEY_ARRAYS:
		list->arrays = true;
		return CLI_OK;
	case KEY_START:
		list->explain = true;
		return CLI_OK;
	case KEY_NO_HEADER:
		cli->out.no_header = true;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

static int list_parse(struct list *list, int argc, char **argv)
{
	int key, status;

	list->nr_keys = joblist_keys_parse(JOBLIST_DEFAULT_SORT, list->keys);
	while ((key = cli_getopt(list->cli, argc, argv)) != -1) {
		status = list_option(list, key);
		if (status)
			return status;
	}
	if (optind < argc)
		return cli_usage(list->cli, "list takes no argument '%s': 'aiosctl show JOB' tells of one job, --group and --user choose some",
				 argv[optind]);
	if (!list->nr_columns)
		columns_parse(list->cli,
			      list->explain ? START_COLUMNS : DEFAULT_COLUMNS,
			      job_columns, ARRAY_SIZE(job_columns),
			      list->columns, &list->nr_columns);
	for (size_t i = 0; i < list->nr_columns; i++)
		list->explain |= !strcmp(list->columns[i].key, "start") ||
				 !strcmp(list->columns[i].key, "estimate") ||
				 !strcmp(list->columns[i].key, "why");
	return CLI_OK;
}

static int job_list_run(struct cli *cli, int argc, char **argv)
{
	struct list list = {
		.cli = cli,
		.filter.states = JOBLIST_LIVE,
	};
	int status;

	status = list_parse(&list, argc, argv);
	if (!status && list.explain)
		status = cli_connect(cli);
	if (!status)
		status = list_print(&list);
	free(list.group);
	return status;
}

const struct cli_command list_command = {
	.name = "list",
	.summary = "show the jobs that run and those that wait",
	.help = "Show the jobs that run and those that wait. Amounts are grant/request:limit.",
	.options = job_list_options,
	.values = job_list_values,
	.run = job_list_run,
};
