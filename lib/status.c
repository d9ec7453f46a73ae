// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The status page: a consistent copy of memory that the kernel writes at any
 * time, taken with its sequence counter and without a lock.
 *
 * The kernel makes the counter odd, writes, and makes it even again. A reader
 * that sees the same even number before and after has a copy of one moment. The
 * first load acquires, so that no data load moves before it; the fence keeps
 * them before the second. The data themselves are loaded word by word, atomic
 * and relaxed, because a plain copy of memory that changes is undefined.
 */
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "private.h"

/* May alias what it copies. */
typedef unsigned long __attribute__((may_alias)) word;

/* The kernel writes for less than a microsecond, unless it is interrupted. */
#define SPINS		100	/* before yielding the CPU to the writer */
#define TRIES		100000

#define PAGE_MIN	4096	/* bytes of the smallest page there is */

static int page_map(struct aios_job *job, const struct aios_status **page)
{
	const struct aios_status *p, *none = NULL;
	long size = sysconf(_SC_PAGESIZE);

	p = __atomic_load_n(&job->page, __ATOMIC_ACQUIRE);
	if (!p) {
		p = mmap(NULL, size, PROT_READ, MAP_SHARED, job->fd, 0);
		if (p == MAP_FAILED)
			return -errno;
		if (!__atomic_compare_exchange_n(&job->page, &none, p, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
			munmap((void *)p, size);
			p = none;
		}
	}
	*page = p;
	return 0;
}

static void copy_words(void *to, const void *from, size_t bytes)
{
	const word *source = from;
	word *target = to;
	size_t i;

	for (i = 0; i < bytes / sizeof(word); i++)
		target[i] = __atomic_load_n(&source[i], __ATOMIC_RELAXED);
}

/* Copy @bytes at @offset of the page, of a moment when it was not written. */
static int page_copy(const struct aios_status *page, void *to, size_t offset,
		     size_t bytes)
{
	uint32_t before, after;
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		if (tries > SPINS)
			sched_yield();
		before = __atomic_load_n(&page->seq, __ATOMIC_ACQUIRE);
		if (before & 1)
			continue;
		copy_words(to, (const char *)page + offset, bytes);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&page->seq, __ATOMIC_RELAXED);
		if (before == after)
			return 0;
	}
	return -EAGAIN;
}

AIOS_EXPORT int aios_job_status_read(struct aios_job *job,
				     struct aios_status *status)
{
	const struct aios_status *page;
	uint32_t room = status->size;
	int err;

	if (!aios_complete(status) || room > PAGE_MIN)
		return -EINVAL;
	err = page_map(job, &page);
	if (err)
		return err;
	err = page_copy(page, status, 0, room - room % sizeof(uint64_t));
	if (!err && status->size < room)
		memset((char *)status + status->size, 0, room - status->size);
	status->size = room;
	return err;
}

AIOS_EXPORT int aios_job_status_epoch(struct aios_job *job, uint64_t *epoch)
{
	const struct aios_status *page;
	int err = page_map(job, &page);

	if (err)
		return err;
	return page_copy(page, epoch, offsetof(struct aios_status, epoch),
			 sizeof(*epoch));
}
