/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Jobs that have ended, as the log on disk keeps them beyond what the kernel remembers.
 * Documentation/man/man1/aiosctl-history.1 has the form of its lines.
 */
#ifndef AIOSCTL_HISTORY_ENDED_H
#define AIOSCTL_HISTORY_ENDED_H

#include "base/cli.h"

#define LOG_FOLDER	"/var/log/aios"
/* A file of a user's is kept until it has so many bytes, and the one before it. */
#define LOG_BYTES	(1u << 20)

struct ended {
	uint64_t job;
	char *name;		/* or "" */
	char *group;
	uint32_t uid;
	uint32_t state;		/* AIOS_STATE_* */
	uint32_t end;		/* AIOS_END_* */
	uint32_t code;
	uint32_t why;		/* AIOS_WHY_* */
	uint32_t attempt;
	int64_t end_s;		/* by the wall clock */
	uint64_t wait_ns;	/* in the queue, of the last attempt */
	uint64_t run_ns;	/* likewise */
	uint64_t cpu_ns;	/* in all attempts */
	uint32_t mask;		/* of what it stated */
	bool granted;		/* it is known what it was granted last */
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 grant[AIOS_RESOURCE_MAX];
	__u64 peak[AIOS_RESOURCE_MAX];
};

struct history {
	struct ended *all;
	size_t nr;
	size_t room;
};

void history_end(struct history *h);
/* This makes room for one more, all zero; its strings are the history's. */
struct ended *history_add(struct history *h);
/* By the time of their end, and then by their number. */
void history_sort(struct history *h);
/* This finds the same job: a number can come again where first_job= is given to the module. */
const struct ended *history_find(const struct history *h, const struct ended *job);

/* This reads a job that has ended; 0, -EAGAIN where it has not, or -errno. */
int ended_read(struct aios_ctx *ctx, uint64_t job, struct ended *e);
/* This adds the jobs that the kernel remembers and @h has not; it returns 0 or -errno. */
int ended_add_remembered(struct aios_ctx *ctx, struct history *h);

/* This returns a line with its end, to be freed. */
char *ended_line(const struct ended *e);
/* This takes a line apart; false: it is none that is known here. */
bool ended_parse(char *line, struct ended *e);

/*
 * This appends to the log in @folder, of which the job's user can read his part; 0 or -errno.
 * The folder is made where it is missing.
 */
int log_append(const char *folder, const struct ended *e);
/* This says why the log cannot be written or read. */
const char *log_cause(int err);
/* This reads what the caller may read of it; 0, -ENOENT where there is none, or -errno. */
int log_read(const char *folder, struct history *h);

/* This goes on recording what ends; it returns a status. */
int history_record(struct cli *cli, const char *folder);

#endif /* AIOSCTL_HISTORY_ENDED_H */
