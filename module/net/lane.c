// SPDX-License-Identifier: GPL-2.0
/*
 * When a packet may go, and how it waits until then: see lane.h.
 *
 * Rates are shared as by hierarchical token buckets (M. Devera's HTB): a packet goes when its
 * own shaper's guaranteed rate allows it, or when the nearest one above that has some of its
 * own to spare lends it, and no ceiling between is in the way. What is guaranteed below a
 * shaper is never more than its ceiling, for so the arbiter grants; should that not be so
 * for a moment, nobody is ahead of a ceiling for longer than DEBT_NS.
 */
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/if_ether.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/rculist.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/sock.h>

#include "compat/compat.h"
#include "net/lane.h"

#define WAITING_MAX		1000		/* packets, as of most network devices */
#define WAITING_BYTES_MAX	(8 << 20)	/* what comes in is charged to nobody */
#define AT_ONCE			64		/* packets that one run of the timer lets go */
#define DEBT_NS			(250 * NSEC_PER_MSEC)
#define LOOK_NS			(50 * NSEC_PER_MSEC)	/* rates above may have changed since */
#define TURN_MAX_NS		(100 * NSEC_PER_MSEC)
#define RIVALS_MAX		1000U

/*
 * Of all packets that wait, in all lanes: what waits is slow by its nature. It is taken with
 * bottom halves disabled, and none under it but those of timers.
 */
static DEFINE_SPINLOCK(waiting_lock);

/* A packet that waits. All but its place is immutable. */
struct held {
	struct list_head in_lane;	/* protected by waiting_lock */
	struct sk_buff *skb;
	struct net_device *dev;		/* it came by, and is held; NULL: it goes out */
	struct sock *sk;		/* for @okfn, and held; may be NULL */
	struct net *net;
	int (*okfn)(struct net *net, struct sock *sk, struct sk_buff *skb);
	u32 bytes;
};

/* ------------------------------------------------------------------ packets */

/* What the transport's header of each segment takes. */
static u32 transport_header(const struct sk_buff *skb)
{
	if (skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6))
		return tcp_hdrlen(skb);
	return sizeof(struct udphdr);
}

/* A packet that is cut into segments later has a header in each. */
static u32 bytes_of(const struct sk_buff *skb)
{
	u32 segments = skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;
	u32 header;

	if (segments <= 1 || !skb_transport_header_was_set(skb))
		return skb->len;
	header = skb_transport_offset(skb) - skb_network_offset(skb) + transport_header(skb);
	return skb->len + (segments - 1) * header;
}

static void let_go(struct held *held)
{
	if (held->sk)
		sock_gen_put(held->sk);
	dev_put(held->dev);
	kfree(held);
}

static void send(struct held *held)
{
	held->okfn(held->net, held->sk, held->skb);
	let_go(held);
}

static void discard(struct held *held)
{
	kfree_skb(held->skb);
	let_go(held);
}

/* A socket that was found on the way in, and is protected by RCU alone, is held now. */
static bool hold_receiver(struct sk_buff *skb)
{
	if (!skb_sk_is_prefetched(skb) || sk_is_refcounted(skb->sk))
		return true;
	if (!refcount_inc_not_zero(&skb->sk->sk_refcnt))
		return false;
	skb->destructor = sock_edemux;
	return true;
}

/* NULL when it cannot wait: it is the caller's still. */
static struct held *hold(struct sk_buff *skb, const struct nf_hook_state *state, u32 bytes)
{
	struct held *held;

	if (!hold_receiver(skb) || (skb_dst(skb) && !skb_dst_force(skb)))
		return NULL;
	held = kmalloc(sizeof(*held), GFP_ATOMIC | __GFP_NOWARN);
	if (!held)
		return NULL;
	if (state->sk && !refcount_inc_not_zero(&state->sk->sk_refcnt)) {
		kfree(held);
		return NULL;
	}
	*held = (struct held) {
		.skb = skb,
		.dev = state->in,
		.sk = state->sk,
		.net = state->net,
		.okfn = state->okfn,
		.bytes = bytes,
	};
	dev_hold(held->dev);
	return held;
}

/* -------------------------------------------------------------------- rates */

/* When a packet may go, and why then. */
struct passage {
	u64 at_ns;	/* CLOCK_MONOTONIC, or AIOS_BUCKET_NEVER */
	u64 own_ns;	/* likewise, if nobody lends */
	const struct aios_shaper *lender;	/* whose guaranteed rate allows it */
	const struct aios_shaper *scarce;	/* whose rate it has to wait for */
};

/* The caller is in an RCU read-side critical section. */
static struct passage find_passage(const struct aios_lane *lane)
{
	struct passage found = { .at_ns = AIOS_BUCKET_NEVER };
	const struct aios_shaper *shaper = lane->shaper, *above;
	const struct aios_shaper *lowest = shaper;
	u64 ceiling, allowed = 0, debt = 0, at;

	for (; shaper; shaper = above) {
		const struct aios_lane *of = &shaper->lane[lane->direction];

		above = rcu_dereference(shaper->above);
		ceiling = aios_bucket_ready_ns(&of->ceiling);
		if (ceiling > allowed) {
			allowed = ceiling;
			lowest = shaper;
		}
		if (ceiling > DEBT_NS)
			debt = max(debt, ceiling - DEBT_NS);
		/* Whom nobody is above has nobody who could want it more. */
		at = above ? aios_bucket_ready_ns(&of->guaranteed) : 0;
		if (found.lender && max(at, allowed) >= found.at_ns)
			continue;
		if (!found.lender)
			found.own_ns = max(at, allowed);
		found.lender = shaper;
		found.scarce = at > allowed ? shaper : lowest;
		found.at_ns = max(at, allowed);
	}
	found.at_ns = max(found.at_ns, debt);
	found.own_ns = max(found.own_ns, debt);
	return found;
}

/* How many others wait for what is scarce. */
static u32 rivals(const struct aios_lane *lane, const struct passage *passage)
{
	return READ_ONCE(passage->scarce->lane[lane->direction].nr_waits) -
	       (READ_ONCE(lane->waits_for) == passage->scarce);
}

/*
 * Who has borrowed lets all others who wait borrow as much before he does so again: what
 * is scarce is to be had again after the time that his packet takes of it.
 */
static void be_patient(struct aios_lane *lane, u64 now_ns)
{
	struct passage next = find_passage(lane);
	u64 since_ns, turn_ns;

	if (next.at_ns <= now_ns)
		return;
	turn_ns = min_t(u64, next.at_ns - now_ns, TURN_MAX_NS);
	since_ns = max(READ_ONCE(lane->patient_ns), now_ns - LOOK_NS);
	WRITE_ONCE(lane->patient_ns,
		   since_ns + turn_ns * min(rivals(lane, &next) + 1, RIVALS_MAX));
}

/* Who borrows does not use what is guaranteed to himself. */
static void charge(struct aios_lane *lane, const struct passage *passage, u32 bytes,
		   u64 now_ns)
{
	struct aios_shaper *shaper = lane->shaper;
	bool lent = false;

	for (; shaper; shaper = rcu_dereference(shaper->above)) {
		struct aios_lane *of = &shaper->lane[lane->direction];

		lent |= shaper == passage->lender;
		if (lent)
			aios_bucket_take(&of->guaranteed, bytes, now_ns);
		aios_bucket_take(&of->ceiling, bytes, now_ns);
		atomic64_add(bytes, &shaper->bytes);
	}
	if (passage->lender != lane->shaper)
		be_patient(lane, now_ns);
}

/* If not, @passage is of when to ask again. */
static bool may_go(struct aios_lane *lane, u32 bytes, u64 now_ns, struct passage *passage)
{
	u64 patient_ns = READ_ONCE(lane->patient_ns);

	*passage = find_passage(lane);
	if (patient_ns > passage->at_ns && rivals(lane, passage))
		passage->at_ns = min(patient_ns, passage->own_ns);
	if (passage->at_ns > now_ns)
		return false;
	if (passage->own_ns <= now_ns)
		passage->lender = lane->shaper;
	charge(lane, passage, bytes, now_ns);
	return true;
}

/* ------------------------------------------------------------------ waiting */

/* The caller holds the lock. */
static void wake_at(struct aios_lane *lane, u64 at_ns, u64 now_ns)
{
	u64 until_ns = min(at_ns, now_ns + LOOK_NS);

	hrtimer_start(&lane->timer, ns_to_ktime(until_ns), HRTIMER_MODE_ABS_SOFT);
}

/* The caller holds the lock. */
static void count_waits(struct aios_shaper *shaper, enum aios_direction direction, u32 more)
{
	struct aios_lane *lane = &shaper->lane[direction];

	WRITE_ONCE(lane->nr_waits, lane->nr_waits + more);
}

/* The caller holds the lock, and is in an RCU read-side critical section. */
static void wait_for(struct aios_lane *lane, const struct aios_shaper *scarce)
{
	struct aios_shaper *before = lane->waits_for, *after = (struct aios_shaper *)scarce;

	/* What is dead is forgotten by all, or is about to be. */
	if (after && after->lane[lane->direction].dead)
		after = NULL;
	if (before == after)
		return;
	if (before)
		count_waits(before, lane->direction, -1);
	if (after)
		count_waits(after, lane->direction, 1);
	WRITE_ONCE(lane->waits_for, after);
}

/*
 * The next one that may go; NULL when none may yet, or is left: then nothing of this lane
 * is on its way any more.
 */
static struct held *next_to_go(struct aios_lane *lane)
{
	u64 now_ns = ktime_get_ns();
	struct passage passage;
	struct held *held;

	spin_lock_bh(&waiting_lock);
	held = list_first_entry_or_null(&lane->waiting, struct held, in_lane);
	if (!held) {
		wait_for(lane, NULL);
		WRITE_ONCE(lane->busy, false);
	} else if (may_go(lane, held->bytes, now_ns, &passage)) {
		wait_for(lane, NULL);
		list_del(&held->in_lane);
		lane->nr--;
		lane->bytes -= held->bytes;
	} else {
		wait_for(lane, passage.scarce);
		wake_at(lane, passage.at_ns, now_ns);
		held = NULL;
	}
	spin_unlock_bh(&waiting_lock);
	return held;
}

/* What waits may go now, perhaps. */
static void wake(struct aios_lane *lane)
{
	u64 now_ns = ktime_get_ns();

	spin_lock_bh(&waiting_lock);
	if (lane->busy && !lane->dead)
		wake_at(lane, now_ns, now_ns);
	spin_unlock_bh(&waiting_lock);
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct aios_lane *lane = container_of(timer, struct aios_lane, timer);
	struct held *held;
	u32 n;

	rcu_read_lock();
	for (n = 0; n < AT_ONCE; n++) {
		held = next_to_go(lane);
		if (!held)
			break;
		send(held);
	}
	rcu_read_unlock();
	/* Others may run first. */
	if (n == AT_ONCE)
		wake(lane);
	return HRTIMER_NORESTART;
}

/* The caller holds the lock. */
static bool has_room(const struct aios_lane *lane, u32 bytes)
{
	return lane->nr < WAITING_MAX && (!lane->nr || lane->bytes + bytes <= WAITING_BYTES_MAX);
}

/* The caller holds the lock, and is in an RCU read-side critical section. */
static unsigned int queue(struct aios_lane *lane, struct sk_buff *skb,
			  const struct nf_hook_state *state, u32 bytes)
{
	u64 now_ns = ktime_get_ns();
	struct passage passage;
	struct held *held;

	if (lane->dead)
		return NF_ACCEPT;
	if (!lane->busy && may_go(lane, bytes, now_ns, &passage))
		return NF_ACCEPT;
	/* To the sender it is as if a device's queue were full. */
	held = has_room(lane, bytes) ? hold(skb, state, bytes) : NULL;
	if (!held)
		return lane->direction == AIOS_NET_OUT ? NF_DROP_ERR(-ENOBUFS) : NF_DROP;
	list_add_tail(&held->in_lane, &lane->waiting);
	lane->nr++;
	lane->bytes += bytes;
	if (!lane->busy) {
		WRITE_ONCE(lane->busy, true);
		wait_for(lane, passage.scarce);
		wake_at(lane, passage.at_ns, now_ns);
	}
	return NF_STOLEN;
}

/**
 * aios_lane_take - a packet comes
 * @lane: of the shaper that it is charged to
 * @skb: the packet
 * @state: where it is on its way
 *
 * The caller is in an RCU read-side critical section.
 *
 * Return: what netfilter shall do with it: NF_ACCEPT, NF_STOLEN when it waits here, or a drop.
 */
unsigned int aios_lane_take(struct aios_lane *lane, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	u32 bytes = bytes_of(skb);
	struct passage passage;
	unsigned int verdict;

	if (!READ_ONCE(lane->busy) && may_go(lane, bytes, ktime_get_ns(), &passage))
		return NF_ACCEPT;
	spin_lock_bh(&waiting_lock);
	verdict = queue(lane, skb, state, bytes);
	spin_unlock_bh(&waiting_lock);
	return verdict;
}

/**
 * aios_lane_set - change the rates
 * @lane: the lane; the caller is the only one who sets it
 * @guaranteed: bytes a second
 * @ceiling: bytes a second, or AIOS_UNLIMITED
 */
void aios_lane_set(struct aios_lane *lane, u64 guaranteed, u64 ceiling)
{
	u64 now_ns = ktime_get_ns();

	aios_bucket_set(&lane->guaranteed, min(guaranteed, ceiling), now_ns);
	aios_bucket_set(&lane->ceiling, ceiling, now_ns);
	wake(lane);
}

/**
 * aios_lane_forget - wait for the rate of a shaper no more that goes away
 * @lane: the lane
 * @gone: the shaper, after aios_lane_exit() of its lanes
 */
void aios_lane_forget(struct aios_lane *lane, const struct aios_shaper *gone)
{
	spin_lock_bh(&waiting_lock);
	if (lane->waits_for == gone)
		WRITE_ONCE(lane->waits_for, NULL);
	spin_unlock_bh(&waiting_lock);
}

/**
 * aios_lane_purge - discard packets of what goes away
 * @lane: the lane
 * @net: those of this network namespace; NULL: of any
 * @dev: those that came by this device or leave by it; NULL: by any
 */
void aios_lane_purge(struct aios_lane *lane, const struct net *net,
		     const struct net_device *dev)
{
	struct held *held, *next;
	LIST_HEAD(gone);

	spin_lock_bh(&waiting_lock);
	list_for_each_entry_safe(held, next, &lane->waiting, in_lane) {
		struct dst_entry *dst = skb_dst(held->skb);

		if (net && held->net != net)
			continue;
		if (dev && held->dev != dev && (!dst || dst->dev != dev))
			continue;
		list_move_tail(&held->in_lane, &gone);
		lane->nr--;
		lane->bytes -= held->bytes;
	}
	spin_unlock_bh(&waiting_lock);
	list_for_each_entry_safe(held, next, &gone, in_lane)
		discard(held);
}

/**
 * aios_lane_init - make a lane through which all may go
 * @lane: zeroed
 * @shaper: whose it is
 * @direction: AIOS_NET_OUT or AIOS_NET_IN
 */
void aios_lane_init(struct aios_lane *lane, struct aios_shaper *shaper,
		    enum aios_direction direction)
{
	lane->shaper = shaper;
	lane->direction = direction;
	INIT_LIST_HEAD(&lane->waiting);
	aios_compat_hrtimer_setup(&lane->timer, on_timer, CLOCK_MONOTONIC,
				  HRTIMER_MODE_ABS_SOFT);
}

/**
 * aios_lane_exit - discard what waits, and let nothing wait any more
 * @lane: the lane
 *
 * To send it now would be more than the rate. TCP sends again what it has to.
 */
void aios_lane_exit(struct aios_lane *lane)
{
	struct held *held, *next;
	LIST_HEAD(left);

	spin_lock_bh(&waiting_lock);
	lane->dead = true;
	spin_unlock_bh(&waiting_lock);
	hrtimer_cancel(&lane->timer);
	spin_lock_bh(&waiting_lock);
	list_splice_init(&lane->waiting, &left);
	lane->nr = 0;
	lane->bytes = 0;
	WRITE_ONCE(lane->busy, false);
	wait_for(lane, NULL);
	spin_unlock_bh(&waiting_lock);
	list_for_each_entry_safe(held, next, &left, in_lane)
		discard(held);
}
