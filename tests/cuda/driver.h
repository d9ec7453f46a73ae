/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scripted driver, a libcuda.so.1 of some sixty functions: as far as programs can tell,
 * devices that allocate, run kernels one after the other, and time them. A kernel is a number:
 * the nanoseconds that it takes. What the tests call and the library does not is declared here.
 */
#ifndef TESTS_CUDA_DRIVER_H
#define TESTS_CUDA_DRIVER_H

#include "cuda/driver.h"

typedef struct CUgraph_st *CUgraph;

struct cu_ipc_handle {
	char bytes[64];
};

#define KERNEL(ns)	((CUfunction)(uintptr_t)(ns))

#define CU_MEMPOOL_ATTR_RELEASE_THRESHOLD	4
#define CUDA_ERROR_CAPTURE_UNSUPPORTED		900
#define CUDA_ERROR_UNKNOWN			999

CUresult cuInit(unsigned int flags);
CUresult cuCtxCreate_v2(CUcontext *context, unsigned int flags, CUdevice device);
CUresult cuCtxSetCurrent(CUcontext context);
CUresult cuCtxSynchronize(void);
CUresult cuDeviceGetDefaultMemPool(CUmemoryPool *pool, CUdevice device);
CUresult cuMemPoolSetAttribute(CUmemoryPool pool, int which, void *value);
CUresult cuIpcGetMemHandle(struct cu_ipc_handle *handle, CUdeviceptr address);
CUresult cuIpcOpenMemHandle_v2(CUdeviceptr *address, struct cu_ipc_handle handle,
			       unsigned int flags);
CUresult cuIpcCloseMemHandle(CUdeviceptr address);
CUresult cuStreamCreate(CUstream *stream, unsigned int flags);
CUresult cuStreamSynchronize(CUstream stream);
CUresult cuStreamBeginCapture_v2(CUstream stream, int mode);
CUresult cuStreamEndCapture(CUstream stream, CUgraph *graph);
CUresult cuGraphInstantiateWithFlags(CUgraphExec *exec, CUgraph graph, unsigned long long flags);

#define X(symbol, name, since, streams, result, arguments) result symbol arguments;
CUDA_CALLS(X)
#undef X
#define X(symbol, result, arguments) result symbol arguments;
CUDA_OTHER_CALLS(X)
#undef X

#endif /* TESTS_CUDA_DRIVER_H */
