// SPDX-License-Identifier: GPL-2.0
/*
 * The course of a solve: where it starts (the slack basis, a sample of the
 * columns, or the last answer), how often the list of columns is drawn up
 * anew, and when it ends.
 */
#include "core/lp/internal.h"

/* With fewer columns than this a box costs more than it saves. */
#define LP_BOX_MIN	600U
#define LP_BOX_MIN_ROW	40U	/* more for each row */
#define LP_WORTHWHILE	2U	/* a box may list so many thirds of the columns */
#define LP_SAMPLE	64U	/* columns in the coarsest sample, at least, and */
#define LP_SAMPLE_ROW	4U	/* so many for each row */
#define LP_REFINE	8U	/* how much larger the next sample is */
#define LP_ROUNDS	24U	/* draws of the list in one search */
#define LP_TRIES	3U	/* searches, each from where the last ended */
#define LP_RESCUES	16U	/* solves, before fixed point is tried again */
#define LP_RESERVE(m)	(64U + 8U * (m))	/* of the default cap, for a rescue */
#define LP_WARM_ITERATIONS 64U	/* before a warm start is given up, and 4 a row */

/*
 * Start from the slack basis with every column at its upper bound. That is dual
 * feasible for w >= 0; the other columns are moved when the list is drawn up.
 */
static void lp_start_cold(struct aios_lp *lp)
{
	u32 i, k;

	aios_lp_scale_weights(lp);
	aios_lp_basis_reset(lp);
	lp->step.perturb = false;
	lp->solve.near = false;
	memset(lp->y, 0, lp->m * sizeof(lp->y[0]));
	memset(lp->screen.y_ref, 0, lp->m * sizeof(lp->y[0]));
	memcpy(lp->x, lp->hi, lp->n * sizeof(*lp->x));
	for (i = 0; i < lp->n; i++) {
		lp->flags[i] = 0;
		lp->side[i] = lp->hi[i] != lp->lo[i];
	}
	lp->objective = lp->w_hi;
	for (k = 0; k < lp->m; k++)
		lp->res[k] = lp->row[k].rhs - (s128)lp->row[k].demand;
	lp->solve.live = true;
}

/* Return b * part / whole. */
static s128 lp_share(s128 b, u128 part, u128 whole)
{
	u32 drop;

	if (b <= 0 || !whole)
		return 0;
	b = min(b, (s128)whole);
	drop = max(aios_bits128(whole), 64U) - 64;
	return (s128)aios_mul_div_u64((u64)(b >> drop), (u64)(part >> drop),
				      (u64)(whole >> drop)) << drop;
}

/*
 * Solve a sample of the columns against the same share of every row. The basis
 * that it ends with is the start for all of them: its residual is moved by a
 * constant for each row, and back.
 */
static enum lp_outcome lp_coarse(struct aios_lp *lp, u32 step)
{
	u32 j, k, z, nz = lp_entries(lp);
	enum lp_outcome ret;
	s128 *offset = lp->step.offset;

	aios_lp_list_sample(lp, step);
	memset(offset, 0, lp->m * sizeof(*offset));
	for (j = 0; j < lp->screen.n; j++)
		for (z = 0; z < nz; z++) {
			u32 i = lp->screen.list[j];

			offset[lp_entry_row(lp, i, z)] +=
				aios_mul_u64(lp_column(lp, i)[z], lp_range(lp, i));
		}
	for (k = 0; k < lp->m; k++) {
		const struct lp_row *row = &lp->row[k];
		u128 sample = (u128)offset[k];

		/*
		 * The constant is what the sample may use, less what it and the
		 * rest may.
		 */
		offset[k] = lp_share(row->rhs, sample, row->demand) -
			    (row->rhs - (s128)(row->demand - sample));
		lp->res[k] += offset[k];
	}
	aios_lp_list_refresh(lp);
	ret = aios_lp_simplex(lp);
	for (k = 0; k < lp->m; k++)
		lp->res[k] -= offset[k];
	return ret;
}

/* Bring inverse and prices up to date. Returns true if the basis changed. */
static bool lp_refresh_basis(struct aios_lp *lp)
{
	bool moved = false;

	if (lp->solve.priced && !lp->basis.stale && lp->basis.updates < LP_UPDATES)
		return false;
	lp->screen.kept = false;
	if (lp->basis.stale || lp->basis.updates >= LP_UPDATES)
		moved = aios_lp_basis_refactor(lp);
	return aios_lp_basis_repair(lp) || moved;
}

/*
 * Draw up the list for the current prices, in a box as long as that leaves
 * much of the columns out.
 */
static void lp_draw(struct aios_lp *lp, u32 round, bool warm)
{
	bool first = !round && !(warm && lp->screen.box);

	if (round < LP_ROUNDS / 2 && lp->n >= LP_BOX_MIN + LP_BOX_MIN_ROW * lp->m) {
		aios_lp_recentre(lp, first);
		if (3 * lp->screen.n <= LP_WORTHWHILE * lp->n)
			return;
		/* A box that grew too large is worth another try. */
		lp->screen.outgrown = !first;
	}
	aios_lp_list_all(lp);
	aios_lp_list_refresh(lp);
	lp->solve.passes++;
}

static bool lp_search(struct aios_lp *lp, bool warm)
{
	u32 round, trouble = 0;
	bool draw = true;

	if (warm) {
		lp_refresh_basis(lp);
		draw = lp->screen.box ? lp->screen.wide || !aios_lp_in_box(lp) :
					lp->screen.outgrown;
	} else {
		u32 step = lp->n / max(LP_SAMPLE, LP_SAMPLE_ROW * lp->m);
		enum lp_outcome ret = LP_DONE;

		if (aios_lp_classes(lp, &ret))
			step = 0;
		if (ret == LP_STOPPED)
			return false;
		for (; step >= LP_REFINE / 2; step /= LP_REFINE)
			if (lp_coarse(lp, step) == LP_STOPPED)
				return false;
		lp_refresh_basis(lp);
	}
	for (round = 0; round < LP_ROUNDS; round++) {
		enum lp_outcome ret;
		bool moved;

		if (lp_yield(lp))
			return false;
		if (draw)
			lp_draw(lp, round, warm);
		else if (lp->screen.kept)
			aios_lp_list_moved(lp);
		else
			aios_lp_list_refresh(lp);
		lp->screen.kept = false;
		ret = aios_lp_simplex(lp);
		if (ret == LP_STOPPED)
			return false;
		if (ret == LP_TROUBLE) {
			if (++trouble > LP_ROUNDS / 2)
				return false;
			lp->basis.stale = true;
		}
		moved = lp_refresh_basis(lp);
		draw = moved;
		if (ret == LP_DONE)
			draw = aios_lp_on_edge(lp) || !aios_lp_in_box(lp);
		if (ret == LP_DONE && !moved && !draw)
			return true;
	}
	return false;
}

static bool lp_infeasible(struct aios_lp *lp, struct aios_lp_result *res)
{
	u32 i, k;

	for (k = 0; k < lp->m; k++)
		if (lp->row[k].rhs < 0)
			break;
	if (k == lp->m)
		return false;
	res->status = AIOS_LP_STATUS_INFEASIBLE;
	res->row = k;
	res->y_shift = lp->y_frac;
	res->d_shift = lp->y_frac;
	res->gap = S128_MAX;
	memset(lp->y, 0, sizeof(lp->y));
	for (i = 0; i < lp->n; i++) {
		lp->x[i] = lp->lo[i];
		res->objective += (s128)lp->w[i] * (s64)lp->x[i];
	}
	lp->solve.live = false;
	return true;
}

/* Conclude what the search came to: x on its grid, and the certificate. */
static void lp_conclude(struct aios_lp *lp, struct aios_lp_result *res)
{
	bool on_bounds = aios_lp_finish_primal(lp);

	aios_lp_export_prices(lp);
	if (on_bounds && lp->screen.covered && aios_lp_in_box(lp)) {
		aios_lp_certify(lp, res);
		/*
		 * The first certificate counts rounding for all columns together,
		 * and this one for each column by itself.
		 */
		if (res->status != AIOS_LP_STATUS_OPTIMAL && aios_lp_rounded(lp)) {
			lp->solve.passes++;
			aios_lp_verify(lp, res);
		}
	} else {
		aios_lp_verify(lp, res);
		lp->solve.live = false;
	}
	if (aios_lp_on_edge(lp))
		lp->solve.live = false;
	if (!lp->screen.box)
		memcpy(lp->screen.y_ref, lp->y, lp->m * sizeof(lp->y[0]));
}

/* Bring nonbasic columns back to their bounds, after a repair that moved them. */
static void lp_restore(struct aios_lp *lp)
{
	u32 i;

	for (i = 0; i < lp->n; i++)
		if (lp->side[i] != LP_OUT)
			lp->x[i] = lp->side[i] == LP_UPPER ? lp->hi[i] : lp->lo[i];
	lp->solve.live = true;
}

/*
 * Search and conclude, and again from there while the certificate says that
 * rounding has left something to gain.
 */
static void lp_attempt(struct aios_lp *lp, bool warm, struct aios_lp_result *res)
{
	u32 tries;

	lp->solve.warm = warm;
	lp->solve.y_more = 0;
	if (warm)
		aios_lp_list_fetch(lp);
	else
		lp_start_cold(lp);
	for (tries = 0; tries < LP_TRIES; tries++) {
		if (tries && !lp->solve.live)
			lp_restore(lp);
		lp_search(lp, warm || tries);
		lp_conclude(lp, res);
		if ((u128)res->gap <= aios_abs128(res->objective) >> 21 ||
		    lp->solve.stopped || lp->solve.iterations >= lp->solve.max_iterations)
			break;
	}
}

/*
 * Search in floating point and certify. Returns false when that did not get
 * anywhere.
 */
static bool lp_rescue(struct aios_lp *lp, struct aios_lp_result *res)
{
	if (!aios_lp_rescue(lp))
		return false;
	aios_lp_make_feasible(lp);
	aios_lp_export_prices(lp);
	aios_lp_verify(lp, res);
	lp->solve.passes += 2;
	return true;
}

/* Keep what that search finds if it leaves less than the one in fixed point did. */
static void lp_improve(struct aios_lp *lp, struct aios_lp_result *res)
{
	s128 gap = res->gap;

	if ((aios_lp_rounded(lp) && aios_lp_searched(lp)) || !lp_rescue(lp, res))
		return;
	if (res->gap < gap) {
		lp->solve.rescues = LP_RESCUES;
		return;
	}
	memcpy(lp->x, lp->screen.alpha, lp->n * sizeof(*lp->x));
	memcpy(lp->y, lp->screen.y_ref, lp->m * sizeof(lp->y[0]));
	lp->solve.y_more = 0;
	aios_lp_export_prices(lp);
	aios_lp_verify(lp, res);
}

/* After a rescue the next solves begin with its basis. Returns whether that did. */
static bool lp_rescue_again(struct aios_lp *lp, struct aios_lp_result *res)
{
	lp->solve.rescues--;
	if (lp_rescue(lp, res) && res->status == AIOS_LP_STATUS_OPTIMAL)
		return true;
	lp->solve.rescues = 0;
	return false;
}

/*
 * Set aside what a row has beyond twice all possible demand, which would only cost
 * the primal values digits. It is twice, so that a row that can no longer bind is
 * not taken for full, and the same for tight rows and others, or the two would
 * cycle.
 */
static void lp_note_spare(struct aios_lp *lp)
{
	u32 k;

	for (k = 0; k < lp->m; k++)
		lp->row[k].spare = max(lp->row[k].rhs -
				       2 * (s128)lp->row[k].demand, (s128)0);
}

void aios_lp_solve(struct aios_lp *lp, const struct aios_lp_options *opt,
		   struct aios_lp_result *res)
{
	static const struct aios_lp_options none;
	bool warm = lp->solve.live && !(opt && opt->cold), done = false;
	u32 cap, search;

	memset(res, 0, sizeof(*res));
	lp->solve.opt = opt ? opt : &none;
	lp->solve.iterations = 0;
	lp->solve.passes = 0;
	lp->solve.stopped = false;
	lp->solve.y_more = 0;
	lp->solve.y_export = 0;
	lp_note_spare(lp);
	cap = lp->solve.opt->max_iterations;
	if (!cap)
		cap = 10 * AIOS_LP_M_MAX + 40 * lp->m;
	if (lp_infeasible(lp, res))
		return;
	search = lp->solve.opt->max_iterations ? cap : cap - LP_RESERVE(lp->m);
	lp->solve.perturb_at = cap / 8;
	if (warm) {
		lp->solve.max_iterations = min(search, LP_WARM_ITERATIONS + 4 * lp->m);
		lp_attempt(lp, true, res);
		done = res->status == AIOS_LP_STATUS_OPTIMAL;
		/* A warm start that leads nowhere is not worth more of the cap. */
		done |= lp->solve.iterations >= search || lp->solve.stopped;
	} else if (lp->solve.rescues && !lp->solve.opt->cold) {
		lp->solve.max_iterations = cap;
		done = lp_rescue_again(lp, res);
	}
	if (!done) {
		lp->solve.max_iterations = search;
		lp_attempt(lp, false, res);
	}
	if (res->status == AIOS_LP_STATUS_CAPPED && lp->solve.iterations < cap &&
	    !lp->solve.stopped) {
		lp->solve.max_iterations = cap;
		lp_improve(lp, res);
	}
	if (res->status == AIOS_LP_STATUS_OPTIMAL && lp->solve.live)
		aios_lp_narrow(lp);
	res->iterations = lp->solve.iterations;
	res->passes = lp->solve.passes;
}
