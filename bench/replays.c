// SPDX-License-Identifier: GPL-2.0
/*
 * How fast a whole workload is replayed: the engine, fed by the event loop that the
 * module and aiosctl simulate have, against the reference with arrays (simple.h),
 * both FIFO with EASY backfilling. Every job must start at the same time in both, or
 * this fails.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/replay/replay.h"

#include "measure.h"
#include "print/out.h"
#include "print/util.h"
#include "simple.h"

#define SECOND_NS	UINT64_C(1000000000)
#define PROCS_MAX	1000000
#define CHUNK		256

struct node {
	struct aios_replay_job replay;
	struct node *next;	/* that is free */
};

struct load {
	struct aios_replay replay;
	struct simple_job *job;
	size_t nr;
	size_t room;
	size_t given;		/* to the engine */
	uint64_t *start_ns;	/* that the engine decided on, by job */
	struct node *free;
	size_t bytes;
	void *workspace;
	size_t workspace_size;
};

/* --------------------------------------------------------------------- input */

static void add(struct load *l, const struct simple_job *job)
{
	if (l->nr == l->room) {
		l->room = l->room ? 2 * l->room : 1024;
		l->job = reallocarray(l->job, l->room, sizeof(*l->job));
		if (!l->job)
			die("out of memory");
	}
	l->job[l->nr++] = *job;
}

/* Four whole numbers and nothing else; whether they are. */
static bool numbers_read(char *line, uint64_t number[4])
{
	int nr = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *word; (word = strsep(&line, ",")); nr++)
		if (nr == 4 || u64_parse(word, &number[nr]))
			return false;
	return nr == 4;
}

static bool job_make(const uint64_t number[4], uint64_t procs, uint64_t last_ns,
		     struct simple_job *job)
{
	const uint64_t submit = number[0], run = number[1], size = number[2];
	const uint64_t expected = number[3];

	if (submit > AIOS_TIME_MAX / SECOND_NS / 4 || expected > UINT32_MAX ||
	    expected < run || !expected || !size || size > procs)
		return false;
	*job = (struct simple_job){
		.submit_ns = submit * SECOND_NS,
		.run_ns = run * SECOND_NS,
		.expected_ns = expected * SECOND_NS,
		.procs = size,
	};
	return job->submit_ns >= last_ns;
}

/* Lines "submit_s,run_s,procs,req_s" below one with these words, in whole seconds. */
static void read_jobs(struct load *l, const char *path, uint64_t procs)
{
	FILE *file = fopen(path, "r");
	struct simple_job job = { 0 };
	uint64_t number[4];
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (!file)
		die("%s: %m", path);
	if (getline(&line, &room, file) < 0 || strcmp(line, "submit_s,run_s,procs,req_s\n"))
		die("%s: its first line is not submit_s,run_s,procs,req_s", path);
	while ((len = getline(&line, &room, file)) > 0) {
		if (strlen(line) != (size_t)len || !numbers_read(line, number) ||
		    !job_make(number, procs, job.submit_ns, &job))
			die("%s:%zu: the job is malformed, out of order, or does not fit",
			    path, l->nr + 2);
		add(l, &job);
	}
	if (ferror(file) || !l->nr)
		die("%s: no job", path);
	free(line);
	fclose(file);
}

/* -------------------------------------------------------------------- engine */

static struct node *node_new(struct load *l)
{
	struct node *node = l->free;

	if (!node) {
		/* never given back: the process ends when it is done */
		node = calloc(CHUNK, sizeof(*node));
		if (!node)
			die("out of memory");
		l->bytes += CHUNK * sizeof(*node);
		for (size_t i = 0; i < CHUNK; i++) {
			node[i].next = l->free;
			l->free = &node[i];
		}
		node = l->free;
	}
	l->free = node->next;
	memset(node, 0, sizeof(*node));
	return node;
}

static struct aios_replay_job *on_next(struct aios_replay *replay)
{
	struct load *l = replay->arg;
	const struct simple_job *job = &l->job[l->given];
	struct aios_job_node *n;
	struct node *node;

	if (l->given == l->nr)
		return NULL;
	node = node_new(l);
	node->replay.run_ns = job->run_ns;
	n = &node->replay.node;
	n->id = ++l->given;
	n->group = &replay->engine.root;
	n->weight = AIOS_WEIGHT_DEFAULT;
	n->submit_ns = job->submit_ns;
	n->expected_runtime_ns = job->expected_ns;
	n->resource_mask = 1U << AIOS_RESOURCE_CPU;
	n->request[AIOS_RESOURCE_CPU] = job->procs;
	n->limit[AIOS_RESOURCE_CPU] = job->procs;
	return &node->replay;
}

static void on_decided(struct aios_replay *replay, u32 what, struct aios_replay_job *job)
{
	struct load *l = replay->arg;

	if (what != AIOS_REPLAY_ADMIT)
		die("job %llu was refused", job->node.id);
	l->start_ns[job->node.id - 1] = replay->now;
}

static void on_ended(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct node *node = container_of(job, struct node, replay);
	struct load *l = replay->arg;

	node->next = l->free;
	l->free = node;
}

static const struct aios_replay_ops ops = {
	.next = on_next,
	.decided = on_decided,
	.ended = on_ended,
};

static void workspace_grow(struct load *l)
{
	l->workspace_size = 2 * aios_engine_workspace_size(&l->replay.engine);
	free(l->workspace);
	l->workspace = aligned_alloc(16, ALIGN(l->workspace_size, 16));
	if (!l->workspace)
		die("out of memory");
}

static void engine_replay(struct load *l, uint64_t procs)
{
	struct aios_engine *engine = &l->replay.engine;
	int err;

	aios_replay_init(&l->replay, &ops, l);
	err = aios_engine_resource_set(engine, aios_replay_now(&l->replay),
				       AIOS_RESOURCE_CPU, AIOS_RESOURCE_ELASTIC, procs);
	if (!err)
		err = aios_engine_policy_set(engine, aios_replay_now(&l->replay),
					     AIOS_POLICY_FIFO, AIOS_BACKFILL_EASY,
					     AIOS_OBJECTIVE_UTILITY);
	if (err)
		die("the engine takes no such machine: %s", strerror(-err));
	do {
		err = aios_replay_step(&l->replay, l->workspace, l->workspace_size);
		if (err == -ENOMEM)
			workspace_grow(l);
	} while (err > 0 || err == -ENOMEM);
	if (err)
		die("the replay does not go on: %s", strerror(-err));
	l->bytes += sizeof(l->replay) + l->workspace_size;
}

/* -------------------------------------------------------------------- report */

static void row(struct out *o, const char *who, size_t jobs, uint64_t ns, size_t bytes)
{
	double seconds = ns / 1e9;

	out_row_begin(o);
	out_string(o, "simulator", who);
	out_u64(o, "jobs", jobs);
	out_double(o, "seconds", seconds, "%.2f", seconds);
	out_double(o, "decisions_per_second", jobs / seconds, "%.0f", jobs / seconds);
	out_number(o, "peak_bytes", bytes, "%.1f KiB", bytes / 1024.);
	out_row_end(o);
}

static void compare(const struct load *l)
{
	for (size_t i = 0; i < l->nr; i++)
		if (l->job[i].start_ns != l->start_ns[i])
			die("job %zu starts at %" PRIu64 " s in the reference and at %" PRIu64 " s in the engine",
			    i + 1, l->job[i].start_ns / SECOND_NS,
			    l->start_ns[i] / SECOND_NS);
}

static void starts_write(const struct load *l, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		die("%s: %m", path);
	for (size_t i = 0; i < l->nr; i++)
		fprintf(file, "%" PRIu64 "\n", l->start_ns[i] / SECOND_NS);
	if (fclose(file))
		die("%s: %m", path);
}

static void measure(struct out *o, struct load *l, uint64_t procs)
{
	static const struct out_column columns[] = {
		{ "simulator", "SIMULATOR", false },
		{ "jobs", "JOBS", true },
		{ "seconds", "S", true },
		{ "decisions_per_second", "DECISIONS/S", true },
		{ "peak_bytes", "MEMORY", true },
	};
	uint64_t begin = now_ns(), engine, simple;
	size_t bytes;

	engine_replay(l, procs);
	engine = now_ns() - begin;
	begin = now_ns();
	bytes = simple_replay(l->job, l->nr, procs);
	simple = now_ns() - begin;
	compare(l);
	out_table_begin(o, "replays", NULL, columns, ARRAY_SIZE(columns));
	row(o, "engine", l->nr, engine, l->bytes);
	row(o, "arrays", l->nr, simple, bytes);
	out_table_end(o);
}

static void usage(FILE *to)
{
	fprintf(to, "Usage: replays [--json] [--starts FILE] --procs N JOBS.csv\n"
		"\n"
		"Replay the jobs with FIFO and EASY backfilling, by the engine and by a simple\n"
		"reference, and check that each starts at the same time.\n"
		"\n"
		"  --procs N      processors of the machine\n"
		"  --starts FILE  write when each job started, in seconds\n"
		"  --json         print one JSON document\n"
		"  -h, --help     print this text\n");
}

int main(int argc, char **argv)
{
	static struct load load;
	const char *starts = NULL;
	unsigned int procs = 0;
	bool json = false;
	const struct bench_option options[] = {
		{ .name = "json", .flag = &json },
		{ .name = "procs", .count = &procs, .most = PROCS_MAX },
		{ .name = "starts", .text = &starts },
		{ 0 }
	};
	struct out o;
	int first = bench_options(argc, argv, options, usage);

	if (!procs || first + 1 != argc) {
		usage(stderr);
		return 2;
	}
	read_jobs(&load, argv[first], procs);
	load.start_ns = calloc(load.nr, sizeof(*load.start_ns));
	if (!load.start_ns)
		die("out of memory");
	out_init(&o, stdout, json, false);
	out_open(&o, "bench replays");
	measure(&o, &load, procs);
	if (starts)
		starts_write(&load, starts);
	if (out_close(&o))
		die("cannot write");
	return 0;
}
