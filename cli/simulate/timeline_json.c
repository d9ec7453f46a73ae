// SPDX-License-Identifier: GPL-2.0
/*
 * A timeline in Chrome's trace event format, which Perfetto opens: a process for
 * each group of jobs, in it a thread for each job that is there at the same
 * time, slices for running and suspended, and counters of the machine. Times
 * are microseconds since the first arrival.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "print/util.h"
#include "simulate/report.h"
#include "simulate/timeline_internal.h"

#define MACHINE_PID	1

/* Lanes of a group: the least that is free is taken, so there are few. */
struct lanes {
	uint32_t *heap;		/* free ones, the least first */
	uint32_t nr_free;
	uint32_t nr;
};

struct json {
	struct lanes *lanes;	/* by group */
	uint32_t nr_groups;
	bool any;		/* an event is written */
	bool told;		/* and the state, once */
	struct timeline_state last;
};

/* -------------------------------------------------------------------- text */

static void string_put(FILE *f, const char *s)
{
	size_t len;

	fputc('"', f);
	for (; *s; s += len ?: 1) {
		len = utf8_len(s);
		if (!len)
			fputs("\\ufffd", f);
		else if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			fprintf(f, "\\u%04x", *s);
		else
			fwrite(s, 1, len, f);
	}
	fputc('"', f);
}

/* Nanoseconds are written as decimal microseconds. */
static void time_put(FILE *f, const char *key, uint64_t ns)
{
	fprintf(f, ",\"%s\":%" PRIu64 ".%03" PRIu64, key, ns / 1000, ns % 1000);
}

/* These members are in all events; the caller closes the object. */
static void event_begin(struct timeline *t, char phase, uint32_t pid,
			uint32_t tid, const char *name)
{
	struct json *j = t->data;

	fputs(j->any ? ",\n{" : "\n{", t->file);
	j->any = true;
	fprintf(t->file, "\"ph\":\"%c\",\"pid\":%u,\"tid\":%u,\"name\":", phase,
		pid, tid);
	string_put(t->file, name);
}

static void metadata(struct timeline *t, uint32_t pid, uint32_t tid,
		     const char *what, const char *name)
{
	event_begin(t, 'M', pid, tid, what);
	fputs(",\"args\":{\"name\":", t->file);
	string_put(t->file, name);
	fputs("}}", t->file);
}

static void sort_index(struct timeline *t, uint32_t pid, uint32_t tid,
		       const char *what, uint32_t index)
{
	event_begin(t, 'M', pid, tid, what);
	fprintf(t->file, ",\"args\":{\"sort_index\":%u}}", index);
}

/* ------------------------------------------------------------------- lanes */

static void lane_sift(struct lanes *l, uint32_t i)
{
	for (;;) {
		uint32_t least = i, child = 2 * i + 1, lane;

		if (child < l->nr_free && l->heap[child] < l->heap[least])
			least = child;
		if (child + 1 < l->nr_free && l->heap[child + 1] < l->heap[least])
			least = child + 1;
		if (least == i)
			return;
		lane = l->heap[i];
		l->heap[i] = l->heap[least];
		l->heap[least] = lane;
		i = least;
	}
}

static void lane_free(struct lanes *l, uint32_t lane)
{
	uint32_t i = l->nr_free++;

	/* There are never more free lanes than there are lanes. */
	while (i && l->heap[(i - 1) / 2] > lane) {
		l->heap[i] = l->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	l->heap[i] = lane;
}

/* This returns a lane from 1; *fresh says that nobody had it before. */
static uint32_t lane_new(struct lanes *l, bool *fresh)
{
	uint32_t lane;

	*fresh = !l->nr_free;
	if (*fresh) {
		l->nr++;
		l->heap = xrealloc(l->heap, l->nr * sizeof(*l->heap));
		return l->nr;
	}
	lane = l->heap[0];
	l->heap[0] = l->heap[--l->nr_free];
	lane_sift(l, 0);
	return lane;
}

static uint32_t group_of(const struct timeline *t, const struct trace_job *job)
{
	return t->setup.groups ? job->owner[t->setup.group_by] : 0;
}

static uint32_t pid_of(const struct timeline *t, const struct trace_job *job)
{
	return MACHINE_PID + 1 + group_of(t, job);
}

static struct lanes *lanes_of(struct timeline *t, const struct trace_job *job)
{
	uint32_t group = group_of(t, job);
	struct json *j = t->data;

	if (group >= j->nr_groups) {
		uint32_t nr = j->nr_groups * 2 > group ? j->nr_groups * 2 : group + 64;

		j->lanes = xrealloc(j->lanes, nr * sizeof(*j->lanes));
		memset(j->lanes + j->nr_groups, 0,
		       (nr - j->nr_groups) * sizeof(*j->lanes));
		j->nr_groups = nr;
	}
	return &j->lanes[group];
}

static void process_tell(struct timeline *t, const struct trace_job *job)
{
	uint32_t group = group_of(t, job);
	const char *word = group ? intern_word(t->setup.groups, group) : NULL;
	uint32_t pid = pid_of(t, job);
	auto_free char *name = NULL;

	if (t->setup.groups)
		name = xasprintf("jobs of %s", word ?: "whom nobody knows");
	metadata(t, pid, 0, "process_name", name ?: "jobs");
	sort_index(t, pid, 0, "process_sort_index", pid);
}

/* ------------------------------------------------------------------ events */

static void *json_begin(struct timeline *t)
{
	struct json *j = xcalloc(1, sizeof(*j));

	t->data = j;
	fputs("{\"displayTimeUnit\":\"ms\",\"otherData\":{\"title\":", t->file);
	string_put(t->file, t->setup.title);
	fputs("},\"traceEvents\":[", t->file);
	metadata(t, MACHINE_PID, 0, "process_name", "machine");
	sort_index(t, MACHINE_PID, 0, "process_sort_index", MACHINE_PID);
	return j;
}

static void counter_begin(struct timeline *t, const char *name, uint64_t at)
{
	event_begin(t, 'C', MACHINE_PID, 0, name);
	time_put(t->file, "ts", at - t->begin_ns);
	fputs(",\"args\":{", t->file);
}

/* Thousandths are shown in whole ones. */
static double unit_of(int r)
{
	return r == TRACE_MEMORY ? 1 : 1000;
}

static void resource_tell(struct timeline *t, uint64_t at, int r)
{
	uint64_t capacity = t->setup.capacity[r];
	uint64_t used = t->state.used[r];

	counter_begin(t, trace_resource_name(r), at);
	fprintf(t->file, "\"used\":%.15g,\"free\":%.15g}}", (double)used / unit_of(r),
		capacity > used ? (double)(capacity - used) / unit_of(r) : 0);
}

static void state_tell(struct timeline *t, uint64_t at)
{
	const struct timeline_state *s = &t->state;
	struct json *j = t->data;

	if (!j->told || s->queued != j->last.queued) {
		counter_begin(t, "queued jobs", at);
		fprintf(t->file, "\"jobs\":%" PRIu64 "}}", s->queued);
	}
	if (!j->told || s->running != j->last.running ||
	    s->suspended != j->last.suspended) {
		counter_begin(t, "jobs", at);
		fprintf(t->file, "\"running\":%" PRIu64 ",\"suspended\":%" PRIu64 "}}",
			s->running, s->suspended);
	}
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (t->setup.capacity[r] != UINT64_MAX &&
		    (!j->told || s->used[r] != j->last.used[r]))
			resource_tell(t, at, r);
	j->last = *s;
	j->told = true;
}

static void json_state(struct timeline *t, uint64_t from,
		       uint64_t to __attribute__((unused)))
{
	state_tell(t, from);
}

static void json_started(struct timeline *t, const struct trace_job *job,
			 struct timeline_job *mine)
{
	struct lanes *lanes = lanes_of(t, job);
	bool fresh;

	if (!lanes->nr)
		process_tell(t, job);
	mine->lane = lane_new(lanes, &fresh);
	if (!fresh)
		return;
	metadata(t, pid_of(t, job), mine->lane, "thread_name", "jobs");
	sort_index(t, pid_of(t, job), mine->lane, "thread_sort_index", mine->lane);
}

static void json_stretch(struct timeline *t, const struct trace_job *job,
			 const struct timeline_job *mine, const char *what)
{
	bool running = !strcmp(what, "running");
	auto_free char *name = NULL;

	name = xasprintf("job %" PRIu64 "%s", job->id, running ? "" : " suspended");
	event_begin(t, 'X', pid_of(t, job), mine->lane, name);
	fprintf(t->file, ",\"cat\":\"%s\"", what);
	time_put(t->file, "ts", mine->since_ns - t->begin_ns);
	time_put(t->file, "dur", t->now - mine->since_ns);
	fprintf(t->file, ",\"args\":{\"job\":%" PRIu64, job->id);
	fprintf(t->file, ",\"line\":%" PRIu64, job->line);
	fprintf(t->file, ",\"waited_s\":%.9g",
		(double)(mine->start_ns - job->submit_ns) / 1e9);
	fprintf(t->file, ",\"resumes\":%u", mine->resumes);
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (t->setup.capacity[r] != UINT64_MAX)
			fprintf(t->file, ",\"%s\":%.15g", trace_resource_name(r),
				(double)job->amount[r] / unit_of(r));
	fputs("}}", t->file);
}

static void json_left(struct timeline *t, const struct trace_job *job,
		      struct timeline_job *mine)
{
	lane_free(lanes_of(t, job), mine->lane);
}

static void json_rejected(struct timeline *t, const struct trace_job *job)
{
	auto_free char *name = xasprintf("job %" PRIu64 " rejected", job->id);

	event_begin(t, 'i', MACHINE_PID, 0, name);
	time_put(t->file, "ts", t->now - t->begin_ns);
	fputs(",\"s\":\"p\"}", t->file);
}

static void drains_tell(struct timeline *t)
{
	for (size_t i = 0; i < t->setup.nr_drains; i++) {
		uint64_t start = t->setup.drains[i].start_ns;
		uint64_t end = timeline_drain_end(t, i);

		if (!end)
			continue;
		event_begin(t, 'X', MACHINE_PID, 0, "the machine drains");
		fputs(",\"cat\":\"drain\"", t->file);
		time_put(t->file, "ts", start);
		time_put(t->file, "dur", end - start);
		fputs("}", t->file);
	}
}

static void json_end(struct timeline *t)
{
	struct json *j = t->data;

	state_tell(t, t->now);
	drains_tell(t);
	fputs("\n]}\n", t->file);
	for (uint32_t i = 0; i < j->nr_groups; i++)
		free(j->lanes[i].heap);
	free(j->lanes);
	free(j);
}

const struct timeline_ops timeline_json = {
	.suffix = ".json",
	.begin = json_begin,
	.state = json_state,
	.started = json_started,
	.stretch = json_stretch,
	.left = json_left,
	.rejected = json_rejected,
	.end = json_end,
};
