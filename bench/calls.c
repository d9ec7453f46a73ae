// SPDX-License-Identifier: GPL-2.0
/*
 * What each call of aios costs, beside a null system call and beside doing the
 * same by hand with cgroup files. Runs inside scripts/vm; with --icount the
 * nanoseconds are instructions, and do not depend on the load of the host.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <aios.h>

#include "hand.h"
#include "measure.h"
#include "out.h"

#define GROUP		"/aios-bench"
#define MIB		(UINT64_C(1) << 20)
#define BATCH		16	/* calls between two looks at the clock, if cheap */
#define SAMPLES_MAX	100000
#define JOBS_MAX	10000
#define LISTS		5
#define GRANT_LOW	300	/* milli-CPUs, in turn */
#define GRANT_HIGH	400
#define GROUP_LOW	200
#define GROUP_HIGH	250
#define GROUP_MOST	900

/*
 * Who moves a process between cgroups soon after somebody else did, is spared
 * a grace period of RCU; who waits for cgroup.events soon after it changed,
 * waits for the rest of 10 ms. So nothing begins before the last is forgotten.
 */
#define REST_US		100000
#define LIFE_US		30000	/* of a process in its cgroup */

enum line_id {
	GETPPID,
	INFO,
	SUBMIT,
	ENTER,
	START,
	START_AGAIN,
	FORK,
	END,
	UPDATE,
	UPDATE_HELD,
	LIMIT,
	LIMIT_HELD,
	STATUS,
	STAT,
	CHARGE,
	UNCHARGE,
	LIST,
	NR_LINES,
};

/* One operation, and what it takes by hand, if that can be done at all. */
static struct line {
	const char *key;
	const char *what;
	const char *by_hand;
	struct series ours;
	struct series hand;
} lines[NR_LINES] = {
	[GETPPID] = { "getppid", "getppid(): a null system call", NULL },
	[INFO] = { "info", "INFO: a null call of the device", NULL },
	[SUBMIT] = { "submit", "SUBMIT", "mkdir, 6 limits" },
	[ENTER] = { "enter", "ENTER, nobody else wants the machine", "write cgroup.procs" },
	[START] = { "start", "SUBMIT to the return of ENTER",
		    "mkdir, 6 limits, cgroup.procs" },
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

/* Times that a child process passes to its parent. */
struct stamps {
	uint64_t begin;
	uint64_t entered;
	uint64_t leaving;
	int error;
};

static struct aios_ctx *ctx;
static struct stamps *stamps;
static unsigned int samples = 101;
static unsigned int jobs = 1000;
static const char *clock_name = "CLOCK_MONOTONIC";

static void ok(int err, const char *call)
{
	if (err < 0)
		die("%s: %s", call, strerror(-err));
}

static void why_ok(int err, const char *call, const struct aios_why *why)
{
	char text[AIOS_WHY_LEN];

	if (err < 0)
		die("%s: %s: %s", call, strerror(-err),
		    aios_why_describe(ctx, why, text, sizeof(text)));
}

static void settle(void)
{
	struct aios_info info;

	/* what ended is still being cleared away */
	do {
		usleep(1000);
		AIOS_INIT(&info);
		ok(aios_info(ctx, &info), "INFO");
	} while (info.nr_queued || info.nr_running);
}

/* ----------------------------------------------------------- null and submit */

#define MEASURE_BATCHES(series, call) do {				\
	for (unsigned int i_ = 0; i_ < samples; i_++) {			\
		uint64_t begin_ = now_ns();				\
									\
		for (unsigned int j_ = 0; j_ < BATCH; j_++)		\
			call;						\
		series_add(series, since_ns(begin_) / BATCH);		\
	}								\
} while (0)

static void measure_null(void)
{
	struct aios_info info;

	MEASURE_BATCHES(&lines[GETPPID].ours, syscall(SYS_getppid));
	AIOS_INIT(&info);
	MEASURE_BATCHES(&lines[INFO].ours, aios_info(ctx, &info));
}

static void ask(struct aios_submit *s, unsigned int cpu_limit)
{
	aios_submit_init(s);
	aios_submit_set_group(s, GROUP);
	ok(aios_submit_set_resource(s, AIOS_RESOURCE_CPU, 100, cpu_limit), "cpu");
	ok(aios_submit_set_resource(s, AIOS_RESOURCE_MEMORY, 16 * MIB, 32 * MIB),
	   "memory");
	ok(aios_submit_set_resource(s, AIOS_RESOURCE_PIDS, 0, 64), "pids");
}

static void enter_and_leave(const struct aios_job *job)
{
	struct aios_enter e = { .size = sizeof(e) };
	int fd = aios_job_fd(job);

	stamps->begin = now_ns();
	stamps->error = ioctl(fd, AIOS_IOC_ENTER, &e) ? errno : 0;
	stamps->entered = now_ns();
	usleep(LIFE_US);
	stamps->leaving = now_ns();
	_exit(0);
}

static pid_t fork_or_die(void)
{
	fflush(NULL);
	return must(fork());
}

static void start_one(bool again)
{
	uint64_t begin, submitted, entered, forked, ended;
	struct aios_submit s;
	struct aios_wait wait;
	struct aios_job *job;
	pid_t pid;

	ask(&s, GRANT_LOW);
	begin = now_ns();
	why_ok(aios_submit(ctx, &s, &job), "SUBMIT", &s.why);
	submitted = since_ns(begin);
	fflush(NULL);
	forked = now_ns();
	pid = must(fork());
	if (!pid)
		enter_and_leave(job);
	AIOS_INIT(&wait);
	ok(aios_job_wait(job, &wait), "WAIT");
	ended = since_ns(stamps->leaving);
	if (stamps->error)
		die("ENTER: %s", strerror(stamps->error));
	must(waitpid(pid, NULL, 0));
	aios_job_unref(job);
	entered = stamps->entered - stamps->begin;
	if (again) {
		series_add(&lines[START_AGAIN].ours, submitted + entered);
		return;
	}
	series_add(&lines[SUBMIT].ours, submitted);
	series_add(&lines[ENTER].ours, entered);
	series_add(&lines[START].ours, submitted + entered);
	series_add(&lines[FORK].ours, stamps->entered - forked);
	series_add(&lines[END].ours, ended);
}

/* The child has its cgroup from the start: nothing has to be moved. */
static void clone_into(const struct hand_job *job)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = job->dir,
	};
	uint64_t begin = now_ns();
	pid_t pid = must(syscall(SYS_clone3, &args, sizeof(args)));

	if (!pid) {
		stamps->entered = now_ns();
		_exit(0);
	}
	must(waitpid(pid, NULL, 0));
	series_add(&lines[FORK].hand, stamps->entered - begin);
}

static void start_one_by_hand(unsigned int number, bool again)
{
	uint64_t begin, created, entered, ended;
	struct hand_job job;
	int inside[2];
	char byte = 0;
	pid_t pid;

	begin = now_ns();
	hand_create(&job, number);
	created = since_ns(begin);
	if (!again)
		clone_into(&job);
	must(pipe2(inside, O_CLOEXEC));
	pid = fork_or_die();
	if (!pid) {
		stamps->begin = now_ns();
		hand_enter(&job);
		stamps->entered = now_ns();
		must(write(inside[1], &byte, 1));
		usleep(LIFE_US);
		stamps->leaving = now_ns();
		_exit(0);
	}
	close(inside[1]);
	if (read(inside[0], &byte, 1) != 1)
		die("a process did not get into its cgroup");
	close(inside[0]);
	hand_wait(&job);
	hand_remove(&job);
	ended = since_ns(stamps->leaving);
	must(waitpid(pid, NULL, 0));
	entered = stamps->entered - stamps->begin;
	if (again) {
		series_add(&lines[START_AGAIN].hand, created + entered);
		return;
	}
	series_add(&lines[SUBMIT].hand, created);
	series_add(&lines[ENTER].hand, entered);
	series_add(&lines[START].hand, created + entered);
	series_add(&lines[END].hand, ended);
}

static void move_another(void)
{
	struct hand_job job;
	pid_t pid;

	hand_create(&job, samples);
	pid = fork_or_die();
	if (!pid) {
		hand_enter(&job);
		_exit(0);
	}
	must(waitpid(pid, NULL, 0));
	hand_remove(&job);
}

static void measure_start(void)
{
	unsigned int i;

	for (i = 0; i < samples; i++) {
		usleep(REST_US);
		start_one(false);
		settle();
		usleep(REST_US);
		start_one_by_hand(i, false);

		move_another();
		start_one(true);
		settle();
		move_another();
		start_one_by_hand(i, true);
	}
}

/* -------------------------------------------------------------- a running job */

struct running {
	struct aios_job *job;
	pid_t pid;
	char cgroup[4096];
};

static void run(struct running *r, struct aios_submit *s)
{
	char path[2048] = "";
	struct aios_wait wait;
	struct aios_stat stat;

	why_ok(aios_submit(ctx, s, &r->job), "SUBMIT", &s->why);
	r->pid = fork_or_die();
	if (!r->pid) {
		if (!aios_job_enter(r->job, 0, NULL))
			pause();
		_exit(1);
	}
	AIOS_INIT(&wait);
	wait.state_mask = 1U << AIOS_STATE_RUNNING;
	ok(aios_job_wait(r->job, &wait), "WAIT");
	AIOS_INIT(&stat);
	aios_stat_set_buffers(&stat, NULL, 0, NULL, 0, path, sizeof(path));
	ok(aios_job_stat(r->job, &stat), "STAT");
	if (stat.state != AIOS_STATE_RUNNING)
		die("a job does not run: it is %s", aios_state_name(stat.state));
	snprintf(r->cgroup, sizeof(r->cgroup), "%s%s",
		 strncmp(path, "/sys/", 5) ? "/sys/fs/cgroup" : "", path);
}

static void stop(struct running *r)
{
	ok(aios_job_cancel(r->job, NULL), "CANCEL");
	must(waitpid(r->pid, NULL, 0));
	aios_job_unref(r->job);
	settle();
}

/* Reads until the file begins with a number; whoever writes it may go first. */
static void await_number(int fd, unsigned long number)
{
	char text[64];
	ssize_t len;

	for (;;) {
		len = must(pread(fd, text, sizeof(text) - 1, 0));
		text[len] = '\0';
		if (strtoul(text, NULL, 10) == number)
			return;
		sched_yield();
	}
}

static void await_grant(struct aios_job *job, uint64_t milli)
{
	struct aios_status status;

	AIOS_INIT(&status);
	for (;;) {
		ok(aios_job_status_read(job, &status), "status page");
		if (status.grant[AIOS_RESOURCE_CPU] == milli)
			return;
		sched_yield();
	}
}

static void measure_update(struct running *r)
{
	char path[4200];
	unsigned int i;
	int weight;

	snprintf(path, sizeof(path), "%s/cpu.weight", r->cgroup);
	weight = must(open(path, O_RDONLY | O_CLOEXEC));
	for (i = 0; i < samples; i++) {
		unsigned int milli = i % 2 ? GRANT_LOW : GRANT_HIGH;
		struct aios_update u;
		uint64_t begin;

		AIOS_INIT(&u);
		ok(aios_update_set_resource(&u, AIOS_RESOURCE_CPU, 100, milli), "cpu");
		begin = now_ns();
		why_ok(aios_job_update(r->job, &u), "UPDATE", &u.why);
		await_grant(r->job, milli);
		series_add(&lines[UPDATE].ours, since_ns(begin));
		/* the module writes cpu.weight last */
		await_number(weight, milli / 10);
		series_add(&lines[UPDATE_HELD].ours, since_ns(begin));
	}
	close(weight);
}

static void measure_limit(struct running *r)
{
	struct aios_limit l;
	unsigned int i;
	char path[4200];
	int cpu_max;

	snprintf(path, sizeof(path), "%s/../cpu.max", r->cgroup);
	cpu_max = must(open(path, O_RDONLY | O_CLOEXEC));
	for (i = 0; i < samples; i++) {
		unsigned int milli = i % 2 ? GROUP_LOW : GROUP_HIGH;
		uint64_t begin;

		aios_limit_init_group(&l, GROUP);
		ok(aios_limit_set_resource(&l, AIOS_RESOURCE_CPU, milli), "cpu");
		begin = now_ns();
		why_ok(aios_limit_set(ctx, &l), "LIMIT", &l.why);
		await_grant(r->job, milli);
		series_add(&lines[LIMIT].ours, since_ns(begin));
		await_number(cpu_max, milli * 100);
		series_add(&lines[LIMIT_HELD].ours, since_ns(begin));
	}
	close(cpu_max);
	aios_limit_init_group(&l, GROUP);
	ok(aios_limit_set_resource(&l, AIOS_RESOURCE_CPU, GROUP_MOST), "cpu");
	why_ok(aios_limit_set(ctx, &l), "LIMIT", &l.why);
}

static void measure_reading(struct running *r)
{
	struct aios_status status;
	struct aios_stat stat;

	AIOS_INIT(&status);
	ok(aios_job_status_read(r->job, &status), "status page");
	MEASURE_BATCHES(&lines[STATUS].ours, aios_job_status_read(r->job, &status));
	AIOS_INIT(&stat);
	MEASURE_BATCHES(&lines[STAT].ours, aios_job_stat(r->job, &stat));
}

static void measure_running(void)
{
	struct aios_submit s;
	struct running r;

	ask(&s, GRANT_LOW);
	run(&r, &s);
	measure_update(&r);
	measure_limit(&r);
	measure_reading(&r);
	stop(&r);
}

static void measure_running_by_hand(void)
{
	struct hand_status status;
	struct hand_job job;
	unsigned int i;
	pid_t pid;

	hand_create(&job, 0);
	pid = fork_or_die();
	if (!pid) {
		hand_enter(&job);
		pause();
		_exit(1);
	}
	hand_keep_open(&job);
	for (i = 0; i < samples; i++) {
		uint64_t begin = now_ns(), passed;

		hand_grant(&job, i % 2 ? GRANT_LOW : GRANT_HIGH);
		passed = since_ns(begin);
		series_add(&lines[UPDATE].hand, passed);
		series_add(&lines[UPDATE_HELD].hand, passed);

		begin = now_ns();
		hand_group_limit(i % 2 ? GROUP_LOW : GROUP_HIGH);
		passed = since_ns(begin);
		series_add(&lines[LIMIT].hand, passed);
		series_add(&lines[LIMIT_HELD].hand, passed);
	}
	MEASURE_BATCHES(&lines[STATUS].hand, hand_read(&job, &status));
	MEASURE_BATCHES(&lines[STAT].hand, hand_read(&job, &status));
	kill(pid, SIGKILL);
	must(waitpid(pid, NULL, 0));
	hand_wait(&job);
	hand_remove(&job);
}

/* --------------------------------------------------------------------- charge */

static void measure_charge(void)
{
	struct aios_device device;
	struct aios_submit s;
	struct running r;
	unsigned int i;

	AIOS_INIT(&device);
	snprintf(device.name, sizeof(device.name), "bench");
	device.memory = 16 * 1024 * MIB;
	ok(aios_device_add(ctx, &device), "DEVICE_ADD");
	ask(&s, GRANT_LOW);
	ok(aios_submit_set_resource(&s, AIOS_RESOURCE_GPU, 500, 500), "gpu");
	ok(aios_submit_set_resource(&s, AIOS_RESOURCE_GPU_MEMORY, 1024 * MIB,
				    8192 * MIB), "gpu_memory");
	run(&r, &s);
	for (i = 0; i < samples; i++) {
		struct aios_why why;
		uint64_t begin = now_ns();

		why_ok(aios_job_charge(r.job, device.id, MIB, NULL, &why),
		       "CHARGE", &why);
		series_add(&lines[CHARGE].ours, since_ns(begin));
		begin = now_ns();
		why_ok(aios_job_uncharge(r.job, device.id, MIB, NULL, &why),
		       "UNCHARGE", &why);
		series_add(&lines[UNCHARGE].ours, since_ns(begin));
	}
	stop(&r);
	ok(aios_device_remove(ctx, device.id), "DEVICE_REMOVE");
}

/* ----------------------------------------------------------------------- list */

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

/* As many as are listed; the jobs of before have ended, and are listed as such. */
static void measure_list(void)
{
	struct aios_job **job = calloc(jobs, sizeof(struct aios_job *));
	unsigned int i, nr, before = 0;
	struct aios_submit s;

	if (!job)
		die("out of memory");
	ok(aios_job_list(count, &before), "list");
	ask(&s, GRANT_LOW);
	for (i = 0; i < jobs; i++)
		why_ok(aios_submit(ctx, &s, &job[i]), "SUBMIT", &s.why);
	for (i = 0; i < LISTS; i++) {
		uint64_t begin = now_ns();

		ok(aios_job_list(nothing, NULL), "list");
		series_add(&lines[LIST].ours, since_ns(begin));
	}
	nr = 0;
	ok(aios_job_list(count, &nr), "list");
	if (nr != before + jobs)
		die("%u jobs are listed instead of %u", nr, before + jobs);
	for (i = 0; i < jobs; i++)
		aios_job_unref(job[i]);
	free(job);
}

static void measure_list_by_hand(void)
{
	struct hand_job *job = calloc(jobs, sizeof(*job));
	unsigned int i, nr = 0;
	uint64_t us;

	if (!job)
		die("out of memory");
	for (i = 0; i < jobs; i++)
		hand_create(&job[i], i);
	for (i = 0; i < LISTS; i++) {
		uint64_t begin = now_ns();

		nr = hand_list(&us);
		series_add(&lines[LIST].hand, since_ns(begin));
	}
	if (nr != jobs)
		die("%u directories are listed instead of %u", nr, jobs);
	for (i = 0; i < jobs; i++)
		hand_remove(&job[i]);
	free(job);
}

/* --------------------------------------------------------------------- report */

static void print_line(struct out *o, struct line *l, uint64_t null)
{
	uint64_t median = series_median(&l->ours);

	out_row_begin(o);
	out_data_string(o, "operation", l->key);
	out_string(o, "what", l->what);
	out_u64(o, "median_ns", median);
	out_u64(o, "p90_ns", series_quantile(&l->ours, 900));
	out_data_u64(o, "samples", l->ours.nr);
	out_double(o, "null_calls", (double)median / null, "%.1f",
		   (double)median / null);
	if (l->by_hand) {
		uint64_t hand = series_median(&l->hand);

		out_string(o, "by_hand", l->by_hand);
		out_u64(o, "by_hand_median_ns", hand);
		out_double(o, "ratio", (double)median / hand, "%.2f",
			   (double)median / hand);
	}
	out_row_end(o);
}

static void report(struct out *o)
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
	uint64_t null = series_median(&lines[GETPPID].ours) ?: 1;
	struct utsname u;

	must(uname(&u));
	out_open(o, "bench calls");
	out_record_begin(o, "setting", NULL);
	out_string(o, "kernel", u.release);
	out_string(o, "clock", clock_name);
	out_u64(o, "samples", samples);
	out_u64(o, "listed_jobs", jobs);
	out_record_end(o);
	out_table_begin(o, "calls", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	for (unsigned int i = 0; i < NR_LINES; i++)
		print_line(o, &lines[i], null);
	out_table_end(o);
	if (out_close(o))
		die("cannot write");
}

static void set_up(void)
{
	struct rlimit files = { 65536, 65536 };
	struct aios_group_create c;
	struct aios_limit l;

	must(setrlimit(RLIMIT_NOFILE, &files));
	stamps = mmap(NULL, sizeof(*stamps), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stamps == MAP_FAILED)
		die("mmap: %m");
	ok(aios_new(&ctx, NULL), "/dev/aios");
	aios_group_create_init(&c, GROUP);
	why_ok(aios_group_create(ctx, &c), "GROUP_CREATE", &c.why);
	aios_limit_init_group(&l, GROUP);
	ok(aios_limit_set_resource(&l, AIOS_RESOURCE_CPU, GROUP_MOST), "cpu");
	why_ok(aios_limit_set(ctx, &l), "LIMIT", &l.why);
	hand_init();
}

static void tear_down(void)
{
	struct aios_why why;

	settle();
	why_ok(aios_group_remove(ctx, GROUP, &why), "GROUP_REMOVE", &why);
	hand_exit();
	aios_unref(ctx);
}

static void usage(FILE *to)
{
	fprintf(to, "Usage: calls [--json] [--samples N] [--jobs N]\n"
		"\n"
		"Measure each call of aios and the same by hand, as root where aios.ko is loaded.\n"
		"\n"
		"  --json       print one JSON document\n"
		"  --samples N  measure each N times (%u)\n"
		"  --jobs N     list N jobs (%u)\n"
		"  --clock TEXT what the report says of the clock (%s)\n"
		"  -h, --help   print this text\n", samples, jobs, clock_name);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "samples", required_argument, NULL, 's' },
		{ "jobs", required_argument, NULL, 'n' },
		{ "clock", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	bool json = false;
	struct out o;
	int key;

	while ((key = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (key) {
		case 'j':
			json = true;
			break;
		case 's':
			samples = parse_count("samples", optarg, SAMPLES_MAX);
			break;
		case 'n':
			jobs = parse_count("jobs", optarg, JOBS_MAX);
			break;
		case 'c':
			clock_name = optarg;
			break;
		default:
			usage(key == 'h' ? stdout : stderr);
			return key == 'h' ? 0 : 2;
		}
	}
	set_up();
	measure_null();
	measure_start();
	measure_running();
	measure_running_by_hand();
	measure_charge();
	measure_list();
	measure_list_by_hand();
	tear_down();
	out_init(&o, stdout, json, false);
	report(&o);
	return 0;
}
