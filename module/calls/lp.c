// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_LP_SOLVE: a caller's own program, solved by the allocator's solver. It is bounded
 * in size by the ABI, in time by the caller and by TIMEOUT_MAX_NS, in number by the user's
 * bound; a signal ends it.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "calls/calls.h"
#include "calls/ioctl.h"
#include "core/lp/goal.h"
#include "core/lp/lp.h"
#include "user.h"

#define TIMEOUT_NS	(10 * NSEC_PER_SEC)	/* unless the caller says */
#define TIMEOUT_MAX_NS	(60 * NSEC_PER_SEC)

static_assert(AIOS_LP_OPTIMAL == (int)AIOS_LP_STATUS_OPTIMAL);
static_assert(AIOS_LP_CAPPED == (int)AIOS_LP_STATUS_CAPPED);
static_assert(AIOS_LP_INFEASIBLE == (int)AIOS_LP_STATUS_INFEASIBLE);
static_assert(AIOS_OBJECTIVE_UTILITY == (int)AIOS_LP_GOAL_UTILITY);
static_assert(AIOS_OBJECTIVE_MAXMIN == (int)AIOS_LP_GOAL_MAXMIN);
static_assert(AIOS_OBJECTIVE_DRF == (int)AIOS_LP_GOAL_DRF);
static_assert(AIOS_OBJECTIVE_PROPORTIONAL == (int)AIOS_LP_GOAL_PROPORTIONAL);
static_assert(AIOS_LP_MAX_COLS == AIOS_LP_N_MAX);
static_assert(AIOS_LP_MAX_ROWS == AIOS_LP_M_MAX);

/* The caller's arrays; those that a program can lack are NULL. */
struct program {
	s64 *w;
	u64 *a;
	u64 *b;
	u64 *lo;
	u64 *hi;
	void *mem;
	struct aios_lp *lp;
	struct aios_lp_answer answer;
};

struct stop {
	u64 deadline_ns;
	bool timed_out;
};

static bool should_stop(void *arg)
{
	struct stop *stop = arg;

	cond_resched();
	if (ktime_get_ns() > stop->deadline_ns)
		stop->timed_out = true;
	return stop->timed_out || signal_pending(current);
}

static void *copy_array(u64 uptr, size_t nr)
{
	size_t size = array_size(nr, sizeof(u64));
	void *array;

	if (!size)
		return NULL;
	array = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!array)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(array, u64_to_user_ptr(uptr), size)) {
		kvfree(array);
		return ERR_PTR(-EFAULT);
	}
	return array;
}

static void free_array(void *array)
{
	if (!IS_ERR(array))
		kvfree(array);
}

static void free_program(struct program *p)
{
	free_array(p->w);
	free_array(p->a);
	free_array(p->b);
	free_array(p->lo);
	free_array(p->hi);
	kvfree(p->mem);
}

static int copy_program(const struct aios_lp_solve *s, struct program *p)
{
	p->w = copy_array(s->w, s->n);
	p->a = copy_array(s->a, (size_t)s->n * s->m);
	p->b = copy_array(s->b, s->m);
	p->lo = s->lo ? copy_array(s->lo, s->n) : NULL;
	p->hi = s->hi ? copy_array(s->hi, s->n) : NULL;
	if (IS_ERR(p->w))
		return PTR_ERR(p->w);
	if (IS_ERR(p->a))
		return PTR_ERR(p->a);
	if (IS_ERR(p->b))
		return PTR_ERR(p->b);
	if (IS_ERR(p->lo))
		return PTR_ERR(p->lo);
	return PTR_ERR_OR_ZERO(p->hi);
}

static int add_columns(const struct aios_lp_solve *s, struct program *p)
{
	u64 entries[AIOS_LP_MAX_ROWS];
	struct aios_lp_column col = { .nz = s->m, .a = entries };
	u32 i, k;
	int ret;

	for (i = 0; i < s->n; i++) {
		for (k = 0; k < s->m; k++)
			entries[k] = p->a[(size_t)k * s->n + i];
		col.w = p->w[i];
		col.lo = p->lo ? p->lo[i] : 0;
		col.hi = p->hi ? p->hi[i] : AIOS_X_ONE;
		ret = aios_lp_set_column(p->lp, i, &col);
		if (ret)
			return ret;
		if (!(i % 256))
			cond_resched();
	}
	return 0;
}

static int build(const struct aios_lp_solve *s, struct program *p)
{
	u32 k;
	int ret;

	p->mem = kvmalloc(aios_lp_size(s->n, s->m, 0), GFP_KERNEL_ACCOUNT);
	if (!p->mem)
		return -ENOMEM;
	p->lp = aios_lp_init(p->mem, s->n, s->m, 0, AIOS_X_FRAC);
	if (!p->lp)
		return -EINVAL;
	for (k = 0; k < s->m; k++) {
		ret = aios_lp_set_row(p->lp, k, p->b[k]);
		if (ret)
			return ret;
	}
	return add_columns(s, p);
}

static int put_results(const struct aios_lp_solve *s, const struct program *p)
{
	u64 __user *x = u64_to_user_ptr(s->x);
	u64 __user *y = u64_to_user_ptr(s->y);
	s64 __user *d = u64_to_user_ptr(s->d);
	u32 i;

	for (i = 0; i < s->n; i++) {
		if (put_user(aios_lp_x(p->lp, i), &x[i]))
			return -EFAULT;
		if (d && put_user(aios_lp_goal_reduced_cost(p->lp, &p->answer, i), &d[i]))
			return -EFAULT;
	}
	for (i = 0; y && i < s->m; i++)
		if (put_user(aios_lp_goal_price(p->lp, &p->answer, i), &y[i]))
			return -EFAULT;
	return 0;
}

static void put_s128(u64 halves[2], s128 v)
{
	halves[0] = (u64)v;
	halves[1] = (u64)(v >> 64);
}

static int solve(struct aios_lp_solve *s, struct program *p)
{
	u64 begin = ktime_get_ns();
	u64 timeout = s->timeout_duration_ns ? s->timeout_duration_ns : TIMEOUT_NS;
	struct stop stop = { .deadline_ns = begin + min_t(u64, timeout, TIMEOUT_MAX_NS) };
	struct aios_lp_options options = { .yield = should_stop, .yield_arg = &stop };

	aios_lp_goal_solve(p->lp, s->goal, s->nr_resources, &options, &p->answer);
	s->status = p->answer.status;
	s->iterations = p->answer.iterations;
	s->y_shift = p->answer.y_shift;
	s->d_shift = p->answer.d_shift;
	put_s128(s->objective, p->answer.objective);
	put_s128(s->gap, p->answer.gap);
	if (s->status == AIOS_LP_CAPPED && signal_pending(current))
		return aios_ioctl_interrupted();
	s->solve_duration_ns = ktime_get_ns() - begin;
	return put_results(s, p);
}

int aios_ioctl_lp_solve(struct file *file, void *arg)
{
	struct aios_lp_solve *s = arg;
	struct program p = {};
	struct aios_user *user;
	int ret;

	if (s->flags || s->d_shift)
		return -EINVAL;
	if (s->n > AIOS_LP_MAX_COLS || s->m > AIOS_LP_MAX_ROWS)
		return -EINVAL;
	if (s->goal > AIOS_OBJECTIVE_PROPORTIONAL)
		return -EOPNOTSUPP;
	if (s->nr_resources > s->m ||
	    (s->nr_resources && s->goal != AIOS_OBJECTIVE_DRF))
		return -EINVAL;

	user = aios_user_begin_solve();
	if (IS_ERR(user))
		return PTR_ERR(user);

	ret = copy_program(s, &p);
	if (!ret)
		ret = build(s, &p);
	if (!ret)
		ret = solve(s, &p);
	free_program(&p);

	aios_user_end_solve(user);
	return ret;
}
