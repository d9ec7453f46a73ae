/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a job asks for, as run and submit take it on the command line.
 */
#ifndef AIOSCTL_START_JOBSPEC_H
#define AIOSCTL_START_JOBSPEC_H

#include "base/cli.h"
#include "start/describe.h"
#include "start/resource.h"

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
	uint64_t max_runtime_ns; /* 0: the group's; AIOS_UNLIMITED: none */
	struct moment deadline;	/* 0: none */
	struct moment begin;	/* 0: at once */
	struct features features;
	uint64_t command;	/* hashes of what it runs, and of its arguments; 0: none */
	uint64_t shape;
	struct aios_depend depends[AIOS_DEPENDS_MAX];
	uint32_t nr_depends;
	const char *gang;
	uint64_t gang_size;
	uint32_t retries;	/* after it ran out of memory */
	uint32_t retry_factor;	/* in 1/AIOS_RETRY_UNIT, or 0 */
	const char *adopt;	/* path of a cgroup, or NULL */
	bool told;		/* what is predicted of such a job was said before */
	bool threads;		/* set the variables that size thread pools */
	uint64_t nr_threads;	/* 0: from the grant */
	bool no_preload;	/* leave its CUDA programs alone */
};

/* This tells whether @text can be the name of a job. */
bool jobspec_is_name(const char *text);

/* These options fill it in. */
extern const struct cli_option jobspec_options[];

void jobspec_init(struct jobspec *spec);
/* This returns 0, -ENOENT when @key is not one of these options, or a positive status. */
int jobspec_option(struct cli *cli, struct jobspec *spec, int key,
		   const char *arg);
/* This checks that the command, or the lack of one, is right, and names the job after it. */
int jobspec_check_command(struct cli *cli, struct jobspec *spec, int argc,
			  char **argv);

/* This says what it would run, and returns a status. */
int jobspec_predict(struct cli *cli, const struct jobspec *spec,
		    struct aios_predict_call *prediction);

/*
 * This returns a status. On CLI_OK @job is the queued job, or NULL after a dry run,
 * which has been printed.
 */
int jobspec_submit(struct cli *cli, const struct jobspec *spec,
		   struct aios_job **job);

#endif /* AIOSCTL_START_JOBSPEC_H */
