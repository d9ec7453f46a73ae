// SPDX-License-Identifier: GPL-2.0
/*
 * Estimated starts as tables and as JSON: see report_estimates.h.
 */
#include "print/queueing.h"
#include "print/show.h"
#include "print/util.h"
#include "simulate/report_estimates.h"

static const char *outcome(const struct sim_estimate *e)
{
	if (e->at_once)
		return "at_once";
	if (e->basis == AIOS_BASIS_NONE)
		return "no_estimate";
	if (e->waited_ns < e->low_ns)
		return "early";
	return e->waited_ns > e->high_ns ? "late" : "within";
}

static void told_print(struct out *o, const struct sim_estimate *e, const char *key,
		       uint64_t ns)
{
	if (e->basis == AIOS_BASIS_NONE)
		out_null(o, key, "-");
	else
		show_duration(o, key, ns);
}

/* These are the fields of a job, in a row or in an object. */
static void job_fields(struct out *o, const struct sim_estimate *e)
{
	out_u64(o, "job", e->job);
	show_duration(o, "arrived_ns", e->arrived_ns);
	if (e->basis == AIOS_BASIS_NONE)
		out_null(o, "basis", "-");
	else
		out_string(o, "basis", aios_basis_name(e->basis));
	told_print(o, e, "wait_duration_ns", e->wait_ns);
	told_print(o, e, "low_duration_ns", e->low_ns);
	told_print(o, e, "high_duration_ns", e->high_ns);
	show_duration(o, "waited_duration_ns", e->waited_ns);
	out_string(o, "outcome", outcome(e));
}

/* The same for what they add up to. */
static void summary_fields(struct out *o, const struct sim_stats *s)
{
	struct sim_estimates_summary sum;
	double told;

	stats_estimates(s, &sum);
	told = sum.nr_told ?: 1;
	out_u64(o, "at_once", sum.nr_at_once);
	out_u64(o, "no_estimate", sum.nr_none);
	out_u64(o, "estimated", sum.nr_told);
	out_u64(o, "within", sum.nr_within);
	out_u64(o, "early", sum.nr_early);
	out_u64(o, "late", sum.nr_late);
	if (!sum.nr_told) {
		out_null(o, "coverage", "-");
		out_null(o, "median_error_duration_ns", "-");
		out_null(o, "median_error_factor", "-");
		out_null(o, "median_interval_factor", "-");
		return;
	}
	out_double(o, "coverage", sum.nr_within / told, "%.1f %%",
		   100 * sum.nr_within / told);
	show_duration(o, "median_error_duration_ns", sum.median_error_ns);
	out_double(o, "median_error_factor", sum.median_factor, "%.2f", sum.median_factor);
	out_double(o, "median_interval_factor", sum.median_width, "%.2f",
		   sum.median_width);
}

void estimates_data(struct out *o, const struct sim_stats *s)
{
	out_hidden_begin(o, "estimates");
	summary_fields(o, s);
	out_hidden_array_begin(o, "jobs");
	for (size_t i = 0; i < s->nr_estimates; i++) {
		out_hidden_begin(o, NULL);
		job_fields(o, &s->estimates[i]);
		out_hidden_end(o);
	}
	out_hidden_end(o);
	out_hidden_end(o);
}

static void jobs_table(struct out *o, const struct show_trace *t,
		       const struct show_run *run)
{
	static const struct out_column columns[] = {
		{ "job", "JOB", true },
		{ "arrived_ns", "ARRIVED", true },
		{ "basis", "BASIS", false },
		{ "wait_duration_ns", "ESTIMATE", true },
		{ "low_duration_ns", "LOW", true },
		{ "high_duration_ns", "HIGH", true },
		{ "waited_duration_ns", "WAITED", true },
		{ "outcome", "OUTCOME", false },
	};
	const struct sim_stats *s = show_stats(t, run);
	auto_free char *title = xasprintf("Estimates: %s, backfill %s",
					  run->policy.policy_name,
					  run->policy.backfill_name);

	out_table_begin(o, "jobs", title, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < s->nr_estimates; i++) {
		out_row_begin(o);
		job_fields(o, &s->estimates[i]);
		out_row_end(o);
	}
	out_table_end(o);
}

void estimates_tables(struct out *o, const struct show_trace *t)
{
	static const struct out_column columns[] = {
		{ "policy", "POLICY", false },
		{ "backfill", "BACKFILL", false },
		{ "at_once", "AT ONCE", true },
		{ "no_estimate", "NO ESTIMATE", true },
		{ "estimated", "ESTIMATED", true },
		{ "within", "WITHIN", true },
		{ "early", "EARLY", true },
		{ "late", "LATE", true },
		{ "coverage", "COVERAGE", true },
		{ "median_error_duration_ns", "ERROR", true },
		{ "median_error_factor", "FACTOR", true },
		{ "median_interval_factor", "WIDTH", true },
	};

	for (size_t i = 0; i < t->nr_runs; i++)
		jobs_table(o, t, &t->runs[i]);
	out_table_begin(o, "estimates", "How the estimates held", columns,
			ARRAY_SIZE(columns));
	for (size_t i = 0; i < t->nr_runs; i++) {
		out_row_begin(o);
		out_string(o, "policy", t->runs[i].policy.policy_name);
		out_string(o, "backfill", t->runs[i].policy.backfill_name);
		summary_fields(o, show_stats(t, &t->runs[i]));
		out_row_end(o);
	}
	out_table_end(o);
}
