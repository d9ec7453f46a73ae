// SPDX-License-Identifier: GPL-2.0
/*
 * Why a job has what it has, or what it waits for. A running job's answer is the
 * dual solution of the last decision, put into words.
 */
#include <inttypes.h>
#include <math.h>

#include "machine/job.h"
#include "machine/protection.h"
#include "print/queueing.h"
#include "print/resources.h"
#include "print/show.h"
#include "print/when.h"

#define ROWS_MAX	(AIOS_RESOURCE_MAX * (AIOS_DEPTH_MAX + 1) + AIOS_JOB_DEVICES_MAX)
#define X_ONE		((double)(1 << 24))

static const struct out_column row_columns[] = {
	{ "row", "RESOURCE", false },
	{ "capacity", "SURPLUS", true },
	{ "activity", "GIVEN", true },
	{ "column", "THIS JOB'S", true },
	{ "binds", "FULL", false },
	{ "price", "PRICE", true },
};

static double scaled(double value, uint32_t shift)
{
	return ldexp(value, -(int)shift);
}

static double wide(const __u64 halves[2])
{
	return ldexp((double)halves[1], 64) + (double)halves[0];
}

/* The text is "cpu of group /team". */
static char *row_text(struct cli *cli, const struct aios_explain_row *row)
{
	const char *resource = aios_resource_name(row->resource) ?: "resource";
	char path[AIOS_PATH_MAX + 1];
	struct aios_group_stat stat;

	switch (row->kind) {
	case AIOS_ROW_MACHINE:
		return xasprintf("%s of the machine", resource);
	case AIOS_ROW_DEVICE:
		return xasprintf("%s of device %" PRIu64, resource,
				 (uint64_t)row->id);
	default:
		aios_group_stat_init(&stat, NULL, row->id, path, sizeof(path));
		if (aios_group_stat(cli->ctx, &stat))
			return xasprintf("%s of group %" PRIu64, resource,
					 (uint64_t)row->id);
		return xasprintf("%s of group %s", resource, path);
	}
}

/* Levels are made equal; there are no prices. */
static bool fair(const struct aios_explain *e)
{
	return e->goal == AIOS_OBJECTIVE_MAXMIN || e->goal == AIOS_OBJECTIVE_DRF;
}

static void row_print(struct cli *cli, const struct aios_explain *e,
		      const struct aios_explain_row *row)
{
	auto_free char *text = row_text(cli, row);
	double price = scaled(row->price, e->price_shift);
	struct out *o = &cli->out;

	out_row_begin(o);
	out_string(o, "row", text);
	out_data_string(o, "kind", aios_row_name(row->kind));
	out_data_string(o, "resource", aios_resource_name(row->resource));
	out_data_u64(o, "id", row->id);
	show_amount(o, "capacity", row->resource, row->capacity);
	show_amount(o, "activity", row->resource, row->activity);
	show_amount(o, "column", row->resource, row->column);
	out_bool(o, "binds", row->price != 0);
	if (fair(e))
		out_null(o, "price", "-");
	else
		out_double(o, "price", price, "%.4g per %s",
			   price * resource_price_unit(row->resource),
			   resource_price_text(row->resource));
	out_row_end(o);
}

static void rows_print(struct cli *cli, const struct aios_explain *e,
		       const struct aios_explain_row *rows)
{
	struct out *o = &cli->out;

	if (!e->nr_rows && !o->json)
		return;
	out_table_begin(o, "rows", "What it competes for", row_columns,
			ARRAY_SIZE(row_columns));
	for (uint32_t i = 0; i < e->nr_rows && i < ROWS_MAX; i++)
		row_print(cli, e, &rows[i]);
	out_table_end(o);
}

/* Does anything that the job takes have a price? */
static bool priced(const struct aios_explain *e,
		   const struct aios_explain_row *rows)
{
	for (uint32_t i = 0; i < e->nr_rows && i < ROWS_MAX; i++)
		if (rows[i].price)
			return true;
	return false;
}

/* Did the job ask for more of anything than it requests? */
static bool asks_for_more(const struct aios_stat *stat)
{
	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (stat->resource_mask & 1U << r && stat->limit[r] > stat->request[r])
			return true;
	return false;
}

/* Is there a row that the job could take of, with nothing beyond what is requested? */
static const struct aios_explain_row *used_up(const struct aios_explain *e,
					      const struct aios_explain_row *rows)
{
	for (uint32_t i = 0; i < e->nr_rows && i < ROWS_MAX; i++)
		if (rows[i].column && !rows[i].capacity)
			return &rows[i];
	return NULL;
}

/* This puts the verdict of the dual solution into one sentence. */
static const char *verdict(const struct aios_explain *e,
			   const struct aios_explain_row *rows, const struct aios_stat *stat)
{
	if (!e->nr_rows && !asks_for_more(stat))
		return "it has its limits: it asks for no more than it requests";
	if (!e->nr_rows)
		return "it has its requests only: nothing is left to distribute";
	if (e->x >= 1 << 24 && !priced(e, rows))
		return "it has its limits: there is room for all";
	if (e->x >= 1 << 24 && fair(e))
		return "it has its limits: it needs less than its part";
	if (e->x >= 1 << 24)
		return "it has its limits: it is worth more than what it takes from others";
	if (fair(e))
		return "it has its part of what holds it back: nobody there stands higher";
	if (e->goal == AIOS_OBJECTIVE_PROPORTIONAL)
		return "it has a part of what it could use, in proportion to its weight";
	if (!e->x)
		return "it has its requests only: what it could take is worth more to others";
	return "it has a part of what it could use: one more unit would go to it";
}

static void deadline_print(struct out *o, const struct aios_explain *e)
{
	bool late = e->deadline_ns && e->end_ns > e->deadline_ns;
	char text[32];

	show_time(o, "deadline_ns", e->deadline_ns);
	show_time(o, "end_ns", e->end_ns);
	if (!e->deadline_ns || !e->end_ns) {
		out_null(o, "late", NULL);
		return;
	}
	duration_text(late ? e->end_ns - e->deadline_ns : e->deadline_ns - e->end_ns,
		      text, sizeof(text));
	if (o->json)
		out_bool(o, "late", late);
	else
		out_cell(o, "late", late ? "it will miss its deadline by %s" :
				   "no, it has %s to spare", text);
}

/* The goal is what the decision was made for, and what that says of the job. */
static void goal_print(struct cli *cli, const struct aios_explain *e,
		       const struct aios_explain_row *rows)
{
	const char *goal = aios_objective_name(e->goal) ?: "unknown";
	const char *set = aios_objective_name(e->goal_set) ?: "unknown";
	double level = scaled((double)e->level, 24);
	struct out *o = &cli->out;

	if (e->goal == e->goal_set)
		out_cell(o, "goal", "%s", goal);
	else
		out_cell(o, "goal", "%s, because no answer for %s could be proven",
			 goal, set);
	out_data_string(o, "goal", goal);
	out_data_string(o, "goal_set", set);
	out_bool(o, "proven", e->status == AIOS_LP_OPTIMAL);
	if (e->goal == AIOS_OBJECTIVE_MAXMIN)
		out_double(o, "level", level, "%.4g of the way for each 100 of weight",
			   level);
	if (e->goal == AIOS_OBJECTIVE_DRF)
		out_double(o, "level", level,
			   "%.4g of the machine for each 100 of weight", level);
	if (e->bottleneck < e->nr_rows && e->bottleneck < ROWS_MAX) {
		auto_free char *text = row_text(cli, &rows[e->bottleneck]);

		out_string(o, "bottleneck", text);
	} else {
		out_null(o, "bottleneck", "none");
	}
}

static void queued_print(struct cli *cli, const struct aios_explain *e)
{
	struct out *o = &cli->out;

	out_cell(o, "verdict", "it waits at position %u of the queue", e->position);
	out_data_string(o, "verdict", "it waits");
	out_u64(o, "position", e->position);
	show_why(&cli->out, cli->ctx, "why", &e->why);
	if (e->start_ns)
		show_time(o, "start_ns", e->start_ns);
	else
		out_null(o, "start_ns", "unknown: not every run time is, and no job has ended");
	estimate_print(o, "estimate", &e->estimate);
	deadline_print(o, e);
}

static void verdict_print(struct cli *cli, const struct aios_explain *e,
			  const struct aios_explain_row *rows, const struct aios_stat *stat)
{
	const struct aios_explain_row *none = e->x ? NULL : used_up(e, rows);
	auto_free char *row = none ? row_text(cli, none) : NULL;
	auto_free char *text = none ?
		xasprintf("it has its requests only: nothing is left to distribute of %s", row) :
		xstrdup(verdict(e, rows, stat));

	out_string(&cli->out, "verdict", text);
}

static void running_print(struct cli *cli, const struct aios_explain *e,
			  const struct aios_explain_row *rows, const struct aios_stat *stat)
{
	double cost = scaled(e->reduced_cost, e->cost_shift);
	struct out *o = &cli->out;

	verdict_print(cli, e, rows, stat);
	deadline_print(o, e);
	out_double(o, "x", e->x / X_ONE, "%.1f %% of the way from request to limit",
		   100 * e->x / X_ONE);
	goal_print(cli, e, rows);
	if (e->goal == AIOS_OBJECTIVE_UTILITY)
		out_double(o, "reduced_cost", cost,
			   "%.4g (its weight %u, less what its share is worth)",
			   cost, e->weight);
	out_double(o, "objective", scaled(wide(e->objective), 24), "%.6g",
		   scaled(wide(e->objective), 24));
	if (e->gap[0] & e->gap[1] & (1ULL << 63))
		out_null(o, "gap", "not certified");
	else
		out_double(o, "gap", scaled(wide(e->gap), 24), "%.3g, certified",
			   scaled(wide(e->gap), 24));
	out_u64(o, "nr_jobs", e->nr_jobs);
	rows_print(cli, e, rows);
}

int job_explain_print(struct cli *cli, struct aios_job *job, void *data)
{
	static struct aios_explain_row rows[ROWS_MAX];
	auto_free char *unprotected = NULL;
	struct out *o = &cli->out;
	struct aios_explain e;
	struct aios_stat stat;
	int err;

	(void)data;
	AIOS_INIT(&stat);
	aios_explain_init(&e, rows, ROWS_MAX);
	err = aios_job_explain(job, &e);
	if (err)
		return cli_fail(cli, err, NULL, "cannot explain job %" PRIu64,
				aios_job_id(job));
	out_record_begin(o, NULL, NULL);
	out_u64(o, "id", aios_job_id(job));
	show_state(o, e.state);
	out_u64(o, "weight", e.weight);
	out_data_u64(o, "epoch", e.epoch);
	if (!aios_job_stat(job, &stat)) {
		show_retry(o, &stat);
		show_runtimes(o, &stat);
	}
	if (e.state == AIOS_STATE_QUEUED)
		queued_print(cli, &e);
	else if (e.state < AIOS_STATE_DONE)
		running_print(cli, &e, rows, &stat);
	else
		out_string(o, "verdict", "it has ended and holds nothing");
	unprotected = protection_of_job(job);
	if (unprotected)
		out_string(o, "unprotected", unprotected);
	out_record_end(o);
	return CLI_OK;
}
