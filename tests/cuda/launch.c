// SPDX-License-Identifier: GPL-2.0
/*
 * Launches: what is granted of an accelerator's time is what a job gets, by the clock of the
 * machine that the tests run on.
 */
#include <fcntl.h>
#include <unistd.h>

#include "cases.h"

static CUcontext context_make(void)
{
	CUcontext context;

	check_equal(cuInit(0), CUDA_SUCCESS);
	check_equal(cuCtxCreate_v2(&context, 0, 0), CUDA_SUCCESS);
	return context;
}

static CUresult launch(uint64_t ns)
{
	return cuLaunchKernel(KERNEL(ns), 1, 1, 1, 32, 1, 1, 0, NULL, NULL, NULL);
}

/* Launch kernels one after the other for so long, each 10 us after the other at most. */
static unsigned int launch_for(uint64_t kernel_ns, uint64_t duration_ns)
{
	uint64_t end = world_now() + duration_ns;
	unsigned int nr = 0;

	while (world_now() < end) {
		check_equal(launch(kernel_ns), CUDA_SUCCESS);
		world_sleep_until(world_now() + 10 * US);
		nr++;
	}
	return nr;
}

/* @got is within so many per cent of @wanted. */
#define check_near(got, wanted, percent) do {				\
	uint64_t near_got = (got), near_wanted = (wanted);		\
									\
	if (near_got * 100 < near_wanted * (100 - (percent)) ||		\
	    near_got * 100 > near_wanted * (100 + (percent)))		\
		check_failed(__FILE__, __LINE__, "%s is %llu, not about %llu", #got, \
			     (unsigned long long)near_got,		\
			     (unsigned long long)near_wanted);		\
} while (0)

static void a_half(void)
{
	unsigned int nr;

	context_make();
	launch_for(MS, SEC);
	nr = launch_for(MS, 10 * SEC);
	check_near(nr, 5000, 1);
}

/* Kernels of different times spend what they take, not what they are. */
static void short_and_long(void)
{
	uint64_t begin, busy;

	context_make();
	begin = world_now();
	busy = world->busy_ns[0];
	while (world_now() < begin + 10 * SEC) {
		launch(5 * MS);
		for (int i = 0; i < 100; i++) {
			launch(20 * US);
			world_sleep_until(world_now() + US);
		}
	}
	check_near(world->busy_ns[0] - busy, 2500 * MS, 2);
}

/* What is known of a kernel holds as long as nothing else is. */
static void times_that_fail(void)
{
	context_make();
	launch_for(MS, SEC);
	world->no_times = true;
	check_near(launch_for(MS, 10 * SEC), 5000, 1);
}

static void the_whole(void)
{
	uint64_t calls, begin;

	context_make();
	launch(MS);
	calls = world->calls;
	begin = world_now();
	for (int i = 0; i < 1000; i++)
		launch(MS);
	check_equal(world_now(), begin);
	check_equal(world->calls, calls);
}

/* A launch reads the rate from the page: the kernel is not asked. */
static void no_system_call(void)
{
	uint64_t calls;

	context_make();
	launch(MS);
	calls = world->calls;
	launch_for(MS, SEC);
	check_equal(world->calls, calls);
}

static void a_grant_that_changes(void)
{
	context_make();
	launch_for(MS, SEC);
	grant_milli(800);
	check_near(launch_for(MS, 10 * SEC), 8000, 1);
	grant_milli(100);
	check_near(launch_for(MS, 10 * SEC), 1000, 5);
	/* Even nothing is a little, so that what waits ends. */
	grant_milli(0);
	check_near(launch_for(MS, 20 * SEC), 20, 50);
}

/* ------------------------------------------------------------- several processes */

static void work(void)
{
	context_make();
	launch_for(MS, 2 * SEC);
	/* What the test compares is what was launched after that. */
	tell(launch_for(MS, 10 * SEC));
}

static void shares(uint32_t milli_a, uint32_t milli_b, unsigned int percent)
{
	int a = start("-work", 1, milli_a), b = start("-work", 2, milli_b);

	check_equal(finish(a), 0);
	check_equal(finish(b), 0);
	check_near(told(1), 10 * milli_a, percent);
	check_near(told(2), 10 * milli_b, percent);
}

static void three_to_one(void)
{
	shares(600, 200, 2);
}

static void three_to_one_of_everything(void)
{
	shares(750, 250, 10);
}

/* What a job is granted its processes share. */
static void two_of_one_job(void)
{
	int a = start("-work", 1, 0), b = start("-work", 2, 0);

	check_equal(finish(a), 0);
	check_equal(finish(b), 0);
	check_near(told(1) + told(2), 5000, 1);
}

/* Somebody who takes the shared file for one that is left removes it while others join. */
static void remove_slowly(void)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[80];
	int fd;

	shared_path(path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT, 0600);
	check_equal(fcntl(fd, F_SETLK, &all), 0);
	world_sleep_until(world_now() + 10 * MS);
	check_equal(unlink(path), 0);
	close(fd);
}

static void a_file_that_goes(void)
{
	int remover = start("-remove slowly", 3, 0), a, b;

	/* It has the file before the others come. */
	world_sleep_until(world_now() + MS);
	a = start("-work", 1, 0);
	check_equal(finish(remover), 0);
	b = start("-work", 2, 0);
	check_equal(finish(a), 0);
	check_equal(finish(b), 0);
	check_near(told(1) + told(2), 5000, 1);
}

/* -------------------------------------------------------------------- suspended */

static void resume_then(void)
{
	world_sleep_until(world_now() + 3 * SEC);
	job_state(AIOS_STATE_RUNNING);
}

static void held(void)
{
	uint64_t begin, busy;
	int pid;

	context_make();
	launch(MS);
	busy = world->busy_ns[0];
	begin = world_now();
	job_state(AIOS_STATE_SUSPENDED);
	pid = start("-resume then", 1, 0);
	check_equal(launch(MS), CUDA_SUCCESS);
	check(world_now() - begin >= 3 * SEC);
	check(world_now() - begin <= 3 * SEC + 20 * MS);
	check_equal(world->busy_ns[0] - busy, MS);
	check_equal(finish(pid), 0);
}

static void ended(void)
{
	uint64_t begin;

	context_make();
	launch(MS);
	begin = world_now();
	job_state(AIOS_STATE_FAILED);
	check_equal(launch(MS), CUDA_SUCCESS);
	check_equal(world_now(), begin);
}

/* ------------------------------------------------------------------ other calls */

static void other_launches(void)
{
	struct cu_launch_config config = { { 1, 1, 1 }, { 32, 1, 1 }, 0, NULL, NULL, 0 };
	uint64_t begin, busy;

	context_make();
	begin = world_now();
	busy = world->busy_ns[0];
	while (world_now() < begin + 10 * SEC) {
		cuLaunchKernelEx(&config, KERNEL(MS), NULL, NULL);
		cuLaunchKernelEx_ptsz(&config, KERNEL(MS), NULL, NULL);
		cuLaunchKernel_ptsz(KERNEL(MS), 1, 1, 1, 32, 1, 1, 0, NULL, NULL, NULL);
		cuLaunchCooperativeKernel(KERNEL(MS), 1, 1, 1, 32, 1, 1, 0, NULL, NULL);
		cuLaunchCooperativeKernel_ptsz(KERNEL(MS), 1, 1, 1, 32, 1, 1, 0, NULL, NULL);
		world_sleep_until(world_now() + 10 * US);
	}
	check_near(world->busy_ns[0] - busy, 5 * SEC, 2);
	check_equal(cuLaunchKernel(KERNEL(MS), 0, 1, 1, 32, 1, 1, 0, NULL, NULL, NULL),
		    CUDA_ERROR_INVALID_VALUE);
}

static void graphs(void)
{
	uint64_t begin, busy;
	CUgraphExec exec;
	CUstream stream;
	CUgraph graph;

	context_make();
	launch_for(MS, 100 * MS);
	cuStreamCreate(&stream, 0);
	begin = world_now();
	busy = world->busy_ns[0];
	/* What is captured does not run, nor wait. */
	check_equal(cuStreamBeginCapture_v2(stream, 0), CUDA_SUCCESS);
	for (int i = 0; i < 20; i++)
		check_equal(cuLaunchKernel(KERNEL(MS), 1, 1, 1, 32, 1, 1, 0, stream, NULL, NULL),
			    CUDA_SUCCESS);
	check_equal(world_now(), begin);
	/* A launch elsewhere meanwhile looks at its events, and the capture goes on. */
	check_equal(launch(MS), CUDA_SUCCESS);
	check_equal(cuStreamEndCapture(stream, &graph), CUDA_SUCCESS);
	check_equal(cuGraphInstantiateWithFlags(&exec, graph, 0), CUDA_SUCCESS);
	while (world_now() < begin + 10 * SEC) {
		check_equal(cuGraphLaunch(exec, stream), CUDA_SUCCESS);
		check_equal(cuGraphLaunch_ptsz(exec, stream), CUDA_SUCCESS);
		world_sleep_until(world_now() + 10 * US);
	}
	check_near(world->busy_ns[0] - busy, 5 * SEC, 4);
}

/* A context that goes takes its events with it. */
static void contexts(void)
{
	for (int i = 0; i < 3; i++) {
		CUcontext context = context_make();

		launch_for(MS, 100 * MS);
		launch_for(20 * US, 10 * MS);
		check_equal(cuCtxDestroy_v2(context), CUDA_SUCCESS);
	}
}

/* A kernel that nothing is known of runs ahead a few times, and no further. */
static void unknown_kernels(void)
{
	uint64_t begin;

	context_make();
	begin = world_now();
	for (int i = 0; i < 4; i++)
		launch(SEC);
	check_equal(world_now(), begin);
	launch(SEC);
	check(world_now() - begin >= SEC);
	check(world->free_ns[0] - world_now() <= 5 * SEC);
}

const struct cuda_case launch_cases[] = {
	{ "a job with half an accelerator has half of its time", a_half, 0, 500, 0, false },
	{ "kernels spend what they take", short_and_long, 0, 250, 0, false },
	{ "a driver that tells no times", times_that_fail, 0, 500, 0, false },
	{ "a job with a whole one never waits", the_whole, 0, 1000, 0, false },
	{ "a launch makes no system call", no_system_call, 0, 500, 0, false },
	{ "a grant that changes holds for launches", a_grant_that_changes, 0, 500, 0, false },
	{ "three to one", three_to_one, 0, 1000, 0, false },
	{ "three to one of a device that is full", three_to_one_of_everything, 0, 1000, 0, false },
	{ "processes of one job share its time", two_of_one_job, 0, 500, 0, false },
	{ "also while their file is removed", a_file_that_goes, 0, 500, 0, false },
	{ "-remove slowly", remove_slowly, 0, 0, 0, false },
	{ "-work", work, 0, 1000, 0, false },
	{ "launches of a suspended job are held", held, 0, 500, 0, false },
	{ "-resume then", resume_then, 0, 0, 0, false },
	{ "those of a job that is over are not", ended, 0, 500, 0, false },
	{ "other ways to launch", other_launches, 0, 500, 0, false },
	{ "graphs", graphs, 0, 500, 0, false },
	{ "contexts that go", contexts, 0, 500, 0, false },
	{ "a kernel that nothing is known of", unknown_kernels, 0, 500, 0, false },
	{ 0 }
};
