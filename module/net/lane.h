/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of a shaper: one lane for each direction, in which packets wait until the
 * rates allow them, in the order in which they came.
 */
#ifndef _AIOS_NET_LANE_H
#define _AIOS_NET_LANE_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/netfilter.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "net/bucket.h"

enum aios_direction {
	AIOS_NET_OUT,
	AIOS_NET_IN,
	AIOS_NET_DIRECTIONS,
};

/**
 * struct aios_lane - what goes one way
 *
 * Not stated otherwise: written with the lock of all that waits held (lane.c).
 */
struct aios_lane {
	/** @guaranteed: what it may have whatever others want. Has no lock */
	struct aios_bucket guaranteed;
	/** @ceiling: what it may never have more of. Has no lock */
	struct aios_bucket ceiling;
	/** @shaper: whose it is. Immutable */
	struct aios_shaper *shaper;
	/** @direction: AIOS_NET_OUT or AIOS_NET_IN. Immutable */
	enum aios_direction direction;
	/** @waiting: packets, oldest first */
	struct list_head waiting;
	/** @nr: number of @waiting */
	u32 nr;
	/** @bytes: of all in @waiting */
	u32 bytes;
	/** @waits_for: whose rate the oldest waits for; NULL: none does */
	struct aios_shaper *waits_for;
	/** @nr_waits: how many lanes wait for this one's rate. Read without the lock, too */
	u32 nr_waits;
	/**
	 * @patient_ns: CLOCK_MONOTONIC; others who wait may borrow before, since it has borrowed.
	 * Written and read without the lock: at worst a turn is taken too early
	 */
	u64 patient_ns;
	/** @busy: a packet waits, or is on its way from here. Read without the lock, too */
	bool busy;
	/** @dead: nothing may wait any more */
	bool dead;
	/** @timer: runs when the oldest may go */
	struct hrtimer timer;
};

/**
 * struct aios_shaper - holds the sockets of one cgroup to rates
 *
 * Read under RCU; the places are written with the lock of the table held (shaper.c).
 */
struct aios_shaper {
	/** @ino: inode of the cgroup. Immutable */
	ino_t ino;
	/** @dir: its directory, held. Immutable */
	struct dentry *dir;
	/** @charged: see aios_shaper_set(); held. Immutable */
	struct dentry *charged;
	/** @above: the next one up; NULL: none */
	struct aios_shaper __rcu *above;
	/** @in_table: place among those that are looked up by inode */
	struct hlist_node in_table;
	/** @in_list: place in the list of all */
	struct list_head in_list;
	/** @bytes: what was let through in both directions. Updated by anybody */
	atomic64_t bytes;
	/** @lane: for each direction */
	struct aios_lane lane[AIOS_NET_DIRECTIONS];
	/** @rcu: to be freed by */
	struct rcu_head rcu;
};

void aios_lane_init(struct aios_lane *lane, struct aios_shaper *shaper,
		    enum aios_direction direction);
void aios_lane_exit(struct aios_lane *lane);
void aios_lane_set(struct aios_lane *lane, u64 guaranteed, u64 ceiling);
unsigned int aios_lane_take(struct aios_lane *lane, struct sk_buff *skb,
			    const struct nf_hook_state *state);
void aios_lane_forget(struct aios_lane *lane, const struct aios_shaper *gone);
void aios_lane_purge(struct aios_lane *lane, const struct net *net,
		     const struct net_device *dev);

struct aios_shaper *aios_shaper_of(const struct sock *sk);
void aios_shapers_purge(const struct net *net, const struct net_device *dev);

int aios_hooks_get(void);
void aios_hooks_put(void);
void aios_hooks_exit(void);

#endif /* _AIOS_NET_LANE_H */
