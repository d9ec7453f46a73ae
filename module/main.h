/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every part of the module shares: the lock, the workers, the bounds.
 *
 * A task that is not the module's own takes none of these but as turns.h says.
 *
 * Locks, outermost first:
 *
 *   aios_group_mutex	creation and removal of groups, one at a time
 *   cg_lock		of one job or one group: its open cgroup files and what
 *			was last written to them; held across file I/O
 *   aios_lock		the pure core (engine, groups, jobs, devices), every
 *			object's place in it, users, and status pages; nothing
 *			under it waits for a cgroup, a worker or user space
 *
 * The locks of enforce/waiting.c and, below it, enforce/leftover.c are taken under a
 * cg_lock, and no other under them; likewise those of net/shaper.c and net/hooks.c. Only
 * one cg_lock is held at a time. What the core decides under aios_lock is carried out
 * later by workers, which take the object's cg_lock, look up the newest decision under
 * aios_lock, and write it without aios_lock.
 */
#ifndef _AIOS_MAIN_H
#define _AIOS_MAIN_H

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

extern struct mutex aios_lock;
extern struct workqueue_struct *aios_wq;

/* Module parameters, immutable but for the writable ones in main.c. */
extern unsigned int aios_max_jobs;
extern unsigned int aios_max_groups;
extern unsigned int aios_history;
extern unsigned int aios_attempts;
extern unsigned int aios_tick_ms;

#endif /* _AIOS_MAIN_H */
