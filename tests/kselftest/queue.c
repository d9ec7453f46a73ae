// SPDX-License-Identifier: GPL-2.0
/*
 * The order of the queue: priority, then arrival; backfill that fills holes and
 * never delays the head; waiting jobs admitted when room appears, of whatever
 * kind it is; the policies switched under way.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-queue"
#define SECOND	1000000000ULL
#define HOUR	(3600 * SECOND)		/* longer than a test may take */

static struct queued start_cpu(uint64_t request, int priority, uint64_t runtime_ns)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, request, request);
	s.priority = priority;
	s.expected_runtime_ns = runtime_ns;
	return queued_start(&s);
}

static bool running(const struct queued *q)
{
	return job_state(q->job) == AIOS_STATE_RUNNING;
}

static void assert_stays_queued(const struct queued *q)
{
	decided();
	ASSERT_EQ(job_state(q->job), AIOS_STATE_QUEUED);
}

static void set_policy(unsigned int flags, unsigned int policy, unsigned int backfill)
{
	struct aios_policy p = {
		.size = sizeof(p), .flags = flags, .policy = policy, .backfill = backfill,
	};

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
}

TEST(arrival)
{
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all, 0, 0), q[4];

	for (unsigned int i = 0; i < 4; i++)
		q[i] = start_cpu(all, 0, 0);
	for (unsigned int i = 0; i < 4; i++) {
		struct aios_stat s = job_stat(q[i].job);

		ASSERT_EQ(s.position, i + 1);
		ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
		ASSERT_EQ(s.why.code, AIOS_WHY_NOT_NOW);
		ASSERT_EQ(s.why.resource, AIOS_RESOURCE_CPU);
	}
	queued_finish(&holder);
	for (unsigned int i = 0; i < 4; i++) {
		job_wait_state(q[i].job, AIOS_STATE_RUNNING);
		for (unsigned int k = i + 1; k < 4; k++)
			ASSERT_EQ(job_stat(q[k].job).position, k - i);
		queued_finish(&q[i]);
	}
}

TEST(priority_then_arrival)
{
	static const int priorities[] = { 0, 5, -5, 5, 0, 100 };
	static const unsigned int order[] = { 5, 1, 3, 0, 4, 2 };
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all, 0, 0), q[6];

	for (unsigned int i = 0; i < 6; i++)
		q[i] = start_cpu(all, priorities[i], 0);
	for (unsigned int i = 0; i < 6; i++)
		ASSERT_EQ(job_stat(q[order[i]].job).position, i + 1);
	queued_finish(&holder);
	for (unsigned int i = 0; i < 6; i++) {
		job_wait_state(q[order[i]].job, AIOS_STATE_RUNNING);
		queued_finish(&q[order[i]]);
	}
}

TEST(priority_changed_in_the_queue)
{
	struct aios_update u = job_update_args();
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all, 0, 0);
	struct queued first = start_cpu(all, 0, 0), second = start_cpu(all, 0, 0);

	u.flags = AIOS_UPDATE_PRIORITY;
	u.priority = 1;
	ASSERT_OK(ioctl(second.job, AIOS_IOC_UPDATE, &u));
	ASSERT_EQ(job_stat(second.job).position, 1);
	ASSERT_EQ(job_stat(first.job).position, 2);
	queued_finish(&holder);
	job_wait_state(second.job, AIOS_STATE_RUNNING);
	assert_stays_queued(&first);
	queued_finish(&second);
	job_wait_state(first.job, AIOS_STATE_RUNNING);
	queued_finish(&first);
}

/* One that nobody has entered keeps its place and holds nobody up. */
TEST(not_ready_holds_nobody_up)
{
	uint64_t all = all_cpus();
	int idle = submit_cpu("/", all, all);
	struct queued q = start_cpu(all, 0, 0);

	job_wait_state(q.job, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_stat(idle).why.code, AIOS_WHY_NOT_READY);
	queued_finish(&q);
	close(idle);
}

/* A hole too small for the head takes one that is over before the head can start. */
TEST(backfill_fills_a_hole)
{
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all / 2, 0, 2 * HOUR);
	struct queued head = start_cpu(all, 0, HOUR);
	struct queued shorter = start_cpu(all / 2, 0, SECOND);

	job_wait_state(shorter.job, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_state(head.job), AIOS_STATE_QUEUED);
	queued_finish(&shorter);
	queued_finish(&holder);
	job_wait_state(head.job, AIOS_STATE_RUNNING);
	queued_finish(&head);
}

/* One that would still run when the head's turn comes must wait behind it. */
TEST(backfill_never_delays_the_head)
{
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all / 2, 0, HOUR);
	struct queued head = start_cpu(all, 0, HOUR);
	struct queued longer = start_cpu(all / 2, 0, 100 * HOUR);
	struct queued unknown = start_cpu(all / 2, 0, 0);
	struct aios_stat s;

	assert_stays_queued(&longer);
	assert_stays_queued(&unknown);
	s = job_stat(longer.job);
	ASSERT_EQ(s.why.code, AIOS_WHY_BEHIND);
	ASSERT_U64(s.why.asked, job_stat(head.job).id);
	queued_finish(&holder);
	job_wait_state(head.job, AIOS_STATE_RUNNING);
	ASSERT(!running(&longer) && !running(&unknown));
	queued_finish(&head);
	job_wait_state(longer.job, AIOS_STATE_RUNNING);
	job_wait_state(unknown.job, AIOS_STATE_RUNNING);
	queued_finish(&longer);
	queued_finish(&unknown);
}

/* What fits beside the head's future start, too, may run as long as it likes. */
TEST(backfill_beside_the_head)
{
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all / 2, 0, HOUR);
	struct queued head = start_cpu(all * 3 / 4, 0, HOUR);
	struct queued small = start_cpu(all / 4, 0, 100 * HOUR);

	job_wait_state(small.job, AIOS_STATE_RUNNING);
	queued_finish(&holder);
	job_wait_state(head.job, AIOS_STATE_RUNNING);
	ASSERT(running(&small));
	queued_finish(&head);
	queued_finish(&small);
}

TEST(no_backfill)
{
	uint64_t all = all_cpus();
	struct queued holder, head, small;

	set_policy(AIOS_POLICY_SET_BACKFILL, 0, AIOS_BACKFILL_NONE);
	holder = start_cpu(all / 2, 0, 2 * HOUR);
	head = start_cpu(all, 0, HOUR);
	small = start_cpu(10, 0, SECOND / 10);
	assert_stays_queued(&small);
	set_policy(AIOS_POLICY_SET_BACKFILL, 0, AIOS_BACKFILL_EASY);
	job_wait_state(small.job, AIOS_STATE_RUNNING);
	queued_finish(&small);
	queued_finish(&holder);
	job_wait_state(head.job, AIOS_STATE_RUNNING);
	queued_finish(&head);
}

TEST(fifo)
{
	uint64_t all = all_cpus();
	struct queued holder, first, second;

	set_policy(AIOS_POLICY_SET_POLICY, AIOS_POLICY_FIFO, 0);
	holder = start_cpu(all, 0, 0);
	first = start_cpu(all, 0, 0);
	second = start_cpu(all, 500, 0);
	ASSERT_EQ(job_stat(first.job).position, 1);
	ASSERT_EQ(job_stat(second.job).position, 2);
	/* Switched with jobs queued: the order follows, nobody is lost. */
	set_policy(AIOS_POLICY_SET_POLICY, AIOS_POLICY_PRIORITY, 0);
	ASSERT_EQ(job_stat(first.job).position, 2);
	ASSERT_EQ(job_stat(second.job).position, 1);
	queued_finish(&holder);
	job_wait_state(second.job, AIOS_STATE_RUNNING);
	queued_finish(&second);
	job_wait_state(first.job, AIOS_STATE_RUNNING);
	queued_finish(&first);
}

/* One bit for each position that one of four queued jobs says it has. */
static unsigned int positions(const struct queued q[4])
{
	unsigned int seen = 0;

	for (unsigned int i = 0; i < 4; i++)
		seen |= 1U << job_stat(q[i].job).position;
	return seen;
}

/* Every policy orders what is queued, and none loses a job. */
TEST(every_policy)
{
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all, 0, 10 * HOUR), q[4];

	job_wait_state(holder.job, AIOS_STATE_RUNNING);
	for (unsigned int i = 0; i < 4; i++)
		q[i] = start_cpu(all / (i + 1), i, (4 - i) * HOUR);
	for (unsigned int policy = 0; policy <= AIOS_POLICY_SRTF; policy++) {
		if (policy == AIOS_POLICY_RR)
			break;
		for (unsigned int backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE;
		     backfill++) {
			set_policy(AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL,
				   policy, backfill);
			/* Some orders change with time, also between two reads. */
			ASSERT_SOON(positions(q) == 0x1e, 3000);
			ASSERT(running(&holder));
		}
	}
	set_policy(AIOS_POLICY_SET_POLICY, AIOS_POLICY_SJF, AIOS_BACKFILL_EASY);
	for (unsigned int i = 0; i < 4; i++)
		ASSERT_EQ(job_stat(q[i].job).position, 4 - i);
	set_policy(AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL,
		   AIOS_POLICY_PRIORITY, AIOS_BACKFILL_EASY);
	for (unsigned int i = 0; i < 4; i++)
		queued_finish(&q[i]);
	queued_finish(&holder);
}

/* A group's places stay where they are, and its own policy fills them. */
TEST(policy_of_a_group)
{
	uint64_t all = all_cpus();
	struct queued holder, queued[4];
	struct aios_policy p;

	group_make("/kt-own");
	set_policy(AIOS_POLICY_SET_POLICY, AIOS_POLICY_FIFO, 0);
	ASSERT_OK(group_policy("/kt-own", AIOS_POLICY_SET_POLICY, AIOS_POLICY_SJF, &p));
	ASSERT_EQ(p.policy, AIOS_POLICY_SJF);
	ASSERT_EQ(p.own, AIOS_POLICY_SET_POLICY);
	holder = start_cpu(all, 0, HOUR);
	for (unsigned int i = 0; i < 4; i++) {
		struct aios_submit s = ask(i == 1 ? "/" : "/kt-own");

		want(&s, AIOS_RESOURCE_CPU, all, all);
		s.expected_runtime_ns = (10 - i) * HOUR;
		queued[i].job = submit_ok(&s);
		queued[i].pid = job_launch(queued[i].job, work_sleep, NULL);
		ASSERT_SOON(job_stat(queued[i].job).flags & AIOS_JOB_READY, 3000);
	}
	ASSERT_SOON(job_stat(queued[3].job).position == 1, 3000);
	ASSERT_EQ(job_stat(queued[1].job).position, 2);
	ASSERT_EQ(job_stat(queued[2].job).position, 3);
	ASSERT_EQ(job_stat(queued[0].job).position, 4);

	step("what it has, and what it cannot have");
	ASSERT_OK(group_policy("/kt-own", AIOS_POLICY_SET_QUANTUM, 0, &p));
	ASSERT_EQ(p.own, AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_QUANTUM);
	ASSERT_U64(p.quantum_ns, 5000000);
	ASSERT_ERR(group_policy("/kt-own", AIOS_POLICY_SET_POLICY, AIOS_POLICY_DRF, &p),
		   EOPNOTSUPP);
	ASSERT_ERR(group_policy("/kt-own", AIOS_POLICY_SET_POLICY, AIOS_POLICY_LAS, &p),
		   EOPNOTSUPP);
	ASSERT_ERR(group_policy("/kt-own", AIOS_POLICY_SET_BACKFILL, 0, &p), EINVAL);
	ASSERT_ERR(group_policy("/kt-own", AIOS_POLICY_SET_INHERIT | AIOS_POLICY_SET_POLICY,
				0, &p), EINVAL);
	ASSERT_ERR(group_policy("/", AIOS_POLICY_SET_POLICY, AIOS_POLICY_SJF, &p), EINVAL);
	ASSERT_ERR(group_policy("/kt-none", 0, 0, &p), ENOENT);
	ASSERT_OK(group_policy("/kt-own", 0, 0, &p));
	ASSERT_EQ(p.policy, AIOS_POLICY_SJF);

	step("and back");
	ASSERT_OK(group_policy("/kt-own", AIOS_POLICY_SET_INHERIT, 0, &p));
	ASSERT_EQ(p.own, 0);
	ASSERT_EQ(p.policy, AIOS_POLICY_FIFO);
	for (unsigned int i = 0; i < 4; i++) {
		ASSERT_SOON(job_stat(queued[i].job).position == 1, 3000);
		queued_finish(&queued[i]);
	}
	queued_finish(&holder);
}

static struct aios_policy get_policy(void)
{
	struct aios_policy p = { .size = sizeof(p) };

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	return p;
}

static void set_quantum(unsigned int policy, uint64_t quantum_ns)
{
	struct aios_policy p = {
		.size = sizeof(p), .policy = policy, .quantum_ns = quantum_ns,
		.flags = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_QUANTUM,
	};

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
}

/* Two jobs that each want the whole machine take turns, frozen in between. */
TEST(time_slices)
{
	uint64_t all = all_cpus();
	struct aios_policy before = get_policy();
	struct queued a, b;
	struct aios_stat s;
	unsigned int turns = 0;
	bool a_ran = false, b_ran = false;

	set_quantum(AIOS_POLICY_RR, SECOND / 10 * scale());
	a = start_cpu(all, 0, 0);
	b = start_cpu(all, 0, 0);
	job_wait_state(a.job, AIOS_STATE_RUNNING);
	job_wait_state(b.job, AIOS_STATE_RUNNING);
	for (; turns < 4; sleep_ms(5)) {
		bool now = running(&a);

		/* Never both: the engine says so in one decision. */
		a_ran |= now;
		b_ran |= !now && running(&b);
		if (a_ran && b_ran) {
			turns++;
			a_ran = false;
			b_ran = false;
		}
	}
	ASSERT_GE(get_policy().nr_preempted, before.nr_preempted + 3);
	/* Whom the policy froze, says so, and counts the time. */
	do {
		s = job_stat(a.job);
	} while (!(s.state == AIOS_STATE_SUSPENDED && s.flags & AIOS_JOB_PREEMPTED));
	ASSERT(s.suspended_duration_ns > 0);
	/* Suspended by its owner it stays so, and the other has the machine. */
	ASSERT_OK(job_signal(a.job, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(b.job, AIOS_STATE_RUNNING);
	for (unsigned int i = 0; i < 20; i++, sleep_ms(20)) {
		s = job_stat(a.job);
		ASSERT_EQ(s.state, AIOS_STATE_SUSPENDED);
		ASSERT(!(s.flags & AIOS_JOB_PREEMPTED));
	}
	ASSERT(running(&b));
	ASSERT_OK(job_signal(a.job, AIOS_IOC_RESUME, NULL));
	job_wait_state(a.job, AIOS_STATE_RUNNING);
	/* Back to a policy that freezes nobody: the one goes on when the other ends. */
	set_quantum(AIOS_POLICY_PRIORITY, before.quantum_ns);
	job_wait_state(a.job, AIOS_STATE_RUNNING);
	queued_finish(&a);
	job_wait_state(b.job, AIOS_STATE_RUNNING);
	queued_finish(&b);
}

/* Shortest remaining first: a short job freezes a long one that is in its way. */
TEST(short_ones_first)
{
	uint64_t all = all_cpus();
	struct aios_policy before = get_policy();
	struct queued longer, shorter;

	set_quantum(AIOS_POLICY_SRTF, SECOND / 100 * scale());
	longer = start_cpu(all, 0, 100 * HOUR);
	job_wait_state(longer.job, AIOS_STATE_RUNNING);
	shorter = start_cpu(all, 0, HOUR);
	job_wait_state(shorter.job, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_state(longer.job), AIOS_STATE_SUSPENDED);
	queued_finish(&shorter);
	job_wait_state(longer.job, AIOS_STATE_RUNNING);
	set_quantum(AIOS_POLICY_PRIORITY, before.quantum_ns);
	queued_finish(&longer);
}

/* A full group does not hold up those of another one. */
TEST(full_group_holds_nobody_else_up)
{
	struct aios_submit s;
	struct queued holder, waiting, other;

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 500));
	s = ask(GROUP);
	want(&s, AIOS_RESOURCE_CPU, 500, 500);
	holder = queued_start(&s);
	waiting = queued_start(&s);
	job_wait_state(holder.job, AIOS_STATE_RUNNING);
	assert_stays_queued(&waiting);
	ASSERT_U64(job_stat(waiting.job).why.group, limit_get(GROUP).id);
	other = start_cpu(500, 0, 0);
	job_wait_state(other.job, AIOS_STATE_RUNNING);
	/* Raised: there is room now. */
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 1000));
	job_wait_state(waiting.job, AIOS_STATE_RUNNING);
	queued_finish(&holder);
	queued_finish(&waiting);
	queued_finish(&other);
}

/* Room by a running job's smaller request. */
TEST(update_makes_room)
{
	struct aios_update u = job_update_args();
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all, 0, 0), waiting = start_cpu(all / 2, 0, 0);

	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = all / 2;
	u.limit[AIOS_RESOURCE_CPU] = all;
	ASSERT_OK(ioctl(holder.job, AIOS_IOC_UPDATE, &u));
	job_wait_state(waiting.job, AIOS_STATE_RUNNING);
	/* Back up: nothing is free for that. */
	u.request[AIOS_RESOURCE_CPU] = all;
	ASSERT_ERR(ioctl(holder.job, AIOS_IOC_UPDATE, &u), EAGAIN);
	ASSERT_EQ(u.why.code, AIOS_WHY_NOT_NOW);
	ASSERT_U64(job_stat(holder.job).request[AIOS_RESOURCE_CPU], all / 2);
	queued_finish(&waiting);
	queued_finish(&holder);
}

TEST(cancelled_head_lets_the_next_go)
{
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all / 2, 0, 0);
	struct queued head = start_cpu(all, 0, 0), next = start_cpu(all / 2, 0, 0);

	assert_stays_queued(&next);
	ASSERT_OK(job_signal(head.job, AIOS_IOC_CANCEL, NULL));
	reap(head.pid);
	job_wait_state(next.job, AIOS_STATE_RUNNING);
	queued_finish(&holder);
	queued_finish(&next);
}

/* Its process is killed while it waits: it is not ready any more, and the next goes. */
TEST(killed_head_lets_the_next_go)
{
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all / 2, 0, 0);
	struct queued head = start_cpu(all, 0, 0), next = start_cpu(all / 2, 0, 0);

	kill(head.pid, SIGKILL);
	reap(head.pid);
	job_wait_state(next.job, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_state(head.job), AIOS_STATE_QUEUED);
	ASSERT_EQ(job_stat(head.job).why.code, AIOS_WHY_NOT_READY);
	queued_finish(&holder);
	queued_finish(&next);
	close(head.job);
}

/* ------------------------------------------------------------------ explained */

TEST(explain_a_running_job)
{
	struct aios_explain_row rows[8];
	struct aios_explain e = { .size = sizeof(e) };
	uint64_t all = all_cpus();
	int job = submit_cpu("/", all / 4, all), other = submit_cpu("/", all / 4, all);
	pid_t pid = job_start(job, work_sleep, NULL);
	pid_t other_pid = job_start(other, work_sleep, NULL);
	bool binds = false;
	uint64_t grant;

	e.rows = (uintptr_t)rows;
	e.nr_rows = ARRAY_SIZE(rows);
	e.row_size = sizeof(rows[0]);
	memset(rows, POISON, sizeof(rows));
	ASSERT_OK(ioctl(job, AIOS_IOC_EXPLAIN, &e));
	ASSERT_EQ(e.state, AIOS_STATE_RUNNING);
	ASSERT_EQ(e.weight, AIOS_WEIGHT_DEFAULT);
	ASSERT_EQ(e.nr_jobs, 2);
	ASSERT_EQ(e.position, 0);
	ASSERT_CMP(e.nr_rows, >=, 1);
	ASSERT_LE(e.nr_rows, ARRAY_SIZE(rows));
	ASSERT_LE(e.x, 1 << 24);
	for (unsigned int i = 0; i < e.nr_rows; i++) {
		ASSERT_LE(rows[i].kind, AIOS_ROW_DEVICE);
		ASSERT_CMP(rows[i].column, >, 0);
		ASSERT_LE(rows[i].activity, rows[i].capacity);
		if (rows[i].resource == AIOS_RESOURCE_CPU && rows[i].price)
			binds = true;
	}
	/* Both want three quarters more than there is: the row of the CPUs binds. */
	ASSERT(binds);
	grant = job_stat(job).grant[AIOS_RESOURCE_CPU];
	ASSERT_GE(grant + 1, all / 4 + (((all - all / 4) * e.x) >> 24));
	ASSERT_LE(grant, all / 4 + (((all - all / 4) * e.x) >> 24) + 1);
	job_finish(job, pid);
	job_finish(other, other_pid);
}

TEST(explain_a_queued_job)
{
	struct aios_explain e = { .size = sizeof(e) };
	uint64_t all = all_cpus();
	struct queued holder = start_cpu(all, 0, HOUR), waiting = start_cpu(all, 0, 0);
	struct aios_stat s = job_stat(holder.job);

	/* What became of other estimates is forgotten. */
	set_policy(AIOS_POLICY_SET_POLICY, AIOS_POLICY_PRIORITY, 0);
	e.row_size = sizeof(struct aios_explain_row);
	ASSERT_OK(ioctl(waiting.job, AIOS_IOC_EXPLAIN, &e));
	ASSERT_EQ(e.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(e.position, 1);
	ASSERT_EQ(e.why.code, AIOS_WHY_NOT_NOW);
	ASSERT_EQ(e.why.resource, AIOS_RESOURCE_CPU);
	/* The one before it was decided on between its submission and its admission. */
	ASSERT_GE(e.start_ns, s.submit_ns + HOUR);
	ASSERT_LE(e.start_ns, s.admit_ns + HOUR);
	queued_finish(&holder);
	queued_finish(&waiting);
}
