// SPDX-License-Identifier: GPL-2.0
/*
 * The engine itself: an empty one, the time, and the machine's resources. The other
 * events are in groups.c, devices.c, lifecycle.c, candidate.c, change.c, retry.c,
 * tune.c and drain.c; what follows from them is decided in decide.c.
 */
#include "core/engine/internal.h"

/* See engine.h and events.h for the contracts of what they declare. */

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
	engine->tuning.quantum_ns = AIOS_QUANTUM_DEFAULT;
	engine->domain.slice_ns = AIOS_TIME_MAX;
	engine->tuning.half_life_ns = AIOS_HALF_LIFE_DEFAULT;
	engine->queue.augment = aios_candidate_least;
	engine->running.augment = aios_column_open;
	engine->serial = 1;
	engine->stamps.usage = 1;
}

struct aios_now aios_engine_time(struct aios_engine *engine, u64 ns)
{
	engine->now = max(engine->now, min_t(u64, ns, AIOS_TIME_MAX));
	return (struct aios_now){ .ns = engine->now, .epoch = engine->epoch };
}

int aios_engine_resource_set(struct aios_engine *engine, struct aios_now now,
			     u32 resource, u32 flags, u64 capacity)
{
	u32 *masks[] = { &engine->elastic, &engine->sticky,
			 &engine->limit_only };
	u32 bit, i;

	aios_now_check(engine, now);
	if (resource >= AIOS_RESOURCE_MAX || !aios_amount_valid(capacity))
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
	aios_devices_changed(engine);
	return 0;
}

void aios_engine_resource_whole(struct aios_engine *engine, u32 resource, u64 whole)
{
	engine->whole[resource] = whole;
}
