/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine that the guard compares with: it takes the same jobs as they come, in the
 * order of arrival with EASY backfilling, and is played beside the real one. The engine
 * has it; reference.c plays it.
 */
#ifndef AIOS_CORE_BOOKS_REFERENCE_H
#define AIOS_CORE_BOOKS_REFERENCE_H

#include "core/base/ordered.h"
#include "core/books/bounds.h"

struct aios_job_node;

/* Jobs that the reference has at a time; those that come beyond that it does not see. */
#define AIOS_REFERENCE_JOBS	2048U

/**
 * struct aios_reference_job - a job as the reference has it: reference.c
 */
struct aios_reference_job {
	/** @node: by arrival while it waits, by its end while it runs */
	struct aios_ordered_node node;
	/** @most_node: by its latest end while it runs */
	struct aios_ordered_node most_node;
	/** @next: the next free one */
	struct aios_reference_job *next;
	/** @job: the job; NULL when it has ended */
	struct aios_job_node *job;
	/** @arrival_ns: when it came */
	u64 arrival_ns;
	/** @start_ns: when it was started */
	u64 start_ns;
	/** @run_ns: how long it runs, as far as is known */
	u64 run_ns;
	/** @most_ns: how long it may run at most, AIOS_TIME_MAX when that is not known */
	u64 most_ns;
	/** @least_most_ns: the least of that in its subtree of those that wait */
	u64 least_most_ns;
	/** @sum: of @need */
	u64 sum;
	/** @least_sum: the least of that in its subtree */
	u64 least_sum;
	/** @need: of each resource in parts of all there is, 1/AIOS_REFERENCE_ONE */
	u32 need[AIOS_RESOURCE_MAX];
	/** @runs: it was started */
	bool runs;
};

/**
 * struct aios_reference - the machine: reference.c
 */
struct aios_reference {
	/** @waiting: by arrival */
	struct aios_ordered waiting;
	/** @ending: those that run, by their end */
	struct aios_ordered ending;
	/** @bounded: those that run, by their latest end */
	struct aios_ordered bounded;
	/** @free: not in use, by @next */
	struct aios_reference_job *free;
	/** @nr_used: how many of @job were ever in use */
	u32 nr_used;
	/** @open: something has changed at @now_ns, and more may start */
	bool open;
	/** @now_ns: the time that it was played up to */
	u64 now_ns;
	/** @serial: that of the next job */
	u64 serial;
	/** @longest_ns: the longest wait so far, as of @longest_as_of_ns; it fades */
	u64 longest_ns;
	/** @longest_as_of_ns: see there */
	u64 longest_as_of_ns;
	/** @room: what is free of each resource */
	u32 room[AIOS_RESOURCE_MAX];
	/** @job: all of them */
	struct aios_reference_job job[AIOS_REFERENCE_JOBS];
};

#endif /* AIOS_CORE_BOOKS_REFERENCE_H */
