// SPDX-License-Identifier: GPL-2.0
/*
 * Directories of cgroups that nobody needs any more and that could not be removed:
 * somebody else has put a process there, or the hierarchy takes no changes now. Their
 * removal is tried again, at first soon and then ever more rarely, when a directory is
 * to be made where one of them lies, and when the module goes.
 */
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "enforce/cgroup.h"
#include "enforce/leftover.h"
#include "main.h"

#define LEFTOVERS_MAX	1024
#define FIRST_DELAY_S	1
#define LAST_DELAY_S	64

/**
 * struct leftover - one directory
 * @link: in leftovers; protected by its lock
 * @dir: pinned; immutable
 */
struct leftover {
	struct list_head link;
	struct path dir;
};

static void remove_work(struct work_struct *work);

static struct {
	struct mutex lock;	/* protects the next three; innermost, held across file I/O */
	struct list_head list;
	u32 nr;
	unsigned int delay_s;	/* until the next try */
	struct delayed_work work;
} leftovers = {
	.lock = __MUTEX_INITIALIZER(leftovers.lock),
	.list = LIST_HEAD_INIT(leftovers.list),
	.delay_s = FIRST_DELAY_S,
	.work = __DELAYED_WORK_INITIALIZER(leftovers.work, remove_work, 0),
};

static void let_go(struct leftover *left)
{
	list_del(&left->link);
	leftovers.nr--;
	path_put(&left->dir);
	kfree(left);
}

/* Whether any was removed; the caller holds the lock. */
static bool try_all(void)
{
	struct leftover *left, *next;
	bool any = false;

	list_for_each_entry_safe(left, next, &leftovers.list, link) {
		if (aios_cgroup_remove_dir(&left->dir))
			continue;
		let_go(left);
		any = true;
	}
	return any;
}

static void remove_work(struct work_struct *work)
{
	mutex_lock(&leftovers.lock);
	try_all();
	if (leftovers.nr) {
		leftovers.delay_s = min(2 * leftovers.delay_s, LAST_DELAY_S);
		queue_delayed_work(aios_wq, &leftovers.work, leftovers.delay_s * HZ);
	}
	mutex_unlock(&leftovers.lock);
}

/**
 * aios_leftovers_add - have a directory removed as soon as that can be
 * @dir: of a cgroup that nobody needs any more
 *
 * Where there is no memory for it, it goes with its group or with the module.
 */
void aios_leftovers_add(const struct path *dir)
{
	struct leftover *left = kzalloc(sizeof(*left), GFP_KERNEL);

	if (!left)
		return;
	mutex_lock(&leftovers.lock);
	if (leftovers.nr < LEFTOVERS_MAX) {
		left->dir = *dir;
		path_get(&left->dir);
		list_add_tail(&left->link, &leftovers.list);
		leftovers.nr++;
		leftovers.delay_s = FIRST_DELAY_S;
		mod_delayed_work(aios_wq, &leftovers.work, FIRST_DELAY_S * HZ);
	} else {
		kfree(left);
	}
	mutex_unlock(&leftovers.lock);
}

/**
 * aios_leftovers_remove - try to remove them now
 *
 * Return: whether any has gone.
 */
bool aios_leftovers_remove(void)
{
	bool any;

	mutex_lock(&leftovers.lock);
	any = try_all();
	mutex_unlock(&leftovers.lock);
	return any;
}

/**
 * aios_leftovers_exit - let go of those that are left
 *
 * What can be removed goes with the root. Nobody adds any more.
 */
void aios_leftovers_exit(void)
{
	struct leftover *left, *next;

	cancel_delayed_work_sync(&leftovers.work);
	list_for_each_entry_safe(left, next, &leftovers.list, link)
		let_go(left);
}
