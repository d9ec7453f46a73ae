// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that take jobs by their ids: how the ids become handles.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "machine/job.h"
#include "machine/select.h"
#include "spool/spool.h"

bool job_is_forgotten(struct cli *cli, uint64_t id)
{
	struct aios_depend depend = { .job = id, .kind = AIOS_DEPEND_AFTEROK };
	struct spool_record record;
	struct aios_submit s;

	/* The kernel says whether there was such a job to who would wait for it. */
	aios_submit_init(&s);
	s.flags = AIOS_SUBMIT_DRY_RUN;
	aios_submit_set_group(&s, "/");
	aios_submit_set_depends(&s, &depend, 1);
	if (aios_submit(cli->ctx, &s, NULL) && s.why.code == AIOS_WHY_FORGOTTEN)
		return true;
	/* Who may not submit there is not told; what he submitted himself he knows. */
	if (s.why.code == AIOS_WHY_DEPENDS_NEVER || spool_read(id, &record))
		return false;
	spool_free(&record);
	return true;
}

int job_missing(struct cli *cli, uint64_t id)
{
	return cli_error(cli, CLI_NOT_FOUND,
			 "there is no job %" PRIu64 ", or it has ended long ago, or is not yours to see: 'aiosctl list -a' shows those that are known",
			 id);
}

int job_open(struct cli *cli, uint64_t id, struct aios_job **job)
{
	int err = aios_job_open(cli->ctx, id, job);

	switch (err) {
	case 0:
		return CLI_OK;
	case -ENOENT:
		if (job_is_forgotten(cli, id))
			return cli_error(cli, CLI_NOT_FOUND,
					 "job %" PRIu64 " has ended, and it is not known any more how",
					 id);
		return job_missing(cli, id);
	default:
		return cli_fail(cli, err, NULL, "cannot open job %" PRIu64, id);
	}
}

/* This looks at every id before anything is done. */
static int arguments_parse(struct cli *cli, int argc, char **argv)
{
	uint64_t id;
	int status = CLI_OK;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind == argc)
		return cli_usage(cli, "which job? Give the number that submit printed, or that list shows");
	for (int i = optind; i < argc && !status; i++)
		status = cli_parse_job(cli, argv[i], &id);
	return status ?: cli_connect(cli);
}

static int task_parse(struct cli *cli, int argc, char **argv, const struct job_task *task,
		      struct selection *selection)
{
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = key == '?' ? CLI_USAGE : selection_option(cli, selection, key, optarg);
		if (status == -ENOENT)
			status = task->option ? task->option(cli, key, task->data) : CLI_USAGE;
		if (status)
			return status;
	}
	selection->held = task->held;
	status = selection_find(cli, selection, task->states, task->verb, argc - optind,
				argv + optind);
	return status ?: cli_connect(cli);
}

static bool has_ended(struct aios_job *job)
{
	struct aios_wait wait;

	AIOS_INIT(&wait);
	wait.timeout_ns = 1;	/* long ago */
	return !aios_job_wait(job, &wait);
}

static int task_do(struct cli *cli, const struct job_task *task, uint64_t id, bool selected)
{
	struct aios_job *job;
	int status;

	/* What was selected may end in the meantime, by what is done to another too. */
	if (selected && aios_job_open(cli->ctx, id, &job))
		return CLI_OK;
	status = selected ? CLI_OK : job_open(cli, id, &job);
	if (status)
		return status;
	if (!selected || !has_ended(job))
		status = task->fn(cli, job, task->data);
	aios_job_unref(job);
	return status;
}

int job_each(struct cli *cli, int argc, char **argv, const struct job_task *task)
{
	struct selection selection = { 0 };
	int first = CLI_OK;
	int status;

	status = task_parse(cli, argc, argv, task, &selection);
	if (status) {
		selection_free(&selection);
		return status;
	}
	cli_several_begin(cli, "jobs");
	for (size_t i = 0; i < selection.nr; i++) {
		bool last = selection.used && task->last_first;
		uint64_t id = selection.ids[last ? selection.nr - 1 - i : i];

		cli_item_begin(cli);
		if (cli->several)
			out_u64(&cli->out, "id", id);
		status = task_do(cli, task, id, selection.used);
		cli_item_end(cli, status);
		first = first ?: status;
	}
	selection_free(&selection);
	return cli_several_end(cli, first);
}

int job_each_print(struct cli *cli, int argc, char **argv,
		   int (*fn)(struct cli *cli, struct aios_job *job, void *data))
{
	int status;

	status = arguments_parse(cli, argc, argv);
	if (status)
		return status;
	cli_open(cli);
	out_list_begin(&cli->out, "jobs");
	for (int i = optind; i < argc; i++) {
		struct aios_job *job;
		uint64_t id;

		status = cli_parse_job(cli, argv[i], &id);
		if (!status)
			status = job_open(cli, id, &job);
		if (status)
			return status;
		status = fn(cli, job, NULL);
		aios_job_unref(job);
		if (status)
			return status;
	}
	out_list_end(&cli->out);
	return cli_close(cli);
}

/* It has processes, or is about to. */
#define STARTED	(1U << AIOS_STATE_ADMITTED | 1U << AIOS_STATE_RUNNING | 1U << AIOS_STATE_SUSPENDED)

/* What the errors of an order mean for it, and what helps. */
static const struct {
	const char *verb;
	int err;
	uint32_t state;		/* bits 1 << AIOS_STATE_*; 0: @err says it */
	const char *cause;
} order_causes[] = {
	{ "hold", -EALREADY, 0, "it is on hold already: 'aiosctl release' lets it go on" },
	{ "hold", -EINVAL, STARTED,
		"it has started, and only what waits is kept back: 'aiosctl suspend' freezes it" },
	{ "release", -EALREADY, 0, "it is not on hold: 'aiosctl explain' tells what it waits for" },
	{ "release", -EINVAL, 1U << AIOS_STATE_SUSPENDED,
		"it is not on hold but suspended: 'aiosctl resume' lets it go on" },
	{ "release", -EINVAL, STARTED,
		"it is not on hold, for it has started: there is nothing to do" },
	{ "suspend", -EALREADY, 0, "it is suspended already: 'aiosctl resume' lets it go on" },
	{ "suspend", -EINVAL, 1U << AIOS_STATE_QUEUED,
		"it waits and has nothing to freeze: 'aiosctl hold' keeps it back" },
	{ "suspend", -EINVAL, 1U << AIOS_STATE_ADMITTED,
		"it is about to start: try again as soon as it runs" },
	{ "resume", -EALREADY, 0,
		"it is to resume already: 'aiosctl explain' tells what it waits for" },
	{ "resume", -EINVAL, 1U << AIOS_STATE_QUEUED,
		"it is not suspended but waits: 'aiosctl explain' tells what for" },
	{ "resume", -EINVAL, STARTED, "it is not suspended, for it runs: there is nothing to do" },
};

static const char *order_cause(const char *verb, int err, const struct aios_why *why)
{
	uint32_t state = why->code == AIOS_WHY_STATE ? 1U << (why->asked & 31) : 0;

	if (err == -ECANCELED && state)
		return "it has ended: 'aiosctl show' tells how, and submit starts it anew";
	for (size_t i = 0; i < ARRAY_SIZE(order_causes); i++)
		if (order_causes[i].err == err && !strcmp(order_causes[i].verb, verb) &&
		    (order_causes[i].state ? order_causes[i].state & state : !why->code))
			return order_causes[i].cause;
	return NULL;
}

/* Whose job it is decides whom to ask. */
static const char *order_denied(struct aios_job *job)
{
	struct aios_stat stat;

	AIOS_INIT(&stat);
	if (!aios_job_stat(job, &stat) && stat.uid == geteuid())
		return "an administrator has put it on hold: ask one to release it";
	return "it is another user's: ask him, or whoever administers its group";
}

static int order_give(struct cli *cli, struct aios_job *job, void *data)
{
	const struct job_order *order = data;
	struct aios_why why = { 0 };
	const char *cause = NULL;
	int err;

	err = order->call(job, &why);
	if (err == -EPERM && why.code == AIOS_WHY_PERMISSION)
		cause = order_denied(job);
	else if (err)
		cause = order_cause(order->verb, err, &why);
	if (cause)
		return cli_fail_because(cli, err, &why, cause, "cannot %s job %" PRIu64,
					order->verb, aios_job_id(job));
	if (err)
		return cli_fail(cli, err, &why, "cannot %s job %" PRIu64,
				order->verb, aios_job_id(job));
	return CLI_OK;
}

int job_order(struct cli *cli, int argc, char **argv, const struct job_order *order)
{
	struct job_task task = {
		.verb = order->verb, .states = order->states, .held = order->held,
		.last_first = order->last_first,
		.fn = order_give, .data = (void *)order,
	};

	return job_each(cli, argc, argv, &task);
}
