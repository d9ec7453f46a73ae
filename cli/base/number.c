// SPDX-License-Identifier: GPL-2.0
/*
 * Decimal numbers of files: see number.h.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/number.h"

/* No number of 64 bits has a digit so far from its point. */
#define EXPONENT_MAX	4096

/* So many digits fit in 64 bits, whatever they are. */
#define DIGITS_FEW	18

/* The parts of "-12.5e3", which has @nr digits with a point behind @before of them. */
struct decimal {
	const char *digits;
	bool negative;
	int nr;
	int before;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Programs write large numbers as "1.5e+06"; this returns -1 where it is malformed. */
static int exponent_read(const char *s, int *exponent)
{
	bool negative = *s == '-';
	int value = 0;

	s += negative || *s == '+';
	if (!is_digit(*s))
		return -1;
	for (; is_digit(*s); s++)
		if (value < EXPONENT_MAX)
			value = value * 10 + (*s - '0');
	*exponent = negative ? -value : value;
	return *s ? -1 : 0;
}

static enum number decimal_read(const char *s, struct decimal *d)
{
	int exponent = 0;
	bool point = false;

	if (!*s)
		return NUMBER_MISSING;
	*d = (struct decimal){ .negative = *s == '-' };
	s += *s == '-' || *s == '+';
	d->digits = s;
	for (; is_digit(*s) || (*s == '.' && !point); s++) {
		point |= *s == '.';
		d->nr += *s != '.';
		d->before += *s != '.' && !point;
	}
	if (!d->nr)
		return NUMBER_MALFORMED;
	if (*s == 'e' || *s == 'E') {
		if (exponent_read(s + 1, &exponent))
			return NUMBER_MALFORMED;
	} else if (*s) {
		return NUMBER_MALFORMED;
	}
	d->before += exponent;
	return NUMBER_OK;
}

/* This takes the digits before the point, which is @digits further on; *rest: others are not 0. */
static enum number decimal_value(const struct decimal *d, uint32_t digits, uint64_t *value,
				 bool *rest)
{
	const char *s = d->digits;
	int taken = d->before + (int)digits;
	unsigned __int128 v = 0;

	*rest = false;
	for (int i = 0; i < d->nr; s++) {
		if (*s == '.')
			continue;
		if (i++ >= taken) {
			*rest |= *s != '0';
			continue;
		}
		v = v * 10 + (*s - '0');
		if (v >> 64)
			return NUMBER_TOO_LARGE;
	}
	for (int i = d->nr; v && i < taken; i++) {
		v *= 10;
		if (v >> 64)
			return NUMBER_TOO_LARGE;
	}
	*value = v;
	return NUMBER_OK;
}

/* This takes what most fields of a file are, a few digits; true: it was that. */
static bool few_digits(const char *s, uint32_t digits, uint64_t *value)
{
	uint64_t v = 0;
	uint32_t n = 0;

	for (; is_digit(s[n]) && n < DIGITS_FEW; n++)
		v = v * 10 + (uint64_t)(s[n] - '0');
	if (!n || s[n] || n + digits > DIGITS_FEW)
		return false;
	while (digits--)
		v *= 10;
	*value = v;
	return true;
}

static enum number parse(const char *s, uint32_t digits, uint64_t max, bool *negative,
			 uint64_t *value, bool *rest)
{
	struct decimal d;
	enum number what;
	uint64_t v = 0;

	if (few_digits(s, digits, &v)) {
		*negative = false;
		*rest = false;
		if (v > max)
			return NUMBER_TOO_LARGE;
		*value = v;
		return NUMBER_OK;
	}
	what = decimal_read(s, &d);
	if (what)
		return what;
	what = decimal_value(&d, digits, &v, rest);
	*negative = d.negative && (what || v || *rest);
	if (what || v > max)
		return NUMBER_TOO_LARGE;
	*value = v;
	return NUMBER_OK;
}

enum number number_parse(const char *s, uint32_t digits, uint64_t max, uint64_t *value)
{
	bool negative = false, rest;
	uint64_t v;
	enum number what = parse(s, digits, max, &negative, &v, &rest);

	if (negative)
		return NUMBER_NEGATIVE;
	if (!what)
		*value = v;
	return what;
}

enum number number_whole(const char *s, uint64_t max, uint64_t *value)
{
	bool negative = false, rest = false;
	uint64_t v;
	enum number what = parse(s, 0, max, &negative, &v, &rest);

	if (rest)
		return NUMBER_FRACTION;
	if (negative)
		return NUMBER_NEGATIVE;
	if (!what)
		*value = v;
	return what;
}

enum number number_signed(const char *s, int64_t *value)
{
	bool negative = false, rest = false;
	uint64_t v;
	enum number what = parse(s, 0, UINT64_MAX, &negative, &v, &rest);

	if (rest)
		return NUMBER_FRACTION;
	if (what)
		return what;
	if (v > (uint64_t)INT64_MAX + negative)
		return NUMBER_TOO_LARGE;
	*value = negative ? (int64_t)(0 - v) : (int64_t)v;
	return NUMBER_OK;
}
