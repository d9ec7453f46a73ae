// SPDX-License-Identifier: GPL-2.0
/*
 * Everybody at once: some hundred threads of several users who make every call on each
 * other's descriptors, processes that enter jobs and exec, exit, run out of memory, are
 * killed, stopped and traced, and an administrator who moves processes and removes cgroups
 * beneath the module. What is asked for is drawn by chance. The kernel must not complain,
 * nothing may be granted beyond what is there, and at the end nothing may be left.
 *
 * $KSELFTEST_STORM_S says how long, in seconds, and $KSELFTEST_STORM_SEED where chance begins.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "calls.h"
#include "harness.h"
#include "storm.h"

#define NR_PROCESSES	12
#define NR_THREADS	8
#define NR_SLOTS	12	/* descriptors of jobs that the threads of a process share */
#define NR_CHILDREN	6	/* of a thread */
#define DEFAULT_S	4

/* Of this process; threads read and write the slots as they come, without a lock. */
static int slots[NR_SLOTS];
static uint64_t ids[NR_SLOTS];

struct storm *storm;
__thread uint64_t storm_state;

uint32_t storm_chance(uint32_t below)
{
	storm_state ^= storm_state << 13;
	storm_state ^= storm_state >> 7;
	storm_state ^= storm_state << 17;
	return below ? (storm_state >> 20) % below : 0;
}

static long long soon_ns(uint32_t ms)
{
	return now_ns() + (1 + storm_chance(ms)) * 1000000LL;
}

static int *any_slot(void)
{
	return &slots[storm_chance(NR_SLOTS)];
}

static int any_job(void)
{
	return __atomic_load_n(any_slot(), __ATOMIC_RELAXED);
}

/* ------------------------------------------------------------- descriptors */

/* What was in the slot is closed, whoever uses it now. */
static void put_job(int fd)
{
	int old = __atomic_exchange_n(any_slot(), fd, __ATOMIC_RELAXED);

	if (old >= 0)
		close(old);
}

/* Anybody can get it, also those with other rights. */
static void pass_job(void)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fd = any_job();

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (fd >= 0)
		sendmsg(storm->passing[0], &m, MSG_DONTWAIT);
}

static void get_job(void)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	int fd;

	if (recvmsg(storm->passing[1], &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1 ||
	    !CMSG_FIRSTHDR(&m))
		return;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	put_job(fd);
}

/* ------------------------------------------------------------------- calls */

static const char *any_group(void)
{
	static const char *const groups[] = { "/", STORM_GROUP, STORM_GROUP "/a",
					      STORM_GROUP "/a/b" };

	return groups[storm_chance(ARRAY_SIZE(groups))];
}

static void want_something(__u32 *mask, __u64 *request, __u64 *limit)
{
	static const struct {
		uint32_t resource;
		uint64_t unit;
	} choice[] = {
		{ AIOS_RESOURCE_CPU, 20 }, { AIOS_RESOURCE_MEMORY, 4 * MIB },
		{ AIOS_RESOURCE_PIDS, 4 }, { AIOS_RESOURCE_NET, 1000000 },
		{ AIOS_RESOURCE_GPU, 250 }, { AIOS_RESOURCE_SWAP, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(choice); i++) {
		uint32_t r = choice[i].resource;

		if (storm_chance(3))
			continue;
		*mask |= 1U << r;
		request[r] = choice[i].unit * (1 + storm_chance(8));
		limit[r] = request[r] + choice[i].unit * storm_chance(8);
	}
}

static void call_submit(void)
{
	static const uint32_t flags[] = { 0, 0, 0, AIOS_SUBMIT_STRICT, AIOS_SUBMIT_HOLD,
					  AIOS_SUBMIT_DRY_RUN, AIOS_SUBMIT_EXCLUSIVE };
	struct aios_submit s = ask(any_group());
	struct aios_depend d = { .kind = 1 + storm_chance(4) };

	want_something(&s.resource_mask, s.request, s.limit);
	s.flags = flags[storm_chance(ARRAY_SIZE(flags))];
	s.expected_runtime_ns = storm_chance(2) * 1000000000ULL;
	s.max_runtime_ns = storm_chance(4) ? 0 : 300000000;
	s.retries = storm_chance(4) ? 0 : 2;
	s.weight = 1 + storm_chance(AIOS_WEIGHT_DEFAULT);
	if (!storm_chance(8)) {
		s.gang = (uintptr_t)"storm";
		s.gang_len = 5;
		s.gang_size = 2;
	}
	if (!storm_chance(6)) {
		d.job = ids[storm_chance(NR_SLOTS)];
		s.depends = (uintptr_t)&d;
		s.nr_depends = 1;
		s.depend_size = sizeof(d);
	}
	if (submit(&s) || s.flags & AIOS_SUBMIT_DRY_RUN)
		return;
	ids[storm_chance(NR_SLOTS)] = s.id;
	put_job(s.fd);
}

static void call_update(void)
{
	struct aios_update u = { .size = sizeof(u) };

	u.flags = storm_chance(AIOS_UPDATE_FLAGS + 1) & ~AIOS_UPDATE_DEADLINE_REALTIME;
	u.weight = 1 + storm_chance(AIOS_WEIGHT_DEFAULT);
	u.max_runtime_ns = 200000000 + storm_chance(1000) * 1000000ULL;
	u.deadline_ns = soon_ns(1000);
	want_something(&u.resource_mask, u.request, u.limit);
	ioctl(any_job(), AIOS_IOC_UPDATE, &u);
}

static void call_signal(void)
{
	static const unsigned long calls[] = { AIOS_IOC_SUSPEND, AIOS_IOC_RESUME, AIOS_IOC_CANCEL,
					       AIOS_IOC_HOLD, AIOS_IOC_RELEASE };
	struct aios_signal s = { .size = sizeof(s) };

	ioctl(any_job(), calls[storm_chance(ARRAY_SIZE(calls))], &s);
}

static void call_wait(void)
{
	struct aios_wait w = { .size = sizeof(w), .timeout_ns = soon_ns(50),
			       .state_mask = storm_chance(256) };

	ioctl(any_job(), AIOS_IOC_WAIT, &w);
}

/* Nobody has more than his limit, at any moment. */
static void call_stat(void)
{
	struct aios_stat s = { .size = sizeof(s) };

	if (ioctl(any_job(), AIOS_IOC_STAT, &s))
		return;
	for (unsigned int r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (s.resource_mask >> r & 1 && s.grant[r] > s.limit[r])
			FAIL("job %llu in state %u has %llu of resource %u, and may have %llu",
			     (unsigned long long)s.id, s.state, (unsigned long long)s.grant[r],
			     r, (unsigned long long)s.limit[r]);
}

static void call_look(void)
{
	struct aios_explain_row rows[8];
	struct aios_explain e = { .size = sizeof(e), .rows = (uintptr_t)rows,
				  .nr_rows = ARRAY_SIZE(rows), .row_size = sizeof(rows[0]) };
	struct aios_queueing q = { .size = sizeof(q) };
	struct aios_group_stat g = { .size = sizeof(g), .path = (uintptr_t)STORM_GROUP,
				     .path_len = strlen(STORM_GROUP) };

	ioctl(any_job(), AIOS_IOC_EXPLAIN, &e);
	ioctl(dev(), AIOS_IOC_QUEUEING, &q);
	ioctl(dev(), AIOS_IOC_GROUP_STAT, &g);
}

/* The status page, a read and a poll, which may come to the end of a descriptor's life. */
static void call_page(void)
{
	struct pollfd p = { .fd = any_job(), .events = POLLIN | POLLPRI };
	volatile uint32_t *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, p.fd, 0);
	uint64_t epoch;

	poll(&p, 1, storm_chance(10));
	if (p.revents & POLLIN)
		(void)!read(p.fd, &epoch, sizeof(epoch));
	if (page == MAP_FAILED)
		return;
	(void)*page;
	munmap((void *)page, 4096);
}

static void call_charge(void)
{
	struct aios_charge c = { .size = sizeof(c), .bytes = storm_chance(1 << 20) };

	ioctl(any_job(), storm_chance(2) ? AIOS_IOC_CHARGE : AIOS_IOC_UNCHARGE, &c);
}

static void call_open(void)
{
	int fd = job_open(ids[storm_chance(NR_SLOTS)]);

	if (fd >= 0)
		put_job(fd);
	if (!storm_chance(4))
		put_job(-1);
}

static void call_group(void)
{
	struct aios_limit l = limit_args(any_group());
	const char *path = storm_chance(2) ? STORM_GROUP "/a" : STORM_GROUP "/a/b";

	switch (storm_chance(3)) {
	case 0:
		group_create(path, AIOS_UID_UNTOLD, AIOS_UID_UNTOLD, 0777, NULL);
		break;
	case 1:
		group_remove(path);
		break;
	default:
		want_something(&l.resource_mask, l.limit, l.limit);
		if (l.path_len > 1)
			ioctl(dev(), AIOS_IOC_LIMIT, &l);
	}
}

/* --------------------------------------------------------------- processes */

static void *enter_beside(void *job)
{
	job_enter_until((int)(long)job, soon_ns(200), NULL);
	return NULL;
}

static void touch(size_t mib)
{
	char *p = mmap(NULL, mib * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; p != MAP_FAILED && i < mib * MIB; i += 4096)
		p[i] = 1;
}

/* What a job does, or what becomes of it. */
static void live(void)
{
	switch (storm_chance(8)) {
	case 0:
		execl("/bin/true", "true", (char *)NULL);
		break;
	case 1:
		touch(96);
		break;
	case 2:
		if (!fork())
			sleep_ms(300);
		break;
	case 3:
		raise(SIGSTOP);
		break;
	case 4:
		unshare(CLONE_NEWUSER | CLONE_NEWPID);
		if (!fork())
			execl("/bin/true", "true", (char *)NULL);
		break;
	case 5:
		call_submit();
		job_enter_until(any_job(), soon_ns(100), NULL);
		break;
	default:
		sleep_ms(storm_chance(200));
	}
	_exit(storm_chance(4));
}

/* One thread enters while another goes, replaces the program or enters too. */
static void enter_by_threads(int job)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, enter_beside, (void *)(long)job))
		_exit(1);
	sleep_ms(storm_chance(3));
	switch (storm_chance(4)) {
	case 0:
		pthread_exit(NULL);
	case 1:
		execl("/bin/sleep", "sleep", "0.1", (char *)NULL);
		break;
	case 2:
		job_enter_until(any_job(), soon_ns(100), NULL);
		break;
	}
	live();
}

static pid_t enter(void)
{
	uint64_t state = storm_state;
	int job = any_job();
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	storm_state = state ^ ((uint64_t)getpid() << 32 | 1);
	if (!storm_chance(4))
		unshare(CLONE_NEWUSER);
	if (!storm_chance(4))
		enter_by_threads(job);
	job_enter_until(job, soon_ns(300), NULL);
	live();
	_exit(0);
}

/* A debugger that lets go, or dies with what it holds. */
static void trace(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		return;
	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	sleep_ms(storm_chance(20));
	waitpid(pid, &status, WNOHANG | __WALL);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static void meddle(pid_t *pid)
{
	static const int signals[] = { SIGKILL, SIGKILL, SIGSTOP, SIGCONT, SIGTERM, SIGUSR1 };

	if (*pid <= 0) {
		*pid = enter();
		return;
	}
	if (waitpid(*pid, NULL, WNOHANG | __WALL)) {
		*pid = 0;
		return;
	}
	if (storm_chance(4))
		kill(*pid, signals[storm_chance(ARRAY_SIZE(signals))]);
	else
		trace(*pid);
}

static void *work(void *arg)
{
	static void (*const calls[])(void) = {
		call_submit, call_submit, call_update, call_signal, call_wait, call_stat,
		call_look, call_page, call_charge, call_open, call_group, pass_job, get_job,
		storm_netlink,
	};
	pid_t children[NR_CHILDREN] = { 0 };

	storm_state = storm->seed * 0x9e3779b97f4a7c15ULL + (uint64_t)getpid() * 1000 + (long)arg;
	while (!storm->stop) {
		if (storm_chance(4))
			calls[storm_chance(ARRAY_SIZE(calls))]();
		else
			meddle(&children[storm_chance(NR_CHILDREN)]);
		__atomic_add_fetch(&storm->calls, 1, __ATOMIC_RELAXED);
	}
	for (unsigned int i = 0; i < NR_CHILDREN; i++)
		if (children[i] > 0)
			kill(children[i], SIGKILL);
	return NULL;
}

static void on_signal(int signal)
{
	(void)signal;
}

/* Waits are interrupted; every other process has them restarted. */
static void interrupt(unsigned int number)
{
	struct sigaction act = { .sa_handler = on_signal,
				 .sa_flags = number & 1 ? SA_RESTART : 0 };
	struct itimerval every = { { 0, 30000 }, { 0, 30000 } };

	sigaction(SIGALRM, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	setitimer(ITIMER_REAL, &every, NULL);
}

static void process(void *number)
{
	static const uid_t users[] = { ALICE, BOB, ALICE, 0 };
	unsigned int n = (long)number;
	pthread_t threads[NR_THREADS];

	memset(slots, -1, sizeof(slots));
	if (users[n % ARRAY_SIZE(users)])
		become(users[n % ARRAY_SIZE(users)]);
	dev_forget();
	dev();
	interrupt(n);
	for (long i = 0; i < NR_THREADS; i++)
		ASSERT_EQ(pthread_create(&threads[i], NULL, work, (void *)(n * 100 + i)), 0);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* ----------------------------------------------------------------- watching */

/* What is promised and granted is there; what it takes to ask is told at the end. */
static void watch(long long *longest)
{
	struct aios_resource_info table[AIOS_RESOURCE_MAX];
	struct aios_info info = { .size = sizeof(info), .resources = (uintptr_t)table,
				  .nr_resources = AIOS_RESOURCE_MAX,
				  .resource_size = sizeof(table[0]) };
	long long begin = now_ns();

	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &info));
	if (now_ns() - begin > *longest)
		*longest = now_ns() - begin;
	for (unsigned int i = 0; i < info.nr_resources; i++) {
		if (table[i].capacity == AIOS_UNLIMITED || storm->devices_change)
			continue;
		if (table[i].charged > table[i].capacity || table[i].granted > table[i].capacity)
			FAIL("of %s %llu are promised, %llu granted, %llu there", table[i].name,
			     (unsigned long long)table[i].charged,
			     (unsigned long long)table[i].granted,
			     (unsigned long long)table[i].capacity);
	}
}

static long number_of(const char *variable, long otherwise)
{
	const char *text = getenv(variable);

	return text ? atol(text) : otherwise;
}

TEST(storm)
{
	long seconds = number_of("KSELFTEST_STORM_S", DEFAULT_S);
	pid_t pids[NR_PROCESSES + STORM_OTHERS];
	long long longest = 0, end;
	unsigned int nr = 0;

	storm = shared(sizeof(*storm));
	storm->seed = number_of("KSELFTEST_STORM_SEED", 1);
	ASSERT_OK(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, storm->passing));
	group_make(STORM_GROUP);
	leave_group(STORM_GROUP "/a");
	leave_group(STORM_GROUP "/a/b");
	for (; nr < NR_PROCESSES; nr++)
		pids[nr] = spawn(process, (void *)(long)nr);
	for (unsigned int i = 0; i < STORM_OTHERS; i++)
		pids[nr++] = spawn(storm_others[i], NULL);
	for (end = now_ns() + seconds * 1000000000LL; now_ns() < end; sleep_ms(20)) {
		watch(&longest);
		for (unsigned int i = 0; i < nr; i++)
			ASSERT_NE(waitpid(pids[i], NULL, WNOHANG), pids[i]);
	}
	storm->stop = true;
	note("%llu steps in %ld s; INFO took %lld ms at most",
	     (unsigned long long)storm->calls, seconds, longest / 1000000);
	for (unsigned int i = 0; i < nr; i++)
		reap_ok(pids[i]);
	close(storm->passing[0]);
	close(storm->passing[1]);
}
