/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference that decisions are measured against: EASY backfilling as it is
 * usually written. On every event it sorts the whole queue, looks at every job
 * in it, and sorts the running ones for the reservation of the first that does
 * not fit. It knows one level of groups, and shares no surplus.
 */
#ifndef AIOS_BENCH_EASY_H
#define AIOS_BENCH_EASY_H

#include <stddef.h>
#include <stdint.h>

#define EASY_RESOURCES	2
#define EASY_GROUPS	8

struct easy_job {
	int priority;
	unsigned int group;
	uint64_t serial;
	uint64_t runtime_ns;
	uint64_t end_ns;
	uint64_t need[EASY_RESOURCES];
};

struct easy {
	uint64_t free[EASY_RESOURCES];
	uint64_t group_free[EASY_GROUPS][EASY_RESOURCES];
	struct easy_job **queued;
	struct easy_job **running;
	size_t nr_queued;
	size_t nr_running;
	size_t room;		/* of each of the two */
	uint64_t admitted;
};

void easy_init(struct easy *easy, size_t room);
void easy_exit(struct easy *easy);
void easy_submit(struct easy *easy, struct easy_job *job);
/* The running job that ends first leaves; yields it. */
struct easy_job *easy_end_next(struct easy *easy);
void easy_decide(struct easy *easy, uint64_t now);

#endif /* AIOS_BENCH_EASY_H */
