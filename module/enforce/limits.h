/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All limits of one cgroup: brought in line, compared with what somebody else may have
 * written, and given back as they were found. What a limit is in text is known to
 * its resource (resource.h).
 */
#ifndef _AIOS_ENFORCE_LIMITS_H
#define _AIOS_ENFORCE_LIMITS_H

#include <linux/aios.h>
#include <linux/types.h>

#include "enforce/resource.h"

/**
 * struct aios_applied - what a cgroup's files hold
 *
 * Protected by the cg_lock of its owner.
 */
struct aios_applied {
	/** @now: as last written; without a meaning unless @known says so */
	struct aios_entitlement now[AIOS_RESOURCE_MAX];
	/** @known: how far @now is true */
	enum aios_held known;
	/**
	 * @left_alone: bits of resources of which nothing is written: those that were not
	 * stated for an adopted cgroup
	 */
	u32 left_alone;
	/** @around: the disks and shapers that there were, as a number: see limits.c */
	u32 around;
};

struct aios_saved;

/* How often a file of an adopted cgroup is written back before it is given up. */
#define AIOS_RESTORE_TRIES	3

int aios_limits_apply(struct aios_cgroup *cg, struct aios_applied *applied,
		      const struct aios_entitlement *want, u32 *pending);
bool aios_limits_outdated(const struct aios_applied *applied);
bool aios_limits_drifted(struct aios_cgroup *cg, const struct aios_applied *applied);
struct aios_saved *aios_limits_save(struct aios_cgroup *cg);
void aios_limits_forget(struct aios_saved *saved);
int aios_limits_restore(struct aios_cgroup *cg, const struct aios_saved *saved, u32 left_alone);

#endif /* _AIOS_ENFORCE_LIMITS_H */
