// SPDX-License-Identifier: GPL-2.0
/*
 * Times as the caller's clock has them: see clock.h.
 */
#include <linux/aios.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/time_namespace.h>

#include "arbiter/arbiter.h"
#include "calls/clock.h"

/* How far the caller's clock is ahead of the machine's. */
static s64 ahead_ns(void)
{
#ifdef CONFIG_TIME_NS
	return timespec64_to_ns(&current->nsproxy->time_ns->offsets.monotonic);
#else
	return 0;
#endif
}

static u64 shift(u64 ns, s64 by)
{
	if (!ns || ns >= AIOS_TIME_MAX)
		return ns;
	return clamp_t(s64, (s64)ns + by, 1, AIOS_TIME_MAX - 1);
}

/**
 * aios_time_from_caller - a time that the caller gave, on the machine's clock
 * @ns: CLOCK_MONOTONIC of the caller; 0 and what is beyond all times stay as they are
 *
 * Return: CLOCK_MONOTONIC of the machine; 1 for what was before it began.
 */
u64 aios_time_from_caller(u64 ns)
{
	return shift(ns, -ahead_ns());
}

/**
 * aios_time_to_caller - a time of the machine's clock, as the caller's has it
 * @ns: CLOCK_MONOTONIC of the machine; 0 and what is beyond all times stay as they are
 *
 * Return: CLOCK_MONOTONIC of the caller.
 */
u64 aios_time_to_caller(u64 ns)
{
	return shift(ns, ahead_ns());
}

/**
 * aios_why_to_caller - have a cause tell times as the caller's clock has them
 * @why: as the machine's clock has them
 */
void aios_why_to_caller(struct aios_why *why)
{
	if (why->code == AIOS_WHY_DRAIN || why->code == AIOS_WHY_BEGIN)
		why->asked = aios_time_to_caller(why->asked);
}
