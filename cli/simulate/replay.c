// SPDX-License-Identifier: GPL-2.0
/*
 * One replay: a machine of the engine's, jobs fed to it as they come and taken
 * back as they end. Memory is that of the jobs that are in the system.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <core/learn/ranker.h>
#include <core/policy/policy.h>
#include <core/replay/replay.h>

#include "print/util.h"
#include "print/when.h"
#include "simulate/depend.h"
#include "simulate/estimates.h"
#include "simulate/predict.h"
#include "simulate/simulate.h"
#include "simulate/stations.h"

/*
 * The engine places gpus on devices of which a job takes AIOS_JOB_DEVICES_MAX
 * at most; a pool is a sum of its own, under a number that the ABI does not use.
 */
#define POOL	(AIOS_RESOURCE_MAX - 1)

#define NODES_CHUNK	256

struct sim_node {
	struct aios_replay_job replay;
	struct trace_job trace;
	struct timeline_job timeline;
	struct aios_visit visit;
	struct sim_guess guess;
	struct sim_said *said;	/* by the predictor, or NULL */
	struct sim_node *next;	/* that is free */
};

struct sim_chunk {
	struct sim_chunk *next;
	struct sim_node nodes[NODES_CHUNK];
};

/* A user's last two run times predict the next (Tsafrir et al., TPDS 18(6), 2007). */
struct sim_history {
	uint64_t runs[2];
	uint32_t nr;
};

struct sim {
	struct aios_replay replay;
	struct sim_input *in;
	struct sim_stats *stats;
	struct sim_chunk *chunks;
	struct sim_node *free;
	uint64_t nr_nodes;	/* in use */
	uint64_t nr_chunks;
	struct aios_group_node **groups; /* by owner */
	uint32_t nr_groups;
	struct aios_gang_node **gangs; /* by number */
	uint32_t nr_gangs;
	struct aios_device_node *devices;
	struct sim_queueing queueing;
	struct sim_estimates estimates;
	u64 capacity[AIOS_RESOURCE_MAX]; /* as stations count it */
	struct sim_depends depends;
	struct aios_replay_drain *drains; /* as the rules have them, in the trace's time */
	struct sim_history *history; /* by user */
	uint32_t nr_history;
	struct sim_predictor *predictor; /* or NULL */
	struct aios_ranker *ranker; /* or NULL */
	uint64_t serial;
	void *reference;
	void *workspace;
	size_t workspace_size;
	bool failed;		/* to read the workload */
};

/* This returns where the engine keeps what a trace calls a resource. */
static uint32_t resource_of(const struct sim *sim, int r)
{
	switch (r) {
	case TRACE_CPU:
		return AIOS_RESOURCE_CPU;
	case TRACE_MEMORY:
		return AIOS_RESOURCE_MEMORY;
	default:
		return sim->in->machine.pooled ? POOL : AIOS_RESOURCE_GPU;
	}
}

static struct sim_node *node_of(struct aios_replay_job *job)
{
	return container_of(job, struct sim_node, replay);
}

/* ------------------------------------------------------------------ memory */

static struct sim_node *node_new(struct sim *sim)
{
	struct sim_node *node;

	if (!sim->free) {
		struct sim_chunk *chunk = xcalloc(1, sizeof(*chunk));

		chunk->next = sim->chunks;
		sim->chunks = chunk;
		sim->nr_chunks++;
		for (size_t i = 0; i < NODES_CHUNK; i++) {
			chunk->nodes[i].next = sim->free;
			sim->free = &chunk->nodes[i];
		}
	}
	node = sim->free;
	sim->free = node->next;
	memset(node, 0, sizeof(*node));
	if (++sim->nr_nodes > sim->stats->peak_nodes)
		sim->stats->peak_nodes = sim->nr_nodes;
	return node;
}

static void node_free(struct sim *sim, struct sim_node *node)
{
	free(node->said);
	node->said = NULL;
	node->next = sim->free;
	sim->free = node;
	sim->nr_nodes--;
}

static void sim_free(struct sim *sim)
{
	while (sim->chunks) {
		struct sim_chunk *chunk = sim->chunks;

		sim->chunks = chunk->next;
		for (size_t i = 0; i < NODES_CHUNK; i++) {
			free(chunk->nodes[i].replay.node.edge);
			free(chunk->nodes[i].said);
		}
		free(chunk);
	}
	for (uint32_t i = 0; i < sim->nr_groups; i++)
		free(sim->groups[i]);
	free(sim->groups);
	for (uint32_t i = 0; i < sim->nr_gangs; i++)
		free(sim->gangs[i]);
	free(sim->gangs);
	free(sim->devices);
	queueing_free(&sim->queueing);
	estimates_free(&sim->estimates);
	depends_free(&sim->depends);
	free(sim->drains);
	free(sim->history);
	predictor_free(sim->predictor);
	free(sim->ranker);
	free(sim->reference);
	free(sim->workspace);
	free(sim);
}

/* This makes room for entry @i in an array that has @nr, the new ones zero. */
static void *array_room(void *array, uint32_t *nr, uint32_t i, size_t size)
{
	uint32_t room = *nr;

	if (i < room)
		return array;
	while (room <= i)
		room = room ? room * 2 : 64;
	array = xrealloc(array, room * size);
	memset((char *)array + *nr * size, 0, (room - *nr) * size);
	*nr = room;
	return array;
}

/* -------------------------------------------------------------------- jobs */

static struct aios_group_node *group_at(struct sim *sim, uint32_t i)
{
	struct aios_engine *engine = &sim->replay.engine;

	if (!i)
		return &engine->root;
	sim->groups = array_room(sim->groups, &sim->nr_groups, i,
				 sizeof(*sim->groups));
	if (!sim->groups[i]) {
		sim->groups[i] = xcalloc(1, sizeof(**sim->groups));
		sim->groups[i]->id = engine->root.id + i;
		aios_engine_group_attach(sim->groups[i], &engine->root,
					 AIOS_WEIGHT_DEFAULT, NULL);
	}
	return sim->groups[i];
}

/* This returns the group of those that belong together, the root for whom nobody knows. */
static struct aios_group_node *group_of(struct sim *sim, const struct trace_job *job)
{
	int by = sim->in->rules.group_by;

	return group_at(sim, by < 0 ? 0 : job->owner[by]);
}

/* The groups are made before any job comes, as the module's replay has it. */
static int groups_set(struct sim *sim)
{
	const struct sim_rules *rules = &sim->in->rules;
	struct aios_engine *engine = &sim->replay.engine;
	int err = 0;

	for (size_t i = 0; i < rules->nr_own && !err; i++) {
		const struct sim_group *own = &rules->own[i];
		const struct intern *names = &sim->in->workload->trace->names[rules->group_by];
		struct aios_group_node *group = group_at(sim, intern_find(names, own->name));

		if (own->quantum_ns)
			err = aios_engine_group_quantum(engine,
							aios_replay_now(&sim->replay),
							group, own->quantum_ns);
		if (!err && own->policy != AIOS_GROUP_INHERITS)
			err = aios_engine_group_policy(engine,
						       aios_replay_now(&sim->replay),
						       group, own->policy);
	}
	return err;
}

static struct aios_gang_node *gang_of(struct sim *sim, const struct trace_job *job)
{
	uint32_t i = job->gang;

	if (!i)
		return NULL;
	sim->gangs = array_room(sim->gangs, &sim->nr_gangs, i, sizeof(*sim->gangs));
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
	uint32_t resource = resource_of(sim, r);

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
	node = node_new(sim);
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

/* --------------------------------------------------------------- run times */

/*
 * The prediction is the average of the user's last two run times, at most the request,
 * and that where he has none. No time at all is the least there is, not an unknown one.
 */
static uint64_t predicted(const struct sim *sim, const struct trace_job *job)
{
	uint32_t user = job->owner[TRACE_BY_USER];
	const struct sim_history *h;
	uint64_t mean;

	if (!user || user >= sim->nr_history || !sim->history[user].nr)
		return job->request_ns;
	h = &sim->history[user];
	mean = h->nr == 1 ? h->runs[0] : (h->runs[0] + h->runs[1]) / 2;
	if (job->request_ns && mean > job->request_ns)
		mean = job->request_ns;
	return mean ?: 1;
}

static uint64_t runtime_of(const struct sim *sim, const struct sim_node *node,
			   enum sim_runtimes kind)
{
	const struct trace_job *job = &node->trace;

	switch (kind) {
	case SIM_TRUE:
		return job->run_ns ?: 1;
	case SIM_PREDICTED:
		return predicted(sim, job);
	case SIM_TREE:
		return node->said->run_ns[SIM_BY_TREE];
	case SIM_SVM:
		return node->said->run_ns[SIM_BY_SVM];
	case SIM_BEST:
		return node->said->run_ns[SIM_BY_BEST];
	default:
		return job->request_ns;
	}
}

/* What is reserved is what the job states; it is ordered by that or by something else. */
static void expect(const struct sim *sim, struct sim_node *node)
{
	const struct sim_rules *rules = &sim->in->rules;
	struct aios_job_node *job = &node->replay.node;

	if (sim->predictor) {
		node->said = xcalloc(1, sizeof(*node->said));
		predictor_ask(sim->predictor, &node->trace, predicted(sim, &node->trace),
			      node->said);
	}

	job->expected_runtime_ns = runtime_of(sim, node, rules->reserve_by);
	if (rules->order_by != rules->reserve_by)
		job->predicted_runtime_ns = runtime_of(sim, node, rules->order_by);
}

static void learn(struct sim *sim, const struct sim_node *node)
{
	const struct trace_job *job = &node->trace;
	uint32_t user = job->owner[TRACE_BY_USER];
	struct sim_history *h;

	if (node->said)
		predictor_learn(sim->predictor, job, node->said, &sim->stats->predictions);
	if (!user)
		return;
	sim->history = array_room(sim->history, &sim->nr_history, user,
				  sizeof(*sim->history));
	h = &sim->history[user];
	h->runs[1] = h->runs[0];
	h->runs[0] = job->run_ns;
	h->nr += h->nr < 2;
}

/* --------------------------------------------------------------- callbacks */

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

	expect(sim, node);
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
		learn(sim, node);
	}
	node_free(sim, node);
}

static const struct aios_replay_ops replay_ops = {
	.next = on_next,
	.arrives = on_arrives,
	.accepted = on_accepted,
	.decided = on_decided,
	.ended = on_ended,
};

/* ----------------------------------------------------------------- machine */

static int add_devices(struct sim *sim, uint32_t nr)
{
	int err = 0;

	sim->devices = xcalloc(nr ?: 1, sizeof(*sim->devices));
	for (uint32_t i = 0; i < nr && !err; i++) {
		sim->devices[i].id = i + 1;
		err = aios_engine_device_add(&sim->replay.engine,
					     aios_replay_now(&sim->replay),
					     &sim->devices[i]);
	}
	return err;
}

/* What the model sees of one window is nothing to the next. */
static int ranker_set(struct sim *sim)
{
	sim->ranker = xcalloc(1, sizeof(*sim->ranker));
	sim->ranker->network = *sim->in->rules.network;
	return aios_engine_ranker_set(&sim->replay.engine, aios_replay_now(&sim->replay),
				      sim->ranker);
}

static int machine_set(struct sim *sim, const struct sim_policy *policy)
{
	const struct sim_machine *machine = &sim->in->machine;
	struct aios_engine *engine = &sim->replay.engine;
	const struct aios_engine_tuning tuning = {
		.quantum_ns = policy->quantum_ns,
		.aging_ns = sim->in->rules.aging_ns,
		.half_life_ns = sim->in->rules.half_life_ns,
		.guard = sim->in->rules.guard,
		.guard_floor_ns = sim->in->rules.guard_floor_ns,
	};
	int err = 0;

	for (int r = 0; r < AIOS_RESOURCE_MAX; r++)
		sim->capacity[r] = AIOS_UNLIMITED;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		sim->capacity[resource_of(sim, r)] = machine->capacity[r];
	for (int r = 0; r < TRACE_NR_RESOURCES && !err; r++) {
		if (machine->capacity[r] == UINT64_MAX)
			continue;
		err = aios_engine_resource_set(engine,
					       aios_replay_now(&sim->replay),
					       resource_of(sim, r),
					       r == TRACE_MEMORY ?
					       AIOS_RESOURCE_STICKY :
					       AIOS_RESOURCE_ELASTIC,
					       machine->capacity[r]);
		if (!err && r == TRACE_GPU && !machine->pooled)
			err = add_devices(sim, machine->capacity[r] / AIOS_MILLI);
	}
	if (tuning.guard) {
		sim->reference = xcalloc(1, aios_engine_reference_size());
		aios_engine_reference_set(engine, aios_replay_now(&sim->replay),
					  sim->reference);
	}
	if (!err)
		err = aios_engine_tune(engine, aios_replay_now(&sim->replay),
				       &tuning);
	if (!err && policy->policy == AIOS_POLICY_LEARNED)
		err = ranker_set(sim);
	if (!err)
		err = aios_engine_policy_set(engine, aios_replay_now(&sim->replay),
					     policy->policy, policy->backfill,
					     AIOS_OBJECTIVE_UTILITY);
	return err ?: groups_set(sim);
}

/* ------------------------------------------------------------------ replay */

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
	aios_replay_init(&sim->replay, &replay_ops, sim);
	sim->replay.one_by_one = in->rules.one_by_one;
	sim->replay.engine.blocking = in->rules.one_by_one;
	sim->replay.resume_cost_ns = in->rules.resume_cost_ns;
	if (sim_learnt(in->rules.order_by) || sim_learnt(in->rules.reserve_by))
		sim->predictor = predictor_new(in->trained);
	err = machine_set(sim, policy);
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

/* ------------------------------------------------------------------- names */

const char *sim_policy_at(unsigned int i, uint32_t *id)
{
	const struct aios_policy_ops *ops = aios_policy_at(i);

	if (!ops)
		return NULL;
	*id = ops->id;
	return ops->name;
}
