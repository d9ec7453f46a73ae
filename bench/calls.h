/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the benchmark of the calls share: what is measured, how
 * often, and with what.
 */
#ifndef AIOS_BENCH_CALLS_H
#define AIOS_BENCH_CALLS_H

#include <sys/types.h>

#include <aios.h>

#include "measure.h"

#define CALLS_GROUP	"/aios-bench"
#define MIB		(UINT64_C(1) << 20)
#define BATCH		16	/* calls between two looks at the clock, if cheap */
#define GRANT_LOW	300	/* milli-CPUs: limit of a job */
#define GROUP_MOST	900	/* and of its group */

enum line_id {
	GETPPID,
	INFO,
	SUBMIT,
	ENTER,
	START,
	START_AGAIN,
	FORK,
	END,
	UPDATE,
	UPDATE_HELD,
	LIMIT,
	LIMIT_HELD,
	STATUS,
	STAT,
	CHARGE,
	UNCHARGE,
	LIST,
	NR_LINES,
};

/* Times that a child process passes to its parent. */
struct stamps {
	uint64_t begin;
	uint64_t entered;
	uint64_t leaving;
	int error;
};

struct calls {
	struct aios_ctx *ctx;
	struct stamps *stamps;		/* shared with children */
	unsigned int samples;
	unsigned int jobs;		/* to list */
	struct series ours[NR_LINES];
	struct series hand[NR_LINES];
};

#define MEASURE_BATCHES(calls, series, call) do {			\
	for (unsigned int i_ = 0; i_ < (calls)->samples; i_++) {	\
		uint64_t begin_ = now_ns();				\
									\
		for (unsigned int j_ = 0; j_ < BATCH; j_++)		\
			call;						\
		series_add(series, since_ns(begin_) / BATCH);		\
	}								\
} while (0)

/* An error ends the program; the second also tells the cause. */
void calls_ok(int err, const char *call);
void calls_why_ok(struct calls *c, int err, const char *call,
		  const struct aios_why *why);

/* Until no job is left. */
void calls_settle(struct calls *c);
/* Describe the job that all measurements submit. */
void calls_ask(struct aios_submit *s);
pid_t calls_fork(void);

/* SUBMIT, ENTER, WAIT and the like, by turns with the same by hand. */
void measure_start(struct calls *c);
/* What is done with a running job. */
void measure_running(struct calls *c);
void measure_running_by_hand(struct calls *c);
void measure_charge(struct calls *c);

#endif /* AIOS_BENCH_CALLS_H */
