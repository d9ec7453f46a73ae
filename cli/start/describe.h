/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What describes a job to the predictor: numbers of the user's, and hashes of what it runs
 * and of the shape of its arguments. No argument itself leaves the program.
 */
#ifndef AIOSCTL_START_DESCRIBE_H
#define AIOSCTL_START_DESCRIBE_H

#include "base/cli.h"

struct feature {
	const char *name;	/* in the command line, @len bytes; "": it has none */
	size_t len;
	int64_t value;
};

struct features {
	struct feature feature[AIOS_FEATURES_MAX];
	uint32_t nr;
};

/*
 * This adds those of "params=7e9,batch=32" or "7". It keeps those with names in the order of
 * these, so that a place always means the same. It returns 0 or a status.
 */
int features_add(struct cli *cli, struct features *features, const char *text);

/*
 * These return hashes that are never 0: of the program, with the script where it is an
 * interpreter; of options by name, of other arguments by kind, and of the names of features.
 */
uint64_t command_hash(int argc, char **argv);
uint64_t shape_hash(int argc, char **argv, const struct features *features);

#endif /* AIOSCTL_START_DESCRIBE_H */
