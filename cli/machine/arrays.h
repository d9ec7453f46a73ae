/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The caller's arrays, of which his records tell.
 */
#ifndef AIOSCTL_MACHINE_ARRAYS_H
#define AIOSCTL_MACHINE_ARRAYS_H

#include "machine/joblist.h"

/*
 * This prints a line for each array of which a job is in the list: those of which one has
 * not ended, or all; it returns a status.
 */
int arrays_print(struct cli *cli, const struct joblist *jobs, bool all);

/* This returns the first job of the array that a user's job is of, or 0: it is of none. */
uint64_t array_number(uint64_t job, uint32_t uid);

#endif /* AIOSCTL_MACHINE_ARRAYS_H */
