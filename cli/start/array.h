/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An array: jobs that are submitted together, of one command, and differ by an index.
 */
#ifndef AIOSCTL_START_ARRAY_H
#define AIOSCTL_START_ARRAY_H

#include "base/cli.h"

struct array {
	uint64_t *indices;
	size_t nr;		/* 0: it is no array but a job */
	uint64_t at_once;	/* so many run at the same time; 0: as many as there is room for */
};

/* This takes the argument of --array, "0-39%4"; it returns a status. */
int array_parse(struct cli *cli, const char *text, struct array *array);

#endif /* AIOSCTL_START_ARRAY_H */
