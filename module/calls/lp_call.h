/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AIOS_IOC_LP_SOLVE: a caller's own program, solved by the allocator's solver.
 */
#ifndef _AIOS_CALLS_LP_CALL_H
#define _AIOS_CALLS_LP_CALL_H

struct file;

int aios_ioctl_lp_solve(struct file *file, void *arg);

#endif /* _AIOS_CALLS_LP_CALL_H */
