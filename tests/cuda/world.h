/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine that libaios-cuda.so is tested on: accelerators with a scripted driver
 * (driver.c, nvml.c), a scripted kernel side that charges as the module does, and a clock
 * that stands still while somebody computes. It is memory that the processes of a case
 * share, and the program has ioctl(), open() and the clock in their place, as
 * tests/lib/mock.h explains.
 */
#ifndef TESTS_CUDA_WORLD_H
#define TESTS_CUDA_WORLD_H

#include <linux/aios.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_DEVICES	2
#define WORLD_SLEEPERS	4
#define WORLD_MEMORY	(16ULL << 30)	/* of each device */
#define WORLD_NOBODY	(~0ULL)

#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)
#define US	1000ULL
#define MS	1000000ULL
#define SEC	1000000000ULL

struct world {
	pthread_mutex_t lock;		/* protects everything below */
	pthread_cond_t moved;
	uint64_t now_ns;
	uint64_t wake_ns[WORLD_SLEEPERS];	/* 0: computes; WORLD_NOBODY: is not there */
	uint64_t free_ns[WORLD_DEVICES];	/* when a device has done what it was given */
	uint64_t busy_ns[WORLD_DEVICES];	/* what it has done and been given */
	uint64_t memory_used[WORLD_DEVICES];
	uint64_t calls;			/* of the kernel */
	int job_fd;			/* what JOB_OPEN yields a copy of, or -1 */
	bool no_device_file;
	bool on_bus;			/* accelerators 7 and 8 are on the bus, in reverse order */
	bool capture_broken;		/* a call that a capture forbids was made */
};

/* Made by whoever runs the cases, and found by what it starts. */
struct world *world_make(int *fd);
extern struct world *world;

/* This process sleeps and computes from now on as number @nr. */
void world_be(unsigned int nr);
void world_leave(void);
void world_return(void);
uint64_t world_now(void);
void world_sleep_until(uint64_t ns);

/* A job with its page: a descriptor to be inherited. */
int job_make(uint64_t id);
struct aios_status *job_page(int fd);
/* Change a page as the kernel does. */
void job_change_begin(struct aios_status *page);
void job_change_end(struct aios_status *page);

#endif /* TESTS_CUDA_WORLD_H */
