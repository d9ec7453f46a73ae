// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a program on a real card as if it were a job, where no module can be loaded: the kernel
 * side is scripted (kernel.c, preloaded as libkernel.so), and the grant is what the options say.
 * SIGUSR1 doubles the grant of memory. The driver, the card and the clock are the machine's.
 */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

static struct aios_status *page;

static void grow(int signal)
{
	(void)signal;
	job_change_begin(page);
	page->grant[AIOS_RESOURCE_GPU_MEMORY] *= 2;
	job_change_end(page);
}

static int job_of(uint64_t memory, uint32_t milli)
{
	int fd = job_make((uint64_t)getpid());

	page = job_page(fd);
	page->nr_devices = 1;
	page->devices[0].id = 7;
	page->devices[0].milli = milli;
	page->devices[0].memory = memory;
	page->limit[AIOS_RESOURCE_GPU_MEMORY] = memory ? 1ULL << 50 : 0;
	page->request[AIOS_RESOURCE_GPU_MEMORY] = memory;
	page->grant[AIOS_RESOURCE_GPU_MEMORY] = memory;
	page->limit[AIOS_RESOURCE_GPU] = milli ? 1000 : 0;
	page->grant[AIOS_RESOURCE_GPU] = milli;
	return fd;
}

/* The libraries lie where this program was built. */
static void preload(void)
{
	char self[PATH_MAX], text[3 * PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *folder;

	if (length < 0)
		abort();
	self[length] = '\0';
	folder = dirname(self);
	snprintf(text, sizeof(text), "%s/libkernel.so:%s/../../lib/libaios-cuda.so", folder,
		 folder);
	setenv("LD_PRELOAD", text, 1);
}

static int usage(FILE *to)
{
	fprintf(to, "Usage: card [--memory MIB] [--milli N] -- COMMAND [ARGUMENT]...\n");
	return to == stderr ? 2 : 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "memory", required_argument, NULL, 'm' },
		{ "milli", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	uint64_t memory = 0;
	uint32_t milli = 0;
	int status, option;
	char number[16];
	pid_t pid;

	while ((option = getopt_long(argc, argv, "+m:t:h", options, NULL)) != -1) {
		switch (option) {
		case 'm':
			memory = strtoull(optarg, NULL, 10) * MIB;
			break;
		case 't':
			milli = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		default:
			return usage(option == 'h' ? stdout : stderr);
		}
	}
	if (optind == argc)
		return usage(stderr);
	world_make_shared();
	snprintf(number, sizeof(number), "%d", job_of(memory, milli));
	signal(SIGUSR1, grow);
	pid = fork();
	if (!pid) {
		setenv("AIOS_JOB_FD", number, 1);
		preload();
		execvp(argv[optind], &argv[optind]);
		perror(argv[optind]);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
