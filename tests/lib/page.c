// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of the status page, on memory that a thread writes as the kernel
 * does: no copy mixes two moments, and a page of another size is safe.
 */
#include <aios.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mock.h"
#include "tap.h"

#define PAGE	4096

static const struct aios_stat job_stat = { .size = sizeof(job_stat), .id = 1 };
static const struct mock_ioctl adopting[] = {
	{ AIOS_IOC_STAT, NULL, &job_stat, sizeof(job_stat), 0 },
};

/* A job whose page is at *page and writable there. */
static struct aios_job *start(struct aios_status **page)
{
	int fd = memfd_create("page", MFD_CLOEXEC);
	struct aios_job *job;

	if (!check(fd >= 0 && !ftruncate(fd, PAGE)))
		exit(1);
	*page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(*page)->size = sizeof(**page);
	mock_script(adopting, 1);
	if (!check(!aios_job_from_fd(fd, &job)))
		exit(1);
	return job;
}

static void end(struct aios_job *job, struct aios_status *page)
{
	aios_job_unref(job);
	munmap(page, PAGE);
}

static void page_is_copied(void)
{
	struct aios_status *page, status;
	struct aios_job *job = start(&page);
	uint64_t epoch;

	page->seq = 8;
	page->epoch = 0x1234567890abcdefULL;
	page->state = AIOS_STATE_RUNNING;
	page->grant[AIOS_RESOURCE_CPU] = 2500;
	page->pressure[15] = 77;
	page->devices[15].memory_used = 1ULL << 40;
	AIOS_INIT(&status);
	check_equal(aios_job_status_read(job, &status), 0);
	check(!memcmp(&status, page, sizeof(status)));
	check_equal(aios_job_status_epoch(job, &epoch), 0);
	check(epoch == page->epoch);

	/* and again, with the same struct */
	page->grant[AIOS_RESOURCE_CPU] = 1000;
	check_equal(aios_job_status_read(job, &status), 0);
	check_equal(status.grant[AIOS_RESOURCE_CPU], 1000);
	end(job, page);
}

static void older_module_fills_less(void)
{
	struct aios_status *page, status;
	struct aios_job *job = start(&page);

	memset(page->grant, 0xff, sizeof(page->grant));
	memset(page->devices, 0xff, sizeof(page->devices));
	page->size = offsetof(struct aios_status, devices);
	AIOS_INIT(&status);
	check_equal(aios_job_status_read(job, &status), 0);
	check(status.grant[15] == ~0ULL);
	check_equal(status.devices[0].id, 0);
	check_equal(status.devices[15].memory_used, 0);
	check_equal(status.size, sizeof(status));
	end(job, page);
}

static void newer_program_reads_more(void)
{
	struct {
		struct aios_status known;
		__u64 later[4];
	} status;
	struct aios_status *page;
	struct aios_job *job = start(&page);

	memset(page + 1, 0xff, 16);
	page->size = sizeof(*page) + 16;
	memset(&status, 0, sizeof(status));
	status.known.size = sizeof(status);
	check_equal(aios_job_status_read(job, &status.known), 0);
	check(status.later[0] == ~0ULL && status.later[1] == ~0ULL);
	check_equal(status.later[2], 0);

	status.known.size = sizeof(struct aios_status) - 8;
	check_equal(aios_job_status_read(job, &status.known), -EINVAL);
	status.known.size = PAGE + 8;
	check_equal(aios_job_status_read(job, &status.known), -EINVAL);
	end(job, page);
}

static void stuck_writer_is_reported(void)
{
	struct aios_status *page, status;
	struct aios_job *job = start(&page);
	uint64_t epoch;

	page->seq = 3;
	AIOS_INIT(&status);
	check_equal(aios_job_status_read(job, &status), -EAGAIN);
	check_equal(status.size, sizeof(status));
	check_equal(aios_job_status_epoch(job, &epoch), -EAGAIN);
	end(job, page);
}

static void page_that_cannot_be_mapped(void)
{
	struct aios_status status;
	struct aios_job *job;
	uint64_t epoch;
	int fds[2];

	if (pipe(fds))
		return;
	close(fds[1]);
	mock_script(adopting, 1);
	check_equal(aios_job_from_fd(fds[0], &job), 0);
	AIOS_INIT(&status);
	check_equal(aios_job_status_read(job, &status), -ENODEV);
	check_equal(aios_job_status_epoch(job, &epoch), -ENODEV);
	aios_job_unref(job);
}

/* ------------------------------------------------------------- concurrency */

struct traffic {
	struct aios_status *page;
	struct aios_job *job;
	int stop;		/* atomic */
	unsigned long reads;	/* atomic */
	unsigned long writes;	/* atomic */
	unsigned long torn;	/* the reader's */
};

/* Write as the kernel does: every number of the page says the same. */
static void *write_page(void *arg)
{
	struct traffic *t = arg;
	struct aios_status *p = t->page;
	__u64 n;
	int i;

	for (n = 1; !__atomic_load_n(&t->stop, __ATOMIC_RELAXED); n++) {
		__atomic_store_n(&p->seq, p->seq + 1, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		__atomic_store_n(&p->epoch, n, __ATOMIC_RELAXED);
		for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
			__atomic_store_n(&p->grant[i], n, __ATOMIC_RELAXED);
			__atomic_store_n(&p->devices[i].memory, n, __ATOMIC_RELAXED);
		}
		__atomic_store_n(&p->seq, p->seq + 1, __ATOMIC_RELEASE);
		__atomic_store_n(&t->writes, n, __ATOMIC_RELAXED);
		/* Under valgrind threads take long turns, and this one's ends in the middle. */
		if (!(n % 64))
			sched_yield();
	}
	return NULL;
}

static void *read_page(void *arg)
{
	struct traffic *t = arg;
	struct aios_status status;
	uint64_t last = 0;
	int i;

	AIOS_INIT(&status);
	while (!__atomic_load_n(&t->stop, __ATOMIC_RELAXED)) {
		if (aios_job_status_read(t->job, &status))
			continue;
		__atomic_fetch_add(&t->reads, 1, __ATOMIC_RELAXED);
		t->torn += status.seq & 1 || status.epoch < last;
		last = status.epoch;
		for (i = 0; i < AIOS_RESOURCE_MAX; i++)
			t->torn += status.grant[i] != last ||
				   status.devices[i].memory != last;
	}
	return NULL;
}

static void no_copy_is_torn(void)
{
	struct traffic t = { .stop = 0 };
	pthread_t writer, reader;

	t.job = start(&t.page);
	pthread_create(&writer, NULL, write_page, &t);
	pthread_create(&reader, NULL, read_page, &t);
	/* However the two come to their turns. */
	while (__atomic_load_n(&t.reads, __ATOMIC_RELAXED) < 1000 ||
	       __atomic_load_n(&t.writes, __ATOMIC_RELAXED) < 1000)
		usleep(1000);
	__atomic_store_n(&t.stop, 1, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	pthread_join(reader, NULL);
	check_equal(t.torn, 0);
	end(t.job, t.page);
}

static void *first_read(void *arg)
{
	struct aios_status status;

	AIOS_INIT(&status);
	check_equal(aios_job_status_read(arg, &status), 0);
	return NULL;
}

/* Both map; one mapping must stay, and the other go. */
static void first_reads_race(void)
{
	struct aios_status *page;
	struct aios_job *job = start(&page);
	pthread_t threads[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, first_read, job);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	end(job, page);
}

static const struct tap_case cases[] = {
	{ "a page is copied", page_is_copied },
	{ "an older module fills less", older_module_fills_less },
	{ "a newer program reads more", newer_program_reads_more },
	{ "a writer that never ends", stuck_writer_is_reported },
	{ "a page that cannot be mapped", page_that_cannot_be_mapped },
	{ "a writer and a reader at once", no_copy_is_torn },
	{ "several first readers at once", first_reads_race },
};

int main(void)
{
	return tap_run(cases, ARRAY_SIZE(cases));
}
