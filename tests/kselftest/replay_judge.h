/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generated workloads for AIOS_IOC_REPLAY, and a judge of what it answers: the same
 * core, in this process.
 */
#ifndef REPLAY_JUDGE_H
#define REPLAY_JUDGE_H

#include <stdint.h>

#include <linux/aios.h>

#define MINUTE		60000000000ULL

/* What judged() tells of a start. */
struct workload_start {
	uint32_t record;	/* from 0 */
	uint64_t ns;
};

struct workload {
	struct aios_replay_call call;
	struct aios_replay_record *records;
	struct aios_replay_drain drains[3];
	struct aios_replay_group groups[3];
	struct aios_replay_depend *depends;
	struct workload_start *started;	/* NULL, or out of judged(): in the order of starts */
};

/* What the call would answer, decided here. */
struct aios_replay_call judged(const struct workload *w);

/* A number from 0, always the same ones. */
uint64_t below(uint64_t n);
/* Records all zero, and settings; workload_free() it. */
struct workload workload(uint32_t nr);
void demand(struct aios_replay_record *r, uint32_t resource, uint64_t request,
	    uint64_t surplus);
/* Jobs of several resources; each of these has what the one before has, and more. */
struct workload generated(uint32_t nr);
struct workload generated_gangs(uint32_t nr);
struct workload generated_drains(uint32_t nr);
struct workload generated_groups(uint32_t nr);
struct workload generated_depends(uint32_t nr);
void workload_free(struct workload *w);

#endif /* REPLAY_JUDGE_H */
