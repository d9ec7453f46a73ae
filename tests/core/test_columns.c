// SPDX-License-Identifier: GPL-2.0
/*
 * What the engine keeps of the distributions before: after every decision of random
 * machines, with rigid and elastic jobs, the same one is made from nothing. Run with a
 * number to choose the seed.
 */
#include <stdlib.h>

#include "chaos.h"
#include "core/alloc/alloc.h"
#include "random.h"
#include "scratch.h"
#include "tap.h"

static struct world w;
static u64 seed;

static u32 below(u32 n)
{
	return random_below(&seed, n);
}

static void test_kept(u32 rigid, u32 rounds, u32 events)
{
	u32 round, event, compared = 0;

	chaos_rigid = rigid;
	for (round = 0; round < rounds && !tap.broken; round++) {
		chaos_tree(&w, below(WORLD_GROUPS), below(WORLD_DEVICES));
		for (event = 0; event < events && !tap.broken; event++) {
			u64 epoch = w.engine.epoch;

			chaos_event(&w);
			if (below(2)) {
				world_check(&w, false);
				continue;
			}
			tap_need(!world_decide(&w), "decide");
			compared += scratch_check(&w, epoch);
			world_check(&w, true);
			if (tap.broken)
				printf("# round %u event %u\n", round, event);
		}
	}
	tap_need(compared > rounds * events / 10, "only %u comparisons", compared);
	chaos_rigid = 0;
}

/* Nobody can have more than he requests: no memory is needed to distribute nothing. */
static void test_rigid(void)
{
	struct world_job *job;

	world_free(&w);
	world_init(&w);
	job = world_new_job(&w, &w.engine.root);
	world_ask(job, AIOS_RESOURCE_CPU, 500, 500);
	world_submit(&w, job);
	tap_need(!aios_engine_decide(&w.engine, w.now, NULL, 0), "rigid: decided");
	tap_need(job->node.state == AIOS_CORE_HELD && job->node.grant[AIOS_RESOURCE_CPU] == 500 &&
		 job->node.x == AIOS_X_ONE && w.engine.result.nr_jobs == 1 &&
		 w.engine.result.objective[0] == job->node.weight * AIOS_X_ONE, "rigid: granted");
	job = world_new_job(&w, &w.engine.root);
	world_ask(job, AIOS_RESOURCE_CPU, 500, 1000);
	world_submit(&w, job);
	tap_need(aios_engine_decide(&w.engine, w.now, NULL, 0) == -ENOMEM, "elastic: refused");
	tap_need(!world_decide(&w) &&
		 job->node.grant[AIOS_RESOURCE_CPU] == 1000, "elastic: granted %llu at state %u",
		 job->node.grant[AIOS_RESOURCE_CPU], job->node.state);
	tap_point("memory is needed only where there is something to distribute");
}

int main(int argc, char **argv)
{
	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	chaos_below = below;
	world_init(&w);
	test_rigid();
	test_kept(2, 12, 600);
	tap_point("rigid and elastic jobs: what was kept is what comes from nothing");
	test_kept(16, 12, 600);
	tap_point("mostly rigid jobs: likewise");
	world_free(&w);
	return tap_done();
}
