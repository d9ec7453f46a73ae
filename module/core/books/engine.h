/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an engine keeps. The owner reads what is not private; a struct that is named
 * for a file is that file's.
 */
#ifndef AIOS_CORE_BOOKS_ENGINE_H
#define AIOS_CORE_BOOKS_ENGINE_H

#include "core/base/ordered.h"
#include "core/books/bounds.h"
#include "core/books/device.h"
#include "core/books/group.h"
#include "core/books/job.h"
#include "core/lp/lp.h"

struct aios_engine;
struct aios_policy_ops;
struct aios_ranker;
struct aios_reference;

/**
 * struct aios_engine_ops - how decisions reach the owner
 * @admitted: @job holds its resources; grant and shares are final
 * @resumed: a suspended @job, asked to resume, holds its elastic resources again
 * @preempted: the policy has suspended @job; it waits to resume
 * @dropped: queued @job can never start, see aios_job_depend::lost; the engine
 *	has ended it, and it is the owner's again
 * @granted: the grant of @job changed (not called beside the others)
 * @due: the time has come that queued @job was not to begin before, and it waits for
 *	something else (likewise)
 * @yield: called now and then in a long call; may reschedule and read the clock,
 *	nothing else
 *
 * All but @yield are called at the end of aios_engine_decide() only, each job
 * once, when the engine is consistent; they may read it and must not call any
 * function that changes it (nor, therefore, one that takes a non-const engine).
 * Any may be NULL.
 */
struct aios_engine_ops {
	void (*admitted)(struct aios_engine *engine, struct aios_job_node *job);
	void (*resumed)(struct aios_engine *engine, struct aios_job_node *job);
	void (*preempted)(struct aios_engine *engine, struct aios_job_node *job);
	void (*dropped)(struct aios_engine *engine, struct aios_job_node *job);
	void (*granted)(struct aios_engine *engine, struct aios_job_node *job);
	void (*due)(struct aios_engine *engine, struct aios_job_node *job);
	void (*yield)(struct aios_engine *engine);
};

/**
 * struct aios_engine_tuning - the numbers that policies and the guard go by
 */
struct aios_engine_tuning {
	/**
	 * @quantum_ns: time slice, and what preemption must gain at least;
	 * AIOS_QUANTUM_MIN_NS to AIOS_TUNING_TIME_MAX
	 */
	u64 quantum_ns;
	/**
	 * @aging_ns: wait that is worth one step of priority, up to
	 * AIOS_TUNING_TIME_MAX; 0: none
	 */
	u64 aging_ns;
	/** @half_life_ns: in which old use counts half, likewise; 0: never */
	u64 half_life_ns;
	/** @guard_floor_ns: what the longest wait counts as at least, likewise */
	u64 guard_floor_ns;
	/**
	 * @guard: multiple of the longest wait under FIFO with EASY that nobody is to wait
	 * longer than, see guard.c: in 1/AIOS_GUARD_UNIT, above that and up to
	 * AIOS_GUARD_MAX; 0: no guard
	 */
	u32 guard;
};

/**
 * struct aios_alloc_row - one row of the last linear program
 * @kind: AIOS_ROW_*
 * @resource: AIOS_RESOURCE_*
 * @id: of the group or device
 * @group: of AIOS_ROW_GROUP, NULL once it is detached
 * @device: of AIOS_ROW_DEVICE, NULL once it is removed
 * @capacity: b
 * @activity: (A x) rounded up
 * @price: y
 */
struct aios_alloc_row {
	u32 kind;
	u32 resource;
	u64 id;
	struct aios_group_node *group;
	struct aios_device_node *device;
	u64 capacity;
	u64 activity;
	u64 price;
};

/**
 * struct aios_alloc_result - the last distribution of the surplus
 * @nr_rows: rows in the program
 * @nr_jobs: columns in the program
 * @rounds: programs solved until no row that was left out was exceeded
 * @status: enum aios_lp_status
 * @goal: AIOS_OBJECTIVE_* that it was made for: the engine's, or utility where
 *	the answer for that did not stand its test
 * @lent: some job has more in use than its share: the program is the one in
 *	which nobody gets that before it is given back
 * @y_shift: fraction bits of prices
 * @d_shift: fraction bits of reduced costs
 * @objective: sum of weight times x, 2^-AIOS_X_FRAC
 * @gap: certified, 2^-AIOS_X_FRAC: of @objective, of the weighted sum of
 *	logarithms, or for the fair goals 0; all ones: nothing is certified
 * @epoch: the decision
 * @row: the rows
 */
struct aios_alloc_result {
	u32 nr_rows;
	u32 nr_jobs;
	u32 rounds;
	u32 status;
	u32 goal;
	bool lent;
	u32 y_shift;
	u32 d_shift;
	u64 objective[2];
	u64 gap[2];
	u64 epoch;
	struct aios_alloc_row row[AIOS_LP_MAX_ROWS];
};

/**
 * struct aios_policy_sums - what a policy knows of the whole queue
 * @nr: candidates
 * @alignment: sum of their alignments with what is free
 * @work: sum of their work
 */
struct aios_policy_sums {
	u32 nr;
	u64 alignment;
	u64 work;
};

/**
 * struct aios_engine_pending - what happened since the last decision: decide.c
 */
struct aios_engine_pending {
	/** @fresh: the candidate that came last, NULL when it has left */
	struct aios_job_node *fresh;
	/** @nr_fresh: candidates that came */
	u32 nr_fresh;
	/** @room: more than arrivals happened, and somebody else may fit */
	bool room;
	/** @alloc: the surplus must be distributed anew */
	bool alloc;
};

/**
 * struct aios_engine_columns - the running jobs as columns of the program: alloc/
 *
 * A column is open when its job can have more than it requested, or has it in use. A
 * closed one has what it requested whatever the others have, so that it takes no part
 * in a distribution.
 */
struct aios_engine_columns {
	/** @weight: the sum of the weights of the columns that are known */
	u64 weight;
	/** @nr_known: how many these are */
	u32 nr_known;
	/** @stale: what is known of any may be another now */
	bool stale;
};

/**
 * struct aios_engine_news - what the owner is told at the end of a decision: decide.c
 */
struct aios_engine_news {
	/** @first: the job whose news came first; the others follow */
	struct aios_job_node *first;
	/** @last: the job whose news came last */
	struct aios_job_node *last;
};

/**
 * struct aios_engine_tally - what policies know of the whole queue: policy/
 */
struct aios_engine_tally {
	/** @stamp: the present pass over the queue; for aios_group_tag */
	u64 stamp;
	/** @sum: what this pass has found so far */
	struct aios_policy_sums sum;
	/** @mean: what the pass before found for each candidate */
	struct aios_policy_sums mean;
};

/* Expected run times as powers of two, ns. */
#define AIOS_WORK_CLASSES	64U

/**
 * struct aios_work_class - how the expectations of some jobs turned out: work.c
 */
struct aios_work_class {
	/** @nr_ended: jobs that ended */
	u64 nr_ended;
	/** @actual: their work; what is long ago counts for less */
	u64 actual;
	/** @expected: what it was expected to be, likewise */
	u64 expected;
};

/**
 * struct aios_engine_work - how expectations turned out: work.c
 */
struct aios_engine_work {
	/** @all: of all jobs */
	struct aios_work_class all;
	/** @of: of those that were expected to run for as long */
	struct aios_work_class of[AIOS_WORK_CLASSES];
	/** @mean_runtime_ns: of the jobs that ended */
	u64 mean_runtime_ns;
	/** @nr_ran: how many these are */
	u64 nr_ran;
};

/**
 * struct aios_engine_domain - the groups that order their own jobs: domain.c
 */
struct aios_engine_domain {
	/** @first: a group with a policy of its own; the others follow */
	struct aios_group_node *first;
	/** @slice_ns: the least time slice that any group ever had */
	u64 slice_ns;
	/** @open: a job came to one of these groups, whose slots are to be dealt out */
	bool open;
};

/**
 * struct aios_engine_stamps - what makes something that is only thought void
 */
struct aios_engine_stamps {
	/** @sim: the present simulation: sim.c */
	u64 sim;
	/** @circle: the present search for jobs that wait for each other: depend.c */
	u64 circle;
	/** @alone: the gang that is placed on an empty machine: gang.c */
	u64 alone;
	/** @rows: the present linear program: alloc/ */
	u64 rows;
	/** @measure: the present capacities: measure.c */
	u64 measure;
	/** @usage: the present half-life and capacities: measure.c; from 1 */
	u64 usage;
	/** @reference: the present reference: reference.c; from 1 when there is one */
	u64 reference;
};

/**
 * struct aios_engine - one machine
 */
struct aios_engine {
	/** @ops: callbacks */
	const struct aios_engine_ops *ops;
	/** @arg: the owner's */
	void *arg;
	/** @root: root of the quota tree */
	struct aios_group_node root;
	/** @elastic: mask of the resources that can be taken back at once */
	u32 elastic;
	/** @sticky: mask of those that are held while the job lives */
	u32 sticky;
	/** @limit_only: mask of those that are limited and never charged */
	u32 limit_only;
	/**
	 * @capacity: of the machine; AIOS_UNLIMITED: not arbitrated. That of gpu and
	 * gpu_memory follows the devices
	 */
	u64 capacity[AIOS_RESOURCE_MAX];
	/** @whole: what @capacity can become again; less than that says nothing */
	u64 whole[AIOS_RESOURCE_MAX];
	/** @policy: orders the queue */
	const struct aios_policy_ops *policy;
	/** @policy_id: AIOS_POLICY_* */
	u32 policy_id;
	/** @backfill: AIOS_BACKFILL_* */
	u32 backfill;
	/** @objective: AIOS_OBJECTIVE_* */
	u32 objective;
	/**
	 * @blocking: who was chosen once stays the head until it starts, and the other
	 * rules of the published comparisons; set by the owner of an empty engine
	 */
	bool blocking;
	/**
	 * @origin_ns: what policies count arrivals from whose keys weigh them; set by the
	 * owner of an empty engine, 0 unless he does
	 */
	u64 origin_ns;
	/** @tuning: the numbers that the policy and the guard go by */
	struct aios_engine_tuning tuning;
	/**
	 * @drain_ns: from when on nothing starts, AIOS_TIME_MAX: never; see
	 * aios_engine_drain()
	 */
	u64 drain_ns;
	/** @now: the time that was told last */
	u64 now;
	/** @next_ns: when aios_engine_decide() is due even if nothing happens */
	u64 next_ns;
	/** @nr_guarded: jobs that the guard has promoted */
	u64 nr_guarded;
	/** @nr_preempted: times that a job was frozen by the policy */
	u64 nr_preempted;
	/** @nr_beyond: jobs that had no reservation, behind AIOS_CONSERVATIVE_DEPTH others */
	u64 nr_beyond;
	/** @yardstick: private; unit of sizes, see aios_measure_set() */
	u64 yardstick;
	/** @epoch: decisions taken */
	u64 epoch;
	/** @nr_queued: jobs that wait, ready or not */
	u32 nr_queued;
	/** @nr_held: admitted, running and suspended jobs */
	u32 nr_held;
	/** @nr_apart: private; running jobs with aios_node_apart() */
	u32 nr_apart;
	/** @queue: the candidates: ready jobs, and suspended ones that resume */
	struct aios_ordered queue;
	/** @held: admitted, running and suspended jobs by latest end */
	struct aios_ordered held;
	/**
	 * @running: those that are not suspended by arrival: the columns of the program,
	 * in an order that others' coming and going does not change
	 */
	struct aios_ordered running;
	/** @guarded: candidates by the time from which on their wait counts */
	struct aios_ordered guarded;
	/** @ranked: private; running jobs in the order of a preemptive policy */
	struct aios_ordered ranked;
	/** @doomed: private; queued jobs that the next decision drops */
	struct aios_ordered doomed;
	/** @later: private; queued jobs that are not to begin yet, by that time */
	struct aios_ordered later;
	/** @devices: accelerators by id */
	struct aios_ordered devices;
	/** @head: the candidate that has the reservation; NULL: none waits */
	struct aios_job_node *head;
	/** @reclaim: the head, when it would fit if all used what they requested */
	struct aios_job_node *reclaim;
	/**
	 * @shadow_ns: when the head starts at the latest as far as is known, AIOS_TIME_MAX
	 * when it is not known
	 */
	u64 shadow_ns;
	/** @result: the last linear program */
	struct aios_alloc_result result;
	/** @serial: private; that of the next job */
	u64 serial;
	/** @stamps: private */
	struct aios_engine_stamps stamps;
	/** @pending: private */
	struct aios_engine_pending pending;
	/** @columns: private */
	struct aios_engine_columns columns;
	/** @news: private */
	struct aios_engine_news news;
	/** @tally: private */
	struct aios_engine_tally tally;
	/** @work: private */
	struct aios_engine_work work;
	/**
	 * @reference: private; in memory of the owner's, see aios_engine_reference_set();
	 * NULL: there is none, and so no guard
	 */
	struct aios_reference *reference;
	/**
	 * @ranker: private; the model that a policy needs, in memory of the owner's, see
	 * aios_engine_ranker_set(); NULL: there is none, and so no such policy
	 */
	struct aios_ranker *ranker;
	/** @domain: private */
	struct aios_engine_domain domain;
	/** @buckets: private; for aios_ordered_resort() */
	struct aios_ordered_buckets buckets;
};

#endif /* AIOS_CORE_BOOKS_ENGINE_H */
