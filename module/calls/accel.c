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
#include "main.h"

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

int aios_ioctl_device_add(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	struct aios_device info = {};
	int ret = check_declared(d);

	if (ret)
		return ret;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	info.memory = d->memory;
	memcpy(info.name, d->name, sizeof(info.name));

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	if (aios_accel_find_name(info.name))
		ret = -EEXIST;
	else
		ret = aios_accel_add(&info, AIOS_DEVICE_DECLARED |
				     (d->flags & AIOS_DEVICE_OFFLINE), &d->id);
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_device_remove(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	struct aios_accel *accel;
	int ret;

	if (d->flags || d->reserved)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	accel = aios_accel_find(d->id);
	if (!accel)
		ret = -ENOENT;
	else if (accel->core.flags & AIOS_DEVICE_PCI)
		ret = -EOPNOTSUPP; /* A device on the bus stays there; it can be set offline. */
	else
		ret = aios_accel_remove(accel);
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_device_set(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	struct aios_accel *accel;
	u32 others = d->flags & ~AIOS_DEVICE_OFFLINE;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	accel = aios_accel_find(d->id);
	if (!accel)
		ret = -ENOENT;
	/* What GET gave can be changed and given back. */
	else if (d->reserved || (others && (others ^ accel->core.flags) & ~AIOS_DEVICE_OFFLINE))
		ret = -EINVAL;
	else
		ret = aios_accel_set(accel, (accel->core.flags & ~AIOS_DEVICE_OFFLINE) |
				     d->flags, d->memory);
	if (!ret)
		aios_arbiter_decide();
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_device_get(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	u32 size = d->size;
	struct aios_accel *accel;
	int ret;

	if (d->flags || d->reserved)
		return -EINVAL;
	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	accel = aios_accel_next(d->id);
	if (accel) {
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
	}
	mutex_unlock(&aios_lock);
	return accel ? 0 : -ENOENT;
}
