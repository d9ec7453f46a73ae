/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The job that the process runs in, as the entry points see it: which accelerators it has,
 * what it may take of each, and what it has taken.
 */
#ifndef AIOS_CUDA_JOB_H
#define AIOS_CUDA_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "aios.h"
#include "cuda/driver.h"

/* Accelerators are told by their ids, as in struct aios_device; no id is this one. */
#define NO_DEVICE	(~0U)

/*
 * Whether the process is in a job that can be reached. The first call finds it; where the
 * environment names one that cannot be reached, it says so on standard error.
 */
bool job_governs(void);
/* Whether the first call has found it. */
bool job_attached(void);

/* Whether the job stated accelerator memory, or accelerator time, so that it is bounded. */
bool job_has_memory(void);
bool job_has_time(void);

/* Which of the job's accelerators the driver calls @device: its id, or NO_DEVICE. */
uint32_t job_device(CUdevice device);
/* The same of the one on the bus at "0000:65:00.0"; none is found by its order. */
uint32_t job_device_at(const char *pci);

/* The granted share of an accelerator, in thousandths. */
unsigned int job_share(uint32_t id);

/* What it may have of an accelerator's memory, and what its processes have charged there. */
struct job_memory {
	uint64_t bound;
	uint64_t used;
};

struct job_memory job_memory(uint32_t id);

/*
 * Charge @bytes on an accelerator of the job. What its dead processes have left is given
 * back first where that is needed. A suspended job waits until it is resumed.
 *
 * Return: whether it may allocate them.
 */
bool job_charge(uint32_t id, uint64_t bytes);
void job_uncharge(uint32_t id, uint64_t bytes);

bool job_is_suspended(void);

/* Wait while the job is suspended. Return: whether it waited. */
bool job_wait_resumed(void);

/* CLOCK_MONOTONIC, and a wait until it says so. */
uint64_t clock_ns(void);
void clock_wait(uint64_t until_ns);

/* Around fork(): no lock is held by a thread that the child does not have. */
void job_fork_prepare(void);
void job_fork_parent(void);
void job_fork_child(void);

#endif /* AIOS_CUDA_JOB_H */
