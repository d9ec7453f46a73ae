// SPDX-License-Identifier: GPL-2.0
/*
 * Intervals from experience: see calibrate.h.
 *
 * The error of an estimate is log2 ((wait + 1 s) / (estimate + 1 s)). Its quantiles
 * are tracked by the gradient of the pinball loss, which moves each a little for an
 * error above it and a little for one below, in proportions that balance at the
 * quantile (Koenker and Bassett, Econometrica 46(1), 1978). That alone covers too
 * little where errors drift or follow one another, so that a half of the interval is
 * widened with each wait beyond it and narrowed with each that is not, again so that
 * it balances at one in ten: adaptive conformal inference (Gibbs and Candes, NeurIPS
 * 34, 2021), which assumes nothing of the errors.
 *
 * In a long queue many are told before the first of them starts, and all err alike.
 * Learning is slowed there by the square root of their number, as regret with delayed
 * feedback asks for (Joulani, Gyorgy and Szepesvari, ICML 30, 2013).
 */
#include "core/base/fixed.h"
#include "core/base/log2.h"
#include "core/base/real.h"
#include "core/queueing/calibrate.h"

#define FRAC		32
#define ONE		(1LL << FRAC)
#define SECOND_NS	1000000000ULL	/* shorter differences hardly count */
#define TIME_MAX	(1ULL << 62)

#define RATE_FRAC	16
#define RATE_LEAST	1311		/* 1/50 of an error */
#define RATE_FIRST	4		/* the first has as much weight as so many before it */
#define KNOWN		(4ULL << RATE_FRAC) /* a class with less goes by its kind */
#define PENDING_FREE	20U		/* as many can be told without learning slower */

#define TARGET		10		/* one in so many is beyond either bound */
#define WIDEN_STEP	(ONE / 100)
#define WIDEN_MAX	(4 * ONE)
#define HALF_LEAST	(ONE / 50)
#define SCALE_LEAST	(ONE / 1024)
#define QUANTILE_MAX	(40 * ONE)

/* 2^(2^-i) for i from 1, 2^-63. */
static const u64 roots[] = {
	0xb504f333f9de6484ULL, 0x9837f0518db8a96fULL, 0x8b95c1e3ea8bd6e7ULL,
	0x85aac367cc487b15ULL, 0x82cd8698ac2ba1d7ULL, 0x8164d1f3bc030773ULL,
	0x80b1ed4fd999ab6cULL, 0x8058d7d2d5e5f6b1ULL, 0x802c6436d0e04f51ULL,
	0x8016302f17467628ULL, 0x800b179c82028fd1ULL, 0x80058baf7fee3b5dULL,
	0x8002c5d00fdcfcb7ULL, 0x800162e61bed4a49ULL, 0x8000b17292f702a4ULL,
	0x800058b92abbae02ULL, 0x80002c5c8dade4d7ULL, 0x8000162e44eaf636ULL,
};

/* Return v 2^x, at most TIME_MAX, within about 2^-18 of itself. */
static u64 scaled(u64 v, s64 x)
{
	struct aios_real result = aios_real_u64(v);
	u32 fraction = (u32)x, i;

	for (i = 0; i < ARRAY_SIZE(roots); i++)
		if (fraction >> (31 - i) & 1)
			result = aios_real_mul(result, aios_real_q(roots[i], 63));
	return min_t(u64, aios_real_to_q(aios_real_shift(result, (s32)(x >> FRAC)), 0),
		     TIME_MAX);
}

static s64 error_of(u64 wait, u64 estimate)
{
	return (aios_log2(wait + SECOND_NS) - aios_log2(estimate + SECOND_NS)) >>
	       (AIOS_LOG2_FRAC - FRAC);
}

static u64 off_by(u64 estimate, s64 error)
{
	u64 wait = scaled(estimate + SECOND_NS, error);

	return wait - min_t(u64, wait, SECOND_NS);
}

/* Nothing is known at first: an eighth of the estimate to half more than it. */
static void track_init(struct aios_calibration_track *track)
{
	track->quantile[0] = -3 * ONE;
	track->quantile[1] = 0;
	track->quantile[2] = ONE / 2;
	track->scale = ONE;
	track->weight = 0;
}

/**
 * aios_calibration_init() - begin without experience
 * @calibration: written whole
 *
 * Whoever changes what orders the queue begins anew: errors are of that order.
 */
void aios_calibration_init(struct aios_calibration *calibration)
{
	u32 i;

	memset(calibration, 0, sizeof(*calibration));
	for (i = 0; i < AIOS_CALIBRATION_KINDS; i++)
		track_init(&calibration->whole[i]);
}

static u32 kind_of(u32 basis)
{
	return basis != AIOS_BASIS_FUTURE;
}

/*
 * Short and long estimates err differently, and so do narrow jobs, which may pass
 * others, and wide ones.
 */
static u16 class_of(u32 basis, u64 wait_ns, u32 width)
{
	u32 size = (u32)(aios_log2((wait_ns + SECOND_NS) / SECOND_NS) >> (AIOS_LOG2_FRAC + 1));
	u32 wide = (width > 1) + (width > 2) + (width > 8);

	size = min(size, AIOS_CALIBRATION_SIZES - 1);
	return (u16)((kind_of(basis) * AIOS_CALIBRATION_SIZES + size) *
		     AIOS_CALIBRATION_WIDTHS + wide);
}

/**
 * aios_calibrate() - what to tell a job
 * @calibration: the experience so far
 * @basis: AIOS_BASIS_* of the estimate, not AIOS_BASIS_NONE
 * @now: the time
 * @wait_ns: the estimate
 * @width: of the job, see aios_station_width()
 * @told: written whole, with low_ns <= wait_ns <= high_ns
 */
void aios_calibrate(const struct aios_calibration *calibration, u32 basis, u64 now,
		    u64 wait_ns, u32 width, struct aios_told *told)
{
	u16 class = class_of(basis, min_t(u64, wait_ns, TIME_MAX), width);
	const struct aios_calibration_track *track = &calibration->class[class];
	const s64 *widen = calibration->widen[kind_of(basis)];
	s64 median, low, high;

	if (track->weight < KNOWN)
		track = &calibration->whole[kind_of(basis)];
	median = track->quantile[1];
	low = max_t(s64, median - track->quantile[0], HALF_LEAST);
	high = max_t(s64, track->quantile[2] - median, HALF_LEAST);
	low = (s64)scaled((u64)low, widen[0]);
	high = (s64)scaled((u64)high, widen[1]);
	told->at_ns = now;
	told->base_ns = min_t(u64, wait_ns, TIME_MAX);
	told->wait_ns = off_by(told->base_ns, median);
	told->low_ns = off_by(told->base_ns, median - low);
	told->high_ns = off_by(told->base_ns, median + high);
	told->class = class;
	told->basis = (u16)basis;
}

/**
 * aios_calibration_tell() - a job goes by what aios_calibrate() said, and will be learnt from
 * @calibration: the experience
 */
void aios_calibration_tell(struct aios_calibration *calibration)
{
	calibration->pending++;
}

/* Return how much an error counts, with RATE_FRAC fraction bits, at most 1. */
static u64 weight_of(const struct aios_calibration *calibration)
{
	struct aios_real ratio;

	if (calibration->pending <= PENDING_FREE)
		return 1ULL << RATE_FRAC;
	ratio = aios_real_div(aios_real_u64(PENDING_FREE),
			      aios_real_u64(calibration->pending));
	return aios_real_to_q(aios_real_sqrt(ratio), RATE_FRAC);
}

/* Return rate * value of a rate with RATE_FRAC fraction bits. */
static s64 part(u64 rate, s64 value)
{
	return (s64)(aios_mul_s64((s64)rate, value) >> RATE_FRAC);
}

static void track_learn(struct aios_calibration_track *track, s64 error, u64 weight)
{
	static const u32 above[] = { 9, 5, 1 };	/* tenths that exceed each quantile */
	u64 rate = (1ULL << 2 * RATE_FRAC) /
		   (track->weight + (RATE_FIRST << RATE_FRAC));
	s64 off, step;
	u32 i;

	rate = max_t(u64, rate, RATE_LEAST) * weight >> RATE_FRAC;
	track->weight = min_t(u64, track->weight + weight, U32_MAX);
	off = (s64)aios_abs64(error - track->quantile[1]);
	track->scale = max_t(s64, track->scale + part(rate, off - track->scale), SCALE_LEAST);
	step = 2 * part(rate, track->scale) / TARGET;
	for (i = 0; i < ARRAY_SIZE(above); i++) {
		s64 *quantile = &track->quantile[i];

		*quantile += error > *quantile ? step * (s64)(TARGET - above[i]) :
						 -step * (s64)above[i];
		*quantile = clamp_t(s64, *quantile, -QUANTILE_MAX, QUANTILE_MAX);
	}
}

static void widen(s64 *half, bool beyond, u64 weight)
{
	s64 step = part(weight, WIDEN_STEP) / TARGET;

	*half += beyond ? step * (TARGET - 1) : -step;
	*half = clamp_t(s64, *half, -WIDEN_MAX, WIDEN_MAX);
}

/**
 * aios_calibration_learn() - a job that was told something starts
 * @calibration: the experience
 * @told: what it was told; nothing afterwards
 * @now: the time
 *
 * No effect on one that was told nothing.
 */
void aios_calibration_learn(struct aios_calibration *calibration, struct aios_told *told,
			    u64 now)
{
	struct aios_calibration_track *track = &calibration->class[told->class];
	u32 kind = kind_of(told->basis);
	u64 wait = now - min(now, told->at_ns), weight;
	s64 error;

	if (told->basis == AIOS_BASIS_NONE)
		return;
	weight = weight_of(calibration);
	error = error_of(min_t(u64, wait, TIME_MAX), told->base_ns);
	if (!track->weight) {
		*track = calibration->whole[kind];
		track->weight = 1ULL << RATE_FRAC;
	}
	track_learn(&calibration->whole[kind], error, weight);
	track_learn(track, error, weight);
	widen(&calibration->widen[kind][0], wait < told->low_ns, weight);
	widen(&calibration->widen[kind][1], wait > told->high_ns, weight);
	aios_calibration_forget(calibration, told);
}

/**
 * aios_calibration_forget() - a job that was told something does not start
 * @calibration: the experience
 * @told: what it was told; nothing afterwards
 */
void aios_calibration_forget(struct aios_calibration *calibration, struct aios_told *told)
{
	if (told->basis != AIOS_BASIS_NONE && calibration->pending)
		calibration->pending--;
	memset(told, 0, sizeof(*told));
}
