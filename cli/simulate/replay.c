// SPDX-License-Identifier: GPL-2.0
/*
 * One replay for each window, from its first job to its last.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <core/policy/policy.h>

#include "print/util.h"
#include "print/when.h"
#include "simulate/replay_internal.h"

static int step(struct sim *sim)
{
	int err = aios_replay_step(&sim->replay, sim->workspace,
				   sim->workspace_size);

	if (err != -ENOMEM)
		return err;
	free(sim->workspace);
	sim->workspace_size = 2 * aios_engine_workspace_size(&sim->replay.engine);
	sim->workspace = xcalloc(1, sim->workspace_size);
	return 1;
}

static char *why_not(const struct sim *sim, int err)
{
	if (sim->failed)
		return xstrdup(sim->in->workload->error);
	/* A gang may lack a member for ever: one that would wait for others of it, say. */
	if (err == -EDEADLK && sim->stats->nr_rejected)
		return xasprintf("%u jobs are left that the engine never starts; of those rejected the first is job %llu in line %llu",
				 sim->replay.engine.nr_queued,
				 (unsigned long long)sim->stats->rejected.id,
				 (unsigned long long)sim->stats->rejected.line);
	if (err == -EDEADLK)
		return xasprintf("%u jobs are left that the engine never starts",
				 sim->replay.engine.nr_queued);
	return xasprintf("the engine does not go on: %s", strerror(-err));
}

/* This tells whether what is left waits for the end of a drain that has none. */
static bool drained_for_ever(const struct sim *sim)
{
	const struct aios_replay *replay = &sim->replay;

	return replay->next_drain < replay->nr_drains &&
	       !replay->drain[replay->next_drain].end_ns;
}

/* This tells whether the head waits for the number of admitted jobs to fall, not for room. */
static bool full(const struct sim *sim)
{
	const struct aios_engine *engine = &sim->replay.engine;
	const struct aios_job_node *head = engine->head;

	if (engine->nr_held < AIOS_HELD_MAX || !head)
		return false;
	for (int r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (head->request[r] > engine->capacity[r] - engine->root.charged[r])
			return false;
	return true;
}

/* Who else uses the machine does not change how much of it a replay takes. */
static uint64_t processor_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

static int run_window(struct sim *sim, char **error)
{
	uint64_t begin = processor_ns();
	int err = 1;

	while (err > 0 && !sim->failed) {
		err = step(sim);
		if (sim->in->rules.estimates)
			estimates_decided(&sim->estimates, &sim->replay.engine,
					  sim->replay.now, &sim->queueing,
					  sim->capacity);
		sim->stats->full |= full(sim);
	}
	if (err == -EDEADLK && drained_for_ever(sim)) {
		sim->stats->nr_left += sim->replay.engine.nr_queued;
		err = 0;
	}
	if (err || sim->failed) {
		*error = why_not(sim, err);
		return -1;
	}
	stats_window_end(sim->stats, sim->replay.hash, sim->replay.nr_decisions,
			 processor_ns() - begin);
	if (sim->in->rules.queueing)
		queueing_collect(&sim->queueing, sim->capacity, sim->stats);
	sim->stats->nr_events += sim->replay.nr_events;
	sim->stats->nr_drained += sim->replay.nr_drained;
	sim->stats->nr_guarded += sim->replay.engine.nr_guarded;
	sim->stats->nr_beyond += sim->replay.engine.nr_beyond;
	return 0;
}

static int window_run(struct sim_input *in, const struct sim_policy *policy,
		      const struct window *window, struct sim_stats *stats,
		      char **error)
{
	struct sim *sim = xcalloc(1, sizeof(*sim));
	uint64_t bytes;
	int err;

	sim->in = in;
	sim->stats = stats;
	aios_replay_init(&sim->replay, &sim_replay_ops, sim);
	sim->replay.one_by_one = in->rules.one_by_one;
	sim->replay.engine.blocking = in->rules.one_by_one;
	sim->replay.resume_cost_ns = in->rules.resume_cost_ns;
	if (sim_learnt(in->rules.order_by) || sim_learnt(in->rules.reserve_by))
		sim->predictor = predictor_new(in->trained);
	err = sim_machine_set(sim, policy);
	if (err) {
		*error = xasprintf("the engine takes no such machine or policy: %s",
				   strerror(-err));
	} else if (workload_begin(in->workload, window)) {
		*error = xstrdup(in->workload->error);
		err = -1;
	} else {
		stats_window_begin(stats);
		err = run_window(sim, error);
	}
	bytes = sim->nr_chunks * sizeof(struct sim_chunk);
	if (bytes > stats->peak_bytes)
		stats->peak_bytes = bytes;
	sim_free(sim);
	return err ? -1 : 0;
}

int sim_run(struct sim_input *in, const struct sim_policy *policy,
	    struct sim_stats *stats, char **error)
{
	int err = 0;

	for (size_t i = 0; i < in->nr_windows && !err; i++)
		err = window_run(in, policy, &in->windows[i], stats, error);
	stats->rank_down = in->workload->rules.protocol == PROTOCOL_P2;
	if (!err)
		stats_finish(stats, in->machine.capacity);
	progress_end(&in->progress);
	return err;
}

const char *sim_policy_at(unsigned int i, uint32_t *id)
{
	const struct aios_policy_ops *ops = aios_policy_at(i);

	if (!ops)
		return NULL;
	*id = ops->id;
	return ops->name;
}
