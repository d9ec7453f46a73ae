// SPDX-License-Identifier: GPL-2.0
/*
 * What can be done with a job's descriptor meanwhile: passed to another user,
 * waited on, polled and read, suspended and resumed, and the job updated.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"

#define SECOND	1000000000LL

static int small_job(void)
{
	return submit_cpu("/", 10, 1000);
}

/* ------------------------------------------------------------- sent to another */

static void send_fd(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	ASSERT_EQ(sendmsg(sock, &msg, 0), 1);
}

static int receive_fd(int sock)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd;

	ASSERT_EQ(recvmsg(sock, &msg, 0), 1);
	ASSERT(CMSG_FIRSTHDR(&msg));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/*
 * The descriptor that SUBMIT yielded carries the right to steer the job, like
 * one open for writing, and is a reason for the job to stay; the last one may
 * be another user's, or lie unread in a socket. One that JOB_OPEN yielded to
 * somebody who may only look carries no more than that.
 */
TEST(passed_to_another_user)
{
	int socks[2], job;
	pid_t pid;

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, socks));
	pid = fork();
	if (!pid) {
		struct aios_update u = job_update_args();
		struct aios_wait w;

		become(BOB);
		job = receive_fd(socks[1]);
		/* The sender is gone, the job is not. */
		ASSERT_EQ(read(socks[1], &(char){ 0 }, 1), 1);
		ASSERT_EQ(job_stat(job).uid, ALICE);
		ASSERT_EQ(job_state(job), AIOS_STATE_QUEUED);
		u.flags = AIOS_UPDATE_WEIGHT;
		u.weight = 5;
		ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
		ASSERT_EQ(job_stat(job).weight, 5);
		/* What it opens anew is for him alone, and Alice's job is not. */
		ASSERT_ERR(job_open(job_stat(job).id), ENOENT);
		ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
		w = job_wait_end(job);
		ASSERT_EQ(w.end, AIOS_END_CANCELLED);
		ASSERT_EQ(w.code, BOB);
		_exit(0);
	}
	AS_USER(ALICE) {
		send_fd(socks[0], small_job());
	}
	ASSERT_EQ(write(socks[0], "x", 1), 1);
	reap_ok(pid);
}

TEST(left_in_a_socket)
{
	unsigned int held = jobs_held();
	int socks[2], job = small_job();

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, socks));
	send_fd(socks[0], job);
	close(job);
	another_job();
	ASSERT_EQ(jobs_held(), held + 1);
	close(socks[0]);
	close(socks[1]);
	ASSERT_SOON(jobs_held() == held, 3000);
}

/* -------------------------------------------------------------- wait and poll */

TEST(wait)
{
	int job = small_job();
	long long start = now_ns();
	struct aios_wait w;
	pid_t pid;

	/* In that state already. */
	ASSERT_OK(job_wait(job, 1U << AIOS_STATE_QUEUED, start + patience_ns(1000), &w));
	ASSERT_EQ(w.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(w.end, AIOS_END_NONE);
	ASSERT_U64(w.epoch, job_stat(job).epoch);
	/* Never in time. */
	start = now_ns();
	ASSERT_ERR(job_wait(job, 1U << AIOS_STATE_SUSPENDED, start + SECOND / 5, &w),
		   ETIMEDOUT);
	ASSERT_GE(now_ns() - start, SECOND / 5);
	ASSERT_WITHIN(start, 3000);
	ASSERT_ERR(job_wait(job, 0, 1, &w), ETIMEDOUT);
	ASSERT_ERR(job_wait(job, 1U << 8, 0, &w), EINVAL);
	ASSERT_ERR(job_wait(job, 1, 0, &w), EINVAL);
	/* It ends in another state than the one waited for. */
	pid = job_launch(job, work_exit, NULL);
	ASSERT_OK(job_wait(job, 1U << AIOS_STATE_SUSPENDED, 0, &w));
	ASSERT_EQ(w.state, AIOS_STATE_DONE);
	reap_ok(pid);
}

static volatile int handled;

static void on_signal(int sig)
{
	(void)sig;
	handled++;
}

/* How far wait_interrupted() has come; shared with it. */
struct progress {
	int job;
	int ready;	/* its handler is there */
	int returned;	/* the first wait has, by a signal */
};

static void wait_interrupted(void *arg)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct progress *p = arg;
	struct aios_wait w;

	ASSERT_OK(sigaction(SIGUSR1, &act, NULL));
	__atomic_store_n(&p->ready, 1, __ATOMIC_RELEASE);
	ASSERT_ERR(job_wait(p->job, 0, 0, &w), EINTR);
	act.sa_flags = SA_RESTART;
	ASSERT_OK(sigaction(SIGUSR1, &act, NULL));
	__atomic_store_n(&p->returned, 1, __ATOMIC_RELEASE);
	/* However often it is started again, its time comes; once more if no signal came. */
	for (long long wait = SECOND / 4; ; wait *= 2) {
		handled = 0;
		ASSERT_ERR(job_wait(p->job, 0, now_ns() + wait, &w), ETIMEDOUT);
		if (handled)
			break;
	}
}

/* Times are those of the caller's clock, which is another in a time namespace. */
static void assert_times_of_the_caller(void)
{
	long long begin = now_ns();
	struct aios_submit s = ask("/");
	struct aios_stat st;
	struct aios_wait w;

	s.flags = AIOS_SUBMIT_HOLD;
	s.deadline_ns = begin + 3600 * SECOND;
	submit_ok(&s);
	st = job_stat(s.fd);
	ASSERT_CMP(st.submit_ns, >=, begin);
	ASSERT_CMP(st.submit_ns, <=, now_ns());
	ASSERT_U64(st.deadline_ns, begin + 3600 * SECOND);
	begin = now_ns();
	ASSERT_ERR(job_wait(s.fd, 1U << AIOS_STATE_RUNNING, begin + SECOND / 5, &w), ETIMEDOUT);
	ASSERT_GE(now_ns() - begin, SECOND / 5);
	ASSERT_WITHIN(begin, 3000);
}

TEST(time_namespaces)
{
	static const char * const offsets[] = { "monotonic 7200 0", "monotonic -1 0" };
	unsigned int i;

	if (access("/proc/self/timens_offsets", F_OK))
		skip("this kernel has no time namespaces");
	for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		CHILD {
			step("%s", offsets[i]);
			ASSERT_OK(unshare(CLONE_NEWTIME));
			ASSERT_OK(file_write("/proc/self/timens_offsets", offsets[i]));
			/* The children are in it. */
			CHILD
				assert_times_of_the_caller();
		}
	}
}


TEST(wait_is_interruptible)
{
	struct progress *p = shared(sizeof(*p));
	siginfo_t info = { 0 };
	pid_t pid;

	p->job = small_job();
	pid = spawn(wait_interrupted, p);
	ASSERT_SOON(__atomic_load_n(&p->ready, __ATOMIC_ACQUIRE) && asleep(pid), 3000);
	kill(pid, SIGUSR1);
	ASSERT_SOON(__atomic_load_n(&p->returned, __ATOMIC_ACQUIRE), 3000);
	while (!info.si_pid) {
		kill(pid, SIGUSR1);
		sleep_ms(10);
		ASSERT_OK(waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT));
	}
	reap_ok(pid);
}

static int polled(int job, int timeout_ms)
{
	struct pollfd p = { .fd = job, .events = POLLIN };

	ASSERT_OK(poll(&p, 1, timeout_ms ? patience_ns(timeout_ms) / 1000000 : 0));
	return p.revents;
}

/* STAT takes note of all that has changed; what follows from a change may come later. */
static bool stat_quiets(int job)
{
	job_stat(job);
	return !polled(job, 0);
}

/* And so does read(). */
static bool read_quiets(int job, uint64_t *epoch)
{
	ASSERT_EQ(read(job, epoch, sizeof(*epoch)), sizeof(*epoch));
	return !polled(job, 0);
}

TEST(poll_and_read)
{
	int job = small_job(), other;
	uint64_t epoch, later;
	pid_t pid;

	/* To wait on, for WAIT takes note of the state. */
	other = ASSERT_OK(job_open(job_stat(job).id));
	ASSERT_EQ(polled(job, 0), 0);
	pid = job_start(other, work_sleep, NULL);
	ASSERT_SOON(stat_quiets(job), 3000);
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	ASSERT_EQ(polled(job, 2000) & (POLLIN | POLLHUP), POLLIN);
	/* It stays readable until it is looked at, by this or that. */
	ASSERT_EQ(polled(job, 0), POLLIN);
	job_wait_state(other, AIOS_STATE_SUSPENDED);
	ASSERT_SOON(read_quiets(job, &epoch), 3000);
	ASSERT_U64(epoch, job_stat(job).epoch);
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	ASSERT_EQ(polled(job, 2000), POLLIN);
	job_wait_state(other, AIOS_STATE_RUNNING);
	ASSERT_EQ(read(job, &later, sizeof(later)), sizeof(later));
	ASSERT_CMP(later, >, epoch);
	kill(pid, SIGKILL);
	reap(pid);
	job_wait_end(other);
	ASSERT_EQ(polled(job, 2000), POLLIN | POLLHUP);
	/* HUP stays. */
	job_stat(job);
	ASSERT(polled(job, 0) & POLLHUP);
}

/* Who could not be told has not seen it. */
TEST(poll_after_a_failed_stat)
{
	struct aios_stat s = { .size = sizeof(s) };
	int job = small_job(), other = ASSERT_OK(job_open(job_stat(job).id));
	char path[1];
	pid_t pid = job_start(other, work_sleep, NULL);

	ASSERT_EQ(polled(job, 2000), POLLIN);
	s.group_path = (uintptr_t)path;
	ASSERT_ERR(ioctl(job, AIOS_IOC_STAT, &s), ENOSPC);
	ASSERT_EQ(polled(job, 0), POLLIN);
	job_finish(other, pid);
}

/* Each descriptor has its own memory of what was looked at. */
TEST(poll_by_two)
{
	struct aios_submit s = ask("/");
	int second;
	pid_t pid;

	submit_ok(&s);
	second = ASSERT_OK(job_open(s.id));
	job_stat(s.fd);
	job_stat(second);
	ASSERT_EQ(polled(s.fd, 0), 0);
	ASSERT_EQ(polled(second, 0), 0);
	pid = job_start(s.fd, work_sleep, NULL);
	job_stat(s.fd);
	ASSERT(polled(second, 0) & POLLIN);
	ASSERT_SOON(stat_quiets(second), 3000);
	job_finish(s.fd, pid);
	ASSERT(polled(second, 0) & POLLHUP);
}

/* Nothing changed: read() waits, or says so when it must not. */
TEST(read_waits)
{
	int job = small_job();
	uint64_t epoch;
	pid_t pid;

	job_stat(job);
	ASSERT_OK(fcntl(job, F_SETFL, O_NONBLOCK));
	ASSERT_ERR(read(job, &epoch, sizeof(epoch)), EAGAIN);
	ASSERT_OK(fcntl(job, F_SETFL, 0));
	pid = fork();
	if (!pid) {
		ASSERT_SOON(asleep(getppid()), 3000);
		ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
		_exit(0);
	}
	ASSERT_EQ(read(job, &epoch, sizeof(epoch)), sizeof(epoch));
	reap_ok(pid);
	ASSERT_EQ(job_state(job), AIOS_STATE_CANCELLED);
}

/* ---------------------------------------------------------------- suspend */

static void count(void *counter)
{
	for (;;) {
		(*(volatile unsigned long *)counter)++;
		usleep(1000);
	}
}

TEST(suspend_and_resume)
{
	unsigned long *counter = shared(sizeof(*counter)), frozen_at;
	int job = small_job();
	pid_t pid = job_start(job, count, counter);
	char directory[4096];
	struct aios_stat s;
	long long start;

	job_directory(job, directory, sizeof(directory));
	ASSERT_SOON(*counter > 3, 3000);
	start = now_ns();
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(job, AIOS_STATE_SUSPENDED);
	ASSERT_SOON(cg_field(directory, "cgroup.events", "frozen") == 1, 2000);
	frozen_at = *counter;
	sleep_ms(500);
	ASSERT_EQ(*counter, frozen_at);
	ASSERT_ERR(job_signal(job, AIOS_IOC_SUSPEND, NULL), EALREADY);
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	job_wait_state(job, AIOS_STATE_RUNNING);
	ASSERT_SOON(*counter > frozen_at + 3, 3000);
	s = job_stat(job);
	ASSERT_GE(s.suspended_duration_ns, SECOND / 2);
	ASSERT_LE(s.suspended_duration_ns, now_ns() - start);
	ASSERT_WITHIN(start, 5000);
	job_finish(job, pid);
}

TEST(signals_in_the_wrong_state)
{
	struct aios_why why;
	int job = small_job();
	pid_t pid;

	ASSERT_ERR(job_signal(job, AIOS_IOC_SUSPEND, &why), EINVAL);
	ASSERT_EQ(why.code, AIOS_WHY_STATE);
	ASSERT_U64(why.asked, AIOS_STATE_QUEUED);
	ASSERT_ERR(job_signal(job, AIOS_IOC_RESUME, &why), EINVAL);
	ASSERT_EQ(why.code, AIOS_WHY_STATE);
	ASSERT_EQ(job_state(job), AIOS_STATE_QUEUED);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_ERR(job_signal(job, AIOS_IOC_RESUME, &why), EINVAL);
	ASSERT_EQ(why.code, AIOS_WHY_STATE);
	ASSERT_U64(why.asked, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	job_finish(job, pid);
}

/* What is elastic can go to others meanwhile, what is sticky cannot. */
TEST(suspended_keeps_what_is_sticky)
{
	uint64_t all = resource_get(AIOS_RESOURCE_CPU).capacity;
	uint64_t memory = resource_get(AIOS_RESOURCE_MEMORY).charged;
	struct aios_submit s = ask("/");
	pid_t pid, other_pid;
	int job, other;

	want(&s, AIOS_RESOURCE_CPU, all, all);
	want(&s, AIOS_RESOURCE_MEMORY, 64 * MIB, 64 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(job, AIOS_STATE_SUSPENDED);
	ASSERT_U64(resource_get(AIOS_RESOURCE_MEMORY).charged, memory + 64 * MIB);
	other = submit_cpu("/", all, all);
	other_pid = job_start(other, work_sleep, NULL);
	/* Now there is no room to go on in. */
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	decided();
	ASSERT_EQ(job_state(job), AIOS_STATE_SUSPENDED);
	job_finish(other, other_pid);
	job_wait_state(job, AIOS_STATE_RUNNING);
	job_finish(job, pid);
}

/* ---------------------------------------------------------------- update */

TEST(update)
{
	struct aios_update u = job_update_args();
	int job = submit_cpu("/", 100, 200);
	struct aios_stat s;

	/* A place is of a priority, so that the two are not changed in one call. */
	u.flags = AIOS_UPDATE_FLAGS & ~AIOS_UPDATE_PLACE;
	u.weight = 9;
	u.priority = -3;
	u.expected_runtime_ns = 77;
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = 150;
	u.limit[AIOS_RESOURCE_CPU] = 300;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	s = job_stat(job);
	ASSERT_EQ(s.weight, 9);
	ASSERT_EQ(s.priority, -3);
	ASSERT_U64(s.expected_runtime_ns, 77);
	ASSERT_U64(s.request[AIOS_RESOURCE_CPU], 150);
	ASSERT_U64(s.limit[AIOS_RESOURCE_CPU], 300);
	/* What is not named stays. */
	u = job_update_args();
	u.weight = 4;
	u.flags = AIOS_UPDATE_WEIGHT;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	s = job_stat(job);
	ASSERT_EQ(s.weight, 4);
	ASSERT_EQ(s.priority, -3);
	ASSERT_U64(s.request[AIOS_RESOURCE_CPU], 150);
	close(job);
}

TEST(update_rejected)
{
	uint64_t all = resource_get(AIOS_RESOURCE_CPU).capacity;
	struct aios_update u = job_update_args();
	int job = submit_cpu("/", 100, 200);
	struct aios_stat s;

	/* One good and one bad value: neither must stay. */
	u.flags = AIOS_UPDATE_WEIGHT;
	u.weight = 9;
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = 301;
	u.limit[AIOS_RESOURCE_CPU] = 300;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EINVAL);
	ASSERT_EQ(u.why.code, AIOS_WHY_REQUEST_ABOVE_LIMIT);
	u.request[AIOS_RESOURCE_CPU] = all + 1;
	u.limit[AIOS_RESOURCE_CPU] = AIOS_UNLIMITED;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), ENOSPC);
	ASSERT_EQ(u.why.code, AIOS_WHY_NEVER_FITS);
	u.resource_mask = 0;
	u.weight = 0;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EINVAL);
	u.weight = AIOS_WEIGHT_MAX + 1;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EINVAL);
	u.weight = 1;
	u.flags = AIOS_UPDATE_FLAGS;
	u.priority = AIOS_PRIORITY_MAX + 1;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EINVAL);
	u.flags = AIOS_UPDATE_FLAGS + 1;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EINVAL);
	u.flags = 0;
	u.resource_mask = 1U << 31;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EINVAL);
	s = job_stat(job);
	ASSERT_EQ(s.weight, AIOS_WEIGHT_DEFAULT);
	ASSERT_EQ(s.priority, 0);
	ASSERT_U64(s.request[AIOS_RESOURCE_CPU], 100);
	ASSERT_U64(s.limit[AIOS_RESOURCE_CPU], 200);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	u = job_update_args();
	u.flags = AIOS_UPDATE_WEIGHT;
	u.weight = 5;
	ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), ECANCELED);
	ASSERT_EQ(u.why.code, AIOS_WHY_STATE);
}

/* A raised priority is a right, also later. */
TEST(update_priority_by_a_user)
{
	AS_USER(ALICE) {
		struct aios_update u = job_update_args();
		int job = small_job();

		u.flags = AIOS_UPDATE_PRIORITY;
		u.priority = 1;
		ASSERT_ERR(ioctl(job, AIOS_IOC_UPDATE, &u), EPERM);
		ASSERT_EQ(job_stat(job).priority, 0);
		u.priority = -1;
		ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
		ASSERT_EQ(job_stat(job).priority, -1);
	}
}
