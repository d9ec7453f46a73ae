// SPDX-License-Identifier: GPL-2.0
/*
 * A job as a row of a table: what list and top show of it.
 */
#include "machine/job.h"
#include "machine/joblist.h"
#include "print/resources.h"
#include "print/show.h"
#include "print/when.h"

/* The resources are cells of the text, beside the objects that JSON has. */
static void resource_cells(struct out *o, const struct aios_record *job)
{
	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (job->mask & 1U << r && resource_column(r))
			show_grant_cell(o, resource_column(r), r, job->grant[r],
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
	show_time(o, "begin", job->begin_ns);
	out_u64(o, "attempt", job->attempt);
	out_cell(o, "end", "%s", job->end ? end_text(job->end, job->code) : "-");
	out_data_string(o, "end", job->end ? aios_end_name(job->end) : NULL);
	out_data_u64(o, "code", job->code);
	if (job->pid)
		out_s64(o, "pid", job->pid);
	else
		out_null(o, "pid", "-");
}
