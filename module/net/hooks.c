// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets are met: as the last of netfilter's hooks on the way out of a socket and on
 * the way in to one, in every network namespace, and only while there is a shaper.
 */
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/time.h>
#include <linux/workqueue.h>
#include <net/inet_sock.h>
#include <net/net_namespace.h>

#include "main.h"
#include "net/lane.h"

#define LINGER_MS	2000	/* hooks stay that long for the next shaper */

/*
 * The namespaces' and devices' own locks are taken under this one, so that nothing that
 * they call takes it.
 */
static struct {
	struct mutex lock;	/* of the rest */
	u32 users;		/* shapers */
	bool there;		/* the hooks */
} hooks = { .lock = __MUTEX_INITIALIZER(hooks.lock) };

/* ------------------------------------------------------------------ packets */

/* What does not leave the machine is not limited. */
static unsigned int meet(struct sk_buff *skb, const struct nf_hook_state *state,
			 const struct net_device *dev, enum aios_direction direction)
{
	const struct sock *sk = skb_to_full_sk(skb);
	struct aios_shaper *shaper;

	if (!sk || !sk_fullsock(sk) || (dev && dev->flags & IFF_LOOPBACK))
		return NF_ACCEPT;
	shaper = aios_shaper_of(sk);
	return shaper ? aios_lane_take(&shaper->lane[direction], skb, state) : NF_ACCEPT;
}

/* What a tunnel wraps comes by twice, and is the sender's the first time alone. */
static unsigned int on_out(void *unused, struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (!state->sk || sk_to_full_sk(state->sk) != skb_to_full_sk(skb))
		return NF_ACCEPT;
	return meet(skb, state, state->out, AIOS_NET_OUT);
}

static unsigned int on_in(void *unused, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return meet(skb, state, state->in, AIOS_NET_IN);
}

static const struct nf_hook_ops hook_ops[] = {
	{
		.hook = on_out,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = INT_MAX,
	},
	{
		.hook = on_in,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = INT_MAX,
	},
};

/* --------------------------------------------------------------- namespaces */

static int __net_init on_net(struct net *net)
{
	return nf_register_net_hooks(net, hook_ops, ARRAY_SIZE(hook_ops));
}

static void __net_exit on_net_end(struct net *net)
{
	nf_unregister_net_hooks(net, hook_ops, ARRAY_SIZE(hook_ops));
}

/* No packet is on its way through the hooks any more. */
static void __net_exit on_net_gone(struct net *net)
{
	aios_shapers_purge(net, NULL);
}

static struct pernet_operations net_ops = {
	.init = on_net,
	.pre_exit = on_net_end,
	.exit = on_net_gone,
};

static int on_device(struct notifier_block *unused, unsigned long event, void *info)
{
	if (event == NETDEV_DOWN || event == NETDEV_UNREGISTER)
		aios_shapers_purge(NULL, netdev_notifier_info_to_dev(info));
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = { .notifier_call = on_device };

/* -------------------------------------------------------------------- hooks */

/* The caller holds the lock. */
static int set_up(void)
{
	int ret;

	if (hooks.there)
		return 0;
	ret = register_netdevice_notifier(&device_notifier);
	if (ret)
		return ret;
	ret = register_pernet_subsys(&net_ops);
	if (ret)
		unregister_netdevice_notifier(&device_notifier);
	hooks.there = !ret;
	return ret;
}

/* The caller holds the lock. */
static void tear_down(void)
{
	if (!hooks.there || hooks.users)
		return;
	unregister_pernet_subsys(&net_ops);
	unregister_netdevice_notifier(&device_notifier);
	hooks.there = false;
}

static void linger_work(struct work_struct *unused)
{
	mutex_lock(&hooks.lock);
	tear_down();
	mutex_unlock(&hooks.lock);
}

static DECLARE_DELAYED_WORK(lingering, linger_work);

/**
 * aios_hooks_get - have packets met
 *
 * Return: 0, or -ENOMEM.
 */
int aios_hooks_get(void)
{
	int ret;

	mutex_lock(&hooks.lock);
	hooks.users++;
	ret = set_up();
	mutex_unlock(&hooks.lock);
	return ret;
}

/**
 * aios_hooks_put - undo aios_hooks_get(), whether it succeeded or not
 */
void aios_hooks_put(void)
{
	mutex_lock(&hooks.lock);
	if (!--hooks.users)
		mod_delayed_work(aios_wq, &lingering, msecs_to_jiffies(LINGER_MS));
	mutex_unlock(&hooks.lock);
}

/**
 * aios_hooks_exit - have no packet met any more
 */
void aios_hooks_exit(void)
{
	cancel_delayed_work_sync(&lingering);
	mutex_lock(&hooks.lock);
	tear_down();
	mutex_unlock(&hooks.lock);
	/* None is on its way through a hook. */
	synchronize_net();
}
