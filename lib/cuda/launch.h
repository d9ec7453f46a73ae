/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Launches: each spends the time that its kernel takes from what the job has been granted of
 * the accelerator, and waits until the job can afford it.
 */
#ifndef AIOS_CUDA_LAUNCH_H
#define AIOS_CUDA_LAUNCH_H

#include "cuda/job.h"

/* ------------------------------------------------------------------- budget */

/* Spend the time that a launch is expected to take, and wait until the job can afford it. */
void budget_launch(uint32_t id, uint64_t ns);

/* It has used the accelerator so long, as is known now. */
void budget_spend(uint32_t id, uint64_t ns);

/* -------------------------------------------------------------------- times */

/* What is launched, so that what one launch took is expected of the next. */
struct work {
	const void *function;	/* a kernel or a graph */
	uint64_t grid;		/* blocks */
	uint64_t block;		/* threads of each */
};

struct timed;

/*
 * Before a launch on @stream: spend what it is expected to take, wait for its turn, and have it
 * timed where that tells something. What it returns, NULL if it is not timed, goes to timed_end().
 */
struct timed *timed_begin(const struct work *work, uint32_t id, CUstream stream,
			  bool per_thread);
/* After it, or after it has failed. */
void timed_end(struct timed *timed, CUresult result);

/* Events of a context that is gone are gone. */
void launch_context_gone(CUcontext context);

void launch_fork_prepare(void);
void launch_fork_parent(void);
void launch_fork_child(void);

#endif /* AIOS_CUDA_LAUNCH_H */
