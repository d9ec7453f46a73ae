/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Gangs, as the shell sees them: jobs of one user in one group that have the same
 * gang name, from the submission of the first to the end of the last.
 */
#ifndef _AIOS_JOB_GANG_H
#define _AIOS_JOB_GANG_H

struct aios_job;
struct aios_why;

int aios_gang_find(struct aios_job *job, struct aios_why *why);
void aios_gang_put(struct aios_job *job);
void aios_gang_track(struct aios_job *job);

#endif /* _AIOS_JOB_GANG_H */
