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
#include "turns.h"
#include "user.h"

/**
 * struct info_call - INFO under way
 */
struct info_call {
	/** @info: the caller's struct */
	struct aios_info *info;
	/** @nr: number of @line */
	u32 nr;
	/** @line: what there is to know of each resource, when it is asked for */
	struct aios_resource_info line[AIOS_RESOURCE_MAX];
};

static int look_around(void *arg)
{
	struct info_call *call = arg;
	struct aios_info *info = call->info;
	const struct aios_resource_ops *ops;
	u32 i;

	for_each_aios_resource(i, ops) {
		if (info->resources)
			aios_capacity_info(i, &call->line[call->nr]);
		call->nr++;
	}
	info->epoch = aios_engine.epoch;
	info->nr_queued = aios_engine.nr_queued;
	info->nr_running = aios_engine.nr_held;
	info->nr_groups = aios_groups_count();
	info->nr_devices = aios_accels_count();
	info->user_jobs = aios_user_held(current_cred(), AIOS_USER_JOBS);
	info->user_groups = aios_user_held(current_cred(), AIOS_USER_GROUPS);
	return 0;
}

/* What does not fit is left out. */
static int copy_lines(const struct info_call *call, u32 room)
{
	const struct aios_info *info = call->info;
	u32 size = min_t(u32, info->resource_size, sizeof(struct aios_resource_info));
	void __user *to = u64_to_user_ptr(info->resources);
	u32 i;

	for (i = 0; i < min(room, call->nr); i++, to += info->resource_size)
		if (copy_to_user(to, &call->line[i], size) ||
		    clear_user(to + size, info->resource_size - size))
			return -EFAULT;
	return 0;
}

static int ioctl_info(struct file *file, void *arg)
{
	struct aios_info *info = arg;
	struct info_call call;
	u32 room = info->cgroup_root_len;
	int ret;

	if (info->reserved)
		return -EINVAL;
	if (info->resources &&
	    (info->resource_size < sizeof(struct aios_resource_info) ||
	     info->resource_size > PAGE_SIZE))
		return -EINVAL;
	call.info = info;
	call.nr = 0;
	ret = aios_turn_brief(look_around, &call);
	if (!ret && info->resources)
		ret = copy_lines(&call, info->nr_resources);
	if (ret)
		return ret;
	info->nr_resources = call.nr;
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
	AIOS_IOCTL(AIOS_IOC_PREDICT, struct aios_predict_call, step, aios_ioctl_predict),
	AIOS_IOCTL(AIOS_IOC_ATTEMPT, struct aios_attempt, name, aios_ioctl_attempt),
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
