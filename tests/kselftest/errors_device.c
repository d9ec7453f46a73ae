// SPDX-License-Identifier: GPL-2.0
/*
 * Every errno that the header promises of jobs and groups, at each call of /dev/aios. What
 * every call can answer abi.c sweeps over all of them; limits, policies and accelerators are in
 * errors_machine.c, the calls of a job in errors_job.c.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"
#include "promise.h"

#define GROUP		"/kt-errors"
#define BELOW		GROUP "/below"
#define NOWHERE		"/kt-nowhere"
#define EMPTY		"/sys/fs/cgroup/kt-empty"
#define PARAMETERS	"/sys/module/aios/parameters/"

/* Longer than any path, and any name. */
static const char *too_long(void)
{
	static char text[AIOS_PATH_MAX + 2];

	memset(text, 'x', sizeof(text) - 1);
	text[0] = '/';
	return text;
}

/* The answer while a parameter of the module has another value. */
static int with_parameter(const char *name, const char *value, int (*fn)(void))
{
	char path[128], before[32];
	int answer;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	ASSERT(file_read(path, before, sizeof(before)));
	ASSERT_OK(file_write(path, value));
	answer = fn();
	ASSERT_OK(file_write(path, before));
	return answer;
}

/* A resource that nothing on this machine holds; AIOS_RESOURCE_MAX: there is none. */
static unsigned int unheld(void)
{
	unsigned int nr = info_get(NULL, 0).nr_resources, r;

	for (r = 0; r < nr; r++)
		if (resource_get(r).how == AIOS_HOW_NONE)
			return r;
	return AIOS_RESOURCE_MAX;
}

/* ------------------------------------------------------------------- SUBMIT */

static int submit_answer(struct aios_submit *s)
{
	int answer = errno_of(submit(s));

	if (!answer)
		close(s->fd);
	return answer;
}

static int submit_nowhere(void)
{
	struct aios_submit s = ask(NOWHERE);

	return submit_answer(&s);
}

static int ask_priority(void)
{
	struct aios_submit s = ask("/");

	s.priority = AIOS_PRIORITY_DEFAULT + 1;
	return submit_answer(&s);
}

static int submit_without_right(void)
{
	return as_somebody(ask_priority);
}

static int submit_request_above_limit(void)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, 2, 1);
	return submit_answer(&s);
}

static int submit_long_path(void)
{
	struct aios_submit s = ask(too_long());

	return submit_answer(&s);
}

static int submit_unheld(void)
{
	struct aios_submit s = ask("/");

	if (unheld() == AIOS_RESOURCE_MAX)
		return NOT_HERE;
	want(&s, unheld(), 0, 1);
	return submit_answer(&s);
}

static int submit_too_much(void)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, all_cpus() + 1, AIOS_UNLIMITED);
	return submit_answer(&s);
}

static int submit_two(void)
{
	struct aios_submit s = ask("/");
	int first = submit_ok(&s), answer = submit_answer(&s);

	close(first);
	return answer;
}

static int two_as_somebody(void)
{
	return as_somebody(submit_two);
}

static int submit_too_many(void)
{
	return with_parameter("max_jobs", "1", two_as_somebody);
}

static int submit_after_cancelled(void)
{
	struct aios_submit first = ask("/"), s = ask("/");
	struct aios_depend depend = { .kind = AIOS_DEPEND_AFTEROK };
	int job = submit_ok(&first), answer;

	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	depend.job = first.id;
	s.depends = (uintptr_t)&depend;
	s.nr_depends = 1;
	s.depend_size = sizeof(depend);
	answer = submit_answer(&s);
	close(job);
	return answer;
}

static int submit_to_full_gang(void)
{
	static const char gang[] = "kt-errors";
	struct aios_submit s = ask("/");
	int member, answer;

	s.gang = (uintptr_t)gang;
	s.gang_len = strlen(gang);
	s.gang_size = 1;
	member = submit_ok(&s);
	answer = submit_answer(&s);
	close(member);
	return answer;
}

static int adopt(int fd)
{
	struct aios_submit s = ask("/");

	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = fd;
	return submit_answer(&s);
}

static int submit_closed_cgroup(void)
{
	return adopt(INT_MAX);
}

static int submit_file_as_cgroup(void)
{
	return adopt(dev());
}

static int submit_led_by_nobody(void)
{
	struct aios_submit s = ask("/");
	int answer;

	ASSERT_OK(mkdir(EMPTY, 0755));
	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = ASSERT_OK(open(EMPTY, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	s.leader = INT_MAX;
	answer = submit_answer(&s);
	close(s.cgroup_fd);
	ASSERT_OK(rmdir(EMPTY));
	return answer;
}

/* The answer of what takes one more descriptor than may be open. */
static int without_descriptors(int (*fn)(void))
{
	struct rlimit before, none = { 0 };
	int answer;

	dev();
	ASSERT_OK(getrlimit(RLIMIT_NOFILE, &before));
	none.rlim_max = before.rlim_max;
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &none));
	answer = fn();
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &before));
	return answer;
}

static int submit_one(void)
{
	struct aios_submit s = ask("/");

	return submit_answer(&s);
}

static int submit_without_descriptors(void)
{
	return without_descriptors(submit_one);
}

#define FILE_MAX	"/proc/sys/fs/file-max"

/* The answer of what takes one more file than the machine has; only root is exempt. */
static int without_files(int (*fn)(void))
{
	int *answer = shared(sizeof(*answer)), *stage = shared(sizeof(*stage));
	char before[32];
	pid_t pid;

	ASSERT(file_read(FILE_MAX, before, sizeof(before)));
	pid = fork();
	if (!pid) {
		become(ALICE);
		dev_forget();
		dev();
		__atomic_store_n(stage, 1, __ATOMIC_RELEASE);
		while (__atomic_load_n(stage, __ATOMIC_ACQUIRE) < 2)
			sleep_ms(1);
		*answer = fn();
		_exit(0);
	}
	ASSERT_SOON(__atomic_load_n(stage, __ATOMIC_ACQUIRE) == 1, 5000);
	ASSERT_OK(file_write(FILE_MAX, "1"));
	__atomic_store_n(stage, 2, __ATOMIC_RELEASE);
	reap(pid);
	ASSERT_OK(file_write(FILE_MAX, before));
	return *answer;
}

static int submit_without_files(void)
{
	return without_files(submit_one);
}

/* ----------------------------------------------------------------- JOB_OPEN */

static int open_nobodys(void)
{
	return errno_of(job_open(UINT64_MAX));
}

static uint64_t opened;

static int open_again(void)
{
	return errno_of(job_open(opened));
}

static int open_without(int (*lacking)(int (*fn)(void)))
{
	struct aios_submit s = ask(GROUP);
	int job = submit_ok(&s), answer;

	opened = s.id;
	answer = lacking(open_again);
	close(job);
	return answer;
}

static int open_without_descriptors(void)
{
	return open_without(without_descriptors);
}

static int open_without_files(void)
{
	return open_without(without_files);
}

static const struct promise of_jobs[] = {
	{ "SUBMIT", ENOENT, submit_nowhere },
	{ "SUBMIT", EPERM, submit_without_right },
	{ "SUBMIT", EINVAL, submit_request_above_limit },
	{ "SUBMIT", ENAMETOOLONG, submit_long_path },
	{ "SUBMIT", EOPNOTSUPP, submit_unheld },
	{ "SUBMIT", ENOSPC, submit_too_much },
	{ "SUBMIT", EDQUOT, submit_too_many },
	{ "SUBMIT", ECANCELED, submit_after_cancelled },
	{ "SUBMIT", EBUSY, submit_to_full_gang },
	{ "SUBMIT", EBADF, submit_closed_cgroup },
	{ "SUBMIT", ENOTDIR, submit_file_as_cgroup },
	{ "SUBMIT", ESRCH, submit_led_by_nobody },
	{ "SUBMIT", EMFILE, submit_without_descriptors },
	{ "SUBMIT", ENFILE, submit_without_files },
	{ "JOB_OPEN", ENOENT, open_nobodys },
	{ "JOB_OPEN", EMFILE, open_without_descriptors },
	{ "JOB_OPEN", ENFILE, open_without_files },
};

TEST(submitting)
{
	group_make(GROUP);
	promises_check(of_jobs, ARRAY_SIZE(of_jobs));
}

/* ------------------------------------------------------------------- groups */

static int create(const char *path)
{
	return errno_of(group_create(path, ~0U, ~0U, ~0U, NULL));
}

static int create_nowhere(void)
{
	return create(NOWHERE "/below");
}

static int create_at_root(void)
{
	return create("/kt-errors-alice");
}

static int create_without_right(void)
{
	return as_somebody(create_at_root);
}

static int create_again(void)
{
	return create(GROUP);
}

static int create_malformed(void)
{
	return create(GROUP "//");
}

static int create_long_path(void)
{
	return create(too_long());
}

static int create_below(void)
{
	return create(GROUP "/alices/below");
}

static int below_as_somebody(void)
{
	return as_somebody(create_below);
}

/* The group is his, and the only one that he may have. */
static int create_too_many(void)
{
	int answer;

	ASSERT_OK(group_create(GROUP "/alices", ALICE, ALICE, 0755, NULL));
	answer = with_parameter("max_groups", "0", below_as_somebody);
	ASSERT_OK(group_remove(GROUP "/alices"));
	return answer;
}

static int remove_nowhere(void)
{
	return errno_of(group_remove(NOWHERE));
}

static int remove_group(void)
{
	return errno_of(group_remove(GROUP));
}

static int remove_without_right(void)
{
	return as_somebody(remove_group);
}

static int remove_malformed(void)
{
	return errno_of(group_remove("kt-errors"));
}

static int remove_long_path(void)
{
	return errno_of(group_remove(too_long()));
}

static int look_at(const char *path)
{
	struct aios_group_stat g;

	return errno_of(group_stat(path, &g));
}

static int stat_nowhere(void)
{
	return look_at(NOWHERE);
}

static int stat_malformed(void)
{
	return look_at("kt-errors");
}

static int stat_long_path(void)
{
	return look_at(too_long());
}

static int stat_with_little_room(void)
{
	struct aios_group_stat g = { .size = sizeof(g) };
	char room[4];

	g.path = (uintptr_t)GROUP;
	g.path_len = strlen(GROUP);
	g.full_path = (uintptr_t)room;
	g.name_room = sizeof(room);
	return errno_of(ioctl(dev(), AIOS_IOC_GROUP_STAT, &g));
}

static int queueing_of(const char *path, unsigned int servers)
{
	struct aios_queueing q = { .size = sizeof(q) };

	q.path = (uintptr_t)path;
	q.path_len = strlen(path);
	q.servers = servers;
	return errno_of(ioctl(dev(), AIOS_IOC_QUEUEING, &q));
}

static int queueing_nowhere(void)
{
	return queueing_of(NOWHERE, 1);
}

static int queueing_servers(void)
{
	return queueing_of(GROUP, UINT_MAX);
}

static int queueing_long_path(void)
{
	return queueing_of(too_long(), 1);
}

static int predict_of(const char *name, unsigned int nr_features)
{
	static const int64_t numbers[AIOS_FEATURES_MAX + 1];
	struct aios_predict_call p = { .size = sizeof(p) };

	p.name = (uintptr_t)name;
	p.name_len = strlen(name);
	p.features = (uintptr_t)numbers;
	p.nr_features = nr_features;
	return errno_of(ioctl(dev(), AIOS_IOC_PREDICT, &p));
}

static int predict_features(void)
{
	return predict_of("job", AIOS_FEATURES_MAX + 1);
}

static int predict_long_name(void)
{
	return predict_of(too_long(), 1);
}

static int attempt_beyond(void)
{
	struct aios_attempt a = { .size = sizeof(a), .number = UINT64_MAX };

	return errno_of(ioctl(dev(), AIOS_IOC_ATTEMPT, &a));
}

static const struct promise of_groups[] = {
	{ "GROUP_CREATE", ENOENT, create_nowhere },
	{ "GROUP_CREATE", EPERM, create_without_right },
	{ "GROUP_CREATE", EEXIST, create_again },
	{ "GROUP_CREATE", EINVAL, create_malformed },
	{ "GROUP_CREATE", ENAMETOOLONG, create_long_path },
	{ "GROUP_CREATE", EDQUOT, create_too_many },
	{ "GROUP_REMOVE", ENOENT, remove_nowhere },
	{ "GROUP_REMOVE", EPERM, remove_without_right },
	{ "GROUP_REMOVE", EBUSY, remove_group },
	{ "GROUP_REMOVE", EINVAL, remove_malformed },
	{ "GROUP_REMOVE", ENAMETOOLONG, remove_long_path },
	{ "GROUP_STAT", ENOENT, stat_nowhere },
	{ "GROUP_STAT", EINVAL, stat_malformed },
	{ "GROUP_STAT", ENAMETOOLONG, stat_long_path },
	{ "GROUP_STAT", ENOSPC, stat_with_little_room },
	{ "QUEUEING", ENOENT, queueing_nowhere },
	{ "QUEUEING", EINVAL, queueing_servers },
	{ "QUEUEING", ENAMETOOLONG, queueing_long_path },
	{ "PREDICT", EINVAL, predict_features },
	{ "PREDICT", ENAMETOOLONG, predict_long_name },
	{ "ATTEMPT", ENOENT, attempt_beyond },
};

TEST(groups)
{
	group_make(GROUP);
	group_make(BELOW);
	promises_check(of_groups, ARRAY_SIZE(of_groups));
}
