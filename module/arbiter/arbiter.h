/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shell around the core's engine: one engine for the machine, decisions
 * taken by a worker soon after the events that ask for them, and what is done
 * with the answers.
 */
#ifndef _AIOS_ARBITER_ARBITER_H
#define _AIOS_ARBITER_ARBITER_H

#include "core/engine/engine.h"

extern struct aios_engine aios_engine;	/* protected by aios_lock */

int aios_arbiter_init(void);
void aios_arbiter_exit(void);

struct aios_now aios_arbiter_now(void);
void aios_arbiter_kick(void);
void aios_arbiter_decide(void);
int aios_arbiter_preview(struct aios_job_node *node, struct aios_preview *preview);

u32 aios_resource_how(u32 resource);
const char *aios_resource_name(u32 resource);
void aios_resource_info(u32 resource, struct aios_resource_info *info);
int aios_resource_mask_check(u32 mask, struct aios_why *why);

int aios_ioctl_policy(struct file *file, void *arg);

#endif /* _AIOS_ARBITER_ARBITER_H */
