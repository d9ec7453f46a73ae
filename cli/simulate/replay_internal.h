/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of a replay share: a machine of the engine's, and the jobs in it.
 */
#ifndef AIOSCTL_SIMULATE_REPLAY_INTERNAL_H
#define AIOSCTL_SIMULATE_REPLAY_INTERNAL_H

#include <core/learn/ranker.h>
#include <core/replay/replay.h>

#include "simulate/depend.h"
#include "simulate/estimates.h"
#include "simulate/predict.h"
#include "simulate/simulate.h"
#include "simulate/stations.h"

#define NODES_CHUNK	256

struct sim_node {
	struct aios_replay_job replay;
	struct trace_job trace;
	struct timeline_job timeline;
	struct aios_visit visit;
	struct sim_guess guess;
	struct sim_said *said;	/* by the predictor, or NULL */
	struct sim_node *next;	/* that is free */
};

struct sim_chunk {
	struct sim_chunk *next;
	struct sim_node nodes[NODES_CHUNK];
};

/* A user's last two run times predict the next (Tsafrir et al., TPDS 18(6), 2007). */
struct sim_history {
	uint64_t runs[2];
	uint32_t nr;
};

struct sim {
	struct aios_replay replay;
	struct sim_input *in;
	struct sim_stats *stats;
	struct sim_chunk *chunks;
	struct sim_node *free;
	uint64_t nr_nodes;	/* in use */
	uint64_t nr_chunks;
	struct aios_group_node **groups; /* by owner */
	uint32_t nr_groups;
	struct aios_gang_node **gangs; /* by number */
	uint32_t nr_gangs;
	struct aios_device_node *devices;
	struct sim_queueing queueing;
	struct sim_estimates estimates;
	u64 capacity[AIOS_RESOURCE_MAX]; /* as stations count it */
	struct sim_depends depends;
	struct aios_replay_drain *drains; /* as the rules have them, in the trace's time */
	struct sim_history *history; /* by user */
	uint32_t nr_history;
	struct sim_predictor *predictor; /* or NULL */
	struct aios_ranker *ranker; /* or NULL */
	uint64_t serial;
	void *reference;
	void *workspace;
	size_t workspace_size;
	bool failed;		/* to read the workload */
};

extern const struct aios_replay_ops sim_replay_ops;

/* replay_memory.c */
struct sim_node *sim_node_new(struct sim *sim);
void sim_node_free(struct sim *sim, struct sim_node *node);
void *sim_array_room(void *array, uint32_t *nr, uint32_t i, size_t size);
void sim_free(struct sim *sim);

/* replay_machine.c */
uint32_t sim_resource(const struct sim *sim, int r);
struct aios_group_node *sim_group_at(struct sim *sim, uint32_t i);
int sim_machine_set(struct sim *sim, const struct sim_policy *policy);

/* replay_runtimes.c */
void sim_expect(const struct sim *sim, struct sim_node *node);
void sim_learn(struct sim *sim, const struct sim_node *node);

#endif
