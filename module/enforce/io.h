/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disks of this machine that a limit of bandwidth applies to.
 */
#ifndef _AIOS_ENFORCE_IO_H
#define _AIOS_ENFORCE_IO_H

#include <linux/types.h>

int aios_disks_find(void *unused);
u32 aios_disks_generation(void);
bool aios_disk_is_limited(const char *disk);

#endif /* _AIOS_ENFORCE_IO_H */
