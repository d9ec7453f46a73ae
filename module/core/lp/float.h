/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Floating point in integer arithmetic, with sign, for the part of the linear
 * program that fixed point has too few digits for (rescue.c).
 *
 * The format is that of IEEE 754's binary64, so a number takes the place of a s64 of
 * the model, and so is the rounding: to the nearest, ties to even. There are neither
 * infinities nor subnormal numbers: what is too large becomes the largest number
 * and what is too small becomes 0, which has no sign.
 */
#ifndef AIOS_CORE_LP_FLOAT_H
#define AIOS_CORE_LP_FLOAT_H

#include "core/base/fixed.h"

#define LP_FLOAT_DIGITS	53
#define LP_FLOAT_HIDDEN	(1ULL << (LP_FLOAT_DIGITS - 1))
#define LP_FLOAT_SIGN	(1ULL << 63)
#define LP_FLOAT_BIAS	1075	/* of the exponent of a mantissa of 53 bits */
#define LP_FLOAT_TOP	0x7fefffffffffffffULL

/**
 * typedef lp_float - a number; its bits are those of a binary64
 */
typedef s64 lp_float;

static __always_inline u64 lp_float_mantissa(lp_float v)
{
	u64 bits = (u64)v & (LP_FLOAT_HIDDEN - 1);

	return v & ~(s64)LP_FLOAT_SIGN ? bits | LP_FLOAT_HIDDEN : 0;
}

/* Of the mantissa's lowest bit. */
static __always_inline s32 lp_float_exponent(lp_float v)
{
	return (s32)(((u64)v & ~LP_FLOAT_SIGN) >> (LP_FLOAT_DIGITS - 1)) - LP_FLOAT_BIAS;
}

static __always_inline bool lp_float_negative(lp_float v)
{
	return v < 0;
}

static __always_inline lp_float lp_float_neg(lp_float v)
{
	return v ? (lp_float)((u64)v ^ LP_FLOAT_SIGN) : 0;
}

static __always_inline lp_float lp_float_abs(lp_float v)
{
	return (lp_float)((u64)v & ~LP_FLOAT_SIGN);
}

/* m * 2^e, or -m * 2^e. */
static inline lp_float lp_float_make(bool negative, u128 m, s32 e)
{
	s32 shift = (s32)aios_bits128(m) - LP_FLOAT_DIGITS;
	u64 bits, sign = negative ? LP_FLOAT_SIGN : 0;

	if (!m)
		return 0;
	if (shift > 0) {
		u128 rest = m & (((u128)1 << shift) - 1), half = (u128)1 << (shift - 1);

		bits = (u64)(m >> shift);
		bits += rest > half || (rest == half && bits & 1);
	} else {
		bits = (u64)m << -shift;
	}
	e += shift + LP_FLOAT_BIAS;
	if (e < 1)
		return 0;
	/* A carry out of the mantissa goes into the exponent, as it should. */
	bits += ((u64)e << (LP_FLOAT_DIGITS - 1)) - LP_FLOAT_HIDDEN;
	return (lp_float)((e > 2046 || bits > LP_FLOAT_TOP ? LP_FLOAT_TOP : bits) | sign);
}

/* v * 2^e */
static inline lp_float lp_float_of(s128 v, s32 e)
{
	return lp_float_make(v < 0, aios_abs128(v), e);
}

/* v * 2^frac, to the nearest integer, limited to +-2^126. */
static inline s128 lp_float_fixed(lp_float v, s32 frac)
{
	s32 shift = lp_float_exponent(v) + frac;
	u128 m = lp_float_mantissa(v);

	if (shift > 126 - LP_FLOAT_DIGITS)
		m = m ? (u128)1 << 126 : 0;
	else if (shift >= 0)
		m <<= shift;
	else
		m = shift < -64 ? 0 : (m + ((u128)1 << (-shift - 1))) >> -shift;
	return lp_float_negative(v) ? -(s128)m : (s128)m;
}

static inline lp_float lp_float_mul(lp_float a, lp_float b)
{
	return lp_float_make((a ^ b) < 0,
			     aios_mul_u64(lp_float_mantissa(a), lp_float_mantissa(b)),
			     lp_float_exponent(a) + lp_float_exponent(b));
}

/* The largest number when b is 0. */
static inline lp_float lp_float_div(lp_float a, lp_float b)
{
	u64 high = lp_float_mantissa(a) << 10, d = lp_float_mantissa(b) << 11;
	u128 exact = (u128)high << 64;
	u64 q;

	if (!d)
		return (lp_float)(LP_FLOAT_TOP | ((u64)a & LP_FLOAT_SIGN));
	q = aios_div_u128_u64(high, 0, d);
	/* The lowest bit stands for all that follows. */
	q |= aios_mul_u64(q, d) != exact;
	return lp_float_make((a ^ b) < 0, q,
			     lp_float_exponent(a) - lp_float_exponent(b) - 63);
}

static inline lp_float lp_float_add(lp_float a, lp_float b)
{
	u128 large, small;
	s32 apart;

	if ((u64)lp_float_abs(a) < (u64)lp_float_abs(b))
		swap(a, b);
	if (!lp_float_abs(b))
		return a;
	apart = lp_float_exponent(a) - lp_float_exponent(b);
	if (apart > 2 + LP_FLOAT_DIGITS)
		return a;
	large = (u128)lp_float_mantissa(a) << 64;
	small = ((u128)lp_float_mantissa(b) << 64) >> apart;
	large = (a ^ b) < 0 ? large - small : large + small;
	return lp_float_make(lp_float_negative(a), large, lp_float_exponent(a) - 64);
}

static inline lp_float lp_float_sub(lp_float a, lp_float b)
{
	return lp_float_add(a, lp_float_neg(b));
}

/* sum + a * b, rounded twice */
static inline lp_float lp_float_plus(lp_float sum, lp_float a, lp_float b)
{
	return lp_float_add(sum, lp_float_mul(a, b));
}

static __always_inline bool lp_float_less(lp_float a, lp_float b)
{
	/* There is no negative zero. */
	return (a & b) < 0 ? a > b : a < b;
}

/* v * 2^shift */
static __always_inline lp_float lp_float_shift(lp_float v, s32 shift)
{
	return lp_float_make(lp_float_negative(v), lp_float_mantissa(v),
			     lp_float_exponent(v) + shift);
}

#endif /* AIOS_CORE_LP_FLOAT_H */
