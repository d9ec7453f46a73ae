// SPDX-License-Identifier: GPL-2.0
/*
 * The clock of the machine that the tests run on, in the place of the C library's: see world.h.
 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

int clock_gettime(clockid_t clock, struct timespec *t)
{
	uint64_t now;

	if (!world || clock != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, clock, t);
	now = world_now();
	t->tv_sec = (time_t)(now / SEC);
	t->tv_nsec = (long)(now % SEC);
	return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left)
{
	if (!world || clock != CLOCK_MONOTONIC || flags != TIMER_ABSTIME)
		return (int)syscall(SYS_clock_nanosleep, clock, flags, t, left);
	world_sleep_until((uint64_t)t->tv_sec * SEC + (uint64_t)t->tv_nsec);
	return 0;
}
