// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The job that the process runs in: how it is found, its status page, and which of its
 * accelerators is which of the driver's.
 *
 * What changes with a grant is copied out of the page when its epoch has changed, so that a
 * launch looks at one number of the page and makes no system call.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cuda/job.h"
#include "cuda/next.h"
#include "cuda/shared.h"

#define NSEC_PER_SEC	1000000000ULL
#define WHOLE		1000U		/* thousandths of an accelerator */
#define DEVICES_MAX	64		/* accelerators of the machine that are told apart */
#define SUSPENDED_NS	(10 * 1000000ULL)	/* between two looks at a suspended job */

enum attachment { ATTACH_UNTRIED, ATTACH_NONE, ATTACH_DONE };

/* What was last copied from the page. */
struct view {
	uint64_t epoch;		/* atomic, like all others; written last */
	uint32_t state;
	uint32_t nr;
	uint32_t has_memory;
	uint32_t has_time;
	uint32_t id[AIOS_JOB_DEVICES_MAX];
	uint32_t milli[AIOS_JOB_DEVICES_MAX];
	uint64_t bound[AIOS_JOB_DEVICES_MAX];
};

struct pci_device {
	uint32_t domain;
	uint32_t bus;
	uint32_t slot;
	uint32_t function;
	uint32_t id;
};

static struct {
	enum attachment attached;	/* atomic */
	struct aios_job *job;		/* immutable once attached */
	struct view view;
	struct pci_device pci[DEVICES_MAX];	/* immutable once attached, like the next */
	uint32_t nr_pci;
	uint32_t ids[DEVICES_MAX];	/* atomic: of the driver's devices; NO_DEVICE */
} job;

static pthread_mutex_t attach_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t view_lock = PTHREAD_MUTEX_INITIALIZER;

#define get(field)		__atomic_load_n(&(field), __ATOMIC_RELAXED)
#define set(field, value)	__atomic_store_n(&(field), (value), __ATOMIC_RELAXED)

uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

void clock_wait(uint64_t until_ns)
{
	struct timespec t = {
		.tv_sec = (time_t)(until_ns / NSEC_PER_SEC),
		.tv_nsec = (long)(until_ns % NSEC_PER_SEC),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

/* --------------------------------------------------------------- attachment */

/* A program that closes what it inherited has lost the descriptor, but not the number. */
static int job_find(struct aios_job **found)
{
	const char *id = getenv("AIOS_JOB_ID");
	struct aios_ctx *ctx;
	int err = aios_job_from_environment(found);

	if (!err || !id)
		return err;
	err = aios_new(&ctx, NULL);
	if (err)
		return err;
	err = aios_job_open(ctx, strtoull(id, NULL, 10), found);
	aios_unref(ctx);
	return err;
}

/* Where accelerators are on the bus; whoever may not ask has them by their order. */
static void pci_read(void)
{
	struct aios_device device;
	struct aios_ctx *ctx;
	uint32_t next = 0;

	if (aios_new(&ctx, NULL))
		return;
	while (job.nr_pci < DEVICES_MAX) {
		AIOS_INIT(&device);
		if (aios_device_get(ctx, next, &device))
			break;
		next = device.id + 1;
		if (!(device.flags & AIOS_DEVICE_PCI))
			continue;
		job.pci[job.nr_pci++] = (struct pci_device){
			.domain = device.pci_domain, .bus = device.pci_bus,
			.slot = device.pci_devfn >> 3, .function = device.pci_devfn & 7,
			.id = device.id,
		};
	}
	aios_unref(ctx);
}

/* A job that cannot be seen may be one that still runs: its last process tells that apart. */
static bool is_over(uint64_t id)
{
	struct aios_stat stat;
	struct aios_job *other;
	struct aios_ctx *ctx;
	bool over;
	int err = aios_new(&ctx, NULL);

	if (err)
		return false;
	AIOS_INIT(&stat);
	err = aios_job_open(ctx, id, &other);
	over = err == -ENOENT;
	if (!err) {
		over = !aios_job_stat(other, &stat) && stat.state >= AIOS_STATE_DONE;
		aios_job_unref(other);
	}
	aios_unref(ctx);
	return over;
}

static void give_dead(uint32_t device_id, uint64_t bytes)
{
	aios_job_uncharge(job.job, device_id, bytes, NULL, NULL);
}

static enum attachment attach(void)
{
	int err;

	if (!job.job && !getenv(AIOS_JOB_FD_ENV) && !getenv("AIOS_JOB_ID"))
		return ATTACH_NONE;
	err = job.job ? 0 : job_find(&job.job);
	if (err) {
		fprintf(stderr, "libaios-cuda: the job of this process cannot be reached, and its limits on accelerators do not hold here: %s\n",
			strerror(-err));
		return ATTACH_NONE;
	}
	set(job.view.epoch, ~0ULL);
	memset(job.ids, 0xff, sizeof(job.ids));
	job.nr_pci = 0;
	pci_read();
	shared_join(aios_job_id(job.job), is_over, give_dead);
	return ATTACH_DONE;
}

bool job_attached(void)
{
	return __atomic_load_n(&job.attached, __ATOMIC_ACQUIRE) == ATTACH_DONE;
}

bool job_governs(void)
{
	enum attachment found = __atomic_load_n(&job.attached, __ATOMIC_ACQUIRE);

	if (found != ATTACH_UNTRIED)
		return found == ATTACH_DONE;
	pthread_mutex_lock(&attach_lock);
	if (job.attached == ATTACH_UNTRIED)
		__atomic_store_n(&job.attached, attach(), __ATOMIC_RELEASE);
	found = job.attached;
	pthread_mutex_unlock(&attach_lock);
	return found == ATTACH_DONE;
}

void job_fork_prepare(void)
{
	pthread_mutex_lock(&attach_lock);
	pthread_mutex_lock(&view_lock);
}

void job_fork_parent(void)
{
	pthread_mutex_unlock(&view_lock);
	pthread_mutex_unlock(&attach_lock);
}

void job_fork_child(void)
{
	pthread_mutex_init(&view_lock, NULL);
	pthread_mutex_init(&attach_lock, NULL);
	if (job.attached == ATTACH_DONE)
		shared_forget();
	job.attached = ATTACH_UNTRIED;
}

/* --------------------------------------------------------------------- page */

/*
 * The grant is the job's, over all its accelerators: each has its part as the request was
 * laid out, so that what is shown on each is also what can be had there.
 */
static uint64_t bound_of(const struct aios_status *s, uint32_t device)
{
	unsigned __int128 grant = s->grant[AIOS_RESOURCE_GPU_MEMORY];
	uint64_t sum = 0;

	for (uint32_t i = 0; i < s->nr_devices; i++)
		sum += s->devices[i].memory;
	if (!sum)
		return (uint64_t)grant / s->nr_devices;
	return (uint64_t)(grant * s->devices[device].memory / sum);
}

static void view_write(const struct aios_status *s)
{
	struct view *v = &job.view;

	set(v->state, s->state);
	set(v->nr, s->nr_devices);
	set(v->has_memory, s->limit[AIOS_RESOURCE_GPU_MEMORY] != 0);
	set(v->has_time, s->limit[AIOS_RESOURCE_GPU] != 0);
	for (uint32_t i = 0; i < s->nr_devices; i++) {
		set(v->id[i], s->devices[i].id);
		set(v->milli[i], s->devices[i].milli);
		set(v->bound[i], bound_of(s, i));
	}
	__atomic_store_n(&v->epoch, s->epoch, __ATOMIC_RELEASE);
}

static bool status_read(struct aios_status *s)
{
	AIOS_INIT(s);
	if (aios_job_status_read(job.job, s))
		return false;
	if (s->nr_devices > AIOS_JOB_DEVICES_MAX)
		s->nr_devices = AIOS_JOB_DEVICES_MAX;
	return true;
}

static const struct view *view(void)
{
	struct aios_status status;
	uint64_t epoch;

	if (!aios_job_status_epoch(job.job, &epoch) &&
	    epoch != __atomic_load_n(&job.view.epoch, __ATOMIC_ACQUIRE)) {
		pthread_mutex_lock(&view_lock);
		if (status_read(&status))
			view_write(&status);
		pthread_mutex_unlock(&view_lock);
	}
	return &job.view;
}

bool job_has_memory(void)
{
	return job_governs() && get(view()->has_memory);
}

bool job_has_time(void)
{
	return job_governs() && get(view()->has_time);
}

/* ------------------------------------------------------------------ devices */

/* The id of the accelerator that is on the bus there, or NO_DEVICE. */
static uint32_t id_at(const char *pci)
{
	unsigned int domain, bus, slot, function = 0;

	if (sscanf(pci, "%x:%x:%x.%x", &domain, &bus, &slot, &function) < 3)
		return NO_DEVICE;
	for (uint32_t i = 0; i < job.nr_pci; i++)
		if (job.pci[i].domain == domain && job.pci[i].bus == bus &&
		    job.pci[i].slot == slot && job.pci[i].function == function)
			return job.pci[i].id;
	return NO_DEVICE;
}

/* Its index in the view, or -1 when the job does not have it any more. */
static int index_of(const struct view *v, uint32_t id)
{
	for (uint32_t i = 0; i < get(v->nr); i++)
		if (get(v->id[i]) == id)
			return (int)i;
	return -1;
}

static uint32_t id_of_job(uint32_t id)
{
	return index_of(view(), id) < 0 ? NO_DEVICE : id;
}

static bool is_on_bus(uint32_t id)
{
	for (uint32_t i = 0; i < job.nr_pci; i++)
		if (job.pci[i].id == id)
			return true;
	return false;
}

/* Of those that the bus does not tell apart, the driver has the n-th as number n. */
static uint32_t id_by_order(CUdevice device)
{
	const struct view *v = view();
	CUdevice nth = 0;

	for (uint32_t i = 0; i < get(v->nr); i++)
		if (!is_on_bus(get(v->id[i])) && nth++ == device)
			return get(v->id[i]);
	return NO_DEVICE;
}

uint32_t job_device(CUdevice device)
{
	char pci[32] = "";
	uint32_t id;

	if (device < 0 || device >= DEVICES_MAX)
		return NO_DEVICE;
	id = get(job.ids[device]);
	if (id == NO_DEVICE) {
		if (!next_call(cuDeviceGetPCIBusId, pci, sizeof(pci), device))
			id = id_at(pci);
		if (id == NO_DEVICE)
			id = id_by_order(device);
		set(job.ids[device], id);
	}
	return id_of_job(id);
}

uint32_t job_device_at(const char *pci)
{
	return id_of_job(id_at(pci));
}

unsigned int job_share(uint32_t id)
{
	const struct view *v = view();
	int i = index_of(v, id);
	unsigned int milli = i < 0 ? 0 : get(v->milli[i]);

	/* A grant may be nothing for a while, and a wait must have an end. */
	return milli > WHOLE ? WHOLE : milli ? milli : 1;
}

/* ------------------------------------------------------------------- memory */

static uint64_t bound(uint32_t id)
{
	const struct view *v = view();
	int i = index_of(v, id);

	return i < 0 ? 0 : get(v->bound[i]);
}

struct job_memory job_memory(uint32_t id)
{
	struct job_memory memory = { .bound = bound(id) };
	struct aios_status status;

	if (status_read(&status))
		for (uint32_t i = 0; i < status.nr_devices; i++)
			if (status.devices[i].id == id)
				memory.used = status.devices[i].memory_used;
	return memory;
}

bool job_is_suspended(void)
{
	return get(view()->state) == AIOS_STATE_SUSPENDED;
}

bool job_wait_resumed(void)
{
	bool waited = false;

	while (job_is_suspended()) {
		clock_wait(clock_ns() + SUSPENDED_NS);
		waited = true;
	}
	return waited;
}

/* Return: 0, or -errno; what is beyond the grant is -ENOMEM and was given back. */
static int charge(uint32_t id, uint64_t bytes)
{
	struct aios_why why;
	uint64_t used;
	int err;

	do {
		err = aios_job_charge(job.job, id, bytes, &used, &why);
	} while (err == -EINTR || (err && job_wait_resumed()));
	if (!err && used > bound(id)) {
		aios_job_uncharge(job.job, id, bytes, NULL, NULL);
		err = -ENOMEM;
	}
	return err;
}

/* The processes of the job agree on who has what is left before they ask the module. */
static int claim(uint32_t id, uint64_t bytes)
{
	int place = shared_device(id), err;

	job_wait_resumed();
	if (!shared_claim(place, bytes, bound(id)))
		return -ENOMEM;
	err = charge(id, bytes);
	if (err)
		shared_unclaim(place, bytes);
	else
		shared_note(place, (int64_t)bytes);
	return err;
}

bool job_charge(uint32_t id, uint64_t bytes)
{
	int err;

	if (!bytes)
		return true;
	if (!shared_is_held()) {
		pthread_mutex_lock(&attach_lock);
		shared_renew();
		pthread_mutex_unlock(&attach_lock);
	}
	err = claim(id, bytes);
	if (err == -ENOMEM) {
		pthread_mutex_lock(&attach_lock);
		shared_reap(give_dead);
		pthread_mutex_unlock(&attach_lock);
		err = claim(id, bytes);
	}
	return !err;
}

void job_uncharge(uint32_t id, uint64_t bytes)
{
	int place, err;

	if (!bytes)
		return;
	place = shared_device(id);
	shared_note(place, -(int64_t)bytes);
	do {
		err = aios_job_uncharge(job.job, id, bytes, NULL, NULL);
	} while (err == -EINTR);
	shared_unclaim(place, bytes);
}
