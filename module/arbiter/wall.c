// SPDX-License-Identifier: GPL-2.0
/*
 * Times of the wall clock: see wall.h.
 *
 * No function that a module may call tells when the clock is set. So each decision, and
 * while there is something to follow a worker each second, looks whether the two clocks
 * are as far apart as before; slewing moves both alike, and suspend moves one.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "arbiter/arbiter.h"
#include "arbiter/wall.h"
#include "main.h"

/* All that is followed; protected by aios_lock, but @apart_ns is read without it too. */
static struct {
	struct list_head list;
	s64 apart_ns;		/* the wall clock less the engine's, as was last seen */
} walls = { .list = LIST_HEAD_INIT(walls.list) };

static void watch_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(watch, watch_work);

static s64 clocks_apart(void)
{
	return ktime_to_ns(ktime_mono_to_real(0));
}

static void watch_work(struct work_struct *work)
{
	bool any;

	if (clocks_apart() != READ_ONCE(walls.apart_ns))
		aios_arbiter_kick();
	mutex_lock(&aios_lock);
	any = !list_empty(&walls.list);
	mutex_unlock(&aios_lock);
	if (any)
		queue_delayed_work(aios_wq, &watch, HZ);
}

/**
 * aios_wall_monotonic - a time of the wall clock on the engine's
 * @real_ns: it
 *
 * Return: the time; 1 for one before that clock began, just below AIOS_TIME_MAX for one
 * beyond what the engine can tell.
 */
u64 aios_wall_monotonic(u64 real_ns)
{
	s64 ns = (s64)min_t(u64, real_ns, S64_MAX) - clocks_apart();

	return clamp_t(s64, ns, 1, AIOS_TIME_MAX - 1);
}

/**
 * aios_wall_follow - have something follow the wall clock
 * @wall: what; it may be followed already
 * @real_ns: its time, which the engine was told of as aios_wall_monotonic() has it
 * @moved: called under aios_lock before a decision, when it is another on that clock
 *
 * The caller holds aios_lock.
 */
void aios_wall_follow(struct aios_wall *wall, u64 real_ns,
		      void (*moved)(struct aios_wall *wall, struct aios_now now, u64 ns))
{
	lockdep_assert_held(&aios_lock);
	/* The clock may have been set since the engine was told of this one. */
	WRITE_ONCE(walls.apart_ns, S64_MIN);
	if (!wall->moved)
		list_add(&wall->node, &walls.list);
	wall->real_ns = real_ns;
	wall->moved = moved;
	queue_delayed_work(aios_wq, &watch, HZ);
}

/**
 * aios_wall_leave - have something follow the wall clock no longer
 * @wall: what; it need not be followed
 *
 * The caller holds aios_lock.
 */
void aios_wall_leave(struct aios_wall *wall)
{
	lockdep_assert_held(&aios_lock);
	if (wall->moved)
		list_del(&wall->node);
	wall->moved = NULL;
}

/**
 * aios_walls_check - see whether the wall clock was set, and tell the engine if so
 *
 * Ahead of a decision, and of whatever tells people times. The caller holds aios_lock.
 */
void aios_walls_check(void)
{
	s64 apart = clocks_apart();
	struct aios_wall *wall;

	lockdep_assert_held(&aios_lock);
	if (apart == walls.apart_ns)
		return;
	WRITE_ONCE(walls.apart_ns, apart);
	list_for_each_entry(wall, &walls.list, node)
		wall->moved(wall, aios_arbiter_now(), aios_wall_monotonic(wall->real_ns));
}

/**
 * aios_walls_exit - stop watching the clock
 *
 * Nothing is followed any more, so that nothing starts it again.
 */
void aios_walls_exit(void)
{
	cancel_delayed_work_sync(&watch);
}
