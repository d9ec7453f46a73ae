// SPDX-License-Identifier: GPL-2.0
/*
 * The machine is suspended, as far as the kernel's own rehearsal of it goes
 * (/sys/power/pm_test): all processes are frozen, devices and processors stopped, and the
 * clocks with them. It goes on as before, by the clocks that are promised.
 *
 * No disk and no share answers any more after that. So this program has all it needs in
 * itself and in memory: see tests/vm/suspend.t, which alone runs it.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "calls.h"
#include "harness.h"

#define SECOND		1000000000LL
#define POWER		"/sys/power/"

/* ------------------------------------------------------------------- suspending */

static long long clock_ns(clockid_t clock)
{
	struct timespec ts;

	ASSERT_OK(clock_gettime(clock, &ts));
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

/* How long the machine has been suspended since it booted. */
static long long suspended_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME) - clock_ns(CLOCK_MONOTONIC);
}

static void set_power(const char *file, const char *word)
{
	if (file_write(file, word))
		FAIL("%s to %s: %s", word, file, strerror(errno));
}

/* All processes are frozen for a while, and nothing else. */
static void freeze_processes(void)
{
	set_power(POWER "pm_test", "freezer");
	set_power(POWER "state", "freeze");
}

/* All but the firmware is as in a real one; returns for how long the clock stood still. */
static long long suspend_machine(void)
{
	long long before = suspended_ns(), slept;

	set_power(POWER "mem_sleep", "deep");
	set_power(POWER "pm_test", "core");
	set_power(POWER "state", "mem");
	slept = suspended_ns() - before;
	ASSERT_GE(slept, SECOND);
	return slept;
}

/* ------------------------------------------------------------- what goes on after it */

static void wait_for_end(void *job)
{
	struct aios_wait w = { .size = sizeof(w) };

	ASSERT_OK(ioctl((int)(long)job, AIOS_IOC_WAIT, &w));
	ASSERT_GE(w.state, AIOS_STATE_DONE);
}

static void poll_for_end(void *job)
{
	struct pollfd p = { .fd = (int)(long)job, .events = POLLIN };
	uint64_t epoch;

	while (!(p.revents & POLLHUP)) {
		ASSERT_EQ(poll(&p, 1, -1), 1);
		if (p.revents & POLLIN)
			ASSERT_GE(read(p.fd, &epoch, sizeof(epoch)), 0);
	}
}

static void read_to_end(void *job)
{
	uint64_t epoch;

	while (ASSERT_OK(read((int)(long)job, &epoch, sizeof(epoch))) > 0)
		;
}

static pid_t start_asleep(void (*fn)(void *job), int job)
{
	pid_t pid = spawn(fn, (void *)(long)job);

	ASSERT_SOON(asleep(pid), 5000);
	return pid;
}

/* A job that runs, one that is suspended, one that waits, and who waits for the first. */
struct scene {
	int running, held;
	pid_t runs, is_held;
	struct queued waits;
	pid_t waiters[3];
	uint64_t epoch[3];
};

static void set_scene(struct scene *s)
{
	struct aios_submit all = ask("/");

	s->held = submit_cpu("/", 10, 10);
	s->is_held = job_start(s->held, work_spin, NULL);
	ASSERT_OK(job_signal(s->held, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(s->held, AIOS_STATE_SUSPENDED);
	s->running = submit_cpu("/", 10, all_cpus());
	s->runs = job_start(s->running, work_sleep, NULL);
	want(&all, AIOS_RESOURCE_CPU, all_cpus(), all_cpus());
	s->waits = queued_start(&all);
	s->waiters[0] = start_asleep(wait_for_end, s->running);
	s->waiters[1] = start_asleep(poll_for_end, s->running);
	s->waiters[2] = start_asleep(read_to_end, s->running);
	decided();
	s->epoch[0] = job_stat(s->running).epoch;
	s->epoch[1] = job_stat(s->held).epoch;
	s->epoch[2] = job_stat(s->waits.job).epoch;
}

/* Nobody was told of anything, since nothing has happened to the jobs. */
static void assert_scene(const struct scene *s)
{
	struct aios_stat running, held, waits;

	decided();
	running = job_stat(s->running);
	held = job_stat(s->held);
	waits = job_stat(s->waits.job);
	ASSERT_EQ(running.state, AIOS_STATE_RUNNING);
	ASSERT_EQ(held.state, AIOS_STATE_SUSPENDED);
	ASSERT_EQ(waits.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(waits.why.code, AIOS_WHY_NOT_NOW);
	ASSERT_U64(running.grant[AIOS_RESOURCE_CPU], all_cpus());
	ASSERT_U64(resource_get(AIOS_RESOURCE_CPU).capacity, all_cpus());
	ASSERT_U64(running.epoch, s->epoch[0]);
	ASSERT_U64(held.epoch, s->epoch[1]);
	ASSERT_U64(waits.epoch, s->epoch[2]);
	for (size_t i = 0; i < ARRAY_SIZE(s->waiters); i++)
		ASSERT_SOON(asleep(s->waiters[i]), 5000);
}

static void end_scene(struct scene *s)
{
	job_finish(s->running, s->runs);
	for (size_t i = 0; i < ARRAY_SIZE(s->waiters); i++)
		reap_ok(s->waiters[i]);
	job_wait_state(s->waits.job, AIOS_STATE_RUNNING);
	queued_finish(&s->waits);
	ASSERT_OK(job_signal(s->held, AIOS_IOC_RESUME, NULL));
	job_wait_state(s->held, AIOS_STATE_RUNNING);
	job_finish(s->held, s->is_held);
}

/* Whoever waits in a call lets himself be frozen, and waits on. */
TEST(processes_are_frozen)
{
	struct scene s;

	set_scene(&s);
	freeze_processes();
	assert_scene(&s);
	end_scene(&s);
}

/* Processors that are stopped for it have not gone. */
TEST(the_machine_is_suspended)
{
	struct scene s;

	set_scene(&s);
	suspend_machine();
	assert_scene(&s);
	suspend_machine();
	assert_scene(&s);
	end_scene(&s);
}

/* A processor that goes afterwards has gone. */
TEST(processors_are_watched_again)
{
	static const char online[] = "/sys/devices/system/cpu/cpu1/online";
	uint64_t all = all_cpus();

	suspend_machine();
	if (file_write(online, "0"))
		skip("one processor");
	ASSERT_SOON(resource_get(AIOS_RESOURCE_CPU).capacity == all - 1000, 5000);
	ASSERT_OK(file_write(online, "1"));
	ASSERT_SOON(resource_get(AIOS_RESOURCE_CPU).capacity == all, 5000);
}

/* ---------------------------------------------------------------- calls that compute */

#define NR_RECORDS	2000

static void solve(bool *stop)
{
	const unsigned int n = AIOS_LP_MAX_COLS, m = AIOS_LP_MAX_ROWS;
	struct aios_lp_solve s = { .size = sizeof(s), .n = n, .m = m };
	uint64_t *a = calloc((size_t)n * m, sizeof(*a)), *b = calloc(m, sizeof(*b));
	uint64_t *x = calloc(n, sizeof(*x));
	int64_t *w = calloc(n, sizeof(*w));

	srandom(1);
	for (unsigned int i = 0; i < n; i++)
		w[i] = 1 + random() % 100000;
	for (size_t i = 0; i < (size_t)n * m; i++)
		b[i / n] += a[i] = 1 + random() % 1000000;
	for (unsigned int i = 0; i < m; i++)
		b[i] /= 2;
	s.w = (uintptr_t)w;
	s.a = (uintptr_t)a;
	s.b = (uintptr_t)b;
	s.x = (uintptr_t)x;
	while (!__atomic_load_n(stop, __ATOMIC_RELAXED))
		ASSERT_OK(ioctl(dev(), AIOS_IOC_LP_SOLVE, &s));
}

static void replay(bool *stop)
{
	struct aios_replay_record *records = calloc(NR_RECORDS, sizeof(*records));
	struct aios_replay_call c = {
		.size = sizeof(c), .policy = AIOS_POLICY_FIFO, .quantum_ns = SECOND,
		.nr_records = NR_RECORDS, .record_size = sizeof(*records),
		.records = (uintptr_t)records, .elastic = 1U << AIOS_RESOURCE_CPU,
		.capacity[AIOS_RESOURCE_CPU] = 1000,
	};

	for (size_t i = 0; i < NR_RECORDS; i++)
		records[i] = (struct aios_replay_record){
			.run_ns = 60 * SECOND, .weight = AIOS_WEIGHT_DEFAULT,
			.resource_mask = 1U << AIOS_RESOURCE_CPU,
			.request[AIOS_RESOURCE_CPU] = 1 + i % 300,
			.limit[AIOS_RESOURCE_CPU] = 300 + i % 700,
		};
	while (!__atomic_load_n(stop, __ATOMIC_RELAXED))
		ASSERT_OK(ioctl(dev(), AIOS_IOC_REPLAY, &c));
}

/* No signal came: whoever computes in a call gets his answer all the same. */
TEST(computing_is_not_interrupted)
{
	void (*const computes[])(bool *stop) = { solve, replay };
	bool *stop = shared(sizeof(*stop));
	pid_t pids[ARRAY_SIZE(computes)];

	for (size_t i = 0; i < ARRAY_SIZE(computes); i++) {
		pids[i] = ASSERT_OK(fork());
		if (!pids[i]) {
			computes[i](stop);
			_exit(0);
		}
	}
	sleep_ms(2000);
	for (int i = 0; i < 3; i++)
		freeze_processes();
	__atomic_store_n(stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < ARRAY_SIZE(computes); i++)
		reap_ok(pids[i]);
}

/* ----------------------------------------------------------------------- clocks */

/* What a job may run does not pass meanwhile, and it has not run meanwhile. */
TEST(time_limits_stand_still)
{
	struct aios_submit s = ask("/");
	struct aios_stat stat;
	long long begin;
	pid_t pid;
	int job;

	s.max_runtime_ns = 5 * SECOND;
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	begin = clock_ns(CLOCK_BOOTTIME);
	ASSERT_CMP(now_ns(), <, job_stat(job).stop_ns);
	begin += suspend_machine();
	ASSERT_EQ(job_wait_end(job).end, AIOS_END_TIME_LIMIT);
	reap(pid);
	stat = job_stat(job);
	ASSERT_GE(stat.end_ns - stat.start_ns, 5 * SECOND * 9 / 10);
	ASSERT_GE(clock_ns(CLOCK_BOOTTIME) - begin, 4 * SECOND);
}

static void wait_for_time(void *until)
{
	struct aios_submit s = ask("/");
	struct aios_wait w;

	s.flags = AIOS_SUBMIT_HOLD;
	ASSERT_ERR(job_wait(submit_ok(&s), 0, *(long long *)until, &w), ETIMEDOUT);
	ASSERT_GE(now_ns(), *(long long *)until);
}

TEST(timeouts_stand_still)
{
	long long until = now_ns() + 5 * SECOND;
	pid_t pid = spawn(wait_for_time, &until);

	ASSERT_SOON(asleep(pid), 5000);
	suspend_machine();
	reap_ok(pid);
}

static struct aios_drain drain(unsigned int flags, uint64_t start_ns)
{
	struct aios_drain d = { .size = sizeof(d), .flags = flags, .start_ns = start_ns };

	ASSERT_OK(ioctl(dev(), AIOS_IOC_DRAIN, &d));
	return d;
}

/* A date that passes meanwhile has passed: who would end before it does not start. */
TEST(dates_pass)
{
	long long at = clock_ns(CLOCK_REALTIME) + 2 * SECOND, slept, start;
	struct aios_submit s = ask("/");
	struct aios_stat stat;
	struct queued q;

	drain(AIOS_DRAIN_SET | AIOS_DRAIN_REALTIME, at);
	slept = suspend_machine();
	while (clock_ns(CLOCK_REALTIME) < at)
		sleep_ms(10);
	s.expected_runtime_ns = 1;
	q = queued_start(&s);
	stat = job_stat(q.job);
	start = drain(0, 0).start_ns;
	note("slept %lld ms, the drain is %lld ms old", slept / 1000000,
	     (now_ns() - start) / 1000000);
	drain(AIOS_DRAIN_CLEAR, 0);
	ASSERT_EQ(stat.why.code, AIOS_WHY_DRAIN);
	ASSERT_LE(start, now_ns());
	job_wait_state(q.job, AIOS_STATE_RUNNING);
	queued_finish(&q);
}
