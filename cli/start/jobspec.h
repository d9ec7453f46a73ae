/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a job asks for, as run and submit take it on the command line.
 */
#ifndef AIOSCTL_START_JOBSPEC_H
#define AIOSCTL_START_JOBSPEC_H

#include "base/cli.h"

struct jobspec {
	const char *group;
	const char *name;
	uint32_t flags;		/* AIOS_SUBMIT_* */
	uint32_t resource_mask;
	uint64_t request[AIOS_RESOURCE_MAX];
	uint64_t limit[AIOS_RESOURCE_MAX];
	uint32_t weight;
	int32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;	/* 0: none */
	int64_t features[AIOS_FEATURES_MAX];
	uint32_t nr_features;
	struct aios_depend depends[AIOS_DEPENDS_MAX];
	uint32_t nr_depends;
	const char *gang;
	uint64_t gang_size;
	uint32_t retries;	/* after it ran out of memory */
	uint32_t retry_factor;	/* in 1/AIOS_RETRY_UNIT, or 0 */
	const char *adopt;	/* path of a cgroup, or NULL */
	bool threads;		/* set the variables that size thread pools */
	uint64_t nr_threads;	/* 0: from the grant */
};

/* The options that fill it in. */
extern const struct cli_option jobspec_options[];

void jobspec_init(struct jobspec *spec);
/* 0; -ENOENT when @key is not one of these options; or a positive status. */
int jobspec_option(struct cli *cli, struct jobspec *spec, int key,
		   const char *arg);
/* Is the command, or the lack of one, right? Names the job after it. */
int jobspec_check_command(struct cli *cli, struct jobspec *spec, int argc,
			  char **argv);

/*
 * A status. On CLI_OK @job is the queued job, or NULL after a dry run, which
 * has been printed.
 */
int jobspec_submit(struct cli *cli, const struct jobspec *spec,
		   struct aios_job **job);

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

/* Other options that several commands take; 0 or a status. */
int weight_parse(struct cli *cli, const char *text, uint32_t *weight);
int priority_parse(struct cli *cli, const char *text, int32_t *priority);

/* "team" as "/team", for the caller to free. */
char *group_path(const char *text);

#endif /* AIOSCTL_START_JOBSPEC_H */
