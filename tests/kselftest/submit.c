// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_SUBMIT and the bounds of what a user can make the kernel hold:
 * every field's edges, names and paths, what never fits, dry runs, and 10,000
 * queued jobs.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-submit"

static const struct aios_why no_why;

/* Fails so, with that why, and holds nothing afterwards. */
static void rejected_why(struct aios_submit *s, int err, unsigned int code)
{
	unsigned int held = jobs_held();

	memset(&s->why, POISON, sizeof(s->why));
	ASSERT_ERR(submit(s), err);
	if (s->why.code != code)
		FAIL("why %u resource %u group %llu asked %llu available %llu, expected why %u",
		     s->why.code, s->why.resource, s->why.group, s->why.asked,
		     s->why.available, code);
	ASSERT_EQ(jobs_held(), held);
}

static void accepted(struct aios_submit *s)
{
	close(submit_ok(s));
}

TEST(outputs)
{
	struct aios_submit s = ask("/");
	struct aios_submit before;
	uint64_t first;

	want(&s, AIOS_RESOURCE_CPU, 100, 200);
	before = s;
	submit_ok(&s);
	ASSERT_NE(s.id, 0);
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	ASSERT_U64(s.start_ns, 0);
	for (unsigned int i = 0; i < AIOS_RESOURCE_MAX; i++)
		ASSERT_U64(s.grant[i], 0);
	ASSERT(!memcmp(&s.why, &no_why, sizeof(no_why)));
	ASSERT(!memcmp(&s, &before, offsetof(struct aios_submit, id)));
	first = s.id;
	close(s.fd);
	submit_ok(&s);
	ASSERT_CMP(s.id, >, first);
	close(s.fd);
}

TEST(stat_shows_what_was_asked)
{
	static const int64_t features[] = { 1, -2, 3 };
	char name[AIOS_NAME_MAX + 1], group[AIOS_PATH_MAX + 1];
	uint64_t id = group_make(GROUP);
	struct aios_submit s = ask(GROUP);
	long long before = now_ns();
	struct aios_stat st;

	want(&s, AIOS_RESOURCE_CPU, 100, 200);
	want(&s, AIOS_RESOURCE_MEMORY, 8 * MIB, 16 * MIB);
	want(&s, AIOS_RESOURCE_PIDS, 5, 10);
	ask_name(&s, "a job");
	s.weight = 7;
	s.priority = -5;
	s.expected_runtime_ns = 123456789;
	s.features = (uintptr_t)features;
	s.nr_features = ARRAY_SIZE(features);
	s.flags = AIOS_SUBMIT_STRICT;
	submit_ok(&s);
	memset(name, POISON, sizeof(name));
	memset(group, POISON, sizeof(group));
	st = job_stat_names(s.fd, name, NULL, group);
	ASSERT(!strcmp(name, "a job"));
	ASSERT(!strcmp(group, GROUP));
	ASSERT_EQ(st.size, sizeof(st));
	ASSERT_EQ(st.flags, AIOS_JOB_STRICT);
	ASSERT_U64(st.id, s.id);
	ASSERT_U64(st.group, id);
	ASSERT_EQ(st.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(st.end, AIOS_END_NONE);
	ASSERT_EQ(st.code, 0);
	ASSERT_EQ(st.uid, 0);
	ASSERT_EQ(st.gid, 0);
	ASSERT_EQ(st.pid, 0);
	ASSERT_EQ(st.priority, -5);
	ASSERT_EQ(st.weight, 7);
	ASSERT_EQ(st.position, 1);
	ASSERT_EQ(st.resource_mask, s.resource_mask);
	ASSERT_U64(st.expected_runtime_ns, 123456789);
	ASSERT(st.submit_ns >= (uint64_t)before && st.submit_ns <= (uint64_t)now_ns());
	ASSERT_U64(st.admit_ns, 0);
	ASSERT_U64(st.start_ns, 0);
	ASSERT_U64(st.end_ns, 0);
	ASSERT_U64(st.suspended_duration_ns, 0);
	ASSERT_U64(st.cpu_duration_ns, 0);
	ASSERT_U64(st.request[AIOS_RESOURCE_CPU], 100);
	ASSERT_U64(st.limit[AIOS_RESOURCE_CPU], 200);
	ASSERT_U64(st.request[AIOS_RESOURCE_MEMORY], 8 * MIB);
	ASSERT_U64(st.limit[AIOS_RESOURCE_MEMORY], 16 * MIB);
	ASSERT_U64(st.limit[AIOS_RESOURCE_PIDS], 10);
	ASSERT_U64(st.grant[AIOS_RESOURCE_CPU], 0);
	ASSERT_EQ(st.how[AIOS_RESOURCE_CPU], AIOS_HOW_ENFORCED);
	ASSERT_EQ(st.how[AIOS_RESOURCE_MEMORY], AIOS_HOW_ENFORCED);
	ASSERT_EQ(st.nr_devices, 0);
	ASSERT_EQ(st.why.code, AIOS_WHY_NOT_READY);
	close(s.fd);
}

/* The name's room is too small, or there is none. */
TEST(stat_with_little_room)
{
	struct aios_submit s = ask("/");
	struct aios_stat st = { .size = sizeof(st) };
	char name[16];

	ask_name(&s, "0123456789");
	submit_ok(&s);
	memset(name, POISON, sizeof(name));
	st.name = (uintptr_t)name;
	st.name_room = 10;
	ASSERT_ERR(ioctl(s.fd, AIOS_IOC_STAT, &st), ENOSPC);
	ASSERT_EQ((unsigned char)name[10], POISON);
	st.name_room = 11;
	ASSERT_OK(ioctl(s.fd, AIOS_IOC_STAT, &st));
	ASSERT(!strcmp(name, "0123456789"));
	close(s.fd);
}

/* ------------------------------------------------------------------ values */

TEST(request_above_limit)
{
	static const unsigned int resources[] = {
		AIOS_RESOURCE_CPU, AIOS_RESOURCE_MEMORY, AIOS_RESOURCE_PIDS
	};

	for (size_t i = 0; i < ARRAY_SIZE(resources); i++) {
		unsigned int r = resources[i];
		struct aios_submit s = ask("/");

		want(&s, r, 101, 100);
		rejected_why(&s, EINVAL, AIOS_WHY_REQUEST_ABOVE_LIMIT);
		ASSERT_EQ(s.why.resource, r);
		ASSERT_U64(s.why.asked, 101);
		ASSERT_U64(s.why.available, 100);
		want(&s, r, 1ULL << 40, 100);
		rejected_why(&s, EINVAL, AIOS_WHY_REQUEST_ABOVE_LIMIT);
		want(&s, r, 1, 0);
		rejected_why(&s, EINVAL, AIOS_WHY_REQUEST_ABOVE_LIMIT);
	}
}

TEST(weights)
{
	static const uint32_t bad[] = { 0, AIOS_WEIGHT_MAX + 1, 0x7fffffff, 0x80000000, ~0U };
	struct aios_submit s = ask("/");

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		s.weight = bad[i];
		rejected_why(&s, EINVAL, AIOS_WHY_VALUE);
		ASSERT_U64(s.why.asked, bad[i]);
	}
	s.weight = AIOS_WEIGHT_MIN;
	accepted(&s);
	s.weight = AIOS_WEIGHT_MAX;
	accepted(&s);
}

TEST(priorities)
{
	static const int32_t bad[] = {
		AIOS_PRIORITY_MIN - 1, AIOS_PRIORITY_MAX + 1, INT32_MIN, INT32_MAX
	};
	struct aios_submit s = ask("/");

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		s.priority = bad[i];
		rejected_why(&s, EINVAL, AIOS_WHY_VALUE);
	}
	s.priority = AIOS_PRIORITY_MIN;
	accepted(&s);
	s.priority = AIOS_PRIORITY_MAX;
	accepted(&s);
}

TEST(raised_priority_needs_a_right)
{
	AS_USER(ALICE) {
		struct aios_submit s = ask("/");

		s.priority = AIOS_PRIORITY_MIN;
		accepted(&s);
		s.priority = AIOS_PRIORITY_DEFAULT;
		accepted(&s);
		s.priority = AIOS_PRIORITY_DEFAULT + 1;
		rejected_why(&s, EPERM, AIOS_WHY_PERMISSION);
	}
	/* The owner of the group may. */
	ASSERT_OK(group_create(GROUP, ALICE, ALICE, 0755, NULL));
	leave_group(GROUP);
	AS_USER(ALICE) {
		struct aios_submit s = ask(GROUP);

		s.priority = AIOS_PRIORITY_MAX;
		accepted(&s);
	}
}

TEST(flags)
{
	struct aios_submit s = ask("/");
	char root[4096];

	for (unsigned int bit = 0; bit < 32; bit++) {
		s = ask("/");
		s.flags = 1U << bit;
		if (s.flags & ~AIOS_SUBMIT_FLAGS)
			ASSERT_ERR(submit(&s), EINVAL);
	}
	/* A cgroup without ADOPT, ADOPT without a cgroup or with another file. */
	s = ask("/");
	s.cgroup_fd = 0;
	ASSERT_ERR(submit(&s), EINVAL);
	s = ask("/");
	s.flags = AIOS_SUBMIT_ADOPT;
	ASSERT_ERR(submit(&s), EINVAL);
	s.cgroup_fd = INT32_MAX;
	ASSERT_ERR(submit(&s), EBADF);
	s.cgroup_fd = ASSERT_OK(open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	ASSERT_ERR(submit(&s), EINVAL);
	s.cgroup_fd = ASSERT_OK(open("/dev/null", O_RDWR | O_CLOEXEC));
	ASSERT_ERR(submit(&s), ENOTDIR);
	/* The whole machine, and what is the module's own. */
	s.cgroup_fd = ASSERT_OK(open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	ASSERT_ERR(submit(&s), EINVAL);
	info_get(root, sizeof(root));
	s.cgroup_fd = ASSERT_OK(open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	ASSERT_ERR(submit(&s), EINVAL);
}

TEST(resource_mask)
{
	struct aios_info info = info_get(NULL, 0);
	struct aios_submit s = ask("/");

	for (unsigned int r = info.nr_resources; r < 32; r++) {
		s.resource_mask = 1U << r;
		ASSERT_ERR(submit(&s), EINVAL);
	}
	s.resource_mask = ~0U;
	ASSERT_ERR(submit(&s), EINVAL);
	/* What the mask leaves out must not count. */
	s.resource_mask = 0;
	s.request[AIOS_RESOURCE_CPU] = AIOS_UNLIMITED;
	s.limit[AIOS_RESOURCE_CPU] = 1;
	accepted(&s);
}

/* What cannot be held on this machine is refused and never ignored. */
TEST(unenforceable)
{
	unsigned int refused = 0;

	for (unsigned int r = 0; r < info_get(NULL, 0).nr_resources; r++) {
		struct aios_resource_info info = resource_get(r);
		struct aios_submit s = ask("/");

		if (info.how != AIOS_HOW_NONE)
			continue;
		want(&s, r, 0, 1);
		rejected_why(&s, EOPNOTSUPP, AIOS_WHY_UNENFORCEABLE);
		ASSERT_EQ(s.why.resource, r);
		refused++;
	}
	if (!refused)
		skip("all resources can be limited here");
}

/* -------------------------------------------------------------- never fits */

TEST(never_fits)
{
	uint64_t id = group_make(GROUP);
	struct aios_resource_info cpu = resource_get(AIOS_RESOURCE_CPU);
	struct aios_resource_info memory = resource_get(AIOS_RESOURCE_MEMORY);
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, cpu.capacity + 1, AIOS_UNLIMITED);
	rejected_why(&s, ENOSPC, AIOS_WHY_NEVER_FITS);
	ASSERT_EQ(s.why.resource, AIOS_RESOURCE_CPU);
	ASSERT_U64(s.why.asked, cpu.capacity + 1);
	ASSERT_U64(s.why.available, cpu.capacity);
	want(&s, AIOS_RESOURCE_CPU, cpu.capacity, AIOS_UNLIMITED);
	accepted(&s);

	s = ask("/");
	want(&s, AIOS_RESOURCE_MEMORY, memory.capacity + 4096, AIOS_UNLIMITED);
	rejected_why(&s, ENOSPC, AIOS_WHY_NEVER_FITS);
	ASSERT_EQ(s.why.resource, AIOS_RESOURCE_MEMORY);
	want(&s, AIOS_RESOURCE_MEMORY, 1ULL << 55, AIOS_UNLIMITED);
	rejected_why(&s, ENOSPC, AIOS_WHY_NEVER_FITS);
	/* No machine has that much. */
	want(&s, AIOS_RESOURCE_MEMORY, AIOS_UNLIMITED, AIOS_UNLIMITED);
	rejected_why(&s, EINVAL, AIOS_WHY_VALUE);
	want(&s, AIOS_RESOURCE_MEMORY, AIOS_UNLIMITED - 1, AIOS_UNLIMITED);
	rejected_why(&s, EINVAL, AIOS_WHY_VALUE);
	want(&s, AIOS_RESOURCE_MEMORY, 1, AIOS_UNLIMITED - 1);
	rejected_why(&s, EINVAL, AIOS_WHY_VALUE);

	/* The limit of the group, named as the one that refused. */
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 500));
	s = ask(GROUP);
	want(&s, AIOS_RESOURCE_CPU, 501, 1000);
	rejected_why(&s, ENOSPC, AIOS_WHY_NEVER_FITS);
	ASSERT_EQ(s.why.resource, AIOS_RESOURCE_CPU);
	ASSERT_U64(s.why.group, id);
	ASSERT_U64(s.why.asked, 501);
	ASSERT_U64(s.why.available, 500);
	want(&s, AIOS_RESOURCE_CPU, 500, 500);
	accepted(&s);

	/* Its ancestor's too. */
	group_make(GROUP "/below");
	s = ask(GROUP "/below");
	want(&s, AIOS_RESOURCE_CPU, 501, 1000);
	rejected_why(&s, ENOSPC, AIOS_WHY_NEVER_FITS);
	ASSERT_U64(s.why.group, id);
}

TEST(no_accelerator)
{
	struct aios_submit s = ask("/");

	if (info_get(NULL, 0).nr_devices)
		skip("this machine has accelerators");
	want(&s, AIOS_RESOURCE_GPU, 1, 1);
	ASSERT_ERR(submit(&s), ENOSPC);
	ASSERT(s.why.code == AIOS_WHY_NO_DEVICE || s.why.code == AIOS_WHY_NEVER_FITS);
}

/* ------------------------------------------------------------------- names */

static void try_name(const char *name, size_t len, int err)
{
	struct aios_submit s = ask("/");

	s.name = (uintptr_t)name;
	s.name_len = len;
	if (!err) {
		accepted(&s);
		return;
	}
	ASSERT_ERR(submit(&s), err);
	if (err == EINVAL)
		ASSERT_EQ(s.why.code, AIOS_WHY_NAME);
}

TEST(names)
{
	static const char longest[] =
		"012345678901234567890123456789012345678901234567890123456789012";
	static const char * const bad[] = {
		"a/b", "/", "tab\there", "line\n", "\x01", "\x7f", "bell\a",
		"\xff\xfe", "caf\xe9", "\xc3", "\xc0\xaf", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "a\x80", "\xc2\x85", "..", ".",
	};
	struct aios_submit s = ask("/");
	char huge[4097];

	_Static_assert(sizeof(longest) - 1 == AIOS_NAME_MAX, "the longest name");
	try_name("train.py --epochs 3", 19, 0);
	try_name("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7", 14, 0);
	try_name(longest, AIOS_NAME_MAX, 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		step("name %zu", i);
		try_name(bad[i], strlen(bad[i]), EINVAL);
	}
	s.name = (uintptr_t)"nul\0inside";
	s.name_len = 10;
	ASSERT_ERR(submit(&s), EINVAL);
	memset(huge, 'x', sizeof(huge));
	try_name(huge, AIOS_NAME_MAX + 1, ENAMETOOLONG);
	try_name(huge, 4096, ENAMETOOLONG);
	try_name(huge, 4097, ENAMETOOLONG);
}

TEST(unknown_group)
{
	struct aios_submit s = ask("/kt-nowhere");

	ASSERT_ERR(submit(&s), ENOENT);
	s = ask(GROUP "/below");
	ASSERT_ERR(submit(&s), ENOENT);
	s = ask("kt-submit");
	rejected_why(&s, EINVAL, AIOS_WHY_NAME);
	s = ask("/..");
	rejected_why(&s, EINVAL, AIOS_WHY_NAME);
}

/* ---------------------------------------------------------------- dry runs */

TEST(dry_run)
{
	struct aios_submit s = ask("/");
	unsigned int held = jobs_held();
	struct aios_resource_info cpu = resource_get(AIOS_RESOURCE_CPU);
	unsigned int fds;
	pid_t pid;
	int job;

	s.flags = AIOS_SUBMIT_DRY_RUN;
	want(&s, AIOS_RESOURCE_CPU, 500, 700);
	fds = count_fds();
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.fd, -1);
	ASSERT_EQ(s.state, AIOS_STATE_ADMITTED);
	ASSERT_CMP(s.grant[AIOS_RESOURCE_CPU], >=, 500);
	ASSERT_CMP(s.grant[AIOS_RESOURCE_CPU], <=, 700);
	ASSERT_EQ(s.why.code, AIOS_WHY_NONE);
	ASSERT_EQ(count_fds(), fds);
	ASSERT_EQ(jobs_held(), held);

	/* With the machine taken it would wait; nothing is queued for it. */
	job = submit_cpu("/", cpu.capacity, cpu.capacity);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.fd, -1);
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(s.why.code, AIOS_WHY_NOT_NOW);
	ASSERT_EQ(s.why.resource, AIOS_RESOURCE_CPU);
	ASSERT_EQ(jobs_held(), held + 1);
	job_finish(job, pid);

	want(&s, AIOS_RESOURCE_CPU, cpu.capacity + 1, AIOS_UNLIMITED);
	rejected_why(&s, ENOSPC, AIOS_WHY_NEVER_FITS);
}

/* When the machine is taken by a job that says how long it runs. */
TEST(dry_run_estimates_the_start)
{
	struct aios_resource_info cpu = resource_get(AIOS_RESOURCE_CPU);
	struct aios_submit s = ask("/");
	const uint64_t hour = 3600 * 1000000000ULL;	/* longer than the test may take */
	struct aios_stat before;
	struct aios_policy policy = {
		.size = sizeof(policy), .flags = AIOS_POLICY_SET_POLICY,
		.policy = AIOS_POLICY_PRIORITY,
	};
	long long early, late;
	pid_t pid;
	int job;

	/* A policy that is set, as here the one that there is, begins without experience. */
	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &policy));
	want(&s, AIOS_RESOURCE_CPU, cpu.capacity, cpu.capacity);
	s.expected_runtime_ns = hour;
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	before = job_stat(job);
	s = ask("/");
	s.flags = AIOS_SUBMIT_DRY_RUN;
	want(&s, AIOS_RESOURCE_CPU, 1000, 1000);
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	/* The one before it was decided on between its submission and its admission. */
	ASSERT_GE(s.start_ns, before.submit_ns + hour);
	ASSERT_LE(s.start_ns, before.admit_ns + hour);
	ASSERT_EQ(s.estimate.basis, AIOS_BASIS_FUTURE);
	ASSERT_EQ(s.estimate.violations, 0);
	/* Without experience: an eighth of the wait to 1.4142 times it, a second added. */
	early = (long long)(s.start_ns - s.estimate.low_ns);
	late = (long long)(s.estimate.high_ns - s.start_ns);
	ASSERT_LE(early, 3601 * 875000000LL);
	ASSERT_GE(early, 3001 * 875000000LL);
	ASSERT_LE(llabs(late / 1000 * 10000 / (early / 1000) - 4733), 2);

	step("a caller of the first version");
	s.estimate.basis = 77;
	s.size = offsetof(struct aios_submit, estimate);
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.estimate.basis, 77);
	job_finish(job, pid);
}

/* When it is not known how long those before it run. */
/*
 * The station of the group has seen one job; that of the machine, which answers where
 * it foretells the longer wait, may have seen enough in the tests before.
 */
static void assert_by_the_model(const struct aios_estimate *e, uint64_t start_ns,
				uint64_t asked_ns, uint32_t violations)
{
	ASSERT_EQ(e->basis, AIOS_BASIS_STATE);
	ASSERT_EQ(e->violations | AIOS_QUEUEING_SAMPLES,
		  violations | AIOS_QUEUEING_SAMPLES);
	ASSERT_CMP(start_ns, >=, asked_ns);
	ASSERT_LE(e->low_ns, start_ns);
	ASSERT_GE(e->high_ns, start_ns);
}

TEST(dry_run_estimates_by_the_model)
{
	struct aios_submit s = ask(GROUP);
	struct aios_explain e = { .size = sizeof(e) };
	uint64_t asked;
	pid_t pid, waiter;
	int job, waiting;

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 100));
	job = submit_cpu(GROUP, 100, 100);
	pid = job_start(job, work_sleep, NULL);
	/* Long beside what a loaded machine needs from here to the questions. */
	sleep_ms(1000);
	job_finish(job, pid);
	job = submit_cpu(GROUP, 100, 100);
	pid = job_start(job, work_sleep, NULL);
	want(&s, AIOS_RESOURCE_CPU, 100, 100);
	s.flags = AIOS_SUBMIT_DRY_RUN;
	asked = now_ns();
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	assert_by_the_model(&s.estimate, s.start_ns, asked, 0);

	step("others can come later and go first");
	s.priority = -1;
	ASSERT_OK(submit(&s));
	assert_by_the_model(&s.estimate, s.start_ns, asked, AIOS_QUEUEING_ORDER);

	step("one that is queued");
	waiting = submit_cpu(GROUP, 100, 100);
	waiter = job_launch(waiting, work_sleep, NULL);
	decided_and_queued(waiting);
	e.row_size = sizeof(struct aios_explain_row);
	ASSERT_OK(ioctl(waiting, AIOS_IOC_EXPLAIN, &e));
	assert_by_the_model(&e.estimate, e.start_ns, asked, 0);

	step("one that would start at once");
	s = ask("/");
	s.flags = AIOS_SUBMIT_DRY_RUN;
	want(&s, AIOS_RESOURCE_PIDS, 1, AIOS_UNLIMITED);
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.state, AIOS_STATE_ADMITTED);
	ASSERT_EQ(s.estimate.basis, AIOS_BASIS_FUTURE);
	job_finish(waiting, waiter);
	job_finish(job, pid);
}

/* ------------------------------------------------------------------ bounds */

/* The default bounds are of thousands, which shows nothing more. */
#define BOUND		"256"
#define MAX_JOBS	"/sys/module/aios/parameters/max_jobs"
#define MAX_GROUPS	"/sys/module/aios/parameters/max_groups"

static void bound_set(const char *parameter, char *before, size_t len)
{
	ASSERT(file_read(parameter, before, len));
	ASSERT_OK(file_write(parameter, BOUND));
}

TEST(jobs_of_a_user)
{
	char before[32];
	struct aios_info info;

	bound_set(MAX_JOBS, before, sizeof(before));
	info = info_get(NULL, 0);
	ASSERT_EQ(info.user_jobs_max, atoi(BOUND));
	AS_USER(ALICE) {
		struct aios_submit s = ask("/");
		int last = -1;

		ASSERT_EQ(info_get(NULL, 0).user_jobs, 0);
		for (unsigned int i = 0; i < info.user_jobs_max; i++)
			last = submit_ok(&s);
		rejected_why(&s, EDQUOT, AIOS_WHY_USER_BOUND);
		ASSERT_U64(s.why.asked, info.user_jobs_max);
		ASSERT_U64(s.why.available, info.user_jobs_max);
		ASSERT_EQ(info_get(NULL, 0).user_jobs, info.user_jobs_max);
		/* One goes, one more is taken. */
		close(last);
		submit_ok(&s);
	}
	/* What one user holds is not what another one may hold. */
	AS_USER(BOB) {
		struct aios_submit s = ask("/");

		ASSERT_EQ(info_get(NULL, 0).user_jobs, 0);
		accepted(&s);
	}
	ASSERT_OK(file_write(MAX_JOBS, before));
}

TEST(groups_of_a_user)
{
	char before[32];

	bound_set(MAX_GROUPS, before, sizeof(before));
	ASSERT_OK(group_create(GROUP, ALICE, ALICE, 0755, NULL));
	leave_group(GROUP);
	AS_USER(ALICE) {
		struct aios_info info = info_get(NULL, 0);
		struct aios_why why;
		unsigned int made = 0;
		char path[64];

		/* What root gave him is his, but did he take it? Either is counted. */
		for (unsigned int i = info.user_groups; i < info.user_groups_max; i++) {
			snprintf(path, sizeof(path), GROUP "/g%u", made++);
			ASSERT_OK(group_create(path, ~0U, ~0U, ~0U, NULL));
		}
		snprintf(path, sizeof(path), GROUP "/g%u", made);
		ASSERT_ERR(group_create(path, ~0U, ~0U, ~0U, &why), EDQUOT);
		ASSERT_EQ(why.code, AIOS_WHY_USER_BOUND);
		ASSERT_U64(why.available, info.user_groups_max);
		while (made--) {
			snprintf(path, sizeof(path), GROUP "/g%u", made);
			ASSERT_OK(group_remove(path));
		}
		ASSERT_EQ(info_get(NULL, 0).user_groups, info.user_groups);
	}
	ASSERT_OK(file_write(MAX_GROUPS, before));
}

/* 10,000 queued jobs at once, and gone again; fewer where each takes longer. */
TEST(ten_thousand)
{
	unsigned int many = 10000 / scale();
	struct rlimit lim = { many + 64, many + 64 };
	struct aios_info before;
	struct aios_submit s = ask("/");
	int *fds = malloc(many * sizeof(*fds));
	long long start;

	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &lim));
	want(&s, AIOS_RESOURCE_CPU, 1, 1);
	before = info_get(NULL, 0);
	start = now_ns();
	for (unsigned int i = 0; i < many; i++)
		fds[i] = submit_ok(&s);
	note("%lld us for each SUBMIT", (now_ns() - start) / 1000 / many);
	ASSERT_EQ(info_get(NULL, 0).nr_queued, before.nr_queued + many);
	ASSERT_EQ(job_stat(fds[0]).state, AIOS_STATE_QUEUED);
	ASSERT_EQ(job_stat(fds[many - 1]).state, AIOS_STATE_QUEUED);
	start = now_ns();
	for (unsigned int i = 0; i < many; i++)
		close(fds[i]);
	ASSERT_SOON(info_get(NULL, 0).nr_queued == before.nr_queued, 30000);
	note("%lld us for each end", (now_ns() - start) / 1000 / many);
	free(fds);
}

static void assert_too_little(const struct aios_why *why, unsigned int resource,
			      uint64_t asked, uint64_t least)
{
	ASSERT_EQ(why->code, AIOS_WHY_TOO_LITTLE);
	ASSERT_EQ(why->resource, resource);
	ASSERT_U64(why->asked, asked);
	ASSERT_U64(why->available, least);
}

/* Limits within which nothing can begin are refused, and the least is told. */
TEST(too_little_to_begin)
{
	static const struct {
		unsigned int resource;
		uint64_t least;
	} each[] = {
		{ AIOS_RESOURCE_CPU, 1 }, { AIOS_RESOURCE_MEMORY, MIB },
		{ AIOS_RESOURCE_IO, 2 }, { AIOS_RESOURCE_PIDS, 1 },
	};

	group_make("/kt-least");
	for (unsigned int i = 0; i < ARRAY_SIZE(each); i++) {
		unsigned int r = each[i].resource;
		uint64_t least = each[i].least;
		struct aios_update u = job_update_args();
		struct aios_limit l = limit_args("/kt-least");
		struct aios_submit s = ask("/");

		step("resource %u", r);
		want(&s, r, 0, least - 1);
		ASSERT_ERR(submit(&s), EINVAL);
		assert_too_little(&s.why, r, least - 1, least);
		s = ask("/");
		want(&s, r, 0, least);
		submit_ok(&s);
		u.resource_mask = 1U << r;
		u.limit[r] = least - 1;
		ASSERT_ERR(ioctl(s.fd, AIOS_IOC_UPDATE, &u), EINVAL);
		assert_too_little(&u.why, r, least - 1, least);
		if (least > 1) {
			l.resource_mask = 1U << r;
			l.limit[r] = least - 1;
			ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
			assert_too_little(&l.why, r, least - 1, least);
		}
		ASSERT_OK(limit_set("/kt-least", r, 0));
		ASSERT_OK(limit_set("/kt-least", r, least));
		l = (struct aios_limit){ .size = sizeof(l), .flags = AIOS_LIMIT_JOB, .id = s.id };
		l.resource_mask = 1U << r;
		l.limit[r] = least - 1;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
		assert_too_little(&l.why, r, least - 1, least);
		close(s.fd);
	}
}
