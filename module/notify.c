// SPDX-License-Identifier: GPL-2.0
/*
 * Announcing: see notify.h.
 *
 * The multicast group carries all events and so is for administrators; anybody can
 * subscribe to what he may see, and gets it addressed to his socket.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

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

/* Who is told of events, and through which family; protected by aios_lock. */
static struct {
	struct list_head subscribers;
	struct genl_family *family;	/* NULL: nobody can listen yet */
} announcer = { .subscribers = LIST_HEAD_INIT(announcer.subscribers) };

/* -------------------------------------------------------------- attributes */

/**
 * aios_put_u64 - add a number to a message
 * @skb: the message
 * @type: AIOS_A_*
 * @value: the number
 *
 * Return: 0 or -EMSGSIZE.
 */
int aios_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, AIOS_A_PAD);
}

/**
 * aios_put_amounts - add an amount of each resource to a message
 * @skb: the message
 * @type: AIOS_A_*
 * @amounts: AIOS_RESOURCE_MAX of them
 *
 * Return: 0 or -EMSGSIZE.
 */
int aios_put_amounts(struct sk_buff *skb, int type, const u64 *amounts)
{
	return nla_put(skb, type, AIOS_RESOURCE_MAX * sizeof(u64), amounts);
}

/* ------------------------------------------------------------- subscriptions */

/**
 * aios_notify_subscribe - AIOS_CMD_SUBSCRIBE: the sender hears of what he may see
 * @skb: the message
 * @info: of it
 *
 * Return: 0, -EALREADY, -EDQUOT when the user has too many subscriptions, or -ENOMEM.
 */
int aios_notify_subscribe(struct sk_buff *skb, struct genl_info *info)
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
	list_for_each_entry(other, &announcer.subscribers, link) {
		if (other->portid == sub->portid)
			ret = -EALREADY;
		held += uid_eq(other->cred->euid, sub->cred->euid);
	}
	if (!ret && held >= SUBSCRIBERS_MAX)
		ret = -EDQUOT;
	if (!ret)
		list_add_tail(&sub->link, &announcer.subscribers);
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
	list_for_each_entry_safe(sub, next, &announcer.subscribers, link)
		if (sub->portid == n->portid)
			unsubscribe(sub);
	mutex_unlock(&aios_lock);
	return NOTIFY_DONE;
}

static struct notifier_block netlink_notifier = {
	.notifier_call = on_netlink_event,
};

/* --------------------------------------------------------------- announcing */

static struct sk_buff *make_event(u32 event, const struct aios_notice *notice,
				  const void *about)
{
	struct sk_buff *skb = genlmsg_new(EVENT_SIZE, GFP_KERNEL);
	void *msg;

	if (!skb)
		return NULL;
	msg = genlmsg_put(skb, 0, 0, announcer.family, 0, AIOS_CMD_EVENT);
	if (!msg || nla_put_u32(skb, AIOS_A_EVENT, event) ||
	    aios_put_u64(skb, AIOS_A_TIME, ktime_get_ns()) ||
	    notice->put(skb, event, about)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, msg);
	return skb;
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

/**
 * aios_notify - announce an event to whoever may hear of it
 * @event: AIOS_EVENT_*
 * @notice: how it is told, and to whom
 * @about: what it is about, for @notice
 *
 * The caller holds aios_lock.
 */
void aios_notify(u32 event, const struct aios_notice *notice, const void *about)
{
	struct subscriber *sub;
	struct sk_buff *skb;

	lockdep_assert_held(&aios_lock);
	if (!announcer.family || (list_empty(&announcer.subscribers) &&
				  !genl_has_listeners(announcer.family, &init_net, 0)))
		return;
	skb = make_event(event, notice, about);
	if (!skb)
		return;
	list_for_each_entry(sub, &announcer.subscribers, link)
		if (!notice->visible_to || notice->visible_to(about, sub->cred))
			send_to(sub, skb);
	genlmsg_multicast(announcer.family, skb, 0, 0, GFP_KERNEL);
}

/* ---------------------------------------------------------- setup, teardown */

/**
 * aios_notify_init - register the family, and begin to announce
 * @family: with the multicast group of the events as its first
 *
 * Return: 0 or -errno.
 */
int aios_notify_init(struct genl_family *family)
{
	int ret = netlink_register_notifier(&netlink_notifier);

	if (ret)
		return ret;
	ret = genl_register_family(family);
	if (ret) {
		netlink_unregister_notifier(&netlink_notifier);
		return ret;
	}
	mutex_lock(&aios_lock);
	announcer.family = family;
	mutex_unlock(&aios_lock);
	return 0;
}

/**
 * aios_notify_exit - announce nothing any more, and unregister the family
 */
void aios_notify_exit(void)
{
	struct genl_family *family = announcer.family;
	struct subscriber *sub, *next;

	mutex_lock(&aios_lock);
	announcer.family = NULL;
	mutex_unlock(&aios_lock);
	/* From here on nobody can subscribe. */
	genl_unregister_family(family);
	netlink_unregister_notifier(&netlink_notifier);
	mutex_lock(&aios_lock);
	list_for_each_entry_safe(sub, next, &announcer.subscribers, link)
		unsubscribe(sub);
	mutex_unlock(&aios_lock);
}
