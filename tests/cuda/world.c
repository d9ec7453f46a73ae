// SPDX-License-Identifier: GPL-2.0
/*
 * The clock of the machine that the tests run on: see world.h.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"

#define VARIABLE	"AIOS_TEST_WORLD"	/* the file that it is in */

struct world *world;
static unsigned int me;

static void world_map(int fd)
{
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (world == MAP_FAILED)
		abort();
}

static void locks_make(void)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;

	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&world->lock, &mutex);
	pthread_condattr_init(&cond);
	pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&world->moved, &cond);
}

void world_make(int fd)
{
	if (ftruncate(fd, sizeof(*world)))
		abort();
	world_map(fd);
	locks_make();
	world->now_ns = SEC;
	world->job_fd = -1;
	world->turn = WORLD_NOBODY;
	for (int i = 0; i < WORLD_SLEEPERS; i++) {
		world->wake_ns[i] = WORLD_NEVER;
		world->waits_for[i] = WORLD_NOBODY;
	}
}

int world_make_shared(void)
{
	int fd = (int)syscall(SYS_memfd_create, "world", 0);
	char path[32];

	if (fd < 0)
		abort();
	world_make(fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	setenv(VARIABLE, path, 1);
	return fd;
}

static __attribute__((constructor)) void begin(void)
{
	const char *path = getenv(VARIABLE);
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	world_map(fd);
	close(fd);
}

/* -------------------------------------------------------------------- clock */

/*
 * The turn goes to whoever wakes first, of several to the one whose number is next, and the
 * clock with it. The lock is held.
 */
static void pass(void)
{
	uint32_t last = world->turn == WORLD_NOBODY ? 0 : world->turn, first = WORLD_NOBODY;

	for (uint32_t i = 1; i <= WORLD_SLEEPERS; i++) {
		uint32_t nr = (last + i) % WORLD_SLEEPERS;

		if (world->wake_ns[nr] != WORLD_NEVER &&
		    (first == WORLD_NOBODY || world->wake_ns[nr] < world->wake_ns[first]))
			first = nr;
	}
	world->turn = first;
	if (first == WORLD_NOBODY)
		return;
	if (world->wake_ns[first] > world->now_ns)
		world->now_ns = world->wake_ns[first];
	pthread_cond_broadcast(&world->moved);
}

static void await_turn(void)
{
	while (world->turn != me)
		pthread_cond_wait(&world->moved, &world->lock);
}

void world_expect(unsigned int nr)
{
	pthread_mutex_lock(&world->lock);
	world->here[nr] = true;
	world->wake_ns[nr] = world->now_ns;
	if (world->turn == WORLD_NOBODY)
		pass();
	pthread_mutex_unlock(&world->lock);
}

void world_be(unsigned int nr)
{
	me = nr;
	pthread_mutex_lock(&world->lock);
	await_turn();
	pthread_mutex_unlock(&world->lock);
}

void world_leave(void)
{
	pthread_mutex_lock(&world->lock);
	world->here[me] = false;
	world->wake_ns[me] = WORLD_NEVER;
	for (int i = 0; i < WORLD_SLEEPERS; i++)
		if (world->waits_for[i] == me)
			world->wake_ns[i] = world->now_ns;
	if (world->turn == me)
		pass();
	pthread_mutex_unlock(&world->lock);
}

void world_wait(unsigned int nr)
{
	pthread_mutex_lock(&world->lock);
	if (world->here[nr]) {
		world->waits_for[me] = nr;
		world->wake_ns[me] = WORLD_NEVER;
		pass();
		await_turn();
		world->waits_for[me] = WORLD_NOBODY;
	}
	pthread_mutex_unlock(&world->lock);
}

uint64_t world_now(void)
{
	uint64_t now;

	pthread_mutex_lock(&world->lock);
	now = world->now_ns;
	pthread_mutex_unlock(&world->lock);
	return now;
}

void world_sleep_until(uint64_t ns)
{
	pthread_mutex_lock(&world->lock);
	world->wake_ns[me] = ns > world->now_ns ? ns : world->now_ns;
	pass();
	await_turn();
	pthread_mutex_unlock(&world->lock);
}
