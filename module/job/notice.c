// SPDX-License-Identifier: GPL-2.0
/*
 * What netlink tells of a job: see notice.h.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/user_namespace.h>
#include <net/netlink.h>

#include "group/group.h"
#include "group/notice.h"
#include "job/job.h"
#include "job/notice.h"
#include "notify.h"

/**
 * aios_job_put_identity - add to a message whose job it is, and where in its life
 * @skb: the message
 * @job: the job
 * @reader: the user namespace of whoever gets the message
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or -EMSGSIZE.
 */
int aios_job_put_identity(struct sk_buff *skb, const struct aios_job *job,
			  struct user_namespace *reader)
{
	if (aios_put_u64(skb, AIOS_A_JOB, job->core.id) ||
	    aios_put_u64(skb, AIOS_A_GROUP, job->group->core->id) ||
	    aios_put_u64(skb, AIOS_A_EPOCH, job->epoch) ||
	    nla_put_u32(skb, AIOS_A_STATE, job->state) ||
	    nla_put_u32(skb, AIOS_A_END, job->end) ||
	    nla_put_u32(skb, AIOS_A_CODE, aios_job_code(job, reader)) ||
	    nla_put_u32(skb, AIOS_A_ATTEMPT, job->core.attempt) ||
	    nla_put_u32(skb, AIOS_A_UID, from_kuid_munged(reader, job->asked.uid)) ||
	    nla_put_u32(skb, AIOS_A_GID, from_kgid_munged(reader, job->asked.gid)))
		return -EMSGSIZE;
	return job->asked.name ? nla_put_string(skb, AIOS_A_NAME, job->asked.name) : 0;
}

static int put_job(struct sk_buff *skb, u32 event, const void *about,
		   struct user_namespace *reader)
{
	const struct aios_job *job = about;

	if (event == AIOS_EVENT_RETRIED &&
	    aios_put_amounts(skb, AIOS_A_REQUEST, job->core.request))
		return -EMSGSIZE;
	if (event == AIOS_EVENT_TIME_LIMIT &&
	    aios_put_u64(skb, AIOS_A_STOP, aios_job_stop_ns(job)))
		return -EMSGSIZE;
	if (aios_job_put_identity(skb, job, reader) || aios_group_put_path(skb, job->group) ||
	    nla_put_u32(skb, AIOS_A_MASK, job->core.resource_mask))
		return -EMSGSIZE;
	return aios_put_amounts(skb, AIOS_A_GRANT, job->core.grant);
}

static bool job_visible_to(const void *about, const struct cred *cred)
{
	return aios_job_visible_to(about, cred);
}

static const struct aios_notice job_notice = {
	.put = put_job,
	.visible_to = job_visible_to,
};

/**
 * aios_job_announce - announce an event of a job
 * @job: the job
 * @event: AIOS_EVENT_*
 *
 * The caller holds aios_lock.
 */
void aios_job_announce(const struct aios_job *job, u32 event)
{
	aios_notify(event, &job_notice, job);
}
