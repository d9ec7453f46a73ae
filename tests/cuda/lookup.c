// SPDX-License-Identifier: GPL-2.0
/*
 * How programs come by the driver's functions: whatever way they go, they get those that
 * charge. (Most cases call what they are linked with, which is the first way.)
 */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"

typedef __typeof__(cuMemAlloc_v2) alloc_fn;
typedef __typeof__(cuMemAllocAsync) alloc_async_fn;
typedef __typeof__(cuGetProcAddress_v2) find_fn;
typedef __typeof__(nvmlDeviceGetMemoryInfo) info_fn;
typedef __typeof__(nvmlDeviceGetMemoryInfo_v2) info_v2_fn;

/* It charges what it allocates, and it has allocated. */
static void check_governed(void *fn)
{
	CUdeviceptr a;

	check(fn);
	if (!fn)
		return;
	check_equal(((alloc_fn *)fn)(&a, GIB + 1), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(((alloc_fn *)fn)(&a, MIB), CUDA_SUCCESS);
	check_equal(charged(), MIB);
	check_equal(world->memory_used[0], MIB);
	check_equal(cuMemFree_v2(a), CUDA_SUCCESS);
}

static void by_dlsym(void)
{
	void *driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
	CUcontext context;

	cuCtxCreate_v2(&context, 0, 0);
	check_governed(dlsym(driver, "cuMemAlloc_v2"));
	check_governed(dlsym(RTLD_DEFAULT, "cuMemAlloc_v2"));
	check_governed(dlsym(dlopen(NULL, RTLD_NOW), "cuMemAlloc_v2"));
	check(dlsym(driver, "cuInit"));
	check(!dlsym(driver, "cuNothing"));
	check(strstr(dlerror(), "cuNothing"));
}

static void by_get_proc_address(void)
{
	CUcontext context;
	void *fn, *find;
	int status;

	cuCtxCreate_v2(&context, 0, 0);
	check_equal(cuGetProcAddress("cuMemAlloc", &fn, 11030, 0), CUDA_SUCCESS);
	check_governed(fn);
	check_equal(cuGetProcAddress_v2("cuMemAlloc", &fn, 12000, 0, &status), CUDA_SUCCESS);
	check_governed(fn);
	check_equal(status, 0);
	/* As the runtime does: by dlsym() one function, and all others by that. */
	find = dlsym(dlopen("libcuda.so.1", RTLD_NOW), "cuGetProcAddress_v2");
	check_equal(((find_fn *)find)("cuMemAlloc", &fn, 13000, 0, &status), CUDA_SUCCESS);
	check_governed(fn);
	check_equal(((find_fn *)find)("cuGetProcAddress", &fn, 12000, 0, &status), CUDA_SUCCESS);
	check_equal(((find_fn *)fn)("cuMemAlloc", &fn, 13000, 0, &status), CUDA_SUCCESS);
	check_governed(fn);
	check_equal(cuGetProcAddress_v2("cuNothing", &fn, 13000, 0, &status),
		    CUDA_ERROR_NOT_FOUND);
	check(!fn);
	/* Version 2000 of it takes other arguments; there is none here. */
	check_equal(cuGetProcAddress_v2("cuMemAlloc", &fn, 2000, 0, &status),
		    CUDA_ERROR_NOT_FOUND);
	check_equal(cuGetProcAddress_v2("cuInit", &fn, 13000, 0, &status), CUDA_SUCCESS);
	check(fn == dlsym(RTLD_DEFAULT, "cuInit"));
}

static void default_streams(void)
{
	CUcontext context;
	CUdeviceptr a;
	void *fn;
	int status;

	cuCtxCreate_v2(&context, 0, 0);
	check_equal(cuGetProcAddress_v2("cuMemAllocAsync", &fn, 13000, 0, &status),
		    CUDA_SUCCESS);
	check(fn == (void *)cuMemAllocAsync);
	check_equal(cuGetProcAddress_v2("cuMemAllocAsync", &fn, 13000,
					CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM, &status),
		    CUDA_SUCCESS);
	check(fn == (void *)cuMemAllocAsync_ptsz);
	check_equal(((alloc_async_fn *)fn)(&a, MIB, NULL), CUDA_SUCCESS);
	check_equal(charged(), 32 * MIB);
	/* What knows no stream is the same for both. */
	check_equal(cuGetProcAddress_v2("cuMemAlloc", &fn, 13000,
					CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM, &status),
		    CUDA_SUCCESS);
	check(fn == (void *)cuMemAlloc_v2);
	check_equal(cuGetProcAddress_v2("cuCtxDestroy", &fn, 3000, 0, &status), CUDA_SUCCESS);
	check(fn == (void *)cuCtxDestroy);
	check_equal(cuGetProcAddress_v2("cuCtxDestroy", &fn, 13000, 0, &status), CUDA_SUCCESS);
	check(fn == (void *)cuCtxDestroy_v2);
}

/* As programs do that ask NVML, and are linked with neither. */
static void nvml_by_dlsym(void)
{
	void *nvml = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
	struct nvml_memory_v2 newer;
	struct nvml_memory memory;
	info_fn *info = (info_fn *)dlsym(nvml, "nvmlDeviceGetMemoryInfo");
	info_v2_fn *info_v2 = (info_v2_fn *)dlsym(nvml, "nvmlDeviceGetMemoryInfo_v2");

	world->on_bus = true;
	check_equal(info((nvmlDevice_t)2, &memory), 0);
	check_equal(memory.total, GIB);
	check_equal(info_v2((nvmlDevice_t)2, &newer), 0);
	check_equal(newer.total, GIB);
	/* Others are none of the job's. */
	check_equal(info((nvmlDevice_t)1, &memory), 0);
	check_equal(memory.total, WORLD_MEMORY);
	check(!dlsym(nvml, "nvmlNothing"));
}

/* What is none of the driver's is looked up as without the library. */
static void functions_of_others(void)
{
	check(getppid() > AFTER_ADDS);
	check(getppid() < 2 * AFTER_ADDS + (1 << 22));
	check(dlsym(RTLD_DEFAULT, "strlen"));
	check(!dlsym(RTLD_DEFAULT, "no_such_function"));
	check(dlerror());
}

const struct cuda_case lookup_cases[] = {
	{ "a function that dlsym() finds charges", by_dlsym, GIB, 0, 0, false },
	{ "so does one that cuGetProcAddress() finds", by_get_proc_address, GIB, 0, 0, false },
	{ "NVML's memory info is found, too", nvml_by_dlsym, GIB, 0, 0, false },
	{ "versions and default streams are told apart", default_streams, GIB, 0, 0, false },
	{ "other functions are found as ever", functions_of_others, GIB, 0, 0, false },
	{ 0 }
};
