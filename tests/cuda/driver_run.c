// SPDX-License-Identifier: GPL-2.0
/*
 * The scripted driver: streams, events, launches, graphs, and how its functions are found. A
 * device runs one kernel at a time, of whatever process, in the order of launches.
 */
#include <stdlib.h>
#include <string.h>

#include "driver_inside.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct CUstream_st {
	uint64_t done_ns;
	uint64_t graph_ns;	/* of what was captured */
	CUcontext context;
	bool captured;
};

struct CUevent_st {
	uint64_t at_ns;
};

struct CUgraph_st {
	uint64_t ns;
};

struct CUgraphExec_st {
	uint64_t ns;
};

static struct CUstream_st defaults[WORLD_DEVICES];
static unsigned int captures;		/* under way that forbid what is unsafe */
static __thread bool relaxed;

static struct CUstream_st *stream_of(CUstream stream)
{
	CUdevice device = 0;

	cuCtxGetDevice(&device);
	return (uintptr_t)stream <= CU_STREAM_PER_THREAD ? &defaults[device] : stream;
}

/* What a capture forbids ends it. */
static void unsafe(void)
{
	if (captures && !relaxed)
		world->capture_broken = true;
}

CUresult cuStreamCreate(CUstream *stream, unsigned int flags)
{
	(void)flags;
	*stream = calloc(1, sizeof(**stream));
	return cuCtxGetCurrent(&(*stream)->context);
}

CUresult cuStreamGetCtx(CUstream stream, CUcontext *context)
{
	*context = stream->context;
	return CUDA_SUCCESS;
}

CUresult cuStreamSynchronize(CUstream stream)
{
	unsafe();
	world_sleep_until(stream_of(stream)->done_ns);
	pools_settle();
	return CUDA_SUCCESS;
}

CUresult cuCtxSynchronize(void)
{
	return cuStreamSynchronize(NULL);
}

/* ----------------------------------------------------------------- launches */

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static CUresult run(CUstream stream, uint64_t ns)
{
	struct CUstream_st *s = stream_of(stream);
	CUdevice device;
	CUresult result = cuCtxGetDevice(&device);

	if (result)
		return result;
	if (s->captured) {
		s->graph_ns += ns;
		return CUDA_SUCCESS;
	}
	pthread_mutex_lock(&world->lock);
	s->done_ns = later(later(world->now_ns, s->done_ns), world->free_ns[device]) + ns;
	world->free_ns[device] = s->done_ns;
	world->busy_ns[device] += ns;
	pthread_mutex_unlock(&world->lock);
	return CUDA_SUCCESS;
}

CUresult cuLaunchKernel(CUfunction f, unsigned int gx, unsigned int gy, unsigned int gz,
			unsigned int bx, unsigned int by, unsigned int bz, unsigned int shared,
			CUstream stream, void **parameters, void **extra)
{
	(void)shared;
	(void)parameters;
	(void)extra;
	if (!gx || !gy || !gz || !bx || !by || !bz)
		return CUDA_ERROR_INVALID_VALUE;
	return run(stream, (uintptr_t)f);
}

CUresult cuLaunchKernel_ptsz(CUfunction f, unsigned int gx, unsigned int gy, unsigned int gz,
			     unsigned int bx, unsigned int by, unsigned int bz,
			     unsigned int shared, CUstream stream, void **parameters,
			     void **extra)
{
	return cuLaunchKernel(f, gx, gy, gz, bx, by, bz, shared, stream, parameters, extra);
}

CUresult cuLaunchKernelEx(const struct cu_launch_config *c, CUfunction f, void **parameters,
			  void **extra)
{
	(void)parameters;
	(void)extra;
	return run(c->stream, (uintptr_t)f);
}

CUresult cuLaunchKernelEx_ptsz(const struct cu_launch_config *c, CUfunction f,
			       void **parameters, void **extra)
{
	return cuLaunchKernelEx(c, f, parameters, extra);
}

CUresult cuLaunchCooperativeKernel(CUfunction f, unsigned int gx, unsigned int gy,
				   unsigned int gz, unsigned int bx, unsigned int by,
				   unsigned int bz, unsigned int shared, CUstream stream,
				   void **parameters)
{
	return cuLaunchKernel(f, gx, gy, gz, bx, by, bz, shared, stream, parameters, NULL);
}

CUresult cuLaunchCooperativeKernel_ptsz(CUfunction f, unsigned int gx, unsigned int gy,
					unsigned int gz, unsigned int bx, unsigned int by,
					unsigned int bz, unsigned int shared, CUstream stream,
					void **parameters)
{
	return cuLaunchKernel(f, gx, gy, gz, bx, by, bz, shared, stream, parameters, NULL);
}

/* ------------------------------------------------------------------- graphs */

CUresult cuStreamBeginCapture_v2(CUstream stream, int mode)
{
	stream->captured = true;
	stream->graph_ns = 0;
	captures += mode == 0;
	return CUDA_SUCCESS;
}

CUresult cuStreamEndCapture(CUstream stream, CUgraph *graph)
{
	*graph = malloc(sizeof(**graph));
	(*graph)->ns = stream->graph_ns;
	stream->captured = false;
	captures -= captures ? 1 : 0;
	return world->capture_broken ? CUDA_ERROR_CAPTURE_UNSUPPORTED : CUDA_SUCCESS;
}

CUresult cuStreamIsCapturing(CUstream stream, int *status)
{
	*status = stream_of(stream)->captured;
	return CUDA_SUCCESS;
}

CUresult cuThreadExchangeStreamCaptureMode(int *mode)
{
	int before = relaxed ? CU_STREAM_CAPTURE_MODE_RELAXED : 0;

	relaxed = *mode == CU_STREAM_CAPTURE_MODE_RELAXED;
	*mode = before;
	return CUDA_SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *exec, CUgraph graph, unsigned long long flags)
{
	(void)flags;
	*exec = malloc(sizeof(**exec));
	(*exec)->ns = graph->ns;
	return CUDA_SUCCESS;
}

CUresult cuGraphLaunch(CUgraphExec graph, CUstream stream)
{
	return run(stream, graph->ns);
}

CUresult cuGraphLaunch_ptsz(CUgraphExec graph, CUstream stream)
{
	return cuGraphLaunch(graph, stream);
}

/* ------------------------------------------------------------------- events */

CUresult cuEventCreate(CUevent *event, unsigned int flags)
{
	(void)flags;
	*event = calloc(1, sizeof(**event));
	return CUDA_SUCCESS;
}

CUresult cuEventDestroy_v2(CUevent event)
{
	free(event);
	return CUDA_SUCCESS;
}

/*
 * It is reached when all before it in its stream is done, though the device may then turn to
 * what others have launched: so what is timed can look longer than it is, as on devices.
 */
CUresult cuEventRecord(CUevent event, CUstream stream)
{
	struct CUstream_st *s = stream_of(stream);

	if (s->captured)
		return CUDA_ERROR_CAPTURE_UNSUPPORTED;
	event->at_ns = later(world_now(), s->done_ns);
	return CUDA_SUCCESS;
}

CUresult cuEventRecord_ptsz(CUevent event, CUstream stream)
{
	return cuEventRecord(event, stream);
}

CUresult cuEventQuery(CUevent event)
{
	unsafe();
	return event->at_ns <= world_now() ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

CUresult cuEventSynchronize(CUevent event)
{
	unsafe();
	world_sleep_until(event->at_ns);
	return CUDA_SUCCESS;
}

CUresult cuEventElapsedTime(float *ms, CUevent begin, CUevent end)
{
	if (world->no_times)
		return CUDA_ERROR_UNKNOWN;
	*ms = (float)(end->at_ns - begin->at_ns) / 1e6f;
	return CUDA_SUCCESS;
}

/* -------------------------------------------------------- how they are found */

static const struct {
	const char *name;
	int since;
	int streams;
	void *fn;
} functions[] = {
#define X(symbol, name, since, streams, result, arguments) \
	{ name, since, streams, (void *)symbol },
	CUDA_MEMORY_CALLS(X) CUDA_POOL_CALLS(X) CUDA_VIRTUAL_CALLS(X) CUDA_CONTEXT_CALLS(X)
	CUDA_LAUNCH_CALLS(X) CUDA_LOOKUP_CALLS(X)
#undef X
	{ "cuMemGetInfo", 3020, STREAM_ANY, (void *)cuMemGetInfo_v2 },
	{ "cuInit", 2000, STREAM_ANY, (void *)cuInit },
};

CUresult cuGetProcAddress_v2(const char *symbol, void **fn, int version, uint64_t flags,
			     int *status)
{
	int unwanted = flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM ? STREAM_LEGACY :
		       STREAM_THREAD;
	int best = -1;

	*fn = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (strcmp(functions[i].name, symbol) || functions[i].since > version ||
		    functions[i].streams == unwanted || functions[i].since < best)
			continue;
		best = functions[i].since;
		*fn = functions[i].fn;
	}
	if (status)
		*status = *fn ? 0 : 1;
	return *fn ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

CUresult cuGetProcAddress(const char *symbol, void **fn, int version, uint64_t flags)
{
	return cuGetProcAddress_v2(symbol, fn, version, flags, NULL);
}
