// SPDX-License-Identifier: GPL-2.0
/*
 * What ends is appended to the log, as it ends. What has ended before, or while nobody was
 * looking or nothing could be written, is caught up with from what the kernel remembers: each
 * job stands there once.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "history/ended.h"
#include "machine/joblist.h"

/* The module can go while this waits; so often that is looked for. */
#define LOOK_MS	20000

/* What a job was granted last. */
struct granted {
	uint64_t job;
	__u64 grant[AIOS_RESOURCE_MAX];
};

struct recorder {
	struct cli *cli;
	const char *folder;
	struct granted *granted;
	size_t nr;
	size_t room;
	uint64_t *waiting;	/* jobs that have ended and are not recorded yet */
	size_t nr_waiting;
	size_t room_waiting;
	uint64_t *caught;	/* jobs that were caught up with, and whose event may yet come */
	size_t nr_caught;
	bool behind;		/* events were lost, or the disk is full */
	bool full;		/* the disk is, which was told */
};

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static struct granted *granted_find(struct recorder *r, uint64_t job)
{
	for (size_t i = 0; i < r->nr; i++)
		if (r->granted[i].job == job)
			return &r->granted[i];
	return NULL;
}

static void granted_take(struct recorder *r, const struct aios_record *event)
{
	struct granted *g = granted_find(r, event->job);

	if (!g) {
		if (r->nr == r->room) {
			r->room = r->room ? r->room * 2 : 64;
			r->granted = xrealloc(r->granted, r->room * sizeof(*r->granted));
		}
		g = &r->granted[r->nr++];
		g->job = event->job;
	}
	memcpy(g->grant, event->grant, sizeof(g->grant));
}

static void waiting_add(struct recorder *r, uint64_t job)
{
	if (r->nr_waiting == r->room_waiting) {
		r->room_waiting = r->room_waiting ? r->room_waiting * 2 : 64;
		r->waiting = xrealloc(r->waiting, r->room_waiting * sizeof(*r->waiting));
	}
	r->waiting[r->nr_waiting++] = job;
}

/* What had ended before this knew of it, and has been recorded, is told once more. */
static bool is_caught(struct recorder *r, uint64_t job)
{
	for (size_t i = 0; i < r->nr_caught; i++)
		if (r->caught[i] == job) {
			r->caught[i] = r->caught[--r->nr_caught];
			return true;
		}
	return false;
}

static void event_take(struct recorder *r, const struct aios_record *event)
{
	if (!AIOS_HAS(event, JOB))
		return;
	if (event->event != AIOS_EVENT_ENDED) {
		if (AIOS_HAS(event, GRANT))
			granted_take(r, event);
	} else if (!is_caught(r, event->job)) {
		waiting_add(r, event->job);
	}
}

/* What may be otherwise later, without anybody's doing here. */
static bool passes(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EIO;
}

static int keep(struct recorder *r, struct ended *e)
{
	struct granted *g = granted_find(r, e->job);
	int err;

	if (g) {
		e->granted = true;
		memcpy(e->grant, g->grant, sizeof(e->grant));
	}
	err = log_append(r->folder, e);
	if (!err) {
		if (g)
			*g = r->granted[--r->nr];
		r->full = false;
		return CLI_OK;
	}
	if (!passes(err))
		return cli_fail_because(r->cli, err, NULL, log_cause(err),
					"cannot write to the log in %s", r->folder);
	if (!r->full)
		cli_fail_because(r->cli, err, NULL, strerror(-err),
				 "goes on trying, for now it cannot write to the log in %s",
				 r->folder);
	r->full = true;
	r->behind = true;
	return CLI_OK;
}

/* What the kernel remembers and the log has not. */
static int catch_up(struct recorder *r)
{
	struct history h = { 0 };
	size_t known;
	int err, status = CLI_OK;

	err = log_read(r->folder, &h);
	known = h.nr;
	if (err && err != -ENOENT)
		status = cli_fail_because(r->cli, err, NULL, log_cause(err),
					  "cannot read the log in %s", r->folder);
	if (!status)
		err = ended_add_remembered(r->cli->ctx, &h);
	if (!status && err && err != -ENOENT)
		status = list_fail(r->cli, err, "list of jobs");
	r->behind = false;
	r->caught = xrealloc(r->caught, (r->nr_caught + h.nr - known + 1) * sizeof(*r->caught));
	for (size_t i = known; i < h.nr && !status && !r->behind; i++) {
		status = keep(r, &h.all[i]);
		if (!r->behind)
			r->caught[r->nr_caught++] = h.all[i].job;
	}
	history_end(&h);
	return status;
}

/* A job that ended while this was behind is known from its event alone, or has been caught. */
static void waiting_forget_caught(struct recorder *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->nr_waiting; i++)
		if (!is_caught(r, r->waiting[i]))
			r->waiting[kept++] = r->waiting[i];
	r->nr_waiting = kept;
}

static int job_keep(struct recorder *r, uint64_t job)
{
	struct ended e = { 0 };
	int err = ended_read(r->cli->ctx, job, &e);
	int status = CLI_OK;

	if (err)
		cli_note(r->cli, "job %" PRIu64 " is not recorded: it is forgotten already, or not to be seen",
			 job);
	else
		status = keep(r, &e);
	free(e.name);
	free(e.group);
	return status;
}

/* The device is closed again, so that the module can go while this waits. */
static int waiting_keep(struct recorder *r)
{
	size_t nr = 0;
	int status;

	if (!r->nr_waiting && !r->behind)
		return CLI_OK;
	status = cli_connect(r->cli);
	if (!status && r->behind) {
		status = catch_up(r);
		waiting_forget_caught(r);
	}
	while (nr < r->nr_waiting && !status && !r->behind)
		status = job_keep(r, r->waiting[nr++]);
	r->nr_waiting = 0;
	r->cli->ctx = aios_unref(r->cli->ctx);
	return status;
}

static int events_take(struct recorder *r, struct aios_monitor *monitor)
{
	const struct aios_record *event;
	int n, wait_ms = LOOK_MS;

	while (!stopped && (n = aios_monitor_next(monitor, wait_ms, &event))) {
		if (n == -ENOBUFS)
			r->behind = true;
		else if (n < 0 && n != -EINTR)
			return cli_fail(r->cli, n, NULL, "cannot read events");
		else if (n > 0)
			event_take(r, event);
		wait_ms = 0;
	}
	return CLI_OK;
}

int history_record(struct cli *cli, const char *folder)
{
	const struct sigaction action = { .sa_handler = stop };
	struct recorder r = { .cli = cli, .folder = folder, .behind = true };
	struct aios_monitor *monitor;
	int status, err;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	err = aios_monitor_new(&monitor);
	if (err == -ENOENT)
		return cli_no_netlink(cli);
	if (err)
		return cli_fail(cli, err, NULL, "cannot subscribe to events");
	aios_monitor_set_buffer(monitor, 1 << 22);
	status = waiting_keep(&r);
	while (!status && !stopped) {
		status = events_take(&r, monitor);
		if (access(AIOS_DEVICE_PATH, F_OK))
			break;
		/* What came last is looked for once more: an event may not have. */
		r.behind |= stopped;
		if (!status)
			status = waiting_keep(&r);
	}
	aios_monitor_unref(monitor);
	free(r.granted);
	free(r.waiting);
	free(r.caught);
	return status;
}
