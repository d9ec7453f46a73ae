/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replay of a recorded or generated workload through the engine: the events of
 * jobs whose run times are known are fed to it in the order of time, and what
 * it decides is counted and hashed. The simulator of aiosctl and the module's
 * own replay are this code, so equal hashes mean equal decisions.
 *
 * Pure like the engine: jobs come from the owner one by one and go back to him
 * when they have ended, so memory is bounded by the jobs that are in the
 * system, not by the length of the trace.
 */
#ifndef AIOS_CORE_REPLAY_REPLAY_H
#define AIOS_CORE_REPLAY_REPLAY_H

#include "core/engine/engine.h"

struct aios_replay;

/**
 * struct aios_replay_job - a job of a workload
 * @node: the engine's; the owner sets id, group, what it asks for, submit_ns
 *	and expected_runtime_ns
 * @run_ns: service that it needs until it ends by itself
 * @fails: it ends without success, which those learn who depend on it
 * @owner: for the owner
 * @start_ns: first admission; read-only for the owner, like all below
 * @finish_ns: when it ended
 * @left_ns: service that it still needs, as of @since_ns while it runs
 * @since_ns: start of the present stretch of service
 * @service_ns: service received before it, the costs of resuming included
 * @resumes: how often it was resumed after the first start
 * @rejected: 0, -errno of the refused submission (-ESRCH: it depends on what can no
 *	longer be), or -ECANCELED: dropped, for it could never start any more
 * @finish_node: private; in aios_replay::running
 */
struct aios_replay_job {
	struct aios_job_node node;
	u64 run_ns;
	bool fails;
	void *owner;
	u64 start_ns;
	u64 finish_ns;
	u64 left_ns;
	u64 since_ns;
	u64 service_ns;
	u32 resumes;
	int rejected;
	struct aios_ordered_node finish_node;
};

/* These tell what was decided about a job; the numbers are part of the hash. */
#define AIOS_REPLAY_ADMIT	1
#define AIOS_REPLAY_RESUME	2
#define AIOS_REPLAY_PREEMPT	3
#define AIOS_REPLAY_REJECT	4
#define AIOS_REPLAY_DROP	5

/**
 * struct aios_replay_ops - the owner of a replay
 * @next: the next job in the order of submit_ns, all set but private fields;
 *	NULL when there is none. It is the engine's until @ended.
 * @arrives: @job comes now; what was asked of @next may still be changed, its
 *	expected run time by what has ended meanwhile; may be NULL
 * @accepted: @job, which comes now, was not rejected; may be NULL
 * @decided: one decision; may be NULL
 * @ended: @job ended or was rejected (see rejected) and is the owner's again
 * @yield: as in struct aios_engine_ops; may be NULL
 */
struct aios_replay_ops {
	struct aios_replay_job *(*next)(struct aios_replay *replay);
	void (*arrives)(struct aios_replay *replay,
			struct aios_replay_job *job);
	void (*accepted)(struct aios_replay *replay,
			 struct aios_replay_job *job);
	void (*decided)(struct aios_replay *replay, u32 what,
			struct aios_replay_job *job);
	void (*ended)(struct aios_replay *replay, struct aios_replay_job *job);
	void (*yield)(struct aios_replay *replay);
};

/**
 * struct aios_replay - a replay
 * @engine: set up by the owner after aios_replay_init(): resources, groups,
 *	devices, policy
 * @ops: the owner's
 * @arg: the owner's
 * @resume_cost_ns: service that each resume costs; set by the owner
 * @one_by_one: decide after each event, not after each instant, arrivals first, and
 *	have arrivals count from time 0, not from the first; set by the owner
 * @drain: memory of the owner's, one after the other in time, the last with or without
 *	an end: each is known from the end of the one before on, the first from the
 *	beginning; set by the owner, in the first call of aios_replay_ops::next at the
 *	latest
 * @nr_drains: how many
 * @now: time of the last event; read-only for the owner, like all below
 * @hash: FNV-1a, 64 bits, over time, kind and job of every decision
 * @nr_events: arrivals, ends and ticks
 * @nr_decisions: of these hashed
 * @nr_rounds: calls of aios_engine_decide() that had something to do
 * @nr_drained: jobs that waited at the end of a drain
 * @next_drain: private; the present or next one
 * @waiting: private; next arrival
 * @running: private; by time of finish
 * @nobody: private; whom those wait for who wait in vain
 */
struct aios_replay {
	struct aios_engine engine;
	const struct aios_replay_ops *ops;
	void *arg;
	u64 resume_cost_ns;
	bool one_by_one;
	const struct aios_replay_drain *drain;
	u32 nr_drains;
	u32 next_drain;
	u64 now;
	u64 hash;
	u64 nr_events;
	u64 nr_decisions;
	u64 nr_rounds;
	u64 nr_drained;
	struct aios_replay_job *waiting;
	struct aios_ordered running;
	struct aios_job_node nobody;
};

/**
 * aios_replay_init() - make a replay with an empty engine
 * @replay: memory of the owner's, any content
 * @ops: the owner's, used as long as the replay is
 * @arg: for the owner
 */
void aios_replay_init(struct aios_replay *replay,
		      const struct aios_replay_ops *ops, void *arg);

/**
 * aios_replay_depend() - let a job that arrives wait for an earlier one
 * @replay: replay
 * @job: job, in aios_replay_ops::arrives; its node.edge has room for one more, and
 *	node.nr_edges is the number of those before
 * @kind: AIOS_DEPEND_*
 * @on: the other while it is in the system, NULL once it has ended
 * @failed: of one that has ended: rejected, or without success
 */
void aios_replay_depend(struct aios_replay *replay, struct aios_replay_job *job,
			u32 kind, struct aios_replay_job *on, bool failed);

/* Return the present time of a replay, for whoever sets its machine up. */
static inline struct aios_now aios_replay_now(struct aios_replay *replay)
{
	return aios_engine_time(&replay->engine, replay->now);
}

/**
 * aios_replay_step() - go on to the next event and decide
 * @replay: replay
 * @workspace: as for aios_engine_decide()
 * @size: its size
 *
 * Return: 1: there is more; 0: every job has ended; -ENOMEM: call again with
 * aios_engine_workspace_size() bytes, nothing is lost; -EDEADLK: jobs wait that
 * the engine will never start, for a drain has no end, or they wait for each other.
 */
int aios_replay_step(struct aios_replay *replay, void *workspace, size_t size);

#endif /* AIOS_CORE_REPLAY_REPLAY_H */
