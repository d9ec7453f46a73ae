/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Jobs of a replay that wait for others: who of them is there, and how those have
 * ended who are not. Who takes no part has ended with success before all others.
 */
#ifndef AIOSCTL_SIMULATE_DEPEND_H
#define AIOSCTL_SIMULATE_DEPEND_H

#include <core/replay/replay.h>

#include "simulate/idmap.h"
#include "simulate/trace_read.h"

/* One that is all zero is empty. */
struct sim_depends {
	struct idmap jobs;
};

/*
 * When @job arrives, this lets it wait for whom @trace says, and makes it known to
 * later ones.
 */
void depends_arrive(struct sim_depends *depends, struct aios_replay *replay,
		    const struct trace *trace, const struct trace_job *what,
		    struct aios_replay_job *job);
/* This tells that it has ended and waits for nobody. */
void depends_end(struct sim_depends *depends, const struct trace_job *what,
		 struct aios_replay_job *job);
void depends_free(struct sim_depends *depends);

#endif /* AIOSCTL_SIMULATE_DEPEND_H */
