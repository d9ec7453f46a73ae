// SPDX-License-Identifier: GPL-2.0
/*
 * Intervals from experience: what a job is told without any, that four waits in five
 * are within the interval whatever the errors are like, that it follows errors which
 * change, and that nothing overflows.
 */
#include <math.h>
#include <stdlib.h>

#include "core/queueing/calibrate.h"
#include "random.h"
#include "tap.h"

#define S	1000000000ULL
#define JOBS	20000

static struct aios_calibration calibration;
static u64 seed;

static double normal(void)
{
	double u = (double)((random_next(&seed) >> 11) + 1) / 0x1p53;
	double v = (double)(random_next(&seed) >> 11) / 0x1p53;

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

static bool is_near(u64 found, u64 expected)
{
	return llabs((long long)(found - expected)) <= (long long)(expected >> 16) + 1;
}

/* An eighth of the estimate to half an octave more than it, where 1 s is added to both. */
static void check_first(void)
{
	static const u32 bases[] = { AIOS_BASIS_STATE, AIOS_BASIS_FUTURE };
	struct aios_told told;
	u32 i;

	aios_calibration_init(&calibration);
	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		aios_calibrate(&calibration, bases[i], 5, 3599 * S, 3, &told);
		tap_need(told.basis == bases[i] && told.at_ns == 5, "basis");
		tap_need(told.wait_ns == 3599 * S && told.base_ns == 3599 * S, "estimate");
		tap_need(told.low_ns == 449 * S, "low: %llu", told.low_ns);
		tap_need(is_near(told.high_ns, (u64)((3600 * M_SQRT2 - 1) * 1e9)),
			 "high: %llu", told.high_ns);
		aios_calibrate(&calibration, bases[i], 5, 0, 1, &told);
		tap_need(!told.wait_ns && !told.low_ns && told.high_ns < S / 2, "no wait");
	}
}

/* Return the part that is within; @late, how many each job's start is behind its arrival. */
static double coverage(u32 basis, double (*error)(u32 i), u32 late, double *below)
{
	static struct aios_told told[JOBS];
	static u64 wait[JOBS];
	u32 within = 0, early = 0, i;

	for (i = 0; i < JOBS + late; i++) {
		if (i < JOBS) {
			u64 estimate = 60 * S + random_below(&seed, 100000) * S;

			aios_calibrate(&calibration, basis, 0, estimate,
				       1 + (u32)random_below(&seed, 12), &told[i]);
			aios_calibration_tell(&calibration);
			wait[i] = (u64)((double)estimate * exp2(error(i)));
			early += wait[i] < told[i].low_ns;
			within += wait[i] >= told[i].low_ns && wait[i] <= told[i].high_ns;
			tap_need(told[i].low_ns <= told[i].wait_ns &&
				 told[i].wait_ns <= told[i].high_ns, "in order");
		}
		if (i >= late)
			aios_calibration_learn(&calibration, &told[i - late],
					       wait[i - late]);
	}
	*below = (double)early / JOBS;
	return (double)within / JOBS;
}

static double error_wide(u32 i)
{
	(void)i;
	return -2 + 3 * normal();
}

/* One job in three starts when it was foretold. */
static double error_atom(u32 i)
{
	return i % 3 ? -4 * fabs(normal()) : 0;
}

static double error_drift(u32 i)
{
	return sin(i / 1500.) * 2 + normal();
}

/* Neighbours err alike. */
static double error_alike(u32 i)
{
	static double last;

	last = i ? 0.99 * last + 0.14 * normal() : 0;
	return last;
}

static double error_small(u32 i)
{
	(void)i;
	return 0.1 * normal();
}

static void check_coverage(void)
{
	static const struct {
		const char *name;
		double (*error)(u32 i);
		u32 latest;	/* errors that are small and known late are learnt slowly */
	} kinds[] = {
		{ "wide", error_wide, 400 }, { "atom", error_atom, 400 },
		{ "drift", error_drift, 400 }, { "alike", error_alike, 400 },
		{ "small", error_small, 30 },
	};
	static const u32 late[] = { 0, 30, 400 };
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		for (k = 0; k < ARRAY_SIZE(late) && late[k] <= kinds[i].latest; k++) {
			double below, within;

			seed = 7 + i;
			aios_calibration_init(&calibration);
			within = coverage(i & 1 ? AIOS_BASIS_STATE : AIOS_BASIS_FUTURE,
					  kinds[i].error, late[k], &below);
			printf("# %s, %u late: %.3f within, %.3f below\n", kinds[i].name,
			       late[k], within, below);
			tap_need(within > 0.75 && within < 0.85, "%s, %u late: %.3f within",
				 kinds[i].name, late[k], within);
			tap_need(below > 0.05 && below < 0.15, "%.3f below", below);
			tap_need(!calibration.pending, "%u pending", calibration.pending);
		}
}

/* Small errors make a narrow interval, and a class that errs otherwise has its own. */
static void check_narrow(void)
{
	struct aios_told told;
	double below;
	u32 i;

	seed = 3;
	aios_calibration_init(&calibration);
	coverage(AIOS_BASIS_STATE, error_small, 0, &below);
	aios_calibrate(&calibration, AIOS_BASIS_STATE, 0, 1000 * S, 1, &told);
	tap_need(told.low_ns > 850 * S && told.low_ns < 950 * S, "low %llu", told.low_ns);
	tap_need(told.high_ns > 1050 * S && told.high_ns < 1150 * S, "high %llu",
		 told.high_ns);
	/* Those of the other kind have learnt nothing from it. */
	aios_calibrate(&calibration, AIOS_BASIS_FUTURE, 0, 3599 * S, 1, &told);
	tap_need(told.low_ns == 449 * S, "another kind: %llu", told.low_ns);
	for (i = 0; i < 2000; i++) {
		u32 width = i & 1 ? 1 : 20;

		aios_calibrate(&calibration, AIOS_BASIS_FUTURE, 0, 4000 * S, width, &told);
		aios_calibration_tell(&calibration);
		aios_calibration_learn(&calibration, &told, width > 1 ? 4000 * S : 40 * S);
	}
	aios_calibrate(&calibration, AIOS_BASIS_FUTURE, 0, 4000 * S, 1, &told);
	tap_need(told.wait_ns < 60 * S, "narrow jobs: %llu", told.wait_ns);
	aios_calibrate(&calibration, AIOS_BASIS_FUTURE, 0, 4000 * S, 20, &told);
	tap_need(told.wait_ns > 3500 * S, "wide jobs: %llu", told.wait_ns);
}

/* Whatever comes, bounds are in order and below the end of time. */
static void check_extremes(void)
{
	static const u64 values[] = { 0, 1, S, 1ULL << 40, 1ULL << 62, U64_MAX };
	struct aios_told told = { 0 };
	u32 i;

	aios_calibration_init(&calibration);
	aios_calibration_forget(&calibration, &told);
	aios_calibration_learn(&calibration, &told, 77);
	tap_need(!calibration.pending && !calibration.whole[0].weight, "told nothing");
	seed = 9;
	for (i = 0; i < 20000; i++) {
		u64 estimate = values[random_below(&seed, ARRAY_SIZE(values))];
		u64 wait = values[random_below(&seed, ARRAY_SIZE(values))];

		aios_calibrate(&calibration, AIOS_BASIS_STATE, 0, estimate,
			       (u32)random_next(&seed), &told);
		aios_calibration_tell(&calibration);
		tap_need(told.low_ns <= told.wait_ns && told.wait_ns <= told.high_ns &&
			 told.high_ns <= 1ULL << 62, "%llu %llu %llu", told.low_ns,
			 told.wait_ns, told.high_ns);
		if (i & 7)
			aios_calibration_learn(&calibration, &told, wait);
		else
			aios_calibration_forget(&calibration, &told);
		tap_need(told.basis == AIOS_BASIS_NONE, "it is told once");
	}
}

int main(void)
{
	check_first();
	tap_point("without experience: an eighth of the estimate to half an octave more");
	check_coverage();
	tap_point("four waits in five are within the interval, whatever the errors");
	check_narrow();
	tap_point("small errors make narrow intervals, each class has its own");
	check_extremes();
	tap_point("extremes");
	return tap_done();
}
