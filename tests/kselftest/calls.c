// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of /dev/aios for the kernel tests: fills the structs in, poisons
 * what the module must write, and hands back what it wrote.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "calls.h"
#include "harness.h"

#define CGROUP_MOUNT	"/sys/fs/cgroup"

static int device = -1;

int dev(void)
{
	if (device < 0)
		device = ASSERT_OK(open("/dev/" AIOS_DEVICE_NAME, O_RDWR | O_CLOEXEC));
	return device;
}

void dev_forget(void)
{
	if (device >= 0)
		close(device);
	device = -1;
}

static uint64_t pointer(const void *p)
{
	return (uintptr_t)p;
}

/* -------------------------------------------------------------------- info */

void cgroup_path(const char *given, char *path, size_t len)
{
	if (strncmp(given, CGROUP_MOUNT, strlen(CGROUP_MOUNT)))
		snprintf(path, len, CGROUP_MOUNT "%s%s", given[0] == '/' ? "" : "/", given);
	else
		snprintf(path, len, "%s", given);
}

struct aios_info info_get(char *root, size_t len)
{
	struct aios_info info;
	char given[4000];

	memset(&info, POISON, sizeof(info));
	info.size = sizeof(info);
	info.resources = 0;
	info.nr_resources = 0;
	info.resource_size = sizeof(struct aios_resource_info);
	info.cgroup_root = root ? pointer(given) : 0;
	info.cgroup_root_len = root ? sizeof(given) : 0;
	info.reserved = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &info));
	if (root)
		cgroup_path(given, root, len);
	return info;
}

struct aios_resource_info resource_get(unsigned int id)
{
	struct aios_resource_info table[AIOS_RESOURCE_MAX];
	struct aios_info info = { .size = sizeof(info) };

	memset(table, POISON, sizeof(table));
	info.resources = pointer(table);
	info.nr_resources = ARRAY_SIZE(table);
	info.resource_size = sizeof(table[0]);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &info));
	for (unsigned int i = 0; i < info.nr_resources && i < ARRAY_SIZE(table); i++)
		if (table[i].id == id)
			return table[i];
	FAIL("resource %u is not in the table", id);
}

unsigned int jobs_held(void)
{
	struct aios_info info = info_get(NULL, 0);

	return info.nr_queued + info.nr_running;
}

/* ------------------------------------------------------------------ submit */

struct aios_submit ask(const char *group)
{
	struct aios_submit s = { .size = sizeof(s) };

	s.group = pointer(group);
	s.group_len = group ? strlen(group) : 0;
	s.weight = AIOS_WEIGHT_DEFAULT;
	s.cgroup_fd = -1;
	memset(&s.id, POISON, offsetof(struct aios_submit, depends) -
	       offsetof(struct aios_submit, id));
	return s;
}

void want(struct aios_submit *s, unsigned int resource, uint64_t request, uint64_t limit)
{
	s->resource_mask |= 1U << resource;
	s->request[resource] = request;
	s->limit[resource] = limit;
}

void ask_name(struct aios_submit *s, const char *name)
{
	s->name = pointer(name);
	s->name_len = strlen(name);
}

int submit(struct aios_submit *s)
{
	return ioctl(dev(), AIOS_IOC_SUBMIT, s);
}

int submit_ok(struct aios_submit *s)
{
	if (submit(s))
		FAIL("SUBMIT: %s, why %u resource %u group %llu asked %llu available %llu",
		     strerror(errno), s->why.code, s->why.resource, s->why.group,
		     s->why.asked, s->why.available);
	ASSERT_GE(s->fd, 0);
	return s->fd;
}

int submit_cpu(const char *group, uint64_t request, uint64_t limit)
{
	struct aios_submit s = ask(group);

	want(&s, AIOS_RESOURCE_CPU, request, limit);
	return submit_ok(&s);
}

/* --------------------------------------------------------------- job calls */

int job_open(uint64_t id)
{
	struct aios_job_open o = { .size = sizeof(o), .id = id, .fd = -2 };

	if (ioctl(dev(), AIOS_IOC_JOB_OPEN, &o))
		return -1;
	ASSERT_GE(o.fd, 0);
	return o.fd;
}

struct aios_stat job_stat_names(int job, char *name, char *cgroup, char *group)
{
	struct aios_stat s;

	memset(&s, POISON, sizeof(s));
	s.size = sizeof(s);
	s.name = pointer(name);
	s.name_room = name ? AIOS_NAME_MAX + 1 : 0;
	s.cgroup = pointer(cgroup);
	s.cgroup_room = cgroup ? 4000 : 0;
	s.group_path = pointer(group);
	s.group_room = group ? AIOS_PATH_MAX + 1 : 0;
	s.depends = 0;
	s.gang = 0;
	ASSERT_OK(ioctl(job, AIOS_IOC_STAT, &s));
	return s;
}

struct aios_stat job_stat(int job)
{
	return job_stat_names(job, NULL, NULL, NULL);
}

uint32_t job_state(int job)
{
	return job_stat(job).state;
}

int job_enter_until(int job, long long timeout_ns, struct aios_why *why)
{
	struct aios_enter e = { .size = sizeof(e), .timeout_ns = timeout_ns };
	int ret;

	memset(&e.why, POISON, sizeof(e.why));
	ret = ioctl(job, AIOS_IOC_ENTER, &e);
	if (why)
		*why = e.why;
	return ret;
}

int job_enter(int job, struct aios_why *why)
{
	return job_enter_until(job, 0, why);
}

int job_wait(int job, uint32_t state_mask, long long timeout_ns, struct aios_wait *w)
{
	memset(w, POISON, sizeof(*w));
	w->size = sizeof(*w);
	w->flags = 0;
	w->timeout_ns = timeout_ns;
	w->state_mask = state_mask;
	return ioctl(job, AIOS_IOC_WAIT, w);
}

struct aios_wait job_wait_end(int job)
{
	struct aios_wait w;

	ASSERT_OK(job_wait(job, 0, now_ns() + patience_ns(10000), &w));
	ASSERT_GE(w.state, AIOS_STATE_DONE);
	return w;
}

void job_wait_state(int job, uint32_t state)
{
	struct aios_wait w;

	if (job_wait(job, 1U << state, now_ns() + patience_ns(5000), &w)) {
		struct aios_stat s;
		int err = errno;

		s = job_stat(job);
		FAIL("waiting for state %u: %s; state %u, why %u resource %u group %llu",
		     state, strerror(err), s.state, s.why.code, s.why.resource,
		     s.why.group);
	}
	if (w.state != state)
		FAIL("state %u, end %u, code %u, expected state %u", w.state, w.end,
		     w.code, state);
}

int job_signal(int job, unsigned long call, struct aios_why *why)
{
	struct aios_signal s = { .size = sizeof(s) };
	int ret;

	memset(&s.why, POISON, sizeof(s.why));
	ret = ioctl(job, call, &s);
	if (why)
		*why = s.why;
	return ret;
}

struct aios_update job_update_args(void)
{
	struct aios_update u = { .size = sizeof(u) };

	memset(&u.why, POISON, sizeof(u.why));
	return u;
}

/* ----------------------------------------------------------------- workers */

pid_t job_launch(int job, void (*fn)(void *arg), void *arg)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		struct aios_why why;

		if (job_enter(job, &why))
			FAIL("ENTER: %s, why %u asked %llu", strerror(errno), why.code,
			     why.asked);
		fn(arg);
		_exit(EXIT_SUCCESS);
	}
	return pid;
}

pid_t job_start(int job, void (*fn)(void *arg), void *arg)
{
	pid_t pid = job_launch(job, fn, arg);

	job_wait_state(job, AIOS_STATE_RUNNING);
	return pid;
}

void job_finish(int job, pid_t pid)
{
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	reap(pid);
	job_wait_end(job);
	close(job);
}

void work_sleep(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

void work_nap(void *ms)
{
	sleep_ms((unsigned int)(long)ms);
}

void work_spin(void *unused)
{
	(void)unused;
	/* Instructions that an emulator has nothing to do for: where it counts them, time flies. */
	for (;;)
		__asm__ volatile(".rept 256; nop; .endr");
}

static void *spin_thread(void *unused)
{
	work_spin(unused);
	return NULL;
}

void work_spin_two(void *unused)
{
	pthread_t thread;

	ASSERT_EQ(pthread_create(&thread, NULL, spin_thread, NULL), 0);
	work_spin(unused);
}

void work_exit(void *status)
{
	_exit((int)(long)status);
}

void work_hog(void *mib)
{
	size_t size = (long)mib * MIB;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	ASSERT(p != MAP_FAILED);
	for (size_t i = 0; i < size; i += 4096)
		p[i] = 1;
	work_sleep(NULL);
}

/* ------------------------------------------------------------ cgroup files */

void job_directory(int job, char *path, size_t len)
{
	char given[4000];

	given[0] = '\0';
	job_stat_names(job, NULL, given, NULL);
	ASSERT(given[0]);
	cgroup_path(given, path, len);
}

bool cg_read(const char *directory, const char *file, char *buf, size_t len)
{
	char path[8192];

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	return file_read(path, buf, len);
}

uint64_t cg_number(const char *directory, const char *file)
{
	char text[256];

	if (!cg_read(directory, file, text, sizeof(text)))
		FAIL("%s/%s: %s", directory, file, strerror(errno));
	return strcmp(text, "max") ? strtoull(text, NULL, 10) : AIOS_UNLIMITED;
}

uint64_t cg_field(const char *directory, const char *file, const char *field)
{
	char text[4096];

	if (!cg_read(directory, file, text, sizeof(text)))
		FAIL("%s/%s: %s", directory, file, strerror(errno));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, field, strlen(field)) && line[strlen(field)] == ' ')
			return strtoull(line + strlen(field), NULL, 10);
	FAIL("%s/%s has no %s", directory, file, field);
}

uint64_t cg_cpu_max(const char *directory)
{
	unsigned long long quota, period;
	char text[64];

	ASSERT(cg_read(directory, "cpu.max", text, sizeof(text)));
	if (sscanf(text, "%llu %llu", &quota, &period) == 2)
		return quota * 1000 / period;
	ASSERT(!strncmp(text, "max ", 4));
	return AIOS_UNLIMITED;
}

uint64_t all_cpus(void)
{
	return resource_get(AIOS_RESOURCE_CPU).capacity;
}

/* A dry run answers by what holds after all pending decisions. */
void decided(void)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, 1, 1);
	s.flags = AIOS_SUBMIT_DRY_RUN;
	ASSERT_OK(submit(&s));
}

void decided_and_queued(int job)
{
	ASSERT_SOON(job_stat(job).flags & AIOS_JOB_READY, 2000);
	decided();
	ASSERT_EQ(job_state(job), AIOS_STATE_QUEUED);
}

void another_job(void)
{
	struct aios_submit s = ask("/");
	int job = submit_ok(&s);

	reap_ok(job_launch(job, work_exit, NULL));
	job_wait_end(job);
	close(job);
}

struct queued queued_start(struct aios_submit *s)
{
	struct queued q = { .job = submit_ok(s) };

	q.pid = job_launch(q.job, work_sleep, NULL);
	ASSERT_SOON(job_stat(q.job).flags & AIOS_JOB_READY ||
		    job_state(q.job) != AIOS_STATE_QUEUED, 3000);
	decided();
	return q;
}

void queued_waits(const struct queued *q, unsigned int code)
{
	struct aios_stat s;

	decided();
	s = job_stat(q->job);
	ASSERT_EQ(s.state, AIOS_STATE_QUEUED);
	ASSERT_EQ(s.why.code, code);
}

void queued_finish(struct queued *q)
{
	job_finish(q->job, q->pid);
}

/* ------------------------------------------------------------------ groups */

int group_create(const char *path, uid_t uid, gid_t gid, unsigned int mode,
		 struct aios_why *why)
{
	struct aios_group_create c = { .size = sizeof(c) };
	int ret;

	c.path = pointer(path);
	c.path_len = strlen(path);
	c.weight = AIOS_WEIGHT_DEFAULT;
	c.uid = uid;
	c.gid = gid;
	c.mode = mode;
	memset(&c.id, POISON, sizeof(c) - offsetof(struct aios_group_create, id));
	ret = ioctl(dev(), AIOS_IOC_GROUP_CREATE, &c);
	if (why)
		*why = c.why;
	return ret;
}

int group_remove_why(const char *path, struct aios_why *why)
{
	struct aios_group_remove r = { .size = sizeof(r) };
	int ret;

	r.path = pointer(path);
	r.path_len = strlen(path);
	memset(&r.why, POISON, sizeof(r.why));
	ret = ioctl(dev(), AIOS_IOC_GROUP_REMOVE, &r);
	if (why)
		*why = r.why;
	return ret;
}

int group_remove(const char *path)
{
	return group_remove_why(path, NULL);
}

uint64_t group_make(const char *path)
{
	struct aios_group_stat g;

	ASSERT_OK(group_create(path, 0, 0, 0777, NULL));
	leave_group(path);
	ASSERT_OK(group_stat(path, &g));
	return g.id;
}

int group_policy(const char *path, unsigned int flags, unsigned int policy,
		 struct aios_policy *p)
{
	*p = (struct aios_policy){
		.size = sizeof(*p), .flags = flags, .policy = policy,
		.path = (uintptr_t)path, .path_len = strlen(path),
		.quantum_ns = 5000000,
	};
	return ioctl(dev(), AIOS_IOC_POLICY, p);
}

int group_stat(const char *path, struct aios_group_stat *g)
{
	memset(g, POISON, sizeof(*g));
	g->size = sizeof(*g);
	g->flags = 0;
	g->path = pointer(path);
	g->path_len = strlen(path);
	g->full_path = 0;
	g->name_room = 0;
	g->reserved = 0;
	return ioctl(dev(), AIOS_IOC_GROUP_STAT, g);
}

struct aios_queueing queueing(const char *path, unsigned int servers)
{
	struct aios_queueing q;

	memset(&q, POISON, sizeof(q));
	q.size = sizeof(q);
	q.flags = 0;
	q.path = pointer(path);
	q.path_len = strlen(path);
	q.servers = servers;
	q.reserved = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_QUEUEING, &q));
	return q;
}

struct aios_limit limit_args(const char *path)
{
	struct aios_limit l;

	memset(&l, POISON, sizeof(l));
	l.size = sizeof(l);
	l.flags = 0;
	l.path = pointer(path);
	l.path_len = strlen(path);
	l.resource_mask = 0;
	l.id = 0;
	l.weight = 0;
	return l;
}

int limit_set(const char *path, unsigned int resource, uint64_t value)
{
	struct aios_limit l = limit_args(path);

	l.resource_mask = 1U << resource;
	l.limit[resource] = value;
	return ioctl(dev(), AIOS_IOC_LIMIT, &l);
}

struct aios_limit limit_get(const char *path)
{
	struct aios_limit l = limit_args(path);

	ASSERT_OK(ioctl(dev(), AIOS_IOC_LIMIT, &l));
	return l;
}

/* ----------------------------------------------------------------- devices */

int device_add(const char *name, uint64_t memory, uint32_t *id)
{
	struct aios_device d = { .size = sizeof(d) };

	d.flags = AIOS_DEVICE_DECLARED;
	d.memory = memory;
	d.milli = 1000;
	strcpy(d.name, name);
	if (ioctl(dev(), AIOS_IOC_DEVICE_ADD, &d))
		return -1;
	leave_device(d.id);
	*id = d.id;
	return 0;
}

int device_remove(uint32_t id)
{
	struct aios_device d = { .size = sizeof(d), .id = id };

	return ioctl(dev(), AIOS_IOC_DEVICE_REMOVE, &d);
}

int device_get(uint32_t id, struct aios_device *d)
{
	memset(d, POISON, sizeof(*d));
	d->size = sizeof(*d);
	d->flags = 0;
	d->id = id;
	d->reserved = 0;
	return ioctl(dev(), AIOS_IOC_DEVICE_GET, d);
}

uint32_t device_make(const char *name, uint64_t memory)
{
	uint32_t id;

	ASSERT_OK(device_add(name, memory, &id));
	return id;
}
