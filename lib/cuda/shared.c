// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The memory that the processes of one job share: see shared.h. It is a file in /dev/shm of
 * the user, named after the job. A process holds a lock on the byte of the file that has the
 * number of its slot; the kernel releases it with the process, however that ends, so that the
 * others can tell and give back what it had charged. No pid is kept that another process could
 * have later.
 *
 * Who removes a file has locked all of it. Of a job that still runs only its last process does
 * so: one that joins just then finds no slot, sees why, and comes again. What another job has
 * left is removed when that is over.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aios.h"
#include "cuda/job.h"
#include "cuda/shared.h"

#define FOLDER		"/dev/shm"
/* Programs of one job may have different versions of the library: the number is the layout's. */
#define PREFIX		"aios-cuda-1-"
#define SLOTS		128
#define NO_SLOT		(-1)
#define TRIES		100	/* to join what is being removed */
#define TRY_NS		1000000ULL

struct slot {
	uint64_t bytes[AIOS_JOB_DEVICES_MAX];	/* atomic */
};

struct shared {
	uint64_t device[AIOS_JOB_DEVICES_MAX];	/* atomic: its id + 1; 0: not in use yet */
	uint64_t earned_ns[AIOS_JOB_DEVICES_MAX];	/* atomic */
	uint64_t claimed[AIOS_JOB_DEVICES_MAX];	/* atomic */
	uint32_t rate[AIOS_JOB_DEVICES_MAX];	/* atomic */
	struct slot slots[SLOTS];
};

/* Protected by the lock of job.c while it is joined, renewed and left, else immutable. */
static struct {
	struct shared *map;
	int fd;
	int slot;
	dev_t dev;		/* which file it is, like the next */
	ino_t ino;
	char path[80];
} shared = { .fd = -1, .slot = NO_SLOT };

/* What a process has that can share nothing; it is in no file. */
static struct shared alone;

/* ---------------------------------------------------------------- the file */

static bool lock_bytes(int fd, off_t first, off_t nr, short type)
{
	struct flock lock = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = first, .l_len = nr,
	};

	return !fcntl(fd, F_SETLK, &lock);
}

/* Whether somebody has locked all of it, slots that are to come included. */
static bool is_locked_whole(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

	return !fcntl(fd, F_GETLK, &lock) && lock.l_type != F_UNLCK && !lock.l_len;
}

static bool is_own_file(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       st.st_nlink;
}

/* A program may have closed its own descriptors 0 to 2, and none of these is to be a file. */
static int file_descriptor(const char *path, int flags)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600), high;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return high;
}

enum joined { JOINED, JOIN_AGAIN, JOIN_NEVER };

/* A process for which there is no slot shares the rest. */
static enum joined slot_take(int fd, int *slot)
{
	int i = 0;

	while (i < SLOTS && !lock_bytes(fd, i, 1, F_WRLCK))
		i++;
	*slot = i < SLOTS ? i : NO_SLOT;
	if (*slot == NO_SLOT && is_locked_whole(fd))
		return JOIN_AGAIN;
	/* With a slot nobody can remove it any more; but somebody may have done so before. */
	return is_own_file(fd) ? JOINED : JOIN_AGAIN;
}

/* Memory is taken for all of it, so that none is found missing when it is written to. */
static enum joined file_join(int fd)
{
	struct stat st;
	enum joined joined;
	void *map;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_size && st.st_size != sizeof(struct shared)) ||
	    posix_fallocate(fd, 0, sizeof(struct shared)))
		return JOIN_NEVER;
	joined = slot_take(fd, &shared.slot);
	if (joined != JOINED)
		return joined;
	map = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return JOIN_NEVER;
	shared.map = map;
	shared.fd = fd;
	shared.dev = st.st_dev;
	shared.ino = st.st_ino;
	return JOINED;
}

static enum joined file_open(const char *path)
{
	int fd = file_descriptor(path, O_CREAT);
	enum joined joined = fd < 0 ? JOIN_NEVER : file_join(fd);

	if (fd >= 0 && joined != JOINED)
		close(fd);
	return joined;
}

/* The job that a file is of, by its name; 0: it is none of ours, or of our user. */
static uint64_t job_of_file(const char *name)
{
	unsigned int uid;
	uint64_t id;
	int end = 0;

	if (sscanf(name, PREFIX "%u-%" SCNu64 "%n", &uid, &id, &end) != 2 || name[end] ||
	    uid != geteuid())
		return 0;
	return id;
}

static void stale_remove(uint64_t own, shared_over_fn *is_over)
{
	char path[320];
	struct dirent *entry;
	DIR *folder = opendir(FOLDER);

	while (folder && (entry = readdir(folder))) {
		uint64_t id = job_of_file(entry->d_name);
		int fd;

		if (!id || id == own || !is_over(id))
			continue;
		snprintf(path, sizeof(path), FOLDER "/%s", entry->d_name);
		fd = file_descriptor(path, 0);
		if (fd < 0)
			continue;
		if (is_own_file(fd) && lock_bytes(fd, 0, 0, F_WRLCK))
			unlink(path);
		close(fd);
	}
	if (folder)
		closedir(folder);
}

/* ------------------------------------------------------- joining and leaving */

static void slot_reap(struct slot *slot, shared_give_fn *give)
{
	for (int i = 0; i < AIOS_JOB_DEVICES_MAX; i++) {
		uint64_t bytes = __atomic_exchange_n(&slot->bytes[i], 0, __ATOMIC_RELAXED);

		if (!bytes)
			continue;
		give((uint32_t)(shared.map->device[i] - 1), bytes);
		shared_unclaim(i, bytes);
	}
}

/*
 * The first process of the job, or the first after others that are gone: what those have left
 * is given back, and what they had claimed while they were killed is free. Nobody joins
 * meanwhile. Return: whether it is that.
 */
static bool first_reap(shared_give_fn *give)
{
	if (!lock_bytes(shared.fd, 0, 0, F_WRLCK))
		return false;
	for (int i = 0; i < SLOTS; i++)
		slot_reap(&shared.map->slots[i], give);
	for (int i = 0; i < AIOS_JOB_DEVICES_MAX; i++)
		__atomic_store_n(&shared.map->claimed[i], 0, __ATOMIC_RELAXED);
	if (shared.slot)
		lock_bytes(shared.fd, 0, shared.slot, F_UNLCK);
	lock_bytes(shared.fd, shared.slot + 1, 0, F_UNLCK);
	return true;
}

void shared_reap(shared_give_fn *give)
{
	for (int i = 0; shared_is_held() && i < SLOTS; i++) {
		if (i == shared.slot || !lock_bytes(shared.fd, i, 1, F_WRLCK))
			continue;
		slot_reap(&shared.map->slots[i], give);
		lock_bytes(shared.fd, i, 1, F_UNLCK);
	}
}

void shared_join(uint64_t id, shared_over_fn *is_over, shared_give_fn *give)
{
	enum joined joined = JOIN_AGAIN;

	snprintf(shared.path, sizeof(shared.path), FOLDER "/" PREFIX "%u-%" PRIu64,
		 (unsigned int)geteuid(), id);
	stale_remove(id, is_over);
	for (int i = 0; i < TRIES && joined == JOIN_AGAIN; i++) {
		if (i)
			clock_wait(clock_ns() + TRY_NS);
		joined = file_open(shared.path);
	}
	if (joined != JOINED) {
		shared.map = &alone;
		shared.slot = NO_SLOT;
		return;
	}
	if (shared.slot != NO_SLOT && first_reap(give))
		return;
	/* Who had the slot before, which can be this very process before exec(), is gone. */
	if (shared.slot != NO_SLOT)
		slot_reap(&shared.map->slots[shared.slot], give);
	shared_reap(give);
}

void shared_leave(void)
{
	if (shared_is_held()) {
		/* Whoever else has a slot keeps the file. */
		if (lock_bytes(shared.fd, 0, 0, F_WRLCK) && is_own_file(shared.fd))
			unlink(shared.path);
		close(shared.fd);
	}
	shared.fd = -1;
	shared.slot = NO_SLOT;
}

void shared_forget(void)
{
	/* The lock is the parent's, and closing our copy of the descriptor leaves it that. */
	if (shared_is_held())
		close(shared.fd);
	if (shared.map != &alone)
		munmap(shared.map, sizeof(*shared.map));
	memset(&alone, 0, sizeof(alone));
	shared.fd = -1;
	shared.slot = NO_SLOT;
	shared.map = &alone;
}

bool shared_is_held(void)
{
	struct stat st;

	return shared.fd >= 0 && !fstat(shared.fd, &st) && st.st_dev == shared.dev &&
	       st.st_ino == shared.ino;
}

void shared_renew(void)
{
	struct stat st;
	int fd;

	if (shared.fd < 0 || shared_is_held())
		return;
	/* What has its number now is the program's. */
	shared.fd = -1;
	fd = file_descriptor(shared.path, 0);
	if (fd < 0 || fstat(fd, &st) || st.st_dev != shared.dev || st.st_ino != shared.ino) {
		shared.slot = NO_SLOT;
		if (fd >= 0)
			close(fd);
		return;
	}
	shared.fd = fd;
	/* If another has it by now, what this one has charged goes with its calls alone. */
	if (shared.slot != NO_SLOT && !lock_bytes(fd, shared.slot, 1, F_WRLCK))
		shared.slot = NO_SLOT;
}

/* ---------------------------------------------------------------- what is in it */

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

bool shared_claim(int place, uint64_t bytes, uint64_t bound)
{
	uint64_t *claimed = &shared.map->claimed[place];
	uint64_t old = __atomic_load_n(claimed, __ATOMIC_RELAXED);

	do {
		if (old > bound || bytes > bound - old)
			return false;
	} while (!__atomic_compare_exchange_n(claimed, &old, old + bytes, false,
					      __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return true;
}

void shared_unclaim(int place, uint64_t bytes)
{
	uint64_t *claimed = &shared.map->claimed[place];
	uint64_t old = __atomic_load_n(claimed, __ATOMIC_RELAXED), left;

	do {
		left = old > bytes ? old - bytes : 0;
	} while (!__atomic_compare_exchange_n(claimed, &old, left, false, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
}

void shared_note(int place, int64_t bytes)
{
	int slot = shared.slot;

	if (slot != NO_SLOT)
		__atomic_add_fetch(&shared.map->slots[slot].bytes[place], (uint64_t)bytes,
				   __ATOMIC_RELAXED);
}
