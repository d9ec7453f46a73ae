// SPDX-License-Identifier: GPL-2.0
/*
 * How long a decision takes: the pure core, which is what the module runs,
 * against the reference that sorts everything (easy.h). Both are told of the
 * same arrivals; jobs end when they are expected to, and each that ends is
 * replaced by one that arrives, so that the queue keeps its length.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/engine/engine.h"

#include "easy.h"
#include "measure.h"
#include "print/out.h"

#define GIB		(1ULL << 30)
#define MINUTE_NS	(60ULL * 1000000000)
#define MEMORY_MEAN	(4 * GIB)	/* of a job, so the room for one in the machine */
#define MEMORY_CHOICES	8		/* in steps of MEMORY_STEP */
#define MEMORY_STEP	(MEMORY_MEAN * 2 / (MEMORY_CHOICES + 1))
#define RUNTIME_MAX	600		/* minutes */
#define QUEUED_MAX	100000
#define RUNNING_MAX	4096
#define STEPS_MAX	100000
#define FILL_BATCH	64

/* What a job asks for; the same on both sides. */
struct shape {
	int priority;
	u32 group;
	u64 memory;
	u64 runtime_ns;
};

struct member {
	struct aios_job_node node;
	struct easy_job easy;
	bool used;
};

struct bench {
	struct aios_engine engine;
	struct aios_group_node group[EASY_GROUPS];
	struct easy easy;
	struct member *member;		/* of the engine */
	struct easy_job *reference;	/* of the reference */
	struct easy_job **spare;
	size_t nr_spare;
	size_t room;
	u64 next_id;
	u64 engine_now;
	u64 easy_now;
	u64 seed;
	u64 admitted;
	void *workspace;
	size_t workspace_size;
};

enum kind {
	ARRIVAL,
	COMPLETION,
	LIMIT,
	RIGID_COMPLETION,
	NR_KINDS,
};

static const struct {
	const char *key;
	const char *what;
} kinds[NR_KINDS] = {
	[ARRIVAL] = { "arrival", "a job arrives" },
	[COMPLETION] = { "completion", "a job ends" },
	[LIMIT] = { "limit", "a limit changes" },
	[RIGID_COMPLETION] = { "completion_rigid", "a job ends, no surplus" },
};

struct result {
	struct series ours[NR_KINDS];
	struct series easy[NR_KINDS];
	u32 running;
	u64 admitted;
	u64 easy_admitted;
};

/* Numerical Recipes' linear congruential generator: the same on every machine. */
static u32 draw(struct bench *b, u32 below)
{
	b->seed = b->seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (b->seed >> 33) % below;
}

static struct shape draw_shape(struct bench *b)
{
	return (struct shape){
		.priority = draw(b, 3),
		.group = draw(b, EASY_GROUPS),
		.memory = (1 + draw(b, MEMORY_CHOICES)) * MEMORY_STEP,
		.runtime_ns = (1 + draw(b, RUNTIME_MAX)) * MINUTE_NS,
	};
}

/* --------------------------------------------------------------- both machines */

static void on_admitted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct bench *b = engine->arg;

	(void)node;
	b->admitted++;
}

static const struct aios_engine_ops ops = { .admitted = on_admitted };

static struct aios_now bench_now(struct bench *b)
{
	return aios_engine_time(&b->engine, b->engine_now);
}

static void bench_init(struct bench *b, u32 queued, u32 running)
{
	const u64 capacity[EASY_RESOURCES] = { running * 2000ULL, running * MEMORY_MEAN };
	const u32 resource[] = { AIOS_RESOURCE_CPU, AIOS_RESOURCE_MEMORY };
	const u32 flags[] = { AIOS_RESOURCE_ELASTIC, AIOS_RESOURCE_STICKY };
	u64 limit[AIOS_RESOURCE_MAX] = { 0 };
	u32 i, r;

	*b = (struct bench){ .seed = 1, .next_id = 2 };
	b->room = queued + 8 * (size_t)running + 64;
	b->member = calloc(b->room, sizeof(*b->member));
	b->reference = calloc(b->room, sizeof(*b->reference));
	b->spare = calloc(b->room, sizeof(b->spare[0]));
	if (!b->member || !b->reference || !b->spare)
		die("out of memory");
	for (i = 0; i < b->room; i++)
		b->spare[b->nr_spare++] = &b->reference[i];

	aios_engine_init(&b->engine, &ops, b, 1);
	easy_init(&b->easy, b->room);
	for (r = 0; r < EASY_RESOURCES; r++) {
		must(aios_engine_resource_set(&b->engine, bench_now(b), resource[r],
					      flags[r], capacity[r]));
		b->easy.free[r] = capacity[r];
		/* a quarter each, of an eighth: the groups' limits bind now and then */
		limit[resource[r]] = max(capacity[r] / 4, 2 * MEMORY_CHOICES * MEMORY_STEP);
		limit[resource[r]] = min(limit[resource[r]], capacity[r]);
	}
	for (i = 0; i < EASY_GROUPS; i++) {
		b->group[i].id = b->next_id++;
		must(aios_engine_group_attach(&b->group[i], &b->engine.root,
					      AIOS_WEIGHT_DEFAULT, NULL));
		must(aios_engine_group_limit(&b->engine, bench_now(b), &b->group[i],
					     1U << AIOS_RESOURCE_CPU |
					     1U << AIOS_RESOURCE_MEMORY,
					     limit, NULL, NULL));
		for (r = 0; r < EASY_RESOURCES; r++)
			b->easy.group_free[i][r] = limit[resource[r]];
	}
}

static void bench_exit(struct bench *b)
{
	easy_exit(&b->easy);
	free(b->member);
	free(b->reference);
	free(b->spare);
	free(b->workspace);
}

static void decide(struct bench *b)
{
	size_t size = aios_engine_workspace_size(&b->engine);
	int err;

	do {
		if (size > b->workspace_size) {
			free(b->workspace);
			b->workspace = aligned_alloc(16, ALIGN(size, 16));
			if (!b->workspace)
				die("out of memory");
			b->workspace_size = size;
		}
		err = aios_engine_decide(&b->engine, b->engine_now, b->workspace,
					 b->workspace_size);
		size = aios_engine_workspace_size(&b->engine);
	} while (err == -ENOMEM && size > b->workspace_size);
	if (err)
		die("a decision failed: %s", strerror(-err));
}

static struct aios_job_node *describe(struct bench *b, const struct shape *shape,
				      bool rigid)
{
	struct aios_job_node *node = NULL;
	size_t i;

	for (i = 0; i < b->room && !node; i++)
		if (b->member[i].node.state == AIOS_CORE_NONE)
			node = &b->member[i].node;
	if (!node)
		die("more jobs than were foreseen");
	memset(node, 0, sizeof(*node));
	node->id = b->next_id++;
	node->group = &b->group[shape->group];
	node->weight = AIOS_WEIGHT_DEFAULT;
	node->priority = shape->priority;
	node->expected_runtime_ns = shape->runtime_ns;
	node->submit_ns = node->id;
	node->resource_mask = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_MEMORY;
	node->request[AIOS_RESOURCE_CPU] = 500;
	node->limit[AIOS_RESOURCE_CPU] = rigid ? 500 : 4000;
	node->request[AIOS_RESOURCE_MEMORY] = shape->memory;
	node->limit[AIOS_RESOURCE_MEMORY] = shape->memory;
	return node;
}

static void submit(struct bench *b, struct aios_job_node *node)
{
	int err = aios_engine_job_submit(&b->engine, bench_now(b), node, NULL);

	if (err)
		die("a job was refused: %s", strerror(-err));
	aios_engine_job_ready(&b->engine, bench_now(b), node, true);
}

static struct easy_job *describe_easy(struct bench *b, const struct shape *shape)
{
	struct easy_job *job;

	if (!b->nr_spare)
		die("more jobs than were foreseen");
	job = b->spare[--b->nr_spare];
	*job = (struct easy_job){
		.priority = shape->priority,
		.group = shape->group,
		.serial = b->next_id,
		.runtime_ns = shape->runtime_ns,
		.need = { 500, shape->memory },
	};
	return job;
}

/* Until the machine is full and the queue has its length. */
static void fill(struct bench *b, u32 queued, bool rigid)
{
	struct shape shape;

	while (b->engine.nr_queued < queued) {
		shape = draw_shape(b);
		submit(b, describe(b, &shape, rigid));
		easy_submit(&b->easy, describe_easy(b, &shape));
		decide(b);
		/* it looks at everything: not for each that arrives */
		if (b->easy.nr_queued % FILL_BATCH == 0)
			easy_decide(&b->easy, b->easy_now);
	}
	easy_decide(&b->easy, b->easy_now);
	while (b->easy.nr_queued < queued) {
		shape = draw_shape(b);
		easy_submit(&b->easy, describe_easy(b, &shape));
		easy_decide(&b->easy, b->easy_now);
	}
	b->admitted = 0;
	b->easy.admitted = 0;
}

/* --------------------------------------------------------------------- events */

/* The held job that is expected to end first: any, when none has an end. */
static struct aios_job_node *next_to_end(struct bench *b)
{
	struct aios_job_node *first = NULL;
	size_t i;

	for (i = 0; i < b->room; i++) {
		struct aios_job_node *node = &b->member[i].node;

		if (node->state == AIOS_CORE_HELD &&
		    (!first || node->end_ns < first->end_ns))
			first = node;
	}
	if (!first)
		die("nothing runs");
	return first;
}

static void complete(struct bench *b, struct series *ours, struct series *easy)
{
	struct aios_job_node *node = next_to_end(b);
	struct easy_job *job;
	u64 begin;

	b->engine_now = max(b->engine_now, node->end_ns);
	begin = now_ns();
	aios_engine_job_end(&b->engine, bench_now(b), node);
	decide(b);
	series_add(ours, since_ns(begin));

	begin = now_ns();
	job = easy_end_next(&b->easy);
	b->easy_now = max(b->easy_now, job->end_ns);
	easy_decide(&b->easy, b->easy_now);
	series_add(easy, since_ns(begin));
	b->spare[b->nr_spare++] = job;
}

static void arrive(struct bench *b, u32 queued, bool rigid, struct series *ours,
		   struct series *easy)
{
	struct shape shape = draw_shape(b);
	struct aios_job_node *node;
	struct easy_job *job;
	u64 begin;

	if (b->engine.nr_queued < queued) {
		node = describe(b, &shape, rigid);
		begin = now_ns();
		submit(b, node);
		decide(b);
		series_add(ours, since_ns(begin));
	}
	if (b->easy.nr_queued < queued) {
		job = describe_easy(b, &shape);
		begin = now_ns();
		easy_submit(&b->easy, job);
		easy_decide(&b->easy, b->easy_now);
		series_add(easy, since_ns(begin));
	}
}

static void change_limit(struct bench *b, unsigned int step, struct series *ours)
{
	struct aios_job_node *node = next_to_end(b);
	const u64 request[AIOS_RESOURCE_MAX] = { [AIOS_RESOURCE_CPU] = 500 };
	const u64 limit[AIOS_RESOURCE_MAX] = {
		[AIOS_RESOURCE_CPU] = step % 2 ? 4000 : 3000,
	};
	const struct aios_change change = {
		.resource_mask = 1U << AIOS_RESOURCE_CPU,
		.request = request,
		.limit = limit,
	};
	u64 begin;

	begin = now_ns();
	if (aios_engine_job_update(&b->engine, bench_now(b), node, &change, NULL))
		die("an update was refused");
	decide(b);
	series_add(ours, since_ns(begin));
}

static void measure(u32 queued, u32 running, unsigned int steps, struct result *res)
{
	struct series unused = { 0 };
	struct bench *b = malloc(sizeof(*b));
	unsigned int i;

	if (!b)
		die("out of memory");
	for (int rigid = 0; rigid <= 1; rigid++) {
		enum kind kind = rigid ? RIGID_COMPLETION : COMPLETION;

		bench_init(b, queued, running);
		fill(b, queued, rigid);
		for (i = 0; i < steps; i++) {
			complete(b, &res->ours[kind], &res->easy[kind]);
			/* as many as it takes to replace who was admitted */
			while (b->engine.nr_queued < queued || b->easy.nr_queued < queued)
				arrive(b, queued, rigid,
				       rigid ? &unused : &res->ours[ARRIVAL],
				       rigid ? &unused : &res->easy[ARRIVAL]);
			if (!rigid)
				change_limit(b, i, &res->ours[LIMIT]);
		}
		res->running = b->engine.nr_held;
		res->admitted = b->admitted;
		res->easy_admitted = b->easy.admitted;
		bench_exit(b);
	}
	series_free(&unused);
	free(b);
}

/* --------------------------------------------------------------------- report */

static void print_result(struct out *o, u32 queued, struct result *res)
{
	for (unsigned int k = 0; k < NR_KINDS; k++) {
		u64 median = series_median(&res->ours[k]);

		out_row_begin(o);
		out_u64(o, "queued", queued);
		out_u64(o, "running", res->running);
		out_data_string(o, "event", kinds[k].key);
		out_string(o, "what", kinds[k].what);
		out_u64(o, "median_ns", median);
		out_u64(o, "p90_ns", series_quantile(&res->ours[k], 900));
		out_data_u64(o, "samples", res->ours[k].nr);
		out_data_u64(o, "admitted", res->admitted);
		out_data_u64(o, "reference_admitted", res->easy_admitted);
		if (res->easy[k].nr) {
			u64 easy = series_median(&res->easy[k]);

			out_u64(o, "reference_median_ns", easy);
			out_double(o, "ratio", (double)median / easy, "%.3f",
				   (double)median / easy);
		}
		out_row_end(o);
	}
}

static void result_free(struct result *res)
{
	for (unsigned int k = 0; k < NR_KINDS; k++) {
		series_free(&res->ours[k]);
		series_free(&res->easy[k]);
	}
}

static void usage(FILE *to)
{
	fprintf(to, "Usage: decision [--json] [--queued LIST] [--running LIST] [--steps N]\n"
		"                [--clock TEXT]\n"
		"\n"
		"Measure decisions of the core, and of a scheduler that sorts everything.\n"
		"\n"
		"  --json          print one JSON document\n"
		"  --queued LIST   lengths of the queue, separated by commas\n"
		"                  (10,100,1000,10000)\n"
		"  --running LIST  numbers of running jobs that the machine has room for, about\n"
		"                  (64)\n"
		"  --steps N       jobs that end in each measurement (200)\n"
		"  --clock TEXT    what the report says of the clock\n"
		"  -h, --help      print this text\n");
}

static void run(struct out *o, const u32 *queued, unsigned int nr_queued,
		const u32 *running, unsigned int nr_running, unsigned int steps)
{
	static const struct out_column columns[] = {
		{ "queued", "QUEUED", true },
		{ "running", "RUNNING", true },
		{ "what", "EVENT", false },
		{ "median_ns", "NS", true },
		{ "p90_ns", "P90", true },
		{ "reference_median_ns", "SORT ALL", true },
		{ "ratio", "RATIO", true },
	};

	out_table_begin(o, "decisions", NULL, columns, ARRAY_SIZE(columns));
	for (unsigned int r = 0; r < nr_running; r++) {
		for (unsigned int q = 0; q < nr_queued; q++) {
			struct result res = { 0 };

			measure(queued[q], running[r], steps, &res);
			print_result(o, queued[q], &res);
			result_free(&res);
		}
	}
	out_table_end(o);
}

int main(int argc, char **argv)
{
	unsigned int queued[BENCH_LIST_MAX] = { 10, 100, 1000, 10000 };
	unsigned int running[BENCH_LIST_MAX] = { 64 };
	unsigned int nr_queued = 4, nr_running = 1, steps = 200;
	const char *clock = "CLOCK_MONOTONIC";
	bool json = false;
	const struct bench_option options[] = {
		{ .name = "json", .flag = &json },
		{ .name = "queued", .list = queued, .nr = &nr_queued, .most = QUEUED_MAX },
		{ .name = "running", .list = running, .nr = &nr_running, .most = RUNNING_MAX },
		{ .name = "steps", .count = &steps, .most = STEPS_MAX },
		{ .name = "clock", .text = &clock },
		{ 0 }
	};
	struct out o;

	bench_options(argc, argv, options, usage);
	out_init(&o, stdout, json, false);
	out_open(&o, "bench decision");
	out_record_begin(&o, "setting", NULL);
	out_string(&o, "clock", clock);
	out_u64(&o, "steps", steps);
	out_record_end(&o);
	run(&o, queued, nr_queued, running, nr_running, steps);
	if (out_close(&o))
		die("cannot write");
	return 0;
}
