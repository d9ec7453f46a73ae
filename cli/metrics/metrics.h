/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Families of OpenMetrics samples, written as text or as JSON.
 */
#ifndef AIOSCTL_METRICS_METRICS_H
#define AIOSCTL_METRICS_METRICS_H

#include "base/cli.h"
#include "machine/joblist.h"

#define METRIC_LABELS_MAX 8

struct metric_family {
	const char *name;
	const char *type;	/* "gauge", "counter" or "info" */
	const char *unit;	/* NULL, or what the name ends in */
	const char *help;
};

struct metric_labels {
	const char *name[METRIC_LABELS_MAX];
	char *value[METRIC_LABELS_MAX];
	size_t nr;
};

struct metrics {
	struct out *out;
	FILE *file;
	const struct metric_family *family;
	struct aios_info info;
	struct aios_resource_info resources[AIOS_RESOURCE_MAX];
	int nr_resources;
	struct joblist jobs;
};

void family_begin(struct metrics *m, const struct metric_family *family);
void family_end(struct metrics *m);
void label_add(struct metric_labels *labels, const char *name, const char *value);
void label_add_u64(struct metric_labels *labels, const char *name, uint64_t value);
/* This writes a sample and consumes the labels. */
void sample_add(struct metrics *m, struct metric_labels *labels, double value);
/* This returns CPUs and devices where the kernel counts thousandths. */
double base_units(uint32_t resource, uint64_t value);

/* These write the families; those that ask the kernel return 0 or -errno. */
void machine_metrics(struct metrics *m);
int group_metrics(struct metrics *m);
int queueing_metrics(struct aios_ctx *ctx, struct metrics *m);
int device_metrics(struct aios_ctx *ctx, struct metrics *m);
void job_metrics(struct metrics *m);

#endif /* AIOSCTL_METRICS_METRICS_H */
