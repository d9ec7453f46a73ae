/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What predictions are made from: what is known of a job when it is submitted, and what
 * is kept of one that has ended.
 */
#ifndef AIOS_CORE_PREDICT_RECORD_H
#define AIOS_CORE_PREDICT_RECORD_H

#include "core/base/types.h"

/* Of whom nothing is known. */
#define AIOS_PREDICT_NOBODY	0U

/**
 * struct aios_predict_job - a job that is submitted
 * @user: whose it is, AIOS_PREDICT_NOBODY: not known
 * @name: hash of what it runs, 0: not known
 * @request_ns: what it states that it runs, 0: nothing
 * @size: how much it asks for of what is scarce, in any unit
 * @submit_ns: when it is submitted, by a clock that tells the hour
 */
struct aios_predict_job {
	u32 user;
	u32 name;
	u64 request_ns;
	u64 size;
	u64 submit_ns;
};

/**
 * struct aios_predict_past - a job that has ended
 * @run: logarithm of what it ran, as all these with AIOS_PREDICT_FRAC fraction bits
 * @request: of what it stated, AIOS_PREDICT_UNSTATED: nothing
 * @size: of what it asked for
 * @before: of what the user's last job had run when this one was submitted
 * @earlier: of what the one before that had run
 * @next: the user's job that ended before this one, or another that is free; from 1, 0: none
 * @name: eight bits of the hash of what it ran
 * @hour: quarter of an hour of the day in which it was submitted
 */
struct aios_predict_past {
	u16 run;
	u16 request;
	u16 size;
	u16 before;
	u16 earlier;
	u16 next;
	u8 name;
	u8 hour;
};

#define AIOS_PREDICT_UNSTATED	(U16_MAX - 1)
#define AIOS_PREDICT_QUARTERS	96	/* of an hour in a day */

#endif /* AIOS_CORE_PREDICT_RECORD_H */
