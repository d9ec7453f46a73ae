// SPDX-License-Identifier: GPL-2.0
/*
 * The functions of real.h that take a loop: square root and logarithm.
 */
#include "core/base/real.h"

/* Sum odd powers of z <= 1/3 until what is left out is below 2^-64. */
#define LN_TERMS	20

/**
 * aios_real_sqrt() - square root
 * @a: the number
 *
 * Digit by digit over the 126 or 127 bits that hold the mantissa. 63 steps.
 *
 * Return: the root, with a relative error below 2^-61.
 */
struct aios_real aios_real_sqrt(struct aios_real a)
{
	u128 rest, root = 0, bit = (u128)1 << 126;
	s32 shift = 62 + (a.e & 1);

	if (!a.m)
		return a;
	rest = (u128)a.m << shift;
	for (; bit; bit >>= 2) {
		if (rest >= root + bit) {
			rest -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return aios_real_u128(root, (a.e - shift) / 2);
}

/**
 * aios_real_ln() - natural logarithm
 * @a: the number
 *
 * With a = f 2^k and 1 <= f < 2, ln a = k ln 2 + 2 artanh((f - 1) / (f + 1)),
 * the latter by its power series.
 *
 * Return: the logarithm, with an absolute error below 2^-58 times the larger of
 * it and 1; 0 when @a is 1 or less.
 */
struct aios_real aios_real_ln(struct aios_real a)
{
	const struct aios_real ln2 = { 0xb17217f7d1cf79acULL, -64 };
	struct aios_real f = { a.m, -63 }, sum = AIOS_REAL_ZERO, power, square;
	u32 i;

	if (!aios_real_less(AIOS_REAL_ONE, a))
		return AIOS_REAL_ZERO;
	power = aios_real_div(aios_real_sub(f, AIOS_REAL_ONE),
			      aios_real_add(f, AIOS_REAL_ONE));
	square = aios_real_mul(power, power);
	for (i = 0; i < LN_TERMS; i++) {
		sum = aios_real_add(sum, aios_real_div(power,
						       aios_real_u64(2 * i + 1)));
		power = aios_real_mul(power, square);
	}
	return aios_real_add(aios_real_mul(aios_real_u64((u64)(a.e + 63)), ln2),
			     aios_real_shift(sum, 1));
}
