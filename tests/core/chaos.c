// SPDX-License-Identifier: GPL-2.0
/*
 * Random events for the machine of world.h: see chaos.h.
 */
#include "chaos.h"
#include "core/engine/internal.h"
#include "tap.h"

#define GIB	(1ULL << 30)
#define MIB	(1ULL << 20)

u32 (*chaos_below)(u32 n);
u32 chaos_rigid;

static u64 amount(u64 unit, u32 most)
{
	return unit * chaos_below(most + 1) + (chaos_below(4) ? 0 : chaos_below(1000));
}

static void ask_some(struct world_job *job, u32 resource, u64 unit, u32 most)
{
	u64 request = amount(unit, most);
	u64 limit = chaos_below(4) ? request + amount(unit, most) : AIOS_UNLIMITED;

	if (chaos_below(3))
		world_ask(job, resource, request, limit);
}

static struct aios_group_node *any_group(struct world *w)
{
	return world_group(w, chaos_below(world_all_groups(w)));
}

struct world_job *chaos_job(struct world *w)
{
	struct world_job *job = world_new_job(w, any_group(w));

	if (!job)
		return NULL;
	ask_some(job, AIOS_RESOURCE_CPU, 500, 12);
	ask_some(job, AIOS_RESOURCE_MEMORY, GIB, 16);
	if (!chaos_below(3))
		ask_some(job, AIOS_RESOURCE_GPU, chaos_below(2) ? 250 : 1000, 3);
	if (!chaos_below(4))
		ask_some(job, AIOS_RESOURCE_GPU_MEMORY, GIB, 8);
	if (!chaos_below(4))
		ask_some(job, AIOS_RESOURCE_IO, 1000, 10);
	if (!chaos_below(8))
		ask_some(job, AIOS_RESOURCE_PIDS, 100, 10);
	job->node.exclusive = !chaos_below(8);
	job->node.weight = 1 + chaos_below(chaos_below(2) ? 10000 : 300);
	job->node.priority = (s32)chaos_below(5) - 2;
	if (chaos_below(4))
		job->node.expected_runtime_ns = 1 + chaos_below(500);
	if (!chaos_below(4))
		job->node.predicted_runtime_ns = 1 + chaos_below(500);
	if (!chaos_below(4))
		job->node.max_runtime_ns = 1 + chaos_below(500);
	if (!chaos_below(4)) {
		world_ask(job, AIOS_RESOURCE_MEMORY, MIB + amount(GIB, 4), 20 * GIB);
		job->node.retries = 1 + chaos_below(AIOS_RETRIES_MAX);
		job->node.retry_factor = AIOS_RETRY_UNIT + 1 +
			chaos_below(AIOS_RETRY_FACTOR_MAX - AIOS_RETRY_UNIT);
	}
	if (!chaos_below(8))
		job->node.deadline_ns = w->now + chaos_below(1000);
	if (chaos_rigid && chaos_below(chaos_rigid)) {
		memcpy(job->node.limit, job->node.request, sizeof(job->node.limit));
		job->node.retries = 0;
		job->node.retry_factor = 0;
	}
	return job;
}

/* One of a gang that is there, or the first of another. */
static void join_some(struct world *w, struct world_job *job)
{
	struct aios_gang_node *gang = &w->gang[chaos_below(WORLD_GANGS)];

	if (!gang->nr_members)
		gang->size = 1 + chaos_below(3);
	else if (chaos_below(8))
		job->node.group = gang->first->group;
	job->node.gang = gang;
	/* Which a gang has none of. */
	job->node.retries = 0;
	job->node.retry_factor = 0;
}

static void wait_for_some(struct world *w, struct world_job *job)
{
	u32 i, many = 1 + chaos_below(2);

	for (i = 0; i < many; i++) {
		struct world_job *on = world_live_job(w, chaos_below(WORLD_JOBS));

		if (on)
			world_wait_for(job, on, chaos_below(AIOS_DEPEND_AFTERNOTOK + 1));
	}
}

/* One that may belong to others and wait for others. */
static struct world_job *tied_job(struct world *w)
{
	struct world_job *job = chaos_job(w);

	if (job && !chaos_below(8))
		join_some(w, job);
	if (job && !chaos_below(8))
		wait_for_some(w, job);
	return job;
}

/* Any weights will do, and these are not drawn, as a fuzzer's bytes are better spent. */
static void give_model(struct world *w)
{
	struct aios_network *network = &w->ranker.network;
	u32 i, k;

	network->inputs = AIOS_RANKER_NR_INPUTS;
	network->hidden = 4;
	for (i = 0; i <= AIOS_RANKER_NR_INPUTS; i++) {
		for (k = 0; k < network->hidden; k++)
			network->weight[k][i] = (s16)((i * 4 + k + 1) * 40503U);
		if (i < AIOS_RANKER_NR_INPUTS)
			network->linear[i] = (s16)((i + 1) * 25173U);
	}
	for (k = 0; k < network->hidden; k++)
		network->out[k] = (s16)((k + 1) * 13849U);
	aios_engine_ranker_set(&w->engine, world_now(w), &w->ranker);
}

void chaos_tree(struct world *w, u32 groups, u32 devices)
{
	u32 i;

	world_free(w);
	world_init(w);
	give_model(w);
	for (i = 0; i < groups; i++)
		world_add_group(w, any_group(w));
	for (i = 0; i < devices; i++)
		world_add_device(w, (8 + 8 * chaos_below(3)) * GIB);
}

void chaos_limit(struct world *w)
{
	u64 limit[AIOS_RESOURCE_MAX];
	u32 mask = 0, r;

	for (r = 0; r < 6; r++) {
		static const u64 unit[] = { 1000, 4 * GIB, 500, 4 * GIB, 5000, 1 };

		if (chaos_below(3))
			continue;
		mask |= 1U << r;
		limit[r] = chaos_below(3) ? amount(unit[r], 20) : AIOS_UNLIMITED;
	}
	aios_engine_group_limit(&w->engine, world_now(w), any_group(w), mask, limit,
				NULL, NULL);
}

static void random_update(struct world *w, struct world_job *job)
{
	u64 ask[AIOS_RESOURCE_MAX] = { 0 }, most[AIOS_RESOURCE_MAX] = { 0 };
	struct aios_change change = {
		.flags = chaos_below(8),
		.resource_mask = chaos_below(2) ? 1U << chaos_below(4) : 0,
		.weight = chaos_below(400),
		.priority = (s32)chaos_below(7) - 3,
		.expected_runtime_ns = chaos_below(300),
		.request = ask,
		.limit = most,
	};
	u32 r;

	for (r = 0; r < 4; r++) {
		u64 unit = r & 1 ? GIB : 250;

		ask[r] = amount(unit, 10);
		most[r] = ask[r] + amount(unit, 10);
	}
	aios_engine_job_update(&w->engine, world_now(w), &job->node, &change, NULL);
}

static void random_use(struct world *w, struct world_job *job)
{
	if (!chaos_below(4))
		job->reported = 0;
	job->reported += amount(GIB, 4);
	aios_engine_job_use(&w->engine, world_now(w), &job->node,
			    AIOS_RESOURCE_MEMORY, job->reported);
}

static void random_charge(struct world *w, struct world_job *job)
{
	u32 device = chaos_below(WORLD_DEVICES);

	if (chaos_below(3))
		aios_engine_charge(&w->engine, world_now(w), &job->node, device,
				   amount(256 * MIB, 12), NULL, NULL);
	else
		aios_engine_uncharge(&w->engine, world_now(w), &job->node, device,
				     amount(256 * MIB, 12), NULL);
}

static void random_device(struct world *w)
{
	u32 i = chaos_below(WORLD_DEVICES);
	struct aios_device_node *device = &w->device[i];

	if (!w->device_there[i]) {
		world_add_device(w, (8 + 8 * chaos_below(3)) * GIB);
	} else if (chaos_below(2)) {
		aios_engine_device_set(&w->engine, world_now(w), device,
				       chaos_below(3) ? 0 : AIOS_DEVICE_OFFLINE,
				       device->memory);
	} else if (!aios_engine_device_remove(&w->engine, world_now(w), device)) {
		w->device_there[i] = false;
	}
}

static bool ordered_by_group(const struct aios_job_node *job)
{
	const struct aios_group_node *group = job->group;

	while (group && !group->policy)
		group = group->parent;
	return group;
}

static void ask_questions(struct world *w, struct world_job *job)
{
	struct aios_explanation_row rows[AIOS_LP_MAX_ROWS];
	struct aios_explanation explain;
	struct aios_preview preview;
	struct world_job *guess;

	aios_engine_explain(&w->engine, &job->node, &explain, rows,
			    AIOS_LP_MAX_ROWS);
	aios_engine_estimate_start(&w->engine, &job->node, w->now);
	world_now(w);
	guess = chaos_job(w);
	if (!guess || aios_engine_pending(&w->engine))
		return;
	if (!aios_engine_preview(&w->engine, &guess->node, w->now, w->workspace,
				 w->workspace_size, &preview)) {
		u32 state = preview.state;

		/* A submitted job has what its owner sets, and nothing else. */
		memset(guess->node.grant, 0, sizeof(guess->node.grant));
		guess->node.nr_shares = 0;
		world_check(w, true);
		/* What was foretold must come true. */
		if (!tap_need(!world_submit(w, guess), "submit"))
			return;
		world_decide(w);
		/*
		 * It may freeze others, which nobody foretells, an order that moves
		 * with time is made anew when it is needed, and so are the places
		 * of a group that orders its own jobs.
		 */
		tap_need(ordered_by_group(&guess->node) ||
			 w->engine.policy->flags & (AIOS_POLICY_PREEMPTIVE |
						    AIOS_POLICY_MOVING) ||
			 (state == AIOS_STATE_ADMITTED) ==
			 (guess->node.state == AIOS_CORE_HELD),
			 "job %llu: foretold %u under policy %u, backfill %u",
			 guess->node.id, state, w->engine.policy_id,
			 w->engine.backfill);
		world_check(w, true);
	}
}

void chaos_event(struct world *w)
{
	struct world_job *job = world_live_job(w, chaos_below(WORLD_JOBS));
	u32 what = chaos_below(110);

	w->now += chaos_below(20);
	if (what < 30 || !job) {
		job = tied_job(w);
		if (job)
			world_submit(w, job);
	} else if (what < 40) {
		if (world_retry(w, job))
			world_end(w, job);
	} else if (what < 50) {
		if (chaos_below(2))
			world_end(w, job);
		else
			world_done(w, job);
	} else if (what < 55) {
		aios_engine_job_suspend(&w->engine, world_now(w), &job->node);
	} else if (what < 62) {
		aios_engine_job_resume(&w->engine, world_now(w), &job->node);
	} else if (what < 68) {
		random_update(w, job);
	} else if (what < 76) {
		random_use(w, job);
	} else if (what < 84) {
		random_charge(w, job);
	} else if (what < 87) {
		chaos_limit(w);
	} else if (what < 90) {
		random_device(w);
	} else if (what < 93) {
		if (chaos_below(2))
			aios_engine_job_ready(&w->engine, world_now(w), &job->node,
					      chaos_below(2));
		else
			aios_engine_job_hold(&w->engine, world_now(w), &job->node,
					     chaos_below(2));
	} else if (what < 94) {
		aios_engine_policy_set(&w->engine, world_now(w),
				       chaos_below(AIOS_POLICY_LEARNED + 1),
				       chaos_below(AIOS_BACKFILL_CONSERVATIVE + 1),
				       chaos_below(AIOS_OBJECTIVE_PROPORTIONAL + 1));
	} else if (what < 95) {
		aios_engine_group_weight(&w->engine, world_now(w), any_group(w),
					 1 + chaos_below(1000), NULL);
	} else if (what < 96) {
		aios_engine_resource_set(&w->engine, world_now(w),
					 AIOS_RESOURCE_CPU, AIOS_RESOURCE_ELASTIC,
					 4000 + 500 * chaos_below(30));
	} else if (what < 98) {
		aios_engine_drain(&w->engine, world_now(w),
				  chaos_below(2) ? AIOS_TIME_MAX :
				  w->now + chaos_below(100));
	} else if (what < 103) {
		aios_engine_group_policy(&w->engine, world_now(w), any_group(w),
					 chaos_below(4) ?
					 chaos_below(AIOS_POLICY_LEARNED + 1) :
					 AIOS_GROUP_INHERITS);
	} else {
		ask_questions(w, job);
	}
}
