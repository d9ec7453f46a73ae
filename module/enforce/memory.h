/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What there is to know of memory beside limits and use.
 */
#ifndef _AIOS_ENFORCE_MEMORY_H
#define _AIOS_ENFORCE_MEMORY_H

#include <linux/types.h>

struct aios_cgroup;
struct aios_controller;

extern const struct aios_controller aios_memory_controller;

int aios_memory_shared(struct aios_cgroup *cg, u64 *shared);

#endif /* _AIOS_ENFORCE_MEMORY_H */
