// SPDX-License-Identifier: GPL-2.0
/*
 * EASY backfilling: a pass over the candidates behind the head that leaves out
 * whole parts of the queue in which nothing is small or short enough.
 */
#include "core/engine/reserve.h"

/**
 * struct scan - a pass over the candidates behind the head
 * @engine: the engine
 * @now: the time
 * @mask: resources to look at
 * @free: of the machine, now
 * @extra: of the machine, at the shadow time beside the head
 */
struct scan {
	struct aios_engine *engine;
	u64 now;
	u32 mask;
	u64 free[AIOS_RESOURCE_MAX];
	u64 extra[AIOS_RESOURCE_MAX];
};

static u64 room_below(u64 bound, u64 charged)
{
	return bound > charged ? bound - charged : 0;
}

/* Take what the machine as a whole has for the candidates that follow. */
static void scan_refresh(struct scan *scan)
{
	const struct aios_group_node *root = &scan->engine->root;
	struct aios_ordered_node *node;
	u64 milli = 0;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 bound = aios_quota_bound(scan->engine, root, r);

		scan->free[r] = room_below(bound, root->charged[r]);
		scan->extra[r] = room_below(bound, root->sim.charged[r]);
	}
	for (node = aios_ordered_first(&scan->engine->devices); node;
	     node = aios_ordered_next(node)) {
		const struct aios_device_node *device =
			container_of(node, struct aios_device_node, node);

		if (!(device->flags & (AIOS_DEVICE_OFFLINE | AIOS_DEVICE_GONE)))
			milli += AIOS_MILLI - device->milli_held;
	}
	scan->free[AIOS_RESOURCE_GPU] = min(scan->free[AIOS_RESOURCE_GPU],
					    milli);
}

/* Necessary for aios_reserve_admits(), of one candidate or of a subtree. */
static bool scan_may(const struct aios_ordered_node *node, bool whole, void *arg)
{
	const struct aios_job_node *job = aios_node_of_queue(node);
	const u64 *need = whole ? job->candidate.least : job->candidate.need;
	const struct scan *scan = arg;
	u64 runtime = whole ? job->candidate.least_runtime_ns : aios_gang_left(job);
	u32 mask = whole ? job->candidate.least_mask : job->candidate.need_mask;
	u64 shadow = scan->engine->shadow_ns;
	bool extra = true;
	u32 r;

	mask &= scan->mask;
	aios_for_each_resource(r, mask) {
		if (need[r] > scan->free[r])
			return false;
		extra &= need[r] <= scan->extra[r];
	}
	return extra || (shadow < AIOS_TIME_MAX &&
			 scan->now + runtime <= shadow);
}

/**
 * aios_backfill_easy() - start those behind the head who cannot delay it
 * @engine: the engine; its reservation has just been made
 * @now: the time
 */
void aios_backfill_easy(struct aios_engine *engine, u64 now)
{
	struct scan scan = {
		.engine = engine,
		.now = now,
		.mask = engine->elastic | engine->sticky,
	};
	struct aios_ordered_node *node = &engine->head->queue_node;
	struct aios_why why;
	u32 seen = 0;

	scan_refresh(&scan);
	node = aios_ordered_search(&engine->queue, node, scan_may, &scan);
	while (node && engine->nr_held < AIOS_HELD_MAX) {
		struct aios_job_node *job = aios_node_of_queue(node);
		struct aios_ordered_key key = node->key;

		aios_engine_breathe(engine, seen++);
		if (aios_reserve_admits(engine, job, now, engine->shadow_ns,
					&why)) {
			aios_admit(engine, job, now);
			scan_refresh(&scan);
			node = aios_ordered_find(&engine->queue, &key);
			if (node && scan_may(node, false, &scan))
				continue;
			if (!node)
				break;
		}
		node = aios_ordered_search(&engine->queue, node, scan_may, &scan);
	}
}

/* Necessary to fit now, of one candidate or of a subtree. */
static bool free_may(const struct aios_ordered_node *node, bool whole, void *arg)
{
	const struct aios_job_node *job = aios_node_of_queue(node);
	const u64 *need = whole ? job->candidate.least : job->candidate.need;
	u32 mask = whole ? job->candidate.least_mask : job->candidate.need_mask;
	const struct scan *scan = arg;
	u32 r;

	mask &= scan->mask;
	aios_for_each_resource(r, mask)
		if (need[r] > scan->free[r])
			return false;
	return true;
}

/**
 * aios_backfill_next() - the next candidate that may fit now
 * @engine: the engine
 * @node: queue_node of a candidate
 *
 * Return: that of the next one, NULL when there is none.
 */
struct aios_ordered_node *aios_backfill_next(struct aios_engine *engine,
					     struct aios_ordered_node *node)
{
	struct scan scan = {
		.engine = engine,
		.mask = engine->elastic | engine->sticky,
	};

	scan_refresh(&scan);
	return aios_ordered_search(&engine->queue, node, free_may, &scan);
}
