// SPDX-License-Identifier: GPL-2.0
/*
 * Every errno that the header promises of limits, policies, drains, programs, replays and
 * accelerators, at each call of /dev/aios.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"
#include "promise.h"

#define GROUP		"/kt-errors"
#define NOWHERE		"/kt-nowhere"
#define DEVICE		"kt-errors"
#define MEMORY		(64 * MIB)
#define TOO_LONG	(AIOS_PATH_MAX + 1)
#define NR_MANY		1000	/* accelerators, more than a machine can have */

static char too_long[TOO_LONG + 1];

static void make_too_long(void)
{
	memset(too_long, 'x', TOO_LONG);
	too_long[0] = '/';
}

/* -------------------------------------------------------------------- LIMIT */

static int limit_cpus(const char *path, uint64_t milli)
{
	return errno_of(limit_set(path, AIOS_RESOURCE_CPU, milli));
}

static int limit_nowhere(void)
{
	return limit_cpus(NOWHERE, 100);
}

static int limit_root(void)
{
	return limit_cpus("/", 100);
}

static int limit_without_right(void)
{
	return as_somebody(limit_root);
}

static int limit_out_of_range(void)
{
	return limit_cpus(GROUP, AIOS_UNLIMITED - 1);
}

static int limit_long_path(void)
{
	return limit_cpus(too_long, 100);
}

static int limit_unheld(void)
{
	unsigned int nr = info_get(NULL, 0).nr_resources, r;

	for (r = 0; r < nr; r++)
		if (resource_get(r).how == AIOS_HOW_NONE)
			return errno_of(limit_set(GROUP, r, 1));
	return NOT_HERE;
}

static int limit_job(uint64_t id, unsigned int resource, uint64_t value)
{
	struct aios_limit l = limit_args("/");

	l.flags = AIOS_LIMIT_JOB;
	l.path = 0;
	l.path_len = 0;
	l.id = id;
	l.resource_mask = 1U << resource;
	l.limit[resource] = value;
	return errno_of(ioctl(dev(), AIOS_IOC_LIMIT, &l));
}

static struct aios_submit ask_gpus(uint64_t milli)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_GPU, milli, milli);
	return s;
}

/* It holds two accelerators, which the limit would make one. */
static int limit_accelerators(void)
{
	uint32_t first, second;
	struct aios_submit s;
	int job, answer;
	pid_t pid;

	ASSERT_OK(device_add("kt-errors-1", MEMORY, &first));
	ASSERT_OK(device_add("kt-errors-2", MEMORY, &second));
	s = ask_gpus(2000);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	answer = limit_job(s.id, AIOS_RESOURCE_GPU, 1000);
	job_finish(job, pid);
	ASSERT_OK(device_remove(first));
	ASSERT_OK(device_remove(second));
	return answer;
}

/* It waits for an accelerator that has gone. */
static int limit_of_what_cannot_be(void)
{
	uint32_t id;
	struct aios_submit s;
	int job, answer;

	if (info_get(NULL, 0).nr_devices)
		return NOT_HERE;
	ASSERT_OK(device_add("kt-errors-1", MEMORY, &id));
	s = ask_gpus(1000);
	job = submit_ok(&s);
	ASSERT_OK(device_remove(id));
	answer = limit_job(s.id, AIOS_RESOURCE_CPU, 500);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	close(job);
	return answer;
}

static int limit_of_the_ended(void)
{
	struct aios_submit s = ask("/");
	int job = submit_ok(&s), answer;

	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	answer = limit_job(s.id, AIOS_RESOURCE_CPU, 500);
	close(job);
	return answer;
}

static const struct promise of_limits[] = {
	{ "LIMIT", ENOENT, limit_nowhere },
	{ "LIMIT", EPERM, limit_without_right },
	{ "LIMIT", EINVAL, limit_out_of_range },
	{ "LIMIT", ENAMETOOLONG, limit_long_path },
	{ "LIMIT", EOPNOTSUPP, limit_unheld },
	{ "LIMIT", EAGAIN, limit_accelerators },
	{ "LIMIT", ENOSPC, limit_of_what_cannot_be },
	{ "LIMIT", ECANCELED, limit_of_the_ended },
};

TEST(limits)
{
	make_too_long();
	group_make(GROUP);
	promises_check(of_limits, ARRAY_SIZE(of_limits));
}

/* --------------------------------------------------------- POLICY and DRAIN */

static int policy(const char *path, unsigned int number)
{
	struct aios_policy p;

	return errno_of(group_policy(path, AIOS_POLICY_SET_POLICY, number, &p));
}

static int policy_of_group(void)
{
	return policy(GROUP, AIOS_POLICY_FIFO);
}

static int policy_without_right(void)
{
	return as_somebody(policy_of_group);
}

static int policy_of_root_as_group(void)
{
	return policy("/", AIOS_POLICY_FIFO);
}

static int policy_long_path(void)
{
	return policy(too_long, AIOS_POLICY_FIFO);
}

static int policy_unknown(void)
{
	return policy(GROUP, UINT_MAX);
}

static int policy_nowhere(void)
{
	return policy(NOWHERE, AIOS_POLICY_FIFO);
}

static int drain(unsigned int flags, char *reason, unsigned int len)
{
	struct aios_drain d = { .size = sizeof(d), .flags = flags };

	d.reason = (uintptr_t)reason;
	d.reason_len = len;
	return errno_of(ioctl(dev(), AIOS_IOC_DRAIN, &d));
}

static int drain_now(void)
{
	return drain(AIOS_DRAIN_SET, NULL, 0);
}

static int drain_without_right(void)
{
	return as_somebody(drain_now);
}

static int drain_for_long_reason(void)
{
	return drain(AIOS_DRAIN_SET, too_long, AIOS_REASON_MAX + 1);
}

static int drain_with_little_room(void)
{
	char reason[] = "maintenance";
	char room[4];
	int answer;

	ASSERT_EQ(drain(AIOS_DRAIN_SET, reason, strlen(reason)), 0);
	answer = drain(0, room, sizeof(room));
	ASSERT_EQ(drain(AIOS_DRAIN_CLEAR, NULL, 0), 0);
	return answer;
}

static const struct promise of_policies[] = {
	{ "POLICY", EPERM, policy_without_right },
	{ "POLICY", EINVAL, policy_of_root_as_group },
	{ "POLICY", ENAMETOOLONG, policy_long_path },
	{ "POLICY", EOPNOTSUPP, policy_unknown },
	{ "POLICY", ENOENT, policy_nowhere },
	{ "DRAIN", EPERM, drain_without_right },
	{ "DRAIN", ENAMETOOLONG, drain_for_long_reason },
	{ "DRAIN", ENOSPC, drain_with_little_room },
};

TEST(policies_and_drains)
{
	make_too_long();
	group_make(GROUP);
	promises_check(of_policies, ARRAY_SIZE(of_policies));
}

/* ------------------------------------------------------ LP_SOLVE and REPLAY */

#define NR_LARGE	4000	/* jobs of a replay that takes its time */
#define SECOND		1000000000ULL

static int solve(uint32_t n, uint32_t goal)
{
	static int64_t w[1] = { 1 };
	static uint64_t a[1] = { 1 }, b[1] = { 1 }, x[1];
	struct aios_lp_solve s = { .size = sizeof(s), .n = n, .m = 1, .goal = goal };

	s.w = (uintptr_t)w;
	s.a = (uintptr_t)a;
	s.b = (uintptr_t)b;
	s.x = (uintptr_t)x;
	return errno_of(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
}

static int solve_unknown_goal(void)
{
	return solve(1, UINT_MAX);
}

static int solve_too_large(void)
{
	return solve(AIOS_LP_MAX_COLS + 1, 0);
}

/* Jobs of a minute on one CPU of the workload's machine, one at a time. */
static struct aios_replay_call replay_of(struct aios_replay_record *records, uint32_t nr)
{
	struct aios_replay_call c = { .size = sizeof(c), .policy = AIOS_POLICY_FIFO };

	c.quantum_ns = SECOND;
	for (uint32_t i = 0; i < nr; i++)
		records[i] = (struct aios_replay_record){
			.run_ns = 60 * SECOND,
			.weight = AIOS_WEIGHT_DEFAULT,
			.resource_mask = 1U << AIOS_RESOURCE_CPU,
			.request[AIOS_RESOURCE_CPU] = 1000,
			.limit[AIOS_RESOURCE_CPU] = 1000,
		};
	c.nr_records = nr;
	c.records = (uintptr_t)records;
	c.record_size = sizeof(*records);
	c.elastic = 1U << AIOS_RESOURCE_CPU;
	c.capacity[AIOS_RESOURCE_CPU] = 1000;
	return c;
}

static int replay(struct aios_replay_call *c)
{
	return errno_of(ioctl(dev(), AIOS_IOC_REPLAY, c));
}

static int replay_malformed(void)
{
	struct aios_replay_record record;
	struct aios_replay_call c = replay_of(&record, 1);

	record.after = 1;
	return replay(&c);
}

static int replay_longer_records(void)
{
	struct aios_replay_record records[2];
	struct aios_replay_call c = replay_of(records, 2);

	c.nr_records = 1;
	c.record_size = sizeof(records);
	return replay(&c);
}

static int replay_unknown_policy(void)
{
	struct aios_replay_record record;
	struct aios_replay_call c = replay_of(&record, 1);

	c.policy = UINT_MAX;
	return replay(&c);
}

static int replay_without_an_end(void)
{
	struct aios_replay_drain drain = { 0 };
	struct aios_replay_record record;
	struct aios_replay_call c = replay_of(&record, 1);

	c.drains = (uintptr_t)&drain;
	c.nr_drains = 1;
	return replay(&c);
}

static int replay_large(uint64_t timeout_ns)
{
	struct aios_replay_record *records = calloc(NR_LARGE, sizeof(*records));
	struct aios_replay_call c = replay_of(records, NR_LARGE);
	int answer;

	c.timeout_duration_ns = timeout_ns;
	answer = replay(&c);
	free(records);
	return answer;
}

static int replay_in_no_time(void)
{
	return replay_large(1);
}

static void work_replay(void *unused)
{
	for (;;)
		replay_large(60 * SECOND);
	(void)unused;
}

/* The answer while others of the same user keep two under way; until they do, none. */
static int beside_two(int (*fn)(void))
{
	pid_t pids[2];
	int answer;

	for (unsigned int i = 0; i < 2; i++)
		pids[i] = spawn(work_replay, NULL);
	ASSERT_SOON((answer = fn()) == EDQUOT, 30000);
	for (unsigned int i = 0; i < 2; i++) {
		kill(pids[i], SIGKILL);
		reap(pids[i]);
	}
	return answer;
}

static int solve_small(void)
{
	return solve(1, 0);
}

static int replay_small(void)
{
	struct aios_replay_record record;
	struct aios_replay_call c = replay_of(&record, 1);

	return replay(&c);
}

static int solve_beside_two(void)
{
	return beside_two(solve_small);
}

static int replay_beside_two(void)
{
	return beside_two(replay_small);
}

static const struct promise of_programs[] = {
	{ "LP_SOLVE", EOPNOTSUPP, solve_unknown_goal },
	{ "LP_SOLVE", EINVAL, solve_too_large },
	{ "LP_SOLVE", EDQUOT, solve_beside_two },
	{ "REPLAY", EINVAL, replay_malformed },
	{ "REPLAY", E2BIG, replay_longer_records },
	{ "REPLAY", EOPNOTSUPP, replay_unknown_policy },
	{ "REPLAY", EDEADLK, replay_without_an_end },
	{ "REPLAY", ETIMEDOUT, replay_in_no_time },
	{ "REPLAY", EDQUOT, replay_beside_two },
};

TEST(programs_and_replays)
{
	/* What is refused is so for what it is, and not for all else. */
	ASSERT_EQ(solve_small(), 0);
	ASSERT_EQ(replay_small(), 0);
	promises_check(of_programs, ARRAY_SIZE(of_programs));
}

/* ------------------------------------------------------------- accelerators */

static int add(const char *name)
{
	uint32_t id;
	int answer = errno_of(device_add(name, MEMORY, &id));

	if (!answer)
		ASSERT_OK(device_remove(id));
	return answer;
}

static int add_one(void)
{
	return add(DEVICE);
}

static int add_without_right(void)
{
	return as_somebody(add_one);
}

static int add_malformed(void)
{
	return add("two words");
}

static int add_again(void)
{
	uint32_t id;
	int answer;

	ASSERT_OK(device_add(DEVICE, MEMORY, &id));
	answer = add(DEVICE);
	ASSERT_OK(device_remove(id));
	return answer;
}

/* The harness, which removes what is left, has no room for so many. */
static int add_too_many(void)
{
	struct aios_device d = { .flags = AIOS_DEVICE_DECLARED, .size = sizeof(d) };
	uint32_t ids[NR_MANY];
	unsigned int nr;
	int answer = 0;

	for (nr = 0; nr < NR_MANY; nr++) {
		snprintf(d.name, sizeof(d.name), "kt-errors-%u", nr);
		answer = errno_of(ioctl(dev(), AIOS_IOC_DEVICE_ADD, &d));
		if (answer)
			break;
		ids[nr] = d.id;
	}
	while (nr)
		ASSERT_OK(device_remove(ids[--nr]));
	return answer;
}

static int remove_none(void)
{
	return errno_of(device_remove(UINT_MAX));
}

static int remove_without_right(void)
{
	return as_somebody(remove_none);
}

static int remove_in_use(void)
{
	struct aios_submit s;
	struct aios_stat st;
	uint32_t id;
	int job, answer;
	pid_t pid;

	ASSERT_OK(device_add(DEVICE, MEMORY, &id));
	s = ask_gpus(1000ULL * info_get(NULL, 0).nr_devices);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	st = job_stat(job);
	ASSERT_GE(st.nr_devices, 1);
	answer = errno_of(device_remove(id));
	job_finish(job, pid);
	ASSERT_OK(device_remove(id));
	return answer;
}

static int remove_from_the_bus(void)
{
	struct aios_device d;

	for (uint32_t next = 0; !device_get(next, &d); next = d.id + 1)
		if (d.flags & AIOS_DEVICE_PCI)
			return errno_of(device_remove(d.id));
	return NOT_HERE;
}

static int set(uint32_t id, uint64_t memory)
{
	struct aios_device d = { .size = sizeof(d), .id = id, .memory = memory };

	return errno_of(ioctl(dev(), AIOS_IOC_DEVICE_SET, &d));
}

static int set_none(void)
{
	return set(UINT_MAX, MEMORY);
}

static int set_without_right(void)
{
	return as_somebody(set_none);
}

static int set_out_of_range(void)
{
	uint32_t id;
	int answer;

	ASSERT_OK(device_add(DEVICE, MEMORY, &id));
	answer = set(id, AIOS_UNLIMITED);
	ASSERT_OK(device_remove(id));
	return answer;
}

static int get_none(void)
{
	struct aios_device d;

	return errno_of(device_get(UINT_MAX, &d));
}

static const struct promise of_accelerators[] = {
	{ "DEVICE_ADD", EPERM, add_without_right },
	{ "DEVICE_ADD", EINVAL, add_malformed },
	{ "DEVICE_ADD", EEXIST, add_again },
	{ "DEVICE_ADD", ENOSPC, add_too_many },
	{ "DEVICE_REMOVE", EPERM, remove_without_right },
	{ "DEVICE_REMOVE", ENOENT, remove_none },
	{ "DEVICE_REMOVE", EBUSY, remove_in_use },
	{ "DEVICE_REMOVE", EOPNOTSUPP, remove_from_the_bus },
	{ "DEVICE_SET", EPERM, set_without_right },
	{ "DEVICE_SET", ENOENT, set_none },
	{ "DEVICE_SET", EINVAL, set_out_of_range },
	{ "DEVICE_GET", ENOENT, get_none },
};

TEST(accelerators)
{
	promises_check(of_accelerators, ARRAY_SIZE(of_accelerators));
}
