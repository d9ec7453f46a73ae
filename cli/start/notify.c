// SPDX-License-Identifier: GPL-2.0
/*
 * The process that waits for the end of jobs to tell of it: see notify.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "start/descriptors.h"
#include "start/notify.h"

/* Nobody watches the command: one that hangs must not stay for ever. */
#define PATIENCE_MS	60000

static int compare_fds(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* What else is open is the caller's. */
static void others_close(const struct submission *s)
{
	int *keep = xcalloc(s->nr + 1, sizeof(*keep));

	keep[0] = aios_fd(s->cli->ctx);
	for (size_t i = 0; i < s->nr; i++)
		keep[i + 1] = aios_job_fd(s->jobs[i].job);
	qsort(keep, s->nr + 1, sizeof(*keep), compare_fds);
	descriptors_close(STDERR_FILENO + 1, keep, s->nr + 1);
	free(keep);
}

void news_add(struct news *news, uint32_t state, int status)
{
	news->nr++;
	if (!news->failed)
		news->state = state;
	if (!status)
		return;
	if (!news->failed)
		news->status = status;
	news->failed++;
}

static void ends_wait(const struct submission *s, struct news *news)
{
	struct aios_wait wait;
	int err, status;

	*news = (struct news){ .id = s->jobs[0].id, .name = s->spec.name };
	for (size_t i = 0; i < s->nr; i++) {
		do {
			AIOS_INIT(&wait);
			err = aios_job_wait(s->jobs[i].job, &wait);
		} while (err == -EINTR);
		status = err ? CLI_FAILURE : cli_status_of_end(wait.end, wait.code);
		news_add(news, wait.state, status);
	}
}

static void variable_set(const char *name, uint64_t value)
{
	auto_free char *text = xasprintf("%" PRIu64, value);

	if (setenv(name, text, true))
		out_of_memory();
}

static void environment_of(const struct news *news)
{
	variable_set("AIOS_JOB_ID", news->id);
	variable_set("AIOS_JOB_STATUS", news->status);
	variable_set("AIOS_JOBS", news->nr);
	variable_set("AIOS_JOBS_FAILED", news->failed);
	if (setenv("AIOS_JOB_STATE", aios_state_name(news->state) ?: "", true) ||
	    setenv("AIOS_JOB_NAME", news->name ?: "", true))
		out_of_memory();
}

/* It reads nothing, and what it says goes to where the (first) job has written. */
static bool streams_set(const struct submission *s)
{
	const char *path = s->jobs[0].error_path ?: s->jobs[0].output_path;
	int in = open("/dev/null", O_RDONLY | O_NOCTTY);
	int out = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, 0666);

	return in >= 0 && out >= 0 && dup2(in, STDIN_FILENO) >= 0 &&
	       dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0;
}

/* The command runs in a group of its own, all of which ends after its time. */
void notify_run(const char *command, const struct news *news)
{
	struct pollfd end = { .events = POLLIN };
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return;
	setpgid(pid, pid);
	if (!pid) {
		environment_of(news);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(CLI_NO_COMMAND);
	}
	end.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	while (end.fd >= 0 && poll(&end, 1, PATIENCE_MS) < 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int notify_start(struct submission *s)
{
	struct news news;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid < 0 ? -errno : 0;
	setsid();
	if (!streams_set(s))
		_exit(CLI_FAILURE);
	others_close(s);
	ends_wait(s, &news);
	notify_run(s->notify, &news);
	_exit(CLI_OK);
}
