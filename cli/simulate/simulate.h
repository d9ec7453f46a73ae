/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A replay of a workload and what is measured of it: the parts of aiosctl
 * simulate, which the engine itself, as the module has it, decides.
 */
#ifndef AIOSCTL_SIMULATE_SIMULATE_H
#define AIOSCTL_SIMULATE_SIMULATE_H

#include <linux/aios.h>

#include "simulate/predict.h"
#include "simulate/stats.h"
#include "simulate/timeline.h"
#include "simulate/workload.h"

struct aios_network;

/* These are the run times that the engine can be told of. */
enum sim_runtimes {
	SIM_REQUESTED,
	SIM_TRUE,
	SIM_PREDICTED,
	SIM_TREE,
	SIM_SVM,
	SIM_BEST,
};

/* This tells whether a kind is learnt by the module's predictor. */
static inline bool sim_learnt(enum sim_runtimes kind)
{
	return kind >= SIM_TREE;
}

struct sim_machine {
	uint64_t capacity[TRACE_NR_RESOURCES]; /* UINT64_MAX: not bounded */
	bool pooled;		/* accelerators are a sum, not devices */
};

/* A plan is one way to schedule. */
struct sim_policy {
	uint32_t policy;	/* AIOS_POLICY_* */
	uint32_t backfill;	/* AIOS_BACKFILL_* */
	const char *policy_name;
	const char *backfill_name;
	uint64_t quantum_ns;
};

/* A group of this kind orders its own jobs. */
struct sim_group {
	char *name;
	uint32_t policy;	/* AIOS_GROUP_INHERITS: none of its own */
	uint64_t quantum_ns;	/* 0: likewise */
};

/* These are the words of the command line for enum sim_runtimes, ended by NULL. */
extern const char * const sim_runtimes_names[];

struct sim_rules {
	bool one_by_one;	/* the rules of p1: decide after each event, block */
	enum sim_runtimes order_by; /* what jobs are expected to run */
	enum sim_runtimes reserve_by; /* what they may run at most */
	int group_by;		/* enum trace_owner, -1: one group */
	uint64_t resume_cost_ns;
	uint64_t quantum_ns;	/* 0: not given */
	uint64_t aging_ns;
	uint64_t half_life_ns;
	bool queueing;		/* measure stations */
	bool estimates;		/* of starts, and what came of them */
	const struct aios_replay_drain *drains; /* times since the first arrival */
	size_t nr_drains;
	const struct sim_group *own; /* groups with something of their own */
	size_t nr_own;
	uint32_t guard;		/* multiple in 1/AIOS_GUARD_UNIT, 0: none */
	uint64_t guard_floor_ns;
	const struct aios_network *network; /* of the learned policy, or NULL */
};

struct sim_progress {
	bool shown;		/* whether there is a terminal to show it on */
	uint64_t since_ns;	/* of this replay, monotonic; last shown */
	uint64_t last_ns;
	char *what;
	uint64_t total;		/* jobs */
	uint64_t done;
};

struct sim_input {
	struct workload *workload;
	const struct window *windows; /* each replayed from an empty machine */
	size_t nr_windows;
	struct sim_machine machine;
	struct sim_rules rules;
	struct sim_progress progress;
	struct timeline *timeline; /* or NULL */
	const struct aios_predictor *trained; /* elsewhere, or NULL */
};

/* This adds what is measured to @stats; it returns 0, or -1 with *error set. */
int sim_run(struct sim_input *input, const struct sim_policy *policy,
	    struct sim_stats *stats, char **error);

/*
 * This returns the policy at @i of all that the engine has, and its number; NULL after
 * the last.
 */
const char *sim_policy_at(unsigned int i, uint32_t *id);

void progress_begin(struct sim_progress *progress, const char *what,
		    uint64_t total);
void progress_step(struct sim_progress *progress);
void progress_end(struct sim_progress *progress);

#endif /* AIOSCTL_SIMULATE_SIMULATE_H */
