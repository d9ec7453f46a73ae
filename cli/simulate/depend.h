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

/* All zero is empty. */
struct sim_depends {
	struct idmap jobs;
};

/* @job arrives: let it wait for whom @trace says, and be known to later ones. */
void depends_arrive(struct sim_depends *depends, struct aios_replay *replay,
		    const struct trace *trace, const struct trace_job *what,
		    struct aios_replay_job *job);
/* It has ended, and waits for nobody. */
void depends_end(struct sim_depends *depends, const struct trace_job *what,
		 struct aios_replay_job *job);
void depends_free(struct sim_depends *depends);

#endif /* AIOSCTL_SIMULATE_DEPEND_H */
