// SPDX-License-Identifier: GPL-2.0
/*
 * The engine under random events: every invariant of world.c after each event,
 * the promise of EASY to the head of the queue, and the quality of the
 * distribution. Run with a number to choose the seed.
 */
#include <stdlib.h>

#include "core/engine_internal.h"
#include "random.h"
#include "tap.h"
#include "world.h"

#define GIB	(1ULL << 30)
#define MIB	(1ULL << 20)

static struct world w;
static u64 seed;

static u32 below(u32 n)
{
	return random_below(&seed, n);
}

static u64 amount(u64 unit, u32 most)
{
	return unit * below(most + 1) + (below(4) ? 0 : below(1000));
}

static void ask_some(struct world_job *job, u32 resource, u64 unit, u32 most)
{
	u64 request = amount(unit, most);
	u64 limit = below(4) ? request + amount(unit, most) : AIOS_UNLIMITED;

	if (below(3))
		world_ask(job, resource, request, limit);
}

static struct aios_group_node *any_group(void)
{
	return world_group(&w, below(world_all_groups(&w)));
}

static struct world_job *any_job(void)
{
	u32 i = below(WORLD_JOBS), tries;

	for (tries = 0; tries < WORLD_JOBS; tries++, i++)
		if (w.job[i % WORLD_JOBS].submitted)
			return &w.job[i % WORLD_JOBS];
	return NULL;
}

static struct world_job *random_job(void)
{
	struct world_job *job = world_new_job(&w, any_group());

	if (!job)
		return NULL;
	ask_some(job, AIOS_RESOURCE_CPU, 500, 12);
	ask_some(job, AIOS_RESOURCE_MEMORY, GIB, 16);
	if (!below(3))
		ask_some(job, AIOS_RESOURCE_GPU, below(2) ? 250 : 1000, 3);
	if (!below(4))
		ask_some(job, AIOS_RESOURCE_GPU_MEMORY, GIB, 8);
	if (!below(4))
		ask_some(job, AIOS_RESOURCE_IO, 1000, 10);
	if (!below(8))
		ask_some(job, AIOS_RESOURCE_PIDS, 100, 10);
	job->node.exclusive = !below(8);
	job->node.weight = 1 + below(below(2) ? 10000 : 300);
	job->node.priority = (s32)below(5) - 2;
	if (below(4))
		job->node.expected_runtime_ns = 1 + below(500);
	return job;
}

static void random_tree(u32 groups, u32 devices)
{
	u32 i;

	world_free(&w);
	world_init(&w);
	for (i = 0; i < groups; i++)
		world_add_group(&w, any_group());
	for (i = 0; i < devices; i++)
		world_add_device(&w, (8 + 8 * below(3)) * GIB);
}

static void random_limit(void)
{
	u64 limit[AIOS_RESOURCE_MAX];
	u32 mask = 0, r;

	for (r = 0; r < 6; r++) {
		static const u64 unit[] = { 1000, 4 * GIB, 500, 4 * GIB, 5000, 1 };

		if (below(3))
			continue;
		mask |= 1U << r;
		limit[r] = below(3) ? amount(unit[r], 20) : AIOS_UNLIMITED;
	}
	aios_engine_group_limit(&w.engine, any_group(), mask, limit, NULL, NULL);
}

static void random_update(struct world_job *job)
{
	struct aios_update update = {
		.flags = below(8),
		.resource_mask = below(2) ? 1U << below(4) : 0,
		.weight = below(400),
		.priority = (s32)below(7) - 3,
		.expected_runtime_ns = below(300),
	};
	u32 r;

	for (r = 0; r < 4; r++) {
		u64 unit = r & 1 ? GIB : 250;

		update.request[r] = amount(unit, 10);
		update.limit[r] = update.request[r] + amount(unit, 10);
	}
	aios_engine_job_update(&w.engine, &job->node, &update, NULL);
}

static void random_use(struct world_job *job)
{
	if (!below(4))
		job->reported = 0;
	job->reported += amount(GIB, 4);
	aios_engine_job_use(&w.engine, &job->node, AIOS_RESOURCE_MEMORY,
			    job->reported);
}

static void random_charge(struct world_job *job)
{
	u32 device = below(WORLD_DEVICES);

	if (below(3))
		aios_engine_charge(&w.engine, &job->node, device,
				   amount(256 * MIB, 12), NULL, NULL);
	else
		aios_engine_uncharge(&w.engine, &job->node, device,
				     amount(256 * MIB, 12), NULL);
}

static void random_device(void)
{
	u32 i = below(WORLD_DEVICES);
	struct aios_device_node *device = &w.device[i];

	if (!w.device_there[i]) {
		world_add_device(&w, (8 + 8 * below(3)) * GIB);
	} else if (below(2)) {
		aios_engine_device_set(&w.engine, device,
				       below(3) ? 0 : AIOS_DEVICE_OFFLINE,
				       device->memory);
	} else if (!aios_engine_device_remove(&w.engine, device)) {
		w.device_there[i] = false;
	}
}

static void ask_questions(struct world_job *job)
{
	struct aios_explain_row rows[AIOS_LP_MAX_ROWS];
	struct aios_explain explain;
	struct aios_preview preview;
	struct world_job *guess;

	aios_engine_explain(&w.engine, &job->node, &explain, rows,
			    AIOS_LP_MAX_ROWS);
	aios_engine_estimate_start(&w.engine, &job->node, w.now);
	guess = random_job();
	if (!guess || aios_engine_pending(&w.engine))
		return;
	if (!aios_engine_preview(&w.engine, &guess->node, w.now, w.workspace,
				 w.workspace_size, &preview)) {
		u32 state = preview.state;
		u64 grant[AIOS_RESOURCE_MAX];

		memcpy(grant, guess->node.grant, sizeof(grant));
		world_check(&w, true);
		/* What was foretold must come true. */
		if (!tap_need(!world_submit(&w, guess), "submit"))
			return;
		world_decide(&w);
		tap_need((state == AIOS_STATE_ADMITTED) ==
			 (guess->node.state == AIOS_CORE_HELD),
			 "job %llu: foretold %u", guess->node.id, state);
		world_check(&w, true);
	}
}

static void random_event(void)
{
	struct world_job *job = any_job();
	u32 what = below(100);

	w.now += below(20);
	if (what < 30 || !job) {
		job = random_job();
		if (job)
			world_submit(&w, job);
	} else if (what < 50) {
		world_end(&w, job);
	} else if (what < 55) {
		aios_engine_job_suspend(&w.engine, &job->node, w.now);
	} else if (what < 62) {
		aios_engine_job_resume(&w.engine, &job->node);
	} else if (what < 68) {
		random_update(job);
	} else if (what < 76) {
		random_use(job);
	} else if (what < 84) {
		random_charge(job);
	} else if (what < 87) {
		random_limit();
	} else if (what < 90) {
		random_device();
	} else if (what < 93) {
		if (below(2))
			aios_engine_job_ready(&w.engine, &job->node, below(2));
		else
			aios_engine_job_hold(&w.engine, &job->node, below(2));
	} else if (what < 94) {
		aios_engine_policy_set(&w.engine, below(2), below(4) ? 1 : 0,
				       below(AIOS_OBJECTIVE_PROPORTIONAL + 1));
	} else if (what < 95) {
		aios_engine_group_weight(&w.engine, any_group(),
					 1 + below(1000), NULL);
	} else if (what < 96) {
		aios_engine_resource_set(&w.engine, AIOS_RESOURCE_CPU,
					 AIOS_RESOURCE_ELASTIC,
					 4000 + 500 * below(30));
	} else {
		ask_questions(job);
	}
}

static void test_chaos(u32 rounds, u32 events)
{
	u32 round, event;

	for (round = 0; round < rounds && tap.broken < 5; round++) {
		random_tree(below(WORLD_GROUPS), below(WORLD_DEVICES));
		for (event = 0; event < events && tap.broken < 5; event++) {
			random_event();
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
 * Jobs that run exactly as long as expected (or, some, unknown to the engine)
 * in a machine that does not change; order of arrival.
 */
static void test_promise(u32 rounds, u32 steps)
{
	u32 round, step, started = 0;

	for (round = 0; round < rounds && tap.broken < 5; round++) {
		random_tree(below(8), below(4));
		random_limit();
		random_limit();
		aios_engine_policy_set(&w.engine, AIOS_POLICY_FIFO,
				       AIOS_BACKFILL_EASY,
				       AIOS_OBJECTIVE_UTILITY);
		for (step = 0; step < steps && tap.broken < 5; step++) {
			struct world_job *job = random_job();
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

/* Whether some row leaves @job no more than a thousandth of its way up. */
static bool blocked(const struct aios_job_node *job)
{
	const struct aios_group_node *group;
	u32 r, s;

	for (r = 0; r < 6; r++) {
		u64 step = job->span[r] / 1000 + 1;

		if (!job->span[r])
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
		u64 memory = job->span[AIOS_RESOURCE_GPU_MEMORY];

		if (memory && device->memory_held + device->activity[1] +
			      memory / 1000 + 1 >= device->memory)
			return true;
		if (job->span[AIOS_RESOURCE_GPU] &&
		    device->milli_held + device->activity[0] + 1 >= AIOS_MILLI)
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

		random_tree(below(WORLD_GROUPS), below(WORLD_DEVICES));
		for (i = 0; i < 12; i++)
			random_limit();
		for (i = 0; i < 60; i++) {
			struct world_job *job = random_job();

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
	world_init(&w);
	test_chaos(20, 1000);
	test_promise(24, 500);
	test_surplus(100);
	world_free(&w);
	return tap_done();
}
