// SPDX-License-Identifier: GPL-2.0
/*
 * Retries: what the request grows to, and that a job that is queued once more has
 * given back all it held, has its old place, holds up those who wait for its end
 * and counts as one job in the queueing model.
 */
#include "core/engine/internal.h"
#include "core/queueing/station.h"
#include "tap.h"
#include "world.h"

#define GIB	(1ULL << 30)
#define MIB	(1ULL << 20)
#define MEMORY	AIOS_RESOURCE_MEMORY

static struct world w;

static void begin(void)
{
	world_init(&w);
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_FIFO,
					 AIOS_BACKFILL_NONE,
					 AIOS_OBJECTIVE_UTILITY), "policy");
}

static void decide(void)
{
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

static struct world_job *prepare(struct aios_group_node *group, u64 request, u64 limit,
				 u32 retries, u32 factor)
{
	struct world_job *job = world_new_job(&w, group);

	world_ask(job, MEMORY, request, limit);
	job->node.retries = retries;
	job->node.retry_factor = factor;
	return job;
}

static struct world_job *come(u64 request, u64 limit, u32 retries, u32 factor)
{
	struct world_job *job = prepare(&w.engine.root, request, limit, retries, factor);

	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static u64 request_of(const struct world_job *job)
{
	return job->node.request[MEMORY];
}

static void test_growth(void)
{
	static const struct {
		u64 request, limit;
		u32 retries, factor;
		u64 then[6];	/* 0: no more */
	} cases[] = {
		{ GIB, 8 * GIB, 16, 2000, { 2 * GIB, 4 * GIB, 8 * GIB, 0 } },
		{ GIB, 8 * GIB, 2, 2000, { 2 * GIB, 4 * GIB, 0 } },
		{ GIB, 5 * GIB, 16, 2000, { 2 * GIB, 4 * GIB, 5 * GIB, 0 } },
		{ 1000, 10000, 3, 1500, { 1500, 2250, 3375, 0 } },
		{ 1, 3, 16, 1001, { 2, 3, 0 } },
		{ 24 * GIB, AIOS_UNLIMITED, 16, 2000, { 48 * GIB, 64 * GIB, 0 } },
		{ 4 * GIB, AIOS_AMOUNT_MAX, 16, 16000, { 64 * GIB, 0 } },
	};
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct world_job *job;

		begin();
		job = come(cases[i].request, cases[i].limit, cases[i].retries,
			   cases[i].factor);
		for (k = 0; ; k++) {
			u64 next = cases[i].then[k];

			decide();
			tap_need(world_runs(job), "case %u attempt %u runs", i, k + 1);
			tap_need(job->node.grant[MEMORY] == request_of(job),
				 "case %u: grant %llu", i, job->node.grant[MEMORY]);
			tap_need(aios_engine_retry_request(&w.engine, &job->node) == next,
				 "case %u attempt %u: %llu next", i, k + 1,
				 aios_engine_retry_request(&w.engine, &job->node));
			if (!next)
				break;
			tap_need(!world_retry(&w, job) && request_of(job) == next,
				 "case %u retry %u", i, k + 1);
			world_check(&w, false);
		}
		tap_need(aios_engine_job_retry(&w.engine, world_now(&w),
					       &job->node) == -ENOSPC,
			 "case %u has no more", i);
		world_check(&w, true);
		world_end(&w, job);
		world_free(&w);
	}
	tap_point("the request grows by the factor up to the limit and the machine");
}

static void test_refusals(void)
{
	static const struct {
		u64 request, limit;
		u32 retries, factor, why;
	} cases[] = {
		{ GIB, GIB, 1, 2000, AIOS_WHY_NEVER_GROWS },
		{ 0, GIB, 1, 2000, AIOS_WHY_NEVER_GROWS },
		{ GIB, 2 * GIB, AIOS_RETRIES_MAX + 1, 2000, AIOS_WHY_VALUE },
		{ GIB, 2 * GIB, 0, 2000, AIOS_WHY_VALUE },
		{ GIB, 2 * GIB, 1, 0, AIOS_WHY_VALUE },
		{ GIB, 2 * GIB, 1, AIOS_RETRY_UNIT, AIOS_WHY_VALUE },
		{ GIB, 2 * GIB, 1, AIOS_RETRY_FACTOR_MAX + 1, AIOS_WHY_VALUE },
	};
	struct aios_gang_node gang = { .size = 2 };
	struct world_job *job;
	struct aios_why why;
	u32 i;

	begin();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		job = prepare(&w.engine.root, cases[i].request, cases[i].limit,
			      cases[i].retries, cases[i].factor);
		tap_need(aios_engine_job_submit(&w.engine, world_now(&w),
						&job->node, &why) == -EINVAL &&
			 why.code == cases[i].why, "case %u: why %u", i, why.code);
		tap_need(job->node.limit[MEMORY] == cases[i].limit, "case %u changes it", i);
	}
	job = world_new_job(&w, &w.engine.root);
	job->node.retries = 1;
	job->node.retry_factor = 2000;
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EINVAL &&
		 why.code == AIOS_WHY_NEVER_GROWS, "nothing is asked for: why %u", why.code);
	job = prepare(&w.engine.root, GIB, 2 * GIB, 1, 2000);
	job->node.gang = &gang;
	tap_need(aios_engine_job_submit(&w.engine, world_now(&w), &job->node,
					&why) == -EINVAL &&
		 why.code == AIOS_WHY_GANG, "of a gang: why %u", why.code);
	job = come(GIB, 2 * GIB, 1, 2000);
	tap_need(aios_engine_job_retry(&w.engine, world_now(&w),
				       &job->node) == -EINVAL, "while queued");
	decide();
	world_end(&w, job);
	tap_need(aios_engine_job_retry(&w.engine, world_now(&w),
				       &job->node) == -EINVAL, "when it has ended");
	job = come(GIB, 2 * GIB, 0, 0);
	decide();
	tap_need(aios_engine_job_retry(&w.engine, world_now(&w),
				       &job->node) == -ENOSPC, "without retries");
	world_check(&w, true);
	world_free(&w);
	tap_point("what makes no sense is refused and changes nothing");
}

/* It goes behind those who came before it and ahead of those who came later. */
static void test_place(void)
{
	struct world_job *other, *job, *later;

	begin();
	other = come(30 * GIB, 30 * GIB, 0, 0);
	job = come(20 * GIB, 40 * GIB, 1, 2000);
	decide();
	w.now = 10;
	later = come(40 * GIB, 40 * GIB, 0, 0);
	decide();
	tap_need(world_runs(other) && world_runs(job) && !world_runs(later), "64 GiB");
	w.now = 20;
	aios_engine_job_use(&w.engine, world_now(&w), &job->node, MEMORY, 20 * GIB);
	tap_need(!world_retry(&w, job), "retry");
	world_check(&w, false);
	tap_need(w.engine.root.charged[MEMORY] == 30 * GIB, "all is given back");
	tap_need(aios_engine_position(&w.engine, &job->node) == 1 &&
		 aios_engine_position(&w.engine, &later->node) == 2, "its old place");
	decide();
	tap_need(!world_runs(job) && world_why(&w, job) == AIOS_WHY_NOT_NOW, "no room yet");
	world_end(&w, other);
	decide();
	tap_need(world_runs(job) && !world_runs(later), "first come, first served");
	tap_need(job->node.admit_ns == 20 && job->node.guard.waited_ns == 0 &&
		 job->admissions == 1, "admitted at %llu", job->node.admit_ns);
	world_end(&w, job);
	decide();
	tap_need(world_runs(later), "the next");
	world_free(&w);
	tap_point("it keeps its place by arrival");
}

static void test_suspended(void)
{
	struct world_job *job;

	begin();
	job = come(GIB, 4 * GIB, 1, 3000);
	decide();
	w.now = 5;
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w),
					  &job->node), "suspend");
	tap_need(!aios_engine_job_resume(&w.engine, world_now(&w),
					 &job->node), "resume");
	tap_need(!world_retry(&w, job), "while it waits to resume");
	world_check(&w, false);
	decide();
	tap_need(world_runs(job) && request_of(job) == 3 * GIB && !job->resumptions,
		 "admitted, not resumed");
	world_free(&w);
	tap_point("a suspended job can be tried again");
}

static void test_dependents(void)
{
	struct world_job *job, *after, *any, *ok, *late;

	begin();
	job = come(GIB, 4 * GIB, 2, 2000);
	after = prepare(&w.engine.root, MIB, MIB, 0, 0);
	world_wait_for(after, job, AIOS_DEPEND_AFTER);
	world_submit(&w, after);
	any = prepare(&w.engine.root, MIB, MIB, 0, 0);
	world_wait_for(any, job, AIOS_DEPEND_AFTERANY);
	world_submit(&w, any);
	ok = prepare(&w.engine.root, MIB, MIB, 0, 0);
	world_wait_for(ok, job, AIOS_DEPEND_AFTEROK);
	world_submit(&w, ok);
	decide();
	tap_need(world_runs(after) && !world_runs(any), "it has started");
	tap_need(!aios_engine_job_retry(&w.engine, world_now(&w),
					&job->node), "retry");
	job->retries++;
	job->admissions = 0;
	decide();
	tap_need(!world_runs(any) && !world_runs(ok) && !ok->drops, "it has not ended");
	late = prepare(&w.engine.root, MIB, MIB, 0, 0);
	world_wait_for(late, job, AIOS_DEPEND_AFTER);
	world_submit(&w, late);
	decide();
	tap_need(world_runs(late), "it has started before");
	aios_engine_job_ready(&w.engine, world_now(&w), &job->node, true);
	decide();
	tap_need(world_runs(job), "again");
	world_done(&w, job);
	decide();
	tap_need(world_runs(any) && world_runs(ok), "it has ended well");
	world_free(&w);
	tap_point("who waits for its end goes on waiting");
}

/* A limit that was lowered since ends the retries; one that was raised allows them. */
static void test_limits(void)
{
	u64 ask[AIOS_RESOURCE_MAX] = { 0 }, most[AIOS_RESOURCE_MAX] = { 0 };
	struct aios_change change = {
		.resource_mask = 1U << MEMORY,
		.request = ask,
		.limit = most,
	};
	u64 limit[AIOS_RESOURCE_MAX] = { [MEMORY] = 2 * GIB };
	struct aios_group_node *group;
	struct world_job *job;

	begin();
	group = world_add_group(&w, &w.engine.root);
	job = prepare(group, GIB, 8 * GIB, 8, 2000);
	world_submit(&w, job);
	decide();
	tap_need(!aios_engine_group_limit(&w.engine, world_now(&w), group,
					  1U << MEMORY, limit, NULL, NULL),
		 "limit");
	decide();
	tap_need(!world_retry(&w, job) && request_of(job) == 2 * GIB, "of the group");
	decide();
	tap_need(world_runs(job) && world_retry(&w, job) == -ENOSPC, "no more there");
	limit[MEMORY] = AIOS_UNLIMITED;
	tap_need(!aios_engine_group_limit(&w.engine, world_now(&w), group,
					  1U << MEMORY, limit, NULL, NULL),
		 "limit");
	ask[MEMORY] = 2 * GIB;
	most[MEMORY] = 3 * GIB;
	tap_need(!aios_engine_job_update(&w.engine, world_now(&w), &job->node,
					 &change, NULL), "update");
	tap_need(job->node.retry_limit == 3 * GIB, "how far it grows");
	decide();
	tap_need(job->node.grant[MEMORY] == 2 * GIB, "but not in this attempt");
	tap_need(!world_retry(&w, job) && request_of(job) == 3 * GIB, "then");
	ask[MEMORY] = 4 * GIB;
	tap_need(aios_engine_job_update(&w.engine, world_now(&w), &job->node,
					&change, NULL) == -EINVAL &&
		 job->node.retry_limit == 3 * GIB && request_of(job) == 3 * GIB,
		 "a request above the limit");
	decide();
	world_free(&w);
	tap_point("limits can change between attempts");
}

/* One arrival, two times in service, one end: Little's law on what was counted. */
static void test_counts(void)
{
	static const u64 request[AIOS_RESOURCE_MAX];
	struct aios_station station;
	struct aios_visit visit = {};
	static const struct {
		enum aios_visit_state to;
		u64 at;
	} way[] = {
		{ AIOS_VISIT_WAITS, 0 }, { AIOS_VISIT_SERVES, 10 },
		{ AIOS_VISIT_PARKED, 30 }, { AIOS_VISIT_WAITS, 35 },
		{ AIOS_VISIT_SERVES, 40 }, { AIOS_VISIT_OUT, 70 },
	};
	u32 i;

	aios_station_init(&station, 0);
	for (i = 0; i < ARRAY_SIZE(way); i++) {
		tap_need(!aios_station_move(&station, &visit, way[i].to, way[i].at, request),
			 "move %u", i);
		aios_visit_move(&visit, way[i].to, way[i].at);
	}
	tap_need(station.flow.arrivals == 1 && visit.served == 50, "%llu arrivals, %llu served",
		 station.flow.arrivals, visit.served);
	tap_need(aios_flow_area(&station.flow.serving, 0) == 50 &&
		 aios_flow_past(&station.flow.serving) == 50, "service");
	tap_need(aios_flow_area(&station.flow.waiting, 0) == 15 &&
		 aios_flow_past(&station.flow.waiting) == 15, "waiting");
	tap_point("it counts as one job");
}

int main(void)
{
	test_growth();
	test_refusals();
	test_place();
	test_suspended();
	test_dependents();
	test_limits();
	test_counts();
	return tap_done();
}
