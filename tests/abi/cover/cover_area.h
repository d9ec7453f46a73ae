/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has been reached of the module: shared by who counts (aios_cover.ko on any kernel, or
 * ../cover.c from what KCOV recorded) and the fuzzer, which reads it after each call.
 */
#ifndef ABI_COVER_AREA_H
#define ABI_COVER_AREA_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

#define COVER_PLACES	(1U << 18)	/* of the module's code, a place each four bytes */
#define COVER_EDGES	(1U << 18)	/* pairs of places one after the other, hashed */

/**
 * struct cover_area - what has been reached, ever
 *
 * Two calls that the compiler made are five bytes apart at least, so each has a place of its
 * own. All is written without a lock: what two reach at once may be counted twice.
 */
struct cover_area {
	/** @text: where the module's code begins; 0: nothing is counted */
	u64 text;
	/** @turn: another one for each call, so that edges do not lead from one into another */
	u32 turn;
	/** @nr_places: of @place that are set */
	u32 nr_places;
	/** @nr_edges: of @edge that are set */
	u32 nr_edges;
	u32 reserved;
	/** @place: 1 where it was reached */
	u8 place[COVER_PLACES];
	/** @edge: 1 where it was reached */
	u8 edge[COVER_EDGES];
};

/**
 * struct cover_last - where one task was last
 */
struct cover_last {
	/** @hash: of the place */
	u32 hash;
	/** @turn: at which it was there */
	u32 turn;
};

/* Something of the module is reached at an address; @last is NULL in an interrupt. */
static inline void cover_reach(struct cover_area *area, u64 address, struct cover_last *last)
{
	u64 at = (address - area->text) >> 2;
	u32 hash, edge;

	if (at >= COVER_PLACES)
		return;
	if (!area->place[at]) {
		area->place[at] = 1;
		area->nr_places++;
	}
	if (!last)
		return;
	hash = (u32)at * 0x9e3779b1U;
	edge = (hash ^ last->hash >> 1) >> 14;
	last->hash = hash;
	if (!area->edge[edge]) {
		area->edge[edge] = 1;
		area->nr_edges++;
	}
}

#endif /* ABI_COVER_AREA_H */
