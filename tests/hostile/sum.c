// SPDX-License-Identifier: GPL-2.0
/*
 * Who enters many jobs from a cgroup that is limited: they have its limits together, what
 * they request they have or wait for, and what they cannot use others are granted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "confined.h"
#include "harness.h"

#define NR_JOBS		3

/* A job of ALICE's whose process came from INNER, and stays. */
static struct queued from_inner(struct aios_submit *s)
{
	struct queued q;

	q.job = submit_ok(s);
	q.pid = fork();
	if (!q.pid) {
		join(INNER);
		become_alice();
		if (job_enter(q.job, NULL))
			_exit(1);
		work_sleep(NULL);
	}
	return q;
}

static uint64_t sum_of(const struct queued *q, unsigned int nr,
		       uint64_t (*amount)(const char *directory))
{
	char directory[4096];
	uint64_t sum = 0;

	for (unsigned int i = 0; i < nr; i++) {
		job_directory(q[i].job, directory, sizeof(directory));
		if (amount(directory) == AIOS_UNLIMITED)
			return AIOS_UNLIMITED;
		sum += amount(directory);
	}
	return sum;
}

static uint64_t memory_max(const char *directory)
{
	return cg_number(directory, "memory.max");
}

static uint64_t pids_max(const char *directory)
{
	return cg_number(directory, "pids.max");
}

/* Whoever enters many jobs has no more than whoever enters one. */
TEST(limits_hold_for_the_sum)
{
	struct aios_submit s = ask("/");
	struct queued q[NR_JOBS];
	char directory[4096];
	unsigned int i;

	limit();
	for (i = 0; i < NR_JOBS; i++) {
		q[i] = from_inner(&s);
		job_wait_state(q[i].job, AIOS_STATE_RUNNING);
	}
	ASSERT_SOON(sum_of(q, NR_JOBS, cg_cpu_max) <= 300, 3000);
	ASSERT_SOON(sum_of(q, NR_JOBS, memory_max) <= 50 * MIB, 3000);
	ASSERT_SOON(sum_of(q, NR_JOBS, pids_max) <= 7, 3000);
	for (i = 0; i < NR_JOBS; i++) {
		job_directory(q[i].job, directory, sizeof(directory));
		ASSERT_GE(cg_cpu_max(directory), 80);
		ASSERT_GE(memory_max(directory), 12 * MIB);
		ASSERT_GE(pids_max(directory), 2);
	}
	/* Who is left has all of it. */
	for (i = 1; i < NR_JOBS; i++)
		queued_finish(&q[i]);
	job_directory(q[0].job, directory, sizeof(directory));
	ASSERT_SOON(cg_cpu_max(directory) == 300, 3000);
	ASSERT_SOON(memory_max(directory) == 50 * MIB, 3000);
	ASSERT_SOON(pids_max(directory) == 7, 3000);
	queued_finish(&q[0]);
	unlimit();
}

/* What is requested is promised, so that whoever finds no room waits, in his turn. */
TEST(requests_wait_for_each_other)
{
	struct aios_update u = job_update_args();
	struct aios_submit large = ask("/"), small = ask("/");
	struct queued q[3];
	struct aios_stat st;

	limit();
	want(&large, AIOS_RESOURCE_CPU, 200, 300);
	want(&small, AIOS_RESOURCE_CPU, 50, 300);
	q[0] = from_inner(&large);
	job_wait_state(q[0].job, AIOS_STATE_RUNNING);
	q[1] = from_inner(&large);
	ASSERT_SOON(job_stat(q[1].job).why.code == AIOS_WHY_BOUND, 3000);
	st = job_stat(q[1].job);
	ASSERT_EQ(st.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(st.why.resource, AIOS_RESOURCE_CPU);
	ASSERT_U64(st.why.asked, 200);
	ASSERT_U64(st.why.available, 100);
	/* It does not pass the one before it. */
	q[2] = from_inner(&small);
	ASSERT_SOON(job_stat(q[2].job).why.code == AIOS_WHY_BOUND, 3000);
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = 310;
	u.limit[AIOS_RESOURCE_CPU] = 310;
	ASSERT_ERR(ioctl(q[0].job, AIOS_IOC_UPDATE, &u), EPERM);
	ASSERT_EQ(u.why.code, AIOS_WHY_BOUND);
	queued_finish(&q[0]);
	job_wait_state(q[1].job, AIOS_STATE_RUNNING);
	job_wait_state(q[2].job, AIOS_STATE_RUNNING);
	/* There is room for 50 more, and not for 100. */
	u = job_update_args();
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = 150;
	u.limit[AIOS_RESOURCE_CPU] = 300;
	ASSERT_ERR(ioctl(q[2].job, AIOS_IOC_UPDATE, &u), EAGAIN);
	ASSERT_EQ(u.why.code, AIOS_WHY_BOUND);
	ASSERT_U64(u.why.available, 100);
	u.request[AIOS_RESOURCE_CPU] = 100;
	ASSERT_OK(ioctl(q[2].job, AIOS_IOC_UPDATE, &u));
	queued_finish(&q[1]);
	queued_finish(&q[2]);
	unlimit();
}

/* What bounds a job is known to who divides: what it cannot use others have. */
TEST(grants_know_of_limits)
{
	struct aios_submit s = ask("/kt-plan");
	struct queued q;
	int other;
	pid_t pid;

	limit();
	group_make("/kt-plan");
	ASSERT_OK(limit_set("/kt-plan", AIOS_RESOURCE_CPU, 1000));
	want(&s, AIOS_RESOURCE_CPU, 100, 900);
	other = submit_ok(&s);
	pid = job_start(other, work_sleep, NULL);
	q = from_inner(&s);
	job_wait_state(q.job, AIOS_STATE_RUNNING);
	ASSERT_SOON(job_stat(q.job).grant[AIOS_RESOURCE_CPU] == 300, 3000);
	ASSERT_SOON(job_stat(other).grant[AIOS_RESOURCE_CPU] == 700, 3000);
	queued_finish(&q);
	job_finish(other, pid);
	unlimit();
}

/* Members of a gang start together or never: what they need together must fit. */
TEST(gang_that_never_fits)
{
	static const char gang[] = "kt-sum";
	struct aios_submit s = ask("/");
	struct queued first;
	int second;

	limit();
	want(&s, AIOS_RESOURCE_CPU, 200, 300);
	s.gang = (uintptr_t)gang;
	s.gang_len = strlen(gang);
	s.gang_size = 2;
	first = from_inner(&s);
	ASSERT_SOON(job_stat(first.job).flags & AIOS_JOB_SETTLED, 3000);
	second = submit_ok(&s);
	CHILD {
		struct aios_why why;

		join(INNER);
		become_alice();
		ASSERT_ERR(job_enter(second, &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_BOUND);
		ASSERT_EQ(why.resource, AIOS_RESOURCE_CPU);
		ASSERT_U64(why.asked, 400);
		ASSERT_U64(why.available, 300);
	}
	ASSERT_OK(job_signal(second, AIOS_IOC_CANCEL, NULL));
	close(second);
	queued_finish(&first);
	unlimit();
}

/* Whoever gives up waiting makes way for those behind him. */
TEST(who_gives_up_makes_way)
{
	struct aios_submit large = ask("/"), small = ask("/");
	struct queued running, waiting, behind;

	limit();
	want(&large, AIOS_RESOURCE_CPU, 200, 300);
	want(&small, AIOS_RESOURCE_CPU, 50, 300);
	running = from_inner(&large);
	job_wait_state(running.job, AIOS_STATE_RUNNING);
	waiting = from_inner(&large);
	ASSERT_SOON(job_stat(waiting.job).why.code == AIOS_WHY_BOUND, 3000);
	behind = from_inner(&small);
	ASSERT_SOON(job_stat(behind.job).why.code == AIOS_WHY_BOUND, 3000);
	ASSERT_OK(kill(waiting.pid, SIGKILL));
	reap_signal(waiting.pid, SIGKILL);
	job_wait_state(behind.job, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_state(waiting.job), AIOS_STATE_QUEUED);
	ASSERT_OK(job_signal(waiting.job, AIOS_IOC_CANCEL, NULL));
	close(waiting.job);
	queued_finish(&behind);
	queued_finish(&running);
	unlimit();
}
