// SPDX-License-Identifier: GPL-2.0
/*
 * attempts: what became of attempts that are over, beside what was predicted of them. As
 * JSON each has all that the kernel has recorded.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/commands.h"
#include "base/values.h"
#include "machine/joblist.h"
#include "print/show.h"
#include "print/when.h"

enum {
	KEY_COLUMNS = CLI_KEY(1),
	KEY_NO_HEADER,
};

static const struct cli_option attempts_options[] = {
	{ "columns", KEY_COLUMNS, "NAME[,NAME]...", "show these columns: %s" },
	{ "no-header", KEY_NO_HEADER, NULL, "no line of headings" },
	{ 0 }
};

static const struct out_column attempt_columns[] = {
	{ "number", "NR", true },
	{ "job", "JOB", true },
	{ "attempt", "ATTEMPT", true },
	{ "name", "NAME", false },
	{ "user", "USER", false },
	{ "end", "END", false },
	{ "wait", "WAIT", true },
	{ "run", "RUN", true },
	{ "predicted", "PREDICTED", true },
	{ "cpus", "CPUS", true },
	{ "mem", "PEAK MEM", true },
	{ "submitted", "SUBMITTED", false },
};

static const char *attempt_column_word(uint32_t i)
{
	return i < ARRAY_SIZE(attempt_columns) ? attempt_columns[i].key : NULL;
}

static const struct cli_values attempts_values[] = {
	{ .of = "NAME", .kind = CLI_WORDS, .word = attempt_column_word },
	{ 0 }
};

#define DEFAULT_COLUMNS	"job,name,user,end,wait,run,predicted,cpus,mem"

static void duration_cell(struct out *o, const char *key, const char *data_key, uint64_t ns)
{
	char text[32];

	out_cell(o, key, "%s", ns ? duration_text(ns, text, sizeof(text)) : "-");
	out_data_u64(o, data_key, ns);
}

static void submitted_cell(struct out *o, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NSEC_PER_SEC);
	struct tm tm;
	char text[32];

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	out_cell(o, "submitted", "%s", text);
	out_data_u64(o, "submit_realtime_ns", real_ns);
}

static void use_cells(struct out *o, const struct aios_attempt *a)
{
	char mem[AIOS_QUANTITY_LEN];

	duration_cell(o, "wait", "wait_duration_ns", a->wait_duration_ns);
	duration_cell(o, "run", "run_duration_ns", a->run_duration_ns);
	duration_cell(o, "predicted", "predicted_duration_ns", a->predicted_duration_ns);
	if (a->run_duration_ns)
		out_cell(o, "cpus", "%.2f", (double)a->cpu_duration_ns /
					    (double)a->run_duration_ns);
	else
		out_cell(o, "cpus", "-");
	aios_quantity_format(AIOS_RESOURCE_MEMORY, a->peak[AIOS_RESOURCE_MEMORY], mem,
			     sizeof(mem));
	out_cell(o, "mem", "%s", a->peak[AIOS_RESOURCE_MEMORY] ? mem : "-");
}

/* What has no column is for programs. */
static void rest_data(struct out *o, const struct aios_attempt *a)
{
	char hash[20];

	out_data_u64(o, "group", a->group);
	out_data_u64(o, "uid", a->uid);
	out_data_u64(o, "gid", a->gid);
	out_data_u64(o, "code", a->code);
	out_data_u64(o, "retried", a->retried);
	out_data_u64(o, "nr_queued", a->nr_queued);
	out_data_u64(o, "nr_running", a->nr_running);
	/* JSON's numbers lose the last digits of so large ones in some readers. */
	snprintf(hash, sizeof(hash), "%016" PRIx64, (uint64_t)a->command);
	out_data_string(o, "command", hash);
	snprintf(hash, sizeof(hash), "%016" PRIx64, (uint64_t)a->shape);
	out_data_string(o, "shape", hash);
	out_data_u64(o, "suspended_duration_ns", a->suspended_duration_ns);
	out_data_u64(o, "cpu_duration_ns", a->cpu_duration_ns);
	out_data_u64(o, "expected_runtime_ns", a->expected_runtime_ns);
	out_data_u64(o, "max_runtime_ns", a->max_runtime_ns);
	out_data_u64(o, "predicted_low_duration_ns", a->predicted_low_duration_ns);
	out_data_u64(o, "predicted_high_duration_ns", a->predicted_high_duration_ns);
	out_data_u64(o, "predicted_most_duration_ns", a->predicted_most_duration_ns);
	out_hidden_array_begin(o, "features");
	for (uint32_t i = 0; i < a->nr_features && i < AIOS_FEATURES_MAX; i++)
		out_s64(o, NULL, a->features[i]);
	out_hidden_end(o);
	show_amounts(o, NULL, &(struct show_amounts){
		.mask = a->resource_mask,
		.request = a->request,
		.limit = a->limit,
		.peak = a->peak,
	});
}

static void attempt_row(struct out *o, const struct aios_attempt *a)
{
	out_row_begin(o);
	out_u64(o, "number", a->number);
	out_u64(o, "job", a->job);
	out_u64(o, "attempt", a->attempt);
	out_string(o, "name", *a->name ? a->name : NULL);
	out_string(o, "user", user_name(a->uid));
	out_cell(o, "end", "%s", end_text(a->end, a->code));
	out_data_string(o, "end", aios_end_name(a->end));
	use_cells(o, a);
	submitted_cell(o, a->submit_realtime_ns);
	rest_data(o, a);
	out_row_end(o);
}

static bool is_asked_for(const struct aios_attempt *a, const uint64_t *jobs, int nr)
{
	for (int i = 0; i < nr; i++)
		if (jobs[i] == a->job)
			return true;
	return !nr;
}

static int rows_print(struct cli *cli, const uint64_t *jobs, int nr)
{
	struct aios_attempt a;
	uint64_t next = 1;
	int err;

	for (;;) {
		AIOS_INIT(&a);
		err = aios_attempt_get(cli->ctx, next, &a);
		if (err)
			return err == -ENOENT ? 0 : err;
		if (is_asked_for(&a, jobs, nr))
			attempt_row(&cli->out, &a);
		next = a.number + 1;
	}
}

static int attempts_run(struct cli *cli, int argc, char **argv)
{
	struct out_column columns[ARRAY_SIZE(attempt_columns)];
	auto_free uint64_t *jobs = NULL;
	int key, status, err, nr_jobs;
	size_t nr;

	status = columns_parse(cli, DEFAULT_COLUMNS, attempt_columns,
			       ARRAY_SIZE(attempt_columns), columns, &nr);
	while (!status && (key = cli_getopt(cli, argc, argv)) != -1) {
		if (key == KEY_COLUMNS)
			status = columns_parse(cli, optarg, attempt_columns,
					       ARRAY_SIZE(attempt_columns), columns, &nr);
		else if (key == KEY_NO_HEADER)
			cli->out.no_header = true;
		else
			status = CLI_USAGE;
	}
	nr_jobs = status ? 0 : argc - optind;
	jobs = xcalloc((size_t)nr_jobs + 1, sizeof(*jobs));
	for (int i = 0; i < nr_jobs && !status; i++)
		status = cli_parse_job(cli, argv[optind + i], &jobs[i]);
	if (!status)
		status = cli_connect(cli);
	if (status)
		return status;
	cli_open(cli);
	out_table_begin(&cli->out, "attempts", NULL, columns, nr);
	out_table_fit(&cli->out, "user,wait,cpus,mem", "--columns chooses");
	err = rows_print(cli, jobs, nr_jobs);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the attempts");
	out_table_end(&cli->out);
	return cli_close(cli);
}

const struct cli_command attempts_command = {
	.name = "attempts",
	.args = "[JOB]...",
	.summary = "list what became of attempts, beside what was predicted",
	.help = "List the attempts that are over, the oldest first, as far as the kernel keeps them: some hundred of each user, of jobs that you may see. Each has how it ended, how long it waited and ran, what was predicted, how many CPUs it used on average and its peak of memory. With --json each has all that is recorded.",
	.options = attempts_options,
	.values = attempts_values,
	.run = attempts_run,
};
