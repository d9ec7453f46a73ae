// SPDX-License-Identifier: GPL-2.0
/*
 * What was promised of memory: others cannot take it, whoever is not promised any goes
 * first, and a grant is not held to below what cannot be given back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-memory"
#define BELOW	GROUP "/below"
#define MEMORY	AIOS_RESOURCE_MEMORY

static struct aios_submit ask_memory(const char *group, uint64_t request, uint64_t limit)
{
	struct aios_submit s = ask(group);

	want(&s, MEMORY, request, limit);
	return s;
}

static void group_of(uint64_t limit)
{
	group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, MEMORY, limit));
}

/* The cgroup of the group of a job. */
static void group_directory(int job, char *path, size_t len)
{
	job_directory(job, path, len);
	*strrchr(path, '/') = '\0';
}

static bool holds(int job, uint64_t mib)
{
	return job_stat(job).use[MEMORY] >= mib * MIB;
}

/* ------------------------------------------------------------------ protection */

TEST(requests_are_protected)
{
	char first_dir[4096], second_dir[4096], below_dir[4096], group_dir[4096], root[4096];
	struct aios_submit s;
	int first, second, none;
	pid_t pids[3];

	group_of(256 * MIB);
	group_make(BELOW);
	info_get(root, sizeof(root));
	s = ask_memory(BELOW, 64 * MIB, 128 * MIB);
	first = submit_ok(&s);
	pids[0] = job_start(first, work_sleep, NULL);
	s = ask_memory(GROUP, 32 * MIB, 32 * MIB);
	second = submit_ok(&s);
	pids[1] = job_start(second, work_sleep, NULL);
	s = ask(GROUP);
	none = submit_ok(&s);
	pids[2] = job_start(none, work_sleep, NULL);
	job_directory(first, first_dir, sizeof(first_dir));
	job_directory(second, second_dir, sizeof(second_dir));
	group_directory(first, below_dir, sizeof(below_dir));
	group_directory(second, group_dir, sizeof(group_dir));
	ASSERT_U64(cg_number(first_dir, "memory.min"), 64 * MIB);
	ASSERT_U64(cg_number(second_dir, "memory.min"), 32 * MIB);
	ASSERT_SOON(cg_number(below_dir, "memory.min") == 64 * MIB, 3000);
	ASSERT_SOON(cg_number(group_dir, "memory.min") == 96 * MIB, 3000);
	job_directory(none, second_dir, sizeof(second_dir));
	ASSERT_U64(cg_number(second_dir, "memory.min"), 0);
	job_finish(first, pids[0]);
	ASSERT_SOON(!cg_number(below_dir, "memory.min"), 3000);
	ASSERT_SOON(cg_number(group_dir, "memory.min") == 32 * MIB, 3000);
	job_finish(second, pids[1]);
	job_finish(none, pids[2]);
	ASSERT_SOON(!cg_number(group_dir, "memory.min"), 3000);
}

/* What an update promises is protected too, and what it takes back no more. */
TEST(an_update_moves_the_protection)
{
	struct aios_update u = job_update_args();
	char directory[4096];
	struct aios_submit s;
	pid_t pid;
	int job;

	group_of(256 * MIB);
	s = ask_memory(GROUP, 16 * MIB, 64 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	u.resource_mask = 1U << MEMORY;
	u.request[MEMORY] = 48 * MIB;
	u.limit[MEMORY] = 64 * MIB;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	ASSERT_SOON(cg_number(directory, "memory.min") == 48 * MIB, 1000);
	u.request[MEMORY] = 8 * MIB;
	ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	ASSERT_SOON(cg_number(directory, "memory.min") == 8 * MIB, 1000);
	job_finish(job, pid);
}

/* --------------------------------------------------------------------- who goes */

/* It ended for its group, which the end and its cause say. */
static void assert_group_was_full(int job)
{
	struct aios_wait w = job_wait_end(job);
	struct aios_group_stat g;
	struct aios_stat st = job_stat(job);

	ASSERT_OK(group_stat(GROUP, &g));
	ASSERT_EQ(w.state, AIOS_STATE_FAILED);
	ASSERT_EQ(w.end, AIOS_END_FULL);
	ASSERT_GE(w.code, 1);
	ASSERT_EQ(st.why.code, AIOS_WHY_FULL);
	ASSERT_EQ(st.why.resource, MEMORY);
	ASSERT_U64(st.why.group, g.id);
}

TEST(who_requests_nothing_is_bounded)
{
	char directory[4096];
	struct aios_submit s;
	pid_t good_pid, pid;
	int good, greedy;

	group_of(128 * MIB);
	s = ask_memory(GROUP, 64 * MIB, 64 * MIB);
	good = submit_ok(&s);
	good_pid = job_start(good, work_hog, (void *)48L);
	ASSERT_SOON(holds(good, 48), 10000);
	s = ask(GROUP);
	greedy = submit_ok(&s);
	pid = job_start(greedy, work_sleep, NULL);
	job_directory(greedy, directory, sizeof(directory));
	ASSERT_U64(cg_number(directory, "memory.max"), 64 * MIB);
	job_finish(greedy, pid);
	greedy = submit_ok(&s);
	reap_signal(job_launch(greedy, work_hog, (void *)100L), SIGKILL);
	assert_group_was_full(greedy);
	ASSERT(alive(good_pid));
	ASSERT_EQ(job_state(good), AIOS_STATE_RUNNING);
	job_finish(good, good_pid);
	close(greedy);
}

/* Each alone is within its bound; together they are not. */
TEST(who_requests_nothing_goes_first)
{
	struct aios_submit s;
	pid_t good_pid, pids[2];
	int good, greedy[2], i, gone;

	group_of(128 * MIB);
	s = ask_memory(GROUP, 72 * MIB, 72 * MIB);
	good = submit_ok(&s);
	s = ask(GROUP);
	for (i = 0; i < 2; i++) {
		greedy[i] = submit_ok(&s);
		pids[i] = job_launch(greedy[i], work_hog, (void *)40L);
	}
	good_pid = job_start(good, work_hog, (void *)60L);
	ASSERT_SOON(job_stat(greedy[0]).end || job_stat(greedy[1]).end, 20000);
	gone = job_stat(greedy[0]).end ? 0 : 1;
	reap_signal(pids[gone], SIGKILL);
	assert_group_was_full(greedy[gone]);
	ASSERT_SOON(holds(good, 60), 20000);
	ASSERT(alive(good_pid));
	ASSERT_EQ(job_state(good), AIOS_STATE_RUNNING);
	job_finish(good, good_pid);
	/* The kernel may have needed both, but for no other reason. */
	if (job_signal(greedy[!gone], AIOS_IOC_CANCEL, NULL))
		assert_group_was_full(greedy[!gone]);
	reap(pids[!gone]);
	close(greedy[0]);
	close(greedy[1]);
}

static int score_of(pid_t pid)
{
	char path[64], text[32];

	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", pid);
	ASSERT(file_read(path, text, sizeof(text)));
	return atoi(text);
}

#define SCORE	"/proc/self/oom_score_adj"

/* A user without rights cannot undo it; the exit status says what he was answered. */
static void lower_score(void *user)
{
	become((uid_t)(long)user);
	ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
	ASSERT_OK(file_write(SCORE, "1000"));
	ASSERT_ERR(file_write(SCORE, "0"), EACCES);
	_exit(0);
}

TEST(the_order_is_kept)
{
	struct aios_submit s = ask("/");
	pid_t pid;
	int job;

	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_EQ(score_of(pid), 1000);
	job_finish(job, pid);
	job = submit_ok(&s);
	reap_ok(job_launch(job, lower_score, (void *)(long)ALICE));
	close(job);
	s = ask_memory("/", 8 * MIB, 16 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_EQ(score_of(pid), 0);
	job_finish(job, pid);
}

/* The limit that was reached is the group's, and the job is not told that it was its own. */
TEST(the_limit_of_the_group)
{
	struct aios_submit s;
	int job;

	group_of(48 * MIB);
	s = ask_memory(GROUP, 16 * MIB, 200 * MIB);
	job = submit_ok(&s);
	reap_signal(job_launch(job, work_hog, (void *)100L), SIGKILL);
	assert_group_was_full(job);
	close(job);
}

/* ------------------------------------------------------------------------- swap */

#define DISK	"/dev/vda"

TEST(no_swap_beside_what_is_stated)
{
	char with[4096], without[4096];
	struct aios_submit s;
	pid_t pids[3];
	int jobs[2], hog, swaps;

	if (access(DISK, W_OK) || system("mkswap -q " DISK " >/dev/null 2>&1"))
		skip("no disk to swap to");
	s = ask_memory("/", 16 * MIB, 32 * MIB);
	jobs[0] = submit_ok(&s);
	pids[0] = job_start(jobs[0], work_sleep, NULL);
	ASSERT_OK(swapon(DISK, 0));
	s = ask("/");
	jobs[1] = submit_ok(&s);
	pids[1] = job_start(jobs[1], work_sleep, NULL);
	job_directory(jobs[0], with, sizeof(with));
	job_directory(jobs[1], without, sizeof(without));
	/* It began when there was none. */
	ASSERT_SOON(!cg_number(with, "memory.swap.max"), 3000);
	ASSERT_U64(cg_number(without, "memory.swap.max"), AIOS_UNLIMITED);
	s = ask_memory("/", 16 * MIB, 32 * MIB);
	hog = submit_ok(&s);
	reap_signal(job_launch(hog, work_hog, (void *)100L), SIGKILL);
	ASSERT_EQ(job_wait_end(hog).end, AIOS_END_OOM);
	ASSERT_U64(job_stat(jobs[0]).limit[AIOS_RESOURCE_SWAP], 0);
	ASSERT_U64(job_stat(jobs[0]).use[AIOS_RESOURCE_SWAP], 0);
	/* Who states swap can use it. */
	s = ask_memory("/", 16 * MIB, 32 * MIB);
	want(&s, AIOS_RESOURCE_SWAP, 0, 128 * MIB);
	swaps = submit_ok(&s);
	pids[2] = job_start(swaps, work_hog, (void *)100L);
	job_directory(swaps, with, sizeof(with));
	ASSERT_U64(cg_number(with, "memory.swap.max"), 128 * MIB);
	ASSERT_SOON(job_stat(swaps).use[AIOS_RESOURCE_SWAP] >= 64 * MIB, 30000);
	job_finish(jobs[0], pids[0]);
	job_finish(jobs[1], pids[1]);
	job_finish(swaps, pids[2]);
	ASSERT_OK(swapoff(DISK));
	close(hog);
}

/* ------------------------------------------------------------------- huge pages */

#define POOL	"/proc/sys/vm/nr_hugepages"

static void pool_of(unsigned int pages)
{
	FILE *f = fopen(POOL, "w");

	ASSERT(f);
	fprintf(f, "%u", pages);
	ASSERT_EQ(fclose(f), 0);
}

struct huge {
	size_t len;
	int flags;
};

static void work_huge(void *arg)
{
	const struct huge *huge = arg;
	char *at = mmap(NULL, huge->len, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | huge->flags, -1, 0);

	if (at == MAP_FAILED)
		_exit(errno);
	memset(at, 1, huge->len);
}

/* How a job with 32 MiB of memory and as much in huge pages ends; AIOS_UNLIMITED: not stated. */
static int status_of_huge(uint64_t stated, struct huge *huge)
{
	struct aios_submit s = ask_memory("/", 32 * MIB, 32 * MIB);
	int job, status;

	if (stated != AIOS_UNLIMITED)
		want(&s, AIOS_RESOURCE_HUGE_PAGES, 0, stated);
	job = submit_ok(&s);
	status = reap(job_launch(job, work_huge, huge));
	job_wait_end(job);
	close(job);
	return status;
}

#define OTHERS	"/sys/fs/cgroup/kt-huge"

/* What somebody's cgroup lacks says nothing of those of others. */
static void adopt_without_controller(void)
{
	struct aios_submit s = ask("/");
	pid_t pid = spawn(work_sleep, NULL);
	char text[16];

	ASSERT_OK(mkdir(OTHERS, 0755));
	ASSERT_OK(mkdir(OTHERS "/below", 0755));
	snprintf(text, sizeof(text), "%d", pid);
	ASSERT_OK(file_write(OTHERS "/below/cgroup.procs", text));
	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = ASSERT_OK(open(OTHERS "/below", O_RDONLY | O_DIRECTORY));
	want(&s, AIOS_RESOURCE_HUGE_PAGES, 0, 4 * MIB);
	/* Nothing there limits them: it cannot be set up. */
	ASSERT_EQ(job_wait_end(submit_ok(&s)).end, AIOS_END_SETUP);
	kill(pid, SIGKILL);
	reap(pid);
	close(s.cgroup_fd);
	ASSERT_SOON(!rmdir(OTHERS "/below"), 3000);
	ASSERT_OK(rmdir(OTHERS));
}

TEST(no_huge_pages_beside_what_is_stated)
{
	struct huge two = { 4 * MIB, 0 }, three = { 6 * MIB, 0 };
	struct huge unreserved = { 4 * MIB, MAP_NORESERVE };
	struct aios_submit s = ask("/");
	char directory[4096];
	int job, status;
	pid_t pid;

	if (resource_get(AIOS_RESOURCE_HUGE_PAGES).how == AIOS_HOW_NONE)
		skip("the controller hugetlb is not there");
	pool_of(8);
	adopt_without_controller();
	ASSERT_EQ(WEXITSTATUS(status_of_huge(AIOS_UNLIMITED, &two)), ENOMEM);
	status = status_of_huge(AIOS_UNLIMITED, &unreserved);
	ASSERT(WIFSIGNALED(status));
	ASSERT_EQ(WTERMSIG(status), SIGBUS);
	ASSERT_EQ(status_of_huge(4 * MIB, &two), 0);
	ASSERT_EQ(WEXITSTATUS(status_of_huge(4 * MIB, &three)), ENOMEM);
	/* Who states nothing is not limited. */
	job = submit_ok(&s);
	reap_ok(job_launch(job, work_huge, &two));
	close(job);
	s = ask_memory("/", 32 * MIB, 32 * MIB);
	want(&s, AIOS_RESOURCE_HUGE_PAGES, 0, 4 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	ASSERT_U64(cg_number(directory, "hugetlb.2MB.max"), 4 * MIB);
	ASSERT_U64(cg_number(directory, "hugetlb.2MB.rsvd.max"), 4 * MIB);
	job_finish(job, pid);
	pool_of(0);
}

/* ------------------------------------------------------------------- standstill */

struct rounds {
	unsigned long done;
	unsigned long mib;
};

/* It holds memory that nobody can take back, and goes on using a little more. */
static void work_rounds(void *arg)
{
	struct rounds *rounds = arg;
	size_t len = 2 * MIB;
	char *more;

	more = mmap(NULL, rounds->mib * MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT(more != MAP_FAILED);
	memset(more, 1, rounds->mib * MIB);
	for (;;) {
		more = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
		ASSERT(more != MAP_FAILED);
		memset(more, 1, len);
		munmap(more, len);
		__atomic_fetch_add(&rounds->done, 1, __ATOMIC_RELAXED);
	}
}

static unsigned long rounds_of(const struct rounds *rounds)
{
	return __atomic_load_n(&rounds->done, __ATOMIC_RELAXED);
}

/* Who is to give back what he cannot is told, and goes on; who waits is told for whom. */
TEST(what_cannot_be_given_back)
{
	struct rounds *rounds = shared(sizeof(*rounds));
	char directory[4096];
	struct aios_submit s;
	struct aios_stat st;
	struct queued second;
	unsigned long before;
	int elastic;
	pid_t pid;

	group_of(160 * MIB);
	rounds->mib = 96;
	s = ask_memory(GROUP, 16 * MIB, 160 * MIB);
	elastic = submit_ok(&s);
	pid = job_start(elastic, work_rounds, rounds);
	job_directory(elastic, directory, sizeof(directory));
	ASSERT_SOON(rounds_of(rounds) && holds(elastic, 96), 20000);
	s = ask_memory(GROUP, 100 * MIB, 100 * MIB);
	second = queued_start(&s);
	ASSERT_SOON(job_stat(elastic).grant[MEMORY] <= 60 * MIB, 5000);
	ASSERT_SOON(job_stat(elastic).flags & AIOS_JOB_KEEPS, 5000);
	ASSERT_GE(cg_number(directory, "memory.high"), 96 * MIB);
	ASSERT_SOON(job_stat(second.job).why.code == AIOS_WHY_KEPT, 5000);
	st = job_stat(second.job);
	ASSERT_EQ(st.why.resource, MEMORY);
	ASSERT_U64(st.why.asked, job_stat(elastic).id);
	ASSERT_GE(st.why.available, 36 * MIB);
	before = rounds_of(rounds);
	ASSERT_SOON(rounds_of(rounds) >= before + 50, 10000);
	ASSERT_EQ(job_state(second.job), AIOS_STATE_QUEUED);
	job_finish(elastic, pid);
	job_wait_state(second.job, AIOS_STATE_RUNNING);
	queued_finish(&second);
}

/* A job that takes more than its grant by itself is slowed, and goes on. */
TEST(growth_above_the_grant)
{
	struct rounds *rounds = shared(sizeof(*rounds));
	struct aios_submit s;
	int heavy, light;
	pid_t pids[2];

	group_of(192 * MIB);
	s = ask_memory(GROUP, 16 * MIB, 176 * MIB);
	s.weight = AIOS_WEIGHT_MAX;
	heavy = submit_ok(&s);
	pids[0] = job_start(heavy, work_sleep, NULL);
	rounds->mib = 22;
	s = ask_memory(GROUP, 16 * MIB, 100 * MIB);
	light = submit_ok(&s);
	pids[1] = job_start(light, work_rounds, rounds);
	ASSERT_U64(job_stat(light).grant[MEMORY], 16 * MIB);
	ASSERT_SOON(rounds_of(rounds) >= 20, 60000);
	ASSERT_U64(job_stat(light).grant[MEMORY], 16 * MIB);
	job_finish(light, pids[1]);
	job_finish(heavy, pids[0]);
}

/* ------------------------------------------------------------------------ left */

#define LEFT	"/dev/shm/kt-memory-left"
#define LITTLE	"/dev/shm/kt-memory-little"

/* It writes a file into a file system in memory, and ends well. */
static void leave(void *mib)
{
	static char block[MIB];
	int fd = ASSERT_OK(open(LEFT, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));

	for (long i = 0; i < (long)mib; i++)
		ASSERT_EQ(write(fd, block, sizeof(block)), sizeof(block));
	_exit(0);
}

static struct aios_group_stat stat_of(const char *path)
{
	struct aios_group_stat g;

	ASSERT_OK(group_stat(path, &g));
	return g;
}

static bool is_about(uint64_t amount, uint64_t mib)
{
	return amount >= mib * MIB && amount < (mib + 8) * MIB;
}

static void run_and_leave(const char *group, long mib)
{
	struct aios_submit s = ask_memory(group, 80 * MIB, 80 * MIB);
	int job = submit_ok(&s);

	reap_ok(job_launch(job, leave, (void *)mib));
	job_wait_end(job);
	close(job);
}

/* What a job leaves is its group's: shown, and not given away again before it is gone. */
TEST(what_ended_jobs_left)
{
	struct aios_submit s;
	struct queued next;
	int other;
	pid_t pid;

	group_of(128 * MIB);
	group_make(BELOW);
	run_and_leave(BELOW, 60);
	ASSERT(is_about(stat_of(BELOW).left[MEMORY], 60));
	ASSERT(is_about(stat_of(BELOW).use[MEMORY], 60));
	ASSERT(is_about(stat_of(GROUP).use[MEMORY], 60));
	ASSERT(is_about(stat_of(GROUP).charged[MEMORY], 60));
	ASSERT_U64(stat_of(GROUP).left[MEMORY], 0);
	s = ask_memory(GROUP, 100 * MIB, 100 * MIB);
	next = queued_start(&s);
	ASSERT_SOON(job_stat(next.job).why.code == AIOS_WHY_NOT_NOW, 5000);
	ASSERT(is_about(128 * MIB - job_stat(next.job).why.available, 60));
	/* A tick later it is the same, and what others use does not count as left. */
	s = ask_memory(GROUP, 40 * MIB, 40 * MIB);
	other = submit_ok(&s);
	job_finish(next.job, next.pid);
	pid = job_start(other, work_hog, (void *)24L);
	ASSERT_SOON(holds(other, 24), 10000);
	sleep_ms(3500);
	ASSERT(is_about(stat_of(BELOW).left[MEMORY], 60));
	ASSERT_U64(stat_of(GROUP).left[MEMORY], 0);
	job_finish(other, pid);
	s = ask_memory(GROUP, 100 * MIB, 100 * MIB);
	next = queued_start(&s);
	ASSERT_OK(unlink(LEFT));
	job_wait_state(next.job, AIOS_STATE_RUNNING);
	/* It may have been looked at when the kernel had freed it in part. */
	ASSERT_SOON(!stat_of(BELOW).left[MEMORY], 5000);
	queued_finish(&next);
	ASSERT_SOON(stat_of(GROUP).use[MEMORY] < 4 * MIB, 5000);
}

/* It writes a file of less than a MiB, and ends well when it is told to. */
static void leave_little(void *go)
{
	static char block[700 << 10];
	int fd = ASSERT_OK(open(LITTLE, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));

	ASSERT_EQ(write(fd, block, sizeof(block)), sizeof(block));
	while (!*(volatile int *)go)
		sleep_ms(1);
	_exit(0);
}

/*
 * So little does not count when a group is looked at: nobody would look again once nothing
 * else is left.
 */
TEST(little_that_is_left)
{
	int *go = shared(sizeof(*go));
	struct aios_submit s;
	pid_t pid;
	int job;

	group_of(128 * MIB);
	group_make(BELOW);
	run_and_leave(BELOW, 60);
	s = ask_memory(BELOW, 40 * MIB, 40 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, leave_little, go);
	ASSERT_SOON(holds(job, 0) && !access(LITTLE, F_OK), 10000);
	sleep_ms(2500);
	ASSERT_OK(unlink(LEFT));
	ASSERT_SOON(!stat_of(BELOW).left[MEMORY], 10000);
	*go = 1;
	reap_ok(pid);
	job_wait_end(job);
	close(job);
	ASSERT_OK(unlink(LITTLE));
	ASSERT_SOON(!stat_of(BELOW).left[MEMORY], 10000);
	ASSERT_SOON(!stat_of(BELOW).use[MEMORY], 10000);
}

/* A group that goes leaves it to its parent, as the kernel does. */
TEST(what_removed_groups_left)
{
	group_of(128 * MIB);
	ASSERT_OK(group_create(BELOW, -1, -1, 0777, NULL));
	run_and_leave(BELOW, 60);
	ASSERT_OK(group_remove(BELOW));
	ASSERT(is_about(stat_of(GROUP).left[MEMORY], 60));
	sleep_ms(3500);
	ASSERT(is_about(stat_of(GROUP).left[MEMORY], 60));
	ASSERT_OK(unlink(LEFT));
	ASSERT_SOON(!stat_of(GROUP).left[MEMORY], 5000);
}

/* Shared memory of a job that lives is its own, and it is measured with it. */
static void share(void *mib)
{
	char *p = mmap(NULL, (long)mib * MIB, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT(p != MAP_FAILED);
	memset(p, 1, (long)mib * MIB);
	work_sleep(NULL);
}

TEST(what_a_job_shares_is_not_left)
{
	struct aios_submit s;
	int job, i;
	pid_t pid;

	group_of(128 * MIB);
	s = ask_memory(GROUP, 80 * MIB, 80 * MIB);
	job = submit_ok(&s);
	pid = job_start(job, share, (void *)60L);
	ASSERT_SOON(stat_of(GROUP).left[MEMORY] || holds(job, 60), 20000);
	for (i = 0; i < 40; i++) {
		ASSERT_U64(stat_of(GROUP).left[MEMORY], 0);
		sleep_ms(100);
	}
	job_finish(job, pid);
	ASSERT_U64(stat_of(GROUP).left[MEMORY], 0);
}
