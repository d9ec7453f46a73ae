/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference that replays are measured against: FIFO with EASY backfilling of one
 * resource as it is usually simulated, with arrays. At each instant it drops who has
 * ended from the array of running jobs, appends who has come to that of the queue,
 * and, where the first does not fit, sorts the running jobs by their expected ends
 * and looks at every job of the queue.
 */
#ifndef AIOS_BENCH_SIMPLE_H
#define AIOS_BENCH_SIMPLE_H

#include <stddef.h>
#include <stdint.h>

struct simple_job {
	uint64_t submit_ns;
	uint64_t run_ns;
	uint64_t expected_ns;	/* not less than @run_ns */
	uint64_t procs;		/* not more than the machine has */
	uint64_t start_ns;	/* written */
};

/* Replay @nr jobs in the order of submission. Yields the bytes of its arrays. */
size_t simple_replay(struct simple_job *job, size_t nr, uint64_t procs);

#endif /* AIOS_BENCH_SIMPLE_H */
