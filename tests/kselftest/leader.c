// SPDX-License-Identifier: GPL-2.0
/*
 * How an adopted cgroup ends: as the process of it that was named ends, whoever is its
 * parent, and out of memory where the kernel killed there since it was adopted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"

#define OTHERS	"/sys/fs/cgroup/kt-led"

/* What the first process does when it is told to go on. */
struct ending {
	int status;		/* it exits with this */
	int signal;		/* or ends by this, if not 0 */
	bool kills_child;	/* a child of it is killed out of memory before that */
	bool hogs;		/* it is killed so itself */
};

static void put(const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), OTHERS "/%s", file);
	ASSERT_OK(file_write(path, text));
}

/* More than the limit of 24 MiB allows. */
static void hog(void)
{
	mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

static void child_is_killed(void)
{
	pid_t pid = fork();

	if (!pid) {
		hog();
		_exit(0);
	}
	reap_signal(pid, SIGKILL);
}

static void end_as(const struct ending *e)
{
	if (e->kills_child)
		child_is_killed();
	if (e->hogs)
		hog();
	if (e->signal) {
		signal(e->signal, SIG_DFL);
		kill(getpid(), e->signal);
	}
	_exit(e->status);
}

/* The first process of somebody else's cgroup, which waits until *go. */
static pid_t begin(const struct ending *e, int *go)
{
	pid_t pid;

	*go = 0;
	ASSERT_OK(mkdir(OTHERS, 0755));
	put("memory.max", "25165824");
	if (!access(OTHERS "/memory.swap.max", F_OK))
		put("memory.swap.max", "0");
	pid = fork();
	if (!pid) {
		put("cgroup.procs", "0");
		while (!__atomic_load_n(go, __ATOMIC_ACQUIRE))
			usleep(5000);
		end_as(e);
	}
	ASSERT_SOON(cg_field(OTHERS, "cgroup.events", "populated") == 1, 2000);
	return pid;
}

static struct aios_submit adopting(pid_t leader)
{
	struct aios_submit s = ask("/");

	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = ASSERT_OK(open(OTHERS, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	s.leader = leader;
	want(&s, AIOS_RESOURCE_CPU, 100, 300);
	return s;
}

static struct aios_wait ended_as(const struct ending *e, bool named)
{
	int *go = shared(sizeof(*go));
	pid_t pid = begin(e, go);
	struct aios_submit s = adopting(named ? pid : 0);
	struct aios_wait end;

	submit_ok(&s);
	close(s.cgroup_fd);
	job_wait_state(s.fd, AIOS_STATE_RUNNING);
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	end = job_wait_end(s.fd);
	close(s.fd);
	reap(pid);
	ASSERT_SOON(!rmdir(OTHERS), 2000);
	return end;
}

static void assert_ended(const struct ending *e, bool named, uint32_t state, uint32_t end,
			 uint32_t code)
{
	struct aios_wait w = ended_as(e, named);

	note("state %u, end %u, code %u", w.state, w.end, w.code);
	ASSERT_EQ(w.state, state);
	ASSERT_EQ(w.end, end);
	ASSERT_EQ(w.code, code);
}

TEST(ends_as_its_leader)
{
	assert_ended(&(struct ending){ 0 }, true, AIOS_STATE_DONE, AIOS_END_EXIT, 0);
	assert_ended(&(struct ending){ .status = 3 }, true, AIOS_STATE_FAILED, AIOS_END_EXIT, 3);
	assert_ended(&(struct ending){ .signal = SIGTERM }, true, AIOS_STATE_FAILED,
		     AIOS_END_SIGNAL, SIGTERM);
}

TEST(ends_out_of_memory)
{
	assert_ended(&(struct ending){ .hogs = true }, true, AIOS_STATE_FAILED, AIOS_END_OOM, 1);
	assert_ended(&(struct ending){ .kills_child = true, .status = 1 }, true,
		     AIOS_STATE_FAILED, AIOS_END_OOM, 1);
	/* It did without that child. */
	assert_ended(&(struct ending){ .kills_child = true }, true, AIOS_STATE_DONE,
		     AIOS_END_EXIT, 0);
}

/* Nobody says how it ended, but that some were killed is known. */
TEST(ends_without_a_leader)
{
	assert_ended(&(struct ending){ .status = 3 }, false, AIOS_STATE_DONE, AIOS_END_EXIT, 0);
	assert_ended(&(struct ending){ .kills_child = true }, false, AIOS_STATE_FAILED,
		     AIOS_END_OOM, 1);
}

TEST(killed_before_it_was_adopted)
{
	int *go = shared(sizeof(*go));
	pid_t pid = begin(&(struct ending){ .status = 4 }, go), other = fork();
	struct aios_submit s;
	struct aios_wait end;

	if (!other) {
		put("cgroup.procs", "0");
		hog();
		_exit(0);
	}
	reap_signal(other, SIGKILL);
	s = adopting(pid);
	submit_ok(&s);
	close(s.cgroup_fd);
	job_wait_state(s.fd, AIOS_STATE_RUNNING);
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	end = job_wait_end(s.fd);
	ASSERT_EQ(end.end, AIOS_END_EXIT);
	ASSERT_EQ(end.code, 4);
	reap(pid);
	ASSERT_SOON(!rmdir(OTHERS), 2000);
}

TEST(leaders_that_are_none)
{
	int *go = shared(sizeof(*go));
	pid_t pid = begin(&(struct ending){ 0 }, go);
	struct aios_submit s = adopting(getpid());

	ASSERT_ERR(submit(&s), EINVAL);
	s.leader = -1;
	ASSERT_ERR(submit(&s), EINVAL);
	close(s.cgroup_fd);
	s = ask("/");
	s.leader = pid;
	ASSERT_ERR(submit(&s), EINVAL);
	kill(pid, SIGKILL);
	reap(pid);
	s = adopting(pid);
	ASSERT_ERR(submit(&s), ESRCH);
	close(s.cgroup_fd);
	ASSERT_SOON(!rmdir(OTHERS), 2000);
}
