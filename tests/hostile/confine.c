// SPDX-License-Identifier: GPL-2.0
/*
 * Who is confined by his cgroup and enters a job: only whoever may move processes, and who
 * comes from where the administrator lets users leave, gets out, and takes the limits of
 * that along.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"
#include "confined.h"
#include "harness.h"

#define CONFINED	MOUNT "/kt-confined"

static uint64_t number(const char *directory)
{
	struct stat st;

	ASSERT_OK(stat(directory, &st));
	return st.st_ino;
}

/* Whether this process is in the cgroup. */
static bool is_in(const char *directory)
{
	char text[4096];

	ASSERT(file_read("/proc/self/cgroup", text, sizeof(text)));
	return !strncmp(text, "0::", 3) && !strcmp(text + 3, directory + strlen(MOUNT));
}

/* This process is refused, and still where it was. */
static void assert_confined(const char *directory, uint64_t by)
{
	int job = submit_cpu("/", 10, 100);
	struct aios_why why;

	ASSERT_ERR(job_enter(job, &why), EPERM);
	ASSERT_EQ(why.code, AIOS_WHY_CONFINED);
	ASSERT_U64(why.available, by);
	if (directory) {
		ASSERT_U64(why.asked, number(directory));
		ASSERT(is_in(directory));
	}
	ASSERT_EQ(job_state(job), AIOS_STATE_QUEUED);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	close(job);
}

/* The job that this process becomes; it is there when this returns. */
static int enter_ok(struct aios_submit *s)
{
	int job = submit_ok(s);
	char directory[4096];

	ASSERT_OK(job_enter(job, NULL));
	job_directory(job, directory, sizeof(directory));
	ASSERT(is_in(directory));
	return job;
}

static void confine(void)
{
	make(CONFINED);
	put(CONFINED, "memory.max", "52428800");
	put(CONFINED, "pids.max", "5");
}

TEST(confined_user_stays)
{
	ASSERT_OK(file_write(LIST, "default"));
	confine();
	CHILD {
		join(CONFINED);
		become_alice();
		assert_confined(CONFINED, AIOS_CONFINED_LIST);
	}
	unmake(CONFINED);
}

TEST(passed_descriptor_opens_nothing)
{
	int job = submit_cpu("/", 10, 100);

	ASSERT_OK(file_write(LIST, "default"));
	confine();
	CHILD {
		struct aios_why why;

		join(CONFINED);
		become_alice();
		ASSERT_ERR(job_enter(job, &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_CONFINED);
	}
	unmake(CONFINED);
}

TEST(administrator_may)
{
	struct aios_submit s = ask("/");

	ASSERT_OK(file_write(LIST, "\n"));
	confine();
	CHILD {
		join(CONFINED);
		enter_ok(&s);
	}
	ASSERT_OK(file_write(LIST, "default"));
	unmake(CONFINED);
}

TEST(number_0_may_not)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	confine();
	CHILD {
		join(CONFINED);
		ASSERT_OK(syscall(SYS_capset, &head, none));
		dev_forget();
		assert_confined(CONFINED, AIOS_CONFINED_LIST);
	}
	unmake(CONFINED);
}

TEST(list_is_set_and_shown)
{
	char text[4096];

	ASSERT_OK(file_write(LIST, "default"));
	ASSERT(file_read(LIST, text, sizeof(text)));
	ASSERT(strstr(text, "/user.slice/user-%u.slice/session-*.scope"));
	ASSERT_OK(file_write(LIST, SESSIONS));
	ASSERT(file_read(LIST, text, sizeof(text)));
	ASSERT(!strcmp(text, SESSIONS));
	ASSERT_ERR(file_write(LIST, "kt"), EINVAL);
	ASSERT_ERR(file_write(LIST, "/kt/"), EINVAL);
	ASSERT_ERR(file_write(LIST, "/kt,,/"), EINVAL);
	ASSERT_ERR(file_write(LIST, "/kt%d"), EINVAL);
	ASSERT(file_read(LIST, text, sizeof(text)));
	ASSERT(!strcmp(text, SESSIONS));
	ASSERT_OK(file_write(LIST, "default"));
}

static void at(const char *directory, uid_t uid, bool out)
{
	struct aios_submit s = ask("/");

	make(directory);
	CHILD {
		join(directory);
		become(uid);
		dev_forget();
		if (out)
			enter_ok(&s);
		else
			assert_confined(directory, AIOS_CONFINED_LIST);
	}
}

TEST(list_has_patterns)
{
	struct aios_submit s = ask("/");

	ASSERT_OK(file_write(LIST, SESSIONS));
	make(OUTER);
	at(OUTER, ALICE, false);
	at(INNER, ALICE, true);
	at(INNER, BOB, false);
	at(INNER "/deep", ALICE, true);
	at(INNER "/deep/deeper", ALICE, true);
	at(OUTER "/u40011", ALICE, false);
	at(MOUNT "/kt-1.scope", BOB, true);
	at(MOUNT "/kt-1.scope/in", BOB, false);
	at(MOUNT "/kt-1.scopes", BOB, false);
	ASSERT_OK(file_write(LIST, "\n"));
	AS_USER(ALICE)
		assert_confined(NULL, AIOS_CONFINED_LIST);
	ASSERT_OK(file_write(LIST, "default"));
	AS_USER(ALICE)
		enter_ok(&s);
	unmake(MOUNT "/kt-1.scopes");
	unmake(MOUNT "/kt-1.scope/in");
	unmake(MOUNT "/kt-1.scope");
	unmake(OUTER "/u40011");
	unmake(INNER "/deep/deeper");
	unmake(INNER "/deep");
	unmake(INNER);
	unmake(OUTER);
}

/* ------------------------------------------------------------- limits go along */

static void assert_bounded_soon(int job)
{
	char directory[4096];

	job_directory(job, directory, sizeof(directory));
	ASSERT_SOON(cg_number(directory, "pids.max") == 7, 3000);
	ASSERT_SOON(cg_cpu_max(directory) == 300, 3000);
	ASSERT_SOON(cg_number(directory, "memory.max") == 50 * MIB, 3000);
	ASSERT_SOON(cg_number(directory, "memory.high") == 40 * MIB, 3000);
}

static void assert_bounded(int job)
{
	char directory[4096];

	job_directory(job, directory, sizeof(directory));
	ASSERT_U64(cg_number(directory, "memory.max"), 50 * MIB);
	ASSERT_U64(cg_number(directory, "memory.high"), 40 * MIB);
	ASSERT_U64(cg_number(directory, "pids.max"), 7);
	ASSERT_EQ(cg_cpu_max(directory), 300);
}

TEST(limits_go_along)
{
	limit();
	CHILD {
		struct aios_submit s = ask("/");

		join(INNER);
		become_alice();
		assert_bounded(enter_ok(&s));
	}
	/* What is stated is less, or more. */
	CHILD {
		struct aios_submit s = ask("/");
		char directory[4096];
		struct aios_stat stat;
		int job;

		join(INNER);
		become_alice();
		want(&s, AIOS_RESOURCE_CPU, 100, 900);
		want(&s, AIOS_RESOURCE_MEMORY, 8 * MIB, 16 * MIB);
		want(&s, AIOS_RESOURCE_PIDS, 0, 100);
		job = enter_ok(&s);
		job_directory(job, directory, sizeof(directory));
		ASSERT_U64(cg_number(directory, "memory.max"), 16 * MIB);
		ASSERT_U64(cg_number(directory, "pids.max"), 7);
		ASSERT_EQ(cg_cpu_max(directory), 300);
		stat = job_stat(job);
		ASSERT_U64(stat.limit[AIOS_RESOURCE_CPU], 300);
		ASSERT_LE(stat.grant[AIOS_RESOURCE_CPU], 300);
	}
	unlimit();
}

static void assert_too_small(unsigned int resource, uint64_t request, uint64_t available)
{
	struct aios_submit s = ask("/");
	struct aios_why why;
	int job;

	want(&s, resource, request, request);
	job = submit_ok(&s);
	ASSERT_ERR(job_enter(job, &why), EPERM);
	ASSERT_EQ(why.code, AIOS_WHY_BOUND);
	ASSERT_EQ(why.resource, resource);
	ASSERT_U64(why.asked, request);
	ASSERT_U64(why.available, available);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	close(job);
}

TEST(requests_above_limits)
{
	limit();
	CHILD {
		join(INNER);
		become_alice();
		assert_too_small(AIOS_RESOURCE_MEMORY, 60 * MIB, 50 * MIB);
		assert_too_small(AIOS_RESOURCE_MEMORY, 45 * MIB, 40 * MIB);
		assert_too_small(AIOS_RESOURCE_CPU, 400, 300);
		ASSERT(is_in(INNER));
	}
	unlimit();
}

/* Whoever is in a job may become another, but not freer than he came. */
TEST(jobs_pass_limits_on)
{
	limit();
	CHILD {
		struct aios_submit s = ask("/");
		int first, second;

		join(INNER);
		become_alice();
		want(&s, AIOS_RESOURCE_MEMORY, 0, 8 * MIB);
		first = enter_ok(&s);
		s = ask("/");
		second = enter_ok(&s);
		/* As long as the first is there, they have it together. */
		ASSERT_GE(job_wait_end(first).state, AIOS_STATE_DONE);
		assert_bounded_soon(second);
		assert_too_small(AIOS_RESOURCE_MEMORY, 60 * MIB, 50 * MIB);
	}
	unlimit();
}

TEST(limits_that_cannot_go_along)
{
	struct aios_why why;

	if (file_write(MOUNT "/cgroup.subtree_control", "+cpuset"))
		skip("this machine has no controller of sets of CPUs");
	ASSERT_OK(file_write(LIST, "/,/kt-*.scope"));
	make(MOUNT "/kt-2.scope");
	put(MOUNT "/kt-2.scope", "cpuset.cpus", "0");
	CHILD {
		int job;

		join(MOUNT "/kt-2.scope");
		become_alice();
		job = submit_cpu("/", 10, 100);
		ASSERT_ERR(job_enter(job, &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_NOT_CARRIED);
		ASSERT_U64(why.asked, number(MOUNT "/kt-2.scope"));
		ASSERT_U64(why.available, AIOS_CARRY_CPUSET_CPUS);
		ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	}
	unmake(MOUNT "/kt-2.scope");
	ASSERT_OK(file_write(MOUNT "/cgroup.subtree_control", "-cpuset"));
	ASSERT_OK(file_write(LIST, "default"));
}

/* ------------------------------------------------------------ what nobody leaves */

TEST(namespace_is_not_left)
{
	struct aios_submit s = ask("/");

	ASSERT_OK(file_write(LIST, "/,/kt-*.scope"));
	make(MOUNT "/kt-3.scope");
	CHILD {
		join(MOUNT "/kt-3.scope");
		ASSERT_OK(unshare(CLONE_NEWCGROUP));
		/* The kernel lets nobody move what he does not see. */
		assert_confined(NULL, AIOS_CONFINED_NAMESPACE);
		become_alice();
		assert_confined(NULL, AIOS_CONFINED_NAMESPACE);
	}
	CHILD {
		ASSERT_OK(unshare(CLONE_NEWCGROUP));
		enter_ok(&s);
	}
	CHILD {
		ASSERT_OK(unshare(CLONE_NEWCGROUP));
		become_alice();
		assert_confined(NULL, AIOS_CONFINED_NAMESPACE);
	}
	unmake(MOUNT "/kt-3.scope");
	ASSERT_OK(file_write(LIST, "default"));
}

/* A filter of devices that lets everything pass. */
static int filter(const char *directory)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
		.insn_cnt = ARRAY_SIZE(code),
		.insns = (uintptr_t)code,
		.license = (uintptr_t)"GPL",
	};
	union bpf_attr attach = { .attach_type = BPF_CGROUP_DEVICE };
	int program = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));

	if (program < 0)
		return -1;
	attach.attach_bpf_fd = program;
	attach.target_fd = ASSERT_OK(open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	return syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof(attach));
}

TEST(filter_is_not_left)
{
	struct aios_submit s = ask("/");

	ASSERT_OK(file_write(LIST, "/,/kt-outer/**"));
	make(OUTER);
	make(INNER);
	if (filter(OUTER)) {
		unmake(INNER);
		unmake(OUTER);
		skip("this kernel has no filters of devices: %s", strerror(errno));
	}
	CHILD {
		join(INNER);
		become_alice();
		assert_confined(INNER, AIOS_CONFINED_FILTER);
	}
	CHILD {
		join(INNER);
		enter_ok(&s);
	}
	unmake(INNER);
	unmake(OUTER);
	ASSERT_OK(file_write(LIST, "default"));
}

static void *stay(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Some of its threads are limited elsewhere. */
TEST(threads_in_several_cgroups)
{
	ASSERT_OK(file_write(LIST, "/,/kt-4.scope"));
	make(MOUNT "/kt-4.scope");
	make(MOUNT "/kt-4.scope/in");
	put(MOUNT "/kt-4.scope/in", "cgroup.type", "threaded");
	CHILD {
		pthread_t thread;
		char tid[16];

		join(MOUNT "/kt-4.scope");
		ASSERT_EQ(pthread_create(&thread, NULL, stay, NULL), 0);
		snprintf(tid, sizeof(tid), "%d", (int)syscall(SYS_gettid));
		put(MOUNT "/kt-4.scope/in", "cgroup.threads", tid);
		ASSERT_OK(syscall(SYS_setresuid, ALICE, ALICE, ALICE));
		dev_forget();
		assert_confined(NULL, AIOS_CONFINED_THREADS);
	}
	unmake(MOUNT "/kt-4.scope/in");
	unmake(MOUNT "/kt-4.scope");
	ASSERT_OK(file_write(LIST, "default"));
}

/* -------------------------------------------------------------------- waiting */

/* Where who waits is: below the governed cgroup, for each user. */
static void place_of(uid_t uid, char *directory, size_t len)
{
	char root[1024];

	info_get(root, sizeof(root));
	snprintf(directory, len, MOUNT "%s/waiting/user.%u",
		 strncmp(root, MOUNT, strlen(MOUNT)) ? root : root + strlen(MOUNT), uid);
}

static bool has_process(const char *directory)
{
	char text[4096];

	return cg_read(directory, "cgroup.procs", text, sizeof(text)) && text[0];
}

static bool is_settled(int job)
{
	return job_stat(job).flags & AIOS_JOB_SETTLED;
}

static void nothing(int sig)
{
	(void)sig;
}

/* A child that waits for a job, from a cgroup of its own; 3: it went back there. */
static pid_t wait_from(const char *directory, int job)
{
	struct sigaction action = { .sa_handler = nothing };
	pid_t pid = fork();

	if (pid)
		return pid;
	join(directory);
	sigaction(SIGUSR1, &action, NULL);
	if (!job_enter(job, NULL))
		_exit(0);
	_exit(is_in(directory) ? 3 : 4);
}

static int submit_held(void)
{
	struct aios_submit s = ask("/");

	s.flags = AIOS_SUBMIT_HOLD;
	return submit_ok(&s);
}

TEST(waits_elsewhere)
{
	char place[4096];
	int job = submit_held();
	pid_t pid;

	confine();
	place_of(0, place, sizeof(place));
	pid = wait_from(CONFINED, job);
	ASSERT_SOON(is_settled(job), 2000);
	ASSERT(has_process(place));
	ASSERT_U64(cg_number(place, "memory.max"), 64 * MIB);
	ASSERT_U64(cg_number(place, "pids.max"), 1024);
	ASSERT_EQ(cg_cpu_max(place), 50);
	/* What it came from goes, and it does not. */
	ASSERT_OK(rmdir(CONFINED));
	ASSERT_OK(job_signal(job, AIOS_IOC_RELEASE, NULL));
	ASSERT_EQ(reap(pid), 0);
	ASSERT_EQ(job_wait_end(job).state, AIOS_STATE_DONE);
	ASSERT_SOON(access(place, F_OK), 2000);
	*strrchr(place, '/') = '\0';
	ASSERT_SOON(access(place, F_OK), 2000);
}

TEST(goes_back)
{
	int job = submit_held();
	pid_t pid;

	confine();
	pid = wait_from(CONFINED, job);
	ASSERT_SOON(is_settled(job), 2000);
	ASSERT(!has_process(CONFINED));
	ASSERT_OK(kill(pid, SIGUSR1));
	ASSERT_EQ(reap(pid), 3 << 8);
	ASSERT(!is_settled(job));

	pid = wait_from(CONFINED, job);
	ASSERT_SOON(is_settled(job), 2000);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	ASSERT_EQ(reap(pid), 3 << 8);
	unmake(CONFINED);
}

/* Then it stays, and dies there as everywhere. */
TEST(cannot_go_back)
{
	char place[4096];
	int job = submit_held();
	pid_t pid;

	confine();
	place_of(0, place, sizeof(place));
	pid = wait_from(CONFINED, job);
	ASSERT_SOON(is_settled(job), 2000);
	ASSERT_OK(rmdir(CONFINED));
	ASSERT_OK(kill(pid, SIGUSR1));
	ASSERT_EQ(reap(pid), 4 << 8);
	ASSERT_SOON(access(place, F_OK), 5000);

	confine();
	pid = wait_from(CONFINED, job);
	ASSERT_SOON(is_settled(job), 2000);
	ASSERT_OK(kill(pid, SIGKILL));
	reap_signal(pid, SIGKILL);
	ASSERT_SOON(access(place, F_OK), 5000);
	unmake(CONFINED);
}

/* Somebody moves it to where it may not come from: it does not get out of there. */
TEST(moved_while_waiting)
{
	int job = 0, *shown = shared(sizeof(*shown));
	char text[16];
	pid_t pid;

	confine();
	pid = fork();
	if (!pid) {
		struct aios_submit s = ask("/");
		struct aios_why why;

		become_alice();
		s.flags = AIOS_SUBMIT_HOLD;
		job = submit_ok(&s);
		*shown = s.id;
		ASSERT_ERR(job_enter(job, &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_CONFINED);
		ASSERT(is_in(CONFINED));
		_exit(0);
	}
	ASSERT_SOON(*shown, 2000);
	job = job_open(*shown);
	ASSERT_SOON(is_settled(job), 2000);
	snprintf(text, sizeof(text), "%d", pid);
	put(CONFINED, "cgroup.procs", text);
	ASSERT_OK(job_signal(job, AIOS_IOC_RELEASE, NULL));
	reap_ok(pid);
	unmake(CONFINED);
}
