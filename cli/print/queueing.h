/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queueing model of a group, as group show, simulate and the estimates of starts print it.
 */
#ifndef AIOSCTL_PRINT_QUEUEING_H
#define AIOSCTL_PRINT_QUEUEING_H

#include <aios.h>

#include "print/out.h"

/* This makes a number of a rate, a length or a variation of the ABI. */
static inline double from_q32(uint64_t value)
{
	return (double)value / 4294967296.;
}

/*
 * This prints what an estimated start rests on: in text the means, the interval and
 * which assumptions do not hold, null when it is not known.
 */
void estimate_print(struct out *o, const char *key, const struct aios_estimate *estimate);
/* This writes all of it as the fields of an object of JSON. */
void queueing_fields(struct out *o, const struct aios_queueing *q);
/*
 * This writes one row of a table for what was measured and one for each model, with the
 * columns model, l, lq, w_duration_ns, wq_duration_ns and violations; the first also
 * has @station, servers, arrival_rate, service_rate and rho.
 */
void queueing_rows(struct out *o, const char *station, const struct aios_queueing *q);
/* This writes in sentences what of it can be trusted; JSON has the causes as words. */
void queueing_sentences(struct out *o, const struct aios_queueing *q);
/* This writes it into the record of a group. */
void queueing_print(struct out *o, const struct aios_queueing *q);

#endif /* AIOSCTL_PRINT_QUEUEING_H */
