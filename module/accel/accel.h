/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accelerators: found on the PCI bus, or declared by the administrator.
 */
#ifndef _AIOS_ACCEL_ACCEL_H
#define _AIOS_ACCEL_ACCEL_H

#include <linux/types.h>

struct file;

int aios_accels_init(void);
void aios_accels_exit(void);
u32 aios_accels_count(void);
void aios_accels_reap(void);

int aios_ioctl_device_add(struct file *file, void *arg);
int aios_ioctl_device_remove(struct file *file, void *arg);
int aios_ioctl_device_set(struct file *file, void *arg);
int aios_ioctl_device_get(struct file *file, void *arg);

#endif /* _AIOS_ACCEL_ACCEL_H */
