// SPDX-License-Identifier: GPL-2.0
/*
 * What the network of network.h says. Sums are exact; all that is rounded is the value of a
 * hidden unit, down to AIOS_NETWORK_FRAC bits and to S16_MAX at most, so the score differs
 * from that of the same weights in real numbers by less than the sum of what leaves the units,
 * without signs, times 2^-AIOS_NETWORK_FRAC, as long as no unit is as large as 32.
 */
#include "core/learn/network.h"

/**
 * aios_network_score() - the output for one vector of inputs
 * @network: valid weights
 * @x: as many inputs as it has
 *
 * O(inputs * hidden): 160 multiplications for ten units.
 *
 * Return: the score, AIOS_SCORE_FRAC fraction bits, below AIOS_SCORE_MAX without its sign.
 */
s64 aios_network_score(const struct aios_network *network, const s16 *x)
{
	u32 inputs = network->inputs, i, k;
	s64 score = 0;

	for (i = 0; i < inputs; i++)
		score += (s32)network->linear[i] * x[i];
	for (k = 0; k < network->hidden; k++) {
		const s16 *weight = network->weight[k];
		s64 sum = (s64)weight[inputs] * AIOS_NETWORK_ONE;

		for (i = 0; i < inputs; i++)
			sum += (s32)weight[i] * x[i];
		if (sum > 0)
			score += network->out[k] *
				 min_t(s64, sum >> AIOS_NETWORK_WEIGHT_FRAC, S16_MAX);
	}
	return score;
}
