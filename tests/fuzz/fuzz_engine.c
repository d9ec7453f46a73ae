// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of the engine. An input is a sequence of events for a machine of groups,
 * accelerators and jobs; the oracle is world_check(), which computes every
 * invariant anew from the jobs alone: after each event, and after each decision.
 *
 * With clang's libFuzzer as tests/fuzz/run starts it; otherwise a program that
 * runs the files it is given, or as many pseudo-random inputs as its argument
 * says.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../core/chaos.h"
#include "../core/scratch.h"
#include "../core/tap.h"

#define EVENTS	400

static struct {
	const u8 *data;
	size_t size, at;
} input;

/* What is behind the end of an input is 0. */
static u32 below(u32 n)
{
	u32 bytes = n <= 0x100 ? 1 : n <= 0x10000 ? 2 : 4, v = 0;

	while (bytes--)
		v = v << 8 | (input.at < input.size ? input.data[input.at++] : 0);
	return v % n;
}

static void need(bool good, const char *what)
{
	if (good && !tap.broken)
		return;
	fprintf(stderr, "fuzz_engine: %s\n", what);
	fflush(stdout);
	abort();
}

static void one_input(const u8 *data, size_t size)
{
	static struct world w;
	u64 epoch;
	u32 event;

	input.data = data;
	input.size = size;
	input.at = 0;
	chaos_below = below;
	chaos_rigid = below(4);
	chaos_tree(&w, below(WORLD_GROUPS), below(WORLD_DEVICES));
	for (event = 0; event < EVENTS && input.at < input.size; event++) {
		chaos_event(&w);
		world_check(&w, false);
		need(true, "an event breaks an invariant");
		if (below(3))
			continue;
		epoch = w.engine.epoch;
		need(!world_decide(&w), "a decision fails");
		if (!below(4))
			scratch_check(&w, epoch);
		need(true, "a distribution is another than from nothing");
		world_check(&w, true);
		need(true, "a decision breaks an invariant");
	}
}

#define FUZZ_INPUTS	40
#define FUZZ_CLAIM	"no input breaks an invariant"
#include "driver.h"

#ifndef AIOS_LIBFUZZER
int main(int argc, char **argv)
{
	return fuzz_main(argc, argv);
}
#endif
