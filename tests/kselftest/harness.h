/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness of the kernel tests. Each TEST() runs in a process of its own
 * under a time limit that ends what hangs; after it the harness ends whatever it left running,
 * restores the policy, removes what it registered with leave_group() and
 * leave_device(), and fails it unless the module holds exactly what it held
 * before: jobs, groups, devices, cgroup directories, references, slab objects.
 * Output is TAP 13.
 */
#ifndef KSELFTEST_HARNESS_H
#define KSELFTEST_HARNESS_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* A user, and a second one, who are nobody in particular. */
#define ALICE		4001
#define BOB		4002

struct test {
	const char *name;
	void (*fn)(void);
	struct test *next;
};

void harness_add(struct test *t);

#define TEST(id)							\
	static void test_##id(void);					\
	static struct test id##_test = {				\
		.name = #id, .fn = test_##id				\
	};								\
	static void __attribute__((constructor)) id##_add(void)		\
	{								\
		harness_add(&id##_test);				\
	}								\
	static void test_##id(void)

/* Print one diagnostic line. */
__attribute__((format(printf, 1, 2)))
void note(const char *fmt, ...);

/* What the test is about to do, printed if it fails. */
__attribute__((format(printf, 1, 2)))
void step(const char *fmt, ...);

/* End this process, and so the test, as failed or as not applicable. */
__attribute__((noreturn, format(printf, 3, 4)))
void fail_at(const char *file, int line, const char *fmt, ...);
__attribute__((noreturn, format(printf, 1, 2)))
void skip(const char *fmt, ...);

#define FAIL(...)	fail_at(__FILE__, __LINE__, __VA_ARGS__)

#define ASSERT(cond)							\
	do {								\
		if (!(cond))						\
			FAIL("%s", #cond);				\
	} while (0)

#define ASSERT_CMP(a, op, b)						\
	do {								\
		long long a_ = (long long)(a), b_ = (long long)(b);	\
									\
		if (!(a_ op b_))					\
			FAIL("%s %s %s: %lld, %lld", #a, #op, #b, a_, b_); \
	} while (0)

#define ASSERT_EQ(a, b)	ASSERT_CMP(a, ==, b)
#define ASSERT_NE(a, b)	ASSERT_CMP(a, !=, b)
#define ASSERT_LE(a, b)	ASSERT_CMP(a, <=, b)
#define ASSERT_GE(a, b)	ASSERT_CMP(a, >=, b)

/* Unsigned, for what can be AIOS_UNLIMITED. */
#define ASSERT_U64(a, b)						\
	do {								\
		unsigned long long a_ = (a), b_ = (b);			\
									\
		if (a_ != b_)						\
			FAIL("%s == %s: %llu, %llu", #a, #b, a_, b_);	\
	} while (0)

/* The call must succeed (a result of at least 0), or fail with exactly err. */
#define ASSERT_OK(call)							\
	({								\
		long r_ = (long)(call);					\
									\
		if (r_ < 0)						\
			FAIL("%s: %s", #call, strerror(errno));		\
		r_;							\
	})

#define ASSERT_ERR(call, err)						\
	do {								\
		long r_ = (long)(call);					\
		int e_ = r_ < 0 ? errno : 0;				\
									\
		if (e_ != (err))					\
			FAIL("%s: %s, expected %s", #call,		\
			     e_ ? strerrorname_np(e_) : "no error",	\
			     strerrorname_np(err));			\
	} while (0)

/* Try cond every 10 ms until it holds; fail after patience_ns(ms). */
#define ASSERT_SOON(cond, ms)						\
	do {								\
		long long wait_ = patience_ns(ms), end_ = now_ns() + wait_; \
									\
		while (!(cond)) {					\
			if (now_ns() > end_)				\
				FAIL("%s: not within %lld ms", #cond, wait_ / 1000000); \
			sleep_ms(10);					\
		}							\
	} while (0)

/* Since start, at most ms have passed; where the clock can tell: see counted(). */
#define ASSERT_WITHIN(start, ms)					\
	do {								\
		if (counted())						\
			ASSERT_LE(now_ns() - (start), (ms) * 1000000LL);	\
	} while (0)

/*
 * Whether the clock counts instructions (scripts/vm --icount). Only there it tells of
 * the module how long something takes or how much time a process gets: elsewhere the
 * machine may be held up for any time, by whoever else runs on its host.
 */
bool counted(void);

/*
 * How long to wait for what takes no more than ms: that, where the clock counts
 * instructions; elsewhere so long that only what never comes is too late.
 */
long long patience_ns(unsigned int ms);

/* How much slower than a plain kernel this one is: $KSELFTEST_SCALE, or 1. */
int scale(void);
long long now_ns(void);
void sleep_ms(unsigned int ms);

/*
 * Run the block that follows in a child process and go on when it has ended
 * well: in CHILD as the same user, in AS_USER as another one in no group but
 * his own, which has his number.
 */
#define CHILD								\
	for (bool in_ = child_begin(0, __FILE__, __LINE__); in_; child_end())
#define AS_USER(uid)							\
	for (bool in_ = child_begin(uid, __FILE__, __LINE__); in_; child_end())

bool child_begin(uid_t uid, const char *file, int line);
__attribute__((noreturn)) void child_end(void);
void become(uid_t uid);

/* Start fn(arg) in a child; its status, or a failure unless it is status. */
pid_t spawn(void (*fn)(void *arg), void *arg);
int reap(pid_t pid);
void reap_ok(pid_t pid);
void reap_signal(pid_t pid, int sig);
bool alive(pid_t pid);
char process_state(pid_t pid);	/* the letter of /proc/PID/stat; 0: it is gone */
bool asleep(pid_t pid);		/* waits in a call for something other than a disk */

/* What the harness removes after the test if it is still there. */
void leave_group(const char *path);
void leave_device(uint32_t id);

/* Memory that the test shares with its children. */
void *shared(size_t size);

/* An address at which nothing is mapped. */
void *unmapped(void);

/* Text of a file without its last newline; false when it cannot be read. */
bool file_read(const char *path, char *buf, size_t len);
int file_write(const char *path, const char *text);

/* Directories below path, itself excluded; 0 when it is not there. */
unsigned int count_directories(const char *path);

/* Open file descriptors of this process. */
unsigned int count_fds(void);

extern const char *program;	/* argv[0] */

#endif
