// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_REPLAY: the engine in the kernel decides as the same engine does in this
 * process, whose hash of all decisions is the judge: on generated workloads of several
 * resources under every policy, and on recorded ones where they are found. And what
 * is malformed is refused.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <core/replay.h>

#include "calls.h"
#include "harness.h"

#define TRACES		"../shared/data/traces/"
#define TRACE_JOBS	5000
#define MINUTE		60000000000ULL

struct workload {
	struct aios_replay_call call;
	struct aios_replay_record *records;
	struct aios_replay_drain drains[3];
	struct aios_replay_group groups[3];
};

/* ------------------------------------------------- the judge, in this process */

struct judge {
	struct aios_replay replay;
	const struct workload *w;
	struct aios_replay_job *jobs;
	struct aios_group_node groups[AIOS_REPLAY_GROUPS_MAX];
	struct aios_device_node devices[AIOS_DEVICES_MAX];
	struct aios_gang_node gangs[AIOS_REPLAY_GANGS_MAX];
	struct aios_edge *edges;
	bool *ended;
	uint32_t next;
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

static void judge_arrives(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct judge *j = replay->arg;
	uint32_t i = job->node.id - 1, after = j->w->records[i].after;

	if (!after || j->ended[after - 1])
		return;
	j->edges[i].on = &j->jobs[after - 1].node;
	j->edges[i].kind = AIOS_DEPEND_AFTERANY;
	job->node.edge = &j->edges[i];
	job->node.nr_edges = 1;
}

static void judge_ended(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct judge *j = replay->arg;

	j->ended[job->node.id - 1] = true;
}

static void judge_machine(struct judge *j)
{
	const struct aios_replay_call *c = &j->w->call;
	struct aios_engine *engine = &j->replay.engine;

	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++) {
		if (!((c->elastic | c->sticky) >> r & 1))
			continue;
		ASSERT(!aios_engine_resource_set(engine, r, c->elastic >> r & 1 ?
						 AIOS_RESOURCE_ELASTIC :
						 AIOS_RESOURCE_STICKY, c->capacity[r]));
		if (r != AIOS_RESOURCE_GPU)
			continue;
		for (uint32_t i = 0; i < c->capacity[r] / AIOS_MILLI; i++) {
			j->devices[i].id = i + 1;
			ASSERT(!aios_engine_device_add(engine, &j->devices[i]));
		}
	}
}

/* What the same call would answer, decided here. */
static struct aios_replay_call judged(const struct workload *w)
{
	static const struct aios_replay_ops ops = {
		.next = judge_next, .arrives = judge_arrives, .ended = judge_ended,
	};
	struct aios_replay_call c = w->call;
	const struct aios_engine_tuning tuning = {
		.quantum_ns = c.quantum_ns, .aging_ns = c.aging_ns,
		.half_life_ns = c.half_life_ns, .guard = c.guard,
		.guard_floor_ns = c.guard_floor_ns,
	};
	struct judge *j = calloc(1, sizeof(*j));
	size_t size = 0;
	void *mem = NULL;
	int ret = 1;

	ASSERT(j);
	j->w = w;
	j->jobs = calloc(c.nr_records + 1, sizeof(*j->jobs));
	j->edges = calloc(c.nr_records + 1, sizeof(*j->edges));
	j->ended = calloc(c.nr_records + 1, sizeof(*j->ended));
	ASSERT(j->jobs && j->edges && j->ended);
	aios_replay_init(&j->replay, &ops, j);
	j->replay.one_by_one = c.flags & AIOS_REPLAY_ONE_BY_ONE;
	j->replay.engine.blocking = c.flags & AIOS_REPLAY_ONE_BY_ONE;
	j->replay.resume_cost_ns = c.resume_cost_ns;
	j->replay.drain = w->drains;
	j->replay.nr_drains = c.nr_drains;
	judge_machine(j);
	ASSERT(!aios_engine_tune(&j->replay.engine, &tuning));
	ASSERT(!aios_engine_policy_set(&j->replay.engine, c.policy, c.backfill,
				       AIOS_OBJECTIVE_UTILITY));
	for (uint32_t i = 0; i < c.nr_groups; i++) {
		const struct aios_replay_group *g = &w->groups[i];
		struct aios_group_node *group = judge_group(j, g->group);

		if (g->flags & AIOS_POLICY_SET_QUANTUM)
			ASSERT(!aios_engine_group_quantum(&j->replay.engine, group,
							  g->quantum_ns));
		if (g->flags & AIOS_POLICY_SET_POLICY)
			ASSERT(!aios_engine_group_policy(&j->replay.engine, group,
							 g->policy));
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
	free(mem);
	free(j->jobs);
	free(j->edges);
	free(j->ended);
	free(j);
	return c;
}

static void assert_same(struct workload *w)
{
	struct aios_replay_call here = judged(w), there = w->call;

	there.records = (uintptr_t)w->records;
	there.drains = (uintptr_t)w->drains;
	there.groups = (uintptr_t)w->groups;
	there.timeout_duration_ns = MINUTE;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_REPLAY, &there));
	ASSERT_GE(there.nr_decisions, there.nr_records);
	ASSERT_U64(there.nr_decisions, here.nr_decisions);
	ASSERT_U64(there.nr_events, here.nr_events);
	ASSERT_U64(there.end_ns, here.end_ns);
	if (there.hash != here.hash)
		FAIL("policy %u, backfill %u: hash %#llx, here %#llx", there.policy,
		     there.backfill, (unsigned long long)there.hash,
		     (unsigned long long)here.hash);
}

/* ----------------------------------------------------------------- workloads */

static uint64_t seed = 1;

/* Steele, Lea, Flood, OOPSLA 2014: splitmix64. */
static uint64_t below(uint64_t n)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31)) % n;
}

static struct workload workload(uint32_t nr)
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

static void demand(struct aios_replay_record *r, uint32_t resource, uint64_t request,
		   uint64_t surplus)
{
	r->resource_mask |= 1U << resource;
	r->request[resource] = request;
	r->limit[resource] = request + surplus;
}

/* Elastic jobs of four resources on a machine that is short of each at times. */
static struct workload generated(uint32_t nr)
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
static struct workload generated_gangs(uint32_t nr)
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
static struct workload generated_drains(uint32_t nr)
{
	struct workload w = generated_gangs(nr);
	uint64_t last = w.records[nr - 1].submit_ns, at = 0;

	w.call.nr_drains = ARRAY_SIZE(w.drains);
	for (uint32_t i = 0; i < ARRAY_SIZE(w.drains); i++) {
		at += below(last / 3);
		w.drains[i].start_ns = at;
		at += MINUTE + below(60 * MINUTE);
		w.drains[i].end_ns = at;
	}
	return w;
}

/* And groups order their own jobs: two by policies of theirs, one with a quantum. */
static struct workload generated_groups(uint32_t nr)
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

static void every_policy(struct workload (*make)(uint32_t nr), uint32_t nr, uint32_t guard)
{
	for (uint32_t policy = 0; policy <= AIOS_POLICY_SRTF; policy++) {
		for (uint32_t backfill = 0; backfill <= AIOS_BACKFILL_CONSERVATIVE;
		     backfill++) {
			struct workload w = make(nr);

			w.call.policy = policy;
			w.call.backfill = backfill;
			w.call.guard = guard;
			assert_same(&w);
			free(w.records);
		}
	}
}

TEST(generated, .limit_s = 300)
{
	every_policy(generated, 200 / scale(), 0);
}

TEST(generated_with_guard, .limit_s = 300)
{
	every_policy(generated, 150 / scale(), 2 * AIOS_GUARD_UNIT);
}

TEST(generated_gangs, .limit_s = 300)
{
	every_policy(generated_gangs, 150 / scale(), 0);
	every_policy(generated_gangs, 60 / scale(), 2 * AIOS_GUARD_UNIT);
}

TEST(generated_drains, .limit_s = 300)
{
	every_policy(generated_drains, 120 / scale(), 0);
	every_policy(generated_drains, 60 / scale(), 2 * AIOS_GUARD_UNIT);
}

TEST(generated_groups, .limit_s = 300)
{
	every_policy(generated_groups, 120 / scale(), 0);
	every_policy(generated_groups, 60 / scale(), 2 * AIOS_GUARD_UNIT);
}

/* What a group's policy decides, the hash tells. */
TEST(group_policy_matters)
{
	struct workload w = generated(200);
	uint64_t before;

	w.call.policy = AIOS_POLICY_FIFO;
	before = judged(&w).hash;
	w.call.nr_groups = 1;
	w.groups[0] = (struct aios_replay_group){
		.group = 1, .flags = AIOS_POLICY_SET_POLICY, .policy = AIOS_POLICY_SJF,
	};
	assert_same(&w);
	ASSERT(judged(&w).hash != before);
	free(w.records);
}

/* Without an end, who is left never starts; and who has started ends. */
TEST(drain_without_an_end)
{
	struct workload w = generated(20);

	w.call.records = (uintptr_t)w.records;
	w.call.drains = (uintptr_t)w.drains;
	w.call.nr_drains = 1;
	w.drains[0].start_ns = w.records[10].submit_ns;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_REPLAY, &w.call), EDEADLK);
	w.drains[0].start_ns = w.records[19].submit_ns + 100000 * MINUTE;
	for (uint32_t i = 0; i < 20; i++)
		w.records[i].expected_runtime_ns = w.records[i].run_ns;
	assert_same(&w);
	free(w.records);
}

/* A record of the first version is one without what came later. */
TEST(shorter_records)
{
	struct aios_replay_record *longer;
	size_t size = offsetof(struct aios_replay_record, deadline_ns);
	struct workload w = generated(50);
	struct aios_replay_call here = judged(&w), there = w.call;
	char *packed = calloc(50, size);

	ASSERT(packed);
	for (uint32_t i = 0; i < 50; i++)
		memcpy(packed + i * size, &w.records[i], size);
	there.records = (uintptr_t)packed;
	there.record_size = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_REPLAY, &there));
	ASSERT_U64(there.hash, here.hash);
	there.record_size = size;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_REPLAY, &there));
	ASSERT_U64(there.hash, here.hash);
	there.record_size = size - 8;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_REPLAY, &there), EINVAL);
	longer = calloc(50, 2 * sizeof(*longer));
	ASSERT(longer);
	for (uint32_t i = 0; i < 50; i++)
		longer[2 * i] = w.records[i];
	there.records = (uintptr_t)longer;
	there.record_size = 2 * sizeof(*longer);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_REPLAY, &there));
	ASSERT_U64(there.hash, here.hash);
	longer[99].weight = 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_REPLAY, &there), E2BIG);
	free(longer);
	free(packed);
	free(w.records);
}

/* The position of a column in the first line, -1: it has none. */
static int column_of(const char *header, const char *name)
{
	size_t len = strlen(name);
	int column = 0;

	for (const char *at = header; at; column++) {
		if (!strncmp(at, name, len) && strchr(",\r\n", at[len]))
			return column;
		at = strchr(at, ',');
		at += !!at;
	}
	return -1;
}

static double field(const char *line, int column)
{
	for (; column > 0; column--) {
		line = strchr(line, ',');
		ASSERT(line);
		line++;
	}
	return strtod(line, NULL);
}

static uint64_t seconds(double s)
{
	return s > 0 ? (uint64_t)(s * 1000) * 1000000 : 1;
}

/* A recorded workload, and the columns that say what a job is. */
struct trace {
	const char *name;
	uint64_t capacity;	/* processors, GPUs or servers */
	const char *run;
	const char *size;	/* NULL: each takes one */
	const char *request;	/* of time; NULL: the run time is known */
};

static bool recorded(const struct trace *t, struct workload *w)
{
	char path[256], line[1024];
	uint32_t nr = 0;
	double first = 0;
	int c[4];
	FILE *f;

	snprintf(path, sizeof(path), TRACES "%s.csv", t->name);
	f = fopen(path, "r");
	if (!f)
		return false;
	ASSERT(fgets(line, sizeof(line), f));
	c[0] = column_of(line, "submit_s");
	c[1] = column_of(line, t->run);
	c[2] = t->size ? column_of(line, t->size) : 0;
	c[3] = column_of(line, t->request ? t->request : t->run);
	ASSERT(c[0] >= 0 && c[1] >= 0 && c[2] >= 0 && c[3] >= 0);
	*w = workload(TRACE_JOBS);
	w->call.elastic = 1U << AIOS_RESOURCE_CPU;
	w->call.capacity[AIOS_RESOURCE_CPU] = t->capacity * 1000;
	while (nr < TRACE_JOBS && fgets(line, sizeof(line), f)) {
		struct aios_replay_record *r = &w->records[nr];

		if (!nr)
			first = field(line, c[0]);
		r->submit_ns = seconds(field(line, c[0]) - first);
		r->run_ns = seconds(field(line, c[1]));
		r->expected_runtime_ns = seconds(field(line, c[3]));
		r->weight = AIOS_WEIGHT_DEFAULT;
		demand(r, AIOS_RESOURCE_CPU,
		       t->size ? (uint64_t)field(line, c[2]) * 1000 : 1000, 0);
		nr++;
	}
	fclose(f);
	w->call.nr_records = nr;
	return true;
}

TEST(recorded, .limit_s = 600)
{
	static const struct trace traces[] = {
		{ "lublin1", 256, "run_s", "procs", "req_s" },
		{ "lublin2", 256, "run_s", "procs", "req_s" },
		{ "kth_sp2", 100, "run_s", "procs", "req_s" },
		{ "sdsc_sp2", 128, "run_s", "procs", "req_s" },
		{ "theta", 4360, "run_s", "procs", "req_s" },
		{ "philly", 512, "run_s", "gpus", NULL },
		{ "gavel_msr", 288, "run_v100_s", "gpus", NULL },
		{ "genai2026", 4, "run_s", NULL, NULL },
	};
	static const uint32_t policies[] = {
		AIOS_POLICY_FIFO, AIOS_POLICY_SAF, AIOS_POLICY_SRTF,
	};
	unsigned int found = 0;

	if (scale() > 1)
		skip("whole workloads take this kernel the better part of an hour");
	for (unsigned int t = 0; t < ARRAY_SIZE(traces); t++) {
		struct workload w;

		if (!recorded(&traces[t], &w))
			continue;
		found++;
		for (unsigned int i = 0; i < ARRAY_SIZE(policies); i++) {
			w.call.policy = policies[i];
			assert_same(&w);
		}
		w.call.flags = AIOS_REPLAY_ONE_BY_ONE;
		w.call.policy = AIOS_POLICY_F1;
		assert_same(&w);
		free(w.records);
	}
	if (!found)
		skip("no recorded workloads in " TRACES);
}

/* ----------------------------------------------------------------- bad input */

static void assert_refused(struct workload *w, int err)
{
	w->call.records = w->call.records ?: (uintptr_t)w->records;
	w->call.drains = w->call.drains ?: (uintptr_t)w->drains;
	w->call.groups = w->call.groups ?: (uintptr_t)w->groups;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_REPLAY, &w->call), err);
	free(w->records);
}

TEST(refusals)
{
	struct workload w = generated(10);

	w.call.nr_records = AIOS_REPLAY_JOBS_MAX + 1;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.call.policy = 1000;
	assert_refused(&w, EOPNOTSUPP);
	w = generated(10);
	w.call.quantum_ns = 0;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.call.sticky = w.call.elastic;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.call.capacity[AIOS_RESOURCE_GPU] = 1500;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.call.capacity[AIOS_RESOURCE_GPU] = 1000 * (AIOS_DEVICES_MAX + 1);
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.call.capacity[AIOS_RESOURCE_CPU] = UINT64_MAX - 1;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[9].group = AIOS_REPLAY_GROUPS_MAX;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[5].submit_ns = 10;
	w.records[6].submit_ns = 9;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[9].run_ns = UINT64_MAX;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[9].after = 10;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[3].gang = AIOS_REPLAY_GANGS_MAX;
	w.records[3].gang_size = 1;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[3].gang_size = 1;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[3].gang = 1;
	w.records[3].gang_size = 2;
	w.records[4].gang = 1;
	w.records[4].gang_size = 3;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.records[3].gang = 1;
	w.records[3].gang_size = 2;
	assert_refused(&w, EDEADLK);
	w = generated(10);
	w.call.nr_drains = AIOS_REPLAY_DRAINS_MAX + 1;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.call.nr_groups = AIOS_REPLAY_GROUPS_MAX;
	assert_refused(&w, EINVAL);
	w = generated_groups(10);
	w.groups[1].group = 0;
	assert_refused(&w, EINVAL);
	w = generated_groups(10);
	w.groups[1].group = w.groups[0].group;
	assert_refused(&w, EINVAL);
	w = generated_groups(10);
	w.groups[1].flags = AIOS_POLICY_SET_AGING;
	assert_refused(&w, EINVAL);
	w = generated_groups(10);
	w.groups[1].reserved = 1;
	assert_refused(&w, EINVAL);
	w = generated_groups(10);
	w.groups[2].quantum_ns = 1;
	assert_refused(&w, EINVAL);
	w = generated_groups(10);
	w.groups[0].policy = AIOS_POLICY_DRF;
	assert_refused(&w, EOPNOTSUPP);
	w = generated(10);
	w.call.nr_drains = 1;
	w.call.drains = 8;
	assert_refused(&w, EFAULT);
	w = generated_drains(10);
	w.drains[1].start_ns = w.drains[0].end_ns - 1;
	assert_refused(&w, EINVAL);
	w = generated_drains(10);
	w.drains[2].end_ns = w.drains[2].start_ns;
	assert_refused(&w, EINVAL);
	w = generated_drains(10);
	w.drains[0].end_ns = 0;
	assert_refused(&w, EINVAL);
	w = generated_drains(10);
	w.call.flags = AIOS_REPLAY_ONE_BY_ONE;
	assert_refused(&w, EINVAL);
	w = generated(10);
	w.call.records = 8;
	assert_refused(&w, EFAULT);
}

/* A job that the machine can never hold is a decision too, not an error. */
TEST(too_large_a_job)
{
	struct workload w = generated(10);

	w.records[3].request[AIOS_RESOURCE_CPU] = 65000;
	w.records[3].limit[AIOS_RESOURCE_CPU] = 65000;
	w.records[4].weight = 0;
	assert_same(&w);
	free(w.records);
	w = generated(0);
	assert_same(&w);
	free(w.records);
}

/* Nobody waits for a replay that he no longer wants, and nothing is left of it. */
TEST(killed_in_the_middle, .limit_s = 60)
{
	struct workload w = generated(AIOS_REPLAY_JOBS_MAX);
	pid_t pid;

	w.call.records = (uintptr_t)w.records;
	w.call.timeout_duration_ns = 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_REPLAY, &w.call), ETIMEDOUT);
	w.call.timeout_duration_ns = MINUTE;
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		for (;;)
			ioctl(dev(), AIOS_IOC_REPLAY, &w.call);
	}
	sleep_ms(200);
	kill(pid, SIGKILL);
	reap_signal(pid, SIGKILL);
	free(w.records);
}

TEST(by_anybody, .limit_s = 60)
{
	AS_USER(ALICE) {
		struct workload w = generated(20);

		assert_same(&w);
		free(w.records);
	}
}
