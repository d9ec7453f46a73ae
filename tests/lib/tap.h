/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of the library: each program has a table of cases, each of which is a
 * line of TAP. A case fails when a check in it does, when it leaves a file
 * descriptor open, or when a scripted call did not come (see mock.h).
 */
#ifndef TESTS_LIB_TAP_H
#define TESTS_LIB_TAP_H

#include <stdbool.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct tap_case {
	const char *name;
	void (*run)(void);
};

/* Run all cases; the exit status. */
int tap_run(const struct tap_case *cases, size_t nr);

#define TAP_PRINTF(string, first) __attribute__((format(printf, string, first)))

bool tap_check(bool ok, const char *file, int line, const char *format, ...)
	TAP_PRINTF(4, 5);

/* Check a condition, or an equality; the case goes on when it does not hold. */
#define check(condition)						\
	tap_check(condition, __FILE__, __LINE__, "%s", #condition)

#define check_equal(got, wanted) do {					\
	long long tap_got = (long long)(got);				\
	long long tap_wanted = (long long)(wanted);			\
									\
	tap_check(tap_got == tap_wanted, __FILE__, __LINE__,		\
		  "%s is %lld, not %lld", #got, tap_got, tap_wanted);	\
} while (0)

#define check_text(got, wanted) do {					\
	const char *tap_got = (got);					\
	const char *tap_wanted = (wanted);				\
									\
	tap_check(!strcmp(tap_got, tap_wanted), __FILE__, __LINE__,	\
		  "%s is \"%s\", not \"%s\"", #got, tap_got, tap_wanted); \
} while (0)

#endif /* TESTS_LIB_TAP_H */
