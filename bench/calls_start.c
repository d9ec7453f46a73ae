// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to start a job and to see its end: see calls.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "hand.h"

/*
 * Who moves a process between cgroups soon after somebody else did, is spared
 * a grace period of RCU; who waits for cgroup.events soon after it changed,
 * waits for the rest of 10 ms. So nothing begins before the last is forgotten.
 */
#define REST_US		100000
#define LIFE_US		30000	/* of a process in its cgroup */
/* So long after a fork() the parent has copied the pages that it writes to, and waits. */
#define FORK_US		500

static void enter_and_leave(struct calls *c, const struct aios_job *job, bool again)
{
	struct aios_enter e = { .size = sizeof(e) };
	int fd = aios_job_fd(job);

	if (again)
		usleep(FORK_US);
	c->stamps->begin = now_ns();
	c->stamps->error = ioctl(fd, AIOS_IOC_ENTER, &e) ? errno : 0;
	c->stamps->entered = now_ns();
	usleep(LIFE_US);
	c->stamps->leaving = now_ns();
	_exit(0);
}

static void start_one(struct calls *c, bool again)
{
	uint64_t begin, submitted, entered, forked, ended;
	struct aios_submit s;
	struct aios_wait wait;
	struct aios_job *job;
	pid_t pid;

	calls_ask(&s);
	begin = now_ns();
	calls_why_ok(c, aios_submit(c->ctx, &s, &job), "SUBMIT", &s.why);
	submitted = since_ns(begin);
	fflush(NULL);
	forked = now_ns();
	pid = must(fork());
	if (!pid)
		enter_and_leave(c, job, again);
	AIOS_INIT(&wait);
	calls_ok(aios_job_wait(job, &wait), "WAIT");
	ended = since_ns(c->stamps->leaving);
	if (c->stamps->error)
		die("ENTER: %s", strerror(c->stamps->error));
	must(waitpid(pid, NULL, 0));
	aios_job_unref(job);
	entered = c->stamps->entered - c->stamps->begin;
	if (again) {
		series_add(&c->ours[START_AGAIN], submitted + entered);
		return;
	}
	series_add(&c->ours[SUBMIT], submitted);
	series_add(&c->ours[ENTER], entered);
	series_add(&c->ours[START], submitted + entered);
	series_add(&c->ours[FORK], c->stamps->entered - forked);
	series_add(&c->ours[END], ended);
}

/* The child has its cgroup from the start: nothing has to be moved. */
static void clone_into(struct calls *c, const struct hand_job *job)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = job->dir,
	};
	uint64_t begin = now_ns();
	pid_t pid = must(syscall(SYS_clone3, &args, sizeof(args)));

	if (!pid) {
		c->stamps->entered = now_ns();
		_exit(0);
	}
	must(waitpid(pid, NULL, 0));
	series_add(&c->hand[FORK], c->stamps->entered - begin);
}

static void start_one_by_hand(struct calls *c, unsigned int number, bool again)
{
	uint64_t begin, created, entered, ended;
	struct hand_job job;
	int inside[2];
	char byte = 0;
	pid_t pid;

	begin = now_ns();
	hand_create(&job, number);
	created = since_ns(begin);
	if (!again)
		clone_into(c, &job);
	must(pipe2(inside, O_CLOEXEC));
	pid = calls_fork();
	if (!pid) {
		if (again)
			usleep(FORK_US);
		c->stamps->begin = now_ns();
		hand_enter(&job);
		c->stamps->entered = now_ns();
		must(write(inside[1], &byte, 1));
		usleep(LIFE_US);
		c->stamps->leaving = now_ns();
		_exit(0);
	}
	close(inside[1]);
	if (read(inside[0], &byte, 1) != 1)
		die("a process did not get into its cgroup");
	close(inside[0]);
	hand_wait(&job);
	hand_remove(&job);
	ended = since_ns(c->stamps->leaving);
	must(waitpid(pid, NULL, 0));
	entered = c->stamps->entered - c->stamps->begin;
	if (again) {
		series_add(&c->hand[START_AGAIN], created + entered);
		return;
	}
	series_add(&c->hand[SUBMIT], created);
	series_add(&c->hand[ENTER], entered);
	series_add(&c->hand[START], created + entered);
	series_add(&c->hand[END], ended);
}

static void move_another(struct calls *c)
{
	struct hand_job job;
	pid_t pid;

	hand_create(&job, c->samples);
	pid = calls_fork();
	if (!pid) {
		hand_enter(&job);
		_exit(0);
	}
	must(waitpid(pid, NULL, 0));
	hand_remove(&job);
}

void measure_start(struct calls *c)
{
	unsigned int i;

	for (i = 0; i < c->samples; i++) {
		usleep(REST_US);
		start_one(c, false);
		calls_settle(c);
		usleep(REST_US);
		start_one_by_hand(c, i, false);

		move_another(c);
		start_one(c, true);
		calls_settle(c);
		move_another(c);
		start_one_by_hand(c, i, true);
	}
}
