// SPDX-License-Identifier: GPL-2.0
/*
 * wait: until jobs have ended, or are in a state.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>

#include "base/commands.h"
#include "machine/job.h"
#include "machine/joblist.h"
#include "print/show.h"
#include "print/when.h"

enum {
	KEY_TIMEOUT = CLI_KEY(1),
	KEY_UNTIL,
	KEY_ANY,
};

static const struct cli_option wait_options[] = {
	{ "timeout", KEY_TIMEOUT, "DURATION", "give up after this time" },
	{ "until", KEY_UNTIL, "STATE[,STATE]...",
	  "only until each is in one of these states, or has ended: %s" },
	{ "any", KEY_ANY, NULL, "return when one of them has ended" },
	{ 0 }
};

struct waiting {
	struct cli *cli;
	bool timed;
	uint64_t timeout_ns;	/* 0: look once */
	uint32_t until;		/* states, 0: the end */
	bool any;
	struct aios_job **jobs;
	struct aios_wait *results;
	bool *done;
	size_t nr;
	size_t nr_done;
};

/* This looks at a job without waiting. */
static int look(struct waiting *w, size_t i)
{
	struct aios_wait *wait = &w->results[i];
	int err;

	AIOS_INIT(wait);
	wait->state_mask = w->until;
	wait->timeout_ns = 1;	/* long ago */
	err = aios_job_wait(w->jobs[i], wait);
	if (err == -ETIMEDOUT || err == -EINTR)
		return 0;
	if (err)
		return err;
	w->done[i] = true;
	w->nr_done++;
	return 0;
}

static int poll_timeout(uint64_t deadline)
{
	uint64_t now = monotonic_ns();
	uint64_t ms;

	if (!deadline)
		return -1;
	if (now >= deadline)
		return 0;
	ms = (deadline - now + 999999) / 1000000;
	return ms > 3600000 ? 3600000 : ms;
}

/* This returns 0, -ETIMEDOUT or another errno. */
static int wait_all(struct waiting *w)
{
	uint64_t deadline = w->timed ? monotonic_ns() + w->timeout_ns : 0;
	struct pollfd *fds = xcalloc(w->nr, sizeof(*fds));
	int err = 0;

	for (size_t i = 0; i < w->nr; i++)
		fds[i] = (struct pollfd){ aios_job_fd(w->jobs[i]), POLLIN, POLLIN };
	for (;;) {
		for (size_t i = 0; i < w->nr && !err; i++) {
			if (!w->done[i] && fds[i].revents)
				err = look(w, i);
			if (w->done[i])
				fds[i].fd = -1;
		}
		if (err || w->nr_done == w->nr || (w->any && w->nr_done))
			break;
		if (deadline && monotonic_ns() >= deadline) {
			err = -ETIMEDOUT;
			break;
		}
		if (poll(fds, w->nr, poll_timeout(deadline)) < 0 && errno != EINTR) {
			err = -errno;
			break;
		}
	}
	free(fds);
	return err;
}

static int wait_print(struct waiting *w)
{
	static const struct out_column columns[] = {
		{ "id", "ID", true },
		{ "state", "STATE", false },
		{ "end", "END", false },
	};
	struct out *o = &w->cli->out;

	if (w->cli->quiet && !w->cli->json)
		return CLI_OK;
	cli_open(w->cli);
	out_table_begin(o, "jobs", NULL, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < w->nr; i++) {
		const struct aios_wait *r = &w->results[i];

		if (!w->done[i])
			continue;
		out_row_begin(o);
		out_u64(o, "id", aios_job_id(w->jobs[i]));
		show_state(o, r->state);
		out_cell(o, "end", "%s", r->end ? end_text(r->end, r->code) : "-");
		out_data_string(o, "end", r->end ? aios_end_name(r->end) : NULL);
		out_data_u64(o, "code", r->code);
		out_data_u64(o, "status", cli_status_of_end(r->end, r->code));
		out_row_end(o);
	}
	out_table_end(o);
	return cli_close(w->cli);
}

static int wait_option(struct waiting *w, int key)
{
	switch (key) {
	case KEY_TIMEOUT:
		w->timed = true;
		return cli_parse_duration(w->cli, "--timeout", optarg, &w->timeout_ns);
	case KEY_UNTIL:
		return states_parse(w->cli, "--until", optarg, &w->until);
	case KEY_ANY:
		w->any = true;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

static int wait_open(struct waiting *w, char **argv)
{
	uint64_t id;
	int status = CLI_OK;

	for (size_t i = 0; i < w->nr && !status; i++)
		status = cli_parse_job(w->cli, argv[i], &id);
	if (!status)
		status = cli_connect(w->cli);
	for (size_t i = 0; i < w->nr && !status; i++) {
		cli_parse_job(w->cli, argv[i], &id);
		status = job_open(w->cli, id, &w->jobs[i]);
	}
	return status;
}

static int wait_finish(struct waiting *w)
{
	int status;
	int err;

	err = wait_all(w);
	if (err == -ETIMEDOUT)
		return cli_error(w->cli, CLI_TIMEOUT, "%zu of %zu jobs had not ended in time",
				 w->nr - w->nr_done, w->nr);
	if (err)
		return cli_fail(w->cli, err, NULL, "cannot wait");
	status = wait_print(w);
	for (size_t i = 0; i < w->nr && !status; i++)
		if (w->done[i])
			status = cli_status_of_end(w->results[i].end, w->results[i].code);
	return status;
}

static int wait_run(struct cli *cli, int argc, char **argv)
{
	struct waiting w = { .cli = cli };
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = wait_option(&w, key);
		if (status)
			return status;
	}
	if (optind == argc)
		return cli_usage(cli, "which job?");
	w.nr = argc - optind;
	w.jobs = xcalloc(w.nr, sizeof(*w.jobs));
	w.results = xcalloc(w.nr, sizeof(*w.results));
	w.done = xcalloc(w.nr, sizeof(*w.done));
	status = wait_open(&w, argv + optind);
	if (!status)
		status = wait_finish(&w);
	for (size_t i = 0; i < w.nr; i++)
		aios_job_unref(w.jobs[i]);
	free(w.jobs);
	free(w.results);
	free(w.done);
	return status;
}

const struct cli_command wait_command = {
	.name = "wait",
	.args = "JOB...",
	.summary = "wait until jobs have ended",
	.help = "Wait until every job has ended and print how. The exit status is that of the first of them, as given, that did not end with 0: its own, 128+N for signal N, 137 when it was cancelled or exceeded its memory.",
	.options = wait_options,
	.run = wait_run,
};
