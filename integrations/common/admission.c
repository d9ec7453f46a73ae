// SPDX-License-Identifier: GPL-2.0
/*
 * Submitting a cgroup, waiting for its admission, and taking back what came to nothing: see
 * admission.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/admission.h"

#define CGROUP_MOUNT	"/sys/fs/cgroup"
#define NS_PER_MS	1000000ULL

static volatile sig_atomic_t told_to_end;

static void on_signal(int signal)
{
	told_to_end = signal;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

char *cgroup_of(pid_t pid)
{
	char path[64], line[PATH_MAX], *directory = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", pid);
	file = fopen(path, "re");
	while (file && !directory && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "0::/", 4) &&
		    asprintf(&directory, CGROUP_MOUNT "%s", line + 3) < 0)
			directory = NULL;
	}
	if (file)
		fclose(file);
	return directory;
}

/* -------------------------------------------------------------------- messages */

/* What the errno of a submission means for who runs an engine. */
static const char *cause(int err)
{
	switch (err) {
	case -ENOENT:
		return "there is no such group, or you may not see it";
	case -EPERM:
		return "you may not submit there, or may not write the limits of its cgroup";
	case -EBUSY:
		return "its cgroup, or one above or below it, is governed by another job";
	case -EINVAL:
		return "its cgroup cannot be adopted: it is none of version 2, or is aios' own";
	case -EDQUOT:
		return "you have as many jobs as you may have";
	default:
		return strerror(-err);
	}
}

/* "ACTION: the cause and its remedy" */
static void explain(char *error, size_t len, struct aios_ctx *ctx, int err,
		    const struct aios_why *why, const char *format, ...)
{
	char text[AIOS_WHY_LEN] = "", action[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(action, sizeof(action), format, ap);
	va_end(ap);
	if (why && why->code)
		aios_why_describe(ctx, why, text, sizeof(text));
	snprintf(error, len, "%s: %s", action, *text ? text : cause(err));
}

static const char *group_of(const struct admission *a)
{
	return *a->request->group ? a->request->group : "/";
}

/* ------------------------------------------------------------------------ wait */

/* How a job that was not admitted has ended. */
static int say_end(struct aios_ctx *ctx, const struct aios_stat *stat, char *error, size_t len)
{
	if (stat->end == AIOS_END_SETUP)
		explain(error, len, ctx, -(int)stat->code, NULL,
			"the limits could not be written to its cgroup, which may lack a controller");
	else if (stat->end == AIOS_END_CANCELLED)
		snprintf(error, len, "job %" PRIu64 " was cancelled while it waited",
			 (uint64_t)stat->id);
	else
		snprintf(error, len, "job %" PRIu64 " has ended before it was admitted: %s",
			 (uint64_t)stat->id, aios_end_name(stat->end));
	return -ECANCELED;
}

/* Time until @end in what poll() takes; it wakes up before, and sees to it again. */
static int poll_time(uint64_t end)
{
	uint64_t now = now_ns(), ms;

	if (end == AIOS_UNLIMITED)
		return -1;
	ms = end > now ? (end - now) / NS_PER_MS + 1 : 0;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* What a wait looks at. */
struct watched {
	struct aios_ctx *ctx;
	struct aios_job *job;
	int leader;		/* pidfd, -1: none */
	int owner;		/* likewise */
	uint64_t end;		/* AIOS_UNLIMITED: none */
};

/* This waits for one change: of the job, of a process, or of the time. */
static int wait_once(const struct watched *w, char *error, size_t len)
{
	struct pollfd fds[] = {
		{ .fd = aios_job_fd(w->job), .events = POLLIN },
		{ .fd = w->leader, .events = POLLIN },
		{ .fd = w->owner, .events = POLLIN },
	};

	if (told_to_end) {
		snprintf(error, len, "told to end by signal %d while it waited", (int)told_to_end);
		return -EINTR;
	}
	if (poll(fds, 3, poll_time(w->end)) < 0) {
		/* Then they say nothing, and the signal is seen the next time. */
		return errno == EINTR ? 0 : -errno;
	}
	if (fds[1].revents || fds[2].revents) {
		snprintf(error, len, "%s has ended before it was admitted", fds[1].revents ?
			 "its first process" : "who started it");
		return -ESRCH;
	}
	return w->end != AIOS_UNLIMITED && now_ns() >= w->end ? -ETIMEDOUT : 0;
}

static int wait_until_running(const struct watched *w, char *error, size_t len)
{
	struct aios_stat stat;
	int err, late = 0;

	for (;;) {
		AIOS_INIT(&stat);
		err = aios_job_stat(w->job, &stat);
		if (err) {
			explain(error, len, w->ctx, err, NULL, "cannot look at its job");
			return err;
		}
		if (stat.state == AIOS_STATE_RUNNING || stat.state == AIOS_STATE_SUSPENDED)
			return 0;
		if (stat.state >= AIOS_STATE_DONE)
			return say_end(w->ctx, &stat, error, len);
		if (late) {
			explain(error, len, w->ctx, -ETIMEDOUT, &stat.why,
				"it was not admitted in time");
			return -ETIMEDOUT;
		}
		err = wait_once(w, error, len);
		/* What was decided at the last moment counts. */
		late = err == -ETIMEDOUT;
		if (err && !late)
			return err;
	}
}

static int pidfd_of(pid_t pid)
{
	return pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

/* The signals that end a wait are the caller's again afterwards. */
static int wait_with_signals(struct watched *w, const struct admission *a, char *error,
			     size_t len)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal }, before[3];
	int err;

	w->leader = pidfd_of(a->leader);
	w->owner = pidfd_of(a->owner);
	told_to_end = 0;
	for (size_t i = 0; i < 3; i++)
		sigaction(signals[i], &action, &before[i]);
	if ((a->leader && w->leader < 0) || (a->owner && w->owner < 0)) {
		snprintf(error, len, "its first process, or who started it, has ended");
		err = -ESRCH;
	} else {
		err = wait_until_running(w, error, len);
	}
	for (size_t i = 0; i < 3; i++)
		sigaction(signals[i], &before[i], NULL);
	if (w->leader >= 0)
		close(w->leader);
	if (w->owner >= 0)
		close(w->owner);
	return err;
}

/* ------------------------------------------------------------------ submission */

/* Who does not wait is refused without having been queued. */
static int fits_now(struct aios_ctx *ctx, const struct admission *a, char *error, size_t len)
{
	struct aios_submit s = a->request->submit;
	int err;

	s.flags |= AIOS_SUBMIT_DRY_RUN;
	err = aios_submit(ctx, &s, NULL);
	if (!err && s.state == AIOS_STATE_ADMITTED)
		return 0;
	explain(error, len, ctx, err ? err : -EAGAIN, &s.why, err ?
		"cannot submit to group %s" : "it does not fit into group %s now", group_of(a));
	return err ? err : -EAGAIN;
}

static int submit(struct aios_ctx *ctx, struct admission *a, struct aios_job **job,
		  char *error, size_t len)
{
	struct aios_submit *s = &a->request->submit;
	int err;

	if (!a->request->patience_ns) {
		err = fits_now(ctx, a, error, len);
		if (err)
			return err;
	}
	err = aios_submit(ctx, s, job);
	if (err) {
		explain(error, len, ctx, err, &s->why, "cannot submit to group %s", group_of(a));
		return err;
	}
	a->id = s->id;
	err = a->submitted ? a->submitted(a->id, a->data) : 0;
	if (err)
		snprintf(error, len, "cannot remember its job: %s", strerror(-err));
	return err;
}

static int take(struct aios_ctx *ctx, struct admission *a, char *error, size_t len)
{
	uint64_t patience = a->request->patience_ns ? : ADMISSION_AT_ONCE_NS;
	struct watched w = {
		.ctx = ctx,
		.end = patience == AIOS_UNLIMITED ? patience : now_ns() + patience,
	};
	int err = submit(ctx, a, &w.job, error, len);

	if (!err)
		err = wait_with_signals(&w, a, error, len);
	/* A job that has ended since refuses this, which is as well. */
	if (err && w.job)
		aios_job_cancel(w.job, NULL);
	aios_job_unref(w.job);
	return err;
}

static int connect_to(struct aios_ctx **ctx, char *error, size_t len)
{
	int err = aios_new(ctx, NULL);

	if (err)
		snprintf(error, len, "cannot open " AIOS_DEVICE_PATH ": %s", err == -ENOENT ?
			 "the module aios is not loaded: modprobe aios" : strerror(-err));
	return err;
}

int admission_take(struct admission *a, char *error, size_t len)
{
	struct aios_ctx *ctx;
	int fd, err;

	err = connect_to(&ctx, error, len);
	if (err)
		return err;
	fd = open(a->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		snprintf(error, len, "cannot open its cgroup %s: %s", a->cgroup, strerror(-err));
	} else {
		request_settle(a->request);
		aios_submit_set_cgroup(&a->request->submit, fd);
		a->request->submit.leader = a->leader;
		err = take(ctx, a, error, len);
		close(fd);
	}
	aios_unref(ctx);
	return err;
}

int admission_enter(struct admission *a, char *error, size_t len)
{
	struct aios_ctx *ctx;
	struct aios_job *job = NULL;
	struct aios_why why;
	int err;

	err = connect_to(&ctx, error, len);
	if (err)
		return err;
	a->request->patience_ns = 0;
	request_settle(a->request);
	err = submit(ctx, a, &job, error, len);
	if (!err) {
		memset(&why, 0, sizeof(why));
		err = aios_job_enter(job, now_ns() + ADMISSION_AT_ONCE_NS, &why);
		if (err)
			explain(error, len, ctx, err, &why, "job %" PRIu64 " was not admitted",
				a->id);
	}
	if (err && job)
		aios_job_cancel(job, NULL);
	aios_job_unref(job);
	aios_unref(ctx);
	return err;
}

int admission_await(uint64_t id, char *error, size_t len)
{
	struct watched w = { .leader = -1, .owner = -1, .end = now_ns() + ADMISSION_AT_ONCE_NS };
	int err;

	err = connect_to(&w.ctx, error, len);
	if (err)
		return err;
	err = aios_job_open(w.ctx, id, &w.job);
	if (err)
		explain(error, len, w.ctx, err, NULL, "cannot look at job %" PRIu64, id);
	else
		err = wait_until_running(&w, error, len);
	aios_job_unref(w.job);
	aios_unref(w.ctx);
	return err;
}
