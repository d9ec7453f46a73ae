/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The other solvers that the allocator is measured against, behind one
 * interface: a model built once, solved cold under each of several settings,
 * or again after a change of one number.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/* A program in floating point, columns of a contiguous: a[i * m + k]. */
struct peer_program {
	unsigned int n, m;
	double *w, *a, *b, *lo, *hi;
};

struct peer {
	const char *name;
	bool apart;	/* runs in a process of its own as it is */
	unsigned int settings;
	void *(*load)(const struct peer_program *p);
	/* Microseconds of a solve from scratch; negative when it failed. */
	double (*cold)(void *model, unsigned int setting, double *objective);
	/* Microseconds of a solve from the last basis; NULL: cannot. */
	double (*warm)(void *model, unsigned int setting, double *objective);
	void (*set_row)(void *model, unsigned int k, double b);
	void (*set_column)(void *model, unsigned int i, double w, double lo,
			   double hi);
	void (*release)(void *model);
};

extern const struct peer peer_glpk, peer_clp, peer_lpsolve, peer_highs;

/* Of the best setting; @us: the median of its repeats, NAN when none succeeded. */
struct peer_answer {
	double us;
	double objective;
};

/* Solve from scratch under each setting; what: the program's name in messages. */
struct peer_answer peer_cold(const struct peer *peer, const struct peer_program *p,
			     const char *what);

/* fork(2), with nothing left that both would write. */
pid_t bench_fork(void);
/* For its end, and tell when somebody brought it about: the program is what. */
void bench_wait(pid_t pid, const char *what, const char *who);

double bench_now_us(void);
/* The value below which a share of those >= 0 lies; reorders v. NAN: there are none. */
double bench_quantile(double *v, unsigned int count, double share);
/* How often a solve of about so many microseconds is repeated. */
#define BENCH_REPEATS_MAX	60U
unsigned int bench_repeats(double us);

#endif /* BENCH_PEER_H */
