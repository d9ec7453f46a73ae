/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as files have them: decimal, with a fraction or an exponent.
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
};

/* This reads a decimal in units of 10^-digits exactly; further digits are dropped. */
enum number number_parse(const char *s, uint32_t digits, uint64_t max,
			 uint64_t *value);

#endif /* AIOSCTL_BASE_NUMBER_H */
