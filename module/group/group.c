// SPDX-License-Identifier: GPL-2.0
/*
 * Groups: the tree, and who may do what in it; see group.h.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include <linux/xarray.h>

#include "group/group.h"
#include "main.h"
#include "names.h"
#include "user.h"

#define ROOT_ID		1

struct aios_group *aios_root_group;	/* immutable after load */

DEFINE_MUTEX(aios_group_mutex);	/* see main.h */

/* Protected by aios_lock. */
static struct {
	struct xarray groups;	/* by id */
	unsigned long next_id;
	u32 nr;
} table = {
	.groups = XARRAY_INIT(table.groups, 0),
	.next_id = ROOT_ID,
};

/* ------------------------------------------------------------------ access */

/* The kernel does not export groups_search(). */
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

/*
 * What belongs to the user 0 is the administrator's, who is known by his capability: the
 * number alone, as in a container, owns nothing.
 */
static int mode_digit(const struct aios_group *group, const struct cred *cred)
{
	if (uid_eq(group->uid, cred->euid) && !uid_eq(group->uid, GLOBAL_ROOT_UID))
		return (group->mode >> 6) & 7;
	if (is_member(cred, group->gid))
		return (group->mode >> 3) & 7;
	return group->mode & 7;
}

/**
 * aios_is_admin - whether somebody administers this machine
 * @cred: his credentials
 *
 * A capability counts in the user namespace that it is held in, and the machine belongs
 * to the first one.
 */
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

/**
 * aios_group_may_favour - whether the caller may prefer a job to those of others
 * @group: the job's
 *
 * By a priority or a weight above the default, which takes what raising the priority of
 * a process takes.
 */
bool aios_group_may_favour(const struct aios_group *group)
{
	return capable(CAP_SYS_NICE) || aios_group_may(group, AIOS_MAY_ADMINISTER);
}

/**
 * aios_group_may_limit - whether the caller may set the limits of a group
 * @group: the group
 *
 * The root's limits and mode are the machine's, which its administrator alone sets.
 */
bool aios_group_may_limit(const struct aios_group *group)
{
	return group->parent ? aios_group_may(group->parent, AIOS_MAY_ADMINISTER) :
			       capable(CAP_SYS_ADMIN);
}

/* The group up to the root whose jobs may run the shortest; NULL: all may run for ever. */
static const struct aios_group *shortest(const struct aios_group *group)
{
	const struct aios_group *found = NULL;

	for (; group; group = group->parent)
		if (group->max_runtime_ns &&
		    (!found || group->max_runtime_ns < found->max_runtime_ns))
			found = group;
	return found;
}

/**
 * aios_group_runtime - what a job of a group may run at most
 * @group: the group
 *
 * The caller holds aios_lock.
 *
 * Return: the time limit, AIOS_UNLIMITED for none.
 */
u64 aios_group_runtime(const struct aios_group *group)
{
	const struct aios_group *by = shortest(group);

	lockdep_assert_held(&aios_lock);
	return by ? by->max_runtime_ns : AIOS_UNLIMITED;
}

/**
 * aios_group_grant_runtime - what the caller's job may run at most, of what he states
 * @group: the job's
 * @stated: what he states; 0: nothing; AIOS_UNLIMITED: that there is no limit
 * @runtime_ns: written: the time limit; 0: none
 * @why: written on refusal
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or -EPERM.
 */
int aios_group_grant_runtime(const struct aios_group *group, u64 stated, u64 *runtime_ns,
			     struct aios_why *why)
{
	const struct aios_group *by = shortest(group);
	u64 most = by ? by->max_runtime_ns : AIOS_UNLIMITED;

	lockdep_assert_held(&aios_lock);
	if (stated > most && !aios_group_may_limit(by)) {
		why->code = AIOS_WHY_TIME_LIMIT;
		why->group = by->core->id;
		why->asked = stated;
		why->available = most;
		return -EPERM;
	}
	stated = stated ?: most;
	*runtime_ns = stated == AIOS_UNLIMITED ? 0 : stated;
	return 0;
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
	return id <= ULONG_MAX ? xa_load(&table.groups, id) : NULL;
}

/**
 * aios_group_end_id - the id that the next group will get
 *
 * All groups that there are have lower ones. The caller holds aios_lock.
 */
u64 aios_group_end_id(void)
{
	lockdep_assert_held(&aios_lock);
	return table.next_id;
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
	return xa_find(&table.groups, &index, ULONG_MAX, XA_PRESENT);
}

u32 aios_groups_count(void)
{
	return table.nr;
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
		WARN_ON_ONCE(aios_cgroup_exists(&group->cg));
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

/**
 * aios_group_add - number a group and put it into the table
 * @group: without an id but for the root, whose id is given
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or -ENOMEM.
 */
int aios_group_add(struct aios_group *group)
{
	int ret;

	lockdep_assert_held(&aios_lock);
	ret = xa_err(xa_store(&table.groups, table.next_id, group, GFP_KERNEL_ACCOUNT));
	if (ret)
		return ret;
	group->core->id = table.next_id++;
	table.nr++;
	return 0;
}

/**
 * aios_group_remove - take a group out of the table
 * @group: in the table
 *
 * The caller holds aios_lock. Its id is not given again.
 */
void aios_group_remove(struct aios_group *group)
{
	lockdep_assert_held(&aios_lock);
	xa_erase(&table.groups, group->core->id);
	table.nr--;
}

/**
 * aios_groups_destroy - free the table
 *
 * It is empty.
 */
void aios_groups_destroy(void)
{
	xa_destroy(&table.groups);
}
