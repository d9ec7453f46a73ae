/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that are not negative, with 64 significant bits and an exponent of
 * their own, in integer arithmetic. For formulas whose terms lie too far apart
 * for one fixed-point format: nanoseconds beside years, probabilities that
 * vanish, sums of squares.
 *
 * Each operation has a relative error below 2^-62. Nothing overflows as long as
 * exponents stay within 31 bits, which takes a chain of 2^24 operations on
 * numbers that fit 128 bits.
 */
#ifndef AIOS_CORE_BASE_REAL_H
#define AIOS_CORE_BASE_REAL_H

#include "core/base/fixed.h"

/**
 * struct aios_real - the number m * 2^e
 * @m: 0, or with the highest bit set
 * @e: exponent, 0 when @m is
 */
struct aios_real {
	u64 m;
	s32 e;
};

/* A division by zero gives this, which lies beyond all that is compared with it. */
#define AIOS_REAL_INFINITE	((struct aios_real){ U64_MAX, 1 << 24 })
#define AIOS_REAL_ZERO		((struct aios_real){ 0, 0 })
#define AIOS_REAL_ONE		((struct aios_real){ 1ULL << 63, -63 })

/* v * 2^e */
static inline struct aios_real aios_real_u128(u128 v, s32 e)
{
	s32 shift = (s32)aios_bits128(v) - 64;

	if (!v)
		return AIOS_REAL_ZERO;
	if (shift >= 0)
		return (struct aios_real){ (u64)(v >> shift), e + shift };
	return (struct aios_real){ (u64)v << -shift, e + shift };
}

static inline struct aios_real aios_real_u64(u64 v)
{
	return aios_real_u128(v, 0);
}

/* A fixed-point number with @frac fraction bits. */
static inline struct aios_real aios_real_q(u64 v, s32 frac)
{
	return aios_real_u128(v, -frac);
}

/* a * 2^shift */
static inline struct aios_real aios_real_shift(struct aios_real a, s32 shift)
{
	if (a.m)
		a.e += shift;
	return a;
}

static inline bool aios_real_less(struct aios_real a, struct aios_real b)
{
	if (!a.m || !b.m)
		return !a.m && b.m;
	return a.e != b.e ? a.e < b.e : a.m < b.m;
}

static inline struct aios_real aios_real_min(struct aios_real a,
					     struct aios_real b)
{
	return aios_real_less(a, b) ? a : b;
}

static inline struct aios_real aios_real_max(struct aios_real a,
					     struct aios_real b)
{
	return aios_real_less(a, b) ? b : a;
}

static inline struct aios_real aios_real_mul(struct aios_real a,
					     struct aios_real b)
{
	return aios_real_u128(aios_mul_u64(a.m, b.m), a.e + b.e);
}

/* Return a / b, AIOS_REAL_INFINITE when b is 0. */
static inline struct aios_real aios_real_div(struct aios_real a,
					     struct aios_real b)
{
	if (!b.m)
		return AIOS_REAL_INFINITE;
	if (!a.m)
		return a;
	if (a.m < b.m)
		return (struct aios_real){ aios_div_u128_u64(a.m, 0, b.m),
					   a.e - b.e - 64 };
	return (struct aios_real){ aios_div_u128_u64(a.m >> 1, a.m << 63, b.m),
				   a.e - b.e - 63 };
}

static inline struct aios_real aios_real_add(struct aios_real a,
					     struct aios_real b)
{
	if (aios_real_less(a, b))
		swap(a, b);
	if (!b.m || a.e - b.e >= 64)
		return a;
	return aios_real_u128((u128)a.m + (b.m >> (a.e - b.e)), a.e);
}

/* Return a - b, 0 when b is larger. */
static inline struct aios_real aios_real_sub(struct aios_real a,
					     struct aios_real b)
{
	if (!aios_real_less(b, a))
		return AIOS_REAL_ZERO;
	if (!b.m || a.e - b.e >= 127)
		return a;
	return aios_real_u128(((u128)a.m << 64) -
			      (((u128)b.m << 64) >> (a.e - b.e)), a.e - 64);
}

/* |a - b| */
static inline struct aios_real aios_real_distance(struct aios_real a,
						  struct aios_real b)
{
	return aios_real_less(a, b) ? aios_real_sub(b, a) : aios_real_sub(a, b);
}

/*
 * Return v in fixed point with @frac fraction bits, to the nearest, at most
 * U64_MAX.
 */
static inline u64 aios_real_to_q(struct aios_real a, s32 frac)
{
	s32 shift = a.e + frac;

	if (!a.m || shift < -64)
		return 0;
	if (shift >= 0)
		return shift ? U64_MAX : a.m;
	if (shift == -64)
		return 1;	/* at least a half */
	return (a.m >> -shift) + (a.m >> (-shift - 1) & 1);
}

struct aios_real aios_real_sqrt(struct aios_real a);
struct aios_real aios_real_ln(struct aios_real a);

#endif /* AIOS_CORE_BASE_REAL_H */
