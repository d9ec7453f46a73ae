/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job as the engine has it, its gang, and its dependencies. The owner embeds the
 * node in his own object, sets what is said to be set by him, the rest being zero, and
 * submits it. Then he changes nothing of it but through events, until it has ended, and
 * reads what is not private. A struct that is named for a file is that file's.
 */
#ifndef AIOS_CORE_BOOKS_JOB_H
#define AIOS_CORE_BOOKS_JOB_H

#include "core/base/ordered.h"
#include "core/books/bounds.h"
#include "core/books/device.h"

struct aios_group_node;
struct aios_job_node;
struct aios_policy_ops;
struct aios_reference_job;

/**
 * enum aios_core_state - where the engine has a job
 * @AIOS_CORE_NONE: not submitted, or ended
 * @AIOS_CORE_QUEUED: waits; a candidate when it is ready
 * @AIOS_CORE_HELD: admitted or running: holds its resources
 * @AIOS_CORE_SUSPENDED: holds the sticky ones; a candidate when it resumes
 */
enum aios_core_state {
	AIOS_CORE_NONE = 0,
	AIOS_CORE_QUEUED,
	AIOS_CORE_HELD,
	AIOS_CORE_SUSPENDED,
};

/**
 * struct aios_gang_node - jobs of one group that start, freeze and resume together
 */
struct aios_gang_node {
	/** @id: the owner's */
	u64 id;
	/** @size: how many there must be, 1 to AIOS_GANG_MAX; set before one joins */
	u32 size;
	/** @nr_members: live ones */
	u32 nr_members;
	/** @started: they have been admitted, and nobody joins any more */
	bool started;
	/**
	 * @first: the member that came first, which stands in the queue for all; the
	 * others follow by aios_job_node::gang_next
	 */
	struct aios_job_node *first;
};

/**
 * struct aios_edge - a job waits for another
 */
struct aios_edge {
	/** @on: for whom; set by the owner before submit, live; NULL once it is met */
	struct aios_job_node *on;
	/** @kind: AIOS_DEPEND_*; set by the owner before submit */
	u32 kind;
	/** @job: private; who waits */
	struct aios_job_node *job;
	/** @next: private; next in the list of those who wait for @on */
	struct aios_edge *next;
	/** @link: private; what points to this one there */
	struct aios_edge **link;
};

/**
 * struct aios_row_name - which row
 */
struct aios_row_name {
	/** @kind: AIOS_ROW_*; AIOS_ROW_NONE: none */
	u32 kind;
	/** @resource: AIOS_RESOURCE_* */
	u32 resource;
	/** @id: of the group or the accelerator */
	u64 id;
};

#define AIOS_ROW_NONE	U32_MAX

/**
 * struct aios_job_depend - the waiting for others: depend.c
 */
struct aios_job_depend {
	/** @lost: id of one that can no longer do what it is waited for; 0: none */
	u64 lost;
	/** @lost_kind: AIOS_DEPEND_* of that */
	u32 lost_kind;
	/** @nr_unmet: jobs that it still waits for */
	u32 nr_unmet;
	/** @dependents: those who wait for it */
	struct aios_edge *dependents;
	/** @stamp: of the last search for a circle that met it */
	u64 stamp;
	/** @todo: the next that this search has to look at */
	struct aios_job_node *todo;
};

/**
 * struct aios_job_news - what a decision tells the owner at its end: decide.c
 */
struct aios_job_news {
	/** @next: the next job that there are news of */
	struct aios_job_node *next;
	/** @kind: AIOS_NEWS_* */
	u32 kind;
};

/**
 * struct aios_job_books - its time in service: books.c
 */
struct aios_job_books {
	/** @base_ns: its admission, put off by the time that it was suspended */
	u64 base_ns;
	/** @ran_ns: run time before it was last suspended */
	u64 ran_ns;
};

/**
 * struct aios_job_guard - its wait: guard.c
 */
struct aios_job_guard {
	/** @idle_ns: when it began to wait as a candidate */
	u64 idle_ns;
	/** @waited_ns: what it waited as one before that, from its arrival */
	u64 waited_ns;
	/** @reference: the same job in the reference, NULL when it has none there */
	struct aios_reference_job *reference;
	/** @stamp: of the reference that it has come to: aios_engine_stamps::reference */
	u64 stamp;
};

/**
 * struct aios_job_alloc - its column in the last decision: alloc/
 */
struct aios_job_alloc {
	/**
	 * @span: upper end of the grant less the request, 0 where the resource is not
	 * arbitrated
	 */
	u64 span[AIOS_RESOURCE_MAX];
	/** @x_target: x when everybody has given back what is above his grant */
	u64 x_target;
	/** @x_next: x until then */
	u64 x_next;
	/** @reduced_cost: of the column */
	s64 reduced_cost;
	/** @weight: with the weights of its groups */
	u32 weight;
	/** @known: @span, @weight and @open have been reckoned since it runs */
	bool known;
	/** @open: see struct aios_engine_columns */
	bool open;
	/** @any_open: some column in its subtree of aios_engine::running is */
	bool any_open;
	/** @bottleneck: the row that holds it back */
	struct aios_row_name bottleneck;
};

/**
 * struct aios_job_constant - what of its key does not change with time: order.c
 */
struct aios_job_constant {
	/** @policy: whose it is; NULL: none's */
	const struct aios_policy_ops *policy;
	/** @stamp: what aios_engine_stamps::measure was then */
	u64 stamp;
	/** @value: what that made of it */
	s64 value;
};

/**
 * struct aios_job_domain - its order in a group that orders its own jobs: domain.c
 */
struct aios_job_domain {
	/** @group: the group whose policy orders it; NULL: the root's does */
	struct aios_group_node *group;
	/** @node: in aios_group_domain::order of that */
	struct aios_ordered_node node;
	/** @slot: the key that it is about to have in aios_engine::queue */
	struct aios_ordered_key slot;
};

/**
 * struct aios_job_candidate - what it needs, to be passed over fast: candidate.c
 */
struct aios_job_candidate {
	/** @need: what it, with its gang, would be charged in addition */
	u64 need[AIOS_RESOURCE_MAX];
	/** @least: the smallest need of each resource in its subtree of the queue */
	u64 least[AIOS_RESOURCE_MAX];
	/** @need_mask: resources that it needs */
	u32 need_mask;
	/** @least_mask: resources that all in its subtree need; of the others @least is void */
	u32 least_mask;
	/** @least_runtime_ns: likewise of the run time that is left */
	u64 least_runtime_ns;
};

/**
 * struct aios_job_node - a job
 */
struct aios_job_node {
	/** @id: set by the owner before submit; unique, not 0 */
	u64 id;
	/** @group: set by the owner before submit; attached */
	struct aios_group_node *group;
	/**
	 * @resource_mask: resources that the job states; set by the owner before submit
	 * and then changed by aios_engine_job_update() alone. What is not stated is
	 * neither charged nor arbitrated, but for gpu_memory on the accelerators that
	 * are: it counts as request 0 without a limit
	 */
	u32 resource_mask;
	/** @weight: AIOS_WEIGHT_*; set and changed likewise */
	u32 weight;
	/** @priority: AIOS_PRIORITY_*, higher goes first; set and changed likewise */
	s32 priority;
	/** @exclusive: shares no accelerator, charged in whole ones; set before submit */
	bool exclusive;
	/**
	 * @on_hold: not considered while it is queued; set by the owner before submit and
	 * then changed by aios_engine_job_hold() alone
	 */
	bool on_hold;
	/** @early: private; it is queued, and its @begin_ns has not come */
	bool early;
	/** @ready: a process waits for its admission */
	bool ready;
	/** @resuming: suspended and waits for room to resume */
	bool resuming;
	/** @preempted: suspended by the policy, and so at its place in the order */
	bool preempted;
	/** @urgent: the guard has promoted it */
	bool urgent;
	/** @chosen: private; to make way for another, in preempt.c */
	bool chosen;
	/** @beyond: private; counted in aios_engine::nr_beyond */
	bool beyond;
	/** @expected_runtime_ns: what it states; 0: nothing; set and changed as @weight is */
	u64 expected_runtime_ns;
	/**
	 * @predicted_runtime_ns: what it is expected to run for other reasons, which counts
	 * instead of that where nothing is reserved; 0: nothing; set before submit
	 */
	u64 predicted_runtime_ns;
	/**
	 * @predicted_most_ns: what it may run at most for other reasons, which counts where
	 * it states nothing that is reserved; 0: nothing; set before submit
	 */
	u64 predicted_most_ns;
	/** @max_runtime_ns: its time limit; 0: none; set and changed as @weight is */
	u64 max_runtime_ns;
	/** @request: needed to start and held from then on; set and changed likewise */
	u64 request[AIOS_RESOURCE_MAX];
	/** @limit: what it can use, at least @request; set and changed likewise */
	u64 limit[AIOS_RESOURCE_MAX];
	/**
	 * @bound: what else it can use no more than, of each resource, where that is above
	 * its request; the owner's, who tells by aios_engine_job_bounded(); NULL: nothing
	 */
	const u64 *bound;
	/** @gang: starts with the others of it; set before submit; NULL: alone */
	struct aios_gang_node *gang;
	/** @gang_next: next member of its gang */
	struct aios_job_node *gang_next;
	/** @edge: jobs that it waits for; the owner's until it has ended; set before submit */
	struct aios_edge *edge;
	/** @nr_edges: how many; set before submit */
	u32 nr_edges;
	/**
	 * @retries: how often it starts again after it ran out of memory, up to
	 * AIOS_RETRIES_MAX; set before submit
	 */
	u32 retries;
	/**
	 * @retry_factor: by which its request for memory grows each time, in
	 * 1/AIOS_RETRY_UNIT, 0 without retries; set before submit
	 */
	u32 retry_factor;
	/** @attempt: from 1 */
	u32 attempt;
	/**
	 * @retry_limit: of a job with @retries what its @limit of memory was set to; that
	 * is then its @request
	 */
	u64 retry_limit;
	/** @depend: @lost and @lost_kind are for the owner to read, the rest is private */
	struct aios_job_depend depend;
	/** @news: private */
	struct aios_job_news news;
	/** @state: enum aios_core_state */
	u32 state;
	/** @nr_shares: accelerators that it has */
	u32 nr_shares;
	/**
	 * @submit_ns: arrival, for the policies; set before submit and then changed by
	 * aios_engine_job_swap() alone
	 */
	u64 submit_ns;
	/** @deadline_ns: when it should have ended, 0: none; set and changed as @weight is */
	u64 deadline_ns;
	/**
	 * @begin_ns: not considered before that time, 0: at once; set and changed as @weight
	 * is, while it is queued
	 */
	u64 begin_ns;
	/** @admit_ns: when it was admitted */
	u64 admit_ns;
	/** @end_ns: latest end, by what it may run at most; AIOS_TIME_MAX: it is unknown */
	u64 end_ns;
	/** @expected_end_ns: likewise by what it is expected to run; not yet corrected */
	u64 expected_end_ns;
	/** @serial: order of arrival; for the owner to read */
	u64 serial;
	/** @books: private */
	struct aios_job_books books;
	/** @guard: private */
	struct aios_job_guard guard;
	/** @held: what is charged for it */
	u64 held[AIOS_RESOURCE_MAX];
	/** @used: last reported use of the sticky resources */
	u64 used[AIOS_RESOURCE_MAX];
	/**
	 * @kept: of the sticky resources what it is left above its grant, since it cannot
	 * give that back; 0: nothing
	 */
	u64 kept[AIOS_RESOURCE_MAX];
	/** @grant: what it may use now; AIOS_UNLIMITED: not arbitrated */
	u64 grant[AIOS_RESOURCE_MAX];
	/** @x: position of the grant between request and limit, 2^-AIOS_X_FRAC */
	u64 x;
	/** @epoch: decision that changed state or grant last */
	u64 epoch;
	/** @share: its accelerators; they mean nothing before it is admitted */
	struct aios_share share[AIOS_JOB_DEVICES_MAX];
	/** @alloc: private */
	struct aios_job_alloc alloc;
	/** @queue_node: private; in aios_engine::queue */
	struct aios_ordered_node queue_node;
	/**
	 * @order_node: private; of a candidate in aios_engine::guarded, of a running job
	 * in aios_engine::ranked, of one that can never start in aios_engine::doomed
	 */
	struct aios_ordered_node order_node;
	/** @begin_node: private; in aios_engine::later */
	struct aios_ordered_node begin_node;
	/** @held_node: private; in aios_engine::held */
	struct aios_ordered_node held_node;
	/** @running_node: private; in aios_engine::running */
	struct aios_ordered_node running_node;
	/** @sim_node: private; in a simulated future */
	struct aios_ordered_node sim_node;
	/** @domain: private */
	struct aios_job_domain domain;
	/** @constant: private, but for policies */
	struct aios_job_constant constant;
	/** @candidate: private */
	struct aios_job_candidate candidate;
};

#endif /* AIOS_CORE_BOOKS_JOB_H */
