// SPDX-License-Identifier: GPL-2.0
/*
 * The objectives of the machine itself: AIOS_IOC_POLICY sets one, the grants of the
 * jobs that run follow at once, no limit is exceeded, and EXPLAIN says what each
 * job is held back by under it.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define X_ONE	(1U << 24)

static void set_objective(uint32_t objective)
{
	struct aios_policy p = {
		.size = sizeof(p), .objective = objective,
		.flags = AIOS_POLICY_SET_OBJECTIVE,
	};

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	p.flags = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	ASSERT_EQ(p.objective, objective);
}

static int submit_weighted(const char *group, uint64_t limit, uint32_t weight)
{
	struct aios_submit s = ask(group);

	want(&s, AIOS_RESOURCE_CPU, 0, limit);
	s.weight = weight;
	return submit_ok(&s);
}

static uint64_t cpus_of(int job)
{
	return job_stat(job).grant[AIOS_RESOURCE_CPU];
}

static struct aios_explain explain(int job, struct aios_explain_row *rows, uint32_t nr)
{
	struct aios_explain e = { .size = sizeof(e) };

	e.rows = (uintptr_t)rows;
	e.nr_rows = nr;
	e.row_size = sizeof(rows[0]);
	ASSERT_OK(ioctl(job, AIOS_IOC_EXPLAIN, &e));
	return e;
}

static bool near(uint64_t a, uint64_t b)
{
	uint64_t off = a > b ? a - b : b - a;

	return off <= 2 + b / 500;
}

/* Two jobs that could each use the whole machine, one of three times the weight. */
TEST(grants_follow_at_once)
{
	uint64_t all = all_cpus();
	int light = submit_weighted("/", all, 100), heavy = submit_weighted("/", all, 300);
	pid_t light_pid = job_start(light, work_sleep, NULL);
	pid_t heavy_pid = job_start(heavy, work_sleep, NULL);

	for (uint32_t goal = AIOS_OBJECTIVE_PROPORTIONAL; goal; goal--) {
		set_objective(goal);
		step("objective %u", goal);
		if (!near(cpus_of(light), all / 4) || !near(cpus_of(heavy), all * 3 / 4))
			FAIL("objective %u: %llu and %llu of %llu", goal,
			     (unsigned long long)cpus_of(light),
			     (unsigned long long)cpus_of(heavy), (unsigned long long)all);
		ASSERT_LE(cpus_of(light) + cpus_of(heavy), all);
		set_objective(AIOS_OBJECTIVE_UTILITY);
		ASSERT_U64(cpus_of(heavy), all);
		ASSERT_U64(cpus_of(light), 0);
	}
	job_finish(light, light_pid);
	job_finish(heavy, heavy_pid);
}

/* A group's limit holds back its own job, the machine the other. */
TEST(explain_says_what_binds)
{
	struct aios_explain_row rows[8];
	uint64_t all = all_cpus(), id = group_make("/few");
	int inside, outside;
	pid_t inside_pid, outside_pid;

	ASSERT_OK(limit_set("/few", AIOS_RESOURCE_CPU, all / 4));
	inside = submit_weighted("/few", all, 100);
	outside = submit_weighted("/", all, 100);
	inside_pid = job_start(inside, work_sleep, NULL);
	outside_pid = job_start(outside, work_sleep, NULL);
	for (uint32_t goal = AIOS_OBJECTIVE_MAXMIN; goal <= AIOS_OBJECTIVE_PROPORTIONAL;
	     goal++) {
		struct aios_explain e;

		set_objective(goal);
		ASSERT_LE(cpus_of(inside), all / 4);
		e = explain(outside, rows, ARRAY_SIZE(rows));
		ASSERT_EQ(e.goal, goal);
		ASSERT_EQ(e.goal_set, goal);
		ASSERT_EQ(e.status, AIOS_LP_OPTIMAL);
		ASSERT_CMP(e.bottleneck, <, e.nr_rows);
		ASSERT_EQ(rows[e.bottleneck].kind, AIOS_ROW_MACHINE);
		ASSERT_EQ(rows[e.bottleneck].resource, AIOS_RESOURCE_CPU);
		ASSERT_CMP(rows[e.bottleneck].price, >, 0);
		ASSERT_EQ(!!e.level, goal != AIOS_OBJECTIVE_PROPORTIONAL);
		if (goal != AIOS_OBJECTIVE_PROPORTIONAL)
			ASSERT_U64(e.gap[0] | e.gap[1], 0);
		/* The job inside has all that its group may use. */
		e = explain(inside, rows, ARRAY_SIZE(rows));
		ASSERT_GE(e.x, X_ONE / 4);
		if (e.x < X_ONE)
			ASSERT_CMP(e.bottleneck, <, e.nr_rows);
		else
			ASSERT_EQ(e.bottleneck, e.nr_rows);
	}
	ASSERT(id);
	job_finish(inside, inside_pid);
	job_finish(outside, outside_pid);
}

/* A program from before there was a choice sees what it knows. */
TEST(the_first_size_of_explain)
{
	struct aios_explain e = { .size = offsetof(struct aios_explain, goal) };
	int job = submit_weighted("/", all_cpus(), 100);
	pid_t pid = job_start(job, work_sleep, NULL);

	set_objective(AIOS_OBJECTIVE_MAXMIN);
	e.row_size = sizeof(struct aios_explain_row);
	e.goal = POISON;
	e.level = POISON;
	ASSERT_OK(ioctl(job, AIOS_IOC_EXPLAIN, &e));
	ASSERT_EQ(e.state, AIOS_STATE_RUNNING);
	ASSERT_EQ(e.goal, POISON);
	ASSERT_U64(e.level, POISON);
	job_finish(job, pid);
}
