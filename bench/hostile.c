// SPDX-License-Identifier: GPL-2.0
/*
 * How long an administrator's calls take while others do their worst: jobs of another
 * user that have 1 ms of CPU a second, so that they are stopped most of the time wherever
 * they happen to be, and use it for UPDATE, LIST and SUBSCRIBE in a loop. The same calls are
 * measured before, on the quiet machine. Runs inside scripts/vm.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#include <aios.h>

#include "measure.h"
#include "print/out.h"

#define NOBODY		65534
#define JOBS_MAX	64
#define SAMPLES_MAX	10000
#define MONITORS	64	/* what one user can have */
#define SHARE		1	/* thousandths of a CPU: 1 ms a second */
#define PAUSE_US	5000	/* between samples, so that they see different moments */

enum call {
	INFO,
	SUBMIT,
	CANCEL,
	LIST,
	NLCTRL,
	NR_CALLS,
};

static const char * const names[NR_CALLS] = {
	[INFO] = "INFO",
	[SUBMIT] = "SUBMIT",
	[CANCEL] = "CANCEL",
	[LIST] = "LIST",
	[NLCTRL] = "nlctrl: a family's number",
};

static struct aios_ctx *ctx;
static struct nl_sock *sock;
static int family;

static void ok(int err, const char *call)
{
	if (err < 0)
		die("%s: %s", call, strerror(-err));
}

/* ------------------------------------------------------------------ the others */

static int ignore_record(const struct aios_record *record, void *data)
{
	(void)record;
	(void)data;
	return 0;
}

/* Runs in a job, as another user, until it is killed. */
__attribute__((noreturn)) static void do_worst(struct aios_job *job)
{
	struct aios_monitor *monitor[MONITORS];
	struct aios_update update;
	unsigned int monitors = 0;

	for (unsigned int i = 0;; i++) {
		AIOS_INIT(&update);
		update.flags = AIOS_UPDATE_WEIGHT;
		update.weight = 100 + i % 2;
		aios_job_update(job, &update);
		if (monitors < MONITORS && !aios_monitor_new(&monitor[monitors]))
			monitors++;
		if (i % 8 == 0)
			aios_job_list(ignore_record, NULL);
	}
}

static pid_t start_other(void)
{
	struct aios_submit s;
	struct aios_job *job;
	struct aios_ctx *own;
	pid_t pid = must(fork());

	if (pid)
		return pid;
	must(setgid(NOBODY));
	must(setuid(NOBODY));
	ok(aios_new(&own, NULL), "open");
	aios_submit_init(&s);
	ok(aios_submit_set_resource(&s, AIOS_RESOURCE_CPU, SHARE, SHARE), "resource");
	ok(aios_submit(own, &s, &job), "SUBMIT");
	ok(aios_job_enter(job, 0, NULL), "ENTER");
	do_worst(job);
}

static void await_running(unsigned int nr)
{
	struct aios_info info;

	do {
		usleep(PAUSE_US);
		AIOS_INIT(&info);
		ok(aios_info(ctx, &info), "INFO");
	} while (info.nr_running < nr);
}

/* ------------------------------------------------------------------ measuring */

/*
 * By a socket that is open already: to make and close one waits in the kernel for whoever
 * else does it, whatever the family.
 */
static void list_jobs(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP,
				 AIOS_CMD_JOB_GET, AIOS_GENL_VERSION))
		die("no memory");
	if (nl_send_auto(sock, msg) < 0 || nl_recvmsgs_default(sock) < 0)
		die("a dump fails");
	nlmsg_free(msg);
}

static void sample(struct series *series)
{
	struct aios_submit s;
	struct aios_info info;
	struct aios_job *job;
	uint64_t begin;

	AIOS_INIT(&info);
	begin = now_ns();
	ok(aios_info(ctx, &info), "INFO");
	series_add(&series[INFO], since_ns(begin));

	aios_submit_init(&s);
	s.flags |= AIOS_SUBMIT_HOLD;
	begin = now_ns();
	ok(aios_submit(ctx, &s, &job), "SUBMIT");
	series_add(&series[SUBMIT], since_ns(begin));

	begin = now_ns();
	ok(aios_job_cancel(job, NULL), "CANCEL");
	series_add(&series[CANCEL], since_ns(begin));
	aios_job_unref(job);

	begin = now_ns();
	list_jobs();
	series_add(&series[LIST], since_ns(begin));

	begin = now_ns();
	if (genl_ctrl_resolve(sock, "nlctrl") < 0)
		die("nlctrl does not answer");
	series_add(&series[NLCTRL], since_ns(begin));
}

static void measure(struct series *series, unsigned int samples)
{
	for (unsigned int i = 0; i < samples; i++) {
		usleep(PAUSE_US);
		sample(series);
	}
}

/* ------------------------------------------------------------------ reporting */

static void put_us(struct out *o, const char *key, uint64_t ns)
{
	out_double(o, key, (double)ns / 1000, "%.0f", (double)ns / 1000);
}

static void report(struct out *o, struct series *quiet, struct series *crowded)
{
	static const struct out_column columns[] = {
		{ "call", "CALL OF ROOT", false },
		{ "quiet_us", "QUIET US", true },
		{ "quiet_p99_us", "P99", true },
		{ "quiet_max_us", "MAX", true },
		{ "us", "CROWDED US", true },
		{ "p99_us", "P99", true },
		{ "max_us", "MAX", true },
		{ "ratio", "X P99", true },
	};

	out_table_begin(o, "calls", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	for (unsigned int i = 0; i < NR_CALLS; i++) {
		uint64_t before = series_quantile(&quiet[i], 990);
		uint64_t after = series_quantile(&crowded[i], 990);

		out_row_begin(o);
		out_string(o, "call", names[i]);
		put_us(o, "quiet_us", series_median(&quiet[i]));
		put_us(o, "quiet_p99_us", before);
		put_us(o, "quiet_max_us", series_quantile(&quiet[i], 1000));
		put_us(o, "us", series_median(&crowded[i]));
		put_us(o, "p99_us", after);
		put_us(o, "max_us", series_quantile(&crowded[i], 1000));
		out_double(o, "ratio", (double)after / before, "%.1f", (double)after / before);
		out_row_end(o);
	}
	out_table_end(o);
}

static void run(struct out *o, unsigned int jobs, unsigned int samples)
{
	struct series quiet[NR_CALLS] = { 0 }, crowded[NR_CALLS] = { 0 };
	pid_t other[JOBS_MAX];
	struct utsname u;

	must(uname(&u));
	out_open(o, "bench hostile");
	out_record_begin(o, "setting", NULL);
	out_string(o, "kernel", u.release);
	out_u64(o, "jobs", jobs);
	out_u64(o, "samples", samples);
	out_record_end(o);

	measure(quiet, samples);
	for (unsigned int i = 0; i < jobs; i++)
		other[i] = start_other();
	await_running(jobs);
	measure(crowded, samples);
	for (unsigned int i = 0; i < jobs; i++)
		kill(other[i], SIGKILL);
	for (unsigned int i = 0; i < jobs; i++)
		must(waitpid(other[i], NULL, 0));
	report(o, quiet, crowded);
	if (out_close(o))
		die("cannot write");
}

static void usage(FILE *to)
{
	fprintf(to, "Usage: hostile [--json] [--jobs N] [--samples N]\n"
		"\n"
		"Measure an administrator's calls beside jobs that do their worst, as root where\n"
		"aios.ko is loaded.\n"
		"\n"
		"  --json       print one JSON document\n"
		"  --jobs N     jobs of 1 ms of CPU a second (8)\n"
		"  --samples N  of each call (300)\n"
		"  -h, --help   print this text\n");
}

int main(int argc, char **argv)
{
	unsigned int jobs = 8, samples = 300;
	bool json = false;
	const struct bench_option options[] = {
		{ .name = "json", .flag = &json },
		{ .name = "jobs", .count = &jobs, .most = JOBS_MAX },
		{ .name = "samples", .count = &samples, .most = SAMPLES_MAX },
		{ 0 }
	};
	struct out o;

	bench_options(argc, argv, options, usage);
	ok(aios_new(&ctx, NULL), "open");
	sock = nl_socket_alloc();
	if (!sock || genl_connect(sock))
		die("no generic netlink");
	family = genl_ctrl_resolve(sock, AIOS_GENL_NAME);
	ok(family, "no family of aios");
	out_init(&o, stdout, json, false);
	run(&o, jobs, samples);
	nl_socket_free(sock);
	aios_unref(ctx);
	return 0;
}
