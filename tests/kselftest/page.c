// SPDX-License-Identifier: GPL-2.0
/*
 * The status page, and a job's way from submission to its end around it, from a
 * program that is built for 64 and for 32 bits: mapped read-only and nothing
 * else, consistent under a storm of updates, and there for as long as it is
 * mapped, whatever becomes of job and descriptor.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "calls.h"
#include "harness.h"

#define PAGE	4096

static const volatile struct aios_status *map_page(int job)
{
	void *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, job, 0);

	if (p == MAP_FAILED)
		FAIL("mmap: %s", strerror(errno));
	return p;
}

/* By the protocol of the header; false when a thousand tries in a row met the writer. */
static bool read_page(const volatile struct aios_status *page, struct aios_status *out)
{
	for (unsigned int tries = 0; tries < 1000; tries++) {
		uint32_t seq = __atomic_load_n(&page->seq, __ATOMIC_ACQUIRE);

		if (seq & 1)
			continue;
		memcpy(out, (const void *)page, sizeof(*out));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&page->seq, __ATOMIC_RELAXED) == seq)
			return true;
	}
	return false;
}

static struct aios_status page_now(const volatile struct aios_status *page)
{
	struct aios_status s;

	/* Whoever writes it can lose his processor meanwhile. */
	ASSERT_SOON(read_page(page, &s), 3000);
	return s;
}

TEST(the_size_of_every_struct)
{
	/* The same numbers for programs of 32 and of 64 bits. */
	ASSERT_EQ(sizeof(struct aios_info), 88);
	ASSERT_EQ(sizeof(struct aios_submit), 616);
	ASSERT_EQ(sizeof(struct aios_stat), 1360);
	ASSERT_EQ(sizeof(struct aios_limit), 632);
	ASSERT_EQ(sizeof(struct aios_group_stat), 848);
	ASSERT_EQ(sizeof(struct aios_lp_solve), 152);
	ASSERT_EQ(sizeof(struct aios_queueing), 408);
	ASSERT_EQ(sizeof(struct aios_explain), 208);
	ASSERT_EQ(sizeof(struct aios_predict_call), 832);
	ASSERT_EQ(sizeof(struct aios_attempt), 752);
	ASSERT_EQ(sizeof(struct aios_status), 1032);
	ASSERT_EQ(offsetof(struct aios_submit, id), 328);
	ASSERT_EQ(offsetof(struct aios_queueing, mm1), 256);
	ASSERT_EQ(offsetof(struct aios_stat, devices), 792);
	ASSERT_EQ(offsetof(struct aios_status, updated_ns), 48);
}

TEST(shows_the_job)
{
	int job = submit_cpu("/", 100, 300);
	const volatile struct aios_status *page = map_page(job);
	struct aios_status s = page_now(page);
	struct aios_stat stat = job_stat(job);
	pid_t pid;

	ASSERT_EQ(s.size, sizeof(s));
	ASSERT_U64(s.id, stat.id);
	ASSERT_U64(s.epoch, stat.epoch);
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(s.end, AIOS_END_NONE);
	ASSERT_EQ(s.nr_resources, info_get(NULL, 0).nr_resources);
	ASSERT_EQ(s.nr_devices, 0);
	ASSERT_EQ(s.reserved, 0);
	ASSERT_U64(s.request[AIOS_RESOURCE_CPU], 100);
	ASSERT_U64(s.limit[AIOS_RESOURCE_CPU], 300);
	ASSERT_U64(s.grant[AIOS_RESOURCE_CPU], 0);
	pid = job_start(job, work_sleep, NULL);
	s = page_now(page);
	ASSERT_EQ(s.state, AIOS_STATE_RUNNING);
	ASSERT_U64(s.grant[AIOS_RESOURCE_CPU], job_stat(job).grant[AIOS_RESOURCE_CPU]);
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	ASSERT_SOON(page_now(page).state == AIOS_STATE_SUSPENDED, 2000);
	job_finish(job, pid);
	/* The descriptor is closed, the page still there with the end. */
	s = page_now(page);
	ASSERT_EQ(s.state, AIOS_STATE_CANCELLED);
	ASSERT_EQ(s.end, AIOS_END_CANCELLED);
	ASSERT_OK(munmap((void *)page, PAGE));
}

TEST(whole_page_belongs_to_the_job)
{
	int job = submit_cpu("/", 1, 1);
	const unsigned char *bytes = (const unsigned char *)map_page(job);

	/* Nothing of the kernel's memory behind the struct. */
	for (size_t i = sizeof(struct aios_status); i < PAGE; i++)
		ASSERT_EQ(bytes[i], 0);
}

TEST(measures)
{
	struct aios_submit s = ask("/");
	const volatile struct aios_status *page;
	struct aios_status first;
	pid_t pid;
	int job;

	want(&s, AIOS_RESOURCE_CPU, 100, 500);
	want(&s, AIOS_RESOURCE_MEMORY, 32 * MIB, 64 * MIB);
	job = submit_ok(&s);
	page = map_page(job);
	pid = job_start(job, work_hog, (void *)20L);
	ASSERT_SOON(page_now(page).use[AIOS_RESOURCE_MEMORY] >= 20 * MIB, 5000);
	first = page_now(page);
	ASSERT_CMP(first.updated_ns, >, 0);
	ASSERT_LE(first.updated_ns, now_ns());
	ASSERT_SOON(page_now(page).updated_ns > first.updated_ns, 5000);
	for (unsigned int r = 0; r < AIOS_RESOURCE_MAX; r++)
		ASSERT_LE(first.pressure[r], 10000);
	job_finish(job, pid);
}

static bool about_its_limit(uint64_t use, uint64_t limit)
{
	return use >= limit / 2 && use <= limit * 2;
}

TEST(pressure_of_a_throttled_job)
{
	int job = submit_cpu("/", 50, 100);
	const volatile struct aios_status *page = map_page(job);
	pid_t pid;

	if (!(info_get(NULL, 0).features & AIOS_FEATURE_PSI))
		skip("this kernel has no pressure stall information");
	pid = job_start(job, work_spin, NULL);
	/* One thread that may run a tenth of the time. */
	ASSERT_SOON(page_now(page).pressure[AIOS_RESOURCE_CPU] > 1000, 8000);
	ASSERT_SOON(about_its_limit(page_now(page).use[AIOS_RESOURCE_CPU], 100), 3000);
	job_finish(job, pid);
}

static void map_refused(int job, size_t size, int prot, int flags, off_t offset, int err)
{
	void *p = mmap(NULL, size, prot, flags, job, offset);

	if (p != MAP_FAILED)
		FAIL("size %zu prot %d flags %d offset %lld was mapped", size, prot, flags,
		     (long long)offset);
	if (errno != err)
		FAIL("size %zu prot %d flags %d offset %lld: %s", size, prot, flags,
		     (long long)offset, strerrorname_np(errno));
}

TEST(mapped_read_only_or_not_at_all)
{
	int job = submit_cpu("/", 1, 1);
	void *page;

	map_refused(job, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, 0, EPERM);
	map_refused(job, PAGE, PROT_WRITE, MAP_SHARED, 0, EPERM);
	map_refused(job, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, 0, EPERM);
	map_refused(job, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0, EPERM);
	map_refused(job, 2 * PAGE, PROT_READ, MAP_SHARED, 0, EINVAL);
	map_refused(job, PAGE, PROT_READ, MAP_SHARED, PAGE, EINVAL);
	map_refused(job, PAGE, PROT_READ, MAP_SHARED, 1024 * PAGE, EINVAL);
	map_refused(job, 1 << 20, PROT_READ, MAP_SHARED, 0, EINVAL);
	page = (void *)map_page(job);
	ASSERT_ERR(mprotect(page, PAGE, PROT_READ | PROT_WRITE), EACCES);
	ASSERT_ERR(mprotect(page, PAGE, PROT_READ | PROT_EXEC), EACCES);
	ASSERT(mremap(page, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	/* Less than a page is a page, for mmap. */
	ASSERT(mmap(NULL, 8, PROT_READ, MAP_SHARED, job, 0) != MAP_FAILED);
}

TEST(written_to)
{
	int job = submit_cpu("/", 1, 1);
	volatile uint32_t *page = (volatile uint32_t *)map_page(job);
	pid_t pid = fork();

	if (!pid) {
		*page = 1;
		_exit(0);
	}
	reap_signal(pid, SIGSEGV);
	ASSERT_EQ(page_now((void *)page).state, AIOS_STATE_QUEUED);
}

/* The mapping alone does not keep an abandoned job queued, only its page. */
TEST(mapping_is_no_descriptor)
{
	unsigned int held = jobs_held();
	int job = submit_cpu("/", 1, 1);
	const volatile struct aios_status *page = map_page(job);

	close(job);
	if (jobs_held() != held) {
		/* A mapping holds the file: then its end comes with the munmap. */
		ASSERT_EQ(page_now(page).state, AIOS_STATE_QUEUED);
		ASSERT_OK(munmap((void *)page, PAGE));
		ASSERT_SOON(jobs_held() == held, 2000);
		return;
	}
	ASSERT_EQ(page_now(page).end, AIOS_END_ABANDONED);
}

TEST(inherited_by_fork)
{
	int job = submit_cpu("/", 1, 1);
	const volatile struct aios_status *page = map_page(job);

	CHILD
		ASSERT_EQ(page_now(page).state, AIOS_STATE_QUEUED);
	ASSERT_EQ(page_now(page).state, AIOS_STATE_QUEUED);
}

TEST(mapped_many_times)
{
	int job = submit_cpu("/", 1, 1);
	const volatile struct aios_status *pages[64];

	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = map_page(job);
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++)
		ASSERT_EQ(page_now(pages[i]).state, AIOS_STATE_CANCELLED);
}

/* Writers change weight, limit and state for ever; request and limit always match. */
static void storm(void *arg)
{
	int job = (long)arg;
	uint64_t n = 0;

	for (;;) {
		struct aios_update u = job_update_args();

		n = n % 400 + 1;
		u.resource_mask = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_PIDS;
		u.request[AIOS_RESOURCE_CPU] = n;
		u.limit[AIOS_RESOURCE_CPU] = 2 * n;
		u.request[AIOS_RESOURCE_PIDS] = n;
		u.limit[AIOS_RESOURCE_PIDS] = 3 * n;
		ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
	}
}

TEST(consistent_under_a_storm)
{
	struct aios_submit s = ask("/");
	const volatile struct aios_status *page;
	unsigned int reads = 0, changes = 0, missed = 0;
	uint64_t last = 0;
	pid_t pid, writers[2];
	int job;

	want(&s, AIOS_RESOURCE_CPU, 1, 2);
	want(&s, AIOS_RESOURCE_PIDS, 1, 3);
	job = submit_ok(&s);
	page = map_page(job);
	pid = job_start(job, work_sleep, NULL);
	for (unsigned int i = 0; i < ARRAY_SIZE(writers); i++)
		writers[i] = spawn(storm, (void *)(long)job);
	while (reads < 2000 || changes < 50) {
		struct aios_status now;

		if (!read_page(page, &now)) {
			missed++;
			continue;
		}
		reads++;
		changes += now.epoch != last;
		ASSERT_CMP(now.epoch, >=, last);
		last = now.epoch;
		ASSERT_U64(now.limit[AIOS_RESOURCE_CPU], 2 * now.request[AIOS_RESOURCE_CPU]);
		ASSERT_U64(now.request[AIOS_RESOURCE_PIDS], now.request[AIOS_RESOURCE_CPU]);
		ASSERT_U64(now.limit[AIOS_RESOURCE_PIDS], 3 * now.request[AIOS_RESOURCE_CPU]);
		ASSERT(now.grant[AIOS_RESOURCE_CPU] >= now.request[AIOS_RESOURCE_CPU] &&
		       now.grant[AIOS_RESOURCE_CPU] <= now.limit[AIOS_RESOURCE_CPU]);
	}
	note("%u reads, %u changes seen, %u times no even sequence", reads, changes, missed);
	/* Whoever writes cannot be preempted, unless the host does it to his processor. */
	if (counted())
		ASSERT_EQ(missed, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(writers); i++) {
		kill(writers[i], SIGKILL);
		reap_signal(writers[i], SIGKILL);
	}
	job_finish(job, pid);
}

/* From submission to the end, also as a 32-bit program. */
TEST(whole_life)
{
	char name[AIOS_NAME_MAX + 1], directory[4096];
	struct aios_submit s = ask("/");
	const volatile struct aios_status *page;
	struct aios_explain e = { .size = sizeof(e) };
	struct aios_wait w;
	uint64_t epoch;
	pid_t pid;

	want(&s, AIOS_RESOURCE_CPU, 100, 900);
	want(&s, AIOS_RESOURCE_MEMORY, 5ULL << 20, AIOS_UNLIMITED);
	ask_name(&s, "whole life");
	submit_ok(&s);
	page = map_page(s.fd);
	ASSERT_EQ(read(s.fd, &epoch, sizeof(epoch)), sizeof(epoch));
	pid = job_start(s.fd, work_sleep, NULL);
	ASSERT_EQ(job_stat_names(s.fd, name, NULL, NULL).pid, pid);
	ASSERT(!strcmp(name, "whole life"));
	job_directory(s.fd, directory, sizeof(directory));
	ASSERT_EQ(cg_number(directory, "cgroup.procs"), pid);
	ASSERT_U64(job_stat(s.fd).limit[AIOS_RESOURCE_MEMORY], AIOS_UNLIMITED);
	e.row_size = sizeof(struct aios_explain_row);
	ASSERT_OK(ioctl(s.fd, AIOS_IOC_EXPLAIN, &e));
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(s.fd, AIOS_STATE_SUSPENDED);
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_RESUME, NULL));
	job_wait_state(s.fd, AIOS_STATE_RUNNING);
	kill(pid, SIGTERM);
	reap_signal(pid, SIGTERM);
	w = job_wait_end(s.fd);
	ASSERT_EQ(w.end, AIOS_END_SIGNAL);
	ASSERT_EQ(w.code, SIGTERM);
	ASSERT_EQ(page_now(page).code, SIGTERM);
}
