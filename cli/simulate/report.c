// SPDX-License-Identifier: GPL-2.0
/*
 * The outcome of replays as a table and as JSON: see report.h.
 */
#include <inttypes.h>
#include <string.h>

#include "print/queueing.h"
#include "print/show.h"
#include "simulate/report.h"
#include "simulate/report_estimates.h"
#include "simulate/report_predictions.h"

#define COLUMNS_MAX	32

/*
 * On a terminal that is too narrow these go, what matters least first. That jobs starved
 * or were rejected is never left out.
 */
#define DROP_COLUMNS							\
	"hash,peak_memory,peak_jobs,decisions_per_second,median_wait_duration_ns," \
	"median_bounded_slowdown,max_bounded_slowdown,mean_completion_duration_ns," \
	"makespan_duration_ns,resumes,preemptions,guarded,p99_wait_duration_ns," \
	"p99_bounded_slowdown,drained,beyond,utilisation,max_wait_duration_ns"
#define HOW_ALL	"a file or a pipe gets all"

static uint32_t abi_resource(enum trace_resource resource)
{
	static const uint32_t ids[TRACE_NR_RESOURCES] = {
		[TRACE_CPU] = AIOS_RESOURCE_CPU,
		[TRACE_GPU] = AIOS_RESOURCE_GPU,
		[TRACE_MEMORY] = AIOS_RESOURCE_MEMORY,
	};

	return ids[resource];
}

const char *trace_resource_name(enum trace_resource resource)
{
	return aios_resource_name(abi_resource(resource));
}

char *trace_amount_format(enum trace_resource resource, uint64_t amount,
			  char *buf, size_t len)
{
	aios_quantity_format(abi_resource(resource), amount, buf, len);
	return buf;
}

const struct sim_stats *show_stats(const struct show_trace *t, const struct show_run *run)
{
	return run->is_reference ? &t->reference : &run->stats;
}

/* The line is "kth_sp2.csv: 28481 jobs, 100 cpu, offered load 0.69". */
static char *heading(const struct show_trace *t)
{
	const struct workload *w = &t->workload;
	char *text = xasprintf("%s: %" PRIu64 " job%s", w->trace->path,
			       w->nr_jobs, w->nr_jobs == 1 ? "" : "s");
	char *longer;

	for (int r = 0; r < TRACE_NR_RESOURCES; r++) {
		char amount[AIOS_QUANTITY_LEN];

		if (w->rules.capacity[r] == UINT64_MAX)
			continue;
		trace_amount_format(r, w->rules.capacity[r], amount, sizeof(amount));
		longer = xasprintf("%s, %s %s", text, amount, trace_resource_name(r));
		free(text);
		text = longer;
	}
	if (t->nr_windows > 1 || t->windows->count)
		longer = xasprintf("%s, %zu window%s", text, t->nr_windows,
				   t->nr_windows == 1 ? "" : "s");
	else
		longer = xasprintf("%s, offered load %.3g", text,
				   w->rules.load ?: w->load);
	free(text);
	return longer;
}

/* -------------------------------------------------------------------- rows */

static void windows_print(struct out *o, const struct show_trace *t,
			  const struct sim_stats *s)
{
	out_hidden_array_begin(o, "windows");
	for (size_t i = 0; i < s->nr_windows; i++) {
		const struct sim_window_stats *w = &s->windows[i];
		char hash[32];

		snprintf(hash, sizeof(hash), "%016" PRIx64, w->hash);
		out_hidden_begin(o, NULL);
		out_u64(o, "start", t->windows[i].start);
		out_u64(o, "jobs", w->nr_jobs);
		out_double(o, "mean_bounded_slowdown", w->slowdown, "%.2f", w->slowdown);
		out_u64(o, "mean_wait_duration_ns", w->wait_ns);
		out_u64(o, "mean_completion_duration_ns", w->completion_ns);
		out_u64(o, "makespan_duration_ns", w->makespan_ns);
		out_string(o, "hash", hash);
		out_hidden_end(o);
	}
	out_hidden_end(o);
}

/* Text shows the resource that is used most; JSON has each. */
static void utilisation_print(struct out *o, const struct show_trace *t,
			      const struct sim_stats *s)
{
	double most = 0;

	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		most = s->utilisation[r] > most ? s->utilisation[r] : most;
	out_cell(o, "utilisation", "%.1f %%", 100 * most);
	out_hidden_begin(o, "utilisation");
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (t->workload.rules.capacity[r] != UINT64_MAX)
			out_double(o, trace_resource_name(r), s->utilisation[r],
				   "%.3f", s->utilisation[r]);
	out_hidden_end(o);
}

static const char *station_name(const struct show_trace *t, const struct sim_station *s)
{
	return s->owner ? intern_word(&t->workload.trace->names[t->group_by], s->owner) :
			  "the machine";
}

static void stations_data(struct out *o, const struct show_trace *t,
			  const struct sim_stats *s)
{
	if (!s->nr_stations)
		return;
	out_hidden_array_begin(o, "stations");
	for (size_t i = 0; i < s->nr_stations; i++) {
		const struct sim_station *station = &s->stations[i];

		out_hidden_begin(o, NULL);
		out_string(o, "group", station->owner ? station_name(t, station) : NULL);
		out_double(o, "rho", station->q.rho / 4294967296., "%.3g",
			   station->q.rho / 4294967296.);
		queueing_fields(o, &station->q);
		out_hidden_end(o);
	}
	out_hidden_end(o);
}

static void stations_table(struct out *o, const struct show_trace *t,
			   const struct show_run *run)
{
	static const struct out_column columns[] = {
		{ "station", "STATION", false },
		{ "servers", "SERVERS", true },
		{ "arrival_rate", "LAMBDA", true },
		{ "service_rate", "MU", true },
		{ "rho", "RHO", true },
		{ "model", "MODEL", false },
		{ "l", "L", true },
		{ "lq", "LQ", true },
		{ "w_duration_ns", "W", true },
		{ "wq_duration_ns", "WQ", true },
		{ "violations", "VIOLATED", false },
	};
	const struct sim_stats *s = show_stats(t, run);
	auto_free char *title = xasprintf("Queueing: %s, backfill %s",
					  run->policy.policy_name,
					  run->policy.backfill_name);

	if (!s->nr_stations || o->json)
		return;
	out_table_begin(o, "stations", title, columns, ARRAY_SIZE(columns));
	out_table_fit(o, "l,w_duration_ns,service_rate,arrival_rate,servers,lq,rho", HOW_ALL);
	for (size_t i = 0; i < s->nr_stations; i++)
		queueing_rows(o, station_name(t, &s->stations[i]), &s->stations[i].q);
	out_table_end(o);
}

static void row_print(struct out *o, const struct show_trace *t,
		      const struct show_run *run)
{
	const struct sim_stats *s = show_stats(t, run);
	char hash[32];

	snprintf(hash, sizeof(hash), "%016" PRIx64, s->hash);
	out_row_begin(o);
	out_string(o, "policy", run->policy.policy_name);
	out_string(o, "backfill", run->policy.backfill_name);
	out_u64(o, "jobs", s->nr_jobs);
	out_double(o, "mean_bounded_slowdown", s->mean_slowdown, "%.2f", s->mean_slowdown);
	out_double(o, "median_bounded_slowdown", s->median_slowdown, "%.2f", s->median_slowdown);
	out_double(o, "p99_bounded_slowdown", s->p99_slowdown, "%.2f", s->p99_slowdown);
	out_double(o, "max_bounded_slowdown", s->max_slowdown, "%.2f", s->max_slowdown);
	show_duration(o, "mean_completion_duration_ns", s->mean_completion_ns);
	show_duration(o, "mean_wait_duration_ns", s->mean_wait_ns);
	show_duration(o, "median_wait_duration_ns", s->median_wait_ns);
	show_duration(o, "p99_wait_duration_ns", s->p99_wait_ns);
	show_duration(o, "max_wait_duration_ns", s->max_wait_ns);
	utilisation_print(o, t, s);
	show_duration(o, "makespan_duration_ns", s->makespan_ns);
	if (s->nr_starved)
		out_style(o, OUT_BAD);
	if (t->referred)
		out_u64(o, "starved", s->nr_starved);
	else
		out_null(o, "starved", "");
	out_u64(o, "preemptions", s->nr_preemptions);
	out_u64(o, "resumes", s->nr_resumes);
	out_u64(o, "guarded", s->nr_guarded);
	out_u64(o, "beyond", s->nr_beyond);
	out_u64(o, "late", s->nr_late);
	if (s->nr_rejected)
		out_style(o, OUT_WARN);
	out_u64(o, "rejected", s->nr_rejected);
	out_u64(o, "dropped", s->nr_dropped);
	out_u64(o, "drained", s->nr_drained);
	out_u64(o, "left", s->nr_left);
	out_u64(o, "decisions", s->nr_decisions);
	out_u64(o, "events", s->nr_events);
	if (o->json)
		show_duration(o, "processor_duration_ns", s->spent_ns);
	out_number(o, "decisions_per_second", s->decisions_per_s, "%.0f",
		   s->decisions_per_s);
	out_u64(o, "peak_jobs", s->peak_nodes);
	show_amount(o, "peak_memory", AIOS_RESOURCE_MEMORY, s->peak_bytes);
	out_string(o, "hash", hash);
	windows_print(o, t, s);
	if (o->json)
		stations_data(o, t, s);
	if (t->estimates)
		estimates_data(o, s);
	if (t->predictions)
		predictions_data(o, s);
	out_row_end(o);
}

/* ----------------------------------------------------------------- columns */

enum when {
	ALWAYS,
	REFERRED,		/* when who starves is known */
	PREEMPTED,		/* when a job was */
	GUARDED,
	BEYOND,
	LATE,
	REJECTED,
	DROPPED,
	DRAINED,
	LEFT,
	VERBOSE,
};

static const struct {
	struct out_column column;
	enum when when;
} all_columns[] = {
	{ { "policy", "POLICY", false }, ALWAYS },
	{ { "backfill", "BACKFILL", false }, ALWAYS },
	{ { "mean_bounded_slowdown", "BSLD", true }, ALWAYS },
	{ { "median_bounded_slowdown", "MEDIAN", true }, ALWAYS },
	{ { "p99_bounded_slowdown", "P99", true }, ALWAYS },
	{ { "max_bounded_slowdown", "MAX", true }, VERBOSE },
	{ { "mean_completion_duration_ns", "JCT", true }, ALWAYS },
	{ { "mean_wait_duration_ns", "WAIT", true }, ALWAYS },
	{ { "median_wait_duration_ns", "MEDIAN WAIT", true }, VERBOSE },
	{ { "p99_wait_duration_ns", "P99 WAIT", true }, ALWAYS },
	{ { "max_wait_duration_ns", "MAX WAIT", true }, ALWAYS },
	{ { "utilisation", "USED", true }, ALWAYS },
	{ { "makespan_duration_ns", "MAKESPAN", true }, ALWAYS },
	{ { "starved", "STARVED", true }, REFERRED },
	{ { "preemptions", "PREEMPTED", true }, PREEMPTED },
	{ { "resumes", "RESUMED", true }, PREEMPTED },
	{ { "guarded", "GUARDED", true }, GUARDED },
	{ { "beyond", "BEYOND", true }, BEYOND },
	{ { "late", "LATE", true }, LATE },
	{ { "rejected", "REJECTED", true }, REJECTED },
	{ { "dropped", "DROPPED", true }, DROPPED },
	{ { "drained", "DRAINED", true }, DRAINED },
	{ { "left", "LEFT", true }, LEFT },
	{ { "decisions_per_second", "DECISIONS/S", true }, ALWAYS },
	{ { "peak_jobs", "PEAK JOBS", true }, VERBOSE },
	{ { "peak_memory", "MEMORY", true }, ALWAYS },
	{ { "hash", "HASH", false }, VERBOSE },
};

static bool wanted(const struct show_trace *t, enum when when, bool verbose)
{
	for (size_t i = 0; i < t->nr_runs; i++) {
		const struct sim_stats *s = show_stats(t, &t->runs[i]);

		if ((when == REFERRED && t->referred) ||
		    (when == PREEMPTED && s->nr_preemptions) ||
		    (when == GUARDED && s->nr_guarded) ||
		    (when == BEYOND && s->nr_beyond) ||
		    (when == LATE && s->nr_late) ||
		    (when == REJECTED && s->nr_rejected) ||
		    (when == DROPPED && s->nr_dropped) ||
		    (when == DRAINED && s->nr_drained) ||
		    (when == LEFT && s->nr_left))
			return true;
	}
	return verbose || when == ALWAYS;
}

const char * const sim_runtimes_names[] = {
	[SIM_REQUESTED] = "requested",
	[SIM_TRUE] = "true",
	[SIM_PREDICTED] = "predicted",
	[SIM_TREE] = "tree",
	[SIM_SVM] = "svm",
	[SIM_BEST] = "best",
	NULL
};

static void rules_data(struct out *o, const struct sim_rules *rules)
{
	double guard = (double)rules->guard / AIOS_GUARD_UNIT;

	out_string(o, "order_by", sim_runtimes_names[rules->order_by]);
	out_string(o, "reserve_by", sim_runtimes_names[rules->reserve_by]);
	if (rules->guard)
		out_double(o, "guard", guard, "%g", guard);
	else
		out_null(o, "guard", "");
	show_duration(o, "guard_floor_ns", rules->guard_floor_ns);
}

static void trace_print(struct out *o, const struct show_trace *t, bool verbose)
{
	const struct workload *w = &t->workload;
	struct out_column columns[COLUMNS_MAX];
	auto_free char *title = heading(t);
	size_t nr = 0;

	_Static_assert(ARRAY_SIZE(all_columns) <= COLUMNS_MAX, "room for all");
	for (size_t i = 0; i < ARRAY_SIZE(all_columns); i++)
		if (wanted(t, all_columns[i].when, verbose))
			columns[nr++] = all_columns[i].column;
	out_record_begin(o, NULL, NULL);
	out_data_string(o, "trace", w->trace->path);
	out_data_string(o, "format", w->trace->swf ? "swf" : "csv");
	out_data_u64(o, "jobs", w->nr_jobs);
	out_data_u64(o, "left_out", w->nr_left_out);
	out_hidden_begin(o, "capacity");
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (w->rules.capacity[r] != UINT64_MAX)
			out_u64(o, trace_resource_name(r), w->rules.capacity[r]);
	out_hidden_end(o);
	if (w->rules.capacity[TRACE_GPU] != UINT64_MAX)
		out_data_string(o, "gpus", t->pooled ? "pool" : "devices");
	if (o->json) {
		out_double(o, "recorded_load", w->load, "%.3g", w->load);
		out_double(o, "load", w->rules.load ?: w->load, "%.3g", w->load);
	}
	if (o->json)
		rules_data(o, &t->rules);
	if (t->referred)
		out_data_u64(o, "reference_max_wait_duration_ns",
			     t->reference.max_wait_ns);
	else if (o->json)
		out_null(o, "reference_max_wait_duration_ns", "");
	out_table_begin(o, "runs", title, columns, nr);
	out_table_fit(o, DROP_COLUMNS, HOW_ALL);
	for (size_t i = 0; i < t->nr_runs; i++)
		row_print(o, t, &t->runs[i]);
	out_table_end(o);
	for (size_t i = 0; i < t->nr_runs; i++)
		stations_table(o, t, &t->runs[i]);
	if (t->estimates && !o->json)
		estimates_tables(o, t);
	if (t->predictions && !o->json)
		predictions_table(o, t);
	out_record_end(o);
}

void show_traces(struct out *o, const struct show_trace *traces, size_t nr,
		 bool verbose)
{
	out_list_begin(o, "traces");
	for (size_t i = 0; i < nr; i++)
		trace_print(o, &traces[i], verbose);
	out_list_end(o);
}

void show_trace_free(struct show_trace *t)
{
	for (size_t i = 0; i < t->nr_runs; i++)
		stats_free(&t->runs[i].stats);
	free(t->runs);
	stats_free(&t->reference);
	workload_free(&t->workload);
}
