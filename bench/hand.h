/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program without aios does by hand: it makes a cgroup for each job,
 * writes the limits to its files, moves itself in, and reads the files again.
 * The same files with the same values that the module writes, in a directory
 * as deep, so that the two can be put side by side.
 */
#ifndef AIOS_BENCH_HAND_H
#define AIOS_BENCH_HAND_H

#include <stdint.h>

/* A job's directory, with the files that are used again kept open. */
struct hand_job {
	char name[32];
	int dir;
	int cpu_max;
	int cpu_weight;
	int memory_max;
	int memory_current;
	int cpu_stat;
};

/* What the files say. */
struct hand_status {
	uint64_t cpu_max;	/* us in each period, UINT64_MAX for max */
	uint64_t cpu_weight;
	uint64_t memory_max;	/* UINT64_MAX for max */
	uint64_t memory_current;
	uint64_t cpu_us;
};

/* The directories above the jobs; ends the program when cgroup v2 is missing. */
void hand_init(void);
void hand_exit(void);

/* mkdir and the limits; @number makes the name. */
void hand_create(struct hand_job *job, unsigned int number);
/* The calling process becomes the job: one write to cgroup.procs. */
void hand_enter(const struct hand_job *job);
/* Wait until its last process is gone. */
void hand_wait(const struct hand_job *job);
void hand_remove(struct hand_job *job);

void hand_keep_open(struct hand_job *job);
void hand_grant(const struct hand_job *job, unsigned int milli);
void hand_group_limit(unsigned int milli);
void hand_read(const struct hand_job *job, struct hand_status *status);
/* Read the state of every job from its directory; returns how many there are. */
unsigned int hand_list(uint64_t *total_us);

#endif /* AIOS_BENCH_HAND_H */
