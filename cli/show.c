// SPDX-License-Identifier: GPL-2.0
/*
 * show: all there is to know of a job.
 */
#include <inttypes.h>

#include "base/commands.h"
#include "machine/job.h"
#include "print/show.h"
#include "print/when.h"
#include "spool/spool.h"
#include "start/retry.h"

#define CGROUP_PATH_ROOM 4096

struct job_texts {
	char name[AIOS_NAME_MAX + 1];
	char group[AIOS_PATH_MAX + 1];
	char cgroup[CGROUP_PATH_ROOM];
	char gang[AIOS_NAME_MAX + 1];
	struct aios_depend depends[AIOS_DEPENDS_MAX];
};

static void optional_string(struct out *o, const char *key, const char *value)
{
	out_string(o, key, *value ? value : NULL);
}

static void optional_duration(struct out *o, const char *key, uint64_t ns)
{
	if (ns)
		show_duration(o, key, ns);
	else
		out_null(o, key, NULL);
}

static void flags_print(struct out *o, uint32_t flags)
{
	out_hidden_array_begin(o, "flags");
	for (uint32_t bit = 0; aios_job_flag_name(bit); bit++)
		if (flags & 1U << bit)
			out_string(o, NULL, aios_job_flag_name(bit));
	out_hidden_end(o);
	for (uint32_t bit = 0; aios_job_flag_name(bit); bit++)
		if (flags & 1U << bit)
			out_cell(o, aios_job_flag_name(bit), "yes");
}

static void times_print(struct out *o, const struct aios_stat *s)
{
	uint64_t now = monotonic_ns();
	uint64_t admitted = s->admit_ns ?: s->end_ns ?: now;

	show_time(o, "submit_ns", s->submit_ns);
	show_time(o, "admit_ns", s->admit_ns);
	show_time(o, "start_ns", s->start_ns);
	show_time(o, "end_ns", s->end_ns);
	show_time(o, "deadline_ns", s->deadline_ns);
	show_time(o, "begin_ns", s->begin_ns);
	show_duration(o, "wait_duration_ns", admitted - s->submit_ns);
	optional_duration(o, "run_duration_ns", s->start_ns ?
			  (s->end_ns ?: now) - s->start_ns : 0);
	optional_duration(o, "expected_runtime_ns", s->expected_runtime_ns);
	optional_duration(o, "max_runtime_ns", s->max_runtime_ns);
	show_time(o, "stop_ns", s->stop_ns);
	show_runtimes(o, s);
	optional_duration(o, "suspended_duration_ns", s->suspended_duration_ns);
	optional_duration(o, "cpu_duration_ns", s->cpu_duration_ns);
	optional_duration(o, "throttled_duration_ns", s->throttled_duration_ns);
}

static void devices_print(struct out *o, const struct aios_stat *s)
{
	static const struct out_column columns[] = {
		{ "device", "DEVICE", true },
		{ "milli", "SHARE", true },
		{ "memory", "MEM", true },
		{ "memory_used", "USED", true },
	};
	uint32_t nr = s->nr_devices < AIOS_JOB_DEVICES_MAX ? s->nr_devices :
							       AIOS_JOB_DEVICES_MAX;

	if (!nr && !o->json)
		return;
	out_table_begin(o, "devices", "Devices", columns, ARRAY_SIZE(columns));
	for (uint32_t i = 0; i < nr; i++) {
		const struct aios_job_device *d = &s->devices[i];

		out_row_begin(o);
		out_u64(o, "device", d->id);
		show_amount(o, "milli", AIOS_RESOURCE_GPU, d->milli);
		show_amount(o, "memory", AIOS_RESOURCE_GPU_MEMORY, d->memory);
		show_amount(o, "memory_used", AIOS_RESOURCE_GPU_MEMORY,
			    d->memory_used);
		out_row_end(o);
	}
	out_table_end(o);
}

static void depends_print(struct out *o, const struct aios_stat *s,
			  const struct aios_depend *depends)
{
	static const struct out_column columns[] = {
		{ "job", "JOB", true },
		{ "kind", "WAITS UNTIL", false },
	};

	if (!s->nr_depends && !o->json)
		return;
	out_table_begin(o, "depends", "Waits for", columns, ARRAY_SIZE(columns));
	for (uint32_t i = 0; i < s->nr_depends && i < AIOS_DEPENDS_MAX; i++) {
		out_row_begin(o);
		if (depends[i].job)
			out_u64(o, "job", depends[i].job);
		else
			out_number(o, "job", 0, "-");
		out_string(o, "kind", aios_depend_name(depends[i].kind) ?: "unknown");
		out_row_end(o);
	}
	out_table_end(o);
}

/* What only submit knew: where it was given from here, and not before the module was loaded. */
static void record_print(struct out *o, const struct aios_stat *s)
{
	auto_free char *command = NULL;
	struct spool_record r;

	if (spool_read(s->id, &r) || (r.submit_ns && r.submit_ns != s->submit_ns)) {
		out_null(o, "command", NULL);
		out_null(o, "directory", NULL);
		out_null(o, "output", NULL);
		out_null(o, "error_output", NULL);
		out_null(o, "array", NULL);
		out_null(o, "array_index", NULL);
		return;
	}
	command = shell_text(r.argv);
	out_cell(o, "command", "%s", command);
	out_hidden_array_begin(o, "command");
	for (char **word = r.argv; *word; word++)
		out_string(o, NULL, *word);
	out_hidden_end(o);
	out_string(o, "directory", r.directory);
	out_string(o, "output", r.output);
	if (r.error)
		out_string(o, "error_output", r.error);
	else
		out_null(o, "error_output", NULL);
	if (r.array) {
		out_u64(o, "array", r.array);
		out_u64(o, "array_index", r.index);
	} else {
		out_null(o, "array", NULL);
		out_null(o, "array_index", NULL);
	}
	spool_free(&r);
}

static void stat_print(struct cli *cli, const struct aios_stat *s,
		       const struct job_texts *texts)
{
	struct out *o = &cli->out;

	out_u64(o, "id", s->id);
	optional_string(o, "name", texts->name);
	optional_string(o, "group", texts->group);
	show_state(o, s->state);
	if (s->position)
		out_u64(o, "position", s->position);
	else
		out_null(o, "position", NULL);
	show_why(&cli->out, cli->ctx, "why", &s->why);
	if (s->end) {
		out_cell(o, "end", "%s", end_text(s->end, s->code));
		out_data_string(o, "end", aios_end_name(s->end));
		out_data_u64(o, "code", s->code);
	}
	out_string(o, "user", user_name(s->uid));
	out_data_u64(o, "uid", s->uid);
	out_data_u64(o, "gid", s->gid);
	if (s->pid)
		out_s64(o, "pid", s->pid);
	else
		out_null(o, "pid", NULL);
	out_s64(o, "priority", s->priority);
	out_u64(o, "weight", s->weight);
	flags_print(o, s->flags);
	optional_string(o, "cgroup", texts->cgroup);
	record_print(o, s);
	optional_string(o, "gang", texts->gang);
	if (s->gang_size)
		out_u64(o, "gang_size", s->gang_size);
	else
		out_null(o, "gang_size", NULL);
	show_retry(o, s);
	out_data_u64(o, "epoch", s->epoch);
	times_print(o, s);
	show_amounts(o, "Resources", &(struct show_amounts){
		.mask = s->resource_mask,
		.request = s->request,
		.limit = s->limit,
		.grant = s->grant,
		.use = s->use,
		.peak = s->peak,
		.how = s->how,
	});
	devices_print(o, s);
	depends_print(o, s, texts->depends);
}

static int show_print(struct cli *cli, struct aios_job *job, void *data)
{
	struct job_texts texts = { 0 };
	struct aios_stat stat;
	int err;

	(void)data;
	AIOS_INIT(&stat);
	aios_stat_set_buffers(&stat, texts.name, sizeof(texts.name),
			      texts.group, sizeof(texts.group),
			      texts.cgroup, sizeof(texts.cgroup));
	stat.gang = aios_pointer(texts.gang);
	stat.gang_room = sizeof(texts.gang);
	aios_stat_set_depends(&stat, texts.depends, AIOS_DEPENDS_MAX);
	err = aios_job_stat(job, &stat);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read job %" PRIu64,
				aios_job_id(job));
	out_record_begin(&cli->out, NULL, NULL);
	stat_print(cli, &stat, &texts);
	out_record_end(&cli->out);
	return CLI_OK;
}

static int show_run(struct cli *cli, int argc, char **argv)
{
	return job_each_print(cli, argc, argv, show_print);
}

const struct cli_command show_command = {
	.name = "show",
	.args = "JOB...",
	.summary = "show all about a job",
	.run = show_run,
};
