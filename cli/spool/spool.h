/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What submit was given, kept in a file for each job: so show, log and rerun know the
 * command, which the kernel does not. Documentation/man/man1/aiosctl-log.1 has the format.
 */
#ifndef AIOSCTL_SPOOL_SPOOL_H
#define AIOSCTL_SPOOL_SPOOL_H

#include <aios.h>

#include "print/util.h"

/* So many records are kept before old ones of jobs that have ended go. */
#define SPOOL_MAX	1000

/* An option of submit, as it was given. */
struct spool_option {
	const char *name;
	const char *value;	/* NULL: it has none */
};

struct spool_record {
	uint64_t id;
	uint64_t submit_ns;	/* what the kernel says; 0: not known */
	int64_t time_s;		/* by the wall clock */
	const char *name;	/* of the job, or NULL */
	const char *directory;
	const char *output;	/* path, absolute */
	const char *error;	/* likewise; NULL: it is that of output */
	uint64_t array;		/* the first job of its array; 0: it is of none */
	uint64_t index;		/* in it */
	const char *from;	/* "ID@BOOT" of the job that it takes the place of, or NULL */
	const char *members;	/* ids of all that were submitted with it, see ranges.h, or NULL */
	char **argv;		/* NULL at the end; so is the next */
	char **env;
	struct spool_option *options;
	size_t nr_options;
	char *text;		/* of a record that was read: all strings lie there */
};

/* This keeps a record; it returns 0 or -errno. */
int spool_write(const struct spool_record *record);

/*
 * This reads the record of a job that was submitted since the machine started; it returns
 * 0, or -ENOENT when there is none, or another errno.
 */
int spool_read(uint64_t id, struct spool_record *record);
void spool_free(struct spool_record *record);

/*
 * This calls @take for each record of an earlier boot with the option @option, the oldest
 * first, but for those in whose place a job was submitted since. A second caller waits until
 * the first is done. It returns 0, what @take returned that was not, or -errno.
 */
int spool_each_earlier(const char *option,
		       int (*take)(struct spool_record *record, const char *from, void *data),
		       void *data);

/* This finds the job that was submitted last; it returns 0 or -errno. */
int spool_newest(uint64_t *id);

/* Where there are too many records, the oldest of jobs that have ended go. */
void spool_prune(struct aios_ctx *ctx);

#endif /* AIOSCTL_SPOOL_SPOOL_H */
