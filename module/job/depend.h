/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dependencies between jobs, as the shell sees them.
 */
#ifndef _AIOS_JOB_DEPEND_H
#define _AIOS_JOB_DEPEND_H

#include <linux/types.h>

struct aios_depend;
struct aios_job;
struct aios_stat;
struct aios_submit;
struct aios_why;

int aios_depends_copy(struct aios_submit *s, struct aios_depend **depends);
int aios_depends_resolve(struct aios_job *job, struct aios_why *why);
void aios_depends_dropped(struct aios_job *job);
void aios_depends_end(void);
int aios_depends_show(const struct aios_job *job, struct aios_stat *s, u32 room,
		      u32 hidden);

#endif /* _AIOS_JOB_DEPEND_H */
