// SPDX-License-Identifier: GPL-2.0
/*
 * Per-user counts and bounds: see user.h.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/slab.h>

#include "main.h"
#include "turns.h"
#include "user.h"

#define MAX_SOLVES	2

static DEFINE_HASHTABLE(users, 6);	/* protected by aios_lock */

/**
 * aios_user_bound - how much of a thing one user can hold
 * @thing: what
 */
u32 aios_user_bound(enum aios_user_thing thing)
{
	switch (thing) {
	case AIOS_USER_JOBS:
		return aios_max_jobs;
	case AIOS_USER_GROUPS:
		return aios_max_groups;
	case AIOS_USER_SOLVES:
		return MAX_SOLVES;
	case AIOS_USER_HISTORY:
		return aios_history;
	default:
		return 0;
	}
}

static struct aios_user *find(kuid_t uid)
{
	struct aios_user *user;

	lockdep_assert_held(&aios_lock);
	hash_for_each_possible(users, user, node, __kuid_val(uid))
		if (uid_eq(user->uid, uid))
			return user;
	return NULL;
}

static struct aios_user *find_or_make(kuid_t uid)
{
	struct aios_user *user = find(uid);

	if (user)
		return user;
	user = kzalloc(sizeof(*user), aios_turn_gfp() | __GFP_ACCOUNT);
	if (!user)
		return NULL;
	user->uid = uid;
	INIT_LIST_HEAD(&user->history);
	hash_add(users, &user->node, __kuid_val(uid));
	return user;
}

static void forget_idle(struct aios_user *user)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(user->held); i++)
		if (user->held[i])
			return;
	hash_del(&user->node);
	kfree(user);
}

/**
 * aios_user_charge - count one more thing of a user's
 * @uid: the user
 * @thing: what
 * @why: written when the bound refuses; may be NULL
 *
 * The caller holds aios_lock.
 *
 * Return: the user, who stays until it is uncharged; ERR_PTR(-EDQUOT) or
 * ERR_PTR(-ENOMEM).
 */
struct aios_user *aios_user_charge(kuid_t uid, enum aios_user_thing thing,
				   struct aios_why *why)
{
	struct aios_user *user = find_or_make(uid);

	if (!user)
		return ERR_PTR(-ENOMEM);
	if (user->held[thing] < aios_user_bound(thing)) {
		user->held[thing]++;
		return user;
	}
	if (why) {
		why->code = AIOS_WHY_USER_BOUND;
		why->asked = user->held[thing];
		why->available = aios_user_bound(thing);
	}
	forget_idle(user);
	return ERR_PTR(-EDQUOT);
}

/**
 * aios_user_uncharge - undo one aios_user_charge()
 * @user: may be gone afterwards
 * @thing: what
 *
 * The caller holds aios_lock.
 */
void aios_user_uncharge(struct aios_user *user, enum aios_user_thing thing)
{
	lockdep_assert_held(&aios_lock);
	WARN_ON_ONCE(!user->held[thing]);
	user->held[thing]--;
	forget_idle(user);
}

/**
 * aios_user_held - how much of a thing a user holds
 * @uid: the user
 * @thing: what
 *
 * The caller holds aios_lock.
 */
u32 aios_user_held(kuid_t uid, enum aios_user_thing thing)
{
	struct aios_user *user = find(uid);

	return user ? user->held[thing] : 0;
}

static int begin_solve(void *arg)
{
	struct aios_user **user = arg;

	*user = aios_user_charge(current_euid(), AIOS_USER_SOLVES, NULL);
	return PTR_ERR_OR_ZERO(*user);
}

/**
 * aios_user_begin_solve - count a long call of the caller's
 *
 * The caller holds no lock.
 *
 * Return: for aios_user_end_solve(); ERR_PTR(-EDQUOT), (-ENOMEM) or
 * (-ERESTARTSYS).
 */
struct aios_user *aios_user_begin_solve(void)
{
	struct aios_user *user;
	int ret = aios_turn(begin_solve, &user);

	return ret ? ERR_PTR(ret) : user;
}

static int end_solve(void *arg)
{
	aios_user_uncharge(arg, AIOS_USER_SOLVES);
	return 0;
}

/**
 * aios_user_end_solve - it is over
 * @user: as returned by aios_user_begin_solve()
 */
void aios_user_end_solve(struct aios_user *user)
{
	aios_turn_brief(end_solve, user);
}
