/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libaios-cuda.so knows of the CUDA driver API and of NVML: the types, numbers and
 * functions that it stands between, and those that it calls itself. Nothing of CUDA needs
 * to be installed to build it.
 *
 * Types that are only passed on are opaque; an enumeration of the API is an int here.
 */
#ifndef AIOS_CUDA_DRIVER_H
#define AIOS_CUDA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef uint64_t CUmemGenericAllocationHandle;
typedef struct CUctx_st *CUcontext;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef struct CUfunc_st *CUfunction;
typedef struct CUgraphExec_st *CUgraphExec;
typedef struct CUmemPoolHandle_st *CUmemoryPool;
typedef struct CUarray_st *CUarray;
typedef struct CUmipmappedArray_st *CUmipmappedArray;
typedef struct nvmlDevice_st *nvmlDevice_t;

#define CUDA_SUCCESS			0
#define CUDA_ERROR_INVALID_VALUE	1
#define CUDA_ERROR_OUT_OF_MEMORY	2
#define CUDA_ERROR_NOT_FOUND		500
#define CUDA_ERROR_NOT_READY		600

#define CU_MEM_LOCATION_TYPE_DEVICE	1
#define CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT	5
#define CU_MEMPOOL_ATTR_USED_MEM_CURRENT	7
#define CU_STREAM_CAPTURE_STATUS_NONE	0
#define CU_STREAM_CAPTURE_MODE_RELAXED	2
#define CU_EVENT_DEFAULT		0
#define CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM	2

/* Handles of streams up to this one are numbers: the default streams. */
#define CU_STREAM_PER_THREAD		2

struct cu_mem_location {
	int type;
	int id;
};

struct cu_mem_allocation_prop {
	int type;
	int handle_types;
	struct cu_mem_location location;
	void *win32;
	unsigned char flags[8];
};

struct cu_mem_pool_props {
	int type;
	int handle_types;
	struct cu_mem_location location;
	void *win32;
	size_t max_size;
	unsigned char reserved[56];
};

struct cu_array_descriptor {
	size_t width;
	size_t height;
	int format;
	unsigned int channels;
};

struct cu_array3d_descriptor {
	size_t width;
	size_t height;
	size_t depth;
	int format;
	unsigned int channels;
	unsigned int flags;
};

struct cu_launch_config {
	unsigned int grid[3];
	unsigned int block[3];
	unsigned int shared_bytes;
	CUstream stream;
	void *attributes;
	unsigned int nr_attributes;
};

struct nvml_memory {
	unsigned long long total;
	unsigned long long free;
	unsigned long long used;
};

struct nvml_memory_v2 {
	unsigned int version;
	unsigned long long total;
	unsigned long long reserved;
	unsigned long long free;
	unsigned long long used;
};

struct nvml_pci_info {
	char legacy[16];
	unsigned int domain;
	unsigned int bus;
	unsigned int device;
	unsigned int pci_device;
	unsigned int pci_subsystem;
	char id[32];
};

/*
 * The functions that the library stands between, each a line of
 *
 *	X(symbol, name, since, streams, result, arguments)
 *
 * the symbol; what cuGetProcAddress() calls it, and from which version of CUDA on it means
 * this symbol; for whose default stream it is: STREAM_ANY, STREAM_LEGACY or STREAM_THREAD;
 * its type. NVML has no such function, and 0.
 */
#define STREAM_ANY	0
#define STREAM_LEGACY	1
#define STREAM_THREAD	2

#define CUDA_MEMORY_CALLS(X) \
	X(cuMemAlloc_v2, "cuMemAlloc", 3020, STREAM_ANY, CUresult, (CUdeviceptr *, size_t)) \
	X(cuMemAllocPitch_v2, "cuMemAllocPitch", 3020, STREAM_ANY, CUresult, \
	  (CUdeviceptr *, size_t *, size_t, size_t, unsigned int)) \
	X(cuMemAllocManaged, "cuMemAllocManaged", 6000, STREAM_ANY, CUresult, \
	  (CUdeviceptr *, size_t, unsigned int)) \
	X(cuMemFree_v2, "cuMemFree", 3020, STREAM_ANY, CUresult, (CUdeviceptr)) \
	X(cuArrayCreate_v2, "cuArrayCreate", 3020, STREAM_ANY, CUresult, \
	  (CUarray *, const struct cu_array_descriptor *)) \
	X(cuArray3DCreate_v2, "cuArray3DCreate", 3020, STREAM_ANY, CUresult, \
	  (CUarray *, const struct cu_array3d_descriptor *)) \
	X(cuArrayDestroy, "cuArrayDestroy", 2000, STREAM_ANY, CUresult, (CUarray)) \
	X(cuMipmappedArrayCreate, "cuMipmappedArrayCreate", 5000, STREAM_ANY, CUresult, \
	  (CUmipmappedArray *, const struct cu_array3d_descriptor *, unsigned int)) \
	X(cuMipmappedArrayDestroy, "cuMipmappedArrayDestroy", 5000, STREAM_ANY, CUresult, \
	  (CUmipmappedArray))

#define CUDA_POOL_CALLS(X) \
	X(cuMemAllocAsync, "cuMemAllocAsync", 11020, STREAM_LEGACY, CUresult, \
	  (CUdeviceptr *, size_t, CUstream)) \
	X(cuMemAllocAsync_ptsz, "cuMemAllocAsync", 11020, STREAM_THREAD, CUresult, \
	  (CUdeviceptr *, size_t, CUstream)) \
	X(cuMemAllocFromPoolAsync, "cuMemAllocFromPoolAsync", 11020, STREAM_LEGACY, CUresult, \
	  (CUdeviceptr *, size_t, CUmemoryPool, CUstream)) \
	X(cuMemAllocFromPoolAsync_ptsz, "cuMemAllocFromPoolAsync", 11020, STREAM_THREAD, \
	  CUresult, (CUdeviceptr *, size_t, CUmemoryPool, CUstream)) \
	X(cuMemFreeAsync, "cuMemFreeAsync", 11020, STREAM_LEGACY, CUresult, \
	  (CUdeviceptr, CUstream)) \
	X(cuMemFreeAsync_ptsz, "cuMemFreeAsync", 11020, STREAM_THREAD, CUresult, \
	  (CUdeviceptr, CUstream)) \
	X(cuMemPoolCreate, "cuMemPoolCreate", 11020, STREAM_ANY, CUresult, \
	  (CUmemoryPool *, const struct cu_mem_pool_props *)) \
	X(cuMemPoolDestroy, "cuMemPoolDestroy", 11020, STREAM_ANY, CUresult, (CUmemoryPool)) \
	X(cuMemPoolTrimTo, "cuMemPoolTrimTo", 11020, STREAM_ANY, CUresult, (CUmemoryPool, size_t))

#define CUDA_VIRTUAL_CALLS(X) \
	X(cuMemCreate, "cuMemCreate", 10020, STREAM_ANY, CUresult, \
	  (CUmemGenericAllocationHandle *, size_t, const struct cu_mem_allocation_prop *, \
	   unsigned long long)) \
	X(cuMemRelease, "cuMemRelease", 10020, STREAM_ANY, CUresult, \
	  (CUmemGenericAllocationHandle)) \
	X(cuMemMap, "cuMemMap", 10020, STREAM_ANY, CUresult, \
	  (CUdeviceptr, size_t, size_t, CUmemGenericAllocationHandle, unsigned long long)) \
	X(cuMemUnmap, "cuMemUnmap", 10020, STREAM_ANY, CUresult, (CUdeviceptr, size_t)) \
	X(cuMemRetainAllocationHandle, "cuMemRetainAllocationHandle", 11000, STREAM_ANY, \
	  CUresult, (CUmemGenericAllocationHandle *, void *))

#define CUDA_CONTEXT_CALLS(X) \
	X(cuCtxDestroy, "cuCtxDestroy", 2000, STREAM_ANY, CUresult, (CUcontext)) \
	X(cuCtxDestroy_v2, "cuCtxDestroy", 4000, STREAM_ANY, CUresult, (CUcontext)) \
	X(cuDevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain", 7000, STREAM_ANY, CUresult, \
	  (CUcontext *, CUdevice)) \
	X(cuDevicePrimaryCtxRelease, "cuDevicePrimaryCtxRelease", 7000, STREAM_ANY, CUresult, \
	  (CUdevice)) \
	X(cuDevicePrimaryCtxRelease_v2, "cuDevicePrimaryCtxRelease", 11000, STREAM_ANY, \
	  CUresult, (CUdevice)) \
	X(cuDevicePrimaryCtxReset, "cuDevicePrimaryCtxReset", 7000, STREAM_ANY, CUresult, \
	  (CUdevice)) \
	X(cuDevicePrimaryCtxReset_v2, "cuDevicePrimaryCtxReset", 11000, STREAM_ANY, CUresult, \
	  (CUdevice))

#define CUDA_SHOWING_CALLS(X) \
	X(cuMemGetInfo_v2, "cuMemGetInfo", 3020, STREAM_ANY, CUresult, (size_t *, size_t *)) \
	X(cuDeviceTotalMem_v2, "cuDeviceTotalMem", 3020, STREAM_ANY, CUresult, \
	  (size_t *, CUdevice)) \
	X(nvmlDeviceGetMemoryInfo, "", 0, STREAM_ANY, int, (nvmlDevice_t, struct nvml_memory *)) \
	X(nvmlDeviceGetMemoryInfo_v2, "", 0, STREAM_ANY, int, \
	  (nvmlDevice_t, struct nvml_memory_v2 *))

#define CUDA_LAUNCH_ARGUMENTS \
	(CUfunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, \
	 unsigned int, unsigned int, CUstream, void **, void **)
#define CUDA_COOPERATIVE_ARGUMENTS \
	(CUfunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, \
	 unsigned int, unsigned int, CUstream, void **)

#define CUDA_LAUNCH_CALLS(X) \
	X(cuLaunchKernel, "cuLaunchKernel", 4000, STREAM_LEGACY, CUresult, \
	  CUDA_LAUNCH_ARGUMENTS) \
	X(cuLaunchKernel_ptsz, "cuLaunchKernel", 7000, STREAM_THREAD, CUresult, \
	  CUDA_LAUNCH_ARGUMENTS) \
	X(cuLaunchKernelEx, "cuLaunchKernelEx", 11060, STREAM_LEGACY, CUresult, \
	  (const struct cu_launch_config *, CUfunction, void **, void **)) \
	X(cuLaunchKernelEx_ptsz, "cuLaunchKernelEx", 11060, STREAM_THREAD, CUresult, \
	  (const struct cu_launch_config *, CUfunction, void **, void **)) \
	X(cuLaunchCooperativeKernel, "cuLaunchCooperativeKernel", 9000, STREAM_LEGACY, \
	  CUresult, CUDA_COOPERATIVE_ARGUMENTS) \
	X(cuLaunchCooperativeKernel_ptsz, "cuLaunchCooperativeKernel", 9000, STREAM_THREAD, \
	  CUresult, CUDA_COOPERATIVE_ARGUMENTS) \
	X(cuGraphLaunch, "cuGraphLaunch", 10000, STREAM_LEGACY, CUresult, \
	  (CUgraphExec, CUstream)) \
	X(cuGraphLaunch_ptsz, "cuGraphLaunch", 10000, STREAM_THREAD, CUresult, \
	  (CUgraphExec, CUstream))

#define CUDA_LOOKUP_CALLS(X) \
	X(cuGetProcAddress, "cuGetProcAddress", 11030, STREAM_ANY, CUresult, \
	  (const char *, void **, int, uint64_t)) \
	X(cuGetProcAddress_v2, "cuGetProcAddress", 12000, STREAM_ANY, CUresult, \
	  (const char *, void **, int, uint64_t, int *))

#define CUDA_CALLS(X) \
	CUDA_MEMORY_CALLS(X) CUDA_POOL_CALLS(X) CUDA_VIRTUAL_CALLS(X) CUDA_CONTEXT_CALLS(X) \
	CUDA_SHOWING_CALLS(X) CUDA_LAUNCH_CALLS(X) CUDA_LOOKUP_CALLS(X)

/* Those that it calls and leaves alone: X(symbol, result, arguments). */
#define CUDA_OTHER_CALLS(X) \
	X(cuCtxGetCurrent, CUresult, (CUcontext *)) \
	X(cuCtxGetDevice, CUresult, (CUdevice *)) \
	X(cuCtxPushCurrent_v2, CUresult, (CUcontext)) \
	X(cuCtxPopCurrent_v2, CUresult, (CUcontext *)) \
	X(cuDeviceGetPCIBusId, CUresult, (char *, int, CUdevice)) \
	X(cuDeviceGetMemPool, CUresult, (CUmemoryPool *, CUdevice)) \
	X(cuDevicePrimaryCtxGetState, CUresult, (CUdevice, unsigned int *, int *)) \
	X(cuMemPoolGetAttribute, CUresult, (CUmemoryPool, int, void *)) \
	X(cuStreamGetCtx, CUresult, (CUstream, CUcontext *)) \
	X(cuStreamIsCapturing, CUresult, (CUstream, int *)) \
	X(cuThreadExchangeStreamCaptureMode, CUresult, (int *)) \
	X(cuEventCreate, CUresult, (CUevent *, unsigned int)) \
	X(cuEventRecord, CUresult, (CUevent, CUstream)) \
	X(cuEventRecord_ptsz, CUresult, (CUevent, CUstream)) \
	X(cuEventQuery, CUresult, (CUevent)) \
	X(cuEventSynchronize, CUresult, (CUevent)) \
	X(cuEventElapsedTime, CUresult, (float *, CUevent, CUevent)) \
	X(cuEventDestroy_v2, CUresult, (CUevent)) \
	X(nvmlDeviceGetPciInfo_v3, int, (nvmlDevice_t, struct nvml_pci_info *))

#endif /* AIOS_CUDA_DRIVER_H */
