/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The library that is loaded ahead of a job's programs, so that what they do by CUDA stays
 * within what the job is granted of accelerators.
 */
#ifndef AIOSCTL_START_PRELOAD_H
#define AIOSCTL_START_PRELOAD_H

/* Where it is installed, whether or not it is there. */
extern const char preload_library[];

/* Have what is started from now on load it, where it is there. Return: 0 or -errno. */
int preload_set(void);

#endif /* AIOSCTL_START_PRELOAD_H */
