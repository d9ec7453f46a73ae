// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a replay over time: see timeline.h. The kinds of files are told
 * of each stretch of time in which it did not change, and of each job's life.
 */
#include <errno.h>
#include <string.h>

#include "print/util.h"
#include "simulate/timeline_internal.h"

static const struct timeline_ops *kind_of(const char *path)
{
	static const struct timeline_ops * const kinds[] = {
		&timeline_json,
		&timeline_svg,
	};
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t tail = strlen(kinds[i]->suffix);

		if (len > tail && !strcmp(path + len - tail, kinds[i]->suffix))
			return kinds[i];
	}
	return NULL;
}

bool timeline_known(const char *path)
{
	return kind_of(path);
}

struct timeline *timeline_open(const struct timeline_setup *setup, char **error)
{
	struct timeline *t = xcalloc(1, sizeof(*t));

	t->ops = kind_of(setup->path);
	t->setup = *setup;
	t->file = fopen(setup->path, "we");
	if (!t->file) {
		*error = xasprintf("cannot write it: %s", strerror(errno));
		free(t);
		return NULL;
	}
	t->data = t->ops->begin(t);
	return t;
}

/* Time goes on to @now before the state changes. */
static void advance(struct timeline *t, uint64_t now)
{
	if (!t->begun) {
		t->begun = true;
		t->begin_ns = now;
		t->now = now;
	}
	if (now <= t->now)
		return;
	t->ops->state(t, t->now, now);
	t->now = now;
}

static void add(uint64_t *amounts, const struct trace_job *job, int sign)
{
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		amounts[r] += sign > 0 ? job->amount[r] : 0 - job->amount[r];
}

/* What is held while a job is suspended stays in use. */
static void add_elastic(uint64_t *amounts, const struct trace_job *job, int sign)
{
	struct trace_job elastic = *job;

	elastic.amount[TRACE_MEMORY] = 0;
	add(amounts, &elastic, sign);
}

void timeline_arrival(struct timeline *t, uint64_t now,
		      const struct trace_job *job, struct timeline_job *mine)
{
	advance(t, now);
	t->state.queued++;
	add(t->state.asked, job, 1);
	mine->since_ns = now;
}

void timeline_reject(struct timeline *t, uint64_t now,
		     const struct trace_job *job, struct timeline_job *mine)
{
	advance(t, now);
	t->state.queued--;
	add(t->state.asked, job, -1);
	mine->since_ns = now;
	if (t->ops->rejected)
		t->ops->rejected(t, job);
}

void timeline_start(struct timeline *t, uint64_t now,
		    const struct trace_job *job, struct timeline_job *mine)
{
	advance(t, now);
	t->state.queued--;
	t->state.running++;
	add(t->state.asked, job, -1);
	add(t->state.used, job, 1);
	mine->since_ns = now;
	mine->start_ns = now;
	if (t->ops->started)
		t->ops->started(t, job, mine);
}

void timeline_preempt(struct timeline *t, uint64_t now,
		      const struct trace_job *job, struct timeline_job *mine)
{
	advance(t, now);
	t->state.running--;
	t->state.suspended++;
	add_elastic(t->state.used, job, -1);
	add_elastic(t->state.asked, job, 1);
	if (t->ops->stretch)
		t->ops->stretch(t, job, mine, "running");
	mine->since_ns = now;
}

void timeline_resume(struct timeline *t, uint64_t now,
		     const struct trace_job *job, struct timeline_job *mine)
{
	advance(t, now);
	t->state.suspended--;
	t->state.running++;
	add_elastic(t->state.used, job, 1);
	add_elastic(t->state.asked, job, -1);
	if (t->ops->stretch)
		t->ops->stretch(t, job, mine, "suspended");
	mine->resumes++;
	mine->since_ns = now;
}

void timeline_end(struct timeline *t, uint64_t now,
		  const struct trace_job *job, struct timeline_job *mine)
{
	advance(t, now);
	t->state.running--;
	add(t->state.used, job, -1);
	if (t->ops->stretch)
		t->ops->stretch(t, job, mine, "running");
	if (t->ops->left)
		t->ops->left(t, job, mine);
}

int timeline_close(struct timeline *t, char **error)
{
	int err;

	t->ops->end(t);
	err = ferror(t->file);
	err |= fclose(t->file);
	if (err && !*error)
		*error = xasprintf("cannot write it: %s", strerror(errno ?: EIO));
	free(t);
	return err ? -1 : 0;
}

uint64_t timeline_drain_end(const struct timeline *t, size_t i)
{
	const struct aios_replay_drain *d = &t->setup.drains[i];
	uint64_t span = t->now - t->begin_ns;

	if (d->start_ns >= span)
		return 0;
	return d->end_ns && d->end_ns < span ? d->end_ns : span;
}
