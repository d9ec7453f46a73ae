/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the estimated starts of replays and what came of them are printed.
 */
#ifndef AIOSCTL_SIMULATE_REPORT_ESTIMATES_H
#define AIOSCTL_SIMULATE_REPORT_ESTIMATES_H

#include "simulate/report.h"

/* JSON has them in each run: the summary, and every job. */
void estimates_data(struct out *o, const struct sim_stats *stats);
/* Text has a table of the jobs for each run, and one of the summaries behind them. */
void estimates_tables(struct out *o, const struct show_trace *trace);

#endif /* AIOSCTL_SIMULATE_REPORT_ESTIMATES_H */
