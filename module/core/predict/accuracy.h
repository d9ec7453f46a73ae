/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The measure of a prediction: min (predicted, actual) / max (predicted, actual), which
 * is 2^-|d| when d is the difference of their logarithms, and the value that maximises it
 * over a weighted sample.
 */
#ifndef AIOS_CORE_PREDICT_ACCURACY_H
#define AIOS_CORE_PREDICT_ACCURACY_H

#include "core/base/types.h"

/* A sample has at most so many values. */
#define AIOS_PREDICT_SAMPLES	32U

/* Logarithms to base 2 of what is predicted: 10 fraction bits. */
#define AIOS_PREDICT_FRAC	10
#define AIOS_PREDICT_ONE	(1U << AIOS_PREDICT_FRAC)

/* Accuracies, and the weights of samples: 16 fraction bits. */
#define AIOS_ACCURACY_FRAC	16
#define AIOS_ACCURACY_ONE	(1U << AIOS_ACCURACY_FRAC)

/**
 * struct aios_predict_sample - one value of a sample
 * @log: its logarithm
 * @weight: how much it counts, at most AIOS_ACCURACY_ONE
 * @step: accuracy of this value for the one before it, set by aios_sample_steps()
 */
struct aios_predict_sample {
	u16 log;
	u32 weight;
	u32 step;
};

/* So many samples are looked at side by side. */
#define AIOS_PREDICT_SIDES	6U

/**
 * struct aios_predict_samples - samples of the same values, which count differently in each
 * @log: logarithms of the values in ascending order
 * @step: accuracy of each for the one before it, set by aios_samples_steps()
 * @weight: how much each counts in each sample, at most AIOS_ACCURACY_ONE
 */
struct aios_predict_samples {
	u16 log[AIOS_PREDICT_SAMPLES];
	u32 step[AIOS_PREDICT_SAMPLES];
	u32 weight[AIOS_PREDICT_SAMPLES][AIOS_PREDICT_SIDES];
};

u16 aios_predict_log(u64 value);
u64 aios_predict_exp(u32 log);
u32 aios_predict_power(u32 distance);
u32 aios_accuracy(u16 a, u16 b);
void aios_sample_put(struct aios_predict_sample *sample, u32 nr, u16 log, u32 weight);
void aios_sample_steps(struct aios_predict_sample *sample, u32 nr);
u16 aios_most_accurate(const struct aios_predict_sample *sample, u32 nr);
void aios_samples_steps(struct aios_predict_samples *samples, u32 nr);
void aios_samples_weigh(struct aios_predict_samples *samples, u32 nr);
void aios_most_accurate_each(const struct aios_predict_samples *samples, u32 nr,
			     u16 best[AIOS_PREDICT_SIDES]);

#endif /* AIOS_CORE_PREDICT_ACCURACY_H */
