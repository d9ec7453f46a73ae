// SPDX-License-Identifier: GPL-2.0
/*
 * Changes of what a job asks and of what it uses.
 */
#include "core/engine/internal.h"

/* See events.h for the contracts of the functions that it declares. */

/* What an update can change; kept to undo it. */
struct ask {
	u32 resource_mask;
	u32 weight;
	s32 priority;
	u64 expected_runtime_ns;
	u64 predicted_runtime_ns;
	u64 predicted_most_ns;
	u64 max_runtime_ns;
	u64 deadline_ns;
	u64 begin_ns;
	u64 retry_limit;
	u64 request[AIOS_RESOURCE_MAX];
	u64 limit[AIOS_RESOURCE_MAX];
};

static void ask_save(struct ask *ask, const struct aios_job_node *job)
{
	ask->resource_mask = job->resource_mask;
	ask->weight = job->weight;
	ask->priority = job->priority;
	ask->expected_runtime_ns = job->expected_runtime_ns;
	ask->predicted_runtime_ns = job->predicted_runtime_ns;
	ask->predicted_most_ns = job->predicted_most_ns;
	ask->max_runtime_ns = job->max_runtime_ns;
	ask->deadline_ns = job->deadline_ns;
	ask->begin_ns = job->begin_ns;
	ask->retry_limit = job->retry_limit;
	memcpy(ask->request, job->request, sizeof(ask->request));
	memcpy(ask->limit, job->limit, sizeof(ask->limit));
}

static void ask_restore(struct aios_job_node *job, const struct ask *ask)
{
	job->constant.policy = NULL;
	job->resource_mask = ask->resource_mask;
	job->weight = ask->weight;
	job->priority = ask->priority;
	job->expected_runtime_ns = ask->expected_runtime_ns;
	job->predicted_runtime_ns = ask->predicted_runtime_ns;
	job->predicted_most_ns = ask->predicted_most_ns;
	job->max_runtime_ns = ask->max_runtime_ns;
	job->deadline_ns = ask->deadline_ns;
	job->begin_ns = ask->begin_ns;
	job->retry_limit = ask->retry_limit;
	memcpy(job->request, ask->request, sizeof(ask->request));
	memcpy(job->limit, ask->limit, sizeof(ask->limit));
}

static void change_apply(struct aios_job_node *job, const struct aios_change *change)
{
	u32 r;

	job->constant.policy = NULL;
	if (change->flags & AIOS_UPDATE_WEIGHT)
		job->weight = change->weight;
	if (change->flags & AIOS_UPDATE_PRIORITY)
		job->priority = change->priority;
	/* Who says it now knows more than what was predicted of the job before. */
	if (change->flags & AIOS_UPDATE_RUNTIME) {
		job->expected_runtime_ns = change->expected_runtime_ns;
		job->predicted_runtime_ns = 0;
		job->predicted_most_ns = 0;
	}
	if (change->flags & AIOS_UPDATE_MAX_RUNTIME)
		job->max_runtime_ns = change->max_runtime_ns;
	if (change->flags & AIOS_UPDATE_DEADLINE)
		job->deadline_ns = change->deadline_ns;
	if (change->flags & AIOS_UPDATE_BEGIN)
		job->begin_ns = change->begin_ns;
	job->resource_mask |= change->resource_mask;
	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		if (!(change->resource_mask >> r & 1))
			continue;
		job->request[r] = change->request[r];
		job->limit[r] = change->limit[r];
	}
}

/* The accelerators of a job stay: what it asks anew must fit on each. */
static bool shares_fit(const struct aios_job_node *job, struct aios_why *why)
{
	u32 count = aios_place_count(job);
	bool running = job->state == AIOS_CORE_HELD;
	u32 i;

	aios_why_set(why, AIOS_WHY_NO_DEVICE, AIOS_RESOURCE_GPU, 0, count,
		     job->nr_shares);
	if (count != job->nr_shares)
		return false;
	for (i = 0; i < count; i++) {
		const struct aios_share *share = &job->share[i];
		const struct aios_device_node *device = share->device;
		u64 memory;
		u32 milli;

		aios_place_shape(job, count, i, &milli, &memory);
		if (running && milli > share->milli &&
		    milli + device->milli_held > AIOS_MILLI) {
			aios_why_set(why, AIOS_WHY_NO_DEVICE, AIOS_RESOURCE_GPU,
				     0, milli,
				     AIOS_MILLI - min(AIOS_MILLI,
						      device->milli_held));
			return false;
		}
		if (memory > max(share->memory, share->memory_used) &&
		    (device->memory_held > device->memory ||
		     memory > device->memory - device->memory_held)) {
			aios_why_set(why, AIOS_WHY_NO_DEVICE,
				     AIOS_RESOURCE_GPU_MEMORY, 0, memory,
				     device->memory -
				     min(device->memory, device->memory_held));
			return false;
		}
	}
	return true;
}

static void reshape(struct aios_job_node *job)
{
	u32 count = job->nr_shares;
	u32 i;

	for (i = 0; i < count; i++)
		aios_place_shape(job, count, i, &job->share[i].milli,
				 &job->share[i].memory);
}

/* Say whether what a job holds fits where that is more than @before. */
static bool more_fits(const struct aios_engine *engine,
		      const struct aios_job_node *job, const u64 *before,
		      struct aios_why *why)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u32 r;

	aios_for_each_resource(r, mask)
		if (job->held[r] > before[r] &&
		    !aios_quota_fits(engine, job->group, r, job->held[r],
				     AIOS_VIEW_NOW, why))
			return false;
	return true;
}

/* Say whether the more that a job requests could ever be had on an empty machine. */
static bool more_possible(const struct aios_engine *engine,
			  const struct aios_job_node *job, const struct ask *old,
			  struct aios_why *why)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u32 r;

	aios_for_each_resource(r, mask)
		if (job->request[r] > old->request[r] &&
		    !aios_quota_fits(engine, job->group, r, aios_node_base(job, r),
				     AIOS_VIEW_WHOLE, why))
			return false;
	return true;
}

/* Its grant stays as far as the new bounds let it until the next decision. */
static void clamp_grant(const struct aios_engine *engine,
			struct aios_job_node *job)
{
	u32 mask = aios_node_arbitrated(engine, job);
	u32 r;

	if (job->state == AIOS_CORE_SUSPENDED) {
		aios_node_floor(engine, job);
		return;
	}
	aios_for_each_resource(r, mask)
		job->grant[r] = clamp(job->grant[r], job->request[r], job->limit[r]);
}

/* A job that holds resources, with its books out, takes what it asks anew. */
static int update_held(struct aios_engine *engine, struct aios_job_node *job,
		       const struct ask *old, struct aios_why *why)
{
	u64 before[AIOS_RESOURCE_MAX];

	memcpy(before, job->held, sizeof(before));
	/*
	 * A suspended job holds no CPU, so that what it can never have would
	 * otherwise show when it resumes only, which it then never would.
	 */
	if (!more_possible(engine, job, old, why))
		return -ENOSPC;
	if (!shares_fit(job, why))
		return -EAGAIN;
	reshape(job);
	aios_node_reckon(engine, job);
	if (more_fits(engine, job, before, why)) {
		clamp_grant(engine, job);
		return 0;
	}
	ask_restore(job, old);
	reshape(job);
	aios_node_reckon(engine, job);
	return -EAGAIN;
}

static void refile(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *lead = aios_gang_lead(job);

	if (aios_node_is_candidate(lead)) {
		aios_candidate_remove(engine, lead);
		aios_candidate_add(engine, lead);
	}
	if (job->state != AIOS_CORE_HELD)
		return;
	aios_held_erase(engine, job);
	aios_node_expect(job);
	aios_held_insert(engine, job);
}

static void begin_anew(struct aios_engine *engine, struct aios_job_node *job)
{
	aios_begin_leave(engine, job);
	aios_begin_enter(engine, job);
	aios_candidate_consider(engine, job);
}

int aios_engine_job_update(struct aios_engine *engine, struct aios_now now,
			   struct aios_job_node *job,
			   const struct aios_change *change, struct aios_why *why)
{
	struct aios_why unused;
	struct ask old;
	int err;

	aios_now_check(engine, now);
	why = why ? why : &unused;
	aios_why_clear(why);
	if (job->state == AIOS_CORE_NONE) {
		aios_why_set(why, AIOS_WHY_STATE, 0, 0, 0, 0);
		return -ESRCH;
	}
	if (change->flags & AIOS_UPDATE_BEGIN && job->state != AIOS_CORE_QUEUED) {
		aios_why_set(why, AIOS_WHY_STATE, 0, 0, job->state, 0);
		return -EINVAL;
	}
	ask_save(&old, job);
	aios_node_unbook(engine, job);
	change_apply(job, change);
	err = aios_node_valid(engine, job, why);
	if (!err && change->resource_mask >> AIOS_RESOURCE_MEMORY & 1)
		aios_retry_cap(job);
	if (!err && aios_node_holds(job))
		err = update_held(engine, job, &old, why);
	else if (!err && change->resource_mask &&
		 !aios_node_possible(engine, job, AIOS_VIEW_WHOLE, why))
		err = -ENOSPC;
	if (err) {
		ask_restore(job, &old);
		aios_node_book(engine, job);
		return err;
	}
	aios_node_book(engine, job);
	aios_why_clear(why);
	refile(engine, job);
	if (change->flags & AIOS_UPDATE_BEGIN)
		begin_anew(engine, job);
	aios_engine_touch(engine);
	return 0;
}

/*
 * A job holds less or more than before. More of it, up to the grant, changes
 * nothing for other jobs, and less matters only to those that wait for it.
 */
static void use_changed(struct aios_engine *engine, struct aios_job_node *job,
			u32 resource, u64 before)
{
	u64 held = job->held[resource];

	/* What is in use above a request makes a column one that can change. */
	if (!job->alloc.open && held > aios_node_base(job, resource))
		engine->columns.stale = true;
	if (held > before && held > job->grant[resource])
		aios_engine_freed(engine);
	if (held < before && (engine->head || engine->result.lent))
		aios_engine_freed(engine);
}

void aios_engine_job_use(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, u32 resource, u64 used)
{
	u64 before, room;

	aios_now_check(engine, now);
	if (!aios_node_holds(job) || resource >= AIOS_RESOURCE_MAX ||
	    resource == AIOS_RESOURCE_GPU_MEMORY ||
	    !(aios_node_arbitrated(engine, job) & engine->sticky & 1U << resource))
		return;
	/*
	 * Use above the grant counts only as far as it was lent before, and ebbs, but for
	 * what cannot be given back.
	 */
	before = job->held[resource];
	room = aios_quota_room(engine, job->group, resource);
	used = min(used, max(max(before, job->grant[resource]), job->kept[resource]));
	used = min(used, before + room);
	used = min_t(u64, used, AIOS_AMOUNT_MAX);
	if (used == job->used[resource])
		return;
	aios_node_unbook(engine, job);
	job->used[resource] = used;
	aios_node_reckon(engine, job);
	aios_node_book(engine, job);
	use_changed(engine, job, resource, before);
}

void aios_engine_job_keep(struct aios_engine *engine, struct aios_now now,
			  struct aios_job_node *job, u32 resource, u64 kept)
{
	aios_now_check(engine, now);
	if (aios_node_holds(job) && resource < AIOS_RESOURCE_MAX)
		job->kept[resource] = min_t(u64, kept, AIOS_AMOUNT_MAX);
}

void aios_engine_job_bounded(struct aios_engine *engine, struct aios_now now,
			     struct aios_job_node *job)
{
	aios_now_check(engine, now);
	if (aios_node_holds(job))
		aios_engine_touch(engine);
}

static struct aios_share *share_on(struct aios_job_node *job, u32 device)
{
	u32 i;

	if (!aios_node_holds(job))
		return NULL;
	for (i = 0; i < job->nr_shares; i++)
		if (job->share[i].device->id == device)
			return &job->share[i];
	return NULL;
}

static void set_memory_used(struct aios_engine *engine,
			    struct aios_job_node *job, struct aios_share *share,
			    u64 used)
{
	u64 before = job->held[AIOS_RESOURCE_GPU_MEMORY];

	aios_node_unbook(engine, job);
	share->memory_used = used;
	aios_node_reckon(engine, job);
	aios_node_book(engine, job);
	use_changed(engine, job, AIOS_RESOURCE_GPU_MEMORY, before);
}

/* Say whether the job, the accelerator and the groups bear @bytes more. */
static bool charge_fits(const struct aios_engine *engine,
			const struct aios_job_node *job,
			const struct aios_share *share, u64 bytes,
			struct aios_why *why)
{
	u64 limit = job->limit[AIOS_RESOURCE_GPU_MEMORY];
	const struct aios_device_node *device = share->device;
	u64 held = max(share->memory, share->memory_used);
	u64 used = 0, more = 0, left;
	u32 i;

	for (i = 0; i < job->nr_shares; i++)
		used += job->share[i].memory_used;
	left = limit > used ? limit - used : 0;
	if (bytes > left) {
		aios_why_set(why, AIOS_WHY_NOT_NOW, AIOS_RESOURCE_GPU_MEMORY, 0,
			     bytes, left);
		return false;
	}
	left = device->memory - min(device->memory, device->memory_held);
	left += held - share->memory_used;
	if (bytes > left) {
		aios_why_set(why, AIOS_WHY_NO_DEVICE, AIOS_RESOURCE_GPU_MEMORY,
			     0, bytes, left);
		return false;
	}
	if (share->memory_used + bytes > held)
		more = share->memory_used + bytes - held;
	return aios_quota_fits(engine, job->group, AIOS_RESOURCE_GPU_MEMORY,
			       more, AIOS_VIEW_NOW, why);
}

int aios_engine_charge(struct aios_engine *engine, struct aios_now now,
		       struct aios_job_node *job, u32 device, u64 bytes, u64 *used,
		       struct aios_why *why)
{
	struct aios_share *share = share_on(job, device);
	struct aios_why unused;
	int err = 0;

	aios_now_check(engine, now);
	why = why ? why : &unused;
	aios_why_clear(why);
	if (job->state != AIOS_CORE_HELD) {
		aios_why_set(why, AIOS_WHY_STATE, 0, 0, job->state, 0);
		err = -EINVAL;
	} else if (!share) {
		aios_why_set(why, AIOS_WHY_NO_DEVICE, AIOS_RESOURCE_GPU_MEMORY,
			     0, device, 0);
		err = -ENODEV;
	} else if (!charge_fits(engine, job, share, bytes, why)) {
		err = -ENOMEM;
	} else {
		set_memory_used(engine, job, share, share->memory_used + bytes);
	}
	if (used)
		*used = share ? share->memory_used : 0;
	return err;
}

int aios_engine_uncharge(struct aios_engine *engine, struct aios_now now,
			 struct aios_job_node *job, u32 device, u64 bytes,
			 u64 *used)
{
	struct aios_share *share = share_on(job, device);
	int err = 0;

	aios_now_check(engine, now);
	if (!share)
		err = -ENODEV;
	else if (bytes > share->memory_used)
		err = -ERANGE;
	else
		set_memory_used(engine, job, share, share->memory_used - bytes);
	if (used)
		*used = share ? share->memory_used : 0;
	return err;
}
