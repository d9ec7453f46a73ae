/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options that state limits: limit and group create take them.
 */
#ifndef AIOSCTL_LIMIT_H
#define AIOSCTL_LIMIT_H

#include "base/cli.h"

/* 0; -ENOENT when @key is none of these options; or a positive status. */
int limit_option(struct cli *cli, struct aios_limit *limit, int key,
		 const char *arg);

#endif /* AIOSCTL_LIMIT_H */
