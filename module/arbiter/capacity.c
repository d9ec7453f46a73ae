// SPDX-License-Identifier: GPL-2.0
/*
 * The machine's resources, and their changes: see capacity.h.
 */
#include <linux/aios.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/suspend.h>
#include <linux/workqueue.h>

#include "arbiter/arbiter.h"
#include "arbiter/capacity.h"
#include "enforce/resource.h"
#include "main.h"

/* The most there was of each since the module was loaded; protected by aios_lock. */
static u64 seen[AIOS_RESOURCE_MAX];

/*
 * The machine is about to be suspended, or comes back from that: what is stopped for it, all
 * processors but one above all, has not gone. Written by the notifier, read by the worker.
 */
static bool suspending;

/*
 * What was in use once and has not been taken out comes back: whoever needs it waits. What
 * has never been in use, such as the siblings of processors whose threads are switched off,
 * does not count.
 */
static void tell_whole(u32 resource, const struct aios_resource_ops *ops, u64 capacity)
{
	seen[resource] = max(seen[resource], capacity);
	aios_engine_resource_whole(&aios_engine, resource, min(seen[resource], ops->present()));
}

/**
 * aios_capacity_declare - tell the engine which resources there are, and of how much
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or as aios_engine_resource_set().
 */
int aios_capacity_declare(void)
{
	const struct aios_resource_ops *ops;
	int ret = 0;
	u32 i;

	lockdep_assert_held(&aios_lock);
	for_each_aios_resource(i, ops) {
		u64 capacity = ops->capacity ? ops->capacity() : AIOS_UNLIMITED;

		if (aios_resource_how(i) == AIOS_HOW_NONE)
			continue;
		ret = aios_engine_resource_set(&aios_engine, aios_arbiter_now(), i, ops->flags,
					       capacity);
		if (ret)
			break;
		if (ops->present)
			tell_whole(i, ops, capacity);
	}
	return ret;
}

/* The engine is told of what has another capacity than it knows. */
static void change_work(struct work_struct *work)
{
	const struct aios_resource_ops *ops;
	u32 i;

	if (READ_ONCE(suspending))
		return;
	mutex_lock(&aios_lock);
	for_each_aios_resource(i, ops) {
		u64 capacity;

		if (!ops->capacity || aios_resource_how(i) == AIOS_HOW_NONE)
			continue;
		capacity = ops->capacity();
		if (ops->present)
			tell_whole(i, ops, capacity);
		if (capacity != aios_engine.capacity[i] &&
		    aios_engine_resource_set(&aios_engine, aios_arbiter_now(), i, ops->flags,
					     capacity))
			pr_warn("the machine has another amount of %s now, and the arbiter cannot follow\n",
				ops->name);
	}
	aios_arbiter_kick();
	mutex_unlock(&aios_lock);
}

static DECLARE_WORK(change, change_work);

static void on_change(void)
{
	queue_work(aios_wq, &change);
}

/*
 * Nothing is stopped before the first call has returned, and all that comes back is there
 * when the second is made. What has changed meanwhile is looked at then.
 */
static int power_changes(struct notifier_block *nb, unsigned long what, void *unused)
{
	switch (what) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		WRITE_ONCE(suspending, true);
		flush_work(&change);
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		WRITE_ONCE(suspending, false);
		on_change();
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block power_notifier = { .notifier_call = power_changes };

static void unwatch_below(u32 end)
{
	const struct aios_resource_ops *ops;
	u32 i;

	for_each_aios_resource(i, ops)
		if (i < end && ops->watch)
			ops->unwatch();
	cancel_work_sync(&change);
}

/**
 * aios_capacity_watch - follow the changes of the machine
 *
 * Return: 0 or -errno.
 */
int aios_capacity_watch(void)
{
	const struct aios_resource_ops *ops;
	u32 i;
	int ret;

	ret = register_pm_notifier(&power_notifier);
	if (ret)
		return ret;
	for_each_aios_resource(i, ops) {
		ret = ops->watch ? ops->watch(on_change) : 0;
		if (ret) {
			unregister_pm_notifier(&power_notifier);
			unwatch_below(i);
			return ret;
		}
	}
	/* What changed since it was declared was not seen. */
	on_change();
	return 0;
}

/**
 * aios_capacity_unwatch - follow them no longer
 */
void aios_capacity_unwatch(void)
{
	unregister_pm_notifier(&power_notifier);
	unwatch_below(AIOS_RESOURCE_MAX);
}

/**
 * aios_capacity_info - one line of the table of resources
 * @resource: AIOS_RESOURCE_*, one that there is
 * @info: written
 *
 * The caller holds aios_lock.
 */
void aios_capacity_info(u32 resource, struct aios_resource_info *info)
{
	const struct aios_resource_ops *ops = aios_resource_ops_of(resource);

	memset(info, 0, sizeof(*info));
	info->id = resource;
	info->flags = ops->flags;
	info->how = aios_resource_how(resource);
	info->capacity = aios_engine.capacity[resource];
	info->charged = aios_engine.root.charged[resource];
	info->granted = aios_engine.root.granted[resource];
	strscpy(info->name, ops->name, sizeof(info->name));
	strscpy(info->unit, ops->unit, sizeof(info->unit));
}
