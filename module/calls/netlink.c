// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: dumps of jobs and groups, each of those that the caller
 * may see, and subscriptions to events.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "arbiter/arbiter.h"
#include "calls/netlink.h"
#include "group/group.h"
#include "group/notice.h"
#include "job/job.h"
#include "job/notice.h"
#include "notify.h"
#include "turns.h"

static struct genl_family aios_family;

/* ----------------------------------------------------------------- messages */

/**
 * struct dump - whom a dump is for
 * @reader: who may see what is in it
 * @pids: the namespace of the sender, referenced; immutable
 */
struct dump {
	struct aios_reader reader;
	struct pid_namespace *pids;
};

static int put_job(struct sk_buff *skb, const struct aios_job *job, const struct dump *dump)
{
	s32 pid = job->entrant && job->moved && !aios_job_ended(job) ?
		task_tgid_nr_ns(job->entrant, dump->pids) : 0;
	u32 position = job->state == AIOS_STATE_QUEUED ?
		aios_engine_position(&aios_engine, &job->core) : 0;

	if (aios_job_put_identity(skb, job, aios_reader_users(&dump->reader)) ||
	    aios_group_put_path(skb, job->group) ||
	    nla_put_s32(skb, AIOS_A_PID, pid) ||
	    nla_put_s32(skb, AIOS_A_PRIORITY, job->core.priority) ||
	    nla_put_u32(skb, AIOS_A_WEIGHT, job->core.weight) ||
	    nla_put_u32(skb, AIOS_A_POSITION, position) ||
	    nla_put_u32(skb, AIOS_A_FLAGS, aios_job_flags(job)) ||
	    nla_put_u32(skb, AIOS_A_MASK, job->core.resource_mask) ||
	    aios_put_amounts(skb, AIOS_A_REQUEST, job->core.request) ||
	    aios_put_amounts(skb, AIOS_A_LIMIT, job->core.limit) ||
	    aios_put_amounts(skb, AIOS_A_GRANT, job->core.grant) ||
	    aios_put_amounts(skb, AIOS_A_USE, job->meter.use.amount) ||
	    aios_put_u64(skb, AIOS_A_DEADLINE, job->core.deadline_ns) ||
	    aios_put_u64(skb, AIOS_A_BEGIN, job->core.begin_ns) ||
	    aios_put_u64(skb, AIOS_A_STOP, aios_job_stop_ns(job)) ||
	    aios_put_u64(skb, AIOS_A_SUBMIT, job->times.submit_ns) ||
	    aios_put_u64(skb, AIOS_A_ADMIT, job->times.admit_ns) ||
	    aios_put_u64(skb, AIOS_A_START, job->times.start_ns) ||
	    aios_put_u64(skb, AIOS_A_FINISH, job->times.end_ns) ||
	    aios_put_u64(skb, AIOS_A_CPU, job->meter.cpu_ns))
		return -EMSGSIZE;
	return 0;
}

static int put_group(struct sk_buff *skb, const struct aios_group *group,
		     const struct dump *dump)
{
	struct user_namespace *users = aios_reader_users(&dump->reader);
	const struct aios_group_node *core = group->core;
	u64 effective[AIOS_RESOURCE_MAX];
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		effective[i] = aios_engine_group_effective(&aios_engine, core, i, NULL);
	if (aios_put_u64(skb, AIOS_A_GROUP, core->id) || aios_group_put_path(skb, group) ||
	    aios_put_u64(skb, AIOS_A_PARENT, group->parent ? group->parent->core->id : 0) ||
	    nla_put_u32(skb, AIOS_A_UID, from_kuid_munged(users, group->uid)) ||
	    nla_put_u32(skb, AIOS_A_GID, from_kgid_munged(users, group->gid)) ||
	    nla_put_u32(skb, AIOS_A_MODE, group->mode) ||
	    nla_put_u32(skb, AIOS_A_WEIGHT, core->weight) ||
	    nla_put_u32(skb, AIOS_A_JOBS, core->nr_jobs) ||
	    nla_put_u32(skb, AIOS_A_RUNNING, core->nr_running) ||
	    aios_put_amounts(skb, AIOS_A_LIMIT, core->limit) ||
	    aios_put_amounts(skb, AIOS_A_EFFECTIVE, effective) ||
	    aios_put_amounts(skb, AIOS_A_CHARGED, core->charged) ||
	    aios_put_amounts(skb, AIOS_A_GRANT, core->granted) ||
	    aios_put_amounts(skb, AIOS_A_USE, group->use.amount) ||
	    aios_put_amounts(skb, AIOS_A_LEFT, core->left))
		return -EMSGSIZE;
	return 0;
}

/* ------------------------------------------------------------------- dumps */

/*
 * cb->args hold where to go on, whom it is for, and where to stop. What is made during a
 * dump is left out of it: somebody who makes things as fast as they are dumped would keep
 * it from ending.
 */
#define DUMP_NEXT	0
#define DUMP_FOR	1
#define DUMP_END	2

/* Objects put, and looked at, in one turn: others' calls come in between. */
#define DUMP_MAX	32
#define LOOK_MAX	1024

/**
 * struct dump_call - a part of a dump under way
 */
struct dump_call {
	/** @skb: the message to fill */
	struct sk_buff *skb;
	/** @cb: of the dump */
	struct netlink_callback *cb;
	/** @more: there may be more to put */
	bool more;
};

/* A message that is still empty would end the dump, although there is more. */
static int dump_part(struct sk_buff *skb, struct netlink_callback *cb, int (*put)(void *arg))
{
	struct dump_call call = { .skb = skb, .cb = cb };
	int ret;

	do {
		call.more = false;
		ret = aios_turn_uninterrupted(put, &call);
		if (ret)
			return ret;
	} while (!skb->len && call.more);
	return skb->len;
}

static struct dump *dump_of(const struct netlink_callback *cb)
{
	return (struct dump *)cb->args[DUMP_FOR];
}

static int dump_start(struct netlink_callback *cb)
{
	struct dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);

	if (!dump)
		return -ENOMEM;
	aios_reader_get(&dump->reader, cb->skb);
	dump->pids = get_pid_ns(task_active_pid_ns(current));
	cb->args[DUMP_FOR] = (long)dump;
	return 0;
}

static int end_of_jobs(void *arg)
{
	struct netlink_callback *cb = arg;

	cb->args[DUMP_END] = aios_job_end_id();
	return 0;
}

static int end_of_groups(void *arg)
{
	struct netlink_callback *cb = arg;

	cb->args[DUMP_END] = aios_group_end_id();
	return 0;
}

static int dump_start_jobs(struct netlink_callback *cb)
{
	aios_turn_brief(end_of_jobs, cb);
	return dump_start(cb);
}

static int dump_start_groups(struct netlink_callback *cb)
{
	aios_turn_brief(end_of_groups, cb);
	return dump_start(cb);
}

static int dump_done(struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);

	aios_reader_put(&dump->reader);
	put_pid_ns(dump->pids);
	kfree(dump);
	return 0;
}

static void *dump_begin(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &aios_family, NLM_F_MULTI, cmd);
}

static int put_jobs(void *arg)
{
	struct dump_call *call = arg;
	struct netlink_callback *cb = call->cb;
	const struct dump *dump = dump_of(cb);
	u64 id = cb->args[DUMP_NEXT], end = cb->args[DUMP_END];
	u32 nr = 0, looked_at = 0;
	struct sk_buff *skb = call->skb;
	struct aios_job *job;
	void *msg;

	for (; (job = aios_job_next(&id)) && id < end; id++) {
		call->more = nr == DUMP_MAX || looked_at++ == LOOK_MAX;
		if (call->more)
			break;
		if (!aios_job_visible_to(job, dump->reader.sender) ||
		    !aios_job_visible_to(job, dump->reader.opener))
			continue;
		msg = dump_begin(skb, cb, AIOS_CMD_JOB_GET);
		if (!msg)
			break;
		if (put_job(skb, job, dump)) {
			genlmsg_cancel(skb, msg);
			break;
		}
		genlmsg_end(skb, msg);
		nr++;
	}
	cb->args[DUMP_NEXT] = id;
	return 0;
}

static int dump_jobs(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_part(skb, cb, put_jobs);
}

static int put_groups(void *arg)
{
	const struct dump_call *call = arg;
	struct netlink_callback *cb = call->cb;
	const struct dump *dump = dump_of(cb);
	u64 next = cb->args[DUMP_NEXT], end = cb->args[DUMP_END];
	struct sk_buff *skb = call->skb;
	struct aios_group *group;
	u32 nr = 0;
	void *msg;

	for (group = aios_group_next(NULL); group; group = aios_group_next(group)) {
		if (group->core->id < next || group->core->id >= end ||
		    !aios_group_visible_to(group, dump->reader.sender) ||
		    !aios_group_visible_to(group, dump->reader.opener))
			continue;
		if (nr++ == DUMP_MAX)
			break;
		msg = dump_begin(skb, cb, AIOS_CMD_GROUP_GET);
		if (!msg)
			break;
		if (put_group(skb, group, dump)) {
			genlmsg_cancel(skb, msg);
			break;
		}
		genlmsg_end(skb, msg);
		cb->args[DUMP_NEXT] = group->core->id + 1;
	}
	return 0;
}

static int dump_groups(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_part(skb, cb, put_groups);
}

/* ------------------------------------------------------------------ family */

static const struct genl_ops dump_ops[] = {
	{
		.cmd = AIOS_CMD_JOB_GET,
		.start = dump_start_jobs,
		.dumpit = dump_jobs,
		.done = dump_done,
	},
	{
		.cmd = AIOS_CMD_GROUP_GET,
		.start = dump_start_groups,
		.dumpit = dump_groups,
		.done = dump_done,
	},
	{
		.cmd = AIOS_CMD_SUBSCRIBE,
		.doit = aios_notify_subscribe,
	},
};

static const struct genl_multicast_group mcast_groups[] = {
	{ .name = AIOS_GENL_EVENTS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

/* No call takes an attribute. */
static const struct nla_policy no_attributes[] = {
	[AIOS_A_UNSPEC] = { .type = NLA_REJECT },
};

static struct genl_family aios_family __ro_after_init = {
	.name = AIOS_GENL_NAME,
	.version = AIOS_GENL_VERSION,
	.maxattr = ARRAY_SIZE(no_attributes) - 1,
	.policy = no_attributes,
	.ops = dump_ops,
	.n_ops = ARRAY_SIZE(dump_ops),
	.mcgrps = mcast_groups,
	.n_mcgrps = ARRAY_SIZE(mcast_groups),
	.resv_start_op = AIOS_CMD_SUBSCRIBE + 1,
	/* Else a dump would hold the mutex that every family's calls take. */
	.parallel_ops = true,
	.module = THIS_MODULE,
};

/**
 * aios_netlink_init - answer dumps, and begin to announce events
 *
 * Return: 0 or -errno.
 */
int aios_netlink_init(void)
{
	return aios_notify_init(&aios_family);
}
