/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command as a job that runs later, from its options to the process that waits: what
 * submit and rerun do.
 */
#ifndef AIOSCTL_START_SUBMISSION_H
#define AIOSCTL_START_SUBMISSION_H

#include "spool/spool.h"
#include "start/array.h"
#include "start/jobspec.h"

#define SUBMISSION_KEY_NOTIFY	CLI_KEY(800)
#define SUBMISSION_KEY_REQUEUE	CLI_KEY(801)

#define SUBMISSION_OPTIONS						\
	{ "output", 'o', "FILE",					\
	  "standard output (default aios-%j.out); %j is the job, %n its name, %g its group, "	\
	  "%u the user, %h the host, %t the time, %A its array, %a its index there, "	\
	  "%% itself" },						\
	{ "error", 'e', "FILE", "standard error (default: where output goes)" },	\
	{ "notify", SUBMISSION_KEY_NOTIFY, "COMMAND",			\
	  "a line for the shell that runs when the job, or all of the array, has ended" }, \
	{ "chdir", 'C', "DIRECTORY", "run the command, and write its output, there" }

#define SUBMISSION_REQUEUE						\
	{ "requeue", SUBMISSION_KEY_REQUEUE, NULL,			\
	  "submit it anew where the machine goes down before it has ended: see rerun" }

/* A job that was submitted. */
struct submitted {
	struct aios_job *job;
	uint64_t id;
	uint64_t index;		/* in the array; 0 where there is none */
	char *name;		/* or NULL: it has none */
	char *output_path;	/* absolute */
	char *error_path;	/* absolute, or NULL */
	uint64_t submit_ns;	/* when; 0: not known */
};

struct submission {
	struct cli *cli;
	struct jobspec spec;
	struct array array;	/* of several jobs, or of one of an array that runs again */
	uint64_t array_id;	/* its first job */
	struct submitted *jobs;	/* one, or one for each index */
	size_t nr;		/* 0: none was submitted */
	char **argv;		/* the command, as it is executed */
	char **env;		/* its environment; NULL: that of aiosctl */
	const char *output;	/* as it was given; NULL: the default */
	const char *error;	/* likewise; NULL: where output goes */
	const char *notify;	/* command, or NULL */
	const char *from;	/* record of the job that it takes the place of, or NULL */
	const char *directory;	/* to go to, or NULL */
	char begin[MOMENT_LEN];	/* as is kept of --begin */
	char *line[4];		/* @argv of a command line of the shell */
	char *line_name;	/* the name of a job that has one, or NULL */
	struct spool_option *options; /* as they were given */
	size_t nr_options;
};

void submission_init(struct submission *s, struct cli *cli);
/* This takes one of the options above or of jobspec_options; it returns a status. */
int submission_option(struct submission *s, int key, const char *arg);

/* This finds one of them by its name; NULL: there is none. */
const struct cli_option *submission_option_find(const char *name);

/*
 * This submits the @argc words at @argv, NULL behind them, as the options say; it returns
 * a status. A single one in which a shell would see more than a word runs by the shell.
 * After a dry run, which has been printed, there is no job. Of an array all are submitted,
 * or none.
 */
int submission_start(struct submission *s, int argc, char **argv);

/* This says where the output goes, where a person reads the id. */
void submission_note(struct submission *s);
/* These are the fields of an open record of JSON. */
void submission_fields(struct submission *s, const struct submitted *job);
void submission_end(struct submission *s);

#endif /* AIOSCTL_START_SUBMISSION_H */
