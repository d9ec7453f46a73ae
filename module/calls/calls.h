/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The handlers of the calls, by file. Each gets the file and a kernel copy of its struct,
 * and returns as struct aios_ioctl says; uapi/linux/aios.h has their contracts.
 */
#ifndef _AIOS_CALLS_CALLS_H
#define _AIOS_CALLS_CALLS_H

struct file;

/* accel.c */
int aios_ioctl_device_add(struct file *file, void *arg);
int aios_ioctl_device_remove(struct file *file, void *arg);
int aios_ioctl_device_set(struct file *file, void *arg);
int aios_ioctl_device_get(struct file *file, void *arg);

/* charge.c */
int aios_ioctl_charge(struct file *file, void *arg);
int aios_ioctl_uncharge(struct file *file, void *arg);

/* control.c */
int aios_ioctl_update(struct file *file, void *arg);
int aios_ioctl_suspend(struct file *file, void *arg);
int aios_ioctl_resume(struct file *file, void *arg);
int aios_ioctl_hold(struct file *file, void *arg);
int aios_ioctl_release(struct file *file, void *arg);
int aios_ioctl_cancel(struct file *file, void *arg);

/* drain.c */
int aios_ioctl_drain(struct file *file, void *arg);
void aios_drain_exit(void);

/* enter.c */
int aios_ioctl_enter(struct file *file, void *arg);
int aios_ioctl_wait(struct file *file, void *arg);

/* group.c */
int aios_ioctl_group_create(struct file *file, void *arg);
int aios_ioctl_group_remove(struct file *file, void *arg);
int aios_ioctl_group_stat(struct file *file, void *arg);

/* limit.c */
int aios_ioctl_limit(struct file *file, void *arg);

/* lp.c */
int aios_ioctl_lp_solve(struct file *file, void *arg);

/* policy.c */
int aios_ioctl_policy(struct file *file, void *arg);

/* predict.c */
int aios_ioctl_predict(struct file *file, void *arg);
int aios_ioctl_attempt(struct file *file, void *arg);

/* queueing.c */
int aios_ioctl_queueing(struct file *file, void *arg);

/* replay.c */
int aios_ioctl_replay(struct file *file, void *arg);

/* stat.c */
int aios_ioctl_stat(struct file *file, void *arg);
int aios_ioctl_explain(struct file *file, void *arg);

/* submit.c */
int aios_ioctl_submit(struct file *file, void *arg);
int aios_ioctl_job_open(struct file *file, void *arg);

#endif /* _AIOS_CALLS_CALLS_H */
