// SPDX-License-Identifier: GPL-2.0
/*
 * What AIOS_IOC_REPLAY is compared with: see replay_judge.h.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <core/replay/replay.h>

#include "calls.h"
#include "harness.h"
#include "replay_judge.h"

/* ------------------------------------------------- the judge, in this process */

struct judge {
	struct aios_replay replay;
	const struct workload *w;
	struct aios_replay_job *jobs;
	struct aios_group_node groups[AIOS_REPLAY_GROUPS_MAX];
	struct aios_device_node devices[AIOS_DEVICES_MAX];
	struct aios_gang_node gangs[AIOS_REPLAY_GANGS_MAX];
	struct aios_edge *edges; /* of the jobs that come, one after the other */
	bool *ended;
	bool *failed;
	uint32_t next;
	uint32_t next_edge;
	uint32_t next_depend;
	uint32_t nr_started;
};

static struct aios_group_node *judge_group(struct judge *j, uint32_t number)
{
	struct aios_group_node *group = &j->groups[number];

	if (!number)
		return &j->replay.engine.root;
	if (!group->id) {
		group->id = 1 + number;
		ASSERT(!aios_engine_group_attach(group, &j->replay.engine.root,
						 AIOS_WEIGHT_DEFAULT, NULL));
	}
	return group;
}

static struct aios_replay_job *judge_next(struct aios_replay *replay)
{
	struct judge *j = replay->arg;
	const struct aios_replay_record *r = &j->w->records[j->next];
	struct aios_replay_job *job = &j->jobs[j->next];

	if (j->next == j->w->call.nr_records)
		return NULL;
	job->run_ns = r->run_ns;
	job->fails = r->flags & AIOS_REPLAY_FAILS;
	job->node.id = ++j->next;
	job->node.group = judge_group(j, r->group);
	job->node.weight = r->weight;
	job->node.priority = r->priority;
	job->node.submit_ns = r->submit_ns;
	job->node.expected_runtime_ns = r->expected_runtime_ns;
	job->node.resource_mask = r->resource_mask;
	memcpy(job->node.request, r->request, sizeof(r->request));
	memcpy(job->node.limit, r->limit, sizeof(r->limit));
	job->node.deadline_ns = r->deadline_ns;
	if (r->gang) {
		job->node.gang = &j->gangs[r->gang];
		job->node.gang->size = r->gang_size;
	}
	return job;
}

static void judge_depend(struct judge *j, struct aios_replay_job *job, uint32_t kind,
			 uint32_t on)
{
	aios_replay_depend(&j->replay, job, kind,
			   j->ended[on - 1] ? NULL : &j->jobs[on - 1], j->failed[on - 1]);
	j->next_edge++;
}

static void judge_arrives(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct judge *j = replay->arg;
	const struct aios_replay_depend *d = &j->w->depends[j->next_depend];
	uint32_t after = j->w->records[job->node.id - 1].after;

	job->node.edge = &j->edges[j->next_edge];
	if (after)
		judge_depend(j, job, AIOS_DEPEND_AFTERANY, after);
	for (; j->next_depend < j->w->call.nr_depends && d->record == job->node.id; d++) {
		judge_depend(j, job, d->kind, d->on);
		j->next_depend++;
	}
}

static void judge_decided(struct aios_replay *replay, uint32_t what,
			  struct aios_replay_job *job)
{
	struct judge *j = replay->arg;

	if (what == AIOS_REPLAY_ADMIT && j->w->started)
		j->w->started[j->nr_started++] = (struct workload_start){
			.record = job->node.id - 1, .ns = job->start_ns,
		};
}

static void judge_ended(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct judge *j = replay->arg;

	j->ended[job->node.id - 1] = true;
	j->failed[job->node.id - 1] = job->rejected || job->fails;
}

static void judge_machine(struct judge *j)
{
	const struct aios_replay_call *c = &j->w->call;
	struct aios_engine *engine = &j->replay.engine;

	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++) {
		if (!((c->elastic | c->sticky) >> r & 1))
			continue;
		ASSERT(!aios_engine_resource_set(engine,
						 aios_replay_now(&j->replay), r,
						 c->elastic >> r & 1 ?
						 AIOS_RESOURCE_ELASTIC :
						 AIOS_RESOURCE_STICKY, c->capacity[r]));
		if (r != AIOS_RESOURCE_GPU)
			continue;
		for (uint32_t i = 0; i < c->capacity[r] / AIOS_MILLI; i++) {
			j->devices[i].id = i + 1;
			ASSERT(!aios_engine_device_add(engine,
						       aios_replay_now(&j->replay),
						       &j->devices[i]));
		}
	}
}

/* What the same call would answer, decided here. */
struct aios_replay_call judged(const struct workload *w)
{
	static const struct aios_replay_ops ops = {
		.next = judge_next, .arrives = judge_arrives,
		.decided = judge_decided, .ended = judge_ended,
	};
	struct aios_replay_call c = w->call;
	const struct aios_engine_tuning tuning = {
		.quantum_ns = c.quantum_ns, .aging_ns = c.aging_ns,
		.half_life_ns = c.half_life_ns, .guard = c.guard,
		.guard_floor_ns = c.guard_floor_ns,
	};
	struct judge *j = calloc(1, sizeof(*j));
	size_t size = 0;
	void *mem = NULL, *reference = malloc(aios_engine_reference_size());
	int ret = 1;

	ASSERT(j && reference);
	j->w = w;
	j->jobs = calloc(c.nr_records + 1, sizeof(*j->jobs));
	j->edges = calloc(c.nr_records + c.nr_depends + 1, sizeof(*j->edges));
	j->ended = calloc(c.nr_records + 1, sizeof(*j->ended));
	j->failed = calloc(c.nr_records + 1, sizeof(*j->failed));
	ASSERT(j->jobs && j->edges && j->ended && j->failed);
	aios_replay_init(&j->replay, &ops, j);
	j->replay.one_by_one = c.flags & AIOS_REPLAY_ONE_BY_ONE;
	j->replay.engine.blocking = c.flags & AIOS_REPLAY_ONE_BY_ONE;
	j->replay.resume_cost_ns = c.resume_cost_ns;
	j->replay.drain = w->drains;
	j->replay.nr_drains = c.nr_drains;
	judge_machine(j);
	aios_engine_reference_set(&j->replay.engine, aios_replay_now(&j->replay), reference);
	ASSERT(!aios_engine_tune(&j->replay.engine, aios_replay_now(&j->replay),
				 &tuning));
	ASSERT(!aios_engine_policy_set(&j->replay.engine,
				       aios_replay_now(&j->replay), c.policy,
				       c.backfill, AIOS_OBJECTIVE_UTILITY));
	for (uint32_t i = 0; i < c.nr_groups; i++) {
		const struct aios_replay_group *g = &w->groups[i];
		struct aios_group_node *group = judge_group(j, g->group);

		if (g->flags & AIOS_POLICY_SET_QUANTUM)
			ASSERT(!aios_engine_group_quantum(&j->replay.engine,
							  aios_replay_now(&j->replay),
							  group, g->quantum_ns));
		if (g->flags & AIOS_POLICY_SET_POLICY)
			ASSERT(!aios_engine_group_policy(&j->replay.engine,
							 aios_replay_now(&j->replay),
							 group, g->policy));
	}
	while (ret > 0) {
		ret = aios_replay_step(&j->replay, mem, size);
		if (ret == -ENOMEM) {
			free(mem);
			size = 2 * aios_engine_workspace_size(&j->replay.engine);
			mem = malloc(size);
			ASSERT(mem);
			ret = 1;
		}
	}
	ASSERT_EQ(ret, 0);
	c.hash = j->replay.hash;
	c.nr_decisions = j->replay.nr_decisions;
	c.nr_events = j->replay.nr_events;
	c.end_ns = j->replay.now;
	free(reference);
	free(mem);
	free(j->jobs);
	free(j->edges);
	free(j->ended);
	free(j->failed);
	free(j);
	return c;
}

/* ----------------------------------------------------------------- workloads */

static uint64_t seed = 1;

/* Steele, Lea, Flood, OOPSLA 2014: splitmix64. */
uint64_t below(uint64_t n)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31)) % n;
}

struct workload workload(uint32_t nr)
{
	struct workload w = {
		.call = {
			.size = sizeof(w.call), .nr_records = nr,
			.backfill = AIOS_BACKFILL_EASY, .quantum_ns = MINUTE,
			.half_life_ns = 1440 * MINUTE, .resume_cost_ns = MINUTE / 60,
			.record_size = sizeof(struct aios_replay_record),
		},
		.records = calloc(nr + 1, sizeof(*w.records)),
	};

	ASSERT(w.records);
	return w;
}

void demand(struct aios_replay_record *r, uint32_t resource, uint64_t request,
	    uint64_t surplus)
{
	r->resource_mask |= 1U << resource;
	r->request[resource] = request;
	r->limit[resource] = request + surplus;
}

/* Elastic jobs of four resources on a machine that is short of each at times. */
struct workload generated(uint32_t nr)
{
	struct workload w = workload(nr);
	uint64_t now = 0;

	w.call.elastic = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_GPU;
	w.call.sticky = 1U << AIOS_RESOURCE_MEMORY;
	w.call.capacity[AIOS_RESOURCE_CPU] = 64000;
	w.call.capacity[AIOS_RESOURCE_MEMORY] = 256ULL << 30;
	w.call.capacity[AIOS_RESOURCE_GPU] = 8000;
	for (uint32_t i = 0; i < nr; i++) {
		struct aios_replay_record *r = &w.records[i];

		now += below(3 * MINUTE) * below(2);
		r->submit_ns = now;
		r->run_ns = below(60 * MINUTE) + 1;
		r->expected_runtime_ns = below(4) ? r->run_ns + below(30 * MINUTE) : 0;
		r->group = below(4);
		r->weight = 1 + below(1000);
		r->priority = (int32_t)below(3) - 1;
		demand(r, AIOS_RESOURCE_CPU, 100 + below(16000), below(8000));
		demand(r, AIOS_RESOURCE_MEMORY, (1 + below(64)) << 30, below(4) << 30);
		if (!below(3))
			demand(r, AIOS_RESOURCE_GPU, 1000 * (1 + below(4)), 0);
	}
	return w;
}

/*
 * The same with gangs of two to four that come one by one, deadlines, and jobs
 * that wait for the end of others.
 */
struct workload generated_gangs(uint32_t nr)
{
	struct workload w = generated(nr);
	uint32_t gang = 0;

	for (uint32_t i = 0; i < nr; i++) {
		struct aios_replay_record *r = &w.records[i];
		uint32_t size = 2 + below(3);

		r->deadline_ns = below(2) ? r->submit_ns + below(100 * MINUTE) : 0;
		r->after = i && !below(4) ? 1 + below(i) : 0;
		if (below(3) || i + size > nr)
			continue;
		gang++;
		for (uint32_t k = 0; k < size; k++, i++) {
			r = &w.records[i];
			r->group = w.records[i - k].group;
			r->gang = gang;
			r->gang_size = size;
			r->resource_mask = 0;
			demand(r, AIOS_RESOURCE_CPU, 100 + below(12000), below(8000));
			demand(r, AIOS_RESOURCE_MEMORY, (1 + below(48)) << 30, 0);
			if (below(2))
				demand(r, AIOS_RESOURCE_GPU, 500 * (1 + below(3)), 0);
		}
		i--;
	}
	return w;
}

/* The same while the machine drains three times, once for nobody knows how long. */
struct workload generated_drains(uint32_t nr)
{
	struct workload w = generated_gangs(nr);
	uint64_t last = w.records[nr - 1].submit_ns, at = 0;

	w.call.nr_drains = ARRAY_SIZE(w.drains);
	for (uint32_t i = 0; i < ARRAY_SIZE(w.drains); i++) {
		at += below(last / 3 + 1);
		w.drains[i].start_ns = at;
		at += MINUTE + below(60 * MINUTE);
		w.drains[i].end_ns = at;
	}
	return w;
}

/* And groups order their own jobs: two by policies of theirs, one with a quantum. */
struct workload generated_groups(uint32_t nr)
{
	static const uint32_t policies[] = {
		AIOS_POLICY_PRIORITY, AIOS_POLICY_FIFO, AIOS_POLICY_SJF, AIOS_POLICY_SAF,
		AIOS_POLICY_F1, AIOS_POLICY_WFP3, AIOS_POLICY_SMALLEST, AIOS_POLICY_EDF,
	};
	struct workload w = below(2) ? generated_drains(nr) : generated(nr);

	w.call.nr_groups = ARRAY_SIZE(w.groups);
	for (uint32_t i = 0; i < ARRAY_SIZE(w.groups); i++) {
		w.groups[i].group = 1 + i;
		w.groups[i].flags = i == 2 ? AIOS_POLICY_SET_QUANTUM :
					     AIOS_POLICY_SET_POLICY;
		w.groups[i].policy = policies[below(ARRAY_SIZE(policies))];
		w.groups[i].quantum_ns = MINUTE * (1 + below(5));
	}
	return w;
}

/*
 * And jobs wait for several others, for their starts, ends, successes and failures; a
 * third fails, so that many wait in vain.
 */
struct workload generated_depends(uint32_t nr)
{
	struct workload w = generated_groups(nr);

	w.depends = calloc(nr * 4 + 1, sizeof(*w.depends));
	ASSERT(w.depends);
	for (uint32_t i = 0; i < nr; i++) {
		w.records[i].flags = below(3) ? 0 : AIOS_REPLAY_FAILS;
		/* Members of a gang could wait for each other's ends for ever. */
		if (w.records[i].gang || !i)
			continue;
		for (uint64_t k = below(5); k; k--)
			w.depends[w.call.nr_depends++] = (struct aios_replay_depend){
				.record = i + 1, .on = 1 + below(i),
				.kind = AIOS_DEPEND_AFTER + below(4),
			};
	}
	return w;
}

void workload_free(struct workload *w)
{
	free(w->started);
	free(w->depends);
	free(w->records);
}
