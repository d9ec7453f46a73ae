/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From amounts to the text of control files, written only where it changed.
 */
#ifndef _AIOS_ENFORCE_LIMITS_H
#define _AIOS_ENFORCE_LIMITS_H

#include <linux/types.h>

struct aios_cgroup;

/**
 * struct aios_wanted - how a cgroup shall be limited; AIOS_UNLIMITED: not
 * @cpu_weight: 1 to 10000
 * @cpu_max: milli-CPUs
 * @memory_high: bytes
 * @memory_max: bytes
 * @pids_max: tasks
 * @io_max: bytes per second, on each disk, for reading and for writing
 */
struct aios_wanted {
	u64 cpu_weight;
	u64 cpu_max;
	u64 memory_high;
	u64 memory_max;
	u64 pids_max;
	u64 io_max;
};

/**
 * struct aios_applied - what a cgroup's files hold
 * @now: as last written
 * @valid: @now is true; false before the first time and after a failure
 *
 * Protected by the cg_lock of its owner.
 */
struct aios_applied {
	struct aios_wanted now;
	bool valid;
};

int aios_enforce(struct aios_cgroup *cg, struct aios_applied *applied,
		 const struct aios_wanted *want, u32 *pending);
bool aios_enforce_drifted(struct aios_cgroup *cg,
			  const struct aios_applied *applied);

u64 aios_cpu_weight(u64 milli);

int aios_disks_find(void *unused);

#endif /* _AIOS_ENFORCE_LIMITS_H */
