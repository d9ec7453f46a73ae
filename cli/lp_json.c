// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a linear program as JSON: an object of the arrays "w", "a" (of rows), "b" and,
 * where they are not 0 and 1, "lo" and "hi".
 *
 * json-c says whether it is JSON. What the arrays hold is then read from the text, for in
 * json-c's objects the last of several equal keys has replaced the others, numbers beyond
 * 64 bits have become the largest ones, and nothing has a line.
 */
#include <stdbool.h>
#include <string.h>

#include <linux/aios.h>

#include "lazy/jsonc.h"
#include "lp_parts.h"
#include "print/util.h"

enum key {
	KEY_WEIGHTS,
	KEY_CAPACITIES,
	KEY_LOWER,
	KEY_UPPER,
	NR_LISTS,
	KEY_ROWS = NR_LISTS,
	NR_KEYS,
};

static const char * const keys[NR_KEYS] = {
	[KEY_WEIGHTS] = "w",
	[KEY_CAPACITIES] = "b",
	[KEY_LOWER] = "lo",
	[KEY_UPPER] = "hi",
	[KEY_ROWS] = "a",
};

struct document {
	const char *at;		/* what is read next of the text, which is valid JSON */
	unsigned int line;
	unsigned int lines[NR_KEYS]; /* where each value begins; 0: it is not there */
	struct lp_numbers lists[NR_LISTS];
	struct lp_numbers rows[AIOS_LP_MAX_ROWS];
	unsigned int row_lines[AIOS_LP_MAX_ROWS];
	size_t nr_rows;
};

/* ---------------------------------------------------------------- is it JSON */

static unsigned int line_of(const char *text, size_t at)
{
	unsigned int line = 1;

	for (size_t i = 0; i < at && text[i]; i++)
		line += text[i] == '\n';
	return line;
}

static char *syntax_check(const char *text)
{
	struct json_tokener *tok = jsonc.json_tokener_new();
	enum json_tokener_error error;
	char *message = NULL;

	if (!tok)
		out_of_memory();
	jsonc.json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* With its NUL, so that it knows that no more comes. */
	jsonc.json_object_put(jsonc.json_tokener_parse_ex(tok, text, strlen(text) + 1));
	error = jsonc.json_tokener_get_error(tok);
	if (error != json_tokener_success)
		message = lp_error_at(line_of(text, jsonc.json_tokener_get_parse_end(tok)),
				      xasprintf("not JSON: %s",
						jsonc.json_tokener_error_desc(error)));
	jsonc.json_tokener_free(tok);
	return message;
}

/* ------------------------------------------------------------- what it holds */

/* This returns the next character that is no blank. */
static char next(struct document *d)
{
	for (;; d->at++) {
		if (*d->at == '\n')
			d->line++;
		else if (*d->at != ' ' && *d->at != '\t' && *d->at != '\r')
			return *d->at;
	}
}

/* json-c takes "1.", which is no number of JSON. */
static bool ends_in_point(const char *text)
{
	const char *point = strchr(text, '.');

	return point && (point[1] < '0' || point[1] > '9');
}

/* An array of numbers and of nothing else; what they are is judged later. */
static char *list_read(struct document *d, const char *key, struct lp_numbers *list)
{
	if (next(d) != '[')
		return xasprintf("\"%s\" must be an array of numbers", key);
	d->at++;
	while (next(d) != ']') {
		size_t len = strcspn(d->at, ",[]{}\" \t\r\n");
		char *text;

		if (*d->at == ',') {
			d->at++;
			continue;
		}
		if (!len)
			return xasprintf("\"%s\" must be an array of numbers, and has %s in it",
					 key, *d->at == '"' ? "a string" :
					 *d->at == '[' ? "an array" : "an object");
		text = xasprintf("%.*s", (int)len, d->at);
		lp_numbers_add(list, text);
		if (ends_in_point(text))
			return xasprintf("not JSON: '%.40s' is no number", text);
		d->at += len;
	}
	d->at++;
	return NULL;
}

static char *rows_read(struct document *d)
{
	char *error;

	if (next(d) != '[')
		return xasprintf("\"%s\" must be an array of rows", keys[KEY_ROWS]);
	d->at++;
	while (next(d) != ']') {
		if (*d->at == ',') {
			d->at++;
			continue;
		}
		if (*d->at != '[')
			return xasprintf("row %zu is not an array of numbers", d->nr_rows + 1);
		if (d->nr_rows == AIOS_LP_MAX_ROWS)
			return xasprintf("there are more than %d rows", AIOS_LP_MAX_ROWS);
		d->row_lines[d->nr_rows] = d->line;
		error = list_read(d, keys[KEY_ROWS], &d->rows[d->nr_rows++]);
		if (error)
			return error;
	}
	d->at++;
	return NULL;
}

/* A key and its value. */
static char *member_read(struct document *d)
{
	const char *key = d->at + 1;
	size_t len = strcspn(key, "\"");
	int i = 0;

	if (*d->at != '"')
		return xstrdup("not JSON: a key begins with a double quotation mark");
	while (i < NR_KEYS && (strlen(keys[i]) != len || strncmp(key, keys[i], len)))
		i++;
	if (i == NR_KEYS)
		return xasprintf("key \"%.*s\" is none of w, a, b, lo and hi",
				 (int)(len < 40 ? len : 40), key);
	if (d->lines[i])
		return xasprintf("key \"%s\" is in line %u already", keys[i], d->lines[i]);
	d->lines[i] = d->line;
	d->at = key + len + 1;
	next(d);
	d->at++;	/* the colon */
	return i == KEY_ROWS ? rows_read(d) : list_read(d, keys[i], &d->lists[i]);
}

static char *members_read(struct document *d)
{
	char *error;

	next(d);
	d->at++;
	while (next(d) != '}') {
		if (*d->at == ',') {
			d->at++;
			continue;
		}
		error = member_read(d);
		if (error)
			return lp_error_at(d->line, error);
	}
	return NULL;
}

/* ---------------------------------------------------------------- the program */

static char *program_set(struct lp_program *lp, const struct document *d)
{
	const struct lp_numbers *b = &d->lists[KEY_CAPACITIES];
	char *error;

	if (!d->lines[KEY_WEIGHTS])
		return xstrdup("there is no \"w\", the array of weights");
	error = lp_error_at(d->lines[KEY_WEIGHTS], lp_weights_set(lp, &d->lists[KEY_WEIGHTS]));
	if (error)
		return error;
	if (!d->lines[KEY_ROWS] || !d->lines[KEY_CAPACITIES] || b->nr != d->nr_rows)
		return xstrdup("\"a\" and \"b\" must be arrays with one item a row");
	for (size_t k = 0; k < d->nr_rows && !error; k++)
		error = lp_error_at(d->row_lines[k], lp_row_add(lp, &d->rows[k], b->text[k]));
	if (!error && d->lines[KEY_LOWER])
		error = lp_error_at(d->lines[KEY_LOWER],
				    lp_bounds_set(lp, &d->lists[KEY_LOWER], "lower", &lp->lo));
	if (!error && d->lines[KEY_UPPER])
		error = lp_error_at(d->lines[KEY_UPPER],
				    lp_bounds_set(lp, &d->lists[KEY_UPPER], "upper", &lp->hi));
	return error;
}

char *lp_json_read(const char *text, struct lp_program *lp)
{
	struct document d = { .at = text, .line = 1 };
	char *error;

	jsonc_load();
	error = syntax_check(text);
	if (!error)
		error = members_read(&d);
	if (!error)
		error = program_set(lp, &d);
	for (int i = 0; i < NR_LISTS; i++)
		lp_numbers_free(&d.lists[i]);
	for (size_t k = 0; k < d.nr_rows; k++)
		lp_numbers_free(&d.rows[k]);
	return error;
}
