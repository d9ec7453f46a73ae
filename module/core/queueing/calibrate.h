/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intervals from experience: how far estimated waits have been off so far says how
 * far the next ones may be. An estimate goes in as it was made, by a simulated future
 * or by the jobs that are ahead; out come a median and bounds that one job in ten is
 * below and one in ten above, whatever the workload, because they follow what became
 * of those who were told before:
 *
 *	a job waits:		aios_calibrate(), aios_calibration_tell()
 *	it starts:		aios_calibration_learn()
 *	it leaves instead:	aios_calibration_forget()
 *
 * Documentation/queueing.rst says how well that holds.
 *
 * Pure: no lock, no allocation, no clock, no floating point; O(1) a call, and memory
 * that does not grow. The caller serialises all calls on one calibration.
 */
#ifndef AIOS_CORE_QUEUEING_CALIBRATE_H
#define AIOS_CORE_QUEUEING_CALIBRATE_H

#include <linux/aios.h>

#include "core/base/types.h"

#define AIOS_CALIBRATION_KINDS	2U	/* by a simulated future, and by the jobs ahead */
#define AIOS_CALIBRATION_SIZES	16U	/* of the estimate, two octaves each */
#define AIOS_CALIBRATION_WIDTHS	4U	/* of the job */
#define AIOS_CALIBRATION_CLASSES	\
	(AIOS_CALIBRATION_KINDS * AIOS_CALIBRATION_SIZES * AIOS_CALIBRATION_WIDTHS)

/**
 * struct aios_calibration_track - errors of the estimates of one class
 * @quantile: the 10, 50 and 90 % quantiles of log2 (wait / estimate), with 32
 *	fraction bits
 * @scale: decayed mean distance of the errors from the median, likewise
 * @weight: of all errors seen, with 16 fraction bits
 */
struct aios_calibration_track {
	s64 quantile[3];
	s64 scale;
	u64 weight;
};

/**
 * struct aios_calibration - what became of estimates; the members are private
 * @whole: errors of all estimates of a kind
 * @class: errors of those of a kind whose estimates and jobs were about as large
 * @widen: log2 of how much wider than the quantiles the lower and the upper half of
 *	an interval are, with 32 fraction bits
 * @pending: jobs that have been told and wait
 */
struct aios_calibration {
	struct aios_calibration_track whole[AIOS_CALIBRATION_KINDS];
	struct aios_calibration_track class[AIOS_CALIBRATION_CLASSES];
	s64 widen[AIOS_CALIBRATION_KINDS][2];
	u32 pending;
};

/**
 * struct aios_told - what a job is told; zeroed: nothing
 * @at_ns: when it is
 * @base_ns: wait that was estimated
 * @wait_ns: half of such jobs wait less
 * @low_ns: one job in ten waits less
 * @high_ns: one job in ten waits longer
 * @class: of the estimate
 * @basis: AIOS_BASIS_* of the estimate, AIOS_BASIS_NONE: it is told nothing
 */
struct aios_told {
	u64 at_ns;
	u64 base_ns;
	u64 wait_ns;
	u64 low_ns;
	u64 high_ns;
	u16 class;
	u16 basis;
};

void aios_calibration_init(struct aios_calibration *calibration);
void aios_calibrate(const struct aios_calibration *calibration, u32 basis, u64 now,
		    u64 wait_ns, u32 width, struct aios_told *told);
void aios_calibration_tell(struct aios_calibration *calibration);
void aios_calibration_learn(struct aios_calibration *calibration, struct aios_told *told,
			    u64 now);
void aios_calibration_forget(struct aios_calibration *calibration, struct aios_told *told);

#endif /* AIOS_CORE_QUEUEING_CALIBRATE_H */
