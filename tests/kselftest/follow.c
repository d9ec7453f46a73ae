// SPDX-License-Identifier: GPL-2.0
/*
 * Real jobs start in the order in which a replay of their own log starts them: what
 * the module does with processes is what the engine in this process decides.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"
#include "replay_judge.h"

#define FOLLOWERS	12U

struct follower {
	struct queued q;
	bool ended;
	uint64_t admit_ns;
};

/* The holder of all CPUs, which the others wait for, then jobs of every size. */
static void follower_start(struct follower *f, struct aios_replay_record *r, bool holder)
{
	uint64_t all = all_cpus();
	struct aios_submit s = ask("/");

	demand(r, AIOS_RESOURCE_CPU, holder ? all : all * (1 + below(8)) / 8, 0);
	r->priority = (int32_t)below(3) - 1;
	/* Far apart beside what the test takes, so that no decision is a near miss. */
	r->expected_runtime_ns = MINUTE * (1 + below(10));
	want(&s, AIOS_RESOURCE_CPU, r->request[AIOS_RESOURCE_CPU],
	     r->limit[AIOS_RESOURCE_CPU]);
	s.priority = r->priority;
	s.expected_runtime_ns = r->expected_runtime_ns;
	f->q = queued_start(&s);
	r->submit_ns = job_stat(f->q.job).submit_ns;
	r->weight = s.weight;
}

static void follower_end(struct follower *f, struct aios_replay_record *r)
{
	struct aios_stat stat;

	ASSERT_OK(job_signal(f->q.job, AIOS_IOC_CANCEL, NULL));
	reap(f->q.pid);
	job_wait_end(f->q.job);
	stat = job_stat(f->q.job);
	close(f->q.job);
	/* Two ends never fall into one decision. */
	decided();
	f->ended = true;
	f->admit_ns = stat.admit_ns;
	r->run_ns = stat.end_ns - stat.admit_ns;
}

/* One that runs, any; FOLLOWERS: none does. */
static uint32_t one_that_runs(const struct follower *f)
{
	uint32_t from = below(FOLLOWERS);

	for (uint32_t i = 0; i < FOLLOWERS; i++) {
		uint32_t k = (from + i) % FOLLOWERS;

		if (!f[k].ended && job_state(f[k].q.job) == AIOS_STATE_RUNNING)
			return k;
	}
	return FOLLOWERS;
}

/* Real jobs, ended one after the other, and the same in the engine in this process. */
static void follow(uint32_t policy, uint32_t backfill)
{
	struct aios_policy p = {
		.size = sizeof(p), .policy = policy, .backfill = backfill,
		.flags = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL,
	};
	struct workload w = workload(FOLLOWERS);
	struct follower f[FOLLOWERS] = {};
	uint32_t k = 0;

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	for (uint32_t i = 0; i < FOLLOWERS; i++)
		follower_start(&f[i], &w.records[i], !i);
	for (uint32_t i = 0; i < FOLLOWERS; i++) {
		ASSERT_SOON((k = one_that_runs(f)) < FOLLOWERS, 3000);
		follower_end(&f[k], &w.records[k]);
	}
	w.call.policy = policy;
	w.call.backfill = backfill;
	w.call.elastic = 1U << AIOS_RESOURCE_CPU;
	w.call.capacity[AIOS_RESOURCE_CPU] = all_cpus();
	w.started = calloc(FOLLOWERS, sizeof(*w.started));
	ASSERT(w.started);
	judged(&w);
	for (uint32_t i = 1; i < FOLLOWERS; i++)
		if (f[w.started[i - 1]].admit_ns > f[w.started[i]].admit_ns)
			FAIL("policy %u, backfill %u: job %u started before job %u", policy,
			     backfill, w.started[i], w.started[i - 1]);
	workload_free(&w);
}

/* What the module does with processes is what a replay of their own log does. */
TEST(real_jobs)
{
	static const uint32_t policies[] = {
		AIOS_POLICY_PRIORITY, AIOS_POLICY_FIFO, AIOS_POLICY_SJF, AIOS_POLICY_SAF,
		AIOS_POLICY_SMALLEST,
	};

	/* On a kernel that checks itself every other one: each takes a while there. */
	for (unsigned int i = 0; i < ARRAY_SIZE(policies); i += scale() > 1 ? 2 : 1)
		for (uint32_t backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE; backfill++)
			follow(policies[i], backfill);
}
