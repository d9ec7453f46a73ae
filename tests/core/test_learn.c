// SPDX-License-Identifier: GPL-2.0
/*
 * The ranker: scores that were worked out by hand, and others against real numbers; model
 * files that are wrong in each way there is, and damaged ones; and the order that the
 * engine makes of the scores.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log2.h"
#include "core/learn/model.h"
#include "core/learn/ranker.h"
#include "random.h"
#include "tap.h"
#include "world.h"

#define INPUTS	AIOS_RANKER_NR_INPUTS
#define W_ONE	(1 << AIOS_NETWORK_WEIGHT_FRAC)
#define SECOND	1000000000ULL

static u64 seed = 13;
static struct world w;
static struct aios_ranker ranker;

/* ------------------------------------------------------------------ network */

/* The score, with so many inputs of their own and the others in common. */
static s64 score_of(const struct aios_network *network, const s16 *x, u32 nr)
{
	struct aios_network_base base;

	aios_network_prepare(network, x, nr, &base);
	return aios_network_score(network, &base, x);
}

/* 3 x - 2 y + 4 max(0, x + y - 1/2) - max(0, y), at x = 1/2 and y = 1/4, and elsewhere. */
static void test_exact(void)
{
	static const struct {
		s16 x[2];
		s64 score;	/* 2^-AIOS_SCORE_FRAC */
	} cases[] = {
		{ { 0, 0 }, 0 },
		{ { 512, 256 }, 5 * (1LL << AIOS_SCORE_FRAC) / 4 + (1LL << AIOS_SCORE_FRAC) / 2 },
		{ { -512, 256 }, -(1LL << AIOS_SCORE_FRAC) * 9 / 4 },
		{ { -1024, -1024 }, -(1LL << AIOS_SCORE_FRAC) },
		/* Both units are at their limit of 32 less a bit. */
		{ { S16_MAX, S16_MAX }, (s64)S16_MAX * 4 * W_ONE },
	};
	struct aios_network network = {
		.inputs = 2, .hidden = 2,
		.linear = { 3 * W_ONE, -2 * W_ONE },
		.weight = { { W_ONE, W_ONE, -W_ONE / 2 }, { 0, W_ONE, 0 } },
		.out = { 4 * W_ONE, -W_ONE },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		s64 score = score_of(&network, cases[i].x, i % 3);

		tap_need(score == cases[i].score, "case %u: %lld, not %lld", i, score,
			 cases[i].score);
	}
	tap_point("scores that were worked out by hand");
}

static s16 any_weight(void)
{
	return (s16)random_next(&seed);
}

static void any_network(struct aios_network *network, s16 mask)
{
	u32 i, k;

	network->inputs = 1 + random_below(&seed, AIOS_NETWORK_INPUTS_MAX);
	network->hidden = random_below(&seed, AIOS_NETWORK_HIDDEN_MAX + 1);
	for (i = 0; i < AIOS_NETWORK_INPUTS_MAX; i++)
		network->linear[i] = any_weight() & mask;
	for (k = 0; k < AIOS_NETWORK_HIDDEN_MAX; k++) {
		for (i = 0; i <= AIOS_NETWORK_INPUTS_MAX; i++)
			network->weight[k][i] = any_weight() & mask;
		network->out[k] = any_weight() & mask;
	}
}

/* The same network in double precision; *bound is what rounding its units can do. */
static double real_score(const struct aios_network *network, const s16 *x, double *bound)
{
	double score = 0, unit, w = W_ONE, one = AIOS_NETWORK_ONE;
	u32 i, k;

	*bound = 0;
	for (i = 0; i < network->inputs; i++)
		score += network->linear[i] / w * (x[i] / one);
	for (k = 0; k < network->hidden; k++) {
		unit = network->weight[k][network->inputs] / w;
		for (i = 0; i < network->inputs; i++)
			unit += network->weight[k][i] / w * (x[i] / one);
		unit = fmin(fmax(unit, 0), S16_MAX / one);
		score += network->out[k] / w * unit;
		*bound += fabs(network->out[k] / w) / one;
	}
	return score;
}

static void test_real(void)
{
	struct aios_network network;
	s16 x[AIOS_NETWORK_INPUTS_MAX];
	u32 round, i;

	for (round = 0; round < 20000; round++) {
		double real, bound, got;
		s64 score;

		/* Small weights leave the units within their limits, and large ones do not. */
		any_network(&network, round & 1 ? 0x1ff : -1);
		for (i = 0; i < AIOS_NETWORK_INPUTS_MAX; i++)
			x[i] = any_weight();
		real = real_score(&network, x, &bound);
		score = score_of(&network, x, network.inputs);
		tap_need(score_of(&network, x, random_below(&seed, network.inputs + 1)) == score,
			 "in parts");
		got = (double)score / (1LL << AIOS_SCORE_FRAC);
		tap_need(fabs(got - real) <= bound + 1e-9, "%g for %g, bound %g", got, real, bound);
		tap_need(score < AIOS_SCORE_MAX && score > -AIOS_SCORE_MAX, "%lld", score);
	}
	tap_point("as in real numbers but for the rounding of the units");
}

/* -------------------------------------------------------------------- model */

static u32 crc(const u8 *file, size_t size)
{
	u32 sum = ~0U, bit;
	size_t i;

	for (i = 0; i < size; i++)
		for (bit = 0, sum ^= file[i]; bit < 8; bit++)
			sum = sum & 1 ? sum >> 1 ^ 0xedb88320U : sum >> 1;
	return ~sum;
}

static void put(u8 *at, u32 bytes, u32 value)
{
	u32 i;

	for (i = 0; i < bytes; i++)
		at[i] = (u8)(value >> 8 * i);
}

/* A file with weights 1, 2, 3, ...; its length is returned. */
static size_t make_file(u8 *file, u32 inputs, u32 hidden)
{
	u32 nr = inputs + hidden * (inputs + 2), i;
	size_t size = AIOS_MODEL_HEADER + 2 * nr;

	memset(file, 0, AIOS_MODEL_HEADER);
	memcpy(file, AIOS_MODEL_MAGIC, sizeof(AIOS_MODEL_MAGIC));
	put(file + 8, 2, 1);
	put(file + 10, 2, AIOS_MODEL_RANKER);
	put(file + 12, 2, inputs);
	put(file + 14, 2, hidden);
	put(file + 16, 4, (u32)size);
	memcpy(file + 24, "by hand", 7);
	for (i = 0; i < nr; i++)
		put(file + AIOS_MODEL_HEADER + 2 * i, 2, i + 1);
	put(file + 20, 4, crc(file, size));
	return size;
}

static enum aios_model_fault read_file(struct aios_model *model, const u8 *file, size_t size)
{
	return aios_model_read(model, AIOS_MODEL_RANKER, INPUTS, file, size);
}

static void test_model_good(void)
{
	u8 file[AIOS_MODEL_BYTES_MAX];
	size_t size = make_file(file, INPUTS, 2);
	struct aios_model model;
	u32 nr = INPUTS + 2 * (INPUTS + 2);

	tap_need(crc((const u8 *)"123456789", 9) == 0xcbf43926U, "the checksum's own test");
	tap_need(read_file(&model, file, size) == AIOS_MODEL_GOOD, "good");
	tap_need(!strcmp(model.label, "by hand"), "%s", model.label);
	tap_need(model.network.inputs == INPUTS && model.network.hidden == 2, "sizes");
	tap_need(model.network.linear[0] == 1 && model.network.linear[INPUTS - 1] == INPUTS,
		 "linear");
	tap_need(model.network.weight[0][0] == INPUTS + 1, "the first unit");
	tap_need(model.network.weight[1][INPUTS] == (s16)nr - 2, "the last bias");
	tap_need(model.network.out[1] == (s16)nr, "the last weight");
	size = make_file(file, INPUTS, AIOS_NETWORK_HIDDEN_MAX);
	tap_need(read_file(&model, file, size) == AIOS_MODEL_GOOD, "the most units");
	size = make_file(file, INPUTS, 0);
	tap_need(read_file(&model, file, size) == AIOS_MODEL_GOOD, "no units");
	tap_point("a model file is read");
}

/* Each fault by one change, and with the checksum right for it. */
static void test_model_bad(void)
{
	static const struct {
		u32 at, bytes, value;
		enum aios_model_fault fault;
	} cases[] = {
		{ 0, 1, 'a', AIOS_MODEL_NO_MODEL },
		{ 7, 1, 1, AIOS_MODEL_NO_MODEL },
		{ 8, 2, 0, AIOS_MODEL_NEWER },
		{ 8, 2, 2, AIOS_MODEL_NEWER },
		{ 10, 2, 2, AIOS_MODEL_OTHER_KIND },
		{ 12, 2, INPUTS - 1, AIOS_MODEL_OTHER_INPUTS },
		{ 12, 2, 0, AIOS_MODEL_OTHER_INPUTS },
		{ 14, 2, AIOS_NETWORK_HIDDEN_MAX + 1, AIOS_MODEL_TOO_WIDE },
		{ 14, 2, 0xffff, AIOS_MODEL_TOO_WIDE },
		{ 14, 2, 3, AIOS_MODEL_SIZE },
		{ 16, 4, 0, AIOS_MODEL_SIZE },
		{ 16, 4, 0xffffffffU, AIOS_MODEL_SIZE },
		{ 24, 1, '\n', AIOS_MODEL_BAD_LABEL },
		{ 40, 1, 'a', AIOS_MODEL_BAD_LABEL },
		{ 63, 1, 'a', AIOS_MODEL_BAD_LABEL },
	};
	u8 file[AIOS_MODEL_BYTES_MAX + 1];
	struct aios_model model, before;
	size_t size;
	u32 i;

	memset(&model, 0x5a, sizeof(model));
	before = model;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		size = make_file(file, INPUTS, 2);
		put(file + cases[i].at, cases[i].bytes, cases[i].value);
		put(file + 20, 4, 0);
		put(file + 20, 4, crc(file, size));
		tap_need(read_file(&model, file, size) == cases[i].fault, "case %u: %d", i,
			 read_file(&model, file, size));
	}
	size = make_file(file, INPUTS, 2);
	for (i = 0; i < size; i++)
		tap_need(read_file(&model, file, i) ==
			 (i < AIOS_MODEL_HEADER ? AIOS_MODEL_SHORT : AIOS_MODEL_SIZE),
			 "%u bytes", i);
	tap_need(read_file(&model, file, size + 1) == AIOS_MODEL_SIZE, "one more");
	tap_need(!memcmp(&model, &before, sizeof(model)), "a bad file writes nothing");
	tap_point("each way in which a model file can be wrong");
}

/* A damaged byte is found; bytes drawn by chance do no harm with any length. */
static void test_model_fuzz(void)
{
	u8 file[AIOS_MODEL_BYTES_MAX];
	struct aios_model model;
	size_t size = make_file(file, INPUTS, 4);
	u32 i, round;

	for (i = 0; i < size; i++) {
		u8 flip = (u8)(1U << random_below(&seed, 8));

		file[i] ^= flip;
		tap_need(read_file(&model, file, size) != AIOS_MODEL_GOOD, "byte %u", i);
		file[i] ^= flip;
	}
	tap_need(read_file(&model, file, size) == AIOS_MODEL_GOOD, "as it was");
	for (round = 0; round < 20000; round++) {
		size_t length = random_below(&seed, sizeof(file) + 1);
		u8 *exact = malloc(length ?: 1);
		u32 hidden = random_below(&seed, 40);
		enum aios_model_fault fault;

		make_file(file, INPUTS, min(hidden, AIOS_NETWORK_HIDDEN_MAX));
		memcpy(exact, file, length);
		for (i = random_below(&seed, 4); i && length; i--)
			exact[random_below(&seed, (u32)length)] = (u8)random_next(&seed);
		fault = read_file(&model, exact, length);
		tap_need(fault || (model.network.inputs == INPUTS &&
				   model.network.hidden <= AIOS_NETWORK_HIDDEN_MAX),
			 "what is good has sizes in range");
		tap_need(strlen(aios_model_fault_text(fault)) > 5, "text of %d", fault);
		free(exact);
	}
	tap_point("damaged model files");
}

/* ------------------------------------------------------------------- policy */

static void begin(void)
{
	world_init(&w);
	w.now = 0;
	memset(&ranker, 0, sizeof(ranker));
	ranker.network.inputs = INPUTS;
}

static int learn(u32 backfill)
{
	return aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_LEARNED, backfill,
				      AIOS_OBJECTIVE_UTILITY);
}

static void give(struct aios_ranker *r)
{
	tap_need(!aios_engine_ranker_set(&w.engine, world_now(&w), r), "set");
}

static struct world_job *come(u64 milli, u64 seconds)
{
	struct world_job *job = world_new_job(&w, &w.engine.root);

	world_ask(job, AIOS_RESOURCE_CPU, milli, milli);
	job->node.expected_runtime_ns = seconds * SECOND;
	tap_need(!world_submit(&w, job), "submit");
	return job;
}

static void decide_at(u64 seconds)
{
	w.now = seconds * SECOND;
	tap_need(!world_decide(&w), "decide");
	world_check(&w, true);
}

static void test_needs_model(void)
{
	begin();
	tap_need(learn(AIOS_BACKFILL_EASY) == -EOPNOTSUPP, "without a model");
	give(&ranker);
	tap_need(!learn(AIOS_BACKFILL_EASY), "with one");
	tap_need(aios_engine_ranker_set(&w.engine, world_now(&w), NULL) == -EBUSY,
		 "it cannot be taken away");
	tap_need(aios_engine_group_policy(&w.engine, world_now(&w),
					  world_add_group(&w, &w.engine.root),
					  AIOS_POLICY_LEARNED) == -EOPNOTSUPP, "no group's");
	tap_need(!aios_engine_policy_set(&w.engine, world_now(&w), AIOS_POLICY_FIFO,
					 AIOS_BACKFILL_EASY, AIOS_OBJECTIVE_UTILITY), "back");
	give(NULL);
	tap_need(learn(AIOS_BACKFILL_EASY) == -EOPNOTSUPP, "without one again");
	world_free(&w);
	tap_point("the policy needs a model, and keeps it");
}

/* With one weight alone the order is that of the input; equal scores go by arrival. */
static void test_order(void)
{
	struct world_job *all, *longer, *shorter, *small;

	begin();
	ranker.network.linear[AIOS_RANKER_RUNTIME] = -W_ONE;
	give(&ranker);
	tap_need(!learn(AIOS_BACKFILL_NONE), "learned");
	all = come(16000, 100);
	decide_at(0);
	longer = come(16000, 5000);
	shorter = come(16000, 400);
	small = come(1000, 5000);
	decide_at(10);
	tap_need(world_runs(all), "the machine is full");
	w.now = 20 * SECOND;
	world_done(&w, all);
	decide_at(20);
	tap_need(world_runs(shorter) && !world_runs(longer) && !world_runs(small),
		 "the shortest goes first");
	/* Another model orders what waits anew. */
	memset(ranker.network.linear, 0, sizeof(ranker.network.linear));
	ranker.network.linear[AIOS_RANKER_PART] = -W_ONE;
	give(&ranker);
	w.now = 30 * SECOND;
	world_done(&w, shorter);
	decide_at(30);
	tap_need(world_runs(small) && !world_runs(longer), "the smallest goes first");
	world_free(&w);
	tap_point("the highest score goes first");
}

static s16 quarter_log(u64 value)
{
	return (s16)(aios_log2(value) >> (2 + AIOS_LOG2_FRAC - AIOS_NETWORK_FRAC));
}

/* What is the same for all jobs, and when which size fits, are read from the ranker. */
static void test_state(void)
{
	struct world_job *one, *two, *wait;
	const s16 *state = ranker.state;

	begin();
	give(&ranker);
	tap_need(!learn(AIOS_BACKFILL_EASY), "learned");
	one = come(4000, 1023);
	two = come(12000, 63);
	decide_at(0);
	tap_need(world_runs(one) && world_runs(two), "both run");
	wait = come(16000, 10);
	decide_at(0);
	tap_need(!world_runs(wait), "one waits");
	come(16000, 10);
	decide_at(3);
	tap_need(state[AIOS_RANKER_FREE] == 0, "free %d", state[AIOS_RANKER_FREE]);
	tap_need(state[AIOS_RANKER_BACKFILL] == AIOS_NETWORK_ONE, "backfill");
	tap_need(state[AIOS_RANKER_QUEUE] == quarter_log(3), "queue %d",
		 state[AIOS_RANKER_QUEUE]);
	tap_need(state[AIOS_RANKER_OLDEST] == AIOS_NETWORK_ONE / 2, "oldest %d: log2(1 + 3) / 4",
		 state[AIOS_RANKER_OLDEST]);
	tap_need(ranker.nr_steps == 2 && ranker.step[0].free == 12000 &&
		 ranker.step[1].free == 16000, "%u steps", ranker.nr_steps);
	/* 1020 s and 1 s more are 2^9.9956. */
	tap_need(ranker.step[1].delay == quarter_log(1021), "%d", ranker.step[1].delay);
	tap_need(aios_ranker_when(&ranker, 12000) == &ranker.step[0] &&
		 aios_ranker_when(&ranker, 12001) == &ranker.step[1] &&
		 aios_ranker_when(&ranker, 99999) == &ranker.step[1], "when it fits");
	tap_need(state[AIOS_RANKER_HALF] == ranker.step[0].delay, "half");
	world_free(&w);
	tap_point("what the ranker sees of the machine");
}

int main(void)
{
	test_exact();
	test_real();
	test_model_good();
	test_model_bad();
	test_model_fuzz();
	test_needs_model();
	test_order();
	test_state();
	return tap_done();
}
