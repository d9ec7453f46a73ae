// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of a protocol: see workload.h. They are those under which numbers
 * were published: Zhang et al., "RLScheduler", SC 2020 (p1), and Gaussier et
 * al., "Improving Backfilling by using Machine Learning to predict Running
 * Times", SC 2015 (p2).
 */
#include <string.h>

#include "print/util.h"
#include "print/when.h"
#include "simulate/workload.h"

/* What is sorted is held in memory: about 100 bytes a row. */
#define SORT_ROWS	(UINT64_C(1) << 20)

/* RLScheduler has this for jobs whose run time is not known. */
#define P1_RUN_NS	(10 * NSEC_PER_SEC)

static int fail(struct workload *w)
{
	free(w->error);
	w->error = xstrdup(w->trace->error);
	return -1;
}

static bool sized(const struct trace_job *job)
{
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (job->amount[r])
			return true;
	return false;
}

/* This tells whether a job is clean where the trace itself does not say. */
static bool clean(const struct workload *w, const struct trace_job *job)
{
	if (trace_has(w->trace, TRACE_CLEAN))
		return job->clean;
	if (!job->run_ns || !sized(job) || (w->requests && !job->request_ns))
		return false;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (trace_tells(w->trace, r) &&
		    job->amount[r] > w->rules.capacity[r])
			return false;
	return true;
}

/* This tells whether a job takes part. */
static bool takes_part(struct workload *w, const struct trace_job *job)
{
	switch (w->rules.protocol) {
	case PROTOCOL_P1:
		return (!job->run_known || job->run_ns) && sized(job);
	case PROTOCOL_P2:
		return job->run_known && clean(w, job);
	default:
		return job->run_known && sized(job);
	}
}

/* The rules give a job its run time and request. */
static void settle(const struct workload *w, struct trace_job *job)
{
	bool none = !job->request_ns;

	if (!job->run_known)
		job->run_ns = P1_RUN_NS;
	/* A request of no time at all is the least there is, not an unknown one. */
	if (w->rules.protocol == PROTOCOL_P1 && job->request_known)
		job->request_ns += none;
	else if (none && (w->rules.protocol == PROTOCOL_P1 ||
			  (w->rules.protocol == PROTOCOL_P2 && w->trace->swf)))
		job->request_ns = job->run_ns;
	if (w->rules.protocol != PROTOCOL_P1 && !none &&
	    job->run_ns > job->request_ns)
		job->run_ns = job->request_ns;
}

/* --------------------------------------------------------------- in memory */

static int by_number(const void *a, const void *b)
{
	const struct trace_job *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static int by_arrival(const void *a, const void *b)
{
	const struct trace_job *x = a, *y = b;

	if (x->submit_ns != y->submit_ns)
		return x->submit_ns < y->submit_ns ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* This reads a row of the trace, whether it takes part or not; it returns 1, 0 or -1. */
static int row_next(struct workload *w, struct trace_job *job)
{
	if (w->rules.rows && w->trace->row >= w->rules.rows)
		return 0;
	return trace_next(w->trace, job);
}

static int load_sorted(struct workload *w, uint64_t rows,
		       int (*compare)(const void *a, const void *b))
{
	uint64_t n = 0;
	int more;

	w->jobs = xcalloc(rows ?: 1, sizeof(*w->jobs));
	if (trace_rewind(w->trace))
		return fail(w);
	while ((more = row_next(w, &w->jobs[n])) > 0 && ++n < rows)
		;
	if (more < 0)
		return fail(w);
	qsort(w->jobs, n, sizeof(*w->jobs), compare);
	w->seen = n;
	return 0;
}

/* ------------------------------------------------------------------- scan */

struct scan {
	uint64_t rows;
	uint64_t latest_ns;
	uint64_t latest_line;
	uint64_t early_line;	/* the first that comes too early, 0: none */
	double work[TRACE_NR_RESOURCES]; /* amount times seconds */
};

/* This adds all that can be said of a row before it is known whether it takes part. */
static int scan_once(struct workload *w, struct scan *scan)
{
	struct trace_job job;
	int more;

	*scan = (struct scan){ 0 };
	w->requests = false;
	while ((more = row_next(w, &job)) > 0) {
		scan->rows++;
		w->requests |= !!job.request_ns;
		if (job.submit_ns < scan->latest_ns && !scan->early_line)
			scan->early_line = job.line;
		if (job.submit_ns >= scan->latest_ns && !scan->early_line) {
			scan->latest_ns = job.submit_ns;
			scan->latest_line = job.line;
		}
	}
	return more < 0 ? fail(w) : 0;
}

static int scan_rows(struct workload *w, struct scan *scan)
{
	if (scan_once(w, scan))
		return -1;
	while (trace_unsettled(w->trace))
		if (trace_rewind(w->trace) || scan_once(w, scan))
			return fail(w);
	memcpy(w->odd, w->trace->odd, sizeof(w->odd));
	return 0;
}

static int put_in_order(struct workload *w, const struct scan *scan)
{
	bool p1 = w->rules.protocol == PROTOCOL_P1;

	if (!p1 && !scan->early_line)
		return 0;
	if (scan->rows > SORT_ROWS) {
		trace_fail(w->trace, scan->early_line, "%llu rows are too many to be put in order in memory (line %llu is later than this one): sort them by %s first",
			   (unsigned long long)scan->rows,
			   (unsigned long long)scan->latest_line,
			   p1 ? "job number" : "submit time");
		return fail(w);
	}
	w->sorted = !!scan->early_line && !p1;
	return load_sorted(w, scan->rows, p1 ? by_number : by_arrival);
}

static void scan_job(struct workload *w, struct scan *scan,
		     const struct trace_job *job)
{
	bool fits = true;

	if (!w->nr_jobs++)
		w->first_ns = job->submit_ns;
	w->last_ns = job->submit_ns;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++) {
		if (job->amount[r] > w->largest[r])
			w->largest[r] = job->amount[r];
		fits &= job->amount[r] <= w->rules.capacity[r];
	}
	/* What never runs offers no work. */
	for (int r = 0; fits && r < TRACE_NR_RESOURCES; r++)
		scan->work[r] += (double)job->amount[r] *
				 ((double)job->run_ns / NSEC_PER_SEC);
}

/*
 * The load is the work that arrives beside what the machine can do, of its scarcest
 * resource.
 */
static double load_of(const struct workload *w, const struct scan *scan)
{
	double span = (double)(w->last_ns - w->first_ns) / NSEC_PER_SEC;
	double load = 0;

	for (int r = 0; span > 0 && r < TRACE_NR_RESOURCES; r++) {
		double of;

		if (w->rules.capacity[r] == UINT64_MAX || !w->rules.capacity[r])
			continue;
		of = scan->work[r] / ((double)w->rules.capacity[r] * span);
		load = of > load ? of : load;
	}
	return load;
}

static int set_load(struct workload *w, const struct scan *scan)
{
	double last;

	w->stretch = 1;
	w->load = load_of(w, scan);
	if (!w->rules.load)
		return 0;
	if (w->load <= 0) {
		trace_fail(w->trace, 0, "its offered load is 0 or unknown (all jobs come at once, or nothing bounds what they take): --load cannot rescale it");
		return fail(w);
	}
	w->stretch = w->load / w->rules.load;
	last = (double)w->first_ns +
	       (double)(w->last_ns - w->first_ns) * w->stretch;
	if (last < (double)TRACE_TIME_MAX / 2)
		return 0;
	trace_fail(w->trace, 0, "a load of %g puts its arrivals beyond what a time can be",
		   w->rules.load);
	return fail(w);
}

int workload_scan(struct workload *w)
{
	static const struct window all;
	struct scan scan = { 0 };
	struct trace_job job;
	int more;

	w->stretch = 1;
	if (w->trace->error)
		return fail(w);
	if (scan_rows(w, &scan) || put_in_order(w, &scan) ||
	    workload_begin(w, &all))
		return -1;
	w->checking = trace_depends(w->trace);
	while ((more = workload_next(w, &job)) > 0)
		scan_job(w, &scan, &job);
	w->checking = false;
	idmap_free(&w->lines);
	if (more < 0)
		return -1;
	w->nr_left_out = scan.rows - w->nr_jobs + w->odd[TRACE_ODD_PART].nr;
	w->nr_unknown = w->unknown;
	if (w->nr_jobs)
		return set_load(w, &scan);
	trace_fail(w->trace, 0, "there is no job in it%s",
		   scan.rows ? " that takes part" : "");
	return fail(w);
}

/* ------------------------------------------------------------------ replay */

/* This reads the next row from wherever they come; it returns 1, 0 or -1. */
static int job_next(struct workload *w, struct trace_job *job)
{
	if (!w->jobs)
		return row_next(w, job);
	if (w->at == w->seen)
		return 0;
	*job = w->jobs[w->at++];
	return 1;
}

/* Those that a job waits for came before it, and no two are the same. */
static int depends_check(struct workload *w, const struct trace_job *job)
{
	const struct trace *t = w->trace;
	uint64_t *line;

	for (uint32_t i = 0; i < job->nr_depends; i++) {
		const struct trace_depend *depend = &t->depends[job->depends + i];

		if (idmap_find(&w->lines, depend->id))
			continue;
		trace_fail(w->trace, job->line, "job %llu waits for job %llu, and no such job comes before it",
			   (unsigned long long)job->id, (unsigned long long)depend->id);
		return fail(w);
	}
	line = idmap_add(&w->lines, job->id);
	if (*line) {
		trace_fail(w->trace, job->line, "there is a job %llu in line %llu already: which one others wait for cannot be told",
			   (unsigned long long)job->id, (unsigned long long)*line);
		return fail(w);
	}
	*line = job->line;
	return 0;
}

/* This finds the next job that takes part, by its number among these. */
static int part_next(struct workload *w, struct trace_job *job)
{
	int more;

	while ((more = job_next(w, job)) > 0) {
		if (w->checking && depends_check(w, job))
			return -1;
		if (takes_part(w, job))
			return 1;
		w->unknown += !job->run_known || !sized(job);
	}
	return more < 0 ? fail(w) : 0;
}

int workload_begin(struct workload *w, const struct window *window)
{
	struct trace_job job;

	w->at = 0;
	w->unknown = 0;
	w->window = *window;
	if (!w->jobs && trace_rewind(w->trace))
		return fail(w);
	if (w->nr_jobs && (window->start >= w->nr_jobs ||
			   window->count > w->nr_jobs - window->start)) {
		trace_fail(w->trace, 0, "the window %llu:%llu goes beyond its %llu jobs",
			   (unsigned long long)window->start,
			   (unsigned long long)window->count,
			   (unsigned long long)w->nr_jobs);
		return fail(w);
	}
	for (uint64_t i = 0; i < window->start; i++)
		if (part_next(w, &job) <= 0)
			return -1;
	w->window.count = window->count ?: UINT64_MAX;
	return 0;
}

int workload_next(struct workload *w, struct trace_job *job)
{
	int more;

	if (!w->window.count)
		return 0;
	more = part_next(w, job);
	if (more <= 0)
		return more;
	w->window.count--;
	settle(w, job);
	if (w->stretch != 1)
		job->submit_ns = w->first_ns +
			(uint64_t)((double)(job->submit_ns - w->first_ns) * w->stretch);
	return 1;
}

void workload_free(struct workload *w)
{
	trace_close(w->trace);
	free(w->jobs);
	idmap_free(&w->lines);
	free(w->error);
	*w = (struct workload){ 0 };
}
