// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that are hard for the allocator's solver, by their shape or by their numbers:
 * each ends optimal, within the iterations that are documented.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lp_exact.h"
#include "tap.h"

/* The default cap, as Documentation/allocator.rst has it. */
static u32 documented_cap(u32 m)
{
	return 640 + 40 * m;
}

/* Every weight is the sum of its column, so at the optimum all prices are 1. */
static struct lp_instance *flat_instance(u32 n, u32 m, u32 filled, u64 *s)
{
	struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);
	u32 i, k;

	for (i = 0; i < n; i++) {
		p->hi[i] = AIOS_X_ONE;
		for (k = 0; k < m; k++) {
			u64 a = lp_random_below(s, m) < filled ?
				1 + lp_random_below(s, 1000) : 0;

			p->a[(size_t)i * m + k] = a;
			p->w[i] += (s64)a;
		}
	}
	for (k = 0; k < m; k++)
		p->b[k] = (u64)250 * n * filled / m + lp_random_below(s, 10);
	return p;
}

static void test_flat(u32 n, u32 m, u32 filled, u32 seeds)
{
	char name[96];
	u64 s = 3 * n + filled;
	u32 t;

	for (t = 0; t < seeds; t++) {
		struct lp_instance *p = flat_instance(n, m, filled, &s);
		struct aios_lp *lp = lp_instance_model(p);
		struct aios_lp_result res;

		aios_lp_solve(lp, NULL, &res);
		printf("# %u of %u rows, %u columns: status %d, %u iterations\n", filled, m,
		       n, res.status, res.iterations);
		tap_need(res.status == AIOS_LP_STATUS_OPTIMAL, "status %d", res.status);
		tap_need(res.iterations <= documented_cap(m), "%u iterations",
			 res.iterations);
		tap_need(!aios_lp_verify(lp, &res) &&
			 res.status == AIOS_LP_STATUS_OPTIMAL, "not so when verified");
		free(lp);
		lp_instance_free(p);
	}
	snprintf(name, sizeof(name), "weights are sums of columns, %u of %u rows, %u columns",
		 filled, m, n);
	tap_point(name);
}

int main(void)
{
	test_flat(200, 64, 64, 4);
	test_flat(2200, 64, 64, 4);
	test_flat(2200, 64, 4, 4);
	test_flat(16384, 64, 64, 1);
	test_flat(16384, 64, 4, 1);
	return tap_done();
}
