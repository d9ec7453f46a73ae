// SPDX-License-Identifier: GPL-2.0
/*
 * Every operation of the module on the cgroup hierarchy fails in turn: a scenario runs
 * again and again, with its first, its second, ... its last operation failing, until it
 * gets to its end before one does. What a call does that meets the failure is its own;
 * what has to hold is that everything can be ended and removed after it, that what runs
 * is limited, and that nothing is left.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "calls.h"
#include "harness.h"

#define PARAMETERS	"/sys/module/aios/parameters/"
#define GROUP		"/kt-faults"
#define BELOW		GROUP "/below"
#define OTHERS		"/sys/fs/cgroup/kt-faults"
#define OPERATIONS_MAX	1000	/* of a scenario; it has some dozens */

/* ------------------------------------------------------------------ the faults */

static void parameter_set(const char *name, int value)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	snprintf(text, sizeof(text), "%d", value);
	ASSERT_OK(file_write(path, text));
}

static void faults_prepare(int err)
{
	if (access(PARAMETERS "fault_nth", F_OK))
		skip("this kernel makes nothing fail");
	parameter_set("fault_nth", 0);
	parameter_set("fault_errno", err);
}

/* The nth operation from now on fails, or with nth -1 each. */
static void faults_begin(int nth)
{
	parameter_set("fault_nth", nth);
}

/* Whether the operation has failed. */
static bool faults_end(void)
{
	char text[16];

	ASSERT(file_read(PARAMETERS "fault_nth", text, sizeof(text)));
	parameter_set("fault_nth", 0);
	return atoi(text) == 0;
}

/* -------------------------------------------------------------- the scenario */

/* What a run has got, whatever failed in it. */
struct run {
	int job;
	pid_t pid;
	int adopting;
	pid_t other;
};

static void enter_and_sleep(void *job)
{
	if (job_enter(*(int *)job, NULL))
		_exit(EXIT_SUCCESS);
	work_sleep(NULL);
}

static void sleep_there(void *procs)
{
	ASSERT_OK(file_write(procs, "0"));
	work_sleep(NULL);
}

static bool runs_or_ended(int job)
{
	uint32_t state = job_state(job);

	return state == AIOS_STATE_RUNNING || state >= AIOS_STATE_DONE;
}

/* A job that runs is limited: what could not be written at first is written later. */
static void assert_limited(int job, uint64_t milli)
{
	char directory[4096];

	ASSERT_SOON(runs_or_ended(job), 5000);
	if (job_state(job) >= AIOS_STATE_DONE) {
		ASSERT_EQ(job_stat(job).end, AIOS_END_SETUP);
		return;
	}
	job_directory(job, directory, sizeof(directory));
	ASSERT_SOON(cg_cpu_max(directory) == milli, 5000);
}

static void suspend_and_resume(int job)
{
	char directory[4096];

	if (job_signal(job, AIOS_IOC_SUSPEND, NULL))
		return;
	job_directory(job, directory, sizeof(directory));
	ASSERT_SOON(cg_field(directory, "cgroup.events", "frozen") == 1, 5000);
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	ASSERT_SOON(cg_field(directory, "cgroup.events", "frozen") == 0, 5000);
}

static void change_limit(int job)
{
	struct aios_update u = job_update_args();

	u.resource_mask = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_MEMORY;
	u.request[AIOS_RESOURCE_CPU] = 100;
	u.limit[AIOS_RESOURCE_CPU] = 200;
	u.request[AIOS_RESOURCE_MEMORY] = 16 * MIB;
	u.limit[AIOS_RESOURCE_MEMORY] = 24 * MIB;
	if (!ioctl(job, AIOS_IOC_UPDATE, &u))
		assert_limited(job, 200);
}

/* A job of its own cgroup, through its whole life. */
static void live(struct run *r, const char *group)
{
	struct aios_submit s = ask(group);

	want(&s, AIOS_RESOURCE_CPU, 100, 300);
	want(&s, AIOS_RESOURCE_MEMORY, 16 * MIB, 32 * MIB);
	r->job = submit_ok(&s);
	r->pid = spawn(enter_and_sleep, &r->job);
	assert_limited(r->job, 300);
	suspend_and_resume(r->job);
	change_limit(r->job);
}

/* Somebody else's cgroup, for a time. */
static void adopt(struct run *r)
{
	struct aios_submit s = ask("/");

	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = ASSERT_OK(open(OTHERS, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	want(&s, AIOS_RESOURCE_CPU, 100, 250);
	r->adopting = submit_ok(&s);
	close(s.cgroup_fd);
	assert_limited(r->adopting, 250);
	suspend_and_resume(r->adopting);
}

static void end_job(int job)
{
	job_signal(job, AIOS_IOC_CANCEL, NULL);
	job_wait_end(job);
}

/* Whatever failed, all of it can be ended and removed. */
static void finish(struct run *r)
{
	if (r->job) {
		end_job(r->job);
		reap(r->pid);
		close(r->job);
		r->job = 0;
	}
	if (r->adopting) {
		end_job(r->adopting);
		close(r->adopting);
		/* It runs, and without a limit, as before. */
		ASSERT_U64(cg_field(OTHERS, "cgroup.events", "frozen"), 0);
		ASSERT_U64(cg_cpu_max(OTHERS), AIOS_UNLIMITED);
	}
}

static void groups_come_and_go(struct run *unused)
{
	(void)unused;
	if (group_create(GROUP, ~0U, ~0U, ~0U, NULL))
		return;
	limit_set(GROUP, AIOS_RESOURCE_CPU, 900);
	if (!group_create(BELOW, ~0U, ~0U, ~0U, NULL))
		group_remove(BELOW);
	group_remove(GROUP);
}

static void job_lives(struct run *r)
{
	live(r, "/");
	finish(r);
}

static void cgroup_is_adopted(struct run *r)
{
	adopt(r);
	finish(r);
}

/* A group of that name can be made and removed, whatever was left of another. */
static void assert_clean(const char *root, unsigned int directories)
{
	group_remove(BELOW);
	group_remove(GROUP);
	ASSERT_OK(group_create(GROUP, ~0U, ~0U, ~0U, NULL));
	ASSERT_OK(group_remove(GROUP));
	ASSERT_SOON(count_directories(root) == directories, 5000);
	ASSERT_EQ(jobs_held(), 0);
}

static pid_t others_begin(void)
{
	pid_t pid;

	ASSERT_OK(mkdir(OTHERS, 0755));
	pid = spawn(sleep_there, OTHERS "/cgroup.procs");
	ASSERT_SOON(cg_field(OTHERS, "cgroup.events", "populated") == 1, 2000);
	return pid;
}

static void others_end(pid_t pid)
{
	kill(pid, SIGKILL);
	reap(pid);
	ASSERT_OK(rmdir(OTHERS));
}

/*
 * What operations fail with, in turn, from the KSELFTEST_ERRNO-th on: in six runs each has
 * failed with each.
 */
static int errno_of(unsigned int nth)
{
	static const int errnos[] = { EIO, ENOMEM, ENODEV, EBUSY, ENOSPC, EROFS };
	const char *first = getenv("KSELFTEST_ERRNO");

	return errnos[(nth + (first ? strtoul(first, NULL, 10) : 0)) % ARRAY_SIZE(errnos)];
}

static void fail_each(const char *name, void (*scenario)(struct run *r))
{
	unsigned int nth = 0, directories;
	char root[2048];
	bool failed;

	info_get(root, sizeof(root));
	directories = count_directories(root);
	do {
		int err = errno_of(nth);
		struct run r = {};

		ASSERT_LE(++nth, OPERATIONS_MAX);
		step("%s at operation %u of %s", strerrorname_np(err), nth, name);
		parameter_set("fault_errno", err);
		faults_begin(nth);
		scenario(&r);
		failed = faults_end();
		assert_clean(root, directories);
	} while (failed);
	note("%u operations in %s", nth - 1, name);
}

TEST(groups_that_come_and_go)
{
	faults_prepare(EIO);
	leave_group(GROUP);
	leave_group(BELOW);
	fail_each("groups that come and go", groups_come_and_go);
}

TEST(the_life_of_a_job)
{
	faults_prepare(EIO);
	leave_group(GROUP);
	fail_each("the life of a job", job_lives);
}

TEST(an_adoption)
{
	pid_t other;

	faults_prepare(EIO);
	leave_group(GROUP);
	other = others_begin();
	fail_each("an adoption", cgroup_is_adopted);
	others_end(other);
}

/* For as long as nothing works there, jobs end and groups stay; then all of it goes. */
TEST(everything_fails_for_a_while)
{
	char root[2048], directory[4096];
	unsigned int directories;
	struct run r = {};
	struct aios_why why;

	faults_prepare(EROFS);
	info_get(root, sizeof(root));
	directories = count_directories(root);
	group_make(GROUP);
	live(&r, GROUP);
	job_directory(r.job, directory, sizeof(directory));
	faults_begin(-1);
	ASSERT_ERR(group_create(BELOW, ~0U, ~0U, ~0U, &why), EROFS);
	ASSERT_EQ(why.code, AIOS_WHY_CGROUP);
	ASSERT_U64(why.asked, EROFS);
	/* What cannot be read says nothing of the job, which lives. */
	kill(r.pid, SIGKILL);
	reap(r.pid);
	sleep_ms(2000);
	ASSERT_EQ(job_state(r.job), AIOS_STATE_RUNNING);
	faults_end();
	ASSERT_EQ(job_wait_end(r.job).end, AIOS_END_SIGNAL);
	close(r.job);
	ASSERT(access(directory, F_OK) && errno == ENOENT);

	faults_begin(-1);
	ASSERT_ERR(group_remove_why(GROUP, &why), EROFS);
	ASSERT_U64(why.asked, EROFS);
	faults_end();
	assert_clean(root, directories);
}
