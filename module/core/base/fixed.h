/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Integer arithmetic that the whole core shares: bit lengths, saturation,
 * shifts that round in a stated direction, 64 x 64 -> 128 bit products and a
 * 128 / 64 bit division that calls no helper of the compiler's library (the
 * kernel has neither __udivti3 nor __umodti3).
 */
#ifndef AIOS_CORE_BASE_FIXED_H
#define AIOS_CORE_BASE_FIXED_H

#include "core/base/types.h"

/* Shares, grants and the x of the linear program: 24 fraction bits. */
#define AIOS_X_FRAC	24
#define AIOS_X_ONE	(1ULL << AIOS_X_FRAC)

/* Return the number of significant bits: 0 for 0, 64 for U64_MAX. */
static __always_inline u32 aios_bits64(u64 v)
{
	return v ? 64 - (u32)__builtin_clzll(v) : 0;
}

static __always_inline u32 aios_bits128(u128 v)
{
	u64 high = (u64)(v >> 64);

	return high ? 64 + aios_bits64(high) : aios_bits64((u64)v);
}

static __always_inline u64 aios_abs64(s64 v)
{
	return v < 0 ? 0 - (u64)v : (u64)v;
}

static __always_inline u128 aios_abs128(s128 v)
{
	return v < 0 ? 0 - (u128)v : (u128)v;
}

static __always_inline u128 aios_mul_u64(u64 a, u64 b)
{
	return (u128)a * b;
}

static __always_inline s128 aios_mul_s64(s64 a, s64 b)
{
	return (s128)a * b;
}

/* v limited to [-limit, limit]; limit >= 0. */
static __always_inline s64 aios_clamp_s128(s128 v, s64 limit)
{
	if (v > limit)
		return limit;
	if (v < -(s128)limit)
		return -limit;
	return (s64)v;
}

/* v * 2^shift for shift of either sign, rounded down; |shift| may exceed 127. */
static __always_inline s128 aios_shift_s128(s128 v, s32 shift)
{
	if (shift >= 0)
		return shift > 127 ? 0 : (s128)((u128)v << shift);
	return v >> min(-shift, 127);
}

/* v / 2^shift rounded up. */
static __always_inline u128 aios_shift_up_u128(u128 v, u32 shift)
{
	u128 q;

	if (shift > 127)
		return v != 0;
	q = v >> shift;
	return q + ((q << shift) != v);
}

/*
 * high:low / d, rounded down, for d != 0 and high < d: schoolbook division by
 * two digits of 32 bits (Knuth, TAOCP 2, 4.3.1, algorithm D).
 */
static inline u64 aios_div_u128_u64(u64 high, u64 low, u64 d)
{
	u32 s = (u32)__builtin_clzll(d);
	u64 d1, d0, q1, q0, r;
	u32 i;

	d <<= s;
	if (s) {
		high = high << s | low >> (64 - s);
		low <<= s;
	}
	d1 = d >> 32;
	d0 = (u32)d;

	q1 = high / d1;
	r = high - q1 * d1;
	/* The first digit is at most two too large. */
	for (i = 0; i < 2 && (q1 >> 32 || q1 * d0 > (r << 32 | low >> 32)); i++) {
		q1--;
		r += d1;
		if (r >> 32)
			break;
	}
	high = (high << 32 | low >> 32) - q1 * d;

	q0 = high / d1;
	r = high - q0 * d1;
	for (i = 0; i < 2 && (q0 >> 32 || q0 * d0 > (r << 32 | (u32)low)); i++) {
		q0--;
		r += d1;
		if (r >> 32)
			break;
	}
	return (q1 << 32) + q0;
}

/* a * b / d rounded down, U64_MAX when that does not fit or d is 0. */
static inline u64 aios_mul_div_u64(u64 a, u64 b, u64 d)
{
	u128 p = aios_mul_u64(a, b);
	u64 high = (u64)(p >> 64);

	if (high >= d)
		return U64_MAX;
	return aios_div_u128_u64(high, (u64)p, d);
}

#endif /* AIOS_CORE_BASE_FIXED_H */
