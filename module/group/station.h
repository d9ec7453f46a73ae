/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups as stations of the queueing model: every group counts the jobs that
 * arrive, wait, are in service and leave in it and below it, and the root those
 * of the machine. AIOS_IOC_QUEUEING shows the figures; the theory is in
 * core/queueing.h.
 */
#ifndef _AIOS_GROUP_STATION_H
#define _AIOS_GROUP_STATION_H

struct aios_estimate;
struct aios_job;
struct aios_why;
struct file;

void aios_station_track(struct aios_job *job);
u64 aios_station_estimate(struct aios_job *job, const struct aios_why *why, u64 start_ns,
			  struct aios_estimate *estimate);
int aios_ioctl_queueing(struct file *file, void *arg);

#endif /* _AIOS_GROUP_STATION_H */
