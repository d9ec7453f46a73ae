/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Times as the caller's clock has them: in a time namespace, CLOCK_MONOTONIC is another
 * than the machine's. The functions are for the task that calls, outside turns.
 */
#ifndef _AIOS_CALLS_CLOCK_H
#define _AIOS_CALLS_CLOCK_H

#include <linux/types.h>

u64 aios_time_from_caller(u64 ns);
u64 aios_time_to_caller(u64 ns);
void aios_why_to_caller(struct aios_why *why);

#endif /* _AIOS_CALLS_CLOCK_H */
