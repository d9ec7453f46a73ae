// SPDX-License-Identifier: GPL-2.0
/*
 * The accelerators of the machine.
 */
#include "core/engine/internal.h"

/* See events.h and questions.h for the contracts of what they declare. */

static struct aios_device_node *device_of(struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_device_node, node) : NULL;
}

/**
 * aios_devices_changed() - the machine's capacity in accelerators is another
 * @engine: the engine
 *
 * That capacity is the sum over those in use. Sizes and shares follow.
 */
void aios_devices_changed(struct aios_engine *engine)
{
	struct aios_ordered_node *node;
	u64 milli = 0, memory = 0;

	for (node = aios_ordered_first(&engine->devices); node;
	     node = aios_ordered_next(node)) {
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

int aios_engine_device_add(struct aios_engine *engine, struct aios_now now,
			   struct aios_device_node *device)
{
	struct aios_device_node *there;

	aios_now_check(engine, now);
	if (device->memory > AIOS_AMOUNT_MAX / AIOS_DEVICES_MAX)
		return -EINVAL;
	there = aios_engine_device_find(engine, device->id);
	if (there && there->id == device->id)
		return -EEXIST;
	if (aios_ordered_size(&engine->devices) >= AIOS_DEVICES_MAX)
		return -ENOSPC;
	device->node.key.major = device->id;
	aios_ordered_insert(&engine->devices, &device->node);
	aios_devices_changed(engine);
	return 0;
}

int aios_engine_device_set(struct aios_engine *engine, struct aios_now now,
			   struct aios_device_node *device, u32 flags, u64 memory)
{
	aios_now_check(engine, now);
	if (memory > AIOS_AMOUNT_MAX / AIOS_DEVICES_MAX)
		return -EINVAL;
	device->flags = flags;
	device->memory = memory;
	aios_devices_changed(engine);
	return 0;
}

int aios_engine_device_remove(struct aios_engine *engine, struct aios_now now,
			      struct aios_device_node *device)
{
	u32 k;

	aios_now_check(engine, now);
	if (device->nr_jobs)
		return -EBUSY;
	for (k = 0; k < engine->result.nr_rows; k++)
		if (engine->result.row[k].device == device)
			engine->result.row[k].device = NULL;
	aios_ordered_erase(&engine->devices, &device->node);
	aios_devices_changed(engine);
	return 0;
}

struct aios_device_node *aios_engine_device_find(const struct aios_engine *engine,
						 u32 id)
{
	struct aios_ordered_key key = { .major = id };

	return device_of(aios_ordered_find(&engine->devices, &key));
}
