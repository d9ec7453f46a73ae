// SPDX-License-Identifier: GPL-2.0
/*
 * The queueing model of a group, see queueing.h: what was measured, what models
 * expect and which of their assumptions do not hold, and how long the next job
 * would wait.
 */
#include <string.h>

#include "print/queueing.h"
#include "print/show.h"
#include "print/when.h"

#define FLAGS_LEN	96

/* This lists the words of the flags, and returns "none" where there are none. */
static const char *flags_data(struct out *o, const char *key, uint64_t flags, char *text)
{
	*text = '\0';
	out_hidden_array_begin(o, key);
	for (uint32_t bit = 0; aios_queueing_flag_name(bit); bit++) {
		const char *word = aios_queueing_flag_name(bit);

		if (!(flags & 1U << bit))
			continue;
		out_string(o, NULL, word);
		if (*text)
			strncat(text, ", ", FLAGS_LEN - strlen(text) - 1);
		strncat(text, word, FLAGS_LEN - strlen(text) - 1);
	}
	out_hidden_end(o);
	return *text ? text : "none";
}

static void flags_print(struct out *o, const char *key, uint64_t flags)
{
	char text[FLAGS_LEN];

	out_cell(o, key, "%s", flags_data(o, key, flags, text));
}

/* The text is "5m" or "now". */
static const char *from_now(uint64_t ns, uint64_t now, char *text, size_t len)
{
	return ns > now ? duration_text(ns - now, text, len) : "now";
}

void estimate_print(struct out *o, const char *key, const struct aios_estimate *estimate)
{
	static const char * const means[] = {
		[AIOS_BASIS_STATE] = "jobs ahead",
		[AIOS_BASIS_MMC] = "M/M/c",
		[AIOS_BASIS_GGC] = "G/G/c",
		[AIOS_BASIS_FUTURE] = "run times",
	};
	const char *by = estimate->basis < ARRAY_SIZE(means) ? means[estimate->basis] : NULL;
	char flags[FLAGS_LEN], low[32], high[32];
	uint64_t now = monotonic_ns();
	auto_free char *between = NULL;
	const char *broken;

	if (!by) {
		out_null(o, key, "unknown");
		return;
	}
	out_hidden_begin(o, key);
	out_string(o, "basis", aios_basis_name(estimate->basis));
	out_u64(o, "low_ns", estimate->low_ns);
	out_u64(o, "high_ns", estimate->high_ns);
	broken = flags_data(o, "violations", estimate->violations, flags);
	out_hidden_end(o);
	between = estimate->low_ns == estimate->high_ns ? xstrdup("") :
		xasprintf(", in %s to %s",
			  from_now(estimate->low_ns, now, low, sizeof(low)),
			  from_now(estimate->high_ns, now, high, sizeof(high)));
	out_cell(o, key, "%s%s%s%s", by, between,
		 estimate->violations ? "; does not hold: " : "",
		 estimate->violations ? broken : "");
}

/* There is no mean, or nothing is known of one. */
static const char *endless(const struct aios_queueing_model *model)
{
	return model->violations & AIOS_QUEUEING_LOAD ? "endless" : "no estimate";
}

static void mean_print(struct out *o, const char *key, const struct aios_queueing_model *model,
		       uint64_t value)
{
	if (value == AIOS_QUEUEING_ENDLESS)
		out_null(o, key, endless(model));
	else
		out_double(o, key, from_q32(value), "%.3g", from_q32(value));
}

static void duration_print(struct out *o, const char *key,
			   const struct aios_queueing_model *model, uint64_t ns)
{
	if (ns == AIOS_QUEUEING_ENDLESS)
		out_null(o, key, endless(model));
	else
		show_duration(o, key, ns);
}

static void model_cells(struct out *o, const char *name,
			const struct aios_queueing_model *model)
{
	out_string(o, "model", name);
	mean_print(o, "l", model, model->l);
	mean_print(o, "lq", model, model->lq);
	duration_print(o, "w_duration_ns", model, model->w_duration_ns);
	duration_print(o, "wq_duration_ns", model, model->wq_duration_ns);
	flags_print(o, "violations", model->violations);
}

static void rates_print(struct out *o, const struct aios_queueing *q)
{
	out_double(o, "arrival_rate", from_q32(q->arrival_rate), "%.3g/s",
		   from_q32(q->arrival_rate));
	out_double(o, "service_rate", from_q32(q->service_rate), "%.3g/s",
		   from_q32(q->service_rate));
}

static void measured_row(struct out *o, const struct aios_queueing *q, const char *station)
{
	const struct aios_queueing_model measured = {
		.l = q->l, .lq = q->lq,
		.w_duration_ns = q->w_duration_ns,
		.wq_duration_ns = q->wq_duration_ns,
	};

	out_row_begin(o);
	if (station) {
		out_string(o, "station", station);
		out_u64(o, "servers", q->servers);
		rates_print(o, q);
		out_double(o, "rho", from_q32(q->rho), "%.3g", from_q32(q->rho));
	}
	model_cells(o, "measured", &measured);
	out_row_end(o);
}

/* A table of stations has these in the first row of each. */
static void same_station(struct out *o)
{
	static const char * const keys[] = {
		"station", "servers", "arrival_rate", "service_rate", "rho",
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		out_cell(o, keys[i], "%s", "");
}

static void model_rows(struct out *o, const struct aios_queueing *q)
{
	const struct aios_queueing_model *models[] = { &q->mm1, &q->mmc, &q->ggc };
	static const char * const names[] = { "mm1", "mmc", "ggc" };

	for (size_t i = 0; i < ARRAY_SIZE(models) && q->estimated; i++) {
		out_row_begin(o);
		same_station(o);
		model_cells(o, names[i], models[i]);
		out_row_end(o);
	}
}

void queueing_rows(struct out *o, const char *station, const struct aios_queueing *q)
{
	measured_row(o, q, station);
	model_rows(o, q);
}

static void models_print(struct out *o, const struct aios_queueing *q)
{
	static const struct out_column columns[] = {
		{ "model", "MODEL", false },
		{ "l", "L", true },
		{ "lq", "LQ", true },
		{ "w_duration_ns", "W", true },
		{ "wq_duration_ns", "WQ", true },
		{ "violations", "VIOLATED", false },
	};

	out_table_begin(o, "models", "Queueing", columns, ARRAY_SIZE(columns));
	queueing_rows(o, NULL, q);
	out_table_end(o);
}

/* This is what a job that came now would wait, null where that is not known. */
static void next_print(struct out *o, const struct aios_queueing *q)
{
	char mean[32], low[32], high[32];

	out_hidden_begin(o, "next");
	out_data_string(o, "basis", aios_basis_name(q->next_basis));
	if (q->next_basis != AIOS_BASIS_NONE) {
		out_data_u64(o, "wait_duration_ns", q->next_duration_ns);
		out_data_u64(o, "low_duration_ns", q->next_low_duration_ns);
		out_data_u64(o, "high_duration_ns", q->next_high_duration_ns);
	}
	out_hidden_end(o);
	if (q->next_basis == AIOS_BASIS_NONE)
		out_cell(o, "next_wait", "unknown");
	else
		out_cell(o, "next_wait", "%s (%s to %s)",
			 duration_text(q->next_duration_ns, mean, sizeof(mean)),
			 duration_text(q->next_low_duration_ns, low, sizeof(low)),
			 duration_text(q->next_high_duration_ns, high, sizeof(high)));
}

static void counts_print(struct out *o, const struct aios_queueing *q)
{
	out_u64(o, "servers", q->servers);
	out_data_u64(o, "elapsed_duration_ns", q->elapsed_duration_ns);
	out_u64(o, "arrivals", q->arrivals);
	out_data_u64(o, "starts", q->starts);
	out_u64(o, "ended", q->ended);
	out_data_u64(o, "withdrawn", q->withdrawn);
	out_data_u64(o, "requeued", q->requeued);
	out_u64(o, "waiting", q->waiting);
	out_u64(o, "serving", q->serving);
	out_data_u64(o, "parked", q->parked);
	rates_print(o, q);
	out_double(o, "utilisation", from_q32(q->ls) / q->servers, "%.1f%%",
		   from_q32(q->ls) / q->servers * 100);
	out_double(o, "arrival_scv", from_q32(q->gap_scv), "%.3g",
		   from_q32(q->gap_scv));
	out_double(o, "service_scv", from_q32(q->service_scv), "%.3g",
		   from_q32(q->service_scv));
}

void queueing_fields(struct out *o, const struct aios_queueing *q)
{
	counts_print(o, q);
	next_print(o, q);
	models_print(o, q);
}

void queueing_print(struct out *o, const struct aios_queueing *q)
{
	if (o->json)
		out_hidden_begin(o, "queueing");
	queueing_fields(o, q);
	if (o->json)
		out_hidden_end(o);
	else
		queueing_sentences(o, q);
}
