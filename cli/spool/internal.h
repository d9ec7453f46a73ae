/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the spool share: its folder, and the names in it.
 */
#ifndef AIOSCTL_SPOOL_INTERNAL_H
#define AIOSCTL_SPOOL_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define SPOOL_NAME_LEN	64
#define SPOOL_BOOT_LEN	37	/* of a boot's id, with the end */

/* These open the user's own folder, @make: make it; a descriptor or -errno. */
int spool_folder(int make);

/* This writes the id of the present boot, or "0" where the system does not tell. */
void spool_boot(char boot[SPOOL_BOOT_LEN]);

/* These make the name of a record's file, and take it apart: 0 or -EINVAL. */
void spool_name(uint64_t id, const char *boot, char name[SPOOL_NAME_LEN]);
int spool_name_parse(const char *name, uint64_t *id, char boot[SPOOL_BOOT_LEN]);

struct spool_record;

/* This reads the record of that name; it returns 0 or -errno. */
int spool_get(int folder, const char *name, struct spool_record *record);

struct spool_entry {
	struct timespec time;	/* when it was written */
	uint64_t id;		/* 0: a draft that was left */
	bool present;		/* of a job of this boot */
	char name[SPOOL_NAME_LEN];
};

struct spool_entries {
	struct spool_entry *all;
	size_t nr;
	size_t room;
};

/* This reads what is in the folder, which it closes; @all is to be freed. */
int spool_entries_read(int folder, struct spool_entries *list);
/* For qsort(): by time. */
int spool_entries_compare(const void *a, const void *b);

#endif /* AIOSCTL_SPOOL_INTERNAL_H */
