/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmarks share: a clock, series of samples with their quantiles,
 * and an end with a message when something cannot be measured.
 */
#ifndef AIOS_BENCH_MEASURE_H
#define AIOS_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

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

/* A whole number from 1 to @most, or the program ends. */
unsigned int parse_count(const char *option, const char *text, unsigned int most);

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
