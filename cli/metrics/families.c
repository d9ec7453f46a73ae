// SPDX-License-Identifier: GPL-2.0
/*
 * The families that metrics prints: machine, groups, devices, jobs. Amounts are
 * in base units (CPUs, bytes, seconds), as the format's conventions ask, and
 * all samples of a family stand together, as the format demands.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "machine/device.h"
#include "metrics/metrics.h"
#include "print/when.h"

/* The kernel's thousandths become wholes, which are the base units. */
double base_units(uint32_t resource, uint64_t value)
{
	const char *unit = aios_resource_unit(resource);

	return unit && !strcmp(unit, "milli") ? value / 1e3 : (double)value;
}

static void resource_samples(struct metrics *m, const struct metric_family *family,
			     size_t offset)
{
	family_begin(m, family);
	for (int i = 0; i < m->nr_resources; i++) {
		const struct aios_resource_info *r = &m->resources[i];
		uint64_t value = *(const __u64 *)((const char *)r + offset);
		struct metric_labels labels = { 0 };

		/* Nothing bounds it, so there is no number. */
		if (value == AIOS_UNLIMITED)
			continue;
		label_add(&labels, "resource", r->name);
		sample_add(m, &labels, base_units(r->id, value));
	}
	family_end(m);
}

static void state_metrics(struct metrics *m)
{
	static const struct metric_family states = {
		"aios_jobs", "gauge", NULL, "Jobs by their state."
	};
	uint64_t count[AIOS_STATE_CANCELLED + 1] = { 0 };

	for (size_t i = 0; i < m->jobs.nr; i++)
		if (m->jobs.jobs[i].state < ARRAY_SIZE(count))
			count[m->jobs.jobs[i].state]++;
	family_begin(m, &states);
	for (uint32_t s = AIOS_STATE_QUEUED; s <= AIOS_STATE_SUSPENDED; s++) {
		struct metric_labels labels = { 0 };

		label_add(&labels, "state", aios_state_name(s));
		sample_add(m, &labels, count[s]);
	}
	family_end(m);
}

void machine_metrics(struct metrics *m)
{
	static const struct metric_family build = {
		"aios_build", "info", NULL, "Versions of the command and of the ABI."
	};
	static const struct metric_family capacity = {
		"aios_resource_capacity", "gauge", NULL, "What the machine has of a resource, in base units."
	};
	static const struct metric_family charged = {
		"aios_resource_requested", "gauge", NULL, "Requests of all admitted jobs."
	};
	static const struct metric_family granted = {
		"aios_resource_granted", "gauge", NULL, "Grants of all admitted jobs."
	};
	static const struct metric_family decisions = {
		"aios_decisions", "counter", NULL, "Decisions taken since the module was loaded."
	};
	struct metric_labels labels = { 0 };

	label_add(&labels, "version", AIOSCTL_VERSION);
	label_add_u64(&labels, "abi", m->info.abi_version);
	family_begin(m, &build);
	sample_add(m, &labels, 1);
	family_end(m);
	resource_samples(m, &capacity, offsetof(struct aios_resource_info, capacity));
	resource_samples(m, &charged, offsetof(struct aios_resource_info, charged));
	resource_samples(m, &granted, offsetof(struct aios_resource_info, granted));
	family_begin(m, &decisions);
	sample_add(m, &labels, m->info.epoch);
	family_end(m);
	state_metrics(m);
}

struct group_samples {
	struct metrics *m;
	size_t offset;		/* of the amounts in struct aios_record */
};

static int group_sample(const struct aios_record *g, void *data)
{
	struct group_samples *samples = data;
	const __u64 *values = (const void *)((const char *)g + samples->offset);

	for (int i = 0; i < samples->m->nr_resources; i++) {
		uint32_t r = samples->m->resources[i].id;
		struct metric_labels labels = { 0 };

		if (values[r] == AIOS_UNLIMITED)
			continue;
		label_add(&labels, "group", g->path);
		label_add(&labels, "resource", aios_resource_name(r));
		sample_add(samples->m, &labels, base_units(r, values[r]));
	}
	return 0;
}

int group_metrics(struct metrics *m)
{
	static const struct metric_family limit = {
		"aios_group_limit", "gauge", NULL, "What a group and all below it can use at most."
	};
	static const struct metric_family granted = {
		"aios_group_granted", "gauge", NULL, "Grants of all jobs below a group."
	};
	struct group_samples samples = {
		.m = m,
		.offset = offsetof(struct aios_record, limit),
	};
	int err;

	family_begin(m, &limit);
	err = aios_group_list(group_sample, &samples);
	family_end(m);
	if (err && err != -EAGAIN)
		return err;
	samples.offset = offsetof(struct aios_record, grant);
	family_begin(m, &granted);
	err = aios_group_list(group_sample, &samples);
	family_end(m);
	return err == -EAGAIN ? 0 : err;
}

struct device_samples {
	struct metrics *m;
	double (*value)(const struct aios_device *d);
};

static void device_sample(const struct aios_device *d, void *data)
{
	struct device_samples *samples = data;
	struct metric_labels labels = { 0 };

	label_add_u64(&labels, "device", d->id);
	sample_add(samples->m, &labels, samples->value(d));
}

static double device_share(const struct aios_device *d)
{
	return d->milli ? (double)d->milli_charged / d->milli : 0;
}

static double device_memory(const struct aios_device *d)
{
	return d->memory;
}

static double device_memory_used(const struct aios_device *d)
{
	return d->memory_used;
}

int device_metrics(struct aios_ctx *ctx, struct metrics *m)
{
	static const struct {
		struct metric_family family;
		double (*value)(const struct aios_device *d);
	} families[] = {
		{ { "aios_device_requested_ratio", "gauge", "ratio",
		    "Share of an accelerator that jobs hold." }, device_share },
		{ { "aios_device_memory_bytes", "gauge", "bytes",
		    "Memory of an accelerator." }, device_memory },
		{ { "aios_device_memory_used_bytes", "gauge", "bytes",
		    "Memory that jobs have charged on it." }, device_memory_used },
	};
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(families) && !err; i++) {
		struct device_samples samples = { m, families[i].value };

		family_begin(m, &families[i].family);
		err = devices_each(ctx, device_sample, &samples);
		family_end(m);
	}
	return err;
}

static void job_labels(struct metric_labels *labels, const struct aios_record *j)
{
	*labels = (struct metric_labels){ 0 };
	label_add_u64(labels, "job", j->job);
	label_add(labels, "name", j->name);
	label_add(labels, "group", j->path);
	label_add(labels, "user", user_name(j->uid));
}

static void amount_metrics(struct metrics *m, const struct metric_family *family,
			   size_t offset)
{
	family_begin(m, family);
	for (size_t i = 0; i < m->jobs.nr; i++) {
		const struct aios_record *j = &m->jobs.jobs[i];
		const __u64 *values = (const void *)((const char *)j + offset);

		for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++) {
			struct metric_labels labels;

			if (!(j->mask & 1U << r) || !aios_resource_name(r) ||
			    values[r] == AIOS_UNLIMITED)
				continue;
			job_labels(&labels, j);
			label_add(&labels, "resource", aios_resource_name(r));
			sample_add(m, &labels, base_units(r, values[r]));
		}
	}
	family_end(m);
}

static void time_metrics(struct metrics *m, const struct metric_family *family,
			 uint64_t (*time)(const struct aios_record *j, uint64_t now))
{
	uint64_t now = monotonic_ns();

	family_begin(m, family);
	for (size_t i = 0; i < m->jobs.nr; i++) {
		struct metric_labels labels;

		job_labels(&labels, &m->jobs.jobs[i]);
		sample_add(m, &labels, time(&m->jobs.jobs[i], now) / 1e9);
	}
	family_end(m);
}

static uint64_t job_cpu_ns(const struct aios_record *j, uint64_t now)
{
	(void)now;
	return j->cpu_duration_ns;
}

void job_metrics(struct metrics *m)
{
	static const struct metric_family request = {
		"aios_job_request", "gauge", NULL, "What a job asked for, in base units."
	};
	static const struct metric_family limit = {
		"aios_job_limit", "gauge", NULL, "What a job can use at most."
	};
	static const struct metric_family grant = {
		"aios_job_grant", "gauge", NULL, "What a job may use at present."
	};
	static const struct metric_family use = {
		"aios_job_use", "gauge", NULL, "What a job uses, as last measured."
	};
	static const struct metric_family cpu = {
		"aios_job_cpu_seconds", "counter", "seconds", "CPU time that a job has used."
	};
	static const struct metric_family wait = {
		"aios_job_wait_seconds", "gauge", "seconds", "How long a job has waited in the queue."
	};
	static const struct metric_family run = {
		"aios_job_run_seconds", "gauge", "seconds", "How long a job has run."
	};

	amount_metrics(m, &request, offsetof(struct aios_record, request));
	amount_metrics(m, &limit, offsetof(struct aios_record, limit));
	amount_metrics(m, &grant, offsetof(struct aios_record, grant));
	amount_metrics(m, &use, offsetof(struct aios_record, use));
	time_metrics(m, &cpu, job_cpu_ns);
	time_metrics(m, &wait, job_wait_ns);
	time_metrics(m, &run, job_run_ns);
}
