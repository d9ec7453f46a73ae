/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What aiosctl simulate is asked for: its options and what follows from them.
 */
#ifndef AIOSCTL_SIMULATE_REQUEST_H
#define AIOSCTL_SIMULATE_REQUEST_H

#include "base/values.h"
#include "simulate/simulate.h"

#define POLICIES_MAX	64

struct request {
	const char *names[2][POLICIES_MAX]; /* of policies, of modes */
	uint32_t ids[2][POLICIES_MAX];
	size_t nr[2];
	struct workload_rules workload;
	struct sim_rules rules;
	int runtimes[3];	/* of --runtimes, --order-by, --reserve-by; -1: not given */
	bool capacity_given;
	bool backfill_given;
	uint64_t procs;
	struct window *windows;
	size_t nr_windows;
	struct aios_replay_drain *drains;
	struct sim_group *own;
	const char *timeline;
	const char *model;	/* a file, or NULL */
	bool train_given;
	const char *train_on;	/* NULL: what ends in the replay, else another trace */
	bool no_starved;	/* who starves is not told, nor replayed for */
	bool verbose;
};

extern const struct cli_option simulate_options[];
extern const struct cli_values simulate_values[];
extern const char * const simulate_exclusive[];

void request_init(struct request *r);
void request_free(struct request *r);
/* This takes one option with its argument in optarg; it returns a status. */
int request_option(struct cli *cli, struct request *r, int key);
/* This returns the time slice that a policy is replayed with. */
uint64_t request_quantum(const struct request *r, uint32_t policy);
/* This tells whether the module's predictor says what jobs run. */
bool request_learns(const struct request *r);
/* When all options are taken, this finds what follows from them and what cannot go together. */
int request_check(struct cli *cli, struct request *r, int nr_traces);

#endif /* AIOSCTL_SIMULATE_REQUEST_H */
