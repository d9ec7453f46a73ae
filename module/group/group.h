/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups: the quota tree as users see it. Names, owners and permissions are
 * here; limits and charges are the core's; the cgroup is written by enforce/limits.c.
 *
 *   group.c		the object and the tree, who may do what in it
 *   group_calls.c	the calls that make, remove and show groups
 *   limit.c		AIOS_IOC_LIMIT
 */
#ifndef _AIOS_GROUP_GROUP_H
#define _AIOS_GROUP_GROUP_H

#include <linux/aios.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>

#include "core/engine/engine.h"
#include "core/queueing/station.h"
#include "enforce/cgroup.h"
#include "enforce/limits.h"

/* What a caller wants with a group; the values are those of a mode's digit. */
#define AIOS_MAY_SUBMIT		1
#define AIOS_MAY_ADMINISTER	2	/* what is below it */
#define AIOS_MAY_SEE		4

/**
 * struct aios_group - a group
 * @core: limits and charges, protected by aios_lock: @own_core, but the engine's
 *	own node for the root; the pointer is immutable
 * @own_core: see @core
 * @parent: NULL for the root; referenced, immutable
 * @children: protected by aios_lock, written under aios_group_mutex too
 * @sibling: in the parent's @children; likewise
 * @name: its component of the path; immutable
 * @uid: owner; immutable, like the next two
 * @gid: owner
 * @mode: rwx for owner, group and others: see, administer below, submit
 * @user: who is charged for it, until it is removed; protected by aios_lock
 * @strict: cap elastic resources at the grant; protected by aios_lock
 * @dying: is being removed; protected by aios_lock
 * @refs: the tree, jobs that were submitted to it and exist, even if ended,
 *	groups below, and queued work; aios_lock
 * @use: last measured; aios_lock
 * @station: arrivals, waits and services of the jobs in and below it; aios_lock
 * @pending: resources whose use is above the limit; aios_lock
 * @written: the files held what was wanted when last written; aios_lock
 * @refresh: see aios_group_refresh(); aios_lock
 * @work: brings the cgroup in line with @core
 * @cg_lock: protects the next two; see main.h
 * @cg: its directory
 * @applied: what was last written there
 */
struct aios_group {
	struct aios_group_node *core;
	struct aios_group_node own_core;
	struct aios_group *parent;
	struct list_head children;
	struct list_head sibling;
	char name[AIOS_NAME_MAX + 1];
	kuid_t uid;
	kgid_t gid;
	umode_t mode;
	struct aios_user *user;
	bool strict;
	bool dying;
	unsigned int refs;
	u64 use[AIOS_RESOURCE_MAX];
	struct aios_station station;
	u32 pending;
	bool written;
	bool refresh;
	struct work_struct work;
	struct mutex cg_lock;	/* of the cgroup */
	struct aios_cgroup cg;
	struct aios_applied applied;
};

extern struct aios_group *aios_root_group;
extern struct mutex aios_group_mutex;

int aios_groups_init(char *cgroup_root);
void aios_groups_exit(void);

struct aios_group *aios_group_find(const char *path);
struct aios_group *aios_group_find_id(u64 id);
struct aios_group *aios_group_next(struct aios_group *group);
u64 aios_group_end_id(void);
u32 aios_groups_count(void);
bool aios_group_may(const struct aios_group *group, int wanted);
bool aios_group_known(const struct aios_group *group);
bool aios_group_visible_to(const struct aios_group *group, const struct cred *cred);
bool aios_group_administered_by(const struct aios_group *group,
				const struct cred *cred);
char *aios_group_path(const struct aios_group *group, char *buf, size_t size);
bool aios_is_admin(const struct cred *cred);
struct aios_group *aios_group_child(struct aios_group *parent, const char *name,
				    size_t len);
struct aios_group *aios_group_alloc(struct aios_group *parent, const char *name);
void aios_group_get(struct aios_group *group);
void aios_group_put(struct aios_group *group);
void aios_group_drop(struct aios_group *group);
int aios_group_make_cgroup(void *group);
int aios_group_remove_cgroup(void *group);
int aios_group_publish(struct aios_group *group, u32 weight, struct aios_why *why);
void aios_group_unpublish(struct aios_group *group);
void aios_group_enforce(struct aios_group *group);
void aios_group_refresh(struct aios_group *group);

int aios_ioctl_group_create(struct file *file, void *arg);
int aios_ioctl_group_remove(struct file *file, void *arg);
int aios_ioctl_group_stat(struct file *file, void *arg);

#endif /* _AIOS_GROUP_GROUP_H */
