// SPDX-License-Identifier: GPL-2.0
/*
 * submit: a command as a job that runs later. A process in a session of its own
 * waits in the kernel until the job is admitted, then executes the command;
 * aiosctl itself returns as soon as that process is about to wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/commands.h"
#include "start/descriptors.h"
#include "start/jobspec.h"
#include "start/launch.h"
#include "start/retry.h"

static const struct cli_option submit_options[] = {
	{ "output", 'o', "FILE", "standard output (default aios-ID.out)" },
	{ "error", 'e', "FILE", "standard error (default: where output goes)" },
	{ "chdir", 'C', "DIRECTORY", "run the command, and write its output, there" },
	{ 0 }
};

struct submit {
	struct cli *cli;
	struct jobspec spec;
	struct aios_job *job;
	const char *output;
	const char *error;
	const char *directory;
};

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

static int redirect_all(struct submit *submit)
{
	int err;

	err = redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
	if (err)
		return err;
	err = redirect(STDOUT_FILENO, submit->output,
		       O_WRONLY | O_CREAT | O_APPEND);
	if (err)
		return err;
	if (submit->error)
		return redirect(STDERR_FILENO, submit->error,
				O_WRONLY | O_CREAT | O_APPEND);
	return dup2(STDOUT_FILENO, STDERR_FILENO) < 0 ? -errno : 0;
}

/*
 * A command that may have to start again stays the child of a process outside the
 * job, which starts it. Its status once it does not start again.
 */
static int keep_starting(struct submit *submit, char **argv, int report)
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
			if (getppid() != parent || launch_enter(submit->job, 0, report))
				_exit(CLI_FAILURE);
			prctl(PR_SET_PDEATHSIG, 0);
			launch_exec(submit->cli, submit->job, &submit->spec, argv, -1);
		}
		/* Whoever submits hears of the first attempt. */
		close(report);
		report = -1;
		while (waitpid(pid, &status, 0) < 0)
			if (errno != EINTR)
				return CLI_FAILURE;
		if (retry_wait(submit->job, status, RETRY_PATIENCE_NS) != RETRY_AGAIN)
			return CLI_OK;
		AIOS_INIT(&stat);
		if (!aios_job_stat(submit->job, &stat)) {
			auto_free char *text = retry_text(&stat);

			fprintf(stderr, "aiosctl: %s\n", text);
		}
	}
}

/* The process that becomes the command. */
__attribute__((noreturn))
static void waiter(struct submit *submit, char **argv, int report)
{
	/* a standard stream that was closed must not become the job's */
	int fd = fcntl(report, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int err = fd < 0 ? -errno : redirect_all(submit);
	int keep[3];

	if (err) {
		launch_report(report, LAUNCH_SETUP, err, NULL);
		_exit(CLI_FAILURE);
	}
	/*
	 * End of file tells the parent that all is well. What else is open is the caller's:
	 * his locks and pipes are not the job's, neither now nor while it waits.
	 */
	keep[0] = aios_fd(submit->cli->ctx);
	keep[1] = aios_job_fd(submit->job);
	keep[2] = fd;
	descriptors_close(STDERR_FILENO + 1, keep, ARRAY_SIZE(keep));
	/* thousands of these may wait: keep nothing that is not needed */
	malloc_trim(0);
	if (submit->spec.retries)
		_exit(keep_starting(submit, argv, fd));
	if (launch_enter(submit->job, 0, fd))
		_exit(CLI_FAILURE);
	launch_exec(submit->cli, submit->job, &submit->spec, argv, -1);
}

/*
 * The process that waits has been moved to where what its submitter was started from, a unit
 * or another job, may end without it.
 */
static bool settled(struct submit *submit)
{
	struct aios_stat stat;

	AIOS_INIT(&stat);
	return aios_job_stat(submit->job, &stat) || stat.flags & AIOS_JOB_SETTLED ||
	       stat.state > AIOS_STATE_ADMITTED;
}

/* It has, or does not get there: the failure is read. */
static bool failed_before(struct submit *submit, int report, struct launch_report *failure)
{
	struct pollfd fds[] = {
		{ .fd = report, .events = POLLIN },
		{ .fd = aios_job_fd(submit->job), .events = POLLIN },
	};
	ssize_t n;

	while (!settled(submit)) {
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

/* A process without terminal and parent; 0, or -errno of what failed. */
static int detach(struct submit *submit, char **argv, struct launch_report *failure)
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
		waiter(submit, argv, report[1]);
	}
	close(report[1]);
	failed = failed_before(submit, report[0], failure);
	close(report[0]);
	return failed ? failure->err : 0;
}

static int submit_parse(struct submit *submit, int argc, char **argv)
{
	int key, status = 0;

	jobspec_init(&submit->spec);
	while ((key = cli_getopt(submit->cli, argc, argv)) != -1) {
		switch (key) {
		case '?':
			return CLI_USAGE;
		case 'o':
			submit->output = optarg;
			break;
		case 'e':
			submit->error = optarg;
			break;
		case 'C':
			submit->directory = optarg;
			break;
		default:
			status = jobspec_option(submit->cli, &submit->spec, key,
						optarg);
		}
		if (status)
			return status;
	}
	if (submit->directory && chdir(submit->directory))
		return cli_fail(submit->cli, -errno, NULL, "cannot go to %s",
				submit->directory);
	return jobspec_check_command(submit->cli, &submit->spec, argc - optind,
				     argv + optind);
}

static int submit_print(struct submit *submit)
{
	struct out *o = &submit->cli->out;

	cli_open(submit->cli);
	/* only the id, for $(aiosctl submit ...) */
	if (!submit->cli->json) {
		out_sentence(o, "id", "%" PRIu64, aios_job_id(submit->job));
		return cli_close(submit->cli);
	}
	out_record_begin(o, "job", NULL);
	out_u64(o, "id", aios_job_id(submit->job));
	out_string(o, "name", submit->spec.name);
	out_string(o, "output", submit->output);
	out_string(o, "error", submit->error);
	out_record_end(o);
	return cli_close(submit->cli);
}

static int submit_run(struct cli *cli, int argc, char **argv)
{
	auto_free char *output = NULL;
	struct launch_report failure = { .stage = LAUNCH_SETUP };
	struct submit submit = { .cli = cli };
	int status, err;

	status = submit_parse(&submit, argc, argv);
	if (!status)
		status = cli_connect(cli);
	if (!status)
		status = jobspec_submit(cli, &submit.spec, &submit.job);
	if (status || !submit.job)
		return status;
	if (!submit.output) {
		output = xasprintf("aios-%" PRIu64 ".out", aios_job_id(submit.job));
		submit.output = submit.spec.adopt ? "/dev/null" : output;
	}
	/* what adopts a cgroup waits by itself, whoever ends meanwhile */
	err = submit.spec.adopt ? 0 : detach(&submit, argv + optind, &failure);
	if (err && failure.stage == LAUNCH_ENTER && err != -ECANCELED) {
		aios_job_cancel(submit.job, NULL);
		status = cli_fail(cli, err, &failure.why, "job %" PRIu64 " cannot be started from here, so it is cancelled",
				  aios_job_id(submit.job));
	} else if (err && failure.stage != LAUNCH_ENTER) {
		aios_job_cancel(submit.job, NULL);
		status = cli_fail(cli, err, NULL, "cannot write to %s or start a process, so the job is cancelled",
				  submit.output);
	} else {
		status = submit_print(&submit);
	}
	aios_job_unref(submit.job);
	return status;
}

const struct cli_command submit_command = {
	.name = "submit",
	.args = "[--] COMMAND [ARG]...",
	.summary = "queue a command as a job and print its id",
	.help = "Queue a job and print its id. The command runs when the kernel admits the job, detached, with its output in a file.\n\nREQUEST is what the job needs to start, LIMIT what it can use when others leave room.",
	.options = submit_options,
	.shared = jobspec_options,
	.stops = true,
	.run = submit_run,
};
