/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/aios itself.
 */
#ifndef _AIOS_CALLS_DEVICE_H
#define _AIOS_CALLS_DEVICE_H

int aios_device_init(void);
void aios_device_exit(void);

#endif /* _AIOS_CALLS_DEVICE_H */
