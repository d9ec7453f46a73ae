// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers as ranges: see ranges.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "print/util.h"
#include "spool/ranges.h"

struct range {
	uint64_t first;
	uint64_t last;
	uint64_t step;
};

/* The word is "7", "0-39" or "0-39:3", and is cut into pieces. */
static int range_parse(char *word, struct range *range)
{
	char *step = strchr(word, ':'), *last = strchr(word, '-');

	range->step = 1;
	if (step)
		*step++ = '\0';
	if (step && (!last || u64_parse(step, &range->step) || !range->step))
		return -EINVAL;
	if (last)
		*last++ = '\0';
	if (u64_parse(word, &range->first))
		return -EINVAL;
	range->last = range->first;
	if (last && (u64_parse(last, &range->last) || range->last < range->first))
		return -EINVAL;
	return 0;
}

static bool is_among(uint64_t number, const uint64_t *numbers, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

static int range_add(const struct range *range, size_t most, uint64_t *numbers, size_t *nr)
{
	uint64_t left = (range->last - range->first) / range->step;

	for (uint64_t i = 0; i <= left; i++) {
		uint64_t number = range->first + i * range->step;

		if (*nr == most)
			return -E2BIG;
		if (is_among(number, numbers, *nr))
			return -EEXIST;
		numbers[(*nr)++] = number;
	}
	return 0;
}

int ranges_parse(const char *text, size_t most, uint64_t **numbers, size_t *nr)
{
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;
	struct range range;
	int err = 0;

	*numbers = xcalloc(most, sizeof(**numbers));
	*nr = 0;
	while (!err && (word = strsep(&rest, ",")))
		err = range_parse(word, &range) ?: range_add(&range, most, *numbers, nr);
	if (!err)
		return 0;
	free(*numbers);
	*numbers = NULL;
	*nr = 0;
	return err;
}

char *ranges_text(const uint64_t *numbers, size_t nr)
{
	char *text = NULL;
	size_t len, run;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		out_of_memory();
	for (size_t i = 0; i < nr; i += run) {
		for (run = 1; i + run < nr && numbers[i + run] == numbers[i] + run; run++)
			;
		fprintf(f, "%s%" PRIu64, i ? "," : "", numbers[i]);
		if (run > 1)
			fprintf(f, "-%" PRIu64, numbers[i + run - 1]);
	}
	if (fclose(f))
		out_of_memory();
	return text;
}
