// SPDX-License-Identifier: GPL-2.0
/*
 * simulate: recorded workloads through the engine of the module, in user space.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include <core/engine/engine.h>

#include "base/commands.h"
#include "model/model.h"
#include "simulate/report.h"
#include "simulate/request.h"
#include "simulate/simulate.h"

/* ----------------------------------------------------------------- machine */

/* This finds how large the machine of a trace is; it returns 0 or a status. */
static int machine_of(struct cli *cli, const struct request *r,
		      struct workload *w)
{
	uint64_t *capacity = w->rules.capacity;
	const struct trace *t = w->trace;
	int main_one = trace_tells(t, TRACE_CPU) ? TRACE_CPU : TRACE_GPU;
	uint64_t procs = r->procs ?: t->max_procs ?: t->max_nodes;
	bool bounded = false;

	if (!r->capacity_given && !procs)
		return cli_usage(cli, "%s does not say how large its machine was: give --procs or --capacity",
				 t->path);
	if (procs > TRACE_AMOUNT_MAX / 1000)
		return cli_error(cli, CLI_FAILURE, "%s: its header says %llu processors, which are too many",
				 t->path, (unsigned long long)procs);
	if (!r->capacity_given)
		capacity[main_one] = procs * 1000;
	for (int i = 0; i < TRACE_NR_RESOURCES; i++) {
		if (!trace_tells(t, i))
			capacity[i] = UINT64_MAX;
		bounded |= capacity[i] != UINT64_MAX;
		if (r->capacity_given && trace_tells(t, i) &&
		    capacity[i] == UINT64_MAX && !t->swf)
			cli_note(cli, "%s: what its jobs take of %s is left out: --capacity does not name it",
				 t->path, trace_resource_name(i));
	}
	if (!bounded)
		return cli_usage(cli, "%s: its jobs take nothing of what --capacity names: name %s",
				 t->path, trace_resource_name(main_one));
	return CLI_OK;
}

/* Devices are 256 at most, whole ones, and a job has 16 of them at most. */
static bool pooled(const struct workload *w)
{
	uint64_t capacity = w->rules.capacity[TRACE_GPU];

	return capacity != UINT64_MAX &&
	       (capacity > 256 * 1000 || capacity % 1000 ||
		w->largest[TRACE_GPU] > AIOS_JOB_DEVICES_MAX * 1000);
}

/* --------------------------------------------------------------------- run */

/* A message names so many at most. */
#define GROUPS_NAMED	8

/* This checks that groups with something of their own are there. */
static int groups_check(struct cli *cli, const struct request *r, const struct workload *w)
{
	const struct intern *names;
	auto_free char *some = xstrdup("");

	for (size_t i = 0; i < r->rules.nr_own; i++) {
		names = &w->trace->names[r->rules.group_by];
		if (intern_find(names, r->own[i].name))
			continue;
		for (uint32_t n = 1; n <= names->nr && n <= GROUPS_NAMED; n++) {
			char *longer = xasprintf("%s%s%s", some, n > 1 ? ", " : "",
						 intern_word(names, n));

			free(some);
			some = longer;
		}
		return cli_usage(cli, "%s: it has no group '%s' for --group-policy: it has %s%s",
				 w->trace->path, r->own[i].name, names->nr ? some : "none",
				 names->nr > GROUPS_NAMED ? " and more" : "");
	}
	return CLI_OK;
}

/* What is unusual in a trace is said, with the line where it was met first. */
static void odd_notes(struct cli *cli, const struct workload *w, bool verbose)
{
	static const char * const words[TRACE_NR_ODD] = {
		[TRACE_ODD_FIELDS] = "lines of more than 18 fields, of which the first 18 are read",
		[TRACE_ODD_NEGATIVE] = "negative numbers other than -1, which count as not known",
		[TRACE_ODD_REQUEST] = "requested times longer than any can be, which count as not known",
		[TRACE_ODD_DEADLINE] = "deadlines later than any time can be, which count as none",
		[TRACE_ODD_STATUS] = "lines with a status that the format does not have, which count as whole jobs",
		[TRACE_ODD_PART] = "lines left out that are parts of jobs (status 2, 3 or 4), which have a line for the whole",
		[TRACE_ODD_JOINED] = "jobs made of the lines of their parts (status 2, 3 or 4), which have none for the whole",
		[TRACE_ODD_PRIORITY] = "priorities that are no whole numbers from -1000 to 1000, which count as 0",
	};
	const struct trace *t = w->trace;

	for (int i = 0; i < TRACE_NR_ODD; i++)
		if (w->odd[i].nr)
			cli_note(cli, "%s: %s: %llu, the first in line %llu", t->path, words[i],
				 (unsigned long long)w->odd[i].nr,
				 (unsigned long long)w->odd[i].line);
	if (t->early_ns)
		cli_note(cli, "%s: its first job was submitted %g s before time 0: times are counted from there",
			 t->path, (double)t->early_ns / NSEC_PER_SEC);
	/* That none of them tells sizes may be so because they are called otherwise. */
	if (t->unknown && (verbose || !trace_sized(t)))
		cli_note(cli, "%s: columns that are not looked at: %s", t->path, t->unknown);
}

/* Who asks for backfilling by name should know when it can do nothing. */
static void requests_note(struct cli *cli, const struct request *r, const struct workload *w)
{
	bool predicted = r->rules.reserve_by == SIM_PREDICTED ||
			 sim_learnt(r->rules.reserve_by);
	bool backfills = false;

	for (size_t i = 0; i < r->nr[1]; i++)
		backfills |= r->ids[1][i] != AIOS_BACKFILL_NONE;
	if (!r->backfill_given || !backfills || w->requests ||
	    r->rules.reserve_by == SIM_TRUE || (predicted && w->trace->names[TRACE_BY_USER].nr))
		return;
	cli_note(cli, "%s: no job says what run time it requests%s, so that none can be backfilled",
		 w->trace->path, predicted ? " or whose it is" : "");
}

static int trace_scan(struct cli *cli, const struct request *r,
		      struct workload *w)
{
	int status;

	if (w->trace->error)
		return cli_error(cli, w->trace->missing ? CLI_NOT_FOUND : CLI_FAILURE,
				 "%s", w->trace->error);
	status = machine_of(cli, r, w);
	if (status)
		return status;
	if (workload_scan(w))
		return cli_error(cli, CLI_FAILURE, "%s", w->error);
	for (size_t i = 0; i < r->nr_windows; i++)
		if (workload_begin(w, &r->windows[i]))
			return cli_error(cli, CLI_FAILURE, "%s", w->error);
	status = groups_check(cli, r, w);
	if (status)
		return status;
	odd_notes(cli, w, r->verbose);
	requests_note(cli, r, w);
	if (w->sorted)
		cli_note(cli, "%s: its jobs are not in the order of submit times: they have been put in order",
			 w->trace->path);
	if (w->nr_unknown)
		cli_note(cli, "%s: %llu left out whose run time or size is not known",
			 w->trace->path, (unsigned long long)w->nr_unknown);
	return CLI_OK;
}

static void rejected_note(struct cli *cli, const struct workload *w,
			  const struct sim_stats *stats)
{
	const struct trace_job *job = &stats->rejected;

	if (!stats->nr_rejected)
		return;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++) {
		char asked[AIOS_QUANTITY_LEN], there[AIOS_QUANTITY_LEN];

		if (job->amount[r] <= w->rules.capacity[r])
			continue;
		trace_amount_format(r, job->amount[r], asked, sizeof(asked));
		trace_amount_format(r, w->rules.capacity[r], there, sizeof(there));
		cli_note(cli, "%s: %llu that can never fit: rejected; the first is job %llu in line %llu, which asks for %s of %s where there is %s",
			 w->trace->path, (unsigned long long)stats->nr_rejected,
			 (unsigned long long)job->id, (unsigned long long)job->line,
			 asked, trace_resource_name(r), there);
		return;
	}
	cli_note(cli, "%s: %llu that can never fit: rejected; the first is job %llu in line %llu",
		 w->trace->path, (unsigned long long)stats->nr_rejected,
		 (unsigned long long)job->id, (unsigned long long)job->line);
}

static void dropped_note(struct cli *cli, const struct workload *w,
			 const struct sim_stats *stats)
{
	if (stats->nr_dropped)
		cli_note(cli, "%s: %llu dropped: whom they waited for did not end as they waited for; the first is job %llu in line %llu",
			 w->trace->path, (unsigned long long)stats->nr_dropped,
			 (unsigned long long)stats->dropped.id,
			 (unsigned long long)stats->dropped.line);
}

/* A drain without an end leaves jobs that never started. */
static void left_note(struct cli *cli, const struct workload *w,
		      const struct sim_stats *stats)
{
	if (stats->nr_left)
		cli_note(cli, "%s: %llu had not started when all others had ended, for a drain has no end: their waits are in no figure",
			 w->trace->path, (unsigned long long)stats->nr_left);
}

/* A machine can have more processors than the engine admits jobs. */
static void full_note(struct cli *cli, const struct workload *w,
		      const struct sim_policy *policy)
{
	cli_note(cli, "%s: with %s and backfill %s %u jobs ran at a time, and more are never admitted: others waited for that, not for room",
		 w->trace->path, policy->policy_name, policy->backfill_name, AIOS_HELD_MAX);
}

/* Behind so many reservations conservative backfilling starts nobody. */
static void beyond_note(struct cli *cli, const struct workload *w,
			const struct sim_policy *policy, uint64_t nr)
{
	cli_note(cli, "%s: with %s and backfill %s %llu stood behind the first %u, who have reservations, and could not start before they came up to these",
		 w->trace->path, policy->policy_name, policy->backfill_name,
		 (unsigned long long)nr, AIOS_CONSERVATIVE_DEPTH);
}

/* This replays all windows once. */
static int replay(struct cli *cli, struct sim_input *in,
		  const struct sim_policy *policy, struct sim_stats *stats)
{
	auto_free char *what = NULL;
	auto_free char *error = NULL;
	uint64_t total = 0;

	what = xasprintf("%s, %s with backfill %s", in->workload->trace->path,
			 policy->policy_name, policy->backfill_name);
	for (size_t i = 0; i < in->nr_windows; i++)
		total += in->windows[i].count ?: in->workload->nr_jobs;
	progress_begin(&in->progress, what, total);
	if (sim_run(in, policy, stats, &error))
		return cli_error(cli, CLI_FAILURE, "%s: %s", what, error);
	if (stats->full)
		full_note(cli, in->workload, policy);
	if (stats->nr_beyond)
		beyond_note(cli, in->workload, policy, stats->nr_beyond);
	return CLI_OK;
}

/* The worst wait of FIFO with EASY tells which others starve jobs. */
static int replay_reference(struct cli *cli, struct sim_input *in,
			    struct sim_stats *stats)
{
	static const struct sim_policy fifo_easy = {
		.policy = AIOS_POLICY_FIFO,
		.backfill = AIOS_BACKFILL_EASY,
		.policy_name = "fifo",
		.backfill_name = "easy",
		.quantum_ns = AIOS_QUANTUM_DEFAULT,
	};

	const struct sim_rules rules = in->rules;
	int status;

	in->rules.guard = 0;
	in->rules.estimates &= !stats->brief;
	in->rules.nr_own = 0;
	status = replay(cli, in, &fifo_easy, stats);
	in->rules = rules;
	return status;
}

static char *guard_title(const struct sim_rules *rules)
{
	double guard = (double)rules->guard / AIOS_GUARD_UNIT;
	char floor[24];

	if (!rules->guard)
		return xstrdup("no guard");
	if (!rules->guard_floor_ns)
		return xasprintf("guard %g", guard);
	return xasprintf("guard %g, floor %s", guard,
			 duration_text(rules->guard_floor_ns, floor, sizeof(floor)));
}

/* The title names all that makes this replay another one than that of the same trace. */
static char *timeline_title(const struct request *r, const struct workload *w,
			    const struct sim_policy *policy)
{
	auto_free char *guard = guard_title(&r->rules);
	const char *order = sim_runtimes_names[r->rules.order_by];
	const char *reserve = sim_runtimes_names[r->rules.reserve_by];
	auto_free char *times = order == reserve ?
		xasprintf("run times %s", order) :
		xasprintf("ordered by run times %s, reserved by %s", order, reserve);

	return xasprintf("%s: %s, backfill %s, %s, load %.3g, %s", w->trace->path,
			 policy->policy_name, policy->backfill_name, guard,
			 r->workload.load ?: w->load, times);
}

/* This is the replay that is shown as well. */
static int replay_timeline(struct cli *cli, const struct request *r,
			   struct sim_input *in, const struct sim_policy *policy,
			   struct sim_stats *stats)
{
	auto_free char *title = NULL;
	auto_free char *error = NULL;
	int by = r->rules.group_by;
	struct timeline_setup setup = {
		.path = r->timeline,
		.capacity = in->machine.capacity,
		.groups = by < 0 ? NULL : &in->workload->trace->names[by],
		.group_by = by,
		.drains = in->rules.drains,
		.nr_drains = in->rules.nr_drains,
	};
	int status;

	title = timeline_title(r, in->workload, policy);
	setup.title = title;
	in->timeline = timeline_open(&setup, &error);
	if (!in->timeline)
		return cli_error(cli, CLI_FAILURE, "%s: %s", r->timeline, error);
	status = replay(cli, in, policy, stats);
	if (timeline_close(in->timeline, &error) && !status)
		status = cli_error(cli, CLI_FAILURE, "%s: %s", r->timeline, error);
	in->timeline = NULL;
	return status;
}

/* This says whether a row is the replay that tells who starves. */
static bool row_is_reference(const struct request *r, size_t policy, size_t backfill)
{
	return r->ids[0][policy] == AIOS_POLICY_FIFO &&
	       r->ids[1][backfill] == AIOS_BACKFILL_EASY &&
	       !r->rules.guard && !r->rules.nr_own && !r->timeline;
}

/*
 * Who starves is of interest where an order other than that of arrival can make a job
 * wait, and costs nothing where its measure has a row anyway.
 */
static bool reference_shown(const struct request *r, bool *row)
{
	bool others = r->rules.guard || r->rules.nr_own;

	*row = false;
	for (size_t p = 0; p < r->nr[0]; p++) {
		others |= r->ids[0][p] != AIOS_POLICY_FIFO;
		for (size_t b = 0; b < r->nr[1]; b++)
			*row |= row_is_reference(r, p, b);
	}
	return *row || (others && !r->no_starved);
}

static int trace_replay(struct cli *cli, const struct request *r,
			struct sim_input *in, struct show_trace *shown)
{
	struct sim_stats *reference = &shown->reference;
	const struct sim_stats *noted = reference;
	int status = CLI_OK;
	bool row;

	shown->referred = reference_shown(r, &row);
	if (shown->referred) {
		reference->brief = !row;
		status = replay_reference(cli, in, reference);
		stats_release(reference);
	}

	for (size_t i = 0; i < r->nr[0] * r->nr[1] && !status; i++) {
		struct show_run *run = &shown->runs[i];
		size_t p = i / r->nr[1], b = i % r->nr[1];

		run->policy = (struct sim_policy){
			.policy = r->ids[0][p],
			.policy_name = r->names[0][p],
			.backfill = r->ids[1][b],
			.backfill_name = r->names[1][b],
			.quantum_ns = request_quantum(r, r->ids[0][p]),
		};
		shown->nr_runs++;
		if (r->timeline)
			status = replay_timeline(cli, r, in, &run->policy, &run->stats);
		else if (row_is_reference(r, p, b))
			run->is_reference = true;
		else
			status = replay(cli, in, &run->policy, &run->stats);
		if (!status && !run->is_reference && shown->referred)
			stats_starved(&run->stats, reference->max_wait_ns);
		stats_release(&run->stats);
		if (!shown->referred)
			noted = &run->stats;
	}
	if (status)
		return status;
	rejected_note(cli, in->workload, noted);
	dropped_note(cli, in->workload, noted);
	left_note(cli, in->workload, noted);
	return status;
}

static int trace_simulate(struct cli *cli, const struct request *r,
			  const struct aios_predictor *trained, struct show_trace *shown)
{
	struct workload *w = &shown->workload;
	int status = trace_scan(cli, r, w);
	struct sim_input in = {
		.workload = w,
		.windows = r->windows,
		.nr_windows = r->nr_windows,
		.rules = r->rules,
		.progress.shown = !cli->quiet && isatty(STDERR_FILENO),
		.trained = trained,
	};

	if (status)
		return status;
	in.machine.pooled = pooled(w);
	memcpy(in.machine.capacity, w->rules.capacity,
	       sizeof(in.machine.capacity));
	shown->pooled = in.machine.pooled;
	shown->group_by = r->rules.group_by;
	shown->estimates = r->rules.estimates;
	shown->rules = r->rules;
	shown->predictions = request_learns(r);
	shown->windows = r->windows;
	shown->nr_windows = r->nr_windows;
	shown->runs = xcalloc(r->nr[0] * r->nr[1], sizeof(*shown->runs));
	return trace_replay(cli, r, &in, shown);
}

static int simulate(struct cli *cli, struct request *r, char **paths, int nr)
{
	struct show_trace *shown = xcalloc(nr, sizeof(*shown));
	auto_free struct aios_predictor *trained = NULL;
	auto_free char *error = NULL;
	struct aios_model model;
	int status = CLI_OK;

	if (r->model) {
		status = model_load(cli, r->model, &model);
		r->rules.network = &model.network;
	}
	if (!status && r->train_on) {
		trained = predictor_train(r->train_on, &error);
		if (!trained)
			status = cli_error(cli, CLI_FAILURE, "--train-on: %s", error);
	}
	for (int i = 0; i < nr && !status; i++) {
		shown[i].workload.trace = trace_open(paths[i]);
		shown[i].workload.rules = r->workload;
		status = trace_simulate(cli, r, trained, &shown[i]);
	}
	if (!status) {
		cli_open(cli);
		show_traces(&cli->out, shown, nr, r->verbose);
		status = cli_close(cli);
	}
	for (int i = 0; i < nr; i++)
		show_trace_free(&shown[i]);
	free(shown);
	return status;
}

static int simulate_run(struct cli *cli, int argc, char **argv)
{
	struct request r;
	int key, status = CLI_OK;

	request_init(&r);
	while (!status && (key = cli_getopt(cli, argc, argv)) != -1)
		status = request_option(cli, &r, key);
	if (!status)
		status = request_check(cli, &r, argc - optind);
	if (!status)
		status = simulate(cli, &r, argv + optind, argc - optind);
	request_free(&r);
	return status;
}

const struct cli_command simulate_command = {
	.name = "simulate",
	.args = "TRACE...",
	.summary = "replay recorded workloads through the engine, without the module",
	.help = "Replay each trace through the engine that the module has, once for each policy, and print how long jobs waited. A trace is in the Standard Workload Format or CSV whose first line names the columns (of them submit_s and run_s are needed; job_id, procs, req_s, gpus, cpu_milli, mem_mib, gpu_milli, user, group, vc, priority, clean, deadline_s, gang, gang_size, after, afterok, afterany, afternotok and exit_status are used), plain or gzipped; - is standard input.\n\nUnless all rows are in the order of arrival, FIFO with EASY backfilling is replayed once for each trace besides: a job starves when it waits more than twice what that made the worst-off job wait. Percentiles are nearest ranks, rounded down for p2. DECISIONS/S are starts, resumes and preemptions in a second that the processor spends on the replay, reading the trace included. aiosctl-simulate(1) tells the rest.",
	.options = simulate_options,
	.values = simulate_values,
	.exclusive = simulate_exclusive,
	.run = simulate_run,
};
