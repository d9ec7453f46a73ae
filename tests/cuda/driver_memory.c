// SPDX-License-Identifier: GPL-2.0
/*
 * The scripted driver: contexts and memory. Addresses and handles are numbers that are never
 * given twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver_inside.h"

#define POOL_PIECE	(32 * MIB)	/* by which a pool grows */
#define DEVICES_BUS	{ 0x65, 0x66 }

struct CUmemPoolHandle_st {
	CUdevice device;
	uint64_t reserved;
	uint64_t used;
	uint64_t threshold;
};

/* An allocation; of a handle also its references and mappings. */
struct piece {
	struct piece *next;
	uint64_t key;
	uint64_t bytes;
	CUdevice device;
	CUcontext context;
	CUmemoryPool pool;
	struct piece *backing;		/* of a mapping */
	unsigned int refs;
	unsigned int maps;
	bool imported;
};

static __thread CUcontext stack[8];
static __thread int depth;
static struct CUctx_st primary[WORLD_DEVICES] = { { 0 }, { 1 } };
static int primary_refs[WORLD_DEVICES];
static struct CUmemPoolHandle_st default_pool[WORLD_DEVICES] = { { .device = 0 }, { .device = 1 } };
static struct piece *pieces;
static uint64_t next_key = 0x7f0000000000;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;	/* protects all but the world */

/* ---------------------------------------------------------------- contexts */

static CUcontext current(void)
{
	return depth ? stack[depth - 1] : NULL;
}

CUresult cuInit(unsigned int flags)
{
	return flags ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult cuDeviceGetPCIBusId(char *id, int room, CUdevice device)
{
	static const int bus[] = DEVICES_BUS;

	snprintf(id, (size_t)room, "0000:%02x:00.0", bus[device]);
	return CUDA_SUCCESS;
}

CUresult cuCtxCreate_v2(CUcontext *context, unsigned int flags, CUdevice device)
{
	(void)flags;
	*context = malloc(sizeof(**context));
	(*context)->device = device;
	return cuCtxPushCurrent_v2(*context);
}

CUresult cuCtxPushCurrent_v2(CUcontext context)
{
	stack[depth++] = context;
	return CUDA_SUCCESS;
}

CUresult cuCtxPopCurrent_v2(CUcontext *context)
{
	*context = stack[--depth];
	return CUDA_SUCCESS;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
	depth = 1;
	stack[0] = context;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext *context)
{
	*context = current();
	return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
	if (!current())
		return 201; /* CUDA_ERROR_INVALID_CONTEXT */
	*device = current()->device;
	return CUDA_SUCCESS;
}

static void context_empty(CUcontext context)
{
	struct piece **at = &pieces, *p;

	pthread_mutex_lock(&lock);
	while ((p = *at)) {
		if (p->context != context) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		device_give(p->device, p->bytes);
		free(p);
	}
	pthread_mutex_unlock(&lock);
}

CUresult cuCtxDestroy_v2(CUcontext context)
{
	context_empty(context);
	if (current() == context)
		depth--;
	free(context);
	return CUDA_SUCCESS;
}

CUresult cuCtxDestroy(CUcontext context)
{
	return cuCtxDestroy_v2(context);
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
	primary_refs[device]++;
	*context = &primary[device];
	return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device)
{
	if (!--primary_refs[device])
		context_empty(&primary[device]);
	return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease(CUdevice device)
{
	return cuDevicePrimaryCtxRelease_v2(device);
}

CUresult cuDevicePrimaryCtxReset_v2(CUdevice device)
{
	context_empty(&primary[device]);
	return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxReset(CUdevice device)
{
	return cuDevicePrimaryCtxReset_v2(device);
}

CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned int *flags, int *active)
{
	*flags = 0;
	*active = primary_refs[device] > 0;
	return CUDA_SUCCESS;
}

/* -------------------------------------------------------------- the device */

CUresult device_take(CUdevice device, uint64_t bytes)
{
	CUresult result = CUDA_ERROR_OUT_OF_MEMORY;

	pthread_mutex_lock(&world->lock);
	if (bytes <= WORLD_MEMORY - world->memory_used[device]) {
		world->memory_used[device] += bytes;
		result = CUDA_SUCCESS;
	}
	pthread_mutex_unlock(&world->lock);
	return result;
}

void device_give(CUdevice device, uint64_t bytes)
{
	pthread_mutex_lock(&world->lock);
	world->memory_used[device] -= bytes;
	pthread_mutex_unlock(&world->lock);
}

CUresult cuMemGetInfo_v2(size_t *left, size_t *total)
{
	CUdevice device;
	CUresult result = cuCtxGetDevice(&device);

	if (result)
		return result;
	*total = WORLD_MEMORY;
	*left = WORLD_MEMORY - world->memory_used[device];
	return CUDA_SUCCESS;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
	(void)device;
	*bytes = WORLD_MEMORY;
	return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ pieces */

static struct piece *find(uint64_t key)
{
	struct piece *p = pieces;

	while (p && p->key != key)
		p = p->next;
	return p;
}

static struct piece *piece_add(uint64_t key, CUdevice device, uint64_t bytes)
{
	struct piece *p = calloc(1, sizeof(*p));

	p->key = key;
	p->device = device;
	p->bytes = bytes;
	p->next = pieces;
	pieces = p;
	return p;
}

static void piece_drop(struct piece *p)
{
	struct piece **at = &pieces;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	free(p);
}

static CUresult allocate(uint64_t *key, uint64_t bytes)
{
	CUdevice device;
	CUresult result = bytes ? cuCtxGetDevice(&device) : CUDA_ERROR_INVALID_VALUE;

	if (!result)
		result = device_take(device, bytes);
	if (result)
		return result;
	pthread_mutex_lock(&lock);
	*key = next_key;
	next_key += (bytes + MIB) & ~(MIB - 1);
	piece_add(*key, device, bytes)->context = current();
	pthread_mutex_unlock(&lock);
	return CUDA_SUCCESS;
}

static CUresult release(uint64_t key)
{
	struct piece *p;

	pthread_mutex_lock(&lock);
	p = find(key);
	if (p && p->pool)
		p->pool->used -= p->bytes;
	else if (p && !p->imported)
		device_give(p->device, p->bytes);
	if (p)
		piece_drop(p);
	pthread_mutex_unlock(&lock);
	return p ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	return allocate(address, bytes);
}

CUresult cuMemAllocManaged(CUdeviceptr *address, size_t bytes, unsigned int flags)
{
	(void)flags;
	return allocate(address, bytes);
}

/* It allocates by the function that programs have, too. */
CUresult cuMemAllocPitch_v2(CUdeviceptr *address, size_t *pitch, size_t width, size_t height,
			    unsigned int element)
{
	(void)element;
	*pitch = (width + 1023) & ~1023UL;
	return cuMemAlloc_v2(address, *pitch * height);
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
	return release(address);
}

CUresult cuArrayCreate_v2(CUarray *array, const struct cu_array_descriptor *d)
{
	return allocate((uint64_t *)array, d->width * d->height * d->channels * 4);
}

CUresult cuArray3DCreate_v2(CUarray *array, const struct cu_array3d_descriptor *d)
{
	return allocate((uint64_t *)array, d->width * d->height * d->depth * d->channels * 4);
}

CUresult cuArrayDestroy(CUarray array)
{
	return release((uintptr_t)array);
}

CUresult cuMipmappedArrayCreate(CUmipmappedArray *array, const struct cu_array3d_descriptor *d,
				unsigned int levels)
{
	return levels ? allocate((uint64_t *)array, d->width * d->height * d->channels * 5) :
			CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMipmappedArrayDestroy(CUmipmappedArray array)
{
	return release((uintptr_t)array);
}

/* ------------------------------------------------------------------- pools */

CUresult cuDeviceGetMemPool(CUmemoryPool *pool, CUdevice device)
{
	*pool = &default_pool[device];
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetDefaultMemPool(CUmemoryPool *pool, CUdevice device)
{
	return cuDeviceGetMemPool(pool, device);
}

CUresult cuMemPoolCreate(CUmemoryPool *pool, const struct cu_mem_pool_props *props)
{
	*pool = calloc(1, sizeof(**pool));
	(*pool)->device = props->location.id;
	return CUDA_SUCCESS;
}

CUresult cuMemPoolTrimTo(CUmemoryPool pool, size_t keep)
{
	uint64_t left = (pool->used + POOL_PIECE - 1) / POOL_PIECE * POOL_PIECE;

	left = left < keep ? keep : left;
	if (left < pool->reserved) {
		device_give(pool->device, pool->reserved - left);
		pool->reserved = left;
	}
	return CUDA_SUCCESS;
}

CUresult cuMemPoolDestroy(CUmemoryPool pool)
{
	device_give(pool->device, pool->reserved);
	free(pool);
	return CUDA_SUCCESS;
}

CUresult cuMemPoolGetAttribute(CUmemoryPool pool, int which, void *value)
{
	*(uint64_t *)value = which == CU_MEMPOOL_ATTR_USED_MEM_CURRENT ? pool->used :
			     pool->reserved;
	return CUDA_SUCCESS;
}

CUresult cuMemPoolSetAttribute(CUmemoryPool pool, int which, void *value)
{
	if (which == CU_MEMPOOL_ATTR_RELEASE_THRESHOLD)
		pool->threshold = *(uint64_t *)value;
	return CUDA_SUCCESS;
}

void pools_settle(void)
{
	for (int i = 0; i < WORLD_DEVICES; i++)
		cuMemPoolTrimTo(&default_pool[i], default_pool[i].threshold);
}

CUresult cuMemAllocFromPoolAsync(CUdeviceptr *address, size_t bytes, CUmemoryPool pool,
				 CUstream stream)
{
	struct piece *p;
	uint64_t more = 0;

	(void)stream;
	if (pool->used + bytes > pool->reserved)
		more = (pool->used + bytes - pool->reserved + POOL_PIECE - 1) /
		       POOL_PIECE * POOL_PIECE;
	if (more && device_take(pool->device, more))
		return CUDA_ERROR_OUT_OF_MEMORY;
	pthread_mutex_lock(&lock);
	pool->reserved += more;
	pool->used += bytes;
	*address = next_key;
	next_key += (bytes + MIB) & ~(MIB - 1);
	p = piece_add(*address, pool->device, bytes);
	p->pool = pool;
	pthread_mutex_unlock(&lock);
	return CUDA_SUCCESS;
}

CUresult cuMemAllocFromPoolAsync_ptsz(CUdeviceptr *address, size_t bytes, CUmemoryPool pool,
				      CUstream stream)
{
	return cuMemAllocFromPoolAsync(address, bytes, pool, stream);
}

CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, CUstream stream)
{
	CUcontext context = current();

	if ((uintptr_t)stream > CU_STREAM_PER_THREAD)
		cuStreamGetCtx(stream, &context);
	if (!context)
		return 201;
	return cuMemAllocFromPoolAsync(address, bytes, &default_pool[context->device], stream);
}

CUresult cuMemAllocAsync_ptsz(CUdeviceptr *address, size_t bytes, CUstream stream)
{
	return cuMemAllocAsync(address, bytes, stream);
}

CUresult cuMemFreeAsync(CUdeviceptr address, CUstream stream)
{
	(void)stream;
	return release(address);
}

CUresult cuMemFreeAsync_ptsz(CUdeviceptr address, CUstream stream)
{
	return cuMemFreeAsync(address, stream);
}

/* ----------------------------------------------------------- virtual memory */

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t bytes,
		     const struct cu_mem_allocation_prop *prop, unsigned long long flags)
{
	CUresult result = device_take(prop->location.id, bytes);

	(void)flags;
	if (result)
		return result;
	pthread_mutex_lock(&lock);
	*handle = next_key++;
	piece_add(*handle, prop->location.id, bytes)->refs = 1;
	pthread_mutex_unlock(&lock);
	return CUDA_SUCCESS;
}

static void backing_check(struct piece *p)
{
	if (p->refs || p->maps)
		return;
	device_give(p->device, p->bytes);
	piece_drop(p);
}

CUresult cuMemRelease(CUmemGenericAllocationHandle handle)
{
	struct piece *p;

	pthread_mutex_lock(&lock);
	p = find(handle);
	if (p) {
		p->refs--;
		backing_check(p);
	}
	pthread_mutex_unlock(&lock);
	return p ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemMap(CUdeviceptr address, size_t bytes, size_t offset,
		  CUmemGenericAllocationHandle handle, unsigned long long flags)
{
	struct piece *p;

	(void)offset;
	(void)flags;
	pthread_mutex_lock(&lock);
	p = find(handle);
	if (p) {
		p->maps++;
		piece_add(address, p->device, bytes)->backing = p;
	}
	pthread_mutex_unlock(&lock);
	return p ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemUnmap(CUdeviceptr address, size_t bytes)
{
	CUdeviceptr end = address + bytes;
	struct piece *p;

	pthread_mutex_lock(&lock);
	while (address < end && (p = find(address))) {
		address += p->bytes;
		p->backing->maps--;
		backing_check(p->backing);
		piece_drop(p);
	}
	pthread_mutex_unlock(&lock);
	return address < end ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult cuMemRetainAllocationHandle(CUmemGenericAllocationHandle *handle, void *address)
{
	struct piece *p;

	pthread_mutex_lock(&lock);
	p = find((uintptr_t)address);
	if (p) {
		p->backing->refs++;
		*handle = p->backing->key;
	}
	pthread_mutex_unlock(&lock);
	return p ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* ------------------------------------------------------------- between processes */

CUresult cuIpcGetMemHandle(struct cu_ipc_handle *handle, CUdeviceptr address)
{
	struct piece *p = find(address);

	memcpy(handle->bytes, &p->bytes, sizeof(p->bytes));
	return CUDA_SUCCESS;
}

CUresult cuIpcOpenMemHandle_v2(CUdeviceptr *address, struct cu_ipc_handle handle,
			       unsigned int flags)
{
	uint64_t bytes;

	(void)flags;
	memcpy(&bytes, handle.bytes, sizeof(bytes));
	*address = next_key;
	next_key += GIB;
	piece_add(*address, 0, bytes)->imported = true;
	return CUDA_SUCCESS;
}

CUresult cuIpcCloseMemHandle(CUdeviceptr address)
{
	return release(address);
}
