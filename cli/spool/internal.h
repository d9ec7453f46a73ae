/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the spool share: its folder, and the names in it.
 */
#ifndef AIOSCTL_SPOOL_INTERNAL_H
#define AIOSCTL_SPOOL_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#define SPOOL_NAME_LEN	64
#define SPOOL_BOOT_LEN	37	/* of a boot's id, with the end */

/* These open the user's own folder, @make: make it; a descriptor or -errno. */
int spool_folder(int make);

/* This writes the id of the present boot, or "0" where the system does not tell. */
void spool_boot(char boot[SPOOL_BOOT_LEN]);

/* These make the name of a record's file, and take it apart: 0 or -EINVAL. */
void spool_name(uint64_t id, const char *boot, char name[SPOOL_NAME_LEN]);
int spool_name_parse(const char *name, uint64_t *id, char boot[SPOOL_BOOT_LEN]);

#endif /* AIOSCTL_SPOOL_INTERNAL_H */
