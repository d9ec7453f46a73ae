// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of jobs: see idmap.h. Open addressing with linear probing.
 */
#include <stdbool.h>

#include "print/util.h"
#include "simulate/idmap.h"

struct idmap_slot {
	uint64_t id;
	uint64_t value;
	bool used;
};

/* This returns the slot where @id is or would be. */
static struct idmap_slot *slot_of(const struct idmap *map, uint64_t id)
{
	/* This is Fibonacci hashing (Knuth, TAOCP 3, 6.4). */
	size_t i = (id * 0x9e3779b97f4a7c15ULL >> 32) & (map->nr_slots - 1);

	while (map->slots[i].used && map->slots[i].id != id)
		i = (i + 1) & (map->nr_slots - 1);
	return &map->slots[i];
}

static void grow(struct idmap *map)
{
	struct idmap old = *map;

	map->nr_slots = old.nr_slots ? old.nr_slots * 2 : 64;
	map->slots = xcalloc(map->nr_slots, sizeof(*map->slots));
	for (size_t i = 0; i < old.nr_slots; i++)
		if (old.slots[i].used)
			*slot_of(map, old.slots[i].id) = old.slots[i];
	free(old.slots);
}

uint64_t *idmap_find(const struct idmap *map, uint64_t id)
{
	struct idmap_slot *slot = map->nr_slots ? slot_of(map, id) : NULL;

	return slot && slot->used ? &slot->value : NULL;
}

uint64_t *idmap_add(struct idmap *map, uint64_t id)
{
	struct idmap_slot *slot;

	if (map->nr * 2 >= map->nr_slots)
		grow(map);
	slot = slot_of(map, id);
	map->nr += !slot->used;
	slot->id = id;
	slot->used = true;
	return &slot->value;
}

void idmap_free(struct idmap *map)
{
	free(map->slots);
	*map = (struct idmap){ 0 };
}
