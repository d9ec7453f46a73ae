// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a queued job back although a process waits in it and there is room:
 * hold. Who may do that, what the job says meanwhile, and its place.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-gate"
#define SECOND	1000000000ULL

struct queued {
	int job;
	pid_t pid;
};

static uint64_t all_cpus(void)
{
	return resource_get(AIOS_RESOURCE_CPU).capacity;
}

static struct aios_submit whole(void)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, all_cpus(), all_cpus());
	return s;
}

static struct queued start(struct aios_submit *s)
{
	struct queued q = { .job = submit_ok(s) };

	q.pid = job_launch(q.job, work_sleep, NULL);
	ASSERT_SOON(job_stat(q.job).flags & AIOS_JOB_READY ||
		    job_state(q.job) != AIOS_STATE_QUEUED, 3000);
	return q;
}

static void finish(struct queued *q)
{
	job_finish(q->job, q->pid);
}

static void assert_waits(const struct queued *q, unsigned int code)
{
	struct aios_stat s;

	sleep_ms(150);
	s = job_stat(q->job);
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(s.why.code, code);
}

/* -------------------------------------------------------------------- hold */

TEST(hold_and_release)
{
	struct aios_submit s = whole();
	struct queued first, second;

	s.flags = AIOS_SUBMIT_HOLD;
	first = start(&s);
	assert_waits(&first, AIOS_WHY_ON_HOLD);
	ASSERT(job_stat(first.job).flags & AIOS_JOB_ON_HOLD);
	s.flags = 0;
	second = start(&s);
	job_wait_state(second.job, AIOS_STATE_RUNNING);
	ASSERT_ERR(job_signal(first.job, AIOS_IOC_HOLD, NULL), EALREADY);
	ASSERT_OK(job_signal(first.job, AIOS_IOC_RELEASE, NULL));
	ASSERT_ERR(job_signal(first.job, AIOS_IOC_RELEASE, NULL), EALREADY);
	assert_waits(&first, AIOS_WHY_NOT_NOW);
	ASSERT(!(job_stat(first.job).flags & AIOS_JOB_ON_HOLD));
	finish(&second);
	job_wait_state(first.job, AIOS_STATE_RUNNING);
	finish(&first);
}

/* Whoever comes meanwhile stands behind it. */
TEST(hold_keeps_the_place)
{
	struct aios_submit s = whole();
	struct queued holder = start(&s), held = start(&s), later = start(&s);

	ASSERT_OK(job_signal(held.job, AIOS_IOC_HOLD, NULL));
	ASSERT_EQ(job_stat(later.job).position, 1);
	ASSERT_OK(job_signal(held.job, AIOS_IOC_RELEASE, NULL));
	ASSERT_EQ(job_stat(held.job).position, 1);
	ASSERT_EQ(job_stat(later.job).position, 2);
	ASSERT_OK(job_signal(held.job, AIOS_IOC_HOLD, NULL));
	finish(&holder);
	job_wait_state(later.job, AIOS_STATE_RUNNING);
	finish(&later);
	assert_waits(&held, AIOS_WHY_ON_HOLD);
	finish(&held);
}

TEST(hold_is_for_queued_jobs)
{
	struct aios_submit s = whole();
	struct queued q = start(&s);
	struct aios_why why;

	job_wait_state(q.job, AIOS_STATE_RUNNING);
	ASSERT_ERR(job_signal(q.job, AIOS_IOC_HOLD, &why), EINVAL);
	ASSERT_EQ(why.code, AIOS_WHY_STATE);
	ASSERT_U64(why.asked, AIOS_STATE_RUNNING);
	ASSERT_OK(job_signal(q.job, AIOS_IOC_CANCEL, NULL));
	reap(q.pid);
	job_wait_end(q.job);
	ASSERT_ERR(job_signal(q.job, AIOS_IOC_HOLD, NULL), ECANCELED);
	close(q.job);
}

/* One on hold can be cancelled and abandoned like any other. */
TEST(hold_and_cancel)
{
	struct aios_submit s = whole();
	struct queued q;
	int idle;

	s.flags = AIOS_SUBMIT_HOLD;
	q = start(&s);
	idle = submit_ok(&s);
	close(idle);
	ASSERT_OK(job_signal(q.job, AIOS_IOC_CANCEL, NULL));
	ASSERT_EQ(job_wait_end(q.job).end, AIOS_END_CANCELLED);
	reap(q.pid);
	close(q.job);
}

/* What the administrator holds, its user cannot release; what he holds himself he can. */
TEST(hold_of_an_administrator)
{
	uint64_t *id = shared(sizeof(*id));
	int *go = shared(sizeof(*go));
	pid_t pid;
	int job;

	ASSERT_OK(group_create(GROUP, 0, 0, 0755, NULL));
	leave_group(GROUP);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		struct aios_submit s = ask(GROUP);
		struct aios_why why;

		become(ALICE);
		dev_forget();
		submit_ok(&s);
		ASSERT_OK(job_signal(s.fd, AIOS_IOC_HOLD, NULL));
		ASSERT_OK(job_signal(s.fd, AIOS_IOC_RELEASE, NULL));
		__atomic_store_n(id, s.id, __ATOMIC_RELEASE);
		ASSERT_SOON(__atomic_load_n(go, __ATOMIC_ACQUIRE) == 1, 5000);
		ASSERT_ERR(job_signal(s.fd, AIOS_IOC_RELEASE, &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_PERMISSION);
		__atomic_store_n(go, 2, __ATOMIC_RELEASE);
		ASSERT_SOON(__atomic_load_n(go, __ATOMIC_ACQUIRE) == 3, 5000);
		ASSERT(!(job_stat(s.fd).flags & AIOS_JOB_ON_HOLD));
		_exit(0);
	}
	ASSERT_SOON(__atomic_load_n(id, __ATOMIC_ACQUIRE), 5000);
	job = ASSERT_OK(job_open(*id));
	ASSERT_OK(job_signal(job, AIOS_IOC_HOLD, NULL));
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	ASSERT_SOON(__atomic_load_n(go, __ATOMIC_ACQUIRE) == 2, 5000);
	ASSERT_OK(job_signal(job, AIOS_IOC_RELEASE, NULL));
	__atomic_store_n(go, 3, __ATOMIC_RELEASE);
	reap_ok(pid);
	close(job);
}
