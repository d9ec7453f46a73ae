// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of the allocator's linear program. An input is a program and a
 * sequence of changes; the oracle is the certificate: every answer is exactly
 * feasible by the integers of the input, its objective is its value, a full
 * verification agrees, and warm and cold answers differ by no more than they
 * certify.
 *
 * With clang: -fsanitize=fuzzer,address,undefined -DAIOS_LIBFUZZER (see
 * tests/fuzz/run). Otherwise a program that runs the files it is given, or as
 * many pseudo-random inputs as its argument says, so that the oracle is
 * exercised where there is no clang.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/lp/lp.h"

#define COLUMNS	48
#define ROWS	8

struct input {
	const u8 *data;
	size_t size, at;
};

struct shadow {
	u32 n, m;
	s64 w[COLUMNS];
	u64 lo[COLUMNS], hi[COLUMNS];
	u64 a[COLUMNS][ROWS];
	u64 b[ROWS];
};

static u64 take(struct input *in, u32 bytes)
{
	u64 v = 0;

	while (bytes--)
		v = v << 8 | (in->at < in->size ? in->data[in->at++] : 0);
	return v;
}

/* A number whose length is as random as its value. */
static u64 number(struct input *in, u64 most)
{
	u32 kind = (u32)take(in, 1);
	u64 v;

	if (kind < 64)
		return min((u64)kind & 7, most);
	v = take(in, 8) >> (kind & 63);
	return min(v, most);
}

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz_lp: %s\n", what);
	abort();
}

/* Feasible, and the objective that of x, by the numbers of the input. */
static void check_point(const struct shadow *s, const struct aios_lp *lp,
			const struct aios_lp_result *res, u32 frac)
{
	s128 value = 0;
	u32 i, k;

	for (i = 0; i < s->n; i++) {
		u64 x = aios_lp_x(lp, i);

		check(x >= s->lo[i] && x <= s->hi[i], "a bound is violated");
		value += (s128)s->w[i] * (s64)x;
	}
	check(value == res->objective, "the objective is not that of x");
	for (k = 0; k < s->m; k++) {
		u128 used = 0;

		for (i = 0; i < s->n; i++)
			used += aios_mul_u64(s->a[i][k], aios_lp_x(lp, i));
		check(used <= (u128)s->b[k] << frac, "a row is violated");
	}
}

static void set_column(struct input *in, struct shadow *s, struct aios_lp *lp,
		       u32 i, u64 most)
{
	struct aios_lp_column col = { .nz = s->m, .a = s->a[i] };
	u32 k;

	s->w[i] = (s64)number(in, AIOS_LP_W_MAX);
	if (!(take(in, 1) & 15))
		s->w[i] = -s->w[i];
	s->hi[i] = number(in, AIOS_LP_X_MAX);
	s->lo[i] = take(in, 1) & 31 ? 0 : number(in, s->hi[i]);
	for (k = 0; k < s->m; k++)
		s->a[i][k] = number(in, most);
	/* Many equal columns have a start of their own. */
	if (i && take(in, 1) & 1) {
		memcpy(s->a[i], s->a[i - 1], sizeof(s->a[i]));
		s->w[i] = s->w[i - 1];
	}
	col.w = s->w[i];
	col.lo = s->lo[i];
	col.hi = s->hi[i];
	check(!aios_lp_set_column(lp, i, &col), "a column is refused");
}

static void change(struct input *in, struct shadow *s, struct aios_lp *lp,
		   u64 most)
{
	u32 i = s->n ? (u32)take(in, 1) % s->n : 0;
	u32 k = s->m ? (u32)take(in, 1) % s->m : 0;
	u32 what = (u32)take(in, 1) % 5;

	if (what == 0 && s->m) {
		s->b[k] = number(in, AIOS_LP_B_MAX);
		check(!aios_lp_set_row(lp, k, s->b[k]), "a row is refused");
	}
	if (!s->n)
		return;
	if (what == 1) {
		set_column(in, s, lp, i, most);
	} else if (what == 2) {
		s->hi[i] = number(in, AIOS_LP_X_MAX);
		s->lo[i] = take(in, 1) & 7 ? 0 : number(in, s->hi[i]);
		check(!aios_lp_set_bounds(lp, i, s->lo[i], s->hi[i]),
		      "bounds are refused");
	} else if (what == 3) {
		s->w[i] = (s64)number(in, AIOS_LP_W_MAX);
		check(!aios_lp_set_weight(lp, i, s->w[i]), "a weight is refused");
	} else if (what == 4) {
		aios_lp_clear_column(lp, i);
		s->w[i] = 0;
		s->lo[i] = 0;
		s->hi[i] = 0;
		memset(s->a[i], 0, sizeof(s->a[i]));
	}
}

static void solve_and_check(const struct shadow *s, struct aios_lp *lp, u32 frac)
{
	const struct aios_lp_options cold_start = { .cold = true };
	struct aios_lp_result warm, cold, full;

	aios_lp_solve(lp, NULL, &warm);
	if (warm.status != AIOS_LP_STATUS_INFEASIBLE) {
		check_point(s, lp, &warm, frac);
		full = warm;
		check(!aios_lp_verify(lp, &full), "the verification rejects x");
		check(full.objective == warm.objective && full.gap <= warm.gap,
		      "the verification disagrees");
	}
	aios_lp_solve(lp, &cold_start, &cold);
	check((cold.status == AIOS_LP_STATUS_INFEASIBLE) ==
	      (warm.status == AIOS_LP_STATUS_INFEASIBLE),
	      "infeasible only cold or only warm");
	if (cold.status == AIOS_LP_STATUS_INFEASIBLE)
		return;
	check_point(s, lp, &cold, frac);
	check(cold.gap >= 0 && warm.gap >= 0, "a negative gap");
	if (cold.gap != S128_MAX)
		check(warm.objective <= cold.objective + cold.gap,
		      "the warm answer is beyond the cold one's bound");
	if (warm.gap != S128_MAX)
		check(cold.objective <= warm.objective + warm.gap,
		      "the cold answer is beyond the warm one's bound");
}

static void one_input(const u8 *data, size_t size)
{
	static _Alignas(64) u8 mem[1 << 18];
	struct input in = { data, size, 0 };
	struct shadow s = { 0 };
	u32 frac = (u32)take(&in, 1) % (AIOS_LP_X_FRAC_MAX + 1);
	u64 most = take(&in, 1) & 3 ? 1U << 20 : AIOS_LP_A_MAX;
	u32 nz, i, k, steps;
	struct aios_lp *lp;

	s.n = (u32)take(&in, 1) % (COLUMNS + 1);
	s.m = (u32)take(&in, 1) % (ROWS + 1);
	nz = s.m ? (u32)take(&in, 1) & 1 ? s.m : 0 : 0;
	check(aios_lp_size(s.n, s.m, nz) <= sizeof(mem), "too large");
	lp = aios_lp_init(mem, s.n, s.m, nz, frac);
	for (k = 0; k < s.m; k++) {
		s.b[k] = number(&in, AIOS_LP_B_MAX);
		check(!aios_lp_set_row(lp, k, s.b[k]), "a row is refused");
	}
	for (i = 0; i < s.n; i++)
		set_column(&in, &s, lp, i, most);
	solve_and_check(&s, lp, frac);
	for (steps = 0; steps < 16 && in.at < in.size; steps++) {
		change(&in, &s, lp, most);
		solve_and_check(&s, lp, frac);
	}
}

#define FUZZ_INPUTS	2000
#define FUZZ_CLAIM	"no input breaks what the certificate says"
#include "driver.h"

#ifndef AIOS_LIBFUZZER
int main(int argc, char **argv)
{
	return fuzz_main(argc, argv);
}
#endif
