// SPDX-License-Identifier: GPL-2.0
/*
 * The queueing model of a group, see queueing.h: what was measured, what models
 * expect and which of their assumptions do not hold, and how long the next job
 * would wait.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "print/queueing.h"
#include "print/show.h"

static double from_q32(uint64_t value)
{
	return (double)value / 4294967296.;
}

/* ------------------------------------------------------------------- show */

#define FLAGS_LEN	96

/* The words, and "none" where there are none. */
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

/* "5m", "now" */
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

static void mean_print(struct out *o, const char *key, uint64_t value)
{
	if (value == AIOS_QUEUEING_ENDLESS)
		out_null(o, key, "endless");
	else
		out_double(o, key, from_q32(value), "%.3g", from_q32(value));
}

static void duration_print(struct out *o, const char *key, uint64_t ns)
{
	if (ns == AIOS_QUEUEING_ENDLESS)
		out_null(o, key, "endless");
	else
		show_duration(o, key, ns);
}

static void model_cells(struct out *o, const char *name,
			const struct aios_queueing_model *model)
{
	out_string(o, "model", name);
	mean_print(o, "l", model->l);
	mean_print(o, "lq", model->lq);
	duration_print(o, "w_duration_ns", model->w_duration_ns);
	duration_print(o, "wq_duration_ns", model->wq_duration_ns);
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

/* What a table of stations has in the first row of each. */
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

/* A job that came now; null where that is not known. */
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
}

/* ---------------------------------------------------------------- metrics */

struct queueing_groups {
	struct aios_ctx *ctx;
	struct queueing_group {
		char *path;
		struct aios_queueing q;
	} *group;
	size_t nr;
	size_t room;
};

static int group_add(const struct aios_record *record, void *data)
{
	struct queueing_groups *groups = data;
	struct queueing_group *group;
	int err;

	if (groups->nr == groups->room) {
		groups->room = groups->room ? groups->room * 2 : 16;
		groups->group = xrealloc(groups->group,
					 groups->room * sizeof(*groups->group));
	}
	group = &groups->group[groups->nr];
	aios_queueing_init(&group->q, NULL, record->group);
	err = aios_queueing_get(groups->ctx, &group->q);
	/* It may be gone by now. */
	if (err)
		return err == -ENOENT ? 0 : err;
	/* A list that changed while it was read can name one twice. */
	for (size_t i = 0; i < groups->nr; i++)
		if (groups->group[i].q.id == group->q.id)
			return 0;
	group->path = xstrdup(record->path);
	groups->nr++;
	return 0;
}

enum kind { KIND_COUNT, KIND_Q32, KIND_SECONDS };

static double value_of(const struct aios_queueing *q, size_t offset, enum kind kind)
{
	uint64_t value = *(const __u64 *)((const char *)q + offset);

	return kind == KIND_Q32 ? from_q32(value) :
	       kind == KIND_SECONDS ? value / 1e9 : (double)value;
}

static void measured_metrics(struct metrics *m, const struct queueing_groups *groups)
{
#define FIELD(field)	offsetof(struct aios_queueing, field)
	static const struct {
		struct metric_family family;
		size_t offset;
		enum kind kind;
	} families[] = {
		{ { "aios_group_arrivals", "counter", NULL,
		    "Jobs that were submitted to a group or below it." },
		  FIELD(arrivals), KIND_COUNT },
		{ { "aios_group_ended", "counter", NULL,
		    "Of these, jobs that ended after they were admitted." },
		  FIELD(ended), KIND_COUNT },
		{ { "aios_group_arrival_rate", "gauge", NULL,
		    "Arrivals per second." }, FIELD(arrival_rate), KIND_Q32 },
		{ { "aios_group_service_rate", "gauge", NULL,
		    "Jobs per second that one busy server ends." },
		  FIELD(service_rate), KIND_Q32 },
		{ { "aios_group_mean_jobs", "gauge", NULL,
		    "L: mean number of jobs waiting or in service." },
		  FIELD(l), KIND_Q32 },
		{ { "aios_group_mean_waiting", "gauge", NULL,
		    "Lq: mean number of jobs waiting." }, FIELD(lq), KIND_Q32 },
		{ { "aios_group_residence_seconds", "gauge", "seconds",
		    "W: mean time waiting and in service." },
		  FIELD(w_duration_ns), KIND_SECONDS },
		{ { "aios_group_wait_seconds", "gauge", "seconds",
		    "Wq: mean time waiting." }, FIELD(wq_duration_ns), KIND_SECONDS },
	};
#undef FIELD

	for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
		family_begin(m, &families[f].family);
		for (size_t i = 0; i < groups->nr; i++) {
			struct metric_labels labels = { 0 };

			label_add(&labels, "group", groups->group[i].path);
			sample_add(m, &labels, value_of(&groups->group[i].q,
							families[f].offset,
							families[f].kind));
		}
		family_end(m);
	}
}

static void utilisation_metrics(struct metrics *m, const struct queueing_groups *groups)
{
	static const struct metric_family family = {
		"aios_group_utilisation_ratio", "gauge", "ratio",
		"Mean number of jobs in service by the number that fits."
	};

	family_begin(m, &family);
	for (size_t i = 0; i < groups->nr; i++) {
		const struct aios_queueing *q = &groups->group[i].q;
		struct metric_labels labels = { 0 };

		label_add(&labels, "group", groups->group[i].path);
		sample_add(m, &labels, from_q32(q->ls) / q->servers);
	}
	family_end(m);
}

/* A mean that does not exist has no sample. */
static void model_metrics(struct metrics *m, const struct queueing_groups *groups,
			  const struct metric_family *family, bool holds)
{
	static const struct {
		const char *name;
		size_t offset;
	} models[] = {
		{ "mm1", offsetof(struct aios_queueing, mm1) },
		{ "mmc", offsetof(struct aios_queueing, mmc) },
		{ "ggc", offsetof(struct aios_queueing, ggc) },
	};

	family_begin(m, family);
	for (size_t i = 0; i < groups->nr * ARRAY_SIZE(models); i++) {
		const struct queueing_group *group = &groups->group[i / ARRAY_SIZE(models)];
		size_t which = i % ARRAY_SIZE(models);
		const struct aios_queueing_model *model =
			(const void *)((const char *)&group->q + models[which].offset);
		struct metric_labels labels = { 0 };

		if (!group->q.estimated ||
		    (!holds && model->wq_duration_ns == AIOS_QUEUEING_ENDLESS))
			continue;
		label_add(&labels, "group", group->path);
		label_add(&labels, "model", models[which].name);
		sample_add(m, &labels, holds ? !model->violations :
					       model->wq_duration_ns / 1e9);
	}
	family_end(m);
}

static void next_metrics(struct metrics *m, const struct queueing_groups *groups)
{
	static const struct metric_family family = {
		"aios_group_next_wait_seconds", "gauge", "seconds",
		"Estimated wait of a job that comes now: mean, and what one in ten is below or above."
	};

	family_begin(m, &family);
	for (size_t i = 0; i < groups->nr; i++) {
		const struct aios_queueing *q = &groups->group[i].q;
		const char * const bound[] = { "mean", "low", "high" };
		const uint64_t ns[] = {
			q->next_duration_ns, q->next_low_duration_ns,
			q->next_high_duration_ns,
		};

		if (q->next_basis == AIOS_BASIS_NONE)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(bound); k++) {
			struct metric_labels labels = { 0 };

			label_add(&labels, "group", groups->group[i].path);
			label_add(&labels, "bound", bound[k]);
			sample_add(m, &labels, ns[k] / 1e9);
		}
	}
	family_end(m);
}

int queueing_metrics(struct aios_ctx *ctx, struct metrics *m)
{
	static const struct metric_family wait = {
		"aios_group_model_wait_seconds", "gauge", "seconds",
		"Wq that a queueing model expects."
	};
	static const struct metric_family holds = {
		"aios_group_model_holds", "gauge", NULL,
		"Whether the measurement contradicts none of the model's assumptions."
	};
	struct queueing_groups groups = { .ctx = ctx };
	int err = aios_group_list(group_add, &groups);

	if (!err || err == -EAGAIN) {
		err = 0;
		measured_metrics(m, &groups);
		utilisation_metrics(m, &groups);
		model_metrics(m, &groups, &wait, false);
		model_metrics(m, &groups, &holds, true);
		next_metrics(m, &groups);
	}
	while (groups.nr)
		free(groups.group[--groups.nr].path);
	free(groups.group);
	return err;
}
