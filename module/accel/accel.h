/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accelerators: found on the PCI bus, or declared by the administrator.
 */
#ifndef _AIOS_ACCEL_ACCEL_H
#define _AIOS_ACCEL_ACCEL_H

#include <linux/aios.h>
#include <linux/types.h>

#include "core/engine/engine.h"

/**
 * struct aios_accel - an accelerator
 */
struct aios_accel {
	/** @core: what is held on it; protected by aios_lock */
	struct aios_device_node core;
	/**
	 * @info: what it is; id, name and PCI fields are immutable, flags and memory
	 * are those of @core
	 */
	struct aios_device info;
};

int aios_accels_init(void);
void aios_accels_exit(void);
u32 aios_accels_count(void);
void aios_accels_reap(void);

struct aios_accel *aios_accel_next(u32 id);
struct aios_accel *aios_accel_find(u32 id);
struct aios_accel *aios_accel_find_name(const char *name);
int aios_accel_add(const struct aios_device *info, u32 flags, u32 *id);
int aios_accel_remove(struct aios_accel *accel);
int aios_accel_set(struct aios_accel *accel, u32 flags, u64 memory);

#endif /* _AIOS_ACCEL_ACCEL_H */
