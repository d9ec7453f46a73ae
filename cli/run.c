// SPDX-License-Identifier: GPL-2.0
/*
 * run: a command as a job in the foreground. The child waits for admission and
 * becomes the command; the parent tells what it waits for, forwards signals,
 * and ends with the command's status.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/commands.h"
#include "print/show.h"
#include "print/when.h"
#include "start/descriptors.h"
#include "start/jobspec.h"
#include "start/launch.h"
#include "start/retry.h"
#include "start/supervise.h"

/* A job that starts sooner than this did not wait worth mentioning. */
#define WAIT_NOTE_MS	250
/* How long the kernel may take to see that a job's cgroup is empty. */
#define END_WAIT_NS	(2 * NSEC_PER_SEC)
/* How late a signal is noticed between two attempts. */
#define SIGNAL_NS	(NSEC_PER_SEC / 10)

enum {
	KEY_TIMEOUT = CLI_KEY(1),
	KEY_KILL_WITH_ME,
};

static const struct cli_option run_options[] = {
	{ "timeout", KEY_TIMEOUT, "DURATION", "give up when it has waited this long" },
	{ "kill-with-me", KEY_KILL_WITH_ME, NULL, "end the job if aiosctl is killed (SIGKILL)" },
	{ 0 }
};

struct run {
	struct cli *cli;
	struct jobspec spec;
	struct aios_job *job;
	struct supervisor supervisor;
	uint64_t timeout_ns;
	bool kill_with_me;
	struct companion guard;	/* of the job, if so */
	bool waited;		/* it was said that the job waits */
};

static void run_document(struct run *run, const struct aios_stat *stat)
{
	struct out *o = &run->cli->out;

	cli_open(run->cli);
	out_record_begin(o, "job", NULL);
	out_u64(o, "id", stat->id);
	out_u64(o, "attempt", stat->attempt);
	show_state(o, stat->state);
	if (stat->state == AIOS_STATE_QUEUED)
		out_u64(o, "position", stat->position);
	show_why(&run->cli->out, run->cli->ctx, "why", &stat->why);
	if (stat->end) {
		out_string(o, "end", aios_end_name(stat->end));
		out_u64(o, "code", stat->code);
	}
	out_record_end(o);
	out_close(o);
}

/* Say what a job that did not start at once waits for. */
static void waits_note(struct run *run)
{
	char sentence[AIOS_WHY_LEN + AIOS_PATH_MAX];
	struct aios_stat stat;

	AIOS_INIT(&stat);
	if (run->waited || aios_job_stat(run->job, &stat) ||
	    stat.state != AIOS_STATE_QUEUED)
		return;
	run->waited = true;
	if (run->cli->json) {
		run_document(run, &stat);
		return;
	}
	aios_why_describe(run->cli->ctx, &stat.why, sentence, sizeof(sentence));
	cli_note(run->cli, "job %" PRIu64 " waits at position %u of the queue%s%s",
		 (uint64_t)stat.id, stat.position, *sentence ? ": " : "",
		 sentence);
}

static void starts_note(struct run *run)
{
	struct aios_stat stat;
	char waited[32];

	/* To ask has the kernel measure the job, and most start at once. */
	if (!run->cli->json && !run->waited)
		return;
	AIOS_INIT(&stat);
	if (aios_job_stat(run->job, &stat))
		return;
	if (run->cli->json)
		run_document(run, &stat);
	else
		cli_note(run->cli, "job %" PRIu64 " starts after %s",
			 (uint64_t)stat.id,
			 duration_text(monotonic_ns() - stat.submit_ns, waited,
				       sizeof(waited)));
}

/* Say how the job ended, where the command's status does not tell. */
static void ends_note(struct run *run)
{
	char limit[AIOS_QUANTITY_LEN], why[1024];
	struct aios_wait wait;
	struct aios_stat stat;

	AIOS_INIT(&wait);
	wait.timeout_ns = monotonic_ns() + END_WAIT_NS;
	/* what the command left behind may go on: that is no failure */
	if (aios_job_wait(run->job, &wait) && !run->cli->json)
		return;
	AIOS_INIT(&stat);
	if (aios_job_stat(run->job, &stat))
		return;
	if (run->cli->json)
		run_document(run, &stat);
	else if (stat.end == AIOS_END_OOM)
		cli_note(run->cli, "job %" PRIu64 ": exceeded its memory limit of %s: ask for more with --mem",
			 (uint64_t)stat.id,
			 aios_quantity_format(AIOS_RESOURCE_MEMORY,
					      stat.limit[AIOS_RESOURCE_MEMORY],
					      limit, sizeof(limit)));
	else if (stat.end == AIOS_END_FULL)
		cli_note(run->cli, "job %" PRIu64 ": %s", (uint64_t)stat.id,
			 aios_why_describe(run->cli->ctx, &stat.why, why, sizeof(why)));
	else if (stat.end != AIOS_END_EXIT && stat.end != AIOS_END_SIGNAL &&
		 stat.end != AIOS_END_NONE)
		cli_note(run->cli, "job %" PRIu64 ": %s", (uint64_t)stat.id,
			 end_text(stat.end, stat.code));
}

static void child_end(struct run *run)
{
	if (run->supervisor.child && !run->supervisor.reaped) {
		kill(run->supervisor.child, SIGKILL);
		waitpid(run->supervisor.child, &run->supervisor.status, 0);
		run->supervisor.reaped = true;
	}
}

/* ^C and the like before the start: the job leaves the queue. */
static int interrupted(struct run *run)
{
	int sig = run->supervisor.interrupted;

	aios_job_cancel(run->job, NULL);
	child_end(run);
	if (run->cli->json)
		ends_note(run);
	else
		cli_note(run->cli, "job %" PRIu64 " is cancelled", aios_job_id(run->job));
	return CLI_SIGNAL + sig;
}

static int failed(struct run *run, const char *command)
{
	const struct launch_report *f = &run->supervisor.failure;
	uint64_t id = aios_job_id(run->job);
	struct aios_stat stat;

	switch (f->stage) {
	case LAUNCH_ENTER:
		AIOS_INIT(&stat);
		if (f->err == -ECANCELED && !aios_job_stat(run->job, &stat) && stat.end)
			return cli_error(run->cli, cli_status_of_end(stat.end, stat.code),
					 "job %" PRIu64 " did not start: %s", id,
					 end_text(stat.end, stat.code));
		aios_job_cancel(run->job, NULL);
		return cli_fail(run->cli, f->err, &f->why, "job %" PRIu64 " did not start%s",
				id, f->err == -ETIMEDOUT ? " in time" : "");
	case LAUNCH_EXEC:
		cli_error(run->cli, CLI_FAILURE, "cannot execute '%s': %s",
			  command, strerror(-f->err));
		return f->err == -ENOENT ? CLI_NO_COMMAND : CLI_CANNOT_EXEC;
	default:
		aios_job_cancel(run->job, NULL);
		return cli_fail(run->cli, f->err, NULL, "job %" PRIu64 " could not be set up", id);
	}
}

static int start(struct run *run, char **argv);

/* The command has ended and was reaped. Return: whether it was started again. */
static bool started_again(struct run *run, char **argv)
{
	uint64_t until = monotonic_ns() + RETRY_PATIENCE_NS;
	struct supervisor *s = &run->supervisor;
	enum retry_state found;
	struct aios_stat stat;
	int status = s->status;

	if (!run->spec.retries)
		return false;
	supervisor_again(s);
	do {
		found = retry_wait(run->job, status, SIGNAL_NS);
	} while (found == RETRY_UNKNOWN && monotonic_ns() < until &&
		 supervisor_wait(s, 0) != SUPERVISOR_INTERRUPTED);
	s->status = status;
	if (found != RETRY_AGAIN)
		return false;
	AIOS_INIT(&stat);
	if (!aios_job_stat(run->job, &stat)) {
		auto_free char *text = retry_text(&stat);

		if (run->cli->json)
			run_document(run, &stat);
		else
			cli_note(run->cli, "%s", text);
	}
	run->waited = false;
	return !start(run, argv);
}

static int supervise(struct run *run, char **argv)
{
	struct supervisor *s = &run->supervisor;
	int timeout_ms = WAIT_NOTE_MS;

	for (;;) {
		switch (supervisor_wait(s, timeout_ms)) {
		case SUPERVISOR_TIMEOUT:
			waits_note(run);
			timeout_ms = -1;
			break;
		case SUPERVISOR_STARTED:
			starts_note(run);
			timeout_ms = -1;
			break;
		case SUPERVISOR_INTERRUPTED:
			return interrupted(run);
		case SUPERVISOR_FAILED:
			child_end(run);
			return failed(run, argv[0]);
		case SUPERVISOR_EXITED:
			if (started_again(run, argv)) {
				timeout_ms = WAIT_NOTE_MS;
				break;
			}
			if (s->interrupted)
				return interrupted(run);
			ends_note(run);
			if (WIFSIGNALED(s->status))
				return CLI_SIGNAL + WTERMSIG(s->status);
			return WEXITSTATUS(s->status);
		}
	}
}

__attribute__((noreturn))
static void child(struct run *run, pid_t parent, char **argv, int report)
{
	uint64_t deadline = run->timeout_ns ? monotonic_ns() + run->timeout_ns : 0;

	/* a job that waits must not outlive whom it waits for */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CLI_FAILURE);
	if (launch_enter(run->job, deadline, report))
		_exit(CLI_FAILURE);
	/* The command goes with us too where the guard was killed at one time with us. */
	if (!run->kill_with_me)
		prctl(PR_SET_PDEATHSIG, 0);
	supervisor_child_reset(&run->supervisor);
	launch_exec(run->cli, run->job, &run->spec, argv, report);
}

/* Start a child that becomes the command; a status after having said why not. */
static int start(struct run *run, char **argv)
{
	struct supervisor *s = &run->supervisor;
	pid_t parent = getpid();
	int report[2];

	if (pipe2(report, O_CLOEXEC))
		return cli_fail(run->cli, -errno, NULL, "cannot make a pipe");
	fflush(NULL);
	s->child = fork();
	if (s->child < 0)
		return cli_fail(run->cli, -errno, NULL, "cannot fork");
	if (!s->child)
		child(run, parent, argv, report[1]);
	close(report[1]);
	s->report = report[0];
	return CLI_OK;
}

/* Who stands beside us is started while the child waits to be moved. */
static int companions_start(struct run *run, char **argv)
{
	struct supervisor *s = &run->supervisor;
	int err;

	err = witness_start(&s->witness, argv);
	if (!err && run->kill_with_me)
		err = guard_start(&run->guard, run->job, argv);
	if (!err)
		return CLI_OK;
	aios_job_cancel(run->job, NULL);
	child_end(run);
	return cli_fail(run->cli, err, NULL, "cannot start a process beside job %" PRIu64,
			aios_job_id(run->job));
}

/* The command has the caller's descriptors, and closes them when it likes: so do we. */
static void descriptors_leave(struct run *run)
{
	struct supervisor *s = &run->supervisor;
	int keep[] = {
		aios_fd(run->cli->ctx), aios_job_fd(run->job), s->signals, s->report,
		s->witness.fd, run->guard.fd,
	};

	/* A command that can start again needs them once more. */
	if (!run->spec.retries)
		descriptors_close(STDERR_FILENO + 1, keep, ARRAY_SIZE(keep));
}

static int run_command_as_job(struct run *run, char **argv)
{
	int err = supervisor_init(&run->supervisor);

	if (err)
		return cli_fail(run->cli, err, NULL, "cannot receive signals");
	err = start(run, argv);
	if (!err)
		err = companions_start(run, argv);
	if (!err) {
		descriptors_leave(run);
		err = supervise(run, argv);
	}
	guard_dismiss(&run->guard);
	return err;
}

/* An adopted cgroup runs already; stay until it is empty. */
static int run_adopted(struct run *run)
{
	struct aios_wait wait;
	int err;

	do {
		AIOS_INIT(&wait);
		err = aios_job_wait(run->job, &wait);
	} while (err == -EINTR);
	if (err)
		return cli_fail(run->cli, err, NULL, "cannot wait for job %" PRIu64,
				aios_job_id(run->job));
	ends_note(run);
	return cli_status_of_end(wait.end, wait.code);
}

static int run_parse(struct run *run, int argc, char **argv)
{
	int key, status;

	jobspec_init(&run->spec);
	while ((key = cli_getopt(run->cli, argc, argv)) != -1) {
		if (key == '?')
			return CLI_USAGE;
		if (key == KEY_TIMEOUT)
			status = cli_parse_duration(run->cli, "--timeout", optarg,
						    &run->timeout_ns);
		else if (key == KEY_KILL_WITH_ME)
			run->kill_with_me = true;
		else
			status = jobspec_option(run->cli, &run->spec, key, optarg);
		if (status)
			return status;
	}
	if (run->kill_with_me && run->spec.adopt)
		return cli_usage(run->cli, "--kill-with-me: an adopted cgroup is not ours to end");
	return jobspec_check_command(run->cli, &run->spec, argc - optind,
				     argv + optind);
}

static int run_run(struct cli *cli, int argc, char **argv)
{
	struct run run = { .cli = cli, .guard.fd = -1 };
	int status;

	/* standard output is the command's */
	cli->out.file = stderr;
	status = run_parse(&run, argc, argv);
	if (status)
		return status;
	if (run.spec.flags & AIOS_SUBMIT_DRY_RUN)
		cli->out.file = stdout;
	status = cli_connect(cli);
	if (status)
		return status;
	status = jobspec_submit(cli, &run.spec, &run.job);
	if (status || !run.job)
		return status;
	if (run.spec.adopt)
		status = run_adopted(&run);
	else
		status = run_command_as_job(&run, argv + optind);
	aios_job_unref(run.job);
	return status;
}

const struct cli_command run_command = {
	.name = "run",
	.args = "[--] COMMAND [ARG]...",
	.summary = "run a command as a job and wait for it",
	.help = "Queue a job, wait until the kernel admits it, and run COMMAND as that job in the foreground: ^C while it waits cancels it, later signals reach the command, once each, and the exit status is the command's (128+N for signal N).\n\nREQUEST is what the job needs to start, LIMIT what it can use when others leave room.",
	.options = run_options,
	.shared = jobspec_options,
	.stops = true,
	.run = run_run,
};
