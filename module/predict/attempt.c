// SPDX-License-Identifier: GPL-2.0
/*
 * Records of attempts that are over: see attempt.h. The room for one is taken when the job
 * is submitted, so that whoever makes the kernel hold it pays for it.
 */
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/rbtree.h>
#include <linux/slab.h>

#include "group/group.h"
#include "main.h"
#include "predict/attempt.h"
#include "user.h"

/* So many are forgotten when one is kept. */
#define FORGOTTEN_MAX	64

/* All records by number; protected by aios_lock. */
static struct {
	struct rb_root by_number;
	u64 last;	/* number */
} attempts = {
	.by_number = RB_ROOT,
};

/**
 * aios_attempts_alloc - make room for the attempts of a job
 * @spare: written
 * @nr: how many it can have
 *
 * The caller pays.
 *
 * Return: 0 or -ENOMEM.
 */
int aios_attempts_alloc(struct aios_attempt_kept **spare, u32 nr)
{
	struct aios_attempt_kept *kept;

	*spare = NULL;
	/* Where none are kept there is no room to pay for. */
	if (!aios_user_bound(AIOS_USER_ATTEMPTS))
		return 0;
	while (nr--) {
		kept = kzalloc(sizeof(*kept), GFP_KERNEL_ACCOUNT);
		if (!kept) {
			aios_attempts_free(*spare);
			*spare = NULL;
			return -ENOMEM;
		}
		kept->spare = *spare;
		*spare = kept;
	}
	return 0;
}

/**
 * aios_attempts_free - give room back that was not needed
 * @spare: as aios_attempts_alloc() left it; NULL: none
 */
void aios_attempts_free(struct aios_attempt_kept *spare)
{
	struct aios_attempt_kept *next;

	for (; spare; spare = next) {
		next = spare->spare;
		kfree(spare);
	}
}

static void forget(struct aios_attempt_kept *kept)
{
	struct aios_user *user = kept->user;

	rb_erase(&kept->by_number, &attempts.by_number);
	list_del(&kept->of_user);
	aios_group_put(kept->group);
	kfree(kept);
	aios_user_uncharge(user, AIOS_USER_ATTEMPTS);
}

static bool forget_oldest(struct aios_user *user)
{
	struct aios_attempt_kept *kept;

	kept = list_first_entry_or_null(&user->attempts, struct aios_attempt_kept, of_user);
	if (kept)
		forget(kept);
	return kept;
}

/* It has the largest number: its place is at the right end. */
static void insert(struct aios_attempt_kept *kept)
{
	struct rb_node **link = &attempts.by_number.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = &parent->rb_right;
	}
	rb_link_node(&kept->by_number, parent, link);
	rb_insert_color(&kept->by_number, &attempts.by_number);
}

/**
 * aios_attempt_keep - keep a record, or free it
 * @kept: complete but for what follows from the other two
 * @user: who submitted the job; he holds the job
 * @group: of the job
 *
 * The caller holds aios_lock. The oldest of the user's make room; where the administrator
 * has lowered the bound, some at each end.
 */
void aios_attempt_keep(struct aios_attempt_kept *kept, struct aios_user *user,
		       struct aios_group *group)
{
	unsigned int forgotten = 0;
	int ret;

	lockdep_assert_held(&aios_lock);
	do {
		ret = aios_user_take(user, AIOS_USER_ATTEMPTS, NULL);
	} while (ret && forgotten++ < FORGOTTEN_MAX && forget_oldest(user));
	if (ret) {
		kfree(kept);
		return;
	}
	aios_group_get(group);
	kept->user = user;
	kept->group = group;
	kept->told.number = ++attempts.last;
	insert(kept);
	list_add_tail(&kept->of_user, &user->attempts);
}

/**
 * aios_attempt_is_of - whether somebody is who submitted the job of a record
 * @kept: the record
 * @cred: of whoever asks
 *
 * The caller holds aios_lock. For the administrator everybody's is.
 */
bool aios_attempt_is_of(const struct aios_attempt_kept *kept, const struct cred *cred)
{
	lockdep_assert_held(&aios_lock);
	return aios_is_admin(cred) || (uid_eq(kept->uid, cred->euid) && !kept->by_admin);
}

/**
 * aios_attempt_visible_to - whether somebody may see a record, as of its job
 * @kept: the record
 * @cred: of whoever asks
 *
 * The caller holds aios_lock.
 */
bool aios_attempt_visible_to(const struct aios_attempt_kept *kept, const struct cred *cred)
{
	lockdep_assert_held(&aios_lock);
	return aios_attempt_is_of(kept, cred) || aios_group_visible_to(kept->group, cred);
}

/**
 * aios_attempt_from - the first record from a number on
 * @number: the number
 *
 * The caller holds aios_lock.
 *
 * Return: the record, NULL when there is none.
 */
const struct aios_attempt_kept *aios_attempt_from(u64 number)
{
	struct rb_node *node = attempts.by_number.rb_node;
	const struct aios_attempt_kept *found = NULL;

	lockdep_assert_held(&aios_lock);
	while (node) {
		const struct aios_attempt_kept *kept =
			rb_entry(node, struct aios_attempt_kept, by_number);

		if (kept->told.number < number) {
			node = node->rb_right;
		} else {
			found = kept;
			node = node->rb_left;
		}
	}
	return found;
}

/**
 * aios_attempts_exit - forget all records
 *
 * No job lives. The groups are still there.
 */
void aios_attempts_exit(void)
{
	struct rb_node *node;

	mutex_lock(&aios_lock);
	while ((node = rb_first(&attempts.by_number)))
		forget(rb_entry(node, struct aios_attempt_kept, by_number));
	mutex_unlock(&aios_lock);
}
