// SPDX-License-Identifier: GPL-2.0
/*
 * A second user against somebody else's jobs, groups, devices and policy: he
 * may see what a group's r bit lets him see and steer nothing; what he may not
 * see is not there for him.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "calls.h"
#include "harness.h"

#define OPEN_GROUP	"/kt-open"
#define CLOSED_GROUP	"/kt-closed"
#define OTHERS		"/sys/fs/cgroup/kt-others"

/* Alice's job in the group, running, until the returned process is killed. */
static pid_t alices_job(const char *group, uint64_t *id)
{
	uint64_t *out = shared(sizeof(*out));
	pid_t pid = fork();

	if (!pid) {
		int job;

		become(ALICE);
		dev_forget();
		job = submit_cpu(group, 10, 100);
		if (!fork()) {
			ASSERT_OK(job_enter(job, NULL));
			work_sleep(NULL);
		}
		job_wait_state(job, AIOS_STATE_RUNNING);
		*out = job_stat(job).id;
		work_sleep(NULL);
	}
	ASSERT_SOON(*out, 3000);
	*id = *out;
	return pid;
}

static void assert_powerless(int job)
{
	struct aios_update u = job_update_args();
	struct aios_stat before = job_stat(job), after;
	unsigned int signals[] = { AIOS_IOC_SUSPEND, AIOS_IOC_RESUME, AIOS_IOC_CANCEL };
	struct aios_limit l = { .size = sizeof(l), .flags = AIOS_LIMIT_JOB, .id = before.id };
	struct aios_charge c = { .size = sizeof(c), .bytes = 1 };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		struct aios_why why;

		ASSERT_ERR(job_signal(job, signals[i], &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_PERMISSION);
	}
	u.flags = AIOS_UPDATE_WEIGHT;
	u.weight = 1;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EPERM);
	u.flags = 0;
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EPERM);
	ASSERT_ERR(job_enter(job, NULL), EPERM);
	ASSERT_ERR(ioctl(job, AIOS_IOC_CHARGE, &c), EPERM);
	ASSERT_ERR(ioctl(job, AIOS_IOC_UNCHARGE, &c), EPERM);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	l.weight = 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EPERM);
	after = job_stat(job);
	ASSERT_EQ(after.state, before.state);
	ASSERT_EQ(after.weight, before.weight);
	ASSERT_U64(after.limit[AIOS_RESOURCE_CPU], before.limit[AIOS_RESOURCE_CPU]);
}

TEST(sees_but_cannot_touch)
{
	uint64_t id;
	pid_t pid;

	ASSERT_OK(group_create(OPEN_GROUP, ALICE, ALICE, 0755, NULL));
	leave_group(OPEN_GROUP);
	pid = alices_job(OPEN_GROUP, &id);
	AS_USER(BOB) {
		int job = ASSERT_OK(job_open(id));
		struct aios_wait w;

		ASSERT_EQ(job_stat(job).uid, ALICE);
		ASSERT_ERR(job_wait(job, 0, now_ns() + 50000000, &w), ETIMEDOUT);
		assert_powerless(job);
	}
	ASSERT(alive(pid));
}

TEST(does_not_see)
{
	uint64_t id;

	ASSERT_OK(group_create(CLOSED_GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(CLOSED_GROUP);
	alices_job(CLOSED_GROUP, &id);
	AS_USER(BOB) {
		struct aios_limit l = { .size = sizeof(l), .flags = AIOS_LIMIT_JOB, .id = id };
		struct aios_group_stat g = { .size = sizeof(g) };

		ASSERT_ERR(job_open(id), ENOENT);
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), ENOENT);
		/* Not by its id either. */
		for (uint64_t i = 2; i < 10000; i++) {
			g.id = i;
			if (!ioctl(dev(), AIOS_IOC_GROUP_STAT, &g))
				ASSERT_NE(g.uid, ALICE);
			else
				ASSERT_EQ(errno, ENOENT);
		}
	}
	/* Root sees and steers all. */
	ASSERT_OK(job_signal(ASSERT_OK(job_open(id)), AIOS_IOC_CANCEL, NULL));
}

/* All that a call tells of a group that is hidden is what it tells of none at all. */
static void assert_same_refusal(const char *hidden, const char *absent)
{
	const char * const path[] = { hidden, absent };
	struct aios_why why[2];
	char below[64];

	for (int i = 0; i < 2; i++) {
		struct aios_submit s = ask(path[i]);

		step("%s", path[i]);
		s.priority = AIOS_PRIORITY_DEFAULT + 1;
		ASSERT_ERR(submit(&s), ENOENT);
		why[i] = s.why;
	}
	ASSERT(!memcmp(&why[0], &why[1], sizeof(why[0])));
	for (int i = 0; i < 2; i++)
		ASSERT_ERR(group_remove_why(path[i], &why[i]), ENOENT);
	ASSERT(!memcmp(&why[0], &why[1], sizeof(why[0])));
	for (int i = 0; i < 2; i++) {
		snprintf(below, sizeof(below), "%s/below", path[i]);
		ASSERT_ERR(group_create(below, ~0U, ~0U, ~0U, &why[i]), ENOENT);
	}
	ASSERT(!memcmp(&why[0], &why[1], sizeof(why[0])));
	for (int i = 0; i < 2; i++) {
		struct aios_limit l = limit_args(path[i]);

		l.weight = AIOS_WEIGHT_MAX;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), ENOENT);
		why[i] = l.why;
	}
	ASSERT(!memcmp(&why[0], &why[1], sizeof(why[0])));
}

TEST(hidden_is_as_absent)
{
	ASSERT_OK(group_create(CLOSED_GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(CLOSED_GROUP);
	AS_USER(BOB)
		assert_same_refusal(CLOSED_GROUP, "/kt-absent");
}

#define HOUR		3600000000000ULL

/* What a job waits for, of which STAT and EXPLAIN say the same. */
static struct aios_why why_of(int job)
{
	struct aios_explain e = { .size = sizeof(e) };
	struct aios_why why = job_stat(job).why;

	ASSERT_OK(ioctl(job, AIOS_IOC_EXPLAIN, &e));
	ASSERT(!memcmp(&e.why, &why, sizeof(why)));
	return why;
}

static struct aios_submit ask_cpu(const char *group, uint64_t milli, uint64_t runtime_ns)
{
	struct aios_submit s = ask(group);

	want(&s, AIOS_RESOURCE_CPU, milli, milli);
	s.expected_runtime_ns = runtime_ns;
	return s;
}

/* Whoever waits behind a job that he may not see is not told its number. */
TEST(behind_a_hidden_job)
{
	struct aios_submit s = ask_cpu("/", all_cpus() / 2, HOUR);
	uint64_t *id = shared(sizeof(*id)), all = all_cpus();
	struct queued holder, head;
	struct aios_why why;
	pid_t bob;

	ASSERT_OK(group_create(CLOSED_GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(CLOSED_GROUP);
	holder = queued_start(&s);
	s = ask_cpu(CLOSED_GROUP, all, HOUR);
	head = queued_start(&s);
	bob = fork();
	if (!bob) {
		become(BOB);
		dev_forget();
		s = ask_cpu("/", all / 2, 100 * HOUR);
		s.flags = AIOS_SUBMIT_DRY_RUN;
		ASSERT_OK(submit(&s));
		ASSERT_EQ(s.why.code, AIOS_WHY_BEHIND);
		ASSERT_U64(s.why.asked, 0);
		s.flags = 0;
		queued_start(&s);
		why = why_of(s.fd);
		ASSERT_EQ(why.code, AIOS_WHY_BEHIND);
		ASSERT_U64(why.asked, 0);
		*id = s.id;
		work_sleep(NULL);
	}
	ASSERT_SOON(*id, 3000);
	why = why_of(ASSERT_OK(job_open(*id)));
	ASSERT_EQ(why.code, AIOS_WHY_BEHIND);
	ASSERT_U64(why.asked, job_stat(head.job).id);
	queued_finish(&head);
	queued_finish(&holder);
	kill(bob, SIGKILL);
	reap_signal(bob, SIGKILL);
}

static struct aios_depend depend_of(int job)
{
	struct aios_depend d = {};
	struct aios_stat s = {
		.size = sizeof(s), .depends = (uintptr_t)&d, .nr_depends = 1,
		.depend_size = sizeof(d),
	};

	ASSERT_OK(ioctl(job, AIOS_IOC_STAT, &s));
	ASSERT_EQ(s.nr_depends, 1);
	return d;
}

/* A number that its submitter gave is his: others are told what they may see. */
TEST(waits_for_a_hidden_job)
{
	struct aios_depend d = { .kind = AIOS_DEPEND_AFTEROK };
	struct aios_submit s;
	int waits;

	ASSERT_OK(group_create(CLOSED_GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(CLOSED_GROUP);
	ASSERT_OK(group_create(OPEN_GROUP, ALICE, ALICE, 0755, NULL));
	leave_group(OPEN_GROUP);
	s = ask(CLOSED_GROUP);
	submit_ok(&s);
	d.job = s.id;
	s = ask(OPEN_GROUP);
	s.depends = (uintptr_t)&d;
	s.nr_depends = 1;
	s.depend_size = sizeof(d);
	waits = submit_ok(&s);
	ASSERT_EQ(why_of(waits).code, AIOS_WHY_DEPENDS);
	ASSERT_U64(why_of(waits).asked, d.job);
	ASSERT_U64(depend_of(waits).job, d.job);
	AS_USER(BOB) {
		int seen = ASSERT_OK(job_open(s.id));

		ASSERT_EQ(why_of(seen).code, AIOS_WHY_DEPENDS);
		ASSERT_U64(why_of(seen).asked, 0);
		ASSERT_EQ(depend_of(seen).kind, AIOS_DEPEND_AFTEROK);
		ASSERT_U64(depend_of(seen).job, 0);
	}
}

/* His own job, whatever the group's mode. */
TEST(sees_his_own)
{
	ASSERT_OK(group_create(OPEN_GROUP, ALICE, ALICE, 0701, NULL));
	leave_group(OPEN_GROUP);
	AS_USER(BOB) {
		struct aios_submit s = ask(OPEN_GROUP);

		want(&s, AIOS_RESOURCE_CPU, 1, 1);
		submit_ok(&s);
		ASSERT_OK(job_signal(ASSERT_OK(job_open(s.id)), AIOS_IOC_CANCEL, NULL));
	}
}

/* The group's owner may end what somebody else runs in it. */
TEST(owner_of_the_group_steers)
{
	uint64_t *id = shared(sizeof(*id));
	pid_t pid;

	ASSERT_OK(group_create(OPEN_GROUP, ALICE, ALICE, 0755, NULL));
	leave_group(OPEN_GROUP);
	pid = fork();
	if (!pid) {
		struct aios_submit s = ask(OPEN_GROUP);
		struct aios_wait w;

		become(BOB);
		dev_forget();
		submit_ok(&s);
		*id = s.id;
		w = job_wait_end(s.fd);
		ASSERT_EQ(w.end, AIOS_END_CANCELLED);
		ASSERT_EQ(w.code, ALICE);
		_exit(0);
	}
	ASSERT_SOON(*id, 3000);
	AS_USER(ALICE) {
		ASSERT_OK(job_signal(ASSERT_OK(job_open(*id)), AIOS_IOC_CANCEL, NULL));
	}
	reap_ok(pid);
}

/* Whoever was refused in his group does not take what he likes in the root. */
TEST(root_group_closed)
{
	struct aios_limit l = limit_args("/");
	uint32_t before;

	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	before = l.mode;
	l = limit_args("/");
	l.flags = AIOS_LIMIT_MODE;
	l.mode = 0700;
	l.reserved = 0;
	AS_USER(ALICE)
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EPERM);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	AS_USER(ALICE) {
		struct aios_submit s = ask("/");

		ASSERT_ERR(submit(&s), ENOENT);
		s.group = 0;
		s.group_len = 0;
		ASSERT_ERR(submit(&s), ENOENT);
	}
	close(submit_cpu("/", 1, 1));
	l.mode = before;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	AS_USER(ALICE)
		close(submit_cpu("/", 1, 1));
	l.mode = 01000;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
}

/* To weigh more than others takes what a priority above theirs takes. */
TEST(weight_above_the_default)
{
	ASSERT_OK(group_create(OPEN_GROUP, ALICE, ALICE, 0755, NULL));
	leave_group(OPEN_GROUP);
	AS_USER(BOB) {
		struct aios_limit l = { .size = sizeof(l), .flags = AIOS_LIMIT_JOB };
		struct aios_update u = job_update_args();
		struct aios_submit s = ask(OPEN_GROUP);

		s.weight = AIOS_WEIGHT_DEFAULT + 1;
		ASSERT_ERR(submit(&s), EPERM);
		ASSERT_EQ(s.why.code, AIOS_WHY_PERMISSION);
		s.weight = AIOS_WEIGHT_DEFAULT;
		submit_ok(&s);
		u.flags = AIOS_UPDATE_WEIGHT;
		u.weight = AIOS_WEIGHT_DEFAULT + 1;
		ASSERT_ERR(ioctl(s.fd, AIOS_IOC_UPDATE, &u), EPERM);
		l.id = s.id;
		l.weight = AIOS_WEIGHT_DEFAULT + 1;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EPERM);
		u.weight = AIOS_WEIGHT_MIN;
		ASSERT_OK(ioctl(s.fd, AIOS_IOC_UPDATE, &u));
		u.weight = AIOS_WEIGHT_DEFAULT;
		ASSERT_OK(ioctl(s.fd, AIOS_IOC_UPDATE, &u));
	}
	AS_USER(ALICE) {
		struct aios_submit s = ask(OPEN_GROUP);

		s.weight = AIOS_WEIGHT_MAX;
		close(submit_ok(&s));
	}
}

#define SUBORDINATES	20
#define BOUND		10

/* As many jobs as he gets, under each of the numbers that he has in his namespace. */
static unsigned int submit_as_subordinates(void)
{
	unsigned int *nr = shared(sizeof(*nr));

	for (uid_t uid = 0; uid < SUBORDINATES; uid++) {
		pid_t pid = fork();

		if (!pid) {
			struct aios_submit s = ask("/");

			ASSERT_OK(setresuid(uid, uid, uid));
			dev_forget();
			while (!submit(&s))
				++*nr;
			ASSERT_EQ(errno, EDQUOT);
			ASSERT_EQ(s.why.code, AIOS_WHY_USER_BOUND);
			/* They are held while this lives. */
			kill(getpid(), SIGSTOP);
			_exit(0);
		}
		ASSERT_SOON(process_state(pid) == 'T' || !process_state(pid), 3000);
	}
	return *nr;
}

/* A bound of a user counts for all numbers that he can give himself. */
TEST(bound_of_subordinate_users)
{
	const char *bound = "/sys/module/aios/parameters/max_jobs";
	int *step_of = shared(sizeof(*step_of));
	char before[32], path[64];
	pid_t pid;

	ASSERT(file_read(bound, before, sizeof(before)));
	ASSERT_OK(file_write(bound, "10"));
	pid = fork();
	if (!pid) {
		become(ALICE);
		ASSERT_OK(unshare(CLONE_NEWUSER));
		*step_of = 1;
		ASSERT_SOON(*step_of == 2, 3000);
		ASSERT_EQ(submit_as_subordinates(), BOUND);
		_exit(0);
	}
	ASSERT_SOON(*step_of == 1, 3000);
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	ASSERT_OK(file_write(path, "0 4001 1\n1 200000 30"));
	*step_of = 2;
	reap_ok(pid);
	ASSERT_OK(file_write(bound, before));
}

TEST(policy)
{
	static const uint64_t quanta[] = {
		0, AIOS_QUANTUM_MIN_NS - 1, AIOS_TUNING_TIME_MAX + 1
	};
	static const uint32_t guards[] = { 1, AIOS_GUARD_UNIT, AIOS_GUARD_MAX + 1 };
	struct aios_policy p = { .size = sizeof(p) };

	AS_USER(ALICE) {
		ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
		ASSERT_EQ(p.policy, AIOS_POLICY_PRIORITY);
		ASSERT_EQ(p.backfill, AIOS_BACKFILL_EASY);
		for (unsigned int bit = 0; bit < 7; bit++) {
			p.flags = 1U << bit;
			ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EPERM);
		}
	}
	p.flags = AIOS_POLICY_SET_POLICY;
	p.policy = 1000;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EOPNOTSUPP);
	p.flags = AIOS_POLICY_SET_BACKFILL;
	p.backfill = ~0U;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EOPNOTSUPP);
	p.flags = AIOS_POLICY_SET_OBJECTIVE;
	p.objective = 77;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EOPNOTSUPP);
	p.flags = AIOS_POLICY_SET_QUANTUM;
	for (unsigned int i = 0; i < 3; i++) {
		p.quantum_ns = quanta[i];
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EINVAL);
	}
	p.flags = AIOS_POLICY_SET_AGING;
	p.aging_ns = AIOS_TUNING_TIME_MAX + 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EINVAL);
	p.flags = AIOS_POLICY_SET_HALF_LIFE;
	p.half_life_ns = UINT64_MAX;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EINVAL);
	p.flags = AIOS_POLICY_SET_GUARD;
	p.guard_floor_ns = 0;
	for (unsigned int i = 0; i < 3; i++) {
		p.guard = guards[i];
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EINVAL);
	}
	/* One good and one bad: neither. */
	p = (struct aios_policy){ .size = sizeof(p) };
	p.flags = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL;
	p.policy = AIOS_POLICY_FIFO;
	p.backfill = ~0U;
	p.flags |= AIOS_POLICY_SET_QUANTUM;
	p.quantum_ns = AIOS_QUANTUM_MIN_NS;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EOPNOTSUPP);
	p.flags = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	ASSERT_EQ(p.policy, AIOS_POLICY_PRIORITY);
	ASSERT_EQ(p.backfill, AIOS_BACKFILL_EASY);
	ASSERT(p.quantum_ns > AIOS_QUANTUM_MIN_NS);
	ASSERT(!p.aging_ns);
}

/* Whoever owns the group above, as with limits: nobody orders himself. */
TEST(policy_of_a_group_by_a_user)
{
	const char *below = OPEN_GROUP "/below";
	struct aios_policy p;

	ASSERT_OK(group_create(OPEN_GROUP, ALICE, ALICE, 0755, NULL));
	leave_group(OPEN_GROUP);
	ASSERT_OK(group_create(below, BOB, BOB, 0755, NULL));
	leave_group(below);
	AS_USER(BOB) {
		ASSERT_OK(group_policy(below, 0, 0, &p));
		ASSERT_EQ(p.own, 0);
		ASSERT_ERR(group_policy(below, AIOS_POLICY_SET_POLICY,
					AIOS_POLICY_SJF, &p), EPERM);
		ASSERT_ERR(group_policy(below, AIOS_POLICY_SET_QUANTUM, 0, &p), EPERM);
		ASSERT_ERR(group_policy(below, AIOS_POLICY_SET_INHERIT, 0, &p), EPERM);
	}
	AS_USER(ALICE) {
		ASSERT_ERR(group_policy(OPEN_GROUP, AIOS_POLICY_SET_POLICY,
					AIOS_POLICY_SJF, &p), EPERM);
		ASSERT_OK(group_policy(below, AIOS_POLICY_SET_POLICY,
				       AIOS_POLICY_SJF, &p));
		ASSERT_EQ(p.own, AIOS_POLICY_SET_POLICY);
	}
}

TEST(devices)
{
	uint32_t id = device_make("kt-user", 0);

	AS_USER(ALICE) {
		struct aios_device d;
		uint32_t other;

		ASSERT_OK(device_get(id, &d));
		ASSERT_EQ(d.id, id);
		ASSERT_ERR(device_add("kt-mine", 0, &other), EPERM);
		ASSERT_ERR(device_remove(id), EPERM);
		d.flags |= AIOS_DEVICE_OFFLINE;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_DEVICE_SET, &d), EPERM);
	}
}

/* A cgroup that he could not write to himself. */
TEST(adopts_what_is_not_his)
{
	ASSERT_OK(mkdir(OTHERS, 0755));
	AS_USER(ALICE) {
		struct aios_submit s = ask("/");

		s.flags = AIOS_SUBMIT_ADOPT;
		s.cgroup_fd = ASSERT_OK(open(OTHERS, O_RDONLY | O_DIRECTORY));
		ASSERT_ERR(submit(&s), EPERM);
	}
	ASSERT_OK(rmdir(OTHERS));
}

static void give_to_alice(const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), OTHERS "/%s", file);
	ASSERT_OK(chown(path, ALICE, ALICE));
}

/* Delegation gives a cgroup, and not its limits: those stay the administrator's. */
TEST(adopts_what_was_delegated)
{
	static const char * const limits[] = {
		"cpu.max", "cpu.weight", "memory.max", "memory.high", "io.max", "pids.max",
		"cgroup.freeze",
	};
	char text[16];
	unsigned int i;
	pid_t pid;

	ASSERT_OK(mkdir(OTHERS, 0755));
	ASSERT_OK(chown(OTHERS, ALICE, ALICE));
	give_to_alice("cgroup.procs");
	give_to_alice("cgroup.threads");
	give_to_alice("cgroup.subtree_control");
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		AS_USER(ALICE) {
			struct aios_submit s = ask("/");

			s.flags = AIOS_SUBMIT_ADOPT;
			s.cgroup_fd = ASSERT_OK(open(OTHERS, O_RDONLY | O_DIRECTORY));
			ASSERT_ERR(submit(&s), EPERM);
		}
		give_to_alice(limits[i]);
	}
	pid = spawn(work_sleep, NULL);
	snprintf(text, sizeof(text), "%d", pid);
	ASSERT_OK(file_write(OTHERS "/cgroup.procs", text));
	AS_USER(ALICE) {
		struct aios_submit s = ask("/");
		struct aios_update u = job_update_args();

		s.flags = AIOS_SUBMIT_ADOPT;
		s.cgroup_fd = ASSERT_OK(open(OTHERS, O_RDONLY | O_DIRECTORY));
		/* Swap is his to limit where he states it, and not later. */
		want(&s, AIOS_RESOURCE_SWAP, 0, MIB);
		ASSERT_ERR(submit(&s), EPERM);
		s.resource_mask = 0;
		ASSERT_OK(submit(&s));
		u.resource_mask = 1U << AIOS_RESOURCE_SWAP;
		ASSERT_ERR(ioctl(s.fd, AIOS_IOC_UPDATE, &u), EPERM);
		ASSERT_EQ(u.why.code, AIOS_WHY_CGROUP);
		ASSERT_EQ(u.why.resource, AIOS_RESOURCE_SWAP);
	}
	kill(pid, SIGKILL);
	reap(pid);
	ASSERT_SOON(!rmdir(OTHERS), 3000);
}

/* The call counts for who makes it, not for who opened the file. */
TEST(inherited_device)
{
	int fd = dup(dev());

	AS_USER(ALICE) {
		struct aios_group_create c = { .size = sizeof(c), .weight = 1 };
		struct aios_submit s = ask("/");

		c.path = (uintptr_t)"/kt-user";
		c.path_len = 8;
		c.uid = ~0U;
		c.gid = ~0U;
		c.mode = ~0U;
		ASSERT_ERR(ioctl(fd, AIOS_IOC_GROUP_CREATE, &c), EPERM);
		ASSERT_OK(ioctl(fd, AIOS_IOC_SUBMIT, &s));
		ASSERT_EQ(job_stat(s.fd).uid, ALICE);
	}
}

/* What only the administrator may do, tried by whoever has his number and nothing else. */
static void assert_no_administrator(uint64_t roots_job)
{
	struct aios_policy p = { .size = sizeof(p), .flags = AIOS_POLICY_SET_POLICY };
	struct aios_drain d = { .size = sizeof(d), .flags = AIOS_DRAIN_SET };
	struct aios_submit s = ask("/");
	uint32_t device;

	ASSERT_ERR(ioctl(dev(), AIOS_IOC_POLICY, &p), EPERM);
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_DRAIN, &d), EPERM);
	ASSERT_ERR(device_add("kt-root", 0, &device), EPERM);
	ASSERT_ERR(group_create("/kt-root", ~0U, ~0U, ~0U, NULL), EPERM);
	ASSERT_ERR(limit_set("/", AIOS_RESOURCE_CPU, 1000), EPERM);
	ASSERT_ERR(limit_set(OPEN_GROUP, AIOS_RESOURCE_CPU, 1000), EPERM);
	ASSERT_ERR(group_remove(OPEN_GROUP), EPERM);
	ASSERT_ERR(group_create(OPEN_GROUP "/kt-root", ~0U, ~0U, ~0U, NULL), EPERM);
	ASSERT_ERR(limit_set(CLOSED_GROUP, AIOS_RESOURCE_CPU, 1000), ENOENT);
	ASSERT_ERR(job_open(roots_job), ENOENT);
	s.priority = AIOS_PRIORITY_DEFAULT + 1;
	ASSERT_ERR(submit(&s), EPERM);
	/* What any user may, he may too. */
	s.priority = AIOS_PRIORITY_DEFAULT;
	submit_ok(&s);
	ASSERT_OK(job_signal(ASSERT_OK(job_open(s.id)), AIOS_IOC_CANCEL, NULL));
}

static uint64_t roots_groups_and_job(void)
{
	struct aios_submit s = ask("/");

	/* The administrator's own, and one that is somebody else's. */
	ASSERT_OK(group_create(OPEN_GROUP, 0, 0, 0755, NULL));
	leave_group(OPEN_GROUP);
	ASSERT_OK(group_create(CLOSED_GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(CLOSED_GROUP);
	submit_ok(&s);
	return s.id;
}

static void drop_capabilities(void)
{
	struct {
		uint32_t version;
		int pid;
	} header = { 0x20080522, 0 };
	uint32_t none[6] = { 0 };

	ASSERT_OK(prctl(PR_SET_KEEPCAPS, 0));
	ASSERT_OK(syscall(SYS_capset, &header, none));
}

/* Rights come from capabilities, not from the number 0. */
TEST(root_without_capabilities)
{
	uint64_t job = roots_groups_and_job();

	CHILD {
		drop_capabilities();
		assert_no_administrator(job);
	}
}

/* All capabilities, in a user namespace of one's own: the machine is in another. */
TEST(root_of_a_user_namespace)
{
	uint64_t job = roots_groups_and_job();

	CHILD {
		ASSERT_OK(unshare(CLONE_NEWUSER));
		assert_no_administrator(job);
	}
	AS_USER(ALICE) {
		ASSERT_OK(unshare(CLONE_NEWUSER));
		ASSERT_ERR(group_create("/kt-root", ~0U, ~0U, ~0U, NULL), EPERM);
		ASSERT_ERR(job_open(job), ENOENT);
	}
}

/* And the other way round: any number will do for who has the capability. */
TEST(capability_without_root)
{
	uint64_t job = roots_groups_and_job();

	CHILD {
		struct {
			uint32_t version;
			int pid;
		} header = { 0x20080522, 0 };
		uint32_t admin[6] = { 1U << CAP_SYS_ADMIN, 1U << CAP_SYS_ADMIN };

		ASSERT_OK(prctl(PR_SET_KEEPCAPS, 1));
		ASSERT_OK(setresuid(BOB, BOB, BOB));
		ASSERT_OK(syscall(SYS_capset, &header, admin));
		ASSERT_OK(limit_set(CLOSED_GROUP, AIOS_RESOURCE_CPU, 1000));
		ASSERT_OK(job_signal(ASSERT_OK(job_open(job)), AIOS_IOC_CANCEL, NULL));
	}
}

TEST(open_needs_permission)
{
	ASSERT_OK(chmod("/dev/" AIOS_DEVICE_NAME, 0600));
	AS_USER(ALICE)
		ASSERT_ERR(open("/dev/" AIOS_DEVICE_NAME, O_RDWR), EACCES);
	ASSERT_OK(chmod("/dev/" AIOS_DEVICE_NAME, 0666));
}
