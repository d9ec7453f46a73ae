// SPDX-License-Identifier: GPL-2.0
/*
 * How long a decision takes in the module, by its tracepoint aios_decide: each
 * queued job has a process that waits in ENTER, as in real life. Runs inside
 * scripts/vm; with --icount the nanoseconds are instructions.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <aios.h>

#include "measure.h"
#include "print/out.h"

#define TRACING		"/sys/kernel/tracing"
#define EVENT		TRACING "/events/aios/aios_decide/enable"
#define STACK		4096
#define SETTLE_US	20000	/* for the worker to decide */
#define SETTLE_TRIES	500
#define QUEUED_MAX	15000
#define RUNNING_MAX	500
#define STEPS_MAX	1000

/* In thousandths of the machine: one job of these leaves no room for another. */
#define BIG		600
#define SMALL_SUM	300	/* of all others that run */

enum kind {
	ARRIVAL,
	COMPLETION,
	LIMIT,
	NR_KINDS,
};

static const struct {
	const char *key;
	const char *what;
} kinds[NR_KINDS] = {
	[ARRIVAL] = { "arrival", "a job arrives" },
	[COMPLETION] = { "completion", "a job ends, the next starts" },
	[LIMIT] = { "limit", "a limit changes" },
};

struct job {
	struct aios_job *handle;
	pid_t pid;
};

static struct aios_ctx *ctx;
static struct job *jobs;	/* in the order of submission, and so of admission */
static unsigned int nr_jobs;
static unsigned int nr_small;
static unsigned int oldest;	/* of the big ones: the one that runs */
static char *stacks;
static int trace = -1;
static uint64_t capacity;

static void ok(int err, const char *call)
{
	if (err < 0)
		die("%s: %s", call, strerror(-err));
}

/* ----------------------------------------------------------------- tracepoint */

static void trace_start(void)
{
	int fd;

	if (access(EVENT, F_OK) && mount("tracefs", TRACING, "tracefs", 0, NULL))
		die("no tracefs at %s: %m", TRACING);
	fd = open(EVENT, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		die("no tracepoint aios_decide: %m");
	must(write(fd, "1", 1));
	close(fd);
	trace = must(open(TRACING "/trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

static void trace_stop(void)
{
	int fd = must(open(EVENT, O_WRONLY | O_CLOEXEC));

	must(write(fd, "0", 1));
	close(fd);
	close(trace);
}

/* The longest decision since the last call; 0: there was none. */
static uint64_t trace_longest(void)
{
	static char text[65536];
	uint64_t longest = 0;
	const char *at;
	ssize_t len;

	for (;;) {
		len = read(trace, text, sizeof(text) - 1);
		if (len < 0 && errno == EAGAIN)
			return longest;
		must(len);
		text[len] = '\0';
		for (at = text; (at = strstr(at, "duration_ns=")); ) {
			uint64_t ns;

			at += strlen("duration_ns=");
			ns = strtoull(at, NULL, 10);
			longest = ns > longest ? ns : longest;
		}
	}
}

static uint64_t decided(void)
{
	uint64_t ns = trace_longest();

	if (!ns)
		die("no decision was traced");
	return ns;
}

/* ----------------------------------------------------------------------- jobs */

static struct aios_info info(void)
{
	struct aios_info i;

	AIOS_INIT(&i);
	ok(aios_info(ctx, &i), "INFO");
	return i;
}

static void await_counts(unsigned int queued, unsigned int running)
{
	struct aios_info i;
	int tries;

	for (tries = 0; tries < SETTLE_TRIES; tries++) {
		i = info();
		if (i.nr_queued == queued && i.nr_running == running)
			return;
		usleep(SETTLE_US);
	}
	die("%u jobs are queued and %u run, where %u and %u were expected",
	    i.nr_queued, i.nr_running, queued, running);
}

/*
 * Ten thousand processes that share one memory. They also share the place of
 * errno, so they make their system calls without the C library.
 */
static long call(long number, long a, long b, long c)
{
	long ret;

	asm volatile ("syscall" : "=a" (ret)
		      : "a" (number), "D" (a), "S" (b), "d" (c)
		      : "rcx", "r11", "memory");
	return ret;
}

static int process(void *arg)
{
	struct aios_enter e = { .size = sizeof(e) };

	if (!call(SYS_ioctl, (long)arg, AIOS_IOC_ENTER, (long)&e))
		for (;;)
			call(SYS_pause, 0, 0, 0);
	call(SYS_exit, 1, 0, 0);
	return 1;
}

static void start(unsigned int milli, unsigned int limit)
{
	const int flags = CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD;
	struct job *job = &jobs[nr_jobs];
	struct aios_submit s;

	aios_submit_init(&s);
	ok(aios_submit_set_resource(&s, AIOS_RESOURCE_CPU, capacity * milli / 1000,
				    capacity * limit / 1000), "cpu");
	ok(aios_submit(ctx, &s, &job->handle), "SUBMIT");
	nr_jobs++;
	job->pid = must(clone(process, stacks + (size_t)nr_jobs * STACK, flags,
			      (void *)(long)aios_job_fd(job->handle)));
}

static void end(struct job *job)
{
	must(kill(job->pid, SIGKILL));
	must(waitpid(job->pid, NULL, 0));
	job->handle = aios_job_unref(job->handle);
}

/* The jobs that run: small ones, and one big one. */
static void start_running(unsigned int running)
{
	unsigned int i;

	for (i = 0; i + 1 < running; i++)
		start(SMALL_SUM / running ?: 1, 500);
	nr_small = nr_jobs;
	oldest = nr_jobs;
	start(BIG, 1000);
	await_counts(0, running);
}

/* -------------------------------------------------------------------- measure */

static void measure_arrivals(unsigned int steps, unsigned int running,
			     struct series *s)
{
	trace_longest();
	for (unsigned int i = 0; i < steps; i++) {
		start(BIG, 1000);
		usleep(SETTLE_US);
		await_counts(nr_jobs - oldest - 1, running);
		series_add(s, decided());
	}
}

static void measure_completions(unsigned int steps, unsigned int running,
				struct series *s)
{
	for (unsigned int i = 0; i < steps; i++) {
		struct aios_wait wait;

		trace_longest();
		end(&jobs[oldest++]);
		AIOS_INIT(&wait);
		wait.state_mask = 1U << AIOS_STATE_RUNNING;
		ok(aios_job_wait(jobs[oldest].handle, &wait), "WAIT");
		await_counts(nr_jobs - oldest - 1, running);
		series_add(s, decided());
	}
}

static void measure_limits(unsigned int steps, struct series *s)
{
	for (unsigned int i = 0; i < steps; i++) {
		struct aios_update u;

		AIOS_INIT(&u);
		ok(aios_update_set_resource(&u, AIOS_RESOURCE_CPU, capacity * BIG / 1000,
					    capacity * (i % 2 ? 1000 : 900) / 1000), "cpu");
		trace_longest();
		ok(aios_job_update(jobs[oldest].handle, &u), "UPDATE");
		series_add(s, decided());
	}
}

static void print_series(struct out *o, unsigned int queued, unsigned int running,
			 enum kind kind, struct series *s)
{
	out_row_begin(o);
	out_u64(o, "queued", queued);
	out_u64(o, "running", running);
	out_data_string(o, "event", kinds[kind].key);
	out_string(o, "what", kinds[kind].what);
	out_u64(o, "median_ns", series_median(s));
	out_u64(o, "p90_ns", series_quantile(s, 900));
	out_data_u64(o, "samples", s->nr);
	out_row_end(o);
	series_free(s);
}

static void measure(struct out *o, unsigned int queued, unsigned int running,
		    unsigned int steps)
{
	struct series s[NR_KINDS] = { 0 };

	while (nr_jobs - oldest - 1 < queued)
		start(BIG, 1000);
	await_counts(queued, running);
	measure_arrivals(steps, running, &s[ARRIVAL]);
	measure_completions(steps, running, &s[COMPLETION]);
	measure_limits(steps, &s[LIMIT]);
	for (unsigned int k = 0; k < NR_KINDS; k++)
		print_series(o, queued, running, k, &s[k]);
}

static void set_up(unsigned int queued, unsigned int running, unsigned int steps,
		   unsigned int sizes)
{
	const size_t most = queued + running + (size_t)sizes * steps + 16;
	struct aios_resource_info table[AIOS_RESOURCE_MAX];
	struct rlimit files = { most + 256, most + 256 };

	must(setrlimit(RLIMIT_NOFILE, &files));
	ok(aios_new(&ctx, NULL), "/dev/aios");
	ok(aios_resources(ctx, table, AIOS_RESOURCE_MAX), "INFO");
	capacity = table[AIOS_RESOURCE_CPU].capacity;
	jobs = calloc(most, sizeof(*jobs));
	stacks = mmap(NULL, (most + 1) * STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!jobs || stacks == MAP_FAILED)
		die("out of memory");
	trace_start();
}

static void tear_down(void)
{
	unsigned int i;

	trace_stop();
	/* the last first, so that nothing starts */
	for (i = nr_jobs; i-- > oldest; )
		end(&jobs[i]);
	for (i = nr_small; i-- > 0; )
		end(&jobs[i]);
	await_counts(0, 0);
	aios_unref(ctx);
}

static void run(struct out *o, const char *clock, const unsigned int *queued,
		unsigned int sizes, unsigned int running, unsigned int steps)
{
	static const struct out_column columns[] = {
		{ "queued", "QUEUED", true },
		{ "running", "RUNNING", true },
		{ "what", "EVENT", false },
		{ "median_ns", "NS", true },
		{ "p90_ns", "P90", true },
	};
	struct utsname u;

	must(uname(&u));
	out_open(o, "bench arbiter");
	out_record_begin(o, "setting", NULL);
	out_string(o, "kernel", u.release);
	out_string(o, "clock", clock);
	out_u64(o, "samples", steps);
	out_record_end(o);
	out_table_begin(o, "decisions", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	start_running(running);
	for (unsigned int i = 0; i < sizes; i++)
		measure(o, queued[i], running, steps);
	out_table_end(o);
	tear_down();
	if (out_close(o))
		die("cannot write");
}

static void usage(FILE *to)
{
	fprintf(to, "Usage: arbiter [--json] [--queued LIST] [--running N] [--steps N] [--clock TEXT]\n"
		"\n"
		"Measure the decisions of the module, as root where aios.ko is loaded.\n"
		"\n"
		"  --json         print one JSON document\n"
		"  --queued LIST  lengths of the queue, rising (10,100,1000,10000)\n"
		"  --running N    jobs that run (32)\n"
		"  --steps N      events of each kind (21)\n"
		"  --clock TEXT   what the report says of the clock\n"
		"  -h, --help     print this text\n");
}

int main(int argc, char **argv)
{
	unsigned int queued[BENCH_LIST_MAX] = { 10, 100, 1000, 10000 };
	unsigned int sizes = 4, running = 32, steps = 21;
	const char *clock = "CLOCK_MONOTONIC";
	bool json = false;
	const struct bench_option options[] = {
		{ .name = "json", .flag = &json },
		{ .name = "queued", .list = queued, .nr = &sizes, .most = QUEUED_MAX },
		{ .name = "running", .count = &running, .most = RUNNING_MAX },
		{ .name = "steps", .count = &steps, .most = STEPS_MAX },
		{ .name = "clock", .text = &clock },
		{ 0 }
	};
	struct out o;

	bench_options(argc, argv, options, usage);
	for (unsigned int i = 1; i < sizes; i++)
		if (queued[i] <= queued[i - 1])
			die("--queued: the numbers do not rise");
	set_up(queued[sizes - 1], running, steps, sizes);
	out_init(&o, stdout, json, false);
	run(&o, clock, queued, sizes, running, steps);
	return 0;
}
