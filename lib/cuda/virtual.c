// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Virtual memory management: cuMemCreate() allocates memory without an address. It is there
 * until its last handle is released and its last mapping is undone, in whatever order, and
 * is charged as long. What was imported from another process is that one's.
 */
#include <pthread.h>
#include <stdlib.h>

#include "cuda/memory.h"

/* Protects how many handles and mappings each piece of memory has. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void physical_get(struct physical *physical)
{
	pthread_mutex_lock(&lock);
	physical->refs++;
	pthread_mutex_unlock(&lock);
}

void physical_put(struct physical *physical)
{
	unsigned int left;

	pthread_mutex_lock(&lock);
	left = --physical->refs;
	pthread_mutex_unlock(&lock);
	if (left)
		return;
	job_uncharge(physical->device, physical->bytes);
	free(physical);
}

/* One more handle or mapping of a piece of memory; without it the piece goes too early. */
static CUresult reference_add(struct physical *physical, enum entry_kind kind, uint64_t key,
			      uint64_t bytes)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return CUDA_ERROR_OUT_OF_MEMORY;
	physical_get(physical);
	entry->physical = physical;
	entry->bytes = bytes;
	table_add(entry, kind, key);
	return CUDA_SUCCESS;
}

static void reference_drop(struct entry *entry)
{
	physical_put(entry->physical);
	free(entry);
}

/* The memory of @bytes on an accelerator, charged; or NULL. */
static struct physical *physical_make(uint32_t id, uint64_t bytes)
{
	struct physical *physical = calloc(1, sizeof(*physical));

	if (!physical || !memory_charge(id, bytes)) {
		free(physical);
		return NULL;
	}
	physical->device = id;
	physical->bytes = bytes;
	physical->refs = 1;
	return physical;
}

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t bytes,
		     const struct cu_mem_allocation_prop *prop, unsigned long long flags)
{
	struct physical *physical;
	CUresult result;
	uint32_t id;

	if (!prop || prop->location.type != CU_MEM_LOCATION_TYPE_DEVICE || !memory_governed())
		return memory_call(cuMemCreate, handle, bytes, prop, flags);
	id = job_device(prop->location.id);
	physical = id == NO_DEVICE ? NULL : physical_make(id, bytes);
	if (!physical)
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = memory_call(cuMemCreate, handle, bytes, prop, flags);
	if (!result)
		result = reference_add(physical, ENTRY_HANDLE, *handle, 0);
	physical_put(physical);
	return result;
}

CUresult cuMemRelease(CUmemGenericAllocationHandle handle)
{
	struct entry *entry = memory_free_begin(ENTRY_HANDLE, handle);
	CUresult result = memory_call(cuMemRelease, handle);

	if (entry && result)
		table_add(entry, ENTRY_HANDLE, handle);
	else if (entry)
		reference_drop(entry);
	return result;
}

CUresult cuMemMap(CUdeviceptr address, size_t bytes, size_t offset,
		  CUmemGenericAllocationHandle handle, unsigned long long flags)
{
	CUresult result = memory_call(cuMemMap, address, bytes, offset, handle, flags);
	struct physical *physical;

	if (result || memory_depth)
		return result;
	physical = table_handle(handle);
	if (!physical)
		return result;
	result = reference_add(physical, ENTRY_MAPPING, address, bytes);
	if (result)
		memory_call(cuMemUnmap, address, bytes);
	return result;
}

/* What is unmapped is one mapping, or several that lie side by side. */
CUresult cuMemUnmap(CUdeviceptr address, size_t bytes)
{
	CUresult result = memory_call(cuMemUnmap, address, bytes);
	CUdeviceptr end = address + bytes;
	struct entry *entry;

	while (!result && !memory_depth && address < end) {
		entry = table_take(ENTRY_MAPPING, address);
		if (!entry)
			break;
		address += entry->bytes;
		reference_drop(entry);
	}
	return result;
}

CUresult cuMemRetainAllocationHandle(CUmemGenericAllocationHandle *handle, void *address)
{
	CUresult result = memory_call(cuMemRetainAllocationHandle, handle, address);
	struct physical *physical;

	if (result || memory_depth)
		return result;
	physical = table_mapping((uintptr_t)address);
	if (!physical)
		return result;
	result = reference_add(physical, ENTRY_HANDLE, *handle, 0);
	if (result)
		memory_call(cuMemRelease, *handle);
	return result;
}

void physical_fork_prepare(void)
{
	pthread_mutex_lock(&lock);
}

void physical_fork_parent(void)
{
	pthread_mutex_unlock(&lock);
}

void physical_fork_child(void)
{
	pthread_mutex_init(&lock, NULL);
}
