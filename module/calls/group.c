// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that make, remove and show groups.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/ioctl.h"
#include "group/group.h"
#include "main.h"
#include "names.h"
#include "turns.h"
#include "user.h"

#define DEFAULT_MODE	0750

static int refuse_group(struct aios_why *why, u32 code, u64 group, int err)
{
	why->code = code;
	why->group = group;
	return err;
}

/* A group that the caller may not know of is refused as one that is not there. */
static int deny(struct aios_why *why, const struct aios_group *known,
		const struct aios_group *by)
{
	if (!aios_group_known(known))
		return -ENOENT;
	return refuse_group(why, AIOS_WHY_PERMISSION, by->core->id, -EPERM);
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
		parent = aios_group_child(parent, component, len);
		if (!parent)
			return ERR_PTR(-ENOENT);
	}
	if (!aios_group_may(parent, AIOS_MAY_ADMINISTER))
		return ERR_PTR(deny(why, parent, parent));
	if (parent->dying)
		return ERR_PTR(-ENOENT);
	if (aios_group_child(parent, *name, strlen(*name)))
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
	if (aios_is_admin(current_cred()))
		return 0;
	if (!uid_eq(group->uid, current_euid()) || !in_egroup_p(group->gid))
		return -EPERM;
	return 0;
}

/* Everything that can be refused, before the cgroup is made. */
static struct aios_group *prepare_group(struct aios_group_create *c, const char *path)
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
	group = aios_group_alloc(parent, name);
	if (!group)
		return ERR_PTR(-ENOMEM);
	ret = set_owner(group, c);
	if (ret)
		goto free;
	user = aios_user_charge(current_cred(), AIOS_USER_GROUPS, &c->why);
	ret = PTR_ERR_OR_ZERO(user);
	if (ret)
		goto free;
	group->user = user;
	return group;
free:
	aios_group_put(group);
	return ERR_PTR(ret);
}

/**
 * struct group_call - GROUP_CREATE or GROUP_REMOVE under way
 */
struct group_call {
	/** @create: the caller's struct; NULL for the other call */
	struct aios_group_create *create;
	/** @remove: the caller's struct; NULL for the other call */
	struct aios_group_remove *remove;
	/** @path: of the group */
	const char *path;
	/** @cred: the caller's */
	const struct cred *cred;
};

static int create(const struct group_call *call)
{
	struct aios_group_create *c = call->create;
	struct aios_group *group;
	const struct cred *own;
	int ret;

	mutex_lock(&aios_lock);
	own = override_creds(call->cred);
	group = prepare_group(c, call->path);
	revert_creds(own);
	mutex_unlock(&aios_lock);
	if (IS_ERR(group))
		return PTR_ERR(group);

	ret = aios_group_make_cgroup(group);
	if (ret) {
		c->why.code = AIOS_WHY_CGROUP;
		c->why.asked = -ret;
		goto free;
	}
	mutex_lock(&aios_lock);
	ret = aios_group_publish(group, c->weight, &c->why);
	c->id = group->core->id;
	mutex_unlock(&aios_lock);
	if (!ret)
		return 0;
	aios_group_discard_cgroup(group);
free:
	mutex_lock(&aios_lock);
	aios_group_drop(group);
	mutex_unlock(&aios_lock);
	return ret;
}

static int create_turn(void *arg)
{
	const struct group_call *call = arg;
	int ret;

	mutex_lock(&aios_group_mutex);
	ret = create(call);
	mutex_unlock(&aios_group_mutex);
	return ret;
}

int aios_ioctl_group_create(struct file *file, void *arg)
{
	struct aios_group_create *c = arg;
	struct group_call call = { .create = c, .cred = current_cred() };
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
	call.path = path;
	if (!ret)
		ret = aios_turn_slow(create_turn, &call);
	kfree(path);
	return ret;
}

/* A group that can be removed is marked as dying, so that nothing new comes to it. */
static struct aios_group *begin_removal(const char *path, struct aios_why *why)
{
	struct aios_group *group = aios_group_find(path);
	struct aios_group_node *core;

	if (!group)
		return ERR_PTR(-ENOENT);
	core = group->core;
	if (!group->parent) {
		refuse_group(why, AIOS_WHY_BUSY, core->id, 0);
		return ERR_PTR(-EBUSY);
	}
	if (!aios_group_may(group->parent, AIOS_MAY_ADMINISTER))
		return ERR_PTR(deny(why, group, group->parent));
	if (core->nr_jobs || core->nr_groups) {
		refuse_group(why, AIOS_WHY_BUSY, core->id, 0);
		why->asked = core->nr_jobs;
		why->available = core->nr_groups;
		return ERR_PTR(-EBUSY);
	}
	group->dying = true;
	return group;
}

static int remove(const struct group_call *call)
{
	struct aios_why *why = &call->remove->why;
	struct aios_group *group;
	const struct cred *own;
	int ret;

	mutex_lock(&aios_lock);
	own = override_creds(call->cred);
	group = begin_removal(call->path, why);
	revert_creds(own);
	mutex_unlock(&aios_lock);
	if (IS_ERR(group))
		return PTR_ERR(group);

	ret = aios_group_remove_cgroup(group);

	mutex_lock(&aios_lock);
	if (ret) {
		group->dying = false;
		why->code = AIOS_WHY_CGROUP;
		why->asked = -ret;
	} else {
		aios_group_unpublish(group);
	}
	mutex_unlock(&aios_lock);
	return ret;
}

static int remove_turn(void *arg)
{
	const struct group_call *call = arg;
	int ret;

	mutex_lock(&aios_group_mutex);
	ret = remove(call);
	mutex_unlock(&aios_group_mutex);
	return ret;
}

int aios_ioctl_group_remove(struct file *file, void *arg)
{
	struct aios_group_remove *r = arg;
	struct group_call call = { .remove = r, .cred = current_cred() };
	char *path;
	int ret;

	memset(&r->why, 0, sizeof(r->why));
	if (r->flags || r->reserved)
		return -EINVAL;
	path = aios_copy_string(r->path, r->path_len, AIOS_PATH_MAX, &r->why);
	if (IS_ERR_OR_NULL(path))
		return path ? PTR_ERR(path) : -EINVAL;

	ret = aios_path_check(path, &r->why);
	call.path = path;
	if (!ret)
		ret = aios_turn_slow(remove_turn, &call);
	kfree(path);
	return ret;
}

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
		s->use[i] = group->use.amount[i];
		s->left[i] = core->left[i];
	}
}

/**
 * struct group_stat_call - GROUP_STAT under way
 */
struct group_stat_call {
	/** @s: the caller's struct */
	struct aios_group_stat *s;
	/** @path: of the group; NULL: by its id */
	const char *path;
	/** @buf: AIOS_PATH_MAX + 1 bytes */
	char *buf;
	/** @full_path: in @buf */
	char *full_path;
};

static int look_at_group(void *arg)
{
	struct group_stat_call *call = arg;
	struct aios_group *group = call->path ? aios_group_find(call->path) :
						aios_group_find_id(call->s->id);

	if (!group || !aios_group_known(group))
		return -ENOENT;
	fill_stat(call->s, group);
	call->full_path = aios_group_path(group, call->buf, AIOS_PATH_MAX + 1);
	return 0;
}

int aios_ioctl_group_stat(struct file *file, void *arg)
{
	struct aios_group_stat *s = arg;
	struct group_stat_call call = { .s = s };
	struct aios_why why;
	char *path;
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
	call.buf = kmalloc(AIOS_PATH_MAX + 1, GFP_KERNEL);
	if (!call.buf)
		goto free;
	call.path = path;
	ret = aios_turn_brief(look_at_group, &call);
	if (!ret)
		ret = aios_copy_out_string(s->full_path, s->name_room, call.full_path);
free:
	kfree(call.buf);
	kfree(path);
	return ret;
}
