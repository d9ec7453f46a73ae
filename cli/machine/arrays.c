// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays as lines of a table: see arrays.h.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/arrays.h"
#include "spool/ranges.h"
#include "spool/spool.h"

struct folded {
	const struct aios_record *first;	/* of its jobs that are listed */
	struct spool_record record;		/* of that one */
	uint64_t *members;
	size_t nr_members;
	size_t nr_jobs;				/* with those of it that run again */
	size_t in_state[AIOS_STATE_CANCELLED + 1];
};

struct arrays {
	struct folded *all;
	size_t nr;
};

static struct folded *array_of(struct arrays *arrays, uint64_t id)
{
	for (size_t i = 0; i < arrays->nr; i++)
		for (size_t m = 0; m < arrays->all[i].nr_members; m++)
			if (arrays->all[i].members[m] == id)
				return &arrays->all[i];
	return NULL;
}

static struct folded *array_of_id(struct arrays *arrays, uint64_t id)
{
	for (size_t i = 0; i < arrays->nr; i++)
		if (arrays->all[i].record.array == id)
			return &arrays->all[i];
	return NULL;
}

/* The job is no known member: its record tells of another array, of none, or of a rerun. */
static struct folded *array_read(struct arrays *arrays, const struct aios_record *job)
{
	struct folded f = { .first = job }, *known;

	/* The records are the caller's own, and ids begin anew with the module. */
	if (job->uid != geteuid() || spool_read(job->job, &f.record))
		return NULL;
	if (!f.record.members ||
	    (f.record.submit_ns && f.record.submit_ns != job->submit_ns) ||
	    ranges_parse(f.record.members, SPOOL_MAX, &f.members, &f.nr_members)) {
		spool_free(&f.record);
		return NULL;
	}
	known = array_of_id(arrays, f.record.array);
	if (known) {
		known->nr_jobs++;
		spool_free(&f.record);
		free(f.members);
		return known;
	}
	f.nr_jobs = f.nr_members;
	arrays->all = xrealloc(arrays->all, (arrays->nr + 1) * sizeof(*arrays->all));
	arrays->all[arrays->nr] = f;
	return &arrays->all[arrays->nr++];
}

static void job_count(struct arrays *arrays, const struct aios_record *job)
{
	struct folded *f = array_of(arrays, job->job) ?: array_read(arrays, job);

	if (f && job->state < ARRAY_SIZE(f->in_state))
		f->in_state[job->state]++;
}

static bool is_live(const struct folded *f)
{
	for (size_t state = 0; state < ARRAY_SIZE(f->in_state); state++)
		if (JOBLIST_LIVE & 1U << state && f->in_state[state])
			return true;
	return false;
}

static void array_row(struct out *o, const struct folded *f)
{
	out_row_begin(o);
	out_u64(o, "id", f->record.array);
	out_string(o, "name", f->record.name);
	out_string(o, "group", f->first->path);
	out_u64(o, "jobs", f->nr_jobs);
	out_u64(o, "queued", f->in_state[AIOS_STATE_QUEUED]);
	out_u64(o, "running", f->in_state[AIOS_STATE_ADMITTED] + f->in_state[AIOS_STATE_RUNNING]);
	out_u64(o, "suspended", f->in_state[AIOS_STATE_SUSPENDED]);
	out_u64(o, "done", f->in_state[AIOS_STATE_DONE]);
	out_u64(o, "failed", f->in_state[AIOS_STATE_FAILED]);
	out_u64(o, "cancelled", f->in_state[AIOS_STATE_CANCELLED]);
	out_data_string(o, "members", f->record.members);
	out_row_end(o);
}

int arrays_print(struct cli *cli, const struct joblist *jobs, bool all)
{
	static const struct out_column columns[] = {
		{ "id", "ARRAY", true },
		{ "name", "NAME", false },
		{ "group", "GROUP", false },
		{ "jobs", "JOBS", true },
		{ "queued", "QUEUED", true },
		{ "running", "RUNNING", true },
		{ "suspended", "SUSPENDED", true },
		{ "done", "DONE", true },
		{ "failed", "FAILED", true },
		{ "cancelled", "CANCELLED", true },
	};
	struct out *o = &cli->out;
	struct arrays arrays = { 0 };

	for (size_t i = 0; i < jobs->nr; i++)
		job_count(&arrays, &jobs->jobs[i]);
	cli_open(cli);
	out_table_begin(o, "arrays", NULL, columns, ARRAY_SIZE(columns));
	out_table_fit(o, "suspended,cancelled,group,done", "a file or a pipe gets all");
	for (size_t i = 0; i < arrays.nr; i++) {
		if (all || is_live(&arrays.all[i]))
			array_row(o, &arrays.all[i]);
		spool_free(&arrays.all[i].record);
		free(arrays.all[i].members);
	}
	out_table_end(o);
	free(arrays.all);
	return cli_close(cli);
}

uint64_t array_number(uint64_t job, uint32_t uid)
{
	struct spool_record record;
	uint64_t array;

	/* The records are the caller's own. */
	if (uid != geteuid() || spool_read(job, &record))
		return 0;
	array = record.members ? record.array : 0;
	spool_free(&record);
	return array;
}
