/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a process comes from that wants to become a job: the cgroup that it is in, whether
 * it may leave that, and what that bounds it to.
 *
 *   source.c	which cgroup it is, and the kernel's own rule for migrations
 *   allowed.c	the cgroups that the administrator lets users leave
 *   carry.c	the limits of such a cgroup, which go with the process
 */
#ifndef _AIOS_ENFORCE_SOURCE_H
#define _AIOS_ENFORCE_SOURCE_H

#include <linux/aios.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct aios_cgroup;
struct aios_entitlement;
struct path;
struct task_struct;

/**
 * struct aios_bound - what the cgroup that a process came from bounds its job to
 *
 * AIOS_UNLIMITED: to nothing.
 */
struct aios_bound {
	/** @limit: of each resource */
	u64 limit[AIOS_RESOURCE_MAX];
	/** @memory_high: above it memory is reclaimed */
	u64 memory_high;
};

/**
 * struct aios_level - a cgroup that is limited
 */
struct aios_level {
	/** @id: the kernel's number of it */
	u64 id;
	/** @bound: what it allows to all in it, and all that came from there, together */
	struct aios_bound bound;
};

/**
 * struct aios_source - the cgroup of a caller
 */
struct aios_source {
	/** @id: the kernel's number of it, and of its directory */
	u64 id;
	/** @path: from the top of the hierarchy; NULL for the top itself */
	char *path;
	/** @levels: that are left when it is left, so many from @path upwards */
	unsigned int levels;
	/** @job: that it belongs to, 0: none */
	u64 job;
	/** @nr_levels: how many of these levels are limited */
	u32 nr_levels;
	/** @level: they are, from @path upwards */
	struct aios_level *level;
};

int aios_source_open(const struct aios_cgroup *root);
void aios_source_close(void);
int aios_source_find(struct aios_source *source, bool admin, struct aios_why *why);
void aios_source_forget(struct aios_source *source);
u64 aios_source_of(struct task_struct *leader);
bool aios_source_below(struct task_struct *leader, const struct path *dir);
int aios_source_return(u64 id, struct task_struct *leader);
int aios_process_move(const struct path *dir, struct task_struct *leader);

bool aios_source_allowed(const char *path, kuid_t uid);

int aios_source_carry(struct aios_source *source, struct aios_why *why);
void aios_bound_none(struct aios_bound *bound);
void aios_bound_join(struct aios_bound *bound, const struct aios_bound *other);
void aios_bound_apply(const struct aios_bound *bound, struct aios_entitlement *limits);

#endif /* _AIOS_ENFORCE_SOURCE_H */
