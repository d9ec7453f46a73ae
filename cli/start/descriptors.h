/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Descriptors that a process was given and does not need: as long as it has them, a
 * lock that somebody else has let go of is held, and a pipe does not end.
 */
#ifndef AIOSCTL_START_DESCRIPTORS_H
#define AIOSCTL_START_DESCRIPTORS_H

#include <stddef.h>

/* This closes those from @from on but the @nr in @keep, which are sorted; -1 is none. */
void descriptors_close(int from, int *keep, size_t nr);

#endif /* AIOSCTL_START_DESCRIPTORS_H */
