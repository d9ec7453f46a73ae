/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directories of cgroups that nobody needs any more and that could not be removed.
 */
#ifndef _AIOS_ENFORCE_LEFTOVER_H
#define _AIOS_ENFORCE_LEFTOVER_H

#include <linux/types.h>

struct path;

void aios_leftovers_add(const struct path *dir);
bool aios_leftovers_remove(void);
void aios_leftovers_exit(void);

#endif /* _AIOS_ENFORCE_LEFTOVER_H */
