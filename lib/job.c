// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A job's handle: where it comes from, how it goes from one process to another,
 * and the calls that a job's file descriptor takes.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "private.h"

struct aios_job *aios_job_alloc(void)
{
	struct aios_job *job = calloc(1, sizeof(*job));

	if (job) {
		job->refs = 1;
		job->fd = -1;
	}
	return job;
}

AIOS_EXPORT struct aios_job *aios_job_ref(struct aios_job *job)
{
	aios_refs_get(&job->refs);
	return job;
}

AIOS_EXPORT struct aios_job *aios_job_unref(struct aios_job *job)
{
	if (job && aios_refs_put(&job->refs)) {
		if (job->page)
			munmap((void *)job->page, sysconf(_SC_PAGESIZE));
		if (job->fd >= 0)
			close(job->fd);
		free(job);
	}
	return NULL;
}

AIOS_EXPORT int aios_job_open(struct aios_ctx *ctx, uint64_t id,
			      struct aios_job **job)
{
	struct aios_job_open call;
	struct aios_job *j;
	int err;

	j = aios_job_alloc();
	if (!j)
		return -ENOMEM;
	AIOS_INIT(&call);
	call.id = id;
	err = aios_call(ctx->fd, AIOS_IOC_JOB_OPEN, &call);
	if (err) {
		aios_job_unref(j);
		return err;
	}
	j->fd = call.fd;
	j->id = id;
	*job = j;
	return 0;
}

AIOS_EXPORT int aios_job_from_fd(int fd, struct aios_job **job)
{
	struct aios_stat stat;
	struct aios_job *j;
	int err;

	AIOS_INIT(&stat);
	err = aios_call(fd, AIOS_IOC_STAT, &stat);
	if (err)
		return err;
	j = aios_job_alloc();
	if (!j)
		return -ENOMEM;
	j->fd = fd;
	j->id = stat.id;
	*job = j;
	return 0;
}

AIOS_EXPORT int aios_job_from_environment(struct aios_job **job)
{
	const char *text = getenv(AIOS_JOB_FD_ENV);
	char *end;
	long value;
	int fd, err;

	if (!text)
		return -ENOENT;
	errno = 0;
	value = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > INT32_MAX)
		return -EINVAL;
	fd = fcntl((int)value, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	err = aios_job_from_fd(fd, job);
	if (err)
		close(fd);
	return err;
}

AIOS_EXPORT int aios_job_to_environment(struct aios_job *job)
{
	int flags = fcntl(job->fd, F_GETFD);
	char text[16];

	if (flags < 0)
		return -errno;
	snprintf(text, sizeof(text), "%d", job->fd);
	if (setenv(AIOS_JOB_FD_ENV, text, 1))
		return -errno;
	return fcntl(job->fd, F_SETFD, flags & ~FD_CLOEXEC) < 0 ? -errno : 0;
}

AIOS_EXPORT uint64_t aios_job_id(const struct aios_job *job)
{
	return job->id;
}

AIOS_EXPORT int aios_job_fd(const struct aios_job *job)
{
	return job->fd;
}

AIOS_EXPORT int aios_job_enter(struct aios_job *job, uint64_t timeout_ns,
			       struct aios_why *why)
{
	struct aios_enter call;
	int err;

	AIOS_INIT(&call);
	call.timeout_ns = timeout_ns;
	err = aios_call(job->fd, AIOS_IOC_ENTER, &call);
	return aios_answer(err, &call.why, why);
}

AIOS_EXPORT int aios_job_wait(struct aios_job *job, struct aios_wait *wait)
{
	return aios_call(job->fd, AIOS_IOC_WAIT, wait);
}

AIOS_EXPORT int aios_job_stat(struct aios_job *job, struct aios_stat *stat)
{
	return aios_call(job->fd, AIOS_IOC_STAT, stat);
}

AIOS_EXPORT int aios_job_update(struct aios_job *job, struct aios_update *update)
{
	return aios_call(job->fd, AIOS_IOC_UPDATE, update);
}

static int job_signal(struct aios_job *job, unsigned int nr, struct aios_why *why)
{
	struct aios_signal call;
	int err;

	AIOS_INIT(&call);
	err = aios_call(job->fd, nr, &call);
	return aios_answer(err, &call.why, why);
}

AIOS_EXPORT int aios_job_suspend(struct aios_job *job, struct aios_why *why)
{
	return job_signal(job, AIOS_IOC_SUSPEND, why);
}

AIOS_EXPORT int aios_job_resume(struct aios_job *job, struct aios_why *why)
{
	return job_signal(job, AIOS_IOC_RESUME, why);
}

AIOS_EXPORT int aios_job_cancel(struct aios_job *job, struct aios_why *why)
{
	return job_signal(job, AIOS_IOC_CANCEL, why);
}

AIOS_EXPORT int aios_job_hold(struct aios_job *job, struct aios_why *why)
{
	return job_signal(job, AIOS_IOC_HOLD, why);
}

AIOS_EXPORT int aios_job_release(struct aios_job *job, struct aios_why *why)
{
	return job_signal(job, AIOS_IOC_RELEASE, why);
}

static int job_charge(struct aios_job *job, unsigned int nr, uint32_t device,
		      uint64_t bytes, uint64_t *used, struct aios_why *why)
{
	struct aios_charge call;
	int err;

	AIOS_INIT(&call);
	call.device = device;
	call.bytes = bytes;
	err = aios_call(job->fd, nr, &call);
	if (!err && used)
		*used = call.used;
	return aios_answer(err, &call.why, why);
}

AIOS_EXPORT int aios_job_charge(struct aios_job *job, uint32_t device,
				uint64_t bytes, uint64_t *used,
				struct aios_why *why)
{
	return job_charge(job, AIOS_IOC_CHARGE, device, bytes, used, why);
}

AIOS_EXPORT int aios_job_uncharge(struct aios_job *job, uint32_t device,
				  uint64_t bytes, uint64_t *used,
				  struct aios_why *why)
{
	return job_charge(job, AIOS_IOC_UNCHARGE, device, bytes, used, why);
}

AIOS_EXPORT int aios_job_explain(struct aios_job *job,
				 struct aios_explain *explain)
{
	return aios_call(job->fd, AIOS_IOC_EXPLAIN, explain);
}

AIOS_EXPORT int aios_job_poll(struct aios_job *job, int timeout_ms)
{
	struct pollfd p = { .fd = job->fd, .events = POLLIN };
	int seen = 0;

	if (poll(&p, 1, timeout_ms) < 0)
		return -errno;
	if (p.revents & (POLLERR | POLLNVAL))
		return -EBADF;
	if (p.revents & POLLIN)
		seen |= AIOS_JOB_CHANGED;
	if (p.revents & POLLHUP)
		seen |= AIOS_JOB_ENDED;
	return seen;
}

AIOS_EXPORT int aios_job_read_epoch(struct aios_job *job, uint64_t *epoch)
{
	uint64_t value;
	ssize_t n = read(job->fd, &value, sizeof(value));

	if (n < 0)
		return -errno;
	if (!n)
		return -ECANCELED;
	if (n != sizeof(value))
		return -EIO;
	*epoch = value;
	return 0;
}
