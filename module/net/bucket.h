/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket that is one number: the time at which what was taken has been earned
 * back. Virtual scheduling, as in the generic cell rate algorithm (ITU-T I.371), needs
 * no lock, no timer and no division for each packet.
 */
#ifndef _AIOS_NET_BUCKET_H
#define _AIOS_NET_BUCKET_H

#include <linux/aios.h>
#include <linux/atomic.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

/* What is not used for longer is lost: the length of a burst at full speed. */
#define AIOS_BUCKET_BURST_NS	(50 * NSEC_PER_MSEC)

#define AIOS_BUCKET_NEVER	U64_MAX

/**
 * struct aios_bucket - a token bucket
 */
struct aios_bucket {
	/**
	 * @price: nanoseconds a byte, times 2^32; 0: no bound; AIOS_BUCKET_NEVER: nothing may
	 * be taken. Written by one at a time, read without a lock
	 */
	u64 price;
	/** @earned_ns: CLOCK_MONOTONIC; nothing is owed from then on. Updated by anybody */
	atomic64_t earned_ns;
};

/**
 * aios_bucket_price - what a byte costs
 * @rate: bytes a second; AIOS_UNLIMITED: no bound
 *
 * Return: see &aios_bucket.price.
 */
static inline u64 aios_bucket_price(u64 rate)
{
	if (rate == AIOS_UNLIMITED)
		return 0;
	return rate ? div64_u64((u64)NSEC_PER_SEC << 32, rate) : AIOS_BUCKET_NEVER;
}

/**
 * aios_bucket_ready_ns - from when on something may be taken
 * @bucket: the bucket
 *
 * Return: CLOCK_MONOTONIC, a time that has passed if at once; AIOS_BUCKET_NEVER.
 */
static inline u64 aios_bucket_ready_ns(const struct aios_bucket *bucket)
{
	u64 price = READ_ONCE(bucket->price);

	if (!price || price == AIOS_BUCKET_NEVER)
		return price;
	return atomic64_read(&bucket->earned_ns);
}

/**
 * aios_bucket_take - take tokens, whether there are enough or not
 * @bucket: the bucket
 * @bytes: how many
 * @now_ns: CLOCK_MONOTONIC
 */
static inline void aios_bucket_take(struct aios_bucket *bucket, u32 bytes, u64 now_ns)
{
	u64 price = READ_ONCE(bucket->price), cost;
	s64 before, after;

	if (!price || price == AIOS_BUCKET_NEVER)
		return;
	cost = mul_u64_u32_shr(price, bytes, 32);
	before = atomic64_read(&bucket->earned_ns);
	do {
		after = max_t(s64, before, now_ns - AIOS_BUCKET_BURST_NS) + cost;
	} while (!atomic64_try_cmpxchg(&bucket->earned_ns, &before, after));
}

/**
 * aios_bucket_set - change the rate
 * @bucket: the bucket; the caller is the only one who sets it
 * @rate: bytes a second, or AIOS_UNLIMITED
 * @now_ns: CLOCK_MONOTONIC
 *
 * What is owed is owed in bytes: it is earned back at the new rate.
 */
static inline void aios_bucket_set(struct aios_bucket *bucket, u64 rate, u64 now_ns)
{
	u64 before = bucket->price, price = aios_bucket_price(rate), owed;
	s64 earned = atomic64_read(&bucket->earned_ns);

	if (price == before)
		return;
	WRITE_ONCE(bucket->price, price);
	if (!before || before == AIOS_BUCKET_NEVER || !price || price == AIOS_BUCKET_NEVER)
		return;
	do {
		if (earned <= (s64)now_ns)
			break;
		/* In bytes, rounded up. What took longer than 4 s to earn is let off. */
		owed = div64_u64(min_t(u64, earned - now_ns, U32_MAX) << 32, before) + 1;
		owed = mul_u64_u32_shr(price, min_t(u64, owed, U32_MAX), 32);
	} while (!atomic64_try_cmpxchg(&bucket->earned_ns, &earned, (s64)(now_ns + owed)));
}

#endif /* _AIOS_NET_BUCKET_H */
