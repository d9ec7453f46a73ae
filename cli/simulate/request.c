// SPDX-License-Identifier: GPL-2.0
/*
 * The options of simulate: see request.h.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include <core/engine/engine.h>
#include <core/policy/policy.h>

#include "print/util.h"
#include "print/when.h"
#include "simulate/request.h"

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
	KEY_ORDER_BY,
	KEY_RESERVE_BY,
	KEY_GROUP_BY,
	KEY_RESUME_COST,
	KEY_QUANTUM,
	KEY_AGING,
	KEY_HALF_LIFE,
	KEY_GUARD,
	KEY_GUARD_FLOOR,
	KEY_DRAIN,
	KEY_GROUP_POLICY,
	KEY_QUEUEING,
	KEY_ESTIMATES,
	KEY_TIMELINE,
	KEY_NO_STARVED,
	KEY_TRAIN_ON,
	KEY_MODEL,
};

const struct cli_option simulate_options[] = {
	{ "policy", KEY_POLICY, "POLICY[,POLICY]...",
	  "what orders the queue: %s (default fifo); each is replayed and has a row of the table"
	},
	{ "backfill", KEY_BACKFILL, "MODE[,MODE]...",
	  "how jobs may pass others: %s (default easy)" },
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
	  "what run times the engine goes by: requested (default), true, predicted from the user's last two, or by the module's predictor: a regression tree (tree), support vectors (svm) or all that it knows (best)"
	},
	{ "order-by", KEY_ORDER_BY, "KIND",
	  "likewise, but only for the order of the queue and what is foretold" },
	{ "reserve-by", KEY_RESERVE_BY, "KIND",
	  "likewise, but only for reservations and drains" },
	{ "train-on", KEY_TRAIN_ON, "TRACE",
	  "what tree and support vectors are trained on: the jobs of another trace, or online (default), those that have ended"
	},
	{ "model", KEY_MODEL, "FILE",
	  "the model file of policy learned: see aiosctl-model(1)" },
	{ "group-by", KEY_GROUP_BY, "OWNER",
	  "a group for each user, group or vc (default: none)" },
	{ "group-policy", KEY_GROUP_POLICY, "GROUP=POLICY[,quantum=DURATION]",
	  "how a group of --group-by orders its own jobs: by %s, with a time slice of its own for rr, or both; repeatable"
	},
	{ "resume-cost", KEY_RESUME_COST, "DURATION",
	  "service that a job needs more for each time it is resumed (default 60)" },
	{ "quantum", KEY_QUANTUM, "DURATION",
	  "time slice of rr (default 10 times the resume cost, 60 at least), and what preempting must gain (default 60)"
	},
	{ "aging", KEY_AGING, "DURATION",
	  "wait that is worth one step of priority; 0: none (default)" },
	{ "half-life", KEY_HALF_LIFE, "DURATION",
	  "in which use counts half for fairshare; 0: never (default 1d)" },
	{ "guard", KEY_GUARD, "MULTIPLE",
	  "nobody waits longer than this multiple, above 1, of the longest wait under fifo with easy (default: no guard)"
	},
	{ "guard-floor", KEY_GUARD_FLOOR, "DURATION",
	  "what that longest wait counts as at least (default 0; of a machine 10m)" },
	{ "drain", KEY_DRAIN, "AT[-UNTIL|+FOR]",
	  "the machine drains so long after the first arrival, as aiosctl drain has it, until then or for so long (default: for ever); repeatable, in order"
	},
	{ "queueing", KEY_QUEUEING, NULL,
	  "print the queueing figures of the machine, and of each group of --group-by, beside three models"
	},
	{ "estimates", KEY_ESTIMATES, NULL,
	  "print what each job that waits would be told of its start, what came of it, and how often the interval held"
	},
	{ "no-starved", KEY_NO_STARVED, NULL,
	  "do not tell who starves, for which FIFO with EASY backfilling is replayed besides" },
	{ "timeline", KEY_TIMELINE, "FILE",
	  "write what happened to FILE.json, for Perfetto, or to FILE.svg, a picture; for one policy and one trace"
	},
	{ "verbose", 'v', NULL, "show more columns, among them the hash of the decisions" },
	{ 0 }
};

static const char * const protocol_words[] = { "p1", "p2", NULL };
static const char * const runtimes_words[] = {
	[SIM_REQUESTED] = "requested",
	[SIM_TRUE] = "true",
	[SIM_PREDICTED] = "predicted",
	[SIM_TREE] = "tree",
	[SIM_SVM] = "svm",
	[SIM_BEST] = "best",
	NULL
};
static const char * const group_by_words[] = { "none", "user", "group", "vc", NULL };

const struct cli_values simulate_values[] = {
	{ .of = "MODE", .kind = CLI_WORDS, .word = cli_backfill_word },
	{ .of = "PROTOCOL", .kind = CLI_WORDS, .words = protocol_words },
	{ .of = "KIND", .kind = CLI_WORDS, .words = runtimes_words },
	{ .of = "OWNER", .kind = CLI_WORDS, .words = group_by_words },
	{ .of = "group-policy", .kind = CLI_ANY, .word = cli_group_policy_word },
	{ .of = "TRACE", .kind = CLI_FILES },
	{ .of = "model", .kind = CLI_FILES },
	{ .of = "timeline", .kind = CLI_FILES, .pattern = "*.(json|svg)" },
	{ 0 }
};

const char * const simulate_exclusive[] = { "procs", "capacity", NULL };

/* These are the windows of RLScheduler's published table. */
static const uint64_t p1_starts[] = {
	1981, 2756, 4299, 8850, 3316, 2714, 5228, 7762, 4022, 7085,
};

#define P1_COUNT	1024

/* So many times what a resume costs is a time slice that nobody has chosen. */
#define RR_SLICE_COSTS	10

/* This is thirty years: added to any time of a trace it is still a time. */
#define DRAIN_MAX_NS	(NSEC_PER_SEC * 86400 * 365 * 30)

/* ----------------------------------------------------------------- options */

static const char *backfill_at(unsigned int i, uint32_t *id)
{
	*id = i;
	return aios_backfill_name(i);
}

/* This makes "fifo, sjf" of what @at has, for messages. */
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

/* This reads the list of @option in optarg; @which is 0 for policies, 1 for modes. */
static int names_parse(struct cli *cli, struct request *r, int which,
		       const char *option,
		       const char *(*at)(unsigned int i, uint32_t *id))
{
	auto_free char *list = xstrdup(optarg);
	char *rest = list, *word;

	r->nr[which] = 0;
	while ((word = strsep(&rest, ","))) {
		size_t n = r->nr[which];

		if (n == POLICIES_MAX)
			return cli_usage(cli, "%s takes at most %d", option, POLICIES_MAX);
		if (name_find(at, word, &r->names[which][n], &r->ids[which][n]))
			return cli_unknown(cli, option, word);
		for (size_t i = 0; i < n; i++)
			if (r->ids[which][i] == r->ids[which][n])
				return cli_usage(cli, "%s names '%s' twice", option, word);
		r->nr[which]++;
	}
	return CLI_OK;
}

/* This reads one of several words in optarg; its number from 0 is left in @value. */
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
		if (r->workload.capacity[i] != UINT64_MAX)
			return cli_usage(cli, "--capacity names %s twice", name);
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

/* An item is a policy, or "quantum=5m". */
static int own_item(struct cli *cli, struct sim_group *group, const char *item)
{
	static const char quantum[] = "quantum=";
	const struct aios_policy_ops *ops;
	auto_free char *known = NULL;
	const char *name;

	if (!strncmp(item, quantum, strlen(quantum))) {
		if (duration_parse(item + strlen(quantum), &group->quantum_ns) ||
		    group->quantum_ns < AIOS_QUANTUM_MIN_NS ||
		    group->quantum_ns > AIOS_TUNING_TIME_MAX)
			return cli_usage(cli, "--group-policy: a quantum is 1 ms to 52 days, not '%s'",
					 item + strlen(quantum));
		return CLI_OK;
	}
	if (group->policy != AIOS_GROUP_INHERITS)
		return cli_usage(cli, "--group-policy: '%s' names two policies", optarg);
	known = names_text(sim_policy_at);
	if (name_find(sim_policy_at, item, &name, &group->policy))
		return cli_usage(cli, "--group-policy: '%s' is not known: say %s, or quantum=DURATION",
				 item, known);
	ops = aios_policy_find(group->policy);
	if (ops->flags & (AIOS_POLICY_WHOLE | AIOS_POLICY_PREEMPTIVE))
		return cli_usage(cli, "--group-policy: a group cannot order its own jobs by %s, which %s",
				 item, ops->flags & AIOS_POLICY_WHOLE ?
				 "compares them with all others" : "suspends jobs");
	return CLI_OK;
}

static int group_policy_parse(struct cli *cli, struct request *r)
{
	size_t nr = r->rules.nr_own;
	struct sim_group *group;
	char *rest, *item;
	int status = CLI_OK;

	r->own = xrealloc(r->own, (nr + 1) * sizeof(*r->own));
	r->rules.own = r->own;
	r->rules.nr_own++;
	group = &r->own[nr];
	*group = (struct sim_group){ xstrdup(optarg), AIOS_GROUP_INHERITS, 0 };
	rest = strchr(group->name, '=');
	if (!rest || rest == group->name || !rest[1])
		return cli_usage(cli, "--group-policy takes GROUP=POLICY, as vision=sjf, not '%s'",
				 optarg);
	*rest++ = '\0';
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(r->own[i].name, group->name))
			return cli_usage(cli, "--group-policy names group '%s' twice",
					 group->name);
	while (!status && (item = strsep(&rest, ",")))
		status = own_item(cli, group, item);
	return status;
}

static int drain_parse(struct cli *cli, struct request *r)
{
	auto_free char *text = xstrdup(optarg);
	size_t nr = r->rules.nr_drains;
	uint64_t start = 0, end = 0;
	char *rest = text + strcspn(text, "+-");
	bool until = *rest == '-', ends = *rest;

	*rest = '\0';
	if (duration_parse(text, &start) || (ends && duration_parse(rest + 1, &end)))
		return cli_usage(cli, "--drain takes AT, AT-UNTIL or AT+FOR, as 4h or 4h+90m, not '%s'",
				 optarg);
	if (start > DRAIN_MAX_NS || end > DRAIN_MAX_NS)
		return cli_usage(cli, "--drain: '%s' is too late", optarg);
	if (ends && !until)
		end += start;
	if (ends && end <= start)
		return cli_usage(cli, "--drain: '%s' ends before it begins", optarg);
	if (nr == AIOS_REPLAY_DRAINS_MAX)
		return cli_usage(cli, "--drain is taken %d times at most", AIOS_REPLAY_DRAINS_MAX);
	if (nr && (!r->drains[nr - 1].end_ns ||
		   start < r->drains[nr - 1].end_ns))
		return cli_usage(cli, "--drain: '%s' begins before the one before it ends",
				 optarg);
	r->drains = xrealloc(r->drains, (nr + 1) * sizeof(*r->drains));
	r->drains[nr] = (struct aios_replay_drain){ .start_ns = start, .end_ns = end };
	r->rules.drains = r->drains;
	r->rules.nr_drains++;
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
	int value, status = word_parse(cli, "--protocol", protocol_words, &value);

	if (!status)
		r->workload.protocol = value ? PROTOCOL_P2 : PROTOCOL_P1;
	return status;
}

static const char * const runtimes_options[] = { "--runtimes", "--order-by", "--reserve-by" };

static int runtimes_parse(struct cli *cli, struct request *r, int which)
{
	return word_parse(cli, runtimes_options[which], runtimes_words, &r->runtimes[which]);
}

bool request_learns(const struct request *r)
{
	return sim_learnt(r->rules.order_by) || sim_learnt(r->rules.reserve_by);
}

/* One option says both of what the other two say. */
static int runtimes_check(struct cli *cli, struct request *r)
{
	int both = r->runtimes[0];

	for (int i = 1; i < 3; i++) {
		if (r->runtimes[i] < 0)
			r->runtimes[i] = both < 0 ? SIM_REQUESTED : both;
		else if (both >= 0 && r->runtimes[i] != both)
			return cli_usage(cli, "--runtimes %s means --order-by %s and --reserve-by %s: it cannot be given with %s %s",
					 runtimes_words[both], runtimes_words[both],
					 runtimes_words[both], runtimes_options[i],
					 runtimes_words[r->runtimes[i]]);
	}
	r->rules.order_by = r->runtimes[1];
	r->rules.reserve_by = r->runtimes[2];
	if (r->train_given && !request_learns(r))
		return cli_usage(cli, "--train-on needs a predictor to train: give --runtimes, --order-by or --reserve-by tree, svm or best");
	return CLI_OK;
}

static int group_by_parse(struct cli *cli, struct request *r)
{
	int value, status = word_parse(cli, "--group-by", group_by_words, &value);

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

static int tuning_parse(struct cli *cli, const char *option, uint64_t *ns)
{
	int status = cli_parse_duration(cli, option, optarg, ns);

	if (!status && *ns > AIOS_TUNING_TIME_MAX)
		return cli_usage(cli, "%s takes up to 52 days", option);
	return status;
}

static int quantum_parse(struct cli *cli, struct request *r)
{
	int status = cli_parse_duration(cli, "--quantum", optarg, &r->rules.quantum_ns);

	if (!status && (r->rules.quantum_ns < AIOS_QUANTUM_MIN_NS ||
			r->rules.quantum_ns > AIOS_TUNING_TIME_MAX))
		return cli_usage(cli, "--quantum takes 1 ms to 52 days");
	return status;
}

int request_option(struct cli *cli, struct request *r, int key)
{
	switch (key) {
	case KEY_POLICY:
		return names_parse(cli, r, 0, "--policy", sim_policy_at);
	case KEY_BACKFILL:
		r->backfill_given = true;
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
		return runtimes_parse(cli, r, 0);
	case KEY_ORDER_BY:
		return runtimes_parse(cli, r, 1);
	case KEY_RESERVE_BY:
		return runtimes_parse(cli, r, 2);
	case KEY_TRAIN_ON:
		r->train_given = true;
		r->train_on = strcmp(optarg, "online") ? optarg : NULL;
		return CLI_OK;
	case KEY_GROUP_BY:
		return group_by_parse(cli, r);
	case KEY_RESUME_COST:
		return cli_parse_duration(cli, "--resume-cost", optarg,
					  &r->rules.resume_cost_ns);
	case KEY_QUANTUM:
		return quantum_parse(cli, r);
	case KEY_AGING:
		return tuning_parse(cli, "--aging", &r->rules.aging_ns);
	case KEY_HALF_LIFE:
		return tuning_parse(cli, "--half-life", &r->rules.half_life_ns);
	case KEY_GUARD:
		return guard_parse(cli, r);
	case KEY_GUARD_FLOOR:
		return tuning_parse(cli, "--guard-floor", &r->rules.guard_floor_ns);
	case KEY_GROUP_POLICY:
		return group_policy_parse(cli, r);
	case KEY_DRAIN:
		return drain_parse(cli, r);
	case KEY_QUEUEING:
		r->rules.queueing = true;
		return CLI_OK;
	case KEY_ESTIMATES:
		r->rules.estimates = true;
		return CLI_OK;
	case KEY_MODEL:
		r->model = optarg;
		return CLI_OK;
	case KEY_NO_STARVED:
		r->no_starved = true;
		return CLI_OK;
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

void request_init(struct request *r)
{
	*r = (struct request){
		.rules = {
			.group_by = -1,
			.resume_cost_ns = 60 * NSEC_PER_SEC,
			.half_life_ns = AIOS_HALF_LIFE_DEFAULT,
		},
		.runtimes = { -1, -1, -1 },
		.nr = { 1, 1 },
		.names = { { "fifo" }, { "easy" } },
		.ids = { { AIOS_POLICY_FIFO }, { AIOS_BACKFILL_EASY } },
	};
	for (int i = 0; i < TRACE_NR_RESOURCES; i++)
		r->workload.capacity[i] = UINT64_MAX;
}

void request_free(struct request *r)
{
	free(r->windows);
	free(r->drains);
	for (size_t i = 0; i < r->rules.nr_own; i++)
		free(r->own[i].name);
	free(r->own);
}

/* A slice of rr is mostly work unless it is asked for otherwise. */
uint64_t request_quantum(const struct request *r, uint32_t policy)
{
	uint64_t slice = AIOS_QUANTUM_DEFAULT;

	if (r->rules.quantum_ns)
		return r->rules.quantum_ns;
	if (policy == AIOS_POLICY_RR && r->rules.resume_cost_ns > slice / RR_SLICE_COSTS)
		slice = r->rules.resume_cost_ns < AIOS_TUNING_TIME_MAX / RR_SLICE_COSTS ?
				r->rules.resume_cost_ns * RR_SLICE_COSTS : AIOS_TUNING_TIME_MAX;
	return slice;
}

static uint64_t shortest_slice(const struct request *r)
{
	uint64_t least = request_quantum(r, AIOS_POLICY_RR);

	for (size_t i = 0; i < r->rules.nr_own; i++)
		if (r->own[i].quantum_ns && r->own[i].quantum_ns < least)
			least = r->own[i].quantum_ns;
	return least;
}

/* This refuses what the chosen policies and modes cannot do. */
static int policies_check(struct cli *cli, const struct request *r)
{
	bool p1 = r->workload.protocol == PROTOCOL_P1, learned = false;

	for (size_t i = 0; i < r->nr[0]; i++) {
		const struct aios_policy_ops *ops = aios_policy_find(r->ids[0][i]);

		if (p1 && ops->flags & AIOS_POLICY_PREEMPTIVE)
			return cli_usage(cli, "--protocol p1 knows no preemption: it has no policy %s",
					 ops->name);
		learned |= ops->flags & AIOS_POLICY_MODEL;
		/* A slice that is spent on resuming does no work, so there would be no end. */
		if (ops->id == AIOS_POLICY_RR && shortest_slice(r) <= r->rules.resume_cost_ns)
			return cli_usage(cli, "rr never gets on when its slice is spent on resuming: give a --quantum above the --resume-cost");
	}
	if (learned && !r->model)
		return cli_usage(cli, "policy learned needs a model: give --model FILE");
	if (r->model && !learned)
		return cli_usage(cli, "--model is of policy learned: give --policy learned too");
	for (size_t i = 0; i < r->nr[1]; i++)
		if (p1 && r->ids[1][i] == AIOS_BACKFILL_CONSERVATIVE)
			return cli_usage(cli, "--protocol p1 knows no conservative backfilling");
	return CLI_OK;
}

int request_check(struct cli *cli, struct request *r, int nr_traces)
{
	bool p1 = r->workload.protocol == PROTOCOL_P1;
	int status = policies_check(cli, r);

	if (!status)
		status = runtimes_check(cli, r);
	if (status)
		return status;
	if (!nr_traces)
		return cli_usage(cli, "simulate what? Give a trace, or - for standard input");
	if (r->procs && r->capacity_given)
		return cli_usage(cli, "--procs and --capacity say the same: give one of them");
	if (r->rules.guard_floor_ns && !r->rules.guard)
		return cli_usage(cli, "--guard-floor is of the guard: give --guard too");
	if (p1 && r->rules.guard)
		return cli_usage(cli, "--guard and --protocol p1 exclude each other");
	if (r->rules.nr_own && r->rules.group_by < 0)
		return cli_usage(cli, "--group-policy needs groups: give --group-by user, group or vc");
	if (p1 && r->rules.nr_own)
		return cli_usage(cli, "--group-policy and --protocol p1 exclude each other: p1 has one queue");
	if (p1 && r->rules.nr_drains)
		return cli_usage(cli, "--drain and --protocol p1 exclude each other");
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
	if (r->rules.queueing && r->nr_windows != 1)
		return cli_usage(cli, "--queueing tells of one window: give one --window, or none");
	if (!r->timeline)
		return CLI_OK;
	if (r->nr[0] * r->nr[1] * r->nr_windows * nr_traces != 1)
		return cli_usage(cli, "--timeline shows one replay: give it one trace, one policy, one mode of backfilling and one window");
	if (!timeline_known(r->timeline))
		return cli_usage(cli, "--timeline: '%s' ends neither in .json nor in .svg",
				 r->timeline);
	return CLI_OK;
}
