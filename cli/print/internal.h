/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the printer share: what is open in a document, and its text.
 */
#ifndef AIOSCTL_PRINT_INTERNAL_H
#define AIOSCTL_PRINT_INTERNAL_H

#include "print/out.h"

enum out_kind {
	OUT_DOCUMENT,
	OUT_RECORD,
	OUT_LIST,
	OUT_TABLE,
	OUT_ROW,
	OUT_HIDDEN,
};

struct out_item {
	char *key;
	char *text;		/* NULL: an empty cell */
	enum out_style style;
};

struct out_frame {
	struct out_frame *below;
	enum out_kind kind;
	struct json_object *json; /* owned by the frame below, but for rows */
	const struct out_column *columns;
	size_t nr_columns;
	const char *drop;	/* tables: as of out_table_fit(), or NULL */
	const char *how;
	bool indented;		/* records: their fields are, below a heading */
	struct out_item *items;	/* records: lines; tables: cells by rows */
	size_t nr_items;
	size_t room;
};

/* This adds the @len bytes at @s, a string, or @n blanks to the text. */
void text_add(struct out *o, const char *s, size_t len);
void text_puts(struct out *o, const char *s);
void text_pad(struct out *o, size_t n);
void text_styled(struct out *o, const char *s, enum out_style style);

/* This counts the columns that @s takes on a terminal, or bytes where it is not valid text. */
size_t text_width(const char *s);
/* The fields are indented by the depth of records around the present one. */
size_t text_depth(const struct out *o);

/* This adds the table of @f, all rows of which are there. */
void table_print(struct out *o, struct out_frame *f);

#endif /* AIOSCTL_PRINT_INTERNAL_H */
