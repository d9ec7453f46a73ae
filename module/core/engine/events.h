/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what the engine is told, and what is decided about at the next decision.
 *
 * Every function that takes a "why" fills it when it fails and clears it when it
 * succeeds; NULL is allowed. A call that fails changes nothing.
 */
#ifndef AIOS_CORE_ENGINE_EVENTS_H
#define AIOS_CORE_ENGINE_EVENTS_H

#include "core/books/engine.h"

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
 * aios_engine_resource_whole() - say what the capacity of a resource can become again
 * @engine: the engine
 * @resource: AIOS_RESOURCE_*, one that was declared
 * @whole: with what the machine has and does not use for now; less than the capacity has no
 *	effect
 *
 * Whoever asks for more than there is, and not for more than that, waits for it.
 */
void aios_engine_resource_whole(struct aios_engine *engine, u32 resource, u64 whole);

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
 * Return: 0, -EOPNOTSUPP for a value that this version does not know, or for a policy that
 * needs a model when there is none.
 */
int aios_engine_policy_set(struct aios_engine *engine, struct aios_now now,
			   u32 policy, u32 backfill, u32 objective);

/**
 * aios_engine_ranker_set() - give the learned policy its model, or another
 * @engine: the engine
 * @now: that the engine was told the time
 * @ranker: memory of the owner's, which is the engine's until it has another: zeroed but for
 *	the network, whose inputs are those of the ranker; NULL: none
 *
 * When the policy in force goes by it the whole queue is ordered anew, O(n log n).
 *
 * Return: 0, or -EBUSY when the policy in force needs one and this is none.
 */
int aios_engine_ranker_set(struct aios_engine *engine, struct aios_now now,
			   struct aios_ranker *ranker);

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
 * aios_engine_tune() - set them
 * @engine: the engine
 * @now: that the engine was told the time
 * @tuning: all of them
 *
 * O(n log n). Whom the guard has promoted stays where he is.
 *
 * Return: 0, -EINVAL: out of range, -ENOMEM: a guard without memory, see
 * aios_engine_reference_set().
 */
int aios_engine_tune(struct aios_engine *engine, struct aios_now now,
		     const struct aios_engine_tuning *tuning);

/**
 * aios_engine_reference_set() - lend the memory that a guard needs, or take it back
 * @engine: the engine
 * @now: that the engine was told the time
 * @memory: aios_engine_reference_size() bytes of any content, aligned for any type, until
 *	other memory is set; NULL: none, which ends the guard
 *
 * A guard begins anew with it: it knows no waits but those of the jobs that wait now. So
 * memory is set before the guard is, and taken back after it was.
 *
 * Return: what was lent before, or NULL.
 */
void *aios_engine_reference_set(struct aios_engine *engine, struct aios_now now, void *memory);

/**
 * aios_engine_reference_size() - size of the memory that a guard needs
 *
 * Return: bytes, always the same.
 */
size_t aios_engine_reference_size(void);

/**
 * aios_engine_drain() - let nothing start from a time on
 * @engine: the engine
 * @now: that the engine was told the time
 * @start_ns: that time; AIOS_TIME_MAX: never
 *
 * Before it nothing starts that may run longer than until then, and so nothing
 * of which that is not known. Who cannot start for that holds nobody up. Jobs
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
 * aios_engine_group_left() - what jobs that have ended left behind in a group
 * @engine: the engine
 * @now: that the engine was told the time
 * @group: attached group, or the root
 * @resource: AIOS_RESOURCE_*, a sticky one
 * @left: amount, that of groups below not included
 *
 * It is charged to the group and those above until it is gone.
 */
void aios_engine_group_left(struct aios_engine *engine, struct aios_now now,
			    struct aios_group_node *group, u32 resource, u64 left);

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
 * @flags: AIOS_UPDATE_*: which of the six numbers below change
 * @resource_mask: the resources whose request and limit change
 * @weight: AIOS_WEIGHT_*
 * @priority: AIOS_PRIORITY_*
 * @expected_runtime_ns: 0: unknown
 * @max_runtime_ns: 0: none
 * @deadline_ns: 0: none
 * @begin_ns: 0: at once
 * @request: by resource; read where @resource_mask says so
 * @limit: likewise
 */
struct aios_change {
	u32 flags;
	u32 resource_mask;
	u32 weight;
	s32 priority;
	u64 expected_runtime_ns;
	u64 max_runtime_ns;
	u64 deadline_ns;
	u64 begin_ns;
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
 * Return: as aios_engine_job_check(), or -EAGAIN: there is no room now, -ESRCH: it has
 * ended, or -EINVAL: it has begun, and is to begin at another time.
 */
int aios_engine_job_update(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job,
			   const struct aios_change *change, struct aios_why *why);

/**
 * aios_engine_job_swap() - two queued jobs change places
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: queued job without a gang
 * @other: another, of the same group and priority
 *
 * Each counts as having arrived when the other has.
 *
 * Return: 0 or -EINVAL.
 */
int aios_engine_job_swap(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, struct aios_job_node *other);

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
 * aios_engine_job_keep() - a job cannot give back what is above its grant
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: held or suspended job; no effect on others
 * @resource: AIOS_RESOURCE_*, a sticky one
 * @kept: what it is left all the same; 0: it can, or has
 *
 * Its use counts up to this, and whoever waits for it is told.
 */
void aios_engine_job_keep(struct aios_engine *engine, struct aios_now now,
			  struct aios_job_node *job, u32 resource, u64 kept);

/**
 * aios_engine_job_bounded() - what aios_job_node::bound says has changed
 * @engine: the engine
 * @now: that the engine was told the time
 * @job: held or suspended job; no effect on others
 *
 * The next decision grants no more than that.
 */
void aios_engine_job_bounded(struct aios_engine *engine, struct aios_now now,
			     struct aios_job_node *job);

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

#endif /* AIOS_CORE_ENGINE_EVENTS_H */
