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

u16 aios_predict_log(u64 value);
u64 aios_predict_exp(u32 log);
u32 aios_predict_power(u32 distance);
u32 aios_accuracy(u16 a, u16 b);
void aios_sample_put(struct aios_predict_sample *sample, u32 nr, u16 log, u32 weight);
void aios_sample_steps(struct aios_predict_sample *sample, u32 nr);
u16 aios_most_accurate(const struct aios_predict_sample *sample, u32 nr);

#endif /* AIOS_CORE_PREDICT_ACCURACY_H */
