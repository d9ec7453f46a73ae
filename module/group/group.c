// SPDX-License-Identifier: GPL-2.0
/*
 * Groups: the tree, who may do what in it, and how each comes and goes with
 * its cgroup. See group.h.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/xarray.h>

#include "arbiter/arbiter.h"
#include "calls/ioctl.h"
#include "group/group.h"
#include "group/notice.h"
#include "main.h"
#include "measure/telemetry.h"
#include "names.h"
#include "user.h"

#define ROOT_ID		1
#define ROOT_MODE	0711	/* all may submit to it, root alone sees all jobs */

struct aios_group *aios_root_group;	/* immutable after load */

DEFINE_MUTEX(aios_group_mutex);	/* see main.h */
static DEFINE_XARRAY(groups);		/* by id; protected by aios_lock */
static unsigned long next_id = ROOT_ID;	/* protected by aios_lock */
static u32 nr_groups;			/* protected by aios_lock */

/* ------------------------------------------------------------------ access */

/* groups_search() is not there for modules. */
static bool is_member(const struct cred *cred, kgid_t gid)
{
	const struct group_info *info = cred->group_info;
	int i;

	if (gid_eq(gid, cred->egid))
		return true;
	for (i = 0; i < info->ngroups; i++)
		if (gid_eq(info->gid[i], gid))
			return true;
	return false;
}

static int mode_digit(const struct aios_group *group, const struct cred *cred)
{
	if (uid_eq(group->uid, cred->euid))
		return (group->mode >> 6) & 7;
	if (is_member(cred, group->gid))
		return (group->mode >> 3) & 7;
	return group->mode & 7;
}

bool aios_is_admin(const struct cred *cred)
{
	return cap_raised(cred->cap_effective, CAP_SYS_ADMIN) &&
	       cred->user_ns == &init_user_ns;
}

static bool may(const struct aios_group *group, const struct cred *cred, int wanted)
{
	if (aios_is_admin(cred) || (mode_digit(group, cred) & wanted) == wanted)
		return true;
	/* Whoever administers a group may do anything in all below it. */
	for (; group; group = group->parent)
		if (mode_digit(group, cred) & AIOS_MAY_ADMINISTER)
			return true;
	return false;
}

/**
 * aios_group_may - whether the caller may do something with a group
 * @group: the group
 * @wanted: AIOS_MAY_*, one or more
 */
bool aios_group_may(const struct aios_group *group, int wanted)
{
	return may(group, current_cred(), wanted);
}

/* Whoever may neither look into a group nor submit to it is told of none. */
bool aios_group_known(const struct aios_group *group)
{
	return aios_group_may(group, AIOS_MAY_SEE) ||
	       aios_group_may(group, AIOS_MAY_SUBMIT);
}

bool aios_group_visible_to(const struct aios_group *group, const struct cred *cred)
{
	return may(group, cred, AIOS_MAY_SEE);
}

bool aios_group_administered_by(const struct aios_group *group,
				const struct cred *cred)
{
	return may(group, cred, AIOS_MAY_ADMINISTER);
}

/* ------------------------------------------------------------------- tree */

/**
 * aios_group_child - the child of a name
 * @parent: where
 * @name: not NUL-terminated
 * @len: of @name
 *
 * The caller holds aios_lock.
 */
struct aios_group *aios_group_child(struct aios_group *parent, const char *name,
				    size_t len)
{
	struct aios_group *child;

	list_for_each_entry(child, &parent->children, sibling)
		if (strlen(child->name) == len && !memcmp(child->name, name, len))
			return child;
	return NULL;
}

/**
 * aios_group_find - the group of a path
 * @path: well-formed
 *
 * The caller holds aios_lock.
 *
 * Return: the group, or NULL when there is none.
 */
struct aios_group *aios_group_find(const char *path)
{
	struct aios_group *group = aios_root_group;
	const char *name;
	size_t len;

	lockdep_assert_held(&aios_lock);
	while (group && (name = aios_path_component(&path, &len)))
		group = aios_group_child(group, name, len);
	return group;
}

/* The caller holds aios_lock. */
struct aios_group *aios_group_find_id(u64 id)
{
	lockdep_assert_held(&aios_lock);
	return id <= ULONG_MAX ? xa_load(&groups, id) : NULL;
}

/**
 * aios_group_end_id - the id that the next group will get
 *
 * All groups that there are have lower ones. The caller holds aios_lock.
 */
u64 aios_group_end_id(void)
{
	lockdep_assert_held(&aios_lock);
	return next_id;
}

/**
 * aios_group_next - iterate over groups, parents before children
 * @group: the one before, NULL to begin
 *
 * The caller holds aios_lock.
 */
struct aios_group *aios_group_next(struct aios_group *group)
{
	unsigned long index = group ? group->core->id + 1 : 0;

	lockdep_assert_held(&aios_lock);
	return xa_find(&groups, &index, ULONG_MAX, XA_PRESENT);
}

u32 aios_groups_count(void)
{
	return nr_groups;
}

/**
 * aios_group_path - a group's whole path
 * @group: the group
 * @buf: room for it
 * @size: at least AIOS_PATH_MAX + 1 for any group
 *
 * Return: its start within @buf.
 */
char *aios_group_path(const struct aios_group *group, char *buf, size_t size)
{
	char *at = buf + size - 1;
	size_t len;

	*at = '\0';
	if (!group->parent) {
		*--at = '/';
		return at;
	}
	for (; group->parent; group = group->parent) {
		len = strlen(group->name);
		if (at - buf < len + 1)
			break;
		at -= len;
		memcpy(at, group->name, len);
		*--at = '/';
	}
	return at;
}

/* The caller holds aios_lock. */
void aios_group_get(struct aios_group *group)
{
	lockdep_assert_held(&aios_lock);
	group->refs++;
}

/**
 * aios_group_put - give up a reference
 * @group: the group; a removed one stays while a job names it, and its parents
 *	with it
 *
 * The caller holds aios_lock.
 */
void aios_group_put(struct aios_group *group)
{
	struct aios_group *parent;

	lockdep_assert_held(&aios_lock);
	for (; group && !--group->refs; group = parent) {
		parent = group->parent;
		kfree(group);
	}
}

/**
 * aios_group_drop - uncharge a group and give up the creator's reference
 * @group: out of the tree
 *
 * The caller holds aios_lock.
 */
void aios_group_drop(struct aios_group *group)
{
	if (group->user)
		aios_user_uncharge(group->user, AIOS_USER_GROUPS);
	group->user = NULL;
	aios_group_put(group);
}

/* ------------------------------------------------------------- enforcement */

static void wanted_of(const struct aios_group *group, struct aios_wanted *want)
{
	const struct aios_group_node *core = group->core;
	const u64 *limit = core->limit;

	want->cpu_weight = max(aios_cpu_weight(core->granted[AIOS_RESOURCE_CPU]), 1ULL);
	want->cpu_max = limit[AIOS_RESOURCE_CPU];
	if (group->strict)
		want->cpu_max = min(want->cpu_max, core->granted[AIOS_RESOURCE_CPU]);
	want->memory_max = limit[AIOS_RESOURCE_MEMORY];
	want->memory_high = AIOS_UNLIMITED;
	want->pids_max = limit[AIOS_RESOURCE_PIDS];
	want->io_max = limit[AIOS_RESOURCE_IO];
}

static void group_work(struct work_struct *work)
{
	struct aios_group *group = container_of(work, struct aios_group, work);
	struct aios_wanted want;
	bool exists, refresh;
	u32 pending = 0;
	int ret = 0;

	mutex_lock(&group->cg_lock);
	mutex_lock(&aios_lock);
	wanted_of(group, &want);
	refresh = group->refresh;
	group->refresh = false;
	mutex_unlock(&aios_lock);

	exists = aios_cgroup_exists(&group->cg);
	if (exists && refresh && aios_enforce_drifted(&group->cg, &group->applied)) {
		group->applied.valid = false;
		pr_warn_ratelimited("somebody else wrote to the cgroup of group %s: writing its limits again\n",
				    group->name[0] ? group->name : "/");
	}
	if (exists)
		ret = aios_enforce(&group->cg, &group->applied, &want, &pending);
	if (ret)
		pr_warn_ratelimited("limits of group %s cannot be written (%d): was its cgroup removed?\n",
				    group->name[0] ? group->name : "/", ret);

	mutex_lock(&aios_lock);
	group->pending = pending;
	group->written = exists && !ret;
	mutex_unlock(&aios_lock);
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
	if (parent)
		aios_group_get(parent);
	return group;
}

static int enable_controllers(struct aios_cgroup *cg)
{
	const u64 features = aios_cgroup_features();
	int ret;

	ret = aios_cgroup_write(cg, AIOS_CG_SUBTREE, "+cpu +memory");
	if (!ret && (features & AIOS_FEATURE_PIDS))
		ret = aios_cgroup_write(cg, AIOS_CG_SUBTREE, "+pids");
	if (!ret && (features & AIOS_FEATURE_IO))
		ret = aios_cgroup_write(cg, AIOS_CG_SUBTREE, "+io");
	return ret;
}

/* For aios_cgroup_call(). */
int aios_group_make_cgroup(void *arg)
{
	struct aios_group *group = arg;
	char name[AIOS_NAME_MAX + sizeof("group.")];
	int ret;

	snprintf(name, sizeof(name), "group.%s", group->name);
	ret = aios_cgroup_create(&group->cg, &group->parent->cg, name);
	if (ret)
		return ret;
	ret = enable_controllers(&group->cg);
	if (ret)
		aios_cgroup_remove(&group->cg);
	return ret;
}

/* For aios_cgroup_call(). */
int aios_group_remove_cgroup(void *arg)
{
	struct aios_group *group = arg;
	int ret;

	mutex_lock(&group->cg_lock);
	ret = aios_cgroup_remove(&group->cg);
	mutex_unlock(&group->cg_lock);
	return ret;
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

	group->core->id = next_id;
	ret = xa_err(xa_store(&groups, next_id, group, GFP_KERNEL_ACCOUNT));
	if (ret)
		return ret;
	ret = aios_engine_group_attach(group->core, group->parent->core, weight,
				       why);
	if (ret) {
		xa_erase(&groups, next_id);
		return ret;
	}
	next_id++;
	nr_groups++;
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
	WARN_ON_ONCE(aios_engine_group_detach(&aios_engine, group->core, NULL));
	list_del_init(&group->sibling);
	xa_erase(&groups, group->core->id);
	nr_groups--;
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
	ret = xa_err(xa_store(&groups, ROOT_ID, aios_root_group, GFP_KERNEL));
	mutex_unlock(&aios_lock);
	if (ret)
		goto close;
	next_id = ROOT_ID + 1;
	nr_groups = 1;
	return 0;
close:
	aios_cgroup_call(close_root, NULL);
free:
	kfree(aios_root_group);
	return ret;
}

static int remove_all(void *arg)
{
	struct aios_group *group;
	unsigned long id;
	int ret;

	/* Children have larger ids than their parents. */
	for (id = next_id; id-- > ROOT_ID + 1;) {
		group = xa_load(&groups, id);
		if (!group)
			continue;
		ret = aios_cgroup_remove(&group->cg);
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
	unsigned long id;

	aios_cgroup_call(remove_all, NULL);
	aios_cgroup_call(close_root, NULL);
	mutex_lock(&aios_lock);
	xa_for_each(&groups, id, group) {
		xa_erase(&groups, id);
		aios_group_drop(group);
	}
	mutex_unlock(&aios_lock);
	xa_destroy(&groups);
}
