// SPDX-License-Identifier: GPL-2.0
/*
 * What jobs that have ended left behind: files in tmpfs and shared memory stay charged to
 * the group when the job's own cgroup has gone. It is memory that nobody else can have,
 * and so it is charged to the group, shown as its use, and not given away twice.
 *
 * The end of a job tells what it leaves. Whatever becomes of it then, a tick finds: what
 * is in the group and in no job of it. Jobs are measured between two looks at their
 * group, so that of what comes or goes meanwhile nothing counts as left.
 */
#include <linux/aios.h>
#include <linux/cpumask.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "arbiter/arbiter.h"
#include "enforce/memory.h"
#include "group/group.h"
#include "main.h"
#include "measure/meter.h"

/* Jobs were asked for what they share in the present round; protected by aios_lock. */
static bool counted;

/* Groups in which something is left; protected by aios_lock. */
static u32 nr_with_left;

/* Counters of the kernel may be so far behind, for each CPU has a batch of its own. */
static u64 noise(void)
{
	return SZ_1M + (u64)num_online_cpus() * SZ_256K;
}

/**
 * aios_left_round - a round of the tick begins
 *
 * Where there is no shared memory at all, jobs need not be asked for theirs. What is known
 * to be left is looked for until it is known to be gone: it may go while the groups are
 * looked at one after another. The caller holds aios_lock.
 *
 * Return: whether there is any, so that another round has to follow.
 */
bool aios_left_round(void)
{
	lockdep_assert_held(&aios_lock);
	counted = nr_with_left || aios_root_group->shared > noise();
	return counted;
}

/**
 * aios_left_counted - whether jobs shall be asked for the memory that they share
 *
 * The caller holds aios_lock.
 */
bool aios_left_counted(void)
{
	lockdep_assert_held(&aios_lock);
	return counted;
}

/* The caller holds aios_lock. */
static void set_left(struct aios_group *group, u64 left)
{
	u64 before = group->core->left[AIOS_RESOURCE_MEMORY];

	if (left == before)
		return;
	aios_engine_group_left(&aios_engine, aios_arbiter_now(), group->core,
			       AIOS_RESOURCE_MEMORY, left);
	left = group->core->left[AIOS_RESOURCE_MEMORY];
	nr_with_left += !!left - !!before;
	aios_use_leave(&group->use, left - before);
	aios_arbiter_kick();
}

/**
 * aios_left_measure - look what is left behind in a group
 * @group: the group, whose cg_lock the caller holds
 */
void aios_left_measure(struct aios_group *group)
{
	u64 now, left, jobs;

	if (aios_memory_shared(&group->cg, &now))
		return;
	mutex_lock(&aios_lock);
	if (counted) {
		jobs = group->use.shared - group->core->left[AIOS_RESOURCE_MEMORY];
		left = min(now, group->shared);
		set_left(group, left > jobs + noise() ? left - jobs : 0);
	}
	group->shared = now;
	mutex_unlock(&aios_lock);
}

/**
 * aios_left_add - a job leaves memory behind
 * @group: the job's
 * @bytes: how much; 0: none
 *
 * The caller holds aios_lock.
 */
void aios_left_add(struct aios_group *group, u64 bytes)
{
	struct aios_group *up;

	lockdep_assert_held(&aios_lock);
	if (!bytes)
		return;
	set_left(group, group->core->left[AIOS_RESOURCE_MEMORY] + bytes);
	/* The next tick is not to find less than there is. */
	for (up = group; up; up = up->parent)
		up->shared += bytes;
}

/**
 * aios_left_inherit - a group goes: what is left behind in it is its parent's
 * @group: in the tree, not the root
 *
 * So the kernel has it. The caller holds aios_lock.
 */
void aios_left_inherit(struct aios_group *group)
{
	u64 left = group->core->left[AIOS_RESOURCE_MEMORY];

	set_left(group, 0);
	set_left(group->parent, group->parent->core->left[AIOS_RESOURCE_MEMORY] + left);
}
