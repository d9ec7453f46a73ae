// SPDX-License-Identifier: GPL-2.0
/*
 * Sequences of 10,000 random changes of the linear program, of every family: each
 * warm answer is the cold one. The objectives differ by no more than the two
 * certify; where the certificate of the cold solve proves that the optimum is a
 * single point, x is that point in both. TAP on standard output. The argument
 * is how many changes there shall be.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lp_change.h"
#include "tap.h"

#define COLUMNS	24
#define CHANGES	10000
#define NEAR	4096ULL	/* units of the grid of x: 2^-12 */
#define PRIME	((1ULL << 61) - 1)

/* A program being changed, its answer, and that of a cold solve. */
struct sequence {
	struct lp_instance *p, *other;
	struct aios_lp *warm_lp, *cold_lp;
	struct aios_lp_result warm, cold;
	u32 nr_unique, nr_infeasible;
};

static u64 times_mod(u64 a, u64 b)
{
	return (u64)((u128)a * b % PRIME);
}

static u64 inverse_mod(u64 a)
{
	u64 power = PRIME - 2, r = 1;

	for (; power; power >>= 1, a = times_mod(a, a))
		if (power & 1)
			r = times_mod(r, a);
	return r;
}

/*
 * Whether the columns are independent in the rows: elimination modulo a prime,
 * where a rank is never larger than that of the rationals.
 */
static bool independent(const struct lp_instance *p, const u32 *column,
			u32 nr_columns, const u32 *row, u32 nr_rows)
{
	static u64 t[AIOS_LP_M_MAX][AIOS_LP_M_MAX];
	u32 c, r, k, j;

	if (nr_columns > nr_rows)
		return false;
	for (r = 0; r < nr_rows; r++)
		for (c = 0; c < nr_columns; c++)
			t[r][c] = p->a[(size_t)column[c] * p->m + row[r]] % PRIME;
	for (c = 0; c < nr_columns; c++) {
		for (r = c; r < nr_rows && !t[r][c]; r++)
			;
		if (r == nr_rows)
			return false;
		for (j = 0; j < nr_columns; j++)
			swap(t[r][j], t[c][j]);
		for (k = c + 1; k < nr_rows; k++) {
			u64 factor = times_mod(t[k][c], inverse_mod(t[c][c]));

			for (j = c; j < nr_columns; j++)
				t[k][j] = (t[k][j] + PRIME -
					   times_mod(factor, t[c][j])) % PRIME;
		}
	}
	return true;
}

static bool same_x(const struct sequence *q, u32 i, u64 a, u64 b)
{
	u64 off = a > b ? a - b : b - a;

	return tap_need(off <= NEAR || off <= q->p->hi[i] >> 12,
			"x[%u]: %llu and %llu", i, a, b);
}

/*
 * A point as good as the worse of the two has column i no further than NEAR from
 * the bound that its reduced cost says, if that would cost more than what the
 * certificate of the cold solve leaves between them. The columns for which it
 * says nothing are determined by the rows with a price if they are independent
 * in these: then there is one optimum, and x lies there.
 */
static bool compare_points(struct sequence *q)
{
	u32 column[COLUMNS], row[AIOS_LP_M_MAX], nr_columns = 0, nr_rows = 0;
	const struct lp_instance *p = q->p;
	s128 leeway = q->cold.gap + max(q->cold.objective - q->warm.objective,
					(s128)0) + 1;
	bool good = true;
	u32 i, k;

	for (i = 0; i < p->n; i++) {
		s64 d = aios_lp_reduced_cost(q->cold_lp, i);
		u64 bound = d > 0 ? p->hi[i] : p->lo[i];

		if (p->hi[i] - p->lo[i] <= NEAR)
			continue;
		if ((s128)aios_abs64(d) * NEAR <= leeway << q->cold.y_shift) {
			column[nr_columns++] = i;
			continue;
		}
		good &= same_x(q, i, bound, aios_lp_x(q->warm_lp, i)) &&
			same_x(q, i, bound, aios_lp_x(q->cold_lp, i));
	}
	for (k = 0; k < p->m; k++)
		if (aios_lp_price(q->cold_lp, k))
			row[nr_rows++] = k;
	if (!independent(p, column, nr_columns, row, nr_rows))
		return good;
	q->nr_unique++;
	for (i = 0; i < nr_columns; i++)
		good &= same_x(q, column[i], aios_lp_x(q->warm_lp, column[i]),
			       aios_lp_x(q->cold_lp, column[i]));
	return good;
}

static bool compare(struct sequence *q)
{
	const struct aios_lp_result *warm = &q->warm, *cold = &q->cold;
	bool infeasible = cold->status == AIOS_LP_STATUS_INFEASIBLE;
	bool warm_infeasible = warm->status == AIOS_LP_STATUS_INFEASIBLE;

	if (!tap_need(infeasible == warm_infeasible,
		      "infeasible only cold or only warm"))
		return false;
	q->nr_infeasible += infeasible;
	if (infeasible)
		return true;
	return tap_need(warm->status == AIOS_LP_STATUS_OPTIMAL &&
			cold->status == AIOS_LP_STATUS_OPTIMAL,
			"capped: %d warm, %d cold", warm->status, cold->status) &&
	       tap_need(warm->objective <= cold->objective + cold->gap &&
			cold->objective <= warm->objective + warm->gap,
			"they differ by more than they certify") &&
	       compare_points(q);
}

static bool step(struct sequence *q, u64 *s)
{
	bool good;
	u32 k;

	lp_instance_change(q->p, q->warm_lp, s, q->other);
	/* In the long run all would shrink. */
	switch (lp_random_below(s, 4)) {
	case 0:
		k = (u32)lp_random_below(s, q->p->m);
		q->p->b[k] = q->other->b[k];
		if (aios_lp_set_row(q->warm_lp, k, q->p->b[k]))
			abort();
		break;
	case 1:
		k = (u32)lp_random_below(s, COLUMNS);
		lp_instance_replace(q->p, q->warm_lp, k, q->other,
				    (u32)lp_random_below(s, COLUMNS));
	}
	aios_lp_solve(q->warm_lp, NULL, &q->warm);
	q->cold_lp = lp_instance_model(q->p);
	aios_lp_solve(q->cold_lp, NULL, &q->cold);
	good = compare(q);
	free(q->cold_lp);
	return good;
}

static void test_family(const char *name, u32 changes)
{
	struct sequence q = {
		.p = lp_family(name, COLUMNS, 3),
		.other = lp_family(name, COLUMNS, 4),
	};
	char title[80];
	u64 s = 4711;
	u32 t;

	while (q.other->m != q.p->m) {	/* stress has a random number of rows */
		lp_instance_free(q.other);
		q.other = lp_family(name, COLUMNS, lp_random_below(&s, 1000) + 5);
	}
	q.warm_lp = lp_instance_model(q.p);
	aios_lp_solve(q.warm_lp, NULL, &q.warm);
	for (t = 0; t < changes; t++)
		if (!step(&q, &s)) {
			printf("# %s: change %u\n", name, t);
			break;
		}
	printf("# %s: %u of %u with one optimum, %u infeasible\n", name,
	       q.nr_unique, t, q.nr_infeasible);
	tap_need(q.nr_unique, "one optimum is never proven");
	snprintf(title, sizeof(title), "%u changes of %s", changes, name);
	tap_point(title);
	free(q.warm_lp);
	lp_instance_free(q.p);
	lp_instance_free(q.other);
}

int main(int argc, char **argv)
{
	u32 changes = argc > 1 ? (u32)atoi(argv[1]) : CHANGES;
	u32 f;

	for (f = 0; lp_family_names[f]; f++)
		test_family(lp_family_names[f], changes);
	return tap_done();
}
