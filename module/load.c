// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading: a table of contents.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "accel/accel.h"
#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/device.h"
#include "calls/netlink.h"
#include "enforce/cgroup.h"
#include "enforce/io.h"
#include "group/group.h"
#include "job/decisions.h"
#include "job/job.h"
#include "main.h"
#include "net/shaper.h"
#include "notify.h"
#include "predict/attempt.h"
#include "predict/foresight.h"
#include "turns.h"

static char *cgroup_root = "";
module_param(cgroup_root, charp, 0444);
MODULE_PARM_DESC(cgroup_root,
		 "cgroup v2 directory to govern, made if it is missing (default: aios at the top of the hierarchy)");

static unsigned long long first_job;
module_param(first_job, ullong, 0444);
MODULE_PARM_DESC(first_job, "id of the first job (default: from the clock, above all that were given before)");

static int __init aios_init(void)
{
	int ret;

	aios_wq = alloc_workqueue("aios", WQ_UNBOUND, 0);
	if (!aios_wq)
		return -ENOMEM;
	ret = aios_job_cache_init();
	if (ret)
		goto no_cache;
	ret = aios_turns_init();
	if (ret)
		goto no_turns;
	ret = aios_groups_init(cgroup_root);
	if (ret)
		goto no_groups;
	aios_jobs_init(first_job);
	ret = aios_foresight_init();
	if (ret)
		goto no_foresight;
	ret = aios_arbiter_init(&aios_job_decisions);
	if (ret)
		goto no_arbiter;
	ret = aios_cgroup_call(aios_disks_find, NULL);
	if (ret < 0)
		goto no_accels;
	ret = aios_accels_init();
	if (ret)
		goto no_accels;
	ret = aios_netlink_init();
	if (ret)
		goto no_netlink;
	ret = aios_device_init();
	if (ret)
		goto no_device;
	return 0;

no_device:
	aios_notify_exit();
no_netlink:
	aios_accels_exit();
no_accels:
	aios_arbiter_exit();
no_arbiter:
	aios_foresight_exit();
no_foresight:
	aios_groups_exit();
	aios_net_exit();
no_groups:
	aios_turns_exit();
no_turns:
	aios_job_cache_exit();
no_cache:
	destroy_workqueue(aios_wq);
	return ret;
}

/*
 * Nobody has the device or a job open, and no job lives: each holds the module.
 * So nothing new comes; what is left is memory of ended jobs, groups, and work
 * that was queued before.
 */
static void __exit aios_exit(void)
{
	aios_device_exit();
	aios_notify_exit();
	aios_tick_exit();
	aios_job_clock_exit();
	aios_history_exit();
	aios_attempts_exit();
	aios_accels_exit();
	flush_workqueue(aios_wq);
	aios_arbiter_exit();
	aios_foresight_exit();
	aios_drain_exit();
	aios_groups_exit();
	aios_net_exit();
	aios_turns_exit();
	destroy_workqueue(aios_wq);
	aios_job_cache_exit();
}

module_init(aios_init);
module_exit(aios_exit);

MODULE_DESCRIPTION("Arbitration of one machine's resources among AI jobs");
MODULE_AUTHOR("The aios developers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
