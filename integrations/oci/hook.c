// SPDX-License-Identifier: GPL-2.0
/*
 * aios-oci-hook: a container becomes a job. A runtime (crun, runc) starts it with the state of
 * the container on standard input, twice. At createRuntime, before the container's program
 * runs, it has the cgroup adopted and waits for that; where it comes to nothing it fails, and
 * the container with it. At poststop it takes back what still waits.
 *
 * aios-oci-hook(8) tells how to have it called.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/admission.h"
#include "oci/container.h"
#include "oci/report.h"

#define ME	"aios-oci-hook"

static int complain(const char *format, ...)
{
	char text[ADMISSION_ERROR_LEN + 256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	report(text);
	return EXIT_FAILURE;
}

/* Whether the job still is one, so that the container has been taken over already. */
static bool lives(uint64_t id)
{
	struct aios_ctx *ctx;
	struct aios_job *job = NULL;
	struct aios_stat stat;
	bool living;

	if (!id || aios_new(&ctx, NULL))
		return false;
	AIOS_INIT(&stat);
	living = !aios_job_open(ctx, id, &job) && !aios_job_stat(job, &stat) &&
		 stat.state < AIOS_STATE_DONE;
	aios_job_unref(job);
	aios_unref(ctx);
	return living;
}

static int remember(uint64_t job, void *container)
{
	return container_remember(container, job);
}

static int create(struct container *c, struct request *r)
{
	char error[ADMISSION_ERROR_LEN];
	struct admission a = {
		.request = r, .leader = c->pid, .owner = getppid(),
		.submitted = remember, .data = c,
	};
	char *cgroup = c->pid > 0 ? cgroup_of(c->pid) : NULL;
	int err;

	if (!cgroup)
		return complain("container %.12s: its process %d is in no cgroup of version 2",
				c->id, c->pid);
	a.cgroup = cgroup;
	err = admission_take(&a, error, sizeof(error));
	free(cgroup);
	if (!err)
		return EXIT_SUCCESS;
	container_forget_job(c);
	return complain("container %.12s: %s", c->id, error);
}

static int create_runtime(struct container *c, uint64_t patience_ns)
{
	char error[REQUEST_ERROR_LEN + 256];
	struct request r;

	/* The device and the annotations can both have called for this. */
	if (lives(container_job(c)))
		return EXIT_SUCCESS;
	request_init(&r);
	r.patience_ns = patience_ns;
	if (container_request(c, &r, error, sizeof(error)))
		return complain("container %.12s: %s", c->id, error);
	snprintf(error, sizeof(error), "%.12s", c->id);
	request_name(&r, error);
	return create(c, &r);
}

/* What runs ends by itself when the last process does, and says how; what waits does not. */
static int poststop(struct container *c)
{
	uint64_t id = container_job(c);
	struct aios_ctx *ctx;
	struct aios_job *job;
	struct aios_stat stat;

	if (!id || aios_new(&ctx, NULL))
		return EXIT_SUCCESS;
	AIOS_INIT(&stat);
	if (!aios_job_open(ctx, id, &job)) {
		if (!aios_job_stat(job, &stat) && stat.state < AIOS_STATE_RUNNING)
			aios_job_cancel(job, NULL);
		aios_job_unref(job);
	}
	aios_unref(ctx);
	container_forget_job(c);
	return EXIT_SUCCESS;
}

static int usage(FILE *to)
{
	fputs("Usage: " ME " [--wait=DURATION|yes|no] <STATE\n"
	      "\n"
	      "Have the cgroup of a container governed by aios. A container runtime starts this\n"
	      "as a hook; see " ME "(8).\n", to);
	return to == stdout ? EXIT_SUCCESS : 2;
}

int main(int argc, char **argv)
{
	uint64_t patience_ns = AIOS_UNLIMITED;
	char error[REQUEST_ERROR_LEN];
	struct container c;
	struct request r;
	int status;

	openlog(ME, LOG_PID, LOG_DAEMON);
	if (argc > 1 && !strcmp(argv[1], "--help"))
		return usage(stdout);
	if (argc > 1 && !strncmp(argv[1], "--wait=", 7)) {
		request_init(&r);
		if (request_set(&r, "wait", argv[1] + 7, error, sizeof(error)))
			return complain("--wait: %s", error);
		patience_ns = r.patience_ns;
		argc--;
		argv++;
	}
	if (argc > 1)
		return usage(stderr);
	if (container_read(&c, stdin, error, sizeof(error)))
		return complain("%s", error);
	status = c.stopped ? poststop(&c) : create_runtime(&c, patience_ns);
	container_forget(&c);
	return status;
}
