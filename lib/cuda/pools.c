// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Memory that is allocated in the order of a stream. It comes from pools, which keep what was
 * freed for the next who asks, so that not what is allocated is charged but what the pool
 * holds: before an allocation that does not fit into what the pool has free, the rest, and
 * after it what the driver says that the pool has reserved. What a pool has given back is
 * noticed at its next allocation, where the program asks how much is free, or once a charge
 * does not fit.
 *
 * Drivers before CUDA 11.3 do not tell what a pool has; there it is not charged.
 */
#include <pthread.h>
#include <stdlib.h>

#include "cuda/memory.h"

struct pool {
	struct pool *next;	/* protected by @lock, like @charged */
	CUmemoryPool handle;	/* immutable, like @device */
	uint32_t device;
	uint64_t charged;
};

struct request {
	CUdeviceptr *address;
	size_t bytes;
	CUmemoryPool handle;
	CUstream stream;
	bool from_pool;		/* the program named the pool */
	bool per_thread;	/* whose default stream is meant */
};

static struct pool *pools;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool attribute(CUmemoryPool handle, int which, uint64_t *value)
{
	*value = 0;
	return !next_call(cuMemPoolGetAttribute, handle, which, value);
}

static struct pool *find(CUmemoryPool handle)
{
	struct pool *p = pools;

	while (p && p->handle != handle)
		p = p->next;
	return p;
}

static struct pool *add(CUmemoryPool handle, uint32_t device)
{
	struct pool *p = find(handle);

	if (p)
		return p;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->handle = handle;
	p->device = device;
	p->next = pools;
	pools = p;
	return p;
}

/* Give back what a pool does not hold any more. Return: whether it was something. */
static bool shrink(struct pool *p)
{
	uint64_t reserved;

	if (!attribute(p->handle, CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT, &reserved) ||
	    reserved >= p->charged)
		return false;
	job_uncharge(p->device, p->charged - reserved);
	p->charged = reserved;
	return true;
}

static bool shrink_all(void)
{
	bool some = false;

	for (struct pool *p = pools; p; p = p->next)
		some |= shrink(p);
	return some;
}

bool pools_refresh(void)
{
	bool some;

	pthread_mutex_lock(&lock);
	some = shrink_all();
	pthread_mutex_unlock(&lock);
	return some;
}

/* Charge @bytes more on a pool. The caller holds the lock. */
static bool grow(struct pool *p, uint64_t bytes)
{
	if (!job_charge(p->device, bytes) &&
	    !(shrink_all() && job_charge(p->device, bytes)))
		return false;
	p->charged += bytes;
	return true;
}

static CUresult allocate(const struct request *r)
{
	if (r->from_pool && r->per_thread)
		return memory_call(cuMemAllocFromPoolAsync_ptsz, r->address, r->bytes, r->handle,
				   r->stream);
	if (r->from_pool)
		return memory_call(cuMemAllocFromPoolAsync, r->address, r->bytes, r->handle,
				   r->stream);
	if (r->per_thread)
		return memory_call(cuMemAllocAsync_ptsz, r->address, r->bytes, r->stream);
	return memory_call(cuMemAllocAsync, r->address, r->bytes, r->stream);
}

static void take_back(const struct request *r)
{
	if (r->per_thread)
		memory_call(cuMemFreeAsync_ptsz, *r->address, r->stream);
	else
		memory_call(cuMemFreeAsync, *r->address, r->stream);
}

/* The caller holds the lock. */
static CUresult allocate_charged(struct pool *p, const struct request *r)
{
	uint64_t reserved, used, left;
	CUresult result;

	if (!attribute(p->handle, CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT, &reserved) ||
	    !attribute(p->handle, CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used))
		return allocate(r);
	shrink(p);
	left = p->charged > used ? p->charged - used : 0;
	if (r->bytes > left && !grow(p, r->bytes - left))
		return CUDA_ERROR_OUT_OF_MEMORY;
	result = allocate(r);
	/* A pool grows in pieces of the driver's choice, or not where a stream is captured. */
	if (attribute(p->handle, CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT, &reserved) &&
	    reserved > p->charged && !grow(p, reserved - p->charged) && !result) {
		take_back(r);
		result = CUDA_ERROR_OUT_OF_MEMORY;
	}
	shrink(p);
	return result;
}

/* The device of a stream, which need not be the current one. */
static CUdevice device_of(CUstream stream)
{
	CUcontext context;
	CUdevice device;

	if ((uintptr_t)stream <= CU_STREAM_PER_THREAD ||
	    next_call(cuStreamGetCtx, stream, &context) ||
	    next_call(cuCtxPushCurrent_v2, context))
		return memory_current();
	device = memory_current();
	next_call(cuCtxPopCurrent_v2, &context);
	return device;
}

static CUresult request(struct request *r)
{
	CUdevice device = device_of(r->stream);
	CUresult result = CUDA_SUCCESS;
	struct pool *p;
	uint32_t id;

	if (device < 0 || !memory_governed())
		return allocate(r);
	id = job_device(device);
	if (!r->from_pool)
		result = next_call(cuDeviceGetMemPool, &r->handle, device);
	if (result)
		return allocate(r);
	pthread_mutex_lock(&lock);
	p = r->from_pool ? find(r->handle) : NULL;
	/* A pool that was made on a device is known; one that is not is the host's. */
	if (!r->from_pool && id != NO_DEVICE)
		p = add(r->handle, id);
	if (p)
		result = allocate_charged(p, r);
	else
		result = r->from_pool ? allocate(r) : CUDA_ERROR_OUT_OF_MEMORY;
	pthread_mutex_unlock(&lock);
	return result;
}

CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, CUstream stream)
{
	return request(&(struct request){ address, bytes, NULL, stream, false, false });
}

CUresult cuMemAllocAsync_ptsz(CUdeviceptr *address, size_t bytes, CUstream stream)
{
	return request(&(struct request){ address, bytes, NULL, stream, false, true });
}

CUresult cuMemAllocFromPoolAsync(CUdeviceptr *address, size_t bytes, CUmemoryPool pool,
				 CUstream stream)
{
	return request(&(struct request){ address, bytes, pool, stream, true, false });
}

CUresult cuMemAllocFromPoolAsync_ptsz(CUdeviceptr *address, size_t bytes, CUmemoryPool pool,
				      CUstream stream)
{
	return request(&(struct request){ address, bytes, pool, stream, true, true });
}

/* It takes back what cuMemAlloc() has allocated, too. */
CUresult cuMemFreeAsync(CUdeviceptr address, CUstream stream)
{
	struct entry *entry = memory_free_begin(ENTRY_POINTER, address);

	return memory_free_end(entry, memory_call(cuMemFreeAsync, address, stream));
}

CUresult cuMemFreeAsync_ptsz(CUdeviceptr address, CUstream stream)
{
	struct entry *entry = memory_free_begin(ENTRY_POINTER, address);

	return memory_free_end(entry, memory_call(cuMemFreeAsync_ptsz, address, stream));
}

/* ------------------------------------------------------------ pools themselves */

CUresult cuMemPoolCreate(CUmemoryPool *pool, const struct cu_mem_pool_props *props)
{
	CUresult result = memory_call(cuMemPoolCreate, pool, props);
	uint32_t id;

	if (result || !memory_governed() ||
	    props->location.type != CU_MEM_LOCATION_TYPE_DEVICE)
		return result;
	id = job_device(props->location.id);
	pthread_mutex_lock(&lock);
	/* Nothing can be charged on what is not the job's: so nothing comes from there. */
	add(*pool, id);
	pthread_mutex_unlock(&lock);
	return result;
}

CUresult cuMemPoolDestroy(CUmemoryPool handle)
{
	struct pool **at = &pools, *p;
	CUresult result;

	pthread_mutex_lock(&lock);
	result = memory_call(cuMemPoolDestroy, handle);
	while (*at && (*at)->handle != handle)
		at = &(*at)->next;
	p = result ? NULL : *at;
	if (p) {
		*at = p->next;
		job_uncharge(p->device, p->charged);
		free(p);
	}
	pthread_mutex_unlock(&lock);
	return result;
}

CUresult cuMemPoolTrimTo(CUmemoryPool handle, size_t keep)
{
	CUresult result = memory_call(cuMemPoolTrimTo, handle, keep);
	struct pool *p;

	pthread_mutex_lock(&lock);
	p = find(handle);
	if (p)
		shrink(p);
	pthread_mutex_unlock(&lock);
	return result;
}

void pools_leave(void)
{
	pthread_mutex_lock(&lock);
	for (struct pool *p = pools; p; p = p->next) {
		job_uncharge(p->device, p->charged);
		p->charged = 0;
	}
	pthread_mutex_unlock(&lock);
}

void pools_fork_prepare(void)
{
	pthread_mutex_lock(&lock);
}

void pools_fork_parent(void)
{
	pthread_mutex_unlock(&lock);
}

void pools_fork_child(void)
{
	pthread_mutex_init(&lock, NULL);
	pools = NULL;
}
