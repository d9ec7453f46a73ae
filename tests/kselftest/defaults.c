// SPDX-License-Identifier: GPL-2.0
/*
 * Default groups: whoever submits to the root has a group of his own, with the limits of a
 * template.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "calls.h"
#include "harness.h"

#define HOUR		3600000000000ULL
#define ALICES		"/user-4001"
#define ALICES_GROUP	"/group-4001"
#define ALICES_IN_GROUP	"/group-4001/user-4001"
#define BOBS		"/user-4002"

static struct aios_limit template_args(uint32_t kind)
{
	return (struct aios_limit){ .size = sizeof(struct aios_limit), .flags = kind };
}

static int template_set(uint32_t kind, uint64_t milli)
{
	struct aios_limit l = template_args(kind);

	l.resource_mask = 1U << AIOS_RESOURCE_CPU;
	l.limit[AIOS_RESOURCE_CPU] = milli;
	return ioctl(dev(), AIOS_IOC_LIMIT, &l);
}

static struct aios_limit template_get(uint32_t kind)
{
	struct aios_limit l = template_args(kind);

	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	return l;
}

/* Where a job goes that the caller submits to @group, which ends again. */
static void assert_goes_to(const char *group, const char *to)
{
	char path[AIOS_PATH_MAX + 1];
	int job = submit_cpu(group, 10, 20);

	job_stat_names(job, NULL, NULL, path);
	if (strcmp(path, to))
		FAIL("%s goes to %s, not to %s", group, path, to);
	close(job);
}

static void forget(void)
{
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, AIOS_UNLIMITED));
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_GROUP, AIOS_UNLIMITED));
}

TEST(of_a_user)
{
	struct aios_group_stat g;

	leave_group(ALICES);
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, 700));
	ASSERT_ERR(group_stat(ALICES, &g), ENOENT);
	AS_USER(ALICE) {
		assert_goes_to("/", ALICES);
		/* The same again, and by its name. */
		assert_goes_to("/", ALICES);
		assert_goes_to(ALICES, ALICES);
	}
	ASSERT_OK(group_stat(ALICES, &g));
	ASSERT_EQ(g.uid, ALICE);
	ASSERT_EQ(g.mode, 0500);
	ASSERT_U64(g.limit[AIOS_RESOURCE_CPU], 700);
	ASSERT_U64(g.limit[AIOS_RESOURCE_MEMORY], AIOS_UNLIMITED);
	AS_USER(BOB)
		ASSERT_ERR(group_stat(ALICES, &g), ENOENT);
	/* Who administers the root stays there. */
	assert_goes_to("/", "/");
	forget();
	AS_USER(ALICE)
		assert_goes_to("/", "/");
}

/* It bounds him, and gives him no right that he had not in the root. */
TEST(holds_and_favours_nobody)
{
	leave_group(ALICES);
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, 100));
	AS_USER(ALICE) {
		struct aios_submit s = ask("/");

		want(&s, AIOS_RESOURCE_CPU, 101, 200);
		ASSERT_ERR(submit(&s), ENOSPC);
		ASSERT_EQ(s.why.code, AIOS_WHY_NEVER_FITS);
		s = ask("/");
		s.priority = AIOS_PRIORITY_DEFAULT + 1;
		ASSERT_ERR(submit(&s), EPERM);
		ASSERT_EQ(s.why.code, AIOS_WHY_PERMISSION);
		s = ask("/");
		s.weight = AIOS_WEIGHT_DEFAULT + 1;
		ASSERT_ERR(submit(&s), EPERM);
		ASSERT_ERR(limit_set(ALICES, AIOS_RESOURCE_CPU, 200), EPERM);
		ASSERT_ERR(group_create("/user-4001/below", ~0U, ~0U, ~0U, NULL), EPERM);
		ASSERT_ERR(template_set(AIOS_LIMIT_DEFAULT_USER, 200), EPERM);
		ASSERT_U64(template_get(AIOS_LIMIT_DEFAULT_USER).limit[AIOS_RESOURCE_CPU], 100);
	}
	forget();
}

/* Users of a group of the system share its limit, each within his own. */
TEST(of_a_group)
{
	struct aios_group_stat g;

	leave_group(ALICES_GROUP);
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_GROUP, 900));
	AS_USER(ALICE)
		assert_goes_to("/", ALICES_GROUP);
	ASSERT_OK(group_stat(ALICES_GROUP, &g));
	ASSERT_EQ(g.gid, ALICE);
	ASSERT_EQ(g.mode, 0050);
	ASSERT_OK(group_remove(ALICES_GROUP));
	leave_group(ALICES_IN_GROUP);
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, 800));
	AS_USER(ALICE) {
		assert_goes_to("/", ALICES_IN_GROUP);
		/* What bounds her alone is not passed by. */
		struct aios_submit s = ask(ALICES_GROUP);

		ASSERT_ERR(submit(&s), EPERM);
	}
	ASSERT_OK(group_stat(ALICES_GROUP, &g));
	ASSERT_U64(g.limit[AIOS_RESOURCE_CPU], 900);
	ASSERT_OK(group_stat(ALICES_IN_GROUP, &g));
	ASSERT_U64(g.limit[AIOS_RESOURCE_CPU], 800);
	/* A default that is above what binds higher up is not stated. */
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, 1000));
	ASSERT_OK(group_stat(ALICES_IN_GROUP, &g));
	ASSERT_U64(g.limit[AIOS_RESOURCE_CPU], AIOS_UNLIMITED);
	ASSERT_U64(g.effective[AIOS_RESOURCE_CPU], 900);
	forget();
}

/* Groups follow their default, until they are limited themselves. */
TEST(follows_its_default)
{
	struct aios_limit l = template_args(AIOS_LIMIT_DEFAULT_USER);

	leave_group(ALICES);
	leave_group(BOBS);
	l.resource_mask = 1U << AIOS_RESOURCE_CPU;
	l.limit[AIOS_RESOURCE_CPU] = 300;
	l.flags |= AIOS_LIMIT_STRICT | AIOS_LIMIT_MAX_RUNTIME;
	l.max_runtime_ns = HOUR;
	l.weight = 50;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	AS_USER(ALICE)
		assert_goes_to("/", ALICES);
	AS_USER(BOB)
		assert_goes_to("/", BOBS);
	l = limit_get(ALICES);
	ASSERT_EQ(l.weight, 50);
	ASSERT_U64(l.max_runtime_ns, HOUR);
	ASSERT_U64(l.limit[AIOS_RESOURCE_CPU], 300);
	ASSERT_EQ(l.strict, 1);
	ASSERT_EQ(l.follows, AIOS_LIMIT_DEFAULT_USER);
	ASSERT_EQ(limit_get("/").follows, 0);
	ASSERT_OK(limit_set(BOBS, AIOS_RESOURCE_CPU, 600));
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, 400));
	ASSERT_U64(limit_get(ALICES).limit[AIOS_RESOURCE_CPU], 400);
	ASSERT_U64(limit_get(ALICES).max_runtime_ns, HOUR);
	ASSERT_U64(limit_get(BOBS).limit[AIOS_RESOURCE_CPU], 600);
	ASSERT_EQ(limit_get(BOBS).follows, 0);
	ASSERT_EQ(limit_get(BOBS).strict, 1);
	l = template_args(AIOS_LIMIT_DEFAULT_USER);
	l.resource_mask = 1U << AIOS_RESOURCE_CPU;
	l.limit[AIOS_RESOURCE_CPU] = AIOS_UNLIMITED;
	l.flags |= AIOS_LIMIT_WORK_CONSERVING | AIOS_LIMIT_MAX_RUNTIME;
	l.max_runtime_ns = AIOS_UNLIMITED;
	l.weight = AIOS_WEIGHT_DEFAULT;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_EQ(l.strict, 0);
	ASSERT_EQ(l.follows, 0);
	ASSERT_U64(limit_get(ALICES).limit[AIOS_RESOURCE_CPU], AIOS_UNLIMITED);
	ASSERT_EQ(limit_get(ALICES).weight, AIOS_WEIGHT_DEFAULT);
	AS_USER(ALICE)
		assert_goes_to("/", "/");
}

/* Whoever gives himself more users has no more groups. */
TEST(of_a_user_namespace)
{
	int *step_of = shared(sizeof(*step_of));
	struct aios_group_stat g;
	char path[64];
	pid_t pid;

	leave_group(ALICES);
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, 700));
	pid = fork();
	if (!pid) {
		become(ALICE);
		ASSERT_OK(unshare(CLONE_NEWUSER));
		*step_of = 1;
		ASSERT_SOON(*step_of == 2, 3000);
		ASSERT_OK(setresuid(5, 5, 5));
		dev_forget();
		assert_goes_to("/", ALICES);
		_exit(0);
	}
	ASSERT_SOON(*step_of == 1, 3000);
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	ASSERT_OK(file_write(path, "0 4001 1\n1 200000 30"));
	*step_of = 2;
	reap_ok(pid);
	ASSERT_OK(group_stat(ALICES, &g));
	ASSERT_EQ(g.uid, ALICE);
	forget();
}

/* A group costs whom it is made for. */
TEST(counts_among_his_groups)
{
	const char *bound = "/sys/module/aios/parameters/max_groups";
	char before[32];

	leave_group(ALICES);
	ASSERT(file_read(bound, before, sizeof(before)));
	ASSERT_OK(file_write(bound, "0"));
	ASSERT_OK(template_set(AIOS_LIMIT_DEFAULT_USER, 700));
	AS_USER(ALICE) {
		struct aios_submit s = ask("/");

		ASSERT_ERR(submit(&s), EDQUOT);
		ASSERT_EQ(s.why.code, AIOS_WHY_USER_BOUND);
	}
	ASSERT_OK(file_write(bound, before));
	AS_USER(ALICE) {
		assert_goes_to("/", ALICES);
		ASSERT_EQ(info_get(NULL, 0).user_groups, 1);
	}
	forget();
}

TEST(what_is_refused)
{
	struct aios_limit l = template_args(AIOS_LIMIT_DEFAULT_USER | AIOS_LIMIT_DEFAULT_GROUP);

	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	l.flags = AIOS_LIMIT_DEFAULT_USER | AIOS_LIMIT_JOB;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	l.flags = AIOS_LIMIT_DEFAULT_USER | AIOS_LIMIT_MODE;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	l = limit_args("/");
	l.flags = AIOS_LIMIT_DEFAULT_USER;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	ASSERT_ERR(template_set(AIOS_LIMIT_DEFAULT_USER, AIOS_UNLIMITED - 1), EINVAL);
	l = template_args(AIOS_LIMIT_DEFAULT_USER);
	l.weight = AIOS_WEIGHT_MAX + 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	l = template_args(AIOS_LIMIT_DEFAULT_USER);
	l.resource_mask = 1U << AIOS_RESOURCE_MEMORY;
	l.limit[AIOS_RESOURCE_MEMORY] = MIB - 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	ASSERT_EQ(l.why.code, AIOS_WHY_TOO_LITTLE);
	l = template_get(AIOS_LIMIT_DEFAULT_USER);
	ASSERT_U64(l.limit[AIOS_RESOURCE_CPU], AIOS_UNLIMITED);
	ASSERT_EQ(l.weight, AIOS_WEIGHT_DEFAULT);
}
