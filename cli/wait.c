// SPDX-License-Identifier: GPL-2.0
/*
 * wait: until jobs have ended, or are in a state. Whoever waits for a job has it open,
 * so that it is not forgotten in the meantime. Where there are more jobs than a process
 * may have files open, each of several processes has a part of them.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/commands.h"
#include "machine/job.h"
#include "machine/joblist.h"
#include "machine/select.h"
#include "print/show.h"
#include "print/when.h"
#include "start/notify.h"

enum {
	KEY_TIMEOUT = CLI_KEY(1),
	KEY_UNTIL,
	KEY_ANY,
	KEY_NOTIFY,
};

static const struct cli_option wait_options[] = {
	{ "timeout", KEY_TIMEOUT, "DURATION", "give up after this time" },
	{ "until", KEY_UNTIL, "STATE[,STATE]...",
	  "only until each is in one of these states, or has ended: %s" },
	{ "any", KEY_ANY, NULL, "return when one of them has ended" },
	{ "notify", KEY_NOTIFY, "COMMAND",
	  "a line for the shell that runs then, before wait ends" },
	{ 0 }
};

/* What is known of a job that was named; processes that wait share it. */
struct awaited {
	struct aios_wait wait;
	uint64_t id;
	bool done;		/* @wait holds */
	bool forgotten;		/* or it has ended, and nobody knows how */
};

/* What one of several processes waits for; shared likewise. */
struct part {
	pid_t pid;
	int err;		/* as wait_part() returns it */
};

struct waiting {
	struct cli *cli;
	bool timed;
	uint64_t timeout_ns;	/* 0: look once */
	uint64_t deadline;	/* 0: none */
	uint32_t until;		/* states, 0: the end */
	bool any;
	const char *notify;	/* command, or NULL */
	struct selection selection;
	struct awaited *jobs;
	struct part *parts;
	size_t nr;
	size_t nr_parts;
};

/* The jobs from number @first on that the present process has open. */
struct open_jobs {
	struct aios_job **jobs;	/* NULL: it is forgotten */
	size_t first;
	size_t nr;
};

static size_t nr_done(const struct waiting *w, size_t first, size_t nr)
{
	size_t done = 0;

	for (size_t i = first; i < first + nr; i++)
		done += w->jobs[i].done;
	return done;
}

/* This looks at a job without waiting. */
static int look(struct waiting *w, struct aios_job *job, struct awaited *a)
{
	struct aios_wait *wait = &a->wait;
	int err;

	AIOS_INIT(wait);
	wait->state_mask = w->until;
	wait->timeout_ns = 1;	/* long ago */
	err = aios_job_wait(job, wait);
	if (err == -ETIMEDOUT || err == -EINTR)
		return 0;
	if (!err)
		a->done = true;
	return err;
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

/* This waits for jobs that are open here; it returns 0, -ETIMEDOUT or another errno. */
static int wait_part(struct waiting *w, const struct open_jobs *open)
{
	struct pollfd *fds = xcalloc(open->nr, sizeof(*fds));
	struct awaited *jobs = &w->jobs[open->first];
	size_t done;
	int err = 0;

	for (size_t i = 0; i < open->nr; i++)
		fds[i] = (struct pollfd){ open->jobs[i] ? aios_job_fd(open->jobs[i]) : -1,
					  POLLIN, POLLIN };
	for (;;) {
		for (size_t i = 0; i < open->nr && !err; i++) {
			if (!jobs[i].done && fds[i].revents)
				err = look(w, open->jobs[i], &jobs[i]);
			if (jobs[i].done)
				fds[i].fd = -1;
		}
		done = nr_done(w, open->first, open->nr);
		if (err || done == open->nr || (w->any && done))
			break;
		if (w->deadline && monotonic_ns() >= w->deadline) {
			err = -ETIMEDOUT;
			break;
		}
		if (poll(fds, open->nr, poll_timeout(w->deadline)) < 0 && errno != EINTR) {
			err = -errno;
			break;
		}
	}
	free(fds);
	return err;
}

/* The open jobs are another process's to wait for. */
static int part_start(struct waiting *w, const struct open_jobs *open)
{
	struct part *part = &w->parts[w->nr_parts];
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid) {
		part->pid = pid;
		w->nr_parts++;
		return 0;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CLI_FAILURE);
	part->err = wait_part(w, open);
	_exit(CLI_OK);
}

static struct part *part_of(struct waiting *w, pid_t pid)
{
	for (size_t i = 0; i < w->nr_parts; i++)
		if (w->parts[i].pid == pid)
			return &w->parts[i];
	return NULL;
}

/* The result is that of wait_part(), of all parts: whatever failed says more than a timeout. */
static int parts_wait(struct waiting *w)
{
	size_t left = w->nr_parts;
	int status, err = 0;
	struct part *part;
	pid_t pid;

	while (left && ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)) {
		part = pid > 0 ? part_of(w, pid) : NULL;
		/* A shell that executed us in its place leaves us its children. */
		if (!part)
			continue;
		left--;
		part->pid = 0;
		if (WIFSIGNALED(status))
			part->err = -ECHILD;
		if (!err || err == -ETIMEDOUT)
			err = part->err ?: err;
		if ((err && err != -ETIMEDOUT) || (w->any && nr_done(w, 0, w->nr)))
			break;
	}
	for (size_t i = 0; i < w->nr_parts; i++)
		if (w->parts[i].pid)
			kill(w->parts[i].pid, SIGKILL);
	return w->any && nr_done(w, 0, w->nr) ? 0 : err;
}

static int status_of(const struct awaited *a)
{
	return a->forgotten ? CLI_NOT_FOUND : cli_status_of_end(a->wait.end, a->wait.code);
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
		const struct aios_wait *r = &w->jobs[i].wait;

		if (!w->jobs[i].done)
			continue;
		out_row_begin(o);
		out_u64(o, "id", w->jobs[i].id);
		out_data_u64(o, "status", status_of(&w->jobs[i]));
		if (w->jobs[i].forgotten) {
			out_null(o, "state", "ended");
			out_null(o, "end", "not known any more");
			out_data_u64(o, "code", 0);
			out_row_end(o);
			continue;
		}
		show_state(o, r->state);
		out_cell(o, "end", "%s", r->end ? end_text(r->end, r->code) : "-");
		out_data_string(o, "end", r->end ? aios_end_name(r->end) : NULL);
		out_data_u64(o, "code", r->code);
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
	case KEY_NOTIFY:
		w->notify = optarg;
		return CLI_OK;
	case '?':
		return CLI_USAGE;
	default:
		return selection_option(w->cli, &w->selection, key, optarg);
	}
}

/* The jobs may be many: as many files as the system lets us have. */
static void files_allow(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	/* Where that fails there are more processes. */
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return;
}

static void jobs_close(struct open_jobs *open)
{
	for (size_t i = 0; i < open->nr; i++)
		aios_job_unref(open->jobs[i]);
	open->first += open->nr;
	open->nr = 0;
}

/* This opens the next job, @open->jobs has room; what is open already may have to go. */
static int job_open_next(struct waiting *w, struct open_jobs *open)
{
	uint64_t id = w->jobs[open->first + open->nr].id;
	int err = aios_job_open(w->cli->ctx, id, &open->jobs[open->nr]);

	if (err == -EMFILE && open->nr) {
		err = part_start(w, open);
		if (err)
			return cli_fail(w->cli, err, NULL, "cannot start a process that waits");
		jobs_close(open);
		err = -EMFILE;
	}
	if (err == -ENOENT && job_is_forgotten(w->cli, id)) {
		w->jobs[open->first + open->nr].done = true;
		w->jobs[open->first + open->nr].forgotten = true;
		open->jobs[open->nr++] = NULL;
		return CLI_OK;
	}
	/* A second attempt tells what is wrong. */
	if (err) {
		err = job_open(w->cli, id, &open->jobs[open->nr]);
		if (err)
			return err;
	}
	open->nr++;
	return CLI_OK;
}

/* The job that the news are of by name: the first that failed, or the first of all. */
static void news_of(struct waiting *w, struct news *news)
{
	*news = (struct news){ 0 };
	for (size_t i = 0; i < w->nr; i++) {
		int status = status_of(&w->jobs[i]);

		if (!w->jobs[i].done)
			continue;
		if (!news->nr || (status && !news->failed))
			news->id = w->jobs[i].id;
		news_add(news, w->jobs[i].wait.state, status);
	}
}

/* A job that is forgotten has no name any more. */
static void name_find(struct waiting *w, uint64_t id, char *name)
{
	struct aios_job *job;
	struct aios_stat stat;

	*name = '\0';
	if (aios_job_open(w->cli->ctx, id, &job))
		return;
	AIOS_INIT(&stat);
	stat.name = aios_pointer(name);
	stat.name_room = AIOS_NAME_MAX + 1;
	if (aios_job_stat(job, &stat))
		*name = '\0';
	aios_job_unref(job);
}

static void tell(struct waiting *w)
{
	char name[AIOS_NAME_MAX + 1];
	struct news news;

	news_of(w, &news);
	name_find(w, news.id, name);
	news.name = name;
	notify_run(w->notify, &news);
}

static int wait_finish(struct waiting *w, struct open_jobs *open)
{
	int status, err;

	if (w->nr_parts)
		err = part_start(w, open) ?: parts_wait(w);
	else
		err = wait_part(w, open);
	if (err == -ETIMEDOUT)
		return cli_error(w->cli, CLI_TIMEOUT, "%zu of %zu jobs had not ended in time",
				 w->nr - nr_done(w, 0, w->nr), w->nr);
	if (err)
		return cli_fail(w->cli, err, NULL, "cannot wait");
	status = wait_print(w);
	if (w->notify)
		tell(w);
	for (size_t i = 0; i < w->nr && !status; i++)
		if (w->jobs[i].done)
			status = status_of(&w->jobs[i]);
	return status;
}

static void *shared_zeros(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		out_of_memory();
	return p;
}

static int wait_for(struct waiting *w)
{
	struct open_jobs open = { .jobs = xcalloc(w->nr, sizeof(*open.jobs)) };
	int status;

	w->jobs = shared_zeros(w->nr * sizeof(*w->jobs));
	w->parts = shared_zeros(w->nr * sizeof(*w->parts));
	for (size_t i = 0; i < w->nr; i++)
		w->jobs[i].id = w->selection.ids[i];
	status = cli_connect(w->cli);
	files_allow();
	if (w->timed)
		w->deadline = monotonic_ns() + w->timeout_ns;
	for (size_t i = 0; i < w->nr && !status; i++)
		status = job_open_next(w, &open);
	if (!status)
		status = wait_finish(w, &open);
	jobs_close(&open);
	free(open.jobs);
	munmap(w->jobs, w->nr * sizeof(*w->jobs));
	munmap(w->parts, w->nr * sizeof(*w->parts));
	return status;
}

static int wait_run(struct cli *cli, int argc, char **argv)
{
	struct waiting w = { .cli = cli };
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = wait_option(&w, key);
		if (status) {
			selection_free(&w.selection);
			return status;
		}
	}
	w.selection.ended = true;
	status = selection_find(cli, &w.selection, JOBLIST_LIVE, NULL, argc - optind,
				argv + optind);
	w.nr = w.selection.nr;
	if (!status && w.nr)
		status = wait_for(&w);
	else if (!status)
		status = wait_print(&w);
	selection_free(&w.selection);
	return status;
}

const struct cli_command wait_command = {
	.name = "wait",
	.args = "[JOB]...",
	.summary = "wait until jobs have ended",
	.help = "Wait until every job has ended and print how. The exit status is that of the first of them, as given, that did not end with 0: its own, 128+N for signal N, 137 when it was cancelled or exceeded its memory.",
	.options = wait_options,
	.shared = selection_options,
	.run = wait_run,
};
