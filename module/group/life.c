// SPDX-License-Identifier: GPL-2.0
/*
 * How groups come and go with their cgroups, and the worker of a group, which brings its
 * cgroup in line; see group.h.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "arbiter/arbiter.h"
#include "enforce/cgroup.h"
#include "enforce/leftover.h"
#include "enforce/limits.h"
#include "group/group.h"
#include "group/notice.h"
#include "group/station.h"
#include "main.h"

#define ROOT_MODE	0711	/* all may submit to it, root alone sees all jobs */

/* ------------------------------------------------------------- enforcement */

/*
 * A group is limited, and never throttled below its limit: that is for its jobs. Its
 * weight is the sum of theirs.
 */
static void look_up_limits(const struct aios_group *group, struct aios_entitlement *want)
{
	const struct aios_group_node *core = group->core;
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		bool elastic = aios_resource_in(aios_engine.elastic, i);

		want[i].limit = core->limit[i];
		want[i].grant = elastic ? core->granted[i] : AIOS_UNLIMITED;
		want[i].cap = want[i].limit;
		want[i].promised = 0;
		want[i].swap = core->limit[AIOS_RESOURCE_SWAP];
		want[i].look = group->refresh;
	}
	/* A limit that was lowered below what jobs were promised binds as they end. */
	want[AIOS_RESOURCE_MEMORY].promised = core->promised[AIOS_RESOURCE_MEMORY];
	want[AIOS_RESOURCE_MEMORY].limit = max(want[AIOS_RESOURCE_MEMORY].limit,
					       want[AIOS_RESOURCE_MEMORY].promised);
	if (group->strict)
		want[AIOS_RESOURCE_CPU].cap = min(want[AIOS_RESOURCE_CPU].limit,
						  want[AIOS_RESOURCE_CPU].grant);
}

/* The caller holds the group's cg_lock. */
static int write_limits(struct aios_group *group, const struct aios_entitlement *want,
			bool refresh, u32 *pending)
{
	if (aios_cgroup_gone(&group->cg))
		return -ENODEV;
	if (refresh && aios_limits_outdated(&group->applied))
		group->applied.known = AIOS_HELD_UNKNOWN;
	if (refresh && aios_limits_drifted(&group->cg, &group->applied)) {
		group->applied.known = AIOS_HELD_UNKNOWN;
		pr_warn_ratelimited("somebody else wrote to the cgroup of group %s: writing its limits again\n",
				    group->name[0] ? group->name : "/");
	}
	return aios_limits_apply(&group->cg, &group->applied, want, pending);
}

static void group_work(struct work_struct *work)
{
	struct aios_group *group = container_of(work, struct aios_group, work);
	struct aios_entitlement want[AIOS_RESOURCE_MAX];
	bool refresh, measure, failed;
	u32 pending = 0;
	int ret = 0;

	mutex_lock(&group->cg_lock);
	mutex_lock(&aios_lock);
	look_up_limits(group, want);
	refresh = group->refresh;
	group->refresh = false;
	measure = group->measure;
	group->measure = false;
	mutex_unlock(&aios_lock);

	if (aios_cgroup_exists(&group->cg)) {
		ret = write_limits(group, want, refresh, &pending);
		if (measure)
			aios_left_measure(group);
	}
	mutex_lock(&aios_lock);
	failed = group->failed;
	group->pending = pending;
	group->failed = ret;
	mutex_unlock(&aios_lock);
	/* It is tried again at every tick, and said once. */
	if (ret && !failed)
		pr_warn_ratelimited("limits of group %s cannot be written (%d): was its cgroup removed?\n",
				    group->name[0] ? group->name : "/", ret);
	mutex_unlock(&group->cg_lock);

	mutex_lock(&aios_lock);
	aios_group_put(group);
	mutex_unlock(&aios_lock);
}

/**
 * aios_group_enforce - have a worker bring a group's cgroup in line
 * @group: the group
 *
 * The caller holds aios_lock.
 */
void aios_group_enforce(struct aios_group *group)
{
	aios_group_get(group);
	if (!queue_work(aios_wq, &group->work))
		group->refs--;
}

/**
 * aios_group_refresh - have a worker look whether a group's cgroup is in line
 * @group: the group
 *
 * As aios_group_enforce(), which trusts that the files hold what was written last.
 * The caller holds aios_lock.
 */
void aios_group_refresh(struct aios_group *group)
{
	group->refresh = true;
	aios_group_enforce(group);
}

/**
 * aios_groups_refresh - have workers look whether the groups' cgroups are in line
 *
 * They also measure what is left behind in each, which takes far longer than to write a
 * limit: nobody but the tick asks for that. The caller holds aios_lock.
 */
void aios_groups_refresh(void)
{
	struct aios_group *group;

	for (group = aios_group_next(NULL); group; group = aios_group_next(group)) {
		group->measure = true;
		aios_group_refresh(group);
	}
}

/* ------------------------------------------------------------ running out */

/* So long after one job was killed because a group was full, the next one was for it too. */
#define SAME_OOM_NS	(2 * NSEC_PER_SEC)

static bool was_full(struct aios_group *group)
{
	u64 ooms = 0, now = ktime_get_ns();
	char text[256];
	bool full;

	if (aios_cgroup_peek(&group->cg.dir, "memory.events.local", text, sizeof(text)) > 0)
		aios_cgroup_find_key(text, "oom", &ooms);
	mutex_lock(&aios_lock);
	if (ooms > group->ooms) {
		group->ooms = ooms;
		group->oom_ns = now;
	}
	full = group->oom_ns && now - group->oom_ns < SAME_OOM_NS;
	mutex_unlock(&aios_lock);
	return full;
}

/**
 * aios_group_find_full - which group was full when the kernel has just killed for memory
 * @group: of the job that was killed; its cgroup stays while that has one
 *
 * Return: the id of the lowest that reached its limit; else the root's, for the machine.
 */
u64 aios_group_find_full(struct aios_group *group)
{
	for (; group->parent; group = group->parent)
		if (was_full(group))
			break;
	return group->core->id;
}

/* ------------------------------------------------------- making and removing */

/**
 * aios_group_alloc - a group that is not in the tree
 * @parent: NULL for the root; the group keeps a reference on it
 * @name: its component of the path
 *
 * The caller holds aios_lock.
 *
 * Return: the group with one reference, or NULL.
 */
struct aios_group *aios_group_alloc(struct aios_group *parent, const char *name)
{
	struct aios_group *group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);

	if (!group)
		return NULL;
	group->core = &group->own_core;
	strscpy(group->name, name, sizeof(group->name));
	INIT_LIST_HEAD(&group->children);
	INIT_LIST_HEAD(&group->sibling);
	INIT_WORK(&group->work, group_work);
	mutex_init(&group->cg_lock);
	aios_station_init(&group->station, ktime_get_ns());
	group->refs = 1;
	group->parent = parent;
	if (parent) {
		aios_group_get(parent);
		group->use.above = &parent->use;
	}
	return group;
}

/**
 * aios_group_make_cgroup - give a group its cgroup
 * @group: not in the tree yet
 *
 * Runs in a worker.
 *
 * Return: 0 or as aios_cgroup_create().
 */
int aios_group_make_cgroup(struct aios_group *group)
{
	char name[AIOS_NAME_MAX + sizeof("group.")];
	int ret;

	snprintf(name, sizeof(name), "group.%s", group->name);
	ret = aios_cgroup_create(&group->cg, &group->parent->cg, name);
	if (ret)
		return ret;
	ret = aios_cgroup_enable(&group->cg);
	if (ret)
		aios_cgroup_discard(&group->cg);
	return ret;
}

/**
 * aios_group_remove_cgroup - take it away
 * @group: without jobs and groups below it
 *
 * Runs in a worker. A group whose cgroup cannot be removed goes on as before.
 *
 * Return: as aios_cgroup_remove().
 */
int aios_group_remove_cgroup(struct aios_group *group)
{
	int ret;

	mutex_lock(&group->cg_lock);
	ret = aios_cgroup_remove(&group->cg);
	mutex_unlock(&group->cg_lock);
	return ret;
}

/**
 * aios_group_discard_cgroup - take away the cgroup of a group that never was in the tree
 * @group: the group
 *
 * Runs in a worker. What cannot be removed is tried again later.
 */
void aios_group_discard_cgroup(struct aios_group *group)
{
	aios_cgroup_discard(&group->cg);
}

/**
 * aios_group_publish - put a group with its cgroup into the tree
 * @group: charged, not in the tree
 * @weight: AIOS_WEIGHT_*
 * @why: cause of a refusal
 *
 * The caller holds aios_group_mutex and aios_lock.
 *
 * Return: 0, or -errno with nothing changed.
 */
int aios_group_publish(struct aios_group *group, u32 weight, struct aios_why *why)
{
	int ret;

	ret = aios_group_add(group);
	if (ret)
		return ret;
	ret = aios_engine_group_attach(group->core, group->parent->core, weight,
				       why);
	if (ret) {
		aios_group_remove(group);
		return ret;
	}
	list_add_tail(&group->sibling, &group->parent->children);
	aios_group_announce(group, AIOS_EVENT_GROUP_CREATED);
	aios_group_enforce(group);
	return 0;
}

/**
 * aios_group_unpublish - take a group out of the tree
 * @group: without jobs, groups below it and cgroup
 *
 * The caller holds aios_group_mutex and aios_lock. The tree's reference is
 * dropped: remembered jobs may hold others.
 */
void aios_group_unpublish(struct aios_group *group)
{
	aios_left_inherit(group);
	WARN_ON_ONCE(aios_engine_group_detach(&aios_engine, group->core, NULL));
	list_del_init(&group->sibling);
	aios_group_remove(group);
	aios_group_announce(group, AIOS_EVENT_GROUP_REMOVED);
	aios_group_drop(group);
}

/* ------------------------------------------------------------ setup, teardown */

static int open_root(void *arg)
{
	return aios_cgroup_root_open(&aios_root_group->cg, arg);
}

static int close_root(void *arg)
{
	aios_cgroup_root_close(&aios_root_group->cg);
	return 0;
}

/**
 * aios_groups_init - make the root group and its cgroup
 * @cgroup_root: path of the cgroup; NULL or "": see aios_cgroup_root_open()
 *
 * Return: 0 or -errno.
 */
int aios_groups_init(char *cgroup_root)
{
	int ret;

	mutex_lock(&aios_lock);
	aios_root_group = aios_group_alloc(NULL, "");
	aios_group_unlearn();
	mutex_unlock(&aios_lock);
	if (!aios_root_group)
		return -ENOMEM;
	aios_root_group->core = &aios_engine.root;
	aios_root_group->mode = ROOT_MODE;
	aios_root_group->uid = GLOBAL_ROOT_UID;
	aios_root_group->gid = GLOBAL_ROOT_GID;
	ret = aios_cgroup_call(open_root, cgroup_root);
	if (ret)
		goto free;

	mutex_lock(&aios_lock);
	ret = aios_group_add(aios_root_group);
	mutex_unlock(&aios_lock);
	if (!ret)
		return 0;
	aios_cgroup_call(close_root, NULL);
free:
	kfree(aios_root_group);
	return ret;
}

static int remove_all(void *arg)
{
	struct aios_group *group;
	u64 id = *(u64 *)arg;
	int ret;

	/* Children have larger ids than their parents. */
	while (id-- > aios_root_group->core->id + 1) {
		mutex_lock(&aios_lock);
		group = aios_group_find_id(id);
		mutex_unlock(&aios_lock);
		if (!group)
			continue;
		ret = aios_cgroup_remove(&group->cg);
		aios_cgroup_close(&group->cg);
		if (ret)
			pr_warn("cgroup of group %s is left behind (%d)\n",
				group->name, ret);
	}
	return 0;
}

/**
 * aios_groups_exit - remove all groups and their cgroups
 *
 * No job is left and no call can come. Workers that still hold a group finish
 * before: the caller has flushed them.
 */
void aios_groups_exit(void)
{
	struct aios_group *group;
	u64 end;

	mutex_lock(&aios_lock);
	end = aios_group_end_id();
	mutex_unlock(&aios_lock);
	aios_leftovers_exit();
	aios_cgroup_call(remove_all, &end);
	aios_cgroup_call(close_root, NULL);
	mutex_lock(&aios_lock);
	while ((group = aios_group_next(NULL))) {
		aios_group_remove(group);
		aios_group_drop(group);
	}
	mutex_unlock(&aios_lock);
	aios_groups_destroy();
}
