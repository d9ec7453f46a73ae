// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How much memory an accelerator has: a program that asks is shown what the job has of it, so
 * that what it plans with is what it gets.
 */
#include "cuda/memory.h"

/* Cut what the device has down to what the job may have there. */
static void cut(uint32_t id, uint64_t *left, uint64_t *total)
{
	struct job_memory memory = job_memory(id);
	uint64_t own = memory.bound > memory.used ? memory.bound - memory.used : 0;

	if (*total > memory.bound)
		*total = memory.bound;
	if (*left > own)
		*left = own;
}

CUresult cuMemGetInfo_v2(size_t *left, size_t *total)
{
	CUresult result = next_call(cuMemGetInfo_v2, left, total);
	uint64_t has_left, has_total;
	uint32_t id;

	if (result || !left || !total || !memory_governed())
		return result;
	pools_refresh();
	has_left = *left;
	has_total = *total;
	id = job_device(memory_current());
	/* On an accelerator that is not the job's there is nothing for it. */
	if (id == NO_DEVICE)
		has_left = 0;
	else
		cut(id, &has_left, &has_total);
	*left = has_left;
	*total = has_total;
	return result;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
	CUresult result = next_call(cuDeviceTotalMem_v2, bytes, device);
	uint64_t left = 0, total;
	uint32_t id;

	if (result || !bytes || !memory_governed())
		return result;
	id = job_device(device);
	total = *bytes;
	if (id != NO_DEVICE)
		cut(id, &left, &total);
	*bytes = total;
	return result;
}

/* NVML sees all devices of the machine; those that are not the job's it shows as they are. */
static uint32_t nvml_device(nvmlDevice_t device)
{
	struct nvml_pci_info pci;

	if (!memory_governed() || next_call(nvmlDeviceGetPciInfo_v3, device, &pci))
		return NO_DEVICE;
	pci.id[sizeof(pci.id) - 1] = '\0';
	return job_device_at(pci.id);
}

static void nvml_cut(uint32_t id, unsigned long long *total, unsigned long long *left,
		     unsigned long long *used)
{
	uint64_t own_left = *left, own_total = *total;

	cut(id, &own_left, &own_total);
	*total = own_total;
	*left = own_left;
	*used = own_total - own_left;
}

int nvmlDeviceGetMemoryInfo(nvmlDevice_t device, struct nvml_memory *memory)
{
	int result = next_call(nvmlDeviceGetMemoryInfo, device, memory);
	uint32_t id = result ? NO_DEVICE : nvml_device(device);

	if (id != NO_DEVICE)
		nvml_cut(id, &memory->total, &memory->free, &memory->used);
	return result;
}

int nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, struct nvml_memory_v2 *memory)
{
	int result = next_call(nvmlDeviceGetMemoryInfo_v2, device, memory);
	uint32_t id = result ? NO_DEVICE : nvml_device(device);

	if (id != NO_DEVICE)
		nvml_cut(id, &memory->total, &memory->free, &memory->used);
	return result;
}
