/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Test programs that speak TAP (prove runs them): a numbered line for each
 * point, diagnostics behind "#", the plan at the end. Only the first failures
 * of a point that is checked in a loop are printed.
 */
#ifndef AIOS_TEST_TAP_H
#define AIOS_TEST_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct tap {
	unsigned int points;
	unsigned int failed;
	unsigned int broken;	/* conditions of the present point */
};

/* One for all files of a program. */
__attribute__((weak)) struct tap tap;

/* One condition of the present point. */
#define tap_need(condition, ...)					\
	tap_check(condition, __FILE__, __LINE__, #condition, __VA_ARGS__)

static inline bool __attribute__((format(printf, 5, 6)))
tap_check(bool holds, const char *file, int line, const char *text,
	  const char *format, ...)
{
	va_list args;

	if (holds)
		return true;
	if (tap.broken++ < 5) {
		printf("# %s:%d: %s: ", file, line, text);
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		printf("\n");
	}
	return false;
}

/* The present point ends here. */
static inline void tap_point(const char *name)
{
	printf("%sok %u - %s\n", tap.broken ? "not " : "", ++tap.points, name);
	tap.failed += !!tap.broken;
	tap.broken = 0;
	fflush(stdout);
}

static inline int tap_done(void)
{
	printf("1..%u\n", tap.points);
	return tap.failed ? 1 : 0;
}

#endif /* AIOS_TEST_TAP_H */
