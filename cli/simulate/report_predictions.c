// SPDX-License-Identifier: GPL-2.0
/*
 * Predicted run times as a table and as JSON: see report_predictions.h.
 */

#include "print/util.h"
#include "simulate/report_predictions.h"

static const char * const method_names[SIM_METHODS] = {
	[SIM_BY_REQUEST] = "requested",
	[SIM_BY_LAST_TWO] = "predicted",
	[SIM_BY_TREE] = "tree",
	[SIM_BY_SVM] = "svm",
	[SIM_BY_BEST] = "best",
};

static void part_print(struct out *o, const char *key, uint64_t nr, uint64_t of)
{
	out_double(o, key, (double)nr / (double)of, "%.1f %%", 100. * (double)nr / (double)of);
}

/* 2^@x by its series, of which @x halved eight times needs few terms. */
static double power_of_2(double x)
{
	double part = x * 0.69314718055994530942 / 256, term = 1, sum = 1;

	for (int i = 1; i < 12; i++) {
		term *= part / i;
		sum += term;
	}
	for (int i = 0; i < 8; i++)
		sum *= sum;
	return sum;
}

/* These are the fields of a method, in a row or in an object. */
static void method_fields(struct out *o, const struct sim_predictions *p, int i)
{
	uint64_t nr = p->method[i].nr;
	double bias;

	out_string(o, "method", method_names[i]);
	out_u64(o, "predicted", nr);
	if (!nr) {
		out_null(o, "accuracy", "-");
		out_null(o, "bias_factor", "-");
		out_null(o, "under", "-");
	} else {
		bias = power_of_2(p->method[i].bias / (double)nr);
		out_double(o, "accuracy", p->method[i].accuracy / (double)nr, "%.1f %%",
			   100 * p->method[i].accuracy / (double)nr);
		out_double(o, "bias_factor", bias, "%.2f", bias);
		part_print(o, "under", p->method[i].nr_under, nr);
	}
	if (i != SIM_BY_BEST || !nr) {
		out_null(o, "within", "-");
		out_null(o, "at_most", "-");
	} else {
		part_print(o, "within", p->nr_within, nr);
		part_print(o, "at_most", p->nr_at_most, nr);
	}
}

void predictions_data(struct out *o, const struct sim_stats *stats)
{
	out_hidden_array_begin(o, "predictions");
	for (int i = 0; i < SIM_METHODS; i++) {
		out_hidden_begin(o, NULL);
		method_fields(o, &stats->predictions, i);
		out_hidden_end(o);
	}
	out_hidden_end(o);
}

void predictions_table(struct out *o, const struct show_trace *t)
{
	static const struct out_column columns[] = {
		{ "policy", "POLICY", false },
		{ "backfill", "BACKFILL", false },
		{ "method", "METHOD", false },
		{ "predicted", "PREDICTED", true },
		{ "accuracy", "ACCURACY", true },
		{ "bias_factor", "BIAS", true },
		{ "under", "UNDER", true },
		{ "within", "WITHIN", true },
		{ "at_most", "AT MOST", true },
	};

	out_table_begin(o, "predictions", "How run times were predicted", columns,
			ARRAY_SIZE(columns));
	for (size_t i = 0; i < t->nr_runs; i++) {
		const struct sim_stats *s = show_stats(t, &t->runs[i]);

		for (int k = 0; k < SIM_METHODS; k++) {
			out_row_begin(o);
			out_string(o, "policy", t->runs[i].policy.policy_name);
			out_string(o, "backfill", t->runs[i].policy.backfill_name);
			method_fields(o, &s->predictions, k);
			out_row_end(o);
		}
	}
	out_table_end(o);
}
