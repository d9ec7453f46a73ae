/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: dumps of jobs and groups, and events.
 */
#ifndef _AIOS_NOTIFY_H
#define _AIOS_NOTIFY_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct aios_job;
struct aios_group;

int aios_notify_init(void);
void aios_notify_exit(void);

void aios_notify_job(struct aios_job *job, u32 event);
void aios_notify_group(struct aios_group *group, u32 event);
void aios_notify_device(u32 device);
void aios_notify_drain(u64 start_ns, kuid_t uid);

#endif /* _AIOS_NOTIFY_H */
