// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a job: entered once and by one process, ended by the exit of
 * its last process with the state, reason and code of the one that entered,
 * cancelled, abandoned, or killed together with its submitter at any step.
 * What a job leaves behind is checked by the harness after each test.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "calls.h"
#include "harness.h"

#define SECOND	1000000000LL

static void assert_ended(int job, uint32_t state, uint32_t end, uint32_t code)
{
	struct aios_wait w = job_wait_end(job);
	struct aios_stat s = job_stat(job);

	if (w.state != state || w.end != end || w.code != code)
		FAIL("state %u end %u code %u, expected %u %u %u", w.state, w.end, w.code,
		     state, end, code);
	ASSERT_EQ(s.state, state);
	ASSERT_EQ(s.end, end);
	ASSERT_EQ(s.code, code);
	ASSERT_CMP(s.end_ns, >, 0);
	ASSERT_LE(s.end_ns, now_ns());
	for (unsigned int i = 0; i < AIOS_RESOURCE_MAX; i++)
		ASSERT_U64(s.grant[i], 0);
}

static int small_job(void)
{
	return submit_cpu("/", 10, 1000);
}

/* ------------------------------------------------------------------- enter */

TEST(enter)
{
	int job = small_job();
	pid_t pid = job_start(job, work_sleep, NULL);
	struct aios_stat s = job_stat(job);
	char directory[4096], procs[64], want[16];

	ASSERT_EQ(s.state, AIOS_STATE_RUNNING);
	ASSERT_EQ(s.pid, pid);
	ASSERT_EQ(s.position, 0);
	ASSERT_EQ(s.why.code, AIOS_WHY_NONE);
	ASSERT_CMP(s.grant[AIOS_RESOURCE_CPU], >=, 10);
	ASSERT(s.submit_ns <= s.admit_ns && s.admit_ns <= s.start_ns);
	ASSERT_LE(s.start_ns, now_ns());
	job_directory(job, directory, sizeof(directory));
	ASSERT(cg_read(directory, "cgroup.procs", procs, sizeof(procs)));
	snprintf(want, sizeof(want), "%d", pid);
	ASSERT(!strcmp(procs, want));
	kill(pid, SIGTERM);
	reap_signal(pid, SIGTERM);
	assert_ended(job, AIOS_STATE_FAILED, AIOS_END_SIGNAL, SIGTERM);
	ASSERT_ERR(access(directory, F_OK), ENOENT);
	close(job);
}

TEST(ends)
{
	static const struct {
		int status;
		uint32_t state, end, code;
	} cases[] = {
		{ 0, AIOS_STATE_DONE, AIOS_END_EXIT, 0 },
		{ 1, AIOS_STATE_FAILED, AIOS_END_EXIT, 1 },
		{ 255, AIOS_STATE_FAILED, AIOS_END_EXIT, 255 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int job = small_job();
		pid_t pid = job_launch(job, work_exit, (void *)(long)cases[i].status);

		ASSERT_EQ(reap(pid), cases[i].status << 8);
		assert_ended(job, cases[i].state, cases[i].end, cases[i].code);
		close(job);
	}
}

static void die(void *sig)
{
	raise((long)sig);
}

TEST(ends_by_signal)
{
	static const int signals[] = { SIGKILL, SIGSEGV, SIGTERM, SIGHUP };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		int job = small_job();
		pid_t pid = job_launch(job, die, (void *)(long)signals[i]);

		ASSERT(WIFSIGNALED(reap(pid)));
		assert_ended(job, AIOS_STATE_FAILED, AIOS_END_SIGNAL, signals[i]);
		close(job);
	}
}

static void exec_false(void *unused)
{
	(void)unused;
	execl("/bin/sh", "sh", "-c", "exit 7", NULL);
}

TEST(exec)
{
	int job = small_job();
	pid_t pid = job_launch(job, exec_false, NULL);

	ASSERT_EQ(reap(pid), 7 << 8);
	assert_ended(job, AIOS_STATE_FAILED, AIOS_END_EXIT, 7);
	close(job);
}

static void enter_again(void *job)
{
	ASSERT_ERR(job_enter((long)job, NULL), EALREADY);
	if (!fork()) {
		/* A child is in the job, but it is not who entered. */
		ASSERT_ERR(job_enter((long)job, NULL), EBUSY);
		_exit(0);
	}
	ASSERT_EQ(wait(NULL) > 0, 1);
}

TEST(enter_twice)
{
	int job = small_job();
	pid_t pid = job_launch(job, enter_again, (void *)(long)job);

	reap_ok(pid);
	assert_ended(job, AIOS_STATE_DONE, AIOS_END_EXIT, 0);
	ASSERT_ERR(job_enter(job, NULL), ECANCELED);
	close(job);
}

TEST(enter_while_another_runs)
{
	int job = small_job();
	pid_t pid = job_start(job, work_sleep, NULL);

	ASSERT_ERR(job_enter(job, NULL), EBUSY);
	job_finish(job, pid);
}

static void enter_or_count(void *arg)
{
	int *counts = arg;	/* [0]: the job, then entered, refused */

	if (!job_enter(counts[0], NULL)) {
		__atomic_fetch_add(&counts[1], 1, __ATOMIC_SEQ_CST);
		sleep_ms(300);
		return;
	}
	ASSERT(errno == EBUSY || errno == ECANCELED);
	__atomic_fetch_add(&counts[2], 1, __ATOMIC_SEQ_CST);
}

TEST(enter_by_many_at_once)
{
	for (unsigned int round = 0; round < 10; round++) {
		int *counts = shared(3 * sizeof(*counts));
		pid_t pids[4];

		counts[0] = small_job();
		for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++)
			pids[i] = spawn(enter_or_count, counts);
		for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++)
			reap_ok(pids[i]);
		ASSERT_EQ(counts[1], 1);
		ASSERT_EQ(counts[2], 3);
		assert_ended(counts[0], AIOS_STATE_DONE, AIOS_END_EXIT, 0);
		close(counts[0]);
		munmap(counts, 3 * sizeof(*counts));
	}
}

/* Fills the machine so that whoever enters next has to wait. */
static int fill_machine(pid_t *pid)
{
	uint64_t all = resource_get(AIOS_RESOURCE_CPU).capacity;
	int job = submit_cpu("/", all, all);

	*pid = job_start(job, work_sleep, NULL);
	return job;
}

static void enter_and_exit(void *job)
{
	ASSERT_OK(job_enter((long)job, NULL));
}

TEST(enter_waits)
{
	pid_t holder, pid;
	int full = fill_machine(&holder);
	int job = small_job();
	struct aios_stat s;

	pid = spawn(enter_and_exit, (void *)(long)job);
	decided_and_queued(job);
	s = job_stat(job);
	ASSERT_EQ(s.position, 1);
	ASSERT_EQ(s.why.code, AIOS_WHY_NOT_NOW);
	ASSERT_EQ(s.why.resource, AIOS_RESOURCE_CPU);
	/* A second one is told at once, and not made to wait. */
	ASSERT_ERR(job_enter(job, NULL), EBUSY);
	job_finish(full, holder);
	reap_ok(pid);
	assert_ended(job, AIOS_STATE_DONE, AIOS_END_EXIT, 0);
	close(job);
}

TEST(enter_times_out)
{
	pid_t holder;
	int full = fill_machine(&holder);
	int job = small_job();
	struct aios_why why;
	long long start = now_ns();

	ASSERT_ERR(job_enter_until(job, start + SECOND / 5, &why), ETIMEDOUT);
	ASSERT_GE(now_ns() - start, SECOND / 5);
	ASSERT_WITHIN(start, 3000);
	ASSERT_EQ(why.code, AIOS_WHY_NOT_NOW);
	/* It is still queued, and can be tried again; a past time is no wait. */
	ASSERT_EQ(job_state(job), AIOS_STATE_QUEUED);
	ASSERT(!(job_stat(job).flags & AIOS_JOB_READY));
	start = now_ns();
	ASSERT_ERR(job_enter_until(job, 1, NULL), ETIMEDOUT);
	ASSERT_WITHIN(start, 1000);
	job_finish(full, holder);
	CHILD {
		ASSERT_OK(job_enter_until(job, now_ns() + patience_ns(5000), NULL));
	}
	assert_ended(job, AIOS_STATE_DONE, AIOS_END_EXIT, 0);
}

static volatile int handled;

static void on_signal(int sig)
{
	(void)sig;
	handled++;
}

static void interrupted(void *arg)
{
	long *a = arg;	/* the job, flags of sigaction, the errno to see */
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = a[1] };

	ASSERT_OK(sigaction(SIGUSR1, &act, NULL));
	if (a[2])
		ASSERT_ERR(job_enter(a[0], NULL), a[2]);
	else
		ASSERT_OK(job_enter(a[0], NULL));
	ASSERT_EQ(handled, 1);
}

TEST(enter_is_interruptible)
{
	pid_t holder, pid;
	int full = fill_machine(&holder);
	int job = small_job();

	pid = spawn(interrupted, (long[]){ job, 0, EINTR });
	ASSERT_SOON(job_stat(job).flags & AIOS_JOB_READY, 2000);
	kill(pid, SIGUSR1);
	reap_ok(pid);
	ASSERT_SOON(!(job_stat(job).flags & AIOS_JOB_READY), 2000);
	/* With SA_RESTART it goes on waiting. */
	pid = spawn(interrupted, (long[]){ job, SA_RESTART, 0 });
	ASSERT_SOON(job_stat(job).flags & AIOS_JOB_READY, 2000);
	kill(pid, SIGUSR1);
	ASSERT_SOON(job_stat(job).flags & AIOS_JOB_READY && asleep(pid), 2000);
	job_finish(full, holder);
	reap_ok(pid);
	assert_ended(job, AIOS_STATE_DONE, AIOS_END_EXIT, 0);
}

struct from_thread {
	int job;
	pid_t tid;
};

static void *thread_enter(void *arg)
{
	struct from_thread *t = arg;

	t->tid = gettid();
	ASSERT_OK(job_enter(t->job, NULL));
	return NULL;
}

static void *thread_idle(void *unused)
{
	work_sleep(unused);
	return NULL;
}

/* The whole thread group goes in, whichever of its threads called. */
TEST(enter_from_a_thread)
{
	int job = small_job();
	pid_t pid;
	int *ready = shared(sizeof(*ready));

	pid = fork();
	if (!pid) {
		struct from_thread t = { .job = job };
		char directory[4096], threads[256];
		pthread_t thread, idle;
		unsigned int nr = 0;

		pthread_create(&idle, NULL, thread_idle, NULL);
		pthread_create(&thread, NULL, thread_enter, &t);
		pthread_join(thread, NULL);
		job_directory(job, directory, sizeof(directory));
		ASSERT_EQ(cg_number(directory, "cgroup.procs"), getpid());
		ASSERT_EQ(job_stat(job).pid, getpid());
		ASSERT(cg_read(directory, "cgroup.threads", threads, sizeof(threads)));
		for (char *p = strtok(threads, "\n"); p; p = strtok(NULL, "\n"))
			nr++;
		ASSERT_GE(nr, 2);
		/* Once more from the first thread. */
		ASSERT_ERR(job_enter(job, NULL), EALREADY);
		*ready = 1;
		_exit(3);
	}
	ASSERT_EQ(reap(pid), 3 << 8);
	ASSERT_EQ(*ready, 1);
	assert_ended(job, AIOS_STATE_FAILED, AIOS_END_EXIT, 3);
}

static void exit_from_main_thread(void *unused)
{
	pthread_t idle;

	(void)unused;
	pthread_create(&idle, NULL, thread_idle, NULL);
	pthread_exit(NULL);
}

/* Its first thread is gone, the process is not. */
TEST(leader_exits_before_its_threads)
{
	int job = small_job();
	pid_t pid = job_start(job, exit_from_main_thread, NULL);

	ASSERT_SOON(process_state(pid) == 'Z', 3000);
	another_job();
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	kill(pid, SIGKILL);
	reap_signal(pid, SIGKILL);
	assert_ended(job, AIOS_STATE_FAILED, AIOS_END_SIGNAL, SIGKILL);
}

/* ------------------------------------------------------------ cancel, abandon */

TEST(cancel_queued)
{
	int job = small_job();
	struct aios_why why;

	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	assert_ended(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
	ASSERT_ERR(job_enter(job, NULL), ECANCELED);
	ASSERT_ERR(job_signal(job, AIOS_IOC_CANCEL, &why), ECANCELED);
	ASSERT_EQ(why.code, AIOS_WHY_STATE);
	ASSERT_U64(why.asked, AIOS_STATE_CANCELLED);
	ASSERT_ERR(job_signal(job, AIOS_IOC_SUSPEND, &why), ECANCELED);
	ASSERT_EQ(why.code, AIOS_WHY_STATE);
}

static void enter_cancelled(void *job)
{
	ASSERT_ERR(job_enter((long)job, NULL), ECANCELED);
}

TEST(cancel_while_entering)
{
	pid_t holder, pid;
	int full = fill_machine(&holder);
	int job = small_job();

	pid = spawn(enter_cancelled, (void *)(long)job);
	ASSERT_SOON(job_stat(job).flags & AIOS_JOB_READY, 2000);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	reap_ok(pid);
	assert_ended(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
	job_finish(full, holder);
}

static void ignore_signals(void *unused)
{
	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_IGN);
	work_sleep(unused);
}

TEST(cancel_running)
{
	int job = small_job();
	pid_t pid = job_start(job, ignore_signals, NULL);

	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	reap_signal(pid, SIGKILL);
	assert_ended(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
}

TEST(cancel_suspended)
{
	int job = small_job();
	pid_t pid = job_start(job, work_sleep, NULL);

	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(job, AIOS_STATE_SUSPENDED);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	reap_signal(pid, SIGKILL);
	assert_ended(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
}

/* Stops a process at its end, for as long as this one lives. */
static void trace_exit(void *pid)
{
	ASSERT_OK(ptrace(PTRACE_SEIZE, (pid_t)(long)pid, NULL, (void *)PTRACE_O_TRACEEXIT));
	kill(getpid(), SIGSTOP);
}

/* It computes no more, and says who does not let it end. */
TEST(cancelled_and_held_by_a_tracer)
{
	int job = small_job();
	pid_t pid = job_start(job, work_sleep, NULL);
	pid_t tracer = spawn(trace_exit, (void *)(long)pid);
	struct aios_group_stat root;
	struct aios_stat s;

	ASSERT_SOON(process_state(tracer) == 'T', 3000);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	ASSERT_SOON(job_stat(job).why.code == AIOS_WHY_HELD, 10000);
	s = job_stat(job);
	ASSERT_U64(s.why.asked, tracer);
	ASSERT_EQ(s.state, AIOS_STATE_SUSPENDED);
	ASSERT_U64(s.grant[AIOS_RESOURCE_CPU], 0);
	ASSERT_OK(group_stat("/", &root));
	ASSERT_U64(root.charged[AIOS_RESOURCE_CPU], 0);
	kill(tracer, SIGKILL);
	reap(tracer);
	reap_signal(pid, SIGKILL);
	assert_ended(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
}

static unsigned long active_tasks(void)
{
	FILE *f = fopen("/proc/slabinfo", "re");
	unsigned long n = 0;
	char line[512];

	ASSERT(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "task_struct %lu", &n) == 1)
			break;
	fclose(f);
	return n;
}

#define ENDED	200

/* Jobs that have ended are remembered, and nothing of their processes is. */
TEST(ended_jobs_hold_no_process)
{
	unsigned long before;

	/* There freed memory is kept back for a time. */
	if (scale() > 1)
		skip("this kernel checks its memory");
	another_job();
	before = active_tasks();
	if (!before)
		skip("this kernel does not count its tasks");
	for (unsigned int i = 0; i < ENDED; i++)
		another_job();
	ASSERT_SOON(active_tasks() < before + ENDED / 2, 5000);
}

TEST(cancel_names_who_did_it)
{
	int *job = shared(sizeof(*job));
	uint64_t *id = shared(sizeof(*id));
	int sync[2];
	pid_t pid;

	ASSERT_OK(pipe(sync));
	pid = fork();
	if (!pid) {
		become(ALICE);
		dev_forget();
		*job = small_job();
		*id = job_stat(*job).id;
		ASSERT_EQ(write(sync[1], "x", 1), 1);
		assert_ended(*job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
		/* And once by herself. */
		*job = small_job();
		ASSERT_OK(job_signal(*job, AIOS_IOC_CANCEL, NULL));
		assert_ended(*job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, ALICE);
		_exit(0);
	}
	ASSERT_EQ(read(sync[0], &(char){ 0 }, 1), 1);
	ASSERT_OK(job_signal(job_open(*id), AIOS_IOC_CANCEL, NULL));
	reap_ok(pid);
}

/* Closing the last descriptor before anybody entered; not before it is the last. */
TEST(abandoned)
{
	struct aios_submit s = ask("/");
	unsigned int held = jobs_held();
	int second, third;

	submit_ok(&s);
	second = dup(s.fd);
	third = ASSERT_OK(job_open(s.id));
	close(s.fd);
	close(second);
	another_job();
	ASSERT_EQ(job_state(third), AIOS_STATE_QUEUED);
	close(third);
	ASSERT_SOON(jobs_held() == held, 2000);
	/* It is remembered for a while. */
	third = ASSERT_OK(job_open(s.id));
	assert_ended(third, AIOS_STATE_CANCELLED, AIOS_END_ABANDONED, 0);
}

TEST(closed_while_running)
{
	struct aios_submit s = ask("/");
	unsigned int held = jobs_held();
	pid_t pid;
	int job;

	submit_ok(&s);
	pid = job_start(s.fd, work_sleep, NULL);
	close(s.fd);
	/* The worker's copy went with its descriptors only if it closed them. */
	another_job();
	ASSERT_EQ(jobs_held(), held + 1);
	job = ASSERT_OK(job_open(s.id));
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	kill(pid, SIGKILL);
	reap(pid);
	assert_ended(job, AIOS_STATE_FAILED, AIOS_END_SIGNAL, SIGKILL);
}

static void close_and_sleep(void *job)
{
	close((long)job);
	work_sleep(NULL);
}

TEST(runs_without_any_descriptor)
{
	struct aios_submit s = ask("/");
	unsigned int held = jobs_held();
	pid_t pid;
	int job;

	submit_ok(&s);
	pid = job_start(s.fd, close_and_sleep, (void *)(long)s.fd);
	close(s.fd);
	another_job();
	ASSERT_EQ(jobs_held(), held + 1);
	job = ASSERT_OK(job_open(s.id));
	ASSERT_EQ(job_stat(job).pid, pid);
	close(job);
	kill(pid, SIGKILL);
	reap(pid);
	ASSERT_SOON(jobs_held() == held, 3000);
	job = ASSERT_OK(job_open(s.id));
	assert_ended(job, AIOS_STATE_FAILED, AIOS_END_SIGNAL, SIGKILL);
}

/* --------------------------------------------------------- processes within */

static void daemonise(void *arg)
{
	pid_t *daemon = arg;
	pid_t pid = fork();

	if (pid)
		_exit(0);
	setsid();
	pid = fork();
	if (pid)
		_exit(0);
	*daemon = getpid();
	work_sleep(NULL);
}

/* Who entered is gone, but his daemon is the job as long as it lives. */
TEST(daemonises)
{
	pid_t *daemon = shared(sizeof(*daemon));
	int job = small_job();
	pid_t pid = job_start(job, daemonise, daemon);

	reap_ok(pid);
	ASSERT_SOON(*daemon, 2000);
	another_job();
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	kill(*daemon, SIGKILL);
	/* The status is that of the process that entered. */
	assert_ended(job, AIOS_STATE_DONE, AIOS_END_EXIT, 0);
}

TEST(cancel_reaches_a_daemon)
{
	pid_t *daemon = shared(sizeof(*daemon));
	int job = small_job();
	pid_t pid = job_start(job, daemonise, daemon);

	reap_ok(pid);
	ASSERT_SOON(*daemon, 2000);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	assert_ended(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
	ASSERT_SOON(!alive(*daemon), 2000);
}

static void bomb(void *refused)
{
	for (;;) {
		pid_t pid = fork();

		if (pid < 0) {
			if (errno == EAGAIN)
				(*(volatile int *)refused)++;
			usleep(1000);
		}
	}
}

static unsigned int count_processes(const char *directory)
{
	char procs[4096];
	unsigned int nr = 0;

	ASSERT(cg_read(directory, "cgroup.procs", procs, sizeof(procs)));
	for (char *p = strtok(procs, "\n"); p; p = strtok(NULL, "\n"))
		nr++;
	return nr;
}

TEST(fork_bomb)
{
	int *refused = shared(sizeof(*refused));
	struct aios_submit s = ask("/");
	char directory[4096];
	pid_t pid;
	int job;

	want(&s, AIOS_RESOURCE_PIDS, 16, 16);
	want(&s, AIOS_RESOURCE_CPU, 10, 1000);
	job = submit_ok(&s);
	pid = job_start(job, bomb, refused);
	job_directory(job, directory, sizeof(directory));
	ASSERT_U64(cg_number(directory, "pids.max"), 16);
	/* A fork is refused at its end, which takes a slow kernel its time. */
	ASSERT_SOON(*refused > 100 / scale(), 10000);
	ASSERT_EQ(count_processes(directory), 16);
	/* The kernel counts who is about to be refused, too, for that moment. */
	ASSERT_SOON(job_stat(job).use[AIOS_RESOURCE_PIDS] == 16, 3000);
	/* One call ends them all. */
	job_finish(job, pid);
	ASSERT_ERR(access(directory, F_OK), ENOENT);
}

/* ------------------------------------------------- the submitter dies at a step */

enum step { SUBMITTED, ENTERING, ENTERED, SUSPENDED, WAITING, POLLING, STEPS };

/* What a submitter is about to do for ever; shared with it. */
struct submitter {
	enum step step;
	int there;
};

static void submitter(void *arg)
{
	struct submitter *s = arg;
	int job = small_job();
	struct aios_wait w;

	if (s->step == ENTERED || s->step == SUSPENDED)
		ASSERT_OK(job_enter(job, NULL));
	__atomic_store_n(&s->there, 1, __ATOMIC_RELEASE);
	switch (s->step) {
	case ENTERING:
		job_enter(job, NULL);
		break;
	case SUSPENDED:
		/* It never returns from this one. */
		job_signal(job, AIOS_IOC_SUSPEND, NULL);
		break;
	case WAITING:
		job_wait(job, 0, 0, &w);
		break;
	case POLLING:
		poll(&(struct pollfd){ .fd = job, .events = POLLHUP }, 1, -1);
		break;
	default:
		break;
	}
	work_sleep(NULL);
}

TEST(killed_at_each_step)
{
	struct submitter *s = shared(sizeof(*s));

	for (s->step = 0; s->step < STEPS; s->step++) {
		unsigned int held = jobs_held();
		pid_t holder = 0, pid;
		int full = -1;

		s->there = 0;
		if (s->step == ENTERING)
			full = fill_machine(&holder);
		pid = spawn(submitter, s);
		ASSERT_SOON(__atomic_load_n(&s->there, __ATOMIC_ACQUIRE), 2000);
		ASSERT_SOON(asleep(pid) || process_state(pid) == 'D', 2000);
		ASSERT_EQ(jobs_held(), held + (full >= 0) + 1);
		kill(pid, SIGKILL);
		reap_signal(pid, SIGKILL);
		ASSERT_SOON(jobs_held() == held + (full >= 0), 3000);
		if (full >= 0)
			job_finish(full, holder);
	}
}

/* Killed at an arbitrary instant of submit, enter and exit, often. */
TEST(killed_at_any_instant)
{
	unsigned int held = jobs_held();

	for (unsigned int i = 0; i < 150; i++) {
		pid_t pid = fork();

		if (!pid) {
			for (;;) {
				int job = small_job();

				if (!fork()) {
					job_enter(job, NULL);
					_exit(0);
				}
				wait(NULL);
				close(job);
			}
		}
		usleep(i * 97 % 9000);
		kill(pid, SIGKILL);
		reap(pid);
	}
	ASSERT_SOON(jobs_held() == held, 5000);
}
