// SPDX-License-Identifier: GPL-2.0
/*
 * Tables as text: how wide their columns are, and what is left out where a terminal is
 * too narrow.
 */
#include <stdlib.h>
#include <string.h>

#include "print/internal.h"
#include "print/out.h"
#include "print/util.h"

static void cell_print(struct out *o, const struct out_column *column,
		       const char *text, enum out_style style, size_t width,
		       bool last)
{
	size_t pad = width - text_width(text);

	if (column->right)
		text_pad(o, pad);
	text_styled(o, text, style);
	if (!last)
		text_pad(o, (column->right ? 0 : pad) + 2);
}

/* How a table is laid out. */
struct layout {
	size_t *width;		/* of each column */
	bool *hidden;
	size_t last;		/* the last column that is shown */
	size_t total;		/* of a line */
};

/* The narrowest that a column may become whose text goes on below. */
#define WRAP_MIN	16

static void layout_count(const struct out *o, const struct out_frame *f, struct layout *l)
{
	l->total = 2 * text_depth(o);
	for (size_t c = 0; c < f->nr_columns; c++) {
		if (l->hidden[c])
			continue;
		l->total += l->width[c] + 2;
		l->last = c;
	}
	l->total -= 2;
}

/* Has no row anything to say in column @c? */
static bool column_is_empty(const struct out_frame *f, size_t c)
{
	for (size_t i = c; i < f->nr_items; i += f->nr_columns)
		if (f->items[i].text && strcmp(f->items[i].text, "-"))
			return false;
	return true;
}

/* This hides columns of @f->drop until the table fits, only the empty ones or all. */
static void columns_drop(const struct out *o, const struct out_frame *f, struct layout *l,
			 bool empty)
{
	auto_free char *copy = xstrdup(f->drop);
	char *rest = copy, *key;

	while (l->total > o->width && (key = strsep(&rest, ","))) {
		for (size_t c = 0; c < f->nr_columns; c++)
			if (!strcmp(f->columns[c].key, key) && (!empty || column_is_empty(f, c)))
				l->hidden[c] = true;
		layout_count(o, f, l);
	}
}

static void layout_fit(const struct out *o, const struct out_frame *f, struct layout *l)
{
	size_t excess;

	layout_count(o, f, l);
	if (!o->width || !f->drop || l->total <= o->width)
		return;
	columns_drop(o, f, l, true);
	columns_drop(o, f, l, false);
	if (l->total <= o->width || f->columns[l->last].right)
		return;
	excess = l->total - o->width;
	if (l->width[l->last] < excess + WRAP_MIN)
		return;
	l->width[l->last] -= excess;
	l->total -= excess;
}

/* The last cell of a line may be longer than its column: its words go on below each other. */
static void cell_wrap(struct out *o, const char *text, enum out_style style,
		      const struct layout *l)
{
	size_t width = l->width[l->last], len;
	size_t indent = l->total - width;

	while (text_width(text) > width) {
		auto_free char *line = NULL;

		for (len = width; len && text[len] != ' '; len--)
			;
		/* A word that is too long is left whole. */
		len = len ?: strcspn(text, " ");
		if (!text[len])
			break;
		line = xasprintf("%.*s", (int)len, text);
		text_styled(o, line, style);
		text_puts(o, "\n");
		text_pad(o, indent);
		text += len + 1;
	}
	text_styled(o, text, style);
}

static void row_write(struct out *o, const struct out_frame *f, const struct layout *l,
		      const struct out_item *items)
{
	text_pad(o, 2 * text_depth(o));
	for (size_t c = 0; c < f->nr_columns; c++) {
		const char *text = items ? items[c].text ?: "-" : f->columns[c].header;
		enum out_style style = items ? items[c].style : OUT_BOLD;

		if (l->hidden[c])
			continue;
		if (c == l->last && text_width(text) > l->width[c])
			cell_wrap(o, text, style, l);
		else
			cell_print(o, &f->columns[c], text, style, l->width[c], c == l->last);
	}
	text_puts(o, "\n");
}

/* This says which columns are not shown, in as many lines as it takes. */
static void hidden_note(struct out *o, const struct out_frame *f, const struct layout *l)
{
	const struct layout whole = { .width = &o->width, .total = o->width };
	auto_free char *note = xstrdup("left out to fit:");
	bool any = false;
	char *longer;

	for (size_t c = 0; c < f->nr_columns; c++) {
		if (!l->hidden[c])
			continue;
		longer = xasprintf("%s%s %s", note, any ? "," : "", f->columns[c].header);
		free(note);
		note = longer;
		any = true;
	}
	if (!any)
		return;
	longer = xasprintf("%s; %s", note, f->how);
	free(note);
	note = longer;
	cell_wrap(o, note, OUT_DIM, &whole);
	text_puts(o, "\n");
}

void table_print(struct out *o, struct out_frame *f)
{
	size_t nr = f->nr_columns;
	struct layout l = {
		.width = xcalloc(nr, sizeof(*l.width)),
		.hidden = xcalloc(nr, sizeof(*l.hidden)),
	};

	for (size_t c = 0; c < nr; c++)
		l.width[c] = o->no_header ? 0 : text_width(f->columns[c].header);
	for (size_t i = 0; i < f->nr_items; i++) {
		size_t w = f->items[i].text ? text_width(f->items[i].text) : 1;

		if (w > l.width[i % nr])
			l.width[i % nr] = w;
	}
	if (nr) {
		layout_fit(o, f, &l);
		if (!o->no_header)
			row_write(o, f, &l, NULL);
		for (size_t i = 0; i < f->nr_items; i += nr)
			row_write(o, f, &l, &f->items[i]);
		hidden_note(o, f, &l);
	}
	free(l.width);
	free(l.hidden);
}
