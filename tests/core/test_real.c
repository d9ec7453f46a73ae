// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of real.h against the long double of the machine, which has 64
 * significant bits too.
 */
#include <math.h>

#include "core/base/real.h"
#include "random.h"
#include "tap.h"

static u64 seed = 11;

static long double value(struct aios_real a)
{
	return ldexpl((long double)a.m, a.e);
}

/* Any number of bits, any exponent that leaves room for a product. */
static struct aios_real any(void)
{
	u128 v = (u128)random_next(&seed) << 64 | random_next(&seed);

	return aios_real_u128(v >> random_below(&seed, 128),
			      (s32)random_below(&seed, 200) - 150);
}

static bool is_near(struct aios_real a, long double expected)
{
	if (a.m && !(a.m >> 63))
		return false;
	return fabsl(value(a) - expected) <= 0x1p-60L * fabsl(expected);
}

static void check_pair(struct aios_real a, struct aios_real b)
{
	long double x = value(a), y = value(b);

	tap_need(is_near(aios_real_mul(a, b), x * y), "%Lg * %Lg", x, y);
	tap_need(is_near(aios_real_add(a, b), x + y), "%Lg + %Lg", x, y);
	if (y > 0)
		tap_need(is_near(aios_real_div(a, b), x / y), "%Lg / %Lg", x, y);
	tap_need(is_near(aios_real_sub(a, b), x > y ? x - y : 0), "%Lg - %Lg", x, y);
	tap_need(is_near(aios_real_distance(a, b), fabsl(x - y)), "%Lg, %Lg", x, y);
	tap_need(aios_real_less(a, b) == (x < y), "%Lg < %Lg", x, y);
	tap_need(value(aios_real_max(a, b)) == fmaxl(x, y), "max");
	tap_need(value(aios_real_min(a, b)) == fminl(x, y), "min");
}

static void check_one(struct aios_real a)
{
	long double x = value(a), ln = x > 1 ? logl(x) : 0;

	tap_need(is_near(aios_real_sqrt(a), sqrtl(x)), "sqrt %Lg", x);
	tap_need(fabsl(value(aios_real_ln(a)) - ln) <= 0x1p-58L * fmaxl(ln, 1),
		 "ln %Lg", x);
	tap_need(value(aios_real_shift(a, -7)) == x / 128, "shift %Lg", x);
}

static void check_fixed(void)
{
	u64 v = random_next(&seed) >> random_below(&seed, 64);
	s32 frac = (s32)random_below(&seed, 64);
	struct aios_real a = aios_real_q(v, frac);

	tap_need(aios_real_to_q(a, frac) == v, "%llu with %d bits", v, frac);
	tap_need(aios_real_to_q(a, frac - 1) == v / 2 + v % 2, "half of %llu", v);
	tap_need(aios_real_to_q(a, frac + 1) ==
		 (v >> 63 ? U64_MAX : 2 * v), "double of %llu", v);
	tap_need(aios_real_to_q(aios_real_shift(a, 200), frac) ==
		 (v ? U64_MAX : 0), "beyond");
	tap_need(!aios_real_to_q(aios_real_shift(a, -200), frac), "vanishes");
}

int main(void)
{
	u32 i;

	for (i = 0; i < 200000; i++) {
		struct aios_real a = any(), b = any();

		check_pair(a, b);
		/* The same size, so that the last bits meet. */
		b.e = a.e;
		check_pair(a, b);
		check_one(a);
	}
	check_pair(AIOS_REAL_ZERO, AIOS_REAL_ONE);
	check_pair(AIOS_REAL_ONE, AIOS_REAL_ZERO);
	check_one(AIOS_REAL_ZERO);
	check_one(AIOS_REAL_ONE);
	tap_point("operations agree with long double");

	for (i = 0; i < 100000; i++)
		check_fixed();
	tap_need(aios_real_to_q(aios_real_q(1, 1), 0) == 1, "a half");
	tap_need(aios_real_to_q(aios_real_q(U64_MAX, 64), 0) == 1, "almost 1");
	tap_need(aios_real_less(any(), AIOS_REAL_INFINITE), "infinite");
	tap_need(aios_real_div(AIOS_REAL_ONE, AIOS_REAL_ZERO).e ==
		 AIOS_REAL_INFINITE.e, "1 / 0");
	tap_point("fixed point is rounded to the nearest and stops at its end");
	return tap_done();
}
