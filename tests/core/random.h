/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Repeatable random numbers: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
 */
#ifndef AIOS_TEST_RANDOM_H
#define AIOS_TEST_RANDOM_H

#include "core/base/types.h"

static inline u64 random_next(u64 *seed)
{
	u64 z = *seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* One of 0 to @n - 1. */
static inline u32 random_below(u64 *seed, u32 n)
{
	return (u32)(random_next(seed) % n);
}

#endif /* AIOS_TEST_RANDOM_H */
