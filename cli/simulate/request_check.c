// SPDX-License-Identifier: GPL-2.0
/*
 * What follows from the options of simulate, and which of them cannot go together.
 */
#include <core/engine/engine.h>
#include <core/policy/policy.h>

#include "print/util.h"
#include "simulate/request_internal.h"

/* These are the windows of RLScheduler's published table. */
static const uint64_t p1_starts[] = {
	1981, 2756, 4299, 8850, 3316, 2714, 5228, 7762, 4022, 7085,
};

#define P1_COUNT	1024

/* So many times what a resume costs is a time slice that nobody has chosen. */
#define RR_SLICE_COSTS	10

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
					 sim_runtimes_names[both], sim_runtimes_names[both],
					 sim_runtimes_names[both], request_runtimes_options[i],
					 sim_runtimes_names[r->runtimes[i]]);
	}
	r->rules.order_by = r->runtimes[1];
	r->rules.reserve_by = r->runtimes[2];
	if (r->train_given && !request_learns(r))
		return cli_usage(cli, "--train-on needs a predictor to train: give --runtimes, --order-by or --reserve-by tree, svm or best");
	return CLI_OK;
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
