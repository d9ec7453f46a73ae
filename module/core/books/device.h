/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An accelerator as the engine has it. The owner embeds the node in his own object,
 * zeroed but for id, flags and memory, and adds it with aios_engine_device_add().
 */
#ifndef AIOS_CORE_BOOKS_DEVICE_H
#define AIOS_CORE_BOOKS_DEVICE_H

#include "core/base/ordered.h"
#include "core/books/bounds.h"

/**
 * struct aios_device_load - what is on an accelerator in a state that is only thought
 */
struct aios_device_load {
	/** @stamp: the thought that the others belong to; an older one: none */
	u64 stamp;
	/** @memory: bytes held */
	u64 memory;
	/** @milli: thousandths held */
	u32 milli;
	/** @jobs: jobs placed on it */
	u32 jobs;
	/** @exclusive: one job has it to itself */
	bool exclusive;
};

/**
 * struct aios_device_alloc - an accelerator in the linear program: alloc/
 *
 * Of each the first is of its time, the second of its memory.
 */
struct aios_device_alloc {
	/** @row: its rows */
	u8 row[2];
	/** @demand: the sum of the columns on it */
	u64 demand[2];
	/** @activity: what the grants take above what is held */
	u64 activity[2];
};

/**
 * struct aios_device_node - one accelerator
 */
struct aios_device_node {
	/** @id: set by the owner before it is added; unique */
	u32 id;
	/** @flags: AIOS_DEVICE_OFFLINE, AIOS_DEVICE_GONE: nothing is placed on it */
	u32 flags;
	/** @memory: bytes; 0: unknown, and no gpu_memory can be requested on it */
	u64 memory;
	/** @milli_held: thousandths that the requests of jobs hold */
	u32 milli_held;
	/** @nr_jobs: jobs placed on it, suspended ones included */
	u32 nr_jobs;
	/** @memory_held: bytes held, of each job the larger of request and use */
	u64 memory_held;
	/** @memory_excess: the part of @memory_held that is use above requests */
	u64 memory_excess;
	/** @memory_used: bytes that jobs have charged */
	u64 memory_used;
	/** @exclusive: one job has it to itself */
	bool exclusive;
	/** @node: private; in aios_engine::devices */
	struct aios_ordered_node node;
	/** @sim: private; at the simulated time: sim.c */
	struct aios_device_load sim;
	/** @alone: private; with nothing but one gang on the machine: gang.c */
	struct aios_device_load alone;
	/** @alloc: private */
	struct aios_device_alloc alloc;
};

/**
 * struct aios_share - what a job has of one accelerator
 */
struct aios_share {
	/** @device: which */
	struct aios_device_node *device;
	/** @milli: thousandths requested on it, which a suspended job has given up */
	u32 milli;
	/** @milli_granted: thousandths granted; of a running job at least @milli */
	u32 milli_granted;
	/** @memory: bytes requested on it */
	u64 memory;
	/** @memory_used: bytes charged on it */
	u64 memory_used;
};

#endif /* AIOS_CORE_BOOKS_DEVICE_H */
