// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/aios: the table of its calls, and AIOS_IOC_INFO.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "accel/accel.h"
#include "arbiter/arbiter.h"
#include "arbiter/capacity.h"
#include "calls/calls.h"
#include "calls/device.h"
#include "calls/ioctl.h"
#include "enforce/cgroup.h"
#include "enforce/resource.h"
#include "group/group.h"
#include "main.h"
#include "user.h"

static int copy_resource(const struct aios_info *info, u32 slot, u32 resource)
{
	u32 size = min_t(u32, info->resource_size, sizeof(struct aios_resource_info));
	void __user *to = u64_to_user_ptr(info->resources) + (u64)slot * info->resource_size;
	struct aios_resource_info line;

	mutex_lock(&aios_lock);
	aios_capacity_info(resource, &line);
	mutex_unlock(&aios_lock);
	if (copy_to_user(to, &line, size) ||
	    clear_user(to + size, info->resource_size - size))
		return -EFAULT;
	return 0;
}

static int copy_resources(struct aios_info *info)
{
	u32 room = info->nr_resources, nr = 0, i;
	int ret;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		if (!aios_resource_ops_of(i))
			continue;
		if (info->resources && nr < room) {
			ret = copy_resource(info, nr, i);
			if (ret)
				return ret;
		}
		nr++;
	}
	info->nr_resources = nr;
	return 0;
}

static int ioctl_info(struct file *file, void *arg)
{
	struct aios_info *info = arg;
	u32 room = info->cgroup_root_len;
	int ret;

	if (info->reserved)
		return -EINVAL;
	if (info->resources &&
	    (info->resource_size < sizeof(struct aios_resource_info) ||
	     info->resource_size > PAGE_SIZE))
		return -EINVAL;
	ret = copy_resources(info);
	if (ret)
		return ret;

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	info->epoch = aios_engine.epoch;
	info->nr_queued = aios_engine.nr_queued;
	info->nr_running = aios_engine.nr_held;
	info->nr_groups = aios_groups_count();
	info->nr_devices = aios_accels_count();
	info->user_jobs = aios_user_held(current_euid(), AIOS_USER_JOBS);
	info->user_groups = aios_user_held(current_euid(), AIOS_USER_GROUPS);
	mutex_unlock(&aios_lock);

	info->abi_version = AIOS_ABI_VERSION;
	info->features = aios_cgroup_features();
	info->user_jobs_max = aios_user_bound(AIOS_USER_JOBS);
	info->user_groups_max = aios_user_bound(AIOS_USER_GROUPS);
	info->cgroup_root_len = strlen(aios_cgroup_root_path()) + 1;
	/* As of the table, what does not fit is left out, and the caller sees why. */
	if (info->cgroup_root_len > room)
		return 0;
	return aios_copy_out_string(info->cgroup_root, room, aios_cgroup_root_path());
}

static const struct aios_ioctl device_ioctls[] = {
	AIOS_IOCTL(AIOS_IOC_INFO, struct aios_info, reserved, ioctl_info),
	AIOS_IOCTL_WHY(AIOS_IOC_SUBMIT, struct aios_submit, aios_ioctl_submit),
	AIOS_IOCTL(AIOS_IOC_JOB_OPEN, struct aios_job_open, reserved, aios_ioctl_job_open),
	AIOS_IOCTL_WHY(AIOS_IOC_GROUP_CREATE, struct aios_group_create,
		       aios_ioctl_group_create),
	AIOS_IOCTL_WHY(AIOS_IOC_GROUP_REMOVE, struct aios_group_remove,
		       aios_ioctl_group_remove),
	AIOS_IOCTL(AIOS_IOC_GROUP_STAT, struct aios_group_stat, use, aios_ioctl_group_stat),
	AIOS_IOCTL_WHY(AIOS_IOC_LIMIT, struct aios_limit, aios_ioctl_limit),
	AIOS_IOCTL(AIOS_IOC_POLICY, struct aios_policy, nr_preempted, aios_ioctl_policy),
	AIOS_IOCTL(AIOS_IOC_DEVICE_ADD, struct aios_device, name, aios_ioctl_device_add),
	AIOS_IOCTL(AIOS_IOC_DEVICE_REMOVE, struct aios_device, name,
		   aios_ioctl_device_remove),
	AIOS_IOCTL(AIOS_IOC_DEVICE_SET, struct aios_device, name, aios_ioctl_device_set),
	AIOS_IOCTL(AIOS_IOC_DEVICE_GET, struct aios_device, name, aios_ioctl_device_get),
	AIOS_IOCTL(AIOS_IOC_LP_SOLVE, struct aios_lp_solve, solve_duration_ns,
		   aios_ioctl_lp_solve),
	AIOS_IOCTL(AIOS_IOC_QUEUEING, struct aios_queueing, next_high_duration_ns,
		   aios_ioctl_queueing),
	AIOS_IOCTL(AIOS_IOC_REPLAY, struct aios_replay_call, decide_duration_ns,
		   aios_ioctl_replay),
	AIOS_IOCTL(AIOS_IOC_DRAIN, struct aios_drain, reserved, aios_ioctl_drain),
};

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return aios_ioctl_dispatch(device_ioctls, ARRAY_SIZE(device_ioctls), file, cmd,
				   (void __user *)arg);
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/* Any user may ask; what he may do is checked call by call. */
static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = AIOS_DEVICE_NAME,
	.fops = &device_fops,
	.mode = 0666,
};

int aios_device_init(void)
{
	return misc_register(&device);
}

void aios_device_exit(void)
{
	misc_deregister(&device);
}
