// SPDX-License-Identifier: GPL-2.0
/*
 * The process that submit leaves behind: see detach.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "start/descriptors.h"
#include "start/detach.h"
#include "start/retry.h"

/* Put @path, opened with @flags, in the place of @fd. */
static int redirect(int fd, const char *path, int flags)
{
	int file = open(path, flags | O_NOCTTY, 0666);

	if (file < 0)
		return -errno;
	if (dup2(file, fd) < 0)
		return -errno;
	if (file > STDERR_FILENO)
		close(file);
	return 0;
}

static int redirect_all(struct detached *d)
{
	int err;

	err = redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
	if (err)
		return err;
	err = redirect(STDOUT_FILENO, d->output,
		       O_WRONLY | O_CREAT | O_APPEND);
	if (err)
		return err;
	if (d->error)
		return redirect(STDERR_FILENO, d->error,
				O_WRONLY | O_CREAT | O_APPEND);
	return dup2(STDOUT_FILENO, STDERR_FILENO) < 0 ? -errno : 0;
}

/*
 * A command that may have to start again stays the child of a process outside the
 * job, which starts it. Its status once it does not start again.
 */
static int keep_starting(struct detached *d, char **argv, int report)
{
	pid_t parent = getpid(), pid;
	struct aios_stat stat;
	int status;

	for (;;) {
		pid = fork();
		if (pid < 0)
			return CLI_FAILURE;
		if (!pid) {
			/* who waits must not outlive whom it waits for */
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != parent || launch_enter(d->job, 0, report))
				_exit(CLI_FAILURE);
			prctl(PR_SET_PDEATHSIG, 0);
			launch_exec(d->cli, d->job, d->spec, argv, -1);
		}
		/* Whoever submits hears of the first attempt. */
		close(report);
		report = -1;
		while (waitpid(pid, &status, 0) < 0)
			if (errno != EINTR)
				return CLI_FAILURE;
		if (retry_wait(d->job, status, RETRY_PATIENCE_NS) != RETRY_AGAIN)
			return CLI_OK;
		AIOS_INIT(&stat);
		if (!aios_job_stat(d->job, &stat)) {
			auto_free char *text = retry_text(&stat);

			fprintf(stderr, "aiosctl: %s\n", text);
		}
	}
}

/* The process that becomes the command. */
__attribute__((noreturn))
static void waiter(struct detached *d, char **argv, int report)
{
	/* a standard stream that was closed must not become the job's */
	int fd = fcntl(report, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int err = fd < 0 ? -errno : redirect_all(d);
	int keep[3];

	if (err) {
		launch_report(report, LAUNCH_SETUP, err, NULL);
		_exit(CLI_FAILURE);
	}
	/*
	 * End of file tells the parent that all is well. What else is open is the caller's:
	 * his locks and pipes are not the job's, neither now nor while it waits.
	 */
	keep[0] = aios_fd(d->cli->ctx);
	keep[1] = aios_job_fd(d->job);
	keep[2] = fd;
	descriptors_close(STDERR_FILENO + 1, keep, ARRAY_SIZE(keep));
	/* thousands of these may wait: keep nothing that is not needed */
	malloc_trim(0);
	if (d->spec->retries)
		_exit(keep_starting(d, argv, fd));
	if (launch_enter(d->job, 0, fd))
		_exit(CLI_FAILURE);
	launch_exec(d->cli, d->job, d->spec, argv, -1);
}

/*
 * The process that waits has been moved to where what its submitter was started from, a unit
 * or another job, may end without it.
 */
static bool settled(struct detached *d)
{
	struct aios_stat stat;

	AIOS_INIT(&stat);
	if (aios_job_stat(d->job, &stat))
		return true;
	d->submit_ns = stat.submit_ns;
	return stat.flags & AIOS_JOB_SETTLED || stat.state > AIOS_STATE_ADMITTED;
}

/* It has, or does not get there: the failure is read. */
static bool failed_before(struct detached *d, int report, struct launch_report *failure)
{
	struct pollfd fds[] = {
		{ .fd = report, .events = POLLIN },
		{ .fd = aios_job_fd(d->job), .events = POLLIN },
	};
	ssize_t n;

	while (!settled(d)) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return false;
		if (!fds[0].revents)
			continue;
		n = read(report, failure, sizeof(*failure));
		if (n >= 0 || errno != EINTR)
			return n == sizeof(*failure);
	}
	return false;
}

int detach(struct detached *d, char **argv, struct launch_report *failure)
{
	bool failed;
	int report[2];
	pid_t pid;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		setsid();
		close(report[0]);
		waiter(d, argv, report[1]);
	}
	close(report[1]);
	failed = failed_before(d, report[0], failure);
	close(report[0]);
	return failed ? failure->err : 0;
}
