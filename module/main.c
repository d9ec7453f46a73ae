// SPDX-License-Identifier: GPL-2.0
/*
 * What every part of the module shares: see main.h.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "main.h"

DEFINE_MUTEX(aios_lock); /* see main.h */
struct workqueue_struct *aios_wq;

unsigned int aios_max_jobs = 20000;
module_param_named(max_jobs, aios_max_jobs, uint, 0644);
MODULE_PARM_DESC(max_jobs, "jobs that one user can have at a time");

unsigned int aios_max_groups = 1024;
module_param_named(max_groups, aios_max_groups, uint, 0644);
MODULE_PARM_DESC(max_groups, "groups that one user can have at a time");

unsigned int aios_history = 256;
module_param_named(history, aios_history, uint, 0644);
MODULE_PARM_DESC(history, "ended jobs that are remembered for each user");

unsigned int aios_attempts = 256;
module_param_named(attempts, aios_attempts, uint, 0644);
MODULE_PARM_DESC(attempts, "records of attempts that are over, which are kept for each user");

unsigned int aios_tick_ms = 1000;
module_param_named(tick_ms, aios_tick_ms, uint, 0644);
MODULE_PARM_DESC(tick_ms, "time between measurements of running jobs, in milliseconds");
