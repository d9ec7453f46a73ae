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
 * A file whose first character is { is JSON: an object of the arrays "w", "a"
 * (of rows), "b" and, where they are not 0 and 1, "lo" and "hi".
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <linux/aios.h>

#include "lazy/jsonc.h"
#include "lp_file.h"
#include "print/util.h"

/* Numbers are kept as they come, before it is known which array they belong to. */
struct numbers {
	char **text;
	size_t nr;
	size_t room;
};

static void numbers_add(struct numbers *list, const char *text)
{
	if (list->nr == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->text = xrealloc(list->text, list->room * sizeof(char *));
	}
	list->text[list->nr++] = xstrdup(text);
}

static void numbers_free(struct numbers *list)
{
	for (size_t i = 0; i < list->nr; i++)
		free(list->text[i]);
	free(list->text);
	*list = (struct numbers){ 0 };
}

static int bound_parse(const char *text, uint64_t *value)
{
	double d, rest;
	char *end;

	d = strtod(text, &end);
	if (end == text || *end || !isfinite(d) || d < 0 ||
	    d * LP_ONE >= 9.2e18)
		return -EINVAL;
	d *= LP_ONE;
	*value = d;
	/* to the nearest, and to the even of two */
	rest = d - *value;
	*value += rest > 0.5 || (rest == 0.5 && *value & 1);
	return 0;
}

/* ------------------------------------------------------- numbers to arrays */

static char *whole_array(const struct numbers *list, const char *what,
			 uint64_t *out)
{
	for (size_t i = 0; i < list->nr; i++)
		if (u64_parse(list->text[i], &out[i]))
			return xasprintf("%s: '%s' is not a whole number from 0 to 2^64 - 1",
					 what, list->text[i]);
	return NULL;
}

static char *weights_set(struct lp_program *lp, const struct numbers *list)
{
	if (lp->w)
		return xstrdup("the weights are given twice");
	if (list->nr > AIOS_LP_MAX_COLS)
		return xasprintf("%zu columns are more than %d", list->nr,
				 AIOS_LP_MAX_COLS);
	lp->n = list->nr;
	lp->w = xcalloc(lp->n, sizeof(*lp->w));
	for (size_t i = 0; i < list->nr; i++)
		if (s64_parse(list->text[i], &lp->w[i]))
			return xasprintf("weight '%s' is not a whole number below 2^63",
					 list->text[i]);
	return NULL;
}

static char *row_add(struct lp_program *lp, const struct numbers *list,
		     const char *b)
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
	if (u64_parse(b, &lp->b[lp->m]))
		return xasprintf("row %u: '%s' is not a whole number from 0 to 2^64 - 1",
				 lp->m + 1, b);
	return whole_array(list, "row", lp->a + (size_t)lp->m++ * lp->n);
}

static char *bounds_set(struct lp_program *lp, const struct numbers *list,
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
			return xasprintf("%s bound '%s' is not a number from 0 to 2^39",
					 what, list->text[i]);
	return NULL;
}

/* ------------------------------------------------------------------- text */

static char *line_read(struct lp_program *lp, char *line)
{
	struct numbers list = { 0 };
	char *keyword, *word, *save, *error;
	const char *b = NULL;

	line[strcspn(line, "#\n")] = '\0';
	keyword = strtok_r(line, " \t\r", &save);
	if (!keyword)
		return NULL;
	while ((word = strtok_r(NULL, " \t\r,", &save))) {
		if (strcmp(word, "<=")) {
			numbers_add(&list, word);
			continue;
		}
		b = strtok_r(NULL, " \t\r", &save);
		break;
	}
	if (!strcmp(keyword, "row"))
		error = b ? row_add(lp, &list, b) :
			    xstrdup("a row ends in '<= NUMBER'");
	else if (b)
		error = xasprintf("'<=' belongs in a row, not in %s", keyword);
	else if (!strcmp(keyword, "maximise") || !strcmp(keyword, "maximize"))
		error = weights_set(lp, &list);
	else if (!strcmp(keyword, "lower"))
		error = bounds_set(lp, &list, "lower", &lp->lo);
	else if (!strcmp(keyword, "upper"))
		error = bounds_set(lp, &list, "upper", &lp->hi);
	else
		error = xasprintf("'%s' is none of maximise, row, lower and upper",
				  keyword);
	numbers_free(&list);
	return error;
}

static char *text_read(char *text, struct lp_program *lp)
{
	unsigned int number = 0;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		char *error = line_read(lp, line);

		number++;
		if (error) {
			char *where = xasprintf("line %u: %s", number, error);

			free(error);
			return where;
		}
	}
	return lp->w ? NULL : xstrdup("there is no line 'maximise WEIGHT...'");
}

/* ------------------------------------------------------------------- JSON */

static void json_numbers(struct json_object *array, struct numbers *list)
{
	size_t n = jsonc.json_object_array_length(array);

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = jsonc.json_object_array_get_idx(array, i);

		/* The numbers keep the digits that the file has. */
		numbers_add(list, item ? jsonc.json_object_to_json_string(item) : "null");
	}
}

static struct json_object *json_array(struct json_object *root, const char *key)
{
	struct json_object *array = jsonc.json_object_object_get(root, key);

	return jsonc.json_object_is_type(array, json_type_array) ? array : NULL;
}

static char *json_rows(struct json_object *root, struct lp_program *lp)
{
	struct json_object *a = json_array(root, "a");
	struct json_object *b = json_array(root, "b");
	size_t m = a ? jsonc.json_object_array_length(a) : 0;
	char *error = NULL;

	if (!a || !b || jsonc.json_object_array_length(b) != m)
		return xstrdup("\"a\" and \"b\" must be arrays with one item a row");
	for (size_t k = 0; k < m && !error; k++) {
		struct json_object *row = jsonc.json_object_array_get_idx(a, k);
		struct json_object *item = jsonc.json_object_array_get_idx(b, k);
		struct numbers list = { 0 };

		if (!jsonc.json_object_is_type(row, json_type_array) || !item)
			return xasprintf("row %zu is not an array of numbers", k + 1);
		json_numbers(row, &list);
		error = row_add(lp, &list, jsonc.json_object_to_json_string(item));
		numbers_free(&list);
	}
	return error;
}

static char *json_read(const char *text, struct lp_program *lp)
{
	static const char * const optional[] = { "lo", "hi" };
	enum json_tokener_error parse_error;
	struct numbers list = { 0 };
	struct json_object *root;
	char *error;

	jsonc_load();
	root = jsonc.json_tokener_parse_verbose(text, &parse_error);
	if (!root)
		return xasprintf("not JSON: %s", jsonc.json_tokener_error_desc(parse_error));
	if (json_array(root, "w")) {
		json_numbers(json_array(root, "w"), &list);
		error = weights_set(lp, &list);
		numbers_free(&list);
	} else {
		error = xstrdup("\"w\" must be an array of weights");
	}
	if (!error)
		error = json_rows(root, lp);
	for (size_t i = 0; i < ARRAY_SIZE(optional) && !error; i++) {
		struct json_object *array = json_array(root, optional[i]);

		if (!array)
			continue;
		json_numbers(array, &list);
		error = bounds_set(lp, &list, i ? "upper" : "lower",
				   i ? &lp->hi : &lp->lo);
		numbers_free(&list);
	}
	jsonc.json_object_put(root);
	return error;
}

char *lp_read(FILE *f, struct lp_program *lp)
{
	auto_free char *text = NULL;
	size_t room = 0;
	ssize_t len;

	*lp = (struct lp_program){ 0 };
	errno = 0;
	len = getdelim(&text, &room, '\0', f);
	if (len < 0)
		return xstrdup(errno ? strerror(errno) : "the file is empty");
	if (!feof(f))
		return xstrdup("the file holds a NUL byte");
	return text[strspn(text, " \t\r\n")] == '{' ? json_read(text, lp) :
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
