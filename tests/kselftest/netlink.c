// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: dumps of jobs and groups, complete and limited to
 * what the caller may see, and the multicast events of a job's life in their
 * order, with the attributes that the header promises.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-netlink"
#define MANY	1000

struct item {
	int32_t pid;
	uint32_t seq, cmd, event, state, end, code, uid, weight, flags, mask, position, device;
	uint64_t job, group, parent, time, epoch, drain;
	uint64_t request[AIOS_RESOURCE_MAX], grant[AIOS_RESOURCE_MAX];
	char path[AIOS_PATH_MAX + 1], name[AIOS_NAME_MAX + 1];
};

struct client {
	struct nl_sock *sock;
	int family;
	unsigned int nr;
	struct item items[4096];
};

static uint64_t number(struct nlattr *a)
{
	if (!a)
		return 0;
	return nla_len(a) == 8 ? nla_get_u64(a) : nla_get_u32(a);
}

static void array(struct nlattr *a, uint64_t *out)
{
	if (!a)
		return;
	ASSERT_EQ(nla_len(a), AIOS_RESOURCE_MAX * 8);
	memcpy(out, nla_data(a), nla_len(a));
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *header = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *a[AIOS_A_MAX + 1];
	struct client *c = arg;
	struct item *i;

	if (nlmsg_hdr(msg)->nlmsg_type != c->family)
		return NL_OK;
	ASSERT_EQ(header->version, AIOS_GENL_VERSION);
	ASSERT_EQ(genlmsg_parse(nlmsg_hdr(msg), 0, a, AIOS_A_MAX, NULL), 0);
	ASSERT_LE(c->nr, ARRAY_SIZE(c->items) - 1);
	i = &c->items[c->nr++];
	memset(i, 0, sizeof(*i));
	i->seq = nlmsg_hdr(msg)->nlmsg_seq;
	i->cmd = header->cmd;
	i->event = number(a[AIOS_A_EVENT]);
	i->job = number(a[AIOS_A_JOB]);
	i->group = number(a[AIOS_A_GROUP]);
	i->parent = number(a[AIOS_A_PARENT]);
	i->time = number(a[AIOS_A_TIME]);
	i->epoch = number(a[AIOS_A_EPOCH]);
	i->state = number(a[AIOS_A_STATE]);
	i->end = number(a[AIOS_A_END]);
	i->code = number(a[AIOS_A_CODE]);
	i->uid = number(a[AIOS_A_UID]);
	i->pid = number(a[AIOS_A_PID]);
	i->weight = number(a[AIOS_A_WEIGHT]);
	i->flags = number(a[AIOS_A_FLAGS]);
	i->mask = number(a[AIOS_A_MASK]);
	i->position = number(a[AIOS_A_POSITION]);
	i->device = number(a[AIOS_A_DEVICE]);
	i->drain = number(a[AIOS_A_DRAIN]);
	array(a[AIOS_A_REQUEST], i->request);
	array(a[AIOS_A_GRANT], i->grant);
	if (a[AIOS_A_PATH])
		snprintf(i->path, sizeof(i->path), "%s", nla_get_string(a[AIOS_A_PATH]));
	if (a[AIOS_A_NAME])
		snprintf(i->name, sizeof(i->name), "%s", nla_get_string(a[AIOS_A_NAME]));
	return NL_OK;
}

static struct client *client(void)
{
	struct client *c = calloc(1, sizeof(*c));

	ASSERT(c);
	c->sock = nl_socket_alloc();
	ASSERT(c->sock);
	ASSERT_EQ(genl_connect(c->sock), 0);
	c->family = genl_ctrl_resolve(c->sock, AIOS_GENL_NAME);
	if (c->family < 0)
		FAIL("family %s: %s", AIOS_GENL_NAME, nl_geterror(c->family));
	nl_socket_modify_cb(c->sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, c);
	return c;
}

static void done(struct client *c)
{
	nl_socket_free(c->sock);
	free(c);
}

static unsigned int dump(struct client *c, int command)
{
	int ret;

	c->nr = 0;
	ASSERT(genl_send_simple(c->sock, c->family, command, AIOS_GENL_VERSION,
				NLM_F_DUMP) >= 0);
	ret = nl_recvmsgs_default(c->sock);
	if (ret < 0)
		FAIL("dump %d: %s", command, nl_geterror(ret));
	return c->nr;
}

static struct item *find_job(struct client *c, uint64_t id)
{
	for (unsigned int i = 0; i < c->nr; i++)
		if (c->items[i].job == id)
			return &c->items[i];
	return NULL;
}

static struct item *find_path(struct client *c, const char *path)
{
	for (unsigned int i = 0; i < c->nr; i++)
		if (!strcmp(c->items[i].path, path))
			return &c->items[i];
	return NULL;
}

TEST(dump_jobs)
{
	struct client *c = client();
	struct aios_submit s;
	struct item *i;
	uint64_t group = group_make(GROUP);

	dump(c, AIOS_CMD_JOB_GET);
	s = ask(GROUP);
	want(&s, AIOS_RESOURCE_CPU, 123, 456);
	ask_name(&s, "caf\xc3\xa9 1");
	s.weight = 11;
	s.flags = AIOS_SUBMIT_STRICT;
	submit_ok(&s);
	ASSERT(!find_job(c, s.id));
	dump(c, AIOS_CMD_JOB_GET);
	i = find_job(c, s.id);
	ASSERT(i);
	ASSERT_EQ(i->cmd, AIOS_CMD_JOB_GET);
	ASSERT_EQ(i->state, AIOS_STATE_QUEUED);
	ASSERT_U64(i->group, group);
	ASSERT(!strcmp(i->path, GROUP));
	ASSERT(!strcmp(i->name, "caf\xc3\xa9 1"));
	ASSERT_EQ(i->weight, 11);
	ASSERT_EQ(i->uid, 0);
	ASSERT_EQ(i->position, 1);
	ASSERT_EQ(i->flags, AIOS_JOB_STRICT);
	ASSERT_EQ(i->mask, 1U << AIOS_RESOURCE_CPU);
	ASSERT_U64(i->request[AIOS_RESOURCE_CPU], 123);
	close(s.fd);
	done(c);
}

TEST(dump_groups)
{
	struct client *c = client();
	unsigned int before = dump(c, AIOS_CMD_GROUP_GET);
	uint64_t group = group_make(GROUP);
	struct item *i, *root;

	ASSERT_EQ(before, info_get(NULL, 0).nr_groups - 1);
	ASSERT_EQ(dump(c, AIOS_CMD_GROUP_GET), before + 1);
	i = find_path(c, GROUP);
	root = find_path(c, "/");
	ASSERT(i && root);
	ASSERT_U64(i->group, group);
	ASSERT_U64(i->parent, root->group);
	ASSERT_EQ(i->weight, AIOS_WEIGHT_DEFAULT);
	done(c);
}

/* More than one buffer's worth, while jobs come and go. */
static void churn(void *unused)
{
	(void)unused;
	for (;;)
		close(submit_cpu("/", 1, 1));
}

TEST(dump_many)
{
	struct rlimit lim = { MANY + 64, MANY + 64 };
	struct client *c = client();
	int fds[MANY];
	uint64_t first, last;
	pid_t pid;

	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &lim));
	for (unsigned int i = 0; i < MANY; i++)
		fds[i] = submit_cpu("/", 1, 1);
	first = job_stat(fds[0]).id;
	last = job_stat(fds[MANY - 1]).id;
	ASSERT_GE(dump(c, AIOS_CMD_JOB_GET), MANY);
	pid = spawn(churn, NULL);
	for (unsigned int round = 0; round < 5; round++) {
		unsigned int seen = 0;

		dump(c, AIOS_CMD_JOB_GET);
		/* Those that were there all the time come, and come once. */
		for (unsigned int i = 0; i < c->nr; i++)
			if (c->items[i].job >= first && c->items[i].job <= last)
				seen++;
		ASSERT_EQ(seen, MANY);
	}
	kill(pid, SIGKILL);
	reap(pid);
	for (unsigned int i = 0; i < MANY; i++)
		close(fds[i]);
	done(c);
}

/* What a caller may not see is not dumped for him. */
TEST(dump_by_another_user)
{
	struct aios_submit open, closed;

	ASSERT_OK(group_create(GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(GROUP);
	closed = ask(GROUP);
	submit_ok(&closed);
	ASSERT_OK(group_create("/kt-netlink-open", ALICE, ALICE, 0755, NULL));
	leave_group("/kt-netlink-open");
	open = ask("/kt-netlink-open");
	submit_ok(&open);
	AS_USER(BOB) {
		struct client *c = client();

		dump(c, AIOS_CMD_JOB_GET);
		ASSERT(!find_job(c, closed.id));
		ASSERT(find_job(c, open.id));
		dump(c, AIOS_CMD_GROUP_GET);
		ASSERT(!find_path(c, GROUP));
		ASSERT(find_path(c, "/kt-netlink-open"));
	}
	AS_USER(ALICE) {
		struct client *c = client();

		dump(c, AIOS_CMD_JOB_GET);
		ASSERT(find_job(c, closed.id));
		dump(c, AIOS_CMD_GROUP_GET);
		ASSERT(find_path(c, GROUP));
	}
	close(open.fd);
	close(closed.fd);
}

/* A job that strangers do not see, and one that they do. */
static void closed_and_open(struct aios_submit *closed, struct aios_submit *open)
{
	ASSERT_OK(group_create(GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(GROUP);
	*closed = ask(GROUP);
	submit_ok(closed);
	ASSERT_OK(group_create("/kt-netlink-open", 0, 0, 0755, NULL));
	leave_group("/kt-netlink-open");
	*open = ask("/kt-netlink-open");
	submit_ok(open);
}

static void assert_sees_the_open_one(struct client *c, uint64_t closed, uint64_t open)
{
	dump(c, AIOS_CMD_JOB_GET);
	ASSERT(!find_job(c, closed));
	ASSERT(find_job(c, open));
	dump(c, AIOS_CMD_GROUP_GET);
	ASSERT(!find_path(c, GROUP));
	ASSERT(find_path(c, "/kt-netlink-open"));
}

static struct client *client_of(uid_t uid)
{
	struct client *c;

	ASSERT_OK(seteuid(uid));
	c = client();
	ASSERT_OK(seteuid(0));
	return c;
}

TEST(unknown_commands)
{
	struct client *c = client();

	for (int command = 4; command < 256; command += 7) {
		ASSERT(genl_send_simple(c->sock, c->family, command, AIOS_GENL_VERSION,
					NLM_F_DUMP) >= 0);
		ASSERT_EQ(nl_recvmsgs_default(c->sock), -NLE_OPNOTSUPP);
	}
	done(c);
}

/* ------------------------------------------------------------------ events */

/* Of all events, which takes a capability. */
static struct client *listen_events(void)
{
	struct client *c = client();
	int group = genl_ctrl_resolve_grp(c->sock, AIOS_GENL_NAME, AIOS_GENL_EVENTS);

	ASSERT_CMP(group, >=, 0);
	ASSERT_EQ(nl_socket_add_membership(c->sock, group), 0);
	nl_socket_disable_seq_check(c->sock);
	nl_socket_set_buffer_size(c->sock, 1 << 20, 0);
	return c;
}

/* Of those that the caller may see. */
static struct client *subscribe(void)
{
	struct client *c = client();

	ASSERT(genl_send_simple(c->sock, c->family, AIOS_CMD_SUBSCRIBE, AIOS_GENL_VERSION,
				NLM_F_ACK) >= 0);
	ASSERT_EQ(nl_wait_for_ack(c->sock), 0);
	nl_socket_disable_seq_check(c->sock);
	return c;
}

/* Takes in what comes until an event of that kind about that job, or fails. */
static struct item *expect(struct client *c, uint32_t event, uint64_t job)
{
	long long end = now_ns() + patience_ns(3000);

	for (unsigned int i = 0;; i++) {
		while (i == c->nr) {
			struct pollfd p = { .fd = nl_socket_get_fd(c->sock), .events = POLLIN };

			if (poll(&p, 1, (end - now_ns()) / 1000000 + 1) <= 0)
				FAIL("no event %u of job %llu", event, (unsigned long long)job);
			ASSERT_EQ(nl_recvmsgs_default(c->sock), 0);
		}
		if (c->items[i].event == event && c->items[i].job == job)
			return &c->items[i];
	}
}

static unsigned int count_events(struct client *c, uint32_t event, uint64_t job)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nr; i++)
		n += c->items[i].event == event && c->items[i].job == job;
	return n;
}

TEST(events_of_a_life)
{
	struct client *c = listen_events();
	struct aios_submit s = ask("/");
	struct item *submitted, *admitted, *started, *suspended, *resumed, *limit, *ended;
	struct aios_update u = job_update_args();
	pid_t pid;

	want(&s, AIOS_RESOURCE_CPU, 100, 200);
	ask_name(&s, "observed");
	submit_ok(&s);
	pid = job_start(s.fd, work_sleep, NULL);
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(s.fd, AIOS_STATE_SUSPENDED);
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_RESUME, NULL));
	job_wait_state(s.fd, AIOS_STATE_RUNNING);
	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = 100;
	u.limit[AIOS_RESOURCE_CPU] = 300;
	ASSERT_OK(ioctl(s.fd, AIOS_IOC_UPDATE, &u));
	kill(pid, SIGKILL);
	reap(pid);
	job_wait_end(s.fd);
	submitted = expect(c, AIOS_EVENT_SUBMITTED, s.id);
	admitted = expect(c, AIOS_EVENT_ADMITTED, s.id);
	started = expect(c, AIOS_EVENT_STARTED, s.id);
	suspended = expect(c, AIOS_EVENT_SUSPENDED, s.id);
	resumed = expect(c, AIOS_EVENT_RESUMED, s.id);
	limit = expect(c, AIOS_EVENT_LIMIT, s.id);
	ended = expect(c, AIOS_EVENT_ENDED, s.id);
	expect(c, AIOS_EVENT_GRANTED, s.id);
	ASSERT(submitted < admitted && admitted < started && started < suspended &&
	       suspended < resumed && resumed < limit && limit < ended);
	ASSERT(submitted->time && submitted->time <= admitted->time &&
	       admitted->time <= started->time && started->time <= ended->time);
	ASSERT_EQ(submitted->cmd, AIOS_CMD_EVENT);
	ASSERT(!strcmp(submitted->name, "observed"));
	ASSERT_EQ(ended->state, AIOS_STATE_FAILED);
	ASSERT_EQ(ended->end, AIOS_END_SIGNAL);
	ASSERT_EQ(ended->code, SIGKILL);
	ASSERT_EQ(count_events(c, AIOS_EVENT_SUBMITTED, s.id), 1);
	ASSERT_EQ(count_events(c, AIOS_EVENT_ADMITTED, s.id), 1);
	ASSERT_EQ(count_events(c, AIOS_EVENT_ENDED, s.id), 1);
	close(s.fd);
	done(c);
}

/* A neighbour comes: the shrink is told to the one that shrinks. */
TEST(event_of_a_shrink)
{
	uint64_t all = resource_get(AIOS_RESOURCE_CPU).capacity;
	struct client *c = listen_events();
	int job = submit_cpu("/", all / 4, all), other;
	pid_t pid = job_start(job, work_sleep, NULL), other_pid;
	uint64_t id = job_stat(job).id;

	ASSERT_U64(expect(c, AIOS_EVENT_STARTED, id)->job, id);
	c->nr = 0;
	other = submit_cpu("/", all / 2, all / 2);
	other_pid = job_start(other, work_sleep, NULL);
	ASSERT_U64(expect(c, AIOS_EVENT_GRANTED, id)->grant[AIOS_RESOURCE_CPU], all / 2);
	job_finish(other, other_pid);
	job_finish(job, pid);
	done(c);
}

TEST(events_of_groups_and_devices)
{
	struct client *c = listen_events();
	uint64_t id;
	uint32_t device;
	bool created = false, removed = false, limited = false, came = false;

	id = group_make(GROUP);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 1000));
	ASSERT_OK(group_remove(GROUP));
	device = device_make("kt-netlink", 0);
	expect(c, AIOS_EVENT_DEVICE, 0);
	for (unsigned int i = 0; i < c->nr; i++) {
		struct item *e = &c->items[i];

		created |= e->event == AIOS_EVENT_GROUP_CREATED && e->group == id;
		limited |= e->event == AIOS_EVENT_LIMIT && e->group == id;
		removed |= e->event == AIOS_EVENT_GROUP_REMOVED && e->group == id;
		came |= e->event == AIOS_EVENT_DEVICE && e->device == device;
	}
	ASSERT(created && limited && removed && came);
	done(c);
}

/* Who announces a drain, moves it and ends it tells from when on nothing starts. */
TEST(events_of_a_drain)
{
	const uint64_t from = now_ns() + 3600000000000ULL;
	const uint64_t said[] = { from, from + 1, 0 };
	struct client *c = listen_events();
	unsigned int heard = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(said); i++) {
		struct aios_drain d = {
			.size = sizeof(d), .start_ns = said[i],
			.flags = said[i] ? AIOS_DRAIN_SET : AIOS_DRAIN_CLEAR,
		};

		ASSERT_OK(ioctl(dev(), AIOS_IOC_DRAIN, &d));
	}
	device_make("kt-netlink", 0);
	expect(c, AIOS_EVENT_DEVICE, 0);
	for (unsigned int i = 0; i < c->nr; i++) {
		struct item *e = &c->items[i];

		if (e->event != AIOS_EVENT_DRAIN)
			continue;
		ASSERT_LE(heard, ARRAY_SIZE(said) - 1);
		ASSERT_U64(e->drain, said[heard++]);
		ASSERT_EQ(e->uid, getuid());
	}
	ASSERT_EQ(heard, ARRAY_SIZE(said));
	done(c);
}

TEST(event_out_of_memory)
{
	struct client *c = listen_events();
	struct aios_submit s = ask("/");
	pid_t pid;

	want(&s, AIOS_RESOURCE_MEMORY, 16 * MIB, 32 * MIB);
	submit_ok(&s);
	pid = job_launch(s.fd, work_hog, (void *)100L);
	reap_signal(pid, SIGKILL);
	job_wait_end(s.fd);
	expect(c, AIOS_EVENT_OOM, s.id);
	ASSERT_EQ(expect(c, AIOS_EVENT_ENDED, s.id)->end, AIOS_END_OOM);
	close(s.fd);
	done(c);
}

TEST(subscribe)
{
	struct client *c = subscribe();
	struct aios_submit s = ask("/");

	/* Once is enough. */
	ASSERT(genl_send_simple(c->sock, c->family, AIOS_CMD_SUBSCRIBE, AIOS_GENL_VERSION,
				NLM_F_ACK) >= 0);
	ASSERT_CMP(nl_wait_for_ack(c->sock), <, 0);
	submit_ok(&s);
	close(s.fd);
	expect(c, AIOS_EVENT_SUBMITTED, s.id);
	ASSERT_EQ(expect(c, AIOS_EVENT_ENDED, s.id)->end, AIOS_END_ABANDONED);
	done(c);
}

static int note_error(struct sockaddr_nl *from, struct nlmsgerr *answer, void *err)
{
	(void)from;
	*(int *)err = -answer->error;
	return NL_STOP;
}

/* The errno of a subscription, 0: it was made. */
static int subscription(struct client *c)
{
	int err = 0;

	nl_cb_err(nl_socket_get_cb(c->sock), NL_CB_CUSTOM, note_error, &err);
	ASSERT(genl_send_simple(c->sock, c->family, AIOS_CMD_SUBSCRIBE, AIOS_GENL_VERSION,
				NLM_F_ACK) >= 0);
	nl_wait_for_ack(c->sock);
	return err;
}

#define SUBSCRIPTIONS	64	/* of one user */

TEST(subscriptions_that_are_refused)
{
	AS_USER(ALICE) {
		struct client *all[SUBSCRIPTIONS + 1];
		unsigned int i;

		for (i = 0; i < SUBSCRIPTIONS; i++) {
			all[i] = client();
			ASSERT_EQ(subscription(all[i]), 0);
		}
		ASSERT_EQ(subscription(all[0]), EALREADY);
		all[i] = client();
		ASSERT_EQ(subscription(all[i]), EDQUOT);
		done(all[0]);
		ASSERT_SOON(!subscription(all[i]), 2000);
		for (; i; i--)
			done(all[i]);
	}
}

/* A subscriber who reads nothing holds nobody up, and learns that he lost some. */
TEST(subscriber_who_does_not_read)
{
	struct client *c = subscribe();
	struct aios_submit s = ask("/");
	bool gap = false;

	for (unsigned int i = 0; i < 3000; i++)
		close(submit_ok(&s));
	do {
		c->nr = 0;
	} while (nl_recvmsgs_default(c->sock) < 0);
	for (unsigned int i = 0; i < 3000 && !gap; i++) {
		struct pollfd p = { .fd = nl_socket_get_fd(c->sock), .events = POLLIN };
		uint32_t last = c->nr ? c->items[c->nr - 1].seq : 0;

		c->nr = 0;
		if (poll(&p, 1, 50) <= 0)
			close(submit_ok(&s));
		if (nl_recvmsgs_default(c->sock) == 0 && c->nr && last)
			gap = c->items[0].seq != last + 1;
	}
	ASSERT(gap);
	done(c);
}

/* A stranger is not told of what he may not see. */
TEST(events_for_another_user)
{
	int *listening = shared(sizeof(*listening));
	uint64_t *hidden = shared(sizeof(*hidden)), *seen = shared(sizeof(*seen));
	struct aios_submit s;
	pid_t pid;

	ASSERT_OK(group_create(GROUP, ALICE, ALICE, 0700, NULL));
	leave_group(GROUP);
	pid = fork();
	if (!pid) {
		struct client *c;
		int events;

		become(BOB);
		dev_forget();
		c = client();
		events = genl_ctrl_resolve_grp(c->sock, AIOS_GENL_NAME, AIOS_GENL_EVENTS);
		ASSERT_CMP(nl_socket_add_membership(c->sock, events), <, 0);
		c = subscribe();
		*listening = 1;
		ASSERT_SOON(*seen, 3000);
		/* Events keep their order: what came before this one is here. */
		expect(c, AIOS_EVENT_SUBMITTED, *seen);
		ASSERT_EQ(count_events(c, AIOS_EVENT_SUBMITTED, *hidden), 0);
		/* Not a gap in the numbers either that would tell of it. */
		for (unsigned int i = 1; i < c->nr; i++)
			ASSERT_EQ(c->items[i].seq, c->items[i - 1].seq + 1);
		_exit(0);
	}
	ASSERT_SOON(*listening, 3000);
	s = ask(GROUP);
	submit_ok(&s);
	*hidden = s.id;
	close(s.fd);
	AS_USER(BOB) {
		struct aios_submit own = ask("/");

		submit_ok(&own);
		close(own.fd);
		*seen = own.id;
	}
	reap_ok(pid);
}

/* As a setuid program that was made to write to a socket that it was given. */
TEST(socket_of_somebody_else)
{
	struct aios_submit closed, open, s;
	struct client *c;

	closed_and_open(&closed, &open);
	assert_sees_the_open_one(client_of(BOB), closed.id, open.id);
	/* And the other way round. */
	c = client();
	AS_USER(BOB)
		assert_sees_the_open_one(c, closed.id, open.id);
	c = client_of(BOB);
	ASSERT(genl_send_simple(c->sock, c->family, AIOS_CMD_SUBSCRIBE, AIOS_GENL_VERSION,
				NLM_F_ACK) >= 0);
	ASSERT_EQ(nl_wait_for_ack(c->sock), 0);
	nl_socket_disable_seq_check(c->sock);
	s = ask(GROUP);
	submit_ok(&s);
	open = ask("/kt-netlink-open");
	submit_ok(&open);
	expect(c, AIOS_EVENT_SUBMITTED, open.id);
	ASSERT_EQ(count_events(c, AIOS_EVENT_SUBMITTED, s.id), 0);
}

/* Whoever has other numbers for users and processes is told those. */
TEST(numbers_of_the_namespace)
{
	struct aios_submit closed, open;
	struct item *job;
	pid_t pid;

	closed_and_open(&closed, &open);
	pid = job_start(open.fd, work_sleep, NULL);
	CHILD {
		struct client *c;

		ASSERT_OK(unshare(CLONE_NEWUSER | CLONE_NEWPID));
		ASSERT_OK(file_write("/proc/self/uid_map", "7 0 1"));
		c = client();
		nl_socket_disable_seq_check(c->sock);
		dump(c, AIOS_CMD_GROUP_GET);
		ASSERT_EQ(find_path(c, "/kt-netlink-open")->uid, 7);
		dump(c, AIOS_CMD_JOB_GET);
		job = find_job(c, open.id);
		ASSERT_EQ(job->uid, 7);
		ASSERT_EQ(job->pid, pid);
		CHILD {
			dump(c, AIOS_CMD_JOB_GET);
			ASSERT_EQ(find_job(c, open.id)->pid, 0);
		}
		ASSERT(genl_send_simple(c->sock, c->family, AIOS_CMD_SUBSCRIBE,
					AIOS_GENL_VERSION, NLM_F_ACK) >= 0);
		ASSERT_EQ(nl_wait_for_ack(c->sock), 0);
		ASSERT_OK(job_signal(open.fd, AIOS_IOC_CANCEL, NULL));
		ASSERT_EQ(job_wait_end(open.fd).code, 7);
		ASSERT_EQ(job_stat(open.fd).code, 7);
		job = expect(c, AIOS_EVENT_ENDED, open.id);
		ASSERT_EQ(job->end, AIOS_END_CANCELLED);
		ASSERT_EQ(job->code, 7);
		ASSERT_EQ(job->uid, 7);
	}
	reap(pid);
	ASSERT_EQ(job_wait_end(open.fd).code, 0);
}
