/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the processes of one job share: for each accelerator the time at which the job has
 * earned back what it took of it, and what they have charged, in all and each of them.
 */
#ifndef AIOS_CUDA_SHARED_H
#define AIOS_CUDA_SHARED_H

#include <stdbool.h>
#include <stdint.h>

/* Gives back what a process has left that is gone. */
typedef void shared_give_fn(uint32_t device_id, uint64_t bytes);
/* Whether a job is over, so that no process of it is to come. */
typedef bool shared_over_fn(uint64_t id);

/*
 * Open what the processes of job @id share, or make it. A process that cannot gets one of
 * its own. What was left behind is dealt with: by jobs of the same user that are over, and by
 * processes of this one that are gone.
 */
void shared_join(uint64_t id, shared_over_fn *is_over, shared_give_fn *give);
/* The process ends: what it has charged was given back. */
void shared_leave(void);
/* This process is a child; what its parent charged is none of its own. */
void shared_forget(void);

/*
 * Whether what tells others that this process lives is still there; a program that closes all
 * descriptors that it finds has closed this one. If it is not, shared_renew() mends that.
 */
bool shared_is_held(void);
void shared_renew(void);

/* The place of an accelerator, from 0 to AIOS_JOB_DEVICES_MAX - 1. */
int shared_device(uint32_t device_id);
/* Atomic: the time at which all that was taken of an accelerator is earned back. */
uint64_t *shared_earned_ns(int place);
/* Atomic: the grant, in thousandths, that it was reckoned with; 0: none yet. */
uint32_t *shared_rate(int place);

/*
 * Have @bytes of what the processes may charge in all; false: others have so much of @bound
 * that they do not fit. Of several who want the last byte one gets it, and who asks for more
 * than there is takes nothing from others while he asks.
 */
bool shared_claim(int place, uint64_t bytes, uint64_t bound);
void shared_unclaim(int place, uint64_t bytes);

/* This process has charged more, or less, of what was claimed. */
void shared_note(int place, int64_t bytes);
/* Have what processes that are gone have charged given back. */
void shared_reap(shared_give_fn *give);

#endif /* AIOS_CUDA_SHARED_H */
