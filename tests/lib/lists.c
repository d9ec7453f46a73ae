// SPDX-License-Identifier: GPL-2.0
/*
 * Lists and events of generic netlink, from messages built byte by byte.
 */
#include <aios.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "mock.h"
#include "tap.h"

/* ---------------------------------------------------------------- messages */

struct datagram {
	union {
		char data[16384];
		struct nlmsghdr first;
	};
	size_t len;
	struct nlmsghdr *last;
};

static void *extend(struct datagram *d, size_t len)
{
	void *p = d->data + d->len;

	memset(p, 0, NLMSG_ALIGN(len));
	d->len += NLMSG_ALIGN(len);
	return p;
}

static void message(struct datagram *d, int type, int flags, int command)
{
	struct genlmsghdr *g;

	d->last = extend(d, NLMSG_HDRLEN);
	d->last->nlmsg_type = (uint16_t)type;
	d->last->nlmsg_flags = (uint16_t)flags;
	d->last->nlmsg_len = NLMSG_HDRLEN;
	if (!command)
		return;
	g = extend(d, GENL_HDRLEN);
	g->cmd = (uint8_t)command;
	g->version = AIOS_GENL_VERSION;
	d->last->nlmsg_len += GENL_HDRLEN;
}

static void attribute(struct datagram *d, int type, const void *data, size_t len)
{
	struct nlattr *a = extend(d, NLA_HDRLEN + len);

	a->nla_type = (uint16_t)type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + len);
	memcpy((char *)a + NLA_HDRLEN, data, len);
	d->last->nlmsg_len += NLA_ALIGN(NLA_HDRLEN + len);
}

static void number(struct datagram *d, int type, uint32_t value)
{
	attribute(d, type, &value, sizeof(value));
}

static void wide(struct datagram *d, int type, uint64_t value)
{
	attribute(d, type, &value, sizeof(value));
}

static void text(struct datagram *d, int type, const char *value)
{
	attribute(d, type, value, strlen(value) + 1);
}

/* Element i is @first + i. */
static void array(struct datagram *d, int type, uint64_t first)
{
	uint64_t values[AIOS_RESOURCE_MAX];
	int i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		values[i] = first + (uint64_t)i;
	attribute(d, type, values, sizeof(values));
}

static void done(struct datagram *d, int status)
{
	message(d, NLMSG_DONE, NLM_F_MULTI, 0);
	memcpy(extend(d, sizeof(status)), &status, sizeof(status));
	d->last->nlmsg_len += sizeof(status);
}

static void job(struct datagram *d, uint64_t id)
{
	message(d, MOCK_FAMILY, NLM_F_MULTI, AIOS_CMD_JOB_GET);
	wide(d, AIOS_A_JOB, id);
}

static void event(struct datagram *d, uint32_t seq, uint32_t what, uint64_t id)
{
	message(d, MOCK_FAMILY, 0, AIOS_CMD_EVENT);
	d->last->nlmsg_seq = seq;
	number(d, AIOS_A_EVENT, what);
	wide(d, AIOS_A_JOB, id);
}

/* ------------------------------------------------------------------- lists */

struct seen {
	size_t nr;
	uint64_t jobs[8];
	int stop_with;
};

static int see(const struct aios_record *record, void *data)
{
	struct seen *seen = data;

	if (seen->nr < ARRAY_SIZE(seen->jobs))
		seen->jobs[seen->nr] = record->job;
	seen->nr++;
	return seen->stop_with;
}

static int see_all(const struct aios_record *r, void *data)
{
	struct seen *seen = data;

	seen->nr++;
	check_equal(r->present, ((2ULL << AIOS_A_MAX) - 1) & ~3ULL);
	check_equal(r->event, 2);
	check_equal(r->time_ns, 3);
	check_equal(r->job, 4);
	check_equal(r->group, 5);
	check_text(r->path, "/team");
	check_text(r->name, "train");
	check_equal(r->state, 8);
	check_equal(r->end, 9);
	check_equal(r->code, 10);
	check_equal(r->uid, 11);
	check_equal(r->gid, 12);
	check_equal(r->pid, 13);
	check_equal(r->priority, -14);
	check_equal(r->weight, 15);
	check_equal(r->position, 16);
	check_equal(r->flags, 17);
	check_equal(r->mask, 18);
	check_equal(r->request[15], 1915);
	check_equal(r->limit[0], 2000);
	check_equal(r->grant[1], 2101);
	check_equal(r->use[2], 2202);
	check_equal(r->charged[3], 2303);
	check_equal(r->effective[4], 2404);
	check_equal(r->submit_ns, 25);
	check_equal(r->admit_ns, 26);
	check_equal(r->start_ns, 27);
	check_equal(r->finish_ns, 28);
	check_equal(r->cpu_duration_ns, 29);
	check_equal(r->device, 30);
	check_equal(r->parent, 31);
	check_equal(r->mode, 32);
	check_equal(r->nr_jobs, 33);
	check_equal(r->nr_running, 34);
	check_equal(r->epoch, 35);
	check_equal(r->deadline_ns, 36);
	check_equal(r->attempt, 37);
	check_equal(r->drain_ns, 38);
	check_equal(r->left[5], 4005);
	check(AIOS_HAS(r, GRANT) && AIOS_HAS(r, EPOCH));
	return 0;
}

static void record_has_every_attribute(void)
{
	static const uint8_t kinds[AIOS_A_MAX + 1] = {
		[AIOS_A_TIME] = 8, [AIOS_A_JOB] = 8, [AIOS_A_GROUP] = 8,
		[AIOS_A_SUBMIT] = 8, [AIOS_A_ADMIT] = 8, [AIOS_A_START] = 8,
		[AIOS_A_FINISH] = 8, [AIOS_A_CPU] = 8, [AIOS_A_PARENT] = 8,
		[AIOS_A_EPOCH] = 8, [AIOS_A_DEADLINE] = 8, [AIOS_A_DRAIN] = 8,
		[AIOS_A_STOP] = 8, [AIOS_A_BEGIN] = 8,
	};
	struct datagram d = { .len = 0 };
	struct seen seen = { 0 };
	int type;

	message(&d, MOCK_FAMILY, NLM_F_MULTI, AIOS_CMD_GROUP_GET);
	for (type = AIOS_A_PAD; type <= AIOS_A_MAX; type++) {
		if (type == AIOS_A_PAD)
			attribute(&d, type, "", 0);
		else if (type == AIOS_A_PATH)
			text(&d, type, "/team");
		else if (type == AIOS_A_NAME)
			text(&d, type, "train");
		else if ((type >= AIOS_A_REQUEST && type <= AIOS_A_EFFECTIVE) ||
			 type == AIOS_A_LEFT)
			array(&d, type, (uint64_t)type * 100);
		else if (kinds[type] == 8)
			wide(&d, type, (uint64_t)type);
		else if (type == AIOS_A_PRIORITY)
			number(&d, type, (uint32_t)-type);
		else
			number(&d, type, (uint32_t)type);
	}
	/* what a newer module says, too */
	number(&d, AIOS_A_MAX + 1, 1);
	done(&d, 0);
	mock_netlink_answer(d.data, d.len);
	check_equal(aios_group_list(see_all, &seen), 0);
	check_equal(seen.nr, 1);
	check_equal(mock_netlink_command(), AIOS_CMD_GROUP_GET);
	check_equal(mock_netlink_flags() & NLM_F_DUMP, NLM_F_DUMP);
}

static int see_nothing(const struct aios_record *r, void *data)
{
	struct seen *seen = data;

	seen->nr++;
	check_equal(r->present, 0);
	check_text(r->path, "");
	check_text(r->name, "");
	check_equal(r->grant[0], 0);
	return 0;
}

static void record_may_lack_everything(void)
{
	struct datagram d = { .len = 0 };
	struct seen seen = { 0 };

	message(&d, MOCK_FAMILY, NLM_F_MULTI, AIOS_CMD_JOB_GET);
	done(&d, 0);
	mock_netlink_answer(d.data, d.len);
	check_equal(aios_job_list(see_nothing, &seen), 0);
	check_equal(seen.nr, 1);
	check_equal(mock_netlink_command(), AIOS_CMD_JOB_GET);
}

static void list_comes_in_order(void)
{
	struct datagram d = { .len = 0 };
	struct seen seen = { 0 };

	job(&d, 3);
	job(&d, 5);
	job(&d, 9);
	done(&d, 0);
	mock_netlink_answer(d.data, d.len);
	check_equal(aios_job_list(see, &seen), 0);
	check_equal(seen.nr, 3);
	check_equal(seen.jobs[0], 3);
	check_equal(seen.jobs[2], 9);
}

static void list_stops_where_the_caller_says(void)
{
	struct datagram d = { .len = 0 };
	struct seen seen = { .stop_with = 17 };

	job(&d, 3);
	job(&d, 5);
	done(&d, 0);
	mock_netlink_answer(d.data, d.len);
	check_equal(aios_job_list(see, &seen), 17);
	check_equal(seen.nr, 1);
}

static void list_that_changed_is_told(void)
{
	struct datagram d = { .len = 0 };
	struct seen seen = { 0 };

	job(&d, 3);
	d.last->nlmsg_flags |= NLM_F_DUMP_INTR;
	job(&d, 5);
	done(&d, 0);
	mock_netlink_answer(d.data, d.len);
	check_equal(aios_job_list(see, &seen), -EAGAIN);
	check_equal(seen.nr, 2);
}

static void list_errors_are_passed_on(void)
{
	struct datagram d = { .len = 0 };
	struct nlmsgerr e = { .error = -EPERM };
	struct seen seen = { 0 };

	job(&d, 3);
	done(&d, -EMSGSIZE);
	mock_netlink_answer(d.data, d.len);
	check_equal(aios_job_list(see, &seen), -EMSGSIZE);

	d.len = 0;
	message(&d, NLMSG_ERROR, 0, 0);
	memcpy(extend(&d, sizeof(e)), &e, sizeof(e));
	d.last->nlmsg_len += sizeof(e);
	mock_netlink_answer(d.data, d.len);
	check_equal(aios_job_list(see, &seen), -EPERM);

	mock_netlink_family(0);
	check_equal(aios_job_list(see, &seen), -ENOENT);
	check_equal(seen.nr, 1);
}

static void malformed_attributes_are_refused(void)
{
	static const struct {
		int type;
		const char *data;
		size_t len;
	} bad[] = {
		{ AIOS_A_JOB, "1234", 4 },
		{ AIOS_A_STATE, "12345678", 8 },
		{ AIOS_A_GRANT, "12345678", 8 },
		{ AIOS_A_NAME, "abc", 3 },
		{ AIOS_A_PATH, "", 0 },
	};
	struct seen seen = { 0 };
	struct datagram d;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		d.len = 0;
		message(&d, MOCK_FAMILY, NLM_F_MULTI, AIOS_CMD_JOB_GET);
		attribute(&d, bad[i].type, bad[i].data, bad[i].len);
		done(&d, 0);
		mock_netlink_answer(d.data, d.len);
		check_equal(aios_job_list(see, &seen), -EBADMSG);
	}
	check_equal(seen.nr, 0);
}

/* Each allocation fails in turn, those inside libnl included. */
static void list_survives_a_lack_of_memory(void)
{
	struct datagram d = { .len = 0 };
	struct seen seen;
	int n, err;

	job(&d, 3);
	done(&d, 0);
	for (n = 1; n < 1000; n++) {
		seen = (struct seen){ 0 };
		mock_netlink_answer(d.data, d.len);
		mock_fail_allocation(n);
		err = aios_job_list(see, &seen);
		if (!mock_allocation_failed())
			break;
		tap_check(err < 0 || seen.nr == 1, __FILE__, __LINE__,
			  "allocation %d failed, and the list is wrong", n);
	}
	check_equal(err, 0);
	check_equal(seen.nr, 1);
	check(n > 3);
}

/* ------------------------------------------------------------------ events */

static void events_come_one_by_one(void)
{
	const struct aios_record *r = NULL;
	struct datagram d = { .len = 0 };
	struct aios_monitor *m;
	struct pollfd p;

	check_equal(aios_monitor_new(&m), 0);
	check(mock_netlink_subscribed());
	check_equal(aios_monitor_set_buffer(m, 1 << 18), 0);
	check_equal(aios_monitor_next(m, 0, &r), 0);
	check(!r);

	event(&d, 1, AIOS_EVENT_ENDED, 7);
	number(&d, AIOS_A_END, AIOS_END_OOM);
	text(&d, AIOS_A_NAME, "hog");
	event(&d, 2, AIOS_EVENT_OOM, 8);
	mock_netlink_event(d.data, d.len, 0);
	p = (struct pollfd){ .fd = aios_monitor_fd(m), .events = POLLIN };
	check_equal(poll(&p, 1, 0), 1);
	check_equal(aios_monitor_next(m, 0, &r), 1);
	check_equal(r->event, AIOS_EVENT_ENDED);
	check_equal(r->job, 7);
	check_equal(r->end, AIOS_END_OOM);
	check_text(r->name, "hog");
	check_equal(aios_monitor_next(m, -1, &r), 1);
	check_equal(r->job, 8);
	check_text(r->name, "");
	check_equal(aios_monitor_next(m, 0, &r), 0);
	check(aios_monitor_ref(m) == m);
	check(!aios_monitor_unref(m));
	check(!aios_monitor_unref(m));
	check(!aios_monitor_unref(NULL));
}

static long elapsed_ms(const struct timespec *since)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (t.tv_sec - since->tv_sec) * 1000 +
	       (t.tv_nsec - since->tv_nsec) / 1000000;
}

static void waiting_has_a_bound(void)
{
	const struct aios_record *r;
	struct datagram d = { .len = 0 };
	struct aios_monitor *m;
	struct timespec start;

	check_equal(aios_monitor_new(&m), 0);
	/* something else than an event does not end the wait */
	message(&d, MOCK_FAMILY, 0, AIOS_CMD_JOB_GET);
	mock_netlink_event(d.data, d.len, 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	check_equal(aios_monitor_next(m, 50, &r), 0);
	check(elapsed_ms(&start) >= 49);
	aios_monitor_unref(m);
}

static void only_the_kernel_is_believed(void)
{
	const struct aios_record *r;
	struct datagram d = { .len = 0 };
	struct aios_monitor *m;

	check_equal(aios_monitor_new(&m), 0);
	event(&d, 1, AIOS_EVENT_ENDED, 7);
	mock_netlink_event(d.data, d.len, 4711);
	check_equal(aios_monitor_next(m, 0, &r), 0);
	mock_netlink_event(d.data, d.len, 0);
	check_equal(aios_monitor_next(m, 0, &r), 1);
	aios_monitor_unref(m);
}

static void send(uint32_t seq)
{
	struct datagram d = { .len = 0 };

	event(&d, seq, AIOS_EVENT_STARTED, seq * 10);
	mock_netlink_event(d.data, d.len, 0);
}

static void lost_events_are_told(void)
{
	const struct aios_record *r;
	struct aios_monitor *m;

	check_equal(aios_monitor_new(&m), 0);
	mock_fail_receive(EINTR);
	check_equal(aios_monitor_next(m, 0, &r), -EINTR);
	/* by the socket, and then not once more by the gap */
	send(1);
	mock_fail_receive(ENOBUFS);
	check_equal(aios_monitor_next(m, 0, &r), -ENOBUFS);
	check_equal(aios_monitor_next(m, 0, &r), 1);
	check_equal(r->job, 10);
	send(4);
	check_equal(aios_monitor_next(m, 0, &r), 1);
	check_equal(r->job, 40);
	/* by a gap alone, behind which no event is lost */
	send(6);
	check_equal(aios_monitor_next(m, 0, &r), -ENOBUFS);
	check_equal(aios_monitor_next(m, 0, &r), 1);
	check_equal(r->job, 60);
	send(7);
	check_equal(aios_monitor_next(m, 0, &r), 1);
	check_equal(aios_monitor_next(m, 0, &r), 0);
	aios_monitor_unref(m);
}

static void subscription_may_be_refused(void)
{
	const struct aios_record *r;
	struct datagram d = { .len = 0 };
	struct aios_monitor *m;

	mock_netlink_subscription(-EDQUOT, "", 0);
	check_equal(aios_monitor_new(&m), -EDQUOT);

	/* an event may come between the subscription and its answer */
	event(&d, 1, AIOS_EVENT_STARTED, 10);
	mock_netlink_subscription(0, d.data, d.len);
	check_equal(aios_monitor_new(&m), 0);
	send(2);
	check_equal(aios_monitor_next(m, 0, &r), 1);
	check_equal(r->job, 20);
	aios_monitor_unref(m);
}

static void malformed_events_are_told(void)
{
	static const char junk[] = "no message at all";
	static char huge[40000];
	const struct aios_record *r;
	struct datagram d = { .len = 0 };
	struct aios_monitor *m;

	check_equal(aios_monitor_new(&m), 0);
	message(&d, MOCK_FAMILY, 0, AIOS_CMD_EVENT);
	d.last->nlmsg_seq = 1;
	number(&d, AIOS_A_JOB, 1);
	mock_netlink_event(d.data, d.len, 0);
	check_equal(aios_monitor_next(m, 0, &r), -EBADMSG);
	mock_netlink_event(junk, sizeof(junk), 0);
	check_equal(aios_monitor_next(m, 0, &r), 0);
	mock_netlink_event(huge, sizeof(huge), 0);
	check_equal(aios_monitor_next(m, 0, &r), -EBADMSG);
	check_equal(aios_monitor_next(m, 0, &r), 0);
	aios_monitor_unref(m);
}

static void monitor_survives_a_lack_of_memory(void)
{
	struct aios_monitor *m;
	int n, err;

	for (n = 1; n < 1000; n++) {
		m = (void *)1;
		mock_fail_allocation(n);
		err = aios_monitor_new(&m);
		if (!mock_allocation_failed())
			break;
		check(err < 0 ? m == (void *)1 : !aios_monitor_unref(m));
	}
	check_equal(err, 0);
	check(n > 3);
	aios_monitor_unref(m);
	mock_fail_allocation(0);
	mock_netlink_family(0);
	check_equal(aios_monitor_new(&m), -ENOENT);
}

static const struct tap_case cases[] = {
	{ "a record with every attribute", record_has_every_attribute },
	{ "a record without any", record_may_lack_everything },
	{ "a list in order", list_comes_in_order },
	{ "a list that the caller stops", list_stops_where_the_caller_says },
	{ "a list that changed", list_that_changed_is_told },
	{ "errors of a list", list_errors_are_passed_on },
	{ "malformed attributes", malformed_attributes_are_refused },
	{ "a list without memory", list_survives_a_lack_of_memory },
	{ "events one by one", events_come_one_by_one },
	{ "waiting for an event", waiting_has_a_bound },
	{ "an event from a process", only_the_kernel_is_believed },
	{ "lost events", lost_events_are_told },
	{ "a refused subscription", subscription_may_be_refused },
	{ "malformed events", malformed_events_are_told },
	{ "a monitor without memory", monitor_survives_a_lack_of_memory },
};

int main(void)
{
	return tap_run(cases, ARRAY_SIZE(cases));
}
