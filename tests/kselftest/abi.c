// SPDX-License-Identifier: GPL-2.0
/*
 * The contract of uapi/linux/aios.h that all calls share, swept over a table
 * of every call: sizes short, long with zeros and long with garbage, unknown
 * flags, reserved fields, pointers of every wrong kind. A rejected call must
 * leave its struct and the machine as they were, and the same call made right
 * must succeed afterwards, which shows that nothing but the fault was at fault.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "calls.h"
#include "harness.h"

#define GROUP		"/kt-abi"
#define KERNEL_POINTER	0xffffffff81000000ULL
#define PAGE		4096

/* The answer, and requests that a call makes or not by what a slab cache has. */
#define LAST_REQUESTS	3

/* Room for the largest struct twice over. */
#define ROOM		(2 * PAGE)

/* Sets up what the call needs, fills the struct in and yields the file. */
typedef int (*prepare_fn)(void *arg);
/* Takes back what a call that succeeded did. */
typedef void (*undo_fn)(void *arg);

struct call {
	const char *name;
	unsigned long nr;
	size_t size;
	long flags;		/* offset, -1: no input */
	long reserved;		/* offset, -1: none */
	long why;		/* offset, -1: none */
	bool writes;		/* has outputs */
	prepare_fn prepare;
	undo_fn undo;
};

static int job = -1;		/* of the call prepared last */
static pid_t worker;
static uint32_t device_id;

static void undo_nothing(void *arg)
{
	(void)arg;
}

static void undo_job(void *arg)
{
	(void)arg;
	if (worker)
		job_finish(job, worker);
	else
		close(job);
	worker = 0;
	job = -1;
}

static int prepare_info(void *arg)
{
	struct aios_info *i = arg;

	i->resource_size = sizeof(struct aios_resource_info);
	return dev();
}

static int prepare_submit(void *arg)
{
	*(struct aios_submit *)arg = ask("/");
	return dev();
}

static void undo_submit(void *arg)
{
	struct aios_submit *s = arg;

	ASSERT_GE(s->fd, 0);
	ASSERT_EQ(s->state, AIOS_STATE_QUEUED);
	close(s->fd);
}

static int prepare_job_open(void *arg)
{
	struct aios_job_open *o = arg;

	job = submit_cpu("/", 1, 1000);
	o->id = job_stat(job).id;
	o->fd = -2;
	return dev();
}

static void undo_job_open(void *arg)
{
	struct aios_job_open *o = arg;

	ASSERT_EQ(job_stat(o->fd).id, o->id);
	close(o->fd);
	undo_job(arg);
}

static int prepare_group_create(void *arg)
{
	struct aios_group_create *c = arg;

	c->path = (uintptr_t)GROUP;
	c->path_len = strlen(GROUP);
	c->weight = AIOS_WEIGHT_DEFAULT;
	c->uid = ~0U;
	c->gid = ~0U;
	c->mode = ~0U;
	leave_group(GROUP);
	return dev();
}

static void undo_group_create(void *arg)
{
	(void)arg;
	ASSERT_OK(group_remove(GROUP));
}

static int prepare_group_remove(void *arg)
{
	struct aios_group_remove *r = arg;

	r->path = (uintptr_t)GROUP;
	r->path_len = strlen(GROUP);
	group_make(GROUP);
	return dev();
}

static int prepare_group_stat(void *arg)
{
	struct aios_group_stat *g = arg;

	g->path = (uintptr_t)"/";
	g->path_len = 1;
	return dev();
}

static int prepare_queueing(void *arg)
{
	struct aios_queueing *q = arg;

	q->path = (uintptr_t)"/";
	q->path_len = 1;
	return dev();
}

/* There is a record, whose number 0 stands for. */
static int prepare_attempt(void *arg)
{
	struct aios_submit s = ask("/");
	int ended = submit_ok(&s);

	(void)arg;
	ASSERT_OK(job_signal(ended, AIOS_IOC_CANCEL, NULL));
	job_wait_end(ended);
	close(ended);
	return dev();
}

static int prepare_limit(void *arg)
{
	struct aios_limit *l = arg;

	l->path = (uintptr_t)"/";
	l->path_len = 1;
	return dev();
}

static int prepare_plain(void *arg)
{
	(void)arg;
	return dev();
}

static void fill_device(struct aios_device *d)
{
	d->flags = AIOS_DEVICE_DECLARED;
	d->memory = 64 * MIB;
	d->milli = 1000;
	strcpy(d->name, "kt-abi");
}

static int prepare_device_add(void *arg)
{
	fill_device(arg);
	return dev();
}

static void undo_device(void *arg)
{
	(void)arg;
	ASSERT_OK(device_remove(device_id));
}

static void undo_device_add(void *arg)
{
	device_id = ((struct aios_device *)arg)->id;
	undo_device(arg);
}

static int prepare_device_remove(void *arg)
{
	struct aios_device *d = arg;

	d->id = device_make("kt-abi", 64 * MIB);
	return dev();
}

static int prepare_device_set(void *arg)
{
	struct aios_device *d = arg;

	device_id = device_make("kt-abi", 64 * MIB);
	ASSERT_OK(device_get(device_id, d));
	return dev();
}

static int prepare_device_get(void *arg)
{
	struct aios_device *d = arg;

	device_id = device_make("kt-abi", 64 * MIB);
	d->id = device_id;
	return dev();
}

static int64_t lp_w = 1;
static uint64_t lp_a = 1, lp_b = 1, lp_x;

static int prepare_lp_solve(void *arg)
{
	struct aios_lp_solve *s = arg;

	s->n = 1;
	s->m = 1;
	s->w = (uintptr_t)&lp_w;
	s->a = (uintptr_t)&lp_a;
	s->b = (uintptr_t)&lp_b;
	s->x = (uintptr_t)&lp_x;
	return dev();
}

static int prepare_replay(void *arg)
{
	struct aios_replay_call *c = arg;

	c->quantum_ns = AIOS_QUANTUM_MIN_NS;
	return dev();
}

static int prepare_job(void *arg)
{
	(void)arg;
	job = submit_cpu("/", 1, 1000);
	return job;
}

static int prepare_held(void *arg)
{
	prepare_job(arg);
	ASSERT_OK(job_signal(job, AIOS_IOC_HOLD, NULL));
	return job;
}

static int prepare_running(void *arg)
{
	prepare_job(arg);
	worker = job_start(job, work_sleep, NULL);
	return job;
}

static int prepare_suspended(void *arg)
{
	prepare_running(arg);
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	job_wait_state(job, AIOS_STATE_SUSPENDED);
	return job;
}

static int prepare_wait(void *arg)
{
	struct aios_wait *w = arg;

	w->state_mask = 1U << AIOS_STATE_QUEUED;
	return prepare_job(arg);
}

static int prepare_charge(void *arg)
{
	struct aios_charge *c = arg;
	struct aios_submit s = ask("/");

	device_id = device_make("kt-abi", 64 * MIB);
	want(&s, AIOS_RESOURCE_CPU, 1, 1000);
	want(&s, AIOS_RESOURCE_GPU, 1000, 1000);
	want(&s, AIOS_RESOURCE_GPU_MEMORY, 32 * MIB, 32 * MIB);
	job = submit_ok(&s);
	worker = job_start(job, work_sleep, NULL);
	c->device = job_stat(job).devices[0].id;
	c->bytes = MIB;
	return job;
}

static int prepare_uncharge(void *arg)
{
	struct aios_charge c = { .size = sizeof(c) };

	prepare_charge(&c);
	ASSERT_OK(ioctl(job, AIOS_IOC_CHARGE, &c));
	((struct aios_charge *)arg)->device = c.device;
	((struct aios_charge *)arg)->bytes = c.bytes;
	return job;
}

static void undo_charge(void *arg)
{
	undo_job(arg);
	undo_device(arg);
}

#define CALL(id, type, fl, res, wh, wr, prep, un)			\
	{ #id, AIOS_IOC_##id, sizeof(struct type), fl, res, wh, wr, prep, un }
#define OFF(type, field)	((long)offsetof(struct type, field))

static const struct call calls[] = {
	CALL(INFO, aios_info, -1, OFF(aios_info, reserved), -1, true,
	     prepare_info, undo_nothing),
	CALL(SUBMIT, aios_submit, 4, -1, OFF(aios_submit, why), true, prepare_submit, undo_submit),
	CALL(JOB_OPEN, aios_job_open, 4, OFF(aios_job_open, reserved), -1, true,
	     prepare_job_open, undo_job_open),
	CALL(GROUP_CREATE, aios_group_create, 4, OFF(aios_group_create, reserved),
	     OFF(aios_group_create, why), true, prepare_group_create, undo_group_create),
	CALL(GROUP_REMOVE, aios_group_remove, 4, OFF(aios_group_remove, reserved),
	     OFF(aios_group_remove, why), false, prepare_group_remove, undo_nothing),
	CALL(GROUP_STAT, aios_group_stat, 4, OFF(aios_group_stat, reserved), -1, true,
	     prepare_group_stat, undo_nothing),
	CALL(LIMIT, aios_limit, 4, -1, OFF(aios_limit, why), true,
	     prepare_limit, undo_nothing),
	CALL(POLICY, aios_policy, 4, -1, -1, true,
	     prepare_plain, undo_nothing),
	CALL(DEVICE_ADD, aios_device, 4, OFF(aios_device, reserved), -1, true,
	     prepare_device_add, undo_device_add),
	CALL(DEVICE_REMOVE, aios_device, 4, OFF(aios_device, reserved), -1, false,
	     prepare_device_remove, undo_nothing),
	CALL(DEVICE_SET, aios_device, 4, OFF(aios_device, reserved), -1, false,
	     prepare_device_set, undo_device),
	CALL(DEVICE_GET, aios_device, 4, OFF(aios_device, reserved), -1, true,
	     prepare_device_get, undo_device),
	CALL(LP_SOLVE, aios_lp_solve, 4, OFF(aios_lp_solve, d_shift), -1, true,
	     prepare_lp_solve, undo_nothing),
	CALL(QUEUEING, aios_queueing, 4, OFF(aios_queueing, reserved), -1, true,
	     prepare_queueing, undo_nothing),
	CALL(REPLAY, aios_replay_call, 4, OFF(aios_replay_call, reserved), -1, true,
	     prepare_replay, undo_nothing),
	CALL(PREDICT, aios_predict_call, 4, OFF(aios_predict_call, reserved), -1, true,
	     prepare_plain, undo_nothing),
	CALL(ATTEMPT, aios_attempt, 4, -1, -1, true, prepare_attempt, undo_nothing),
	CALL(DRAIN, aios_drain, 4, OFF(aios_drain, reserved), -1, true, prepare_plain,
	     undo_nothing),
	CALL(ENTER, aios_enter, 4, -1, OFF(aios_enter, why), false,
	     prepare_job, undo_nothing),
	CALL(WAIT, aios_wait, 4, -1, -1, true, prepare_wait, undo_job),
	CALL(STAT, aios_stat, -1, -1, -1, true, prepare_job, undo_job),
	CALL(UPDATE, aios_update, 4, OFF(aios_update, reserved),
	     OFF(aios_update, why), false, prepare_job, undo_job),
	CALL(SUSPEND, aios_signal, 4, -1, OFF(aios_signal, why), false,
	     prepare_running, undo_job),
	CALL(RESUME, aios_signal, 4, -1, OFF(aios_signal, why), false,
	     prepare_suspended, undo_job),
	CALL(CANCEL, aios_signal, 4, -1, OFF(aios_signal, why), false,
	     prepare_job, undo_job),
	CALL(CHARGE, aios_charge, 4, OFF(aios_charge, reserved),
	     OFF(aios_charge, why), true, prepare_charge, undo_charge),
	CALL(UNCHARGE, aios_charge, 4, OFF(aios_charge, reserved),
	     OFF(aios_charge, why), true, prepare_uncharge, undo_charge),
	CALL(HOLD, aios_signal, 4, -1, OFF(aios_signal, why), false,
	     prepare_job, undo_job),
	CALL(RELEASE, aios_signal, 4, -1, OFF(aios_signal, why), false,
	     prepare_held, undo_job),
	CALL(EXPLAIN, aios_explain, 4, -1, -1, true, prepare_job, undo_job),
};

#define for_each_call(c)						\
	for (const struct call *c = calls; c < calls + ARRAY_SIZE(calls); c++)

static uint32_t *word(void *arg, long offset)
{
	return (uint32_t *)((char *)arg + offset);
}

/* The struct, right, with the given size; and the file it goes to. */
static int prepare(const struct call *c, void *arg)
{
	step("%s", c->name);
	/* A job of the call before may be on its way out: nothing here counts it. */
	ASSERT_SOON(!jobs_held(), 5000);
	memset(arg, 0, ROOM);
	*word(arg, 0) = c->size;
	return c->prepare(arg);
}

/* The least size that is taken: that of the struct's first version. */
static size_t least_size(const struct call *c)
{
	switch (c->nr) {
	case AIOS_IOC_LP_SOLVE:
		return OFF(aios_lp_solve, goal);
	case AIOS_IOC_POLICY:
		return OFF(aios_policy, path);
	case AIOS_IOC_SUBMIT:
		return OFF(aios_submit, depends);
	case AIOS_IOC_UPDATE:
		return OFF(aios_update, deadline_ns);
	case AIOS_IOC_EXPLAIN:
		return OFF(aios_explain, deadline_ns);
	case AIOS_IOC_LIMIT:
		return OFF(aios_limit, mode);
	case AIOS_IOC_REPLAY:
		return OFF(aios_replay_call, record_size);
	case AIOS_IOC_STAT:
		return OFF(aios_stat, depends);
	case AIOS_IOC_GROUP_STAT:
		return OFF(aios_group_stat, left);
	default:
		return (long)c->size;
	}
}

/* Fails with one error, and its struct is as before, the why excepted. */
static void rejected(const struct call *c, int fd, void *arg, int err, const char *fault)
{
	char before[ROOM];
	long ret;
	int got;

	memcpy(before, arg, ROOM);
	ret = ioctl(fd, c->nr, arg);
	got = ret ? errno : 0;
	if (got != err)
		FAIL("%s, %s: %s, expected %s", c->name, fault,
		     got ? strerrorname_np(got) : "no error", strerrorname_np(err));
	if (c->why >= 0)
		memcpy(before + c->why, (char *)arg + c->why, sizeof(struct aios_why));
	for (size_t i = 0; i < ROOM; i++)
		if (before[i] != ((char *)arg)[i])
			FAIL("%s, %s: byte %zu was changed", c->name, fault, i);
}

/* The same call made right. Alone in a process, for ENTER stays in its job. */
static void accepted(const struct call *c, int fd, void *arg, const char *how)
{
	if (ioctl(fd, c->nr, arg))
		FAIL("%s, %s: %s", c->name, how, strerrorname_np(errno));
	c->undo(arg);
}

TEST(sizes)
{
	for_each_call(c) CHILD {
		char arg[ROOM];
		int fd = prepare(c, arg);

		for (size_t size = 0; size < least_size(c); size++) {
			*word(arg, 0) = size;
			rejected(c, fd, arg, EINVAL, "a short struct");
		}
		for (size_t at = c->size; at < c->size + 24; at++) {
			*word(arg, 0) = c->size + 24;
			arg[at] = 1;
			rejected(c, fd, arg, E2BIG, "garbage in the tail");
			arg[at] = 0;
		}
		accepted(c, fd, arg, "zeros in the tail");
		ASSERT_EQ(*word(arg, 0), c->size + 24);
	}
}

TEST(exact_size)
{
	for_each_call(c) CHILD {
		char arg[ROOM];
		int fd = prepare(c, arg);

		/* What lies behind the struct is none of the call's business. */
		memset(arg + c->size, POISON, ROOM - c->size);
		accepted(c, fd, arg, "its own size");
		for (size_t i = c->size; i < ROOM; i++)
			ASSERT_EQ((unsigned char)arg[i], POISON);
	}
}

TEST(huge_size)
{
	static const uint32_t sizes[] = { 1U << 16, 1U << 30, 0x7fffffff, 0x80000000, 0xffffffff };

	for_each_call(c) CHILD {
		char arg[ROOM];
		int fd = prepare(c, arg);

		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			long ret;

			*word(arg, 0) = sizes[i];
			ret = ioctl(fd, c->nr, arg);
			if (ret != -1 || (errno != E2BIG && errno != EFAULT))
				FAIL("%s, size %#x: %ld, %s", c->name, sizes[i], ret,
				     strerror(errno));
		}
		*word(arg, 0) = c->size;
		accepted(c, fd, arg, "after a huge size");
	}
}

/* A longer struct whose tail is not there at all. */
TEST(size_into_a_hole)
{
	for_each_call(c) CHILD {
		char arg[ROOM];
		char *map = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		char *end = map + 2 * PAGE;
		int fd = prepare(c, arg);

		ASSERT(map != MAP_FAILED);
		ASSERT_OK(munmap(end, PAGE));
		memcpy(end - c->size, arg, c->size);
		*word(end - c->size, 0) = c->size + 8;
		ASSERT_ERR(ioctl(fd, c->nr, end - c->size), EFAULT);
		*word(end - c->size, 0) = c->size;
		accepted(c, fd, end - c->size, "the last bytes of a page");
	}
}

TEST(unknown_flags)
{
	for_each_call(c) CHILD {
		char arg[ROOM];
		int fd = prepare(c, arg);
		uint32_t known = c->nr == AIOS_IOC_UPDATE ? AIOS_UPDATE_FLAGS : 0xff;
		uint32_t flags;

		if (c->flags < 0)
			child_end();
		flags = *word(arg, c->flags);
		for (unsigned int bit = 0; bit < 32; bit++) {
			if (known >> bit & 1)
				continue;
			*word(arg, c->flags) = flags | 1U << bit;
			rejected(c, fd, arg, EINVAL, "an unknown flag");
		}
		*word(arg, c->flags) = ~0U;
		rejected(c, fd, arg, EINVAL, "all flags");
		*word(arg, c->flags) = flags;
		accepted(c, fd, arg, "after unknown flags");
	}
}

TEST(reserved)
{
	unsigned int nr = 0;

	for_each_call(c) {
		if (c->reserved < 0)
			continue;
		nr++;
		CHILD {
			char arg[ROOM];
			int fd = prepare(c, arg);
			char *at = arg + c->reserved;
			size_t len = c->size == sizeof(struct aios_device) ? 2 : 4;

			for (size_t i = 0; i < len; i++) {
				at[i] = 0x80;
				rejected(c, fd, arg, EINVAL, "reserved not zero");
				at[i] = 0;
			}
			accepted(c, fd, arg, "after reserved not zero");
		}
	}
	ASSERT_EQ(nr, 17);
}

TEST(bad_pointers)
{
	for_each_call(c) CHILD {
		char arg[ROOM];
		int fd = prepare(c, arg);
		char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		ASSERT(map != MAP_FAILED);
		ASSERT_OK(mprotect(map + PAGE, PAGE, PROT_NONE));
		ASSERT_ERR(ioctl(fd, c->nr, NULL), EFAULT);
		ASSERT_ERR(ioctl(fd, c->nr, (void *)8), EFAULT);
		ASSERT_ERR(ioctl(fd, c->nr, (void *)-1L), EFAULT);
		ASSERT_ERR(ioctl(fd, c->nr, (void *)-8L), EFAULT);
		ASSERT_ERR(ioctl(fd, c->nr, (void *)KERNEL_POINTER), EFAULT);
		ASSERT_ERR(ioctl(fd, c->nr, (void *)(1UL << 63)), EFAULT);
		ASSERT_ERR(ioctl(fd, c->nr, map + PAGE), EFAULT);
		/* The size can be read, the rest cannot. */
		memcpy(map + PAGE - 4, &(uint32_t){ c->size }, 4);
		ASSERT_ERR(ioctl(fd, c->nr, map + PAGE - 4), EFAULT);
		/* Not even the size can. */
		ASSERT_ERR(ioctl(fd, c->nr, map + PAGE - 2), EFAULT);
		accepted(c, fd, arg, "after bad pointers");
	}
}

TEST(unaligned)
{
	for_each_call(c) CHILD {
		char arg[ROOM], shifted[ROOM + 8];
		int fd = prepare(c, arg);

		memcpy(shifted + 3, arg, c->size);
		if (ioctl(fd, c->nr, shifted + 3))
			FAIL("%s: %s", c->name, strerror(errno));
		memcpy(arg, shifted + 3, c->size);
		c->undo(arg);
	}
}

/*
 * Where the answer cannot be written, a call that makes something must have
 * made nothing: no job, no group, no device and no file descriptor.
 */
TEST(answer_cannot_be_written)
{
	for_each_call(c) {
		if (!c->writes)
			continue;
		CHILD {
			char arg[ROOM];
			int fd = prepare(c, arg);
			char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			struct aios_info before = info_get(NULL, 0), after;
			unsigned int fds = count_fds();

			ASSERT(map != MAP_FAILED);
			memcpy(map, arg, c->size);
			ASSERT_OK(mprotect(map, PAGE, PROT_READ));
			if (!ioctl(fd, c->nr, map) || errno != EFAULT)
				FAIL("%s: not EFAULT", c->name);
			after = info_get(NULL, 0);
			ASSERT_EQ(after.nr_queued, before.nr_queued);
			ASSERT_EQ(after.nr_running, before.nr_running);
			ASSERT_EQ(after.nr_groups, before.nr_groups);
			ASSERT_EQ(after.nr_devices, before.nr_devices);
			ASSERT_EQ(after.user_jobs, before.user_jobs);
			ASSERT_EQ(after.user_groups, before.user_groups);
			if (count_fds() != fds)
				FAIL("%s: %u file descriptors, before %u", c->name,
				     count_fds(), fds);
			/* CHARGE undone too, or UNCHARGE below takes the wrong bytes. */
			accepted(c, fd, arg, "after an answer that was lost");
		}
	}
}

/* Where a process tells the kernel which of its requests shall fail. */
static int fail_nth = -1;

/* The nth allocation or copy from or to this process fails; 0: none does. */
static void fail_request(unsigned int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", nth);
	/* The write copies, too: what is left of the count can hit it. */
	while (pwrite(fail_nth, text, strlen(text), 0) < 0)
		ASSERT(errno == EFAULT || errno == ENOMEM);
}

/* How many requests are left to the one that fails; 0: it came and failed. */
static unsigned int requests_left(void)
{
	char text[16] = "";
	ssize_t len = pread(fail_nth, text, sizeof(text) - 1, 0);

	fail_request(0);
	/* Where this very read failed, there was one left. */
	return len > 0 ? strtoul(text, NULL, 10) : 1;
}

static void assert_holds(const struct call *c, const struct aios_info *before)
{
	struct aios_info now = info_get(NULL, 0);

	if (now.nr_queued != before->nr_queued || now.nr_running != before->nr_running ||
	    now.nr_groups != before->nr_groups || now.nr_devices != before->nr_devices ||
	    now.user_jobs != before->user_jobs || now.user_groups != before->user_groups)
		FAIL("%s: %u queued %u running %u groups %u devices, user %u jobs %u groups, before %u %u %u %u, %u %u",
		     c->name, now.nr_queued, now.nr_running, now.nr_groups, now.nr_devices,
		     now.user_jobs, now.user_groups, before->nr_queued,
		     before->nr_running, before->nr_groups, before->nr_devices,
		     before->user_jobs, before->user_groups);
}

/* Makes the call with the nth request failing, from 1; yields how many it made. */
static unsigned int call_with_failure(const struct call *c, unsigned int nth,
				      unsigned int last)
{
	struct aios_info before;
	unsigned int left, fds;
	char arg[ROOM];
	int fd, err;

	fail_nth = ASSERT_OK(open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC));
	fd = prepare(c, arg);
	before = info_get(NULL, 0);
	fds = count_fds();
	step("%s, request %u of %u", c->name, nth, last);
	fail_request(nth);
	err = ioctl(fd, c->nr, arg) ? errno : 0;
	left = requests_left();
	if (!err) {
		c->undo(arg);
		return nth - left;
	}
	if (left || (err != ENOMEM && err != EFAULT && err != EAGAIN))
		FAIL("%s: %s", c->name, strerrorname_np(err));
	assert_holds(c, &before);
	ASSERT_EQ(count_fds(), fds);
	accepted(c, fd, arg, "when nothing fails");
	return nth;
}

/*
 * Every allocation and every copy from or to the caller fails once: the call
 * fails for that and has done nothing, or has done without. All but the last,
 * which is the answer: the struct was written once before anything was done, so
 * that only a caller who takes his own memory away meanwhile misses it.
 */
TEST(every_request_fails)
{
	static const char * const knobs[][2] = {
		{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/failslab/verbose", "0" },
		{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N" },
		{ "/sys/kernel/debug/fail_page_alloc/min-order", "0" },
		{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
		{ "/sys/kernel/debug/fail_usercopy/verbose", "0" },
	};
	unsigned int *made = shared(sizeof(*made)), last, failures = 0;

	if (access("/proc/self/fail-nth", W_OK))
		skip("this kernel injects no faults");
	for (size_t i = 0; i < ARRAY_SIZE(knobs); i++)
		ASSERT_OK(file_write(knobs[i][0], knobs[i][1]));
	for_each_call(c) {
		/*
		 * The first call of a user makes more requests than the others,
		 * and so does one that finds a slab empty: the least of some is
		 * what every call makes, the answer being its last.
		 */
		last = 1000;
		for (unsigned int i = 0; i < 4; i++) {
			CHILD
				*made = call_with_failure(c, 1000, 1000);
			last = *made < last ? *made : last;
		}
		ASSERT_GE(last, 3);
		for (unsigned int nth = 1; nth + LAST_REQUESTS <= last; nth++, failures++)
			CHILD
				call_with_failure(c, nth, last);
	}
	note("%u requests failed", failures);
}

TEST(unknown_calls)
{
	static const unsigned int known_last = 0x11, job_first = 0x40, job_last = 0x4b;
	char arg[ROOM];
	int fd = submit_cpu("/", 1, 1000);

	memset(arg, 0, sizeof(arg));
	for (unsigned int nr = 0; nr < 256; nr++) {
		if (nr > known_last)
			ASSERT_ERR(ioctl(dev(), _IO(AIOS_IOC_TYPE, nr), arg), ENOTTY);
		if (nr < job_first || nr > job_last)
			ASSERT_ERR(ioctl(fd, _IO(AIOS_IOC_TYPE, nr), arg), ENOTTY);
	}
}

/* The right number with another type, direction or size is another call. */
TEST(unknown_types)
{
	for_each_call(c) CHILD {
		char arg[ROOM];
		int fd = prepare(c, arg);
		unsigned int nr = _IOC_NR(c->nr);

		rejected(&(struct call){ c->name, _IO(1, nr), .why = -1 }, fd, arg, ENOTTY,
			 "type 1");
		rejected(&(struct call){ c->name, _IO(AIOS_IOC_TYPE + 1, nr), .why = -1 }, fd,
			 arg, ENOTTY, "the next type");
		rejected(&(struct call){ c->name, _IOC(_IOC_WRITE, AIOS_IOC_TYPE, nr, 8),
			 .why = -1 }, fd, arg, ENOTTY, "a direction");
		rejected(&(struct call){
			c->name, _IOC(_IOC_READ | _IOC_WRITE, AIOS_IOC_TYPE, nr, c->size),
			.why = -1 }, fd, arg, ENOTTY, "a direction and size");
		rejected(&(struct call){ c->name, c->nr | 1UL << 31, .why = -1 }, fd, arg,
			 ENOTTY, "bit 31");
		accepted(c, fd, arg, "its own number");
	}
}

TEST(other_files)
{
	char arg[ROOM];
	int null = ASSERT_OK(open("/dev/null", O_RDWR | O_CLOEXEC));

	memset(arg, 0, sizeof(arg));
	for_each_call(c)
		ASSERT_ERR(ioctl(null, c->nr, arg), ENOTTY);
}

/* What a file descriptor is not for. */
TEST(other_operations)
{
	int fd = submit_cpu("/", 1, 1000);
	uint64_t epoch;
	char buf[16];

	ASSERT_ERR(read(dev(), buf, sizeof(buf)), EINVAL);
	ASSERT_ERR(write(dev(), buf, sizeof(buf)), EINVAL);
	ASSERT_ERR(write(fd, buf, sizeof(buf)), EINVAL);
	ASSERT(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, dev(), 0) == MAP_FAILED);
	ASSERT_EQ(errno, ENODEV);
	ASSERT_ERR(read(fd, &epoch, sizeof(epoch) - 1), EINVAL);
	/* There is something to tell. */
	ASSERT_OK(job_signal(fd, AIOS_IOC_CANCEL, NULL));
	ASSERT_ERR(read(fd, unmapped(), sizeof(epoch)), EFAULT);
	ASSERT_EQ(read(fd, &epoch, sizeof(epoch)), sizeof(epoch));
	ASSERT_EQ(read(fd, &epoch, sizeof(epoch)), 0);
	close(fd);
}

TEST(descriptors_close_on_exec)
{
	struct aios_submit s = ask("/");
	int second;

	submit_ok(&s);
	second = job_open(s.id);
	ASSERT_OK(second);
	ASSERT_EQ(fcntl(s.fd, F_GETFD), FD_CLOEXEC);
	ASSERT_EQ(fcntl(second, F_GETFD), FD_CLOEXEC);
	close(second);
	close(s.fd);
}

/* No descriptor is left for the job: the call must leave no job either. */
TEST(out_of_descriptors)
{
	struct aios_submit s = ask("/");
	unsigned int held = jobs_held();
	int fds[4096];
	unsigned int nr = 0;

	dev();
	while (nr < ARRAY_SIZE(fds) && (fds[nr] = dup(0)) >= 0)
		nr++;
	ASSERT_LE(nr, ARRAY_SIZE(fds) - 1);
	ASSERT_EQ(errno, EMFILE);
	ASSERT_ERR(submit(&s), EMFILE);
	ASSERT_EQ(jobs_held(), held);
	close(fds[--nr]);
	submit_ok(&s);
	ASSERT_ERR(job_open(s.id), EMFILE);
	close(s.fd);
	while (nr)
		close(fds[--nr]);
}
