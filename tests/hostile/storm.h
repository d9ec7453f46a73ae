/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the storm share: see storm.c and storm_others.c.
 */
#ifndef HOSTILE_STORM_H
#define HOSTILE_STORM_H

#include <stdbool.h>
#include <stdint.h>

#define STORM_GROUP	"/kt-storm"
#define STORM_OTHERS	4	/* processes beside the users' */

/* Shared by all processes; counters are updated by anybody, the rest is read. */
struct storm {
	bool stop;		/* written by the test alone */
	bool devices_change;	/* what there is of accelerators does; by the administrator */
	uint64_t seed;
	uint64_t calls;
	int passing[2];		/* sockets in which descriptors lie */
};

extern struct storm *storm;
extern __thread uint64_t storm_state;

/* A number below that, as chance has it in this thread. */
uint32_t storm_chance(uint32_t below);

/* A dump or a subscription, which may be left before its end. */
void storm_netlink(void);

/* Processes that go on until the end: see storm_others.c. */
extern void (*const storm_others[STORM_OTHERS])(void *unused);

#endif
