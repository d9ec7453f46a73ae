// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_QUEUEING: a group as a station of the queueing model.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "calls/calls.h"
#include "calls/ioctl.h"
#include "group/group.h"
#include "group/station.h"
#include "main.h"
#include "names.h"

int aios_ioctl_queueing(struct file *file, void *arg)
{
	struct aios_queueing *q = arg;
	struct aios_group *group;
	struct aios_why why;
	char *path;
	int ret;

	if (q->flags || q->reserved || q->servers > AIOS_QUEUEING_SERVERS_MAX)
		return -EINVAL;
	path = aios_copy_string(q->path, q->path_len, AIOS_PATH_MAX, &why);
	if (IS_ERR(path))
		return PTR_ERR(path);
	ret = path ? aios_path_check(path, &why) : 0;
	if (!ret)
		ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		goto free;
	group = path ? aios_group_find(path) : aios_group_find_id(q->id);
	ret = group && aios_group_known(group) ? aios_group_queueing(group, q) : -ENOENT;
	mutex_unlock(&aios_lock);
free:
	kfree(path);
	return ret;
}
