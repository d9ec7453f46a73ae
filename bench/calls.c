// SPDX-License-Identifier: GPL-2.0
/*
 * What each call of aios costs, beside a null system call and beside doing the
 * same by hand with cgroup files. Runs inside scripts/vm; with --icount the
 * nanoseconds are instructions, and do not depend on the load of the host.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "calls.h"
#include "hand.h"
#include "print/out.h"

#define SAMPLES_MAX	100000
#define JOBS_MAX	10000
#define LISTS		5

/* One operation, and what it takes by hand, if that can be done at all. */
static const struct line {
	const char *key;
	const char *what;
	const char *by_hand;
} lines[NR_LINES] = {
	[GETPPID] = { "getppid", "getppid(): a null system call", NULL },
	[INFO] = { "info", "INFO: a null call of the device", NULL },
	[SUBMIT] = { "submit", "SUBMIT", "mkdir, all limits" },
	[ENTER] = { "enter", "ENTER, nobody else wants the machine", "write cgroup.procs" },
	[START] = { "start", "SUBMIT to the return of ENTER",
		    "mkdir, all limits, cgroup.procs" },
	[START_AGAIN] = { "start_again", "the same, within 10 ms of another's",
			  "the same, within 10 ms" },
	[FORK] = { "fork", "fork() to the return of ENTER",
		   "clone3(CLONE_INTO_CGROUP)" },
	[END] = { "end", "exit of the process to the return of WAIT",
		  "exit to populated 0, rmdir" },
	[UPDATE] = { "update", "UPDATE until the status page shows the grant",
		     "write cpu.max, cpu.weight" },
	[UPDATE_HELD] = { "update_held", "UPDATE until the cgroup's files hold it",
			  "write cpu.max, cpu.weight" },
	[LIMIT] = { "limit", "LIMIT of a group until its job's page shows it",
		    "write cpu.max" },
	[LIMIT_HELD] = { "limit_held", "LIMIT of a group until its cgroup holds it",
			 "write cpu.max" },
	[STATUS] = { "status", "status page read", "read 5 open files" },
	[STAT] = { "stat", "STAT", "read 5 open files" },
	[CHARGE] = { "charge", "CHARGE of accelerator memory", NULL },
	[UNCHARGE] = { "uncharge", "UNCHARGE", NULL },
	[LIST] = { "list", "list of all jobs, by netlink", "read 5 files each" },
};

/* -------------------------------------------------------------- null and list */

static void measure_null(struct calls *c)
{
	struct aios_info info;

	MEASURE_BATCHES(c, &c->ours[GETPPID], syscall(SYS_getppid));
	AIOS_INIT(&info);
	MEASURE_BATCHES(c, &c->ours[INFO], aios_info(c->ctx, &info));
}

static int count(const struct aios_record *record, void *data)
{
	unsigned int *nr = data;

	(void)record;
	++*nr;
	return 0;
}

static int nothing(const struct aios_record *record, void *data)
{
	(void)record;
	(void)data;
	return 0;
}

static void measure_list(struct calls *c)
{
	struct aios_job **job = calloc(c->jobs, sizeof(struct aios_job *));
	unsigned int i, nr = 0;
	struct aios_submit s;

	if (!job)
		die("out of memory");
	calls_ask(&s);
	for (i = 0; i < c->jobs; i++)
		calls_why_ok(c, aios_submit(c->ctx, &s, &job[i]), "SUBMIT", &s.why);
	for (i = 0; i < LISTS; i++) {
		uint64_t begin = now_ns();

		calls_ok(aios_job_list(nothing, NULL), "list");
		series_add(&c->ours[LIST], since_ns(begin));
	}
	calls_ok(aios_job_list(count, &nr), "list");
	if (nr != c->jobs)
		die("%u jobs are listed instead of %u", nr, c->jobs);
	for (i = 0; i < c->jobs; i++)
		aios_job_unref(job[i]);
	free(job);
}

static void measure_list_by_hand(struct calls *c)
{
	struct hand_job *job = calloc(c->jobs, sizeof(*job));
	unsigned int i, nr = 0;
	uint64_t us;

	if (!job)
		die("out of memory");
	for (i = 0; i < c->jobs; i++)
		hand_create(&job[i], i);
	for (i = 0; i < LISTS; i++) {
		uint64_t begin = now_ns();

		nr = hand_list(&us);
		series_add(&c->hand[LIST], since_ns(begin));
	}
	if (nr != c->jobs)
		die("%u directories are listed instead of %u", nr, c->jobs);
	for (i = 0; i < c->jobs; i++)
		hand_remove(&job[i]);
	free(job);
}

/* --------------------------------------------------------------------- report */

static void print_line(struct out *o, struct calls *c, enum line_id i, uint64_t null)
{
	uint64_t median = series_median(&c->ours[i]);
	const struct line *l = &lines[i];

	out_row_begin(o);
	out_data_string(o, "operation", l->key);
	out_string(o, "what", l->what);
	out_u64(o, "median_ns", median);
	out_u64(o, "p90_ns", series_quantile(&c->ours[i], 900));
	out_data_u64(o, "samples", c->ours[i].nr);
	out_double(o, "null_calls", (double)median / null, "%.1f",
		   (double)median / null);
	if (l->by_hand) {
		uint64_t hand = series_median(&c->hand[i]) ?: 1;

		out_string(o, "by_hand", l->by_hand);
		out_u64(o, "by_hand_median_ns", hand);
		out_double(o, "ratio", (double)median / hand, "%.2f",
			   (double)median / hand);
	}
	out_row_end(o);
}

static void report(struct out *o, struct calls *c, const char *clock)
{
	static const struct out_column columns[] = {
		{ "what", "OPERATION", false },
		{ "median_ns", "NS", true },
		{ "p90_ns", "P90", true },
		{ "null_calls", "NULL CALLS", true },
		{ "by_hand_median_ns", "BY HAND", true },
		{ "ratio", "RATIO", true },
		{ "by_hand", "WHAT BY HAND", false },
	};
	uint64_t null = series_median(&c->ours[GETPPID]) ?: 1;
	struct utsname u;

	must(uname(&u));
	out_open(o, "bench calls");
	out_record_begin(o, "setting", NULL);
	out_string(o, "kernel", u.release);
	out_string(o, "clock", clock);
	out_u64(o, "samples", c->samples);
	out_u64(o, "listed_jobs", c->jobs);
	out_record_end(o);
	out_table_begin(o, "calls", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	for (unsigned int i = 0; i < NR_LINES; i++)
		print_line(o, c, i, null);
	out_table_end(o);
	if (out_close(o))
		die("cannot write");
}

static void set_up(struct calls *c)
{
	struct rlimit files = { 65536, 65536 };
	struct aios_group_create g;
	struct aios_limit l;

	must(setrlimit(RLIMIT_NOFILE, &files));
	c->stamps = mmap(NULL, sizeof(*c->stamps), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c->stamps == MAP_FAILED)
		die("mmap: %m");
	calls_ok(aios_new(&c->ctx, NULL), "/dev/aios");
	aios_group_create_init(&g, CALLS_GROUP);
	calls_why_ok(c, aios_group_create(c->ctx, &g), "GROUP_CREATE", &g.why);
	aios_limit_init_group(&l, CALLS_GROUP);
	calls_ok(aios_limit_set_resource(&l, AIOS_RESOURCE_CPU, GROUP_MOST), "cpu");
	calls_why_ok(c, aios_limit_set(c->ctx, &l), "LIMIT", &l.why);
	hand_init();
}

static void tear_down(struct calls *c)
{
	struct aios_why why;

	calls_settle(c);
	calls_why_ok(c, aios_group_remove(c->ctx, CALLS_GROUP, &why),
		     "GROUP_REMOVE", &why);
	hand_exit();
	aios_unref(c->ctx);
}

/* The lists first: jobs that have ended are listed for a while, too. */
static void measure(struct calls *c)
{
	measure_null(c);
	measure_list(c);
	measure_list_by_hand(c);
	measure_start(c);
	measure_running(c);
	measure_running_by_hand(c);
	measure_charge(c);
}

static void usage(FILE *to)
{
	fprintf(to, "Usage: calls [--json] [--samples N] [--jobs N]\n"
		"\n"
		"Measure each call of aios and the same by hand, as root where aios.ko is loaded.\n"
		"\n"
		"  --json       print one JSON document\n"
		"  --samples N  measure each N times (101)\n"
		"  --jobs N     list N jobs (1000)\n"
		"  --clock TEXT what the report says of the clock (CLOCK_MONOTONIC)\n"
		"  -h, --help   print this text\n");
}

int main(int argc, char **argv)
{
	static struct calls c = { .samples = 101, .jobs = 1000 };
	const char *clock = "CLOCK_MONOTONIC";
	bool json = false;
	const struct bench_option options[] = {
		{ .name = "json", .flag = &json },
		{ .name = "samples", .count = &c.samples, .most = SAMPLES_MAX },
		{ .name = "jobs", .count = &c.jobs, .most = JOBS_MAX },
		{ .name = "clock", .text = &clock },
		{ 0 }
	};
	struct out o;

	bench_options(argc, argv, options, usage);
	set_up(&c);
	measure(&c);
	tear_down(&c);
	out_init(&o, stdout, json, false);
	report(&o, &c, clock);
	return 0;
}
