// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of lp/float.h against the double of the machine, bit for bit: it has
 * the same format and the same rounding.
 */
#include <math.h>
#include <string.h>

#include "core/lp/float.h"
#include "random.h"
#include "tap.h"

#define PAIRS	2000000U

static u64 seed = 5;

static double value(lp_float v)
{
	double d;

	memcpy(&d, &v, sizeof(d));
	return d;
}

static lp_float number(double d)
{
	lp_float v;

	memcpy(&v, &d, sizeof(v));
	return v;
}

/* Any mantissa, any exponent that leaves room for a product and a quotient. */
static double any(void)
{
	return ldexp((double)(s64)random_next(&seed),
		     (int)random_below(&seed, 400) - 230);
}

/* Near the other one, so that a difference loses digits, or an integer, or 0. */
static double partner(double a)
{
	switch (random_below(&seed, 6)) {
	case 0:
		return a * (1 + ldexp(1, -(int)random_below(&seed, 56)));
	case 1:
		return -a * (1 + ldexp(1, -(int)random_below(&seed, 56)));
	case 2:
		return (double)(s64)(random_next(&seed) >> random_below(&seed, 64));
	case 3:
		return ldexp(a, (int)random_below(&seed, 120) - 60);
	default:
		return any();
	}
}

static void check_pair(double x, double y)
{
	lp_float a = number(x), b = number(y);

	tap_need(value(lp_float_add(a, b)) == x + y, "%a + %a", x, y);
	tap_need(value(lp_float_sub(a, b)) == x - y, "%a - %a", x, y);
	tap_need(value(lp_float_mul(a, b)) == x * y, "%a * %a", x, y);
	if (y != 0)
		tap_need(value(lp_float_div(a, b)) == x / y, "%a / %a", x, y);
	tap_need(lp_float_less(a, b) == (x < y), "%a < %a", x, y);
	tap_need(value(lp_float_neg(a)) == -x, "- %a", x);
	tap_need(value(lp_float_abs(a)) == fabs(x), "|%a|", x);
}

static void check_integer(s128 v, s32 e)
{
	lp_float f = lp_float_of(v, e);

	tap_need(value(f) == ldexp((double)v, e), "%a * 2^%d", (double)v, e);
	/* With fraction bits enough for all digits it is exact, and comes back. */
	if (v == (s64)v && aios_abs64((s64)v) >> 53 == 0)
		tap_need(lp_float_fixed(f, -e) == v, "%lld", (long long)v);
}

static void test_pairs(void)
{
	for (u32 i = 0; i < PAIRS && tap.broken < 5; i++) {
		double x = i % 97 ? any() : 0;
		s128 v = (s128)((u128)random_next(&seed) << 64 | random_next(&seed));

		check_pair(x, i % 89 ? partner(x) : 0);
		check_integer(v >> random_below(&seed, 128),
			      (s32)random_below(&seed, 200) - 100);
	}
	tap_point("every operation is the machine's");
}

/* What does not fit is the largest number, or nothing. */
static void test_ends(void)
{
	lp_float large = number(0x1p1000), small = number(0x1p-1000);
	lp_float one = number(1);

	tap_need(lp_float_mul(large, large) == (lp_float)LP_FLOAT_TOP, "overflow");
	tap_need(value(lp_float_mul(large, number(-0x1p1000))) < -0x1.8p1023, "below");
	tap_need(lp_float_div(one, 0) == (lp_float)LP_FLOAT_TOP &&
		 lp_float_div(lp_float_neg(one), 0) == lp_float_neg(LP_FLOAT_TOP),
		 "division by 0");
	tap_need(!lp_float_mul(small, small), "underflow");
	tap_need(!lp_float_mul(number(-0x1p-1000), small), "zero has no sign");
	tap_need(lp_float_fixed(large, 0) == (s128)1 << 126, "a large integer");
	tap_need(lp_float_fixed(lp_float_neg(large), 0) == -((s128)1 << 126),
		 "a small integer");
	tap_need(!lp_float_fixed(small, 60), "nothing is left");
	tap_need(lp_float_fixed(one, -1) == 1 && lp_float_fixed(one, -2) == 0,
		 "a half is rounded up, and less is not");
	tap_need(lp_float_shift(one, 5) == number(32) && !lp_float_shift(0, 5), "shift");
	tap_point("what does not fit is the largest number or 0");
}

int main(void)
{
	test_pairs();
	test_ends();
	return tap_done();
}
