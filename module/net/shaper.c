// SPDX-License-Identifier: GPL-2.0
/*
 * The table of shapers, and the tree that they make: see shaper.h and lane.h.
 */
#include <linux/cgroup.h>
#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "net/lane.h"
#include "net/shaper.h"

/* No lock is taken under it but those of lanes and of their timers. */
static struct {
	struct mutex lock;	/* of every shaper's place, and of the rest */
	struct list_head all;
	DECLARE_HASHTABLE(by_ino, 8);	/* read under RCU, too */
	u32 generation;			/* read without the lock, too */
} shapers = {
	.lock = __MUTEX_INITIALIZER(shapers.lock),
	.all = LIST_HEAD_INIT(shapers.all),
};

/* The caller holds the lock, or is in an RCU read-side critical section. */
static struct aios_shaper *look_up(ino_t ino)
{
	struct aios_shaper *shaper;

	hash_for_each_possible_rcu(shapers.by_ino, shaper, in_table, ino,
				   lockdep_is_held(&shapers.lock))
		if (shaper->ino == ino)
			return shaper;
	return NULL;
}

/**
 * aios_shaper_of - the shaper that a socket's packets are charged to
 * @sk: a full socket
 *
 * The caller is in an RCU read-side critical section.
 *
 * Return: that of its cgroup, or of the nearest one above; NULL: none.
 */
struct aios_shaper *aios_shaper_of(const struct sock *sk)
{
	struct cgroup *cgroup = sock_cgroup_ptr((struct sock_cgroup_data *)&sk->sk_cgrp_data);
	struct aios_shaper *shaper = NULL;

	for (; cgroup && !shaper; cgroup = cgroup_parent(cgroup))
		shaper = look_up(cgroup_ino(cgroup));
	return shaper;
}

/* The nearest shaper of a directory or one that it lies in. */
static struct aios_shaper *nearest(const struct dentry *dir)
{
	struct aios_shaper *shaper = look_up(d_inode(dir)->i_ino);

	while (!shaper && !IS_ROOT(dir)) {
		dir = dir->d_parent;
		shaper = look_up(d_inode(dir)->i_ino);
	}
	return shaper;
}

static struct aios_shaper *find_above(const struct aios_shaper *shaper)
{
	struct aios_shaper *above = NULL;

	if (!IS_ROOT(shaper->dir))
		above = nearest(shaper->dir->d_parent);
	if (!above && shaper->charged)
		above = nearest(shaper->charged);
	return above;
}

/* Nothing can be below a directory that has none. */
static bool is_leaf(const struct dentry *dir)
{
	return d_inode(dir)->i_nlink <= 2;
}

/* Others may be below what has come, and some have to come in their turn. */
static void insert(struct aios_shaper *shaper)
{
	struct aios_shaper *other;

	mutex_lock(&shapers.lock);
	RCU_INIT_POINTER(shaper->above, find_above(shaper));
	hash_add_rcu(shapers.by_ino, &shaper->in_table, shaper->ino);
	if (!is_leaf(shaper->dir))
		list_for_each_entry(other, &shapers.all, in_list)
			rcu_assign_pointer(other->above, find_above(other));
	list_add_tail(&shaper->in_list, &shapers.all);
	if (!is_leaf(shaper->dir))
		WRITE_ONCE(shapers.generation, shapers.generation + 1);
	mutex_unlock(&shapers.lock);
}

static void take_out(struct aios_shaper *shaper)
{
	struct aios_shaper *other, *above;
	u32 i;

	mutex_lock(&shapers.lock);
	hash_del_rcu(&shaper->in_table);
	list_del(&shaper->in_list);
	above = rcu_dereference_protected(shaper->above, lockdep_is_held(&shapers.lock));
	list_for_each_entry(other, &shapers.all, in_list) {
		if (rcu_access_pointer(other->above) == shaper)
			rcu_assign_pointer(other->above, above);
		for (i = 0; i < AIOS_NET_DIRECTIONS; i++)
			aios_lane_forget(&other->lane[i], shaper);
	}
	mutex_unlock(&shapers.lock);
}

/**
 * aios_shapers_purge - discard packets of what goes away, whoever's they are
 * @net: as of aios_lane_purge()
 * @dev: likewise
 */
void aios_shapers_purge(const struct net *net, const struct net_device *dev)
{
	struct aios_shaper *shaper;
	u32 i;

	mutex_lock(&shapers.lock);
	list_for_each_entry(shaper, &shapers.all, in_list)
		for (i = 0; i < AIOS_NET_DIRECTIONS; i++)
			aios_lane_purge(&shaper->lane[i], net, dev);
	mutex_unlock(&shapers.lock);
}

static struct aios_shaper *make(struct dentry *dir, struct dentry *charged)
{
	struct aios_shaper *shaper = kzalloc(sizeof(*shaper), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!shaper)
		return NULL;
	shaper->ino = d_inode(dir)->i_ino;
	shaper->dir = dget(dir);
	shaper->charged = dget(charged);
	for (i = 0; i < AIOS_NET_DIRECTIONS; i++)
		aios_lane_init(&shaper->lane[i], shaper, i);
	return shaper;
}

/**
 * aios_shaper_set - hold a cgroup's sockets to rates
 * @shaper: its shaper; made here where it is NULL. The caller is the only one who uses it
 * @dir: directory of the cgroup
 * @charged: that of a cgroup whose rates bound it though it lies elsewhere; NULL: none
 * @guaranteed: bytes a second that it may have whatever others want
 * @ceiling: bytes a second that it may never have more of, or AIOS_UNLIMITED
 *
 * Return: 0 or -ENOMEM; then nothing was changed.
 */
int aios_shaper_set(struct aios_shaper **shaper, struct dentry *dir, struct dentry *charged,
		    u64 guaranteed, u64 ceiling)
{
	bool fresh = !*shaper;
	int ret;
	u32 i;

	if (fresh) {
		*shaper = make(dir, charged);
		if (!*shaper)
			return -ENOMEM;
	}
	for (i = 0; i < AIOS_NET_DIRECTIONS; i++)
		aios_lane_set(&(*shaper)->lane[i], guaranteed, ceiling);
	if (!fresh)
		return 0;
	insert(*shaper);
	ret = aios_hooks_get();
	if (ret)
		aios_shaper_drop(shaper);
	return ret;
}

/**
 * aios_shaper_drop - hold a cgroup's sockets to nothing any more
 * @shaper: its shaper, or NULL; NULL afterwards
 */
void aios_shaper_drop(struct aios_shaper **shaper)
{
	struct aios_shaper *old = *shaper;
	u32 i;

	if (!old)
		return;
	*shaper = NULL;
	for (i = 0; i < AIOS_NET_DIRECTIONS; i++)
		aios_lane_exit(&old->lane[i]);
	take_out(old);
	aios_hooks_put();
	dput(old->charged);
	dput(old->dir);
	kfree_rcu(old, rcu);
}

/**
 * aios_shapers_cover - whether a cgroup is below one that has a shaper
 * @dir: its directory
 * @charged: as of aios_shaper_set()
 */
bool aios_shapers_cover(const struct dentry *dir, const struct dentry *charged)
{
	bool covered;

	rcu_read_lock();
	covered = nearest(dir) || (charged && nearest(charged));
	rcu_read_unlock();
	return covered;
}

/**
 * aios_shapers_generation - which cgroups have shapers that others are below
 *
 * Return: a number that is another when one has come.
 */
u32 aios_shapers_generation(void)
{
	return READ_ONCE(shapers.generation);
}

/**
 * aios_shaper_bytes - what a shaper let through
 * @shaper: may be NULL
 *
 * Return: bytes in both directions since it was made.
 */
u64 aios_shaper_bytes(const struct aios_shaper *shaper)
{
	return shaper ? atomic64_read(&shaper->bytes) : 0;
}

/**
 * aios_net_exit - when the module is unloaded, after the last shaper
 */
void aios_net_exit(void)
{
	aios_hooks_exit();
}
