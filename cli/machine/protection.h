/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where memory that was promised is not protected, and why.
 */
#ifndef AIOSCTL_MACHINE_PROTECTION_H
#define AIOSCTL_MACHINE_PROTECTION_H

#include <aios.h>

#define CGROUP_MOUNT	"/sys/fs/cgroup"

/*
 * These return a sentence that the caller frees, NULL where it is protected, or nothing was
 * promised.
 */
char *protection_of_job(struct aios_job *job);
char *protection_of_group(struct aios_ctx *ctx, const char *path);

#endif /* AIOSCTL_MACHINE_PROTECTION_H */
