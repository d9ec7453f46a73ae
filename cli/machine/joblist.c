// SPDX-License-Identifier: GPL-2.0
/*
 * The jobs that the kernel lists, filtered and sorted: see joblist.h.
 */
#include <errno.h>
#include <string.h>

#include "machine/joblist.h"
#include "print/when.h"

/* A list that changes while it is read is read again so often. */
#define READ_TRIES	5

static bool path_below(const char *path, const char *group)
{
	size_t len = strlen(group);

	if (!strcmp(group, "/"))
		return true;
	return !strncmp(path, group, len) && (!path[len] || path[len] == '/');
}

struct reader {
	struct joblist *list;
	const struct joblist_filter *filter;
};

static int reader_add(const struct aios_record *job, void *data)
{
	struct reader *reader = data;
	const struct joblist_filter *filter = reader->filter;
	struct joblist *list = reader->list;
	struct aios_record *copy;

	if (!(filter->states & 1U << job->state) ||
	    (filter->by_user && filter->uid != job->uid) ||
	    (filter->group && !path_below(job->path, filter->group)))
		return 0;
	if (list->nr == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->jobs = xrealloc(list->jobs, list->room * sizeof(*list->jobs));
	}
	copy = &list->jobs[list->nr++];
	*copy = *job;
	copy->name = xstrdup(job->name);
	copy->path = xstrdup(job->path);
	return 0;
}

int joblist_read(struct joblist *list, const struct joblist_filter *filter)
{
	struct reader reader = { .list = list, .filter = filter };
	int err = -EAGAIN;

	*list = (struct joblist){ 0 };
	for (int try = 0; try < READ_TRIES && err == -EAGAIN; try++) {
		joblist_free(list);
		err = aios_job_list(reader_add, &reader);
	}
	/* After so many changes what was read last is as true as anything. */
	return err == -EAGAIN ? 0 : err;
}

void joblist_free(struct joblist *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free((char *)list->jobs[i].name);
		free((char *)list->jobs[i].path);
	}
	free(list->jobs);
	*list = (struct joblist){ 0 };
}

uint64_t job_wait_ns(const struct aios_record *job, uint64_t now)
{
	uint64_t end = job->admit_ns ?: job->finish_ns ?: now;

	return end > job->submit_ns ? end - job->submit_ns : 0;
}

uint64_t job_run_ns(const struct aios_record *job, uint64_t now)
{
	uint64_t end = job->finish_ns ?: now;

	return job->start_ns && end > job->start_ns ? end - job->start_ns : 0;
}

/* ---------------------------------------------------------------- sorting */

#define COMPARE(a, b)	((a) < (b) ? -1 : (a) > (b))

#define COMPARE_BY(name, value)						\
static int by_##name(const struct aios_record *a, const struct aios_record *b) \
{									\
	return COMPARE(a->value, b->value);				\
}

COMPARE_BY(id, job)
COMPARE_BY(state, state)
COMPARE_BY(priority, priority)
COMPARE_BY(weight, weight)
COMPARE_BY(position, position)
COMPARE_BY(cpu, grant[AIOS_RESOURCE_CPU])
COMPARE_BY(memory, grant[AIOS_RESOURCE_MEMORY])
COMPARE_BY(gpu, grant[AIOS_RESOURCE_GPU])

static int by_name(const struct aios_record *a, const struct aios_record *b)
{
	return strcmp(a->name, b->name);
}

static int by_group(const struct aios_record *a, const struct aios_record *b)
{
	return strcmp(a->path, b->path);
}

static int by_user(const struct aios_record *a, const struct aios_record *b)
{
	return COMPARE(a->uid, b->uid);
}

static uint64_t now_ns;

static int by_wait(const struct aios_record *a, const struct aios_record *b)
{
	return COMPARE(job_wait_ns(a, now_ns), job_wait_ns(b, now_ns));
}

static int by_run(const struct aios_record *a, const struct aios_record *b)
{
	return COMPARE(job_run_ns(a, now_ns), job_run_ns(b, now_ns));
}

static const struct {
	const char *name;
	int (*compare)(const struct aios_record *a, const struct aios_record *b);
} keys_known[] = {
	{ "id", by_id }, { "name", by_name }, { "group", by_group },
	{ "user", by_user }, { "state", by_state }, { "priority", by_priority },
	{ "weight", by_weight }, { "position", by_position }, { "cpu", by_cpu },
	{ "mem", by_memory }, { "gpu", by_gpu }, { "wait", by_wait },
	{ "run", by_run },
};

const char *joblist_key_name(uint32_t n)
{
	return n < ARRAY_SIZE(keys_known) ? keys_known[n].name : NULL;
}

const struct cli_values joblist_values[] = {
	{ .of = "KEY", .kind = CLI_WORDS, .word = joblist_key_name },
	{ 0 }
};

int joblist_keys_parse(const char *text, struct joblist_key *keys)
{
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;
	int nr = 0;

	while ((word = strsep(&rest, ","))) {
		bool reverse = *word == '-';
		size_t i;

		word += reverse;
		for (i = 0; i < ARRAY_SIZE(keys_known); i++)
			if (!strcmp(keys_known[i].name, word))
				break;
		if (i == ARRAY_SIZE(keys_known) || nr == JOBLIST_KEYS_MAX)
			return -EINVAL;
		keys[nr++] = (struct joblist_key){
			.compare = keys_known[i].compare,
			.reverse = reverse,
		};
	}
	return nr;
}

int joblist_sort_option(struct cli *cli, const char *text, struct joblist_key *keys)
{
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;
	struct joblist_key key[JOBLIST_KEYS_MAX];
	int nr = joblist_keys_parse(text, keys);

	if (nr >= 0)
		return nr;
	while ((word = strsep(&rest, ","))) {
		if (joblist_keys_parse(word, key) >= 0)
			continue;
		cli_unknown(cli, "--sort", word + (*word == '-'));
		return -1;
	}
	cli_usage(cli, "--sort takes %d keys at most, not '%s'", JOBLIST_KEYS_MAX, text);
	return -1;
}

struct sort_order {
	const struct joblist_key *keys;
	size_t nr;
};

static int compare_jobs(const void *a, const void *b, void *data)
{
	const struct sort_order *order = data;

	for (size_t i = 0; i < order->nr; i++) {
		int difference = order->keys[i].compare(a, b);

		if (difference)
			return order->keys[i].reverse ? -difference : difference;
	}
	return by_id(a, b);
}

void joblist_sort(struct joblist *list, const struct joblist_key *keys,
		  size_t nr_keys)
{
	struct sort_order order = { .keys = keys, .nr = nr_keys };

	now_ns = monotonic_ns();
	if (list->nr)
		qsort_r(list->jobs, list->nr, sizeof(*list->jobs), compare_jobs,
			&order);
}

/* -------------------------------------------------------------- arguments */

int states_parse(struct cli *cli, const char *option, const char *text,
		 uint32_t *states)
{
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;

	*states = 0;
	while ((word = strsep(&rest, ","))) {
		int state = aios_state_from_name(word);

		if (state < 0)
			return cli_unknown(cli, option, word);
		*states |= 1U << state;
	}
	return CLI_OK;
}

int columns_parse(struct cli *cli, const char *text,
		  const struct out_column *all, size_t nr_all,
		  struct out_column *columns, size_t *nr)
{
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;

	*nr = 0;
	while ((word = strsep(&rest, ","))) {
		size_t i;

		for (i = 0; i < nr_all; i++)
			if (!strcmp(all[i].key, word))
				break;
		if (i == nr_all)
			return cli_unknown(cli, "--columns", word);
		if (*nr == nr_all)
			return cli_usage(cli, "--columns: '%s' names a column twice", text);
		columns[(*nr)++] = all[i];
	}
	return CLI_OK;
}

int list_fail(struct cli *cli, int err, const char *what)
{
	if (err == -ENOENT)
		return cli_no_netlink(cli);
	return cli_fail(cli, err, NULL, "cannot read the %s", what);
}
