// SPDX-License-Identifier: GPL-2.0
/*
 * The event loop of replay.h. Events of one instant are ends first, then
 * arrivals, then a decision: whoever decides knows all that has happened. The
 * published protocol decides after each event instead, arrivals first.
 */
#include "core/base/fixed.h"
#include "core/replay/replay.h"

/* FNV-1a: offset basis and prime of the 64-bit variant. */
#define HASH_BASIS	0xcbf29ce484222325ULL
#define HASH_PRIME	0x100000001b3ULL

static struct aios_replay_job *job_of(struct aios_job_node *node)
{
	return container_of(node, struct aios_replay_job, node);
}

static struct aios_replay_job *job_of_finish(struct aios_ordered_node *node)
{
	return container_of(node, struct aios_replay_job, finish_node);
}

static void hash_u64(struct aios_replay *replay, u64 value)
{
	u32 i;

	for (i = 0; i < 8; i++) {
		replay->hash = (replay->hash ^ (value & 0xff)) * HASH_PRIME;
		value >>= 8;
	}
}

static void decided(struct aios_replay *replay, u32 what,
		    struct aios_replay_job *job)
{
	hash_u64(replay, replay->now);
	hash_u64(replay, what);
	hash_u64(replay, job->node.id);
	replay->nr_decisions++;
	if (replay->ops->decided)
		replay->ops->decided(replay, what, job);
}

/* Service begins or goes on: the job is filed under the time of its finish. */
static void serve(struct aios_replay *replay, struct aios_replay_job *job)
{
	job->since_ns = replay->now;
	job->finish_node.key.major = min(replay->now + job->left_ns,
					 AIOS_TIME_MAX);
	job->finish_node.key.minor = replay->nr_decisions;
	job->finish_node.key.serial = job->node.serial;
	aios_ordered_insert(&replay->running, &job->finish_node);
}

static void replay_admitted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_replay *replay = engine->arg;
	struct aios_replay_job *job = job_of(node);

	job->start_ns = replay->now;
	serve(replay, job);
	decided(replay, AIOS_REPLAY_ADMIT, job);
}

static void replay_resumed(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_replay *replay = engine->arg;
	struct aios_replay_job *job = job_of(node);

	job->resumes++;
	job->left_ns = min(job->left_ns + replay->resume_cost_ns,
			   AIOS_TIME_MAX);
	serve(replay, job);
	decided(replay, AIOS_REPLAY_RESUME, job);
}

/* Service stops: what was left when it began, less what it has had since. */
static void leave_machine(struct aios_replay *replay, struct aios_replay_job *job)
{
	u64 served = replay->now - job->since_ns;

	aios_ordered_erase(&replay->running, &job->finish_node);
	job->left_ns -= min(job->left_ns, served);
	job->service_ns += served;
}

static void replay_preempted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_replay *replay = engine->arg;

	leave_machine(replay, job_of(node));
	decided(replay, AIOS_REPLAY_PREEMPT, job_of(node));
}

static void replay_dropped(struct aios_engine *engine, struct aios_job_node *node)
{
	struct aios_replay *replay = engine->arg;
	struct aios_replay_job *job = job_of(node);

	job->rejected = -ECANCELED;
	job->finish_ns = replay->now;
	decided(replay, AIOS_REPLAY_DROP, job);
	replay->ops->ended(replay, job);
}

static void replay_yield(struct aios_engine *engine)
{
	struct aios_replay *replay = engine->arg;

	if (replay->ops->yield)
		replay->ops->yield(replay);
}

static const struct aios_engine_ops engine_ops = {
	.admitted = replay_admitted,
	.resumed = replay_resumed,
	.preempted = replay_preempted,
	.dropped = replay_dropped,
	.yield = replay_yield,
};

/* See replay.h for the contracts of the functions that it declares. */

void aios_replay_init(struct aios_replay *replay,
		      const struct aios_replay_ops *ops, void *arg)
{
	memset(replay, 0, sizeof(*replay));
	replay->ops = ops;
	replay->arg = arg;
	replay->hash = HASH_BASIS;
	aios_engine_init(&replay->engine, &engine_ops, replay, 1);
}

void aios_replay_depend(struct aios_replay *replay, struct aios_replay_job *job,
			u32 kind, struct aios_replay_job *on, bool failed)
{
	bool never = kind == (failed ? AIOS_DEPEND_AFTEROK : AIOS_DEPEND_AFTERNOTOK);
	struct aios_edge *edge = &job->node.edge[job->node.nr_edges++];

	edge->kind = kind;
	edge->on = on ? &on->node : NULL;
	/*
	 * Refuse the job, as the module refuses one that waits for something that
	 * can never be.
	 */
	if (!on && never)
		edge->on = &replay->nobody;
}

static void reject(struct aios_replay *replay, struct aios_replay_job *job,
		   int err)
{
	job->rejected = err;
	job->finish_ns = replay->now;
	decided(replay, AIOS_REPLAY_REJECT, job);
	replay->ops->ended(replay, job);
}

static void submit_arrival(struct aios_replay *replay, struct aios_now now)
{
	struct aios_replay_job *job = replay->waiting;
	int err;

	replay->waiting = replay->ops->next(replay);
	replay->nr_events++;
	job->left_ns = job->run_ns;
	if (replay->ops->arrives)
		replay->ops->arrives(replay, job);
	err = aios_engine_job_submit(&replay->engine, now, &job->node, NULL);
	if (err) {
		reject(replay, job, err);
		return;
	}
	aios_engine_job_ready(&replay->engine, now, &job->node, true);
	if (replay->ops->accepted)
		replay->ops->accepted(replay, job);
}

static void finish_job(struct aios_replay *replay, struct aios_now now,
		       struct aios_replay_job *job)
{
	replay->nr_events++;
	leave_machine(replay, job);
	job->finish_ns = replay->now;
	if (job->fails)
		aios_engine_job_end(&replay->engine, now, &job->node);
	else
		aios_engine_job_done(&replay->engine, now, &job->node);
	replay->ops->ended(replay, job);
}

static bool arrival_due(const struct aios_replay *replay, u64 time)
{
	return replay->waiting && replay->waiting->node.submit_ns <= time;
}

static struct aios_replay_job *finish_due(const struct aios_replay *replay,
					  u64 time)
{
	struct aios_ordered_node *node = aios_ordered_first(&replay->running);

	return node && node->key.major <= time ? job_of_finish(node) : NULL;
}

/* Return when the present drain is over, or the next one. */
static u64 drain_end(const struct aios_replay *replay)
{
	u64 end = replay->next_drain < replay->nr_drains ?
		replay->drain[replay->next_drain].end_ns : 0;

	return end ? end : AIOS_TIME_MAX;
}

static void announce_drain(struct aios_replay *replay, struct aios_now now)
{
	aios_engine_drain(&replay->engine, now, replay->next_drain < replay->nr_drains ?
			  replay->drain[replay->next_drain].start_ns : AIOS_TIME_MAX);
}

/* A drain that no job noticed, because none came meanwhile, ends too. */
static void end_drains(struct aios_replay *replay, struct aios_now now)
{
	while (replay->now < AIOS_TIME_MAX && drain_end(replay) <= replay->now) {
		replay->nr_drained += replay->engine.nr_queued;
		replay->next_drain++;
		announce_drain(replay, now);
	}
}

/* Find the time of the next event. Return false when there is none. */
static bool next_event_time(const struct aios_replay *replay, u64 *time)
{
	const struct aios_ordered_node *node = aios_ordered_first(&replay->running);
	u64 next = AIOS_TIME_MAX;

	if (node)
		next = min(next, node->key.major);
	if (replay->waiting)
		next = min(next, replay->waiting->node.submit_ns);
	if (replay->engine.nr_queued)
		next = min(next, drain_end(replay));
	if (next < AIOS_TIME_MAX || aios_ordered_size(&replay->engine.queue))
		next = min(next, replay->engine.next_ns);
	if (next == AIOS_TIME_MAX)
		return false;
	*time = max(next, replay->now);
	return true;
}

static void one_event(struct aios_replay *replay, struct aios_now now)
{
	struct aios_replay_job *job = finish_due(replay, replay->now);

	if (arrival_due(replay, replay->now))
		submit_arrival(replay, now);
	else if (job)
		finish_job(replay, now, job);
}

static void all_events(struct aios_replay *replay, struct aios_now now)
{
	struct aios_replay_job *job;

	while ((job = finish_due(replay, replay->now)))
		finish_job(replay, now, job);
	while (arrival_due(replay, replay->now))
		submit_arrival(replay, now);
}

int aios_replay_step(struct aios_replay *replay, void *workspace, size_t size)
{
	struct aios_engine *engine = &replay->engine;
	struct aios_now now = aios_replay_now(replay);
	int err;

	if (!replay->nr_events && !replay->waiting) {
		replay->waiting = replay->ops->next(replay);
		/* The published comparisons have the times that were recorded. */
		if (replay->waiting && !replay->one_by_one)
			engine->origin_ns = replay->waiting->node.submit_ns;
		if (replay->nr_drains)
			announce_drain(replay, now);
	}
	/* Events that are pending here could not be decided for want of memory. */
	if (!aios_engine_pending(engine)) {
		if (!next_event_time(replay, &replay->now))
			return engine->nr_queued ? -EDEADLK : 0;
		now = aios_replay_now(replay);
		end_drains(replay, now);
		if (replay->one_by_one)
			one_event(replay, now);
		else
			all_events(replay, now);
	}
	if (!aios_engine_pending(engine))
		return 1;
	err = aios_engine_decide(engine, replay->now, workspace, size);
	if (err)
		return err;
	replay->nr_rounds++;
	return 1;
}
