// SPDX-License-Identifier: GPL-2.0
/*
 * Decimal numbers of files: see number.h.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static uint64_t power(uint32_t ten)
{
	uint64_t p = 1;

	while (ten--)
		p *= 10;
	return p;
}

/* Programs write large numbers as "1.5e+06". */
static enum number exponent_parse(const char *s, uint32_t digits, uint64_t max,
				  uint64_t *value)
{
	long double v;
	char *end;

	v = strtold(s, &end);
	if (*end || strpbrk(s, "xXpPnN"))
		return NUMBER_MALFORMED;
	if (v < 0)
		return NUMBER_NEGATIVE;
	v *= power(digits);
	if (v > max)
		return NUMBER_TOO_LARGE;
	*value = v;
	return NUMBER_OK;
}

enum number number_parse(const char *s, uint32_t digits, uint64_t max,
			 uint64_t *value)
{
	bool negative = *s == '-';
	const char *p = s + (negative || *s == '+');
	bool any = false, point = false;
	uint32_t left = digits;
	unsigned __int128 v = 0;

	if (!*s)
		return NUMBER_MISSING;
	for (; *p; p++) {
		if (*p == '.' && !point) {
			point = true;
			continue;
		}
		if ((*p == 'e' || *p == 'E') && any)
			return exponent_parse(s, digits, max, value);
		if (*p < '0' || *p > '9')
			return NUMBER_MALFORMED;
		any = true;
		if (point && !left)
			continue;
		left -= point;
		v = v * 10 + (*p - '0');
		if (v >> 64)
			return NUMBER_TOO_LARGE;
	}
	if (!any)
		return NUMBER_MALFORMED;
	v *= power(left);
	if (negative && v)
		return NUMBER_NEGATIVE;
	if (v > max)
		return NUMBER_TOO_LARGE;
	*value = v;
	return NUMBER_OK;
}
