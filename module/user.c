// SPDX-License-Identifier: GPL-2.0
/*
 * Per-user counts and bounds: see user.h.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "main.h"
#include "turns.h"
#include "user.h"

#define MAX_SOLVES	2
#define MAX_SUBSCRIPTIONS	64

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
	case AIOS_USER_ATTEMPTS:
		return aios_attempts;
	case AIOS_USER_SUBSCRIPTIONS:
		return MAX_SUBSCRIPTIONS;
	default:
		return 0;
	}
}

static struct aios_user *find(kuid_t uid, const struct aios_user *above)
{
	struct aios_user *user;

	lockdep_assert_held(&aios_lock);
	hash_for_each_possible(users, user, node, __kuid_val(uid))
		if (uid_eq(user->uid, uid) && user->above == above)
			return user;
	return NULL;
}

static struct aios_user *find_or_make(kuid_t uid, struct aios_user *above)
{
	struct aios_user *user = find(uid, above);

	if (user)
		return user;
	user = kzalloc(sizeof(*user), aios_turn_gfp() | __GFP_ACCOUNT);
	if (!user)
		return NULL;
	user->uid = uid;
	user->above = above;
	if (above)
		above->nr_below++;
	INIT_LIST_HEAD(&user->history);
	INIT_LIST_HEAD(&user->attempts);
	hash_add(users, &user->node, __kuid_val(uid));
	return user;
}

/* Whoever holds nothing is forgotten, and then whoever is above him, if the same is true. */
static void forget_idle(struct aios_user *user)
{
	struct aios_user *above;
	size_t i;

	for (; user; user = above) {
		if (user->nr_below)
			return;
		for (i = 0; i < ARRAY_SIZE(user->held); i++)
			if (user->held[i])
				return;
		above = user->above;
		if (above)
			above->nr_below--;
		hash_del(&user->node);
		kfree(user);
	}
}

/* The namespaces of a caller from the first one down; more are not made (create_user_ns). */
#define NAMESPACES_MAX	33

static u32 list_namespaces(struct user_namespace *ns, struct user_namespace **list)
{
	u32 nr = 0;

	for (; ns != &init_user_ns && nr < NAMESPACES_MAX; ns = ns->parent)
		list[nr++] = ns;
	return nr;
}

/*
 * The user of a caller, below whoever made the namespace that he is in, and so on, as of
 * ucounts: who gives himself more numbers has no more of anything. NULL: there is no
 * memory, or, if none is to be made, there is none.
 */
static struct aios_user *user_of(const struct cred *cred, bool make)
{
	struct user_namespace *list[NAMESPACES_MAX];
	u32 i = list_namespaces(cred->user_ns, list);
	struct aios_user *above = NULL, *user;
	bool last;

	do {
		kuid_t uid = i ? list[i - 1]->owner : cred->euid;

		last = !i;
		user = make ? find_or_make(uid, above) : find(uid, above);
		if (!user)
			break;
		above = user;
	} while (i--, !last);
	if (!user && make)
		forget_idle(above);
	return user;
}

/**
 * aios_user_answerable - who answers for what a caller does
 * @cred: his credentials
 *
 * Who has given himself more numbers has the experience of one user all the same.
 *
 * Return: the user, outside of all user namespaces but the first.
 */
kuid_t aios_user_answerable(const struct cred *cred)
{
	struct user_namespace *list[NAMESPACES_MAX];
	u32 nr = list_namespaces(cred->user_ns, list);

	return nr ? list[nr - 1]->owner : cred->euid;
}

/**
 * aios_user_take - count one more thing of a user's
 * @user: the user
 * @thing: what
 * @why: written when the bound refuses, his own or that of one above; may be NULL
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or -EDQUOT.
 */
int aios_user_take(struct aios_user *user, enum aios_user_thing thing, struct aios_why *why)
{
	struct aios_user *at;

	lockdep_assert_held(&aios_lock);
	for (at = user; at; at = at->above) {
		if (at->held[thing] < aios_user_bound(thing))
			continue;
		if (why) {
			why->code = AIOS_WHY_USER_BOUND;
			why->asked = at->held[thing];
			why->available = aios_user_bound(thing);
		}
		return -EDQUOT;
	}
	for (at = user; at; at = at->above)
		at->held[thing]++;
	return 0;
}

/**
 * aios_user_charge - count one more thing of a caller's
 * @cred: his credentials
 * @thing: what
 * @why: written when the bound refuses; may be NULL
 *
 * The caller holds aios_lock.
 *
 * Return: the user, who stays until it is uncharged; ERR_PTR(-EDQUOT) or
 * ERR_PTR(-ENOMEM).
 */
struct aios_user *aios_user_charge(const struct cred *cred, enum aios_user_thing thing,
				   struct aios_why *why)
{
	struct aios_user *user = user_of(cred, true);
	int ret;

	if (!user)
		return ERR_PTR(-ENOMEM);
	ret = aios_user_take(user, thing, why);
	if (!ret)
		return user;
	forget_idle(user);
	return ERR_PTR(ret);
}

/**
 * aios_user_uncharge - undo one aios_user_charge() or aios_user_take()
 * @user: may be gone afterwards
 * @thing: what
 *
 * The caller holds aios_lock.
 */
void aios_user_uncharge(struct aios_user *user, enum aios_user_thing thing)
{
	struct aios_user *at;

	lockdep_assert_held(&aios_lock);
	for (at = user; at; at = at->above) {
		WARN_ON_ONCE(!at->held[thing]);
		at->held[thing]--;
	}
	forget_idle(user);
}

/**
 * aios_user_held - how much of a thing a caller holds
 * @cred: his credentials
 * @thing: what
 *
 * The caller holds aios_lock.
 */
u32 aios_user_held(const struct cred *cred, enum aios_user_thing thing)
{
	struct aios_user *user = user_of(cred, false);

	return user ? user->held[thing] : 0;
}

static int begin_solve(void *arg)
{
	struct aios_user **user = arg;

	*user = aios_user_charge(current_cred(), AIOS_USER_SOLVES, NULL);
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
