// SPDX-License-Identifier: GPL-2.0
/*
 * The measure of a prediction: see accuracy.h.
 *
 * Between two neighbours of a sorted sample the expected accuracy is convex, because 2^d
 * and 2^-d are, so that one of the sample maximises it. What all others contribute at
 * each is found by two sweeps, in which a sum is scaled by the distance to the next.
 */
#include "core/base/fixed.h"
#include "core/base/log2.h"
#include "core/predict/accuracy.h"

/* 2^(-i / 32) and 2^(-i / 1024), 2^-16. */
static const u16 coarse[] = {
	65535, 64132, 62757, 61413, 60097, 58809, 57549, 56316,
	55109, 53928, 52773, 51642, 50535, 49452, 48393, 47356,
	46341, 45348, 44376, 43425, 42495, 41584, 40693, 39821,
	38968, 38133, 37316, 36516, 35734, 34968, 34219, 33486,
};

static const u16 fine[] = {
	65535, 65492, 65447, 65403, 65359, 65315, 65270, 65226,
	65182, 65138, 65094, 65050, 65006, 64962, 64918, 64874,
	64830, 64786, 64742, 64699, 64655, 64611, 64567, 64524,
	64480, 64436, 64393, 64349, 64306, 64262, 64219, 64175,
};

/**
 * aios_predict_log() - logarithm of what is predicted
 * @value: 0 counts as 1
 *
 * Return: log2(@value) with AIOS_PREDICT_FRAC fraction bits, rounded to the nearest.
 */
u16 aios_predict_log(u64 value)
{
	s64 log = aios_log2(value) + (1LL << (AIOS_LOG2_FRAC - AIOS_PREDICT_FRAC - 1));

	return (u16)min_t(s64, log >> (AIOS_LOG2_FRAC - AIOS_PREDICT_FRAC), U16_MAX);
}

/* It has no branch, since which way it would go cannot be foretold. */
static inline u32 power(u32 distance)
{
	u32 whole = min(distance >> AIOS_PREDICT_FRAC, 31U);
	u32 part = (u32)coarse[distance >> 5 & 31] * fine[distance & 31] >> 16;

	/* The first of both tables are less than one, by as much as they have to be. */
	part += distance & (AIOS_PREDICT_ONE - 1) ? 0 : 2;
	return part >> whole;
}

/**
 * aios_predict_power() - 2^-x
 * @distance: x, with AIOS_PREDICT_FRAC fraction bits
 *
 * Return: the power with AIOS_ACCURACY_FRAC fraction bits, within 2^-15.
 */
u32 aios_predict_power(u32 distance)
{
	return power(distance);
}

/**
 * aios_predict_exp() - what has a logarithm
 * @log: with AIOS_PREDICT_FRAC fraction bits
 *
 * Return: 2^@log, within 2^-14 of itself or 1; at most 2^63.
 */
u64 aios_predict_exp(u32 log)
{
	u32 whole = (log + AIOS_PREDICT_ONE - 1) >> AIOS_PREDICT_FRAC;
	u64 part = aios_predict_power((whole << AIOS_PREDICT_FRAC) - log);

	if (whole > 63)
		return 1ULL << 63;
	if (whole < AIOS_ACCURACY_FRAC)
		return part >> (AIOS_ACCURACY_FRAC - whole);
	return part << (whole - AIOS_ACCURACY_FRAC);
}

/**
 * aios_accuracy() - how good a prediction was
 * @a: logarithm of the one
 * @b: logarithm of the other
 *
 * Return: the lesser divided by the greater, with AIOS_ACCURACY_FRAC fraction bits.
 */
u32 aios_accuracy(u16 a, u16 b)
{
	return aios_predict_power(a > b ? a - b : b - a);
}

/**
 * aios_sample_put() - add a value where it belongs in the order
 * @sample: values in ascending order, with room for one more
 * @nr: of them
 * @log: logarithm of the value
 * @weight: how much it counts
 */
void aios_sample_put(struct aios_predict_sample *sample, u32 nr, u16 log, u32 weight)
{
	for (; nr && sample[nr - 1].log > log; nr--)
		sample[nr] = sample[nr - 1];
	sample[nr].log = log;
	sample[nr].weight = weight;
}

/**
 * aios_sample_steps() - reckon how far the values are apart
 * @sample: values in ascending order
 * @nr: of them
 */
void aios_sample_steps(struct aios_predict_sample *sample, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		sample[i].step = i ? aios_accuracy(sample[i].log, sample[i - 1].log) : 0;
}

/**
 * aios_most_accurate() - best guess at a value of which there is a sample
 * @sample: values in ascending order with their steps
 * @nr: of them, 1 to AIOS_PREDICT_SAMPLES
 *
 * Return: the logarithm of the value with the greatest expected accuracy, of several the
 * greatest.
 */
u16 aios_most_accurate(const struct aios_predict_sample *sample, u32 nr)
{
	u64 below[AIOS_PREDICT_SAMPLES], sum = 0, best = 0;
	u32 chosen = nr - 1, i;

	for (i = 0; i < nr; i++) {
		sum = sum * sample[i].step >> AIOS_ACCURACY_FRAC;
		below[i] = sum;
		sum += sample[i].weight;
	}
	sum = 0;
	for (i = nr; i--;) {
		sum += sample[i].weight;
		if (below[i] + sum > best) {
			best = below[i] + sum;
			chosen = i;
		}
		sum = sum * sample[i].step >> AIOS_ACCURACY_FRAC;
	}
	return sample[chosen].log;
}

/**
 * aios_samples_steps() - reckon how far the values are apart
 * @samples: values in ascending order
 * @nr: of them
 */
void aios_samples_steps(struct aios_predict_samples *samples, u32 nr)
{
	u32 i;

	samples->step[0] = 0;
	for (i = 1; i < nr; i++)
		samples->step[i] = power(samples->log[i] - samples->log[i - 1]);
}

/**
 * aios_samples_weigh() - turn distances into weights
 * @samples: with distances, as aios_predict_power() takes them, for weights
 * @nr: values
 */
void aios_samples_weigh(struct aios_predict_samples *samples, u32 nr)
{
	u32 i, k;

	for (i = 0; i < nr; i++)
#pragma GCC unroll 6
		for (k = 0; k < AIOS_PREDICT_SIDES; k++)
			samples->weight[i][k] = power(samples->weight[i][k]);
}

/**
 * aios_most_accurate_each() - best guess by each of several samples
 * @samples: with steps and weights
 * @nr: values, 1 to AIOS_PREDICT_SAMPLES
 * @best: written: of each sample what aios_most_accurate() would return
 *
 * The sums of one sample wait for each other, those of several do not.
 */
void aios_most_accurate_each(const struct aios_predict_samples *samples, u32 nr,
			     u16 best[AIOS_PREDICT_SIDES])
{
	u32 below[AIOS_PREDICT_SAMPLES][AIOS_PREDICT_SIDES], chosen[AIOS_PREDICT_SIDES], i, k;
	u64 sum[AIOS_PREDICT_SIDES] = { 0 }, most[AIOS_PREDICT_SIDES] = { 0 };

	for (i = 0; i < nr; i++) {
#pragma GCC unroll 6
		for (k = 0; k < AIOS_PREDICT_SIDES; k++) {
			sum[k] = sum[k] * samples->step[i] >> AIOS_ACCURACY_FRAC;
			below[i][k] = (u32)sum[k];
			sum[k] += samples->weight[i][k];
		}
	}
	for (k = 0; k < AIOS_PREDICT_SIDES; k++) {
		sum[k] = 0;
		chosen[k] = nr - 1;
	}
	for (i = nr; i--;) {
#pragma GCC unroll 6
		for (k = 0; k < AIOS_PREDICT_SIDES; k++) {
			u64 all;

			sum[k] += samples->weight[i][k];
			all = below[i][k] + sum[k];
			chosen[k] = all > most[k] ? i : chosen[k];
			most[k] = max(all, most[k]);
			sum[k] = sum[k] * samples->step[i] >> AIOS_ACCURACY_FRAC;
		}
	}
	for (k = 0; k < AIOS_PREDICT_SIDES; k++)
		best[k] = samples->log[chosen[k]];
}
