/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups: the quota tree as users see it. Names, owners and permissions are
 * here; limits and charges are the core's.
 *
 *   group.c		the tree, and who may do what in it
 *   life.c		how groups come and go with their cgroups, and their worker
 *   defaults.c		those that are made for whoever has none
 *   left.c		what jobs that have ended left behind in it
 *   station.c		each as a station of the queueing model
 *   notice.c		what netlink tells of it
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
#include "measure/meter.h"

/* What a caller wants with a group; the values are those of a mode's digit. */
#define AIOS_MAY_SUBMIT		1
#define AIOS_MAY_ADMINISTER	2	/* what is below it */
#define AIOS_MAY_SEE		4

/**
 * struct aios_group - a group
 */
struct aios_group {
	/**
	 * @core: limits and charges, protected by aios_lock: @own_core, but the engine's
	 * own node for the root; the pointer is immutable
	 */
	struct aios_group_node *core;
	/** @own_core: see @core */
	struct aios_group_node own_core;
	/** @parent: NULL for the root; referenced, immutable */
	struct aios_group *parent;
	/** @children: protected by aios_lock, written under aios_group_mutex too */
	struct list_head children;
	/** @sibling: in the parent's @children; likewise */
	struct list_head sibling;
	/** @name: its component of the path; immutable */
	char name[AIOS_NAME_MAX + 1];
	/** @uid: owner; immutable */
	kuid_t uid;
	/** @gid: owner; immutable */
	kgid_t gid;
	/**
	 * @mode: rwx for owner, group and others: see, administer below, submit; protected
	 * by aios_lock
	 */
	umode_t mode;

	/**
	 * @user: who is charged for it, until it is removed; protected by aios_lock,
	 * like all up to @refresh
	 */
	struct aios_user *user;
	/** @strict: elastic resources are capped at the grant */
	bool strict;
	/** @max_runtime_ns: time limit of the jobs in and below it; 0: none */
	u64 max_runtime_ns;
	/** @made_for: AIOS_DEFAULT_*, as long as it follows that template */
	u32 made_for;
	/** @dying: it is being removed */
	bool dying;
	/**
	 * @refs: the tree, jobs that were submitted to it and exist, even if ended,
	 * groups below, and queued work
	 */
	unsigned int refs;
	/** @use: what its jobs use, as last measured */
	struct aios_use use;
	/** @station: arrivals, waits and services of the jobs in and below it */
	struct aios_station station;
	/** @pending: resources whose use is above the limit */
	u32 pending;
	/** @shared: memory in it that outlives processes, as read at the last tick */
	u64 shared;
	/** @ooms: times that its own limit of memory was reached, as last read */
	u64 ooms;
	/** @oom_ns: when that was found to have grown last; 0: never */
	u64 oom_ns;
	/** @failed: the files could not be written last time; set by the worker alone */
	bool failed;
	/** @measure: the worker shall look what is left behind in it */
	bool measure;
	/** @refresh: the worker shall look whether somebody else wrote to them */
	bool refresh;

	/** @work: brings the cgroup in line with @core */
	struct work_struct work;
	/** @cg_lock: protects the next two; see main.h */
	struct mutex cg_lock;
	/** @cg: its directory */
	struct aios_cgroup cg;
	/** @applied: what was last written there */
	struct aios_applied applied;
};

extern struct aios_group *aios_root_group;
extern struct mutex aios_group_mutex;

/* group.c */
bool aios_is_admin(const struct cred *cred);
bool aios_group_may(const struct aios_group *group, int wanted);
bool aios_group_may_favour(const struct aios_group *group);
bool aios_group_may_limit(const struct aios_group *group);
u64 aios_group_runtime(const struct aios_group *group);
int aios_group_grant_runtime(const struct aios_group *group, u64 stated, u64 *runtime_ns,
			     struct aios_why *why);
bool aios_group_known(const struct aios_group *group);
bool aios_group_visible_to(const struct aios_group *group, const struct cred *cred);
bool aios_group_administered_by(const struct aios_group *group,
				const struct cred *cred);
struct aios_group *aios_group_child(struct aios_group *parent, const char *name,
				    size_t len);
struct aios_group *aios_group_find(const char *path);
struct aios_group *aios_group_find_id(u64 id);
u64 aios_group_end_id(void);
struct aios_group *aios_group_next(struct aios_group *group);
u32 aios_groups_count(void);
char *aios_group_path(const struct aios_group *group, char *buf, size_t size);
void aios_group_get(struct aios_group *group);
void aios_group_put(struct aios_group *group);
void aios_group_drop(struct aios_group *group);
int aios_group_add(struct aios_group *group);
void aios_group_remove(struct aios_group *group);
void aios_groups_destroy(void);

/* left.c */
bool aios_left_round(void);
bool aios_left_counted(void);
void aios_left_measure(struct aios_group *group);
void aios_left_add(struct aios_group *group, u64 bytes);
void aios_left_inherit(struct aios_group *group);

/* life.c */
void aios_group_enforce(struct aios_group *group);
void aios_group_refresh(struct aios_group *group);
void aios_groups_refresh(void);
struct aios_group *aios_group_alloc(struct aios_group *parent, const char *name);
u64 aios_group_find_full(struct aios_group *group);
int aios_group_make_cgroup(struct aios_group *group);
int aios_group_remove_cgroup(struct aios_group *group);
void aios_group_discard_cgroup(struct aios_group *group);
int aios_group_publish(struct aios_group *group, u32 weight, struct aios_why *why);
void aios_group_unpublish(struct aios_group *group);
int aios_groups_init(char *cgroup_root);
void aios_groups_exit(void);

#endif /* _AIOS_GROUP_GROUP_H */
