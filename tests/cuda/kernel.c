// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel side of the machine that the tests run on, in the place of ioctl() and open(): see
 * world.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"

#define PAGE		4096

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
