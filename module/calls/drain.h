/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AIOS_IOC_DRAIN.
 */
#ifndef _AIOS_CALLS_DRAIN_H
#define _AIOS_CALLS_DRAIN_H

struct file;

int aios_ioctl_drain(struct file *file, void *arg);
void aios_drain_exit(void);

#endif /* _AIOS_CALLS_DRAIN_H */
