// SPDX-License-Identifier: GPL-2.0
/*
 * The environment of a job: its id, its descriptor, and which accelerators it
 * may use, in the variables that the vendors' runtimes read. A machine's
 * devices of one vendor are numbered in PCI order, as those runtimes do.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "machine/device.h"
#include "start/launch.h"
#include "start/preload.h"

static const struct {
	uint16_t vendor;
	const char *variable;
} vendors[] = {
	{ 0x10de, "CUDA_VISIBLE_DEVICES" },
	{ 0x1002, "ROCR_VISIBLE_DEVICES" },
	{ 0x8086, "ZE_AFFINITY_MASK" },
};

struct device_list {
	struct aios_device *devices;
	size_t nr;
};

static uint64_t pci_address(const struct aios_device *d)
{
	return (uint64_t)d->pci_domain << 16 | d->pci_bus << 8 | d->pci_devfn;
}

static int compare_address(const void *a, const void *b)
{
	uint64_t x = pci_address(a), y = pci_address(b);

	return x < y ? -1 : x > y;
}

static void device_add(const struct aios_device *device, void *data)
{
	struct device_list *list = data;

	list->devices = xrealloc(list->devices, (list->nr + 1) *
				 sizeof(*list->devices));
	list->devices[list->nr++] = *device;
}

static int devices_read(struct aios_ctx *ctx, struct device_list *list)
{
	int err;

	*list = (struct device_list){ 0 };
	err = devices_each(ctx, device_add, list);
	if (list->nr)
		qsort(list->devices, list->nr, sizeof(*list->devices),
		      compare_address);
	return err;
}

static bool has_device(const struct aios_status *status, uint32_t id)
{
	for (uint32_t i = 0; i < status->nr_devices && i < AIOS_JOB_DEVICES_MAX; i++)
		if (status->devices[i].id == id)
			return true;
	return false;
}

static char *append(char *list, uint64_t number)
{
	char *longer = xasprintf("%s%s%" PRIu64, list, *list ? "," : "", number);

	free(list);
	return longer;
}

static int vendor_set(const struct device_list *list,
		      const struct aios_status *status, uint16_t vendor,
		      const char *variable)
{
	auto_free char *value = xstrdup("");
	uint64_t index = 0;

	for (size_t i = 0; i < list->nr; i++) {
		const struct aios_device *d = &list->devices[i];

		if (!(d->flags & AIOS_DEVICE_PCI) || d->pci_vendor != vendor)
			continue;
		if (has_device(status, d->id))
			value = append(value, index);
		index++;
	}
	/* A vendor without devices here is none of our business. */
	if (index && setenv(variable, value, 1))
		return -errno;
	return 0;
}

/* Is it one that CUDA knows? What was declared may be. */
static bool is_cuda(const struct aios_device *d)
{
	return !(d->flags & AIOS_DEVICE_PCI) || d->pci_vendor == vendors[0].vendor;
}

static int devices_set(struct aios_ctx *ctx, const struct aios_status *status,
		       const struct jobspec *spec)
{
	bool cuda = false;
	auto_free char *ids = xstrdup("");
	struct device_list list;
	int err;

	err = devices_read(ctx, &list);
	for (size_t i = 0; i < list.nr && !err; i++) {
		if (!has_device(status, list.devices[i].id))
			continue;
		ids = append(ids, list.devices[i].id);
		cuda |= is_cuda(&list.devices[i]);
	}
	if (!err && setenv("AIOS_DEVICES", ids, 1))
		err = -errno;
	for (size_t i = 0; i < ARRAY_SIZE(vendors) && !err; i++)
		err = vendor_set(&list, status, vendors[i].vendor,
				 vendors[i].variable);
	if (!err && getenv("CUDA_VISIBLE_DEVICES") &&
	    setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1))
		err = -errno;
	free(list.devices);
	return !err && cuda && !spec->no_preload ? preload_set() : err;
}

/* What reads them: OpenMP and libraries of numbers, Go, Rust's rayon, Python 3.13, Julia. */
static int threads_set(const struct aios_status *status, uint64_t nr)
{
	static const char * const variables[] = {
		"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
		"NUMEXPR_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
		"GOMAXPROCS", "RAYON_NUM_THREADS", "PYTHON_CPU_COUNT", "JULIA_NUM_THREADS",
	};
	char value[24];

	if (!nr)
		nr = (status->grant[AIOS_RESOURCE_CPU] + 999) / 1000 ?: 1;
	snprintf(value, sizeof(value), "%" PRIu64, nr);
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		if (setenv(variables[i], value, 1))
			return -errno;
	return 0;
}

/* Only a job that may start again can have started before. */
static int attempt_get(struct aios_job *job, const struct jobspec *spec, uint32_t *attempt)
{
	struct aios_stat stat;
	int err;

	*attempt = 1;
	if (!spec->retries)
		return 0;
	AIOS_INIT(&stat);
	err = aios_job_stat(job, &stat);
	if (!err)
		*attempt = stat.attempt;
	return err;
}

/*
 * What the job was granted, from its page: STAT would measure what a job uses that
 * uses nothing yet. The grant is no news to who polls the descriptor from now on:
 * the wait, which returns at once, has seen it.
 */
static int granted_get(struct aios_job *job, struct aios_status *status)
{
	struct aios_wait wait;
	int err;

	AIOS_INIT(&wait);
	wait.state_mask = 1U << AIOS_STATE_RUNNING | 1U << AIOS_STATE_SUSPENDED;
	err = aios_job_wait(job, &wait);
	if (err)
		return err;
	AIOS_INIT(status);
	return aios_job_status_read(job, status);
}

int environment_set(struct aios_ctx *ctx, struct aios_job *job,
		    const struct jobspec *spec)
{
	struct aios_status status;
	char id[24], number[16];
	uint32_t attempt;
	int err;

	err = granted_get(job, &status);
	if (!err)
		err = attempt_get(job, spec, &attempt);
	if (err)
		return err;
	snprintf(id, sizeof(id), "%" PRIu64, aios_job_id(job));
	if (setenv("AIOS_JOB_ID", id, 1))
		return -errno;
	snprintf(number, sizeof(number), "%" PRIu32, attempt);
	if (setenv("AIOS_ATTEMPT", number, 1))
		return -errno;
	err = aios_job_to_environment(job);
	if (!err)
		err = devices_set(ctx, &status, spec);
	if (!err && spec->threads)
		err = threads_set(&status, spec->nr_threads);
	return err;
}
