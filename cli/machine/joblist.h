/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs that the kernel lists, filtered and sorted: what list, top and
 * metrics have in common.
 */
#ifndef AIOSCTL_MACHINE_JOBLIST_H
#define AIOSCTL_MACHINE_JOBLIST_H

#include "base/values.h"

#define JOBLIST_KEYS_MAX	8
#define JOBLIST_LIVE	(1U << AIOS_STATE_QUEUED | 1U << AIOS_STATE_ADMITTED | \
			 1U << AIOS_STATE_RUNNING | 1U << AIOS_STATE_SUSPENDED)

struct joblist_filter {
	uint32_t states;	/* bit AIOS_STATE_* */
	const char *group;	/* path: it and what is below; NULL: all */
	bool by_user;
	uint32_t uid;
};

struct joblist_key {
	int (*compare)(const struct aios_record *a, const struct aios_record *b);
	bool reverse;
};

struct joblist {
	struct aios_record *jobs; /* with copies of name and path */
	size_t nr;
	size_t room;
};

/* This returns 0, or -errno of the library. */
int joblist_read(struct joblist *list, const struct joblist_filter *filter);
void joblist_sort(struct joblist *list, const struct joblist_key *keys,
		  size_t nr_keys);
void joblist_free(struct joblist *list);

/*
 * This reads "-priority,wait" into at most JOBLIST_KEYS_MAX keys; it returns their
 * number or -EINVAL.
 */
int joblist_keys_parse(const char *text, struct joblist_key *keys);
/* This does so for the option --sort; it returns -1 after having said what is wrong. */
int joblist_sort_option(struct cli *cli, const char *text, struct joblist_key *keys);
/* This returns the name of the n-th key, or NULL after the last. */
const char *joblist_key_name(uint32_t n);
/* The option that takes keys calls them KEY. */
extern const struct cli_values joblist_values[];
/* Jobs are sorted by this when nothing else is said. */
#define JOBLIST_DEFAULT_SORT	"position,id"

/* These are the times that a list shows, 0 when they do not apply. */
uint64_t job_wait_ns(const struct aios_record *job, uint64_t now);
uint64_t job_run_ns(const struct aios_record *job, uint64_t now);

/* These read arguments of options; they return 0 or a status. */
int states_parse(struct cli *cli, const char *option, const char *text,
		 uint32_t *states);
int columns_parse(struct cli *cli, const char *text,
		  const struct out_column *all, size_t nr_all,
		  struct out_column *columns, size_t *nr);

/* This reports -errno of a list and returns a status. */
int list_fail(struct cli *cli, int err, const char *what);

#endif /* AIOSCTL_MACHINE_JOBLIST_H */
