// SPDX-License-Identifier: GPL-2.0
/*
 * The jobs of the scripted kernel, in a file that all commands of a test share. One starts
 * at once unless it is held, and ends with the process that entered it. What a line of the
 * answers lists can be opened too, and has no life.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"

#define JOBS	256
#define PAGE	4096

struct job {
	__u32 state;
	__u32 end;
	__u32 code;
	__u32 uid;
	__s32 pid;
	__s32 priority;
	bool held;
	__u32 nr_depends;
	struct aios_depend depends[4];	/* whatever they say, their end is waited for */
	__u64 submit_ns;
	__u64 start_ns;
	__u64 end_ns;
	char name[64];
	char group[128];
};

static struct table {
	_Atomic __u64 last;
	struct job jobs[JOBS];
} *table;

static __u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (__u64)t.tv_sec * 1000000000 + (__u64)t.tv_nsec;
}

/* When the test is over, nobody comes any more for whom a process waits. */
static void pause_a_moment(void)
{
	char folder[PATH_MAX];

	if (!kernel_path(folder, sizeof(folder), "") || access(folder, F_OK))
		syscall(SYS_exit_group, 1);
	nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

static void end(struct job *job, __u32 state, __u32 how, __u32 code)
{
	if (job->end)
		return;
	job->state = state;
	job->code = code;
	job->end_ns = now_ns();
	job->end = how;
}

/* Is the process gone, though nothing reaped it? */
static bool is_dead(pid_t pid)
{
	char path[64], text[512] = "", *state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return true;
	state = fgets(text, sizeof(text), f) ? strrchr(text, ')') : NULL;
	fclose(f);
	return !state || state[2] == 'Z' || state[2] == 'X';
}

static void refresh(struct job *job)
{
	if (job->pid && !job->end && is_dead(job->pid))
		end(job, AIOS_STATE_FAILED, AIOS_END_SIGNAL, SIGKILL);
}

/* --------------------------------------------------------- the process that entered */

static struct job *entered(void)
{
	for (__u64 i = 1; table && i <= table->last; i++)
		if (table->jobs[i].pid == getpid() && !table->jobs[i].end)
			return &table->jobs[i];
	return NULL;
}

void jobs_end(int code)
{
	struct job *job = entered();

	if (job)
		end(job, code ? AIOS_STATE_FAILED : AIOS_STATE_DONE, AIOS_END_EXIT,
		    (__u32)code & 0xff);
}

void jobs_open(void)
{
	char path[512];
	int fd;

	if (!kernel_path(path, sizeof(path), "table"))
		abort();
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*table)))
		abort();
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (table == MAP_FAILED)
		abort();
}

void jobs_each(void (*fn)(const struct listed *job))
{
	for (__u64 i = answer_forgotten() ?: 1; i <= table->last; i++) {
		struct job *job = &table->jobs[i];

		refresh(job);
		fn(&(struct listed){
			.name = job->name, .path = job->group, .id = i, .state = job->state,
			.submit_ns = job->submit_ns, .uid = job->uid,
			.flags = job->held ? AIOS_JOB_ON_HOLD : 0,
		});
	}
}

/* ------------------------------------------------------------------------ calls */

/* A job's descriptor is its status page. */
static int job_fd(__u64 id)
{
	struct aios_status page = { .size = sizeof(page), .id = id };
	int fd = (int)syscall(SYS_memfd_create, "job", 1 /* MFD_CLOEXEC */);

	page.nr_devices = answer_place(&page.devices[0].id);
	if (fd >= 0 && (pwrite(fd, &page, sizeof(page), 0) < 0 || ftruncate(fd, PAGE)))
		abort();
	return fd;
}

static int submit(struct aios_submit *s)
{
	const struct aios_depend *depends = (const void *)(uintptr_t)s->depends;
	struct job *job;
	int err;

	for (__u32 i = 0; i < s->nr_depends; i++) {
		if (depends[i].job > table->last) {
			s->why.code = AIOS_WHY_DEPENDS_NEVER;
			return -ENOENT;
		}
		if (depends[i].job < answer_forgotten()) {
			s->why.code = AIOS_WHY_FORGOTTEN;
			return -ECANCELED;
		}
	}
	s->state = AIOS_STATE_ADMITTED;
	if (s->flags & AIOS_SUBMIT_DRY_RUN)
		return 0;
	err = answer_refusal(table->last + 1);
	if (err)
		return -err;
	s->id = ++table->last;
	job = &table->jobs[s->id];
	*job = (struct job){
		.state = AIOS_STATE_QUEUED, .uid = getuid(), .priority = s->priority,
		.held = s->flags & AIOS_SUBMIT_HOLD, .submit_ns = now_ns(),
	};
	while (job->nr_depends < s->nr_depends && job->nr_depends < ARRAY_SIZE(job->depends)) {
		job->depends[job->nr_depends] = depends[job->nr_depends];
		job->nr_depends++;
	}
	memcpy(job->name, (const void *)(uintptr_t)s->name, s->name_len);
	memcpy(job->group, (const void *)(uintptr_t)s->group, s->group_len);
	s->fd = job_fd(s->id);
	return 0;
}

static int job_open_call(struct aios_job_open *call)
{
	bool known = call->id && call->id <= table->last && call->id >= answer_forgotten();

	if (!known && !answer_job(call->id))
		return -ENOENT;
	call->fd = job_fd(call->id);
	return 0;
}

static bool may_start(struct job *job)
{
	for (__u32 i = 0; i < job->nr_depends; i++) {
		struct job *other = &table->jobs[job->depends[i].job];

		refresh(other);
		if (!other->end)
			return false;
	}
	return !job->held;
}

static int enter(struct job *job)
{
	while (!may_start(job) && !job->end)
		pause_a_moment();
	if (job->end)
		return -ECANCELED;
	job->pid = getpid();
	job->start_ns = now_ns();
	job->state = AIOS_STATE_RUNNING;
	return 0;
}

static int wait_for(struct job *job, struct aios_wait *w)
{
	for (;;) {
		refresh(job);
		if (job->end || w->state_mask & 1U << job->state)
			break;
		if (w->timeout_ns && now_ns() >= w->timeout_ns) {
			pause_a_moment();
			return -ETIMEDOUT;
		}
		pause_a_moment();
	}
	w->state = job->state;
	w->end = job->end;
	w->code = job->code;
	return 0;
}

static void text(__u64 to, __u32 room, const char *from)
{
	if (to && room > strlen(from))
		strcpy((char *)(uintptr_t)to, from);
}

static int stat_call(__u64 id, struct job *job, struct aios_stat *s)
{
	refresh(job);
	s->flags = AIOS_JOB_SETTLED | (job->held ? AIOS_JOB_ON_HOLD : 0);
	s->id = id;
	s->state = job->state;
	s->end = job->end;
	s->code = job->code;
	s->uid = job->uid;
	s->pid = job->pid;
	s->priority = job->priority;
	s->weight = AIOS_WEIGHT_DEFAULT;
	s->submit_ns = job->submit_ns;
	s->admit_ns = job->start_ns;
	s->start_ns = job->start_ns;
	s->end_ns = job->end_ns;
	s->attempt = 1;
	for (__u32 i = 0; s->depends && i < job->nr_depends && i < s->nr_depends; i++)
		((struct aios_depend *)(uintptr_t)s->depends)[i] = job->depends[i];
	s->nr_depends = job->nr_depends;
	text(s->name, s->name_room, job->name);
	text(s->group_path, s->group_room, job->group);
	return 0;
}

static int change(struct job *job, unsigned int nr, void *arg)
{
	refresh(job);
	if (job->end)
		return -ECANCELED;
	if (nr == AIOS_IOC_CANCEL) {
		pid_t pid = job->pid;

		end(job, AIOS_STATE_CANCELLED, AIOS_END_CANCELLED, 0);
		if (pid)
			kill(pid, SIGKILL);
	} else if (nr == AIOS_IOC_HOLD || nr == AIOS_IOC_RELEASE) {
		job->held = nr == AIOS_IOC_HOLD;
	} else if (nr == AIOS_IOC_UPDATE) {
		job->priority = ((struct aios_update *)arg)->priority;
	} else {
		job->state = nr == AIOS_IOC_SUSPEND ? AIOS_STATE_SUSPENDED : AIOS_STATE_RUNNING;
	}
	return 0;
}

static int job_call(int fd, unsigned int nr, void *arg)
{
	struct job listed = { .state = AIOS_STATE_QUEUED }, *job;
	struct aios_status page;

	if (pread(fd, &page, sizeof(page), 0) != sizeof(page))
		return -ENOTTY;
	job = page.id <= table->last ? &table->jobs[page.id] : &listed;
	switch (nr) {
	case AIOS_IOC_ENTER:
		return enter(job);
	case AIOS_IOC_WAIT:
		return wait_for(job, arg);
	case AIOS_IOC_STAT:
		return stat_call(page.id, job, arg);
	default:
		return change(job, nr, arg);
	}
}

int jobs_call(int fd, unsigned int nr, void *arg)
{
	switch (nr) {
	case AIOS_IOC_INFO:
		((struct aios_info *)arg)->abi_version = AIOS_ABI_VERSION;
		((struct aios_info *)arg)->nr_resources = 0;
		return 0;
	case AIOS_IOC_SUBMIT:
		return submit(arg);
	case AIOS_IOC_JOB_OPEN:
		return job_open_call(arg);
	default:
		/* What the device alone answers succeeds. */
		return (nr & 0xff) < 0x40 ? 0 : job_call(fd, nr, arg);
	}
}
