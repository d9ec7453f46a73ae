// SPDX-License-Identifier: GPL-2.0
/*
 * Default groups: see defaults.h.
 *
 * A group is made when somebody first needs it, charged to him as if he had made it, and
 * belongs to him but for his right to administer: no priority goes with it. From then on it
 * is a group as any other, but that it follows its template until it has limits of its own.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "arbiter/arbiter.h"
#include "group/defaults.h"
#include "group/group.h"
#include "group/notice.h"
#include "main.h"
#include "names.h"
#include "turns.h"
#include "user.h"

/* By kind; each field says what protects it. */
static struct aios_template templates[AIOS_DEFAULT_KINDS];

/* Who submits sees the jobs, and nobody gets by his own group into the one above it. */
#define USER_MODE	0500
#define GROUP_MODE	0050
#define GROUP_MODE_ABOVE 0040

static bool in_force(u32 kind)
{
	return READ_ONCE(templates[kind].weight);
}

/**
 * aios_template_get - the template of default groups
 * @kind: AIOS_DEFAULT_*
 *
 * The caller holds aios_lock.
 */
const struct aios_template *aios_template_get(u32 kind)
{
	lockdep_assert_held(&aios_lock);
	return &templates[kind];
}

/* What binds higher up is not stated again: a group is not limited above its parent. */
static u64 limit_below(const struct aios_group *group, u64 limit, u32 resource)
{
	const struct aios_group *up;

	for (up = group->parent; up; up = up->parent)
		if (limit > up->core->limit[resource])
			return AIOS_UNLIMITED;
	return limit;
}

static void apply(struct aios_group *group)
{
	const struct aios_template *from = &templates[group->made_for];
	u32 known = aios_engine.elastic | aios_engine.sticky | aios_engine.limit_only;
	u64 limit[AIOS_RESOURCE_MAX];
	u32 weight = from->weight ?: AIOS_WEIGHT_DEFAULT;
	struct aios_why why;
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		limit[i] = from->weight ? limit_below(group, from->limit[i], i) : AIOS_UNLIMITED;
	/* All of it was checked when the template was set. */
	WARN_ON_ONCE(aios_engine_group_limit(&aios_engine, aios_arbiter_now(), group->core,
					     known, limit, NULL, &why));
	WARN_ON_ONCE(aios_engine_group_weight(&aios_engine, aios_arbiter_now(), group->core,
					      weight, &why));
	group->strict = from->strict;
	group->max_runtime_ns = from->max_runtime_ns;
	aios_group_announce(group, AIOS_EVENT_LIMIT);
	aios_group_refresh(group);
}

/**
 * aios_template_set - set the template of default groups
 * @kind: AIOS_DEFAULT_*
 * @to: what it shall be, checked; with the weight 0 there is none from now on
 *
 * The groups that were made by it follow. The caller holds aios_lock.
 */
void aios_template_set(u32 kind, const struct aios_template *to)
{
	struct aios_group *group;
	u32 weight = to->weight;

	lockdep_assert_held(&aios_lock);
	templates[kind] = *to;
	WRITE_ONCE(templates[kind].weight, weight);
	for (group = aios_group_next(NULL); group; group = aios_group_next(group))
		if (group->made_for == kind)
			apply(group);
}

/* --------------------------------------------------------------------- making */

/**
 * struct default_call - somebody's default group is looked for, and made
 */
struct default_call {
	/** @cred: his */
	const struct cred *cred;
	/** @uid: his, or of whoever made the user namespace that he is in */
	kuid_t uid;
	/** @gid: of the same */
	kgid_t gid;
	/** @path: AIOS_DEFAULT_PATH bytes; written: "" where he needs none */
	char *path;
	/** @missing: it is not there yet */
	bool missing;
	/** @why: the cause of a refusal */
	struct aios_why *why;
};

static void name_user(char *name, size_t size, const struct default_call *call)
{
	snprintf(name, size, "user-%u", from_kuid(&init_user_ns, call->uid));
}

static void name_group(char *name, size_t size, const struct default_call *call)
{
	snprintf(name, size, "group-%u", from_kgid(&init_user_ns, call->gid));
}

static int look_for(void *arg)
{
	struct default_call *call = arg;
	char user[16] = "", group[17] = "";

	call->path[0] = '\0';
	if (aios_group_may(aios_root_group, AIOS_MAY_ADMINISTER))
		return 0;
	if (in_force(AIOS_DEFAULT_USER))
		name_user(user, sizeof(user), call);
	if (in_force(AIOS_DEFAULT_GROUP))
		name_group(group, sizeof(group), call);
	snprintf(call->path, AIOS_DEFAULT_PATH, "%s%s%s%s", *group ? "/" : "", group,
		 *user ? "/" : "", user);
	call->missing = call->path[0] && !aios_group_find(call->path);
	return 0;
}

static struct aios_group *begin(struct default_call *call, struct aios_group *parent, u32 kind,
				const char *name)
{
	struct aios_group *group = aios_group_alloc(parent, name);
	struct aios_user *user;

	if (!group)
		return ERR_PTR(-ENOMEM);
	group->uid = kind == AIOS_DEFAULT_USER ? call->uid : GLOBAL_ROOT_UID;
	group->gid = kind == AIOS_DEFAULT_GROUP ? call->gid : GLOBAL_ROOT_GID;
	group->mode = USER_MODE;
	if (kind == AIOS_DEFAULT_GROUP)
		group->mode = in_force(AIOS_DEFAULT_USER) ? GROUP_MODE_ABOVE : GROUP_MODE;
	group->made_for = kind;
	user = aios_user_charge(call->cred, AIOS_USER_GROUPS, call->why);
	if (IS_ERR(user)) {
		aios_group_put(group);
		return ERR_CAST(user);
	}
	group->user = user;
	return group;
}

/* A group of a name below another, made where there is none; they stay: see make(). */
static struct aios_group *find_or_make(struct default_call *call, struct aios_group *parent,
				       u32 kind, const char *name)
{
	struct aios_group *group;
	int ret;

	mutex_lock(&aios_lock);
	group = aios_group_child(parent, name, strlen(name));
	if (group) {
		mutex_unlock(&aios_lock);
		return group;
	}
	group = begin(call, parent, kind, name);
	mutex_unlock(&aios_lock);
	if (IS_ERR(group))
		return group;

	ret = aios_group_make_cgroup(group);
	if (ret) {
		call->why->code = AIOS_WHY_CGROUP;
		call->why->asked = -ret;
		goto drop;
	}
	mutex_lock(&aios_lock);
	ret = aios_group_publish(group, AIOS_WEIGHT_DEFAULT, call->why);
	if (!ret)
		apply(group);
	mutex_unlock(&aios_lock);
	if (!ret)
		return group;
	aios_group_discard_cgroup(group);
drop:
	mutex_lock(&aios_lock);
	aios_group_drop(group);
	mutex_unlock(&aios_lock);
	return ERR_PTR(ret);
}

/* Groups come and go under the mutex alone, so that what is found stays. */
static int make(void *arg)
{
	struct default_call *call = arg;
	struct aios_group *group = aios_root_group;
	char name[17];

	mutex_lock(&aios_group_mutex);
	if (in_force(AIOS_DEFAULT_GROUP)) {
		name_group(name, sizeof(name), call);
		group = find_or_make(call, group, AIOS_DEFAULT_GROUP, name);
	}
	if (!IS_ERR(group) && in_force(AIOS_DEFAULT_USER)) {
		name_user(name, sizeof(name), call);
		group = find_or_make(call, group, AIOS_DEFAULT_USER, name);
	}
	mutex_unlock(&aios_group_mutex);
	return PTR_ERR_OR_ZERO(group);
}

/**
 * aios_group_default - the group that a job of the caller's goes to instead of the root
 * @path: AIOS_DEFAULT_PATH bytes; written: its path, or "" when it stays in the root
 * @why: written on refusal
 *
 * The group is made if it is not there. In a user namespace it is that of whoever made it,
 * for he has as many users there as he likes. The caller holds no lock.
 *
 * Return: 0; -EDQUOT, -ENOMEM, or as of a group that is made.
 */
int aios_group_default(char *path, struct aios_why *why)
{
	struct default_call call = {
		.cred = current_cred(),
		.uid = current_euid(),
		.gid = current_egid(),
		.path = path,
		.why = why,
	};
	struct user_namespace *ns;
	int ret;

	path[0] = '\0';
	if (!in_force(AIOS_DEFAULT_USER) && !in_force(AIOS_DEFAULT_GROUP))
		return 0;
	for (ns = current_user_ns(); ns != &init_user_ns; ns = ns->parent) {
		call.uid = ns->owner;
		call.gid = ns->group;
	}
	ret = aios_turn_brief(look_for, &call);
	if (!ret && call.missing)
		ret = aios_turn_slow(make, &call);
	return ret;
}
