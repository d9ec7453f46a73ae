/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What jobs may have together whose processes came from one cgroup that is limited: see
 * origin.c.
 */
#ifndef _AIOS_JOB_ORIGIN_H
#define _AIOS_JOB_ORIGIN_H

#include <linux/types.h>

struct aios_job;
struct aios_source;
struct aios_ties;
struct aios_why;

struct aios_ties *aios_ties_alloc(u32 room);
void aios_ties_free(struct aios_ties *own);
int aios_job_tie(struct aios_job *job, struct aios_ties **own, u32 *need,
		 const struct aios_source *source, const struct aios_job *origin,
		 struct aios_why *why);
void aios_job_untie(struct aios_job *job);
int aios_job_find_room(struct aios_job *job, u32 mask, const u64 *request,
		       struct aios_why *why);
void aios_job_parked_why(struct aios_job *job, struct aios_why *why);
void aios_origins_changed(const struct aios_job *job);
void aios_origins_settle(void);
void aios_origins_share(void);

#endif /* _AIOS_JOB_ORIGIN_H */
