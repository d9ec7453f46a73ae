// SPDX-License-Identifier: GPL-2.0
/*
 * lp: a linear program from a file, solved by the allocator in the kernel.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <string.h>

#include "base/commands.h"
#include "base/values.h"
#include "lp_file.h"
#include "print/show.h"

enum {
	KEY_TIMEOUT = CLI_KEY(1),
	KEY_OBJECTIVE,
	KEY_RESOURCES,
};

static const struct cli_option lp_options[] = {
	{ "timeout", KEY_TIMEOUT, "DURATION", "stop after this time with the best found" },
	{ "objective", KEY_OBJECTIVE, "OBJECTIVE",
	  "what is made as large as can be: %s" },
	{ "resources", KEY_RESOURCES, "N",
	  "drf: shares are of the first N rows (default: of all)" },
	{ 0 }
};

static const struct cli_values lp_values[] = {
	{ .of = "OBJECTIVE", .kind = CLI_WORDS, .word = cli_objective_word },
	{ 0 }
};

struct answer {
	uint64_t *x;
	uint64_t *y;
	int64_t *d;
};

static void columns_print(struct out *o, const struct lp_program *lp,
			  const struct answer *a, uint32_t shift)
{
	static const struct out_column columns[] = {
		{ "column", "COLUMN", true },
		{ "x", "X", true },
		{ "reduced_cost", "REDUCED COST", true },
	};

	out_table_begin(o, "columns", "Columns", columns, ARRAY_SIZE(columns));
	for (uint32_t i = 0; i < lp->n; i++) {
		double x = (double)a->x[i] / LP_ONE;
		double d = ldexp((double)a->d[i], -(int)shift);

		out_row_begin(o);
		out_u64(o, "column", i + 1);
		out_double(o, "x", x, "%.7g", x);
		/* As a decimal it has too few digits to prove the gap. */
		out_data_u64(o, "x_units", a->x[i]);
		/* What rounding leaves of a basic column's 0 is no news. */
		out_double(o, "reduced_cost", d, "%.6g", fabs(d) * 1e12 < 1 ? 0 : d);
		out_row_end(o);
	}
	out_table_end(o);
}

static void rows_print(struct out *o, const struct lp_program *lp,
		       const struct answer *a, uint32_t shift)
{
	static const struct out_column columns[] = {
		{ "row", "ROW", true },
		{ "capacity", "CAPACITY", true },
		{ "activity", "ACTIVITY", true },
		{ "price", "PRICE", true },
	};

	out_table_begin(o, "rows", "Rows", columns, ARRAY_SIZE(columns));
	for (uint32_t k = 0; k < lp->m; k++) {
		double price = ldexp((double)a->y[k], -(int)shift);
		double activity = 0;

		for (uint32_t i = 0; i < lp->n; i++)
			activity += (double)lp->a[(size_t)k * lp->n + i] *
				    (double)a->x[i] / LP_ONE;
		out_row_begin(o);
		out_u64(o, "row", k + 1);
		out_u64(o, "capacity", lp->b[k]);
		out_double(o, "activity", activity, "%.8g", activity);
		out_double(o, "price", price, "%.6g", price);
		out_data_u64(o, "price_units", a->y[k]);
		out_row_end(o);
	}
	out_table_end(o);
}

/* The number is signed in its high half. */
static double wide(const __u64 halves[2])
{
	return (ldexp((double)(int64_t)halves[1], 64) + (double)halves[0]) / LP_ONE;
}

static int answer_print(struct cli *cli, const struct lp_program *lp,
			const struct aios_lp_solve *solve, const struct answer *a)
{
	struct out *o = &cli->out;
	int status;

	cli_open(cli);
	out_string(o, "status", aios_lp_status_name(solve->status));
	out_data_u64(o, "nr_columns", lp->n);
	out_data_u64(o, "nr_rows", lp->m);
	out_u64(o, "iterations", solve->iterations);
	show_duration(o, "solve_duration_ns", solve->solve_duration_ns);
	if (solve->status != AIOS_LP_INFEASIBLE) {
		out_double(o, "objective", wide(solve->objective), "%.10g",
			   wide(solve->objective));
		out_double(o, "gap", wide(solve->gap), "%.3g", wide(solve->gap));
		out_data_u64(o, "price_shift", solve->y_shift);
		columns_print(o, lp, a, solve->d_shift);
		rows_print(o, lp, a, solve->y_shift);
	}
	status = cli_close(cli);
	if (status)
		return status;
	if (solve->status == AIOS_LP_INFEASIBLE)
		return CLI_INFEASIBLE;
	return solve->status == AIOS_LP_CAPPED ? CLI_TIMEOUT : CLI_OK;
}

/* The request is what the options ask for. */
struct wish {
	uint64_t timeout_ns;
	uint64_t resources;
	uint32_t goal;
};

static int solve(struct cli *cli, const struct lp_program *lp,
		 const struct wish *wish)
{
	struct answer a = {
		.x = xcalloc(lp->n, sizeof(*a.x)),
		.y = xcalloc(lp->m, sizeof(*a.y)),
		.d = xcalloc(lp->n, sizeof(*a.d)),
	};
	auto_free char *beyond = lp_check(lp);
	struct aios_lp_solve s;
	int status, err;

	AIOS_INIT(&s);
	s.n = lp->n;
	s.m = lp->m;
	s.w = aios_pointer(lp->w);
	s.a = aios_pointer(lp->a);
	s.b = aios_pointer(lp->b);
	s.lo = aios_pointer(lp->lo);
	s.hi = aios_pointer(lp->hi);
	s.x = aios_pointer(a.x);
	s.y = aios_pointer(a.y);
	s.d = aios_pointer(a.d);
	s.timeout_duration_ns = wish->timeout_ns;
	s.goal = wish->goal;
	s.nr_resources = wish->resources;
	err = beyond ? 0 : aios_program_solve(cli->ctx, &s);
	if (beyond)
		status = cli_error(cli, CLI_FAILURE, "%s", beyond);
	else if (err)
		status = cli_fail(cli, err, NULL, "cannot solve");
	else
		status = answer_print(cli, lp, &s, &a);
	free(a.x);
	free(a.y);
	free(a.d);
	return status;
}

static int program_read(struct cli *cli, const char *path, struct lp_program *lp)
{
	auto_free char *error = NULL;
	FILE *f = stdin;

	if (strcmp(path, "-")) {
		f = fopen(path, "re");
		if (!f)
			return cli_fail_because(cli, -errno, NULL, strerror(errno), "cannot open %s",
						path);
	}
	error = lp_read(f, lp);
	if (f != stdin)
		fclose(f);
	if (error)
		return cli_error(cli, CLI_FAILURE, "%s: %s", path, error);
	return CLI_OK;
}

static int lp_option(struct cli *cli, struct wish *wish, int key)
{
	int found;

	switch (key) {
	case KEY_TIMEOUT:
		return cli_parse_duration(cli, "--timeout", optarg, &wish->timeout_ns);
	case KEY_RESOURCES:
		return cli_parse_number(cli, "--resources", optarg, 1, AIOS_LP_MAX_ROWS,
					&wish->resources);
	case KEY_OBJECTIVE:
		found = aios_objective_from_name(optarg);
		if (found < 0)
			return cli_unknown(cli, "--objective", optarg);
		wish->goal = found;
		return CLI_OK;
	default:
		return CLI_USAGE;
	}
}

static int lp_run(struct cli *cli, int argc, char **argv)
{
	struct lp_program lp = { 0 };
	struct wish wish = { 0 };
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = lp_option(cli, &wish, key);
		if (status)
			return status;
	}
	if (optind != argc - 1)
		return cli_usage(cli, "lp takes one file, or - for standard input");
	if (wish.resources && wish.goal != AIOS_OBJECTIVE_DRF)
		return cli_usage(cli, "--resources is for --objective drf");
	status = program_read(cli, argv[optind], &lp);
	if (!status && wish.resources > lp.m)
		status = cli_error(cli, CLI_FAILURE, "--resources: the program has fewer rows: give at most as many as it has");
	if (!status)
		status = cli_connect(cli);
	if (!status)
		status = solve(cli, &lp, &wish);
	lp_free(&lp);
	return status;
}

const struct cli_command lp_command = {
	.name = "lp",
	.args = "FILE|-",
	.summary = "solve a linear program with the kernel's allocator",
	.help = "Solve: maximise w x subject to A x <= b, lo <= x <= hi. The file has lines 'maximise W...', 'row A... <= B', 'lower LO...' and 'upper HI...', or is JSON with the arrays w, a, b, lo and hi; without bounds x is between 0 and 1. With --objective maxmin, the least x / w is as large as can be, then the next; with drf, the same of dominant shares; with proportional, the sum of w log x is.",
	.options = lp_options,
	.values = lp_values,
	.run = lp_run,
};
