// SPDX-License-Identifier: GPL-2.0
/*
 * The queueing model: what a group counts of the jobs in and below it through
 * their lives, Little's law on the figures, servers, models and the wait of the
 * next job.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-queueing"
#define BELOW	GROUP "/below"
#define MS	1000000ULL
#define Q32(v)	((double)(v) / 4294967296.)

/* L = rate W on what was rounded to a bit of 2^-32 and to a nanosecond. */
static void assert_little(const struct aios_queueing *q)
{
	double jobs = (double)q->arrivals, elapsed = (double)q->elapsed_duration_ns;
	double off = jobs / elapsed + Q32(1);

	ASSERT_U64(q->arrivals, q->waiting + q->serving + q->parked + q->ended +
				q->withdrawn);
	ASSERT(Q32(q->l) - jobs * (double)q->w_duration_ns / elapsed < off * 2);
	ASSERT(jobs * (double)q->w_duration_ns / elapsed - Q32(q->l) < off * 2);
	ASSERT(Q32(q->lq) - jobs * (double)q->wq_duration_ns / elapsed < off * 2);
	ASSERT(jobs * (double)q->wq_duration_ns / elapsed - Q32(q->lq) < off * 2);
	/* l, lq and ls are rounded each. */
	ASSERT_LE((long long)(q->l - q->lq - q->ls), 2);
	ASSERT_GE((long long)(q->l - q->lq - q->ls), -2);
}

static void assert_jobs(const char *path, unsigned int waiting, unsigned int serving,
			unsigned int parked)
{
	struct aios_queueing q = queueing(path, 0);

	ASSERT_EQ(q.waiting, waiting);
	ASSERT_EQ(q.serving, serving);
	ASSERT_EQ(q.parked, parked);
	assert_little(&q);
}

TEST(nothing_yet)
{
	uint64_t id = group_make(GROUP);
	struct aios_queueing q = queueing(GROUP, 0);

	ASSERT_U64(q.id, id);
	ASSERT_U64(q.arrivals, 0);
	ASSERT_U64(q.l, 0);
	ASSERT_U64(q.w_duration_ns, 0);
	ASSERT_EQ(q.estimated, 0);
	ASSERT_EQ(q.violations, AIOS_QUEUEING_SAMPLES);
	ASSERT_U64(q.mmc.violations, 0);
	/* Nobody is there, so nobody would wait. */
	ASSERT_EQ(q.next_basis, AIOS_BASIS_STATE);
	ASSERT_U64(q.next_duration_ns, 0);
	ASSERT_CMP(q.elapsed_duration_ns, >, 0);
	ASSERT_CMP(queueing(GROUP, 0).elapsed_duration_ns, >, q.elapsed_duration_ns);
}

TEST(through_a_life)
{
	struct aios_queueing root = queueing("/", 0), q;
	struct aios_submit s = ask(BELOW);
	long long begin;
	pid_t pid;
	int job;

	group_make(GROUP);
	group_make(BELOW);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 1000));
	want(&s, AIOS_RESOURCE_CPU, 500, 500);
	job = submit_ok(&s);
	step("nobody enters it");
	assert_jobs(BELOW, 0, 0, 1);
	assert_jobs(GROUP, 0, 0, 1);
	step("it runs");
	begin = now_ns();
	pid = job_start(job, work_sleep, NULL);
	assert_jobs(BELOW, 0, 1, 0);
	ASSERT_EQ(queueing(BELOW, 0).servers, 2);
	sleep_ms(50);
	step("it is suspended");
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	assert_jobs(GROUP, 0, 0, 1);
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	job_wait_state(job, AIOS_STATE_RUNNING);
	assert_jobs(GROUP, 0, 1, 0);
	job_finish(job, pid);
	step("it has ended");
	assert_jobs(BELOW, 0, 0, 0);
	q = queueing(GROUP, 0);
	ASSERT_U64(q.arrivals, 1);
	ASSERT_U64(q.starts, 2);
	ASSERT_U64(q.requeued, 1);
	ASSERT_U64(q.ended, 1);
	ASSERT_U64(q.withdrawn, 0);
	ASSERT_CMP(q.service_duration_ns, >=, 50 * MS);
	ASSERT_CMP(q.service_duration_ns, <=, (uint64_t)(now_ns() - begin));
	ASSERT_CMP(q.w_duration_ns, >=, q.service_duration_ns);
	ASSERT_EQ(q.estimated, 1);
	ASSERT_EQ(q.mmc.violations, AIOS_QUEUEING_SAMPLES);
	/* The machine has counted it too, whoever else there was. */
	q = queueing("/", 0);
	ASSERT_CMP(q.arrivals, >, root.arrivals);
	ASSERT_CMP(q.ended, >, root.ended);
	assert_little(&q);
}

TEST(waiting_and_withdrawn)
{
	struct aios_queueing q;
	int running, waiting;
	long long begin;
	pid_t pids[2];

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 100));
	begin = now_ns();
	running = submit_cpu(GROUP, 100, 100);
	waiting = submit_cpu(GROUP, 100, 100);
	pids[0] = job_start(running, work_sleep, NULL);
	pids[1] = job_launch(waiting, work_sleep, NULL);
	ASSERT_SOON(queueing(GROUP, 0).waiting == 1, 3000);
	q = queueing(GROUP, 0);
	ASSERT_EQ(q.servers, 1);
	/* How long a job takes is not known yet. */
	ASSERT_EQ(q.next_basis, AIOS_BASIS_NONE);
	sleep_ms(100);
	job_finish(waiting, pids[1]);
	q = queueing(GROUP, 0);
	ASSERT_U64(q.withdrawn, 1);
	ASSERT_U64(q.ended, 0);
	ASSERT_CMP(q.wq_duration_ns, >=, 50 * MS);
	/* The one had started when the other came: together they waited no longer than this. */
	ASSERT_CMP(q.wq_duration_ns, <=, (uint64_t)(now_ns() - begin) / 2 + 1);
	assert_little(&q);

	step("the next one waits for what ran");
	job_finish(running, pids[0]);
	running = submit_cpu(GROUP, 100, 100);
	pids[0] = job_start(running, work_sleep, NULL);
	q = queueing(GROUP, 0);
	ASSERT_U64(q.ended, 1);
	ASSERT_EQ(q.next_basis, AIOS_BASIS_STATE);
	ASSERT_EQ(q.next_violations, AIOS_QUEUEING_SAMPLES);
	ASSERT_CMP(q.next_high_duration_ns, >=, q.next_duration_ns);
	ASSERT_CMP(q.next_low_duration_ns, <=, q.next_duration_ns);
	/* Two servers: one is free. */
	ASSERT_U64(queueing(GROUP, 2).next_duration_ns, 0);
	job_finish(running, pids[0]);
}

/* Jobs that follow each other without a pause leave one server no time at all. */
TEST(models)
{
	struct aios_queueing q;

	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 100));
	for (unsigned int i = 0; i < 33; i++) {
		int job = submit_cpu(GROUP, 100, 100);
		pid_t pid = job_launch(job, work_exit, NULL);

		reap(pid);
		job_wait_end(job);
		close(job);
	}
	q = queueing(GROUP, 0);
	ASSERT_U64(q.arrivals, 33);
	ASSERT_U64(q.ended, 33);
	ASSERT_EQ(q.servers, 1);
	ASSERT_EQ(q.estimated, 1);
	ASSERT_CMP(q.rho, >, 0);
	ASSERT(Q32(q.rho) < 1);
	assert_little(&q);
	/* rho = rate service / c, to what rounding leaves */
	ASSERT(Q32(q.rho) / (Q32(q.arrival_rate) * (double)q.service_duration_ns / 1e9) < 1.001);
	ASSERT(Q32(q.rho) / (Q32(q.arrival_rate) * (double)q.service_duration_ns / 1e9) > 0.999);
	/* One server: M/M/1 is M/M/c, and Wq = rho W. */
	ASSERT_CMP(q.mm1.w_duration_ns - q.mmc.w_duration_ns + 2, <=, 4ULL);
	ASSERT(!(q.violations & (AIOS_QUEUEING_ONE_SERVER | AIOS_QUEUEING_LOAD)));
	q = queueing(GROUP, 4);
	ASSERT_EQ(q.servers, 4);
	ASSERT_EQ(q.mm1.violations & AIOS_QUEUEING_ONE_SERVER, AIOS_QUEUEING_ONE_SERVER);
	ASSERT_EQ(q.mmc.violations & AIOS_QUEUEING_ONE_SERVER, 0);
	ASSERT_CMP(q.mmc.wq_duration_ns, <, queueing(GROUP, 1).mmc.wq_duration_ns);
}

TEST(refused)
{
	struct aios_queueing q = { .size = sizeof(q) };

	ASSERT_ERR(ioctl(dev(), AIOS_IOC_QUEUEING, &q), ENOENT);
	q.id = 1;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_QUEUEING, &q));
	q.servers = 65536;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_QUEUEING, &q));
	q.servers = 65537;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_QUEUEING, &q), EINVAL);
	q.servers = 0;
	q.path = (uintptr_t)"/kt-nowhere";
	q.path_len = 11;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_QUEUEING, &q), ENOENT);
	q.path = (uintptr_t)"no/path";
	q.path_len = 7;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_QUEUEING, &q), EINVAL);
	ASSERT_OK(group_create(GROUP, 0, 0, 0700, NULL));
	leave_group(GROUP);
	q.path = (uintptr_t)GROUP;
	q.path_len = strlen(GROUP);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_QUEUEING, &q));
	AS_USER(ALICE) {
		dev_forget();
		q.servers = 0;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_QUEUEING, &q), ENOENT);
		/* The machine's figures are for all. */
		q.path = (uintptr_t)"/";
		q.path_len = 1;
		ASSERT_OK(ioctl(dev(), AIOS_IOC_QUEUEING, &q));
	}
}
