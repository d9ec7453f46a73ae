// SPDX-License-Identifier: GPL-2.0
/*
 * What a job may run at most: how it ends, what its clock counts, whose limit holds, and
 * who may set it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "calls.h"
#include "harness.h"

#define SECOND		1000000000ULL
#define HOUR		(3600 * SECOND)
#define GROUP		"/kt-time"
#define BELOW		"/kt-time/below"
#define OTHERS		"/sys/fs/cgroup/kt-time-others"

static int submit_limited(const char *group, uint64_t max_runtime_ns)
{
	struct aios_submit s = ask(group);

	want(&s, AIOS_RESOURCE_CPU, 10, 1000);
	s.max_runtime_ns = max_runtime_ns;
	return submit_ok(&s);
}

static int set_runtime(const char *path, uint64_t max_runtime_ns, struct aios_why *why)
{
	struct aios_limit l = limit_args(path);
	int ret;

	l.flags = AIOS_LIMIT_MAX_RUNTIME;
	l.max_runtime_ns = max_runtime_ns;
	ret = ioctl(dev(), AIOS_IOC_LIMIT, &l);
	if (why)
		*why = l.why;
	return ret;
}

static int update_runtime(int job, uint64_t max_runtime_ns, struct aios_why *why)
{
	struct aios_update u = job_update_args();
	int ret;

	u.flags = AIOS_UPDATE_MAX_RUNTIME;
	u.max_runtime_ns = max_runtime_ns;
	ret = ioctl(job, AIOS_IOC_UPDATE, &u);
	if (why)
		*why = u.why;
	return ret;
}

static void assert_ended(int job, uint32_t end, uint32_t code)
{
	struct aios_wait w = job_wait_end(job);
	struct aios_stat s = job_stat(job);

	ASSERT_EQ(w.end, end);
	ASSERT_EQ(w.code, code);
	ASSERT_U64(s.stop_ns, 0);
	ASSERT(!(s.flags & AIOS_JOB_ENDING));
}

static uint64_t ran(int job)
{
	struct aios_stat s = job_stat(job);

	return s.end_ns - s.start_ns;
}

/* Who does not heed the warning is killed when the time is up, with all that he started. */
TEST(killed_at_the_limit)
{
	int job = submit_limited("/", SECOND);
	pid_t pid;

	signal(SIGTERM, SIG_IGN);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_SOON(job_stat(job).flags & AIOS_JOB_ENDING ||
		    job_state(job) == AIOS_STATE_FAILED, 3000);
	assert_ended(job, AIOS_END_TIME_LIMIT, SIGKILL);
	ASSERT_EQ(job_state(job), AIOS_STATE_FAILED);
	ASSERT_GE(ran(job), SECOND);
	reap_signal(pid, SIGKILL);
}

/* What the first process has left behind is ended, too. */
static void work_leave(void *arg)
{
	if (!fork())
		work_sleep(arg);
	_exit(0);
}

TEST(killed_with_what_is_left)
{
	int job = submit_limited("/", SECOND);
	pid_t pid;

	signal(SIGTERM, SIG_IGN);
	pid = job_start(job, work_leave, NULL);
	reap_ok(pid);
	assert_ended(job, AIOS_END_TIME_LIMIT, SIGKILL);
	ASSERT_GE(ran(job), SECOND);
}

static void leave_well(int sig)
{
	(void)sig;
	_exit(0);
}

static void leave_badly(int sig)
{
	(void)sig;
	_exit(3);
}

/*
 * A tenth of the time before its end a job is told. What it makes of the warning is its
 * own end, for it may have saved its work, but for dying of it.
 */
TEST(warned_before_the_limit)
{
	/* The tenth is time enough to be told and to end, on a slow machine, too. */
	uint64_t limit = (scale() > 1 ? 40 : 10) * SECOND;
	void (*const handlers[])(int sig) = { SIG_DFL, leave_well, leave_badly };
	pid_t pids[ARRAY_SIZE(handlers)];
	int jobs[ARRAY_SIZE(handlers)];

	for (unsigned int i = 0; i < ARRAY_SIZE(handlers); i++) {
		jobs[i] = submit_limited("/", limit);
		signal(SIGTERM, handlers[i]);
		pids[i] = job_start(jobs[i], work_sleep, NULL);
	}
	sleep_ms(limit * 9 / 10 / 1000000);
	assert_ended(jobs[0], AIOS_END_TIME_LIMIT, SIGTERM);
	ASSERT_EQ(job_state(jobs[0]), AIOS_STATE_FAILED);
	ASSERT_GE(ran(jobs[0]), limit * 9 / 10);
	reap_signal(pids[0], SIGTERM);
	assert_ended(jobs[1], AIOS_END_EXIT, 0);
	ASSERT_EQ(job_state(jobs[1]), AIOS_STATE_DONE);
	assert_ended(jobs[2], AIOS_END_EXIT, 3);
	reap(pids[1]);
	reap(pids[2]);
}

static uint64_t expected_end(int job)
{
	struct aios_explain e = { .size = sizeof(e) };

	ASSERT_OK(ioctl(job, AIOS_IOC_EXPLAIN, &e));
	return e.end_ns;
}

/* The clock begins when a process enters, and the end is told by STAT and by the page. */
TEST(the_end_is_told)
{
	int job = submit_limited("/", HOUR);
	const volatile struct aios_status *page;
	struct aios_stat s = job_stat(job);
	pid_t pid;

	ASSERT_U64(s.max_runtime_ns, HOUR);
	ASSERT_U64(s.stop_ns, 0);
	page = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED, job, 0);
	ASSERT(page != MAP_FAILED);
	ASSERT_U64(page->stop_ns, 0);
	pid = job_start(job, work_sleep, NULL);
	s = job_stat(job);
	ASSERT_U64(s.stop_ns, s.start_ns + HOUR);
	ASSERT_U64(page->stop_ns, s.stop_ns);
	/* Nothing else is known of its run time. */
	ASSERT_U64(s.expected_runtime_ns, 0);
	ASSERT_GE(expected_end(job), s.submit_ns + HOUR);
	ASSERT_LE(expected_end(job), s.start_ns + HOUR);
	ASSERT(!(s.flags & AIOS_JOB_ENDING));
	job_finish(job, pid);
	ASSERT_U64(page->stop_ns, 0);
}

static void assert_runtimes(int job, uint64_t estimated, uint32_t estimated_source,
			    uint64_t most, uint32_t most_source)
{
	struct aios_stat s = job_stat(job);

	ASSERT_U64(s.estimated_runtime_ns, estimated);
	ASSERT_EQ(s.estimated_source, estimated_source);
	ASSERT_U64(s.most_runtime_ns, most);
	ASSERT_EQ(s.most_source, most_source);
}

static int submit_timed(uint64_t expected_runtime_ns, uint64_t max_runtime_ns)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, 10, 1000);
	s.expected_runtime_ns = expected_runtime_ns;
	s.max_runtime_ns = max_runtime_ns;
	return submit_ok(&s);
}

/* What it is expected to run and what it may run at most are told with their sources. */
TEST(two_run_times)
{
	assert_runtimes(submit_timed(0, 0), 0, AIOS_RUNTIME_UNKNOWN, 0, AIOS_RUNTIME_UNKNOWN);
	assert_runtimes(submit_timed(HOUR, 0), HOUR, AIOS_RUNTIME_STATED,
			HOUR, AIOS_RUNTIME_STATED);
	assert_runtimes(submit_timed(HOUR, 2 * HOUR), HOUR, AIOS_RUNTIME_STATED,
			2 * HOUR, AIOS_RUNTIME_LIMIT);
	assert_runtimes(submit_timed(0, 2 * HOUR), 2 * HOUR, AIOS_RUNTIME_LIMIT,
			2 * HOUR, AIOS_RUNTIME_LIMIT);
	assert_runtimes(submit_timed(3 * HOUR, 2 * HOUR), 2 * HOUR, AIOS_RUNTIME_LIMIT,
			2 * HOUR, AIOS_RUNTIME_LIMIT);
}

/* Who outlives what was expected is expected to run what he may; a limit stays. */
TEST(an_outlived_run_time_is_corrected)
{
	int limited = submit_timed(1, HOUR), stated = submit_timed(1, 0);
	pid_t pids[2] = { job_start(limited, work_sleep, NULL),
			  job_start(stated, work_sleep, NULL) };
	struct aios_stat s;

	assert_runtimes(limited, HOUR, AIOS_RUNTIME_CORRECTED, HOUR, AIOS_RUNTIME_LIMIT);
	s = job_stat(limited);
	ASSERT_GE(expected_end(limited), s.submit_ns + HOUR);
	ASSERT_LE(expected_end(limited), s.start_ns + HOUR);
	s = job_stat(stated);
	ASSERT_GE(s.estimated_runtime_ns, s.start_ns - s.admit_ns);
	ASSERT_U64(s.estimated_runtime_ns, s.most_runtime_ns);
	ASSERT_EQ(s.estimated_source, AIOS_RUNTIME_CORRECTED);
	ASSERT_EQ(s.most_source, AIOS_RUNTIME_CORRECTED);
	/* It may end at any moment. */
	ASSERT_GE(expected_end(stated), s.start_ns);
	ASSERT_U64(s.expected_runtime_ns, 1);
	job_finish(limited, pids[0]);
	job_finish(stated, pids[1]);
}

/* Whatever it is suspended for, it can run as long as before. */
TEST(suspended_time_does_not_count)
{
	int job = submit_limited("/", HOUR);
	pid_t pid = job_start(job, work_sleep, NULL);
	uint64_t stop = job_stat(job).stop_ns;
	struct aios_stat s;

	for (unsigned int i = 0; i < 3; i++) {
		ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
		job_wait_state(job, AIOS_STATE_SUSPENDED);
		ASSERT_U64(job_stat(job).stop_ns, 0);
		sleep_ms(20);
		/* What is set meanwhile counts from the same begin. */
		ASSERT_OK(update_runtime(job, (i + 2) * HOUR, NULL));
		ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
		job_wait_state(job, AIOS_STATE_RUNNING);
		s = job_stat(job);
		ASSERT_GE(s.suspended_duration_ns, (i + 1) * 20000000ULL);
		ASSERT_U64(s.stop_ns, stop + (i + 1) * HOUR + s.suspended_duration_ns);
	}
	job_finish(job, pid);
}

/* A time that is over already is over at once, and one that is taken back does nothing. */
TEST(changed_while_it_runs)
{
	int job = submit_limited("/", 0);
	pid_t pid = job_start(job, work_sleep, NULL);
	struct aios_why why;

	ASSERT_U64(job_stat(job).stop_ns, 0);
	ASSERT_U64(job_stat(job).max_runtime_ns, 0);
	ASSERT_OK(update_runtime(job, HOUR, NULL));
	ASSERT_U64(job_stat(job).stop_ns, job_stat(job).start_ns + HOUR);
	ASSERT_OK(update_runtime(job, AIOS_UNLIMITED, NULL));
	ASSERT_U64(job_stat(job).stop_ns, 0);
	ASSERT_ERR(update_runtime(job, AIOS_UNLIMITED - 1, &why), EINVAL);
	ASSERT_EQ(why.code, AIOS_WHY_VALUE);
	ASSERT_OK(update_runtime(job, 1, NULL));
	job_wait_end(job);
	ASSERT_EQ(job_stat(job).end, AIOS_END_TIME_LIMIT);
	reap(pid);
}

/* The limit of a group is that of its jobs, and of those in the groups below. */
TEST(limit_of_a_group)
{
	struct aios_limit l;

	group_make(GROUP);
	group_make(BELOW);
	ASSERT_U64(limit_get(GROUP).max_runtime_ns, AIOS_UNLIMITED);
	ASSERT_U64(limit_get(GROUP).effective_runtime_ns, AIOS_UNLIMITED);
	ASSERT_OK(set_runtime(GROUP, 2 * HOUR, NULL));
	l = limit_get(BELOW);
	ASSERT_U64(l.max_runtime_ns, AIOS_UNLIMITED);
	ASSERT_U64(l.effective_runtime_ns, 2 * HOUR);
	ASSERT_U64(job_stat(submit_limited(BELOW, 0)).max_runtime_ns, 2 * HOUR);
	ASSERT_U64(job_stat(submit_limited(BELOW, HOUR)).max_runtime_ns, HOUR);
	/* An administrator's own job is his affair. */
	ASSERT_U64(job_stat(submit_limited(BELOW, 3 * HOUR)).max_runtime_ns, 3 * HOUR);
	ASSERT_U64(job_stat(submit_limited(BELOW, AIOS_UNLIMITED)).max_runtime_ns, 0);
	ASSERT_OK(set_runtime(BELOW, HOUR, NULL));
	ASSERT_U64(limit_get(BELOW).effective_runtime_ns, HOUR);
	ASSERT_U64(job_stat(submit_limited(BELOW, 0)).max_runtime_ns, HOUR);
	ASSERT_U64(job_stat(submit_limited(GROUP, 0)).max_runtime_ns, 2 * HOUR);
	ASSERT_OK(set_runtime(BELOW, AIOS_UNLIMITED, NULL));
	ASSERT_OK(set_runtime(GROUP, AIOS_UNLIMITED, NULL));
	ASSERT_U64(job_stat(submit_limited(BELOW, 0)).max_runtime_ns, 0);
	ASSERT_ERR(set_runtime(GROUP, 0, NULL), EINVAL);
	ASSERT_ERR(set_runtime(GROUP, AIOS_UNLIMITED - 1, NULL), EINVAL);
}

static void assert_too_long(const struct aios_why *why, uint64_t group, uint64_t asked)
{
	ASSERT_EQ(why->code, AIOS_WHY_TIME_LIMIT);
	ASSERT_U64(why->group, group);
	ASSERT_U64(why->asked, asked);
	ASSERT_U64(why->available, HOUR);
}

/* A user asks for less than his group's limit, and for no more, now and later. */
TEST(a_user_asks_for_more)
{
	uint64_t group = group_make(GROUP);

	ASSERT_OK(set_runtime(GROUP, HOUR, NULL));
	AS_USER(ALICE) {
		struct aios_limit l = { .size = sizeof(l) };
		struct aios_submit s = ask(GROUP);
		struct aios_why why;

		ASSERT_ERR(set_runtime(GROUP, 2 * HOUR, NULL), EPERM);
		s.max_runtime_ns = HOUR + 1;
		ASSERT_ERR(submit(&s), EPERM);
		assert_too_long(&s.why, group, HOUR + 1);
		s.flags = AIOS_SUBMIT_DRY_RUN;
		ASSERT_ERR(submit(&s), EPERM);
		s.flags = 0;
		s.max_runtime_ns = AIOS_UNLIMITED;
		ASSERT_ERR(submit(&s), EPERM);
		assert_too_long(&s.why, group, AIOS_UNLIMITED);
		s.max_runtime_ns = HOUR / 2;
		submit_ok(&s);
		ASSERT_ERR(update_runtime(s.fd, HOUR + 1, &why), EPERM);
		assert_too_long(&why, group, HOUR + 1);
		ASSERT_ERR(update_runtime(s.fd, AIOS_UNLIMITED, &why), EPERM);
		ASSERT_U64(job_stat(s.fd).max_runtime_ns, HOUR / 2);
		ASSERT_OK(update_runtime(s.fd, 0, NULL));
		ASSERT_U64(job_stat(s.fd).max_runtime_ns, HOUR);
		l.flags = AIOS_LIMIT_JOB | AIOS_LIMIT_MAX_RUNTIME;
		l.id = s.id;
		l.max_runtime_ns = 2 * HOUR;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EPERM);
		assert_too_long(&l.why, group, 2 * HOUR);
		l.max_runtime_ns = HOUR / 4;
		ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
		ASSERT_U64(l.max_runtime_ns, HOUR / 4);
		ASSERT_U64(job_stat(s.fd).max_runtime_ns, HOUR / 4);
	}
}

/* What is stated by an administrator is kept, and what he sets later is for later jobs. */
TEST(what_a_job_has_stays)
{
	int job, other;

	group_make(GROUP);
	job = submit_limited(GROUP, 3 * HOUR);
	ASSERT_OK(set_runtime(GROUP, HOUR, NULL));
	other = submit_limited(GROUP, 0);
	ASSERT_U64(job_stat(job).max_runtime_ns, 3 * HOUR);
	ASSERT_OK(set_runtime(GROUP, 2 * HOUR, NULL));
	ASSERT_U64(job_stat(other).max_runtime_ns, HOUR);
}

/* The processes of an adopted cgroup are somebody else's: it is given back. */
TEST(adopted)
{
	struct aios_submit s = ask("/");
	char text[16];
	pid_t pid;

	ASSERT_OK(mkdir(OTHERS, 0755));
	pid = fork();
	if (!pid)
		work_sleep(NULL);
	snprintf(text, sizeof(text), "%d", pid);
	ASSERT_OK(file_write(OTHERS "/cgroup.procs", text));
	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = ASSERT_OK(open(OTHERS, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	s.max_runtime_ns = SECOND / 10;
	want(&s, AIOS_RESOURCE_CPU, 100, 300);
	submit_ok(&s);
	close(s.cgroup_fd);
	assert_ended(s.fd, AIOS_END_TIME_LIMIT, 0);
	ASSERT(alive(pid));
	ASSERT_U64(cg_cpu_max(OTHERS), AIOS_UNLIMITED);
	kill(pid, SIGKILL);
	reap_signal(pid, SIGKILL);
	ASSERT_SOON(!rmdir(OTHERS), 3000);
}
