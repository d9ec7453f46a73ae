// SPDX-License-Identifier: GPL-2.0
/*
 * The time of events: whatever changes what a job holds, its group is charged until
 * then for what the job held before, however long nothing else has happened. An event
 * that comes with the time of an earlier decision is refused.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/debug.h"
#include "core/books/measure.h"
#include "tap.h"
#include "world.h"

#define CPU	AIOS_RESOURCE_CPU
#define MEMORY	AIOS_RESOURCE_MEMORY
#define GIB	(1ULL << 30)
#define QUIET_NS	3600000000000ULL	/* in which nothing happens */

static struct world w;
static struct aios_group_node *group;
static struct world_job *job;

/* A job with half the machine runs in a group of its own from 0 on. */
static void begin(void)
{
	const struct aios_engine_tuning tuning = {
		.quantum_ns = AIOS_QUANTUM_DEFAULT,
	};

	world_init(&w);
	tap_need(!aios_engine_tune(&w.engine, world_now(&w), &tuning), "nothing decays");
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_FAIRSHARE,
					 AIOS_BACKFILL_EASY, AIOS_OBJECTIVE_UTILITY),
		 "policy");
	group = world_add_group(&w, &w.engine.root);
	job = world_new_job(&w, group);
	world_ask(job, CPU, 8000, 8000);
	world_ask(job, MEMORY, 16 * GIB, 64 * GIB);
	tap_need(!world_submit(&w, job) && !world_decide(&w) && world_runs(job), "runs");
	w.now = QUIET_NS;
}

/* As LIMIT on a job has it: the request is lowered with the limit. */
static void by_limit(void)
{
	const u64 limit[AIOS_RESOURCE_MAX] = { [CPU] = 2000 };
	const struct aios_change change = {
		.resource_mask = 1U << CPU,
		.request = limit,
		.limit = limit,
	};

	tap_need(!aios_engine_job_update(&w.engine, world_now(&w), &job->node, &change,
					 NULL), "limit");
}

/* As UPDATE has it, with other things that change too. */
static void by_update(void)
{
	const u64 request[AIOS_RESOURCE_MAX] = { [CPU] = 2000 };
	const u64 limit[AIOS_RESOURCE_MAX] = { [CPU] = 4000 };
	const struct aios_change change = {
		.flags = AIOS_UPDATE_WEIGHT | AIOS_UPDATE_PRIORITY | AIOS_UPDATE_RUNTIME,
		.resource_mask = 1U << CPU,
		.weight = 300,
		.priority = 2,
		.expected_runtime_ns = 2 * QUIET_NS,
		.request = request,
		.limit = limit,
	};

	tap_need(!aios_engine_job_update(&w.engine, world_now(&w), &job->node, &change,
					 NULL), "update");
}

static void by_use(void)
{
	tap_need(!world_decide(&w), "decide");
	aios_engine_job_use(&w.engine, world_now(&w), &job->node, MEMORY, 48 * GIB);
	tap_need(job->node.held[MEMORY] == 48 * GIB, "held %llu", job->node.held[MEMORY]);
}

static void by_end(void)
{
	world_end(&w, job);
}

static void by_suspending(void)
{
	tap_need(!aios_engine_job_suspend(&w.engine, world_now(&w), &job->node), "suspend");
}

/* What the group has used when it has held half the machine all the while, or more. */
static void test_billed(const char *name, void (*event)(void), u64 share)
{
	u64 half = QUIET_NS / 2, usage;

	begin();
	event();
	usage = aios_group_usage(&w.engine, group);
	tap_need(usage == half, "%s: %llu ns, not %llu", name, usage, half);
	/* From then on what it holds now counts. */
	w.now += QUIET_NS;
	world_now(&w);
	usage = aios_group_usage(&w.engine, group) - usage;
	tap_need(usage == QUIET_NS * share / 100, "%s: then %llu ns", name, usage);
	world_free(&w);
}

#ifdef AIOS_CORE_DEBUG
/* An event with the time before the last decision ends the program that dares it. */
static void test_refused(void)
{
	struct aios_now before;
	int status = 0;
	pid_t pid;

	begin();
	before = world_now(&w);
	by_limit();
	tap_need(!world_decide(&w), "decide");
	fflush(NULL);
	pid = fork();
	tap_need(pid >= 0, "fork");
	if (!pid) {
		signal(SIGABRT, SIG_DFL);
		fclose(stderr);
		aios_engine_job_end(&w.engine, before, &job->node);
		_exit(0);
	}
	tap_need(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		 WTERMSIG(status) == SIGABRT, "status %x", status);
	world_end(&w, job);
	world_free(&w);
}
#endif

int main(void)
{
	test_billed("limit", by_limit, 25);
	test_billed("update", by_update, 25);
	tap_point("a request lowered by limit and by update is billed alike");
	test_billed("use", by_use, 75);
	test_billed("end", by_end, 0);
	test_billed("suspend", by_suspending, 25);
	tap_point("so are use, the end and suspending");
#ifdef AIOS_CORE_DEBUG
	test_refused();
	tap_point("an event that was not told the time is refused");
#endif
	return tap_done();
}
