/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of what the header promises: at each call each errno, and how it comes about.
 * tests/docs/errors.t compares them with the header.
 */
#ifndef KSELFTEST_PROMISE_H
#define KSELFTEST_PROMISE_H

#include <errno.h>

#include "harness.h"

/* What a promise answers that this machine has nothing to try with. */
#define NOT_HERE	(-1)

struct promise {
	const char *call;
	int err;
	int (*produce)(void);	/* its errno, 0: none, or NOT_HERE */
};

static inline int errno_of(long result)
{
	return result < 0 ? errno : 0;
}

static inline void promises_check(const struct promise *promises, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct promise *p = &promises[i];
		int got;

		step("%s: %s", p->call, strerrorname_np(p->err));
		got = p->produce();
		if (got == NOT_HERE)
			note("%s: %s: nothing here to try it with", p->call,
			     strerrorname_np(p->err));
		else
			ASSERT_EQ(got, p->err);
	}
}

/* What a function answers when somebody who is nobody in particular runs it. */
static inline int as_somebody(int (*fn)(void))
{
	int *answer = shared(sizeof(*answer));

	AS_USER(ALICE) {
		answer[0] = fn();
	}
	return answer[0];
}

#endif
