// SPDX-License-Identifier: GPL-2.0
/*
 * Making the calls that an input names: see execute.h and input.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cover.h"
#include "execute.h"
#include "family.h"

#define STRUCT_MAX	4096

/* A call is interrupted again and again, soon if it is one that waits. */
#define INTERRUPT_US	5000
#define WAITING_US	300

#define NOBODY		65534
#define CHILDREN	1		/* of an input: one costs what twenty calls do */

#define CGROUP		"/sys/fs/cgroup/fuzz"
#define PARAMETERS	"/sys/module/aios/parameters/"

static const char *const op_names[INPUT_OPS] = {
	"ioctl, unknown", "open", "close", "read", "mmap", "poll", "netlink", "child", "beside",
	"parameter",
};

static const char *const parameters[] = {
	"max_jobs", "max_groups", "history", "attempts", "tick_ms", "train_percent", "enter_from",
};

/* The struct of a call ends where nothing can be read or written. */
struct room {
	uint8_t *end;
};

struct run {
	const uint8_t *at, *end;	/* the records left */
	struct input_world world;
	struct room room;
};

/* Of this process. */
static struct {
	struct executed *counts;
	int family;
	int cgroup;			/* a directory that can be adopted */
	bool tell;
	struct room rooms[2];
	pid_t children[CHILDREN];
	unsigned int nr_children;
} self;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void interrupt_every(long us)
{
	struct itimerval every = { .it_interval.tv_usec = us, .it_value.tv_usec = us };

	setitimer(ITIMER_REAL, &every, NULL);
}

static int room_setup(struct room *room)
{
	uint8_t *pages = mmap(NULL, 2 * STRUCT_MAX, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + STRUCT_MAX, STRUCT_MAX, PROT_NONE))
		return -1;
	room->end = pages + STRUCT_MAX;
	return 0;
}

const char *execute_kind(unsigned int kind)
{
	if (kind < INPUT_OPS)
		return op_names[kind];
	kind -= INPUT_OPS;
	return kind < input_calls() ? input_call_at(kind)->name : NULL;
}

static unsigned int kind_of(const struct input_record *r)
{
	const struct input_call *call;

	if (r->op % INPUT_OPS != INPUT_IOCTL)
		return r->op % INPUT_OPS;
	call = input_call(r->nr);
	return call ? INPUT_OPS + (unsigned int)(call - input_call_at(0)) : INPUT_IOCTL;
}

/* ------------------------------------------------------------------ the calls */

static int fd_of(const struct input_record *r)
{
	return INPUT_FD_FIRST + r->fd % INPUT_FDS;
}

static uint8_t *fill(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	const struct input_call *call = input_call(r->nr);
	size_t len = r->len < STRUCT_MAX ? r->len : STRUCT_MAX;
	uint8_t *bytes;

	/* Descriptors and sizes are 32 bits wide and addresses 64. */
	bytes = run->room.end - ((len + 7) & ~(size_t)7);
	memcpy(bytes, payload, len);
	memset(bytes + len, 0, run->room.end - bytes - len);
	if (call)
		input_unpack(call->what, bytes, len, &run->world);
	return bytes;
}

static long call_ioctl(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	/* What is called of a job reaches the device only by its number. */
	int fd = r->nr < 0x40 && r->fd < 0x80 ? INPUT_FD_FIRST : fd_of(r);
	uint8_t *bytes = fill(run, r, payload);
	long ret = ioctl(fd, _IO(AIOS_IOC_TYPE, r->nr), bytes);

	if (!ret && r->nr == _IOC_NR(AIOS_IOC_SUBMIT))
		self.counts->last_job = ((struct aios_submit *)bytes)->id ?: self.counts->last_job;
	if (!ret && r->nr == _IOC_NR(AIOS_IOC_ENTER))
		self.counts->entered = true;
	return ret;
}

static long call_map(const struct input_record *r, const uint8_t *payload)
{
	struct input_map map = { 0 };
	size_t len;
	void *at;

	memcpy(&map, payload, r->len < sizeof(map) ? r->len : sizeof(map));
	len = (map.pages % 4 + 1) * 4096UL;
	at = mmap(NULL, len, map.protection & (PROT_READ | PROT_WRITE | PROT_EXEC),
		  map.shared & 1 ? MAP_SHARED : MAP_PRIVATE, fd_of(r), map.offset % 4 * 4096L);
	if (at == MAP_FAILED)
		return -1;
	/* Only the module has one page: others' end is a signal. */
	if (map.protection & PROT_READ && len == 4096 && !(map.offset % 4))
		(void)*(volatile uint8_t *)at;
	madvise(at, len, MADV_DONTNEED);
	return munmap(at, len);
}

static long call_netlink(const struct input_record *r, const uint8_t *payload)
{
	struct {
		struct nlmsghdr n;
		struct genlmsghdr g;
		uint8_t attributes[1024];
	} request = {
		.n = { .nlmsg_type = self.family, .nlmsg_flags = NLM_F_REQUEST | (r->fd << 2) },
		.g = { .cmd = r->nr, .version = 1 },
	};
	uint8_t answer[8192];
	size_t len = r->len < sizeof(request.attributes) ? r->len : sizeof(request.attributes);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	long ret;

	if (fd < 0)
		return -1;
	request.n.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + len;
	memcpy(request.attributes, payload, len);
	ret = send(fd, &request, request.n.nlmsg_len, 0);
	/* One that subscribes stays open, and what follows is announced to it. */
	for (unsigned int i = 0; i < 8; i++)
		if (recv(fd, answer, sizeof(answer), MSG_DONTWAIT) <= 0)
			break;
	if (r->nr != AIOS_CMD_SUBSCRIBE)
		close(fd);
	return ret;
}

static void write_text(const char *path, const void *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* What it answers is not asked: it may be wrong on purpose. */
	(void)!write(fd, text, len);
	close(fd);
}

/* A process that enters a job, or the cgroup that can be adopted, and stays or ends. */
static long call_child(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	struct input_record enter = *r;
	pid_t pid;

	if (self.nr_children == CHILDREN)
		return -1;
	enter.nr = _IOC_NR(AIOS_IOC_ENTER);
	pid = fork();
	if (pid > 0)
		self.children[self.nr_children++] = pid;
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (r->nr & 2)
		write_text(CGROUP "/cgroup.procs", "0", 1);
	else
		ioctl(fd_of(r), AIOS_IOC_ENTER, fill(run, &enter, payload));
	if (r->nr & 1)
		_exit(0);
	for (;;)
		pause();
}

static long call_parameter(const struct input_record *r, const uint8_t *payload)
{
	char path[128], text[256];
	int fd;
	long ret;

	snprintf(path, sizeof(path), PARAMETERS "%s", parameters[r->nr % ARRAY_SIZE(parameters)]);
	fd = open(path, (r->len ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = r->len ? write(fd, payload, r->len) : read(fd, text, sizeof(text));
	close(fd);
	return ret;
}

static long make_call(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	uint8_t buffer[4096];
	uint16_t want = sizeof(buffer);
	struct pollfd p = { .fd = fd_of(r), .events = POLLIN | POLLPRI | POLLOUT };

	switch (r->op % INPUT_OPS) {
	case INPUT_IOCTL:
		return call_ioctl(run, r, payload);
	case INPUT_OPEN:
		return open("/dev/" AIOS_DEVICE_NAME, r->nr & 1 ? O_RDONLY : O_RDWR);
	case INPUT_CLOSE:
		return close(fd_of(r));
	case INPUT_READ:
		memcpy(&want, payload, r->len < sizeof(want) ? r->len : sizeof(want));
		return read(fd_of(r), buffer, want % sizeof(buffer));
	case INPUT_MAP:
		return call_map(r, payload);
	case INPUT_POLL:
		return poll(&p, 1, 0);
	case INPUT_NETLINK:
		return call_netlink(r, payload);
	case INPUT_CHILD:
		return call_child(run, r, payload);
	case INPUT_PARAMETER:
		return call_parameter(r, payload);
	}
	return 0;
}

static bool waits(const struct input_record *r)
{
	if (r->op % INPUT_OPS == INPUT_READ)
		return true;
	return r->op % INPUT_OPS == INPUT_IOCTL &&
	       (r->nr == _IOC_NR(AIOS_IOC_ENTER) || r->nr == _IOC_NR(AIOS_IOC_WAIT));
}

static void one_call(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	unsigned int kind = kind_of(r);
	uint64_t begin = now_ns();
	int error;
	long ret;

	cover_turn();
	if (waits(r))
		interrupt_every(WAITING_US);
	ret = make_call(run, r, payload);
	error = errno;
	if (waits(r))
		interrupt_every(INTERRUPT_US);
	__atomic_add_fetch(&self.counts->calls, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&self.counts->of_kind[kind], 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&self.counts->ns[kind], now_ns() - begin, __ATOMIC_RELAXED);
	if (ret >= 0)
		__atomic_add_fetch(&self.counts->done[kind], 1, __ATOMIC_RELAXED);
	if (self.tell)
		fprintf(stderr, "%s %#x on %u, %u bytes: %ld (%s)\n", execute_kind(kind), r->nr,
			fd_of(r), r->len, ret, ret < 0 ? strerror(error) : "done");
}

/* The next record, if it is whole: its payload. */
static const uint8_t *next_record(struct run *run, struct input_record *r)
{
	const uint8_t *payload;
	size_t left;

	if ((size_t)(run->end - run->at) < sizeof(*r))
		return NULL;
	memcpy(r, run->at, sizeof(*r));
	payload = run->at + sizeof(*r);
	left = run->end - payload;
	if (r->len > left)
		r->len = left;
	run->at = payload + r->len;
	return payload;
}

static void *beside(void *arg)
{
	struct run *run = arg;
	struct input_record r;
	const uint8_t *payload = next_record(run, &r);

	if (payload)
		one_call(run, &r, payload);
	return NULL;
}

/* ----------------------------------------------------------------- the process */

int execute_setup(struct executed *counts)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	self.counts = counts;
	self.family = fd < 0 ? 0 : family_ask(fd);
	close(fd);
	mkdir(CGROUP, 0755);
	(void)!chown(CGROUP, NOBODY, NOBODY);
	(void)!chown(CGROUP "/cgroup.procs", NOBODY, NOBODY);
	return !self.family || room_setup(&self.rooms[0]) || room_setup(&self.rooms[1]) ? -1 : 0;
}

static void on_alarm(int signal)
{
	(void)signal;
}

void execute_begin(bool nobody, bool telling)
{
	struct sigaction act = { .sa_handler = on_alarm };

	self.tell = telling;
	self.counts->entered = false;
	self.cgroup = fcntl(open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC), F_DUPFD_CLOEXEC,
			    INPUT_FD_FIRST + INPUT_FDS);
	if (nobody && setresuid(NOBODY, NOBODY, NOBODY))
		_exit(1);
	sigaction(SIGALRM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGBUS, SIG_DFL);
	signal(SIGCHLD, SIG_IGN);
	interrupt_every(INTERRUPT_US);
}

static void begin_input(struct run *run, const uint8_t *input, size_t len)
{
	static uint8_t data[INPUT_DATA + 4096];
	struct input_head head;
	size_t at = sizeof(head);

	memcpy(&head, input, sizeof(head));
	if (head.data > INPUT_DATA)
		head.data %= INPUT_DATA;
	if (head.data > len - at)
		head.data = len - at;
	memcpy(data, input + at, head.data);
	memset(data + head.data, 0, sizeof(data) - head.data);
	*run = (struct run){
		.at = input + at + head.data,
		.end = input + len,
		.room = self.rooms[0],
		.world = {
			.data = data,
			.last_job = self.counts->last_job,
			.now = now_ns(),
		},
	};
	close_range(INPUT_FD_FIRST, INPUT_FD_FIRST + INPUT_FDS - 1, 0);
	dup2(self.cgroup, INPUT_FD_CGROUP);
	if (open("/dev/" AIOS_DEVICE_NAME, O_RDWR) != INPUT_FD_FIRST)
		_exit(1);
}

/* Jobs that go on would have all that follows decide about them, too. */
static void end_input(void)
{
	struct aios_signal cancel = { .size = sizeof(cancel) };

	for (int fd = INPUT_FD_FIRST + 1; fd < INPUT_FD_CGROUP; fd++)
		ioctl(fd, AIOS_IOC_CANCEL, &cancel);
	while (self.nr_children)
		kill(self.children[--self.nr_children], SIGKILL);
}

size_t execute(const uint8_t *input, size_t len)
{
	struct run run, aside;
	struct input_record r;
	const uint8_t *payload;
	uint64_t known = cover_sum();
	pthread_t thread;
	bool threaded = false;
	size_t useful = 0;

	if (len < sizeof(struct input_head))
		return 0;
	begin_input(&run, input, len);
	for (unsigned int i = 0; i < INPUT_CALLS && (payload = next_record(&run, &r)); i++) {
		if (r.op % INPUT_OPS == INPUT_BESIDE && !threaded) {
			aside = run;
			aside.room = self.rooms[1];
			threaded = !pthread_create(&thread, NULL, beside, &aside);
			next_record(&run, &r);
			continue;
		}
		one_call(&run, &r, payload);
		if (cover_sum() > known) {
			known = cover_sum();
			useful = run.at - input;
		}
	}
	if (threaded)
		pthread_join(thread, NULL);
	end_input();
	return useful;
}
