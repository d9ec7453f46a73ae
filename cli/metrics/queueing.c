// SPDX-License-Identifier: GPL-2.0
/*
 * The families of the queueing model of each group: what was measured, what models
 * expect, and how long the next job would wait.
 */
#include <errno.h>
#include <stddef.h>

#include "metrics/metrics.h"
#include "print/queueing.h"

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
