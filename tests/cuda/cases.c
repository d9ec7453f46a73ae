// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the cases: see cases.h. Without arguments it starts itself once for each, with the
 * library that AIOS_TEST_CUDA names preloaded; with the name of
 * a case it starts that one alone; with a name and a number it is that one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"

#define SECONDS		60	/* of a real clock, after which a case that hangs is ended */

static const struct cuda_case * const families[] = {
	memory_cases, process_cases, lookup_cases, launch_cases,
};

struct aios_status *page;
static bool failed;
static uint64_t next_job = 100;
static int pids[WORLD_SLEEPERS];	/* of those that this process has started */

void check_failed(const char *file, int line, const char *format, ...)
{
	va_list ap;

	failed = true;
	printf("# %s:%d: ", file, line);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

/* ---------------------------------------------------------------------- job */

void grant_memory(uint64_t bytes)
{
	job_change_begin(page);
	page->grant[AIOS_RESOURCE_GPU_MEMORY] = bytes;
	job_change_end(page);
}

void grant_milli(uint32_t milli)
{
	job_change_begin(page);
	for (uint32_t i = 0; i < page->nr_devices; i++)
		page->devices[i].milli = milli;
	page->grant[AIOS_RESOURCE_GPU] = milli * page->nr_devices;
	job_change_end(page);
}

void job_state(uint32_t state)
{
	job_change_begin(page);
	page->state = state;
	job_change_end(page);
}

uint64_t charged(void)
{
	return page->devices[0].memory_used;
}

/* A job that could have everything, and was granted this. */
static int job_of(const struct cuda_case *c, uint32_t milli)
{
	int fd = job_make(next_job++ + (uint64_t)getpid() * 1000);
	struct aios_status *p = job_page(fd);

	p->nr_devices = c->nr_devices ? c->nr_devices : 1;
	for (uint32_t i = 0; i < p->nr_devices; i++) {
		p->devices[i].id = 7 + i;
		p->devices[i].milli = milli;
		p->devices[i].memory = c->memory / p->nr_devices;
	}
	p->limit[AIOS_RESOURCE_GPU_MEMORY] = c->memory ? 64 * GIB : 0;
	p->request[AIOS_RESOURCE_GPU_MEMORY] = c->memory;
	p->grant[AIOS_RESOURCE_GPU_MEMORY] = c->memory;
	p->limit[AIOS_RESOURCE_GPU] = milli ? 1000 * p->nr_devices : 0;
	p->grant[AIOS_RESOURCE_GPU] = milli * p->nr_devices;
	return fd;
}

static const struct cuda_case *case_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		for (const struct cuda_case *c = families[i]; c->name; c++)
			if (!strcmp(c->name, name))
				return c;
	return NULL;
}

static void number_set(const char *variable, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	setenv(variable, text, 1);
}

void shared_path(char *path, size_t room)
{
	snprintf(path, room, "/dev/shm/aios-cuda-1-%u-%llu", (unsigned int)geteuid(),
		 (unsigned long long)page->id);
}

void become(const char *name, unsigned int nr)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", nr);
	setenv("LD_PRELOAD", getenv("AIOS_TEST_CUDA"), 1);
	execl("/proc/self/exe", "cases", name, number, NULL);
	_exit(127);
}

int start(const char *name, unsigned int nr, uint32_t milli)
{
	const struct cuda_case *c = case_find(name);

	world_expect(nr);
	fflush(stdout);
	pids[nr] = fork();
	if (pids[nr])
		return pids[nr];
	if (milli)
		number_set("AIOS_JOB_FD", (uint64_t)job_of(c, milli));
	become(name, nr);
	return 0;
}

static int status_of(int pid)
{
	int status;

	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int finish(int pid)
{
	unsigned int nr = 0;

	while (pids[nr] != pid)
		nr++;
	world_wait(nr);
	return status_of(pid);
}

void tell(uint64_t result)
{
	world->result[world->turn] = result;
}

uint64_t told(unsigned int nr)
{
	return world->result[nr];
}

static int run_one(const char *name, unsigned int nr)
{
	const struct cuda_case *c = case_find(name);
	const char *fd = getenv("AIOS_JOB_FD");

	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(SECONDS);
	world_be(nr);
	page = fd ? job_page(atoi(fd)) : NULL;
	c->run();
	world_leave();
	return failed;
}

/* Return: whether it is well. */
static bool run_apart(const struct cuda_case *c)
{
	int fd = world_make_shared(), job, status;
	pid_t pid;

	world_expect(0);
	job = job_of(c, c->milli);
	if (c->unjobbed)
		unsetenv("AIOS_JOB_FD");
	else
		number_set("AIOS_JOB_FD", (uint64_t)job);
	fflush(stdout);
	pid = fork();
	if (!pid)
		become(c->name, 0);
	status = status_of(pid);
	close(fd);
	close(job);
	if (status > 1)
		printf("# it ended with status %d\n", status);
	return !status;
}

int main(int argc, char **argv)
{
	int nr = 0, bad = 0;

	if (argc == 3)
		return run_one(argv[1], (unsigned int)atoi(argv[2]));
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		for (const struct cuda_case *c = families[i]; c->name; c++) {
			bool well;

			/* It is a part of another one. */
			if (c->name[0] == '-' || (argc == 2 && strcmp(c->name, argv[1])))
				continue;
			well = run_apart(c);

			bad += !well;
			printf("%sok %d - %s\n", well ? "" : "not ", ++nr, c->name);
		}
	}
	printf("1..%d\n", nr);
	return bad ? 1 : 0;
}
