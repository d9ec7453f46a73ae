/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cgroups that users may leave for a job, which is a parameter of the module: patterns
 * with commas between them.
 */
#ifndef AIOSCTL_MACHINE_SOURCES_H
#define AIOSCTL_MACHINE_SOURCES_H

#include "base/cli.h"

/* What a parameter can say, and the kernel's page for it. */
#define SOURCES_LEN	4096

/* These read and set the list; they return 0, or a status after having said why not. */
int sources_read(struct cli *cli, char *list, size_t len);
int sources_write(struct cli *cli, const char *list);

#endif /* AIOSCTL_MACHINE_SOURCES_H */
