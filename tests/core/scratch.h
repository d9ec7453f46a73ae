/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The distribution made once more, from nothing: what the engine kept of the decisions
 * before must have led to the same.
 */
#ifndef AIOS_TEST_SCRATCH_H
#define AIOS_TEST_SCRATCH_H

#include "world.h"

/*
 * Right after a decision, before which the engine's epoch was @epoch; whether there was
 * something to compare. Where nothing was decided there is not: what jobs have come to use
 * below their grants changes those with the next decision only.
 */
bool scratch_check(struct world *world, u64 epoch);

#endif /* AIOS_TEST_SCRATCH_H */
