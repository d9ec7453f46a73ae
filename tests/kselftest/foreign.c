// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody else's hand in the cgroups: files written over, processes moved out,
 * frozen, killed, directories removed or full behind the module's back; and
 * cgroups that somebody else made, for the module to adopt.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"

static void put(const char *directory, const char *file, const char *text)
{
	char path[8192];

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	ASSERT_OK(file_write(path, text));
}

/* Written over behind its back: the next decision that changes it writes again. */
TEST(files_written_by_somebody_else)
{
	struct aios_update u = job_update_args();
	int job = submit_cpu("/", 100, 400);
	pid_t pid = job_start(job, work_sleep, NULL);
	char directory[4096];

	job_directory(job, directory, sizeof(directory));
	put(directory, "cpu.max", "max 100000");
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = 100;
	u.limit[AIOS_RESOURCE_CPU] = 350;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	ASSERT_SOON(cg_cpu_max(directory) == 350, 2000);
	job_finish(job, pid);
}

/* The tick finds what was written, also where no decision comes. */
TEST(limits_written_by_somebody_else)
{
	struct aios_submit s = ask("/");
	char directory[4096], text[512];
	int job;
	pid_t pid;

	want(&s, AIOS_RESOURCE_PIDS, 0, 50);
	want(&s, AIOS_RESOURCE_IO, 0, 4 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	put(directory, "pids.max", "max");
	ASSERT_SOON(cg_number(directory, "pids.max") == 50, 10000);
	if (resource_get(AIOS_RESOURCE_IO).how == AIOS_HOW_ENFORCED &&
	    cg_read(directory, "io.max", text, sizeof(text))) {
		text[strcspn(text, " ")] = '\0';
		strcat(text, " rbps=max wbps=max");
		put(directory, "io.max", text);
		ASSERT_SOON(cg_read(directory, "io.max", text, sizeof(text)) &&
			    strstr(text, "rbps=4194304 wbps=4194304"), 10000);
	}
	job_finish(job, pid);
}

static void count(void *counter)
{
	for (;;) {
		(*(volatile unsigned long *)counter)++;
		sleep_ms(1);
	}
}

/* It may be frozen again before anybody looks, but not before it was seen to run. */
static bool runs_if_thawed(const char *directory, const volatile unsigned long *counter)
{
	unsigned long before = *counter;

	put(directory, "cgroup.freeze", "0");
	sleep_ms(20);
	return *counter != before;
}

TEST(thawed_by_somebody_else)
{
	unsigned long *counter = shared(sizeof(*counter));
	int job = submit_cpu("/", 100, 400);
	pid_t pid = job_start(job, count, counter);
	char directory[4096];

	job_directory(job, directory, sizeof(directory));
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	ASSERT_SOON(cg_field(directory, "cgroup.events", "frozen") == 1, 2000);
	ASSERT_SOON(runs_if_thawed(directory, counter), 2000);
	ASSERT_SOON(cg_field(directory, "cgroup.events", "frozen") == 1, 10000);
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	ASSERT_SOON(cg_field(directory, "cgroup.events", "frozen") == 0, 2000);
	job_finish(job, pid);
}

/* A group's: the tick while a job runs, the next LIMIT in any case. */
TEST(group_files_written_by_somebody_else)
{
	char job_dir[4096], directory[8192];
	int job;
	pid_t pid;

	group_make("/theirs");
	ASSERT_OK(limit_set("/theirs", AIOS_RESOURCE_CPU, 700));
	ASSERT_OK(limit_set("/theirs", AIOS_RESOURCE_PIDS, 60));
	job = submit_cpu("/theirs", 100, 400);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, job_dir, sizeof(job_dir));
	snprintf(directory, sizeof(directory), "%s/..", job_dir);
	ASSERT_SOON(cg_cpu_max(directory) == 700, 2000);
	put(directory, "cpu.max", "max 100000");
	put(directory, "pids.max", "max");
	ASSERT_SOON(cg_cpu_max(directory) == 700, 10000);
	ASSERT_SOON(cg_number(directory, "pids.max") == 60, 2000);

	*strrchr(job_dir, '/') = '\0';
	job_finish(job, pid);
	put(job_dir, "cpu.max", "max 100000");
	ASSERT_OK(limit_set("/theirs", AIOS_RESOURCE_CPU, 700));
	ASSERT_SOON(cg_cpu_max(job_dir) == 700, 2000);
}

/* Its processes moved out: for the module the job is over. */
TEST(processes_moved_out)
{
	int job = submit_cpu("/", 100, 400);
	pid_t pid = job_start(job, work_sleep, NULL);
	char directory[4096], text[16];

	job_directory(job, directory, sizeof(directory));
	snprintf(text, sizeof(text), "%d", pid);
	put("/sys/fs/cgroup", "cgroup.procs", text);
	ASSERT_GE(job_wait_end(job).state, AIOS_STATE_DONE);
	ASSERT(alive(pid));
	kill(pid, SIGKILL);
	reap(pid);
}

TEST(frozen_and_killed_by_somebody_else)
{
	int job = submit_cpu("/", 100, 400);
	pid_t pid = job_start(job, work_sleep, NULL);
	char directory[4096];

	job_directory(job, directory, sizeof(directory));
	put(directory, "cgroup.freeze", "1");
	ASSERT_SOON(cg_field(directory, "cgroup.events", "frozen") == 1, 2000);
	another_job();
	put(directory, "cgroup.freeze", "0");
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	put(directory, "cgroup.kill", "1");
	reap_signal(pid, SIGKILL);
	ASSERT_EQ(job_wait_end(job).end, AIOS_END_SIGNAL);
}

/* The directory is taken away between the last exit and the module's look. */
/*
 * The kernel tells of a change to cgroup.events at most once in 10 ms and forgets
 * what it still has to tell when the file goes: the tick, once in a second, finds
 * what is lost so.
 */
TEST(directory_removed_by_somebody_else)
{
	for (unsigned int i = 0; i < 10; i++) {
		int job = submit_cpu("/", 10, 400);
		pid_t pid = job_start(job, work_sleep, NULL);
		char directory[4096];
		struct aios_wait w;

		job_directory(job, directory, sizeof(directory));
		kill(pid, SIGKILL);
		while (rmdir(directory) && errno == EBUSY)
			;
		reap(pid);
		w = job_wait_end(job);
		ASSERT(w.end == AIOS_END_LOST || w.end == AIOS_END_SIGNAL);
		close(job);
	}
}

#define DEPTH	24

/* Makes subgroups below its own cgroup, a chain of them and one beside each, and ends. */
static void nest(void *directory)
{
	char path[8192];
	size_t len = strlen(directory);

	memcpy(path, directory, len + 1);
	for (int i = 0; i < DEPTH; i++) {
		strcpy(path + len, "/beside");
		ASSERT_OK(mkdir(path, 0755));
		strcpy(path + len, "/below");
		ASSERT_OK(mkdir(path, 0755));
		len += strlen("/below");
	}
}

/* What a job made below its own cgroup goes with it, however deep it is. */
TEST(subgroups_of_any_depth)
{
	int job = submit_cpu("/", 100, 100);
	pid_t pid = job_start(job, work_sleep, NULL);
	char directory[4096];

	job_directory(job, directory, sizeof(directory));
	nest(directory);
	kill(pid, SIGKILL);
	reap(pid);
	job_wait_end(job);
	ASSERT(access(directory, F_OK) && errno == ENOENT);
	close(job);
}

/* ------------------------------------------------------- what cannot be removed */

/* A group below the group, and a job in it: what one can do with a group that works. */
static void assert_usable(const char *group)
{
	char below[64];
	int job;

	snprintf(below, sizeof(below), "%s/below", group);
	job = submit_cpu(group, 100, 100);
	job_finish(job, job_start(job, work_sleep, NULL));
	ASSERT_OK(group_create(below, ~0U, ~0U, ~0U, NULL));
	ASSERT_OK(group_remove(below));
	ASSERT_OK(limit_set(group, AIOS_RESOURCE_CPU, 900));
}

static void group_directory(const char *name, char *path, size_t len)
{
	char root[2048];

	info_get(root, sizeof(root));
	snprintf(path, len, "%s/group.%s", root, name);
}

/* Somebody else's process keeps a group's cgroup: the group stays, and works. */
TEST(group_held_by_somebody_else)
{
	char directory[4096], theirs[8192];
	struct aios_why why;
	pid_t pid;

	group_make("/held");
	group_directory("held", directory, sizeof(directory));
	snprintf(theirs, sizeof(theirs), "%s/theirs", directory);
	ASSERT_OK(mkdir(theirs, 0755));
	pid = fork();
	if (!pid) {
		put(theirs, "cgroup.procs", "0");
		work_sleep(NULL);
	}
	ASSERT_SOON(cg_field(theirs, "cgroup.events", "populated") == 1, 2000);
	ASSERT_ERR(group_remove_why("/held", &why), EBUSY);
	ASSERT_EQ(why.code, AIOS_WHY_CGROUP);
	ASSERT_U64(why.asked, EBUSY);
	assert_usable("/held");
	ASSERT_ERR(group_remove("/held"), EBUSY);
	assert_usable("/held");
	kill(pid, SIGKILL);
	reap(pid);
	ASSERT_SOON(!group_remove("/held"), 2000);
	ASSERT(access(directory, F_OK) && errno == ENOENT);
}

/* ---------------------------------------------------------------- adopted */

#define OTHERS	"/sys/fs/cgroup/kt-adopted"

TEST(adopt)
{
	struct aios_submit s = ask("/");
	struct aios_stat st;
	pid_t pid;

	ASSERT_OK(mkdir(OTHERS, 0755));
	pid = fork();
	if (!pid) {
		put(OTHERS, "cgroup.procs", "0");
		work_sleep(NULL);
	}
	ASSERT_SOON(cg_field(OTHERS, "cgroup.events", "populated") == 1, 2000);
	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = ASSERT_OK(open(OTHERS, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	want(&s, AIOS_RESOURCE_CPU, 100, 300);
	submit_ok(&s);
	close(s.cgroup_fd);
	job_wait_state(s.fd, AIOS_STATE_RUNNING);
	st = job_stat(s.fd);
	ASSERT(st.flags & AIOS_JOB_ADOPTED);
	ASSERT_U64(cg_cpu_max(OTHERS), 300);
	ASSERT_ERR(job_enter(s.fd, NULL), EBUSY);
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_SUSPEND, NULL));
	ASSERT_SOON(cg_field(OTHERS, "cgroup.events", "frozen") == 1, 2000);
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_RESUME, NULL));
	ASSERT_SOON(cg_field(OTHERS, "cgroup.events", "frozen") == 0, 2000);
	kill(pid, SIGKILL);
	reap(pid);
	job_wait_end(s.fd);
	/* It is somebody else's and stays. */
	ASSERT_OK(access(OTHERS, F_OK));
	ASSERT_OK(rmdir(OTHERS));
}

/* Somebody else's cgroup, with a process that does @work in it. */
static pid_t others_begin(void (*work)(void *arg), void *arg)
{
	pid_t pid;

	if (mkdir(OTHERS, 0755))
		ASSERT_EQ(errno, EEXIST);
	pid = fork();
	if (!pid) {
		put(OTHERS, "cgroup.procs", "0");
		work(arg);
		_exit(0);
	}
	ASSERT_SOON(cg_field(OTHERS, "cgroup.events", "populated") == 1, 2000);
	return pid;
}

static void others_end(pid_t pid)
{
	kill(pid, SIGKILL);
	reap(pid);
	ASSERT_SOON(!rmdir(OTHERS), 2000);
}

static struct aios_submit adopting(const char *directory)
{
	struct aios_submit s = ask("/");

	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = ASSERT_OK(open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	return s;
}

static void assert_says(const char *file, const char *want)
{
	char text[256];

	ASSERT(cg_read(OTHERS, file, text, sizeof(text)));
	text[strcspn(text, "\n")] = '\0';
	if (strcmp(text, want))
		note("%s: %s", file, text);
	ASSERT(!strcmp(text, want));
}

/* What is not stated is not written, and all that was written is written back. */
TEST(adoption_leaves_alone)
{
	pid_t pid = others_begin(work_sleep, NULL);
	struct aios_submit s = adopting(OTHERS);

	put(OTHERS, "pids.max", "7");
	put(OTHERS, "memory.max", "104857600");
	put(OTHERS, "memory.high", "94371840");
	put(OTHERS, "cpu.max", "80000 100000");
	put(OTHERS, "cpu.weight", "77");
	want(&s, AIOS_RESOURCE_CPU, 100, 300);
	submit_ok(&s);
	close(s.cgroup_fd);
	job_wait_state(s.fd, AIOS_STATE_RUNNING);
	ASSERT_U64(cg_cpu_max(OTHERS), 300);
	assert_says("pids.max", "7");
	assert_says("memory.max", "104857600");
	assert_says("memory.high", "94371840");
	/* Also at the tick, where what somebody else wrote is looked for. */
	put(OTHERS, "pids.max", "8");
	sleep_ms(2500);
	assert_says("pids.max", "8");
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_CANCEL, NULL));
	job_wait_end(s.fd);
	assert_says("cpu.max", "80000 100000");
	assert_says("cpu.weight", "77");
	assert_says("pids.max", "8");
	assert_says("memory.max", "104857600");
	others_end(pid);
}

/* No cgroup is governed twice, nor one above or below it. */
TEST(adopted_twice)
{
	static const char * const directories[] = { OTHERS, OTHERS "/below" };
	struct aios_submit first, again;
	pid_t pid, pid_below;
	unsigned int i, k;

	pid = others_begin(work_sleep, NULL);
	ASSERT_OK(mkdir(OTHERS "/below", 0755));
	pid_below = fork();
	if (!pid_below) {
		put(OTHERS "/below", "cgroup.procs", "0");
		work_sleep(NULL);
	}
	ASSERT_SOON(cg_field(OTHERS "/below", "cgroup.events", "populated") == 1, 2000);
	for (i = 0; i < 2; i++) {
		first = adopting(directories[i]);
		ASSERT_OK(submit(&first));
		close(first.cgroup_fd);
		job_wait_state(first.fd, AIOS_STATE_RUNNING);
		for (k = 0; k < 2; k++) {
			again = adopting(directories[k]);
			ASSERT_ERR(submit(&again), EBUSY);
			/* It is told without trying, too. */
			again.flags |= AIOS_SUBMIT_DRY_RUN;
			ASSERT_ERR(submit(&again), EBUSY);
			close(again.cgroup_fd);
		}
		ASSERT_OK(job_signal(first.fd, AIOS_IOC_CANCEL, NULL));
		job_wait_end(first.fd);
		close(first.fd);
	}
	kill(pid_below, SIGKILL);
	reap(pid_below);
	ASSERT_SOON(!rmdir(OTHERS "/below"), 2000);
	others_end(pid);
}

/* Nobody is there, and nobody can enter: it is over. */
TEST(adoption_of_an_empty_one)
{
	struct aios_submit s;
	struct aios_wait end;

	ASSERT_OK(mkdir(OTHERS, 0755));
	s = adopting(OTHERS);
	submit_ok(&s);
	end = job_wait_end(s.fd);
	ASSERT_EQ(end.state, AIOS_STATE_DONE);
	ASSERT_OK(rmdir(OTHERS));
}

/* What its files cannot hold is not passed over: the job ends, and says so. */
TEST(adoption_without_controllers)
{
	static const unsigned int resources[] = {
		AIOS_RESOURCE_CPU, AIOS_RESOURCE_MEMORY, AIOS_RESOURCE_PIDS,
		AIOS_RESOURCE_SWAP,
	};
	struct aios_submit s;
	unsigned int i;
	pid_t pid;

	/* Nothing is enabled for what lies below it. */
	ASSERT_OK(mkdir(OTHERS, 0755));
	ASSERT_OK(mkdir(OTHERS "/below", 0755));
	pid = fork();
	if (!pid) {
		put(OTHERS "/below", "cgroup.procs", "0");
		work_sleep(NULL);
	}
	ASSERT_SOON(cg_field(OTHERS "/below", "cgroup.events", "populated") == 1, 2000);
	for (i = 0; i < ARRAY_SIZE(resources); i++) {
		struct aios_wait end;

		step("resource %u", resources[i]);
		s = adopting(OTHERS "/below");
		want(&s, resources[i], 0, resources[i] == AIOS_RESOURCE_PIDS ? 50 : 4 * MIB);
		submit_ok(&s);
		close(s.cgroup_fd);
		end = job_wait_end(s.fd);
		ASSERT_EQ(end.end, AIOS_END_SETUP);
		ASSERT_EQ(end.code, ENOENT);
		ASSERT_EQ(job_stat(s.fd).why.code, AIOS_WHY_CGROUP);
		close(s.fd);
	}
	kill(pid, SIGKILL);
	reap(pid);
	ASSERT_SOON(!rmdir(OTHERS "/below"), 2000);
	ASSERT_OK(rmdir(OTHERS));
}

/* Who had it adopted need not stay until it is. */
TEST(adoption_waits_by_itself)
{
	pid_t pid = others_begin(work_sleep, NULL);
	struct aios_submit s = adopting(OTHERS);
	uint64_t id;
	int job;

	want(&s, AIOS_RESOURCE_CPU, 100, 300);
	s.flags |= AIOS_SUBMIT_HOLD;
	submit_ok(&s);
	id = s.id;
	close(s.cgroup_fd);
	close(s.fd);
	another_job();
	job = job_open(id);
	ASSERT_EQ(job_state(job), AIOS_STATE_QUEUED);
	ASSERT_OK(job_signal(job, AIOS_IOC_RELEASE, NULL));
	job_wait_state(job, AIOS_STATE_RUNNING);
	ASSERT_U64(cg_cpu_max(OTHERS), 300);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	job_wait_end(job);
	close(job);
	others_end(pid);
}

#define PAYER		"/sys/fs/cgroup/kt-payer"
#define NR_ADOPTED	64

/* The cgroup of somebody who has so many adopted, each with a process in it. */
static void other_of(unsigned int i, char *path, size_t len)
{
	snprintf(path, len, OTHERS "/%u", i);
}

static uint64_t adopt_all(unsigned int from, unsigned int to)
{
	char path[128];

	for (unsigned int i = from; i < to; i++) {
		struct aios_submit s;

		other_of(i, path, sizeof(path));
		s = adopting(path);
		submit_ok(&s);
		close(s.cgroup_fd);
		job_wait_state(s.fd, AIOS_STATE_RUNNING);
	}
	return cg_number(PAYER, "memory.current");
}

/* Files that are kept open for a cgroup are the memory of who had it adopted. */
TEST(adoption_is_paid_for)
{
	pid_t pids[NR_ADOPTED];
	char path[128];
	unsigned int i;

	ASSERT_OK(mkdir(PAYER, 0755));
	ASSERT_OK(mkdir(OTHERS, 0755));
	for (i = 0; i < NR_ADOPTED; i++) {
		other_of(i, path, sizeof(path));
		ASSERT_OK(mkdir(path, 0755));
		pids[i] = fork();
		if (!pids[i]) {
			put(path, "cgroup.procs", "0");
			work_sleep(NULL);
		}
		ASSERT_SOON(cg_field(path, "cgroup.events", "populated") == 1, 2000);
	}
	CHILD {
		uint64_t before, after;

		put(PAYER, "cgroup.procs", "0");
		dev_forget();
		before = adopt_all(0, 1);
		after = adopt_all(1, NR_ADOPTED);
		/* An open file that has been read has a page beside it, and there are ten. */
		ASSERT_CMP(after - before, >=, (NR_ADOPTED - 1) * 24ULL * 1024);
	}
	for (i = 0; i < NR_ADOPTED; i++) {
		other_of(i, path, sizeof(path));
		kill(pids[i], SIGKILL);
		reap(pids[i]);
		ASSERT_SOON(!rmdir(path), 5000);
	}
	ASSERT_OK(rmdir(OTHERS));
	ASSERT_SOON(!rmdir(PAYER), 5000);
}

static volatile sig_atomic_t grow;

static void on_grow(int sig)
{
	(void)sig;
	grow = 1;
}

/* Takes memory when it is told to. */
static void work_grow(void *size)
{
	char *memory;

	signal(SIGUSR1, on_grow);
	while (!grow)
		usleep(10000);
	memory = mmap(NULL, *(size_t *)size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	ASSERT(memory != MAP_FAILED);
	work_sleep(NULL);
}

/* It may hold more than it was allowed before, and is not killed for that. */
TEST(adoption_ends_above_the_limit)
{
	size_t size = 60 * MIB;
	struct aios_submit s;
	pid_t pid;

	pid = others_begin(work_grow, &size);
	put(OTHERS, "memory.max", "33554432");
	s = adopting(OTHERS);
	want(&s, AIOS_RESOURCE_MEMORY, 80 * MIB, 100 * MIB);
	submit_ok(&s);
	close(s.cgroup_fd);
	job_wait_state(s.fd, AIOS_STATE_RUNNING);
	ASSERT_SOON(cg_number(OTHERS, "memory.max") == 100 * MIB, 2000);
	kill(pid, SIGUSR1);
	ASSERT_SOON(cg_number(OTHERS, "memory.current") >= size, 10000);
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_CANCEL, NULL));
	job_wait_end(s.fd);
	ASSERT_EQ(cg_field(OTHERS, "memory.events", "oom_kill"), 0);
	ASSERT_EQ(cg_field(OTHERS, "cgroup.events", "populated"), 1);
	ASSERT_CMP(cg_number(OTHERS, "memory.max"), >=, size);
	ASSERT_CMP(cg_number(OTHERS, "memory.max"), <, 80 * MIB);
	assert_says("memory.high", "max");
	others_end(pid);
}
