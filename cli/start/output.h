/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of the files that a job writes its output to: what % stands for in them.
 */
#ifndef AIOSCTL_START_OUTPUT_H
#define AIOSCTL_START_OUTPUT_H

#include "base/cli.h"

/* What a name can tell of its job. */
struct output_names {
	uint64_t id;
	const char *name;	/* NULL: it has none */
	const char *group;	/* path */
	uint64_t array;		/* its array; its own id where there is none */
	uint64_t index;		/* in the array; 0 where there is none */
};

/* This returns 0, or a status after having said which % of @option stands for nothing. */
int output_check(struct cli *cli, const char *option, const char *pattern);

/* This returns the path, absolute, that @pattern, which was checked, stands for here. */
char *output_path(const char *pattern, const struct output_names *names);

#endif /* AIOSCTL_START_OUTPUT_H */
