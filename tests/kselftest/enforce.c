// SPDX-License-Identifier: GPL-2.0
/*
 * What STAT says against what holds: the cgroup files of a job and of its
 * groups, the CPU that busy loops really get, a memory hog's end and its
 * neighbour's health, and all of it again after a limit was changed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-enforce"
#define WINDOW_MS	2500

/* Milli-CPUs that the directory's tasks used during the window, from outside. */
static uint64_t cpu_used(const char *directory)
{
	uint64_t from = cg_field(directory, "cpu.stat", "usage_usec");
	long long start = now_ns();

	sleep_ms(WINDOW_MS);
	return (cg_field(directory, "cpu.stat", "usage_usec") - from) * 1000000 /
	       (now_ns() - start);
}

static bool is_near(uint64_t value, uint64_t expected, unsigned int percent)
{
	return value >= expected * (100 - percent) / 100 &&
	       value <= expected * (100 + percent) / 100;
}

static void assert_near(const char *what, uint64_t value, uint64_t expected, unsigned int percent)
{
	note("%s: %llu, expected %llu", what, (unsigned long long)value,
	     (unsigned long long)expected);
	if (!is_near(value, expected, percent))
		FAIL("%s: %llu is not within %u %% of %llu", what, (unsigned long long)value,
		     percent, (unsigned long long)expected);
}

/*
 * An emulator that is held up for a while loses quota for its guest, and the guest's
 * clock goes on meanwhile: what a process gets of a CPU is a figure only where the clock
 * counts instructions, which tests/vm/counted.t has.
 */
static void needs_counted(void)
{
	if (!counted())
		skip("shares of a CPU are measured where the clock counts instructions");
}

/* The same of what a directory's tasks use. */
static void assert_uses(const char *what, const char *directory, uint64_t expected,
			unsigned int percent)
{
	assert_near(what, cpu_used(directory), expected, percent);
}

/* ------------------------------------------------------------------- files */

TEST(files_hold_what_stat_says)
{
	struct aios_submit s = ask("/");
	char directory[4096];
	struct aios_stat st;
	pid_t pid;
	int job;

	want(&s, AIOS_RESOURCE_CPU, 250, 750);
	want(&s, AIOS_RESOURCE_MEMORY, 32 * MIB, 96 * MIB);
	want(&s, AIOS_RESOURCE_PIDS, 10, 20);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	st = job_stat(job);
	ASSERT_U64(cg_cpu_max(directory), 750);
	ASSERT_U64(cg_number(directory, "memory.max"), 96 * MIB);
	ASSERT_U64(cg_number(directory, "memory.high"), st.grant[AIOS_RESOURCE_MEMORY] >= 96 * MIB ?
		   cg_number(directory, "memory.high") : st.grant[AIOS_RESOURCE_MEMORY]);
	ASSERT_U64(cg_number(directory, "pids.max"), 20);
	ASSERT_GE(st.grant[AIOS_RESOURCE_CPU], 250);
	ASSERT_LE(st.grant[AIOS_RESOURCE_CPU], 750);
	ASSERT_GE(st.grant[AIOS_RESOURCE_MEMORY], 32 * MIB);
	ASSERT_LE(st.grant[AIOS_RESOURCE_MEMORY], 96 * MIB);
	/* The only job: nobody keeps the surplus from it. */
	ASSERT_U64(st.grant[AIOS_RESOURCE_CPU], 750);
	job_finish(job, pid);
}

TEST(nothing_stated_nothing_limited)
{
	struct aios_submit s = ask("/");
	char directory[4096];
	pid_t pid;
	int job;

	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	ASSERT_U64(cg_cpu_max(directory), AIOS_UNLIMITED);
	ASSERT_U64(cg_number(directory, "memory.max"), AIOS_UNLIMITED);
	ASSERT_U64(cg_number(directory, "pids.max"), AIOS_UNLIMITED);
	job_finish(job, pid);
}

TEST(unlimited_is_max)
{
	struct aios_submit s = ask("/");
	char directory[4096];
	pid_t pid;
	int job;

	want(&s, AIOS_RESOURCE_CPU, 100, AIOS_UNLIMITED);
	want(&s, AIOS_RESOURCE_MEMORY, 8 * MIB, AIOS_UNLIMITED);
	want(&s, AIOS_RESOURCE_PIDS, 1, AIOS_UNLIMITED);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	ASSERT(cg_cpu_max(directory) == AIOS_UNLIMITED || cg_cpu_max(directory) == all_cpus());
	ASSERT_U64(cg_number(directory, "pids.max"), AIOS_UNLIMITED);
	ASSERT_LE(job_stat(job).grant[AIOS_RESOURCE_CPU], all_cpus());
	job_finish(job, pid);
}

/* An update of a running job reaches its files. */
TEST(update_reaches_the_files)
{
	struct aios_update u = job_update_args();
	struct aios_submit s = ask("/");
	char directory[4096];
	pid_t pid;
	int job;

	want(&s, AIOS_RESOURCE_CPU, 100, 500);
	want(&s, AIOS_RESOURCE_MEMORY, 32 * MIB, 64 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	u.resource_mask = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_MEMORY |
			  1U << AIOS_RESOURCE_PIDS;
	u.request[AIOS_RESOURCE_CPU] = 200;
	u.limit[AIOS_RESOURCE_CPU] = 900;
	u.request[AIOS_RESOURCE_MEMORY] = 32 * MIB;
	u.limit[AIOS_RESOURCE_MEMORY] = 128 * MIB;
	u.request[AIOS_RESOURCE_PIDS] = 3;
	u.limit[AIOS_RESOURCE_PIDS] = 7;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	ASSERT_SOON(cg_cpu_max(directory) == 900, 1000);
	ASSERT_SOON(cg_number(directory, "memory.max") == 128 * MIB, 1000);
	ASSERT_SOON(cg_number(directory, "pids.max") == 7, 1000);
	job_finish(job, pid);
}

/* ----------------------------------------------------------------------- CPU */

TEST(busy_loop_meets_its_limit)
{
	char directory[4096];
	struct aios_stat s;
	pid_t pid;
	int job;

	needs_counted();
	job = submit_cpu("/", 100, 400);
	pid = job_start(job, work_spin, NULL);
	job_directory(job, directory, sizeof(directory));
	assert_uses("milli-CPUs", directory, 400, 15);
	s = job_stat(job);
	ASSERT_CMP(s.throttled_duration_ns, >, 0);
	ASSERT_GE(s.cpu_duration_ns, WINDOW_MS * 1000000LL * 4 / 10 * 8 / 10);
	ASSERT_U64(s.cpu_duration_ns / 1000000000,
		   cg_field(directory, "cpu.stat", "usage_usec") / 1000000);
	job_finish(job, pid);
}

TEST(limit_changed_while_running)
{
	struct aios_update u = job_update_args();
	char directory[4096];
	pid_t pid;
	int job;

	needs_counted();
	job = submit_cpu("/", 100, 700);
	pid = job_start(job, work_spin, NULL);
	job_directory(job, directory, sizeof(directory));
	assert_uses("before", directory, 700, 15);
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = 100;
	u.limit[AIOS_RESOURCE_CPU] = 300;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	assert_uses("after", directory, 300, 15);
	job_finish(job, pid);
}

TEST(group_limit_changed_while_running)
{
	char directory[4096];
	int job;
	pid_t pid;

	needs_counted();
	group_make(GROUP);
	job = submit_cpu(GROUP, 100, 1000);
	pid = job_start(job, work_spin, NULL);
	job_directory(job, directory, sizeof(directory));
	assert_uses("before", directory, 1000, 15);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 300));
	assert_uses("after", directory, 300, 15);
	ASSERT_LE(job_stat(job).grant[AIOS_RESOURCE_CPU], 300);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, AIOS_UNLIMITED));
	assert_uses("again", directory, 1000, 15);
	job_finish(job, pid);
}

/* Work-conserving: what the neighbour does not use, a job takes up to its limit. */
TEST(idle_capacity_is_used)
{
	uint64_t all = all_cpus();
	char directory[4096];
	pid_t idle_pid, busy_pid;
	int idle, busy;

	needs_counted();
	idle = submit_cpu("/", all / 2, all);
	idle_pid = job_start(idle, work_sleep, NULL);
	busy = submit_cpu("/", all / 4, all);
	busy_pid = job_start(busy, work_spin, NULL);
	job_directory(busy, directory, sizeof(directory));
	assert_uses("one thread of a whole CPU", directory, 1000, 15);
	job_finish(busy, busy_pid);
	job_finish(idle, idle_pid);
}

/* What the first directory's tasks used in a window, in thousandths of what both did. */
static uint64_t cpu_share(const char *directory, const char *other)
{
	uint64_t from[] = {
		cg_field(directory, "cpu.stat", "usage_usec"),
		cg_field(other, "cpu.stat", "usage_usec"),
	}, used, both;

	sleep_ms(WINDOW_MS);
	used = cg_field(directory, "cpu.stat", "usage_usec") - from[0];
	both = used + cg_field(other, "cpu.stat", "usage_usec") - from[1];
	ASSERT_CMP(both, >, 0);
	note("of %llu us, %llu", (unsigned long long)both, (unsigned long long)used);
	return used * 1000 / both;
}

/*
 * Under contention everybody has his grant: 3 to 1 in requests, no surplus. Of what is
 * to be had, that is; a window in which a processor was held up says little of it.
 */
TEST(contention_follows_the_grants)
{
	uint64_t all = all_cpus();
	int big = submit_cpu("/", all * 3 / 4, all);
	int small = submit_cpu("/", all / 4, all);
	pid_t big_pid = job_start(big, work_spin_two, NULL);
	pid_t small_pid = job_start(small, work_spin_two, NULL);
	char directory[4096], other[4096];

	job_directory(big, directory, sizeof(directory));
	job_directory(small, other, sizeof(other));
	ASSERT_U64(job_stat(big).grant[AIOS_RESOURCE_CPU], all * 3 / 4);
	ASSERT_U64(job_stat(small).grant[AIOS_RESOURCE_CPU], all / 4);
	ASSERT_CMP(cg_number(directory, "cpu.weight"), >, cg_number(other, "cpu.weight"));
	ASSERT_SOON(is_near(cpu_share(directory, other), 750, 15), WINDOW_MS);
	job_finish(small, small_pid);
	job_finish(big, big_pid);
}

TEST(strict_holds_at_the_grant)
{
	uint64_t all = all_cpus();
	struct aios_submit s = ask("/");
	int job, other;
	pid_t pid, other_pid;
	char directory[4096];
	uint64_t grant;

	needs_counted();
	/* The other one's request leaves the strict one little more than its own. */
	other = submit_cpu("/", all * 3 / 4, all * 3 / 4);
	other_pid = job_start(other, work_sleep, NULL);
	s.flags = AIOS_SUBMIT_STRICT;
	want(&s, AIOS_RESOURCE_CPU, 100, all);
	job = submit_ok(&s);
	pid = job_start(job, work_spin, NULL);
	ASSERT(job_stat(job).flags & AIOS_JOB_STRICT);
	job_directory(job, directory, sizeof(directory));
	grant = job_stat(job).grant[AIOS_RESOURCE_CPU];
	ASSERT_U64(grant, all / 4);
	ASSERT_U64(cg_cpu_max(directory), grant);
	assert_uses("strict", directory, grant, 15);
	job_finish(other, other_pid);
	/* Room: the grant grows, and the cap with it. */
	ASSERT_SOON(job_stat(job).grant[AIOS_RESOURCE_CPU] == all, 2000);
	ASSERT_SOON(cg_cpu_max(directory) >= all, 2000);
	job_finish(job, pid);
}

TEST(strict_group)
{
	uint64_t all = all_cpus();
	struct aios_limit l;
	int job, other;
	pid_t pid, other_pid;
	char directory[4096];

	group_make(GROUP);
	l = limit_args(GROUP);
	l.flags = AIOS_LIMIT_STRICT;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	other = submit_cpu("/", all * 3 / 4, all * 3 / 4);
	other_pid = job_start(other, work_sleep, NULL);
	job = submit_cpu(GROUP, 100, all);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	ASSERT_U64(cg_cpu_max(directory), all / 4);
	l = limit_args(GROUP);
	l.flags = AIOS_LIMIT_WORK_CONSERVING;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_SOON(cg_cpu_max(directory) >= all, 2000);
	l.flags = AIOS_LIMIT_STRICT | AIOS_LIMIT_WORK_CONSERVING;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EINVAL);
	job_finish(job, pid);
	job_finish(other, other_pid);
}

/* What a suspended job does not use is there for the others, and back again. */
TEST(suspended_gives_its_cpu)
{
	uint64_t all = all_cpus();
	int first = submit_cpu("/", all / 2, all);
	int second = submit_cpu("/", all / 2, all);
	pid_t first_pid = job_start(first, work_sleep, NULL);
	pid_t second_pid = job_start(second, work_sleep, NULL);

	ASSERT_U64(job_stat(second).grant[AIOS_RESOURCE_CPU], all / 2);
	ASSERT_OK(job_signal(first, AIOS_IOC_SUSPEND, NULL));
	ASSERT_SOON(job_stat(second).grant[AIOS_RESOURCE_CPU] == all, 2000);
	ASSERT_U64(job_stat(first).grant[AIOS_RESOURCE_CPU], 0);
	ASSERT_OK(job_signal(first, AIOS_IOC_RESUME, NULL));
	ASSERT_SOON(job_stat(second).grant[AIOS_RESOURCE_CPU] == all / 2, 2000);
	job_finish(first, first_pid);
	job_finish(second, second_pid);
}

/* The sum of the requests and of the grants is what INFO says. */
TEST(sums)
{
	struct aios_resource_info before = resource_get(AIOS_RESOURCE_CPU), now;
	uint64_t all = before.capacity;
	int first = submit_cpu("/", all / 4, all);
	int second = submit_cpu("/", all / 2, all * 3 / 4);
	pid_t first_pid = job_start(first, work_sleep, NULL);
	pid_t second_pid = job_start(second, work_sleep, NULL);

	now = resource_get(AIOS_RESOURCE_CPU);
	ASSERT_U64(now.charged, before.charged + all / 4 + all / 2);
	ASSERT_U64(now.granted, job_stat(first).grant[AIOS_RESOURCE_CPU] +
		   job_stat(second).grant[AIOS_RESOURCE_CPU]);
	ASSERT_LE(now.granted, now.capacity);
	/* Nothing is kept back: both want more than there is. */
	ASSERT_GE(now.granted, now.capacity - 2);
	job_finish(first, first_pid);
	job_finish(second, second_pid);
	now = resource_get(AIOS_RESOURCE_CPU);
	ASSERT_U64(now.charged, before.charged);
	ASSERT_U64(now.granted, before.granted);
}

/* --------------------------------------------------------------------- memory */

TEST(memory_hog_ends_alone)
{
	unsigned long *alive_count = shared(sizeof(*alive_count));
	struct aios_submit s = ask("/");
	struct aios_wait w;
	int hog, other;
	pid_t hog_pid, other_pid;

	want(&s, AIOS_RESOURCE_MEMORY, 16 * MIB, 32 * MIB);
	other = submit_ok(&s);
	other_pid = job_start(other, work_hog, (void *)8L);
	hog = submit_ok(&s);
	hog_pid = job_launch(hog, work_hog, (void *)200L);
	reap_signal(hog_pid, SIGKILL);
	w = job_wait_end(hog);
	ASSERT_EQ(w.state, AIOS_STATE_FAILED);
	ASSERT_EQ(w.end, AIOS_END_OOM);
	ASSERT_GE(w.code, 1);
	ASSERT_GE(job_stat(hog).peak[AIOS_RESOURCE_MEMORY], 24 * MIB);
	ASSERT_LE(job_stat(hog).peak[AIOS_RESOURCE_MEMORY], 33 * MIB);
	ASSERT(alive(other_pid));
	ASSERT_EQ(job_state(other), AIOS_STATE_RUNNING);
	job_finish(other, other_pid);
}

static void hog_in_a_child(void *mib)
{
	if (!fork())
		work_hog(mib);
	wait(NULL);
	work_sleep(NULL);
}

/* All of the job goes, not the one process that the kernel happened to choose. */
TEST(memory_hog_takes_its_job_along)
{
	struct aios_submit s = ask("/");
	int job;
	pid_t pid;

	want(&s, AIOS_RESOURCE_MEMORY, 16 * MIB, 32 * MIB);
	job = submit_ok(&s);
	pid = job_launch(job, hog_in_a_child, (void *)200L);
	reap_signal(pid, SIGKILL);
	ASSERT_EQ(job_wait_end(job).end, AIOS_END_OOM);
	close(job);
}

/* Use follows, and memory.high stays at the grant while somebody else needs the rest. */
TEST(memory_use)
{
	struct aios_submit s = ask("/");
	struct aios_stat st;
	int job;
	pid_t pid;

	want(&s, AIOS_RESOURCE_MEMORY, 64 * MIB, 96 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_hog, (void *)40L);
	ASSERT_SOON(job_stat(job).use[AIOS_RESOURCE_MEMORY] >= 40 * MIB, 5000);
	st = job_stat(job);
	ASSERT_LE(st.use[AIOS_RESOURCE_MEMORY], 50 * MIB);
	ASSERT_GE(st.peak[AIOS_RESOURCE_MEMORY], st.use[AIOS_RESOURCE_MEMORY]);
	job_finish(job, pid);
}

/* A limit below what is in use: accepted, said to be pending, reached in steps. */
TEST(memory_limit_below_use)
{
	struct aios_submit s;
	struct aios_limit l;
	int job;
	pid_t pid;

	group_make(GROUP);
	s = ask(GROUP);
	want(&s, AIOS_RESOURCE_MEMORY, 16 * MIB, 128 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_hog, (void *)64L);
	ASSERT_SOON(job_stat(job).use[AIOS_RESOURCE_MEMORY] >= 64 * MIB, 5000);
	l = limit_args(GROUP);
	l.resource_mask = 1U << AIOS_RESOURCE_MEMORY;
	l.limit[AIOS_RESOURCE_MEMORY] = 32 * MIB;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	ASSERT_EQ(l.pending, 1U << AIOS_RESOURCE_MEMORY);
	ASSERT_U64(l.limit[AIOS_RESOURCE_MEMORY], 32 * MIB);
	ASSERT_U64(l.effective[AIOS_RESOURCE_MEMORY], 32 * MIB);
	ASSERT_GE(l.use[AIOS_RESOURCE_MEMORY], 64 * MIB);
	/* Not killed at once for what it was allowed a moment ago. */
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	ASSERT_LE(job_stat(job).grant[AIOS_RESOURCE_MEMORY], 32 * MIB);
	job_finish(job, pid);
	ASSERT_SOON(!limit_get(GROUP).pending, 3000);
}

/* ---------------------------------------------------------------------- io */

TEST(io_limit)
{
	struct aios_resource_info io = resource_get(AIOS_RESOURCE_IO);
	struct aios_submit s = ask("/");
	char directory[4096], text[512];
	struct stat disk;
	int job;
	pid_t pid;

	if (io.how != AIOS_HOW_ENFORCED)
		skip("no block device takes io.max here");
	want(&s, AIOS_RESOURCE_IO, 0, 4 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	ASSERT(cg_read(directory, "io.max", text, sizeof(text)));
	note("io.max: %s", text);
	ASSERT(strstr(text, "rbps=4194304"));
	ASSERT(strstr(text, "wbps=4194304"));
	if (!stat("/dev/vda", &disk)) {
		char number[32];

		snprintf(number, sizeof(number), "%u:%u ", major(disk.st_rdev),
			 minor(disk.st_rdev));
		ASSERT(strstr(text, number));
	}
	job_finish(job, pid);
}

/* What the kernel takes for no limit, or not at all, is the smallest that it takes. */
/* The kernel holds nobody to less than 2 bytes a second: a group that is to have none, too. */
TEST(io_limit_smallest)
{
	char directory[4096], text[512];
	struct aios_submit s = ask("/kt-least");
	uint64_t limit;
	int job;
	pid_t pid;

	if (resource_get(AIOS_RESOURCE_IO).how != AIOS_HOW_ENFORCED)
		skip("no block device takes io.max here");
	group_make("/kt-least");
	for (limit = 0; limit <= 2; limit += 2) {
		ASSERT_OK(limit_set("/kt-least", AIOS_RESOURCE_IO, limit));
		job = submit_ok(&s);
		pid = job_start(job, work_sleep, NULL);
		job_directory(job, directory, sizeof(directory));
		*strrchr(directory, '/') = '\0';
		ASSERT_SOON(cg_read(directory, "io.max", text, sizeof(text)) &&
			    strstr(text, "rbps=2 wbps=2"), 3000);
		job_finish(job, pid);
	}
}

static void read_disk(void *bytes)
{
	static char block[65536] __attribute__((aligned(4096)));
	int fd = ASSERT_OK(open("/dev/vda", O_RDONLY | O_DIRECT | O_CLOEXEC));

	for (;;) {
		ssize_t n = pread(fd, block, sizeof(block), 0);

		ASSERT_EQ(n, sizeof(block));
		__atomic_fetch_add((uint64_t *)bytes, n, __ATOMIC_RELAXED);
	}
}

/* Bytes per second that come in during a while. */
static uint64_t rate_of(const uint64_t *bytes, unsigned int ms)
{
	uint64_t from = __atomic_load_n(bytes, __ATOMIC_RELAXED);
	long long start = now_ns();

	sleep_ms(ms);
	return (__atomic_load_n(bytes, __ATOMIC_RELAXED) - from) * 1000000000 /
	       (now_ns() - start);
}

/*
 * Never more than the limit by a fifth, and as much as that in some while: in another
 * the reader may have been held up.
 */
static bool rate_is_near(const uint64_t *bytes, uint64_t limit)
{
	uint64_t rate = rate_of(bytes, 3000);

	note("%llu bytes per second", (unsigned long long)rate);
	ASSERT_LE(rate, limit * 120 / 100);
	return rate >= limit * 80 / 100;
}

TEST(io_is_throttled)
{
	struct aios_submit s = ask("/");
	uint64_t *bytes = shared(sizeof(*bytes));
	int job;
	pid_t pid;

	if (resource_get(AIOS_RESOURCE_IO).how != AIOS_HOW_ENFORCED || access("/dev/vda", R_OK))
		skip("no block device takes io.max here");
	if (counted())
		skip("a clock that counts instructions runs ahead of the disk");
	want(&s, AIOS_RESOURCE_IO, 0, 2 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, read_disk, bytes);
	/* What one slice of the throttle lets through at first is over then. */
	ASSERT_SOON(__atomic_load_n(bytes, __ATOMIC_RELAXED) >= MIB, 3000);
	ASSERT_SOON(rate_is_near(bytes, 2 * MIB), 3000);
	job_finish(job, pid);
}
