// SPDX-License-Identifier: GPL-2.0
/*
 * Groups that order their own jobs: whose places they fill and in which order, by
 * hand and in random replays, in which nobody else may notice and nobody be lost,
 * whatever is switched meanwhile.
 */
#include <stdlib.h>

#include "core/engine/internal.h"
#include "core/replay/replay.h"
#include "random.h"
#include "tap.h"
#include "world.h"

#define CPU	AIOS_RESOURCE_CPU

static struct world w;

static struct world_job *queue_one(struct aios_group_node *group, u64 expected)
{
	struct world_job *job = world_new_job(&w, group);

	world_ask(job, CPU, 16000, 16000);
	job->node.expected_runtime_ns = expected;
	world_submit(&w, job);
	return job;
}

static void begin(u32 policy)
{
	world_free(&w);
	world_init(&w);
	aios_engine_policy_set(&w.engine, world_now(&w), policy, AIOS_BACKFILL_NONE,
			       AIOS_OBJECTIVE_UTILITY);
	queue_one(&w.engine.root, 1000000);
	world_decide(&w);
}

static bool at(const struct world_job *job, u32 position)
{
	return aios_engine_position(&w.engine, &job->node) == position;
}

static void test_places(void)
{
	struct aios_group_node *team, *below;
	struct world_job *job[6];
	u32 i;

	begin(AIOS_POLICY_FIFO);
	team = world_add_group(&w, &w.engine.root);
	below = world_add_group(&w, team);
	tap_need(!aios_engine_group_policy(&w.engine, world_now(&w), team,
					   AIOS_POLICY_SJF), "sjf");
	job[0] = queue_one(team, 50);
	job[1] = queue_one(&w.engine.root, 5);
	job[2] = queue_one(below, 40);
	job[3] = queue_one(team, 10);
	job[4] = queue_one(&w.engine.root, 1);
	world_decide(&w);
	tap_need(at(job[3], 1) && at(job[1], 2) && at(job[2], 3) && at(job[0], 4) &&
		 at(job[4], 5), "places 1, 3 and 4 in the order of run times");
	tap_point("places are the root's to give and the group's to fill");

	aios_engine_job_end(&w.engine, world_now(&w), &job[3]->node);
	world_end(&w, job[3]);
	world_decide(&w);
	tap_need(at(job[1], 1) && at(job[2], 2) && at(job[0], 3) && at(job[4], 4),
		 "the first place went with who stood on it");
	job[5] = queue_one(below, 60);
	world_decide(&w);
	tap_need(at(job[5], 5) && at(job[0], 3), "who comes brings a place");
	tap_point("who leaves takes his place with him");

	/* It left its own place to another and comes back: there is one for it. */
	aios_engine_job_ready(&w.engine, world_now(&w), &job[2]->node, false);
	world_decide(&w);
	aios_engine_job_ready(&w.engine, world_now(&w), &job[2]->node, true);
	world_decide(&w);
	tap_need(at(job[1], 1) && w.engine.nr_queued == 5, "all are there");
	for (i = 0; i < 6; i++)
		tap_need(i == 3 || aios_node_is_candidate(&job[i]->node), "job %u", i);
	tap_need(aios_engine_position(&w.engine, &job[2]->node) <
		 aios_engine_position(&w.engine, &job[0]->node) &&
		 aios_engine_position(&w.engine, &job[0]->node) <
		 aios_engine_position(&w.engine, &job[5]->node), "in order");
	tap_point("who comes back finds a place");

	tap_need(!aios_engine_group_policy(&w.engine, world_now(&w), below,
					   AIOS_POLICY_FIFO), "below");
	world_decide(&w);
	tap_need(at(job[0], 1) && at(job[1], 2) && at(job[2], 3) && at(job[4], 4) &&
		 at(job[5], 5), "a group below with its own is left to itself");
	tap_need(!aios_engine_group_policy(&w.engine, world_now(&w), team,
					   AIOS_GROUP_INHERITS) &&
		 !aios_engine_group_policy(&w.engine, world_now(&w), below,
					   AIOS_GROUP_INHERITS) &&
		 !w.engine.domain.first, "inherit");
	world_decide(&w);
	for (i = 0; i < 6; i++)
		tap_need(i == 3 || !job[i]->node.domain.group, "job %u is free", i);
	tap_point("a group below with a policy of its own, and none any more");
}

static void test_refused(void)
{
	static const u32 not[] = { AIOS_POLICY_TETRIS, AIOS_POLICY_DRF,
		AIOS_POLICY_FAIRSHARE, AIOS_POLICY_RR, AIOS_POLICY_LAS,
		AIOS_POLICY_SRTF, 77 };
	static const u32 may[] = { AIOS_POLICY_PRIORITY, AIOS_POLICY_FIFO,
		AIOS_POLICY_SJF, AIOS_POLICY_SAF, AIOS_POLICY_F1, AIOS_POLICY_WFP3,
		AIOS_POLICY_SMALLEST, AIOS_POLICY_EDF };
	struct aios_group_node *team;
	u32 i;

	begin(AIOS_POLICY_FIFO);
	team = world_add_group(&w, &w.engine.root);
	for (i = 0; i < ARRAY_SIZE(not); i++)
		tap_need(aios_engine_group_policy(&w.engine, world_now(&w), team,
						  not[i]) == -EOPNOTSUPP &&
			 !team->policy, "%u", not[i]);
	for (i = 0; i < ARRAY_SIZE(may); i++)
		tap_need(!aios_engine_group_policy(&w.engine, world_now(&w), team,
						   may[i]) &&
			 team->policy->id == may[i] && !team->domain.next, "%u", may[i]);
	tap_need(aios_engine_group_policy(&w.engine, world_now(&w), &w.engine.root,
					  AIOS_POLICY_SJF) ==
		 -EINVAL, "the root");
	tap_need(aios_engine_group_quantum(&w.engine, world_now(&w), team,
					   1) == -EINVAL &&
		 aios_engine_group_quantum(&w.engine, world_now(&w), &w.engine.root,
					   1000000000) == -EINVAL &&
		 !aios_engine_group_quantum(&w.engine, world_now(&w), team,
					    1000000000) &&
		 !aios_engine_group_quantum(&w.engine, world_now(&w), team,
					    0), "quantum");
	tap_need(!aios_engine_group_detach(&w.engine, team, NULL) && !w.engine.domain.first,
		 "gone with the group");
	w.nr_groups = 0;
	tap_point("what a group can have, and that it goes with the group");
}

/* ------------------------------------------------------------------- replays */

#define JOBS	400
#define GROUPS	4

static struct run {
	struct aios_replay replay;
	struct aios_group_node group[GROUPS];
	struct aios_replay_job job[JOBS];
	u64 seed;
	u32 given;
	u32 started[JOBS];
	u32 nr_started;
	u32 nr_ended;
	u32 ended[JOBS];
	bool check;		/* that group 0 starts its shortest */
	bool switching;
} runs[2];

static struct aios_replay_job *on_next(struct aios_replay *replay)
{
	struct run *run = replay->arg;

	return run->given == JOBS ? NULL : &run->job[run->given++];
}

static void on_decided(struct aios_replay *replay, u32 what, struct aios_replay_job *job)
{
	struct run *run = replay->arg;
	u32 i;

	if (what != AIOS_REPLAY_ADMIT)
		return;
	run->started[run->nr_started++] = (u32)(job - run->job);
	if (!run->check || job->node.group != &run->group[0])
		return;
	for (i = 0; i < JOBS; i++) {
		const struct aios_job_node *other = &run->job[i].node;

		tap_need(!aios_node_is_candidate(other) || other->group != job->node.group ||
			 other->expected_runtime_ns >= job->node.expected_runtime_ns,
			 "%u waits and is shorter", i);
	}
}

static void on_ended(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct run *run = replay->arg;

	run->ended[job - run->job]++;
	run->nr_ended++;
}

static const struct aios_replay_ops ops = {
	.next = on_next, .decided = on_decided, .ended = on_ended,
};

/* Two servers, jobs that take one each for the same time and expect another. */
static void prepare(struct run *run, u64 seed, u32 policy, u32 backfill, bool same)
{
	u64 now = 0;
	u32 i;

	memset(run, 0, sizeof(*run));
	run->seed = seed;
	aios_replay_init(&run->replay, &ops, run);
	aios_engine_resource_set(&run->replay.engine, aios_replay_now(&run->replay),
				 CPU, AIOS_RESOURCE_ELASTIC, 2000);
	aios_engine_policy_set(&run->replay.engine, aios_replay_now(&run->replay),
			       policy, backfill, AIOS_OBJECTIVE_UTILITY);
	for (i = 0; i < GROUPS; i++) {
		run->group[i].id = 2 + i;
		aios_engine_group_attach(&run->group[i], &run->replay.engine.root,
					 AIOS_WEIGHT_DEFAULT, NULL);
	}
	for (i = 0; i < JOBS; i++) {
		struct aios_replay_job *job = &run->job[i];
		u64 size = same ? 1000 : 200 + random_below(&seed, 1800);

		now += random_below(&seed, same ? 100 : 150);
		job->run_ns = same ? 100 : 20 + random_below(&seed, 200);
		job->node.id = 1 + i;
		job->node.group = &run->group[random_below(&seed, GROUPS)];
		job->node.weight = AIOS_WEIGHT_DEFAULT;
		job->node.priority = (s32)random_below(&seed, 3);
		job->node.submit_ns = now;
		job->node.expected_runtime_ns = job->run_ns + random_below(&seed, 1000);
		job->node.resource_mask = 1U << CPU;
		job->node.request[CPU] = size;
		job->node.limit[CPU] = size;
	}
}

static void switch_some(struct run *run)
{
	static const u32 policies[] = { AIOS_GROUP_INHERITS, AIOS_POLICY_SJF,
		AIOS_POLICY_WFP3, AIOS_POLICY_EDF, AIOS_POLICY_PRIORITY };
	struct aios_engine *engine = &run->replay.engine;
	u32 pick = random_below(&run->seed, ARRAY_SIZE(policies));

	if (random_below(&run->seed, 4)) {
		aios_engine_group_policy(engine, aios_replay_now(&run->replay),
					 &run->group[random_below(&run->seed, GROUPS)],
					 policies[pick]);
		return;
	}
	aios_engine_policy_set(engine, aios_replay_now(&run->replay),
			       random_below(&run->seed, AIOS_POLICY_SRTF + 1),
			       random_below(&run->seed, 3), AIOS_OBJECTIVE_UTILITY);
}

static void play(struct run *run)
{
	static _Alignas(16) u8 workspace[1 << 20];
	int more;

	do {
		if (run->switching && !random_below(&run->seed, 5))
			switch_some(run);
		more = aios_replay_step(&run->replay, workspace, sizeof(workspace));
	} while (more > 0);
	tap_need(!more && run->nr_ended == JOBS, "%d, %u ended", more, run->nr_ended);
}

static void all_once(const struct run *run)
{
	u32 i;

	for (i = 0; i < JOBS; i++)
		tap_need(run->ended[i] == 1, "job %u ended %u times", i, run->ended[i]);
}

static void test_others(void)
{
	struct run *plain = &runs[0], *own = &runs[1];
	u32 seed, i, differ = 0;

	for (seed = 1; seed <= 20; seed++) {
		prepare(plain, seed, AIOS_POLICY_FIFO, AIOS_BACKFILL_NONE, true);
		prepare(own, seed, AIOS_POLICY_FIFO, AIOS_BACKFILL_NONE, true);
		aios_engine_group_policy(&own->replay.engine,
					 aios_replay_now(&own->replay),
					 &own->group[0], AIOS_POLICY_SJF);
		own->check = true;
		play(plain);
		play(own);
		all_once(own);
		for (i = 0; i < JOBS; i++) {
			const struct aios_replay_job *a = &plain->job[plain->started[i]];
			const struct aios_replay_job *b = &own->job[own->started[i]];

			tap_need(a->node.group - plain->group == b->node.group - own->group &&
				 a->start_ns == b->start_ns, "seed %u, start %u", seed, i);
			tap_need(plain->started[i] == own->started[i] ||
				 b->node.group == own->group, "seed %u: another's", seed);
			differ += plain->started[i] != own->started[i];
		}
	}
	tap_need(differ > 100, "it made a difference: %u", differ);
	tap_point("a group starts its shortest, at the same times, and nobody else notices");
}

static void test_switching(void)
{
	u32 seed, policy, backfill;

	for (seed = 1; seed <= 42; seed++) {
		policy = seed % (AIOS_POLICY_SRTF + 1);
		backfill = seed % 3;
		prepare(&runs[0], seed, policy, backfill, false);
		runs[0].switching = true;
		play(&runs[0]);
		all_once(&runs[0]);
		prepare(&runs[1], seed, policy, backfill, false);
		runs[1].switching = true;
		play(&runs[1]);
		tap_need(runs[0].replay.hash == runs[1].replay.hash, "seed %u", seed);
	}
	tap_point("whatever is switched, each job ends once, and the same again decides the same");
}

int main(void)
{
	test_places();
	test_refused();
	test_others();
	test_switching();
	world_free(&w);
	return tap_done();
}
