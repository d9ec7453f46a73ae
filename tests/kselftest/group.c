// SPDX-License-Identifier: GPL-2.0
/*
 * Groups: made, limited, looked at and removed; depth, names and paths at
 * their edges; a limit within its parent's; who may do what by owner, group
 * and mode; what is charged to a group and its ancestors.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-group"
#define BELOW	GROUP "/below"

TEST(root)
{
	struct aios_group_stat g;
	char path[AIOS_PATH_MAX + 1];

	ASSERT_OK(group_stat("/", &g));
	ASSERT_EQ(g.size, sizeof(g));
	ASSERT_U64(g.parent, 0);
	ASSERT_NE(g.id, 0);
	ASSERT_EQ(g.uid, 0);
	ASSERT_EQ(g.gid, 0);
	g.path = 0;
	g.path_len = 0;
	memset(path, POISON, sizeof(path));
	g.full_path = (uintptr_t)path;
	g.name_room = sizeof(path);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_GROUP_STAT, &g));
	ASSERT(!strcmp(path, "/"));
	ASSERT_ERR(group_remove("/"), EBUSY);
	ASSERT_ERR(group_create("/", 0, 0, 0755, NULL), EEXIST);
}

TEST(create_and_remove)
{
	unsigned int before = info_get(NULL, 0).nr_groups;
	struct aios_group_stat root, g, below;
	char path[AIOS_PATH_MAX + 1];
	struct aios_why why;

	ASSERT_OK(group_stat("/", &root));
	ASSERT_OK(group_create(GROUP, ALICE, BOB, 0751, &why));
	leave_group(GROUP);
	ASSERT_EQ(why.code, AIOS_WHY_NONE);
	ASSERT_OK(group_stat(GROUP, &g));
	ASSERT_U64(g.parent, root.id);
	ASSERT_EQ(g.uid, ALICE);
	ASSERT_EQ(g.gid, BOB);
	ASSERT_EQ(g.mode, 0751);
	ASSERT_EQ(g.weight, AIOS_WEIGHT_DEFAULT);
	ASSERT_EQ(g.nr_jobs, 0);
	ASSERT_EQ(g.nr_running, 0);
	ASSERT_EQ(g.nr_groups, 0);
	for (unsigned int r = 0; r < info_get(NULL, 0).nr_resources; r++) {
		ASSERT_U64(g.limit[r], AIOS_UNLIMITED);
		ASSERT_U64(g.charged[r], 0);
		ASSERT_U64(g.granted[r], 0);
	}
	ASSERT_EQ(info_get(NULL, 0).nr_groups, before + 1);
	ASSERT_ERR(group_create(GROUP, 0, 0, 0755, NULL), EEXIST);
	ASSERT_OK(group_create(BELOW, ~0U, ~0U, ~0U, NULL));
	leave_group(BELOW);
	ASSERT_OK(group_stat(BELOW, &below));
	ASSERT_U64(below.parent, g.id);
	ASSERT_EQ(below.uid, 0);
	ASSERT_EQ(below.mode, 0750);
	ASSERT_OK(group_stat(GROUP, &g));
	ASSERT_EQ(g.nr_groups, 1);

	/* By its id, with its path. */
	memset(&g, 0, sizeof(g));
	g.size = sizeof(g);
	g.id = below.id;
	g.full_path = (uintptr_t)path;
	g.name_room = strlen(BELOW) + 1;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_GROUP_STAT, &g));
	ASSERT(!strcmp(path, BELOW));
	g.name_room--;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_GROUP_STAT, &g), ENOSPC);

	ASSERT_ERR(group_remove_why(GROUP, &why), EBUSY);
	ASSERT_EQ(why.code, AIOS_WHY_BUSY);
	ASSERT_U64(why.asked, 0);
	ASSERT_U64(why.available, 1);
	ASSERT_OK(group_remove(BELOW));
	ASSERT_ERR(group_remove(BELOW), ENOENT);
	ASSERT_ERR(group_stat(BELOW, &g), ENOENT);
	ASSERT_OK(group_remove(GROUP));
	ASSERT_EQ(info_get(NULL, 0).nr_groups, before);
	/* An id is not given a second time. */
	ASSERT_OK(group_create(GROUP, ~0U, ~0U, ~0U, NULL));
	ASSERT_OK(group_stat(GROUP, &g));
	ASSERT_CMP(g.id, >, below.id);
}

TEST(create_rejected)
{
	struct aios_group_create c = { .size = sizeof(c) };
	unsigned int before = info_get(NULL, 0).nr_groups;
	static const uint32_t weights[] = { 0, AIOS_WEIGHT_MAX + 1, 0x80000000, ~0U };

	c.path = (uintptr_t)GROUP;
	c.path_len = strlen(GROUP);
	c.uid = ~0U;
	c.gid = ~0U;
	c.mode = ~0U;
	for (size_t i = 0; i < ARRAY_SIZE(weights); i++) {
		c.weight = weights[i];
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_GROUP_CREATE, &c), EINVAL);
		ASSERT_EQ(c.why.code, AIOS_WHY_VALUE);
	}
	c.weight = 1;
	c.mode = 01000;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_GROUP_CREATE, &c), EINVAL);
	c.mode = ~0U - 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_GROUP_CREATE, &c), EINVAL);
	ASSERT_ERR(group_create("/kt-nowhere/below", 0, 0, 0755, NULL), ENOENT);
	ASSERT_EQ(info_get(NULL, 0).nr_groups, before);
}

TEST(paths)
{
	static const char * const bad[] = {
		"kt-group", "//", "//kt-group", "/kt-group/", "/kt-group//below",
		"/.", "/..", "/kt-group/..", "/../kt-group", "/kt-group/./below",
		"/.hidden", "/-option", "/two words", "/a:b", "/\"", "/*", "/tab\t",
		"/new\nline", "/\x01", "/\x7f", "/\xff", "/caf\xe9", "/\xc0\xaf",
		"/\xed\xa0\x80", "/a\xf0\x9f\x90", "/caf\xc3\xa9",
	};
	unsigned int before = info_get(NULL, 0).nr_groups;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct aios_why why;

		step("path %zu", i);
		ASSERT_ERR(group_create(bad[i], 0, 0, 0755, &why), EINVAL);
		ASSERT_EQ(why.code, AIOS_WHY_NAME);
	}
	ASSERT_EQ(info_get(NULL, 0).nr_groups, before);
	ASSERT_ERR(group_create("", 0, 0, 0755, NULL), EINVAL);
	/* Not mistaken for what lies in a cgroup's directory. */
	group_make("/cgroup.procs");
	group_make("/cgroup.procs/memory.max");
	group_make("/job.1");
	group_make("/_a.b-c_1");
}

TEST(long_names)
{
	char path[8192];
	struct aios_why why;

	memset(path, 'n', sizeof(path));
	path[0] = '/';
	path[1 + AIOS_NAME_MAX] = '\0';
	group_make(path);
	path[1 + AIOS_NAME_MAX] = 'n';
	path[2 + AIOS_NAME_MAX] = '\0';
	ASSERT_ERR(group_create(path, 0, 0, 0755, &why), ENAMETOOLONG);
	path[2 + AIOS_NAME_MAX] = 'n';
	path[4096] = '\0';
	ASSERT_ERR(group_create(path, 0, 0, 0755, &why), ENAMETOOLONG);
}

TEST(depth)
{
	char path[AIOS_PATH_MAX + 512] = "";
	struct aios_why why;

	for (unsigned int i = 0; i < AIOS_DEPTH_MAX; i++) {
		strcat(path, "/d");
		group_make(path);
	}
	strcat(path, "/d");
	ASSERT_ERR(group_create(path, 0, 0, 0755, &why), ENAMETOOLONG);
	ASSERT_EQ(why.code, AIOS_WHY_DEPTH);
	ASSERT_U64(why.asked, AIOS_DEPTH_MAX + 1);
	ASSERT_U64(why.available, AIOS_DEPTH_MAX);
	/* A hundred. */
	path[0] = '\0';
	for (unsigned int i = 0; i < 100; i++)
		strcat(path, "/d");
	ASSERT_ERR(group_create(path, 0, 0, 0755, &why), ENAMETOOLONG);
	ASSERT_EQ(why.code, AIOS_WHY_DEPTH);
}

/* A job as deep as can be, limited from above. */
TEST(deep_job)
{
	char path[64] = "", top[] = "/d", directory[4096];
	uint64_t id = 0;
	struct aios_limit l;
	pid_t pid;
	int job;

	for (unsigned int i = 0; i < AIOS_DEPTH_MAX; i++) {
		strcat(path, "/d");
		if (i)
			group_make(path);
		else
			id = group_make(path);
	}
	ASSERT_OK(limit_set(top, AIOS_RESOURCE_CPU, 300));
	l = limit_get(path);
	ASSERT_U64(l.effective[AIOS_RESOURCE_CPU], 300);
	ASSERT_U64(l.binding[AIOS_RESOURCE_CPU], id);
	job = submit_cpu(path, 100, 1000);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_U64(job_stat(job).grant[AIOS_RESOURCE_CPU], 300);
	job_directory(job, directory, sizeof(directory));
	ASSERT_OK(access(directory, F_OK));
	job_finish(job, pid);
}

TEST(remove_in_use)
{
	struct aios_why why;
	int job;
	pid_t pid;

	group_make(GROUP);
	job = submit_cpu(GROUP, 1, 1000);
	ASSERT_ERR(group_remove_why(GROUP, &why), EBUSY);
	ASSERT_EQ(why.code, AIOS_WHY_BUSY);
	ASSERT_U64(why.asked, 1);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_ERR(group_remove(GROUP), EBUSY);
	kill(pid, SIGKILL);
	reap(pid);
	job_wait_end(job);
	/* It has ended; that somebody still holds its descriptor is no use of the group. */
	ASSERT_OK(group_remove(GROUP));
	ASSERT_EQ(job_state(job), AIOS_STATE_FAILED);
	close(job);
}

/* ------------------------------------------------------------------ limits */

TEST(limit_set_and_read_back)
{
	uint64_t id = group_make(GROUP), below = group_make(BELOW);
	struct aios_limit l = limit_args(GROUP);

	l.resource_mask = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_MEMORY |
			  1U << AIOS_RESOURCE_PIDS;
	l.limit[AIOS_RESOURCE_CPU] = 1500;
	l.limit[AIOS_RESOURCE_MEMORY] = 256 * MIB;
	l.limit[AIOS_RESOURCE_PIDS] = 50;
	l.weight = 33;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_U64(l.id, id);
	ASSERT_EQ(l.weight, 33);
	ASSERT_EQ(l.pending, 0);
	ASSERT_EQ(l.why.code, AIOS_WHY_NONE);
	ASSERT_U64(l.limit[AIOS_RESOURCE_CPU], 1500);
	ASSERT_U64(l.effective[AIOS_RESOURCE_CPU], 1500);
	ASSERT_U64(l.binding[AIOS_RESOURCE_CPU], id);
	ASSERT_EQ(l.how[AIOS_RESOURCE_CPU], AIOS_HOW_ENFORCED);
	ASSERT_EQ(l.how[AIOS_RESOURCE_MEMORY], AIOS_HOW_ENFORCED);
	ASSERT_EQ(l.how[AIOS_RESOURCE_PIDS], AIOS_HOW_ENFORCED);

	l = limit_get(BELOW);
	ASSERT_U64(l.id, below);
	ASSERT_EQ(l.weight, AIOS_WEIGHT_DEFAULT);
	ASSERT_U64(l.limit[AIOS_RESOURCE_CPU], AIOS_UNLIMITED);
	ASSERT_U64(l.effective[AIOS_RESOURCE_CPU], 1500);
	ASSERT_U64(l.binding[AIOS_RESOURCE_CPU], id);
	ASSERT_U64(l.effective[AIOS_RESOURCE_MEMORY], 256 * MIB);
	ASSERT_OK(limit_set(BELOW, AIOS_RESOURCE_CPU, 700));
	l = limit_get(BELOW);
	ASSERT_U64(l.effective[AIOS_RESOURCE_CPU], 700);
	ASSERT_U64(l.binding[AIOS_RESOURCE_CPU], below);
	/* The rest and the weight were left alone. */
	l = limit_get(GROUP);
	ASSERT_EQ(l.weight, 33);
	ASSERT_U64(l.limit[AIOS_RESOURCE_MEMORY], 256 * MIB);
}

TEST(limit_above_parent)
{
	uint64_t id = group_make(GROUP);
	struct aios_limit l;

	group_make(BELOW);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 1000));
	l = limit_args(BELOW);
	l.resource_mask = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_MEMORY;
	l.limit[AIOS_RESOURCE_CPU] = 1001;
	l.limit[AIOS_RESOURCE_MEMORY] = 64 * MIB;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	ASSERT_EQ(l.why.code, AIOS_WHY_ABOVE_PARENT);
	ASSERT_EQ(l.why.resource, AIOS_RESOURCE_CPU);
	ASSERT_U64(l.why.group, id);
	ASSERT_U64(l.why.asked, 1001);
	ASSERT_U64(l.why.available, 1000);
	/* Nothing of it happened. */
	l = limit_get(BELOW);
	ASSERT_U64(l.limit[AIOS_RESOURCE_CPU], AIOS_UNLIMITED);
	ASSERT_U64(l.limit[AIOS_RESOURCE_MEMORY], AIOS_UNLIMITED);
	ASSERT_OK(limit_set(BELOW, AIOS_RESOURCE_CPU, 1000));
	/* No own limit is none above the parent's. */
	ASSERT_OK(limit_set(BELOW, AIOS_RESOURCE_CPU, AIOS_UNLIMITED));
	/* The parent goes below the child: the child's effective value follows. */
	ASSERT_OK(limit_set(BELOW, AIOS_RESOURCE_CPU, 1000));
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 600));
	l = limit_get(BELOW);
	ASSERT_U64(l.effective[AIOS_RESOURCE_CPU], 600);
	ASSERT_U64(l.binding[AIOS_RESOURCE_CPU], id);
}

TEST(limit_rejected)
{
	struct aios_info info = info_get(NULL, 0);
	struct aios_limit l;

	group_make(GROUP);
	ASSERT_ERR(limit_set("/kt-nowhere", AIOS_RESOURCE_CPU, 1), ENOENT);
	for (unsigned int r = info.nr_resources; r < 32; r++) {
		l = limit_args(GROUP);
		l.resource_mask = 1U << r;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	}
	l = limit_args(GROUP);
	l.weight = AIOS_WEIGHT_MAX + 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	ASSERT_EQ(l.why.code, AIOS_WHY_VALUE);
	l = limit_args(GROUP);
	l.flags = AIOS_LIMIT_JOB;
	l.path = 0;
	l.path_len = 0;
	l.id = ~0ULL;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), ENOENT);
	for (unsigned int r = 0; r < info.nr_resources; r++) {
		if (resource_get(r).how != AIOS_HOW_NONE)
			continue;
		l = limit_args(GROUP);
		l.resource_mask = 1U << r;
		l.limit[r] = 1;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EOPNOTSUPP);
		ASSERT_EQ(l.why.code, AIOS_WHY_UNENFORCEABLE);
		ASSERT_EQ(l.why.resource, r);
	}
}

/* A limit of 0 admits nobody. */
TEST(limit_of_zero)
{
	struct aios_submit s;

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 0));
	s = ask(GROUP);
	want(&s, AIOS_RESOURCE_CPU, 1, 1);
	ASSERT_ERR(submit(&s), ENOSPC);
	ASSERT_EQ(s.why.code, AIOS_WHY_NEVER_FITS);
}

TEST(limit_of_a_job)
{
	struct aios_limit l = { .size = sizeof(l), .flags = AIOS_LIMIT_JOB };
	uint64_t id = group_make(GROUP);
	int job;
	pid_t pid;

	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 900));
	job = submit_cpu(GROUP, 100, 500);
	pid = job_start(job, work_sleep, NULL);
	l.id = job_stat(job).id;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_U64(l.limit[AIOS_RESOURCE_CPU], 500);
	ASSERT_U64(l.effective[AIOS_RESOURCE_CPU], 500);
	ASSERT_U64(l.binding[AIOS_RESOURCE_CPU], 0);
	ASSERT_EQ(l.weight, AIOS_WEIGHT_DEFAULT);
	l.resource_mask = 1U << AIOS_RESOURCE_CPU;
	l.limit[AIOS_RESOURCE_CPU] = 2000;
	l.weight = 50;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_U64(l.limit[AIOS_RESOURCE_CPU], 2000);
	ASSERT_U64(l.effective[AIOS_RESOURCE_CPU], 900);
	ASSERT_U64(l.binding[AIOS_RESOURCE_CPU], id);
	ASSERT_EQ(l.weight, 50);
	ASSERT_U64(job_stat(job).limit[AIOS_RESOURCE_CPU], 2000);
	ASSERT_EQ(job_stat(job).weight, 50);
	/* Below its request, which goes down with it. */
	l.weight = 0;
	l.limit[AIOS_RESOURCE_CPU] = 99;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_U64(job_stat(job).limit[AIOS_RESOURCE_CPU], 99);
	ASSERT_U64(job_stat(job).request[AIOS_RESOURCE_CPU], 99);
	job_finish(job, pid);
}

/* Below what running jobs hold: taken, and said to be pending until they end. */
TEST(limit_below_requests)
{
	struct aios_limit l;
	int job, next;
	pid_t pid, next_pid;

	group_make(GROUP);
	job = submit_cpu(GROUP, 800, 800);
	pid = job_start(job, work_sleep, NULL);
	l = limit_args(GROUP);
	l.resource_mask = 1U << AIOS_RESOURCE_CPU;
	l.limit[AIOS_RESOURCE_CPU] = 500;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_EQ(l.pending, 1U << AIOS_RESOURCE_CPU);
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	next = submit_cpu(GROUP, 400, 400);
	next_pid = job_launch(next, work_sleep, NULL);
	decided_and_queued(next);
	ASSERT_EQ(job_stat(next).why.code, AIOS_WHY_NOT_NOW);
	job_finish(job, pid);
	job_wait_state(next, AIOS_STATE_RUNNING);
	ASSERT_EQ(limit_get(GROUP).pending, 0);
	job_finish(next, next_pid);
}

/* Queued for what a lowered limit can never hold: says so, and does not hang for ever. */
TEST(limit_below_a_queued_request)
{
	struct aios_stat s;
	int job;

	group_make(GROUP);
	job = submit_cpu(GROUP, 800, 800);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 500));
	s = job_stat(job);
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	CHILD {
		ASSERT_ERR(job_enter_until(job, now_ns() + 300000000, NULL), ETIMEDOUT);
	}
	ASSERT_EQ(job_stat(job).state, AIOS_STATE_QUEUED);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 900));
	CHILD {
		ASSERT_OK(job_enter_until(job, now_ns() + patience_ns(5000), NULL));
	}
	job_wait_end(job);
	close(job);
}

/* ----------------------------------------------------------------- charges */

TEST(charged_upwards)
{
	struct aios_group_stat g, below, root;
	int job, other;
	pid_t pid;

	group_make(GROUP);
	group_make(BELOW);
	other = submit_cpu(GROUP, 50, 50);
	job = submit_cpu(BELOW, 100, 300);
	ASSERT_OK(group_stat(BELOW, &below));
	ASSERT_EQ(below.nr_jobs, 1);
	ASSERT_EQ(below.nr_running, 0);
	ASSERT_U64(below.charged[AIOS_RESOURCE_CPU], 0);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_OK(group_stat(BELOW, &below));
	ASSERT_OK(group_stat(GROUP, &g));
	ASSERT_OK(group_stat("/", &root));
	ASSERT_EQ(below.nr_jobs, 1);
	ASSERT_EQ(below.nr_running, 1);
	ASSERT_U64(below.charged[AIOS_RESOURCE_CPU], 100);
	ASSERT_U64(below.granted[AIOS_RESOURCE_CPU], 300);
	ASSERT_EQ(g.nr_jobs, 1);
	ASSERT_EQ(g.nr_running, 0);
	ASSERT_U64(g.charged[AIOS_RESOURCE_CPU], 100);
	ASSERT_U64(g.granted[AIOS_RESOURCE_CPU], 300);
	ASSERT_CMP(root.charged[AIOS_RESOURCE_CPU], >=, 100);
	job_finish(job, pid);
	ASSERT_OK(group_stat(GROUP, &g));
	ASSERT_U64(g.charged[AIOS_RESOURCE_CPU], 0);
	ASSERT_U64(g.granted[AIOS_RESOURCE_CPU], 0);
	close(other);
}

/* The grants of a group's jobs stay together within its limit. */
TEST(grants_within_the_limit)
{
	int jobs[3];
	pid_t pids[3];
	uint64_t sum = 0;

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 1000));
	for (unsigned int i = 0; i < 3; i++) {
		jobs[i] = submit_cpu(GROUP, 100, 800);
		pids[i] = job_start(jobs[i], work_sleep, NULL);
	}
	for (unsigned int i = 0; i < 3; i++) {
		uint64_t grant = job_stat(jobs[i]).grant[AIOS_RESOURCE_CPU];

		ASSERT(grant >= 100 && grant <= 800);
		sum += grant;
	}
	ASSERT_LE(sum, 1000);
	ASSERT_GE(sum, 997);
	for (unsigned int i = 0; i < 3; i++)
		job_finish(jobs[i], pids[i]);
}

/* The weight decides who gets the surplus. */
TEST(weights_decide)
{
	struct aios_submit s;
	int heavy, light;
	pid_t heavy_pid, light_pid;

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 1000));
	light = submit_cpu(GROUP, 200, 800);
	light_pid = job_start(light, work_sleep, NULL);
	s = ask(GROUP);
	s.weight = 200;
	want(&s, AIOS_RESOURCE_CPU, 200, 800);
	heavy = submit_ok(&s);
	heavy_pid = job_start(heavy, work_sleep, NULL);
	ASSERT_U64(job_stat(heavy).grant[AIOS_RESOURCE_CPU], 800);
	ASSERT_U64(job_stat(light).grant[AIOS_RESOURCE_CPU], 200);
	job_finish(heavy, heavy_pid);
	ASSERT_SOON(job_stat(light).grant[AIOS_RESOURCE_CPU] == 800, 2000);
	job_finish(light, light_pid);
}

/* --------------------------------------------------------------------- rights */

TEST(rights_of_the_root_group)
{
	AS_USER(ALICE) {
		struct aios_why why;
		struct aios_limit l;

		ASSERT_ERR(group_create(GROUP, ~0U, ~0U, ~0U, &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_PERMISSION);
		ASSERT_ERR(limit_set("/", AIOS_RESOURCE_CPU, 1000), EPERM);
		l = limit_args("/");
		l.weight = 5;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EPERM);
		l = limit_get("/");
		ASSERT_CMP(l.effective[AIOS_RESOURCE_CPU], >, 0);
	}
}

TEST(rights_of_an_owner)
{
	ASSERT_OK(group_create(GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(GROUP);
	leave_group(BELOW);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 1000));
	AS_USER(ALICE) {
		struct aios_group_stat g;

		ASSERT_OK(group_stat(GROUP, &g));
		ASSERT_OK(group_create(BELOW, ~0U, ~0U, ~0U, NULL));
		ASSERT_OK(group_stat(BELOW, &g));
		ASSERT_EQ(g.uid, ALICE);
		ASSERT_EQ(g.gid, ALICE);
		/* Below her own, but not her own, which root set. */
		ASSERT_OK(limit_set(BELOW, AIOS_RESOURCE_CPU, 500));
		ASSERT_ERR(limit_set(BELOW, AIOS_RESOURCE_CPU, 1001), EINVAL);
		ASSERT_ERR(limit_set(GROUP, AIOS_RESOURCE_CPU, 2000), EPERM);
		/* Nor can she give away a group as somebody else's. */
		ASSERT_ERR(group_create(GROUP "/bob", BOB, ~0U, ~0U, NULL), EPERM);
		close(submit_cpu(BELOW, 10, 10));
		ASSERT_OK(group_remove(BELOW));
		ASSERT_ERR(group_remove(GROUP), EPERM);
	}
}

/* Somebody who has neither r, nor w, nor x: for him it is not there. */
TEST(rights_of_a_stranger)
{
	ASSERT_OK(group_create(GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(GROUP);
	AS_USER(BOB) {
		struct aios_group_stat g;
		struct aios_submit s = ask(GROUP);
		struct aios_limit l = limit_args(GROUP);

		ASSERT_ERR(group_stat(GROUP, &g), ENOENT);
		ASSERT_ERR(submit(&s), ENOENT);
		ASSERT_ERR(group_create(BELOW, ~0U, ~0U, ~0U, NULL), ENOENT);
		ASSERT_ERR(group_remove(GROUP), ENOENT);
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), ENOENT);
		ASSERT_ERR(limit_set(GROUP, AIOS_RESOURCE_CPU, 1), ENOENT);
	}
}

static const struct {
	unsigned int mode;
	int see, submit, administer;	/* errno or 0 */
} by_mode[] = {
	{ 0704, 0, EPERM, EPERM },
	{ 0701, 0, 0, EPERM },
	{ 0705, 0, 0, EPERM },
	{ 0702, 0, 0, 0 },	/* who administers it may do anything below it */
	{ 0707, 0, 0, 0 },
};

TEST(rights_by_mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(by_mode); i++) {
		ASSERT_OK(group_create(GROUP, ALICE, ALICE, by_mode[i].mode, NULL));
		leave_group(GROUP);
		leave_group(BELOW);
		AS_USER(BOB) {
			struct aios_submit s = ask(GROUP);
			struct aios_group_stat g;

			step("mode %o", by_mode[i].mode);
			ASSERT_OK(group_stat(GROUP, &g));
			if (by_mode[i].submit)
				ASSERT_ERR(submit(&s), by_mode[i].submit);
			else
				close(submit_ok(&s));
			if (by_mode[i].administer) {
				ASSERT_ERR(group_create(BELOW, ~0U, ~0U, ~0U, NULL),
					   by_mode[i].administer);
			} else {
				ASSERT_OK(group_create(BELOW, ~0U, ~0U, ~0U, NULL));
				ASSERT_OK(group_remove(BELOW));
			}
		}
		ASSERT_OK(group_remove(GROUP));
	}
}

/* The bits of the group count for its members, whatever those of others say. */
TEST(rights_by_group)
{
	ASSERT_OK(group_create(GROUP, ALICE, BOB, 0750, NULL));
	leave_group(GROUP);
	AS_USER(BOB) {
		close(submit_cpu(GROUP, 1, 1));
	}
	ASSERT_OK(group_remove(GROUP));
	ASSERT_OK(group_create(GROUP, ALICE, BOB, 0707, NULL));
	AS_USER(BOB) {
		struct aios_submit s = ask(GROUP);

		ASSERT_ERR(submit(&s), ENOENT);
	}
}
