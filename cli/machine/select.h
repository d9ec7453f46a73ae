/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs that a command is to be done to: named one by one, or selected.
 */
#ifndef AIOSCTL_MACHINE_SELECT_H
#define AIOSCTL_MACHINE_SELECT_H

#include "machine/joblist.h"

struct selection {
	struct joblist_filter filter;
	bool used;		/* jobs are selected, not named */
	bool everybody;		/* not the caller's own alone */
	bool yes;		/* do not ask */
	int held;		/* 1: only those on hold, -1: only others, 0: all */
	const char *name;	/* pattern, or NULL: any */
	char *group;
	uint64_t array;		/* id of one of its jobs, or 0: any */
	bool ended;		/* what has ended of an array, too */
	uint64_t *ids;		/* what was found */
	size_t nr;
};

/* These options fill it in. */
extern const struct cli_option selection_options[];

/* This returns 0, -ENOENT when @key is not one of these options, or a positive status. */
int selection_option(struct cli *cli, struct selection *s, int key, const char *arg);

/*
 * This finds the jobs: those that the @argc words at @argv name, or those in one of
 * @states that were selected. @verb, where it is not NULL, is what would be done to them,
 * and is asked about on a terminal when there are more than a few. It returns a status.
 */
int selection_find(struct cli *cli, struct selection *s, uint32_t states, const char *verb,
		   int argc, char **argv);
/*
 * This returns the ids of the jobs of the array of job @id, to be freed, or NULL after
 * having said that it has none, with a status in @status.
 */
uint64_t *array_members(struct cli *cli, uint64_t id, size_t *nr, int *status);
/* Of the jobs in the list those of that array stay; it returns a status. */
int array_keep(struct cli *cli, struct joblist *jobs, uint64_t id);
void selection_free(struct selection *s);

#endif /* AIOSCTL_MACHINE_SELECT_H */
