// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_DRAIN: the machine is drained from a time on, by whom and why. What it
 * means for jobs is the core's, engine/drain.c.
 */
#include <linux/aios.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <net/netlink.h>

#include "arbiter/arbiter.h"
#include "arbiter/wall.h"
#include "calls/calls.h"
#include "calls/clock.h"
#include "calls/ioctl.h"
#include "main.h"
#include "notify.h"
#include "turns.h"

/* The present drain, as it was announced; protected by aios_lock. */
static struct {
	char *reason;
	kuid_t uid;
	struct aios_wall wall;	/* its begin, where that was asked for as a date */
} drain;

static int copy_reason(struct aios_drain *d, char **reason)
{
	struct aios_why why;
	const char *c;
	char *text;

	text = aios_copy_string(d->reason, d->reason_len, AIOS_REASON_MAX, &why);
	if (IS_ERR(text))
		return PTR_ERR(text);
	for (c = text; c && *c; c++) {
		if (iscntrl(*c)) {
			kfree(text);
			return -EINVAL;
		}
	}
	*reason = text;
	return 0;
}

/* What is announced: from when on nothing starts, 0 for no drain any more, and who said so. */
struct drain_news {
	u64 start_ns;
	kuid_t uid;
};

static int put_drain(struct sk_buff *skb, u32 event, const void *about,
		     struct user_namespace *reader)
{
	const struct drain_news *news = about;

	if (nla_put_u32(skb, AIOS_A_UID, from_kuid_munged(reader, news->uid)))
		return -EMSGSIZE;
	return aios_put_u64(skb, AIOS_A_DRAIN, news->start_ns);
}

static void announce_drain(u64 start_ns)
{
	static const struct aios_notice notice = { .put = put_drain };
	const struct drain_news news = {
		.start_ns = start_ns < AIOS_TIME_MAX ? start_ns : 0,
		.uid = drain.uid,
	};

	aios_notify(AIOS_EVENT_DRAIN, &notice, &news);
}

static void drain_moved(struct aios_wall *wall, struct aios_now now, u64 ns)
{
	if (ns == aios_engine.drain_ns)
		return;
	aios_engine_drain(&aios_engine, now, ns);
	announce_drain(ns);
}

/* @reason belongs to the drain from now on; @real_ns is its begin as a date, or 0. */
static void set_drain(u64 start_ns, u64 real_ns, char *reason)
{
	lockdep_assert_held(&aios_lock);
	kfree(drain.reason);
	drain.reason = reason;
	drain.uid = current_euid();
	aios_engine_drain(&aios_engine, aios_arbiter_now(), start_ns);
	if (real_ns)
		aios_wall_follow(&drain.wall, real_ns, drain_moved);
	else
		aios_wall_leave(&drain.wall);
	announce_drain(start_ns);
	aios_arbiter_decide();
}

/**
 * struct drain_call - DRAIN under way
 */
struct drain_call {
	/** @d: the caller's struct */
	struct aios_drain *d;
	/** @start_ns: from when on, on the engine's clock; 0: from now on */
	u64 start_ns;
	/** @real_ns: the same as a date; 0: it is none */
	u64 real_ns;
	/** @reason: to be said; taken over */
	char *reason;
	/** @shown: what is said now */
	char shown[AIOS_REASON_MAX + 1];
};

static int drain_or_show(void *arg)
{
	struct drain_call *call = arg;
	struct aios_drain *d = call->d;

	if (d->flags & AIOS_DRAIN_SET) {
		set_drain(call->start_ns ? call->start_ns : ktime_get_ns(), call->real_ns,
			  call->reason);
		call->reason = NULL;
	} else if (d->flags & AIOS_DRAIN_CLEAR) {
		set_drain(AIOS_TIME_MAX, 0, NULL);
	}
	aios_walls_check();
	if (aios_engine_pending(&aios_engine))
		aios_arbiter_kick();
	d->start_ns = aios_engine.drain_ns < AIOS_TIME_MAX ? aios_engine.drain_ns : 0;
	d->uid = d->start_ns ? from_kuid_munged(current_user_ns(), drain.uid) : 0;
	d->nr_running = aios_engine.nr_held;
	if (drain.reason)
		strscpy(call->shown, drain.reason, sizeof(call->shown));
	return 0;
}

int aios_ioctl_drain(struct file *file, void *arg)
{
	struct aios_drain *d = arg;
	struct drain_call call = { .d = d, .start_ns = aios_time_from_caller(d->start_ns) };
	int ret;

	if (d->flags & ~AIOS_DRAIN_FLAGS || d->reserved ||
	    (d->flags & AIOS_DRAIN_CLEAR ? d->flags != AIOS_DRAIN_CLEAR :
					   d->flags == AIOS_DRAIN_REALTIME))
		return -EINVAL;
	if (d->flags && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (d->flags & AIOS_DRAIN_REALTIME && d->start_ns) {
		call.real_ns = d->start_ns;
		call.start_ns = aios_wall_monotonic(call.real_ns);
	}
	if (d->flags & AIOS_DRAIN_SET) {
		if (call.start_ns >= AIOS_TIME_MAX)
			return -EINVAL;
		ret = copy_reason(d, &call.reason);
		if (ret)
			return ret;
	}
	ret = aios_turn(drain_or_show, &call);
	kfree(call.reason);
	d->start_ns = aios_time_to_caller(d->start_ns);
	if (ret || d->flags)
		return ret;
	return aios_copy_out_string(d->reason, d->reason_len, call.shown);
}

/**
 * aios_drain_exit - forget why
 *
 * Nobody can call any more.
 */
void aios_drain_exit(void)
{
	kfree(drain.reason);
	drain.reason = NULL;
}
