/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one printer of aiosctl. A command says once what a value is called and
 * how a person reads it; the printer shows it as text or as JSON, so that the
 * two cannot drift apart.
 *
 * A document holds records (named fields), tables (rows of fields) and
 * sentences. A field that is given inside a record becomes a labelled line,
 * the same field inside a row becomes the cell of the column with its key, or
 * is left to JSON when the table shows no such column. Nothing is written
 * before out_close(), so that a command which fails half way prints one valid
 * document that holds the error and nothing else.
 */
#ifndef AIOSCTL_PRINT_OUT_H
#define AIOSCTL_PRINT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Every JSON document names it; a change that breaks readers raises it. */
#define OUT_SCHEMA	"aios/1"

#define OUT_PRINTF(a, b) __attribute__((format(printf, a, b)))

struct json_object;

enum out_style {
	OUT_PLAIN,
	OUT_BOLD,
	OUT_DIM,
	OUT_GOOD,
	OUT_WARN,
	OUT_BAD,
};

struct out_column {
	const char *key;	/* of the field that fills it */
	const char *header;
	bool right;		/* align to the right */
};

struct out_frame;

struct out {
	FILE *file;
	bool json;
	bool color;
	bool no_header;
	size_t width;		/* of the terminal that text goes to; 0: it goes elsewhere */
	enum out_style style;	/* of the next field only */
	struct out_frame *top;
	char *text;		/* what out_close() writes as text */
	size_t text_len;
	size_t text_room;
};

void out_init(struct out *o, FILE *file, bool json, bool color);

/*
 * A document is begun, filled, and either closed (written) or dropped. @command is what
 * it says to come from, or NULL.
 */
void out_open(struct out *o, const char *command);
int out_close(struct out *o);
void out_drop(struct out *o);

/* @title is a heading in text, NULL for none. */
void out_record_begin(struct out *o, const char *key, const char *title);
void out_record_end(struct out *o);
/* JSON alone has these, at any depth: an object or an array that text leaves out. */
void out_hidden_begin(struct out *o, const char *key);
void out_hidden_array_begin(struct out *o, const char *key);
void out_hidden_end(struct out *o);

/*
 * A list has records one after the other, set apart by an empty line; it is an array in
 * JSON.
 */
void out_list_begin(struct out *o, const char *key);
void out_list_end(struct out *o);

void out_table_begin(struct out *o, const char *key, const char *title,
		     const struct out_column *columns, size_t nr_columns);
/*
 * On a terminal that is too narrow for the table that is open, columns are left out, in
 * the order of the keys in @drop, "gpu,user", and those without a value ahead of others.
 * A line below says which, and @how to see them. What is last is continued on lines of
 * its own where that is not enough.
 */
void out_table_fit(struct out *o, const char *drop, const char *how);
void out_row_begin(struct out *o);
void out_row_end(struct out *o);
void out_table_end(struct out *o);

/* This styles the text of the next field; JSON has no styles. */
void out_style(struct out *o, enum out_style style);

/*
 * All others use this primitive. @value is consumed, NULL is JSON's null; @text NULL
 * leaves the field out of text.
 */
void out_field(struct out *o, const char *key, struct json_object *value,
	       const char *text);

/*
 * This makes a string of JSON of whatever bytes @value has: names of files and of users
 * may have any.
 */
struct json_object *out_json_string(const char *value);

void out_string(struct out *o, const char *key, const char *value);
void out_u64(struct out *o, const char *key, uint64_t value);
void out_s64(struct out *o, const char *key, int64_t value);
void out_bool(struct out *o, const char *key, bool value);
/* @format is how people read @value. */
void out_number(struct out *o, const char *key, uint64_t value,
		const char *format, ...) OUT_PRINTF(4, 5);
void out_double(struct out *o, const char *key, double value,
		const char *format, ...) OUT_PRINTF(4, 5);
void out_null(struct out *o, const char *key, const char *text);
/* Only JSON has these. */
void out_data_u64(struct out *o, const char *key, uint64_t value);
void out_data_string(struct out *o, const char *key, const char *value);
/* Only text has this, for a column that JSON has as several fields. */
void out_cell(struct out *o, const char *key, const char *format, ...)
	OUT_PRINTF(3, 4);
/* This is a whole line in text and a string in JSON. */
void out_sentence(struct out *o, const char *key, const char *format, ...)
	OUT_PRINTF(3, 4);

#endif /* AIOSCTL_PRINT_OUT_H */
