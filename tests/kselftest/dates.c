// SPDX-License-Identifier: GPL-2.0
/*
 * Times that are stated: the deadlines of jobs, the times before which they do not begin, and
 * those of a machine that drains; as times of CLOCK_MONOTONIC and as dates.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "calls.h"
#include "harness.h"

#define SECOND	1000000000ULL

static struct aios_submit whole(void)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, all_cpus(), all_cpus());
	return s;
}

/* A date an hour and more ahead, and between which times of CLOCK_MONOTONIC that is. */
struct date {
	uint64_t date;
	uint64_t before;
	uint64_t after;
};

static struct date date_ahead(void)
{
	struct timespec real;
	struct date d;

	d.before = now_ns() + 6000 * SECOND;
	clock_gettime(CLOCK_REALTIME, &real);
	d.after = now_ns() + 6000 * SECOND;
	d.date = (real.tv_sec + 6000) * SECOND + real.tv_nsec;
	return d;
}

/* ---------------------------------------------------------------- deadlines */

TEST(earliest_deadline_first)
{
	static const unsigned int seconds[] = { 300, 100, 0, 200 };
	static const unsigned int order[] = { 1, 3, 0, 2 };
	struct aios_policy p = {
		.size = sizeof(p), .flags = AIOS_POLICY_SET_POLICY,
		.policy = AIOS_POLICY_EDF,
	};
	struct aios_update u = job_update_args();
	struct aios_submit s = whole();
	struct queued holder, q[4];
	uint64_t now = now_ns();

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	holder = queued_start(&s);
	for (unsigned int i = 0; i < 4; i++) {
		s.deadline_ns = seconds[i] ? now + seconds[i] * SECOND : 0;
		q[i] = queued_start(&s);
		ASSERT_U64(job_stat(q[i].job).deadline_ns, s.deadline_ns);
	}
	for (unsigned int i = 0; i < 4; i++)
		ASSERT_EQ(job_stat(q[order[i]].job).position, i + 1);
	u.flags = AIOS_UPDATE_DEADLINE;
	u.deadline_ns = now + 50 * SECOND;
	ASSERT_OK(ioctl(q[2].job, AIOS_IOC_UPDATE, &u));
	ASSERT_EQ(job_stat(q[2].job).position, 1);
	u.deadline_ns = ~0ULL;
	ASSERT_ERR(ioctl(q[2].job, AIOS_IOC_UPDATE, &u), EINVAL);
	ASSERT_EQ(u.why.code, AIOS_WHY_VALUE);
	ASSERT_U64(job_stat(q[2].job).deadline_ns, now + 50 * SECOND);
	queued_finish(&holder);
	job_wait_state(q[2].job, AIOS_STATE_RUNNING);
	for (unsigned int i = 0; i < 4; i++)
		queued_finish(&q[i]);
	s.deadline_ns = 1ULL << 62;
	ASSERT_ERR(submit(&s), EINVAL);
}

/* When it would end is foretold as far as run times are known. */
TEST(expected_end)
{
	struct aios_explain e = { .size = sizeof(e) };
	struct aios_submit s = whole();
	struct queued holder, waiting, unknown;
	struct aios_stat stat;

	s.expected_runtime_ns = 3600 * SECOND;
	s.deadline_ns = now_ns() + 7200 * SECOND;
	holder = queued_start(&s);
	job_wait_state(holder.job, AIOS_STATE_RUNNING);
	s.expected_runtime_ns = 1800 * SECOND;
	waiting = queued_start(&s);
	s.expected_runtime_ns = 0;
	unknown = queued_start(&s);
	ASSERT_OK(ioctl(holder.job, AIOS_IOC_EXPLAIN, &e));
	ASSERT_U64(e.deadline_ns, s.deadline_ns);
	/* It was decided on between its submission and its admission. */
	stat = job_stat(holder.job);
	ASSERT_GE(e.end_ns, stat.submit_ns + 3600 * SECOND);
	ASSERT_LE(e.end_ns, stat.admit_ns + 3600 * SECOND);
	ASSERT_OK(ioctl(waiting.job, AIOS_IOC_EXPLAIN, &e));
	ASSERT_U64(e.end_ns, e.start_ns + 1800 * SECOND);
	ASSERT_OK(ioctl(unknown.job, AIOS_IOC_EXPLAIN, &e));
	ASSERT_U64(e.end_ns, 0);
	queued_finish(&holder);
	queued_finish(&waiting);
	queued_finish(&unknown);
}

/* -------------------------------------------------------------------- drain */

static int drain(unsigned int flags, uint64_t start, const char *reason)
{
	struct aios_drain d = {
		.size = sizeof(d), .flags = flags, .start_ns = start,
		.reason = (uintptr_t)reason, .reason_len = reason ? strlen(reason) : 0,
	};

	return ioctl(dev(), AIOS_IOC_DRAIN, &d);
}

static struct aios_drain drain_get(char *reason, unsigned int room)
{
	struct aios_drain d = {
		.size = sizeof(d), .reason = (uintptr_t)reason, .reason_len = room,
	};

	ASSERT_OK(ioctl(dev(), AIOS_IOC_DRAIN, &d));
	return d;
}

TEST(drain_and_undrain)
{
	uint64_t at = now_ns() + 6000 * SECOND;
	struct aios_submit s = ask("/");
	struct queued running, longer, shorter, unknown;
	char reason[AIOS_REASON_MAX + 1];
	struct aios_drain d;

	want(&s, AIOS_RESOURCE_CPU, 100, 100);
	running = queued_start(&s);
	job_wait_state(running.job, AIOS_STATE_RUNNING);
	ASSERT_OK(drain(AIOS_DRAIN_SET, at, "new disks"));
	d = drain_get(reason, sizeof(reason));
	ASSERT_U64(d.start_ns, at);
	ASSERT_EQ(d.nr_running, 1);
	ASSERT_EQ(d.uid, 0);
	ASSERT(!strcmp(reason, "new disks"));
	unknown = queued_start(&s);
	s.expected_runtime_ns = 36000 * SECOND;
	longer = queued_start(&s);
	s.expected_runtime_ns = SECOND;
	shorter = queued_start(&s);
	job_wait_state(shorter.job, AIOS_STATE_RUNNING);
	queued_waits(&unknown, AIOS_WHY_DRAIN);
	queued_waits(&longer, AIOS_WHY_DRAIN);
	ASSERT_U64(job_stat(longer.job).why.asked, at);
	queued_finish(&shorter);
	/* Now: not even the shortest. */
	ASSERT_OK(drain(AIOS_DRAIN_SET, 0, NULL));
	shorter = queued_start(&s);
	queued_waits(&shorter, AIOS_WHY_DRAIN);
	ASSERT_EQ(job_state(running.job), AIOS_STATE_RUNNING);
	ASSERT_OK(job_signal(running.job, AIOS_IOC_SUSPEND, NULL));
	ASSERT_OK(job_signal(running.job, AIOS_IOC_RESUME, NULL));
	job_wait_state(running.job, AIOS_STATE_RUNNING);
	ASSERT_OK(drain(AIOS_DRAIN_CLEAR, 0, NULL));
	ASSERT_U64(drain_get(reason, sizeof(reason)).start_ns, 0);
	ASSERT(!*reason);
	job_wait_state(unknown.job, AIOS_STATE_RUNNING);
	job_wait_state(longer.job, AIOS_STATE_RUNNING);
	job_wait_state(shorter.job, AIOS_STATE_RUNNING);
	queued_finish(&running);
	queued_finish(&unknown);
	queued_finish(&longer);
	queued_finish(&shorter);
}

TEST(drains_that_are_refused)
{
	char longer[AIOS_REASON_MAX + 2], little[4];
	struct aios_drain d = { .size = sizeof(d) };

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	ASSERT_ERR(drain(AIOS_DRAIN_SET, 0, longer), ENAMETOOLONG);
	ASSERT_ERR(drain(AIOS_DRAIN_SET, 0, "two\nlines"), EINVAL);
	ASSERT_ERR(drain(AIOS_DRAIN_SET, ~0ULL, NULL), EINVAL);
	ASSERT_ERR(drain(AIOS_DRAIN_SET | AIOS_DRAIN_CLEAR, 0, NULL), EINVAL);
	ASSERT_ERR(drain(AIOS_DRAIN_REALTIME, 1, NULL), EINVAL);
	ASSERT_ERR(drain(AIOS_DRAIN_CLEAR | AIOS_DRAIN_REALTIME, 1, NULL), EINVAL);
	ASSERT_U64(drain_get(NULL, 0).start_ns, 0);
	ASSERT_OK(drain(AIOS_DRAIN_SET, now_ns() + 6000 * SECOND, "reason"));
	d.reason = (uintptr_t)little;
	d.reason_len = sizeof(little);
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_DRAIN, &d), ENOSPC);
	AS_USER(ALICE) {
		ASSERT_ERR(drain(AIOS_DRAIN_CLEAR, 0, NULL), EPERM);
		ASSERT_ERR(drain(AIOS_DRAIN_SET, 0, NULL), EPERM);
		ASSERT(drain_get(NULL, 0).start_ns);
	}
	ASSERT_OK(drain(AIOS_DRAIN_CLEAR, 0, NULL));
}

/* ------------------------------------------------------------------- begin */

TEST(begins_at_its_time)
{
	struct aios_update u = job_update_args();
	struct aios_submit s = ask("/");
	uint64_t at = now_ns() + 3 * SECOND;
	struct queued later, put_off;

	want(&s, AIOS_RESOURCE_CPU, 100, 100);
	s.begin_ns = at;
	later = queued_start(&s);
	s.begin_ns = now_ns() + 6000 * SECOND;
	put_off = queued_start(&s);
	if ((uint64_t)now_ns() < at)
		queued_waits(&later, AIOS_WHY_BEGIN);
	ASSERT_U64(job_stat(put_off.job).why.asked, s.begin_ns);
	ASSERT_U64(job_stat(put_off.job).begin_ns, s.begin_ns);
	job_wait_state(later.job, AIOS_STATE_RUNNING);
	ASSERT(job_stat(later.job).admit_ns >= at);
	queued_waits(&put_off, AIOS_WHY_BEGIN);
	u.flags = AIOS_UPDATE_BEGIN;
	ASSERT_ERR(ioctl(later.job, AIOS_IOC_UPDATE, &u), EINVAL);
	ASSERT_EQ(u.why.code, AIOS_WHY_STATE);
	u.begin_ns = ~0ULL;
	ASSERT_ERR(ioctl(put_off.job, AIOS_IOC_UPDATE, &u), EINVAL);
	ASSERT_EQ(u.why.code, AIOS_WHY_VALUE);
	ASSERT_U64(job_stat(put_off.job).begin_ns, s.begin_ns);
	u.begin_ns = 0;
	ASSERT_OK(ioctl(put_off.job, AIOS_IOC_UPDATE, &u));
	job_wait_state(put_off.job, AIOS_STATE_RUNNING);
	queued_finish(&later);
	queued_finish(&put_off);
	s.begin_ns = at;
	s.flags = AIOS_SUBMIT_ADOPT;
	ASSERT_ERR(submit(&s), EINVAL);
}

TEST(begins_at_a_date)
{
	struct aios_update u = job_update_args();
	struct aios_submit s = ask("/");
	struct date d = date_ahead();
	struct queued job;
	uint64_t told;

	s.flags = AIOS_SUBMIT_BEGIN_REALTIME;
	s.begin_ns = d.date;
	job = queued_start(&s);
	told = job_stat(job.job).begin_ns;
	ASSERT(told >= d.before && told <= d.after);
	u.flags = AIOS_UPDATE_BEGIN_REALTIME;
	ASSERT_ERR(ioctl(job.job, AIOS_IOC_UPDATE, &u), EINVAL);
	u.flags |= AIOS_UPDATE_BEGIN;
	u.begin_ns = d.date + SECOND;
	ASSERT_OK(ioctl(job.job, AIOS_IOC_UPDATE, &u));
	ASSERT_U64(job_stat(job.job).begin_ns, told + SECOND);
	queued_waits(&job, AIOS_WHY_BEGIN);
	/* Long ago. */
	u.begin_ns = 1;
	ASSERT_OK(ioctl(job.job, AIOS_IOC_UPDATE, &u));
	job_wait_state(job.job, AIOS_STATE_RUNNING);
	queued_finish(&job);
}

/* ------------------------------------------------------------------- dates */

/* That they follow the clock when it is set, tests/cli/clock.t tests. */
TEST(dates)
{
	struct aios_update u = job_update_args();
	struct aios_submit s = ask("/");
	struct date d = date_ahead();
	struct queued job;
	uint64_t told;

	ASSERT_OK(drain(AIOS_DRAIN_SET | AIOS_DRAIN_REALTIME, d.date, NULL));
	told = drain_get(NULL, 0).start_ns;
	ASSERT(told >= d.before && told <= d.after);
	ASSERT_OK(drain(AIOS_DRAIN_SET | AIOS_DRAIN_REALTIME, 1, NULL));
	ASSERT_U64(drain_get(NULL, 0).start_ns, 1);
	ASSERT_OK(drain(AIOS_DRAIN_CLEAR, 0, NULL));

	s.flags = AIOS_SUBMIT_DEADLINE_REALTIME | AIOS_SUBMIT_HOLD;
	s.deadline_ns = d.date;
	job = queued_start(&s);
	told = job_stat(job.job).deadline_ns;
	ASSERT(told >= d.before && told <= d.after);
	u.flags = AIOS_UPDATE_DEADLINE_REALTIME;
	ASSERT_ERR(ioctl(job.job, AIOS_IOC_UPDATE, &u), EINVAL);
	u.flags |= AIOS_UPDATE_DEADLINE;
	u.deadline_ns = d.date + SECOND;
	ASSERT_OK(ioctl(job.job, AIOS_IOC_UPDATE, &u));
	ASSERT_U64(job_stat(job.job).deadline_ns, told + SECOND);
	u.deadline_ns = 0;
	ASSERT_OK(ioctl(job.job, AIOS_IOC_UPDATE, &u));
	ASSERT_U64(job_stat(job.job).deadline_ns, 0);
	queued_finish(&job);
}
