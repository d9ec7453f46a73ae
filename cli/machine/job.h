/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job that the command line names, and a job as a row.
 */
#ifndef AIOSCTL_MACHINE_JOB_H
#define AIOSCTL_MACHINE_JOB_H

#include "base/cli.h"

/* Open job @id; 0 or a status after having said why. */
int job_open(struct cli *cli, uint64_t id, struct aios_job **job);

/* The fields of a job in a list, in an open row. */
void job_fields(struct out *o, const struct aios_record *job);

/*
 * Parse the options, which @option takes (NULL: there are none), then call @fn
 * for each job that the arguments name, all of them although one fails. The
 * status of the first failure.
 */
int job_each(struct cli *cli, int argc, char **argv,
	     int (*option)(struct cli *cli, int key, void *data),
	     int (*fn)(struct cli *cli, struct aios_job *job, void *data),
	     void *data);

/* Have @call done to each job that the arguments name; @verb says in a message what that is. */
int job_order(struct cli *cli, int argc, char **argv, const char *verb,
	      int (*call)(struct aios_job *job, struct aios_why *why));

/* One document with @fn's record for each job. */
int job_each_print(struct cli *cli, int argc, char **argv,
		   int (*fn)(struct cli *cli, struct aios_job *job, void *data));

/* Why a job has what it has, as a record; a status. */
int job_explain_print(struct cli *cli, struct aios_job *job, void *data);

#endif /* AIOSCTL_MACHINE_JOB_H */
