/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options that state amounts of resources, and others that several commands
 * take.
 */
#ifndef AIOSCTL_START_RESOURCE_H
#define AIOSCTL_START_RESOURCE_H

#include "base/cli.h"
#include "print/resources.h"

/*
 * These options state an amount of one resource, for a table of options: those of a
 * job, and of limit and update as well. Whoever uses them defines RESOURCE_ARGUMENT as
 * what help calls the amount, "LIMIT" or "REQUEST[:LIMIT]".
 */
#define RESOURCE_OPTION(constant, option, letter, help, key, header, one) \
	{ option, RESOURCE_KEY(constant, letter), RESOURCE_ARGUMENT, help }
#define RESOURCE_OPTIONS	RESOURCES(RESOURCE_OPTION)

/* The keys of those that have no letter follow this one. */
#define RESOURCE_KEY(constant, letter) \
	((letter) ? (letter) : CLI_KEY(700 + AIOS_RESOURCE_##constant))

/* This returns the resource that the option with @key states, or -1. */
int resource_of_option(int key);
/*
 * This reads "2:8" for @resource; it returns 0 or a status after having said why. With
 * @limit NULL one amount is taken.
 */
int resource_parse(struct cli *cli, uint32_t resource, const char *text,
		   uint64_t *request, uint64_t *limit);

/*
 * This refuses limits of a job, of the resources in @mask, with which no command could
 * begin; it returns 0 or a status after having said why. @limits are 64 bits each, by
 * resource, of the call's type or of ours.
 */
int resource_least_check(struct cli *cli, uint32_t mask, const void *limits);

/*
 * This takes the limit that the option with @key states; it returns 0, -ENOENT when it
 * states none, or a status.
 */
int resource_limit_option(struct cli *cli, struct aios_limit *limit, int key,
			  const char *arg);

/* These read options that several commands take; they return 0 or a status. */
int mode_parse(struct cli *cli, const char *text, uint32_t *mode);
/* AIOS_UNLIMITED is "none". */
int time_limit_parse(struct cli *cli, const char *text, uint64_t *ns);
int weight_parse(struct cli *cli, const char *text, uint32_t *weight);
int priority_parse(struct cli *cli, const char *text, int32_t *priority);

/* This returns "team" as "/team", for the caller to free. */
char *group_path(const char *text);

#endif /* AIOSCTL_START_RESOURCE_H */
