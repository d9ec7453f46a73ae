// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The memory that the processes of one job share: see shared.h. It is a file in /dev/shm of
 * the user, named after the job, which the last process removes. A process holds a lock on
 * the byte of the file that has the number of its slot; the kernel releases it with the
 * process, however that ends, so that the others can tell and give back what it had charged.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aios.h"
#include "cuda/shared.h"

#define FOLDER		"/dev/shm"
#define PREFIX		"aios-cuda-"
#define SLOTS		128
#define NO_SLOT		(-1)
#define TRIES		16

struct slot {
	uint64_t bytes[AIOS_JOB_DEVICES_MAX];	/* atomic */
};

struct shared {
	uint64_t device[AIOS_JOB_DEVICES_MAX];	/* atomic: its id + 1; 0: not in use yet */
	uint64_t earned_ns[AIOS_JOB_DEVICES_MAX];	/* atomic */
	uint32_t rate[AIOS_JOB_DEVICES_MAX];	/* atomic */
	struct slot slots[SLOTS];
};

/* Protected by the lock of job.c while it is joined and left, else immutable. */
static struct {
	struct shared *map;
	int fd;
	int slot;
	char path[64];
} shared = { .fd = -1, .slot = NO_SLOT };

/* What a process has that can share nothing; it is in no file. */
static struct shared alone;

static bool lock_bytes(int fd, off_t first, off_t nr, short type)
{
	struct flock lock = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = first, .l_len = nr,
	};

	return !fcntl(fd, F_SETLK, &lock);
}

static bool is_own_file(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       st.st_nlink;
}

/* Who removes a file has locked all of it: so it is tried before the slot counts. */
static bool slot_take(int fd, int *slot)
{
	for (*slot = 0; *slot < SLOTS; (*slot)++)
		if (lock_bytes(fd, *slot, 1, F_WRLCK))
			return is_own_file(fd);
	*slot = NO_SLOT;
	return is_own_file(fd);
}

static bool file_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	void *map;

	if (fd < 0)
		return false;
	if (!is_own_file(fd) || ftruncate(fd, sizeof(struct shared)) ||
	    !slot_take(fd, &shared.slot)) {
		close(fd);
		return false;
	}
	map = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		close(fd);
		return false;
	}
	shared.map = map;
	shared.fd = fd;
	return true;
}

/* Files of jobs that are over, whose last process could not remove them. */
static void stale_remove(const char *own)
{
	char prefix[32], path[320];
	struct dirent *entry;
	DIR *folder = opendir(FOLDER);

	snprintf(prefix, sizeof(prefix), PREFIX "%u-", (unsigned int)geteuid());
	while (folder && (entry = readdir(folder))) {
		int fd;

		snprintf(path, sizeof(path), FOLDER "/%s", entry->d_name);
		/* To close our own would give up the lock on it. */
		if (strncmp(entry->d_name, prefix, strlen(prefix)) || !strcmp(path, own))
			continue;
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0)
			continue;
		if (is_own_file(fd) && lock_bytes(fd, 0, 0, F_WRLCK))
			unlink(path);
		close(fd);
	}
	if (folder)
		closedir(folder);
}

void shared_join(uint64_t id)
{
	snprintf(shared.path, sizeof(shared.path), FOLDER "/" PREFIX "%u-%" PRIu64,
		 (unsigned int)geteuid(), id);
	stale_remove(shared.path);
	for (int i = 0; i < TRIES; i++)
		if (file_open(shared.path))
			return;
	shared.map = &alone;
	shared.slot = NO_SLOT;
}

void shared_leave(void)
{
	if (shared.fd < 0)
		return;
	/* Whoever else has a slot keeps the file. */
	if (lock_bytes(shared.fd, 0, 0, F_WRLCK))
		unlink(shared.path);
	close(shared.fd);
	shared.fd = -1;
	shared.slot = NO_SLOT;
}

void shared_forget(void)
{
	/* The lock is the parent's, and closing our copy of the descriptor leaves it that. */
	if (shared.fd >= 0)
		close(shared.fd);
	shared.fd = -1;
	shared.slot = NO_SLOT;
	shared.map = &alone;
}

int shared_device(uint32_t device_id)
{
	uint64_t wanted = (uint64_t)device_id + 1;

	for (int i = 0; i < AIOS_JOB_DEVICES_MAX; i++) {
		uint64_t none = 0;

		if (__atomic_load_n(&shared.map->device[i], __ATOMIC_RELAXED) == wanted ||
		    __atomic_compare_exchange_n(&shared.map->device[i], &none, wanted, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
		    none == wanted)
			return i;
	}
	/* A job that was moved from one accelerator to another this often shares the last. */
	return AIOS_JOB_DEVICES_MAX - 1;
}

uint64_t *shared_earned_ns(int place)
{
	return &shared.map->earned_ns[place];
}

uint32_t *shared_rate(int place)
{
	return &shared.map->rate[place];
}

void shared_note(int place, int64_t bytes)
{
	if (shared.slot != NO_SLOT)
		__atomic_add_fetch(&shared.map->slots[shared.slot].bytes[place],
				   (uint64_t)bytes, __ATOMIC_RELAXED);
}

static void slot_reap(struct slot *slot, shared_give_fn *give)
{
	for (int i = 0; i < AIOS_JOB_DEVICES_MAX; i++) {
		uint64_t bytes = __atomic_exchange_n(&slot->bytes[i], 0, __ATOMIC_RELAXED);

		if (bytes)
			give((uint32_t)(shared.map->device[i] - 1), bytes);
	}
}

void shared_reap(shared_give_fn *give)
{
	for (int i = 0; shared.fd >= 0 && i < SLOTS; i++) {
		if (i == shared.slot || !lock_bytes(shared.fd, i, 1, F_WRLCK))
			continue;
		slot_reap(&shared.map->slots[i], give);
		lock_bytes(shared.fd, i, 1, F_UNLCK);
	}
}
