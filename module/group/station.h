/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups as stations of the queueing model: every group counts the jobs that
 * arrive, wait, are in service and leave in it and below it, and the root those
 * of the machine. The theory is in core/queueing/.
 */
#ifndef _AIOS_GROUP_STATION_H
#define _AIOS_GROUP_STATION_H

#include "core/queueing/calibrate.h"
#include "core/queueing/station.h"

struct aios_estimate;
struct aios_group;
struct aios_job_node;
struct aios_queueing;
struct aios_why;

void aios_group_track(struct aios_group *group, struct aios_visit *visit,
		      enum aios_visit_state to, const u64 *request);
u64 aios_group_estimate(struct aios_group *group, struct aios_job_node *job,
			const struct aios_why *why, u64 start_ns,
			struct aios_estimate *estimate, struct aios_told *told);
void aios_group_learn(struct aios_told *told, bool started);
void aios_group_unlearn(void);
int aios_group_queueing(const struct aios_group *group, struct aios_queueing *q);

#endif /* _AIOS_GROUP_STATION_H */
