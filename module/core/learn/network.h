/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small network in fixed point: inputs that go on to the output as they are, and one
 * layer of rectified units beside them (He, Zhang, Ren, Sun, Deep residual learning for
 * image recognition, CVPR 2016, for what goes around the layer; Nair and Hinton, Rectified
 * linear units improve restricted Boltzmann machines, ICML 2010):
 *
 *	score = linear . x + out . max(0, weight x + bias)
 *
 * Pure: no lock, no allocation, no clock, no floating point.
 */
#ifndef AIOS_CORE_LEARN_NETWORK_H
#define AIOS_CORE_LEARN_NETWORK_H

#include "core/base/types.h"

/* Inputs and units have 10 fraction bits, weights 11, a score both. */
#define AIOS_NETWORK_FRAC	10
#define AIOS_NETWORK_ONE	(1 << AIOS_NETWORK_FRAC)
#define AIOS_NETWORK_WEIGHT_FRAC	11
#define AIOS_SCORE_FRAC		(AIOS_NETWORK_FRAC + AIOS_NETWORK_WEIGHT_FRAC)

#define AIOS_NETWORK_INPUTS_MAX	24U
#define AIOS_NETWORK_HIDDEN_MAX	32U

/* No score is larger or, without its sign, as large. */
#define AIOS_SCORE_MAX		(1LL << 37)

/**
 * struct aios_network - the weights; zeroed but for @inputs: all scores are 0
 * @inputs: how many there are, up to AIOS_NETWORK_INPUTS_MAX
 * @hidden: how many units, up to AIOS_NETWORK_HIDDEN_MAX
 * @linear: of each input for the score
 * @weight: of each input for each unit, after the last of them the bias
 * @out: of each unit for the score
 */
struct aios_network {
	u16 inputs;
	u16 hidden;
	s16 linear[AIOS_NETWORK_INPUTS_MAX];
	s16 weight[AIOS_NETWORK_HIDDEN_MAX][AIOS_NETWORK_INPUTS_MAX + 1];
	s16 out[AIOS_NETWORK_HIDDEN_MAX];
};

/**
 * struct aios_network_base - what some inputs, which many vectors have in common, add
 * @nr: how many inputs come before these
 * @linear: to the score
 * @unit: to each unit, with its bias
 */
struct aios_network_base {
	u32 nr;
	s64 linear;
	s64 unit[AIOS_NETWORK_HIDDEN_MAX];
};

void aios_network_prepare(const struct aios_network *network, const s16 *x, u32 nr,
			  struct aios_network_base *base);
s64 aios_network_score(const struct aios_network *network,
		       const struct aios_network_base *base, const s16 *x);

/* Return what @value with @frac fraction bits is as an input, the nearest that there is. */
static inline s16 aios_network_input(s64 value, u32 frac)
{
	return (s16)clamp_t(s64, value >> (frac - AIOS_NETWORK_FRAC), S16_MIN, S16_MAX);
}

#endif /* AIOS_CORE_LEARN_NETWORK_H */
