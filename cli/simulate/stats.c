// SPDX-License-Identifier: GPL-2.0
/*
 * What is measured of replays: see stats.h. A job costs sixteen bytes;
 * sums are taken in the order of size, which the order of ends does not change.
 */
#include <stdlib.h>
#include <string.h>

#include "print/util.h"
#include "simulate/stats.h"

/* The hash is FNV-1a of 64 bits, as in the engine. */
#define HASH_BASIS	0xcbf29ce484222325ULL
#define HASH_PRIME	0x100000001b3ULL

void stats_window_begin(struct sim_stats *s)
{
	s->window_begin = s->nr_jobs;
	s->first_ns = UINT64_MAX;
	s->last_ns = 0;
	s->completion_ns = 0;
}

void stats_arrival(struct sim_stats *s, const struct trace_job *job)
{
	if (job->submit_ns < s->first_ns)
		s->first_ns = job->submit_ns;
}

void stats_rejected(struct sim_stats *s, const struct trace_job *job)
{
	if (!s->nr_rejected++)
		s->rejected = *job;
}

void stats_dropped(struct sim_stats *s, const struct trace_job *job)
{
	if (!s->nr_dropped++)
		s->dropped = *job;
}

void stats_end(struct sim_stats *s, const struct trace_job *job,
	       uint64_t finish_ns)
{
	uint64_t completion = finish_ns - job->submit_ns;
	uint64_t run = job->run_ns;
	double slowdown;

	if (s->brief) {
		s->nr_jobs++;
		if (completion - run > s->max_wait_ns)
			s->max_wait_ns = completion - run;
		return;
	}
	if (s->nr_jobs == s->room) {
		s->room = s->room ? s->room * 2 : 1024;
		s->samples = xrealloc(s->samples, s->room * sizeof(*s->samples));
	}
	slowdown = (double)completion /
		   (double)(run > SIM_THRESHOLD_NS ? run : SIM_THRESHOLD_NS);
	s->samples[s->nr_jobs++] = (struct sim_sample){
		.slowdown = slowdown > 1 ? slowdown : 1,
		.wait_ns = completion - run,
	};
	s->nr_late += job->deadline_ns && completion > job->deadline_ns;
	s->completion_ns += (double)completion;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		s->work[r] += (double)job->amount[r] * (double)run;
	if (finish_ns > s->last_ns)
		s->last_ns = finish_ns;
}

static int by_slowdown(const void *a, const void *b)
{
	const struct sim_sample *x = a, *y = b;

	return x->slowdown < y->slowdown ? -1 : x->slowdown > y->slowdown;
}

static int by_wait(const void *a, const void *b)
{
	const struct sim_sample *x = a, *y = b;

	return x->wait_ns < y->wait_ns ? -1 : x->wait_ns > y->wait_ns;
}

static double mean_slowdown(const struct sim_sample *samples, size_t n)
{
	long double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += samples[i].slowdown;
	return n ? (double)(sum / n) : 0;
}

static double mean_wait(const struct sim_sample *samples, size_t n)
{
	unsigned __int128 sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += samples[i].wait_ns;
	return n ? (double)sum / (double)n : 0;
}

void stats_window_end(struct sim_stats *s, uint64_t hash, uint64_t decisions,
		      uint64_t spent_ns)
{
	struct sim_sample *samples = s->brief ? NULL : s->samples + s->window_begin;
	size_t n = s->brief ? 0 : s->nr_jobs - s->window_begin;
	struct sim_window_stats *w;

	s->windows = xrealloc(s->windows,
			      (s->nr_windows + 1) * sizeof(*s->windows));
	w = &s->windows[s->nr_windows++];
	if (n)
		qsort(samples, n, sizeof(*samples), by_slowdown);
	*w = (struct sim_window_stats){
		.nr_jobs = n,
		.hash = hash,
		.slowdown = mean_slowdown(samples, n),
		.wait_ns = mean_wait(samples, n),
		.completion_ns = n ? s->completion_ns / (double)n : 0,
		.makespan_ns = s->last_ns > s->first_ns ?
				       s->last_ns - s->first_ns : 0,
	};
	s->span_ns += (double)w->makespan_ns;
	s->nr_decisions += decisions;
	s->spent_ns += spent_ns;
}

/*
 * The nearest rank is sample number ceil(percent * n / 100), from 1; the table of p2
 * has the one before where that is no whole number.
 */
static size_t rank(size_t n, size_t percent, bool down)
{
	size_t nth = (n * percent + (down ? 0 : 99)) / 100;

	return nth ? nth - 1 : 0;
}

static void percentiles(struct sim_stats *s)
{
	size_t n = s->nr_jobs;

	if (!n || s->brief)
		return;
	qsort(s->samples, n, sizeof(*s->samples), by_slowdown);
	s->median_slowdown = s->samples[rank(n, 50, false)].slowdown;
	s->p99_slowdown = s->samples[rank(n, 99, s->rank_down)].slowdown;
	s->max_slowdown = s->samples[n - 1].slowdown;
	qsort(s->samples, n, sizeof(*s->samples), by_wait);
	s->median_wait_ns = s->samples[rank(n, 50, false)].wait_ns;
	s->p99_wait_ns = s->samples[rank(n, 99, s->rank_down)].wait_ns;
	s->max_wait_ns = s->samples[n - 1].wait_ns;
}

static void fold_hash(struct sim_stats *s, uint64_t hash)
{
	for (int i = 0; i < 8; i++, hash >>= 8)
		s->hash = (s->hash ^ (hash & 0xff)) * HASH_PRIME;
}

void stats_finish(struct sim_stats *s, const uint64_t *capacity)
{
	size_t n = 0;

	s->hash = HASH_BASIS;
	for (size_t i = 0; i < s->nr_windows; i++) {
		const struct sim_window_stats *w = &s->windows[i];

		fold_hash(s, w->hash);
		s->makespan_ns += (double)w->makespan_ns / (double)s->nr_windows;
		if (!w->nr_jobs)
			continue;
		n++;
		s->mean_slowdown += w->slowdown;
		s->mean_wait_ns += w->wait_ns;
		s->mean_completion_ns += w->completion_ns;
	}
	if (n) {
		s->mean_slowdown /= (double)n;
		s->mean_wait_ns /= (double)n;
		s->mean_completion_ns /= (double)n;
	}
	if (s->nr_windows == 1)
		s->hash = s->windows[0].hash;
	percentiles(s);
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (capacity[r] != UINT64_MAX && capacity[r] && s->span_ns > 0)
			s->utilisation[r] = s->work[r] /
				((double)capacity[r] * s->span_ns);
	if (s->spent_ns)
		s->decisions_per_s = (double)s->nr_decisions * 1e9 /
				     (double)s->spent_ns;
}

void stats_starved(struct sim_stats *s, uint64_t reference_ns)
{
	s->nr_starved = 0;
	for (size_t i = 0; i < s->nr_jobs; i++)
		s->nr_starved += s->samples[i].wait_ns / 2 > reference_ns ||
				 (s->samples[i].wait_ns > 2 * reference_ns &&
				  reference_ns <= UINT64_MAX / 2);
}

void stats_started(struct sim_stats *s, const struct sim_estimate *estimate)
{
	if (s->nr_estimates == s->estimates_room) {
		s->estimates_room = s->estimates_room ? s->estimates_room * 2 : 1024;
		s->estimates = xrealloc(s->estimates,
					s->estimates_room * sizeof(*s->estimates));
	}
	s->estimates[s->nr_estimates++] = *estimate;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_of(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_size);
	return values[rank(n, 50, false)];
}

/* What is shorter than a second counts as little as it matters. */
static double factor_between(uint64_t a, uint64_t b)
{
	double x = (double)a + 1e9, y = (double)b + 1e9;

	return x > y ? x / y : y / x;
}

void stats_estimates(const struct sim_stats *s, struct sim_estimates_summary *sum)
{
	double *values[3];
	size_t n = 0;

	*sum = (struct sim_estimates_summary){ 0 };
	for (int i = 0; i < 3; i++)
		values[i] = xcalloc(s->nr_estimates ?: 1, sizeof(double));
	for (size_t i = 0; i < s->nr_estimates; i++) {
		const struct sim_estimate *e = &s->estimates[i];

		sum->nr_at_once += e->at_once;
		sum->nr_none += !e->at_once && e->basis == AIOS_BASIS_NONE;
		if (e->basis == AIOS_BASIS_NONE)
			continue;
		sum->nr_early += e->waited_ns < e->low_ns;
		sum->nr_late += e->waited_ns > e->high_ns;
		values[0][n] = e->waited_ns > e->wait_ns ?
			(double)(e->waited_ns - e->wait_ns) :
			(double)(e->wait_ns - e->waited_ns);
		values[1][n] = factor_between(e->wait_ns, e->waited_ns);
		values[2][n++] = factor_between(e->low_ns, e->high_ns);
	}
	sum->nr_told = n;
	sum->nr_within = n - sum->nr_early - sum->nr_late;
	if (n) {
		sum->median_error_ns = (uint64_t)median_of(values[0], n);
		sum->median_factor = median_of(values[1], n);
		sum->median_width = median_of(values[2], n);
	}
	for (int i = 0; i < 3; i++)
		free(values[i]);
}

void stats_release(struct sim_stats *s)
{
	free(s->samples);
	s->samples = NULL;
	s->room = 0;
}

void stats_free(struct sim_stats *s)
{
	free(s->samples);
	free(s->estimates);
	free(s->windows);
	free(s->stations);
	*s = (struct sim_stats){ 0 };
}
