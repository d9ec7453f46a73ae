// SPDX-License-Identifier: GPL-2.0
/*
 * Processes of one job: what they share, what they leave when they end in whatever way, and
 * what is in their way.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"

static void context_make(void)
{
	CUcontext context;

	check_equal(cuInit(0), CUDA_SUCCESS);
	check_equal(cuCtxCreate_v2(&context, 0, 0), CUDA_SUCCESS);
}

/* All that is granted, which only fits where nothing is left of others. */
static void allocate_all(void)
{
	CUdeviceptr a;

	context_make();
	check_equal(cuMemAlloc_v2(&a, 128 * MIB), CUDA_SUCCESS);
	check_equal(charged(), 128 * MIB);
}

/* Who comes after the dead has their place, and what they left there is not its own. */
static void one_after_the_other(void)
{
	check_equal(finish(start("-allocate and die", 1, 0)), 128 + SIGKILL);
	check_equal(charged(), 72 * MIB);
	check_equal(finish(start("-allocate all", 1, 0)), 0);
	check_equal(charged(), 0);
}

static void allocate_and_become(void)
{
	CUdeviceptr a;

	context_make();
	check_equal(cuMemAlloc_v2(&a, 40 * MIB), CUDA_SUCCESS);
	fflush(NULL);
	/* The driver gives back what was allocated, as its descriptors close. */
	world->memory_used[0] = 0;
	become("-allocate all", 1);
}

static void an_exec(void)
{
	check_equal(finish(start("-allocate and become", 1, 0)), 0);
	check_equal(charged(), 0);
}

static void allocate(uint64_t bytes)
{
	CUdeviceptr a;

	context_make();
	tell(cuMemAlloc_v2(&a, bytes));
	/* The others ask before this one gives back. */
	world_sleep_until(world_now() + SEC);
}

static void allocate_60(void)
{
	allocate(60 * MIB);
}

static void allocate_150(void)
{
	allocate(150 * MIB);
}

static void the_last_byte(void)
{
	int a, b;

	world->charging_ns = US;
	a = start("-allocate 60", 1, 0);
	b = start("-allocate 60", 2, 0);
	check_equal(finish(a), 0);
	check_equal(finish(b), 0);
	check_equal(told(1) + told(2), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(charged(), 0);
}

static void too_much_takes_nothing(void)
{
	int a, b;

	world->charging_ns = US;
	a = start("-allocate 150", 1, 0);
	b = start("-allocate 60", 2, 0);
	check_equal(finish(a), 0);
	check_equal(finish(b), 0);
	check_equal(told(1), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(told(2), CUDA_SUCCESS);
	check_equal(charged(), 0);
}

/* The descriptor of what the processes share, as a program finds it that closes all. */
static int shared_descriptor(void)
{
	char path[80], name[32], target[80];

	shared_path(path, sizeof(path));
	for (int fd = 3; fd < 64; fd++) {
		ssize_t got;

		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		got = readlink(name, target, sizeof(target) - 1);
		if (got > 0 && (size_t)got == strlen(path) && !memcmp(target, path, (size_t)got))
			return fd;
	}
	return -1;
}

static void descriptors_that_are_closed(void)
{
	CUdeviceptr a, b;
	int fd, status;
	pid_t pid;

	context_make();
	check_equal(cuMemAlloc_v2(&a, MIB), CUDA_SUCCESS);
	fd = shared_descriptor();
	check(fd >= 0);
	close(fd);
	/* The number is the program's now, in its children too. */
	check_equal(open("/dev/null", O_RDWR), fd);
	pid = fork();
	if (!pid)
		_exit(fcntl(fd, F_GETFD) < 0);
	waitpid(pid, &status, 0);
	check_equal(status, 0);
	check_equal(cuMemAlloc_v2(&b, MIB), CUDA_SUCCESS);
	check_equal(fcntl(fd, F_GETFD), 0);
	/* It lives: nobody gives back what it has. */
	check_equal(finish(start("-allocate and end", 1, 0)), 0);
	check_equal(charged(), 2 * MIB);
}

/* What is in the way of the shared file: each process is on its own, and is held. */
static void a_file_in_the_way(void)
{
	char path[80];
	CUdeviceptr a;
	int fd;

	shared_path(path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT, 0600);
	check_equal(write(fd, "other", 5), 5);
	context_make();
	check_equal(cuMemAlloc_v2(&a, 129 * MIB), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(cuMemAlloc_v2(&a, 128 * MIB), CUDA_SUCCESS);
	check_equal(cuMemAlloc_v2(&a, 1), CUDA_ERROR_OUT_OF_MEMORY);
	check_equal(charged(), 128 * MIB);
	check_equal(lseek(fd, 0, SEEK_END), 5);
	check_equal(unlink(path), 0);
	close(fd);
}

/* The last who leaves takes the file with it; so does who finds it when its job is over. */
static void files_that_are_left(void)
{
	char path[80], left[80];
	int fd;

	shared_path(path, sizeof(path));
	snprintf(left, sizeof(left), "/dev/shm/aios-cuda-1-%u-77", (unsigned int)geteuid());
	fd = open(left, O_RDWR | O_CREAT, 0600);
	close(fd);
	check_equal(finish(start("-allocate and end", 1, 0)), 0);
	check_equal(access(path, F_OK), -1);
	check_equal(access(left, F_OK), -1);
	fd = open(left, O_RDWR | O_CREAT, 0600);
	close(fd);
	/* One that is there stays. */
	world->job_fd = atoi(getenv("AIOS_JOB_FD"));
	check_equal(finish(start("-allocate and end", 1, 0)), 0);
	check_equal(access(left, F_OK), 0);
	check_equal(unlink(left), 0);
}

const struct cuda_case process_cases[] = {
	{ "one that comes after it has all", one_after_the_other, 128 * MIB, 0, 0, false },
	{ "-allocate all", allocate_all, 0, 0, 0, false },
	{ "a process that executes another program", an_exec, 128 * MIB, 0, 0, false },
	{ "-allocate and become", allocate_and_become, 0, 0, 0, false },
	{ "of two who want the last byte one has it", the_last_byte, 100 * MIB, 0, 0, false },
	{ "who asks for too much takes nothing from others", too_much_takes_nothing,
	  100 * MIB, 0, 0, false },
	{ "-allocate 60", allocate_60, 0, 0, 0, false },
	{ "-allocate 150", allocate_150, 0, 0, 0, false },
	{ "a program that closes all descriptors", descriptors_that_are_closed, GIB, 0, 0, false },
	{ "a file in the way of the shared one", a_file_in_the_way, 128 * MIB, 0, 0, false },
	{ "files that are left", files_that_are_left, GIB, 0, 0, false },
	{ 0 }
};
