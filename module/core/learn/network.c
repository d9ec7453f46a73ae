// SPDX-License-Identifier: GPL-2.0
/*
 * What the network of network.h says. Sums are exact; all that is rounded is the value of a
 * hidden unit, down to AIOS_NETWORK_FRAC bits and to S16_MAX at most, so the score differs
 * from that of the same weights in real numbers by less than the sum of what leaves the units,
 * without signs, times 2^-AIOS_NETWORK_FRAC, as long as no unit is as large as 32.
 */
#include "core/learn/network.h"

static s64 dot(const s16 *weight, const s16 *x, u32 nr)
{
	s64 sum = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		sum += (s32)weight[i] * x[i];
	return sum;
}

/**
 * aios_network_prepare() - add up what is the same for many vectors of inputs
 * @network: valid weights
 * @x: as many inputs as it has
 * @nr: how many of these, the first ones, differ from vector to vector and are left out
 * @base: written
 */
void aios_network_prepare(const struct aios_network *network, const s16 *x, u32 nr,
			  struct aios_network_base *base)
{
	u32 inputs = network->inputs, k;

	base->nr = min(nr, inputs);
	nr = base->nr;
	base->linear = dot(network->linear + nr, x + nr, inputs - nr);
	for (k = 0; k < network->hidden; k++)
		base->unit[k] = dot(network->weight[k] + nr, x + nr, inputs - nr) +
				(s64)network->weight[k][inputs] * AIOS_NETWORK_ONE;
}

/**
 * aios_network_score() - the output for one vector of inputs
 * @network: valid weights
 * @base: of the inputs that aios_network_prepare() was not to leave out
 * @x: the others, the first ones
 *
 * O(inputs * hidden): a hundred multiplications for ten of either.
 *
 * Return: the score, AIOS_SCORE_FRAC fraction bits, below AIOS_SCORE_MAX without its sign.
 */
s64 aios_network_score(const struct aios_network *network,
		       const struct aios_network_base *base, const s16 *x)
{
	s64 score = base->linear + dot(network->linear, x, base->nr);
	u32 k;

	for (k = 0; k < network->hidden; k++) {
		s64 sum = base->unit[k] + dot(network->weight[k], x, base->nr);

		if (sum > 0)
			score += network->out[k] *
				 min_t(s64, sum >> AIOS_NETWORK_WEIGHT_FRAC, S16_MAX);
	}
	return score;
}
