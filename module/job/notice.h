/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netlink tells of a job.
 */
#ifndef _AIOS_JOB_NOTICE_H
#define _AIOS_JOB_NOTICE_H

#include <linux/types.h>

struct aios_job;
struct sk_buff;
struct user_namespace;

int aios_job_put_identity(struct sk_buff *skb, const struct aios_job *job,
			  struct user_namespace *reader);
void aios_job_announce(const struct aios_job *job, u32 event);

#endif /* _AIOS_JOB_NOTICE_H */
