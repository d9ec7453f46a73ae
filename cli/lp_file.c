// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a linear program as JSON or as text of lines:
 *
 *	# comment
 *	maximise 3 2 5
 *	row 1 0 2 <= 40
 *	lower 0 0 0.5
 *	upper 1 1 1
 *
 * A file whose first character is { is JSON: see lp_json.c. Whatever is not understood
 * is an error with its line: a program that is not the file's would have an optimum too.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <linux/aios.h>

#include "base/format.h"
#include "base/number.h"
#include "lp_file.h"
#include "lp_parts.h"
#include "print/util.h"

void lp_numbers_add(struct lp_numbers *list, char *text)
{
	if (list->nr == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->text = xrealloc(list->text, list->room * sizeof(char *));
	}
	list->text[list->nr++] = text;
}

void lp_numbers_free(struct lp_numbers *list)
{
	for (size_t i = 0; i < list->nr; i++)
		free(list->text[i]);
	free(list->text);
	*list = (struct lp_numbers){ 0 };
}

static int bound_parse(const char *text, uint64_t *value)
{
	double d, rest;
	uint64_t whole;

	/* This tells what is a decimal; the C library takes more. */
	if (number_parse(text, 0, UINT64_MAX, &whole))
		return -EINVAL;
	d = strtod(text, NULL);
	if (!isfinite(d) || d < 0 || d * LP_ONE >= 9.2e18)
		return -EINVAL;
	d *= LP_ONE;
	*value = d;
	/* to the nearest, and to the even of two */
	rest = d - *value;
	*value += rest > 0.5 || (rest == 0.5 && *value & 1);
	return 0;
}

/* ------------------------------------------------------- numbers to arrays */

static char *whole_array(const struct lp_numbers *list, const char *what,
			 uint64_t *out)
{
	for (size_t i = 0; i < list->nr; i++)
		if (number_whole(list->text[i], UINT64_MAX, &out[i]))
			return xasprintf("%s: '%.40s' is not a whole number from 0 to 2^64 - 1",
					 what, list->text[i]);
	return NULL;
}

char *lp_weights_set(struct lp_program *lp, const struct lp_numbers *list)
{
	if (lp->w)
		return xstrdup("the weights are given twice");
	if (!list->nr)
		return xstrdup("there are no weights, so no columns");
	if (list->nr > AIOS_LP_MAX_COLS)
		return xasprintf("%zu columns are more than %d", list->nr,
				 AIOS_LP_MAX_COLS);
	lp->n = list->nr;
	lp->w = xcalloc(lp->n, sizeof(*lp->w));
	for (size_t i = 0; i < list->nr; i++)
		if (number_signed(list->text[i], &lp->w[i]))
			return xasprintf("weight '%.40s' is not a whole number below 2^63",
					 list->text[i]);
	return NULL;
}

char *lp_row_add(struct lp_program *lp, const struct lp_numbers *list, const char *b)
{
	if (!lp->w)
		return xstrdup("the weights must come before the rows");
	if (list->nr != lp->n)
		return xasprintf("row %u has %zu numbers, there are %u columns",
				 lp->m + 1, list->nr, lp->n);
	if (lp->m == AIOS_LP_MAX_ROWS)
		return xasprintf("there are more than %d rows", AIOS_LP_MAX_ROWS);
	lp->a = xrealloc(lp->a, ((size_t)lp->m + 1) * (lp->n ?: 1) * sizeof(*lp->a));
	lp->b = xrealloc(lp->b, ((size_t)lp->m + 1) * sizeof(*lp->b));
	if (number_whole(b, UINT64_MAX, &lp->b[lp->m]))
		return xasprintf("row %u: '%.40s' is not a whole number from 0 to 2^64 - 1",
				 lp->m + 1, b);
	return whole_array(list, "row", lp->a + (size_t)lp->m++ * lp->n);
}

char *lp_bounds_set(struct lp_program *lp, const struct lp_numbers *list,
		    const char *what, uint64_t **out)
{
	if (!lp->w)
		return xstrdup("the weights must come before the bounds");
	if (*out)
		return xasprintf("the %s bounds are given twice", what);
	if (list->nr != lp->n)
		return xasprintf("there are %zu %s bounds for %u columns",
				 list->nr, what, lp->n);
	*out = xcalloc(lp->n, sizeof(**out));
	for (size_t i = 0; i < list->nr; i++)
		if (bound_parse(list->text[i], &(*out)[i]))
			return xasprintf("%s bound '%.40s' is not a number from 0 to 2^39",
					 what, list->text[i]);
	return NULL;
}

/* --------------------------------------------------------- what is too large */

#define LP_W_BITS	40
#define LP_A_BITS	62
#define LP_X_BITS	46	/* 24 of them behind the point */

static char *row_check(const struct lp_program *lp, uint32_t k)
{
	for (uint32_t i = 0; i < lp->n; i++)
		if (lp->a[(size_t)k * lp->n + i] >> LP_A_BITS)
			return xasprintf("row %u: the coefficient of column %u is not below 2^%d",
					 k + 1, i + 1, LP_A_BITS);
	if (lp->b[k] >> LP_A_BITS)
		return xasprintf("row %u: the capacity is not below 2^%d", k + 1, LP_A_BITS);
	return NULL;
}

char *lp_check(const struct lp_program *lp)
{
	char *error = NULL;

	for (uint32_t i = 0; i < lp->n; i++) {
		uint64_t lo = lp->lo ? lp->lo[i] : 0, hi = lp->hi ? lp->hi[i] : LP_ONE;

		if (lp->w[i] >> LP_W_BITS && -lp->w[i] >> LP_W_BITS)
			return xasprintf("the weight of column %u is not below 2^%d", i + 1,
					 LP_W_BITS);
		if (hi >> LP_X_BITS)
			return xasprintf("the upper bound of column %u is not below 2^%d", i + 1,
					 LP_X_BITS - 24);
		if (lo > hi)
			return xasprintf("the lower bound of column %u is above the upper one",
					 i + 1);
	}
	for (uint32_t k = 0; k < lp->m && !error; k++)
		error = row_check(lp, k);
	return error;
}

/* ------------------------------------------------------------------- text */

/* A row ends in its capacity; this returns what is wrong with it, to be freed, or NULL. */
static char *row_read(struct lp_program *lp, const struct lp_numbers *list, const char *b,
		      const char *rest)
{
	if (!b)
		return xstrdup("a row ends in '<= NUMBER'");
	if (rest)
		return xasprintf("'%.40s' stands behind the capacity", rest);
	return lp_row_add(lp, list, b);
}

static char *line_read(struct lp_program *lp, char *line)
{
	struct lp_numbers list = { 0 };
	char *keyword, *word, *save, *error;
	const char *b = NULL, *rest = NULL;
	size_t len = strcspn(line, "#");

	if (!line[len] && len && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	keyword = strtok_r(line, " \t", &save);
	if (!keyword)
		return NULL;
	while ((word = strtok_r(NULL, " \t", &save))) {
		if (strcmp(word, "<=")) {
			lp_numbers_add(&list, xstrdup(word));
			continue;
		}
		b = strtok_r(NULL, " \t", &save);
		rest = b ? strtok_r(NULL, " \t", &save) : NULL;
		break;
	}
	if (!strcmp(keyword, "row"))
		error = row_read(lp, &list, b, rest);
	else if (word)
		error = xasprintf("'<=' belongs in a row, not in %.40s", keyword);
	else if (!strcmp(keyword, "maximise") || !strcmp(keyword, "maximize"))
		error = lp_weights_set(lp, &list);
	else if (!strcmp(keyword, "lower"))
		error = lp_bounds_set(lp, &list, "lower", &lp->lo);
	else if (!strcmp(keyword, "upper"))
		error = lp_bounds_set(lp, &list, "upper", &lp->hi);
	else
		error = xasprintf("'%.40s' is none of maximise, row, lower and upper",
				  keyword);
	lp_numbers_free(&list);
	return error;
}

char *lp_error_at(unsigned int line, char *error)
{
	char *where;

	if (!error)
		return NULL;
	where = xasprintf("line %u: %s", line, error);
	free(error);
	return where;
}

static char *text_read(char *text, struct lp_program *lp)
{
	unsigned int number = 0;
	char *line, *error;

	while ((line = strsep(&text, "\n"))) {
		error = lp_error_at(++number, line_read(lp, line));
		if (error)
			return error;
	}
	return lp->w ? NULL : xstrdup("there is no line 'maximise WEIGHT...'");
}

char *lp_read(FILE *f, struct lp_program *lp)
{
	auto_free char *file = NULL;
	const char *format;
	char *text;
	size_t room = 0;
	ssize_t len;

	*lp = (struct lp_program){ 0 };
	errno = 0;
	len = getdelim(&file, &room, '\0', f);
	if (len < 0)
		return xstrdup(errno ? strerror(errno) : "the file is empty");
	format = format_name(file, len);
	if (format)
		return xasprintf("it is %s, and a program is plain text", format);
	if (!feof(f))
		return xstrdup("the file holds a NUL byte");
	text = format_text(file);
	return text[strspn(text, " \t\r\n")] == '{' ? lp_json_read(text, lp) :
						      text_read(text, lp);
}

void lp_free(struct lp_program *lp)
{
	free(lp->w);
	free(lp->a);
	free(lp->b);
	free(lp->lo);
	free(lp->hi);
	*lp = (struct lp_program){ 0 };
}
