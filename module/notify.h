/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: dumps of jobs and groups, and events.
 */
#ifndef _AIOS_NOTIFY_H
#define _AIOS_NOTIFY_H

#include <linux/types.h>

struct aios_job;
struct aios_group;

int aios_notify_init(void);
void aios_notify_exit(void);

void aios_notify_job(struct aios_job *job, u32 event);
void aios_notify_group(struct aios_group *group, u32 event);
void aios_notify_device(u32 device);

#endif /* _AIOS_NOTIFY_H */
