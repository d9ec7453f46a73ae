/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command that tells somebody that jobs have ended.
 */
#ifndef AIOSCTL_START_NOTIFY_H
#define AIOSCTL_START_NOTIFY_H

#include "start/submission.h"

/*
 * This leaves a process behind that waits until all jobs of the submission have ended and
 * then runs its command, for a minute at most; it returns 0 or -errno.
 */
int notify_start(struct submission *s);

#endif /* AIOSCTL_START_NOTIFY_H */
