// SPDX-License-Identifier: GPL-2.0
/*
 * Where processes wait for their jobs: see waiting.h. A place is made for the first process
 * of a user and removed after the last. Who waits does nothing, so it needs little: what
 * other threads of it could do meanwhile is bounded.
 *
 * All of it but aios_waiting_owns() runs in workers of the module.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "enforce/cgroup.h"
#include "enforce/hierarchy.h"
#include "enforce/source.h"
#include "enforce/waiting.h"

#define NAME		"waiting"
#define MEMORY_MAX	"67108864"	/* what is touched while waiting, not what came along */
#define PIDS_MAX	"1024"
#define CPU_MAX		"5000 100000"

/**
 * struct aios_place - where one user's processes wait
 */
struct aios_place {
	/** @link: in waiting.places; protected by waiting.lock, like @nr */
	struct list_head link;
	/** @nr: who waits there, or is about to */
	u32 nr;
	/** @uid: the user; immutable */
	kuid_t uid;
	/** @cg: its directory; written with waiting.lock held before anybody else knows it */
	struct aios_cgroup cg;
};

static struct {
	struct mutex lock;		/* protects the rest; taken under a cg_lock */
	const struct aios_cgroup *root;	/* the governed one; immutable between load and unload */
	struct aios_cgroup top;		/* above the places; there is one while they are */
	struct list_head places;
} waiting = {
	.lock = __MUTEX_INITIALIZER(waiting.lock),
	.places = LIST_HEAD_INIT(waiting.places),
};

/**
 * aios_waiting_open - know below which cgroup the places are
 * @root: the cgroup that the module governs, which stays
 */
void aios_waiting_open(const struct aios_cgroup *root)
{
	waiting.root = root;
}

/**
 * aios_waiting_owns - whether a cgroup is such a place
 * @below: its path from the governed one, with a slash at the begin
 */
bool aios_waiting_owns(const char *below)
{
	return !strncmp(below, "/" NAME "/", strlen("/" NAME "/"));
}

/* One that is there already could not be removed: somebody is left in it. */
static int make_or_open(struct aios_cgroup *cg, const struct aios_cgroup *above,
			const char *name)
{
	int ret = aios_cgroup_create(cg, above, name);
	struct path dir;

	if (ret != -EEXIST)
		return ret;
	ret = aios_hierarchy_lookup(&above->dir, name, &dir);
	if (ret)
		return ret;
	ret = aios_cgroup_open(cg, &dir);
	path_put(&dir);
	return ret;
}

static int make_top(void)
{
	int ret;

	if (aios_cgroup_exists(&waiting.top))
		return 0;
	ret = make_or_open(&waiting.top, waiting.root, NAME);
	if (!ret)
		ret = aios_cgroup_enable(&waiting.top);
	if (ret)
		aios_cgroup_discard(&waiting.top);
	return ret;
}

static int write_limits(struct aios_cgroup *cg)
{
	int ret = aios_cgroup_write(cg, AIOS_CG_MEMORY_MAX, MEMORY_MAX);

	if (!ret)
		ret = aios_cgroup_write(cg, AIOS_CG_CPU_MAX, CPU_MAX);
	if (!ret)
		ret = aios_cgroup_write(cg, AIOS_CG_PIDS_MAX, PIDS_MAX);
	/* Without its controller tasks are not limited anywhere. */
	return ret == -ENOENT ? 0 : ret;
}

static struct aios_place *make_place(kuid_t uid)
{
	struct aios_place *place = kzalloc(sizeof(*place), GFP_KERNEL);
	char name[32];
	int ret;

	if (!place)
		return ERR_PTR(-ENOMEM);
	place->uid = uid;
	snprintf(name, sizeof(name), "user.%u", from_kuid(&init_user_ns, uid));
	ret = make_top();
	if (!ret)
		ret = make_or_open(&place->cg, &waiting.top, name);
	if (!ret)
		ret = write_limits(&place->cg);
	if (!ret) {
		list_add(&place->link, &waiting.places);
		return place;
	}
	aios_cgroup_discard(&place->cg);
	if (list_empty(&waiting.places))
		aios_cgroup_discard(&waiting.top);
	kfree(place);
	return ERR_PTR(ret);
}

/* One whose directory somebody has removed is of no use. */
static struct aios_place *find_place(kuid_t uid)
{
	struct aios_place *place;

	list_for_each_entry(place, &waiting.places, link)
		if (uid_eq(place->uid, uid) && !aios_cgroup_gone(&place->cg))
			return place;
	return NULL;
}

/**
 * aios_place_get - a place for one more process
 * @uid: whose it is
 *
 * Return: to be given up with aios_place_put(); or ERR_PTR(-errno).
 */
struct aios_place *aios_place_get(kuid_t uid)
{
	struct aios_place *place;

	mutex_lock(&waiting.lock);
	place = find_place(uid);
	if (!place)
		place = make_place(uid);
	if (!IS_ERR(place))
		place->nr++;
	mutex_unlock(&waiting.lock);
	return place;
}

/**
 * aios_place_put - it has left, or never came
 * @place: may be gone afterwards
 */
void aios_place_put(struct aios_place *place)
{
	mutex_lock(&waiting.lock);
	if (!--place->nr) {
		list_del(&place->link);
		/* Who could not go back to where he came from may be left in it. */
		aios_cgroup_discard(&place->cg);
		kfree(place);
		if (list_empty(&waiting.places))
			aios_cgroup_discard(&waiting.top);
	}
	mutex_unlock(&waiting.lock);
}

/**
 * aios_place_id - the number of its cgroup
 * @place: the place
 */
u64 aios_place_id(const struct aios_place *place)
{
	return d_inode(place->cg.dir.dentry)->i_ino;
}

/**
 * aios_place_take - move a process there
 * @place: the place
 * @leader: of its threads, referenced
 *
 * Return: 0 or what the file system said.
 */
int aios_place_take(struct aios_place *place, struct task_struct *leader)
{
	return aios_process_move(&place->cg.dir, leader);
}
