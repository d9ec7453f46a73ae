/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine that libaios-cuda.so is tested on: accelerators with a scripted driver
 * (driver_*.c, nvml.c), a scripted kernel side that charges as the module does, and a clock
 * that stands still while somebody computes. It is memory that the processes of a case
 * share, and the program has ioctl(), open() and the clock in their place, as
 * tests/lib/mock.h explains.
 *
 * Processes have turns: one computes at a time, until it sleeps, waits or leaves, and then
 * the one that wakes first. So what they do does not depend on who else uses this machine.
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
#define WORLD_NEVER	(~0ULL)
#define WORLD_NOBODY	(~0U)

#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)
#define US	1000ULL
#define MS	1000000ULL
#define SEC	1000000000ULL

struct world {
	pthread_mutex_t lock;		/* protects everything below */
	pthread_cond_t moved;
	uint64_t now_ns;
	uint32_t turn;			/* who computes, or WORLD_NOBODY */
	uint64_t wake_ns[WORLD_SLEEPERS];	/* WORLD_NEVER: is not there, or waits */
	uint32_t waits_for[WORLD_SLEEPERS];	/* until who leaves, or WORLD_NOBODY */
	bool here[WORLD_SLEEPERS];
	uint64_t result[WORLD_SLEEPERS];	/* what a process tells who has started it */
	uint64_t free_ns[WORLD_DEVICES];	/* when a device has done what it was given */
	uint64_t busy_ns[WORLD_DEVICES];	/* what it has done and been given */
	uint64_t memory_used[WORLD_DEVICES];
	uint64_t calls;			/* of the kernel */
	uint64_t charging_ns;		/* how long one that charges takes */
	int job_fd;			/* what JOB_OPEN yields a copy of, or -1 */
	bool no_device_file;
	bool on_bus;			/* accelerators 7 and 8 are on the bus, in reverse order */
	bool no_times;			/* events do not tell what they have timed */
	bool capture_broken;		/* a call that a capture forbids was made */
};

/* Where the environment names it; NULL: nowhere. */
extern struct world *world;
/* Make it in a file, or for this process and all that it starts. Return: its descriptor. */
void world_make(int fd);
int world_make_shared(void);

/* Number @nr is about to come; the clock waits for it. */
void world_expect(unsigned int nr);
/* This process is number @nr from now on; it waits for its turn. */
void world_be(unsigned int nr);
void world_leave(void);
/* Wait until number @nr has left. */
void world_wait(unsigned int nr);
uint64_t world_now(void);
void world_sleep_until(uint64_t ns);

/* A job with its page: a descriptor to be inherited. */
int job_make(uint64_t id);
struct aios_status *job_page(int fd);
/* Change a page as the kernel does. */
void job_change_begin(struct aios_status *page);
void job_change_end(struct aios_status *page);

#endif /* TESTS_CUDA_WORLD_H */
