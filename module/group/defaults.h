/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Default groups: whoever submits to the root gets a group of his own there, with the
 * limits of a template, one for users and one for groups of the system.
 */
#ifndef _AIOS_GROUP_DEFAULTS_H
#define _AIOS_GROUP_DEFAULTS_H

#include <linux/aios.h>
#include <linux/types.h>

/* Whom a template is for, and who a group was made for. */
#define AIOS_DEFAULT_NOBODY	0
#define AIOS_DEFAULT_USER	1
#define AIOS_DEFAULT_GROUP	2
#define AIOS_DEFAULT_KINDS	3

/* Of "/group-4294967295/user-4294967295". */
#define AIOS_DEFAULT_PATH	40

/**
 * struct aios_template - the limits of groups that are made by default
 */
struct aios_template {
	/** @limit: in each resource's unit, AIOS_UNLIMITED for none; protected by aios_lock */
	u64 limit[AIOS_RESOURCE_MAX];
	/** @max_runtime_ns: as in struct aios_group; likewise */
	u64 max_runtime_ns;
	/** @weight: AIOS_WEIGHT_*, or 0: there is no template; likewise, but read without it */
	u32 weight;
	/** @strict: as in struct aios_group; protected by aios_lock */
	bool strict;
};

const struct aios_template *aios_template_get(u32 kind);
void aios_template_set(u32 kind, const struct aios_template *to);
int aios_group_default(char *path, struct aios_why *why);

#endif /* _AIOS_GROUP_DEFAULTS_H */
