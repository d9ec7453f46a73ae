/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Times of the wall clock. The engine knows one clock, which nobody can set; what was
 * asked for as a date follows the wall clock when that is set.
 */
#ifndef _AIOS_ARBITER_WALL_H
#define _AIOS_ARBITER_WALL_H

#include <linux/list.h>
#include <linux/types.h>

#include "core/engine/engine.h"

/**
 * struct aios_wall - a time of the wall clock that the engine was told of
 *
 * One that is all zeros is not followed.
 */
struct aios_wall {
	/** @node: in the list of those that are followed; protected by aios_lock */
	struct list_head node;
	/** @real_ns: of CLOCK_REALTIME; likewise */
	u64 real_ns;
	/** @moved: tells the engine that it is at @ns of its clock now; likewise */
	void (*moved)(struct aios_wall *wall, struct aios_now now, u64 ns);
};

u64 aios_wall_monotonic(u64 real_ns);
void aios_wall_follow(struct aios_wall *wall, u64 real_ns,
		      void (*moved)(struct aios_wall *wall, struct aios_now now, u64 ns));
void aios_wall_leave(struct aios_wall *wall);
void aios_walls_check(void);
void aios_walls_exit(void);

#endif /* _AIOS_ARBITER_WALL_H */
