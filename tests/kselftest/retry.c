// SPDX-License-Identifier: GPL-2.0
/*
 * Retries: a job that runs out of memory is queued once more with a larger request,
 * as often and as far as it was submitted to, and whoever holds its descriptor
 * enters it again. What it is held to in each attempt, what it says meanwhile, and
 * how it ends when no other attempt can follow.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-retry"
#define MEMORY	AIOS_RESOURCE_MEMORY

static struct aios_submit ask_retries(uint64_t request, uint64_t limit, uint32_t retries,
				      uint32_t factor)
{
	struct aios_submit s = ask("/");

	want(&s, MEMORY, request, limit);
	s.retries = retries;
	s.retry_factor = factor;
	return s;
}

static void hog_and_exit(void *mib)
{
	size_t size = (long)mib * MIB;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT(p != MAP_FAILED);
	for (size_t i = 0; i < size; i += 4096)
		p[i] = 1;
}

/* An attempt that runs out of memory, up to the job's being queued once more. */
static void attempt_fails(int job, long mib)
{
	pid_t pid = job_launch(job, hog_and_exit, (void *)mib);

	reap_signal(pid, SIGKILL);
	job_wait_state(job, AIOS_STATE_QUEUED);
}

static void assert_queued(int job, uint32_t attempt, uint32_t retries, uint64_t request)
{
	struct aios_stat s = job_stat(job);

	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(s.attempt, attempt);
	ASSERT_EQ(s.retries, retries);
	ASSERT_U64(s.request[MEMORY], request);
	ASSERT_U64(s.limit[MEMORY], request);
	ASSERT_U64(s.grant[MEMORY], 0);
	ASSERT_U64(s.use[MEMORY], 0);
	ASSERT_EQ(s.pid, 0);
	ASSERT_U64(s.admit_ns, 0);
	ASSERT_U64(s.start_ns, 0);
	ASSERT_U64(s.end_ns, 0);
	ASSERT_EQ(s.end, AIOS_END_NONE);
	ASSERT_EQ(s.why.code, AIOS_WHY_NOT_READY);
	ASSERT_EQ(s.position, 1);
}

TEST(grows_until_it_fits)
{
	struct aios_submit s = ask_retries(16 * MIB, 100 * MIB, 4, 2000);
	uint64_t charged = resource_get(MEMORY).charged;
	struct aios_stat first, st;
	char directory[4096];
	struct aios_wait w;
	int job = submit_ok(&s);
	pid_t pid;

	first = job_stat(job);
	ASSERT_EQ(first.attempt, 1);
	ASSERT_EQ(first.retries, 4);
	ASSERT_EQ(first.retry_factor, 2000);
	ASSERT_EQ(first.retry_kills, 0);
	ASSERT_U64(first.retry_limit, 100 * MIB);
	ASSERT_U64(first.limit[MEMORY], 16 * MIB);
	attempt_fails(job, 40);
	assert_queued(job, 2, 3, 32 * MIB);
	ASSERT_U64(resource_get(MEMORY).charged, charged);
	attempt_fails(job, 40);
	assert_queued(job, 3, 2, 64 * MIB);
	st = job_stat(job);
	ASSERT_U64(st.id, first.id);
	ASSERT_U64(st.submit_ns, first.submit_ns);
	ASSERT_GE(st.retry_kills, 2);
	ASSERT_GE(st.peak[MEMORY], 24 * MIB);
	ASSERT_LE(st.peak[MEMORY], 33 * MIB);
	pid = job_start(job, work_hog, (void *)40L);
	job_directory(job, directory, sizeof(directory));
	ASSERT_U64(cg_number(directory, "memory.max"), 64 * MIB);
	ASSERT_U64(cg_number(directory, "memory.high"), AIOS_UNLIMITED);
	ASSERT_U64(resource_get(MEMORY).charged, charged + 64 * MIB);
	ASSERT_SOON(job_stat(job).use[MEMORY] >= 40 * MIB, 5000);
	ASSERT_GE(job_stat(job).cpu_duration_ns, st.cpu_duration_ns);
	ASSERT_OK(kill(pid, SIGTERM));
	reap_signal(pid, SIGTERM);
	w = job_wait_end(job);
	ASSERT_EQ(w.end, AIOS_END_SIGNAL);
	ASSERT_EQ(w.code, SIGTERM);
	ASSERT_EQ(job_stat(job).attempt, 3);
	close(job);
}

TEST(ends_well_at_last)
{
	struct aios_submit s = ask_retries(16 * MIB, 100 * MIB, 1, 3500);
	struct aios_wait w;
	int job = submit_ok(&s);

	attempt_fails(job, 40);
	assert_queued(job, 2, 0, 56 * MIB);
	reap_ok(job_launch(job, hog_and_exit, (void *)40L));
	w = job_wait_end(job);
	ASSERT_EQ(w.state, AIOS_STATE_DONE);
	ASSERT_EQ(w.end, AIOS_END_EXIT);
	close(job);
}

/* The last attempt ends as it would without retries. */
static void last_fails(int job)
{
	struct aios_wait w;

	reap_signal(job_launch(job, hog_and_exit, (void *)200L), SIGKILL);
	w = job_wait_end(job);
	ASSERT_EQ(w.state, AIOS_STATE_FAILED);
	ASSERT_EQ(w.end, AIOS_END_OOM);
	ASSERT_GE(w.code, 1);
	close(job);
}

TEST(retries_are_used_up)
{
	struct aios_submit s = ask_retries(16 * MIB, 100 * MIB, 1, 1500);
	int job = submit_ok(&s);

	attempt_fails(job, 200);
	assert_queued(job, 2, 0, 24 * MIB);
	last_fails(job);
}

TEST(limit_is_reached)
{
	struct aios_submit s = ask_retries(16 * MIB, 24 * MIB, 16, 16000);
	int job = submit_ok(&s);

	attempt_fails(job, 200);
	assert_queued(job, 2, 15, 24 * MIB);
	last_fails(job);
}

/* A group's limit bounds it too; a new limit of the job lets it grow further. */
TEST(limits_on_the_way)
{
	struct aios_update u = job_update_args();
	struct aios_submit s;
	struct aios_limit l;
	int job;

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, MEMORY, 40 * MIB));
	s = ask(GROUP);
	want(&s, MEMORY, 16 * MIB, 20 * MIB);
	s.retries = 3;
	s.retry_factor = 4000;
	job = submit_ok(&s);
	attempt_fails(job, 200);
	assert_queued(job, 2, 2, 20 * MIB);
	u.resource_mask = 1U << MEMORY;
	u.request[MEMORY] = 20 * MIB;
	u.limit[MEMORY] = 19 * MIB;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EINVAL);
	assert_queued(job, 2, 2, 20 * MIB);
	u.limit[MEMORY] = AIOS_UNLIMITED;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	assert_queued(job, 2, 2, 20 * MIB);
	ASSERT_U64(job_stat(job).retry_limit, AIOS_UNLIMITED);
	l = (struct aios_limit){ .size = sizeof(l), .flags = AIOS_LIMIT_JOB, .id = s.id };
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_U64(l.limit[MEMORY], AIOS_UNLIMITED);
	ASSERT_U64(l.effective[MEMORY], 20 * MIB);
	attempt_fails(job, 200);
	assert_queued(job, 3, 1, 40 * MIB);
	last_fails(job);
}

/* One arrival and one end, however often it was in service. */
TEST(counts_as_one_job)
{
	struct aios_submit s;
	struct aios_queueing q;
	int job;

	group_make(GROUP);
	s = ask(GROUP);
	want(&s, MEMORY, 16 * MIB, 32 * MIB);
	s.retries = 1;
	s.retry_factor = 2000;
	job = submit_ok(&s);
	attempt_fails(job, 200);
	q = queueing(GROUP, 0);
	ASSERT_U64(q.arrivals, 1);
	ASSERT_U64(q.ended, 0);
	ASSERT_U64(q.requeued, 1);
	ASSERT_EQ(q.parked, 1);
	ASSERT_EQ(q.waiting + q.serving, 0);
	last_fails(job);
	q = queueing(GROUP, 0);
	ASSERT_U64(q.arrivals, 1);
	ASSERT_U64(q.ended, 1);
	ASSERT_U64(q.withdrawn, 0);
	ASSERT_EQ(q.parked + q.waiting + q.serving, 0);
	ASSERT_CMP(q.ls, >, 0);
}

/* ------------------------------------------------------------------ refusals */

static void refused(struct aios_submit s, const char *what, unsigned int why)
{
	for (int dry = 0; dry < 2; dry++) {
		step("%s%s", what, dry ? ", dry run" : "");
		s.flags = (s.flags & ~AIOS_SUBMIT_DRY_RUN) | (dry ? AIOS_SUBMIT_DRY_RUN : 0);
		ASSERT_ERR(submit(&s), EINVAL);
		ASSERT_EQ(s.why.code, why);
		ASSERT_EQ(jobs_held(), 0);
	}
}

TEST(what_makes_no_sense)
{
	struct aios_submit s = ask_retries(16 * MIB, 16 * MIB, 1, 2000);

	refused(s, "nothing to grow into", AIOS_WHY_NEVER_GROWS);
	ASSERT_ERR(submit(&s), EINVAL);
	ASSERT_U64(s.why.asked, 16 * MIB);
	ASSERT_U64(s.why.available, 16 * MIB);
	ASSERT_EQ(s.why.resource, MEMORY);
	refused(ask_retries(0, 16 * MIB, 1, 2000), "nothing to grow", AIOS_WHY_NEVER_GROWS);
	s.resource_mask = 0;
	refused(s, "no memory is asked for", AIOS_WHY_NEVER_GROWS);
	refused(ask_retries(MIB, 2 * MIB, AIOS_RETRIES_MAX + 1, 2000), "too many", AIOS_WHY_VALUE);
	refused(ask_retries(MIB, 2 * MIB, 0, 2000), "a factor alone", AIOS_WHY_VALUE);
	refused(ask_retries(MIB, 2 * MIB, 1, 0), "no factor", AIOS_WHY_VALUE);
	refused(ask_retries(MIB, 2 * MIB, 1, AIOS_RETRY_UNIT), "a factor of 1", AIOS_WHY_VALUE);
	refused(ask_retries(MIB, 2 * MIB, 1, AIOS_RETRY_FACTOR_MAX + 1), "too large a factor",
		AIOS_WHY_VALUE);
	s = ask_retries(MIB, 2 * MIB, 1, 2000);
	s.gang = (uintptr_t)"pair";
	s.gang_len = 4;
	s.gang_size = 2;
	refused(s, "one of a gang", AIOS_WHY_NONE);
	s = ask_retries(MIB, 2 * MIB, 1, 2000);
	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = 0;
	refused(s, "an adopted cgroup", AIOS_WHY_NONE);
	s = ask_retries(MIB, AIOS_UNLIMITED, AIOS_RETRIES_MAX, AIOS_RETRY_FACTOR_MAX);
	s.flags = AIOS_SUBMIT_DRY_RUN;
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.state, AIOS_STATE_ADMITTED);
	ASSERT_U64(s.grant[MEMORY], MIB);
	ASSERT_U64(s.limit[MEMORY], AIOS_UNLIMITED);
}

/* ---------------------------------------------------- between two attempts */

TEST(cancelled_between_attempts)
{
	struct aios_submit s = ask_retries(16 * MIB, 64 * MIB, 2, 2000);
	int job = submit_ok(&s);
	struct aios_wait w;

	attempt_fails(job, 200);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	w = job_wait_end(job);
	ASSERT_EQ(w.state, AIOS_STATE_CANCELLED);
	ASSERT_EQ(w.end, AIOS_END_CANCELLED);
	close(job);
}

/* What is left of it once nobody holds it. */
static struct aios_stat stat_of_ended(uint64_t id)
{
	struct aios_stat s;
	int job;

	ASSERT_SOON(!jobs_held(), 5000);
	job = ASSERT_OK(job_open(id));
	s = job_stat(job);
	close(job);
	return s;
}

TEST(nobody_starts_it_again)
{
	struct aios_submit s = ask_retries(16 * MIB, 64 * MIB, 2, 2000);
	int job = submit_ok(&s);
	struct aios_stat st;

	attempt_fails(job, 200);
	close(job);
	st = stat_of_ended(s.id);
	ASSERT_EQ(st.end, AIOS_END_ABANDONED);
	ASSERT_EQ(st.attempt, 2);
}

/* Its own processes hold the only descriptor, and go with the attempt. */
TEST(nobody_can_start_it_again)
{
	struct aios_submit s = ask_retries(16 * MIB, 64 * MIB, 2, 2000);
	int job = submit_ok(&s);
	struct aios_stat st;
	pid_t pid;

	pid = job_launch(job, hog_and_exit, (void *)200L);
	close(job);
	reap_signal(pid, SIGKILL);
	st = stat_of_ended(s.id);
	ASSERT_EQ(st.end, AIOS_END_OOM);
	ASSERT_EQ(st.attempt, 1);
	ASSERT_EQ(st.retries, 2);
}

TEST(dependents_wait_for_the_end)
{
	struct aios_submit s = ask_retries(16 * MIB, 64 * MIB, 1, 3000), after = ask("/");
	struct aios_depend on = { .kind = AIOS_DEPEND_AFTEROK };
	int job = submit_ok(&s);
	struct queued waits;

	on.job = s.id;
	after.depends = (uintptr_t)&on;
	after.nr_depends = 1;
	after.depend_size = sizeof(on);
	waits = queued_start(&after);
	attempt_fails(job, 40);
	decided();
	ASSERT_EQ(job_stat(waits.job).why.code, AIOS_WHY_DEPENDS);
	reap_ok(job_launch(job, hog_and_exit, (void *)40L));
	ASSERT_EQ(job_wait_end(job).state, AIOS_STATE_DONE);
	job_wait_state(waits.job, AIOS_STATE_RUNNING);
	queued_finish(&waits);
	close(job);
}

/* ---------------------------------------------------- the end of an attempt */

/* Whom the kernel does not kill out of memory keeps no attempt from ending. */
static void hog_beside_an_immune(void *arg)
{
	pid_t *immune = arg;

	if (!fork()) {
		ASSERT_OK(file_write("/proc/self/oom_score_adj", "-1000"));
		__atomic_store_n(immune, getpid(), __ATOMIC_RELEASE);
		work_sleep(NULL);
	}
	while (!__atomic_load_n(immune, __ATOMIC_ACQUIRE))
		sleep_ms(5);
	hog_and_exit((void *)200L);
}

TEST(all_of_an_attempt_ends)
{
	struct aios_submit s = ask_retries(16 * MIB, 64 * MIB, 1, 2000);
	pid_t *immune = shared(sizeof(*immune));
	int job = submit_ok(&s);
	pid_t pid;

	pid = job_launch(job, hog_beside_an_immune, immune);
	reap_signal(pid, SIGKILL);
	job_wait_state(job, AIOS_STATE_QUEUED);
	ASSERT_NE(*immune, 0);
	ASSERT_SOON(!alive(*immune), 2000);
	assert_queued(job, 2, 0, 32 * MIB);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	job_wait_end(job);
	close(job);
}

/* Another failure is none of memory. */
TEST(no_retry_for_other_ends)
{
	struct aios_submit s = ask_retries(16 * MIB, 64 * MIB, 3, 2000);
	struct aios_wait w;
	int job = submit_ok(&s);

	ASSERT_EQ(reap(job_launch(job, work_exit, (void *)7L)), 7 << 8);
	w = job_wait_end(job);
	ASSERT_EQ(w.end, AIOS_END_EXIT);
	ASSERT_EQ(w.code, 7);
	close(job);
}

/* Many at once, each with all its retries. */
TEST(many_at_once)
{
	enum { NR = 8, TRIES = 3 };
	int jobs[NR];

	for (int i = 0; i < NR; i++) {
		struct aios_submit s = ask_retries(2 * MIB, 32 * MIB, TRIES, 1500);

		jobs[i] = submit_ok(&s);
	}
	for (int try = 0; try <= TRIES; try++) {
		pid_t pids[NR];

		for (int i = 0; i < NR; i++)
			pids[i] = job_launch(jobs[i], hog_and_exit, (void *)64L);
		for (int i = 0; i < NR; i++)
			reap_signal(pids[i], SIGKILL);
		for (int i = 0; i < NR && try < TRIES; i++)
			job_wait_state(jobs[i], AIOS_STATE_QUEUED);
	}
	for (int i = 0; i < NR; i++) {
		ASSERT_EQ(job_wait_end(jobs[i]).end, AIOS_END_OOM);
		ASSERT_EQ(job_stat(jobs[i]).attempt, TRIES + 1);
		close(jobs[i]);
	}
}
