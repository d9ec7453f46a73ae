// SPDX-License-Identifier: GPL-2.0
/*
 * How soon a job runs and how many a second: aios, systemd-run --scope and
 * task-spooler, against a bare fork and exec. All start the same program, which
 * records when it got its first instruction; they take turns, so that what
 * disturbs the machine disturbs all of them. All of it is measured twice, without
 * and with favordynmods. Runs inside scripts/vm.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <aios.h>

#include "favordynmods.h"
#include "measure.h"
#include "print/out.h"

#define MIB		(UINT64_C(1) << 20)
#define WARM_UP		2
#define POLL_US		200
#define PATIENCE_NS	(60 * UINT64_C(1000000000))
#define COUNT_MAX	10000

static char records[32];	/* path of the file that they are in */
static struct timespec *record;		/* what the jobs wrote, by index */
static unsigned int nr_records;
static unsigned int next_record;
static char stamp[4096];
static struct aios_ctx *ctx;

/* Does not return: exec in a child. */
__attribute__((noreturn)) static void run_child(char *const argv[])
{
	int null = open("/dev/null", O_RDWR);

	/* the peers talk */
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (argv[0] == stamp)
		execv(argv[0], argv);
	else
		execvp(argv[0], argv);
	fprintf(stderr, "jobs: %s: %m\n", argv[0]);
	_exit(127);
}

static pid_t spawn(char *const argv[])
{
	pid_t pid = must(fork());

	if (!pid)
		run_child(argv);
	return pid;
}

static const char *number(unsigned int index)
{
	static char text[16];

	snprintf(text, sizeof(text), "%u", index);
	return text;
}

#define COMMAND(index)	stamp, records, (char *)number(index), NULL

/* ---------------------------------------------------------------------- peers */

static pid_t start_exec(unsigned int index)
{
	return spawn((char *const []){ COMMAND(index) });
}

static pid_t start_library(unsigned int index)
{
	struct aios_submit s;
	struct aios_job *job;
	pid_t pid;

	aios_submit_init(&s);
	if (aios_submit_set_resource(&s, AIOS_RESOURCE_CPU, 100, 1000) ||
	    aios_submit_set_resource(&s, AIOS_RESOURCE_MEMORY, 8 * MIB, 16 * MIB) ||
	    aios_submit(ctx, &s, &job))
		die("a job was refused");
	pid = must(fork());
	if (!pid) {
		if (aios_job_enter(job, 0, NULL))
			_exit(126);
		run_child((char *const []){ COMMAND(index) });
	}
	/* the job keeps itself from now on: its process holds it */
	aios_job_unref(job);
	return pid;
}

static pid_t start_run(unsigned int index)
{
	return spawn((char *const []){ "aiosctl", "run", "-c", "0.1:1", "-m", "8M:16M",
				       "--", COMMAND(index) });
}

static pid_t start_submit(unsigned int index)
{
	return spawn((char *const []){ "aiosctl", "submit", "-c", "0.1:1", "-m", "8M:16M",
				       "-o", "/dev/null", "--", COMMAND(index) });
}

static pid_t start_scope(unsigned int index)
{
	return spawn((char *const []){ "systemd-run", "--scope", "--quiet",
				       "-p", "CPUWeight=10", "-p", "MemoryHigh=8M",
				       "-p", "MemoryMax=16M", "--", COMMAND(index) });
}

static pid_t start_spooler(unsigned int index)
{
	return spawn((char *const []){ "tsp", "-n", COMMAND(index) });
}

static bool in_path(const char *name)
{
	const char *path = getenv("PATH");
	char file[4200];

	for (; path && *path; path += strcspn(path, ":"), path += *path == ':') {
		snprintf(file, sizeof(file), "%.*s/%s", (int)strcspn(path, ":"), path, name);
		if (!access(file, X_OK))
			return true;
	}
	return false;
}

static const char *lacks_nothing(void)
{
	return NULL;
}

static const char *lacks_command(void)
{
	return in_path("aiosctl") ? NULL : "aiosctl is not in the path";
}

static const char *lacks_systemd(void)
{
	if (!in_path("systemd-run"))
		return "systemd is not installed";
	return access("/run/systemd/system", F_OK) ?
		"systemd is not process 1: scripts/vm --systemd" : NULL;
}

static const char *lacks_spooler(void)
{
	return in_path("tsp") ? NULL : "task-spooler is not installed";
}

/* Without favordynmods, and with it. */
#define NR_MOUNTS	2

struct figures {
	struct series latency;
	struct series returned;
	struct series per_job;	/* ns, when many are started */
	struct series rate;	/* that of the bare start in the same round, in thousandths */
};

static struct peer {
	const char *key;
	const char *what;
	pid_t (*start)(unsigned int index);
	const char *(*lacks)(void);
	bool detached;		/* the process that starts a job does not wait for it */
	struct figures figures[NR_MOUNTS];
} peers[] = {
	{
		.key = "exec", .what = "fork, exec",
		.start = start_exec, .lacks = lacks_nothing,
	},
	{
		.key = "libaios", .what = "fork, SUBMIT, ENTER, exec",
		.start = start_library, .lacks = lacks_nothing,
	},
	{
		.key = "aiosctl_run", .what = "aiosctl run",
		.start = start_run, .lacks = lacks_command,
	},
	{
		.key = "aiosctl_submit", .what = "aiosctl submit",
		.start = start_submit, .lacks = lacks_command, .detached = true,
	},
	{
		.key = "systemd_run", .what = "systemd-run --scope",
		.start = start_scope, .lacks = lacks_systemd,
	},
	{
		.key = "task_spooler", .what = "task-spooler",
		.start = start_spooler, .lacks = lacks_spooler, .detached = true,
	},
};

#define NR_PEERS	(sizeof(peers) / sizeof(peers[0]))

/* -------------------------------------------------------------------- measure */

static uint64_t stamp_of(unsigned int index)
{
	uint64_t limit = now_ns() + PATIENCE_NS;
	volatile struct timespec *t = &record[index];

	while (!t->tv_sec && !t->tv_nsec) {
		if (now_ns() > limit)
			die("a job did not run within a minute");
		usleep(POLL_US);
	}
	return t->tv_sec * UINT64_C(1000000000) + t->tv_nsec;
}

static void reap(const struct peer *p, pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0));
	if (status)
		die("%s failed (wait status %#x)", p->what, status);
}

static unsigned int take_record(void)
{
	if (next_record == nr_records)
		die("more jobs than records");
	return next_record++;
}

static void measure_one(const struct peer *p, struct figures *keep)
{
	unsigned int index = take_record();
	uint64_t begin = now_ns(), returned;
	pid_t pid = p->start(index);

	reap(p, pid);
	returned = now_ns() - begin;
	if (!keep) {
		stamp_of(index);
		return;
	}
	series_add(&keep->latency, stamp_of(index) - begin);
	series_add(&keep->returned, returned);
}

/* At most @width clients at a time, until all jobs have run. */
static void measure_many(const struct peer *p, struct figures *f, unsigned int count,
			 unsigned int width)
{
	unsigned int first = next_record, started = 0, ended = 0, i;
	uint64_t begin = now_ns();

	while (ended < count) {
		if (started < count && started - ended < width) {
			p->start(take_record());
			started++;
		} else {
			reap(p, -1);
			ended++;
		}
	}
	for (i = 0; i < count; i++)
		stamp_of(first + i);
	series_add(&f->per_job, (now_ns() - begin) / count);
}

/* What slows the machine down in one round does not count in another. */
static void compare(struct figures *f, const struct figures *bare)
{
	size_t last = f->per_job.nr - 1;

	series_add(&f->rate, bare->per_job.value[last] * 1000 / f->per_job.value[last]);
}

/* What is left of the jobs that were started would disturb the next ones. */
static void await_quiet(void)
{
	struct aios_info info;

	do {
		usleep(1000);
		AIOS_INIT(&info);
		if (aios_info(ctx, &info))
			die("the module does not answer");
	} while (info.nr_queued || info.nr_running);
}

static void measure(int mount, unsigned int samples, unsigned int rounds,
		    unsigned int count, unsigned int width)
{
	unsigned int i, k;

	for (i = 0; i < samples + WARM_UP; i++) {
		for (k = 0; k < NR_PEERS; k++) {
			if (peers[k].lacks())
				continue;
			measure_one(&peers[k],
				    i < WARM_UP ? NULL : &peers[k].figures[mount]);
			await_quiet();
		}
	}
	for (i = 0; i < rounds; i++) {
		for (k = 0; k < NR_PEERS; k++) {
			if (peers[k].lacks())
				continue;
			measure_many(&peers[k], &peers[k].figures[mount], count, width);
			compare(&peers[k].figures[mount], &peers[0].figures[mount]);
			await_quiet();
		}
	}
}

/* --------------------------------------------------------------------- report */

static void print_us(struct out *o, const char *key, uint64_t ns)
{
	out_number(o, key, ns, "%.0f", ns / 1e3);
}

static void print_peer(struct out *o, struct peer *p, int mount)
{
	struct figures *f = &p->figures[mount], *bare = &peers[0].figures[mount];
	const char *lacks = p->lacks();
	uint64_t latency, per_job;
	double rate;

	out_row_begin(o);
	out_data_string(o, "peer", p->key);
	out_string(o, "what", p->what);
	if (lacks) {
		out_string(o, "note", lacks);
		out_row_end(o);
		return;
	}
	latency = series_median(&f->latency);
	print_us(o, "latency_ns", latency);
	print_us(o, "latency_p90_ns", series_quantile(&f->latency, 900));
	out_double(o, "latency_ratio",
		   (double)latency / series_median(&bare->latency), "%.1f",
		   (double)latency / series_median(&bare->latency));
	print_us(o, "returned_ns", series_median(&f->returned));
	per_job = series_median(&f->per_job);
	out_double(o, "jobs_per_s", 1e9 / per_job, "%.1f", 1e9 / per_job);
	rate = series_median(&f->rate) / 1000.0;
	out_double(o, "jobs_ratio", rate, "%.2f", rate);
	if (p->detached)
		out_string(o, "note", "starts jobs detached");
	out_row_end(o);
}

static void report(struct out *o, unsigned int samples, unsigned int rounds,
		   unsigned int count, unsigned int width)
{
	static const struct out_column columns[] = {
		{ "what", "STARTED BY", false },
		{ "latency_ns", "FIRST US", true },
		{ "latency_p90_ns", "P90", true },
		{ "latency_ratio", "X EXEC", true },
		{ "returned_ns", "RETURNS US", true },
		{ "jobs_per_s", "JOBS/S", true },
		{ "jobs_ratio", "X EXEC", true },
		{ "note", "NOTE", false },
	};
	static const struct {
		const char *key;
		const char *title;
	} tables[NR_MOUNTS] = {
		{ "peers", "Mounted without favordynmods" },
		{ "peers_favordynmods", "Mounted with favordynmods" },
	};
	struct utsname u;

	must(uname(&u));
	out_open(o, "bench jobs");
	out_record_begin(o, "setting", NULL);
	out_string(o, "kernel", u.release);
	out_u64(o, "processors", get_nprocs());
	out_u64(o, "samples", samples);
	out_u64(o, "rounds", rounds);
	out_u64(o, "jobs", count);
	out_u64(o, "at_a_time", width);
	out_record_end(o);
	for (int mount = 0; mount < NR_MOUNTS; mount++) {
		out_table_begin(o, tables[mount].key, tables[mount].title, columns,
				sizeof(columns) / sizeof(columns[0]));
		for (unsigned int k = 0; k < NR_PEERS; k++)
			print_peer(o, &peers[k], mount);
		out_table_end(o);
	}
	if (out_close(o))
		die("cannot write");
}

static void set_up(unsigned int samples, unsigned int rounds, unsigned int count,
		   unsigned int width)
{
	char slots[16];
	ssize_t len;
	size_t size;
	int fd;

	/* the work lies beside this program */
	len = must(readlink("/proc/self/exe", stamp, sizeof(stamp) - 8));
	stamp[len] = '\0';
	strcpy(strrchr(stamp, '/') + 1, "stamp");
	if (access(stamp, X_OK))
		die("%s: %m: run make bench", stamp);

	nr_records = NR_MOUNTS * NR_PEERS * (samples + WARM_UP + rounds * count);
	size = nr_records * sizeof(*record);
	strcpy(records, "/tmp/aios-bench.XXXXXX");
	fd = must(mkstemp(records));
	must(ftruncate(fd, size));
	record = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (record == MAP_FAILED)
		die("mmap: %m");
	close(fd);

	if (aios_new(&ctx, NULL))
		die("/dev/aios: is the module loaded?");
	snprintf(slots, sizeof(slots), "%u", width);
	setenv("TS_SLOTS", slots, 1);
	setenv("TS_SOCKET", "/tmp/aios-bench.tsp", 1);
}

static void tear_down(void)
{
	if (!lacks_spooler())
		waitpid(spawn((char *const []){ "tsp", "-K", NULL }), NULL, 0);
	unlink(records);
	aios_unref(ctx);
}

static void usage(FILE *to)
{
	fprintf(to, "Usage: jobs [--json] [--samples N] [--rounds N] [--jobs N]\n"
		"\n"
		"Measure how soon jobs run, and how many a second, where aios.ko is loaded.\n"
		"\n"
		"  --json       print one JSON document\n"
		"  --samples N  jobs one at a time, of each peer (31)\n"
		"  --rounds N   and times that many are started (9)\n"
		"  --jobs N     how many (24)\n"
		"  -h, --help   print this text\n");
}

int main(int argc, char **argv)
{
	unsigned int samples = 31, rounds = 9, count = 24, width = get_nprocs();
	bool json = false, before;
	const struct bench_option options[] = {
		{ .name = "json", .flag = &json },
		{ .name = "samples", .count = &samples, .most = COUNT_MAX },
		{ .name = "rounds", .count = &rounds, .most = COUNT_MAX },
		{ .name = "jobs", .count = &count, .most = COUNT_MAX },
		{ 0 }
	};
	struct out o;

	bench_options(argc, argv, options, usage);
	set_up(samples, rounds, count, width);
	before = favordynmods_get();
	for (int mount = 0; mount < NR_MOUNTS; mount++) {
		favordynmods_set(mount);
		measure(mount, samples, rounds, count, width);
	}
	favordynmods_set(before);
	tear_down();
	out_init(&o, stdout, json, false);
	report(&o, samples, rounds, count, width);
	return 0;
}
