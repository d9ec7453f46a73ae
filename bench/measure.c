// SPDX-License-Identifier: GPL-2.0
/*
 * The clock and the samples of all benchmarks: see measure.h.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"

#define CLOCK_SAMPLES	101
#define BENCH_OPTIONS_MAX 8
#define BENCH_OPTION_FIRST 256	/* behind all characters */

void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

void series_add(struct series *s, uint64_t value)
{
	if (s->nr == s->room) {
		s->room = s->room ? 2 * s->room : 128;
		s->value = reallocarray(s->value, s->room, sizeof(s->value[0]));
		if (!s->value)
			die("out of memory");
	}
	s->value[s->nr++] = value;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t series_quantile(struct series *s, unsigned int permille)
{
	if (!s->nr)
		die("a series without samples");
	qsort(s->value, s->nr, sizeof(s->value[0]), compare);
	return s->value[(s->nr - 1) * permille / 1000];
}

uint64_t series_median(struct series *s)
{
	return series_quantile(s, 500);
}

void series_free(struct series *s)
{
	free(s->value);
	*s = (struct series){ 0 };
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

uint64_t clock_cost_ns(void)
{
	static uint64_t cost = UINT64_MAX;
	struct series s = { 0 };
	int i;

	if (cost != UINT64_MAX)
		return cost;
	for (i = 0; i < CLOCK_SAMPLES; i++) {
		uint64_t begin = now_ns();

		series_add(&s, now_ns() - begin);
	}
	cost = series_median(&s);
	series_free(&s);
	return cost;
}

uint64_t since_ns(uint64_t begin)
{
	uint64_t passed = now_ns() - begin, cost = clock_cost_ns();

	return passed > cost ? passed - cost : 0;
}

/* ----------------------------------------------------------------- options */

static unsigned int parse_count(const struct bench_option *o, const char *text)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || !value || value > o->most)
		die("--%s %s: not a number from 1 to %u", o->name, text, o->most);
	return value;
}

static void parse_list(const struct bench_option *o, char *text)
{
	char *word;

	*o->nr = 0;
	while ((word = strsep(&text, ","))) {
		if (*o->nr == BENCH_LIST_MAX)
			die("--%s: more than %u numbers", o->name, BENCH_LIST_MAX);
		o->list[(*o->nr)++] = parse_count(o, word);
	}
}

static void option_set(const struct bench_option *o)
{
	if (o->flag)
		*o->flag = true;
	else if (o->text)
		*o->text = optarg;
	else if (o->count)
		*o->count = parse_count(o, optarg);
	else
		parse_list(o, optarg);
}

int bench_options(int argc, char **argv, const struct bench_option *options,
		  void (*usage)(FILE *to))
{
	struct option known[BENCH_OPTIONS_MAX + 2] = { 0 };
	int nr, key;

	for (nr = 0; options[nr].name; nr++) {
		if (nr == BENCH_OPTIONS_MAX)
			die("more than %d options", BENCH_OPTIONS_MAX);
		known[nr].name = options[nr].name;
		known[nr].has_arg = options[nr].flag ? no_argument : required_argument;
		known[nr].val = BENCH_OPTION_FIRST + nr;
	}
	known[nr] = (struct option){ "help", no_argument, NULL, 'h' };
	while ((key = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		if (key < BENCH_OPTION_FIRST) {
			usage(key == 'h' ? stdout : stderr);
			exit(key == 'h' ? 0 : 2);
		}
		option_set(&options[key - BENCH_OPTION_FIRST]);
	}
	return optind;
}
