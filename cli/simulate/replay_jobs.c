// SPDX-License-Identifier: GPL-2.0
/*
 * The jobs of a replay: fed to the engine as they come, told of as it decides on them, and
 * taken back as they end.
 */
#include <errno.h>

#include "print/util.h"
#include "simulate/replay_internal.h"

static struct sim_node *node_of(struct aios_replay_job *job)
{
	return container_of(job, struct sim_node, replay);
}

/* This returns the group of those that belong together, the root for whom nobody knows. */
static struct aios_group_node *group_of(struct sim *sim, const struct trace_job *job)
{
	int by = sim->in->rules.group_by;

	return sim_group_at(sim, by < 0 ? 0 : job->owner[by]);
}

static struct aios_gang_node *gang_of(struct sim *sim, const struct trace_job *job)
{
	uint32_t i = job->gang;

	if (!i)
		return NULL;
	sim->gangs = sim_array_room(sim->gangs, &sim->nr_gangs, i, sizeof(*sim->gangs));
	if (!sim->gangs[i]) {
		sim->gangs[i] = xcalloc(1, sizeof(**sim->gangs));
		sim->gangs[i]->id = i;
	}
	if (!sim->gangs[i]->nr_members)
		sim->gangs[i]->size = job->gang_size;
	return sim->gangs[i];
}

static void ask(const struct sim *sim, struct sim_node *node, int r)
{
	struct aios_job_node *job = &node->replay.node;
	uint32_t resource = sim_resource(sim, r);

	if (!node->trace.amount[r] || sim->in->machine.capacity[r] == UINT64_MAX)
		return;
	job->resource_mask |= 1U << resource;
	job->request[resource] = node->trace.amount[r];
	job->limit[resource] = node->trace.amount[r];
}

/* Drains count from the first arrival. */
static void drains_set(struct sim *sim, uint64_t first_ns)
{
	const struct sim_rules *rules = &sim->in->rules;

	if (sim->drains || !rules->nr_drains)
		return;
	sim->drains = xcalloc(rules->nr_drains, sizeof(*sim->drains));
	for (size_t i = 0; i < rules->nr_drains; i++) {
		const struct aios_replay_drain *d = &rules->drains[i];

		sim->drains[i].start_ns = first_ns + d->start_ns;
		sim->drains[i].end_ns = d->end_ns ? first_ns + d->end_ns : 0;
	}
	sim->replay.drain = sim->drains;
	sim->replay.nr_drains = rules->nr_drains;
}

static struct aios_replay_job *on_next(struct aios_replay *replay)
{
	struct sim *sim = replay->arg;
	struct trace_job trace;
	struct sim_node *node;
	int more;

	more = sim->failed ? 0 : workload_next(sim->in->workload, &trace);
	sim->failed |= more < 0;
	if (more <= 0)
		return NULL;
	drains_set(sim, trace.submit_ns);
	node = sim_node_new(sim);
	node->trace = trace;
	node->replay.run_ns = trace.run_ns;
	node->replay.fails = trace.fails;
	node->replay.node.id = ++sim->serial;
	node->replay.node.group = group_of(sim, &trace);
	node->replay.node.weight = AIOS_WEIGHT_DEFAULT;
	node->replay.node.priority = trace.priority;
	node->replay.node.submit_ns = trace.submit_ns;
	if (trace.deadline_ns)
		node->replay.node.deadline_ns = trace.submit_ns + trace.deadline_ns;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		ask(sim, node, r);
	return &node->replay;
}

static void place(struct sim *sim, struct sim_node *node, enum aios_visit_state to)
{
	int by = sim->in->rules.group_by;

	if (sim->in->rules.queueing || sim->in->rules.estimates)
		queueing_move(&sim->queueing, &node->visit, by < 0 ? 0 : node->trace.owner[by],
			      to, sim->replay.now, node->replay.node.request);
}

static void on_arrives(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct sim *sim = replay->arg;
	struct sim_node *node = node_of(job);

	sim_expect(sim, node);
	job->node.gang = gang_of(sim, &node->trace);
	depends_arrive(&sim->depends, replay, sim->in->workload->trace, &node->trace, job);
	stats_arrival(sim->stats, &node->trace);
	queueing_begin(&sim->queueing, replay->now);
	if (sim->in->timeline)
		timeline_arrival(sim->in->timeline, replay->now, &node->trace,
				 &node->timeline);
	progress_step(&sim->in->progress);
}

/* What is too large for the machine does not come to a station, as in the module. */
static void on_accepted(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct sim *sim = replay->arg;
	struct sim_node *node = node_of(job);

	place(sim, node, AIOS_VISIT_WAITS);
	if (!sim->in->rules.estimates)
		return;
	node->guess.node = &job->node;
	node->guess.trace = &node->trace;
	estimates_arrive(&sim->estimates, &node->guess, replay->now);
}

static void on_decided(struct aios_replay *replay, u32 what,
		       struct aios_replay_job *job)
{
	struct sim *sim = replay->arg;
	struct timeline *timeline = sim->in->timeline;
	struct sim_node *node = node_of(job);
	bool never = what == AIOS_REPLAY_REJECT || what == AIOS_REPLAY_DROP;

	sim->stats->nr_preemptions += what == AIOS_REPLAY_PREEMPT;
	sim->stats->nr_resumes += what == AIOS_REPLAY_RESUME;
	if (what == AIOS_REPLAY_PREEMPT || job->rejected == -ESRCH)
		place(sim, node, AIOS_VISIT_WAITS);
	else if (!never)
		place(sim, node, AIOS_VISIT_SERVES);
	if (what == AIOS_REPLAY_ADMIT && sim->in->rules.estimates)
		estimates_started(&sim->estimates, &node->guess, replay->now, sim->stats);
	if (!timeline)
		return;
	if (what == AIOS_REPLAY_ADMIT)
		timeline_start(timeline, replay->now, &node->trace, &node->timeline);
	else if (what == AIOS_REPLAY_PREEMPT)
		timeline_preempt(timeline, replay->now, &node->trace, &node->timeline);
	else if (what == AIOS_REPLAY_RESUME)
		timeline_resume(timeline, replay->now, &node->trace, &node->timeline);
	else if (never)
		timeline_reject(timeline, replay->now, &node->trace, &node->timeline);
}

static void on_ended(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct sim *sim = replay->arg;
	struct sim_node *node = node_of(job);

	place(sim, node, AIOS_VISIT_OUT);
	estimates_left(&sim->estimates, &node->guess);
	depends_end(&sim->depends, &node->trace, job);
	if (job->rejected == -ESRCH || job->rejected == -ECANCELED) {
		stats_dropped(sim->stats, &node->trace);
	} else if (job->rejected) {
		stats_rejected(sim->stats, &node->trace);
	} else {
		stats_end(sim->stats, &node->trace, job->finish_ns);
		if (sim->in->timeline)
			timeline_end(sim->in->timeline, replay->now,
				     &node->trace, &node->timeline);
		sim_learn(sim, node);
	}
	sim_node_free(sim, node);
}

const struct aios_replay_ops sim_replay_ops = {
	.next = on_next,
	.arrives = on_arrives,
	.accepted = on_accepted,
	.decided = on_decided,
	.ended = on_ended,
};
