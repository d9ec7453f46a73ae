/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random events for the machine of world.h: whatever an owner of the engine can
 * do, in any order. The numbers come from where the test says, a seed or the
 * input of a fuzzer.
 */
#ifndef AIOS_TEST_CHAOS_H
#define AIOS_TEST_CHAOS_H

#include "world.h"

/* One of 0 to @n - 1; set by the test. */
extern u32 (*chaos_below)(u32 n);

/* Of so many jobs one can use more than it requests; set by the test, 0: most can. */
extern u32 chaos_rigid;

/* Another machine with that many groups in a tree, and accelerators. */
void chaos_tree(struct world *w, u32 groups, u32 devices);
/* A job of some group that asks for something, alone; NULL: too many are there. */
struct world_job *chaos_job(struct world *w);
/* Another limit for some group. */
void chaos_limit(struct world *w);
/* Time passes and one event happens, which may be refused. */
void chaos_event(struct world *w);

#endif /* AIOS_TEST_CHAOS_H */
