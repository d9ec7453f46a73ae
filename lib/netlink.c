// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lists of jobs and groups, and events, over generic netlink.
 *
 * A list opens a socket of its own: so it needs no lock, and a list that the
 * callback stops leaves nothing behind. A monitor receives by itself instead of
 * through libnl, which tells a lost event (ENOBUFS) from a lack of memory no
 * more, and calls back where the caller wants one event at a time.
 */
#include <netlink/errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "nl.h"
#include "record.h"

/* Larger than any message of the family. */
#define MESSAGE_ROOM	32768

/* libnl's error code, negative, as -errno. */
static int error_of(int nl)
{
	static const int errors[] = {
		[NLE_INTR] = EINTR,
		[NLE_AGAIN] = EAGAIN,
		[NLE_NOMEM] = ENOMEM,
		[NLE_OBJ_NOTFOUND] = ENOENT,
		[NLE_PERM] = EPERM,
		[NLE_NOACCESS] = EACCES,
		[NLE_OPNOTSUPP] = EOPNOTSUPP,
		[NLE_AF_NOSUPPORT] = EAFNOSUPPORT,
		[NLE_PROTO_MISMATCH] = EPROTONOSUPPORT,
		[NLE_INVAL] = EINVAL,
	};
	size_t code = (size_t)-nl;

	return code < ARRAY_SIZE(errors) && errors[code] ? -errors[code] : -EIO;
}

/* A socket, connected, and the number of the family. */
static int family_open(struct nl_sock **sock, int *family)
{
	struct nl_sock *s;
	int err;

	err = aios_nl_load();
	if (err)
		return err;
	s = aios_nl.nl_socket_alloc();
	if (!s)
		return -ENOMEM;
	err = aios_nl.genl_connect(s);
	if (!err) {
		aios_nl.nl_socket_enable_msg_peek(s);
		err = aios_nl.genl_ctrl_resolve(s, AIOS_GENL_NAME);
	}
	if (err < 0) {
		aios_nl.nl_socket_free(s);
		return error_of(err);
	}
	*family = err;
	*sock = s;
	return 0;
}

/* ------------------------------------------------------------------- lists */

struct list {
	aios_record_fn fn;
	void *data;
	struct aios_record record;
	int result;		/* what the list returns */
	bool done;
	bool changed;		/* while it was read */
};

static int list_stop(struct list *list, int result)
{
	list->result = result;
	list->done = true;
	return NL_STOP;
}

static int list_entry(struct nl_msg *msg, void *arg)
{
	struct list *list = arg;
	int ret = aios_record_parse(aios_nl.nlmsg_hdr(msg), &list->record);

	if (!ret)
		ret = list->fn(&list->record, list->data);
	return ret ? list_stop(list, ret) : NL_OK;
}

static int list_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *header = aios_nl.nlmsg_hdr(msg);
	int status = 0;

	/* a dump that failed on the way says so in its last message */
	if (aios_nl.nlmsg_datalen(header) >= (int)sizeof(status))
		memcpy(&status, aios_nl.nlmsg_data(header), sizeof(status));
	return list_stop(arg, status < 0 ? status : 0);
}

static int list_changed(struct nl_msg *msg, void *arg)
{
	struct list *list = arg;

	(void)msg;
	list->changed = true;
	return NL_OK;
}

static int list_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	(void)from;
	return list_stop(arg, error->error);
}

static int list_send(struct nl_sock *sock, int family, uint8_t command)
{
	struct nl_msg *msg = aios_nl.nlmsg_alloc();
	int err = -NLE_NOMEM;

	if (!msg)
		return -ENOMEM;
	if (aios_nl.genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP,
				command, AIOS_GENL_VERSION))
		err = aios_nl.nl_send_auto(sock, msg);
	aios_nl.nlmsg_free(msg);
	return err < 0 ? error_of(err) : 0;
}

static int list_receive(struct nl_sock *sock, struct list *list)
{
	struct nl_cb *cb = aios_nl.nl_cb_alloc(NL_CB_DEFAULT);
	int err = 0;

	if (!cb)
		return -ENOMEM;
	aios_nl.nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, list_entry, list);
	aios_nl.nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, list_finish, list);
	aios_nl.nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, list_changed, list);
	aios_nl.nl_cb_err(cb, NL_CB_CUSTOM, list_error, list);
	while (!list->done && err >= 0)
		err = aios_nl.nl_recvmsgs(sock, cb);
	aios_nl.nl_cb_put(cb);
	if (!list->done)
		return error_of(err);
	if (list->result)
		return list->result;
	return list->changed ? -EAGAIN : 0;
}

static int list(uint8_t command, aios_record_fn fn, void *data)
{
	struct list state = { .fn = fn, .data = data };
	struct nl_sock *sock;
	int family, err;

	err = family_open(&sock, &family);
	if (err)
		return err;
	err = list_send(sock, family, command);
	if (!err)
		err = list_receive(sock, &state);
	aios_nl.nl_socket_free(sock);
	return err;
}

AIOS_EXPORT int aios_job_list(aios_record_fn fn, void *data)
{
	return list(AIOS_CMD_JOB_GET, fn, data);
}

AIOS_EXPORT int aios_group_list(aios_record_fn fn, void *data)
{
	return list(AIOS_CMD_GROUP_GET, fn, data);
}

/* ------------------------------------------------------------------ events */

struct aios_monitor {
	unsigned int refs;	/* atomic; the rest belongs to one thread at a time */
	int family;
	struct nl_sock *sock;
	uint32_t seq;		/* of the last event; each counts up by 1 */
	bool told;		/* that events were lost, and no gap was seen yet */
	struct aios_record record;
	struct nlmsghdr *next;	/* in buffer */
	int left;		/* bytes there */
	struct nlmsghdr buffer[MESSAGE_ROOM / sizeof(struct nlmsghdr)];
};

AIOS_EXPORT struct aios_monitor *aios_monitor_ref(struct aios_monitor *monitor)
{
	aios_refs_get(&monitor->refs);
	return monitor;
}

AIOS_EXPORT struct aios_monitor *aios_monitor_unref(struct aios_monitor *monitor)
{
	if (monitor && aios_refs_put(&monitor->refs)) {
		if (monitor->sock)
			aios_nl.nl_socket_free(monitor->sock);
		free(monitor);
	}
	return NULL;
}

AIOS_EXPORT int aios_monitor_fd(const struct aios_monitor *monitor)
{
	return aios_nl.nl_socket_get_fd(monitor->sock);
}

AIOS_EXPORT int aios_monitor_set_buffer(struct aios_monitor *monitor, int bytes)
{
	int fd = aios_monitor_fd(monitor);

	return setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) < 0 ?
	       -errno : 0;
}

/* Fetch what the kernel has; 1, 0 when it has nothing, or -errno. */
static int monitor_fetch(struct aios_monitor *m)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { m->buffer, sizeof(m->buffer) };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n = recvmsg(aios_monitor_fd(m), &msg, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0) {
		m->told = errno == ENOBUFS;
		return -errno;
	}
	if (msg.msg_flags & MSG_TRUNC)
		return -EBADMSG;
	/* only the kernel's word counts: any process can send to this socket */
	m->left = from.nl_pid ? 0 : (int)n;
	m->next = m->buffer;
	return 1;
}

static bool is_event(struct aios_monitor *m, struct nlmsghdr *message)
{
	struct genlmsghdr *header = aios_nl.nlmsg_data(message);

	return message->nlmsg_type == m->family &&
	       aios_nl.genlmsg_valid_hdr(message, 0) && header->cmd == AIOS_CMD_EVENT;
}

/* The next event among what was fetched; 1, 0 when there is none, or -errno. */
static int monitor_parse(struct aios_monitor *m)
{
	while (m->left && aios_nl.nlmsg_ok(m->next, m->left)) {
		struct nlmsghdr *message = m->next;
		bool gap = message->nlmsg_seq != m->seq + 1;
		int err;

		if (is_event(m, message) && gap) {
			m->seq = message->nlmsg_seq - 1;
			gap = !m->told;
			m->told = false;
			if (gap)
				return -ENOBUFS;
		}
		m->next = aios_nl.nlmsg_next(message, &m->left);
		if (!is_event(m, message))
			continue;
		m->seq = message->nlmsg_seq;
		err = aios_record_parse(message, &m->record);
		return err ? err : 1;
	}
	m->left = 0;
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until the socket is readable; 1, 0 at the deadline (-1: none), or -errno. */
static int monitor_wait(struct aios_monitor *m, int64_t deadline)
{
	struct pollfd p = { .fd = aios_monitor_fd(m), .events = POLLIN };
	int64_t left = deadline < 0 ? -1 : deadline - now_ms();
	int n;

	if (deadline >= 0 && left < 0)
		left = 0;
	n = poll(&p, 1, (int)left);
	return n < 0 ? -errno : n;
}

AIOS_EXPORT int aios_monitor_next(struct aios_monitor *monitor, int timeout_ms,
				  const struct aios_record **record)
{
	int64_t deadline = timeout_ms > 0 ? now_ms() + timeout_ms : timeout_ms;
	int ret;

	for (;;) {
		ret = monitor_parse(monitor);
		if (ret)
			break;
		ret = monitor_fetch(monitor);
		if (ret > 0)
			continue;
		if (!ret && timeout_ms)
			ret = monitor_wait(monitor, deadline);
		if (ret <= 0)
			break;
	}
	if (ret > 0)
		*record = &monitor->record;
	return ret;
}

/*
 * Take what was fetched up to the answer to the subscription: 1 and *@answer
 * when it was there. Events that came before it are not yet the caller's.
 */
static int take_answer(struct aios_monitor *m, int *answer)
{
	struct nlmsghdr *message = m->next;

	for (; m->left && aios_nl.nlmsg_ok(message, m->left);
	     message = aios_nl.nlmsg_next(message, &m->left)) {
		if (message->nlmsg_type == NLMSG_ERROR &&
		    aios_nl.nlmsg_datalen(message) >= (int)sizeof(*answer)) {
			memcpy(answer, aios_nl.nlmsg_data(message), sizeof(*answer));
			m->left = 0;
			return 1;
		}
		if (is_event(m, message))
			m->seq = message->nlmsg_seq;
	}
	m->left = 0;
	return 0;
}

/*
 * The multicast group has the events of everybody and so is for administrators;
 * anybody may subscribe to those that he may see.
 */
static int subscribe(struct aios_monitor *m)
{
	int answer, err;

	err = aios_nl.genl_send_simple(m->sock, m->family, AIOS_CMD_SUBSCRIBE,
			       AIOS_GENL_VERSION, NLM_F_ACK);
	if (err < 0)
		return error_of(err);
	do {
		err = monitor_wait(m, -1);
		if (err >= 0)
			err = monitor_fetch(m);
		if (err < 0 && err != -EINTR)
			return err;
	} while (err <= 0 || !take_answer(m, &answer));
	return answer;
}

AIOS_EXPORT int aios_monitor_new(struct aios_monitor **monitor)
{
	struct aios_monitor *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	m->refs = 1;
	err = family_open(&m->sock, &m->family);
	if (!err)
		err = subscribe(m);
	if (err) {
		aios_monitor_unref(m);
		return err;
	}
	*monitor = m;
	return 0;
}
