// SPDX-License-Identifier: GPL-2.0
/*
 * top: the machine and its jobs, live or, with --batch, as plain text again and
 * again. This file reads the state and prints batches; top_screen.c draws.
 */
#include <getopt.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/commands.h"
#include "machine/job.h"
#include "print/show.h"
#include "print/when.h"
#include "start/resource.h"
#include "top/top.h"

#define DELAY_DEFAULT_NS	(2 * NSEC_PER_SEC)
#define DELAY_MIN_NS		(NSEC_PER_SEC / 10)
#define TOP_SORT		"position,-cpu,id"

enum {
	KEY_SORT = CLI_KEY(1),
};

static const struct cli_option top_options[] = {
	{ "batch", 'b', NULL, "print plain text to standard output" },
	{ "iterations", 'n', "N", "end after this many refreshes" },
	{ "delay", 'd', "DURATION", "time between refreshes (default 2s)" },
	{ "sort", KEY_SORT, "KEY[,KEY]...",
	  "sort by these keys: %s; - before one reverses it" },
	{ "group", 'g', "GROUP", "jobs of this group and of those below it" },
	{ "user", 'u', "USER", "jobs of this user" },
	{ 0 }
};

int top_read(struct top *top)
{
	int err;

	AIOS_INIT(&top->info);
	err = aios_info(top->cli->ctx, &top->info);
	if (err)
		return err;
	top->nr_resources = aios_resources(top->cli->ctx, top->resources,
					   AIOS_RESOURCE_MAX);
	if (top->nr_resources < 0)
		return top->nr_resources;
	joblist_free(&top->jobs);
	err = joblist_read(&top->jobs, &top->filter);
	if (err)
		return err;
	joblist_sort(&top->jobs, top->keys, top->nr_keys);
	memset(top->use, 0, sizeof(top->use));
	for (size_t i = 0; i < top->jobs.nr; i++)
		for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++)
			top->use[r] += top->jobs.jobs[i].use[r];
	return 0;
}

/* ------------------------------------------------------------------ batch */

static void batch_resources(struct top *top)
{
	static const struct out_column columns[] = {
		{ "resource", "RESOURCE", false },
		{ "capacity", "CAPACITY", true },
		{ "charged", "REQUESTED", true },
		{ "granted", "GRANTED", true },
		{ "use", "USE", true },
	};
	struct out *o = &top->cli->out;

	out_table_begin(o, "resources", "Resources", columns, ARRAY_SIZE(columns));
	for (int i = 0; i < top->nr_resources; i++) {
		const struct aios_resource_info *r = &top->resources[i];

		out_row_begin(o);
		out_string(o, "resource", r->name);
		out_data_string(o, "unit", r->unit);
		show_amount(o, "capacity", r->id, r->capacity);
		show_amount(o, "charged", r->id, r->charged);
		show_amount(o, "granted", r->id, r->granted);
		show_amount(o, "use", r->id, top->use[r->id]);
		out_row_end(o);
	}
	out_table_end(o);
}

static int batch_print(struct top *top)
{
	static const struct out_column columns[] = {
		{ "id", "ID", true },
		{ "name", "NAME", false },
		{ "group", "GROUP", false },
		{ "user", "USER", false },
		{ "state", "STATE", false },
		{ "cpu_use", "CPU-USE", true },
		{ "cpu", "CPU", false },
		{ "mem_use", "MEM-USE", true },
		{ "mem", "MEM", false },
		{ "gpu", "GPU", false },
		{ "wait", "WAIT", true },
		{ "run", "RUN", true },
	};
	struct out *o = &top->cli->out;
	char text[AIOS_QUANTITY_LEN];

	cli_open(top->cli);
	out_data_u64(o, "time_ns", monotonic_ns());
	out_u64(o, "running", top->info.nr_running);
	out_u64(o, "queued", top->info.nr_queued);
	batch_resources(top);
	out_table_begin(o, "jobs", "Jobs", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < top->jobs.nr; i++) {
		const struct aios_record *job = &top->jobs.jobs[i];

		out_row_begin(o);
		job_fields(o, job);
		out_cell(o, "cpu_use", "%s",
			 aios_quantity_format(AIOS_RESOURCE_CPU,
					      job->use[AIOS_RESOURCE_CPU],
					      text, sizeof(text)));
		out_cell(o, "mem_use", "%s",
			 aios_quantity_format(AIOS_RESOURCE_MEMORY,
					      job->use[AIOS_RESOURCE_MEMORY],
					      text, sizeof(text)));
		out_row_end(o);
	}
	out_table_end(o);
	return cli_close(top->cli);
}

static int top_batch(struct top *top)
{
	struct timespec delay = {
		.tv_sec = top->delay_ns / NSEC_PER_SEC,
		.tv_nsec = top->delay_ns % NSEC_PER_SEC,
	};

	for (uint64_t n = 0; !top->iterations || n < top->iterations; n++) {
		int status, err;

		if (n)
			nanosleep(&delay, NULL);
		if (n && !top->cli->json)
			putchar('\n');
		err = top_read(top);
		if (err)
			return list_fail(top->cli, err, "jobs");
		status = batch_print(top);
		if (status)
			return status;
	}
	return CLI_OK;
}

/* ---------------------------------------------------------------- options */

static int top_option(struct top *top, int key)
{
	struct cli *cli = top->cli;
	int nr;

	switch (key) {
	case 'b':
		top->batch = true;
		return CLI_OK;
	case 'n':
		return cli_parse_number(cli, "--iterations", optarg, 1, UINT64_MAX,
					&top->iterations);
	case 'd':
		if (!duration_parse(optarg, &top->delay_ns) &&
		    top->delay_ns >= DELAY_MIN_NS)
			return CLI_OK;
		return cli_usage(cli, "--delay: '%s' is no duration of at least 100ms: say 2 or 500ms",
				 optarg);
	case KEY_SORT:
		nr = joblist_sort_option(cli, optarg, top->keys);
		if (nr < 0)
			return CLI_USAGE;
		top->nr_keys = nr;
		return CLI_OK;
	case 'g':
		free(top->group);
		top->group = group_path(optarg);
		top->filter.group = top->group;
		return CLI_OK;
	case 'u':
		top->filter.by_user = true;
		if (!user_parse(optarg, &top->filter.uid))
			return CLI_OK;
		return cli_error(cli, CLI_NOT_FOUND, "there is no user '%s'", optarg);
	default:
		return CLI_USAGE;
	}
}

static int top_run(struct cli *cli, int argc, char **argv)
{
	struct top top = {
		.cli = cli,
		.filter.states = JOBLIST_LIVE,
		.delay_ns = DELAY_DEFAULT_NS,
	};
	int key, status = CLI_OK;

	top.nr_keys = joblist_keys_parse(TOP_SORT, top.keys);
	while ((key = cli_getopt(cli, argc, argv)) != -1 && !status)
		status = top_option(&top, key);
	if (!status && optind < argc)
		status = cli_usage(cli, "top takes no argument '%s'", argv[optind]);
	if (!status && !top.batch && !cli->json && !isatty(STDOUT_FILENO))
		status = cli_usage(cli, "standard output is no terminal: use --batch");
	if (!status)
		status = cli_connect(cli);
	if (!status)
		status = top.batch || cli->json ? top_batch(&top) : top_screen(&top);
	joblist_free(&top.jobs);
	free(top.group);
	return status;
}

const struct cli_command top_command = {
	.name = "top",
	.summary = "watch the machine and its jobs",
	.help = "Show the resources of the machine and its jobs, live. Keys: arrows move, s and S sort, z suspends or resumes, k cancels, e explains, h helps, q quits.",
	.options = top_options,
	.values = joblist_values,
	.run = top_run,
};
