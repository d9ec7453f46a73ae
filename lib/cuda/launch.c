// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The calls that launch kernels and graphs. A suspended job's are held; those of a job that
 * has the whole accelerator, or that states no time, go through. What is captured into a
 * graph runs, and is spent, when the graph is launched.
 */
#include "cuda/launch.h"
#include "cuda/memory.h"

#define WHOLE	1000U

struct launch {
	struct work work;
	CUstream stream;
	bool per_thread;
};

static bool is_captured(CUstream stream)
{
	int status = CU_STREAM_CAPTURE_STATUS_NONE;

	return !next_call(cuStreamIsCapturing, stream, &status) &&
	       status != CU_STREAM_CAPTURE_STATUS_NONE;
}

/* Before a launch: wait, and spend. What it returns goes to timed_end(). */
static struct timed *launch_begin(const struct launch *l)
{
	uint32_t id;

	if (memory_depth || !job_governs())
		return NULL;
	/* A stream that is captured only notes what is to be done. */
	if (job_is_suspended() && !is_captured(l->stream))
		job_wait_resumed();
	if (!job_has_time())
		return NULL;
	id = job_device(memory_current());
	if (id == NO_DEVICE || job_share(id) >= WHOLE || is_captured(l->stream))
		return NULL;
	return timed_begin(&l->work, id, l->stream, l->per_thread);
}

static CUresult launch_end(struct timed *timed, CUresult result)
{
	timed_end(timed, result);
	return result;
}

static uint64_t volume(const unsigned int *n)
{
	return (uint64_t)n[0] * n[1] * n[2];
}

#define LAUNCH(function, grid, block, stream, per_thread) \
	launch_begin(&(struct launch){ { (function), (grid), (block) }, (stream), (per_thread) })

CUresult cuLaunchKernel(CUfunction f, unsigned int gx, unsigned int gy, unsigned int gz,
			unsigned int bx, unsigned int by, unsigned int bz, unsigned int shared,
			CUstream stream, void **parameters, void **extra)
{
	struct timed *t = LAUNCH(f, (uint64_t)gx * gy * gz, (uint64_t)bx * by * bz, stream, false);

	return launch_end(t, memory_call(cuLaunchKernel, f, gx, gy, gz, bx, by, bz, shared,
					 stream, parameters, extra));
}

CUresult cuLaunchKernel_ptsz(CUfunction f, unsigned int gx, unsigned int gy, unsigned int gz,
			     unsigned int bx, unsigned int by, unsigned int bz,
			     unsigned int shared, CUstream stream, void **parameters,
			     void **extra)
{
	struct timed *t = LAUNCH(f, (uint64_t)gx * gy * gz, (uint64_t)bx * by * bz, stream, true);

	return launch_end(t, memory_call(cuLaunchKernel_ptsz, f, gx, gy, gz, bx, by, bz, shared,
					 stream, parameters, extra));
}

CUresult cuLaunchKernelEx(const struct cu_launch_config *c, CUfunction f, void **parameters,
			  void **extra)
{
	struct timed *t = c ? LAUNCH(f, volume(c->grid), volume(c->block), c->stream, false) :
			  NULL;

	return launch_end(t, memory_call(cuLaunchKernelEx, c, f, parameters, extra));
}

CUresult cuLaunchKernelEx_ptsz(const struct cu_launch_config *c, CUfunction f,
			       void **parameters, void **extra)
{
	struct timed *t = c ? LAUNCH(f, volume(c->grid), volume(c->block), c->stream, true) :
			  NULL;

	return launch_end(t, memory_call(cuLaunchKernelEx_ptsz, c, f, parameters, extra));
}

CUresult cuLaunchCooperativeKernel(CUfunction f, unsigned int gx, unsigned int gy,
				   unsigned int gz, unsigned int bx, unsigned int by,
				   unsigned int bz, unsigned int shared, CUstream stream,
				   void **parameters)
{
	struct timed *t = LAUNCH(f, (uint64_t)gx * gy * gz, (uint64_t)bx * by * bz, stream, false);

	return launch_end(t, memory_call(cuLaunchCooperativeKernel, f, gx, gy, gz, bx, by, bz,
					 shared, stream, parameters));
}

CUresult cuLaunchCooperativeKernel_ptsz(CUfunction f, unsigned int gx, unsigned int gy,
					unsigned int gz, unsigned int bx, unsigned int by,
					unsigned int bz, unsigned int shared, CUstream stream,
					void **parameters)
{
	struct timed *t = LAUNCH(f, (uint64_t)gx * gy * gz, (uint64_t)bx * by * bz, stream, true);

	return launch_end(t, memory_call(cuLaunchCooperativeKernel_ptsz, f, gx, gy, gz, bx, by, bz,
					 shared, stream, parameters));
}

CUresult cuGraphLaunch(CUgraphExec graph, CUstream stream)
{
	struct timed *t = LAUNCH(graph, 0, 0, stream, false);

	return launch_end(t, memory_call(cuGraphLaunch, graph, stream));
}

CUresult cuGraphLaunch_ptsz(CUgraphExec graph, CUstream stream)
{
	struct timed *t = LAUNCH(graph, 0, 0, stream, true);

	return launch_end(t, memory_call(cuGraphLaunch_ptsz, graph, stream));
}
