// SPDX-License-Identifier: GPL-2.0
/*
 * A fuzzer of the calls, as root in a virtual machine of the kernel "debug": AFL++
 * chooses the inputs (input.h), and what they reach of the module, as KCOV tells it,
 * guides it.
 *
 *   fuzz			as a target of AFL++
 *   fuzz [-v] FILE...		those inputs, with -v each call
 *   fuzz -n COUNT		so many pseudo-random ones
 *
 * Each input runs in a process of its own. What it leaves behind is taken away
 * afterwards; that the module then does what it should is asked each time, and the
 * kernel's log is read. A complaint ends it with a signal, for which afl-fuzz keeps
 * the input. The input is also in $AIOS_FUZZ_OUT/now before it runs, where a panic
 * leaves it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/aios.h>
#include <linux/kcov.h>

#include "execute.h"
#include "input.h"

/* What afl-compiler-rt.o has, if it is linked. */
extern uint8_t *__afl_area_ptr __attribute__((weak));
int __afl_persistent_loop(unsigned int count) __attribute__((weak));
void __afl_manual_init(void) __attribute__((weak));
/* By this afl-fuzz knows that one process runs many inputs. */
__attribute__((used)) static const char persistent[] = "##SIG_AFL_PERSISTENT##";

#define MAP_SIZE	65536	/* AFL's */
#define COVER		(1U << 16)	/* addresses of a process */
#define REMOTE		(1U << 14)	/* of the workers, in a turn */
#define HANDLE		0x61696f73

#define INPUT_MS	2000	/* what hangs so long is ended */
#define SETTLE_MS	10000	/* until what has ended is gone */
#define RELOAD_EVERY	1000	/* inputs; no state lasts longer */

/* Of this process; the counters are shared with those that run inputs. */
static struct {
	int out;			/* directory, or -1 */
	int log;			/* the kernel's */
	unsigned long text;		/* where the module begins */
	unsigned long *cover;		/* of the process that calls */
	unsigned long *remote;
	int cover_fd, remote_fd;
	uint64_t *calls;
	uint64_t inputs;
	uint64_t last_job;
	bool tell;
	uint8_t reached[MAP_SIZE];
	unsigned int nr_reached;
} fuzz = { .out = -1, .log = -1, .cover_fd = -1, .remote_fd = -1 };

__attribute__((format(printf, 1, 2), noreturn))
static void found(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("fuzz: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	abort();
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

/* The low numbers are for what inputs open. */
static int high(int fd)
{
	int moved;

	if (fd < 0)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, INPUT_FD_FIRST + INPUT_FDS);
	if (moved < 0)
		found("descriptors: %s", strerror(errno));
	close(fd);
	return moved;
}

/* ---------------------------------------------------------------- coverage */

static int kcov_open(unsigned long **area, unsigned long words)
{
	int fd = high(open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC));

	if (fd < 0)
		return -1;
	if (ioctl(fd, KCOV_INIT_TRACE, words))
		found("KCOV: %s", strerror(errno));
	*area = mmap(NULL, words * sizeof(**area), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*area == MAP_FAILED)
		found("KCOV: %s", strerror(errno));
	return fd;
}

/* What children inherit has the workers count for this process. */
static void coverage_setup(void)
{
	struct kcov_remote_arg remote = {
		.trace_mode = KCOV_TRACE_PC,
		.area_size = REMOTE,
		.common_handle = KCOV_SUBSYSTEM_COMMON | HANDLE,
	};

	fuzz.cover_fd = kcov_open(&fuzz.cover, COVER);
	if (fuzz.cover_fd < 0)
		return;
	fuzz.remote_fd = kcov_open(&fuzz.remote, REMOTE);
	if (ioctl(fuzz.remote_fd, KCOV_REMOTE_ENABLE, &remote))
		found("KCOV of the workers: %s", strerror(errno));
}

/* The module's own addresses change when it is loaded again. */
static void text_find(void)
{
	char line[64] = "";
	FILE *f = fopen("/sys/module/aios/sections/.text", "r");

	if (!f || !fgets(line, sizeof(line), f))
		found("the module is not loaded");
	fclose(f);
	fuzz.text = strtoul(line, NULL, 16);
}

static void count(unsigned long *area)
{
	unsigned long n = __atomic_exchange_n(area, 0, __ATOMIC_RELAXED);
	unsigned long before = 0;

	for (unsigned long i = 1; i <= n; i++) {
		unsigned long at = (area[i] - fuzz.text) * 0x9e3779b97f4a7c15ULL >> 48;

		if (!fuzz.reached[at]) {
			fuzz.reached[at] = 1;
			fuzz.nr_reached++;
		}
		if (&__afl_area_ptr)
			__afl_area_ptr[(at ^ before) % MAP_SIZE]++;
		before = at >> 1;
	}
}

/* ----------------------------------------------------------------- the module */

static int command(const char *line)
{
	int status = system(line);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void reload(void)
{
	uint64_t end = now_ms() + SETTLE_MS;

	while (command("rmmod aios 2>/dev/null"))
		if (now_ms() > end)
			found("the module cannot be removed");
	if (command("insmod \"$AIOS_MODULE\" history=64"))
		found("the module cannot be loaded again");
	text_find();
	fuzz.last_job = 0;
}

/* A job of root's for nothing is always taken: the number that it gets. */
static uint64_t probe(int device)
{
	struct aios_submit s = { .size = sizeof(s), .weight = 1, .cgroup_fd = -1 };
	struct aios_signal cancel = { .size = sizeof(cancel) };

	if (ioctl(device, AIOS_IOC_SUBMIT, &s))
		found("root's SUBMIT: %s, why %u", strerror(errno), s.why.code);
	if (ioctl(s.fd, AIOS_IOC_CANCEL, &cancel))
		found("root's CANCEL: %s", strerror(errno));
	close(s.fd);
	return s.id;
}

static void cancel_jobs(int device, uint64_t first, uint64_t last)
{
	for (uint64_t id = first; id < last; id++) {
		struct aios_job_open o = { .size = sizeof(o), .id = id };
		struct aios_signal cancel = { .size = sizeof(cancel) };

		if (ioctl(device, AIOS_IOC_JOB_OPEN, &o))
			continue;
		/* It may have ended. */
		ioctl(o.fd, AIOS_IOC_CANCEL, &cancel);
		close(o.fd);
	}
}

static void clean(void)
{
	int device = open("/dev/" AIOS_DEVICE_NAME, O_RDWR | O_CLOEXEC);
	uint64_t job;

	if (device < 0)
		found("the device: %s", strerror(errno));
	job = probe(device);
	if (fuzz.last_job)
		cancel_jobs(device, fuzz.last_job + 1, job);
	fuzz.last_job = job;
	close(device);
}

/* The first line of a complaint of the kernel's. */
static void read_log(void)
{
	static const char *const complaints[] = {
		"BUG:", "WARNING:", "KASAN", "UBSAN", "Oops", "lockdep", "refcount_t:", "hung_task",
	};
	char record[8192];
	ssize_t n;

	while ((n = read(fuzz.log, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (n < 0)
			continue;
		record[n] = '\0';
		for (size_t i = 0; i < sizeof(complaints) / sizeof(*complaints); i++)
			if (strstr(record, complaints[i]))
				found("the kernel complained: %s", record);
	}
}

/* ------------------------------------------------------------------ one input */

static void keep(const uint8_t *input, size_t len)
{
	int fd;

	if (fuzz.out < 0)
		return;
	fd = openat(fuzz.out, "now", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, input, len) != (ssize_t)len)
		found("cannot write now: %s", strerror(errno));
	close(fd);
}

static void run_child(const uint8_t *input, size_t len)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	close_range(INPUT_FD_FIRST, INPUT_FD_FIRST + INPUT_FDS - 1, 0);
	if (fuzz.cover_fd >= 0 && ioctl(fuzz.cover_fd, KCOV_ENABLE, KCOV_TRACE_PC))
		_exit(2);
	execute(input, len, fuzz.calls, fuzz.tell);
	_exit(0);
}

/* Processes that it made are this one's children then. */
static void reap(pid_t pid)
{
	uint64_t end = now_ms() + INPUT_MS;
	bool killed = false;
	int status;
	pid_t got;

	while ((got = waitpid(pid, &status, WNOHANG)) != pid) {
		if (now_ms() > end + SETTLE_MS)
			found("a process cannot be killed");
		if (!killed && now_ms() > end) {
			kill(-pid, SIGKILL);
			killed = true;
		}
		usleep(200);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		found("KCOV: another process counts");
	kill(-pid, SIGKILL);
	end = now_ms() + SETTLE_MS;
	while ((got = waitpid(-1, &status, WNOHANG)) >= 0) {
		if (!got)
			usleep(200);
		if (now_ms() > end)
			found("a child cannot be killed");
	}
}

static void one_input(const uint8_t *input, size_t len)
{
	pid_t pid;

	keep(input, len);
	pid = fork();
	if (pid < 0)
		found("fork: %s", strerror(errno));
	if (!pid)
		run_child(input, len);
	reap(pid);
	clean();
	if (fuzz.cover_fd >= 0) {
		count(fuzz.cover);
		count(fuzz.remote);
	}
	read_log();
	if (++fuzz.inputs % RELOAD_EVERY == 0)
		reload();
}

/* --------------------------------------------------------------------- inputs */

/* How far it has come, for a curve: seconds, inputs, calls, places reached. */
static void note(void)
{
	static uint64_t next, first;
	uint64_t now = now_ms();
	int fd;

	if (!first)
		first = now;
	if (fuzz.out < 0 || now < next)
		return;
	next = now + 10000;
	fd = openat(fuzz.out, "curve", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	dprintf(fd, "%llu %llu %llu %u\n", (unsigned long long)(now - first) / 1000,
		(unsigned long long)fuzz.inputs, (unsigned long long)*fuzz.calls,
		fuzz.nr_reached);
	close(fd);
}

static void run_afl(void)
{
	static uint8_t input[INPUT_MAX];
	ssize_t len;

	while (__afl_persistent_loop(1U << 30)) {
		len = read(STDIN_FILENO, input, sizeof(input));
		if (len > 0)
			one_input(input, len);
		note();
	}
}

static void run_file(const char *path)
{
	static uint8_t input[INPUT_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, input, sizeof(input));

	if (len < 0) {
		fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	close(fd);
	if (fuzz.tell)
		fprintf(stderr, "%s\n", path);
	one_input(input, len);
	note();
}

static void run_random(unsigned long inputs)
{
	static uint8_t input[4096];
	uint64_t x = 88172645463325252ULL;

	while (inputs--) {
		for (size_t i = 0; i < sizeof(input); i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			/* Small numbers and zeros are what calls take. */
			input[i] = x >> 60 < 10 ? 0 : (uint8_t)(x >> 32) & (x >> 59 & 1 ? 255 : 7);
		}
		one_input(input, sizeof(input));
		note();
	}
}

static void setup(void)
{
	const char *out = getenv("AIOS_FUZZ_OUT");

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fuzz.calls = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fuzz.calls == MAP_FAILED || execute_setup())
		found("cannot begin: is aios loaded?");
	fuzz.log = high(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
	lseek(fuzz.log, 0, SEEK_END);
	if (out)
		fuzz.out = high(open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	coverage_setup();
	text_find();
}

int main(int argc, char **argv)
{
	int i = 1;

	if (&__afl_area_ptr && argc == 1)
		__afl_manual_init();
	setup();
	if (argc == 1) {
		if (!&__afl_area_ptr) {
			fputs("usage: fuzz [-v] FILE... | fuzz -n COUNT\n", stderr);
			return 2;
		}
		run_afl();
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "-n")) {
		run_random(strtoul(argv[2], NULL, 10));
		i = argc;
	}
	if (i < argc && !strcmp(argv[i], "-v")) {
		fuzz.tell = true;
		i++;
	}
	for (; i < argc; i++)
		run_file(argv[i]);
	printf("%llu inputs, %llu calls, %u places reached\n", (unsigned long long)fuzz.inputs,
	       (unsigned long long)*fuzz.calls, fuzz.nr_reached);
	return 0;
}
