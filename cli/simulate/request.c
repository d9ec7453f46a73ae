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
#include "simulate/request_internal.h"

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

const struct cli_values simulate_values[] = {
	{ .of = "MODE", .kind = CLI_WORDS, .word = cli_backfill_word },
	{ .of = "PROTOCOL", .kind = CLI_WORDS, .words = request_protocols },
	{ .of = "KIND", .kind = CLI_WORDS, .words = sim_runtimes_names },
	{ .of = "OWNER", .kind = CLI_WORDS, .words = request_owners },
	{ .of = "group-policy", .kind = CLI_ANY, .word = cli_group_policy_word },
	{ .of = "TRACE", .kind = CLI_FILES },
	{ .of = "model", .kind = CLI_FILES },
	{ .of = "timeline", .kind = CLI_FILES, .pattern = "*.(json|svg)" },
	{ 0 }
};

const char * const simulate_exclusive[] = { "procs", "capacity", NULL };

int request_option(struct cli *cli, struct request *r, int key)
{
	switch (key) {
	case KEY_POLICY:
		return option_names(cli, r, 0, "--policy", sim_policy_at);
	case KEY_BACKFILL:
		r->backfill_given = true;
		return option_names(cli, r, 1, "--backfill", request_backfill_at);
	case KEY_PROTOCOL:
		return option_protocol(cli, r);
	case KEY_PROCS:
		return cli_parse_number(cli, "--procs", optarg, 1,
					TRACE_AMOUNT_MAX / 1000, &r->procs);
	case KEY_CAPACITY:
		return option_capacity(cli, r);
	case KEY_WINDOW:
		return option_window(cli, r);
	case KEY_ROWS:
		return cli_parse_number(cli, "--rows", optarg, 1, UINT64_MAX,
					&r->workload.rows);
	case KEY_LOAD:
		return option_load(cli, r);
	case KEY_RUNTIMES:
		return option_runtimes(cli, r, 0);
	case KEY_ORDER_BY:
		return option_runtimes(cli, r, 1);
	case KEY_RESERVE_BY:
		return option_runtimes(cli, r, 2);
	case KEY_TRAIN_ON:
		r->train_given = true;
		r->train_on = strcmp(optarg, "online") ? optarg : NULL;
		return CLI_OK;
	case KEY_GROUP_BY:
		return option_group_by(cli, r);
	case KEY_RESUME_COST:
		return cli_parse_duration(cli, "--resume-cost", optarg,
					  &r->rules.resume_cost_ns);
	case KEY_QUANTUM:
		return option_quantum(cli, r);
	case KEY_AGING:
		return option_tuning(cli, "--aging", &r->rules.aging_ns);
	case KEY_HALF_LIFE:
		return option_tuning(cli, "--half-life", &r->rules.half_life_ns);
	case KEY_GUARD:
		return option_guard(cli, r);
	case KEY_GUARD_FLOOR:
		return option_tuning(cli, "--guard-floor", &r->rules.guard_floor_ns);
	case KEY_GROUP_POLICY:
		return option_group_policy(cli, r);
	case KEY_DRAIN:
		return option_drain(cli, r);
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
