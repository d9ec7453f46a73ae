// SPDX-License-Identifier: GPL-2.0
/*
 * A fuzzer of the calls, as root in a virtual machine: inputs (input.h) are made from those
 * that reached something new of the module (mutate.h, cover.h), by what the header says of the
 * calls.
 *
 *   fuzz [-c CALLS] [-s SECONDS] [-r SEED] [-o DIR] [DIRECTORY]...
 *	until so many calls are made or so much time is over, from the inputs in those
 *	directories. They are run first, and where both are 0 nothing else is.
 *   fuzz -v FILE...
 *	those inputs, with each call told
 *
 * Many inputs run in one process, a batch in few; what a batch leaves behind is taken away,
 * and the module asked whether it does what it should (machine.h). A batch is in DIR/now
 * before it runs, where a panic leaves it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cover.h"
#include "execute.h"
#include "machine.h"
#include "mutate.h"

#define BATCH		64	/* inputs */
#define STALL_MS	1000	/* a process that makes no call in this time is ended */
#define SETTLE_MS	60000	/* until what has ended is gone */
#define RELOAD_EVERY	150	/* batches */
#define NOTE_MS		10000

/* How a file of many inputs begins; its length precedes each. */
struct file_head {
	char magic[8];
	uint64_t calls;			/* before the first input */
};

static const struct file_head file_head = { .magic = "AIOSFUZ1" };

/* What the processes of a batch share with this one. */
struct shared {
	struct executed executed;
	uint32_t at;		/* the input that runs */
	uint32_t useful[BATCH];	/* as execute() returns */
};

static struct {
	struct shared *shared;
	struct bytes batch[BATCH];
	unsigned int nr;
	uint8_t input[BATCH][INPUT_MAX];
	int out;			/* directory, or -1 */
	int now, corpus;		/* files in it */
	unsigned int seed;		/* names the run's files */
	int entered;			/* an event: the process is in a job */
	bool tell;
	uint64_t max_calls, max_ms, first_ms;
	uint64_t inputs, batches, processes, stalls;
	uint64_t before[2];		/* seconds and calls of earlier runs */
} fuzz = { .out = -1 };

/* ------------------------------------------------------------------ one batch */

static bool is_nobodys(unsigned int i)
{
	return fuzz.batch[i].at[0] & 1;
}

/* What is in a job is as slow as that: others go on. */
__attribute__((noreturn))
static void leave(void)
{
	uint64_t one = 1;

	cover_child_end();
	(void)!write(fuzz.entered, &one, sizeof(one));
	_exit(0);
}

/* From one input on, until another user's come, or the process has gone into a job. */
__attribute__((noreturn))
static void run_child(unsigned int first)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	cover_child();
	execute_begin(is_nobodys(first), fuzz.tell);
	for (unsigned int i = first; i < fuzz.nr; i++) {
		if (is_nobodys(i) != is_nobodys(first))
			break;
		fuzz.shared->at = i;
		fuzz.shared->useful[i] = execute(fuzz.batch[i].at, fuzz.batch[i].len);
		if (fuzz.shared->executed.entered)
			leave();
	}
	_exit(0);
}

/*
 * All processes that are left are this one's children. In a job that may use a thousandth of a
 * processor they take long to end, so nobody waits for them until the module shall go.
 */
static bool reap_others(void)
{
	pid_t got;

	do
		got = waitpid(-1, NULL, WNOHANG);
	while (got > 0);
	return got < 0;
}

static void reap_all(void)
{
	uint64_t end = now_ms() + SETTLE_MS;

	while (!reap_others()) {
		if (now_ms() > end)
			found("a process cannot be killed");
		usleep(1000);
	}
}

/* Until it has ended, or says that it is in a job. */
static void reap(pid_t pid)
{
	struct pollfd p[] = {
		{ .fd = high(syscall(SYS_pidfd_open, pid, 0)), .events = POLLIN },
		{ .fd = fuzz.entered, .events = POLLIN },
	};
	uint64_t calls = 0, count;

	while (poll(p, 2, STALL_MS) == 0) {
		if (calls == fuzz.shared->executed.calls) {
			fuzz.stalls++;
			break;
		}
		calls = fuzz.shared->executed.calls;
	}
	kill(-pid, SIGKILL);
	if (p[1].revents & POLLIN)
		(void)!read(fuzz.entered, &count, sizeof(count));
	else if (poll(p, 1, SETTLE_MS) != 1)
		found("a process cannot be killed");
	close(p[0].fd);
	reap_others();
}

static void run_batch(void)
{
	for (unsigned int next = 0; next < fuzz.nr; next = fuzz.shared->at + 1) {
		pid_t pid;

		fuzz.shared->at = next;
		fuzz.shared->useful[next] = 0;
		pid = fork();
		if (pid < 0)
			found("fork: %s", strerror(errno));
		if (!pid)
			run_child(next);
		fuzz.processes++;
		reap(pid);
	}
	fuzz.inputs += fuzz.nr;
}

/* -------------------------------------------------------------------- what is kept */

static int create(const char *name, int flags)
{
	int fd = openat(fuzz.out, name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);

	if (fd < 0)
		found("%s: %s", name, strerror(errno));
	return fd;
}

static void put(int fd, const void *bytes, size_t len)
{
	if (write(fd, bytes, len) != (ssize_t)len)
		found("writing: %s", strerror(errno));
}

/* One input as it is in a file, its length first. */
static size_t pack(uint8_t *buffer, const uint8_t *input, uint32_t len)
{
	memcpy(buffer, &len, sizeof(len));
	memcpy(buffer + sizeof(len), input, len);
	return sizeof(len) + len;
}

static uint8_t buffer[sizeof(file_head) + (BATCH + 1) * (INPUT_MAX + sizeof(uint32_t))];

/* A write is what costs: one a batch, of a file that is open. */
static void keep_batch(void)
{
	struct file_head head = file_head;
	size_t at = sizeof(head);

	if (fuzz.out < 0)
		return;
	head.calls = fuzz.shared->executed.calls;
	memcpy(buffer, &head, sizeof(head));
	for (unsigned int i = 0; i < fuzz.nr; i++)
		at += pack(buffer + at, fuzz.batch[i].at, fuzz.batch[i].len);
	/* The rest is of an earlier one: a length of 0 is the end. */
	memset(buffer + at, 0, sizeof(uint32_t));
	lseek(fuzz.now, 0, SEEK_SET);
	put(fuzz.now, buffer, at + sizeof(uint32_t));
}

/* Each input's beginning, as far as it reached something new. */
static void keep_useful(bool known)
{
	size_t at = 0;

	for (unsigned int i = 0; i < fuzz.nr; i++) {
		uint32_t len = fuzz.shared->useful[i];

		fuzz.shared->useful[i] = 0;
		if (!len)
			continue;
		corpus_add(fuzz.batch[i].at, len);
		at += pack(buffer + at, fuzz.batch[i].at, len);
	}
	if (at && fuzz.out >= 0 && !known)
		put(fuzz.corpus, buffer, at);
}

/* A file of this run's in one of the directories; what it has so far is written anew. */
static FILE *rewrite(const char *directory)
{
	char name[64];

	mkdirat(fuzz.out, directory, 0777);
	snprintf(name, sizeof(name), "%s/%08x", directory, fuzz.seed);
	return fdopen(create(name, O_TRUNC), "w");
}

/* Calls by kind, and the places that were reached. */
static void note_all(void)
{
	const struct executed *e = &fuzz.shared->executed;
	const struct cover_area *area = cover_area();
	FILE *f = rewrite("kinds");

	for (unsigned int i = 0; execute_kind(i); i++)
		fprintf(f, "%s;%llu;%llu;%llu\n", execute_kind(i),
			(unsigned long long)e->of_kind[i], (unsigned long long)e->done[i],
			(unsigned long long)e->ns[i] / 1000000);
	fclose(f);
	f = rewrite("places");
	for (unsigned int i = 0; i < COVER_PLACES; i++)
		if (area->place[i])
			fprintf(f, "%#x\n", i << 2);
	fclose(f);
}

/* How far it has come, for a curve. */
static void note(bool last)
{
	static uint64_t next;
	const struct cover_area *area = cover_area();
	uint64_t now = now_ms();
	int fd;

	if (fuzz.out < 0 || (now < next && !last))
		return;
	next = now + NOTE_MS;
	fd = create("curve", O_APPEND);
	dprintf(fd, "%llu %llu %u %u %zu\n",
		(unsigned long long)(fuzz.before[0] + (now - fuzz.first_ms) / 1000),
		(unsigned long long)(fuzz.before[1] + fuzz.shared->executed.calls),
		area->nr_places, area->nr_edges, corpus_size());
	close(fd);
	note_all();
}

/* An earlier run's last line is where the curve goes on. */
static void note_begin(void)
{
	char line[256] = "";
	FILE *f = fdopen(openat(fuzz.out, "curve", O_RDONLY | O_CLOEXEC), "r");

	while (f && fgets(line, sizeof(line), f)) {
		char *rest;

		fuzz.before[0] = strtoull(line, &rest, 10);
		fuzz.before[1] = strtoull(rest, NULL, 10);
	}
	if (f)
		fclose(f);
	fuzz.now = high(create("now", 0));
	fuzz.seed = mutate_state;
	mkdirat(fuzz.out, "corpus", 0777);
	snprintf(line, sizeof(line), "corpus/%08x", fuzz.seed);
	fuzz.corpus = high(create(line, O_TRUNC));
	put(fuzz.corpus, &file_head, sizeof(file_head));
}

static void tell_all(void)
{
	const struct cover_area *area = cover_area();

	printf("%llu inputs, %llu calls, %u places and %u edges reached, corpus of %zu, "
	       "%llu processes, %llu stalled, %llu ms\n", (unsigned long long)fuzz.inputs,
	       (unsigned long long)fuzz.shared->executed.calls, area->nr_places,
	       area->nr_edges, corpus_size(), (unsigned long long)fuzz.processes,
	       (unsigned long long)fuzz.stalls, (unsigned long long)(now_ms() - fuzz.first_ms));
}

/* ----------------------------------------------------------------------- the loop */

static void finish_batch(bool known)
{
	static uint64_t changes;
	uint64_t n = fuzz.shared->executed.of_kind[INPUT_PARAMETER];

	keep_batch();
	run_batch();
	machine_clean(n != changes || fuzz.shared->executed.of_kind[INPUT_PARAMETER] != n);
	changes = fuzz.shared->executed.of_kind[INPUT_PARAMETER];
	keep_useful(known);
	note(false);
	fuzz.nr = 0;
	if (++fuzz.batches % RELOAD_EVERY)
		return;
	reap_all();
	machine_reload();
	fuzz.shared->executed.last_job = 0;
}

static void add_to_batch(const uint8_t *input, size_t len, bool known)
{
	if (len < sizeof(struct input_head))
		return;
	memcpy(fuzz.input[fuzz.nr], input, len);
	fuzz.batch[fuzz.nr] = (struct bytes){ fuzz.input[fuzz.nr], len };
	if (++fuzz.nr == BATCH)
		finish_batch(known);
}

static bool is_over(void)
{
	return fuzz.shared->executed.calls >= fuzz.max_calls ||
	       now_ms() - fuzz.first_ms >= fuzz.max_ms;
}

static void look_for_more(void)
{
	static uint8_t input[INPUT_MAX];

	while (!is_over()) {
		uint8_t nobody = chance(2);

		do {
			size_t len = mutate(input);

			input[0] = nobody;
			add_to_batch(input, len, false);
		} while (fuzz.nr);
	}
}

static void run_bytes(const uint8_t *bytes, size_t len)
{
	size_t at = sizeof(file_head);
	uint32_t one;

	if (len < at || memcmp(bytes, file_head.magic, sizeof(file_head.magic))) {
		add_to_batch(bytes, len < INPUT_MAX ? len : INPUT_MAX, true);
		return;
	}
	while (at + sizeof(one) < len) {
		memcpy(&one, bytes + at, sizeof(one));
		at += sizeof(one);
		if (!one || one > INPUT_MAX || one > len - at)
			break;
		add_to_batch(bytes + at, one, true);
		at += one;
	}
}

static void run_file(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *bytes = NULL;

	if (fd >= 0 && !fstat(fd, &st))
		bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (!bytes || (st.st_size && bytes == MAP_FAILED)) {
		fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	close(fd);
	if (fuzz.tell)
		fprintf(stderr, "%s\n", path);
	if (!st.st_size)
		return;
	run_bytes(bytes, st.st_size);
	munmap(bytes, st.st_size);
}

static void run_directory(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	int dir = high(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	if (n < 0 || dir < 0) {
		fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	for (int i = 0; i < n; i++)
		if (names[i]->d_type != DT_DIR)
			run_file(dir, names[i]->d_name);
	close(dir);
}

static void setup(const char *out)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fuzz.shared = mmap(NULL, sizeof(*fuzz.shared), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fuzz.shared == MAP_FAILED)
		found("memory: %s", strerror(errno));
	fuzz.entered = high(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	machine_open();
	if (execute_setup(&fuzz.shared->executed))
		found("the module does not answer");
	fuzz.first_ms = now_ms();
	if (!out)
		return;
	fuzz.out = high(open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (fuzz.out < 0)
		found("%s: %s", out, strerror(errno));
	note_begin();
}

__attribute__((noreturn))
static void usage(void)
{
	fputs("usage: fuzz [-c CALLS] [-s SECONDS] [-r SEED] [-o DIR] [DIRECTORY]...\n"
	      "       fuzz -v FILE...\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	const char *out = NULL;
	int option;

	fuzz.max_ms = ~0ULL;
	while ((option = getopt(argc, argv, "c:s:r:o:v")) != -1) {
		if (option == 'c')
			fuzz.max_calls = strtoull(optarg, NULL, 10);
		else if (option == 's')
			fuzz.max_ms = strtoull(optarg, NULL, 10) * 1000;
		else if (option == 'r')
			mutate_state = strtoull(optarg, NULL, 10) * 0x9e3779b97f4a7c15ULL + 1;
		else if (option == 'o')
			out = optarg;
		else if (option == 'v')
			fuzz.tell = true;
		else
			usage();
	}
	if (fuzz.max_ms != ~0ULL && !fuzz.max_calls)
		fuzz.max_calls = ~0ULL;
	setup(out);
	for (int i = optind; i < argc; i++)
		if (fuzz.tell)
			run_file(AT_FDCWD, argv[i]);
		else
			run_directory(argv[i]);
	if (fuzz.nr)
		finish_batch(true);
	if (!fuzz.tell)
		look_for_more();
	note(true);
	tell_all();
	return 0;
}
