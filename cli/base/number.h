/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as files have them: decimal, with a fraction or an exponent, read exactly.
 * What the C library would take besides (hexadecimal, infinity, blanks before, whatever
 * stands behind) is none.
 */
#ifndef AIOSCTL_BASE_NUMBER_H
#define AIOSCTL_BASE_NUMBER_H

#include <stdint.h>

enum number {
	NUMBER_OK,
	NUMBER_MISSING,
	NUMBER_MALFORMED,
	NUMBER_TOO_LARGE,
	NUMBER_NEGATIVE,
	NUMBER_FRACTION,	/* it is not whole, and has to be */
};

/*
 * This reads a decimal in units of 10^-digits, up to @max such units; further digits are
 * dropped.
 */
enum number number_parse(const char *s, uint32_t digits, uint64_t max,
			 uint64_t *value);
/* These read a whole number, as 3, 3.0 or 3e2; the second may be negative. */
enum number number_whole(const char *s, uint64_t max, uint64_t *value);
enum number number_signed(const char *s, int64_t *value);

#endif /* AIOSCTL_BASE_NUMBER_H */
