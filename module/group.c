// SPDX-License-Identifier: GPL-2.0
/*
 * Groups: the tree, who may do what in it, and how each comes and goes with
 * its cgroup. See group.h.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/xarray.h>

#include "arbiter.h"
#include "group.h"
#include "ioctl.h"
#include "main.h"
#include "names.h"
#include "notify.h"
#include "telemetry.h"
#include "user.h"

#define ROOT_ID		1
#define ROOT_MODE	0711	/* all may submit to it, root alone sees all jobs */
#define DEFAULT_MODE	0750

struct aios_group *aios_root_group;	/* immutable after load */

static DEFINE_MUTEX(aios_group_mutex);	/* see main.h */
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

static bool is_admin(const struct cred *cred)
{
	return cap_raised(cred->cap_effective, CAP_SYS_ADMIN) &&
	       cred->user_ns == &init_user_ns;
}

static bool may(const struct aios_group *group, const struct cred *cred, int wanted)
{
	if (is_admin(cred) || (mode_digit(group, cred) & wanted) == wanted)
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

static struct aios_group *find_child(struct aios_group *parent, const char *name,
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
		group = find_child(group, name, len);
	return group;
}

/* The caller holds aios_lock. */
struct aios_group *aios_group_find_id(u64 id)
{
	lockdep_assert_held(&aios_lock);
	return id <= ULONG_MAX ? xa_load(&groups, id) : NULL;
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

/* The caller holds aios_lock. A removed group stays while a job names it. */
void aios_group_put(struct aios_group *group)
{
	lockdep_assert_held(&aios_lock);
	if (!--group->refs)
		kfree(group);
}

static void uncharge(struct aios_group *group)
{
	if (group->user)
		aios_user_uncharge(group->user, AIOS_USER_GROUPS);
	group->user = NULL;
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
	u32 pending = 0;
	int ret = 0;

	mutex_lock(&group->cg_lock);
	mutex_lock(&aios_lock);
	wanted_of(group, &want);
	mutex_unlock(&aios_lock);

	if (aios_cgroup_exists(&group->cg))
		ret = aios_enforce(&group->cg, &group->applied, &want, &pending);
	if (ret)
		pr_warn_ratelimited("limits of group %s cannot be written (%d): was its cgroup removed?\n",
				    group->name[0] ? group->name : "/", ret);

	mutex_lock(&aios_lock);
	group->pending = pending;
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

/* ------------------------------------------------------- making and removing */

static struct aios_group *group_alloc(const char *name)
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
	group->refs = 1;
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

static int make_cgroup(void *arg)
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

static int remove_cgroup(void *arg)
{
	struct aios_group *group = arg;
	int ret;

	mutex_lock(&group->cg_lock);
	ret = aios_cgroup_remove(&group->cg);
	mutex_unlock(&group->cg_lock);
	return ret;
}

static int refuse(struct aios_why *why, u32 code, u64 group, int err)
{
	why->code = code;
	why->group = group;
	return err;
}

/* The parent of a path that does not exist yet, checked for the caller. */
static struct aios_group *find_parent(const char *path, const char **name,
				      struct aios_why *why)
{
	const char *slash = strrchr(path, '/');
	struct aios_group *parent = aios_root_group;
	const char *component;
	size_t len;

	*name = slash + 1;
	while (path < slash && (component = aios_path_component(&path, &len))) {
		parent = find_child(parent, component, len);
		if (!parent)
			return ERR_PTR(-ENOENT);
	}
	if (!aios_group_may(parent, AIOS_MAY_ADMINISTER)) {
		refuse(why, AIOS_WHY_PERMISSION, parent->core->id, 0);
		return ERR_PTR(aios_group_may(parent, AIOS_MAY_SEE) ||
			       aios_group_may(parent, AIOS_MAY_SUBMIT) ?
			       -EPERM : -ENOENT);
	}
	if (parent->dying)
		return ERR_PTR(-ENOENT);
	if (find_child(parent, *name, strlen(*name)))
		return ERR_PTR(-EEXIST);
	return parent;
}

static int set_owner(struct aios_group *group, const struct aios_group_create *c)
{
	struct user_namespace *ns = current_user_ns();

	group->uid = c->uid == ~0U ? current_euid() : make_kuid(ns, c->uid);
	group->gid = c->gid == ~0U ? current_egid() : make_kgid(ns, c->gid);
	group->mode = c->mode == ~0U ? DEFAULT_MODE : c->mode;
	if (!uid_valid(group->uid) || !gid_valid(group->gid) || group->mode > 0777)
		return -EINVAL;
	/* Only root gives away what is charged to himself. */
	if (is_admin(current_cred()))
		return 0;
	if (!uid_eq(group->uid, current_euid()) || !in_egroup_p(group->gid))
		return -EPERM;
	return 0;
}

/* Everything that can be refused, before the cgroup is made. */
static struct aios_group *prepare(struct aios_group_create *c, const char *path)
{
	struct aios_group *parent, *group;
	struct aios_user *user;
	const char *name;
	int ret;

	parent = find_parent(path, &name, &c->why);
	if (IS_ERR(parent))
		return parent;
	if (c->weight < AIOS_WEIGHT_MIN || c->weight > AIOS_WEIGHT_MAX) {
		c->why.code = AIOS_WHY_VALUE;
		c->why.asked = c->weight;
		c->why.available = AIOS_WEIGHT_MAX;
		return ERR_PTR(-EINVAL);
	}
	group = group_alloc(name);
	if (!group)
		return ERR_PTR(-ENOMEM);
	group->parent = parent;
	ret = set_owner(group, c);
	if (ret)
		goto free;
	user = aios_user_charge(current_euid(), AIOS_USER_GROUPS, &c->why);
	ret = PTR_ERR_OR_ZERO(user);
	if (ret)
		goto free;
	group->user = user;
	return group;
free:
	kfree(group);
	return ERR_PTR(ret);
}

static int publish(struct aios_group *group, u32 weight, struct aios_why *why)
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
	aios_notify_group(group, AIOS_EVENT_GROUP_CREATED);
	aios_group_enforce(group);
	return 0;
}

static int create(struct aios_group_create *c, const char *path)
{
	struct aios_group *group;
	int ret;

	mutex_lock(&aios_lock);
	group = prepare(c, path);
	mutex_unlock(&aios_lock);
	if (IS_ERR(group))
		return PTR_ERR(group);

	ret = aios_cgroup_call(make_cgroup, group);
	if (ret) {
		c->why.code = AIOS_WHY_CGROUP;
		c->why.asked = -ret;
		goto free;
	}
	mutex_lock(&aios_lock);
	ret = publish(group, c->weight, &c->why);
	c->id = group->core->id;
	mutex_unlock(&aios_lock);
	if (!ret)
		return 0;
	aios_cgroup_call(remove_cgroup, group);
free:
	mutex_lock(&aios_lock);
	uncharge(group);
	aios_group_put(group);
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_group_create(struct file *file, void *arg)
{
	struct aios_group_create *c = arg;
	char *path;
	int ret;

	memset(&c->why, 0, sizeof(c->why));
	if (c->flags || c->reserved)
		return -EINVAL;
	path = aios_copy_string(c->path, c->path_len, AIOS_PATH_MAX, &c->why);
	if (IS_ERR_OR_NULL(path))
		return path ? PTR_ERR(path) : -EINVAL;

	ret = aios_path_check(path, &c->why);
	if (!ret && !path[1])
		ret = -EEXIST;
	if (!ret)
		ret = mutex_lock_interruptible(&aios_group_mutex);
	if (ret)
		goto free;
	ret = create(c, path);
	mutex_unlock(&aios_group_mutex);
free:
	kfree(path);
	return ret;
}

/* Marks a group as dying, so that nothing new comes to it, or says why not. */
static struct aios_group *begin_removal(const char *path, struct aios_why *why)
{
	struct aios_group *group = aios_group_find(path);
	struct aios_group_node *core;

	if (!group)
		return ERR_PTR(-ENOENT);
	core = group->core;
	if (!group->parent) {
		refuse(why, AIOS_WHY_BUSY, core->id, 0);
		return ERR_PTR(-EBUSY);
	}
	if (!aios_group_may(group->parent, AIOS_MAY_ADMINISTER)) {
		refuse(why, AIOS_WHY_PERMISSION, group->parent->core->id, 0);
		return ERR_PTR(aios_group_may(group, AIOS_MAY_SEE) ||
			       aios_group_may(group, AIOS_MAY_SUBMIT) ?
			       -EPERM : -ENOENT);
	}
	if (core->nr_jobs || core->nr_groups) {
		refuse(why, AIOS_WHY_BUSY, core->id, 0);
		why->asked = core->nr_jobs;
		why->available = core->nr_groups;
		return ERR_PTR(-EBUSY);
	}
	group->dying = true;
	return group;
}

static int remove(const char *path, struct aios_why *why)
{
	struct aios_group *group;
	int ret;

	mutex_lock(&aios_lock);
	group = begin_removal(path, why);
	mutex_unlock(&aios_lock);
	if (IS_ERR(group))
		return PTR_ERR(group);

	ret = aios_cgroup_call(remove_cgroup, group);

	mutex_lock(&aios_lock);
	if (ret) {
		group->dying = false;
		why->code = AIOS_WHY_CGROUP;
		why->asked = -ret;
	} else {
		WARN_ON_ONCE(aios_engine_group_detach(&aios_engine, group->core, NULL));
		list_del_init(&group->sibling);
		xa_erase(&groups, group->core->id);
		nr_groups--;
		uncharge(group);
		aios_notify_group(group, AIOS_EVENT_GROUP_REMOVED);
		aios_group_put(group);
	}
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_group_remove(struct file *file, void *arg)
{
	struct aios_group_remove *r = arg;
	char *path;
	int ret;

	memset(&r->why, 0, sizeof(r->why));
	if (r->flags || r->reserved)
		return -EINVAL;
	path = aios_copy_string(r->path, r->path_len, AIOS_PATH_MAX, &r->why);
	if (IS_ERR_OR_NULL(path))
		return path ? PTR_ERR(path) : -EINVAL;

	ret = aios_path_check(path, &r->why);
	if (!ret)
		ret = mutex_lock_interruptible(&aios_group_mutex);
	if (ret)
		goto free;
	ret = remove(path, &r->why);
	mutex_unlock(&aios_group_mutex);
free:
	kfree(path);
	return ret;
}

/* -------------------------------------------------------------------- stat */

static void fill_stat(struct aios_group_stat *s, const struct aios_group *group)
{
	struct user_namespace *ns = current_user_ns();
	const struct aios_group_node *core = group->core;
	u32 i;

	s->id = core->id;
	s->parent = group->parent ? group->parent->core->id : 0;
	s->uid = from_kuid_munged(ns, group->uid);
	s->gid = from_kgid_munged(ns, group->gid);
	s->mode = group->mode;
	s->weight = core->weight;
	s->nr_jobs = core->nr_jobs;
	s->nr_running = core->nr_running;
	s->nr_groups = core->nr_groups;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		s->limit[i] = core->limit[i];
		s->effective[i] = aios_engine_group_effective(&aios_engine, core, i, NULL);
		s->charged[i] = core->charged[i];
		s->granted[i] = core->granted[i];
		s->use[i] = group->use[i];
	}
}

int aios_ioctl_group_stat(struct file *file, void *arg)
{
	struct aios_group_stat *s = arg;
	struct aios_group *group;
	struct aios_why why;
	char *path, *full_path, *full = NULL;
	int ret;

	if (s->flags || s->reserved)
		return -EINVAL;
	path = aios_copy_string(s->path, s->path_len, AIOS_PATH_MAX, &why);
	if (IS_ERR(path))
		return PTR_ERR(path);
	ret = path ? aios_path_check(path, &why) : 0;
	if (ret)
		goto free;
	ret = -ENOMEM;
	full = kmalloc(AIOS_PATH_MAX + 1, GFP_KERNEL);
	if (!full)
		goto free;

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		goto free;
	group = path ? aios_group_find(path) : aios_group_find_id(s->id);
	if (!group || !(aios_group_may(group, AIOS_MAY_SEE) ||
			aios_group_may(group, AIOS_MAY_SUBMIT))) {
		mutex_unlock(&aios_lock);
		ret = -ENOENT;
		goto free;
	}
	fill_stat(s, group);
	full_path = aios_group_path(group, full, AIOS_PATH_MAX + 1);
	mutex_unlock(&aios_lock);
	ret = aios_copy_out_string(s->full_path, s->name_room, full_path);
free:
	kfree(full);
	kfree(path);
	return ret;
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

	aios_root_group = group_alloc("");
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
		uncharge(group);
		aios_group_put(group);
	}
	mutex_unlock(&aios_lock);
	xa_destroy(&groups);
}
