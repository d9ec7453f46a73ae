/* SPDX-License-Identifier: GPL-2.0 */
/* Linear programs of the allocator's family, read from free-format MPS. */
#ifndef BENCH_MPS_H
#define BENCH_MPS_H

#include "lp_families.h"
#include "peer.h"

struct mps {
	unsigned int rows, cols;	/* as in the file */
	const char *outside;		/* why it is not of the family, or NULL */
	bool unbounded;
	bool infeasible;		/* by a bound above another, or b < 0 */
	bool rounded;			/* the integers are not exactly the file's */
	struct lp_instance *exact;	/* for the allocator */
	struct peer_program program;	/* for the peers: w maximised */
	/*
	 * The file's objective is sign * (offset + value), value that of the
	 * program, in which every column counts from its lower bound.
	 */
	double sign, offset;
	double unit;			/* value of one of the exact objective */
};

/* 0, or -1 with a message on standard error. */
int mps_read(const char *path, struct mps *mps);
void mps_release(struct mps *mps);

#endif /* BENCH_MPS_H */
