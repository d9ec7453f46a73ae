/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the processes of one job share: for each accelerator the time at which the job has
 * earned back what it took of it, and for each process what it has charged.
 */
#ifndef AIOS_CUDA_SHARED_H
#define AIOS_CUDA_SHARED_H

#include <stdint.h>

/* Gives back what a process has left that is gone. */
typedef void shared_give_fn(uint32_t device_id, uint64_t bytes);

/*
 * Open what the processes of job @id share, or make it. A process that cannot gets one of
 * its own. What jobs of the same user left that are over goes away.
 */
void shared_join(uint64_t id);
/* The process ends: what it has charged was given back. */
void shared_leave(void);
/* This process is a child; what its parent charged is none of its own. */
void shared_forget(void);

/* The place of an accelerator, from 0 to AIOS_JOB_DEVICES_MAX - 1. */
int shared_device(uint32_t device_id);
/* Atomic: the time at which all that was taken of an accelerator is earned back. */
uint64_t *shared_earned_ns(int place);
/* Atomic: the grant, in thousandths, that it was reckoned with; 0: none yet. */
uint32_t *shared_rate(int place);

/* This process has charged more, or less. */
void shared_note(int place, int64_t bytes);
/* Have what processes that are gone have charged given back. */
void shared_reap(shared_give_fn *give);

#endif /* AIOS_CUDA_SHARED_H */
