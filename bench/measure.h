/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmarks share: a clock, series of samples with their quantiles,
 * and an end with a message when something cannot be measured.
 */
#ifndef AIOS_BENCH_MEASURE_H
#define AIOS_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct series {
	uint64_t *value;
	size_t nr;
	size_t room;
};

void series_add(struct series *s, uint64_t value);
/* The smallest sample that @permille of all do not exceed; sorts. */
uint64_t series_quantile(struct series *s, unsigned int permille);
uint64_t series_median(struct series *s);
void series_free(struct series *s);

/* CLOCK_MONOTONIC; under scripts/vm --icount, instructions. */
uint64_t now_ns(void);
/* Nanoseconds since @begin without the cost of reading the clock twice. */
uint64_t since_ns(uint64_t begin);
/* What since_ns() leaves out, measured at the first call. */
uint64_t clock_cost_ns(void);

/**
 * struct bench_option - an option of a benchmark
 *
 * One of the pointers is set, and says what the option takes.
 */
struct bench_option {
	/** @name: without the dashes */
	const char *name;
	/** @flag: no argument; set to true */
	bool *flag;
	/** @text: any */
	const char **text;
	/** @count: a whole number from 1 to @most */
	unsigned int *count;
	/** @list: such numbers, separated by commas; room for BENCH_LIST_MAX */
	unsigned int *list;
	/** @nr: with @list: how many there are */
	unsigned int *nr;
	/** @most: see @count */
	unsigned int most;
};

#define BENCH_LIST_MAX	16

/*
 * The options of the command line, @options of which the last has no name, and --help,
 * which prints @usage and ends the program with 0, as anything else does with 2. Returns
 * the index of the first argument behind them.
 */
int bench_options(int argc, char **argv, const struct bench_option *options,
		  void (*usage)(FILE *to));

__attribute__((noreturn, format(printf, 1, 2)))
void die(const char *format, ...);

/* A call that returned a negative value, with the cause in errno, ends all. */
#define must(call) ({							\
	__auto_type must_ret_ = (call);					\
	if (must_ret_ < 0)						\
		die("%s:%d: %s: %m", __FILE__, __LINE__, #call);	\
	must_ret_;							\
})

#endif /* AIOS_BENCH_MEASURE_H */
