/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The nodes of the engine: groups, accelerators, gangs, dependencies and jobs, which
 * the owner embeds in his own objects and gives to the functions of engine.h. He sets
 * what is said to be set by him and reads the rest, but for what is private.
 */
#ifndef AIOS_CORE_ENGINE_NODES_H
#define AIOS_CORE_ENGINE_NODES_H

#include <linux/aios.h>

#include "core/base/ordered.h"
#include "core/base/types.h"
#include "core/policy/policy.h"

#define AIOS_AMOUNT_MAX		((1ULL << 56) - 1)
#define AIOS_TIME_MAX		((1ULL << 62) - 1)
#define AIOS_MILLI		1000U	/* of one whole accelerator */
#define AIOS_ALLOC_NO_ROW	0xffU

struct aios_job_node;

/**
 * struct aios_group_node - a node of the quota tree
 * @id: set by the owner before attach, unique, not 0
 * @parent: NULL for the root
 * @depth: 0 for the root
 * @weight: scales the weight of the jobs below, AIOS_WEIGHT_*; see
 *	aios_engine_group_weight()
 * @limit: own limits, AIOS_UNLIMITED when none
 * @charged: what the admitted jobs in and below it hold
 * @excess: the part of @charged that is use of running jobs above their request
 *	(sticky resources): lent, and called back when a candidate needs it
 * @granted: sum of the grants of these jobs, at least @charged
 * @nr_jobs: jobs directly in it, queued or admitted
 * @nr_running: of these admitted, running or suspended
 * @nr_groups: groups directly below
 * @stamp: private; the simulation that @sim belongs to
 * @sim: private; @charged at a simulated time
 * @row_stamp: private; the program that the next four belong to
 * @row: private; row in the linear program, or AIOS_ALLOC_NO_ROW
 * @demand: private; sum of the columns below it
 * @activity: private; what the grants take above what is charged
 * @next: private; next group that has a column below it
 * @quantum_ns: time slice of its jobs, 0: the engine's
 * @usage: private; decayed use, dominant share times ns, as of @usage_ns
 * @usage_ns: private
 * @tag_stamp: private; the decision that @tag belongs to
 * @tag: private; of a policy that merges the queues of groups
 * @policy: orders its own jobs, NULL: its parent's does; see
 *	aios_engine_group_policy()
 * @order: private; candidates that it orders
 * @cursor: private; in @order
 * @next_domain: private; next group with a policy of its own
 *
 * All but @id is read-only for the owner.
 */
struct aios_group_node {
	u64 id;
	struct aios_group_node *parent;
	u32 depth;
	u32 weight;
	u64 limit[AIOS_RESOURCE_MAX];
	u64 charged[AIOS_RESOURCE_MAX];
	u64 excess[AIOS_RESOURCE_MAX];
	u64 granted[AIOS_RESOURCE_MAX];
	u32 nr_jobs;
	u32 nr_running;
	u32 nr_groups;
	u64 stamp;
	u64 sim[AIOS_RESOURCE_MAX];
	u64 row_stamp;
	u8 row[AIOS_RESOURCE_MAX];
	u64 demand[AIOS_RESOURCE_MAX];
	u64 activity[AIOS_RESOURCE_MAX];
	struct aios_group_node *next;
	u64 quantum_ns;
	u64 usage;
	u64 usage_ns;
	u64 tag_stamp;
	u64 tag;
	const struct aios_policy_ops *policy;
	struct aios_ordered order;
	struct aios_ordered_node *cursor;
	struct aios_group_node *next_domain;
};

/**
 * struct aios_device_node - one accelerator
 * @id: set by the owner before aios_engine_device_add(), unique
 * @flags: AIOS_DEVICE_OFFLINE, AIOS_DEVICE_GONE: nothing is placed on it
 * @memory: bytes; 0: unknown, then no gpu_memory can be requested on it
 * @milli_held: thousandths held by the requests of jobs
 * @memory_held: bytes held: per job the larger of request and use
 * @memory_excess: the part of @memory_held that is use above requests
 * @memory_used: bytes charged by jobs
 * @nr_jobs: jobs placed on it, suspended ones included
 * @exclusive: one job has it to itself
 * @node: private; in aios_engine::devices
 * @stamp: private; the simulation that sim_* belong to
 * @sim_milli: private
 * @sim_memory: private
 * @sim_jobs: private
 * @sim_exclusive: private
 * @alone_stamp: private; the gang that alone_* belong to, on an empty machine
 * @alone_milli: private
 * @alone_jobs: private
 * @alone_memory: private
 * @alone_exclusive: private
 * @row: private; rows of milli and of memory in the linear program
 * @demand: private
 * @activity: private
 */
struct aios_device_node {
	u32 id;
	u32 flags;
	u64 memory;
	u32 milli_held;
	u32 nr_jobs;
	u64 memory_held;
	u64 memory_excess;
	u64 memory_used;
	bool exclusive;
	bool sim_exclusive;
	struct aios_ordered_node node;
	u64 stamp;
	u32 sim_milli;
	u32 sim_jobs;
	u64 sim_memory;
	u64 alone_stamp;
	u32 alone_milli;
	u32 alone_jobs;
	u64 alone_memory;
	bool alone_exclusive;
	u8 row[2];
	u64 demand[2];
	u64 activity[2];
};

/**
 * struct aios_share - what a job has of one accelerator
 * @device: which
 * @milli: thousandths requested on it; 0 while suspended counts as given up
 * @milli_granted: thousandths granted, at least @milli of a running job
 * @memory: bytes requested on it
 * @memory_used: bytes charged on it
 */
struct aios_share {
	struct aios_device_node *device;
	u32 milli;
	u32 milli_granted;
	u64 memory;
	u64 memory_used;
};

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
 * @id: for the owner
 * @size: how many there must be, 1 to AIOS_GANG_MAX; set before the first joins
 * @nr_members: live ones; read-only for the owner, like all below
 * @started: they have been admitted: nobody joins any more
 * @first: the member that came first, which stands in the queue for all; the
 *	others follow by aios_job_node::gang_next
 */
struct aios_gang_node {
	u64 id;
	u32 size;
	u32 nr_members;
	bool started;
	struct aios_job_node *first;
};

/**
 * struct aios_edge - a job waits for another
 * @on: for whom; set by the owner before submit, live; NULL once it is met
 * @kind: AIOS_DEPEND_*; set by the owner before submit
 * @job: private; who waits
 * @next: private; next in aios_job_node::dependents of @on
 * @link: private; what points to this one there
 */
struct aios_edge {
	struct aios_job_node *on;
	u32 kind;
	struct aios_job_node *job;
	struct aios_edge *next;
	struct aios_edge **link;
};

/**
 * struct aios_row_name - which row
 * @kind: AIOS_ROW_*; AIOS_ROW_NONE: none
 * @resource: AIOS_RESOURCE_*
 * @id: of the group or the accelerator
 */
struct aios_row_name {
	u32 kind;
	u32 resource;
	u64 id;
};

#define AIOS_ROW_NONE	U32_MAX

/**
 * struct aios_job_node - a job
 * @id: set by the owner before submit, unique, not 0
 * @group: set by the owner before submit, attached
 * @resource_mask: resources that the job states; set before submit. What is
 *	not stated is neither charged nor arbitrated, but for gpu_memory on the
 *	accelerators that are: it counts as request 0 without a limit
 * @weight: AIOS_WEIGHT_*; this and the next three are set before submit and then
 *	changed by aios_engine_job_update() alone
 * @priority: AIOS_PRIORITY_*, higher goes first
 * @expected_runtime_ns: 0: unknown
 * @request: needed to start and held from then on
 * @limit: what it can use, at least @request; both are changed likewise
 * @exclusive: shares no accelerator; charged in whole ones
 * @on_hold: not considered while it is queued; set before submit and then
 *	changed by aios_engine_job_hold() alone
 * @edge: jobs that it waits for, memory of the owner's until it has ended; set
 *	before submit
 * @nr_edges: how many
 * @gang: starts with the others of it; set before submit; NULL: alone
 * @retries: how often it starts again after it ran out of memory, up to
 *	AIOS_RETRIES_MAX; set before submit, like the next
 * @retry_factor: by which its request for memory grows each time, in
 *	1/AIOS_RETRY_UNIT; 0 without retries
 * @gang_next: next member; read-only for the owner
 * @submit_ns: arrival, for the policies
 * @deadline_ns: when it should have ended, for the policies; 0: none; changed
 *	likewise
 * @state: enum aios_core_state; read-only for the owner, like all below
 * @ready: a process waits for its admission
 * @resuming: suspended and waits for room to resume
 * @preempted: of these, by the policy, and so at its place in the order
 * @urgent: the guard has promoted it
 * @nr_unmet: jobs that it still waits for
 * @lost: id of one that can no longer do what it is waited for; 0: none
 * @lost_kind: AIOS_DEPEND_* of that
 * @attempt: from 1
 * @retry_limit: what its @limit of memory was set to, when it has @retries; its
 *	@limit of memory is then its @request
 * @admit_ns: when it was admitted
 * @end_ns: expected end, AIOS_TIME_MAX when unknown
 * @base_ns: private; @admit_ns put off by the time spent suspended
 * @ran_ns: private; run time before it was last suspended
 * @idle_ns: when it began to wait
 * @waited_ns: what it waited before that, from its arrival
 * @reference_ns: what FIFO would have made it wait, as estimated at its arrival
 * @held: what is charged for it
 * @used: last reported use of the sticky resources
 * @grant: what it may use now; AIOS_UNLIMITED: not arbitrated
 * @x: position of the grant between request and limit, 2^-AIOS_X_FRAC
 * @epoch: decision that changed state or grant last
 * @share: its accelerators; meaningless before it is admitted
 * @nr_shares: number of these
 * @span: private; upper end of the grant less the request at the last decision,
 *	0 where the resource is not arbitrated
 * @x_target: private; x when everybody has given back what is above his grant
 * @x_next: private; x until then
 * @reduced_cost: private; of the last decision
 * @weight_scaled: private; weight in the last decision
 * @bottleneck: private; the row that holds it back in the last decision
 * @serial: private; order of arrival
 * @dependents: private; who waits for it
 * @news: private; what decide tells the owner at its end
 * @next_news: private
 * @reference_set: private
 * @chosen: private; to make way for another
 * @size: private; see aios_measure_size()
 * @planned_ns: private; run time that it counts with in the queued work
 * @planned_end_ns: private; end that it counts with in the running work
 * @queue_node: private; in aios_engine::queue
 * @order_node: private; of a candidate in aios_engine::guarded, of a running job
 *	in aios_engine::ranked, of one that can never start in aios_engine::doomed
 * @held_node: private; in aios_engine::held
 * @running_node: private; in aios_engine::running
 * @sim_node: private; in a simulated future
 * @domain: private; group with a policy of its own that orders this candidate
 * @domain_node: private; in the order of that
 * @slot: private; key that it is about to have in aios_engine::queue
 * @need: private; what a candidate would be charged
 * @least: private; smallest need per resource in its subtree of the queue
 * @least_runtime_ns: private
 */
struct aios_job_node {
	u64 id;
	struct aios_group_node *group;
	u32 resource_mask;
	u32 weight;
	s32 priority;
	bool exclusive;
	bool on_hold;
	bool ready;
	bool resuming;
	bool preempted;
	bool urgent;
	bool reference_set;
	bool chosen;
	u64 expected_runtime_ns;
	u64 request[AIOS_RESOURCE_MAX];
	u64 limit[AIOS_RESOURCE_MAX];
	struct aios_gang_node *gang;
	struct aios_job_node *gang_next;
	struct aios_edge *edge;
	u32 nr_edges;
	u32 nr_unmet;
	u64 lost;
	u32 lost_kind;
	u32 retries;
	u32 retry_factor;
	u32 attempt;
	u64 retry_limit;
	u32 state;
	u32 news;
	u64 submit_ns;
	u64 deadline_ns;
	u64 admit_ns;
	u64 end_ns;
	u64 base_ns;
	u64 ran_ns;
	u64 idle_ns;
	u64 waited_ns;
	u64 reference_ns;
	u64 size;
	u64 planned_ns;
	u64 planned_end_ns;
	u64 held[AIOS_RESOURCE_MAX];
	u64 used[AIOS_RESOURCE_MAX];
	u64 grant[AIOS_RESOURCE_MAX];
	u64 x;
	u64 epoch;
	struct aios_share share[AIOS_JOB_DEVICES_MAX];
	u32 nr_shares;
	u64 span[AIOS_RESOURCE_MAX];
	u64 x_target;
	u64 x_next;
	s64 reduced_cost;
	u32 weight_scaled;
	struct aios_row_name bottleneck;
	u64 serial;
	struct aios_edge *dependents;
	struct aios_job_node *next_news;
	struct aios_ordered_node queue_node;
	struct aios_ordered_node order_node;
	struct aios_ordered_node held_node;
	struct aios_ordered_node running_node;
	struct aios_ordered_node sim_node;
	struct aios_group_node *domain;
	struct aios_ordered_node domain_node;
	struct aios_ordered_key slot;
	u64 need[AIOS_RESOURCE_MAX];
	u64 least[AIOS_RESOURCE_MAX];
	u64 least_runtime_ns;
};

#endif /* AIOS_CORE_ENGINE_NODES_H */
