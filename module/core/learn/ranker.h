/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ranker: a network that scores each waiting job by itself and by the state of the
 * machine. The same weights serve all jobs, so that their order among each other and their
 * number do not matter. What it sees is listed here, the policy "learned" measures it.
 */
#ifndef AIOS_CORE_LEARN_RANKER_H
#define AIOS_CORE_LEARN_RANKER_H

#include "core/learn/network.h"

/**
 * enum aios_ranker_input - what the network sees, in the order that a model file is made for
 * @AIOS_RANKER_RUNTIME: logarithm of the expected run time, 1 s at least
 * @AIOS_RANKER_EXCESS: logarithm of what it may run at most over that
 * @AIOS_RANKER_SHARE: logarithm of its share of the machine
 * @AIOS_RANKER_PART: its share of the machine
 * @AIOS_RANKER_WAIT: logarithm of 1 s and its wait
 * @AIOS_RANKER_STRETCH: logarithm of its slowdown if it started now
 * @AIOS_RANKER_AGE: its wait over the longest one
 * @AIOS_RANKER_FITS: 1 when it fits into what is free, else 0
 * @AIOS_RANKER_DELAY: logarithm of 1 s and the time until it fits
 * @AIOS_RANKER_LEFT: share of the machine that is free then beside it
 * @AIOS_RANKER_FREE: share of the machine that is free now
 * @AIOS_RANKER_QUEUE: logarithm of 1 and the candidates
 * @AIOS_RANKER_OLDEST: logarithm of 1 s and the longest wait
 * @AIOS_RANKER_BACKFILL: 1 when jobs may pass the first, else 0
 * @AIOS_RANKER_HALF: logarithm of 1 s and the time until half is free
 * @AIOS_RANKER_NR_INPUTS: how many there are
 *
 * From AIOS_RANKER_FREE on they are of the machine, the others of the job. Logarithms are
 * binary and a quarter of what they are.
 */
enum aios_ranker_input {
	AIOS_RANKER_RUNTIME,
	AIOS_RANKER_EXCESS,
	AIOS_RANKER_SHARE,
	AIOS_RANKER_PART,
	AIOS_RANKER_WAIT,
	AIOS_RANKER_STRETCH,
	AIOS_RANKER_AGE,
	AIOS_RANKER_FITS,
	AIOS_RANKER_DELAY,
	AIOS_RANKER_LEFT,
	AIOS_RANKER_FREE,
	AIOS_RANKER_QUEUE,
	AIOS_RANKER_OLDEST,
	AIOS_RANKER_BACKFILL,
	AIOS_RANKER_HALF,
	AIOS_RANKER_NR_INPUTS
};

/* Ends of running jobs that are looked at for when a job fits. */
#define AIOS_RANKER_STEPS	128U

/**
 * struct aios_ranker_step - what will be free at some time
 * @free: sizes of jobs, in the unit of aios_measure_size()
 * @delay: the input AIOS_RANKER_DELAY until then
 */
struct aios_ranker_step {
	u64 free;
	s16 delay;
};

/**
 * struct aios_ranker - a model and what it sees in the present pass over the queue
 * @network: the weights; set by the owner, the rest is the policy's
 * @state: what is the same for all jobs, at its place among the inputs
 * @base: what that adds to scores
 * @free: sizes of jobs that fit now
 * @longest_ns: the longest wait of a candidate
 * @nr_steps: how many of @step there are
 * @step: by time
 */
struct aios_ranker {
	struct aios_network network;
	s16 state[AIOS_RANKER_NR_INPUTS];
	struct aios_network_base base;
	u64 free;
	u64 longest_ns;
	u32 nr_steps;
	struct aios_ranker_step step[AIOS_RANKER_STEPS];
};

const char *aios_ranker_input_name(u32 input);
const struct aios_ranker_step *aios_ranker_when(const struct aios_ranker *ranker, u64 size);

#endif /* AIOS_CORE_LEARN_RANKER_H */
