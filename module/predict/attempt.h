/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records of attempts that are over: the newest of each user, seen by whoever may see the
 * job.
 */
#ifndef _AIOS_PREDICT_ATTEMPT_H
#define _AIOS_PREDICT_ATTEMPT_H

#include <linux/aios.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct aios_group;
struct aios_user;
struct cred;

/**
 * struct aios_attempt_kept - a record, protected by aios_lock once it is kept
 */
struct aios_attempt_kept {
	/** @spare: the next of those that a job has room for, while it is one itself */
	struct aios_attempt_kept *spare;
	/** @by_number: in the tree of all */
	struct rb_node by_number;
	/** @of_user: in the list of the user's, the oldest first */
	struct list_head of_user;
	/** @user: who is charged */
	struct aios_user *user;
	/** @group: of the job, referenced */
	struct aios_group *group;
	/** @uid: submitter */
	kuid_t uid;
	/** @gid: submitter's */
	kgid_t gid;
	/** @cancel_uid: who cancelled it */
	kuid_t cancel_uid;
	/** @by_admin: submitted as the administrator */
	bool by_admin;
	/** @told: what the call yields, but for what depends on the caller */
	struct aios_attempt told;
};

int aios_attempts_alloc(struct aios_attempt_kept **spare, u32 nr);
void aios_attempts_free(struct aios_attempt_kept *spare);
void aios_attempt_keep(struct aios_attempt_kept *kept, struct aios_user *user,
		       struct aios_group *group);
bool aios_attempt_is_of(const struct aios_attempt_kept *kept, const struct cred *cred);
bool aios_attempt_visible_to(const struct aios_attempt_kept *kept, const struct cred *cred);
const struct aios_attempt_kept *aios_attempt_from(u64 number);
void aios_attempts_exit(void);

#endif /* _AIOS_PREDICT_ATTEMPT_H */
