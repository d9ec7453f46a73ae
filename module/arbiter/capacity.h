/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much of each resource this machine has, as the engine is told.
 */
#ifndef _AIOS_ARBITER_CAPACITY_H
#define _AIOS_ARBITER_CAPACITY_H

#include <linux/types.h>

struct aios_resource_info;

int aios_capacity_declare(void);
int aios_capacity_watch(void);
void aios_capacity_unwatch(void);
void aios_capacity_info(u32 resource, struct aios_resource_info *info);

#endif /* _AIOS_ARBITER_CAPACITY_H */
