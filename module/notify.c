// SPDX-License-Identifier: GPL-2.0
/*
 * Announcing: see notify.h.
 *
 * The multicast group carries all events and so is for administrators; anybody can
 * subscribe to what he may see, and gets it put into his socket.
 *
 * Who hears of an event is decided under aios_lock, when it happens; a worker copies and
 * sends it afterwards.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "main.h"
#include "notify.h"
#include "turns.h"
#include "user.h"

#define EVENT_SIZE	2048
#define EVENTS_MAX	4096	/* that wait to be sent; what is more is lost */

/**
 * struct subscriber - a socket that hears of what its owner may see
 */
struct subscriber {
	/** @ref: one for the list, and one for each event on its way */
	struct kref ref;
	/** @link: in the list of them; protected by aios_lock */
	struct list_head link;
	/** @reader: who may see what it hears of; immutable */
	struct aios_reader reader;
	/**
	 * @sk: the socket, referenced; immutable. Its number would not do: another socket
	 * can get that before it is known that this one was closed.
	 */
	struct sock *sk;
	/** @user: who is charged for it: who opened the socket; set when it is in the list */
	struct aios_user *user;
	/** @seq: events sent to it; protected by aios_lock */
	u32 seq;
};

/**
 * struct address - who is told of an event
 */
struct address {
	/** @sub: the subscriber, referenced */
	struct subscriber *sub;
	/** @seq: the event's number for him */
	u32 seq;
	/** @skb: his own message, in the numbers of his user namespace; NULL: a copy */
	struct sk_buff *skb;
};

/**
 * struct event - a message on its way
 */
struct event {
	/** @link: in the list of those that wait to be sent; protected by its lock */
	struct list_head link;
	/** @skb: for the multicast group, in the numbers of the first user namespace */
	struct sk_buff *skb;
	/** @nr: number of @to */
	u32 nr;
	/** @to: the subscribers among those who are told */
	struct address to[];
};

/* Who is told of events, and through which family; protected by aios_lock. */
static struct {
	struct list_head subscribers;
	u32 nr;				/* of them */
	struct genl_family *family;	/* NULL: nobody can listen yet */
} announcer = { .subscribers = LIST_HEAD_INIT(announcer.subscribers) };

static void send_events(struct work_struct *work);

/* What waits to be sent. */
static struct {
	spinlock_t lock;	/* protects @events and @nr */
	struct list_head events;
	u32 nr;
	struct work_struct work;
} outbox = {
	.lock = __SPIN_LOCK_UNLOCKED(outbox.lock),
	.events = LIST_HEAD_INIT(outbox.events),
	.work = __WORK_INITIALIZER(outbox.work, send_events),
};

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

/* ------------------------------------------------------------------ readers */

/**
 * aios_reader_get - whom a message comes from
 * @reader: written; to be given back with aios_reader_put()
 * @skb: the message, while it is handled in the call of its sender
 */
void aios_reader_get(struct aios_reader *reader, struct sk_buff *skb)
{
	const struct sock *sk = NETLINK_CB(skb).sk;

	reader->sender = get_current_cred();
	reader->opener = get_cred(sk->sk_socket->file->f_cred);
}

void aios_reader_put(struct aios_reader *reader)
{
	put_cred(reader->sender);
	put_cred(reader->opener);
}

/* Users are told in the numbers of the namespace that the socket is of. */
struct user_namespace *aios_reader_users(const struct aios_reader *reader)
{
	return reader->opener->user_ns;
}

/* ------------------------------------------------------------- subscriptions */

static void free_subscriber(struct kref *ref)
{
	struct subscriber *sub = container_of(ref, struct subscriber, ref);

	aios_reader_put(&sub->reader);
	sock_put(sub->sk);
	kfree(sub);
}

static void put_subscriber(struct subscriber *sub)
{
	kref_put(&sub->ref, free_subscriber);
}

static int add_subscriber(void *arg)
{
	struct subscriber *sub = arg, *other;

	list_for_each_entry(other, &announcer.subscribers, link)
		if (other->sk == sub->sk)
			return -EALREADY;
	sub->user = aios_user_charge(sub->reader.opener, AIOS_USER_SUBSCRIPTIONS, NULL);
	if (IS_ERR(sub->user))
		return PTR_ERR(sub->user);
	list_add_tail(&sub->link, &announcer.subscribers);
	announcer.nr++;
	return 0;
}

/**
 * aios_notify_subscribe - AIOS_CMD_SUBSCRIBE: the sender hears of what he may see
 * @skb: the message
 * @info: of it
 *
 * Return: 0, -EALREADY, -EDQUOT when the user has too many subscriptions, or -ENOMEM.
 */
int aios_notify_subscribe(struct sk_buff *skb, struct genl_info *info)
{
	struct subscriber *sub;
	int ret;

	sub = kzalloc(sizeof(*sub), GFP_KERNEL_ACCOUNT);
	if (!sub)
		return -ENOMEM;
	kref_init(&sub->ref);
	aios_reader_get(&sub->reader, skb);
	sub->sk = NETLINK_CB(skb).sk;
	sock_hold(sub->sk);
	ret = aios_turn_quick(add_subscriber, sub);
	if (ret)
		put_subscriber(sub);
	return ret;
}

/* Those whose socket is closed, or all, are taken out of the list. */
static int remove_subscribers(void *arg)
{
	struct list_head *removed = arg;
	struct subscriber *sub, *next;

	list_for_each_entry_safe(sub, next, &announcer.subscribers, link) {
		if (announcer.family && !sock_flag(sub->sk, SOCK_DEAD))
			continue;
		aios_user_uncharge(sub->user, AIOS_USER_SUBSCRIPTIONS);
		list_move(&sub->link, removed);
		announcer.nr--;
	}
	return 0;
}

static void forget_subscribers(void)
{
	struct subscriber *sub, *next;
	LIST_HEAD(removed);

	aios_turn_brief(remove_subscribers, &removed);
	list_for_each_entry_safe(sub, next, &removed, link)
		put_subscriber(sub);
}

static int on_netlink_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct netlink_notify *n = ptr;

	/* The socket is dead by now. */
	if (event == NETLINK_URELEASE && n->protocol == NETLINK_GENERIC)
		forget_subscribers();
	return NOTIFY_DONE;
}

static struct notifier_block netlink_notifier = {
	.notifier_call = on_netlink_event,
};

/* --------------------------------------------------------------- announcing */

static struct sk_buff *make_event(u32 event, const struct aios_notice *notice,
				  const void *about, struct user_namespace *reader)
{
	struct sk_buff *skb = genlmsg_new(EVENT_SIZE, aios_turn_gfp());
	void *msg;

	if (!skb)
		return NULL;
	msg = genlmsg_put(skb, 0, 0, announcer.family, 0, AIOS_CMD_EVENT);
	if (!msg || nla_put_u32(skb, AIOS_A_EVENT, event) ||
	    aios_put_u64(skb, AIOS_A_TIME, ktime_get_ns()) ||
	    notice->put(skb, event, about, reader)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, msg);
	return skb;
}

static bool may_hear(const struct subscriber *sub, const struct aios_notice *notice,
		     const void *about)
{
	return !notice->visible_to ||
	       (notice->visible_to(about, sub->reader.sender) &&
		notice->visible_to(about, sub->reader.opener));
}

/* A full socket loses the event; the gap in seq tells its owner. */
static void send_to(const struct address *to, const struct sk_buff *skb)
{
	struct sock *sk = to->sub->sk;
	struct sk_buff *own = to->skb ?: skb_copy(skb, GFP_KERNEL);

	if (!own)
		return;
	nlmsg_hdr(own)->nlmsg_seq = to->seq;
	if (sock_flag(sk, SOCK_DEAD) || sock_queue_rcv_skb(sk, own))
		kfree_skb(own);
}

static void send_event(struct event *event, struct genl_family *family)
{
	u32 i;

	for (i = 0; i < event->nr; i++) {
		send_to(&event->to[i], event->skb);
		put_subscriber(event->to[i].sub);
	}
	if (family)
		genlmsg_multicast(family, event->skb, 0, 0, GFP_KERNEL);
	else
		kfree_skb(event->skb);
	kfree(event);
}

static struct event *next_event(void)
{
	struct event *event;

	spin_lock(&outbox.lock);
	event = list_first_entry_or_null(&outbox.events, struct event, link);
	if (event) {
		list_del(&event->link);
		outbox.nr--;
	}
	spin_unlock(&outbox.lock);
	return event;
}

static void send_events(struct work_struct *work)
{
	struct genl_family *family = READ_ONCE(announcer.family);
	struct event *event;

	while ((event = next_event())) {
		send_event(event, family);
		cond_resched();
	}
}

static void post(struct event *event)
{
	spin_lock(&outbox.lock);
	list_add_tail(&event->link, &outbox.events);
	outbox.nr++;
	spin_unlock(&outbox.lock);
	queue_work(aios_wq, &outbox.work);
}

static void address_to(struct event *message, struct subscriber *sub, u32 event,
		       const struct aios_notice *notice, const void *about)
{
	struct user_namespace *users = aios_reader_users(&sub->reader);
	struct address *to = &message->to[message->nr];

	if (users != &init_user_ns) {
		to->skb = make_event(event, notice, about, users);
		if (!to->skb)
			return;
	}
	kref_get(&sub->ref);
	to->sub = sub;
	to->seq = sub->seq;
	message->nr++;
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
	struct event *message;

	lockdep_assert_held(&aios_lock);
	if (!announcer.family || (list_empty(&announcer.subscribers) &&
				  !genl_has_listeners(announcer.family, &init_net, 0)))
		return;
	message = kzalloc(struct_size(message, to, announcer.nr), aios_turn_gfp());
	if (message && READ_ONCE(outbox.nr) < EVENTS_MAX)
		message->skb = make_event(event, notice, about, &init_user_ns);
	/* Who does not get the message sees it from the gap in the numbers. */
	list_for_each_entry(sub, &announcer.subscribers, link) {
		if (!may_hear(sub, notice, about))
			continue;
		sub->seq++;
		if (message && message->skb)
			address_to(message, sub, event, notice, about);
	}
	if (message && message->skb)
		post(message);
	else
		kfree(message);
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

	mutex_lock(&aios_lock);
	WRITE_ONCE(announcer.family, NULL);
	mutex_unlock(&aios_lock);
	flush_work(&outbox.work);
	/* From here on nobody can subscribe. */
	genl_unregister_family(family);
	netlink_unregister_notifier(&netlink_notifier);
	forget_subscribers();
}
