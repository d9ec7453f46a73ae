/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How good predicted run times were, as a table and as JSON.
 */
#ifndef AIOSCTL_SIMULATE_REPORT_PREDICTIONS_H
#define AIOSCTL_SIMULATE_REPORT_PREDICTIONS_H

#include "simulate/report.h"

/* This is what a row of the runs has of it, which only JSON shows. */
void predictions_data(struct out *o, const struct sim_stats *stats);
/* This is the table for all runs of a trace. */
void predictions_table(struct out *o, const struct show_trace *t);

#endif /* AIOSCTL_SIMULATE_REPORT_PREDICTIONS_H */
