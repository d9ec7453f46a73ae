// SPDX-License-Identifier: GPL-2.0
/*
 * Placement on accelerators: best fit, complete for the shapes of place.h. The
 * share with the largest need is placed first, on the fullest device that
 * takes it, a fractional one on a device that no whole share could use when
 * there is such; each whole share then takes the device with the least memory
 * that suffices. If any assignment exists, this one finds one: the needs of the
 * whole shares are ordered and so are the devices, and the fractional share
 * takes a device from them only when it has no other. O(shares * devices).
 */
#include "core/base/fixed.h"
#include "core/books/place.h"

/* What one share needs, and what else matters for its device. */
struct place_need {
	u32 milli;
	u64 memory;
	bool exclusive;
	enum aios_view view;
	u64 stamp;
	u64 alone_stamp;
};

static bool place_states(const struct aios_job_node *job, u32 resource)
{
	return job->resource_mask >> resource & 1;
}

/**
 * aios_place_count() - accelerators that the shape of a job takes
 * @job: job
 *
 * Return: the number, which may exceed AIOS_JOB_DEVICES_MAX (saturated).
 */
u32 aios_place_count(const struct aios_job_node *job)
{
	u64 milli = place_states(job, AIOS_RESOURCE_GPU) ?
			    job->request[AIOS_RESOURCE_GPU] : 0;
	bool some = place_states(job, AIOS_RESOURCE_GPU) &&
		    job->limit[AIOS_RESOURCE_GPU];

	some |= place_states(job, AIOS_RESOURCE_GPU_MEMORY) &&
		job->limit[AIOS_RESOURCE_GPU_MEMORY];
	if (milli > (u64)AIOS_JOB_DEVICES_MAX * AIOS_MILLI)
		return AIOS_JOB_DEVICES_MAX + 1;
	return max_t(u32, (u32)DIV_ROUND_UP((u32)milli, AIOS_MILLI), some);
}

/**
 * aios_place_shape() - what one share of a job needs
 * @job: job
 * @count: aios_place_count(), not 0
 * @i: the share; the last is the fractional one
 * @milli: thousandths
 * @memory: bytes
 */
void aios_place_shape(const struct aios_job_node *job, u32 count, u32 i,
		      u32 *milli, u64 *memory)
{
	u64 total = place_states(job, AIOS_RESOURCE_GPU) ?
			    job->request[AIOS_RESOURCE_GPU] : 0;
	u64 bytes = place_states(job, AIOS_RESOURCE_GPU_MEMORY) ?
			    job->request[AIOS_RESOURCE_GPU_MEMORY] : 0;
	u64 whole = total ? aios_mul_div_u64(bytes, AIOS_MILLI, total) : bytes;

	if (i + 1 < count) {
		*milli = AIOS_MILLI;
		*memory = whole;
	} else {
		*milli = (u32)total - AIOS_MILLI * (count - 1);
		*memory = bytes - (count - 1) * (count > 1 ? whole : 0);
	}
	if (job->exclusive)
		*milli = AIOS_MILLI;
}

static bool device_sim(const struct aios_device_node *device,
		       const struct place_need *need)
{
	return device->sim.stamp == need->stamp &&
	       (need->view == AIOS_VIEW_SIM || need->view == AIOS_VIEW_BOTH);
}

static bool device_alone(const struct aios_device_node *device,
			 const struct place_need *need)
{
	return need->view == AIOS_VIEW_ALONE &&
	       device->alone.stamp == need->alone_stamp;
}

static bool view_empty(const struct aios_device_node *device,
		       const struct place_need *need)
{
	return need->view == AIOS_VIEW_EMPTY ||
	       (need->view == AIOS_VIEW_ALONE && !device_alone(device, need));
}

static u32 free_milli(const struct aios_device_node *device,
		      const struct place_need *need)
{
	u32 held = device->milli_held;

	if (view_empty(device, need))
		return AIOS_MILLI;
	if (device_alone(device, need))
		held = device->alone.milli;
	if (device_sim(device, need))
		held = need->view == AIOS_VIEW_SIM ? device->sim.milli :
						     max(held, device->sim.milli);
	return held < AIOS_MILLI ? AIOS_MILLI - held : 0;
}

static u64 free_memory(const struct aios_device_node *device,
		       const struct place_need *need)
{
	u64 held = device->memory_held;

	if (view_empty(device, need))
		return device->memory;
	if (device_alone(device, need))
		held = device->alone.memory;
	if (need->view == AIOS_VIEW_REQUESTS)
		held -= device->memory_excess;
	if (device_sim(device, need))
		held = need->view == AIOS_VIEW_SIM ? device->sim.memory :
						     max(held, device->sim.memory);
	return held < device->memory ? device->memory - held : 0;
}

/* Say whether the other jobs on a device, if any, and this one bear each other. */
static bool device_tolerates(const struct aios_device_node *device,
			     const struct place_need *need)
{
	u32 jobs = device->nr_jobs;
	bool exclusive = device->exclusive;

	if (view_empty(device, need))
		return true;
	if (device_alone(device, need)) {
		jobs = device->alone.jobs;
		exclusive = device->alone.exclusive;
	}
	if (device_sim(device, need)) {
		bool both = need->view == AIOS_VIEW_BOTH;

		jobs = both ? max(jobs, device->sim.jobs) : device->sim.jobs;
		exclusive = device->sim.exclusive || (both && exclusive);
	}
	return !exclusive && !(need->exclusive && jobs);
}

static bool device_suits(const struct aios_device_node *device,
			 const struct place_need *need)
{
	return !(device->flags & (AIOS_DEVICE_OFFLINE | AIOS_DEVICE_GONE)) &&
	       free_milli(device, need) >= need->milli &&
	       free_memory(device, need) >= need->memory &&
	       device_tolerates(device, need);
}

static bool device_taken(const struct aios_job_node *job, u32 from, u32 count,
			 const struct aios_device_node *device)
{
	u32 i;

	for (i = from; i < count; i++)
		if (job->share[i].device == device)
			return true;
	return false;
}

/* Say whether @a is the tighter device of the two that suit. */
static bool device_tighter(const struct aios_device_node *a,
			   const struct aios_device_node *b,
			   const struct place_need *need,
			   const struct place_need *whole)
{
	bool a_whole = whole && device_suits(a, whole);
	bool b_whole = whole && device_suits(b, whole);

	if (a_whole != b_whole)
		return b_whole;
	if (free_milli(a, need) != free_milli(b, need))
		return free_milli(a, need) < free_milli(b, need);
	return free_memory(a, need) < free_memory(b, need);
}

static struct aios_device_node *
device_best(const struct aios_engine *engine, const struct aios_job_node *job,
	    u32 i, u32 count, const struct place_need *need,
	    const struct place_need *whole)
{
	struct aios_device_node *best = NULL;
	struct aios_ordered_node *node;

	for (node = aios_ordered_first(&engine->devices); node;
	     node = aios_ordered_next(node)) {
		struct aios_device_node *device =
			container_of(node, struct aios_device_node, node);

		if (!device_suits(device, need) || device_taken(job, i + 1, count, device))
			continue;
		if (!best || device_tighter(device, best, need, whole))
			best = device;
	}
	return best;
}

/*
 * Say whether a suspended job, which has its devices and memory, gets its time on
 * them back.
 */
static bool place_again(const struct aios_job_node *job,
			struct place_need *need)
{
	u32 i;

	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];

		if (share->device->flags & AIOS_DEVICE_GONE ||
		    free_milli(share->device, need) < share->milli)
			return false;
	}
	return true;
}

static void place_refuse(const struct aios_engine *engine,
			 const struct aios_job_node *job, enum aios_view view,
			 struct aios_why *why)
{
	bool milli = place_states(job, AIOS_RESOURCE_GPU);
	struct place_need need = {
		.view = view,
		.stamp = engine->stamps.sim,
		.alone_stamp = engine->stamps.alone,
	};
	struct aios_ordered_node *node;
	u64 available = 0;

	why->code = AIOS_WHY_NO_DEVICE;
	why->resource = milli ? AIOS_RESOURCE_GPU : AIOS_RESOURCE_GPU_MEMORY;
	why->group = engine->root.id;
	why->asked = job->request[why->resource];
	for (node = aios_ordered_first(&engine->devices); node;
	     node = aios_ordered_next(node)) {
		struct aios_device_node *device =
			container_of(node, struct aios_device_node, node);

		if (device->flags & (AIOS_DEVICE_OFFLINE | AIOS_DEVICE_GONE))
			continue;
		available += milli ? free_milli(device, &need) :
				     free_memory(device, &need);
	}
	why->available = available;
}

/**
 * aios_place_find() - find accelerators for a job
 * @engine: the engine
 * @job: job; unless it is suspended, when it has its own, share and nr_shares
 *	are overwritten (and mean nothing until it is admitted)
 * @view: state of the machine
 * @why: written when there are none
 *
 * Charges nothing.
 *
 * Return: true when all its shares have a device.
 */
bool aios_place_find(const struct aios_engine *engine, struct aios_job_node *job,
		     enum aios_view view, struct aios_why *why)
{
	struct place_need need = {
		.exclusive = job->exclusive,
		.view = view,
		.stamp = engine->stamps.sim,
		.alone_stamp = engine->stamps.alone,
	};
	struct place_need whole = need;
	u32 count, i;

	if (job->state == AIOS_CORE_SUSPENDED) {
		if (place_again(job, &need))
			return true;
		place_refuse(engine, job, view, why);
		return false;
	}
	count = aios_place_count(job);
	job->nr_shares = 0;
	if (!count)
		return true;
	if (count > AIOS_JOB_DEVICES_MAX) {
		place_refuse(engine, job, view, why);
		return false;
	}
	aios_place_shape(job, count, 0, &whole.milli, &whole.memory);
	for (i = count; i--;) {
		struct aios_share *share = &job->share[i];

		aios_place_shape(job, count, i, &need.milli, &need.memory);
		share->device = device_best(engine, job, i, count, &need,
					    count > 1 && i + 1 == count ?
					    &whole : NULL);
		if (!share->device) {
			place_refuse(engine, job, view, why);
			return false;
		}
		share->milli = need.milli;
		share->milli_granted = need.milli;
		share->memory = need.memory;
		share->memory_used = 0;
	}
	job->nr_shares = count;
	return true;
}

/**
 * aios_place_possible() - whether the machine has devices of a job's shape
 * @engine: the engine
 * @job: job; not written
 * @why: written when it has not
 *
 * Return: true when an empty machine would take it.
 */
bool aios_place_possible(const struct aios_engine *engine,
			 const struct aios_job_node *job, struct aios_why *why)
{
	struct place_need last = {
		.exclusive = job->exclusive,
		.view = AIOS_VIEW_EMPTY,
	};
	struct place_need whole = last;
	u32 count = aios_place_count(job);
	u32 nr_whole = 0, nr_either = 0;
	struct aios_ordered_node *node;
	bool takes_last = false;

	if (!count)
		return true;
	if (count <= AIOS_JOB_DEVICES_MAX) {
		aios_place_shape(job, count, 0, &whole.milli, &whole.memory);
		aios_place_shape(job, count, count - 1, &last.milli,
				 &last.memory);
		for (node = aios_ordered_first(&engine->devices); node;
		     node = aios_ordered_next(node)) {
			struct aios_device_node *device =
				container_of(node, struct aios_device_node,
					     node);

			takes_last |= device_suits(device, &last);
			nr_whole += device_suits(device, &whole);
			nr_either += device_suits(device, &whole) ||
				     device_suits(device, &last);
		}
		if (takes_last && nr_whole >= count - 1 && nr_either >= count)
			return true;
	}
	place_refuse(engine, job, AIOS_VIEW_EMPTY, why);
	return false;
}
