/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel with the module in it, as far as aiosctl can tell: a library to preload that
 * answers its calls and what it asks over netlink, so that what a command makes of each
 * answer is tested with no module and no root. tests/cli/scripted.sh builds it.
 *
 * The folder that AIOS_TEST_KERNEL names has files. "answers" is what a test says,
 * see answers.c; what it says nothing of goes on as with jobs that start at once unless
 * they are held, see jobs.c, which are kept in "table" from one command to the next, and as
 * with a machine, see machine.c, which is kept in "machine", where the answers want one.
 */
#ifndef TESTS_CLI_KERNEL_H
#define TESTS_CLI_KERNEL_H

#include <linux/aios.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* The path of @file in the folder, in @path; false: there is no such kernel. */
bool kernel_path(char *path, size_t size, const char *file);

/* ----------------------------------------------------------------- answers */

/* A line is fit for use by this until it returns true. */
typedef bool line_fn(const char *line, void *data);

void lines_each(line_fn *fn, void *data);

/*
 * This has the lines answer the call @nr with the struct at @arg, with 0 or -errno in @err;
 * it returns false when they leave it to the jobs. What they set in an answer is set by
 * answer_set(), after the jobs.
 */
bool answer(unsigned int nr, void *arg, int *err);
void answer_set(unsigned int nr, void *arg);

/* Jobs below that have ended and are remembered no more. */
uint64_t answer_forgotten(void);

/* The errno with which it refuses the job that would have this id; 0: it does not. */
int answer_refusal(uint64_t id);

/* Is there a line of a job with this id? */
bool answer_job(uint64_t id);

/* The id of the accelerator that each job has; false: none. */
bool answer_place(uint32_t *id);

/* What access() and stat() find: 0 or an errno; -1: what there is. */
int answer_file(const char *path);

/* -------------------------------------------------------------------- jobs */

/* One that a line lists, or one of the table, as netlink tells of it. */
struct listed {
	const char *name;
	const char *path;
	uint64_t id;
	uint64_t cpu;		/* requested, granted and its limit */
	uint64_t submit_ns;	/* 0: not known */
	uint32_t state;
	uint32_t position;	/* 0: none */
	uint32_t uid;
	uint32_t flags;
};

void jobs_open(void);
/* This returns 0 or -errno. */
int jobs_call(int fd, unsigned int nr, void *arg);
void jobs_each(void (*fn)(const struct listed *job));
/* The present process ends. */
void jobs_end(int code);

/* ----------------------------------------------------------------- machine */

/* Is there a machine with groups, see machine.c? */
bool machine_open(void);
/* This has it answer a call, with 0 or -errno in @err; false: it is not the machine's. */
bool machine_call(unsigned int nr, void *arg, int *err);
void machine_groups(void (*fn)(const char *path, uint32_t uid, uint32_t gid));

/* ----------------------------------------------------------------- netlink */

void list_make(void);

#endif /* TESTS_CLI_KERNEL_H */
