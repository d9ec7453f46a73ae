// SPDX-License-Identifier: GPL-2.0
/*
 * simulate: recorded workloads through the engine of the module, in user space.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include <core/engine.h>
#include <core/policy.h>

#include "commands.h"
#include "simulate.h"
#include "simulate_show.h"

enum {
	KEY_POLICY = CLI_KEY(1),
	KEY_BACKFILL,
	KEY_PROTOCOL,
	KEY_PROCS,
	KEY_CAPACITY,
	KEY_WINDOW,
	KEY_ROWS,
	KEY_LOAD,
	KEY_RUNTIMES,
	KEY_GROUP_BY,
	KEY_RESUME_COST,
	KEY_QUANTUM,
	KEY_GUARD,
	KEY_TIMELINE,
};

static const struct cli_option simulate_options[] = {
	{ "policy", KEY_POLICY, "POLICY[,POLICY]...",
	  "what orders the queue: priority, fifo (default), sjf, saf, f1, wfp3, smallest, edf, tetris, drf, fairshare, rr, las, srtf; each is replayed and has a row of the table"
	},
	{ "backfill", KEY_BACKFILL, "MODE[,MODE]...",
	  "how jobs may pass others: none, easy (default) or conservative" },
	{ "protocol", KEY_PROTOCOL, "PROTOCOL",
	  "replay as published tables do: p1 (windows of 1024 jobs, the chosen job blocks the queue) or p2 (clean jobs of the whole trace)"
	},
	{ "procs", KEY_PROCS, "N",
	  "the machine has N processors, or accelerators where jobs take nothing else (default: what an SWF header says)"
	},
	{ "capacity", KEY_CAPACITY, "NAME=AMOUNT[,...]",
	  "the machine has this much cpu, gpu and memory; what is not named bounds nothing" },
	{ "window", KEY_WINDOW, "START:COUNT",
	  "replay COUNT jobs from number START (from 0) on an empty machine; repeatable" },
	{ "rows", KEY_ROWS, "N", "read the first N jobs of a trace only" },
	{ "load", KEY_LOAD, "RHO", "rescale the times between arrivals to this offered load" },
	{ "runtimes", KEY_RUNTIMES, "KIND",
	  "what the engine expects of run times: requested (default), true, or predicted from the user's last two"
	},
	{ "group-by", KEY_GROUP_BY, "OWNER",
	  "a group for each user, group or vc (default: none)" },
	{ "resume-cost", KEY_RESUME_COST, "DURATION",
	  "service that a job needs more for each time it is resumed (default 60)" },
	{ "quantum", KEY_QUANTUM, "DURATION",
	  "time slice of rr, and what preempting must gain (default 60)" },
	{ "guard", KEY_GUARD, "MULTIPLE",
	  "who has waited this multiple, above 1, of what fifo would make him wait goes first (default: no guard)"
	},
	{ "timeline", KEY_TIMELINE, "FILE",
	  "write what happened to FILE.json, for Perfetto, or to FILE.svg, a picture; for one policy and one trace"
	},
	{ "verbose", 'v', NULL, "show more columns, among them the hash of the decisions" },
	{ 0 }
};

#define POLICIES_MAX	64

struct request {
	const char *names[2][POLICIES_MAX]; /* of policies, of modes */
	uint32_t ids[2][POLICIES_MAX];
	size_t nr[2];
	struct workload_rules workload;
	struct sim_rules rules;
	bool capacity_given;
	uint64_t procs;
	struct window *windows;
	size_t nr_windows;
	const char *timeline;
	bool verbose;
};

/* The windows of RLScheduler's published table. */
static const uint64_t p1_starts[] = {
	1981, 2756, 4299, 8850, 3316, 2714, 5228, 7762, 4022, 7085,
};

#define P1_COUNT	1024

/* ----------------------------------------------------------------- options */

static const char *backfill_at(unsigned int i, uint32_t *id)
{
	*id = i;
	return aios_backfill_name(i);
}

/* "fifo, sjf": what @at has, for messages. */
static char *names_text(const char *(*at)(unsigned int i, uint32_t *id))
{
	char *text = xstrdup("");
	const char *name;
	uint32_t id;

	for (unsigned int i = 0; (name = at(i, &id)); i++) {
		char *longer = xasprintf("%s%s%s", text, i ? ", " : "", name);

		free(text);
		text = longer;
	}
	return text;
}

static int name_find(const char *(*at)(unsigned int i, uint32_t *id),
		     const char *word, const char **name, uint32_t *id)
{
	for (unsigned int i = 0; (*name = at(i, id)); i++)
		if (!strcmp(*name, word))
			return 0;
	return -ENOENT;
}

/* The list of @option in optarg; @which: 0 for policies, 1 for modes. */
static int names_parse(struct cli *cli, struct request *r, int which,
		       const char *option,
		       const char *(*at)(unsigned int i, uint32_t *id))
{
	auto_free char *list = xstrdup(optarg);
	auto_free char *known = names_text(at);
	char *rest = list, *word;

	r->nr[which] = 0;
	while ((word = strsep(&rest, ","))) {
		size_t n = r->nr[which];

		if (n == POLICIES_MAX)
			return cli_usage(cli, "%s takes at most %d", option, POLICIES_MAX);
		if (name_find(at, word, &r->names[which][n], &r->ids[which][n]))
			return cli_usage(cli, "%s: '%s' is not known: say %s",
					 option, word, known);
		for (size_t i = 0; i < n; i++)
			if (r->ids[which][i] == r->ids[which][n])
				return cli_usage(cli, "%s names '%s' twice", option, word);
		r->nr[which]++;
	}
	return CLI_OK;
}

/* One of several words in optarg: its number from 0 in @value. */
static int word_parse(struct cli *cli, const char *option,
		      const char * const *words, int *value)
{
	auto_free char *known = xstrdup("");

	for (int i = 0; words[i]; i++) {
		char *longer;

		if (!strcmp(words[i], optarg)) {
			*value = i;
			return CLI_OK;
		}
		longer = xasprintf("%s%s%s", known, !i ? "" :
				   words[i + 1] ? ", " : " or ", words[i]);
		free(known);
		known = longer;
	}
	return cli_usage(cli, "%s takes %s, not '%s'", option, known, optarg);
}

static int capacity_item(struct cli *cli, struct request *r, char *item)
{
	static const struct {
		const char *name;
		uint32_t resource;
	} resources[TRACE_NR_RESOURCES] = {
		[TRACE_CPU] = { "cpu", AIOS_RESOURCE_CPU },
		[TRACE_GPU] = { "gpu", AIOS_RESOURCE_GPU },
		[TRACE_MEMORY] = { "memory", AIOS_RESOURCE_MEMORY },
	};
	char *amount = item;
	const char *name = strsep(&amount, "=");
	uint64_t value;

	for (size_t i = 0; amount && i < ARRAY_SIZE(resources); i++) {
		if (strcmp(resources[i].name, name))
			continue;
		if (aios_quantity_parse(resources[i].resource, amount, &value) ||
		    value > TRACE_AMOUNT_MAX || !value)
			return cli_usage(cli, "--capacity: '%s' is no amount of %s above 0",
					 amount, name);
		r->workload.capacity[i] = value;
		r->capacity_given = true;
		return CLI_OK;
	}
	return cli_usage(cli, "--capacity: '%s' is not cpu=AMOUNT, gpu=AMOUNT or memory=AMOUNT",
			 item);
}

static int capacity_parse(struct cli *cli, struct request *r)
{
	auto_free char *list = xstrdup(optarg);
	char *rest = list, *item;
	int status = CLI_OK;

	while (!status && (item = strsep(&rest, ",")))
		status = capacity_item(cli, r, item);
	return status;
}

static int window_parse(struct cli *cli, struct request *r)
{
	auto_free char *text = xstrdup(optarg);
	struct window window;
	char *count = text;
	const char *start = strsep(&count, ":");

	if (!count || u64_parse(start, &window.start) ||
	    u64_parse(count, &window.count) || !window.count)
		return cli_usage(cli, "--window takes START:COUNT, as 1981:1024, not '%s'",
				 optarg);
	r->windows = xrealloc(r->windows,
			      (r->nr_windows + 1) * sizeof(*r->windows));
	r->windows[r->nr_windows++] = window;
	return CLI_OK;
}

static int load_parse(struct cli *cli, struct request *r)
{
	char *end;

	r->workload.load = strtod(optarg, &end);
	if (*end || end == optarg || strpbrk(optarg, "xXpP") ||
	    !(r->workload.load > 0 && r->workload.load <= 1000))
		return cli_usage(cli, "--load: '%s' is no load above 0: say 0.9", optarg);
	return CLI_OK;
}

static int protocol_parse(struct cli *cli, struct request *r)
{
	static const char * const words[] = { "p1", "p2", NULL };
	int value, status = word_parse(cli, "--protocol", words, &value);

	if (!status)
		r->workload.protocol = value ? PROTOCOL_P2 : PROTOCOL_P1;
	return status;
}

static int runtimes_parse(struct cli *cli, struct request *r)
{
	static const char * const words[] = {
		[SIM_REQUESTED] = "requested",
		[SIM_TRUE] = "true",
		[SIM_PREDICTED] = "predicted",
		NULL
	};
	int value, status = word_parse(cli, "--runtimes", words, &value);

	if (!status)
		r->rules.runtimes = value;
	return status;
}

static int group_by_parse(struct cli *cli, struct request *r)
{
	static const char * const words[] = { "none", "user", "group", "vc", NULL };
	int value, status = word_parse(cli, "--group-by", words, &value);

	if (!status)
		r->rules.group_by = value - 1;
	return status;
}

static int guard_parse(struct cli *cli, struct request *r)
{
	uint64_t most = AIOS_GUARD_MAX / AIOS_GUARD_UNIT;
	char *end;
	double multiple = strtod(optarg, &end);

	if (*end || end == optarg || strpbrk(optarg, "xXpP") ||
	    !(multiple * AIOS_GUARD_UNIT >= AIOS_GUARD_UNIT + 1 && multiple <= most))
		return cli_usage(cli, "--guard: '%s' is no multiple above 1 and up to %llu: say 2",
				 optarg, (unsigned long long)most);
	r->rules.guard = multiple * AIOS_GUARD_UNIT + 0.5;
	return CLI_OK;
}

static int option(struct cli *cli, struct request *r, int key)
{
	switch (key) {
	case KEY_POLICY:
		return names_parse(cli, r, 0, "--policy", sim_policy_at);
	case KEY_BACKFILL:
		return names_parse(cli, r, 1, "--backfill", backfill_at);
	case KEY_PROTOCOL:
		return protocol_parse(cli, r);
	case KEY_PROCS:
		return cli_parse_number(cli, "--procs", optarg, 1,
					TRACE_AMOUNT_MAX / 1000, &r->procs);
	case KEY_CAPACITY:
		return capacity_parse(cli, r);
	case KEY_WINDOW:
		return window_parse(cli, r);
	case KEY_ROWS:
		return cli_parse_number(cli, "--rows", optarg, 1, UINT64_MAX,
					&r->workload.rows);
	case KEY_LOAD:
		return load_parse(cli, r);
	case KEY_RUNTIMES:
		return runtimes_parse(cli, r);
	case KEY_GROUP_BY:
		return group_by_parse(cli, r);
	case KEY_RESUME_COST:
		return cli_parse_duration(cli, "--resume-cost", optarg,
					  &r->rules.resume_cost_ns);
	case KEY_QUANTUM:
		return cli_parse_duration(cli, "--quantum", optarg,
					  &r->rules.quantum_ns);
	case KEY_GUARD:
		return guard_parse(cli, r);
	case KEY_TIMELINE:
		r->timeline = optarg;
		return CLI_OK;
	case 'v':
		r->verbose = true;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

static void request_init(struct request *r)
{
	*r = (struct request){
		.rules = {
			.group_by = -1,
			.resume_cost_ns = 60 * NSEC_PER_SEC,
			.quantum_ns = AIOS_QUANTUM_DEFAULT,
		},
		.nr = { 1, 1 },
		.names = { { "fifo" }, { "easy" } },
		.ids = { { AIOS_POLICY_FIFO }, { AIOS_BACKFILL_EASY } },
	};
	for (int i = 0; i < TRACE_NR_RESOURCES; i++)
		r->workload.capacity[i] = UINT64_MAX;
}

/* What the chosen policies and modes cannot do. */
static int policies_check(struct cli *cli, const struct request *r)
{
	bool p1 = r->workload.protocol == PROTOCOL_P1;

	for (size_t i = 0; i < r->nr[0]; i++) {
		const struct aios_policy_ops *ops = aios_policy_find(r->ids[0][i]);

		if (p1 && ops->flags & AIOS_POLICY_PREEMPTIVE)
			return cli_usage(cli, "--protocol p1 knows no preemption: it has no policy %s",
					 ops->name);
		/* a slice that is spent on resuming does no work: no end */
		if (ops->id == AIOS_POLICY_RR &&
		    r->rules.quantum_ns <= r->rules.resume_cost_ns)
			return cli_usage(cli, "rr never gets on when its slice is spent on resuming: give a --quantum above the --resume-cost");
	}
	for (size_t i = 0; i < r->nr[1]; i++)
		if (p1 && r->ids[1][i] == AIOS_BACKFILL_CONSERVATIVE)
			return cli_usage(cli, "--protocol p1 knows no conservative backfilling");
	if (r->rules.quantum_ns < AIOS_QUANTUM_MIN_NS ||
	    r->rules.quantum_ns > AIOS_TUNING_TIME_MAX)
		return cli_usage(cli, "--quantum takes 1 ms to 52 days");
	return CLI_OK;
}

/* What follows from the protocol; and what cannot go together. */
static int request_check(struct cli *cli, struct request *r, int nr_traces)
{
	bool p1 = r->workload.protocol == PROTOCOL_P1;

	if (!nr_traces)
		return cli_usage(cli, "simulate what? Give a trace, or - for standard input");
	if (r->procs && r->capacity_given)
		return cli_usage(cli, "--procs and --capacity say the same: give one of them");
	if (p1 && r->rules.guard)
		return cli_usage(cli, "--guard and --protocol p1 exclude each other");
	if (p1 && r->workload.load)
		return cli_usage(cli, "--load and --protocol p1 exclude each other: p1 has times as recorded");
	r->rules.one_by_one = p1;
	if (p1 && !r->nr_windows) {
		r->nr_windows = ARRAY_SIZE(p1_starts);
		r->windows = xcalloc(r->nr_windows, sizeof(*r->windows));
		for (size_t i = 0; i < r->nr_windows; i++)
			r->windows[i] = (struct window){ p1_starts[i], P1_COUNT };
	}
	if (!r->nr_windows) {
		r->nr_windows = 1;
		r->windows = xcalloc(1, sizeof(*r->windows));
	}
	if (!r->timeline)
		return CLI_OK;
	if (r->nr[0] * r->nr[1] * r->nr_windows * nr_traces != 1)
		return cli_usage(cli, "--timeline shows one replay: give it one trace, one policy, one mode of backfilling and one window");
	if (!timeline_known(r->timeline))
		return cli_usage(cli, "--timeline: '%s' ends neither in .json nor in .svg",
				 r->timeline);
	return CLI_OK;
}

/* ----------------------------------------------------------------- machine */

/* How large the machine of a trace is; 0 or a status. */
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

/* One replay of all windows. */
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
	return CLI_OK;
}

/* The worst wait of FIFO with EASY, by which others are found to starve jobs. */
static int replay_reference(struct cli *cli, struct sim_input *in,
			    struct sim_stats *stats)
{
	static const struct sim_policy fifo_easy = {
		.policy = AIOS_POLICY_FIFO,
		.backfill = AIOS_BACKFILL_EASY,
		.policy_name = "fifo",
		.backfill_name = "easy",
	};

	uint32_t guard = in->rules.guard;
	int status;

	in->rules.guard = 0;
	status = replay(cli, in, &fifo_easy, stats);
	in->rules.guard = guard;
	return status;
}

/* The replay that is shown as well. */
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
	};
	int status;

	title = xasprintf("%s: %s, backfill %s", in->workload->trace->path,
			  policy->policy_name, policy->backfill_name);
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

static int trace_replay(struct cli *cli, const struct request *r,
			struct sim_input *in, struct show_trace *shown)
{
	struct sim_stats *reference = &shown->reference;
	int status = replay_reference(cli, in, reference);

	for (size_t i = 0; i < r->nr[0] * r->nr[1] && !status; i++) {
		struct show_run *run = &shown->runs[i];
		size_t p = i / r->nr[1], b = i % r->nr[1];

		run->policy = (struct sim_policy){
			.policy = r->ids[0][p],
			.policy_name = r->names[0][p],
			.backfill = r->ids[1][b],
			.backfill_name = r->names[1][b],
		};
		shown->nr_runs++;
		if (r->timeline)
			status = replay_timeline(cli, r, in, &run->policy, &run->stats);
		else if (run->policy.policy == AIOS_POLICY_FIFO &&
			 run->policy.backfill == AIOS_BACKFILL_EASY &&
			 !r->rules.guard)
			run->is_reference = true;
		else
			status = replay(cli, in, &run->policy, &run->stats);
		if (!status && !run->is_reference)
			stats_starved(&run->stats, reference->max_wait_ns);
	}
	if (!status)
		rejected_note(cli, in->workload, reference);
	return status;
}

static int trace_simulate(struct cli *cli, const struct request *r,
			  struct show_trace *shown)
{
	struct workload *w = &shown->workload;
	int status = trace_scan(cli, r, w);
	struct sim_input in = {
		.workload = w,
		.windows = r->windows,
		.nr_windows = r->nr_windows,
		.rules = r->rules,
		.progress.shown = !cli->quiet && isatty(STDERR_FILENO),
	};

	if (status)
		return status;
	in.machine.pooled = pooled(w);
	memcpy(in.machine.capacity, w->rules.capacity,
	       sizeof(in.machine.capacity));
	shown->pooled = in.machine.pooled;
	shown->windows = r->windows;
	shown->nr_windows = r->nr_windows;
	shown->runs = xcalloc(r->nr[0] * r->nr[1], sizeof(*shown->runs));
	return trace_replay(cli, r, &in, shown);
}

static int simulate(struct cli *cli, struct request *r, char **paths, int nr)
{
	struct show_trace *shown = xcalloc(nr, sizeof(*shown));
	int status = CLI_OK;

	for (int i = 0; i < nr && !status; i++) {
		shown[i].workload.trace = trace_open(paths[i]);
		shown[i].workload.rules = r->workload;
		status = trace_simulate(cli, r, &shown[i]);
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
		status = option(cli, &r, key);
	if (!status)
		status = policies_check(cli, &r);
	if (!status)
		status = request_check(cli, &r, argc - optind);
	if (!status)
		status = simulate(cli, &r, argv + optind, argc - optind);
	free(r.windows);
	return status;
}

const struct cli_command simulate_command = {
	.name = "simulate",
	.args = "TRACE...",
	.summary = "replay recorded workloads through the engine, without the module",
	.help = "Replay each trace through the engine that the module has, once for each policy, and print how long jobs waited. A trace is in the Standard Workload Format or CSV whose first line names the columns (of them submit_s and run_s are needed; job_id, procs, req_s, gpus, cpu_milli, mem_mib, gpu_milli, user, group, vc and clean are used), plain or gzipped; - is standard input.\n\nFIFO with EASY backfilling is replayed once for each trace besides: a job starves when it waits more than twice what that made the worst-off job wait. Percentiles are nearest ranks, rounded down for p2. aiosctl-simulate(1) tells the rest.",
	.options = simulate_options,
	.run = simulate_run,
};
