// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: see notify.h.
 *
 * Whoever may see a job may hear of it. The multicast group carries all events
 * and so is for administrators; anybody can subscribe to what he may see, and
 * gets it addressed to his socket.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "arbiter/arbiter.h"
#include "group/group.h"
#include "job/job.h"
#include "main.h"
#include "notify.h"

#define SUBSCRIBERS_MAX	64	/* of one user */
#define EVENT_SIZE	2048

/**
 * struct subscriber - a socket that hears of what its owner may see
 * @link: in subscribers; protected by aios_lock, like @seq
 * @cred: the owner's when he subscribed; immutable
 * @portid: immutable
 * @seq: events sent
 */
struct subscriber {
	struct list_head link;
	const struct cred *cred;
	u32 portid;
	u32 seq;
};

static LIST_HEAD(subscribers);	/* protected by aios_lock */

static struct genl_family aios_family;

/* ----------------------------------------------------------------- messages */

static int put_array(struct sk_buff *skb, int type, const u64 *values)
{
	return nla_put(skb, type, AIOS_RESOURCE_MAX * sizeof(u64), values);
}

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, AIOS_A_PAD);
}

static int put_path(struct sk_buff *skb, const struct aios_group *group)
{
	char buf[AIOS_PATH_MAX + 1];

	return nla_put_string(skb, AIOS_A_PATH, aios_group_path(group, buf, sizeof(buf)));
}

static int put_job_identity(struct sk_buff *skb, const struct aios_job *job)
{
	if (put_u64(skb, AIOS_A_JOB, job->core.id) ||
	    put_u64(skb, AIOS_A_GROUP, job->group->core->id) ||
	    put_u64(skb, AIOS_A_EPOCH, job->epoch) ||
	    nla_put_u32(skb, AIOS_A_STATE, job->state) ||
	    nla_put_u32(skb, AIOS_A_END, job->end) ||
	    nla_put_u32(skb, AIOS_A_CODE, job->code) ||
	    nla_put_u32(skb, AIOS_A_ATTEMPT, job->core.attempt) ||
	    nla_put_u32(skb, AIOS_A_UID, from_kuid_munged(&init_user_ns, job->uid)) ||
	    nla_put_u32(skb, AIOS_A_GID, from_kgid_munged(&init_user_ns, job->gid)))
		return -EMSGSIZE;
	return job->name ? nla_put_string(skb, AIOS_A_NAME, job->name) : 0;
}

static int put_job(struct sk_buff *skb, const struct aios_job *job)
{
	s32 pid = job->entrant && job->moved && !aios_job_ended(job) ?
		task_tgid_nr(job->entrant) : 0;
	u32 position = job->state == AIOS_STATE_QUEUED ?
		aios_engine_position(&aios_engine, &job->core) : 0;

	if (put_job_identity(skb, job) || put_path(skb, job->group) ||
	    nla_put_s32(skb, AIOS_A_PID, pid) ||
	    nla_put_s32(skb, AIOS_A_PRIORITY, job->core.priority) ||
	    nla_put_u32(skb, AIOS_A_WEIGHT, job->core.weight) ||
	    nla_put_u32(skb, AIOS_A_POSITION, position) ||
	    nla_put_u32(skb, AIOS_A_FLAGS, aios_job_flags(job)) ||
	    nla_put_u32(skb, AIOS_A_MASK, job->core.resource_mask) ||
	    put_array(skb, AIOS_A_REQUEST, job->core.request) ||
	    put_array(skb, AIOS_A_LIMIT, job->core.limit) ||
	    put_array(skb, AIOS_A_GRANT, job->core.grant) ||
	    put_array(skb, AIOS_A_USE, job->use) ||
	    put_u64(skb, AIOS_A_DEADLINE, job->core.deadline_ns) ||
	    put_u64(skb, AIOS_A_SUBMIT, job->core.submit_ns) ||
	    put_u64(skb, AIOS_A_ADMIT, job->admit_ns) ||
	    put_u64(skb, AIOS_A_START, job->start_ns) ||
	    put_u64(skb, AIOS_A_FINISH, job->end_ns) ||
	    put_u64(skb, AIOS_A_CPU, job->cpu_ns))
		return -EMSGSIZE;
	return 0;
}

static int put_group(struct sk_buff *skb, const struct aios_group *group)
{
	const struct aios_group_node *core = group->core;
	u64 effective[AIOS_RESOURCE_MAX];
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		effective[i] = aios_engine_group_effective(&aios_engine, core, i, NULL);
	if (put_u64(skb, AIOS_A_GROUP, core->id) || put_path(skb, group) ||
	    put_u64(skb, AIOS_A_PARENT, group->parent ? group->parent->core->id : 0) ||
	    nla_put_u32(skb, AIOS_A_UID, from_kuid_munged(&init_user_ns, group->uid)) ||
	    nla_put_u32(skb, AIOS_A_GID, from_kgid_munged(&init_user_ns, group->gid)) ||
	    nla_put_u32(skb, AIOS_A_MODE, group->mode) ||
	    nla_put_u32(skb, AIOS_A_WEIGHT, core->weight) ||
	    nla_put_u32(skb, AIOS_A_JOBS, core->nr_jobs) ||
	    nla_put_u32(skb, AIOS_A_RUNNING, core->nr_running) ||
	    put_array(skb, AIOS_A_LIMIT, core->limit) ||
	    put_array(skb, AIOS_A_EFFECTIVE, effective) ||
	    put_array(skb, AIOS_A_CHARGED, core->charged) ||
	    put_array(skb, AIOS_A_GRANT, core->granted) ||
	    put_array(skb, AIOS_A_USE, group->use))
		return -EMSGSIZE;
	return 0;
}

/* ------------------------------------------------------------------- dumps */

/*
 * cb->args: where to go on, the credentials of who asked, and where to stop. What is
 * made during a dump is left out of it: who makes things as fast as they are dumped
 * would keep it from ending.
 */
#define DUMP_NEXT	0
#define DUMP_CRED	1
#define DUMP_END	2

static int dump_start_jobs(struct netlink_callback *cb)
{
	mutex_lock(&aios_lock);
	cb->args[DUMP_END] = aios_job_end_id();
	mutex_unlock(&aios_lock);
	cb->args[DUMP_CRED] = (long)get_current_cred();
	return 0;
}

static int dump_start_groups(struct netlink_callback *cb)
{
	mutex_lock(&aios_lock);
	cb->args[DUMP_END] = aios_group_end_id();
	mutex_unlock(&aios_lock);
	cb->args[DUMP_CRED] = (long)get_current_cred();
	return 0;
}

static int dump_done(struct netlink_callback *cb)
{
	put_cred((const struct cred *)cb->args[DUMP_CRED]);
	return 0;
}

static void *dump_begin(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &aios_family, NLM_F_MULTI, cmd);
}

static int dump_jobs(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct cred *cred = (const struct cred *)cb->args[DUMP_CRED];
	u64 id = cb->args[DUMP_NEXT], end = cb->args[DUMP_END];
	struct aios_job *job;
	void *msg;

	mutex_lock(&aios_lock);
	for (; (job = aios_job_next(&id)) && id < end; id++) {
		if (!aios_job_visible_to(job, cred))
			continue;
		msg = dump_begin(skb, cb, AIOS_CMD_JOB_GET);
		if (!msg)
			break;
		if (put_job(skb, job)) {
			genlmsg_cancel(skb, msg);
			break;
		}
		genlmsg_end(skb, msg);
	}
	mutex_unlock(&aios_lock);
	cb->args[DUMP_NEXT] = id;
	return skb->len;
}

static int dump_groups(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct cred *cred = (const struct cred *)cb->args[DUMP_CRED];
	u64 next = cb->args[DUMP_NEXT], end = cb->args[DUMP_END];
	struct aios_group *group;
	void *msg;

	mutex_lock(&aios_lock);
	for (group = aios_group_next(NULL); group; group = aios_group_next(group)) {
		if (group->core->id < next || group->core->id >= end ||
		    !aios_group_visible_to(group, cred))
			continue;
		msg = dump_begin(skb, cb, AIOS_CMD_GROUP_GET);
		if (!msg)
			break;
		if (put_group(skb, group)) {
			genlmsg_cancel(skb, msg);
			break;
		}
		genlmsg_end(skb, msg);
		cb->args[DUMP_NEXT] = group->core->id + 1;
	}
	mutex_unlock(&aios_lock);
	return skb->len;
}

/* ------------------------------------------------------------- subscriptions */

static int subscribe(struct sk_buff *skb, struct genl_info *info)
{
	struct subscriber *sub, *other;
	u32 held = 0;
	int ret = 0;

	sub = kzalloc(sizeof(*sub), GFP_KERNEL_ACCOUNT);
	if (!sub)
		return -ENOMEM;
	sub->portid = info->snd_portid;
	sub->cred = get_current_cred();

	mutex_lock(&aios_lock);
	list_for_each_entry(other, &subscribers, link) {
		if (other->portid == sub->portid)
			ret = -EALREADY;
		held += uid_eq(other->cred->euid, sub->cred->euid);
	}
	if (!ret && held >= SUBSCRIBERS_MAX)
		ret = -EDQUOT;
	if (!ret)
		list_add_tail(&sub->link, &subscribers);
	mutex_unlock(&aios_lock);
	if (ret) {
		put_cred(sub->cred);
		kfree(sub);
	}
	return ret;
}

static void unsubscribe(struct subscriber *sub)
{
	list_del(&sub->link);
	put_cred(sub->cred);
	kfree(sub);
}

static int on_netlink_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct netlink_notify *n = ptr;
	struct subscriber *sub, *next;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC ||
	    !net_eq(n->net, &init_net))
		return NOTIFY_DONE;
	mutex_lock(&aios_lock);
	list_for_each_entry_safe(sub, next, &subscribers, link)
		if (sub->portid == n->portid)
			unsubscribe(sub);
	mutex_unlock(&aios_lock);
	return NOTIFY_DONE;
}

static struct notifier_block netlink_notifier = {
	.notifier_call = on_netlink_event,
};

/* ------------------------------------------------------------------ events */

/* What an event is about: a job, a group, or neither. */
struct about {
	const struct aios_job *job;
	const struct aios_group *group;
	u32 device;	/* AIOS_EVENT_DEVICE */
	u64 drain_ns;	/* AIOS_EVENT_DRAIN, and who said so */
	kuid_t uid;
};

static int put_about(struct sk_buff *skb, u32 event, const struct about *about)
{
	if (about->job) {
		if (event == AIOS_EVENT_RETRIED &&
		    put_array(skb, AIOS_A_REQUEST, about->job->core.request))
			return -EMSGSIZE;
		if (put_job_identity(skb, about->job) ||
		    put_path(skb, about->job->group) ||
		    nla_put_u32(skb, AIOS_A_MASK, about->job->core.resource_mask))
			return -EMSGSIZE;
		return put_array(skb, AIOS_A_GRANT, about->job->core.grant);
	}
	if (about->group) {
		if (put_u64(skb, AIOS_A_GROUP, about->group->core->id) ||
		    put_path(skb, about->group))
			return -EMSGSIZE;
		return put_array(skb, AIOS_A_LIMIT, about->group->core->limit);
	}
	if (event == AIOS_EVENT_DEVICE)
		return nla_put_u32(skb, AIOS_A_DEVICE, about->device);
	if (nla_put_u32(skb, AIOS_A_UID, from_kuid_munged(&init_user_ns, about->uid)))
		return -EMSGSIZE;
	return put_u64(skb, AIOS_A_DRAIN, about->drain_ns);
}

static struct sk_buff *make_event(u32 event, const struct about *about)
{
	struct sk_buff *skb = genlmsg_new(EVENT_SIZE, GFP_KERNEL);
	void *msg;

	if (!skb)
		return NULL;
	msg = genlmsg_put(skb, 0, 0, &aios_family, 0, AIOS_CMD_EVENT);
	if (!msg || nla_put_u32(skb, AIOS_A_EVENT, event) ||
	    put_u64(skb, AIOS_A_TIME, ktime_get_ns()) || put_about(skb, event, about)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, msg);
	return skb;
}

static bool may_hear(const struct subscriber *sub, const struct about *about)
{
	if (about->job)
		return aios_job_visible_to(about->job, sub->cred);
	if (about->group)
		return aios_group_visible_to(about->group, sub->cred);
	return true;
}

static void send_to(struct subscriber *sub, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_copy(skb, GFP_KERNEL);

	sub->seq++;
	if (!copy)
		return;
	nlmsg_hdr(copy)->nlmsg_seq = sub->seq;
	/* A full socket loses the event; the gap in seq tells its owner. */
	genlmsg_unicast(&init_net, copy, sub->portid);
}

static void announce(u32 event, const struct about *about)
{
	struct subscriber *sub;
	struct sk_buff *skb;

	lockdep_assert_held(&aios_lock);
	if (list_empty(&subscribers) &&
	    !genl_has_listeners(&aios_family, &init_net, 0))
		return;
	skb = make_event(event, about);
	if (!skb)
		return;
	list_for_each_entry(sub, &subscribers, link)
		if (may_hear(sub, about))
			send_to(sub, skb);
	genlmsg_multicast(&aios_family, skb, 0, 0, GFP_KERNEL);
}

/**
 * aios_notify_job - announce an event of a job
 * @job: the job
 * @event: AIOS_EVENT_*
 *
 * The caller holds aios_lock.
 */
void aios_notify_job(struct aios_job *job, u32 event)
{
	announce(event, &(struct about){ .job = job });
}

/**
 * aios_notify_group - announce an event of a group
 * @group: the group
 * @event: AIOS_EVENT_LIMIT, _GROUP_CREATED or _GROUP_REMOVED
 *
 * The caller holds aios_lock.
 */
void aios_notify_group(struct aios_group *group, u32 event)
{
	announce(event, &(struct about){ .group = group });
}

/**
 * aios_notify_device - announce that an accelerator came, changed or went
 * @device: its id
 *
 * The caller holds aios_lock.
 */
void aios_notify_device(u32 device)
{
	announce(AIOS_EVENT_DEVICE, &(struct about){ .device = device });
}

/**
 * aios_notify_drain - announce that the machine drains, or no longer
 * @start_ns: from when on nothing starts; 0: no drain any more
 * @uid: who said so
 *
 * The caller holds aios_lock.
 */
void aios_notify_drain(u64 start_ns, kuid_t uid)
{
	announce(AIOS_EVENT_DRAIN, &(struct about){ .drain_ns = start_ns, .uid = uid });
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
		.doit = subscribe,
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
	.module = THIS_MODULE,
};

int aios_notify_init(void)
{
	int ret;

	ret = netlink_register_notifier(&netlink_notifier);
	if (ret)
		return ret;
	ret = genl_register_family(&aios_family);
	if (ret)
		netlink_unregister_notifier(&netlink_notifier);
	return ret;
}

void aios_notify_exit(void)
{
	struct subscriber *sub, *next;

	genl_unregister_family(&aios_family);
	netlink_unregister_notifier(&netlink_notifier);
	mutex_lock(&aios_lock);
	list_for_each_entry_safe(sub, next, &subscribers, link)
		unsubscribe(sub);
	mutex_unlock(&aios_lock);
}
