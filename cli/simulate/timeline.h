/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A replay as something to look at: trace events for Perfetto, which show each
 * job, or a picture of the machine over time.
 */
#ifndef AIOSCTL_SIMULATE_TIMELINE_H
#define AIOSCTL_SIMULATE_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/aios.h>

#include "simulate/trace_read.h"

/* The state is what the machine does at a time. */
struct timeline_state {
	uint64_t queued;	/* jobs */
	uint64_t running;
	uint64_t suspended;
	uint64_t used[TRACE_NR_RESOURCES];
	uint64_t asked[TRACE_NR_RESOURCES]; /* by those that are queued */
};

/* A job has one of these, kept by its owner and all zero at its arrival. */
struct timeline_job {
	uint32_t lane;		/* from 1; 0: none */
	uint32_t resumes;
	uint64_t since_ns;	/* of the present stretch */
	uint64_t start_ns;
};

struct timeline;

struct timeline_setup {
	const char *path;	/* of a .json or .svg to write */
	const char *title;
	const uint64_t *capacity; /* UINT64_MAX: not bounded */
	/* tracks are those of this owner's, names as it has them; may be NULL */
	const struct intern *groups;
	int group_by;
	const struct aios_replay_drain *drains; /* times since the first arrival */
	size_t nr_drains;
};

/* This tells whether the name of a file says what to write. */
bool timeline_known(const char *path);
/* This returns NULL with *error set when it cannot. */
struct timeline *timeline_open(const struct timeline_setup *setup, char **error);

void timeline_arrival(struct timeline *t, uint64_t now,
		      const struct trace_job *job, struct timeline_job *mine);
void timeline_reject(struct timeline *t, uint64_t now,
		     const struct trace_job *job, struct timeline_job *mine);
void timeline_start(struct timeline *t, uint64_t now,
		    const struct trace_job *job, struct timeline_job *mine);
void timeline_preempt(struct timeline *t, uint64_t now,
		      const struct trace_job *job, struct timeline_job *mine);
void timeline_resume(struct timeline *t, uint64_t now,
		     const struct trace_job *job, struct timeline_job *mine);
void timeline_end(struct timeline *t, uint64_t now,
		  const struct trace_job *job, struct timeline_job *mine);

/* This writes what is left; it returns 0, or -1 with *error set. */
int timeline_close(struct timeline *t, char **error);

#endif /* AIOSCTL_SIMULATE_TIMELINE_H */
