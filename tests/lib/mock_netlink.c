// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that speaks generic netlink, as far as libnl and the library can
 * tell: a netlink socket is one end of a pair of UNIX sockets, and what is sent
 * there is answered at once into the other end. See mock.h.
 */
#include <errno.h>
#include <linux/aios.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mock.h"
#include "mock_netlink.h"
#include "tap.h"

static struct {
	bool hidden;		/* the family */
	int user;		/* the library's end, or 0 */
	int kernel;		/* the other end */
	const char *answer;
	size_t answer_len;
	const char *groups;	/* what is answered to who asks for them, or NULL */
	size_t groups_len;
	uint32_t from;		/* port of the sender of what comes next */
	int receive_err;
	int command;
	int flags;
	int subscription;	/* what a subscriber is answered */
	bool subscribed;
	char early[4096];	/* comes before that answer */
	size_t early_len;
} net;

void mock_netlink_end(void)
{
	if (net.kernel)
		close(net.kernel);
	memset(&net, 0, sizeof(net));
}

void mock_netlink_family(int there)
{
	net.hidden = !there;
}

void mock_netlink_answer(const void *messages, size_t len)
{
	net.answer = messages;
	net.answer_len = len;
}

void mock_netlink_groups(const void *messages, size_t len)
{
	net.groups = messages;
	net.groups_len = len;
}

int mock_netlink_command(void)
{
	return net.command;
}

int mock_netlink_flags(void)
{
	return net.flags;
}

void mock_netlink_subscription(int err, const void *early, size_t len)
{
	net.subscription = err;
	memcpy(net.early, early, len);
	net.early_len = len;
}

bool mock_netlink_subscribed(void)
{
	return net.subscribed;
}

void mock_fail_receive(int err)
{
	net.receive_err = err;
}

void mock_netlink_event(const void *message, size_t len, uint32_t from)
{
	net.from = from;
	check_equal(write(net.kernel, message, len), len);
}

/* ----------------------------------------------------------------- answers */

/* Grows at its end; longer than any answer of the controller. */
struct reply {
	union {
		char data[1024];
		struct nlmsghdr first;
	};
	size_t len;
};

static void *reply_add(struct reply *r, size_t len)
{
	void *p = r->data + r->len;

	r->len += NLMSG_ALIGN(len);
	return p;
}

static void reply_attr(struct reply *r, int type, const void *data, size_t len)
{
	struct nlattr *a = reply_add(r, NLA_HDRLEN + len);

	a->nla_type = (uint16_t)type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + len);
	memcpy((char *)a + NLA_HDRLEN, data, len);
}

static void reply_family(struct reply *r, const struct nlmsghdr *request)
{
	struct nlmsghdr *h = reply_add(r, NLMSG_HDRLEN + GENL_HDRLEN);
	struct genlmsghdr *g = NLMSG_DATA(h);
	uint16_t id = MOCK_FAMILY;

	*g = (struct genlmsghdr){ .cmd = CTRL_CMD_NEWFAMILY, .version = 2 };
	reply_attr(r, CTRL_ATTR_FAMILY_NAME, "aios", sizeof("aios"));
	reply_attr(r, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	*h = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)r->len,
		.nlmsg_type = GENL_ID_CTRL,
		.nlmsg_seq = request->nlmsg_seq,
		.nlmsg_pid = request->nlmsg_pid,
	};
}

static void reply_error(struct reply *r, const struct nlmsghdr *request, int err)
{
	struct nlmsghdr *h = reply_add(r, NLMSG_LENGTH(sizeof(struct nlmsgerr)));
	struct nlmsgerr *e = NLMSG_DATA(h);

	e->error = err;
	e->msg = *request;
	*h = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(sizeof(struct nlmsgerr)),
		.nlmsg_type = NLMSG_ERROR,
		.nlmsg_seq = request->nlmsg_seq,
		.nlmsg_pid = request->nlmsg_pid,
	};
}

static void send_reply(const struct reply *r)
{
	check_equal(write(net.kernel, r->data, r->len), r->len);
}

static void answer_controller(const struct nlmsghdr *request)
{
	struct reply family = { .len = 0 }, status = { .len = 0 };
	bool dump = request->nlmsg_flags & NLM_F_DUMP;

	if (!net.hidden) {
		reply_family(&family, request);
		if (dump)
			family.first.nlmsg_flags = NLM_F_MULTI;
		send_reply(&family);
	}
	reply_error(&status, request, net.hidden && !dump ? -ENOENT : 0);
	if (dump) {
		status.first.nlmsg_type = NLMSG_DONE;
		status.first.nlmsg_flags = NLM_F_MULTI;
	}
	send_reply(&status);
}

static void answer_subscriber(const struct nlmsghdr *request)
{
	struct reply status = { .len = 0 };

	check(request->nlmsg_flags & NLM_F_ACK);
	net.subscribed = true;
	if (net.early_len)
		check_equal(write(net.kernel, net.early, net.early_len),
			    net.early_len);
	reply_error(&status, request, net.subscription);
	send_reply(&status);
}

static void answer_family(const struct nlmsghdr *request)
{
	/* no allocation, which the case may have made to fail */
	static struct nlmsghdr copy[1024];
	struct nlmsghdr *h = copy;
	const char *answer = net.answer;
	size_t len = net.answer_len, left;

	net.command = ((struct genlmsghdr *)NLMSG_DATA(request))->cmd;
	net.flags = request->nlmsg_flags;
	if (net.command == AIOS_CMD_SUBSCRIBE) {
		answer_subscriber(request);
		return;
	}
	if (net.command == AIOS_CMD_GROUP_GET && net.groups) {
		answer = net.groups;
		len = net.groups_len;
	}
	if (!check(len <= sizeof(copy)))
		return;
	memcpy(copy, answer, len);
	for (left = len; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		h->nlmsg_seq = request->nlmsg_seq;
		h->nlmsg_pid = request->nlmsg_pid;
	}
	check_equal(write(net.kernel, copy, len), len);
}

/* ------------------------------------------------------------ system calls */

int socket(int domain, int type, int protocol)
{
	int pair[2];

	if (domain != AF_NETLINK)
		return (int)syscall(SYS_socket, domain, type, protocol);
	check(type & SOCK_CLOEXEC);
	check_equal(protocol, NETLINK_GENERIC);
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
		return -1;
	if (net.kernel)
		close(net.kernel);
	net.user = pair[0];
	net.kernel = pair[1];
	return net.user;
}

int bind(int fd, const struct sockaddr *address, socklen_t len)
{
	(void)address;
	(void)len;
	check_equal(fd, net.user);
	return 0;
}

int getsockname(int fd, struct sockaddr *address, socklen_t *len)
{
	struct sockaddr_nl name = {
		.nl_family = AF_NETLINK,
		.nl_pid = (uint32_t)getpid(),
	};

	check_equal(fd, net.user);
	memcpy(address, &name, sizeof(name));
	*len = sizeof(name);
	return 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	if (level != SOL_NETLINK)
		return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
	return 0;
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	const struct nlmsghdr *request = msg->msg_iov[0].iov_base;

	(void)flags;
	check_equal(fd, net.user);
	if (request->nlmsg_type == GENL_ID_CTRL)
		answer_controller(request);
	else
		answer_family(request);
	return (ssize_t)request->nlmsg_len;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct sockaddr_nl from = {
		.nl_family = AF_NETLINK,
		.nl_pid = net.from,
	};
	void *name = msg->msg_name;
	ssize_t n;

	if (net.receive_err) {
		errno = net.receive_err;
		net.receive_err = 0;
		return -1;
	}
	msg->msg_name = NULL;
	msg->msg_namelen = 0;
	n = syscall(SYS_recvmsg, fd, msg, flags);
	msg->msg_name = name;
	msg->msg_namelen = sizeof(from);
	if (n >= 0)
		memcpy(name, &from, sizeof(from));
	return n;
}
