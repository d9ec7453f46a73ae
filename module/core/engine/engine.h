/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine: which job is admitted when, on which accelerators, and how the
 * surplus is shared. It is told events (submit, ready, end, limits, use) and
 * aios_engine_decide() answers with decisions through callbacks. The kernel
 * module and the simulator drive the same object files.
 *
 * Pure: no lock, no allocation, no clock, no I/O, no floating point. The caller
 * serialises all calls on one engine, passes the time (nanoseconds of any
 * monotonic clock) and the memory, and embeds the nodes in his own objects.
 * A node is zeroed before it is first given to the engine and stays at its
 * address until it is detached, ended or removed.
 *
 * Bounds: an amount of a resource is at most AIOS_AMOUNT_MAX or AIOS_UNLIMITED,
 * a time or duration at most AIOS_TIME_MAX, and no more than AIOS_CHARGE_MAX is
 * ever charged in sum, so sums fit 64 bits and products 128.
 *
 * Cost, with n queued and r admitted jobs, d devices, depth g <= 16 of groups
 * and R <= 16 resources: submit, ready, end, update, charge and use
 * O(log n + log r + g R + d); decide O(admitted + candidates examined) times
 * that, plus O(r) for the reservation of a blocked head, plus one linear
 * program over r columns when something that it depends on has changed. When
 * nothing but one arrival happened since the last decision, only that job is
 * examined; when nothing happened, decide returns at once.
 */
#ifndef AIOS_CORE_ENGINE_ENGINE_H
#define AIOS_CORE_ENGINE_ENGINE_H

#include <linux/aios.h>

#include "core/base/ordered.h"
#include "core/base/types.h"
#include "core/engine/nodes.h"
#include "core/lp/lp.h"
#include "core/policy/policy.h"

#define AIOS_DEVICES_MAX	256U	/* accelerators of one engine */
#define AIOS_HELD_MAX		(AIOS_LP_N_MAX - 1)	/* jobs admitted at a time */
#define AIOS_CHARGE_MAX		((1ULL << 62) - 1) /* charged where nothing bounds it */
#define AIOS_CONSERVATIVE_DEPTH	256U	/* reservations of conservative backfilling */
#define AIOS_QUANTUM_DEFAULT	60000000000ULL		/* ns, 1 min */
#define AIOS_HALF_LIFE_DEFAULT	86400000000000ULL	/* ns, 1 day */

struct aios_engine;

/**
 * struct aios_engine_ops - how decisions reach the owner
 * @admitted: @job holds its resources; grant and shares are final
 * @resumed: a suspended @job, asked to resume, holds its elastic resources again
 * @preempted: the policy has suspended @job; it waits to resume
 * @dropped: queued @job can never start, see aios_job_node::lost; the engine
 *	has ended it, and it is the owner's again
 * @granted: the grant of @job changed (not called beside the others)
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
	void (*yield)(struct aios_engine *engine);
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
 * @y_shift: fraction bits of prices and reduced costs
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
	u64 objective[2];
	u64 gap[2];
	u64 epoch;
	struct aios_alloc_row row[AIOS_LP_MAX_ROWS];
};

/**
 * struct aios_preview - what aios_engine_preview() found
 * @state: AIOS_STATE_ADMITTED if it would be admitted at once, else
 *	AIOS_STATE_QUEUED
 * @position: place in the queue from 1; 0 when admitted
 * @start_ns: estimated start, 0 when unknown
 * @why: what it would wait for
 */
struct aios_preview {
	u32 state;
	u32 position;
	u64 start_ns;
	struct aios_why why;
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
 * struct aios_engine - one machine
 * @ops: callbacks
 * @arg: the owner's
 * @root: root of the quota tree
 * @elastic: mask of the resources that can be taken back at once
 * @sticky: mask of those that are held while the job lives
 * @limit_only: mask of those that are limited and never charged
 * @capacity: of the machine; AIOS_UNLIMITED: not arbitrated. That of gpu and
 *	gpu_memory follows the devices
 * @policy: orders the queue
 * @policy_id: AIOS_POLICY_*
 * @backfill: AIOS_BACKFILL_*
 * @objective: AIOS_OBJECTIVE_*
 * @quantum_ns: time slice, and what preemption must gain at least
 * @aging_ns: wait that is worth one step of priority, 0: none
 * @half_life_ns: in which old use counts half, 0: never
 * @guard: multiple of what FIFO would make a job wait, in 1/AIOS_GUARD_UNIT,
 *	beyond which it goes first; 0: no guard
 * @guard_floor_ns: the least wait that is multiplied
 * @blocking: who was chosen once stays the head until it starts, and the other
 *	rules of the published comparisons; set by the owner of an empty engine
 * @drain_ns: from when on nothing starts, AIOS_TIME_MAX: never; see
 *	aios_engine_drain()
 * @now: time of the last event
 * @next_ns: when aios_engine_decide() is due even if nothing happens
 * @nr_guarded: jobs that the guard has promoted
 * @nr_preempted: times a job was frozen by the policy
 * @yardstick: private; unit of sizes, see aios_measure_set()
 * @epoch: decisions taken
 * @nr_queued: jobs that wait, ready or not
 * @nr_held: admitted, running and suspended jobs
 * @queue: the candidates: ready jobs, and suspended ones that resume
 * @held: admitted, running and suspended jobs by expected end
 * @running: those that are not suspended by arrival: the columns of the program,
 *	in an order that others' coming and going does not change
 * @guarded: candidates by the time at which the guard promotes them
 * @ranked: private; running jobs in the order of a preemptive policy
 * @doomed: private; queued jobs that the next decision drops
 * @devices: accelerators by id
 * @head: the candidate that has the reservation; NULL: none waits
 * @reclaim: the head, when it would fit if all used what they requested
 * @shadow_ns: when the head starts at the latest as far as is known, AIOS_TIME_MAX
 *	when it is not known
 * @result: the last linear program
 * @serial: private
 * @stamp: private
 * @row_stamp: private
 * @alone_stamp: private
 * @fresh: private; the only candidate that came since the last decision
 * @nr_fresh: private
 * @room_changed: private; more than arrivals happened
 * @alloc_changed: private; the surplus must be distributed anew
 * @news: private
 * @news_tail: private
 * @tag_stamp: private; for aios_group_node::tag
 * @sum: private; of a policy, in this pass over the queue
 * @mean: private; of the pass before
 * @work_queued: private; size times expected run time of the candidates
 * @ends: private; size times expected end of the running jobs
 * @size_running: private; sum of their sizes
 * @work_actual: private; work of the jobs that ended
 * @work_expected: private; what it was expected to be
 * @mean_runtime_ns: private; of the jobs that ended
 * @nr_ran: private; how many these are
 * @domains: private; groups with a policy of their own
 * @slice_ns: private; the least time slice that any group ever had
 * @places_open: private; a job came to one of these, whose places are to be filled
 * @buckets: private; for aios_ordered_resort()
 *
 * All but @arg and @blocking is read-only for the owner.
 */
struct aios_engine {
	const struct aios_engine_ops *ops;
	void *arg;
	struct aios_group_node root;
	u32 elastic;
	u32 sticky;
	u32 limit_only;
	u64 capacity[AIOS_RESOURCE_MAX];
	const struct aios_policy_ops *policy;
	u32 policy_id;
	u32 backfill;
	u32 objective;
	u64 quantum_ns;
	u64 aging_ns;
	u64 half_life_ns;
	u32 guard;
	u64 guard_floor_ns;
	bool blocking;
	u64 drain_ns;
	u64 now;
	u64 next_ns;
	u64 nr_guarded;
	u64 nr_preempted;
	u64 yardstick;
	u64 epoch;
	u32 nr_queued;
	u32 nr_held;
	struct aios_ordered queue;
	struct aios_ordered held;
	struct aios_ordered running;
	struct aios_ordered guarded;
	struct aios_ordered ranked;
	struct aios_ordered doomed;
	struct aios_ordered devices;
	struct aios_job_node *head;
	struct aios_job_node *reclaim;
	u64 shadow_ns;
	struct aios_alloc_result result;
	u64 serial;
	u64 stamp;
	u64 row_stamp;
	u64 alone_stamp;
	struct aios_job_node *fresh;
	u32 nr_fresh;
	bool room_changed;
	bool alloc_changed;
	struct aios_job_node *news;
	struct aios_job_node *news_tail;
	u64 tag_stamp;
	struct aios_policy_sums sum;
	struct aios_policy_sums mean;
	u128 work_queued;
	u128 ends;
	u64 size_running;
	u64 work_actual;
	u64 work_expected;
	u64 mean_runtime_ns;
	u64 nr_ran;
	struct aios_group_node *domains;
	u64 slice_ns;
	bool places_open;
	struct aios_ordered_buckets buckets;
};

/**
 * struct aios_now - that the engine was told the time
 * @ns: the time as the engine has it
 * @epoch: private; the decision after which it was told
 *
 * Whenever what a job holds changes, what it held is charged to the account of its
 * group until the present time, and wait and run time are measured by it. So every
 * event takes one of these, which nothing but aios_engine_time()
 * makes, and nobody can forget to tell the time. It is good until the next decision;
 * with an older one an event is refused where AIOS_CORE_DEBUG is set, see debug.h.
 * What is asked of the engine and not told takes plain numbers.
 */
struct aios_now {
	u64 ns;
	u64 epoch;
};

/**
 * aios_engine_time() - tell the time, before an event
 * @engine: the engine
 * @ns: of any monotonic clock, always the same; less than before has no effect
 *
 * Return: what events take.
 */
struct aios_now aios_engine_time(struct aios_engine *engine, u64 ns);

/*
 * Every function that takes a "why" fills it when it fails and clears it when
 * it succeeds; NULL is allowed. A call that fails changes nothing.
 */

/**
 * aios_engine_init() - make an empty engine
 * @engine: memory of the caller's, any content
 * @ops: callbacks, used as long as the engine is
 * @arg: for the owner
 * @root_id: id of the root group
 *
 * The root group is aios_engine::root, without limits. There is no resource
 * and no device; policy priority, EASY backfill, objective utility.
 */
void aios_engine_init(struct aios_engine *engine,
		      const struct aios_engine_ops *ops, void *arg, u64 root_id);

/**
 * aios_engine_resource_set() - declare a resource or change its capacity
 * @engine: the engine
 * @now: that the engine was told the time
 * @resource: AIOS_RESOURCE_*
 * @flags: AIOS_RESOURCE_ELASTIC, _STICKY or _LIMIT_ONLY
 * @capacity: of the machine, AIOS_UNLIMITED when nothing bounds it; ignored for
 *	gpu and gpu_memory, which follow the devices
 *
 * A capacity below what is held takes effect as jobs end.
 *
 * Return: 0, -EINVAL for a bad resource, capacity or combination of flags, or
 * -EBUSY when the flags change while jobs hold it.
 */
int aios_engine_resource_set(struct aios_engine *engine, struct aios_now now,
			     u32 resource, u32 flags, u64 capacity);

/**
 * aios_engine_policy_set() - choose order, backfill and objective
 * @engine: the engine
 * @now: that the engine was told the time
 * @policy: AIOS_POLICY_*
 * @backfill: AIOS_BACKFILL_*
 * @objective: AIOS_OBJECTIVE_*
 *
 * The whole queue is ordered anew, O(n log n).
 *
 * Return: 0, -EOPNOTSUPP for a value that this version does not know.
 */
int aios_engine_policy_set(struct aios_engine *engine, struct aios_now now,
			   u32 policy, u32 backfill, u32 objective);

/**
 * aios_engine_group_policy() - let a group order its own jobs, or no longer
 * @engine: the engine
 * @now: that the engine was told the time
 * @group: attached group, not the root
 * @policy: AIOS_POLICY_*, or AIOS_GROUP_INHERITS: its parent's order holds
 *
 * The places that its jobs have in the queue are the root's to give; they are filled
 * in the order of @policy. Jobs below it count with it, down to groups that have a
 * policy of their own. While the root's policy freezes jobs this has no effect. The
 * whole queue is ordered anew, O(n log n).
 *
 * Return: 0, -EINVAL: the root, -EOPNOTSUPP: a value that this version does not know,
 * or a policy that freezes jobs or whose order depends on the whole queue.
 */
int aios_engine_group_policy(struct aios_engine *engine, struct aios_now now,
			     struct aios_group_node *group, u32 policy);

/**
 * aios_engine_group_quantum() - set the time slice of the jobs of a group
 * @engine: the engine
 * @now: that the engine was told the time
 * @group: attached group, not the root
 * @quantum_ns: AIOS_QUANTUM_MIN_NS to AIOS_TUNING_TIME_MAX, or 0: the next one up to
 *	the root that has its own, or the engine's
 *
 * For a policy of the root that freezes jobs. O(n log n).
 *
 * Return: 0, -EINVAL: the root, or out of range.
 */
int aios_engine_group_quantum(struct aios_engine *engine, struct aios_now now,
			      struct aios_group_node *group, u64 quantum_ns);

/**
 * struct aios_engine_tuning - the numbers that policies and the guard go by
 * @quantum_ns: time slice, and what preemption must gain; AIOS_QUANTUM_MIN_NS to
 *	AIOS_TUNING_TIME_MAX
 * @aging_ns: wait that is worth one step of priority, up to
 *	AIOS_TUNING_TIME_MAX; 0: none
 * @half_life_ns: in which old use counts half, likewise; 0: never
 * @guard: multiple in 1/AIOS_GUARD_UNIT, above that and up to AIOS_GUARD_MAX; 0:
 *	no guard
 * @guard_floor_ns: the least wait that is multiplied, up to
 *	AIOS_TUNING_TIME_MAX
 */
struct aios_engine_tuning {
	u64 quantum_ns;
	u64 aging_ns;
	u64 half_life_ns;
	u64 guard_floor_ns;
	u32 guard;
};

/**
 * aios_engine_tune() - set them
 * @engine: the engine
 * @now: that the engine was told the time
 * @tuning: all of them
 *
 * O(n log n). Whom the guard has promoted stays where he is.
 *
 * Return: 0, -EINVAL: out of range.
 */
int aios_engine_tune(struct aios_engine *engine, struct aios_now now,
		     const struct aios_engine_tuning *tuning);

/**
 * aios_engine_drain() - let nothing start from a time on
 * @engine: the engine
 * @now: that the engine was told the time
 * @start_ns: that time; AIOS_TIME_MAX: never
 *
 * Before it nothing starts that is not expected to end by then, and so nothing
 * whose run time is not known. Who cannot start for that holds nobody up. Jobs
 * that have started go on, and resume.
 */
void aios_engine_drain(struct aios_engine *engine, struct aios_now now,
		       u64 start_ns);

/**
 * aios_engine_group_attach() - put a group into the tree
 * @group: zeroed but for its id
 * @parent: attached group
 * @weight: AIOS_WEIGHT_*
 * @why: cause of a refusal
 *
 * Its limits are AIOS_UNLIMITED.
 *
 * Return: 0, -EINVAL: weight out of range, -ENAMETOOLONG: deeper than
 * AIOS_DEPTH_MAX.
 */
int aios_engine_group_attach(struct aios_group_node *group,
			     struct aios_group_node *parent, u32 weight,
			     struct aios_why *why);

/**
 * aios_engine_group_detach() - take a group out of the tree
 * @engine: the engine
 * @group: attached group, not the root
 * @why: cause of a refusal
 *
 * Return: 0, -EBUSY: there are jobs in it or groups below it.
 */
int aios_engine_group_detach(struct aios_engine *engine,
			     struct aios_group_node *group,
			     struct aios_why *why);

/**
 * aios_engine_group_limit() - set limits of a group
 * @engine: the engine
 * @now: that the engine was told the time
 * @group: attached group
 * @mask: which to set
 * @limit: the values, AIOS_UNLIMITED for none
 * @pending: a mask of the resources that are charged above the new limit, which
 *	takes effect as jobs end or give back; may be NULL
 * @why: cause of a refusal
 *
 * Queued jobs that can now never be admitted stay queued, say so in their
 * why, and block nobody.
 *
 * Return: 0, -EINVAL: a value out of range or above what the parent effectively
 * has, or a resource that does not exist.
 */
int aios_engine_group_limit(struct aios_engine *engine, struct aios_now now,
			    struct aios_group_node *group, u32 mask,
			    const u64 *limit, u32 *pending, struct aios_why *why);

/**
 * aios_engine_group_weight() - set the weight of a group
 * @engine: the engine
 * @now: that the engine was told the time
 * @group: attached group
 * @weight: AIOS_WEIGHT_*
 * @why: cause of a refusal
 *
 * A job counts in the objective with its weight times weight/100 of each group
 * from its own up, the root left out.
 *
 * Return: 0, -EINVAL: out of range.
 */
int aios_engine_group_weight(struct aios_engine *engine, struct aios_now now,
			     struct aios_group_node *group, u32 weight,
			     struct aios_why *why);

/**
 * aios_engine_group_effective() - the smallest limit up to the machine
 * @engine: the engine
 * @group: attached group
 * @resource: AIOS_RESOURCE_*
 * @binding: id of the nearest group that has this limit; the root's where the
 *	machine binds; may be NULL
 *
 * Return: the limit.
 */
u64 aios_engine_group_effective(const struct aios_engine *engine,
				const struct aios_group_node *group,
				u32 resource, u64 *binding);

/**
 * aios_engine_job_effective() - the same for a job
 * @engine: the engine
 * @job: job, in any state
 * @resource: AIOS_RESOURCE_*
 * @binding: 0 where the job's own limit binds; may be NULL
 *
 * Return: the limit.
 */
u64 aios_engine_job_effective(const struct aios_engine *engine,
			      const struct aios_job_node *job, u32 resource,
			      u64 *binding);

/**
 * aios_engine_job_check() - whether a job is well-formed and can ever run
 * @engine: the engine
 * @job: job with all that the owner sets, not submitted
 * @why: cause of a refusal
 *
 * Return: 0; -EINVAL: weight, priority, time or amount out of range, request
 * above limit, retries out of range, with a gang, or with nothing to grow into;
 * -EOPNOTSUPP: a resource that does not exist; -ENOSPC: its
 * request exceeds a limit or the machine, or no set of accelerators has its
 * shape.
 */
int aios_engine_job_check(const struct aios_engine *engine,
			  const struct aios_job_node *job,
			  struct aios_why *why);

/**
 * aios_engine_job_submit() - queue a job
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: job with all that the owner sets, the rest zero
 * @why: cause of a refusal
 *
 * It waits, not ready. It is not considered before each of its edges is met; one
 * that can never be met ends it: aios_engine_ops::dropped. A member of a gang is
 * not considered before all of them are there and ready, and then the gang takes
 * one place, that of its first member.
 *
 * Return: as aios_engine_job_check(); -ESRCH: one that it waits for is not live;
 * -EBUSY: the gang is full or has started; -EINVAL: it is of another group, its
 * size is out of range, or the job waits for another member.
 */
int aios_engine_job_submit(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job, struct aios_why *why);

/**
 * aios_engine_job_ready() - a queued job becomes a candidate, or no longer
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: job; no effect unless it is queued
 * @ready: whether a process waits for its admission
 */
void aios_engine_job_ready(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job, bool ready);

/**
 * aios_engine_job_hold() - keep a queued job back, or no longer
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: job
 * @hold: whether it is kept back
 *
 * It keeps its place by arrival; time on hold is no wait for the guard.
 *
 * Return: 0, -EINVAL: not queued, -EALREADY: so it is.
 */
int aios_engine_job_hold(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, bool hold);

/**
 * aios_engine_job_waits() - whether nothing but room is lacking to a job
 * @job: queued job
 *
 * Return: true when it is a candidate.
 */
bool aios_engine_job_waits(const struct aios_job_node *job);

/**
 * aios_engine_job_end() - a job fails or is withdrawn, in any state
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: job
 *
 * All that it holds is free and the node is the owner's again. Idempotent.
 * O(jobs that wait for it) more than other events.
 */
void aios_engine_job_end(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job);

/**
 * aios_engine_job_done() - a job ends with success, in any state
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: job
 *
 * As aios_engine_job_end(), but for those who wait for its success.
 */
void aios_engine_job_done(struct aios_engine *engine, struct aios_now now,
			  struct aios_job_node *job);

/**
 * aios_engine_retry_request() - what a job would ask for at its next attempt
 * @engine: the engine
 * @job: job, in any state
 *
 * Its request for memory times its factor, rounded down but at least one more, as
 * far as its own limit, those of its groups and the machine let it grow.
 *
 * Return: bytes, 0 when there is no next attempt.
 */
u64 aios_engine_retry_request(const struct aios_engine *engine,
			      const struct aios_job_node *job);

/**
 * aios_engine_job_retry() - a job that ran out of memory is queued once more
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: held or suspended job, whose processes have ended
 *
 * All that it holds is free. It waits, not ready, at its place by arrival and with
 * what it has waited before, asks for aios_engine_retry_request(), and those who
 * wait for its end go on waiting. Its run time so far tells nothing about how long
 * it takes, and is not learnt from.
 *
 * Return: 0, -EINVAL: it holds nothing, -ENOSPC: there is no next attempt.
 */
int aios_engine_job_retry(struct aios_engine *engine, struct aios_now now,
			  struct aios_job_node *job);

/**
 * struct aios_change - what a live job shall have instead
 * @flags: AIOS_UPDATE_*: which of the four numbers below change
 * @resource_mask: the resources whose request and limit change
 * @weight: AIOS_WEIGHT_*
 * @priority: AIOS_PRIORITY_*
 * @expected_runtime_ns: 0: unknown
 * @deadline_ns: 0: none
 * @request: by resource; read where @resource_mask says so
 * @limit: likewise
 */
struct aios_change {
	u32 flags;
	u32 resource_mask;
	u32 weight;
	s32 priority;
	u64 expected_runtime_ns;
	u64 deadline_ns;
	const u64 *request;
	const u64 *limit;
};

/**
 * aios_engine_job_update() - change a live job
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: submitted job
 * @change: what changes; used during the call only
 * @why: cause of a refusal
 *
 * A running job that raises its request gets it at once or not at all; less is
 * free at once. A suspended job takes part with its sticky resources.
 * Resources that were not stated before become stated. Of a job with retries a
 * new limit of memory is how far it can grow.
 *
 * Return: as aios_engine_job_check(), or -EAGAIN: there is no room now, or
 * -ESRCH: it has ended.
 */
int aios_engine_job_update(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job,
			   const struct aios_change *change, struct aios_why *why);

/**
 * aios_engine_job_suspend() - a running job gives its elastic resources back
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: held job, or a suspended one that waits to resume and then stops that
 *
 * Its x is 0, its elastic grants are 0. So are those of its whole gang.
 *
 * Return: 0, -EINVAL: not in this state, -EALREADY: it is suspended.
 */
int aios_engine_job_suspend(struct aios_engine *engine, struct aios_now now,
			    struct aios_job_node *job);

/**
 * aios_engine_job_resume() - a suspended job wants to go on
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: suspended job
 *
 * It competes ahead of the queue, with its gang; aios_engine_ops::resumed tells when it has
 * its resources.
 *
 * Return: 0, -EINVAL: not suspended, -EALREADY: it waits already.
 */
int aios_engine_job_resume(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job);

/**
 * aios_engine_job_use() - report the use of a sticky resource
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: held or suspended job; no effect on others
 * @resource: AIOS_RESOURCE_MEMORY or another sticky one, not gpu_memory
 * @used: amount
 *
 * Use above the request is held until it is given back; up to the limit.
 */
void aios_engine_job_use(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, u32 resource, u64 used);

/**
 * aios_engine_device_add() - an accelerator appears
 * @engine: the engine
 * @now: that the engine was told the time
 * @device: zeroed but for id, flags and memory
 *
 * Return: 0, -EEXIST: the id is taken, -ENOSPC: AIOS_DEVICES_MAX are there,
 * -EINVAL: memory out of range.
 */
int aios_engine_device_add(struct aios_engine *engine, struct aios_now now,
			   struct aios_device_node *device);

/**
 * aios_engine_device_set() - change memory or state of an accelerator
 * @engine: the engine
 * @now: that the engine was told the time
 * @device: added device
 * @flags: AIOS_DEVICE_OFFLINE and AIOS_DEVICE_GONE take it out of placement;
 *	other bits are the owner's
 * @memory: bytes; less than is held takes effect as jobs end
 *
 * Return: 0, -EINVAL: memory out of range.
 */
int aios_engine_device_set(struct aios_engine *engine, struct aios_now now,
			   struct aios_device_node *device, u32 flags, u64 memory);

/**
 * aios_engine_device_remove() - forget an accelerator
 * @engine: the engine
 * @now: that the engine was told the time
 * @device: added device
 *
 * Return: 0, -EBUSY: jobs are on it (set AIOS_DEVICE_GONE, remove it later).
 */
int aios_engine_device_remove(struct aios_engine *engine, struct aios_now now,
			      struct aios_device_node *device);

/**
 * aios_engine_device_find() - the accelerator at or after an id
 * @engine: the engine
 * @id: id
 *
 * Return: the one with the smallest id that is at least @id, or NULL.
 */
struct aios_device_node *aios_engine_device_find(const struct aios_engine *engine,
						 u32 id);

/**
 * aios_engine_charge() - a job takes accelerator memory
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: held job (a suspended one gets -EINVAL)
 * @device: id of one of its accelerators
 * @bytes: how much more
 * @used: what the job then uses on it; also written on failure; may be NULL
 * @why: whose limit refused
 *
 * Return: 0; -ENODEV: not one of its devices; -EINVAL: state; -ENOMEM: above
 * the job's limit, the device's memory or the limit of a group.
 */
int aios_engine_charge(struct aios_engine *engine, struct aios_now now,
		       struct aios_job_node *job, u32 device, u64 bytes, u64 *used,
		       struct aios_why *why);

/**
 * aios_engine_uncharge() - a job gives accelerator memory back
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: held or suspended job
 * @device: id of one of its accelerators
 * @bytes: how much
 * @used: what the job then uses on it; may be NULL
 *
 * Return: 0; -ENODEV: not one of its devices; -ERANGE: more than it uses.
 */
int aios_engine_uncharge(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, u32 device, u64 bytes,
			 u64 *used);

/**
 * aios_engine_pending() - whether aios_engine_decide() has anything to do
 * @engine: the engine
 *
 * Return: true when an event happened since the last decision.
 */
bool aios_engine_pending(const struct aios_engine *engine);

/**
 * aios_engine_workspace_size() - memory that the next decision needs
 * @engine: the engine
 *
 * Enough for the jobs that are held and 64 more that are admitted in the same
 * decision.
 *
 * Return: bytes.
 */
size_t aios_engine_workspace_size(const struct aios_engine *engine);

/**
 * aios_engine_decide() - admit, resume, and distribute the surplus
 * @engine: the engine
 * @now: the time, never less than before
 * @workspace: memory aligned to 16 bytes, free again when the call returns
 * @size: its size
 *
 * Admits in the order of the policy what fits; the first that does not is the
 * head. With EASY backfill later candidates are admitted when, by expected run
 * times, they cannot delay it. Then the surplus is distributed by the linear
 * program; grants are published only when its certificate holds.
 *
 * Return: 0, or -ENOMEM: the workspace is too small; admissions are done, the
 * jobs keep their grants, new ones have their requests; call again with
 * aios_engine_workspace_size() bytes.
 */
int aios_engine_decide(struct aios_engine *engine, u64 now, void *workspace,
		       size_t size);

/**
 * aios_engine_preview() - what would happen to a job if it came now
 * @engine: the engine, no event pending
 * @job: job with all that the owner sets, not submitted and of no gang; grant
 *	and share are written
 * @now: the time
 * @workspace: as for aios_engine_decide()
 * @size: its size
 * @preview: the answer; its why is filled on failure too
 *
 * Changes nothing that anybody else sees.
 *
 * Return: as aios_engine_job_check(), or -ENOMEM: the workspace is too small.
 */
int aios_engine_preview(struct aios_engine *engine, struct aios_job_node *job,
			u64 now, void *workspace, size_t size,
			struct aios_preview *preview);

/**
 * aios_engine_job_why() - what a job waits for
 * @engine: the engine
 * @job: job
 * @why: AIOS_WHY_DRAIN, _ON_HOLD, _DEPENDS, _DEPENDS_NEVER, _NOT_READY, _GANG,
 *	_NEVER_FITS (limits were lowered since),
 *	_NOT_NOW, _NO_DEVICE or _BEHIND; AIOS_WHY_NONE when it does not wait
 */
void aios_engine_job_why(struct aios_engine *engine, struct aios_job_node *job,
			 struct aios_why *why);

/**
 * aios_engine_position() - place of a job in the queue
 * @engine: the engine
 * @job: job
 *
 * Return: 1 plus the candidates ahead of it, 0 when it is not queued.
 */
u32 aios_engine_position(struct aios_engine *engine,
			 const struct aios_job_node *job);

/**
 * aios_engine_ahead() - candidates of a group that start before a job
 * @engine: the engine
 * @job: job that waits, or might
 * @group: group; those in and below it count
 *
 * O(log n) for the root, else O(AIOS_ESTIMATE_MAX), after which the others are
 * taken to be in @group too.
 *
 * Return: the number.
 */
u32 aios_engine_ahead(struct aios_engine *engine, const struct aios_job_node *job,
		      const struct aios_group_node *group);

/**
 * aios_engine_estimate_start() - when a queued job starts
 * @engine: the engine
 * @job: queued job; one that is not ready is treated as if it were
 * @now: the time
 *
 * Plays the future by expected run times: candidates start in order, none
 * overtakes. O((n + r) (log r + g R + d)) up to the job, at most
 * AIOS_ESTIMATE_MAX jobs.
 *
 * Return: the time, 0 when a run time it depends on is not known, there are
 * too many jobs ahead, it is on hold, or it cannot end before the machine drains.
 */
u64 aios_engine_estimate_start(struct aios_engine *engine,
			       struct aios_job_node *job, u64 now);

#define AIOS_ESTIMATE_MAX	4096U

/**
 * struct aios_explanation - why a job has what it has
 * @goal: AIOS_OBJECTIVE_* that the last decision was made for
 * @goal_set: the one that is set; another than @goal: that was not proven
 * @status: enum aios_lp_status of the decision
 * @nr_jobs: jobs in the decision
 * @epoch: the decision
 * @objective: of the decision, 2^-AIOS_X_FRAC
 * @gap: what is certified of it, see aios_alloc_result::gap
 * @shift: fraction bits of prices and of @reduced_cost
 * @weight: that the job had in the decision
 * @x: position between request and limit, 2^-AIOS_X_FRAC
 * @reduced_cost: weight less the sum of price times column, 2^-@shift
 * @level: height of the job under a fair goal, for a weight of
 *	AIOS_WEIGHT_DEFAULT, 2^-AIOS_X_FRAC; 0 under another goal
 * @nr_rows: rows that the job's column meets
 * @bottleneck: which of these holds it back; @nr_rows: none does
 * @position: place in the queue from 1, 0 when it is not queued
 * @why: what it waits for
 */
struct aios_explanation {
	u32 goal;
	u32 goal_set;
	u32 status;
	u32 nr_jobs;
	u64 epoch;
	u64 objective[2];
	u64 gap[2];
	u32 shift;
	u32 weight;
	u64 x;
	s64 reduced_cost;
	u64 level;
	u32 nr_rows;
	u32 bottleneck;
	u32 position;
	struct aios_why why;
};

/**
 * struct aios_explanation_row - a row that the column of a job meets
 * @kind: AIOS_ROW_*
 * @resource: AIOS_RESOURCE_*
 * @id: of the group or the accelerator
 * @capacity: b
 * @activity: (A x) rounded up
 * @price: y
 * @column: the job's coefficient
 */
struct aios_explanation_row {
	u32 kind;
	u32 resource;
	u64 id;
	u64 capacity;
	u64 activity;
	u64 price;
	u64 column;
};

/**
 * aios_engine_explain() - why a job has what it has
 * @engine: the engine
 * @job: job
 * @out: written
 * @rows: room for the rows that its column meets; may be NULL
 * @room: how many
 */
void aios_engine_explain(struct aios_engine *engine, struct aios_job_node *job,
			 struct aios_explanation *out,
			 struct aios_explanation_row *rows, u32 room);

#endif /* AIOS_CORE_ENGINE_ENGINE_H */
