// SPDX-License-Identifier: GPL-2.0
/*
 * What is charged: each way to get memory, and each way in which it goes.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"

static CUcontext context_make(CUdevice device)
{
	CUcontext context;

	check_equal(cuInit(0), CUDA_SUCCESS);
	check_equal(cuCtxCreate_v2(&context, 0, device), CUDA_SUCCESS);
	return context;
}

static void up_to_the_grant(void)
{
	CUdeviceptr a, b, c;

	context_make(0);
	check_equal(cuMemAlloc_v2(&a, 600 * MIB), CUDA_SUCCESS);
	check_equal(charged(), 600 * MIB);
	check_equal(cuMemAlloc_v2(&b, 600 * MIB), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(charged(), 600 * MIB);
	check_equal(world->memory_used[0], 600 * MIB);
	check_equal(cuMemAlloc_v2(&b, 424 * MIB), CUDA_SUCCESS);
	check_equal(cuMemAlloc_v2(&c, 1), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemFree_v2(a), CUDA_SUCCESS);
	check_equal(charged(), 424 * MIB);
	check_equal(cuMemFree_v2(a), CUDA_ERROR_INVALID_VALUE);
	check_equal(charged(), 424 * MIB);
	check_equal(cuMemFree_v2(b), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

static void the_grant_changes(void)
{
	CUdeviceptr a, b;

	context_make(0);
	check_equal(cuMemAlloc_v2(&a, GIB), CUDA_SUCCESS);
	check_equal(cuMemAlloc_v2(&b, GIB), CUDA_ERROR_OUT_OF_MEMORY);
	grant_memory(2 * GIB);
	check_equal(cuMemAlloc_v2(&b, GIB), CUDA_SUCCESS);
	grant_memory(GIB);
	check_equal(charged(), 2 * GIB);
	cuMemFree_v2(a);
	check_equal(cuMemAlloc_v2(&a, 1), CUDA_ERROR_OUT_OF_MEMORY);
	cuMemFree_v2(b);
	check_equal(cuMemAlloc_v2(&a, GIB), CUDA_SUCCESS);
}

static void a_failure_costs_nothing(void)
{
	CUdeviceptr a;
	CUarray array;
	size_t pitch;

	check_equal(cuMemAlloc_v2(&a, MIB), 201);
	context_make(0);
	world->memory_used[0] = WORLD_MEMORY;
	check_equal(cuMemAlloc_v2(&a, MIB), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemAllocAsync(&a, MIB, NULL), CUDA_ERROR_OUT_OF_MEMORY);
	world->memory_used[0] = 0;
	check_equal(cuMemAlloc_v2(&a, 0), CUDA_ERROR_INVALID_VALUE);
	check_equal(cuMemAlloc_v2(&a, ~0UL), CUDA_ERROR_OUT_OF_MEMORY);
	/* Products that are too large for a number are no small ones. */
	check_equal(cuMemAllocPitch_v2(&a, &pitch, ~0UL, 2, 4), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemAllocPitch_v2(&a, &pitch, 1UL << 32, 1UL << 32, 4),
		    CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuArrayCreate_v2(&array, &(struct cu_array_descriptor){
			.width = 1UL << 32, .height = 1UL << 32, .format = 0x20,
			.channels = 1 }), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuArrayCreate_v2(&array, &(struct cu_array_descriptor){
			.format = 0x20, .channels = 1 }), CUDA_ERROR_INVALID_VALUE);
	check_equal(charged(), 0);
}

static void pitched_managed_and_arrays(void)
{
	CUmipmappedArray mipmap;
	CUarray flat, deep;
	CUdeviceptr a, b;
	size_t pitch;

	context_make(0);
	check_equal(cuMemAllocManaged(&a, 3 * MIB, 1), CUDA_SUCCESS);
	check_equal(charged(), 3 * MIB);
	/* What is allocated inside of the driver is charged once. */
	check_equal(cuMemAllocPitch_v2(&b, &pitch, 1000, 1024, 4), CUDA_SUCCESS);
	check_equal(pitch, 1024);
	check_equal(charged(), 4 * MIB);
	check_equal(cuMemAllocPitch_v2(&b, &pitch, 1025, 1024, 4), CUDA_SUCCESS);
	check_equal(charged(), 6 * MIB);
	check_equal(cuMemFree_v2(b), CUDA_SUCCESS);
	check_equal(cuMemFree_v2(a), CUDA_SUCCESS);
	check_equal(charged(), MIB);
	check_equal(cuArrayCreate_v2(&flat, &(struct cu_array_descriptor){
			.width = 1024, .height = 512, .format = 0x20, .channels = 4 }),
		    CUDA_SUCCESS);
	check_equal(charged(), 9 * MIB);
	check_equal(cuArray3DCreate_v2(&deep, &(struct cu_array3d_descriptor){
			.width = 1024, .height = 1024, .depth = 2, .format = 0x01,
			.channels = 1 }), CUDA_SUCCESS);
	check_equal(charged(), 11 * MIB);
	check_equal(cuMipmappedArrayCreate(&mipmap, &(struct cu_array3d_descriptor){
			.width = 1024, .height = 1024, .format = 0x20, .channels = 1 }, 2),
		    CUDA_SUCCESS);
	check_equal(charged(), 16 * MIB);
	cuMipmappedArrayDestroy(mipmap);
	cuArrayDestroy(flat);
	cuArrayDestroy(deep);
	check_equal(charged(), MIB);
}

/* The grant does not bear what the driver makes of it. */
static void a_pitch_that_is_too_wide(void)
{
	CUdeviceptr a;
	size_t pitch;

	context_make(0);
	check_equal(cuMemAllocPitch_v2(&a, &pitch, 512, 1024, 4), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(charged(), 0);
	check_equal(world->memory_used[0], 0);
}

/* ------------------------------------------------------------------- pools */

static void a_pool_grows_and_shrinks(void)
{
	CUdeviceptr a, b;

	context_make(0);
	check_equal(cuMemAllocAsync(&a, 10 * MIB, NULL), CUDA_SUCCESS);
	check_equal(charged(), 32 * MIB);
	check_equal(cuMemAllocAsync_ptsz(&b, 20 * MIB, NULL), CUDA_SUCCESS);
	check_equal(charged(), 32 * MIB);
	check_equal(cuMemFreeAsync(a, NULL), CUDA_SUCCESS);
	check_equal(cuMemFreeAsync_ptsz(b, NULL), CUDA_SUCCESS);
	check_equal(charged(), 32 * MIB);
	cuStreamSynchronize(NULL);
	/* It has given back, which its next allocation notices. */
	check_equal(cuMemAllocAsync(&a, 40 * MIB, NULL), CUDA_SUCCESS);
	check_equal(charged(), 64 * MIB);
	check_equal(world->memory_used[0], charged());
	check_equal(cuMemFree_v2(a), CUDA_SUCCESS);
}

static void a_pool_that_keeps_is_charged(void)
{
	uint64_t always = ~0ULL;
	CUmemoryPool pool;
	CUdeviceptr a, b;

	context_make(0);
	cuDeviceGetDefaultMemPool(&pool, 0);
	cuMemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &always);
	check_equal(cuMemAllocAsync(&a, 64 * MIB, NULL), CUDA_SUCCESS);
	cuMemFreeAsync(a, NULL);
	cuStreamSynchronize(NULL);
	check_equal(cuMemAlloc_v2(&b, 65 * MIB), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(charged(), 64 * MIB);
	/* It serves whoever takes from the pool. */
	check_equal(cuMemAllocAsync(&a, 64 * MIB, NULL), CUDA_SUCCESS);
	cuMemFreeAsync(a, NULL);
	check_equal(cuMemPoolTrimTo(pool, 0), CUDA_SUCCESS);
	check_equal(charged(), 0);
	check_equal(cuMemAlloc_v2(&b, 65 * MIB), CUDA_SUCCESS);
}

/* What a pool does not need any more makes room for what is allocated otherwise. */
static void a_pool_makes_room(void)
{
	CUdeviceptr a, b;

	context_make(0);
	check_equal(cuMemAllocAsync(&a, 96 * MIB, NULL), CUDA_SUCCESS);
	cuMemFreeAsync(a, NULL);
	cuStreamSynchronize(NULL);
	check_equal(cuMemAlloc_v2(&b, 100 * MIB), CUDA_SUCCESS);
	check_equal(charged(), 100 * MIB);
}

static void a_pool_of_ones_own(void)
{
	struct cu_mem_pool_props props = { .location = { CU_MEM_LOCATION_TYPE_DEVICE, 0 } };
	CUmemoryPool pool, host;
	CUdeviceptr a, b;

	context_make(0);
	check_equal(cuMemPoolCreate(&pool, &props), CUDA_SUCCESS);
	check_equal(cuMemAllocFromPoolAsync(&a, 64 * MIB, pool, NULL), CUDA_SUCCESS);
	check_equal(charged(), 64 * MIB);
	check_equal(cuMemAllocFromPoolAsync_ptsz(&b, 65 * MIB, pool, NULL),
		    CUDA_ERROR_OUT_OF_MEMORY);
	/* A piece of 64 MiB would be needed for that, and 36 are left. */
	check_equal(cuMemAllocFromPoolAsync(&b, 33 * MIB, pool, NULL),
		    CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemFreeAsync(a, NULL), CUDA_SUCCESS);
	check_equal(cuMemPoolDestroy(pool), CUDA_SUCCESS);
	check_equal(charged(), 0);
	props.location.type = 2;
	check_equal(cuMemPoolCreate(&host, &props), CUDA_SUCCESS);
	check_equal(cuMemAllocFromPoolAsync(&a, GIB, host, NULL), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

/* ----------------------------------------------------------- virtual memory */

static const struct cu_mem_allocation_prop on_device = {
	.type = 1, .location = { CU_MEM_LOCATION_TYPE_DEVICE, 0 },
};

static void virtual_memory(void)
{
	CUmemGenericAllocationHandle h, other;
	CUdeviceptr at = 0x600000000000;

	context_make(0);
	check_equal(cuMemCreate(&h, 64 * MIB, &on_device, 0), CUDA_SUCCESS);
	check_equal(charged(), 64 * MIB);
	check_equal(cuMemCreate(&other, 64 * MIB, &on_device, 0), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(world->memory_used[0], 64 * MIB);
	check_equal(cuMemMap(at, 64 * MIB, 0, h, 0), CUDA_SUCCESS);
	/* Its mapping keeps it. */
	check_equal(cuMemRelease(h), CUDA_SUCCESS);
	check_equal(charged(), 64 * MIB);
	check_equal(cuMemUnmap(at, 64 * MIB), CUDA_SUCCESS);
	check_equal(charged(), 0);
	check_equal(world->memory_used[0], 0);
	check_equal(cuMemCreate(&h, 64 * MIB, &on_device, 0), CUDA_SUCCESS);
	check_equal(cuMemRelease(h), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

static void virtual_memory_is_kept(void)
{
	CUmemGenericAllocationHandle h[2], again;
	CUdeviceptr at = 0x600000000000;

	context_make(0);
	for (int i = 0; i < 2; i++) {
		check_equal(cuMemCreate(&h[i], 2 * MIB, &on_device, 0), CUDA_SUCCESS);
		check_equal(cuMemMap(at + (CUdeviceptr)i * 2 * MIB, 2 * MIB, 0, h[i], 0),
			    CUDA_SUCCESS);
	}
	check_equal(cuMemRelease(h[0]), CUDA_SUCCESS);
	check_equal(cuMemRelease(h[1]), CUDA_SUCCESS);
	check_equal(cuMemRetainAllocationHandle(&again, (void *)at), CUDA_SUCCESS);
	check_equal(cuMemUnmap(at, 4 * MIB), CUDA_SUCCESS);
	check_equal(charged(), 2 * MIB);
	check_equal(cuMemRelease(again), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

static void memory_of_the_host(void)
{
	struct cu_mem_allocation_prop host = { .type = 1, .location = { 2, 0 } };
	CUmemGenericAllocationHandle h;

	context_make(0);
	check_equal(cuMemCreate(&h, GIB, &host, 0), CUDA_SUCCESS);
	check_equal(charged(), 0);
	check_equal(cuMemRelease(h), CUDA_SUCCESS);
}

/* --------------------------------------------------------- what goes together */

static void contexts_take_it_with_them(void)
{
	CUcontext a = context_make(0), b = context_make(0);
	CUdeviceptr p;

	check_equal(cuMemAlloc_v2(&p, 10 * MIB), CUDA_SUCCESS);
	check_equal(cuMemAlloc_v2(&p, 20 * MIB), CUDA_SUCCESS);
	cuCtxSetCurrent(a);
	check_equal(cuMemAlloc_v2(&p, 5 * MIB), CUDA_SUCCESS);
	check_equal(charged(), 35 * MIB);
	check_equal(cuCtxDestroy_v2(b), CUDA_SUCCESS);
	check_equal(charged(), 5 * MIB);
	check_equal(cuCtxDestroy(a), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

static void the_primary_context(void)
{
	CUcontext context;
	CUdeviceptr p;

	for (int i = 0; i < 2; i++)
		check_equal(cuDevicePrimaryCtxRetain(&context, 0), CUDA_SUCCESS);
	cuCtxSetCurrent(context);
	check_equal(cuMemAlloc_v2(&p, 10 * MIB), CUDA_SUCCESS);
	check_equal(cuDevicePrimaryCtxRelease_v2(0), CUDA_SUCCESS);
	check_equal(charged(), 10 * MIB);
	check_equal(cuDevicePrimaryCtxRelease(0), CUDA_SUCCESS);
	check_equal(charged(), 0);
	cuDevicePrimaryCtxRetain(&context, 0);
	check_equal(cuMemAlloc_v2(&p, 10 * MIB), CUDA_SUCCESS);
	check_equal(cuDevicePrimaryCtxReset_v2(0), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

static void what_is_opened_is_the_owners(void)
{
	struct cu_ipc_handle handle;
	CUdeviceptr own, opened;

	context_make(0);
	check_equal(cuMemAlloc_v2(&own, 60 * MIB), CUDA_SUCCESS);
	check_equal(cuIpcGetMemHandle(&handle, own), CUDA_SUCCESS);
	check_equal(cuIpcOpenMemHandle_v2(&opened, handle, 1), CUDA_SUCCESS);
	check_equal(charged(), 60 * MIB);
	check_equal(cuIpcCloseMemHandle(opened), CUDA_SUCCESS);
	check_equal(charged(), 60 * MIB);
}

/* ---------------------------------------------------------------- what is shown */

static void the_grant_is_shown(void)
{
	nvmlDevice_t own = (nvmlDevice_t)2, foreign = (nvmlDevice_t)3;
	struct nvml_memory_v2 newer;
	struct nvml_memory memory;
	size_t left, total;
	CUdeviceptr a;

	world->on_bus = true;
	/* The accelerator with the id 7 is the driver's second. */
	context_make(1);
	check_equal(cuMemAlloc_v2(&a, 256 * MIB), CUDA_SUCCESS);
	check_equal(cuMemGetInfo_v2(&left, &total), CUDA_SUCCESS);
	check_equal(total, GIB);
	check_equal(left, 768 * MIB);
	check_equal(cuDeviceTotalMem_v2(&total, 1), CUDA_SUCCESS);
	check_equal(total, GIB);
	check_equal(nvmlDeviceGetMemoryInfo(own, &memory), 0);
	check_equal(memory.total, GIB);
	check_equal(memory.free, 768 * MIB);
	check_equal(memory.used, 256 * MIB);
	check_equal(nvmlDeviceGetMemoryInfo_v2(own, &newer), 0);
	check_equal(newer.total, GIB);
	check_equal(newer.used, 256 * MIB);
	check_equal(nvmlDeviceGetMemoryInfo(foreign, &memory), 0);
	check_equal(memory.total, WORLD_MEMORY);
	/* Others have taken what was granted. */
	world->memory_used[1] = WORLD_MEMORY - MIB;
	check_equal(cuMemGetInfo_v2(&left, &total), CUDA_SUCCESS);
	check_equal(left, MIB);
	grant_memory(2 * GIB);
	check_equal(cuMemGetInfo_v2(&left, &total), CUDA_SUCCESS);
	check_equal(total, 2 * GIB);
}

static void devices_that_are_not_the_jobs(void)
{
	CUmemGenericAllocationHandle h;
	size_t left, total;
	CUdeviceptr a;

	world->on_bus = true;
	context_make(0);
	check_equal(cuMemAlloc_v2(&a, 1), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemAllocAsync(&a, 1, NULL), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemCreate(&h, MIB, &on_device, 0), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemGetInfo_v2(&left, &total), CUDA_SUCCESS);
	check_equal(left, 0);
	check_equal(charged(), 0);
}

static void each_device_has_its_part(void)
{
	CUdeviceptr a;

	world->on_bus = true;
	context_make(0);
	check_equal(cuMemAlloc_v2(&a, 600 * MIB), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemAlloc_v2(&a, 512 * MIB), CUDA_SUCCESS);
	check_equal(page->devices[1].memory_used, 512 * MIB);
	context_make(1);
	check_equal(cuMemAlloc_v2(&a, 512 * MIB), CUDA_SUCCESS);
	check_equal(page->devices[0].memory_used, 512 * MIB);
}

/* A stream of another device than the current one takes from that one's pool. */
static void a_stream_of_another_device(void)
{
	CUstream stream;
	CUdeviceptr a;

	context_make(1);
	check_equal(cuStreamCreate(&stream, 0), CUDA_SUCCESS);
	context_make(0);
	check_equal(cuMemAllocAsync(&a, 32 * MIB, stream), CUDA_SUCCESS);
	check_equal(page->devices[1].memory_used, 32 * MIB);
	check_equal(page->devices[0].memory_used, 0);
}

/* ---------------------------------------------------------- jobs and processes */

static void no_memory_is_stated(void)
{
	size_t left, total;
	CUdeviceptr a;

	context_make(0);
	check_equal(cuMemAlloc_v2(&a, 8 * GIB), CUDA_SUCCESS);
	check_equal(cuMemGetInfo_v2(&left, &total), CUDA_SUCCESS);
	check_equal(total, WORLD_MEMORY);
	check_equal(left, 8 * GIB);
	check_equal(charged(), 0);
}

static void no_job(void)
{
	size_t left, total;
	CUdeviceptr a;

	context_make(0);
	check_equal(cuMemAlloc_v2(&a, 8 * GIB), CUDA_SUCCESS);
	check_equal(cuMemFree_v2(a), CUDA_SUCCESS);
	check_equal(cuMemGetInfo_v2(&left, &total), CUDA_SUCCESS);
	check_equal(total, WORLD_MEMORY);
	check_equal(world->calls, 0);
}

/* As in programs that close what they inherit. */
static void a_lost_descriptor(void)
{
	CUdeviceptr a;

	world->job_fd = atoi(getenv("AIOS_JOB_FD"));
	setenv("AIOS_JOB_FD", "77", 1);
	setenv("AIOS_JOB_ID", "1", 1);
	context_make(0);
	check_equal(cuMemAlloc_v2(&a, GIB + 1), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemAlloc_v2(&a, GIB), CUDA_SUCCESS);
	check_equal(charged(), GIB);
}

static void allocate_and_end(void)
{
	uint64_t before = charged();
	CUdeviceptr a;

	context_make(0);
	check_equal(cuMemAlloc_v2(&a, 40 * MIB), CUDA_SUCCESS);
	check_equal(cuMemAllocAsync(&a, 20 * MIB, NULL), CUDA_SUCCESS);
	check_equal(charged() - before, 72 * MIB);
}

static void allocate_and_die(void)
{
	allocate_and_end();
	fflush(NULL);
	world_leave();
	kill(getpid(), SIGKILL);
}

static void what_processes_leave(void)
{
	CUdeviceptr a;

	context_make(0);
	check_equal(finish(start("-allocate and end", 1, 0)), 0);
	check_equal(charged(), 0);
	check_equal(cuMemAlloc_v2(&a, MIB), CUDA_SUCCESS);
	check_equal(finish(start("-allocate and die", 1, 0)), 128 + SIGKILL);
	check_equal(charged(), 73 * MIB);
	/* It does not fit: what the dead have left makes room. */
	check_equal(cuMemAlloc_v2(&a, 90 * MIB), CUDA_SUCCESS);
	check_equal(charged(), 91 * MIB);
}

static void a_fork(void)
{
	CUdeviceptr a, b;
	pid_t pid;
	int status;

	context_make(0);
	check_equal(cuMemAlloc_v2(&a, 10 * MIB), CUDA_SUCCESS);
	pid = fork();
	if (!pid) {
		/* The parent's is none of its own, at its end least of all. */
		if (cuMemAlloc_v2(&b, 20 * MIB) || charged() != 30 * MIB)
			_exit(2);
		exit(0);
	}
	waitpid(pid, &status, 0);
	check_equal(status, 0);
	check_equal(charged(), 10 * MIB);
	check_equal(cuMemFree_v2(a), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

static void *allocate_often(void *context)
{
	CUdeviceptr a[8];

	cuCtxSetCurrent(context);
	for (int round = 0; round < 500; round++) {
		for (int i = 0; i < 8; i++)
			if (cuMemAlloc_v2(&a[i], MIB + (unsigned int)i))
				a[i] = 0;
		for (int i = 0; i < 8; i++)
			if (a[i])
				cuMemFree_v2(a[i]);
	}
	return NULL;
}

static void threads(void)
{
	CUcontext context = context_make(0);
	pthread_t thread[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, allocate_often, context);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	check_equal(charged(), 0);
	check_equal(world->memory_used[0], 0);
}

static void resume_later(void)
{
	world_sleep_until(world_now() + SEC);
	job_state(AIOS_STATE_RUNNING);
}

static void suspended(void)
{
	uint64_t begin = world_now();
	CUdeviceptr a;
	int pid;

	context_make(0);
	job_state(AIOS_STATE_SUSPENDED);
	pid = start("-resume later", 1, 0);
	check_equal(cuMemAlloc_v2(&a, MIB), CUDA_SUCCESS);
	check(world_now() - begin >= SEC);
	check(world_now() - begin < SEC + 20 * MS);
	check_equal(finish(pid), 0);
}

const struct cuda_case memory_cases[] = {
	{ "memory is allocated up to the grant", up_to_the_grant, GIB, 0, 0, false },
	{ "a grant that changes holds at once", the_grant_changes, GIB, 0, 0, false },
	{ "what the driver refuses costs nothing", a_failure_costs_nothing, GIB, 0, 0, false },
	{ "pitched and managed memory, and arrays", pitched_managed_and_arrays, GIB, 0, 0, false },
	{ "a pitch that is too wide", a_pitch_that_is_too_wide, MIB - 1, 0, 0, false },
	{ "a pool grows and shrinks", a_pool_grows_and_shrinks, GIB, 0, 0, false },
	{ "a pool that keeps what is freed is charged", a_pool_that_keeps_is_charged,
	  128 * MIB, 0, 0, false },
	{ "a pool makes room", a_pool_makes_room, 128 * MIB, 0, 0, false },
	{ "a pool of one's own", a_pool_of_ones_own, 100 * MIB, 0, 0, false },
	{ "virtual memory", virtual_memory, 100 * MIB, 0, 0, false },
	{ "virtual memory is there until nobody has it", virtual_memory_is_kept,
	  100 * MIB, 0, 0, false },
	{ "memory of the host is not charged", memory_of_the_host, 100 * MIB, 0, 0, false },
	{ "a context takes its memory with it", contexts_take_it_with_them, GIB, 0, 0, false },
	{ "so does the primary context", the_primary_context, GIB, 0, 0, false },
	{ "what is opened is charged to its owner", what_is_opened_is_the_owners,
	  100 * MIB, 0, 0, false },
	{ "the grant is shown", the_grant_is_shown, GIB, 0, 0, false },
	{ "on devices that are not the job's there is nothing", devices_that_are_not_the_jobs,
	  GIB, 0, 0, false },
	{ "each device has its part of the grant", each_device_has_its_part, GIB, 0, 2, false },
	{ "a stream of another device", a_stream_of_another_device, GIB, 0, 2, false },
	{ "a job that states no memory is not bounded", no_memory_is_stated, 0, 500, 0, false },
	{ "without a job all goes through", no_job, GIB, 500, 0, true },
	{ "a job is found without its descriptor", a_lost_descriptor, GIB, 0, 0, false },
	{ "what a process leaves is given back", what_processes_leave, 128 * MIB, 0, 0, false },
	{ "-allocate and end", allocate_and_end, 0, 0, 0, false },
	{ "-allocate and die", allocate_and_die, 0, 0, 0, false },
	{ "a process that forks", a_fork, GIB, 0, 0, false },
	{ "threads", threads, 20 * MIB, 0, 0, false },
	{ "a suspended job's allocation waits", suspended, GIB, 0, 0, false },
	{ "-resume later", resume_later, 0, 0, 0, false },
	{ 0 }
};
