/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AIOS_IOC_LIMIT: limits of groups and jobs, set and read back.
 */
#ifndef _AIOS_CALLS_LIMIT_H
#define _AIOS_CALLS_LIMIT_H

struct file;

int aios_ioctl_limit(struct file *file, void *arg);

#endif /* _AIOS_CALLS_LIMIT_H */
