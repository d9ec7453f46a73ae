// SPDX-License-Identifier: GPL-2.0
/*
 * Real jobs start at the events at which a replay of their own log starts them, and in
 * its order: what the module does with processes is what the engine in this process
 * decides.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"
#include "replay_judge.h"

#define FOLLOWERS	12U
/*
 * Expected run times are whole hours, and the harness allows no test an hour. So how
 * long things really take, never decides whether one job is over before another starts.
 */
#define HOUR		(60 * MINUTE)

struct follower {
	struct queued q;
	bool ended;
	uint64_t admit_ns;
	uint64_t end_ns;
};

/* The holder of all CPUs, which the others wait for, then jobs of every size. */
static void follower_start(struct follower *f, struct aios_replay_record *r, bool holder)
{
	uint64_t all = all_cpus();
	struct aios_submit s = ask("/");

	demand(r, AIOS_RESOURCE_CPU, holder ? all : all * (1 + below(8)) / 8, 0);
	r->priority = (int32_t)below(3) - 1;
	r->expected_runtime_ns = HOUR * (1 + below(10));
	want(&s, AIOS_RESOURCE_CPU, r->request[AIOS_RESOURCE_CPU],
	     r->limit[AIOS_RESOURCE_CPU]);
	s.priority = r->priority;
	s.expected_runtime_ns = r->expected_runtime_ns;
	f->q = queued_start(&s);
	r->submit_ns = job_stat(f->q.job).submit_ns;
	r->weight = s.weight;
}

static void follower_end(struct follower *f)
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
	f->end_ns = stat.end_ns;
}

/* Whether every job that was admitted runs by now. */
static bool all_arrived(const struct follower *f)
{
	for (uint32_t i = 0; i < FOLLOWERS; i++)
		if (!f[i].ended && job_state(f[i].q.job) == AIOS_STATE_ADMITTED)
			return false;
	return true;
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

/*
 * The event that let a job start. What follows from an event is decided before the next
 * one comes, so it is the last one before the admission. The module admits some time
 * after it, as the load of the machine will have it, and the replay at once.
 */
static uint64_t cause_of_start(const struct workload *w, const struct follower *f, uint32_t k)
{
	uint64_t cause = 0;

	for (uint32_t i = 0; i < FOLLOWERS; i++) {
		uint64_t events[] = { w->records[i].submit_ns, f[i].end_ns };

		for (unsigned int e = 0; e < ARRAY_SIZE(events); e++)
			if (events[e] <= f[k].admit_ns && events[e] > cause)
				cause = events[e];
	}
	return cause;
}

static void assert_followed(const struct workload *w, const struct follower *f)
{
	for (uint32_t i = 0; i < FOLLOWERS; i++) {
		const struct workload_start *s = &w->started[i];

		if (s->ns != cause_of_start(w, f, s->record))
			FAIL("policy %u, backfill %u: job %u did not start at the event of the replay",
			     w->call.policy, w->call.backfill, s->record);
		if (i && f[s[-1].record].admit_ns > f[s->record].admit_ns)
			FAIL("policy %u, backfill %u: job %u started before job %u",
			     w->call.policy, w->call.backfill, s->record, s[-1].record);
	}
}

/* Real jobs, ended one after the other, and the same in the engine in this process. */
static void follow(uint32_t policy, uint32_t backfill)
{
	struct aios_policy p = {
		.size = sizeof(p), .policy = policy, .backfill = backfill,
		.flags = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL |
			 AIOS_POLICY_SET_GUARD,	/* none: it acts by the time that jobs wait */
	};
	struct workload w = workload(FOLLOWERS);
	struct follower f[FOLLOWERS] = {};
	uint32_t k = 0;

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	for (uint32_t i = 0; i < FOLLOWERS; i++)
		follower_start(&f[i], &w.records[i], !i);
	for (uint32_t i = 0; i < FOLLOWERS; i++) {
		ASSERT_SOON(all_arrived(f), 3000);
		k = one_that_runs(f);
		ASSERT(k < FOLLOWERS);
		follower_end(&f[k]);
	}
	/* So in the replay it ends when it really did, and not some decisions earlier. */
	for (uint32_t i = 0; i < FOLLOWERS; i++)
		w.records[i].run_ns = f[i].end_ns - cause_of_start(&w, f, i);
	w.call.policy = policy;
	w.call.backfill = backfill;
	w.call.elastic = 1U << AIOS_RESOURCE_CPU;
	w.call.capacity[AIOS_RESOURCE_CPU] = all_cpus();
	w.started = calloc(FOLLOWERS, sizeof(*w.started));
	ASSERT(w.started);
	judged(&w);
	assert_followed(&w, f);
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
