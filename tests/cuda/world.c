// SPDX-License-Identifier: GPL-2.0
/*
 * The clock and the kernel side: see world.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

#define PAGE		4096
#define VARIABLE	"AIOS_TEST_WORLD"

struct world *world;
static unsigned int me;

static void world_map(int fd)
{
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (world == MAP_FAILED)
		abort();
}

struct world *world_make(int *fd)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;
	char text[16];

	*fd = (int)syscall(SYS_memfd_create, "world", 0);
	if (*fd < 0 || ftruncate(*fd, sizeof(*world)))
		abort();
	world_map(*fd);
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&world->lock, &mutex);
	pthread_condattr_init(&cond);
	pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&world->moved, &cond);
	world->now_ns = SEC;
	world->job_fd = -1;
	world->turn = WORLD_NOBODY;
	for (int i = 0; i < WORLD_SLEEPERS; i++) {
		world->wake_ns[i] = WORLD_NEVER;
		world->waits_for[i] = WORLD_NOBODY;
	}
	snprintf(text, sizeof(text), "%d", *fd);
	setenv(VARIABLE, text, 1);
	return world;
}

static __attribute__((constructor)) void begin(void)
{
	const char *text = getenv(VARIABLE);

	if (text)
		world_map(atoi(text));
}

/* -------------------------------------------------------------------- clock */

/*
 * The turn goes to whoever wakes first, of several to the one whose number is next, and the
 * clock with it. The lock is held.
 */
static void pass(void)
{
	uint32_t last = world->turn == WORLD_NOBODY ? 0 : world->turn, first = WORLD_NOBODY;

	for (uint32_t i = 1; i <= WORLD_SLEEPERS; i++) {
		uint32_t nr = (last + i) % WORLD_SLEEPERS;

		if (world->wake_ns[nr] != WORLD_NEVER &&
		    (first == WORLD_NOBODY || world->wake_ns[nr] < world->wake_ns[first]))
			first = nr;
	}
	world->turn = first;
	if (first == WORLD_NOBODY)
		return;
	if (world->wake_ns[first] > world->now_ns)
		world->now_ns = world->wake_ns[first];
	pthread_cond_broadcast(&world->moved);
}

static void await_turn(void)
{
	while (world->turn != me)
		pthread_cond_wait(&world->moved, &world->lock);
}

void world_expect(unsigned int nr)
{
	pthread_mutex_lock(&world->lock);
	world->here[nr] = true;
	world->wake_ns[nr] = world->now_ns;
	if (world->turn == WORLD_NOBODY)
		pass();
	pthread_mutex_unlock(&world->lock);
}

void world_be(unsigned int nr)
{
	me = nr;
	pthread_mutex_lock(&world->lock);
	await_turn();
	pthread_mutex_unlock(&world->lock);
}

void world_leave(void)
{
	pthread_mutex_lock(&world->lock);
	world->here[me] = false;
	world->wake_ns[me] = WORLD_NEVER;
	for (int i = 0; i < WORLD_SLEEPERS; i++)
		if (world->waits_for[i] == me)
			world->wake_ns[i] = world->now_ns;
	if (world->turn == me)
		pass();
	pthread_mutex_unlock(&world->lock);
}

void world_wait(unsigned int nr)
{
	pthread_mutex_lock(&world->lock);
	if (world->here[nr]) {
		world->waits_for[me] = nr;
		world->wake_ns[me] = WORLD_NEVER;
		pass();
		await_turn();
		world->waits_for[me] = WORLD_NOBODY;
	}
	pthread_mutex_unlock(&world->lock);
}

uint64_t world_now(void)
{
	uint64_t now;

	pthread_mutex_lock(&world->lock);
	now = world->now_ns;
	pthread_mutex_unlock(&world->lock);
	return now;
}

void world_sleep_until(uint64_t ns)
{
	pthread_mutex_lock(&world->lock);
	world->wake_ns[me] = ns > world->now_ns ? ns : world->now_ns;
	pass();
	await_turn();
	pthread_mutex_unlock(&world->lock);
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
	uint64_t now;

	if (!world || clock != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, clock, t);
	now = world_now();
	t->tv_sec = (time_t)(now / SEC);
	t->tv_nsec = (long)(now % SEC);
	return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left)
{
	if (!world || clock != CLOCK_MONOTONIC || flags != TIMER_ABSTIME)
		return (int)syscall(SYS_clock_nanosleep, clock, flags, t, left);
	world_sleep_until((uint64_t)t->tv_sec * SEC + (uint64_t)t->tv_nsec);
	return 0;
}

/* ---------------------------------------------------------------------- job */

struct aios_status *job_page(int fd)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return page == MAP_FAILED ? NULL : page;
}

void job_change_begin(struct aios_status *page)
{
	__atomic_add_fetch(&page->seq, 1, __ATOMIC_SEQ_CST);
}

void job_change_end(struct aios_status *page)
{
	page->epoch++;
	__atomic_add_fetch(&page->seq, 1, __ATOMIC_SEQ_CST);
}

int job_make(uint64_t id)
{
	int fd = (int)syscall(SYS_memfd_create, "job", 0);
	struct aios_status *page;

	if (fd < 0 || ftruncate(fd, PAGE))
		abort();
	page = job_page(fd);
	page->size = sizeof(*page);
	page->id = id;
	page->epoch = 1;
	page->state = AIOS_STATE_RUNNING;
	page->nr_resources = 9;
	munmap(page, PAGE);
	return fd;
}

/* As aios_engine_charge() does for a job without groups. Return: 0 or -errno. */
static int charge(struct aios_status *page, struct aios_charge *c, bool take)
{
	uint64_t used = 0, limit = page->limit[AIOS_RESOURCE_GPU_MEMORY];
	struct aios_job_device *device = NULL;
	int err = 0;

	for (uint32_t i = 0; i < page->nr_devices; i++) {
		used += page->devices[i].memory_used;
		if (page->devices[i].id == c->device)
			device = &page->devices[i];
	}
	if (take && page->state != AIOS_STATE_RUNNING)
		err = -EINVAL;
	else if (!device)
		err = -ENODEV;
	else if (take && (used > limit || c->bytes > limit - used))
		err = -ENOMEM;
	else if (!take && c->bytes > device->memory_used)
		err = -ERANGE;
	if (err)
		return err;
	/* What is used is no change of the job: the epoch stays. */
	job_change_begin(page);
	device->memory_used += take ? c->bytes : 0 - c->bytes;
	__atomic_add_fetch(&page->seq, 1, __ATOMIC_SEQ_CST);
	c->used = device->memory_used;
	return 0;
}

static int device_get(struct aios_device *d)
{
	/* One that is declared, and two on the bus. */
	if (d->id <= 3) {
		d->id = 3;
	} else if (d->id <= 8 && world->on_bus) {
		d->id = d->id <= 7 ? 7 : 8;
		d->flags = AIOS_DEVICE_PCI;
		d->pci_vendor = 0x10de;
		d->pci_bus = d->id == 7 ? 0x66 : 0x65;
	} else {
		return -ENOENT;
	}
	return 0;
}

static int device_call(unsigned int nr, void *arg)
{
	switch (nr) {
	case AIOS_IOC_INFO:
		((struct aios_info *)arg)->abi_version = AIOS_ABI_VERSION;
		return 0;
	case AIOS_IOC_DEVICE_GET:
		return device_get(arg);
	case AIOS_IOC_JOB_OPEN:
		if (world->job_fd < 0)
			return -ENOENT;
		((struct aios_job_open *)arg)->fd = fcntl(world->job_fd, F_DUPFD_CLOEXEC, 3);
		return 0;
	default:
		return -ENOTTY;
	}
}

static int job_call(int fd, unsigned int nr, void *arg)
{
	struct aios_status *page = job_page(fd);
	int err = 0;

	if (!page)
		return -ENOTTY;
	if (nr == AIOS_IOC_STAT)
		((struct aios_stat *)arg)->id = page->id;
	else if (nr == AIOS_IOC_CHARGE || nr == AIOS_IOC_UNCHARGE)
		err = charge(page, arg, nr == AIOS_IOC_CHARGE);
	else
		err = -ENOTTY;
	munmap(page, PAGE);
	return err;
}

int ioctl(int fd, unsigned long nr, ...)
{
	va_list ap;
	void *arg;
	int err;

	va_start(ap, nr);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (!world || nr >> 8 != AIOS_IOC_TYPE)
		return (int)syscall(SYS_ioctl, fd, nr, arg);
	pthread_mutex_lock(&world->lock);
	world->calls++;
	if ((nr & 0xff) < 0x40)
		err = device_call((unsigned int)nr, arg);
	else
		err = job_call(fd, (unsigned int)nr, arg);
	pthread_mutex_unlock(&world->lock);
	if (nr == AIOS_IOC_CHARGE && world->charging_ns)
		world_sleep_until(world_now() + world->charging_ns);
	errno = -err;
	return err ? -1 : 0;
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, int) : 0;
	va_end(ap);
	if (!world || strcmp(path, "/dev/aios"))
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (world->no_device_file) {
		errno = ENOENT;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", flags, 0);
}
