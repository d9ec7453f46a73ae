/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options that state amounts of resources, and others that several commands
 * take.
 */
#ifndef AIOSCTL_START_RESOURCE_H
#define AIOSCTL_START_RESOURCE_H

#include "base/cli.h"

/*
 * The options that state an amount of one resource; limit and update take them
 * as well. @argument is "LIMIT" or "REQUEST[:LIMIT]".
 */
#define RESOURCE_OPTIONS(argument)					\
	{ "cpus", 'c', argument, "CPUs: 4, 1.5 or 500m" },		\
	{ "mem", 'm', argument, "memory in bytes: 512M, 4G or 4GiB" },	\
	{ "gpus", KEY_GPUS, argument, "accelerators: 1, 0.5 or 250m" },	\
	{ "gpu-mem", KEY_GPU_MEM, argument, "accelerator memory in bytes" }, \
	{ "io", KEY_IO, argument, "disk bandwidth in bytes a second" },	\
	{ "net", KEY_NET, argument, "network bandwidth in bytes a second" }, \
	{ "pids", KEY_PIDS, argument, "processes and threads" }

enum {
	KEY_GPUS = CLI_KEY(700),
	KEY_GPU_MEM,
	KEY_IO,
	KEY_NET,
	KEY_PIDS,
};

/* The resource that the option with @key states, or -1. */
int resource_of_option(int key);
/*
 * Read "2:8" for @resource; 0 or a status after having said why. With @limit
 * NULL one amount is taken.
 */
int resource_parse(struct cli *cli, uint32_t resource, const char *text,
		   uint64_t *request, uint64_t *limit);

/* The limit that the option with @key states; -ENOENT when it states none; or a status. */
int resource_limit_option(struct cli *cli, struct aios_limit *limit, int key,
			  const char *arg);

/* Other options that several commands take; 0 or a status. */
int weight_parse(struct cli *cli, const char *text, uint32_t *weight);
int priority_parse(struct cli *cli, const char *text, int32_t *priority);

/* "team" as "/team", for the caller to free. */
char *group_path(const char *text);

#endif /* AIOSCTL_START_RESOURCE_H */
