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
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/aios.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "execute.h"
#include "input.h"

#define STRUCT_MAX	4096

/* A call that waits is interrupted again and again. */
#define INTERRUPT_US	20000

#define NOBODY		65534

/* The struct of a call ends where nothing can be read or written. */
struct room {
	uint8_t *end;
};

struct run {
	const uint8_t *at, *end;	/* the records left */
	uint8_t *data;			/* what addresses point to */
	uint64_t *calls;
	bool tell;
	struct room room;
};

static int family = -1;
static struct room rooms[2];

static int room_setup(struct room *room)
{
	uint8_t *pages = mmap(NULL, 2 * STRUCT_MAX, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + STRUCT_MAX, STRUCT_MAX, PROT_NONE))
		return -1;
	room->end = pages + STRUCT_MAX;
	return 0;
}

/* The family's number, from the controller of generic netlink. */
static int family_get(void)
{
	struct {
		struct nlmsghdr n;
		struct genlmsghdr g;
		struct nlattr a;
		char name[8];
	} request = {
		.n = { .nlmsg_len = sizeof(request), .nlmsg_type = GENL_ID_CTRL,
		       .nlmsg_flags = NLM_F_REQUEST },
		.g = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		.a = { .nla_len = NLA_HDRLEN + sizeof(AIOS_GENL_NAME),
		       .nla_type = CTRL_ATTR_FAMILY_NAME },
		.name = AIOS_GENL_NAME,
	};
	uint8_t answer[8192];
	ssize_t got = -1, at = NLMSG_HDRLEN + GENL_HDRLEN;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		return -1;
	if (send(fd, &request, sizeof(request), 0) == sizeof(request))
		got = recv(fd, answer, sizeof(answer), 0);
	close(fd);
	while (at + NLA_HDRLEN < got) {
		struct nlattr *a = (struct nlattr *)(answer + at);

		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(uint16_t *)(answer + at + NLA_HDRLEN);
		at += NLA_ALIGN(a->nla_len);
	}
	return -1;
}

int execute_setup(void)
{
	family = family_get();
	return family < 0 || room_setup(&rooms[0]) || room_setup(&rooms[1]) ? -1 : 0;
}

static int fd_of(const struct input_record *r)
{
	return INPUT_FD_FIRST + r->fd % INPUT_FDS;
}

static uint8_t *fill(struct room *room, const struct input_record *r, const uint8_t *payload,
		     uint8_t *data)
{
	const struct input_call *call = input_call(r->nr);
	size_t len = r->len < STRUCT_MAX ? r->len : STRUCT_MAX;
	uint8_t *bytes;

	/* Descriptors and sizes are 32 bits wide and addresses 64. */
	bytes = room->end - ((len + 7) & ~(size_t)7);
	memcpy(bytes, payload, len);
	memset(bytes + len, 0, room->end - bytes - len);
	if (call)
		input_unpack(call, bytes, len, data);
	return bytes;
}

static long call_ioctl(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	/* What is called of a job reaches the device only by its number. */
	int fd = r->nr < 0x40 && r->fd < 0x80 ? INPUT_FD_FIRST : fd_of(r);

	return ioctl(fd, _IO(AIOS_IOC_TYPE, r->nr), fill(&run->room, r, payload, run->data));
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
	if (map.protection & PROT_READ)
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
		.n = { .nlmsg_type = family, .nlmsg_flags = NLM_F_REQUEST | (r->fd << 2) },
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

static long call_child(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	struct input_record enter = *r;
	pid_t pid;

	enter.nr = _IOC_NR(AIOS_IOC_ENTER);
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ioctl(fd_of(r), AIOS_IOC_ENTER, fill(&run->room, &enter, payload, run->data));
	if (r->nr & 1)
		_exit(0);
	for (;;)
		pause();
}

static long one_call(struct run *run, const struct input_record *r, const uint8_t *payload)
{
	uint8_t buffer[4096];
	uint16_t want = sizeof(buffer);
	struct pollfd p = { .fd = fd_of(r), .events = POLLIN | POLLPRI | POLLOUT };

	__atomic_add_fetch(run->calls, 1, __ATOMIC_RELAXED);
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
	}
	return 0;
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

static void on_alarm(int signal)
{
	(void)signal;
}

static void interrupt_waits(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerval every = {
		.it_interval.tv_usec = INTERRUPT_US,
		.it_value.tv_usec = INTERRUPT_US,
	};

	sigaction(SIGALRM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	setitimer(ITIMER_REAL, &every, NULL);
}

static void tell(const struct input_record *r, long ret)
{
	static const char *const names[INPUT_OPS] = {
		"ioctl", "open", "close", "read", "mmap", "poll", "netlink", "child", "beside",
	};

	fprintf(stderr, "%s %#x on %u, %u bytes: %ld (%s)\n", names[r->op % INPUT_OPS], r->nr,
		fd_of(r), r->len, ret, ret < 0 ? strerror(errno) : "done");
}

void execute(const uint8_t *input, size_t len, uint64_t *calls, bool telling)
{
	static uint8_t data[INPUT_DATA + 4096];
	struct run run = { .data = data, .calls = calls, .tell = telling, .room = rooms[0] };
	struct run aside = { 0 };
	struct input_head head = { 0 };
	struct input_record r;
	const uint8_t *payload;
	pthread_t thread;
	size_t at = sizeof(head);

	if (len < sizeof(head))
		return;
	memcpy(&head, input, sizeof(head));
	if (head.data > INPUT_DATA)
		head.data %= INPUT_DATA;
	if (head.data > len - at)
		head.data = len - at;
	memcpy(data, input + at, head.data);
	run.at = input + at + head.data;
	run.end = input + len;
	if (head.user & 1 && setresuid(NOBODY, NOBODY, NOBODY))
		return;
	interrupt_waits();
	if (open("/dev/" AIOS_DEVICE_NAME, O_RDWR) != INPUT_FD_FIRST)
		return;
	for (unsigned int i = 0; i < INPUT_CALLS && (payload = next_record(&run, &r)); i++) {
		long ret;

		if (r.op % INPUT_OPS == INPUT_BESIDE && !aside.data) {
			aside = run;
			aside.room = rooms[1];
			if (pthread_create(&thread, NULL, beside, &aside))
				return;
			next_record(&run, &r);
			continue;
		}
		ret = one_call(&run, &r, payload);
		if (telling)
			tell(&r, ret);
	}
	if (aside.data)
		pthread_join(thread, NULL);
}
