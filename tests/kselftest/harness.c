// SPDX-License-Identifier: GPL-2.0
/*
 * The harness of the kernel tests: runs the tests of the program that it is
 * linked into, one process each, and compares what the module holds before
 * and after. harness.h says what a test can use.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "calls.h"
#include "harness.h"

#define EXIT_SKIP	77
#define LIMIT_S		1200	/* a test that still runs hangs; below the HOUR of follow.c */
#define PATIENCE_S	300
#define SETTLE_MS	5000	/* what is still there after this patience has leaked */
#define SLAB_SLACK	512	/* slabinfo counts free objects in a CPU's slabs as active */
#define LEFT_MAX	64

const char *program;

static struct test *tests;
static struct test **tests_end = &tests;

/* What the running test asked to have removed; shared with it. */
static struct {
	unsigned int nr_groups;
	unsigned int nr_devices;
	char groups[LEFT_MAX][AIOS_PATH_MAX + 1];
	uint32_t devices[LEFT_MAX];
	char skipped[256];
	char step[256];
} *left;

void harness_add(struct test *t)
{
	*tests_end = t;
	tests_end = &t->next;
}

/* ------------------------------------------------------------- diagnostics */

static void vnote(const char *prefix, const char *fmt, va_list ap)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, ap);
	for (char *p = strtok(line, "\n"); p; p = strtok(NULL, "\n"))
		dprintf(STDOUT_FILENO, "# %s%s\n", prefix, p);
}

void note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vnote("", fmt, ap);
	va_end(ap);
}

void step(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(left->step, sizeof(left->step), fmt, ap);
	va_end(ap);
}

void fail_at(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	char prefix[128];
	va_list ap;

	snprintf(prefix, sizeof(prefix), "%s:%d: ", base ? base + 1 : file, line);
	va_start(ap, fmt);
	vnote(prefix, fmt, ap);
	va_end(ap);
	_exit(EXIT_FAILURE);
}

void skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(left->skipped, sizeof(left->skipped), fmt, ap);
	va_end(ap);
	_exit(EXIT_SKIP);
}

/* -------------------------------------------------------------------- time */

int scale(void)
{
	const char *s = getenv("KSELFTEST_SCALE");
	int n = s ? atoi(s) : 1;

	return n > 0 ? n : 1;
}

bool counted(void)
{
	return getenv("AIOS_ICOUNT");
}

long long patience_ns(unsigned int ms)
{
	return counted() ? ms * 1000000LL : PATIENCE_S * 1000000000LL;
}

long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

/* --------------------------------------------------------------- processes */

void become(uid_t uid)
{
	ASSERT_OK(setgroups(0, NULL));
	ASSERT_OK(setresgid(uid, uid, uid));
	ASSERT_OK(setresuid(uid, uid, uid));
	/* A change of user clears it, and /proc/self goes to root. */
	ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
}

bool child_begin(uid_t uid, const char *file, int line)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		fail_at(file, line, "fork: %s", strerror(errno));
	if (!pid) {
		dev_forget();
		if (uid)
			become(uid);
		return true;
	}
	status = reap(pid);
	if (status == EXIT_SKIP << 8)
		_exit(EXIT_SKIP);
	if (status)
		fail_at(file, line, "the child failed, status %#x", status);
	return false;
}

void child_end(void)
{
	_exit(EXIT_SUCCESS);
}

pid_t spawn(void (*fn)(void *arg), void *arg)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		fn(arg);
		_exit(EXIT_SUCCESS);
	}
	return pid;
}

int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			FAIL("waitpid(%d): %s", pid, strerror(errno));
	return status;
}

void reap_ok(pid_t pid)
{
	int status = reap(pid);

	if (status)
		FAIL("child %d: status %#x", pid, status);
}

void reap_signal(pid_t pid, int sig)
{
	int status = reap(pid);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		FAIL("child %d: status %#x, expected signal %d", pid, status, sig);
}

bool alive(pid_t pid)
{
	return !kill(pid, 0);
}

char process_state(pid_t pid)
{
	char path[64], text[512], *end, state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (!file_read(path, text, sizeof(text)))
		return 0;
	/* The name before it can hold anything. */
	end = strrchr(text, ')');
	return end && sscanf(end, ") %c", &state) == 1 ? state : 0;
}

bool asleep(pid_t pid)
{
	return process_state(pid) == 'S';
}

/* ------------------------------------------------------------------- files */

bool file_read(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	while (got < len - 1 && (n = read(fd, buf + got, len - 1 - got)) > 0)
		got += n;
	close(fd);
	if (n < 0)
		return false;
	if (got && buf[got - 1] == '\n')
		got--;
	buf[got] = '\0';
	return true;
}

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	err = errno;
	close(fd);
	errno = err;
	return n < 0 ? -1 : 0;
}

unsigned int count_directories(const char *path)
{
	unsigned int n = 0;
	struct dirent *e;
	DIR *d = opendir(path);

	if (!d)
		return 0;
	while ((e = readdir(d))) {
		char sub[4096];

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name);
		n += 1 + count_directories(sub);
	}
	closedir(d);
	return n;
}

unsigned int count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned int n = 0;

	ASSERT(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

void *shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT(p != MAP_FAILED);
	return p;
}

void *unmapped(void)
{
	void *p = shared(4096);

	ASSERT_OK(munmap(p, 4096));
	return p;
}

/* ------------------------------------------------------------ what is held */

void leave_group(const char *path)
{
	ASSERT(left->nr_groups < LEFT_MAX);
	strcpy(left->groups[left->nr_groups++], path);
}

void leave_device(uint32_t id)
{
	ASSERT(left->nr_devices < LEFT_MAX);
	left->devices[left->nr_devices++] = id;
}

/* Everything that must be after a test as it was before. */
struct held {
	unsigned int queued;
	unsigned int running;
	unsigned int groups;
	unsigned int devices;
	unsigned int user_jobs;
	unsigned int user_groups;
	unsigned int directories;
	unsigned long references;	/* to the module: one for each open file */
	unsigned long objects;		/* in the module's own slab caches */
	unsigned long taint;
};

static unsigned long slab_objects(void)
{
	FILE *f = fopen("/proc/slabinfo", "re");
	unsigned long n = 0, active;
	char line[512];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "aios%*s %lu", &active) == 1)
			n += active;
	fclose(f);
	return n;
}

static unsigned long file_number(const char *path)
{
	char text[64];

	return file_read(path, text, sizeof(text)) ? strtoul(text, NULL, 10) : 0;
}

static struct held held_now(void)
{
	char root[4096];
	struct aios_info info = info_get(root, sizeof(root));

	dev_forget();
	return (struct held) {
		.queued = info.nr_queued,
		.running = info.nr_running,
		.groups = info.nr_groups,
		.devices = info.nr_devices,
		.user_jobs = info.user_jobs,
		.user_groups = info.user_groups,
		.directories = count_directories(root),
		.references = file_number("/sys/module/aios/refcnt"),
		.objects = slab_objects(),
		.taint = file_number("/proc/sys/kernel/tainted"),
	};
}

static bool held_equal(const struct held *a, const struct held *b)
{
	return a->queued == b->queued && a->running == b->running &&
	       a->groups == b->groups && a->devices == b->devices &&
	       a->user_jobs == b->user_jobs && a->user_groups == b->user_groups &&
	       a->directories == b->directories &&
	       a->references == b->references && a->taint == b->taint &&
	       a->objects <= b->objects + SLAB_SLACK;
}

static void held_print(const char *when, const struct held *h)
{
	note("%s: %u queued, %u running, %u groups, %u devices, user %u jobs %u groups", when,
	     h->queued, h->running, h->groups, h->devices, h->user_jobs, h->user_groups);
	note("%s: %u directories, %lu references, %lu objects, taint %#lx", when,
	     h->directories, h->references, h->objects, h->taint);
}

/* Where the kernel holds a process that does not die. */
static void print_stack(pid_t pid)
{
	char path[64], text[2048];

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	if (file_read(path, text, sizeof(text)))
		note("process %d is stuck:\n%s", pid, text);
}

/* Kills the children of this process; whether it has any. */
static bool kill_children(bool late)
{
	DIR *proc = opendir("/proc");
	bool found = false;
	struct dirent *e;

	ASSERT(proc);
	while ((e = readdir(proc))) {
		char path[300], text[512], *end;
		pid_t pid = atoi(e->d_name);
		int parent;

		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		if (pid <= 0 || !file_read(path, text, sizeof(text)))
			continue;
		end = strrchr(text, ')');
		if (!end || sscanf(end, ") %*c %d", &parent) != 1 || parent != getpid())
			continue;
		found = true;
		kill(pid, SIGKILL);
		if (late)
			print_stack(pid);
	}
	closedir(proc);
	return found;
}

/* End every process that the test left, also those that daemonised. */
static void end_descendants(void)
{
	long long end = now_ns() + patience_ns(SETTLE_MS);

	for (;;) {
		bool late = now_ns() > end;

		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (!kill_children(late))
			return;
		if (late) {
			dprintf(STDOUT_FILENO, "Bail out! a process cannot be killed\n");
			exit(2);
		}
		sleep_ms(5);
	}
}

static struct aios_policy policy_now(void)
{
	struct aios_policy p = { .size = sizeof(p) };

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	dev_forget();
	return p;
}

/* What a failed test did not get to put back must not fail the next one. */
static void policy_restore(struct aios_policy p)
{
	p.flags = AIOS_POLICY_FLAGS;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	dev_forget();
}

static void remove_left(void)
{
	/* Fails for what is gone, and for what a job's end still keeps busy. */
	for (unsigned int i = left->nr_groups; i--;)
		group_remove(left->groups[i]);
	for (unsigned int i = left->nr_devices; i--;)
		device_remove(left->devices[i]);
	dev_forget();
}

static bool leaked(const struct held *before)
{
	long long end = now_ns() + patience_ns(SETTLE_MS);
	struct held after;
	bool equal;

	do {
		remove_left();
		after = held_now();
		equal = held_equal(&after, before);
		if (!equal)
			sleep_ms(20);
	} while (!equal && now_ns() < end);
	left->nr_groups = 0;
	left->nr_devices = 0;
	if (equal)
		return false;
	held_print("before", before);
	held_print("after ", &after);
	return true;
}

/* ---------------------------------------------------------------- the tests */

static int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static void kmsg_print(int fd)
{
	char record[8192];
	unsigned int lines = 0;
	ssize_t n;

	while (fd >= 0 && lines < 40 &&
	       ((n = read(fd, record, sizeof(record) - 1)) > 0 || errno == EPIPE)) {
		char *text;

		if (n < 0)
			continue;
		record[n] = '\0';
		record[strcspn(record, "\n")] = '\0';
		text = strchr(record, ';');
		note("log: %s", text ? text + 1 : record);
		lines++;
	}
}

/* The wait status of the test's process, or -1 after its time limit. */
static int run_limited(const struct test *t)
{
	long long end = now_ns() + LIMIT_S * 1000000000LL;
	int status;
	pid_t pid = fork();

	if (pid < 0)
		FAIL("fork: %s", strerror(errno));
	if (!pid) {
		t->fn();
		_exit(EXIT_SUCCESS);
	}
	/* Orphans come here as well; only the test's own end counts. */
	for (;;) {
		pid_t got = waitpid(-1, &status, WNOHANG);

		if (got == pid)
			return status;
		if (got > 0)
			continue;
		if (now_ns() > end) {
			note("still running after %u s", LIMIT_S);
			return -1;
		}
		sleep_ms(2);
	}
}

static bool run_test(const struct test *t, unsigned int nr)
{
	struct aios_policy policy = policy_now();
	struct held before = held_now();
	int kmsg = kmsg_open();
	int status;
	bool ok;

	left->skipped[0] = '\0';
	left->step[0] = '\0';
	status = run_limited(t);
	if (WIFSIGNALED(status) && status != -1)
		note("ended by signal %d", WTERMSIG(status));
	end_descendants();
	policy_restore(policy);
	ok = status == 0 || status == EXIT_SKIP << 8;
	if (leaked(&before)) {
		note("the module does not hold what it held before");
		ok = false;
	}
	if (!ok && left->step[0])
		note("step: %s", left->step);
	if (!ok)
		kmsg_print(kmsg);
	close(kmsg);
	dprintf(STDOUT_FILENO, "%s %u - %s%s%s\n", ok ? "ok" : "not ok", nr, t->name,
		left->skipped[0] ? " # SKIP " : "", left->skipped);
	return ok;
}

/* Usage: PROGRAM [TEST]...: run the named tests, or all. */
int main(int argc, char **argv)
{
	unsigned int nr = 0, failed = 0;

	program = argv[0];
	left = shared(sizeof(*left));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* What the udev rule does for a group, for whoever the tests become. */
	if (chmod("/dev/" AIOS_DEVICE_NAME, 0666)) {
		dprintf(STDOUT_FILENO, "Bail out! /dev/%s: %s\n", AIOS_DEVICE_NAME,
			strerror(errno));
		return EXIT_FAILURE;
	}
	dprintf(STDOUT_FILENO, "TAP version 13\n");
	for (struct test *t = tests; t; t = t->next) {
		bool wanted = argc < 2;

		for (int i = 1; i < argc; i++)
			wanted |= !strcmp(argv[i], t->name);
		if (wanted && !run_test(t, ++nr))
			failed++;
	}
	dprintf(STDOUT_FILENO, "1..%u\n", nr);
	return failed || !nr;
}
