/* SPDX-License-Identifier: GPL-2.0 */
/*
 * top: what it reads each time, and the two ways in which it shows that.
 */
#ifndef AIOSCTL_TOP_TOP_H
#define AIOSCTL_TOP_TOP_H

#include "base/cli.h"
#include "machine/joblist.h"

struct top {
	struct cli *cli;
	struct joblist_filter filter;
	char *group;
	struct joblist_key keys[JOBLIST_KEYS_MAX];
	size_t nr_keys;
	uint64_t delay_ns;
	uint64_t iterations;	/* 0: no end */
	bool batch;

	/* These are as last read. */
	struct joblist jobs;
	struct aios_info info;
	struct aios_resource_info resources[AIOS_RESOURCE_MAX];
	int nr_resources;
	uint64_t use[AIOS_RESOURCE_MAX]; /* of all jobs */
};

/* This reads the machine; it returns 0 or -errno. */
int top_read(struct top *top);
/* This shows it on the terminal; it returns a status. */
int top_screen(struct top *top);

#endif /* AIOSCTL_TOP_TOP_H */
