// SPDX-License-Identifier: GPL-2.0
/*
 * The logarithm in fixed point, against that of the C library in long double, whose
 * 64 bits leave an error of less than 2^-17 units of the result: every small value,
 * both sides of every entry of the table at every length, and many drawn by chance.
 */
#include <math.h>

#include "core/base/fixed.h"
#include "core/base/log2.h"
#include "random.h"
#include "tap.h"

#define BOUND	0.51L	/* units of 2^-AIOS_LOG2_FRAC, as aios_log2() promises */

static long double worst;

static void check_value(u64 value)
{
	long double exact = ldexpl(log2l((long double)value), AIOS_LOG2_FRAC);
	long double error = fabsl((long double)aios_log2(value) - exact);

	worst = fmaxl(worst, error);
	tap_need(error < BOUND, "log2(%llu) is off by %Lg units", value, error);
	tap_need(value == U64_MAX || aios_log2(value) <= aios_log2(value + 1),
		 "log2(%llu) is more than that of the next", value);
}

static void test_powers(void)
{
	u32 k;

	tap_need(aios_log2(0) == 0, "of nothing");
	for (k = 0; k < 64; k++)
		tap_need(aios_log2(1ULL << k) == (s64)k << AIOS_LOG2_FRAC, "2^%u", k);
	tap_point("powers of two are exact");
}

static void test_small(void)
{
	u64 value;

	for (value = 1; value < 1 << 20 && tap.broken < 5; value++)
		check_value(value);
	tap_point("every value of twenty bits is within the stated error");
}

static void test_entries(void)
{
	u32 length, entry;
	u64 value, d;

	for (length = 8; length <= 64; length++)
		for (entry = 128; entry < 256; entry++) {
			value = (u64)entry << (length - 8);
			for (d = 0; d < 8 && tap.broken < 5; d++) {
				check_value(value + d);
				check_value(value - 1 - d);
			}
		}
	tap_point("so are both sides of every entry of the table");
}

static void test_random(void)
{
	u64 seed = 1;
	u32 i;

	for (i = 0; i < 1000000 && tap.broken < 5; i++) {
		u64 value = (u64)random_below(&seed, U32_MAX) << 32 |
			    random_below(&seed, U32_MAX);

		check_value((value >> random_below(&seed, 64)) | 1);
	}
	tap_need(worst > 0.4L, "the largest error is %Lg only", worst);
	tap_point("and what is drawn by chance");
}

int main(void)
{
	test_powers();
	test_small();
	test_entries();
	test_random();
	return tap_done();
}
