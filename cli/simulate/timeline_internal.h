/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two kinds of timeline share.
 */
#ifndef AIOSCTL_SIMULATE_TIMELINE_INTERNAL_H
#define AIOSCTL_SIMULATE_TIMELINE_INTERNAL_H

#include <stdio.h>

#include "simulate/timeline.h"

/* A writer says how one kind of file is written; each function may be NULL. */
struct timeline_ops {
	const char *suffix;
	void *(*begin)(struct timeline *t);
	/* the state was t->state from @from to @to */
	void (*state)(struct timeline *t, uint64_t from, uint64_t to);
	void (*started)(struct timeline *t, const struct trace_job *job,
			struct timeline_job *mine);
	/* a stretch of service, or of suspension, that began at mine->since_ns */
	void (*stretch)(struct timeline *t, const struct trace_job *job,
			const struct timeline_job *mine, const char *what);
	void (*left)(struct timeline *t, const struct trace_job *job,
		     struct timeline_job *mine);
	void (*rejected)(struct timeline *t, const struct trace_job *job);
	void (*end)(struct timeline *t);
};

struct timeline {
	const struct timeline_ops *ops;
	struct timeline_setup setup;
	FILE *file;
	bool begun;		/* something has happened */
	uint64_t begin_ns;	/* the first event: time 0 of what is written */
	uint64_t now;
	struct timeline_state state;
	void *data;		/* of the kind */
};

extern const struct timeline_ops timeline_json;
extern const struct timeline_ops timeline_svg;

/*
 * This returns when a drain ends in what is written, since the begin; 0: it does not
 * begin in it.
 */
uint64_t timeline_drain_end(const struct timeline *t, size_t i);

#endif /* AIOSCTL_SIMULATE_TIMELINE_INTERNAL_H */
