/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one user makes the kernel hold: counted, bounded, and remembered for
 * as long as there is any of it.
 */
#ifndef _AIOS_USER_H
#define _AIOS_USER_H

#include <linux/list.h>
#include <linux/uidgid.h>

struct aios_why;
struct cred;

enum aios_user_thing {
	AIOS_USER_JOBS,		/* not ended */
	AIOS_USER_GROUPS,
	AIOS_USER_SOLVES,	/* LP_SOLVE and REPLAY calls under way */
	AIOS_USER_HISTORY,	/* ended jobs that are remembered */
	AIOS_USER_ATTEMPTS,	/* records of attempts that are over */
	AIOS_USER_SUBSCRIPTIONS, /* sockets that hear of events */
	AIOS_USER_NR_THINGS,
};

/**
 * struct aios_user - a user who holds something
 * @node: in the table of users; protected by aios_lock
 * @above: who made the user namespace that he is in, which counts what he holds too;
 *	NULL: he is in the first one; immutable
 * @uid: immutable
 * @nr_below: users whose @above this is; protected by aios_lock
 * @held: number of each thing, of him and all below; protected by aios_lock
 * @history: ended jobs, the oldest first; protected by aios_lock
 * @attempts: records of attempts, the oldest first; protected by aios_lock
 */
struct aios_user {
	struct hlist_node node;
	struct aios_user *above;
	kuid_t uid;
	u32 nr_below;
	u32 held[AIOS_USER_NR_THINGS];
	struct list_head history;
	struct list_head attempts;
};

kuid_t aios_user_answerable(const struct cred *cred);
u32 aios_user_bound(enum aios_user_thing thing);
int aios_user_take(struct aios_user *user, enum aios_user_thing thing, struct aios_why *why);
struct aios_user *aios_user_charge(const struct cred *cred, enum aios_user_thing thing,
				   struct aios_why *why);
void aios_user_uncharge(struct aios_user *user, enum aios_user_thing thing);
struct aios_user *aios_user_begin_solve(void);
void aios_user_end_solve(struct aios_user *user);
u32 aios_user_held(const struct cred *cred, enum aios_user_thing thing);

#endif /* _AIOS_USER_H */
