// SPDX-License-Identifier: GPL-2.0
/*
 * The engine's objects: the machine, its groups, its accelerators, and the
 * states of a job. Every function is one event; what follows from it is decided
 * in decide.c.
 */
#include "core/engine/internal.h"

/* See engine.h for the contracts of the functions that it declares. */

static const struct aios_engine_ops no_ops;

void aios_engine_init(struct aios_engine *engine,
		      const struct aios_engine_ops *ops, void *arg, u64 root_id)
{
	u32 r;

	memset(engine, 0, sizeof(*engine));
	engine->ops = ops ? ops : &no_ops;
	engine->arg = arg;
	engine->root.id = root_id;
	engine->root.weight = AIOS_WEIGHT_DEFAULT;
	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		engine->root.limit[r] = AIOS_UNLIMITED;
		engine->capacity[r] = AIOS_UNLIMITED;
	}
	engine->policy_id = AIOS_POLICY_PRIORITY;
	engine->policy = aios_policy_find(engine->policy_id);
	engine->backfill = AIOS_BACKFILL_EASY;
	engine->objective = AIOS_OBJECTIVE_UTILITY;
	engine->shadow_ns = AIOS_TIME_MAX;
	engine->next_ns = AIOS_TIME_MAX;
	engine->drain_ns = AIOS_TIME_MAX;
	engine->quantum_ns = AIOS_QUANTUM_DEFAULT;
	engine->slice_ns = AIOS_TIME_MAX;
	engine->half_life_ns = AIOS_HALF_LIFE_DEFAULT;
	engine->queue.augment = aios_queue_least;
	engine->serial = 1;
}

void aios_engine_time(struct aios_engine *engine, u64 now)
{
	engine->now = max(engine->now, min_t(u64, now, AIOS_TIME_MAX));
}

static struct aios_device_node *device_of(struct aios_queue_node *node)
{
	return node ? container_of(node, struct aios_device_node, node) : NULL;
}

/* The capacity of the machine in accelerators is that of those in use. */
static void devices_changed(struct aios_engine *engine)
{
	struct aios_queue_node *node;
	u64 milli = 0, memory = 0;

	for (node = aios_queue_first(&engine->devices); node;
	     node = aios_queue_next(node)) {
		struct aios_device_node *device = device_of(node);

		if (device->flags & (AIOS_DEVICE_OFFLINE | AIOS_DEVICE_GONE))
			continue;
		milli += AIOS_MILLI;
		memory += device->memory;
	}
	engine->capacity[AIOS_RESOURCE_GPU] = milli;
	engine->capacity[AIOS_RESOURCE_GPU_MEMORY] = memory;
	aios_measure_set(engine);
	aios_engine_touch(engine);
}

static bool amount_valid(u64 amount)
{
	return amount <= AIOS_AMOUNT_MAX || amount == AIOS_UNLIMITED;
}

int aios_engine_resource_set(struct aios_engine *engine, u32 resource,
			     u32 flags, u64 capacity)
{
	u32 *masks[] = { &engine->elastic, &engine->sticky,
			 &engine->limit_only };
	u32 bit, i;

	if (resource >= AIOS_RESOURCE_MAX || !amount_valid(capacity))
		return -EINVAL;
	if (flags != AIOS_RESOURCE_ELASTIC && flags != AIOS_RESOURCE_STICKY &&
	    flags != AIOS_RESOURCE_LIMIT_ONLY)
		return -EINVAL;
	bit = 1U << resource;
	for (i = 0; i < ARRAY_SIZE(masks); i++)
		if (!(flags >> i & 1) && *masks[i] & bit &&
		    (engine->nr_held || engine->nr_queued))
			return -EBUSY;
	for (i = 0; i < ARRAY_SIZE(masks); i++) {
		*masks[i] &= ~bit;
		if (flags >> i & 1)
			*masks[i] |= bit;
	}
	engine->capacity[resource] = capacity;
	devices_changed(engine);
	return 0;
}

int aios_engine_policy_set(struct aios_engine *engine, u32 policy, u32 backfill,
			   u32 objective)
{
	const struct aios_policy_ops *ops = aios_policy_find(policy);

	if (!ops || backfill > AIOS_BACKFILL_CONSERVATIVE ||
	    objective > AIOS_OBJECTIVE_PROPORTIONAL)
		return -EOPNOTSUPP;
	engine->policy = ops;
	engine->policy_id = policy;
	engine->backfill = backfill;
	engine->objective = objective;
	aios_order_refresh(engine, true);
	aios_engine_touch(engine);
	return 0;
}

static int tuning_valid(const struct aios_engine_tuning *tuning)
{
	if (tuning->quantum_ns < AIOS_QUANTUM_MIN_NS ||
	    max(max(tuning->quantum_ns, tuning->aging_ns),
		max(tuning->half_life_ns, tuning->guard_floor_ns)) >
	    AIOS_TUNING_TIME_MAX)
		return -EINVAL;
	if (tuning->guard && (tuning->guard <= AIOS_GUARD_UNIT ||
			      tuning->guard > AIOS_GUARD_MAX))
		return -EINVAL;
	return 0;
}

int aios_engine_tune(struct aios_engine *engine,
		     const struct aios_engine_tuning *tuning)
{
	struct aios_queue_node *node;
	u32 moved = 0;
	int err = tuning_valid(tuning);

	if (err)
		return err;
	engine->quantum_ns = tuning->quantum_ns;
	engine->aging_ns = tuning->aging_ns;
	engine->half_life_ns = tuning->half_life_ns;
	engine->guard = tuning->guard;
	engine->guard_floor_ns = tuning->guard_floor_ns;
	for (node = aios_queue_first(&engine->queue); node;
	     node = aios_queue_next(node)) {
		aios_guard_forget(engine, aios_job_of_queue(node));
		aios_guard_watch(engine, aios_job_of_queue(node));
		aios_engine_breathe(engine, moved++);
	}
	aios_order_refresh(engine, true);
	aios_engine_touch(engine);
	return 0;
}

/* ------------------------------------------------------------------- groups */

static bool weight_valid(u32 weight, struct aios_why *why)
{
	if (weight >= AIOS_WEIGHT_MIN && weight <= AIOS_WEIGHT_MAX)
		return true;
	aios_why_set(why, AIOS_WHY_VALUE, 0, 0, weight, AIOS_WEIGHT_MAX);
	return false;
}

int aios_engine_group_attach(struct aios_group_node *group,
			     struct aios_group_node *parent, u32 weight,
			     struct aios_why *why)
{
	u32 r;

	if (!weight_valid(weight, why))
		return -EINVAL;
	if (parent->depth >= AIOS_DEPTH_MAX) {
		aios_why_set(why, AIOS_WHY_DEPTH, 0, parent->id,
			     parent->depth + 1, AIOS_DEPTH_MAX);
		return -ENAMETOOLONG;
	}
	aios_why_clear(why);
	group->parent = parent;
	group->depth = parent->depth + 1;
	group->weight = weight;
	/* Stamps only grow: a node that is attached again matches none. */
	group->stamp = 0;
	group->row_stamp = 0;
	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		group->limit[r] = AIOS_UNLIMITED;
	parent->nr_groups++;
	return 0;
}

int aios_engine_group_detach(struct aios_engine *engine,
			     struct aios_group_node *group,
			     struct aios_why *why)
{
	u32 k;

	if (group->nr_jobs || group->nr_groups) {
		aios_why_set(why, AIOS_WHY_BUSY, 0, group->id, group->nr_jobs,
			     group->nr_groups);
		return -EBUSY;
	}
	aios_why_clear(why);
	for (k = 0; k < engine->result.nr_rows; k++)
		if (engine->result.row[k].group == group)
			engine->result.row[k].group = NULL;
	aios_domain_detach(engine, group);
	group->parent->nr_groups--;
	group->parent = NULL;
	return 0;
}

static int limit_refused(const struct aios_engine *engine,
			 const struct aios_group_node *group, u32 resource,
			 u64 limit, struct aios_why *why)
{
	const struct aios_group_node *up;

	if (!((engine->elastic | engine->sticky | engine->limit_only) >>
	      resource & 1)) {
		aios_why_set(why, AIOS_WHY_UNENFORCEABLE, resource, group->id,
			     limit, 0);
		return -EOPNOTSUPP;
	}
	if (!amount_valid(limit)) {
		aios_why_set(why, AIOS_WHY_VALUE, resource, group->id, limit,
			     AIOS_AMOUNT_MAX);
		return -EINVAL;
	}
	if (limit == AIOS_UNLIMITED)
		return 0;
	for (up = group->parent; up; up = up->parent) {
		if (limit <= up->limit[resource])
			continue;
		aios_why_set(why, AIOS_WHY_ABOVE_PARENT, resource, up->id, limit,
			     up->limit[resource]);
		return -EINVAL;
	}
	return 0;
}

int aios_engine_group_limit(struct aios_engine *engine,
			    struct aios_group_node *group, u32 mask,
			    const u64 *limit, u32 *pending,
			    struct aios_why *why)
{
	u32 above = 0, r;
	int err;

	if (mask >> AIOS_RESOURCE_MAX) {
		aios_why_set(why, AIOS_WHY_VALUE, 0, group->id, mask,
			     (1U << AIOS_RESOURCE_MAX) - 1);
		return -EINVAL;
	}
	aios_for_each_resource(r, mask) {
		err = limit_refused(engine, group, r, limit[r], why);
		if (err)
			return err;
	}
	aios_why_clear(why);
	aios_for_each_resource(r, mask) {
		group->limit[r] = limit[r];
		if (group->charged[r] > limit[r])
			above |= 1U << r;
	}
	if (pending)
		*pending = above;
	aios_engine_touch(engine);
	return 0;
}

int aios_engine_group_weight(struct aios_engine *engine,
			     struct aios_group_node *group, u32 weight,
			     struct aios_why *why)
{
	if (!weight_valid(weight, why))
		return -EINVAL;
	aios_why_clear(why);
	group->weight = weight;
	engine->alloc_changed = true;
	return 0;
}

u64 aios_engine_group_effective(const struct aios_engine *engine,
				const struct aios_group_node *group,
				u32 resource, u64 *binding)
{
	return aios_quota_effective(engine, group, resource, binding);
}

u64 aios_engine_job_effective(const struct aios_engine *engine,
			      const struct aios_job_node *job, u32 resource,
			      u64 *binding)
{
	u64 group = aios_quota_effective(engine, job->group, resource, binding);
	u64 own = AIOS_UNLIMITED;

	if (job->resource_mask >> resource & 1)
		own = job->limit[resource];
	if (own > group)
		return group;
	if (binding && own < AIOS_UNLIMITED)
		*binding = 0;
	return own;
}

/* ------------------------------------------------------------- accelerators */

int aios_engine_device_add(struct aios_engine *engine,
			   struct aios_device_node *device)
{
	struct aios_device_node *there;

	if (device->memory > AIOS_AMOUNT_MAX / AIOS_DEVICES_MAX)
		return -EINVAL;
	there = aios_engine_device_find(engine, device->id);
	if (there && there->id == device->id)
		return -EEXIST;
	if (aios_queue_size(&engine->devices) >= AIOS_DEVICES_MAX)
		return -ENOSPC;
	device->node.key.major = device->id;
	aios_queue_insert(&engine->devices, &device->node);
	devices_changed(engine);
	return 0;
}

int aios_engine_device_set(struct aios_engine *engine,
			   struct aios_device_node *device, u32 flags,
			   u64 memory)
{
	if (memory > AIOS_AMOUNT_MAX / AIOS_DEVICES_MAX)
		return -EINVAL;
	device->flags = flags;
	device->memory = memory;
	devices_changed(engine);
	return 0;
}

int aios_engine_device_remove(struct aios_engine *engine,
			      struct aios_device_node *device)
{
	u32 k;

	if (device->nr_jobs)
		return -EBUSY;
	for (k = 0; k < engine->result.nr_rows; k++)
		if (engine->result.row[k].device == device)
			engine->result.row[k].device = NULL;
	aios_queue_erase(&engine->devices, &device->node);
	devices_changed(engine);
	return 0;
}

struct aios_device_node *aios_engine_device_find(const struct aios_engine *engine,
						 u32 id)
{
	struct aios_queue_key key = { .major = id };

	return device_of(aios_queue_find(&engine->devices, &key));
}

/* --------------------------------------------------------------------- jobs */

int aios_engine_job_check(const struct aios_engine *engine,
			  const struct aios_job_node *job,
			  struct aios_why *why)
{
	struct aios_why unused;
	int err;

	why = why ? why : &unused;
	aios_why_clear(why);
	err = aios_job_valid(engine, job, why);
	if (!err)
		err = aios_depend_check(job, why);
	if (!err)
		err = aios_retry_check(job, why);
	if (!err && !aios_job_possible_alone(engine, job, why))
		err = -ENOSPC;
	return err;
}

int aios_engine_job_submit(struct aios_engine *engine,
			   struct aios_job_node *job, struct aios_why *why)
{
	struct aios_why unused;
	int err;

	aios_job_normalise(job);
	err = aios_engine_job_check(engine, job, why);
	if (!err)
		err = aios_gang_check(job, why ? why : &unused);
	if (err)
		return err;
	job->state = AIOS_CORE_QUEUED;
	job->serial = engine->serial++;
	job->attempt = 1;
	aios_retry_cap(job);
	aios_depend_enter(job);
	if (job->gang)
		aios_gang_join(job);
	job->group->nr_jobs++;
	engine->nr_queued++;
	return 0;
}

static void end(struct aios_engine *engine, struct aios_job_node *job, bool done)
{
	if (job->state == AIOS_CORE_NONE)
		return;
	aios_job_dequeue(engine, job);
	if (aios_job_holds(job)) {
		aios_work_learn(engine, job);
		aios_job_out(engine, job);
		aios_held_erase(engine, job);
		engine->nr_held--;
		job->group->nr_running--;
		aios_engine_touch(engine);
	} else {
		engine->nr_queued--;
	}
	job->group->nr_jobs--;
	job->state = AIOS_CORE_NONE;
	job->ready = false;
	job->on_hold = false;
	job->resuming = false;
	job->preempted = false;
	job->urgent = false;
	job->nr_shares = 0;
	job->x = 0;
	memset(job->held, 0, sizeof(job->held));
	memset(job->grant, 0, sizeof(job->grant));
	if (job->gang)
		aios_gang_leave(engine, job);
	aios_depend_ended(engine, job, done);
}

void aios_engine_job_end(struct aios_engine *engine, struct aios_job_node *job)
{
	end(engine, job, false);
}

void aios_engine_job_done(struct aios_engine *engine, struct aios_job_node *job)
{
	end(engine, job, true);
}

/* All members at once. Who was on its way back stops that. */
static void stop_resuming(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_job_dequeue(engine, aios_job_lead(job));
	aios_for_each_member(member, job) {
		member->resuming = false;
		member->preempted = false;
	}
}

int aios_engine_job_suspend(struct aios_engine *engine,
			    struct aios_job_node *job, u64 now)
{
	struct aios_job_node *member;

	aios_engine_time(engine, now);
	if (job->state == AIOS_CORE_SUSPENDED) {
		if (!job->resuming)
			return -EALREADY;
		stop_resuming(engine, job);
		return 0;
	}
	if (job->state != AIOS_CORE_HELD)
		return -EINVAL;
	aios_for_each_member(member, job)
		aios_job_stop(engine, member);
	return 0;
}

int aios_engine_job_resume(struct aios_engine *engine,
			   struct aios_job_node *job)
{
	struct aios_job_node *member;

	if (job->state != AIOS_CORE_SUSPENDED)
		return -EINVAL;
	if (job->resuming)
		return -EALREADY;
	aios_for_each_member(member, job) {
		member->resuming = true;
		member->idle_ns = engine->now;
	}
	aios_job_enqueue(engine, aios_job_lead(job));
	return 0;
}
