// SPDX-License-Identifier: GPL-2.0
/*
 * FIFO with EASY backfilling by arrays: see simple.h. The method is that of Mu'alem
 * and Feitelson, IEEE TPDS 12(6), 2001, section 2.2.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "simple.h"

struct simple {
	struct simple_job *job;
	size_t nr;
	size_t arrived;
	uint64_t free;
	struct simple_job **queue;
	struct simple_job **running;
	size_t nr_queued, nr_running;
	size_t queue_room, running_room;
};

static void append(struct simple_job ***array, size_t *nr, size_t *room,
		   struct simple_job *job)
{
	if (*nr == *room) {
		*room = *room ? 2 * *room : 64;
		*array = reallocarray(*array, *room, sizeof(**array));
		if (!*array)
			die("out of memory");
	}
	(*array)[(*nr)++] = job;
}

static uint64_t ends(const struct simple_job *job)
{
	return job->start_ns + job->run_ns;
}

static uint64_t expected_to_end(const struct simple_job *job)
{
	return job->start_ns + job->expected_ns;
}

static int by_expected_end(const void *a, const void *b)
{
	uint64_t x = expected_to_end(*(struct simple_job *const *)a);
	uint64_t y = expected_to_end(*(struct simple_job *const *)b);

	return x < y ? -1 : x > y;
}

static void start(struct simple *s, struct simple_job *job, uint64_t now)
{
	job->start_ns = now;
	s->free -= job->procs;
	append(&s->running, &s->nr_running, &s->running_room, job);
}

/* When the head starts at the latest, and what is free beside it then. */
static uint64_t reserve(struct simple *s, const struct simple_job *head, uint64_t *extra)
{
	uint64_t free = s->free, shadow = 0;
	size_t i = 0;

	qsort(s->running, s->nr_running, sizeof(*s->running), by_expected_end);
	while (free < head->procs) {
		shadow = expected_to_end(s->running[i]);
		while (i < s->nr_running && expected_to_end(s->running[i]) == shadow)
			free += s->running[i++]->procs;
	}
	*extra = free - head->procs;
	return shadow;
}

static void schedule(struct simple *s, uint64_t now)
{
	uint64_t shadow, extra;
	size_t i, kept = 1, first = 0;

	while (first < s->nr_queued && s->queue[first]->procs <= s->free)
		start(s, s->queue[first++], now);
	s->nr_queued -= first;
	memmove(s->queue, s->queue + first, s->nr_queued * sizeof(*s->queue));
	if (s->nr_queued < 2)
		return;
	shadow = reserve(s, s->queue[0], &extra);
	for (i = 1; i < s->nr_queued; i++) {
		struct simple_job *job = s->queue[i];
		bool brief = now + job->expected_ns <= shadow;

		if (job->procs > s->free || (!brief && job->procs > extra)) {
			s->queue[kept++] = job;
			continue;
		}
		if (!brief)
			extra -= job->procs;
		start(s, job, now);
	}
	s->nr_queued = kept;
}

/* The next instant at which something happens. */
static uint64_t next_time(const struct simple *s)
{
	uint64_t next = s->arrived < s->nr ? s->job[s->arrived].submit_ns : UINT64_MAX;

	for (size_t i = 0; i < s->nr_running; i++)
		if (ends(s->running[i]) < next)
			next = ends(s->running[i]);
	return next;
}

static void end_all(struct simple *s, uint64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->nr_running; i++) {
		if (ends(s->running[i]) > now)
			s->running[kept++] = s->running[i];
		else
			s->free += s->running[i]->procs;
	}
	s->nr_running = kept;
}

size_t simple_replay(struct simple_job *job, size_t nr, uint64_t procs)
{
	struct simple s = { .job = job, .nr = nr, .free = procs };
	uint64_t now;

	while ((now = next_time(&s)) != UINT64_MAX) {
		end_all(&s, now);
		while (s.arrived < nr && job[s.arrived].submit_ns <= now)
			append(&s.queue, &s.nr_queued, &s.queue_room,
			       &job[s.arrived++]);
		schedule(&s, now);
	}
	free(s.queue);
	free(s.running);
	return (s.queue_room + s.running_room) * sizeof(*s.queue);
}
