/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job that the command line names, and a job as a row.
 */
#ifndef AIOSCTL_MACHINE_JOB_H
#define AIOSCTL_MACHINE_JOB_H

#include "base/cli.h"

/* This opens job @id; it returns 0 or a status after having said why. */
int job_open(struct cli *cli, uint64_t id, struct aios_job **job);

/* This says that there is no job @id. */
int job_missing(struct cli *cli, uint64_t id);

/* This writes the fields of a job into an open row of a list. */
void job_fields(struct out *o, const struct aios_record *job);

/* What a command does to each of some jobs. */
struct job_task {
	const char *verb;	/* says in a message what that is */
	uint32_t states;	/* in which it makes sense to a job that is selected */
	int held;		/* as in struct selection */
	bool last_first;	/* of what is selected, so that nothing starts that waits for it */
	/* This takes the options of the command, but for those that select; NULL: none. */
	int (*option)(struct cli *cli, int key, void *data);
	int (*fn)(struct cli *cli, struct aios_job *job, void *data);
	void *data;
};

/*
 * This parses the options, then does the task to each job that the arguments name, or that
 * the options select, all of them although one fails. It returns the status of the first
 * failure.
 */
int job_each(struct cli *cli, int argc, char **argv, const struct job_task *task);

/* An order is a task without data: a call of the library. */
struct job_order {
	const char *verb;
	uint32_t states;
	int held;
	bool last_first;
	int (*call)(struct aios_job *job, struct aios_why *why);
};

int job_order(struct cli *cli, int argc, char **argv, const struct job_order *order);

/*
 * This tells whether job @id, which cannot be opened, was there: then it has ended, and
 * nobody knows any more how.
 */
bool job_is_forgotten(struct cli *cli, uint64_t id);

/* This prints one document with @fn's record for each job. */
int job_each_print(struct cli *cli, int argc, char **argv,
		   int (*fn)(struct cli *cli, struct aios_job *job, void *data));

/* This prints why a job has what it has, as a record; it returns a status. */
int job_explain_print(struct cli *cli, struct aios_job *job, void *data);

#endif /* AIOSCTL_MACHINE_JOB_H */
