// SPDX-License-Identifier: GPL-2.0
/*
 * What the ranker sees is called, and when a size is free by what it has seen.
 */
#include "core/learn/ranker.h"

/**
 * aios_ranker_input_name() - an input as people read it
 * @input: AIOS_RANKER_*
 *
 * Return: a word, NULL after the last.
 */
const char *aios_ranker_input_name(u32 input)
{
	static const char *const names[AIOS_RANKER_NR_INPUTS] = {
		[AIOS_RANKER_RUNTIME] = "runtime",
		[AIOS_RANKER_EXCESS] = "excess",
		[AIOS_RANKER_SHARE] = "share",
		[AIOS_RANKER_PART] = "part",
		[AIOS_RANKER_WAIT] = "wait",
		[AIOS_RANKER_STRETCH] = "stretch",
		[AIOS_RANKER_AGE] = "age",
		[AIOS_RANKER_FITS] = "fits",
		[AIOS_RANKER_DELAY] = "delay",
		[AIOS_RANKER_LEFT] = "left",
		[AIOS_RANKER_FREE] = "free",
		[AIOS_RANKER_QUEUE] = "queue",
		[AIOS_RANKER_OLDEST] = "oldest",
		[AIOS_RANKER_BACKFILL] = "backfill",
		[AIOS_RANKER_HALF] = "half",
	};

	return input < ARRAY_SIZE(names) ? names[input] : NULL;
}

/**
 * aios_ranker_when() - the first step at which so much is free
 * @ranker: after a pass has begun
 * @size: more than what is free now
 *
 * O(log AIOS_RANKER_STEPS).
 *
 * Return: the step; the last when so much is free at none; NULL when there is none.
 */
const struct aios_ranker_step *aios_ranker_when(const struct aios_ranker *ranker, u64 size)
{
	u32 low = 0, high = ranker->nr_steps;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (ranker->step[middle].free < size)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < ranker->nr_steps)
		return &ranker->step[low];
	return low ? &ranker->step[low - 1] : NULL;
}
