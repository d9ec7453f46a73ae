// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel for aiosctl without a machine: this is preloaded, and answers what is asked of
 * /dev/aios and over netlink from a table of jobs in the file that AIOS_TEST_KERNEL names.
 * A job starts at once unless it is held, and ends with the process that entered it. Those
 * below AIOS_TEST_FORGOTTEN have ended and are remembered no more.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/aios.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "mock.h"

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

bool tap_check(bool ok, const char *file, int line, const char *format, ...)
{
	if (!ok)
		fprintf(stderr, "%s:%d: %s\n", file, line, format);
	return ok;
}

static __u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (__u64)t.tv_sec * 1000000000 + (__u64)t.tv_nsec;
}

static void pause_a_moment(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

static __u64 forgotten_below(void)
{
	const char *text = getenv("AIOS_TEST_FORGOTTEN");

	return text ? strtoull(text, NULL, 10) : 0;
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

/* ------------------------------------------------------------ the command's end */

static struct job *entered(void)
{
	for (__u64 i = 1; table && i <= table->last; i++)
		if (table->jobs[i].pid == getpid() && !table->jobs[i].end)
			return &table->jobs[i];
	return NULL;
}

static void ends(int code)
{
	struct job *job = entered();

	if (job)
		end(job, code ? AIOS_STATE_FAILED : AIOS_STATE_DONE, AIOS_END_EXIT,
		    (__u32)code & 0xff);
}

static void at_exit(int code, void *unused)
{
	(void)unused;
	ends(code);
}

__attribute__((noreturn)) void _exit(int code)
{
	ends(code);
	syscall(SYS_exit_group, code);
	__builtin_unreachable();
}

/* ------------------------------------------------------------------------ lists */

static char list[16384];
static size_t list_len;

static void *extend(size_t len)
{
	void *p = list + list_len;

	list_len += NLMSG_ALIGN(len);
	return p;
}

static void attribute(int type, const void *data, size_t len)
{
	struct nlattr *a = extend(NLA_HDRLEN + len);

	a->nla_type = (__u16)type;
	a->nla_len = (__u16)(NLA_HDRLEN + len);
	memcpy((char *)a + NLA_HDRLEN, data, len);
}

static void job_message(__u64 id, const struct job *job)
{
	struct nlmsghdr *h = extend(NLMSG_HDRLEN + GENL_HDRLEN);
	__u32 flags = job->held ? AIOS_JOB_ON_HOLD : 0;

	*(struct genlmsghdr *)NLMSG_DATA(h) = (struct genlmsghdr){ .cmd = AIOS_CMD_JOB_GET,
								   .version = AIOS_GENL_VERSION };
	attribute(AIOS_A_JOB, &id, sizeof(id));
	attribute(AIOS_A_PATH, job->group, strlen(job->group) + 1);
	attribute(AIOS_A_NAME, job->name, strlen(job->name) + 1);
	attribute(AIOS_A_STATE, &job->state, sizeof(job->state));
	attribute(AIOS_A_UID, &job->uid, sizeof(job->uid));
	attribute(AIOS_A_FLAGS, &flags, sizeof(flags));
	h->nlmsg_type = MOCK_FAMILY;
	h->nlmsg_flags = NLM_F_MULTI;
	h->nlmsg_len = (__u32)(list + list_len - (char *)h);
}

static void list_make(void)
{
	struct nlmsghdr *h;

	for (__u64 i = forgotten_below() ?: 1; i <= table->last; i++) {
		refresh(&table->jobs[i]);
		if (list_len < sizeof(list) - 1024)
			job_message(i, &table->jobs[i]);
	}
	h = extend(NLMSG_HDRLEN + sizeof(int));
	h->nlmsg_type = NLMSG_DONE;
	h->nlmsg_flags = NLM_F_MULTI;
	h->nlmsg_len = NLMSG_HDRLEN + sizeof(int);
	mock_netlink_answer(list, list_len);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("AIOS_TEST_KERNEL");
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd < 0 || ftruncate(fd, sizeof(*table)))
		return;
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (table == MAP_FAILED)
		abort();
	if (entered())
		on_exit(at_exit, NULL);
	list_make();
}

/* ------------------------------------------------------------------------ calls */

/* A job's descriptor is its status page. */
static int job_fd(__u64 id)
{
	struct aios_status page = { .size = sizeof(page), .id = id };
	int fd = (int)syscall(SYS_memfd_create, "job", 1 /* MFD_CLOEXEC */);

	if (fd >= 0 && (pwrite(fd, &page, sizeof(page), 0) < 0 || ftruncate(fd, PAGE)))
		abort();
	return fd;
}

static int refuse(struct aios_why *why, __u32 code, int err)
{
	why->code = code;
	errno = err;
	return -1;
}

static int submit(struct aios_submit *s)
{
	const struct aios_depend *depends = (const void *)(uintptr_t)s->depends;
	struct job *job;

	for (__u32 i = 0; i < s->nr_depends; i++) {
		if (depends[i].job > table->last)
			return refuse(&s->why, AIOS_WHY_DEPENDS_NEVER, ENOENT);
		if (depends[i].job < forgotten_below())
			return refuse(&s->why, AIOS_WHY_FORGOTTEN, ECANCELED);
	}
	s->state = AIOS_STATE_ADMITTED;
	if (s->flags & AIOS_SUBMIT_DRY_RUN)
		return 0;
	s->id = ++table->last;
	job = &table->jobs[s->id];
	*job = (struct job){
		.state = AIOS_STATE_QUEUED, .uid = getuid(), .priority = s->priority,
		.held = s->flags & AIOS_SUBMIT_HOLD, .submit_ns = now_ns(),
	};
	memcpy(job->name, (const void *)(uintptr_t)s->name, s->name_len);
	memcpy(job->group, (const void *)(uintptr_t)s->group, s->group_len);
	s->fd = job_fd(s->id);
	return 0;
}

static int job_open_call(struct aios_job_open *call)
{
	if (!call->id || call->id > table->last || call->id < forgotten_below()) {
		errno = ENOENT;
		return -1;
	}
	call->fd = job_fd(call->id);
	return 0;
}

static int enter(struct job *job)
{
	while (job->held && !job->end)
		pause_a_moment();
	if (job->end) {
		errno = ECANCELED;
		return -1;
	}
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
			errno = ETIMEDOUT;
			return -1;
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
	s->nr_depends = 0;
	text(s->name, s->name_room, job->name);
	text(s->group_path, s->group_room, job->group);
	return 0;
}

static int change(struct job *job, unsigned int nr, void *arg)
{
	refresh(job);
	if (job->end) {
		errno = ECANCELED;
		return -1;
	}
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
	struct aios_status page;
	struct job *job;

	if (pread(fd, &page, sizeof(page), 0) != sizeof(page)) {
		errno = ENOTTY;
		return -1;
	}
	job = &table->jobs[page.id];
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

int ioctl(int fd, unsigned long nr, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, nr);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (!table || nr >> 8 != AIOS_IOC_TYPE)
		return (int)syscall(SYS_ioctl, fd, nr, arg);
	switch (nr) {
	case AIOS_IOC_INFO:
		((struct aios_info *)arg)->abi_version = AIOS_ABI_VERSION;
		((struct aios_info *)arg)->nr_resources = 0;
		return 0;
	case AIOS_IOC_SUBMIT:
		return submit(arg);
	case AIOS_IOC_JOB_OPEN:
		return job_open_call(arg);
	case AIOS_IOC_DEVICE_GET:
		errno = ENOENT;
		return -1;
	case AIOS_IOC_GROUP_STAT:
		return 0;
	default:
		return job_call(fd, (unsigned int)nr, arg);
	}
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, int) : 0;
	va_end(ap);
	if (table && !strcmp(path, "/dev/aios"))
		path = "/dev/null";
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
