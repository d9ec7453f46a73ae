/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of jobs by their numbers.
 */
#ifndef AIOSCTL_SIMULATE_IDMAP_H
#define AIOSCTL_SIMULATE_IDMAP_H

#include <stddef.h>
#include <stdint.h>

struct idmap_slot;

/* A map that is all zero is empty. */
struct idmap {
	struct idmap_slot *slots;
	size_t nr_slots;	/* a power of two */
	size_t nr;
};

/*
 * This returns what is known of @id, to be written to until the next is added; NULL:
 * nothing is.
 */
uint64_t *idmap_find(const struct idmap *map, uint64_t id);
/* This does the same, but adds a 0 where nothing was known. */
uint64_t *idmap_add(struct idmap *map, uint64_t id);
void idmap_free(struct idmap *map);

#endif /* AIOSCTL_SIMULATE_IDMAP_H */
