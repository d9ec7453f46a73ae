// SPDX-License-Identifier: GPL-2.0
/*
 * How far a replay is, on one line of a terminal that is taken back at its end,
 * and only when it takes longer than one likes to wait in the dark.
 */
#include "print/util.h"
#include "print/when.h"
#include "simulate/simulate.h"

#define PATIENCE_NS	NSEC_PER_SEC
#define REFRESH_NS	(NSEC_PER_SEC / 5)

/* The clock is read once in so many jobs. */
#define STRIDE		256

void progress_begin(struct sim_progress *p, const char *what, uint64_t total)
{
	free(p->what);
	p->what = xstrdup(what);
	p->total = total;
	p->done = 0;
	p->since_ns = monotonic_ns();
	p->last_ns = 0;
}

void progress_step(struct sim_progress *p)
{
	uint64_t now;

	if (!p->shown || ++p->done % STRIDE)
		return;
	now = monotonic_ns();
	if (now - p->since_ns < PATIENCE_NS ||
	    (p->last_ns && now - p->last_ns < REFRESH_NS))
		return;
	p->last_ns = now;
	fprintf(stderr, "\raiosctl: %s: %3.0f %% of %llu jobs\033[K", p->what,
		p->total ? 100.0 * (double)p->done / (double)p->total : 100.0,
		(unsigned long long)p->total);
	fflush(stderr);
}

void progress_end(struct sim_progress *p)
{
	if (p->last_ns)
		fputs("\r\033[K", stderr);
	p->last_ns = 0;
	free(p->what);
	p->what = NULL;
}
