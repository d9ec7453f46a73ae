/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whoever calls takes turns, and nobody holds up another.
 *
 * A task that makes a call can be stopped for as long as anybody likes: by the CPU quota of
 * its cgroup, by its scheduling class, by whoever else wants its CPU. So no task but the
 * module's own holds a lock that others need. A call hands over what it wants done and
 * waits; a worker of the module does it, with the credentials of the caller, one turn for
 * each user who waits, then the next turn for each.
 *
 * What is short and does not sleep is done by the caller himself when nobody holds the
 * lock, with preemption disabled, so that he cannot be stopped while he holds it.
 */
#ifndef _AIOS_TURNS_H
#define _AIOS_TURNS_H

#include <linux/llist.h>
#include <linux/types.h>

/**
 * struct aios_later - something that can wait until the caller has his answer
 */
struct aios_later {
	/** @node: among those to be done after the present turn */
	struct llist_node node;
	/** @waits: it is among them; atomic */
	unsigned long waits;
	/** @fn: what is done then: it does not sleep. Immutable */
	void (*fn)(struct aios_later *later);
};

int aios_turns_init(void);
void aios_turns_exit(void);

bool aios_turn_is_here(void);
bool aios_turn_is_brief(void);
gfp_t aios_turn_gfp(void);
bool aios_turn_later(struct aios_later *later);

int aios_turn(int (*fn)(void *arg), void *arg);
int aios_turn_uninterrupted(int (*fn)(void *arg), void *arg);
int aios_turn_brief(int (*fn)(void *arg), void *arg);
int aios_turn_quick(int (*fn)(void *arg), void *arg);
bool aios_turn_try(int (*fn)(void *arg), void *arg, int *ret);
int aios_turn_slow(int (*fn)(void *arg), void *arg);

#endif /* _AIOS_TURNS_H */
