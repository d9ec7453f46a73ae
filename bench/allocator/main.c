// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark of the allocator's linear program against GLPK, CLP, lp_solve
 * and HiGHS. Building a model is timed for nobody; of each peer's settings the
 * best one counts; every objective is compared.
 *
 *	lp [-s SEEDS] [-n N,N,...] [-f FAMILY,...] [-c]	cold, a row a family and size
 *	lp -w [...]					warm
 *	lp FILE.mps...					a CSV row a file
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lp_families.h"
#include "mps.h"
#include "peer.h"

static const struct peer *const peers[] = {
	&peer_glpk, &peer_clp, &peer_highs, &peer_lpsolve,
};

#define PEERS	(sizeof(peers) / sizeof(peers[0]))
#define SEEDS	64
#define CHANGES	40

struct options {
	unsigned int seeds, sizes;
	unsigned int size[16];
	const char *families;
	bool csv, warm, quick;
};

static double to_double(s128 v)
{
	return (double)v;
}

static void program_of(const struct lp_instance *p, struct peer_program *out)
{
	size_t i, cells = (size_t)p->n * p->m;
	double one = ldexp(1, (int)p->x_frac);

	*out = (struct peer_program){ .n = p->n, .m = p->m };
	out->w = calloc(p->n + 1, sizeof(double));
	out->lo = calloc(p->n + 1, sizeof(double));
	out->hi = calloc(p->n + 1, sizeof(double));
	out->a = calloc(cells + 1, sizeof(double));
	out->b = calloc(p->m + 1, sizeof(double));
	for (i = 0; i < p->n; i++) {
		out->w[i] = (double)p->w[i];
		out->lo[i] = (double)p->lo[i] / one;
		out->hi[i] = (double)p->hi[i] / one;
	}
	for (i = 0; i < cells; i++)
		out->a[i] = (double)p->a[i];
	for (i = 0; i < p->m; i++)
		out->b[i] = (double)p->b[i];
}

static void program_free(struct peer_program *p)
{
	free(p->w);
	free(p->lo);
	free(p->hi);
	free(p->a);
	free(p->b);
}

/* The median time of cold solves by the allocator. */
static double own_cold(struct aios_lp *lp, struct aios_lp_result *res)
{
	const struct aios_lp_options opt = { .cold = true };
	double us[BENCH_REPEATS_MAX];
	unsigned int r, count = 1;

	for (r = 0; r < count + 1; r++) {
		double begin = bench_now_us();

		aios_lp_solve(lp, &opt, res);
		us[r ? r - 1 : 0] = bench_now_us() - begin;
		if (!r)
			count = bench_repeats(us[0]);
	}
	return bench_quantile(us, count, 0.5);
}

static void compare(const char *what, const char *name, double own, double gap,
		    double other)
{
	double off = (other - own) / fmax(1e-300, fabs(own));

	if (other - own > fmax(1e-6 * fabs(own), 2 * gap) || off < -1e-6)
		printf("# %s: %s says %.12g, the allocator %.12g (certified to %.2g)\n",
		       what, name, other, own, gap);
}

/*
 * What is aimed at: the ratio to the best peer for 10, 100, 1000 and 10000 columns.
 * Of a changed capacity it is 4 for all but wide, where peers are often wrong.
 */
static const struct goal {
	const char *kind, *family;
	double ratio[4];
} goals[] = {
	{ "cold", "cluster", { 3, 3, 4, 20 } },
	{ "cold", "groups", { 1, 1, 1.5, 4 } },
	{ "cold", "degenerate", { 3, 3, 12, 60 } },
	{ "cold", "knapsack", { 8, 3, 5, 12 } },
	{ "cold", "dense", { 1.7, 1.5, 3, 4 } },
	{ "warm job", "cluster", { 5, 5, 10, 200 } },
	{ "warm capacity", "wide", { 0, 0, 0, 0 } },
	{ "warm capacity", NULL, { 4, 4, 4, 4 } },
};

/* 0: nothing was aimed at. */
static double goal_of(const char *kind, const char *family, unsigned int n)
{
	unsigned int g, size = 0, columns;

	for (columns = 10; columns < n; columns *= 10)
		size++;
	for (g = 0; columns == n && size < 4 && g < sizeof(goals) / sizeof(*goals); g++)
		if (!strcmp(goals[g].kind, kind) &&
		    (!goals[g].family || !strcmp(goals[g].family, family)))
			return goals[g].ratio[size];
	return 0;
}

struct cell {
	double own[SEEDS], gap[SEEDS], peer[PEERS][SEEDS];
};

static void cold_seed(const char *family, unsigned int n, unsigned int seed,
		      struct cell *cell, unsigned int at, bool quick)
{
	struct lp_instance *p = lp_family(family, n, seed);
	struct aios_lp *lp = lp_instance_model(p);
	struct peer_program program;
	struct aios_lp_result res;
	double one = ldexp(1, (int)p->x_frac);
	struct peer_answer answer;
	unsigned int k;
	char what[64];

	snprintf(what, sizeof(what), "%s n=%u seed=%u", family, n, seed);
	cell->own[at] = own_cold(lp, &res);
	cell->gap[at] = to_double(res.gap) / fmax(1, fabs(to_double(res.objective)));
	if (aios_lp_verify(lp, &res))
		printf("# %s: the answer is not feasible\n", what);
	program_of(p, &program);
	for (k = 0; k < PEERS; k++) {
		cell->peer[k][at] = NAN;
		if (quick && peers[k] == &peer_lpsolve && n > 2000)
			continue;
		answer = peer_cold(peers[k], &program, what);
		cell->peer[k][at] = answer.us;
		if (!isnan(answer.us))
			compare(what, peers[k]->name,
				to_double(res.objective) / one,
				to_double(res.gap) / one, answer.objective);
	}
	program_free(&program);
	free(lp);
	lp_instance_free(p);
}

/* The ratio to one peer seed by seed: the least and the largest. */
static void spread_of(const struct cell *cell, unsigned int which, unsigned int seeds,
		      double spread[2])
{
	unsigned int s;

	spread[0] = NAN;
	spread[1] = NAN;
	for (s = 0; s < seeds; s++) {
		double ratio = cell->peer[which][s] / cell->own[s];

		spread[0] = fmin(spread[0], ratio);
		spread[1] = fmax(spread[1], ratio);
	}
}

static void print_cell(const char *kind, const char *family, unsigned int n,
		       struct cell *cell, unsigned int seeds, double share,
		       bool csv)
{
	double own = bench_quantile(cell->own, seeds, share), best = NAN, ratio;
	double goal = goal_of(kind, family, n);
	const char *verdict;
	unsigned int k, which = 0;
	double us[PEERS], spread[2];

	for (k = 0; k < PEERS; k++) {
		us[k] = bench_quantile(cell->peer[k], seeds, share);
		if (!isnan(us[k]) && (isnan(best) || us[k] < best)) {
			best = us[k];
			which = k;
		}
	}
	/* With few columns it may be that no change forced a pivot. */
	if (!seeds && !csv) {
		printf("%-10s %6u %9s  no change forced a pivot\n", family, n, "-");
		fflush(stdout);
		return;
	}
	ratio = best / own;
	spread_of(cell, which, seeds, spread);
	verdict = !goal || !seeds ? "" : ratio >= goal ? "met" : "missed";
	if (csv) {
		printf("%s,%s,%u,%.2f", kind, family, n, own);
		for (k = 0; k < PEERS; k++)
			printf(",%.2f", us[k]);
		printf(",%s,%.2f,%.2g,%g,%s,%.2f,%.2f\n", peers[which]->name, ratio,
		       bench_quantile(cell->gap, seeds, 1), goal, verdict, spread[0],
		       spread[1]);
	} else {
		printf("%-10s %6u %9.2f", family, n, own);
		for (k = 0; k < PEERS; k++)
			printf(" %10.1f", us[k]);
		printf("  %6.1fx %-8s %6.1f to %-6.1f %8.1e", ratio, peers[which]->name,
		       spread[0], spread[1], bench_quantile(cell->gap, seeds, 1));
		if (goal)
			printf(" %5gx %s", goal, verdict);
		printf("\n");
	}
	fflush(stdout);
}

static void print_head(const struct options *o, const char *kind)
{
	unsigned int k;

	if (o->csv)
		return;
	printf("%s, microseconds\n%-10s %6s %9s", kind, "family", "n", "aios");
	for (k = 0; k < PEERS; k++)
		printf(" %10s", peers[k]->name);
	printf("  %7s %-8s %-16s %8s %6s\n", "ratio", "to", "by seed", "gap", "goal");
}

static bool wanted(const struct options *o, const char *family)
{
	return !o->families || strstr(o->families, family);
}

static void run_cold(const struct options *o)
{
	static struct cell cell;
	unsigned int f, s, seed;

	print_head(o, "cold solve, median over seeds");
	for (f = 0; lp_family_names[f]; f++)
		for (s = 0; s < o->sizes && wanted(o, lp_family_names[f]); s++) {
			for (seed = 0; seed < o->seeds; seed++)
				cold_seed(lp_family_names[f], o->size[s], seed + 1,
					  &cell, seed, o->quick);
			print_cell("cold", lp_family_names[f], o->size[s], &cell,
				   o->seeds, 0.5, o->csv);
		}
}

/* One change of all models at once. */
struct models {
	struct lp_instance *p;
	struct aios_lp *lp;
	struct peer_program program;
	void *peer[PEERS];
};

static void change_column(struct models *m, unsigned int i, s64 w, u64 hi)
{
	double one = ldexp(1, (int)m->p->x_frac);
	unsigned int k;

	if (aios_lp_set_weight(m->lp, i, w) || aios_lp_set_bounds(m->lp, i, 0, hi))
		abort();
	for (k = 0; k < PEERS; k++)
		if (m->peer[k])
			peers[k]->set_column(m->peer[k], i, (double)w, 0,
					     (double)hi / one);
}

static void change_row(struct models *m, unsigned int k, u64 b)
{
	unsigned int q;

	m->p->b[k] = b;
	if (aios_lp_set_row(m->lp, k, b))
		abort();
	for (q = 0; q < PEERS; q++)
		if (m->peer[q])
			peers[q]->set_row(m->peer[q], k, (double)b);
}

/* A bound, a job gone, or a job back; or a capacity. */
static void change_one(struct models *m, bool capacity, u64 *s)
{
	unsigned int i = (unsigned int)lp_random_below(s, m->p->n), k;
	u64 one = 1ULL << m->p->x_frac;

	if (capacity) {
		k = (unsigned int)lp_random_below(s, m->p->m);
		change_row(m, k, m->p->b[k] -
			   (u64)((double)m->p->b[k] * 0.02 * lp_random_unit(s)));
		return;
	}
	switch (lp_random_below(s, 3)) {
	case 0:
		m->p->hi[i] = lp_random_below(s, one + 1);
		break;
	case 1:
		m->p->hi[i] = 0;
		break;
	default:
		m->p->hi[i] = one;
	}
	change_column(m, i, m->p->w[i], m->p->hi[i]);
}

/*
 * Changes one after the other; those that force a pivot count. Each peer keeps
 * its first setting, the dual method from its last basis.
 */
static unsigned int warm_seed(const char *family, unsigned int n,
			      unsigned int seed, bool capacity,
			      struct cell *cell, unsigned int at, bool quick)
{
	struct models m = { .p = lp_family(family, n, seed) };
	struct aios_lp_result res;
	u64 s = seed * 12345 + n;
	unsigned int k, t;
	double value;

	m.lp = lp_instance_model(m.p);
	program_of(m.p, &m.program);
	aios_lp_solve(m.lp, NULL, &res);
	for (k = 0; k < PEERS; k++) {
		if (!(quick && peers[k] == &peer_lpsolve && n > 500))
			m.peer[k] = peers[k]->load(&m.program);
		if (m.peer[k])
			peers[k]->cold(m.peer[k], 0, &value);
	}
	for (t = 0; t < 4 * CHANGES && at < SEEDS; t++) {
		double one = ldexp(1, (int)m.p->x_frac), begin;

		change_one(&m, capacity, &s);
		begin = bench_now_us();
		aios_lp_solve(m.lp, NULL, &res);
		cell->own[at] = bench_now_us() - begin;
		cell->gap[at] = to_double(res.gap) /
				fmax(1, fabs(to_double(res.objective)));
		for (k = 0; k < PEERS; k++) {
			cell->peer[k][at] = NAN;
			if (!m.peer[k])
				continue;
			cell->peer[k][at] = peers[k]->warm(m.peer[k], 0, &value);
			compare(family, peers[k]->name,
				to_double(res.objective) / one,
				to_double(res.gap) / one, value);
		}
		at += res.iterations > 0;
	}
	for (k = 0; k < PEERS; k++)
		if (m.peer[k])
			peers[k]->release(m.peer[k]);
	program_free(&m.program);
	free(m.lp);
	lp_instance_free(m.p);
	return at;
}

static void warm_cell(const struct options *o, const char *family, unsigned int n,
		      bool capacity)
{
	static struct cell cell;
	unsigned int seed, at = 0;

	for (seed = 1; seed <= o->seeds && at < SEEDS; seed++)
		at = warm_seed(family, n, seed, capacity, &cell, at, o->quick);
	print_cell(capacity ? "warm capacity" : "warm job", family, n, &cell, at, 0.9,
		   o->csv);
}

/* Each cell in a process of its own: a peer may end it. */
static void run_warm(const struct options *o, bool capacity)
{
	unsigned int f, s;

	print_head(o, capacity ?
		   "warm, a capacity lowered by 0 to 2 %, 90th percentile" :
		   "warm, a bound changed, a job gone or back, 90th percentile");
	for (f = 0; lp_family_names[f]; f++)
		for (s = 0; s < o->sizes && wanted(o, lp_family_names[f]); s++) {
			pid_t pid = bench_fork();
			char what[64];

			if (!pid) {
				warm_cell(o, lp_family_names[f], o->size[s], capacity);
				fflush(NULL);
				_exit(0);
			}
			snprintf(what, sizeof(what), "warm %s n=%u",
				 lp_family_names[f], o->size[s]);
			bench_wait(pid, what, "one of the peers");
		}
}

/* Rows that the answer breaks, by the integers of the instance. */
static unsigned int violations(const struct lp_instance *p,
			       const struct aios_lp *lp)
{
	unsigned int i, k, broken = 0;

	for (k = 0; k < p->m; k++) {
		u128 used = 0;

		for (i = 0; i < p->n; i++)
			used += aios_mul_u64(p->a[(size_t)i * p->m + k],
					     aios_lp_x(lp, i));
		broken += used > (u128)p->b[k] << p->x_frac;
	}
	return broken;
}

/* The rest of a row, from the status on, of a model that is not solved. */
static void print_unsolved(const char *status)
{
	unsigned int k;

	printf(",%s,,,,", status);
	for (k = 0; k < PEERS; k++)
		printf(",,");
	printf("\n");
}

static void solve_file(const char *path, const struct mps *mps)
{
	static const char *const status[] = { "optimal", "capped", "infeasible" };
	struct aios_lp *lp = lp_instance_model(mps->exact);
	struct aios_lp_result res;
	struct peer_answer answer;
	unsigned int k;
	double us;

	if (!lp) {
		print_unsolved("outside");
		return;
	}
	us = own_cold(lp, &res);
	printf(",%s,%.12g,%.3g,%u,%.2f", status[res.status],
	       mps->sign * (mps->offset + to_double(res.objective) * mps->unit),
	       to_double(res.gap) * mps->unit, violations(mps->exact, lp), us);
	for (k = 0; k < PEERS; k++) {
		answer = peer_cold(peers[k], &mps->program, path);
		if (isnan(answer.us))
			printf(",,");
		else
			printf(",%.12g,%.2f",
			       mps->sign * (mps->offset + answer.objective), answer.us);
	}
	printf("\n");
	free(lp);
}

static int run_files(char **files)
{
	unsigned int k;
	int ret = 0;

	printf("file,rows,cols,status,objective,gap,violations,cold_us");
	for (k = 0; k < PEERS; k++)
		printf(",%s_objective,%s_us", peers[k]->name, peers[k]->name);
	printf("\n");
	for (; *files; files++) {
		struct mps mps;

		if (mps_read(*files, &mps)) {
			printf("%s,,", *files);
			print_unsolved("unreadable");
			ret = 1;
			continue;
		}
		printf("%s,%u,%u", *files, mps.rows, mps.cols);
		if (mps.rounded)
			fprintf(stderr, "lp: %s: coefficients rounded to integers\n",
				*files);
		if (mps.outside) {
			fprintf(stderr, "lp: %s is outside the family: %s\n",
				*files, mps.outside);
			print_unsolved("outside");
		} else if (mps.infeasible) {
			print_unsolved("infeasible");
		} else if (mps.unbounded) {
			print_unsolved("unbounded");
		} else {
			solve_file(*files, &mps);
		}
		mps_release(&mps);
		fflush(stdout);
	}
	return ret;
}

static void usage(FILE *to)
{
	fputs("Usage: lp [-s SEEDS] [-n N,...] [-f FAMILY,...] [-w] [-c] [-q]\n"
	      "       lp FILE.mps...\n\n"
	      "  -s  seeds for each cell (default 5)\n"
	      "  -n  numbers of columns (default 10,100,1000,10000)\n"
	      "  -f  families (default all): cluster, groups, degenerate, knapsack,\n"
	      "      dense, stress, wide\n"
	      "  -w  warm solves after one change, 90th percentile\n"
	      "  -c  CSV\n"
	      "  -q  leave lp_solve out where it takes long\n", to);
}

static void parse_sizes(struct options *o, char *list)
{
	char *word;

	o->sizes = 0;
	for (word = strtok(list, ","); word && o->sizes < 16;
	     word = strtok(NULL, ","))
		o->size[o->sizes++] = (unsigned int)atoi(word);
}

int main(int argc, char **argv)
{
	struct options o = {
		.seeds = 5, .sizes = 4, .size = { 10, 100, 1000, 10000 },
	};
	int c;

	while ((c = getopt(argc, argv, "s:n:f:wcqh")) != -1) {
		switch (c) {
		case 's':
			o.seeds = (unsigned int)atoi(optarg);
			break;
		case 'n':
			parse_sizes(&o, optarg);
			break;
		case 'f':
			o.families = optarg;
			break;
		case 'w':
			o.warm = true;
			break;
		case 'c':
			o.csv = true;
			break;
		case 'q':
			o.quick = true;
			break;
		default:
			usage(c == 'h' ? stdout : stderr);
			return c == 'h' ? 0 : 2;
		}
	}
	o.seeds = o.seeds < 1 ? 1 : o.seeds > SEEDS ? SEEDS : o.seeds;
	if (optind < argc)
		return run_files(argv + optind);
	if (o.warm) {
		run_warm(&o, false);
		run_warm(&o, true);
	} else {
		run_cold(&o);
	}
	return 0;
}
