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

#include <core/replay/replay.h>

#include "calls.h"
#include "harness.h"
#include "replay_judge.h"

#define TRACES		"../shared/data/traces/"
#define TRACE_JOBS	5000

/*
 * False: the module has given up. It bounds a call by a clock that goes on while the
 * machine is held up.
 */
static bool is_same(const struct workload *w)
{
	struct aios_replay_call here = judged(w), there = w->call;

	there.records = (uintptr_t)w->records;
	there.drains = (uintptr_t)w->drains;
	there.groups = (uintptr_t)w->groups;
	there.depends = (uintptr_t)w->depends;
	there.timeout_duration_ns = MINUTE;
	if (ioctl(dev(), AIOS_IOC_REPLAY, &there)) {
		ASSERT_EQ(errno, ETIMEDOUT);
		return false;
	}
	ASSERT_GE(there.nr_decisions, there.nr_records);
	ASSERT_U64(there.nr_decisions, here.nr_decisions);
	ASSERT_U64(there.nr_events, here.nr_events);
	ASSERT_U64(there.end_ns, here.end_ns);
	if (there.hash != here.hash)
		FAIL("policy %u, backfill %u: hash %#llx, here %#llx", there.policy,
		     there.backfill, (unsigned long long)there.hash,
		     (unsigned long long)here.hash);
	return true;
}

static void assert_same(const struct workload *w)
{
	unsigned int tries = 0;

	while (!is_same(w))
		ASSERT_CMP(++tries, <, 10);
}

/* Of many jobs, on a machine that is held up, a part. */
static void assert_same_in_time(struct workload *w)
{
	const uint32_t nr = w->call.nr_records;

	while (!is_same(w)) {
		note("%u jobs take too long here", w->call.nr_records);
		w->call.nr_records /= 2;
		ASSERT_CMP(w->call.nr_records, >, 10);
	}
	w->call.nr_records = nr;
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
			workload_free(&w);
		}
	}
}

TEST(generated)
{
	every_policy(generated, 200 / scale(), 0);
}

TEST(generated_with_guard)
{
	every_policy(generated, 150 / scale(), 2 * AIOS_GUARD_UNIT);
}

TEST(generated_gangs)
{
	every_policy(generated_gangs, 150 / scale(), 0);
	every_policy(generated_gangs, 60 / scale(), 2 * AIOS_GUARD_UNIT);
}

TEST(generated_drains)
{
	every_policy(generated_drains, 120 / scale(), 0);
	every_policy(generated_drains, 60 / scale(), 2 * AIOS_GUARD_UNIT);
}

TEST(generated_groups)
{
	every_policy(generated_groups, 120 / scale(), 0);
	every_policy(generated_groups, 60 / scale(), 2 * AIOS_GUARD_UNIT);
}

TEST(generated_depends)
{
	every_policy(generated_depends, 120 / scale(), 0);
	every_policy(generated_depends, 60 / scale(), 2 * AIOS_GUARD_UNIT);
}

/* One that fails: for the first nobody waits in vain, for the second both others do. */
TEST(kinds_of_dependencies)
{
	static const struct { uint32_t kind, runs; } kinds[] = {
		{ AIOS_DEPEND_AFTER, 3 }, { AIOS_DEPEND_AFTEROK, 1 },
		{ AIOS_DEPEND_AFTERANY, 3 }, { AIOS_DEPEND_AFTERNOTOK, 2 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct workload w = workload(3);

		w.call.elastic = 1U << AIOS_RESOURCE_CPU;
		w.call.capacity[AIOS_RESOURCE_CPU] = 1000;
		w.depends = calloc(2, sizeof(*w.depends));
		ASSERT(w.depends);
		for (uint32_t k = 0; k < 3; k++) {
			w.records[k].run_ns = MINUTE;
			w.records[k].weight = AIOS_WEIGHT_DEFAULT;
			demand(&w.records[k], AIOS_RESOURCE_CPU, 1000, 0);
		}
		w.records[0].flags = AIOS_REPLAY_FAILS;
		w.call.nr_depends = 2;
		w.depends[0] = (struct aios_replay_depend){ 2, 1, kinds[i].kind, 0 };
		w.depends[1] = (struct aios_replay_depend){ 3, 2, kinds[i].kind, 0 };
		assert_same(&w);
		ASSERT_U64(judged(&w).end_ns, kinds[i].runs * MINUTE);
		workload_free(&w);
	}
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
	double value;
	char *end;

	for (; column > 0; column--) {
		line = strchr(line, ',');
		ASSERT(line);
		line++;
	}
	value = strtod(line, &end);
	ASSERT(end != line && strchr(",\r\n", *end));
	return value;
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

		ASSERT(strchr(line, '\n') || feof(f));
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
	ASSERT(!ferror(f));
	fclose(f);
	w->call.nr_records = nr;
	return true;
}

TEST(recorded)
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
			assert_same_in_time(&w);
		}
		w.call.flags = AIOS_REPLAY_ONE_BY_ONE;
		w.call.policy = AIOS_POLICY_F1;
		assert_same_in_time(&w);
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
	w->call.depends = w->call.depends ?: (uintptr_t)w->depends;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_REPLAY, &w->call), err);
	workload_free(w);
}

static void refused_depend(uint32_t record, uint32_t on, uint32_t kind, uint32_t reserved)
{
	struct workload w = generated(10);

	w.depends = calloc(1, sizeof(*w.depends));
	ASSERT(w.depends);
	w.depends[0] = (struct aios_replay_depend){ record, on, kind, reserved };
	w.call.nr_depends = 1;
	assert_refused(&w, EINVAL);
}

/* A workload of @make, spoilt by what follows @err, is refused with it. */
#define REFUSED(make, err, ...)						\
do {									\
	struct workload w = make;					\
									\
	__VA_ARGS__;							\
	assert_refused(&w, err);					\
} while (0)

TEST(call_refused)
{
	REFUSED(generated(10), EINVAL, w.call.nr_records = AIOS_REPLAY_JOBS_MAX + 1);
	REFUSED(generated(10), EOPNOTSUPP, w.call.policy = 1000);
	REFUSED(generated(10), EINVAL, w.call.quantum_ns = 0);
	REFUSED(generated(10), EINVAL, w.call.sticky = w.call.elastic);
	REFUSED(generated(10), EINVAL, w.call.capacity[AIOS_RESOURCE_GPU] = 1500);
	REFUSED(generated(10), EINVAL,
		w.call.capacity[AIOS_RESOURCE_GPU] = 1000 * (AIOS_DEVICES_MAX + 1));
	REFUSED(generated(10), EINVAL, w.call.capacity[AIOS_RESOURCE_CPU] = UINT64_MAX - 1);
	REFUSED(generated(10), EINVAL, w.call.reserved2 = 1);
}

TEST(records_refused)
{
	REFUSED(generated(10), EINVAL, w.records[9].group = AIOS_REPLAY_GROUPS_MAX);
	REFUSED(generated(10), EINVAL,
		w.records[5].submit_ns = 10;
		w.records[6].submit_ns = 9);
	REFUSED(generated(10), EINVAL, w.records[9].run_ns = UINT64_MAX);
	REFUSED(generated(10), EINVAL, w.records[9].after = 10);
	REFUSED(generated(10), EINVAL, w.records[2].flags = ~AIOS_REPLAY_FAILS);
	REFUSED(generated(10), EFAULT, w.call.records = 8);
}

TEST(gangs_refused)
{
	REFUSED(generated(10), EINVAL,
		w.records[3].gang = AIOS_REPLAY_GANGS_MAX;
		w.records[3].gang_size = 1);
	REFUSED(generated(10), EINVAL, w.records[3].gang_size = 1);
	REFUSED(generated(10), EINVAL,
		w.records[3].gang = 1;
		w.records[3].gang_size = 2;
		w.records[4].gang = 1;
		w.records[4].gang_size = 3);
	REFUSED(generated(10), EDEADLK,
		w.records[3].gang = 1;
		w.records[3].gang_size = 2);
}

TEST(dependencies_refused)
{
	refused_depend(2, 2, AIOS_DEPEND_AFTER, 0);
	refused_depend(2, 0, AIOS_DEPEND_AFTER, 0);
	refused_depend(11, 2, AIOS_DEPEND_AFTER, 0);
	refused_depend(3, 2, 0, 0);
	refused_depend(3, 2, AIOS_DEPEND_AFTERNOTOK + 1, 0);
	refused_depend(3, 2, AIOS_DEPEND_AFTER, 1);
	REFUSED(generated(10), EINVAL, w.call.nr_depends = AIOS_REPLAY_DEPENDS_MAX + 1);
	REFUSED(generated(10), EFAULT,
		w.call.nr_depends = 1;
		w.call.depends = 8);
}

TEST(groups_refused)
{
	REFUSED(generated(10), EINVAL, w.call.nr_groups = AIOS_REPLAY_GROUPS_MAX);
	REFUSED(generated_groups(10), EINVAL, w.groups[1].group = 0);
	REFUSED(generated_groups(10), EINVAL, w.groups[1].group = w.groups[0].group);
	REFUSED(generated_groups(10), EINVAL, w.groups[1].flags = AIOS_POLICY_SET_AGING);
	REFUSED(generated_groups(10), EINVAL, w.groups[1].reserved = 1);
	REFUSED(generated_groups(10), EINVAL, w.groups[2].quantum_ns = 1);
	REFUSED(generated_groups(10), EOPNOTSUPP, w.groups[0].policy = AIOS_POLICY_DRF);
}

TEST(drains_refused)
{
	REFUSED(generated(10), EINVAL, w.call.nr_drains = AIOS_REPLAY_DRAINS_MAX + 1);
	REFUSED(generated(10), EFAULT,
		w.call.nr_drains = 1;
		w.call.drains = 8);
	REFUSED(generated_drains(10), EINVAL, w.drains[1].start_ns = w.drains[0].end_ns - 1);
	REFUSED(generated_drains(10), EINVAL, w.drains[2].end_ns = w.drains[2].start_ns);
	REFUSED(generated_drains(10), EINVAL, w.drains[0].end_ns = 0);
	REFUSED(generated_drains(10), EINVAL, w.call.flags = AIOS_REPLAY_ONE_BY_ONE);
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
TEST(killed_in_the_middle)
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

TEST(by_anybody)
{
	AS_USER(ALICE) {
		struct workload w = generated(20);

		assert_same(&w);
		free(w.records);
	}
}
