/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The distribution made once more, from nothing: what the engine kept of the decisions
 * before must have led to the same.
 */
#ifndef AIOS_TEST_SCRATCH_H
#define AIOS_TEST_SCRATCH_H

#include "world.h"

/* Right after a decision; whether there was something to compare. */
bool scratch_check(struct world *world);

#endif /* AIOS_TEST_SCRATCH_H */
