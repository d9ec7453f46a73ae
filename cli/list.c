// SPDX-License-Identifier: GPL-2.0
/*
 * list: the jobs that run and those that wait.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/commands.h"
#include "machine/job.h"
#include "machine/joblist.h"
#include "print/queueing.h"
#include "print/show.h"
#include "start/jobspec.h"

enum {
	KEY_SORT = CLI_KEY(1),
	KEY_COLUMNS,
	KEY_START,
	KEY_NO_HEADER,
};

static const struct cli_option list_options[] = {
	{ "all", 'a', NULL, "jobs that have ended as well" },
	{ "group", 'g', "GROUP", "jobs of this group and of those below it" },
	{ "user", 'u', "USER", "jobs of this user" },
	{ "state", 's', "STATE[,STATE]...", "jobs in these states" },
	{ "sort", KEY_SORT, "KEY[,KEY]...",
	  "sort by id, name, group, user, state, priority, weight, position, "
	  "cpu, mem, gpu, wait or run; - before one reverses it" },
	{ "columns", KEY_COLUMNS, "NAME[,NAME]...", "show these columns" },
	{ "start", KEY_START, NULL, "estimate starts, say by what, and what jobs wait for" },
	{ "no-header", KEY_NO_HEADER, NULL, "no line of headings" },
	{ 0 }
};

static const struct out_column all_columns[] = {
	{ "id", "ID", true },
	{ "name", "NAME", false },
	{ "group", "GROUP", false },
	{ "user", "USER", false },
	{ "state", "STATE", false },
	{ "position", "POS", true },
	{ "priority", "PRIORITY", true },
	{ "weight", "WEIGHT", true },
	{ "cpu", "CPU", false },
	{ "mem", "MEM", false },
	{ "gpu", "GPU", false },
	{ "gpu_mem", "GPU-MEM", false },
	{ "io", "IO", false },
	{ "net", "NET", false },
	{ "pids", "PIDS", false },
	{ "wait", "WAIT", true },
	{ "run", "RUN", true },
	{ "cpu_time", "CPU-TIME", true },
	{ "end", "END", false },
	{ "pid", "PID", true },
	{ "start", "START", false },
	{ "deadline", "DEADLINE", false },
	{ "attempt", "ATTEMPT", true },
	{ "estimate", "ESTIMATED BY", false },
	{ "why", "WAITS FOR", false },
};

#define DEFAULT_COLUMNS	"id,name,group,user,state,position,cpu,mem,gpu,wait,run"
#define START_COLUMNS	"id,name,group,user,state,position,cpu,mem,gpu,wait,start,estimate,why"

struct list {
	struct cli *cli;
	struct joblist_filter filter;
	struct joblist_key keys[JOBLIST_KEYS_MAX];
	size_t nr_keys;
	struct out_column columns[ARRAY_SIZE(all_columns)];
	size_t nr_columns;
	bool explain;		/* a column needs what only EXPLAIN tells */
	char *group;
};

/* Resources as cells, beside the objects that JSON has. */
static void resource_cells(struct out *o, const struct aios_record *job)
{
	static const char * const columns[] = {
		[AIOS_RESOURCE_CPU] = "cpu",
		[AIOS_RESOURCE_MEMORY] = "mem",
		[AIOS_RESOURCE_GPU] = "gpu",
		[AIOS_RESOURCE_GPU_MEMORY] = "gpu_mem",
		[AIOS_RESOURCE_IO] = "io",
		[AIOS_RESOURCE_NET] = "net",
		[AIOS_RESOURCE_PIDS] = "pids",
	};

	for (uint32_t r = 0; r < ARRAY_SIZE(columns); r++)
		if (job->mask & 1U << r)
			show_grant_cell(o, columns[r], r, job->grant[r],
					job->request[r], job->limit[r]);
}

void job_fields(struct out *o, const struct aios_record *job)
{
	uint64_t now = monotonic_ns();
	char text[32];

	out_u64(o, "id", job->job);
	out_string(o, "name", *job->name ? job->name : NULL);
	out_string(o, "group", job->path);
	out_string(o, "user", user_name(job->uid));
	show_state(o, job->state);
	if (job->position)
		out_u64(o, "position", job->position);
	else
		out_null(o, "position", "-");
	out_s64(o, "priority", job->priority);
	out_u64(o, "weight", job->weight);
	out_data_u64(o, "uid", job->uid);
	resource_cells(o, job);
	show_amounts(o, NULL, &(struct show_amounts){
		.mask = job->mask,
		.request = job->request,
		.limit = job->limit,
		.grant = job->grant,
		.use = AIOS_HAS(job, USE) ? job->use : NULL,
	});
	duration_text(job_wait_ns(job, now), text, sizeof(text));
	out_cell(o, "wait", "%s", text);
	out_data_u64(o, "wait_duration_ns", job_wait_ns(job, now));
	duration_text(job_run_ns(job, now), text, sizeof(text));
	if (job->start_ns)
		out_cell(o, "run", "%s", text);
	out_data_u64(o, "run_duration_ns", job_run_ns(job, now));
	duration_text(job->cpu_duration_ns, text, sizeof(text));
	if (job->start_ns)
		out_cell(o, "cpu_time", "%s", text);
	out_data_u64(o, "cpu_duration_ns", job->cpu_duration_ns);
	out_data_u64(o, "submit_ns", job->submit_ns);
	show_time(o, "deadline", job->deadline_ns);
	out_u64(o, "attempt", job->attempt);
	out_cell(o, "end", "%s", job->end ? end_text(job->end, job->code) : "-");
	out_data_string(o, "end", job->end ? aios_end_name(job->end) : NULL);
	out_data_u64(o, "code", job->code);
	if (job->pid)
		out_s64(o, "pid", job->pid);
	else
		out_null(o, "pid", "-");
}

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
		show_why(list->cli, "why", &explain.why);
	}
	aios_job_unref(handle);
}

/* No job of a group that does not exist is no answer; one that has gone may have some. */
static int group_check(struct cli *cli, const char *path)
{
	struct aios_group_stat stat;
	int status = cli->ctx ? CLI_OK : cli_connect(cli);

	if (status)
		return status;
	aios_group_stat_init(&stat, path, 0, NULL, 0);
	if (aios_group_stat(cli->ctx, &stat) != -ENOENT)
		return CLI_OK;
	return cli_error(cli, CLI_NOT_FOUND, "there is no group %s", path);
}

static int list_print(struct list *list)
{
	struct cli *cli = list->cli;
	struct out *o = &cli->out;
	struct joblist jobs;
	int err, status;

	err = joblist_read(&jobs, &list->filter);
	if (err)
		return list_fail(cli, err, "list of jobs");
	status = jobs.nr || !list->group ? CLI_OK : group_check(cli, list->group);
	if (status) {
		joblist_free(&jobs);
		return status;
	}
	joblist_sort(&jobs, list->keys, list->nr_keys);
	cli_open(cli);
	out_table_begin(o, "jobs", NULL, list->columns, list->nr_columns);
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
		nr = joblist_keys_parse(optarg, list->keys);
		list->nr_keys = nr < 0 ? 0 : nr;
		return nr < 0 ? cli_usage(cli, "--sort: '%s' has a key that is not known", optarg) :
				CLI_OK;
	case KEY_COLUMNS:
		return columns_parse(cli, optarg, all_columns,
				     ARRAY_SIZE(all_columns), list->columns,
				     &list->nr_columns);
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
		return cli_usage(list->cli, "list takes no argument '%s'", argv[optind]);
	if (!list->nr_columns)
		columns_parse(list->cli,
			      list->explain ? START_COLUMNS : DEFAULT_COLUMNS,
			      all_columns, ARRAY_SIZE(all_columns),
			      list->columns, &list->nr_columns);
	for (size_t i = 0; i < list->nr_columns; i++)
		list->explain |= !strcmp(list->columns[i].key, "start") ||
				 !strcmp(list->columns[i].key, "estimate") ||
				 !strcmp(list->columns[i].key, "why");
	return CLI_OK;
}

static int list_run(struct cli *cli, int argc, char **argv)
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
	.help = "Show the jobs that run and those that wait. Amounts are grant/request:limit. Columns: id, name, group, user, state, position, priority, weight, cpu, mem, gpu, gpu_mem, io, net, pids, wait, run, cpu_time, end, pid, start, deadline, attempt, estimate, why.",
	.options = list_options,
	.run = list_run,
};
