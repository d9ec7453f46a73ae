/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The linear program of the allocator: a model that is built column by column
 * in memory of the caller's, an exact integer solver for it, cold or warm, and
 * the certificate that comes with every answer.
 *
 *	maximise    sum_i w_i x_i
 *	subject to  sum_i a_ik x_i <= b_k     for each row k
 *	            lo_i <= x_i <= hi_i       for each column i
 *
 * with a_ik >= 0, b_k >= 0, 0 <= lo_i <= hi_i and w_i of either sign.
 *
 * A column is a job, a row a resource of the machine or of a group. There is
 * no allocation, no lock, no clock and no floating point in here; the loops
 * are bounded; one model is used by one caller at a time.
 *
 * Formats
 *	w	signed integer, |w| <= AIOS_LP_W_MAX
 *	a	unsigned integer, any unit, <= AIOS_LP_A_MAX
 *	b	unsigned integer in the unit of its row's a
 *	lo,hi,x	unsigned fixed point with x_frac fraction bits, chosen at
 *		initialisation (AIOS_X_FRAC unless there is a reason),
 *		<= AIOS_LP_X_MAX as an integer
 *	y	unsigned fixed point with aios_lp_result::y_shift fraction bits:
 *		weight for one unit of b
 *	d	signed fixed point with aios_lp_result::d_shift fraction bits:
 *		w_i - sum_k y_k a_ik
 *	objective, gap	128 bits with x_frac fraction bits
 *
 * Coefficients are kept in 31 bits and a binary exponent for each row. A row
 * whose coefficients need more is rounded up and its b down, so what is
 * feasible here is feasible in the caller's units, exactly; the loss, bounded
 * by 2^-31 of the row's largest coefficient for each column, is part of the
 * certified gap. Multiples of a power of two (pages, MiB) that fit are exact.
 */
#ifndef AIOS_CORE_LP_LP_H
#define AIOS_CORE_LP_LP_H

#include "core/base/fixed.h"

#define AIOS_LP_N_MAX		16384U
#define AIOS_LP_M_MAX		64U
#define AIOS_LP_W_MAX		((1LL << 40) - 1)
#define AIOS_LP_A_MAX		((1ULL << 62) - 1)
#define AIOS_LP_B_MAX		((1ULL << 62) - 1)
#define AIOS_LP_X_MAX		((1ULL << 46) - 1)
#define AIOS_LP_X_FRAC_MAX	44U

struct aios_lp;

/**
 * enum aios_lp_status - what a solve came to
 * @AIOS_LP_STATUS_OPTIMAL: the gap is within 2^-20 of the objective, or within
 *	what the grid of x costs (a unit of it for each tight row, and one more, at
 *	the largest weight)
 * @AIOS_LP_STATUS_CAPPED: the iteration cap was reached, or the yield callback
 *	said stop: x is feasible and the gap is true
 * @AIOS_LP_STATUS_INFEASIBLE: the lower bounds alone exceed b in the row
 *	aios_lp_result::row; x is lo and there is no gap
 *
 * The values are those of AIOS_LP_OPTIMAL and so on in the ABI.
 */
enum aios_lp_status {
	AIOS_LP_STATUS_OPTIMAL = 0,
	AIOS_LP_STATUS_CAPPED = 1,
	AIOS_LP_STATUS_INFEASIBLE = 2,
};

/**
 * struct aios_lp_options - how to solve
 * @max_iterations: cap on the pivots of this solve; 0: AIOS_LP_M_MAX times ten
 *	plus the number of rows times forty
 * @cold: forget the basis and the prices of the solve before
 * @yield: called for each iteration and each list that is drawn up; may
 *	reschedule; a return of true ends the search; NULL: none
 * @yield_arg: passed to @yield
 */
struct aios_lp_options {
	u32 max_iterations;
	bool cold;
	bool (*yield)(void *arg);
	void *yield_arg;
};

/**
 * struct aios_lp_result - what is known of an answer
 * @status: enum aios_lp_status
 * @row: the row that the lower bounds exceed, when infeasible
 * @iterations: pivots
 * @passes: passes over the whole matrix
 * @y_shift: fraction bits of prices; more than @d_shift where a row with large
 *	coefficients has a price that needs them
 * @d_shift: fraction bits of reduced costs
 * @objective: sum of w_i x_i, exact, with x_frac fraction bits
 * @gap: certified: no feasible x has an objective above @objective + @gap;
 *	with x_frac fraction bits, rounded up; S128_MAX when nothing is certified
 *
 * The gap is D(y) - P(x) = sum_k y_k (b - A x)_k
 *	+ sum_i [ max(d_i, 0) (hi_i - x_i) + max(-d_i, 0) (x_i - lo_i) ]
 * for the prices y that aios_lp_price() gives: weak duality, evaluated in
 * integers, so it holds however the search for x and y went.
 */
struct aios_lp_result {
	enum aios_lp_status status;
	u32 row;
	u32 iterations;
	u32 passes;
	u32 y_shift;
	u32 d_shift;
	s128 objective;
	s128 gap;
};

/**
 * struct aios_lp_column - one column as the caller has it
 * @w: weight
 * @lo: lower bound
 * @hi: upper bound, >= @lo
 * @nz: number of entries in @rows and @a
 * @rows: row of each entry, strictly ascending; NULL: 0, 1, 2 and so on
 * @a: coefficient of each entry; zeros may be left out
 */
struct aios_lp_column {
	s64 w;
	u64 lo;
	u64 hi;
	u32 nz;
	const u8 *rows;
	const u64 *a;
};

/**
 * aios_lp_size() - bytes of memory that a model needs
 * @n_max: columns it shall hold
 * @m_max: rows it shall hold
 * @nz_max: most non-zero coefficients in one column; 0: @m_max
 *
 * At most 64 bytes a column, 4 * @m_max (dense) or 5 * @nz_max (when that is
 * less) bytes a column for the matrix, and a part that depends on @m_max.
 *
 * Return: the size, 0 when an argument exceeds its bound.
 */
size_t aios_lp_size(u32 n_max, u32 m_max, u32 nz_max);

/**
 * aios_lp_init() - make an empty model
 * @mem: memory of the caller's, aligned to 16 bytes, aios_lp_size() long,
 *	used as long as the model is; there is nothing to release
 * @n_max: as given to aios_lp_size()
 * @m_max: as given to aios_lp_size()
 * @nz_max: as given to aios_lp_size()
 * @x_frac: fraction bits of lo, hi and x, at most AIOS_LP_X_FRAC_MAX
 *
 * The model has no row and no column.
 *
 * Return: the model, NULL when an argument exceeds its bound.
 */
struct aios_lp *aios_lp_init(void *mem, u32 n_max, u32 m_max, u32 nz_max,
			     u32 x_frac);

/**
 * aios_lp_set_row() - set or change the right-hand side of a row
 * @lp: model
 * @k: row; the number of rows grows to @k + 1
 * @b: right-hand side
 *
 * Return: 0, -EINVAL when @k or @b exceeds its bound (nothing is changed).
 */
int aios_lp_set_row(struct aios_lp *lp, u32 k, u64 b);

/**
 * aios_lp_set_column() - add or replace a column
 * @lp: model
 * @i: column; at most the number of columns, which then grows by one
 * @col: what it shall be
 *
 * The position @i is the caller's name of the column and never changes. To
 * remove a column set one with no entries and lo = hi = 0 (or clear it with
 * aios_lp_clear_column()); its position can be used again.
 *
 * Return: 0, or with nothing changed -EINVAL (a value exceeds its bound, lo is
 * above hi, a row is out of order or does not exist) or -ENOSPC (more than
 * n_max columns, or more than nz_max non-zero coefficients).
 */
int aios_lp_set_column(struct aios_lp *lp, u32 i,
		       const struct aios_lp_column *col);

/**
 * aios_lp_clear_column() - remove a column's demand and weight
 * @lp: model
 * @i: column
 */
void aios_lp_clear_column(struct aios_lp *lp, u32 i);

/**
 * aios_lp_set_bounds() - change the bounds of a column
 * @lp: model
 * @i: column
 * @lo: lower bound
 * @hi: upper bound
 *
 * Return: 0, -EINVAL when @lo > @hi, @hi exceeds its bound or there is no
 * column @i (nothing is changed).
 */
int aios_lp_set_bounds(struct aios_lp *lp, u32 i, u64 lo, u64 hi);

/**
 * aios_lp_set_weight() - change the weight of a column
 * @lp: model
 * @i: column
 * @w: weight
 *
 * Return: 0, -EINVAL when @w exceeds its bound or there is no column @i
 * (nothing is changed).
 */
int aios_lp_set_weight(struct aios_lp *lp, u32 i, s64 w);

/**
 * aios_lp_solve() - solve, from where the last solve ended
 * @lp: model
 * @opt: options; NULL: all zero
 * @res: the answer's certificate and statistics
 *
 * Bounded dual simplex method with a long-step ratio test (Maros, Comput.
 * Optim. Appl. 28, 2004), restricted to the columns that a box around
 * the last prices leaves undecided. x, prices and reduced costs are then read
 * with the functions below; they are valid until the model is changed.
 *
 * Between two calls of aios_lp_options::yield lie at most three passes over the
 * matrix. Whatever the search came to, x is feasible (unless the status says
 * infeasible) and the gap true.
 */
void aios_lp_solve(struct aios_lp *lp, const struct aios_lp_options *opt,
		   struct aios_lp_result *res);

/**
 * aios_lp_verify() - compute objective and gap anew from x and the prices
 * @lp: model, solved
 * @res: objective, gap and status are written
 *
 * One pass over the whole matrix that shares no state with the search but the
 * model, x and y.
 *
 * Return: 0, -ERANGE when x breaks a row or a bound (then @res says nothing).
 */
int aios_lp_verify(struct aios_lp *lp, struct aios_lp_result *res);

/* Return the number of columns and of rows that have been set. */
u32 aios_lp_columns(const struct aios_lp *lp);
u32 aios_lp_rows(const struct aios_lp *lp);

/* Return w_i, as it was set. */
s64 aios_lp_weight(const struct aios_lp *lp, u32 i);

/* Return a_ik, as it was set, or what it was rounded up to. */
u64 aios_lp_coefficient(const struct aios_lp *lp, u32 i, u32 k);

/* Return x_i, in the format of lo and hi. */
u64 aios_lp_x(const struct aios_lp *lp, u32 i);

/* Return y_k, the price of one unit of b_k, with y_shift fraction bits. */
u64 aios_lp_price(const struct aios_lp *lp, u32 k);

/*
 * Return d_i, with d_shift fraction bits, saturated at +-S64_MAX; it is positive
 * when the column is worth more than the resources it takes.
 */
s64 aios_lp_reduced_cost(const struct aios_lp *lp, u32 i);

/* Return b_k - sum_i a_ik x_i in units of b with x_frac fraction bits, >= 0. */
s128 aios_lp_slack(const struct aios_lp *lp, u32 k);

#endif /* AIOS_CORE_LP_LP_H */
