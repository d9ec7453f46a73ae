// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that wait, two of them at a time on one descriptor of a job: whatever one of them
 * is told of first, the other is not left waiting.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calls.h"
#include "harness.h"

#define ROUNDS		20

/* ----------------------------------------------------- each until the job has ended */

/* Every change is told once more to whoever waits for it, and then the end. */
static void read_until_end(int job)
{
	uint64_t epoch, last = 0;
	ssize_t n;

	while ((n = read(job, &epoch, sizeof(epoch))) > 0) {
		ASSERT_EQ(n, sizeof(epoch));
		ASSERT_CMP(epoch, >, last);
		last = epoch;
	}
	ASSERT_EQ(n, 0);
}

static void poll_until_end(int job)
{
	struct pollfd p = { .fd = job, .events = POLLIN };
	uint64_t epoch;

	do {
		ASSERT_EQ(poll(&p, 1, -1), 1);
		if (!(p.revents & POLLHUP))
			ASSERT_GE(read(job, &epoch, sizeof(epoch)), 0);
	} while (!(p.revents & POLLHUP));
}

static void wait_until_end(int job)
{
	struct aios_wait w = { .size = sizeof(w) };

	ASSERT_OK(ioctl(job, AIOS_IOC_WAIT, &w));
	ASSERT_GE(w.state, AIOS_STATE_DONE);
}

/* Every wait is for another state than the present one. */
static void wait_for_every_state(int job)
{
	struct aios_wait w = { .size = sizeof(w) };
	uint32_t all = 1U << AIOS_STATE_QUEUED | 1U << AIOS_STATE_RUNNING |
		       1U << AIOS_STATE_SUSPENDED;

	do {
		w.state_mask = all & ~(1U << w.state);
		ASSERT_OK(ioctl(job, AIOS_IOC_WAIT, &w));
	} while (w.state < AIOS_STATE_DONE);
}

/* Only into a job that is never admitted: else this process would be the job. */
static void enter(int job)
{
	struct aios_enter e = { .size = sizeof(e) };

	ASSERT_ERR(ioctl(job, AIOS_IOC_ENTER, &e), ECANCELED);
}

static const struct call {
	const char *name;
	void (*until_end)(int job);
} calls[] = {
	{ "read", read_until_end },
	{ "poll", poll_until_end },
	{ "WAIT for the end", wait_until_end },
	{ "WAIT for each state", wait_for_every_state },
	{ "ENTER", enter },
};

#define ENTER_AT	(ARRAY_SIZE(calls) - 1)

/* ------------------------------------------------------------------------- pairs */

struct waiter {
	pthread_t thread;
	int job;
	size_t call;
};

static void *wait_in_thread(void *arg)
{
	struct waiter *w = arg;

	calls[w->call].until_end(w->job);
	return NULL;
}

static void begin(struct waiter *w, int job, size_t call)
{
	w->job = job;
	w->call = call;
	ASSERT_EQ(pthread_create(&w->thread, NULL, wait_in_thread, w), 0);
}

static void assert_returns(struct waiter *w)
{
	long long end = now_ns() + patience_ns(5000);

	while (pthread_tryjoin_np(w->thread, NULL)) {
		if (now_ns() > end)
			FAIL("%s is still waiting for what has happened", calls[w->call].name);
		sleep_ms(1);
	}
}

/* A job on hold that is changed, and cancelled. */
static void pair_at_queued(size_t a, size_t b)
{
	struct aios_update u = job_update_args();
	struct aios_submit s = ask("/");
	struct waiter w[2];

	s.flags = AIOS_SUBMIT_HOLD;
	submit_ok(&s);
	begin(&w[0], s.fd, a);
	begin(&w[1], s.fd, b);
	u.flags = AIOS_UPDATE_WEIGHT;
	for (u.weight = 1; u.weight < 4; u.weight++)
		ASSERT_OK(ioctl(s.fd, AIOS_IOC_UPDATE, &u));
	ASSERT_OK(job_signal(ASSERT_OK(job_open(s.id)), AIOS_IOC_CANCEL, NULL));
	assert_returns(&w[0]);
	assert_returns(&w[1]);
	close(s.fd);
}

/* A job that runs, is suspended, runs again, and ends. */
static void pair_at_running(size_t a, size_t b)
{
	int job = submit_cpu("/", 10, 10);
	pid_t pid = job_start(job, work_sleep, NULL);
	struct waiter w[2];

	begin(&w[0], job, a);
	begin(&w[1], job, b);
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	kill(pid, SIGKILL);
	reap(pid);
	assert_returns(&w[0]);
	assert_returns(&w[1]);
	close(job);
}

TEST(pairs_of_a_queued_job)
{
	for (size_t a = 0; a < ARRAY_SIZE(calls); a++)
		for (size_t b = 0; b < ARRAY_SIZE(calls); b++) {
			/* Only one enters. */
			if (a == ENTER_AT && b == ENTER_AT)
				continue;
			step("%s beside %s", calls[a].name, calls[b].name);
			for (int i = 0; i < ROUNDS / scale() + 1; i++)
				CHILD
					pair_at_queued(a, b);
		}
}

TEST(pairs_of_a_running_job)
{
	for (size_t a = 0; a < ENTER_AT; a++)
		for (size_t b = 0; b < ENTER_AT; b++) {
			step("%s beside %s", calls[a].name, calls[b].name);
			for (int i = 0; i < ROUNDS / scale() + 1; i++)
				CHILD
					pair_at_running(a, b);
		}
}
