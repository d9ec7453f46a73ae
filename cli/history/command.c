// SPDX-License-Identifier: GPL-2.0
/*
 * history: what jobs that have ended asked for, were granted and used, how long they waited
 * and why they ended; each, or summed up.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/commands.h"
#include "history/ended.h"
#include "machine/arrays.h"
#include "machine/select.h"
#include "print/resources.h"
#include "print/show.h"
#include "start/resource.h"

enum {
	KEY_STATE = CLI_KEY(1),
	KEY_ARRAY,
	KEY_SINCE,
	KEY_BY,
	KEY_FOLDER,
	KEY_RECORD,
};

enum by { BY_JOB, BY_ARRAY, BY_GROUP, BY_USER, BY_DAY };

static const char * const by_words[] = { "job", "array", "group", "user", "day", NULL };

static const struct cli_option history_options[] = {
	{ "user", 'u', "USER", "only jobs of this user" },
	{ "group", 'g', "GROUP", "only jobs of this group and of those below it" },
	{ "state", KEY_STATE, "STATE[,STATE]...",
	  "only those that ended so: done, failed or cancelled" },
	{ "array", KEY_ARRAY, "JOB", "only the jobs of the array that this one is of" },
	{ "since", KEY_SINCE, "DURATION", "only what has ended in so long a time until now" },
	{ "by", KEY_BY, "WHAT", "a line for each %s" },
	{ "directory", KEY_FOLDER, "DIRECTORY", "where the log is (" LOG_FOLDER ")" },
	{ "record", KEY_RECORD, NULL, "go on, and write what ends to the log" },
	{ 0 }
};

static const struct cli_values history_values[] = {
	{ .of = "WHAT", .kind = CLI_WORDS, .words = by_words },
	{ 0 }
};

struct request {
	struct cli *cli;
	const char *folder;
	char *group;		/* path, or NULL: all */
	bool by_user;
	uint32_t uid;
	uint32_t states;
	uint64_t since_ns;	/* a duration; 0: all times */
	enum by by;
	bool record;
	uint64_t array;
	uint64_t *ids;		/* only these; NULL: all */
	size_t nr;
};

/* -------------------------------------------------------------------- selecting */

static bool is_below(const char *path, const char *group)
{
	size_t len = strlen(group);

	if (!strcmp(group, "/"))
		return true;
	return !strncmp(path, group, len) && (!path[len] || path[len] == '/');
}

static bool is_wanted(const struct request *q, const struct ended *e)
{
	if (!(q->states & 1U << e->state) || (q->by_user && q->uid != e->uid) ||
	    (q->group && !is_below(e->group, q->group)))
		return false;
	if (q->since_ns && e->end_s < time(NULL) - (int64_t)(q->since_ns / NSEC_PER_SEC))
		return false;
	for (size_t i = 0; i < q->nr; i++)
		if (q->ids[i] == e->job)
			return true;
	return !q->ids;
}

/* ------------------------------------------------------------------------ jobs */

static const struct out_column job_columns[] = {
	{ "id", "ID", true },
	{ "name", "NAME", false },
	{ "group", "GROUP", false },
	{ "user", "USER", false },
	{ "end", "END", false },
	{ "cpu", "CPU", true },
	{ "used", "USED", true },
	{ "mem", "MEM", true },
	{ "peak", "PEAK", true },
	{ "wait", "WAIT", true },
	{ "run", "RUN", true },
	{ "when", "ENDED", false },
};

static void range_cell(struct out *o, const char *key, uint32_t resource, const struct ended *e)
{
	char text[AIOS_RANGE_LEN];

	if (!(e->mask & 1U << resource))
		return;
	aios_range_format(resource, e->request[resource], e->limit[resource], text, sizeof(text));
	out_cell(o, key, "%s", text);
}

static void duration_cell(struct out *o, const char *key, const char *data, uint64_t ns)
{
	char text[32];

	out_cell(o, key, "%s", duration_text(ns, text, sizeof(text)));
	out_data_u64(o, data, ns);
}

static void date_cell(struct out *o, int64_t when)
{
	char text[32] = "-";
	time_t t = when;
	struct tm tm;

	if (localtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	out_cell(o, "when", "%s", text);
	out_data_u64(o, "end_s", when);
}

static void job_print(struct out *o, const struct ended *e)
{
	char text[AIOS_QUANTITY_LEN];

	out_row_begin(o);
	out_u64(o, "id", e->job);
	out_string(o, "name", *e->name ? e->name : NULL);
	out_string(o, "group", e->group);
	out_string(o, "user", user_name(e->uid));
	out_data_u64(o, "uid", e->uid);
	out_data_string(o, "state", aios_state_name(e->state));
	out_cell(o, "end", "%s", end_text(e->end, e->code));
	out_data_string(o, "end", aios_end_name(e->end));
	out_data_u64(o, "code", e->code);
	out_data_string(o, "why", aios_why_name(e->why));
	out_data_u64(o, "attempt", e->attempt);
	range_cell(o, "cpu", AIOS_RESOURCE_CPU, e);
	range_cell(o, "mem", AIOS_RESOURCE_MEMORY, e);
	/* As CPUs, over the time that it ran. */
	if (e->run_ns)
		out_cell(o, "used", "%.2f", (double)e->cpu_ns / (double)e->run_ns);
	if (e->peak[AIOS_RESOURCE_MEMORY])
		out_cell(o, "peak", "%s",
			 aios_quantity_format(AIOS_RESOURCE_MEMORY, e->peak[AIOS_RESOURCE_MEMORY],
					      text, sizeof(text)));
	duration_cell(o, "wait", "wait_duration_ns", e->wait_ns);
	duration_cell(o, "run", "run_duration_ns", e->run_ns);
	out_data_u64(o, "cpu_duration_ns", e->cpu_ns);
	date_cell(o, e->end_s);
	show_amounts(o, NULL, &(struct show_amounts){
		.mask = e->mask, .request = e->request, .limit = e->limit,
		.grant = e->granted ? e->grant : NULL, .peak = e->peak,
	});
	out_row_end(o);
}

/* ------------------------------------------------------------------------ sums */

struct sum {
	char *key;
	uint64_t jobs;
	uint64_t failed;
	uint64_t wait_ns;
	uint64_t run_ns;
	uint64_t cpu_ns;
	uint64_t asked_ns;	/* CPUs that were requested, over the time that they were held */
	uint64_t peak;		/* of memory */
};

static const struct out_column sum_columns[] = {
	{ "key", "OF", false },
	{ "jobs", "JOBS", true },
	{ "failed", "FAILED", true },
	{ "wait", "MEAN WAIT", true },
	{ "run", "RUN", true },
	{ "cpu_time", "CPU-TIME", true },
	{ "asked", "REQUESTED", true },
	{ "peak", "PEAK MEM", true },
};

/* NULL: it belongs to none. */
static char *key_of(enum by by, const struct ended *e)
{
	time_t t = e->end_s;
	char text[32] = "-";
	uint64_t array;
	struct tm tm;

	if (by == BY_ARRAY) {
		array = array_number(e->job, e->uid);
		return array ? xasprintf("%" PRIu64, array) : NULL;
	}
	if (by == BY_GROUP)
		return xstrdup(e->group);
	if (by == BY_USER)
		return xstrdup(user_name(e->uid));
	if (localtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return xstrdup(text);
}

static struct sum *sum_find(struct sum **sums, size_t *nr, char *key)
{
	for (size_t i = 0; i < *nr; i++)
		if (!strcmp((*sums)[i].key, key)) {
			free(key);
			return &(*sums)[i];
		}
	*sums = xrealloc(*sums, (*nr + 1) * sizeof(**sums));
	(*sums)[*nr] = (struct sum){ .key = key };
	return &(*sums)[(*nr)++];
}

static void sum_add(struct sum *s, const struct ended *e)
{
	s->jobs++;
	s->failed += e->state != AIOS_STATE_DONE;
	s->wait_ns += e->wait_ns;
	s->run_ns += e->run_ns;
	s->cpu_ns += e->cpu_ns;
	if (e->mask & 1U << AIOS_RESOURCE_CPU)
		s->asked_ns += e->run_ns / 1000 * e->request[AIOS_RESOURCE_CPU];
	if (e->peak[AIOS_RESOURCE_MEMORY] > s->peak)
		s->peak = e->peak[AIOS_RESOURCE_MEMORY];
}

static int compare_sums(const void *a, const void *b)
{
	/* Numbers in them count as such. */
	return strverscmp(((const struct sum *)a)->key, ((const struct sum *)b)->key);
}

static void sum_print(struct out *o, const struct sum *s)
{
	out_row_begin(o);
	out_string(o, "key", s->key);
	out_u64(o, "jobs", s->jobs);
	out_u64(o, "failed", s->failed);
	duration_cell(o, "wait", "mean_wait_duration_ns", s->wait_ns / s->jobs);
	duration_cell(o, "run", "run_duration_ns", s->run_ns);
	duration_cell(o, "cpu_time", "cpu_duration_ns", s->cpu_ns);
	duration_cell(o, "asked", "requested_cpu_duration_ns", s->asked_ns);
	show_amount(o, "peak", AIOS_RESOURCE_MEMORY, s->peak);
	out_row_end(o);
}

static void sums_print(const struct request *q, const struct history *h)
{
	struct out *o = &q->cli->out;
	struct sum *sums = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < h->nr; i++) {
		char *key = is_wanted(q, &h->all[i]) ? key_of(q->by, &h->all[i]) : NULL;

		if (key)
			sum_add(sum_find(&sums, &nr, key), &h->all[i]);
	}
	if (nr)
		qsort(sums, nr, sizeof(*sums), compare_sums);
	out_table_begin(o, "sums", NULL, sum_columns, ARRAY_SIZE(sum_columns));
	for (size_t i = 0; i < nr; i++) {
		sum_print(o, &sums[i]);
		free(sums[i].key);
	}
	out_table_end(o);
	free(sums);
}

/* --------------------------------------------------------------------- command */

static int by_parse(struct request *q, const char *word)
{
	for (q->by = BY_JOB; by_words[q->by]; q->by++)
		if (!strcmp(by_words[q->by], word))
			return CLI_OK;
	return cli_unknown(q->cli, "--by", word);
}

static int option_take(struct request *q, int key)
{
	struct cli *cli = q->cli;

	switch (key) {
	case 'u':
		q->by_user = true;
		return !user_parse(optarg, &q->uid) ? CLI_OK :
			cli_error(cli, CLI_NOT_FOUND, "there is no user '%s'", optarg);
	case 'g':
		free(q->group);
		q->group = group_path(optarg);
		return CLI_OK;
	case KEY_STATE:
		return states_parse(cli, "--state", optarg, &q->states);
	case KEY_ARRAY:
		return cli_parse_job(cli, optarg, &q->array);
	case KEY_SINCE:
		return cli_parse_duration(cli, "--since", optarg, &q->since_ns);
	case KEY_BY:
		return by_parse(q, optarg);
	case KEY_FOLDER:
		q->folder = optarg;
		return CLI_OK;
	case KEY_RECORD:
		q->record = true;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

static int request_parse(struct request *q, int argc, char **argv)
{
	int key, status = CLI_OK;

	while (!status && (key = cli_getopt(q->cli, argc, argv)) != -1)
		status = option_take(q, key);
	if (status)
		return status;
	if (q->record && optind < argc)
		return cli_usage(q->cli, "--record takes no job: it writes down all that end");
	if (q->array && optind < argc)
		return cli_usage(q->cli, "name jobs or an array, not both: '%s'", argv[optind]);
	if (q->array) {
		q->ids = array_members(q->cli, q->array, &q->nr, &status);
		return status;
	}
	if (optind == argc)
		return CLI_OK;
	q->ids = xcalloc(argc - optind, sizeof(*q->ids));
	while (!status && optind < argc)
		status = cli_parse_job(q->cli, argv[optind++], &q->ids[q->nr++]);
	return status;
}

/* What the log has, and what only the kernel remembers so far. */
static int history_read(struct request *q, struct history *h)
{
	struct cli *cli = q->cli;
	bool module = cli_module_loaded();
	int err, status;

	err = log_read(q->folder, h);
	if (err && err != -ENOENT && err != -EACCES)
		return cli_fail_because(cli, err, NULL, log_cause(err), "cannot read the log in %s",
					q->folder);
	/* With neither there is nothing that could be shown. */
	if (!err && !module)
		return CLI_OK;
	status = cli_connect(cli);
	if (status)
		return status;
	err = ended_add_remembered(cli->ctx, h);
	return err ? list_fail(cli, err, "list of jobs") : CLI_OK;
}

static int history_print(struct request *q, struct history *h)
{
	struct out *o = &q->cli->out;

	history_sort(h);
	cli_open(q->cli);
	if (q->by != BY_JOB) {
		sums_print(q, h);
		return cli_close(q->cli);
	}
	out_table_begin(o, "jobs", NULL, job_columns, ARRAY_SIZE(job_columns));
	out_table_fit(o, "group,when,used,name,user", "--json");
	for (size_t i = 0; i < h->nr; i++)
		if (is_wanted(q, &h->all[i]))
			job_print(o, &h->all[i]);
	out_table_end(o);
	return cli_close(q->cli);
}

static int history_run(struct cli *cli, int argc, char **argv)
{
	struct request q = { .cli = cli, .folder = LOG_FOLDER, .states = ~0U };
	struct history h = { 0 };
	int status = request_parse(&q, argc, argv);

	if (!status && q.record) {
		status = history_record(cli, q.folder);
	} else if (!status) {
		status = history_read(&q, &h);
		if (!status)
			status = history_print(&q, &h);
	}
	history_end(&h);
	free(q.group);
	free(q.ids);
	return status;
}

const struct cli_command history_command = {
	.name = "history",
	.args = "[JOB]...",
	.summary = "show what ended jobs asked for, used and waited",
	.help = "Show jobs that have ended, oldest first: what they asked for, what they used, how long they waited and ran, and how they ended; with --by the sums of each array, group, user or day. It reads the log on disk, where there is one and as far as you may, and what the kernel still remembers. With --record the command keeps that log, as aios-log.service does.",
	.options = history_options,
	.values = history_values,
	.run = history_run,
};
