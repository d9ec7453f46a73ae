/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AIOS_IOC_REPLAY: a caller's recorded workload, decided by the kernel's engine.
 */
#ifndef _AIOS_CALLS_REPLAY_CALL_H
#define _AIOS_CALLS_REPLAY_CALL_H

struct file;

int aios_ioctl_replay(struct file *file, void *arg);

#endif /* _AIOS_CALLS_REPLAY_CALL_H */
