/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job that the command line names, and a job as a row.
 */
#ifndef AIOSCTL_MACHINE_JOB_H
#define AIOSCTL_MACHINE_JOB_H

#include "base/cli.h"

/* This opens job @id; it returns 0 or a status after having said why. */
int job_open(struct cli *cli, uint64_t id, struct aios_job **job);

/* This writes the fields of a job into an open row of a list. */
void job_fields(struct out *o, const struct aios_record *job);

/*
 * This parses the options, which @option takes (NULL: there are none), then calls @fn
 * for each job that the arguments name, all of them although one fails. It returns the
 * status of the first failure.
 */
int job_each(struct cli *cli, int argc, char **argv,
	     int (*option)(struct cli *cli, int key, void *data),
	     int (*fn)(struct cli *cli, struct aios_job *job, void *data),
	     void *data);

/*
 * This has @call done to each job that the arguments name; @verb says in a message what
 * that is.
 */
int job_order(struct cli *cli, int argc, char **argv, const char *verb,
	      int (*call)(struct aios_job *job, struct aios_why *why));

/* This prints one document with @fn's record for each job. */
int job_each_print(struct cli *cli, int argc, char **argv,
		   int (*fn)(struct cli *cli, struct aios_job *job, void *data));

/* This prints why a job has what it has, as a record; it returns a status. */
int job_explain_print(struct cli *cli, struct aios_job *job, void *data);

#endif /* AIOSCTL_MACHINE_JOB_H */
