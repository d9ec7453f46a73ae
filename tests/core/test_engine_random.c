// SPDX-License-Identifier: GPL-2.0
/*
 * The engine under random events: every invariant of world.c after each event,
 * the promise of EASY to the head of the queue, and the quality of the
 * distribution. Run with a number to choose the seed.
 */
#include <stdlib.h>

#include "chaos.h"
#include "core/engine/internal.h"
#include "random.h"
#include "tap.h"

static struct world w;
static u64 seed;

static u32 below(u32 n)
{
	return random_below(&seed, n);
}

static void test_chaos(u32 rounds, u32 events)
{
	u32 round, event;

	for (round = 0; round < rounds && tap.broken < 5; round++) {
		chaos_tree(&w, below(WORLD_GROUPS), below(WORLD_DEVICES));
		for (event = 0; event < events && tap.broken < 5; event++) {
			chaos_event(&w);
			world_check(&w, false);
			if (below(3))
				continue;
			tap_need(!world_decide(&w), "decide");
			world_check(&w, true);
			if (tap.broken)
				printf("# round %u event %u\n", round, event);
		}
	}
	tap_point("every invariant holds after every event");
}

/* --------------------------------------------------------------- EASY's promise */

static u64 next_end(void)
{
	u64 end = AIOS_TIME_MAX;
	u32 i;

	for (i = 0; i < WORLD_JOBS; i++)
		if (w.job[i].submitted &&
		    w.job[i].node.state == AIOS_CORE_HELD)
			end = min(end, w.job[i].admitted_ns +
				       w.job[i].runtime_ns);
	return end;
}

static void end_due(void)
{
	u32 i;

	for (i = 0; i < WORLD_JOBS; i++)
		if (w.job[i].submitted &&
		    w.job[i].node.state == AIOS_CORE_HELD &&
		    w.job[i].admitted_ns + w.job[i].runtime_ns <= w.now)
			world_end(&w, &w.job[i]);
}

static void keep_promises(void)
{
	struct aios_job_node *head = w.engine.head;
	u32 i;

	if (head) {
		struct world_job *job =
			container_of(head, struct world_job, node);

		tap_need(w.engine.shadow_ns <= job->promised_ns ||
			 w.engine.shadow_ns == AIOS_TIME_MAX,
			 "job %llu: promise slips from %llu to %llu",
			 head->id, job->promised_ns, w.engine.shadow_ns);
		job->promised_ns = min(job->promised_ns, w.engine.shadow_ns);
	}
	for (i = 0; i < WORLD_JOBS; i++)
		if (w.job[i].submitted && w.job[i].admissions)
			tap_need(w.job[i].admitted_ns <= w.job[i].promised_ns,
				 "job %llu: promised %llu, came %llu",
				 w.job[i].node.id, w.job[i].promised_ns,
				 w.job[i].admitted_ns);
}

/*
 * Jobs that run exactly as long as they may, by what they state or by their limit (or,
 * some, unknown to the engine), whatever is predicted of them, in a machine that does not
 * change; order of arrival.
 */
static void test_promise(u32 rounds, u32 steps)
{
	u32 round, step, started = 0;

	for (round = 0; round < rounds && tap.broken < 5; round++) {
		chaos_tree(&w, below(8), below(4));
		chaos_limit(&w);
		chaos_limit(&w);
		aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_FIFO,
				       AIOS_BACKFILL_EASY, AIOS_OBJECTIVE_UTILITY);
		for (step = 0; step < steps && tap.broken < 5; step++) {
			struct world_job *job = chaos_job(&w);
			u64 end = next_end();

			if (below(2) && end < AIOS_TIME_MAX)
				w.now = max(w.now, end);
			else
				w.now = min(w.now + below(30), max(w.now, end));
			end_due();
			if (job && below(3)) {
				job->runtime_ns = 1 + below(200);
				job->node.submit_ns = w.now;
				job->node.expected_runtime_ns =
					round % 2 || below(8) ?
						job->runtime_ns : 0;
				job->node.max_runtime_ns = 0;
				if (job->node.id % 3 == 0) {
					job->node.max_runtime_ns = job->runtime_ns;
					job->node.expected_runtime_ns = job->node.id % 400;
				}
				world_submit(&w, job);
			}
			tap_need(!world_decide(&w), "decide");
			keep_promises();
		}
		started += (u32)w.engine.epoch;
	}
	tap_need(started > 1000, "too little happened");
	tap_point("the reservation of the head never slips");
}

/* -------------------------------------------------------------- distribution */

/*
 * Whether some row leaves @job no more than a thousandth of its way up, beside what
 * rounding leaves: less than a unit for each job with a fraction, so for each row.
 */
static bool blocked(const struct aios_job_node *job)
{
	const struct aios_group_node *group;
	u32 r, s;

	for (r = 0; r < 6; r++) {
		u64 step = job->alloc.span[r] / 1000 + 1 + w.engine.result.nr_rows;

		if (!job->alloc.span[r])
			continue;
		for (group = job->group; group; group = group->parent) {
			u64 bound = aios_quota_bound(&w.engine, group, r);

			if (bound != AIOS_UNLIMITED &&
			    group->granted[r] + step >= bound)
				return true;
		}
	}
	for (s = 0; s < job->nr_shares; s++) {
		const struct aios_device_node *device = job->share[s].device;
		u64 memory = job->alloc.span[AIOS_RESOURCE_GPU_MEMORY];

		if (memory && device->memory_held + device->alloc.activity[1] +
			      memory / 1000 + 1 >= device->memory)
			return true;
		if (job->alloc.span[AIOS_RESOURCE_GPU] &&
		    device->milli_held + device->alloc.activity[0] + 1 >= AIOS_MILLI)
			return true;
	}
	return false;
}

static void test_surplus(u32 rounds)
{
	u32 round, i, many = 0;

	for (round = 0; round < rounds && tap.broken < 5; round++) {
		const struct aios_alloc_result *result = &w.engine.result;
		u64 objective, gap;

		chaos_tree(&w, below(WORLD_GROUPS), below(WORLD_DEVICES));
		for (i = 0; i < 12; i++)
			chaos_limit(&w);
		for (i = 0; i < 60; i++) {
			struct world_job *job = chaos_job(&w);

			if (job)
				world_submit(&w, job);
		}
		tap_need(!world_decide(&w), "decide");
		world_check(&w, true);
		many += result->nr_jobs > 8;
		if (!result->nr_jobs)
			continue;
		objective = result->objective[0];
		gap = result->gap[0];
		tap_need(!result->gap[1] && !result->objective[1] &&
			 gap <= objective / 100000 + 10000 * 64,
			 "round %u: objective %llu, gap %llu, status %u, %u rows, %u rounds",
			 round, objective, gap, result->status, result->nr_rows,
			 result->rounds);
		for (i = 0; i < WORLD_JOBS; i++) {
			struct aios_job_node *job = &w.job[i].node;

			if (!w.job[i].submitted ||
			    job->state != AIOS_CORE_HELD || w.engine.reclaim ||
			    job->x > AIOS_X_ONE - AIOS_X_ONE / 500)
				continue;
			tap_need(blocked(job),
				 "round %u: job %llu with x %llu could have more (status %u)",
				 round, job->id, job->x, result->status);
		}
	}
	tap_need(many > rounds / 4, "too small machines");
	tap_point("the surplus is distributed to the certified optimum");
}

int main(int argc, char **argv)
{
	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	chaos_below = below;
	world_init(&w);
	test_chaos(20, 1000);
	test_promise(24, 500);
	test_surplus(100);
	world_free(&w);
	return tap_done();
}
