// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_DEVICE_ADD, _REMOVE, _SET and _GET: accelerators, as the administrator declares
 * and everybody sees them.
 */
#include <linux/aios.h>
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "accel/accel.h"
#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "turns.h"

static int check_declared(const struct aios_device *d)
{
	size_t len = strnlen(d->name, sizeof(d->name));
	size_t i;

	if (d->flags & ~(AIOS_DEVICE_DECLARED | AIOS_DEVICE_OFFLINE) || d->reserved)
		return -EINVAL;
	if (d->milli && d->milli != AIOS_MILLI)
		return -EINVAL;
	if (!len || len == sizeof(d->name))
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (d->name[i] <= ' ' || d->name[i] > '~' || d->name[i] == '/')
			return -EINVAL;
	return 0;
}

static int add_device(void *arg)
{
	struct aios_device *d = arg;
	struct aios_device info = { .memory = d->memory };

	memcpy(info.name, d->name, sizeof(info.name));
	if (aios_accel_find_name(info.name))
		return -EEXIST;
	return aios_accel_add(&info, AIOS_DEVICE_DECLARED | (d->flags & AIOS_DEVICE_OFFLINE),
			      &d->id);
}

int aios_ioctl_device_add(struct file *file, void *arg)
{
	int ret = check_declared(arg);

	if (ret)
		return ret;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return aios_turn(add_device, arg);
}

static int remove_device(void *arg)
{
	const struct aios_device *d = arg;
	struct aios_accel *accel = aios_accel_find(d->id);

	if (!accel)
		return -ENOENT;
	/* A device on the bus stays there; it can be set offline. */
	if (accel->core.flags & AIOS_DEVICE_PCI)
		return -EOPNOTSUPP;
	return aios_accel_remove(accel);
}

int aios_ioctl_device_remove(struct file *file, void *arg)
{
	const struct aios_device *d = arg;

	if (d->flags || d->reserved)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return aios_turn(remove_device, arg);
}

static int set_device(void *arg)
{
	const struct aios_device *d = arg;
	struct aios_accel *accel = aios_accel_find(d->id);
	u32 others = d->flags & ~AIOS_DEVICE_OFFLINE;
	int ret;

	if (!accel)
		return -ENOENT;
	/* What GET gave can be changed and given back. */
	if (d->reserved || (others && (others ^ accel->core.flags) & ~AIOS_DEVICE_OFFLINE))
		return -EINVAL;
	ret = aios_accel_set(accel, (accel->core.flags & ~AIOS_DEVICE_OFFLINE) | d->flags,
			     d->memory);
	if (!ret)
		aios_arbiter_decide();
	return ret;
}

int aios_ioctl_device_set(struct file *file, void *arg)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return aios_turn(set_device, arg);
}

static int get_device(void *arg)
{
	struct aios_device *d = arg;
	const struct aios_accel *accel = aios_accel_next(d->id);
	u32 size = d->size;

	if (!accel)
		return -ENOENT;
	*d = accel->info;
	d->size = size;
	d->id = accel->core.id;
	d->flags = accel->core.flags;
	d->memory = accel->core.memory;
	d->memory_charged = accel->core.memory_held;
	d->memory_used = accel->core.memory_used;
	d->milli = AIOS_MILLI;
	d->milli_charged = accel->core.milli_held;
	d->nr_jobs = accel->core.nr_jobs;
	d->exclusive = accel->core.exclusive;
	return 0;
}

int aios_ioctl_device_get(struct file *file, void *arg)
{
	const struct aios_device *d = arg;

	if (d->flags || d->reserved)
		return -EINVAL;
	return aios_turn_brief(get_device, arg);
}
